//! Proofs, several at once, within a bound on memory. Each uses all cores where it can; several
//! fill the gaps of one another.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
    time::Instant,
};

use tokio::sync::Notify;
use zkinfer_primitives::{JobId, Output, Proof, VkHash};
use zkml_prove::{groth16, halo2};

use super::models::Loaded;
use zkinfer::{
    artefacts::{
        opening::Opening,
        proof::{Context, ProofFile, Statement},
    },
    progress::Progress,
    proving::{self, Invalid, ProvingError},
};

/// The purpose of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// A claimed job. Whose claim ends first goes first.
    Job {
        /// Last block in which the proof is good.
        last: u32,
        /// The job.
        job: JobId,
    },
    /// A job that is proved before it is claimed. After all jobs that are.
    Draft(JobId),
    /// To learn how long a proof takes, and that the key is sound. After all jobs.
    Trial,
}

/// The cause of a failed proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The key, or a bug that it met: such a proof fails again.
    Key,
    /// The input, which is not one of the model's.
    Input,
    /// The machine at this moment: no thread, no randomness. It may pass.
    Passing,
}

/// Errors of a prover.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Failure {
    /// Its cause.
    pub fault: Fault,
    /// In words.
    pub reason: String,
}

impl Failure {
    fn new(fault: Fault, reason: impl std::fmt::Display) -> Self {
        Self { fault, reason: reason.to_string() }
    }
}

/// A proof that is to be made.
pub struct Task {
    /// The purpose.
    pub purpose: Purpose,
    /// The input.
    pub opening: Opening,
    /// The context.
    pub context: Context,
}

/// A proof that was made, or not.
pub struct Finished {
    /// The purpose.
    pub purpose: Purpose,
    /// Under which key.
    pub vk_hash: VkHash,
    /// The proof, verified; or why there is none.
    pub result: Result<(Output, Proof), Failure>,
    /// Milliseconds.
    pub millis: u64,
}

/// Makes and checks proofs.
pub trait Prover {
    /// Puts a proof into the queue.
    fn start(&mut self, task: Task);

    /// Takes the proof of a job out of the queue, if it has not begun.
    fn forget(&mut self, job: JobId);

    /// Returns the proofs finished since the last call.
    fn finished(&mut self) -> Vec<Finished>;

    /// Proofs under way, and proofs that wait.
    fn load(&self) -> (usize, usize);

    /// Checks a proof as the chain will.
    ///
    /// # Errors
    /// Says why it does not hold.
    fn verify(&self, statement: &Statement, proof: &Proof) -> Result<(), String>;
}

/// Bounds of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Proofs at once.
    pub jobs: usize,
    /// Bytes that proofs, keys and circuits may need together.
    pub memory: u64,
}

/// Proofs on threads of their own.
pub struct Pool {
    models: BTreeMap<VkHash, Arc<Loaded>>,
    jobs: usize,
    /// Bytes for proofs alone.
    memory: u64,
    waiting: BTreeMap<(Purpose, u64), Task>,
    next: u64,
    running: usize,
    used: u64,
    sender: mpsc::Sender<Finished>,
    receiver: mpsc::Receiver<Finished>,
    /// Rings whenever a proof is finished.
    pub bell: Arc<Notify>,
}

/// The reason why a model cannot be served within the bound.
#[derive(Debug, thiserror::Error)]
#[error(
    "{model} needs {needed} MiB for one proof beside {keys} MiB of keys, more than the {bound} MiB of option `max_memory`; raise it, or serve fewer models"
)]
pub struct TooLarge {
    model: String,
    needed: u64,
    keys: u64,
    bound: u64,
}

impl Pool {
    /// A pool for these models.
    ///
    /// # Errors
    /// [`TooLarge`] when one proof of a model would not fit.
    pub fn new(models: Vec<Loaded>, bounds: Bounds) -> Result<Self, TooLarge> {
        let keys: u64 = models.iter().map(|model| model.held.key_memory).sum();
        let memory = bounds.memory.saturating_sub(keys);
        if let Some(model) = models.iter().find(|model| model.held.proof_memory > memory) {
            return Err(TooLarge {
                model: model.held.name.clone(),
                needed: model.held.proof_memory >> 20,
                keys: keys >> 20,
                bound: bounds.memory >> 20,
            });
        }
        let (sender, receiver) = mpsc::channel();
        let models =
            models.into_iter().map(|model| (model.held.key.vk_hash, Arc::new(model))).collect();
        Ok(Self {
            models,
            jobs: bounds.jobs.max(1),
            memory,
            waiting: BTreeMap::new(),
            next: 0,
            running: 0,
            used: 0,
            sender,
            receiver,
            bell: Arc::new(Notify::new()),
        })
    }

    /// Starts what fits. The first in the queue is never overtaken, so that a large model is not
    /// starved.
    fn fill(&mut self) {
        while self.running < self.jobs {
            let Some(entry) = self.waiting.first_entry() else { return };
            let vk_hash = entry.get().context.vk_hash;
            let Some(model) = self.models.get(&vk_hash).cloned() else {
                let task = entry.remove();
                self.report(
                    task.purpose,
                    vk_hash,
                    Err(Failure::new(Fault::Input, "the model's key is not held")),
                    0,
                );
                continue;
            };
            if self.used.saturating_add(model.held.proof_memory) > self.memory {
                return;
            }
            let task = entry.remove();
            self.running += 1;
            self.used = self.used.saturating_add(model.held.proof_memory);
            self.run(task, model);
        }
    }

    fn run(&self, task: Task, model: Arc<Loaded>) {
        let (sender, bell) = (self.sender.clone(), self.bell.clone());
        let (purpose, vk_hash) = (task.purpose, model.held.key.vk_hash);
        let work = move || {
            let begun = Instant::now();
            let result = catch_unwind(AssertUnwindSafe(|| prove(&task, &model)));
            let result = result.unwrap_or_else(|_panic| {
                Err(Failure::new(Fault::Key, "the proof stopped with a panic"))
            });
            let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            // Nobody listens any more when the prover stops.
            let _ = sender.send(Finished { purpose, vk_hash, result, millis });
            bell.notify_one();
        };
        if let Err(error) = std::thread::Builder::new().name("proof".into()).spawn(work) {
            let failure = Failure::new(Fault::Passing, format!("no thread for the proof: {error}"));
            self.report(purpose, vk_hash, Err(failure), 0);
        }
    }

    fn report(
        &self,
        purpose: Purpose,
        vk_hash: VkHash,
        result: Result<(Output, Proof), Failure>,
        millis: u64,
    ) {
        let _ = self.sender.send(Finished { purpose, vk_hash, result, millis });
        self.bell.notify_one();
    }
}

fn prove(task: &Task, model: &Loaded) -> Result<(Output, Proof), Failure> {
    let context = task.context.clone();
    let file = proving::prove(&model.keys, &task.opening, context, &Progress::silent());
    let file = file.map_err(|error| Failure::new(fault(&error), &error))?;
    Ok((file.statement.output, file.proof))
}

/// Returns the cause of a proof's failure. A cause that is neither the machine's nor the input's is
/// the key's: nothing is claimed for it any more.
fn fault(error: &ProvingError) -> Fault {
    match error {
        ProvingError::Groth16(groth16::ProveError::Random(_))
        | ProvingError::Halo2(halo2::ProveError::Random(_))
        | ProvingError::NotValid(Invalid::Generators(_)) => Fault::Passing,
        ProvingError::Groth16(groth16::ProveError::Circuit(_))
        | ProvingError::Halo2(halo2::ProveError::Circuit(_))
        | ProvingError::OtherSystem(_)
        | ProvingError::OtherKey { .. } => Fault::Input,
        ProvingError::Groth16(_)
        | ProvingError::Halo2(_)
        | ProvingError::TooLong(_)
        | ProvingError::NoOutput
        | ProvingError::NotValid(_) => Fault::Key,
    }
}

impl Prover for Pool {
    fn start(&mut self, task: Task) {
        self.waiting.insert((task.purpose, self.next), task);
        self.next += 1;
        self.fill();
    }

    fn forget(&mut self, job: JobId) {
        let is_of = |purpose: &Purpose| matches!(purpose, Purpose::Job { job: of, .. } | Purpose::Draft(of) if *of == job);
        self.waiting.retain(|(purpose, _), _| !is_of(purpose));
    }

    fn finished(&mut self) -> Vec<Finished> {
        let finished: Vec<_> = self.receiver.try_iter().collect();
        for done in finished.iter().filter(|done| self.models.contains_key(&done.vk_hash)) {
            let memory = self.models.get(&done.vk_hash).map_or(0, |model| model.held.proof_memory);
            self.running = self.running.saturating_sub(1);
            self.used = self.used.saturating_sub(memory);
        }
        self.fill();
        finished
    }

    fn load(&self) -> (usize, usize) {
        (self.running, self.waiting.len())
    }

    fn verify(&self, statement: &Statement, proof: &Proof) -> Result<(), String> {
        let vk_hash = statement.context.vk_hash;
        let model = self.models.get(&vk_hash).ok_or("the model's key is not held")?;
        let file = ProofFile { statement: statement.clone(), proof: proof.clone() };
        proving::verify(model.keys.verifying_key(), &file).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_put_down_to_the_key_unless_it_is_known_to_be_something_else() {
        assert_eq!(
            fault(&groth16::ProveError::SelfCheck(zkml_prove::VerifyError::NotValid).into()),
            Fault::Key
        );
        assert_eq!(fault(&groth16::ProveError::Blinding("delta").into()), Fault::Key);
        assert_eq!(
            fault(&halo2::ProveError::SelfCheck(zkml_prove::VerifyError::NotValid).into()),
            Fault::Key
        );
        assert_eq!(fault(&Invalid::Generators("no disk".into()).into()), Fault::Passing);
        let (wanted, given) = (VkHash([1; 32]), VkHash([2; 32]));
        assert_eq!(fault(&ProvingError::OtherKey { wanted, given }), Fault::Input);
    }

    #[test]
    fn claimed_jobs_come_first_then_drafts_then_trials() {
        let job = |last, job| Purpose::Job { last, job };
        let mut all = [Purpose::Trial, Purpose::Draft(1), job(90, 2), job(20, 3)];
        all.sort();
        assert_eq!(all, [job(20, 3), job(90, 2), Purpose::Draft(1), Purpose::Trial]);
    }
}
