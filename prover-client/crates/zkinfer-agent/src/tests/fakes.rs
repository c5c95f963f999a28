//! A market on a [`World`], a prover whose proofs it can check, and engines made of both.

use std::path::Path;

use codec::Encode;
use subxt::utils::AccountId32;
use zkinfer_primitives::{JobId, ModelVersionId, Output, Proof, ProofSystem, blake2b_256};

use super::{
    Fuse, input_spec,
    world::{Call, GENESIS, MODEL, Tx, VERSION, VK, World, account, proof_bytes},
};
use crate::{
    engine::{Engine, EngineError, Parts},
    inputs::Inputs,
    market::{
        Action, Interest, JobView, Life, Market, MarketError, Payload, Reception, Signed, Snapshot,
        VersionView,
    },
    models::Held,
    openings::Folder,
    planner::{LockBounds, Policy},
    pool::{Failure, Fault, Finished, Prover, Purpose, Task},
    store::{Identity, Store},
    tips,
    trust::{KeyId, Origin},
    vault::Vault,
};
use zkinfer::artefacts::{opening::Opening, proof::Statement};

/// A market on a world.
pub struct FakeMarket {
    pub world: World,
    pub fuse: Fuse,
    pub me: AccountId32,
}

impl FakeMarket {
    fn reach(&self) -> Result<(), MarketError> {
        if self.world.chain().reachable {
            Ok(())
        } else {
            Err(MarketError::Lost("unplugged".into()))
        }
    }

    fn effect(&self) -> Result<(), MarketError> {
        self.fuse.burn().map_err(|()| MarketError::Unusable("crash".into()))
    }
}

impl Market for FakeMarket {
    fn account(&self) -> AccountId32 {
        self.me
    }

    fn genesis_hash(&self) -> [u8; 32] {
        GENESIS
    }

    async fn changed(&mut self) -> Result<(), MarketError> {
        tokio::task::yield_now().await;
        self.world.chain().produce();
        self.reach()
    }

    async fn snapshot(
        &mut self,
        jobs: &[JobId],
        interest: &dyn Interest,
    ) -> Result<Snapshot, MarketError> {
        self.reach()?;
        let chain = self.world.chain();
        if chain.unreadable {
            return Err(MarketError::Unreadable("Inference.Jobs: 3 bytes are left over".into()));
        }
        let mut snapshot = chain.snapshot(&self.me, jobs);
        let (version, open) = (chain.version(), std::mem::take(&mut snapshot.open));
        let means = snapshot.means();
        let wanted = |job: &JobView| {
            interest.serves(job.version, &version) && interest.wants(job, &version, &means)
        };
        let open = open.into_iter().filter(wanted).collect();
        Ok(Snapshot { open, ..snapshot })
    }

    async fn version(&mut self, id: ModelVersionId) -> Result<Option<VersionView>, MarketError> {
        self.reach()?;
        Ok((id.version == VERSION.version).then(|| self.world.chain().version()))
    }

    async fn payload(&mut self, job: JobId) -> Result<Payload, MarketError> {
        self.reach()?;
        let mut chain = self.world.chain();
        chain.payloads_read += 1;
        Ok(chain.payloads.get(&job).cloned().unwrap_or(Payload::None))
    }

    async fn failure(
        &mut self,
        _hashes: &[[u8; 32]],
        _blocks: std::ops::RangeInclusive<u32>,
    ) -> Result<Option<String>, MarketError> {
        self.reach()?;
        Ok(self.world.chain().refuses_submissions.map(str::to_owned))
    }

    async fn sign(
        &mut self,
        action: &Action,
        nonce: u64,
        life: Life,
        tip: u128,
    ) -> Result<Signed, MarketError> {
        self.effect()?;
        let call = match action.clone() {
            Action::Claim { job, terms_hash } => Call::Claim(job, terms_hash),
            Action::Submit(answers) => {
                let calls = answers
                    .into_iter()
                    .map(|it| Call::Submit(it.job, it.terms_hash, it.output, it.proof));
                let mut calls: Vec<_> = calls.collect();
                if calls.len() == 1 { calls.remove(0) } else { Call::Batch(calls) }
            }
            Action::Nothing => Call::Nothing,
        };
        let salt = {
            let mut chain = self.world.chain();
            chain.signatures += 1;
            chain.signatures
        };
        let bytes = Tx { signer: self.me, nonce, death: life.death(), call, salt, tip }.encode();
        Ok(Signed { hash: blake2b_256(&bytes), bytes, death: life.death() })
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<Reception, MarketError> {
        self.reach()?;
        self.effect()?;
        let reception = {
            let mut chain = self.world.chain();
            let mut tx = chain.take(bytes);
            // Looked at first, then kept or not.
            chain.pool.pop();
            chain.taken.pop();
            let used = chain.best().nonces.get(&tx.signer).copied().unwrap_or_default();
            if tx.nonce < used {
                Reception::Stale
            } else if tx.death <= chain.number() + 1 {
                Reception::Invalid("too old".into())
            } else if chain.banned.iter().any(|banned| banned == bytes) {
                Reception::Spoilt
            } else if chain.pool_is_full {
                Reception::NotNow("the pool is full".into())
            } else if chain.best().proves(&tx).is_none() {
                Reception::Invalid("its job is answered".into())
            } else if chain.pool.iter().any(|other| other.encode() == bytes) {
                Reception::Taken
            } else if let Some(replaced) = chain.replaced(&tx) {
                let goes = |other: &Tx| {
                    let behind = |first: &Tx| other.nonce >= first.nonce && first.nonce != tx.nonce;
                    other.signer == tx.signer
                        && (other.nonce == tx.nonce || replaced.iter().any(behind))
                };
                chain.pool.retain(|other| !goes(other));
                tx = chain.take(bytes);
                let same = chain
                    .pool
                    .iter()
                    .filter(|other| (other.signer, other.nonce) == (tx.signer, tx.nonce));
                assert_eq!(same.count(), 1, "two transactions of one nonce");
                Reception::Taken
            } else {
                Reception::NotNow("the priority is too low to replace another transaction".into())
            }
        };
        self.effect()?;
        Ok(reception)
    }
}

/// Finishes every proof at the next look, or holds them back.
#[derive(Default)]
pub struct FakeProver {
    pub tasks: Vec<Task>,
    pub held_back: bool,
    /// Looks that it takes to finish what there is.
    pub slow: usize,
    /// Every proof fails, for a reason of the key.
    pub fails: bool,
    /// Every proof fails, for a reason that passes.
    pub passing: bool,
    /// The key was made so that proofs fail for inputs that begin with this value.
    pub poison: Option<i32>,
    /// Makes proofs that the chain would slash for.
    pub lies: bool,
    pub started: usize,
}

impl Prover for FakeProver {
    fn start(&mut self, task: Task) {
        self.started += 1;
        self.tasks.push(task);
    }

    fn forget(&mut self, job: JobId) {
        let is_of = |task: &Task| matches!(task.purpose, Purpose::Job { job: of, .. } | Purpose::Draft(of) if of == job);
        self.tasks.retain(|task| !is_of(task));
    }

    fn finished(&mut self) -> Vec<Finished> {
        if self.held_back {
            return Vec::new();
        }
        // A trial is as fast as ever.
        if self.slow > 0 && self.tasks.iter().any(|task| task.purpose != Purpose::Trial) {
            self.slow -= 1;
            return Vec::new();
        }
        let (fails, passing, poison, lies) = (self.fails, self.passing, self.poison, self.lies);
        let failure = |fault| Err(Failure { fault, reason: "no".into() });
        let finish = |task: Task| {
            let output = Output::Class(task.opening.values()[0] as u32);
            let proof =
                if lies { Proof::Groth16([9; 192]) } else { proof_bytes(&task.context, &output) };
            // Trials miss what the key's maker has chosen among very many inputs.
            let is_poison =
                task.purpose != Purpose::Trial && poison == Some(task.opening.values()[0]);
            let result = match (fails || is_poison, passing) {
                (true, _) => failure(Fault::Key),
                (_, true) => failure(Fault::Passing),
                _ => Ok((output, proof)),
            };
            Finished { purpose: task.purpose, vk_hash: task.context.vk_hash, result, millis: 1_000 }
        };
        self.tasks.drain(..).map(finish).collect()
    }

    fn load(&self) -> (usize, usize) {
        (self.tasks.len(), 0)
    }

    fn verify(&self, statement: &Statement, proof: &Proof) -> Result<(), String> {
        let holds = *proof == proof_bytes(&statement.context, &statement.output);
        holds.then_some(()).ok_or_else(|| "it does not hold".into())
    }
}

pub type TestEngine = Engine<FakeMarket, FakeProver>;

/// The model that the tests serve.
pub fn held() -> Held {
    Held {
        name: "small".into(),
        model_hash: MODEL,
        key: KeyId { vk_hash: VK, checksum: [3; 32] },
        origin: Origin::Own,
        k: None,
        system: ProofSystem::Groth16,
        input: input_spec(),
        proof_memory: 1 << 20,
        key_memory: 1 << 20,
    }
}

/// The policy of the operator of these tests.
pub fn policy() -> Policy {
    Policy {
        min_reward: 0,
        max_claims: 8,
        locks: LockBounds::default(),
        tips: tips::Bounds { most: u128::MAX, share: 10 },
        model_ids: Default::default(),
        margin: 2,
        at_once: 1,
    }
}

/// Decrypts by turning every bit over: enough to tell that it was done.
fn decrypt(_job: &JobView, payload: &[u8], held: &Held) -> Result<Opening, String> {
    match payload.split_first() {
        Some((2, sealed)) => {
            let bytes: Vec<u8> = sealed.iter().map(|byte| !byte).collect();
            Opening::decode_for(held.system, &bytes, &held.input).map_err(|error| error.to_string())
        }
        _ => Err("it is not encrypted to this prover".into()),
    }
}

/// An encrypted payload that [`decrypt`] opens.
pub fn sealed(bytes: &[u8]) -> Payload {
    let mut encoded = vec![2];
    encoded.extend(bytes.iter().map(|byte| !byte));
    Payload::Encrypted(encoded)
}

/// A process of account 1 with its state in `directory`.
pub fn start(world: &World, directory: &Path) -> TestEngine {
    start_with(world, directory, Fuse::default(), FakeProver::default())
}

/// A process that ends when its fuse burns.
pub fn start_with(world: &World, directory: &Path, fuse: Fuse, prover: FakeProver) -> TestEngine {
    start_as(world, directory, fuse, prover, |_, _| ())
}

/// A process with another model or another policy.
pub fn start_as(
    world: &World,
    directory: &Path,
    fuse: Fuse,
    prover: FakeProver,
    change: impl FnOnce(&mut Held, &mut Policy),
) -> TestEngine {
    let (mut held, mut policy) = (held(), policy());
    change(&mut held, &mut policy);
    let mut store = Store::open(&directory.join("state.redb"), &Identity::new(GENESIS, account(1)))
        .expect("a store");
    store.fuse = fuse.clone();
    let inbox = directory.join("inbox");
    std::fs::create_dir_all(&inbox).expect("an inbox");
    Engine::new(Parts {
        market: FakeMarket { world: world.clone(), fuse, me: account(1) },
        prover,
        store,
        vault: Vault::open(&directory.join("openings")).expect("a vault"),
        inputs: Inputs {
            public_keys: Vec::new(),
            decrypt: Box::new(decrypt),
            folder: Folder::new(Some(inbox)),
        },
        models: vec![held],
        policy,
        metrics: Default::default(),
        clock: || 0,
    })
}

/// One round, and a block.
pub async fn step(engine: &mut TestEngine, world: &World) -> Result<(), EngineError> {
    let result = engine.round().await;
    world.chain().produce();
    result
}

/// Some rounds with their blocks, none of which fails.
pub async fn run(engine: &mut TestEngine, world: &World, rounds: usize) {
    for _ in 0..rounds {
        step(engine, world).await.expect("a round");
    }
}
