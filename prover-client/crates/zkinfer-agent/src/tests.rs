//! The state machine on a chain that does what a test says: crashes, reorganisations, full pools,
//! rivals.
//!
//! - [`world`]: the chain, its pool and its accounts, shared by all processes of a test
//! - [`fakes`]: a market on that world, and a prover whose proofs the world can check
//! - `attacks`, `baits`, `faults`, `tips`: what others do to take a prover's bond, and what may
//!   fail without it
//! - `crashes`, `batches`, `chain_trouble`, `claims`, `running`, `chaos`: the tests

mod attacks;
mod baits;
mod batches;
mod chain_trouble;
mod chaos;
mod claims;
mod crashes;
pub mod fakes;
mod faults;
mod running;
mod tips;
pub mod world;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use zkinfer_primitives::ProofSystem;
use zkml_model::graph::InputSpec;

use zkinfer::artefacts::opening::Opening;

use super::market::{Fees, Limits, LockBase, Side, Snapshot, Stake};

/// Lets a process end at the n-th effect. Shared by its store and its market.
#[derive(Clone, Debug, Default)]
pub struct Fuse(Option<Arc<AtomicU32>>);

impl Fuse {
    /// Burns out at the `n`-th effect, and stays burnt.
    pub fn after(n: u32) -> Self {
        Self(Some(Arc::new(AtomicU32::new(n))))
    }

    /// Counts an effect.
    ///
    /// # Errors
    /// When the process ends here.
    pub fn burn(&self) -> Result<(), ()> {
        let Some(left) = &self.0 else { return Ok(()) };
        let burnt =
            left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        burnt.map(drop).map_err(drop)
    }
}

/// Nine values of four bits.
pub fn input_spec() -> InputSpec {
    InputSpec { shape: vec![1, 3, 3], min: 0, bits: 4 }
}

/// An opening of nine values, with a blinder of its own.
pub fn opening_of(value: i32) -> Opening {
    Opening::random(ProofSystem::Groth16, &input_spec(), vec![value; 9]).expect("in range")
}

/// A chain at these two blocks with nothing on it.
pub fn snapshot(finalized: u32, best: u32) -> Snapshot {
    let side = |number| Side { number, nonce: 0, fates: BTreeMap::new() };
    Snapshot {
        finalized: side(finalized),
        best: side(best),
        next_nonce: 0,
        stake: Some(Stake { bond: 1_000, locked: 0, encryption_key: None }),
        balance: 1_000,
        open: Vec::new(),
        open_jobs: 0,
        generators: Default::default(),
        limits: Limits {
            min_bond: 500,
            min_claim_bond: 10,
            claim_ratio: 500_000_000,
            lock_base: LockBase::Pay,
            claim_period: 50,
            min_proving_blocks: 5,
            grace: 5,
            max_batch: 0,
        },
        fees: Fees { claim: 1, submissions: [(world::VK, 2)].into(), multiplier: None },
        block_millis: 6_000,
    }
}
