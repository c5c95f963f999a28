//! A chain for tests: blocks, a pool, reorganisations; money as far as it matters.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use codec::{Decode, DecodeAll, Encode};
use subxt::utils::AccountId32;
use zkinfer_primitives::{
    InputCommitment, JobId, ModelHash, ModelVersionId, Output, Proof, Purpose, TermsHash, VkHash,
    statement::Context,
};

use zkinfer::artefacts::opening::Opening;

use super::super::market::{Fate, Fees, JobState, JobView, Limits, Payload, Snapshot, VersionView};

pub const GENESIS: [u8; 32] = [7; 32];
pub const VK: VkHash = VkHash([1; 32]);
pub const MODEL: ModelHash = ModelHash([2; 32]);
pub const VERSION: ModelVersionId = ModelVersionId { model: 0, version: 0 };
pub const REWARD: u128 = 100;
pub const PRICE: u128 = 20;
pub const BOND: u128 = 1_000;

/// The account of a prover in these tests.
pub fn account(number: u8) -> AccountId32 {
    AccountId32([number; 32])
}

/// A transaction of this chain.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Tx {
    pub signer: AccountId32,
    pub nonce: u64,
    pub death: u32,
    pub call: Call,
    /// Signatures differ whenever they are made.
    pub salt: u64,
    pub tip: u128,
}

#[derive(Clone, Debug, PartialEq, Encode, Decode)]
#[allow(clippy::large_enum_variant)] // A handful of them in a test.
pub enum Call {
    Claim(JobId, TermsHash),
    Submit(JobId, TermsHash, Output, Proof),
    Batch(Vec<Call>),
    Nothing,
}

/// The state after a block.
#[derive(Clone, Default)]
pub struct State {
    pub jobs: BTreeMap<JobId, JobView>,
    pub receipts: BTreeMap<JobId, (AccountId32, TermsHash)>,
    pub nonces: BTreeMap<AccountId32, u64>,
    pub bonds: BTreeMap<AccountId32, u128>,
    pub next_job: JobId,
    /// Transactions that were included and did nothing but cost their fee.
    pub failed: Vec<Call>,
    /// Submissions that paid.
    pub paid: Vec<(JobId, AccountId32)>,
    /// Tips that were paid.
    pub tips: u128,
    /// Slashes with their reasons.
    pub slashed: Vec<(JobId, &'static str)>,
}

pub struct Chain {
    pub blocks: Vec<State>,
    pub finalized: usize,
    pub lag: usize,
    pub pool: Vec<Tx>,
    pub payloads: BTreeMap<JobId, Payload>,
    pub limits: Limits,
    pub fees: Fees,
    pub balance: u128,
    pub reachable: bool,
    pub pool_is_full: bool,
    /// `true` if every batch is an error.
    pub refuses_batches: bool,
    /// With which error every submission fails.
    pub refuses_submissions: Option<&'static str>,
    /// Blocks are filled by somebody who offers this tip for each transaction, which are proofs of
    /// claims of its own.
    pub flood: Option<u128>,
    /// Blocks are filled with calls that cost little: only proofs of claimants are put before them.
    pub junk: bool,
    /// `true` if its records cannot be decoded.
    pub unreadable: bool,
    /// Halo2: what the chain has generators for.
    pub generators: BTreeSet<u8>,
    /// The prover's key on chain.
    pub encryption_key: Option<[u8; 32]>,
    /// Bytes that the pool does not look at.
    pub banned: Vec<Vec<u8>>,
    /// Signatures made.
    pub signatures: u64,
    /// All transactions ever taken into the pool, as bytes.
    pub taken: Vec<Vec<u8>>,
    /// Payloads that were asked for.
    pub payloads_read: usize,
}

/// The chain, shared by all that use it.
#[derive(Clone)]
pub struct World(Arc<Mutex<Chain>>);

impl World {
    /// A chain with two bonded provers, accounts 1 and 2, that finalises `lag` blocks behind the
    /// best.
    pub fn new(lag: usize) -> Self {
        let mut genesis = State::default();
        genesis.bonds.insert(account(1), BOND);
        genesis.bonds.insert(account(2), BOND);
        let template = super::snapshot(0, 0);
        Self(Arc::new(Mutex::new(Chain {
            blocks: vec![genesis],
            finalized: 0,
            lag,
            pool: Vec::new(),
            payloads: BTreeMap::new(),
            limits: template.limits,
            fees: template.fees,
            balance: 1_000,
            reachable: true,
            pool_is_full: false,
            refuses_batches: false,
            refuses_submissions: None,
            flood: None,
            junk: false,
            unreadable: false,
            generators: BTreeSet::new(),
            encryption_key: None,
            banned: Vec::new(),
            signatures: 0,
            taken: Vec::new(),
            payloads_read: 0,
        })))
    }

    pub fn chain(&self) -> MutexGuard<'_, Chain> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A job with a public payload.
    pub fn request(&self, opening: &Opening, deadline: u32) -> JobId {
        self.chain().request(opening, Payload::Public(opening.encode().to_vec()), deadline, |_| {})
    }
}

impl Chain {
    pub fn best(&self) -> &State {
        self.blocks.last().expect("there is a genesis")
    }

    pub fn number(&self) -> u32 {
        (self.blocks.len() - 1) as u32
    }

    /// Puts a job into the best block.
    pub fn request(
        &mut self,
        opening: &Opening,
        payload: Payload,
        deadline: u32,
        change: impl FnOnce(&mut JobView),
    ) -> JobId {
        let state = self.blocks.last_mut().expect("there is a genesis");
        let id = state.next_job;
        state.next_job += 1;
        let mut job = JobView {
            id,
            requester: account(9),
            nonce: id,
            version: VERSION,
            vk_hash: VK,
            terms_hash: TermsHash::default(),
            input_commitment: InputCommitment(opening.commitment()),
            payload_hash: payload.hash(),
            reward: REWARD,
            price: PRICE,
            deadline,
            provers: None,
            state: JobState::Open,
        };
        change(&mut job);
        job.terms_hash = job.computed_terms();
        state.jobs.insert(id, job);
        self.payloads.insert(id, payload);
        id
    }

    /// Makes a block of what the pool has ready, and finalises.
    pub fn produce(&mut self) {
        let mut state = self.best().clone();
        let number = self.number() + 1;
        self.pool.sort_by_key(|tx| tx.nonce);
        let mut left = Vec::new();
        for tx in std::mem::take(&mut self.pool) {
            let nonce = state.nonces.entry(tx.signer).or_default();
            if tx.death <= number || tx.nonce < *nonce {
                continue;
            }
            let Some(proves) = state.proves(&tx) else { continue };
            let nonce = state.nonces.entry(tx.signer).or_default();
            let left_out = self.flood.is_some_and(|tip| tx.tip <= tip) || (self.junk && !proves);
            if tx.nonce > *nonce || left_out {
                left.push(tx);
                continue;
            }
            *nonce += 1;
            state.tips += tx.tip;
            if self.refuses_submissions.is_some()
                && matches!(tx.call, Call::Submit(..) | Call::Batch(_))
            {
                state.failed.push(tx.call);
                continue;
            }
            if self.refuses_batches && matches!(tx.call, Call::Batch(_)) {
                state.failed.push(tx.call);
                continue;
            }
            state.apply(&tx, number, &self.limits);
        }
        self.pool = left;
        state.expire(number);
        self.blocks.push(state);
        self.finalized = self.finalized.max(self.blocks.len().saturating_sub(1 + self.lag));
    }

    /// Takes the last blocks back; what they included is lost.
    pub fn reorganise(&mut self, depth: usize) {
        let keep = self.blocks.len().saturating_sub(depth).max(self.finalized + 1);
        self.blocks.truncate(keep);
    }

    pub fn next_nonce(&self, account: &AccountId32) -> u64 {
        let mut nonce = self.best().nonces.get(account).copied().unwrap_or_default();
        while self.pool.iter().any(|tx| tx.signer == *account && tx.nonce == nonce) {
            nonce += 1;
        }
        nonce
    }

    /// Returns the transaction that another one replaces in the pool, or `None` if its priority is
    /// too low for that: the sum of theirs has to be lower. A claimant's proof takes the place of
    /// another version of it, too, and what waits behind that goes with it.
    pub fn replaced(&self, tx: &Tx) -> Option<Vec<Tx>> {
        let proofs = self.best().proofs(tx);
        let same = |other: &&Tx| {
            other.signer == tx.signer
                && (other.nonce == tx.nonce
                    || self.best().proofs(other).iter().any(|job| proofs.contains(job)))
        };
        let replaced: Vec<_> = self.pool.iter().filter(same).cloned().collect();
        let sum = replaced.iter().map(|tx| self.best().priority(tx)).fold(0, u64::saturating_add);
        (replaced.is_empty() || sum < self.best().priority(tx)).then_some(replaced)
    }

    pub fn take(&mut self, bytes: &[u8]) -> Tx {
        let tx = Tx::decode_all(&mut &*bytes).expect("ours");
        self.taken.push(bytes.to_vec());
        self.pool.push(tx.clone());
        tx
    }

    pub fn snapshot(&self, me: &AccountId32, jobs: &[JobId]) -> Snapshot {
        let mut snapshot = super::snapshot(self.finalized as u32, self.number());
        let (best, finalized) = (self.best(), &self.blocks[self.finalized]);
        let mut wanted: Vec<_> = jobs.to_vec();
        for state in [best, finalized] {
            let mine =
                state.jobs.values().filter(|job| job.claimed_by(me, &job.terms_hash).is_some());
            wanted.extend(mine.map(|job| job.id));
        }
        for (side, state) in [(&mut snapshot.best, best), (&mut snapshot.finalized, finalized)] {
            side.nonce = state.nonces.get(me).copied().unwrap_or_default();
            side.fates = wanted.iter().map(|id| (*id, state.fate(*id))).collect();
        }
        let is_open =
            |state: &State, id| state.jobs.get(&id).is_some_and(|job| job.state == JobState::Open);
        let open =
            best.jobs.values().filter(|job| is_open(best, job.id) && is_open(finalized, job.id));
        snapshot.open = open.cloned().collect();
        snapshot.open_jobs = snapshot.open.len();
        snapshot.generators = self.generators.clone();
        snapshot.next_nonce = self.next_nonce(me);
        let locked = best.jobs.values().filter_map(|job| match &job.state {
            JobState::Claimed { prover, lock, .. } if prover == me => Some(*lock),
            _ => None,
        });
        let stake = snapshot.stake.as_mut().expect("bonded");
        (stake.bond, stake.locked) = (best.bonds[me], locked.sum());
        stake.encryption_key = self.encryption_key;
        (snapshot.limits, snapshot.fees, snapshot.balance) =
            (self.limits, self.fees.clone(), self.balance);
        snapshot
    }

    pub fn version(&self) -> VersionView {
        VersionView { model_hash: MODEL, vk_hash: VK, allowed_provers: None }
    }

    /// Claims of other provers.
    pub fn rival_claims(&mut self, job: JobId) {
        let rival = account(2);
        let terms = self.best().jobs[&job].terms_hash;
        let nonce = self.next_nonce(&rival);
        self.pool.push(Tx {
            signer: rival,
            nonce,
            death: u32::MAX,
            call: Call::Claim(job, terms),
            salt: 0,
            tip: 0,
        });
    }

    /// A requester takes an open job back.
    pub fn cancel(&mut self, id: JobId) {
        self.blocks.last_mut().expect("there is a genesis").jobs.remove(&id);
    }

    /// Calls that were included in the best chain, or wait, for one job and kind.
    pub fn count(&self, wanted: impl Fn(&Call) -> bool) -> usize {
        let mut distinct: Vec<_> = self.taken.clone();
        distinct.sort();
        distinct.dedup();
        let calls = distinct.iter().map(|bytes| Tx::decode_all(&mut &**bytes).expect("ours").call);
        calls.filter(wanted).count()
    }
}

impl State {
    fn fate(&self, id: JobId) -> Fate {
        if let Some(job) = self.jobs.get(&id) {
            return Fate::Running(Box::new(job.clone()));
        }
        if let Some((prover, terms)) = self.receipts.get(&id) {
            return Fate::Completed { prover: *prover, terms_hash: Some(*terms) };
        }
        if id < self.next_job { Fate::Ended } else { Fate::Unborn }
    }

    /// Returns `true` if a transaction proves claims of its signer; `None` if it answers what is
    /// answered already: no pool and no block takes that.
    pub fn proves(&self, tx: &Tx) -> Option<bool> {
        let answered = answers(&tx.call);
        let over = answered.iter().any(|(job, _)| self.receipts.contains_key(job));
        let claimed = |(job, terms): &(JobId, TermsHash)| {
            self.jobs.get(job).is_some_and(|job| job.claimed_by(&tx.signer, terms).is_some())
        };
        (!over).then(|| !answered.is_empty() && answered.iter().all(claimed))
    }

    /// The jobs whose claims a transaction proves.
    fn proofs(&self, tx: &Tx) -> Vec<JobId> {
        let proves = self.proves(tx) == Some(true);
        answers(&tx.call).into_iter().filter(|_| proves).map(|(job, _)| job).collect()
    }

    /// As the chain has it: a tip counts by as many such transactions as fill a block.
    fn priority(&self, tx: &Tx) -> u64 {
        let fill = if answers(&tx.call).is_empty() { 15_000 } else { 2 };
        let tips = u64::try_from(tx.tip).unwrap_or(u64::MAX).saturating_add(1).saturating_mul(fill);
        if self.proves(tx) == Some(true) { tips.saturating_add(1 << 63) } else { tips }
    }

    fn apply(&mut self, tx: &Tx, number: u32, limits: &Limits) {
        let done = match &tx.call {
            Call::Claim(id, terms) => self.claim(tx.signer, *id, terms, number, limits),
            Call::Submit(id, terms, output, proof) => {
                self.submit(tx.signer, *id, terms, output, proof)
            }
            Call::Batch(calls) => self.batch(tx.signer, calls),
            Call::Nothing => true,
        };
        if !done {
            self.failed.push(tx.call.clone());
        }
    }

    fn claim(
        &mut self,
        who: AccountId32,
        id: JobId,
        terms: &TermsHash,
        now: u32,
        limits: &Limits,
    ) -> bool {
        let Some(job) = self.jobs.get_mut(&id) else { return false };
        let in_time = job.deadline.saturating_sub(now) >= limits.min_proving_blocks;
        if job.terms_hash != *terms || job.state != JobState::Open || !in_time {
            return false;
        }
        let last = job.deadline.min(now + limits.claim_period) + limits.grace;
        let lock = limits.lock(job);
        job.state = JobState::Claimed { prover: who, last, lock };
        true
    }

    fn submit(
        &mut self,
        who: AccountId32,
        id: JobId,
        terms: &TermsHash,
        output: &Output,
        proof: &Proof,
    ) -> bool {
        let Some(job) = self.jobs.get(&id) else { return false };
        if job.claimed_by(&who, terms).is_none() {
            return false;
        }
        let job = self.jobs.remove(&id).expect("there");
        if *proof == true_proof(&job, who, output) {
            self.receipts.insert(id, (who, *terms));
            self.paid.push((id, who));
        } else {
            self.slash(&job, "false proof");
        }
        true
    }

    /// All submissions, or an error that leaves everything as it was.
    fn batch(&mut self, who: AccountId32, calls: &[Call]) -> bool {
        let mut after = self.clone();
        let done = calls.iter().all(|call| match call {
            Call::Submit(id, terms, output, proof) => after.submit(who, *id, terms, output, proof),
            _ => false,
        });
        if done {
            *self = after;
        }
        done
    }

    fn expire(&mut self, now: u32) {
        let over: Vec<_> =
            self.jobs.values().filter(|job| is_over(job, now)).map(|job| job.id).collect();
        for id in over {
            let job = self.jobs.remove(&id).expect("there");
            if job.state != JobState::Open {
                self.slash(&job, "missed deadline");
            }
        }
    }

    fn slash(&mut self, job: &JobView, why: &'static str) {
        let JobState::Claimed { prover, lock, .. } = &job.state else { return };
        *self.bonds.entry(*prover).or_default() -= lock;
        self.slashed.push((job.id, why));
    }
}

/// The jobs that a call answers, on which terms.
fn answers(call: &Call) -> Vec<(JobId, TermsHash)> {
    match call {
        Call::Submit(job, terms, ..) => vec![(*job, *terms)],
        Call::Batch(calls) => calls.iter().flat_map(answers).collect(),
        Call::Claim(..) | Call::Nothing => Vec::new(),
    }
}

fn is_over(job: &JobView, now: u32) -> bool {
    match &job.state {
        JobState::Open => now > job.deadline,
        JobState::Claimed { last, .. } => now > *last,
    }
}

/// The proof that this chain takes: the bytes of the statement's context and answer.
pub fn true_proof(job: &JobView, prover: AccountId32, output: &Output) -> Proof {
    let context = Context {
        genesis_hash: GENESIS,
        vk_hash: job.vk_hash,
        version: job.version,
        purpose: Purpose::Job(job.terms_hash),
        prover,
    };
    proof_bytes(&context, output)
}

/// The proof of a context and an answer.
pub fn proof_bytes(context: &Context<AccountId32>, output: &Output) -> Proof {
    let mut bytes = [0u8; 192];
    bytes[..32].copy_from_slice(&context.to_public_input());
    bytes[32..64].copy_from_slice(&output.to_public_input().expect("an output"));
    Proof::Groth16(bytes)
}
