//! A toy circuit with the statement's three public inputs, each in a constraint: fast to set up and
//! to prove, in both systems.
//!
//! It accepts every statement, so that tests choose what is proved, and the pallet's own checks are
//! what is tested.

mod groth16;
pub mod halo2;

use codec::Encode;
use zkinfer_primitives::{
    InputCommitment, Output, Proof, Trust, VerifyingKey, Visibility,
    statement::{Context, public_inputs},
};

pub use self::groth16::rerandomised;

/// A setup of the toy circuit.
pub enum Setup {
    Groth16(groth16::Setup),
    Halo2(halo2::Setup),
}

impl Setup {
    /// The Groth16 setup with this number.
    pub fn new(seed: u64) -> Self {
        Self::Groth16(groth16::Setup::new(seed))
    }

    /// The Halo2 circuit with this number and 2^k rows.
    pub fn halo2(seed: u64, k: u8) -> Self {
        Self::Halo2(halo2::Setup::new::<0, 0, 0>(seed, k))
    }

    /// Its verifying key.
    pub fn key(&self) -> VerifyingKey {
        match self {
            Self::Groth16(setup) => setup.key(),
            Self::Halo2(setup) => setup.key(),
        }
    }

    /// The trust level that an owner can truly state for it.
    pub fn trust(&self) -> (Trust, Visibility) {
        match self {
            Self::Groth16(_) => (Trust::SingleSetup, Visibility::Private),
            Self::Halo2(_) => (Trust::Transparent, Visibility::Open),
        }
    }

    /// A proof of a statement.
    pub fn prove<AccountId: Encode>(
        &self,
        commitment: &InputCommitment,
        output: &Output,
        context: &Context<AccountId>,
    ) -> Proof {
        let inputs = public_inputs(commitment, output, context).unwrap();
        match self {
            Self::Groth16(setup) => setup.prove(&inputs),
            Self::Halo2(setup) => setup.prove::<0, 0, 0>(&inputs, 1),
        }
    }
}

/// The bytes of a Groth16 proof.
pub fn groth16_bytes(proof: &Proof) -> [u8; 192] {
    let Proof::Groth16(bytes) = proof else { panic!("a Groth16 proof") };
    *bytes
}

/// The bytes of a Halo2 proof.
pub fn halo2_bytes(proof: &Proof) -> Vec<u8> {
    let Proof::Halo2 { bytes, .. } = proof else { panic!("a Halo2 proof") };
    bytes.to_vec()
}

/// A Halo2 proof of these bytes.
pub fn halo2_proof(k: u8, bytes: &[u8]) -> Proof {
    Proof::Halo2 { k, bytes: bytes.to_vec().try_into().unwrap() }
}
