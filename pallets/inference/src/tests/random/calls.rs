//! Random calls, most of them sensible: what never gets past the first check shows little.

use std::sync::LazyLock;

use sp_runtime::Perbill;
use zkinfer_primitives::{
    EncryptionKey, JobId, ManifestHash, ModelHash, ModelId, ModelVersionId, Output, Proof, Purpose,
    TermsHash, Trust, VerifyingKey, Visibility, VkHash, output::Width, proof::GROTH16_VK_LEN,
    statement::Context,
};

use crate::{
    Call, Claims, Jobs, ModelVersions, Models, Parameters, Provers, Receipts,
    mock::{
        prover::{Setup, groth16_bytes},
        *,
    },
    tests::outputs::{top, values},
    types::{
        BatchItem, Job, JobState, ParametersOf, Payload, PayloadOf, ProverList, Recipient,
        VersionStatus,
    },
};

/// The verifying keys of the setups: two of Groth16, one of Halo2.
static KEYS: LazyLock<[VerifyingKey; 3]> =
    LazyLock::new(|| [SETUP.key(), OTHER.key(), HALO2.key()]);
/// A proof of what nobody has asked.
static BESIDE: LazyLock<Proof> = LazyLock::new(|| {
    let context = Context {
        genesis_hash: [0; 32],
        vk_hash: KEYS[0].hash(),
        version: ModelVersionId { model: 0, version: 0 },
        purpose: Purpose::Attest(0),
        prover: account(0),
    };
    SETUP.prove(&commitment(0), &ANSWER, &context)
});

/// A call with its signer; of root when none.
pub type Made = (Option<Account>, RuntimeCall);

/// A maker of random calls of one kind.
type Maker = fn(&mut Random) -> Made;

/// The calls, with their frequencies.
const CALLS: [(u64, Maker); 23] = [
    (1, Random::register),
    (1, Random::add_version),
    (2, Random::retire),
    (6, Random::bond),
    (4, Random::bond_extra),
    (6, Random::unbond),
    (5, Random::withdraw),
    (5, Random::encryption_key),
    (16, Random::request),
    (6, Random::redirect),
    (4, Random::cancel),
    (16, Random::claim),
    (8, Random::submit),
    (4, Random::lie),
    (4, Random::submit_batch),
    (8, Random::expire),
    (3, Random::attest),
    (2, Random::attest_falsely),
    (6, Random::prune),
    (2, Random::parameters),
    (6, Random::transfer),
    (1, Random::transfer_all),
    (4, Random::batch),
];

/// xorshift64*, so that a failure can be run again.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(0x9e37_79b9_7f4a_7c15 ^ seed.wrapping_mul(0xbf58_476d_1ce4_e5b9))
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % bound
    }

    /// A random call with its signer; root when none.
    pub fn call(&mut self) -> Made {
        let all: u64 = CALLS.iter().map(|(weight, _)| weight).sum();
        let mut at = self.below(all);
        for (weight, make) in CALLS {
            match at.checked_sub(weight) {
                Some(rest) => at = rest,
                None => return make(self),
            }
        }
        unreachable!("`at` is below the sum")
    }

    fn often(&mut self) -> bool {
        self.below(10) > 0
    }

    fn pick<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        let last = u64::try_from(all.len()).ok()?.checked_sub(1)?;
        all.get(self.below(last + 1) as usize).cloned()
    }

    /// 1 to 5 start with money, 6 to 8 with none.
    fn account(&mut self) -> Account {
        let accounts = if self.often() { 6 } else { 8 };
        account(1 + self.below(accounts) as u8)
    }

    /// Mostly one that can pay for something.
    fn funded(&mut self) -> Account {
        let rich: Vec<_> = (1..=8).map(account).filter(|who| free(who) > 10 * MIN_BOND).collect();
        self.pick(&rich).filter(|_| self.often()).unwrap_or_else(|| self.account())
    }

    /// Mostly a prover.
    fn bonded(&mut self) -> Account {
        let provers: Vec<_> = Provers::<Test>::iter_keys().collect();
        self.pick(&provers).filter(|_| self.often()).unwrap_or_else(|| self.account())
    }

    fn amount(&mut self) -> Balance {
        let amounts =
            [0, 1, ED - 1, ED, 100, 150, MIN_BOND - 1, MIN_BOND, MIN_BOND, 3 * MIN_BOND, START / 3];
        self.pick(&amounts).unwrap()
    }

    fn job(&mut self, wanted: impl Fn(&Job<Test>) -> bool) -> (JobId, Option<Job<Test>>) {
        let any = !self.often();
        let jobs: Vec<_> = Jobs::<Test>::iter().filter(|(_, job)| any || wanted(job)).collect();
        match self.pick(&jobs) {
            Some((id, job)) => (id, Some(job)),
            None => (self.below(500), None),
        }
    }

    /// The job's terms, mostly.
    fn terms(&mut self, job: &Option<Job<Test>>) -> TermsHash {
        let job = job.as_ref().filter(|_| self.often());
        job.map(|job| job.terms_hash).unwrap_or_default()
    }

    fn version(&mut self) -> ModelVersionId {
        let any = !self.often();
        let versions: Vec<_> = ModelVersions::<Test>::iter()
            .filter(|(_, _, version)| any || version.status == VersionStatus::Active)
            .map(|(model, version, _)| ModelVersionId { model, version })
            .collect();
        self.pick(&versions).unwrap_or(ModelVersionId { model: self.below(20) as u32, version: 0 })
    }

    fn provers(&mut self) -> Option<ProverList<Test>> {
        match self.below(8) {
            0 => list(&[]),
            1 => list(&[self.account(), self.account()]),
            2 => list(&[self.account()]),
            3 => list(&[self.account(), self.account(), self.account(), self.account()]),
            _ => None,
        }
    }

    /// For a model: the lists are long, so that some of its jobs are proved.
    fn allowed(&mut self) -> Option<ProverList<Test>> {
        (self.below(4) == 0).then(|| (1..=4).map(account).collect::<Vec<_>>().try_into().unwrap())
    }

    /// A key with what its owner says of it: mostly what can be true.
    fn key(&mut self) -> (Box<VerifyingKey>, Trust, Visibility) {
        if !self.often() {
            return (
                Box::new(VerifyingKey::Groth16([0; GROTH16_VK_LEN])),
                Trust::Ceremony,
                Visibility::Open,
            );
        }
        let number = self.below(3) as usize;
        let said = if self.often() { number } else { self.below(3) as usize };
        let (trust, visibility) = setup_of(&KEYS[said].hash()).trust();
        (Box::new(KEYS[number].clone()), trust, visibility)
    }

    fn payload(&mut self, provers: &Option<ProverList<Test>>) -> PayloadOf<Test> {
        let bytes = if self.below(50) == 0 { 2048 } else { self.below(64) };
        let bytes = vec![self.below(256) as u8; bytes as usize];
        match self.below(4) {
            0 => Payload::Public(bytes.try_into().unwrap()),
            1 | 2 if provers.is_some() => {
                let recipients: Vec<_> =
                    provers.iter().flatten().map(|who| self.recipient(who)).collect();
                Payload::Encrypted {
                    recipients: recipients.try_into().unwrap(),
                    ciphertext: bytes.try_into().unwrap(),
                }
            }
            _ => Payload::None,
        }
    }

    fn recipient(&mut self, who: &Account) -> Recipient {
        let key = Provers::<Test>::get(who).and_then(|prover| prover.encryption_key);
        let encryption_key = key.filter(|_| self.often()).unwrap_or(EncryptionKey([77; 32]));
        Recipient { encryption_key, encapsulated: [1; 32], wrapped_key: [2; 48] }
    }

    fn deadline(&mut self) -> u32 {
        let job = Parameters::<Test>::get().max_job_blocks;
        System::block_number() + self.below(u64::from(job) + 3) as u32
    }

    fn by(who: Account, call: Call<Test>) -> Made {
        (Some(who), RuntimeCall::Inference(call))
    }

    fn register(&mut self) -> Made {
        let who = self.funded();
        let (verifying_key, trust, visibility) = self.key();
        let call = Call::register_model {
            model_hash: ModelHash([1; 32]),
            manifest_hash: ManifestHash([2; 32]),
            verifying_key,
            trust,
            visibility,
            price: self.pick(&[0, 1, ED - 1, ED, PRICE]).unwrap(),
            allowed_provers: self.allowed(),
        };
        Self::by(who, call)
    }

    /// A model, and mostly its owner.
    fn model(&mut self) -> (ModelId, Account) {
        let models: Vec<_> = Models::<Test>::iter().collect();
        match self.pick(&models) {
            Some((model, record)) if self.often() => (model, record.owner),
            _ => (self.below(10) as u32, self.account()),
        }
    }

    fn add_version(&mut self) -> Made {
        let (model, owner) = self.model();
        let (verifying_key, trust, visibility) = self.key();
        let call = Call::add_version {
            model,
            model_hash: ModelHash([3; 32]),
            manifest_hash: ManifestHash([4; 32]),
            verifying_key,
            trust,
            visibility,
            price: self.pick(&[0, 1, ED - 1, ED, PRICE]).unwrap(),
            allowed_provers: self.allowed(),
        };
        Self::by(owner, call)
    }

    fn retire(&mut self) -> Made {
        let active = ModelVersions::<Test>::iter_values()
            .filter(|version| version.status == VersionStatus::Active)
            .count();
        if active < 4 && self.often() {
            // Else there would soon be nothing left to ask.
            return self.register();
        }
        let version = self.version();
        let owner = Models::<Test>::get(version.model).map(|model| model.owner);
        let who = owner.filter(|_| self.often()).unwrap_or_else(|| self.account());
        Self::by(who, Call::retire_version { version })
    }

    fn bond(&mut self) -> Made {
        Self::by(self.funded(), Call::bond { amount: self.amount() })
    }

    fn bond_extra(&mut self) -> Made {
        Self::by(self.bonded(), Call::bond_extra { amount: self.amount() })
    }

    fn unbond(&mut self) -> Made {
        let who = self.bonded();
        let bond = Provers::<Test>::get(&who).map(|prover| prover.free()).unwrap_or_default();
        let amount = if self.below(3) == 0 { bond } else { self.amount() };
        Self::by(who, Call::unbond { amount })
    }

    fn withdraw(&mut self) -> Made {
        let now = System::block_number();
        let any = !self.often();
        let ready: Vec<_> = Provers::<Test>::iter()
            .filter(|(_, prover)| any || prover.unbonding.iter().any(|part| part.at <= now))
            .map(|(who, _)| who)
            .collect();
        let who = self.pick(&ready).unwrap_or_else(|| self.bonded());
        Self::by(who, Call::withdraw_unbonded {})
    }

    fn encryption_key(&mut self) -> Made {
        let key = match self.below(6) {
            0 => None,
            1 => Some(EncryptionKey([0; 32])),
            _ => Some(EncryptionKey([9 + self.below(4) as u8; 32])),
        };
        Self::by(self.bonded(), Call::set_encryption_key { key })
    }

    fn request(&mut self) -> Made {
        let (who, version, provers) = (self.funded(), self.version(), self.provers());
        let input_commitment = if self.often() {
            commitment(7)
        } else {
            zkinfer_primitives::InputCommitment([0xff; 32])
        };
        let payload = self.payload(&provers);
        let reward =
            self.pick(&[1, ED, PRICE, PRICE + ED - 1, REWARD, REWARD, 9 * REWARD]).unwrap();
        let deadline = self.deadline();
        Self::by(
            who,
            Call::request {
                version,
                input_commitment,
                payload,
                reward,
                max_price: PRICE,
                deadline,
                provers,
            },
        )
    }

    fn redirect(&mut self) -> Made {
        let now = System::block_number();
        let (job, record) = self.job(|job| match job.state {
            JobState::Open => true,
            JobState::Claimed { last, .. } => last < now,
        });
        let who = record.filter(|_| self.often()).map(|job| job.requester);
        let who = who.unwrap_or_else(|| self.account());
        let provers = self.provers();
        let payload = self.payload(&provers);
        let deadline = self.deadline();
        Self::by(who, Call::redirect { job, payload, deadline, provers })
    }

    fn cancel(&mut self) -> Made {
        let (job, record) = self.job(|job| job.state == JobState::Open);
        let who = record.filter(|_| self.often()).map(|job| job.requester);
        Self::by(who.unwrap_or_else(|| self.account()), Call::cancel { job })
    }

    fn claim(&mut self) -> Made {
        let (job, record) = self.job(|job| job.state == JobState::Open);
        let terms_hash = self.terms(&record);
        let named: Vec<_> = record.and_then(|job| job.provers).into_iter().flatten().collect();
        let bonded: Vec<_> = Provers::<Test>::iter_keys().collect();
        let who = self.pick(&named).or_else(|| self.pick(&bonded)).filter(|_| self.often());
        Self::by(who.unwrap_or_else(|| self.account()), Call::claim { job, terms_hash })
    }

    /// A claimed job with its terms, and mostly its claimant.
    fn claimed(&mut self) -> (JobId, TermsHash, Account, Option<Job<Test>>) {
        let (id, job) = self.job(|job| job.state != JobState::Open);
        let claimant = match job.as_ref().map(|job| job.state.clone()) {
            Some(JobState::Claimed { prover, .. }) if self.often() => prover,
            _ => self.account(),
        };
        (id, self.terms(&job), claimant, job)
    }

    /// An output of any kind.
    fn output(&mut self) -> Output {
        let number = |random: &mut Self| random.below(200) as i32 - 100;
        match self.below(4) {
            0 => top(&[4, self.below(4) as u32, 9]),
            1 => values(Width::Bits16, &[number(self), number(self)]),
            2 => values(Width::Bits8, &vec![number(self); 1 + self.below(30) as usize]),
            _ => ANSWER,
        }
    }

    /// Something of an output's type that is none.
    fn no_output(&mut self) -> Output {
        match self.below(3) {
            0 => top(&[4, 4]),
            1 => values(Width::Bits16, &[0; 16]),
            _ => values(Width::Bits8, &[128 + self.below(9) as i32]),
        }
    }

    fn submit(&mut self) -> Made {
        let (job, terms_hash, who, record) = self.claimed();
        let output = self.output();
        let proof = match record {
            Some(record) => {
                let setup = setup_of(&record.vk_hash);
                setup.prove(&record.input_commitment, &output, &context(job, who.clone()))
            }
            None => BESIDE.clone(),
        };
        let output = if self.often() { output } else { self.no_output() };
        Self::by(who, Call::submit { job, terms_hash, output, proof })
    }

    /// Proofs for some claims of one prover; now and then one of them is false, or they are of
    /// several keys.
    fn submit_batch(&mut self) -> Made {
        let who = self.bonded();
        let jobs: Vec<_> = Claims::<Test>::iter_key_prefix(&who)
            .filter_map(|id| Some((id, Jobs::<Test>::get(id)?)))
            .collect();
        let key = self.pick(&jobs).map(|(_, job)| job.vk_hash);
        let any = !self.often();
        let lie = if self.often() { usize::MAX } else { 0 };
        let chosen = jobs
            .iter()
            .filter(|(_, job)| any || Some(job.vk_hash) == key)
            .take(1 + self.below(4) as usize);
        let items = chosen.enumerate().map(|(index, (id, job))| BatchItem {
            job: *id,
            terms_hash: job.terms_hash,
            output: if index == lie { Output::Class(5) } else { ANSWER },
            proof: proof(*id, who.clone()),
        });
        let batch = items.collect::<Vec<_>>().try_into().unwrap();
        Self::by(who, Call::submit_batch { batch })
    }

    fn false_proof(&mut self) -> Proof {
        let mut bytes = [self.below(256) as u8; 192];
        match self.below(3) {
            0 => BESIDE.clone(),
            1 => Proof::Groth16(bytes),
            _ => {
                // Points of the curve, and the last of them the identity.
                bytes[..144].copy_from_slice(&groth16_bytes(&BESIDE)[..144]);
                bytes[144..].fill(0);
                bytes[144] = 0xc0;
                Proof::Groth16(bytes)
            }
        }
    }

    fn lie(&mut self) -> Made {
        let (job, terms_hash, who, _) = self.claimed();
        let proof = self.false_proof();
        Self::by(who, Call::submit { job, terms_hash, output: self.output(), proof })
    }

    fn expire(&mut self) -> Made {
        let now = System::block_number();
        let (job, _) = self.job(|job| match job.state {
            JobState::Open => job.deadline < now,
            JobState::Claimed { last, .. } => last < now,
        });
        Self::by(self.account(), Call::expire { job })
    }

    fn attest(&mut self) -> Made {
        let (who, version, nonce) = (self.bonded(), self.version(), self.below(100));
        let (vk_hash, output) = (key_of(version), self.output());
        let proof = if vk_hash == VkHash::default() {
            BESIDE.clone()
        } else {
            let context = Context {
                genesis_hash: System::block_hash(0).0,
                vk_hash,
                version,
                purpose: Purpose::Attest(nonce),
                prover: who.clone(),
            };
            setup_of(&vk_hash).prove(&commitment(7), &output, &context)
        };
        let input_commitment = commitment(7);
        let output = if self.often() { output } else { self.no_output() };
        Self::by(who, Call::attest { version, vk_hash, nonce, input_commitment, output, proof })
    }

    fn attest_falsely(&mut self) -> Made {
        let (who, version, nonce) = (self.bonded(), self.version(), self.below(100));
        let vk_hash = if self.often() { key_of(version) } else { KEYS[0].hash() };
        let (input_commitment, proof) = (commitment(7), self.false_proof());
        Self::by(
            who,
            Call::attest { version, vk_hash, nonce, input_commitment, output: ANSWER, proof },
        )
    }

    fn prune(&mut self) -> Made {
        let (now, period) = (System::block_number(), Parameters::<Test>::get().receipt_period);
        let any = !self.often();
        let old: Vec<_> = Receipts::<Test>::iter()
            .filter(|(_, receipt)| any || now - receipt.block > period)
            .collect();
        match self.pick(&old) {
            Some((job, receipt)) => {
                let who = if self.often() { receipt.requester } else { self.account() };
                Self::by(who, Call::prune_receipt { job })
            }
            None => Self::by(self.account(), Call::prune_receipt { job: self.below(500) }),
        }
    }

    /// The default parameters with some changed: within bounds, outside of them, or against each
    /// other.
    fn parameters(&mut self) -> Made {
        let mut new = PARAMETERS;
        for _ in 0..self.below(4) {
            self.change(&mut new);
        }
        let call = RuntimeCall::Inference(Call::force_set_parameters { parameters: Box::new(new) });
        (if self.often() { None } else { Some(self.account()) }, call)
    }

    fn change(&mut self, new: &mut ParametersOf<Test>) {
        let scale = |value: Balance, by: u64| value * Balance::from(by) / 10;
        // From a fifth to nearly four times what it is.
        let by = 2 + self.below(38);
        let blocks = |value: u32| value * by as u32 / 10;
        match self.below(12) {
            0 => new.min_bond = scale(new.min_bond, by),
            1 => new.min_claim_bond = scale(new.min_claim_bond, by),
            2 => new.claim_ratio = Perbill::from_percent(self.below(101) as u32),
            3 => new.min_reward = Balance::from(self.below(40)),
            4 => new.deposit_base = Balance::from(self.below(100)),
            5 => new.deposit_per_byte = Balance::from(self.below(4)),
            6 => new.unbonding_period = blocks(new.unbonding_period),
            7 => new.grace = blocks(new.grace),
            8 => new.claim_period = blocks(new.claim_period),
            9 => new.min_proving_blocks = blocks(new.min_proving_blocks),
            10 => new.max_job_blocks = blocks(new.max_job_blocks),
            _ => new.receipt_period = blocks(new.receipt_period) / 4,
        }
    }

    fn transfer(&mut self) -> Made {
        let dest = account(1 + self.below(8) as u8);
        let rich = (1..=8).map(account).max_by_key(free).unwrap_or_else(|| account(1));
        let (who, value) = match self.below(8) {
            // All but what must stay, or more.
            0 => {
                let who = self.account();
                let value = free(&who).saturating_sub(self.below(12).into());
                (who, value)
            }
            // Money does not gather with one.
            1..=4 => (rich.clone(), free(&rich) / 4),
            _ => (self.account(), self.amount()),
        };
        (
            Some(who),
            RuntimeCall::Balances(pallet_balances::Call::transfer_allow_death { dest, value }),
        )
    }

    fn transfer_all(&mut self) -> Made {
        let (who, dest) = (self.account(), account(1 + self.below(8) as u8));
        let keep_alive = self.below(2) == 0;
        (Some(who), RuntimeCall::Balances(pallet_balances::Call::transfer_all { dest, keep_alive }))
    }

    /// Some calls of one signer, whoever they were meant for.
    fn batch(&mut self) -> Made {
        let who = self.account();
        let calls = (0..1 + self.below(4)).map(|_| self.single()).collect();
        let force = self.below(2) == 0;
        let call = if force {
            pallet_utility::Call::force_batch { calls }
        } else {
            pallet_utility::Call::batch { calls }
        };
        (Some(who), RuntimeCall::Utility(call))
    }

    fn single(&mut self) -> RuntimeCall {
        loop {
            match self.call().1 {
                RuntimeCall::Utility(_) => {}
                call => return call,
            }
        }
    }
}

/// The setup of a verifying key.
fn setup_of(vk_hash: &VkHash) -> &'static Setup {
    let number = KEYS.iter().position(|key| key.hash() == *vk_hash);
    [&*SETUP, &*OTHER, &*HALO2][number.expect("a key of ours")]
}

/// The key of a version; none that there is when there is no such version.
fn key_of(version: ModelVersionId) -> VkHash {
    ModelVersions::<Test>::get(version.model, version.version)
        .map(|version| version.vk_hash)
        .unwrap_or_default()
}
