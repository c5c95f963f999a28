//! Proofs of claimants come before everything else, with the runtime's own extensions: in the pool
//! and in blocks.

use codec::Encode;
use pallet_inference::{
    Jobs, Provers, VerifyingKeys,
    types::{Job, JobState, Prover, StoredKey},
};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Eve};
use sp_runtime::{
    BuildStorage,
    generic::Era,
    transaction_validity::{
        InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError,
    },
};
use zkinfer_primitives::{
    InputCommitment, JobId, ModelVersionId, Output, PayloadHash, Proof, SubmissionFault, TermsHash,
    VerifyingKey, VkHash,
};
use zkinfer_runtime::{
    AccountId, Balance, BalancesConfig, Executive, Nonce, Runtime, RuntimeCall,
    RuntimeGenesisConfig, SignedPayload, System, TxExtension, UNIT, UncheckedExtrinsic,
};

const TERMS: TermsHash = TermsHash([1; 32]);
const KEY: VkHash = VkHash([2; 32]);
/// All the money that there is.
const ISSUANCE: Balance = 12_000_000 * UNIT;
/// Last block in which Bob's proofs are good.
const LAST: u32 = 60;

fn run(test: impl FnOnce()) {
    let storage = RuntimeGenesisConfig {
        balances: BalancesConfig {
            balances: [Alice, Bob, Eve].map(|key| (key.to_account_id(), ISSUANCE / 3)).to_vec(),
            ..Default::default()
        },
        ..Default::default()
    };
    let mut ext = sp_io::TestExternalities::new(storage.build_storage().expect("a genesis"));
    ext.execute_with(|| {
        System::set_block_number(1);
        test();
    });
}

/// A job that Bob has claimed, as far as the checks before cryptography look.
fn claimed(id: JobId) {
    let lock = UNIT;
    Jobs::<Runtime>::insert(
        id,
        Job {
            requester: Alice.to_account_id(),
            nonce: 1,
            version: ModelVersionId { model: 0, version: 0 },
            vk_hash: KEY,
            terms_hash: TERMS,
            input_commitment: InputCommitment([0; 32]),
            payload_hash: PayloadHash([0; 32]),
            reward: 2 * UNIT,
            price: 0,
            deadline: LAST,
            provers: None,
            deposit: 0,
            state: JobState::Claimed { prover: Bob.to_account_id(), until: LAST, last: LAST, lock },
        },
    );
    pallet_inference::NextJobId::<Runtime>::put(id + 1);
    let key = VerifyingKey::Groth16([0; 528]);
    VerifyingKeys::<Runtime>::insert(
        KEY,
        StoredKey { key, prepared: Default::default(), references: 1 },
    );
    Provers::<Runtime>::mutate(Bob.to_account_id(), |prover| {
        let prover: &mut Prover<Runtime> = prover.get_or_insert_default();
        prover.bond += lock;
        prover.locked += lock;
    });
}

fn submission(job: JobId) -> RuntimeCall {
    let proof = Proof::Groth16([0; 192]);
    let call =
        pallet_inference::Call::submit { job, terms_hash: TERMS, output: Output::Class(0), proof };
    RuntimeCall::Inference(call)
}

fn transfer() -> RuntimeCall {
    let dest = Alice.to_account_id().into();
    RuntimeCall::Balances(pallet_balances::Call::transfer_allow_death { dest, value: UNIT })
}

fn sign(
    signer: Sr25519Keyring,
    nonce: Nonce,
    tip: Balance,
    call: RuntimeCall,
) -> UncheckedExtrinsic {
    let extension: TxExtension = (
        frame_system::AuthorizeCall::new(),
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckEra::from(Era::Immortal),
        frame_system::CheckNonce::from(nonce),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(tip),
        pallet_inference::PrioritizeProofs::new(),
        frame_metadata_hash_extension::CheckMetadataHash::new(false),
        frame_system::WeightReclaim::new(),
    );
    let payload = SignedPayload::new(call, extension).expect("a payload that can be signed");
    let signature = payload.using_encoded(|bytes| signer.sign(bytes));
    let (call, extension, _) = payload.deconstruct();
    let address: AccountId = signer.to_account_id();
    UncheckedExtrinsic::new_signed(call, address.into(), signature.into(), extension)
}

fn validate(transaction: UncheckedExtrinsic) -> TransactionValidity {
    frame_support::storage::with_transaction(|| {
        let validity = Executive::validate_transaction(
            TransactionSource::External,
            transaction,
            Default::default(),
        );
        sp_runtime::TransactionOutcome::Rollback(Ok::<_, sp_runtime::DispatchError>(validity))
    })
    .expect("one layer of storage")
}

fn priority(signer: Sr25519Keyring, nonce: Nonce, tip: Balance, call: RuntimeCall) -> u64 {
    validate(sign(signer, nonce, tip, call)).expect("valid").priority
}

fn refused(fault: SubmissionFault) -> TransactionValidityError {
    InvalidTransaction::Custom(fault.code()).into()
}

#[test]
fn no_tip_that_fills_a_block_outbids_a_proof_without_one() {
    run(|| {
        claimed(0);
        let proof = priority(Bob, 0, 0, submission(0));
        // A batch that is a tenth of a block, so that ten tips of this size make the block.
        let call =
            pallet_utility::Call::force_batch { calls: vec![RuntimeCall::System(heavy()); 1] };
        for call in [transfer(), RuntimeCall::Utility(call)] {
            let tipped = |tip| priority(Eve, 0, tip, call.clone());
            assert!(tipped(0) < proof && tipped(100 * UNIT) < proof);
            // A block's worth of transactions that each outbid the proof pays three quarters of
            // what there is, or more.
            let n = tipped(0);
            let least = u128::from(proof) / u128::from(n);
            assert!(least * u128::from(n) >= ISSUANCE * 3 / 4);
        }
    });
}

fn heavy() -> frame_system::Call<Runtime> {
    frame_system::Call::remark { remark: vec![0; 300_000] }
}

#[test]
fn tips_order_proofs_and_replace_one_under_its_nonce() {
    run(|| {
        claimed(0);
        let with_tip = |tip| validate(sign(Bob, 0, tip, submission(0))).expect("valid");
        let (first, second) = (with_tip(0), with_tip(1));
        assert!(second.priority > first.priority);
        assert_eq!(first.provides, second.provides);
        assert_eq!(first.provides.len(), 2, "the nonce and the job");
        // Large tips still count.
        assert!(with_tip(1_000 * UNIT).priority > with_tip(999 * UNIT).priority);
        assert!(with_tip(1_000 * UNIT).priority < u64::MAX);
    });
}

#[test]
fn a_proof_behind_another_transaction_of_its_signer_waits_for_it() {
    run(|| {
        claimed(0);
        let later = validate(sign(Bob, 1, 0, submission(0))).expect("valid");
        assert_eq!(later.requires.len(), 1);
        // A transaction under the same nonce is replaced by the proof.
        let pending = validate(sign(Bob, 0, 0, transfer())).expect("valid");
        let proof = validate(sign(Bob, 0, 0, submission(0))).expect("valid");
        assert!(proof.priority > pending.priority && proof.provides.contains(&pending.provides[0]));
    });
}

#[test]
fn other_peoples_proofs_do_not_get_into_the_pool() {
    run(|| {
        claimed(0);
        assert_eq!(
            validate(sign(Eve, 0, 0, submission(0))),
            Err(refused(SubmissionFault::NotClaimant))
        );
        System::set_block_number(LAST);
        assert_eq!(
            validate(sign(Bob, 0, 0, submission(0))),
            Err(refused(SubmissionFault::TooLateToSubmit))
        );
    });
}

#[test]
fn a_proof_that_fails_is_in_no_block_and_pays_nothing() {
    run(|| {
        claimed(0);
        let before = System::account(Eve.to_account_id());
        let applied = Executive::apply_extrinsic(sign(Eve, 0, 0, submission(0)));
        assert_eq!(applied, Err(refused(SubmissionFault::NotClaimant)));
        // Bob's own after its time: the pool may have taken it before. Every block until then took
        // transactions.
        pallet_inference::LastUsableBlock::<Runtime>::put(LAST);
        System::set_block_number(LAST + 1);
        let applied = Executive::apply_extrinsic(sign(Bob, 0, 0, submission(0)));
        assert_eq!(applied, Err(refused(SubmissionFault::TooLateToSubmit)));
        assert_eq!(System::account(Eve.to_account_id()), before);
        assert_eq!(System::account_nonce(Bob.to_account_id()), 0);
        // Inside another call it fails in the block, and pays its fee.
        let wrapped = pallet_utility::Call::force_batch { calls: vec![submission(0)] };
        let applied = Executive::apply_extrinsic(sign(Eve, 0, 0, RuntimeCall::Utility(wrapped)));
        assert!(applied.expect("included").is_ok());
        assert!(System::account(Eve.to_account_id()).data.free < before.data.free);
    });
}

#[test]
fn the_extension_weighs_something_for_proofs_alone() {
    use frame_support::dispatch::GetDispatchInfo;
    run(|| {
        let weight = |call| sign(Bob, 0, 0, call).get_dispatch_info().extension_weight;
        let other = weight(transfer());
        assert!(weight(submission(0)).ref_time() > other.ref_time());
        assert_eq!(
            weight(RuntimeCall::Inference(pallet_inference::Call::expire { job: 0 })),
            other
        );
    });
}
