//! A runtime for the tests, with real proofs over a toy circuit.

pub mod prover;

use std::sync::LazyLock;

use frame_support::{
    derive_impl, parameter_types,
    traits::{
        ConstU8, ConstU32, ConstU128, OnUnbalanced,
        fungible::{Balanced, InspectHold},
    },
};
use sp_runtime::{AccountId32, BuildStorage, Perbill, traits::IdentityLookup};
use zkinfer_primitives::{
    InputCommitment, JobId, ManifestHash, ModelHash, ModelVersionId, Output, Proof, Purpose,
    TermsHash, statement::Context,
};

use self::prover::Setup;
use crate::{
    self as pallet_inference, HoldReason, Jobs, Pallet,
    benchmarking::fixture,
    types::{CreditOf, MarketParameters, ParametersOf, Payload, PayloadOf, ProverList},
};

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    #[runtime::pallet_index(1)]
    pub type Balances = pallet_balances;
    #[runtime::pallet_index(2)]
    pub type Utility = pallet_utility;
    #[runtime::pallet_index(10)]
    pub type Inference = pallet_inference;
}

pub type Balance = u128;
pub type Account = AccountId32;

/// The existential deposit.
pub const ED: Balance = 10;
/// The initial balance of each account.
pub const START: Balance = 1_000_000;
pub const MIN_BOND: Balance = 1_000;
pub const GRACE: u32 = 5;
pub const CLAIM_PERIOD: u32 = 20;
pub const MIN_PROVING: u32 = 5;
pub const MAX_JOB: u32 = 100;
pub const UNBONDING: u32 = 200;
pub const MIN_CLAIM_BOND: Balance = 100;
pub const RECEIPT_PERIOD: u32 = 300;
/// Reward and price that the tests use if they do not say otherwise; the claim then locks 200, two
/// sevenths of the pay.
pub const REWARD: Balance = 1_000;
pub const PRICE: Balance = 300;
pub const LOCK: Balance = 200;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlockU32<Test>;
    type AccountId = Account;
    type Lookup = IdentityLookup<Account>;
    type AccountData = pallet_balances::AccountData<Balance>;
    type MultiBlockMigrator = Migrator;
}

/// Stands for a migration of several blocks, which tests switch on and off.
pub struct Migrator;

impl Migrator {
    const KEY: &[u8] = b":mock_migration:";

    pub fn set(ongoing: bool) {
        if ongoing {
            sp_io::storage::set(Self::KEY, &[1]);
        } else {
            sp_io::storage::clear(Self::KEY);
        }
    }
}

impl frame_support::migrations::MultiStepMigrator for Migrator {
    fn ongoing() -> bool {
        sp_io::storage::exists(Self::KEY)
    }

    fn step() -> frame_support::weights::Weight {
        frame_support::weights::Weight::zero()
    }
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<ED>;
    type AccountStore = System;
}

impl pallet_utility::Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PalletsOrigin = OriginCaller;
    type WeightInfo = ();
}

/// The parameters that the tests start with.
pub const PARAMETERS: ParametersOf<Test> = MarketParameters {
    min_bond: MIN_BOND,
    min_claim_bond: MIN_CLAIM_BOND,
    // Two sevenths.
    claim_ratio: Perbill::from_parts(285_714_285),
    min_reward: 2,
    deposit_base: 10,
    deposit_per_byte: 1,
    unbonding_period: UNBONDING,
    grace: GRACE,
    claim_period: CLAIM_PERIOD,
    min_proving_blocks: MIN_PROVING,
    max_job_blocks: MAX_JOB,
    receipt_period: RECEIPT_PERIOD,
};

parameter_types! {
    pub const DefaultParameters: ParametersOf<Test> = PARAMETERS;
    pub const MinParameters: ParametersOf<Test> = MarketParameters {
        min_bond: 100,
        min_claim_bond: 10,
        claim_ratio: Perbill::from_percent(1),
        min_reward: 1,
        deposit_base: 1,
        deposit_per_byte: 1,
        unbonding_period: 20,
        grace: 1,
        claim_period: 2,
        min_proving_blocks: 1,
        max_job_blocks: 10,
        receipt_period: 5,
    };
    pub const MaxParameters: ParametersOf<Test> = MarketParameters {
        min_bond: 100_000,
        min_claim_bond: 10_000,
        claim_ratio: Perbill::one(),
        min_reward: 1_000,
        deposit_base: 1_000,
        deposit_per_byte: 10,
        unbonding_period: 1_000,
        grace: 50,
        claim_period: 200,
        min_proving_blocks: 100,
        max_job_blocks: 500,
        receipt_period: 10_000,
    };
}

impl pallet_inference::Config for Test {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type WeightInfo = ();
    type CurveBackend = zkinfer_verifier::backend::Native;
    type OnSlash = Treasury;
    type DefaultParameters = DefaultParameters;
    type MinParameters = MinParameters;
    type MaxParameters = MaxParameters;
    type GoverningOrigin = frame_system::EnsureRoot<Account>;
    type MaxPayload = ConstU32<2048>;
    type MaxProvers = ConstU32<4>;
    type MaxUnbonding = ConstU32<3>;
    type MaxBatch = ConstU32<8>;
    type MaxK = ConstU8<10>;
}

/// Gets what is slashed.
pub struct Treasury;

impl OnUnbalanced<CreditOf<Test>> for Treasury {
    fn on_nonzero_unbalanced(credit: CreditOf<Test>) {
        Balances::resolve(&treasury(), credit).expect("the treasury exists");
    }
}

/// A test account: 1 to 5 have money, others nothing.
pub fn account(number: u8) -> Account {
    Account::new([number; 32])
}
/// Owns the model.
pub fn owner() -> Account {
    account(1)
}
/// Asks.
pub fn requester() -> Account {
    account(2)
}
/// Proves.
pub fn prover() -> Account {
    account(3)
}
/// Proves as well.
pub fn rival() -> Account {
    account(4)
}
/// Has money and nothing to do with it.
pub fn stranger() -> Account {
    account(5)
}
/// Gets what is slashed.
pub fn treasury() -> Account {
    account(99)
}

/// k of the Halo2 circuits of most tests.
pub const K: u8 = 4;

/// Two setups: the model's, and another's.
pub static SETUP: LazyLock<Setup> = LazyLock::new(|| Setup::new(1));
pub static OTHER: LazyLock<Setup> = LazyLock::new(|| Setup::new(2));
/// The same for Halo2, and one of another k.
pub static HALO2: LazyLock<Setup> = LazyLock::new(|| Setup::halo2(1, K));
pub static HALO2_OTHER: LazyLock<Setup> = LazyLock::new(|| Setup::halo2(2, K));
pub static HALO2_LARGER: LazyLock<Setup> = LazyLock::new(|| Setup::halo2(1, K + 1));

pub fn externalities() -> sp_io::TestExternalities {
    let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
    let mut balances: Vec<_> = (1..=5).map(|number| (account(number), START)).collect();
    balances.push((treasury(), ED));
    pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() }
        .assimilate_storage(&mut storage)
        .unwrap();
    pallet_inference::GenesisConfig::<Test> {
        generator_chunks: vec![sp_core::Bytes(fixture::table_chunk(0).to_vec())],
        lagrange_generators: vec![(K, sp_core::Bytes(fixture::lagrange(K).to_vec()))],
        ..Default::default()
    }
    .assimilate_storage(&mut storage)
    .unwrap();
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.execute_with(|| {
        crate::pallet::STORAGE_VERSION.put::<Inference>();
        System::set_block_number(1);
    });
    ext
}

/// Runs a test, and checks every invariant and the sum of all money after it.
pub fn run(test: impl FnOnce()) {
    externalities().execute_with(|| {
        let issuance = Balances::total_issuance();
        test();
        check();
        assert_eq!(Balances::total_issuance(), issuance, "money is conserved");
    });
}

/// Checks every invariant.
pub fn check() {
    Pallet::<Test>::do_try_state().unwrap();
    assert_eq!(
        pallet_balances::TotalIssuance::<Test>::get(),
        frame_system::Account::<Test>::iter_values()
            .map(|a| a.data.free + a.data.reserved)
            .sum::<Balance>(),
    );
}

pub fn signed(who: Account) -> RuntimeOrigin {
    RuntimeOrigin::signed(who)
}

pub fn go_to(block: u32) {
    assert!(block >= System::block_number());
    System::set_block_number(block);
}

pub fn free(who: &Account) -> Balance {
    Balances::free_balance(who)
}

pub fn held(who: &Account, reason: HoldReason) -> Balance {
    Balances::balance_on_hold(&reason.into(), who)
}

/// Everything that an account has.
pub fn total(who: &Account) -> Balance {
    Balances::free_balance(who) + Balances::total_balance_on_hold(who)
}

pub fn events() -> Vec<crate::Event<Test>> {
    System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::Inference(event) => Some(event),
            _ => None,
        })
        .collect()
}

pub fn last_event() -> crate::Event<Test> {
    events().pop().expect("an event of the pallet")
}

pub fn list(accounts: &[Account]) -> Option<ProverList<Test>> {
    Some(accounts.to_vec().try_into().unwrap())
}

pub fn commitment(number: u8) -> InputCommitment {
    let mut bytes = [0; 32];
    bytes[0] = number;
    InputCommitment(bytes)
}

/// Registers the model of [`SETUP`] for [`owner`].
pub fn register() -> ModelVersionId {
    register_for(owner(), &SETUP, PRICE, None)
}

pub fn register_for(
    owner: Account,
    setup: &Setup,
    price: Balance,
    allowed: Option<ProverList<Test>>,
) -> ModelVersionId {
    let model = crate::NextModelId::<Test>::get();
    let (trust, visibility) = setup.trust();
    Inference::register_model(
        signed(owner),
        ModelHash([1; 32]),
        ManifestHash([2; 32]),
        Box::new(setup.key()),
        trust,
        visibility,
        price,
        allowed,
    )
    .unwrap();
    ModelVersionId { model, version: 0 }
}

/// The parts of a request that the tests vary.
pub struct Ask {
    pub version: ModelVersionId,
    pub commitment: InputCommitment,
    pub payload: PayloadOf<Test>,
    pub reward: Balance,
    pub max_price: Balance,
    pub deadline: u32,
    pub provers: Option<ProverList<Test>>,
}

impl Default for Ask {
    fn default() -> Self {
        Self {
            version: ModelVersionId { model: 0, version: 0 },
            commitment: commitment(7),
            payload: Payload::None,
            reward: REWARD,
            max_price: PRICE,
            deadline: System::block_number() + 50,
            provers: None,
        }
    }
}

impl Ask {
    pub fn by(self, who: Account) -> sp_runtime::DispatchResult {
        // As `CheckNonce` does for a signed transaction.
        System::inc_account_nonce(&who);
        Inference::request(
            signed(who),
            self.version,
            self.commitment,
            self.payload,
            self.reward,
            self.max_price,
            self.deadline,
            self.provers,
        )
    }

    pub fn job(self) -> JobId {
        let id = crate::NextJobId::<Test>::get();
        self.by(requester()).unwrap();
        id
    }
}

pub fn terms(job: JobId) -> TermsHash {
    Jobs::<Test>::get(job).unwrap().terms_hash
}

pub fn bond(who: Account) {
    Inference::bond(signed(who), MIN_BOND).unwrap();
}

pub fn claim(who: Account, job: JobId) {
    Inference::claim(signed(who), job, terms(job)).unwrap();
}

/// A model, a bonded prover, and a job that it has claimed.
pub fn claimed() -> JobId {
    claimed_of(&SETUP)
}

/// The same for the model of any setup.
pub fn claimed_of(setup: &Setup) -> JobId {
    register_for(owner(), setup, PRICE, None);
    bond(prover());
    let job = Ask::default().job();
    claim(prover(), job);
    job
}

pub const ANSWER: Output = Output::Class(4);

/// The context that the chain expects.
pub fn context(job: JobId, who: Account) -> Context<Account> {
    let job = Jobs::<Test>::get(job).unwrap();
    Context {
        genesis_hash: System::block_hash(0).0,
        vk_hash: job.vk_hash,
        version: job.version,
        purpose: Purpose::Job(job.terms_hash),
        prover: who,
    }
}

/// A proof that the chain accepts from `who`.
pub fn proof(job: JobId, who: Account) -> Proof {
    let record = Jobs::<Test>::get(job).unwrap();
    let setups = [&SETUP, &OTHER, &HALO2, &HALO2_OTHER, &HALO2_LARGER];
    let setup = setups.into_iter().find(|setup| setup.key().hash() == record.vk_hash).unwrap();
    setup.prove(&record.input_commitment, &ANSWER, &context(job, who))
}

/// Submits as the claimant.
pub fn submit(
    who: Account,
    job: JobId,
    proof: Proof,
) -> frame_support::dispatch::DispatchResultWithPostInfo {
    Inference::submit(signed(who), job, terms(job), ANSWER, proof)
}
