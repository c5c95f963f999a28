//! Benchmarks over real proofs of the toy circuit.
//!
//! [`fixture`] holds a verifying key and a proof for one statement, which the benchmarks bring about: block 0 gets the
//! statement's hash, and the job its terms hash. The prover's account is the benchmarks' own. So the fixture serves every
//! runtime whose accounts are 32 bytes. Its test says how it is made.

pub(crate) mod fixture;

#[cfg(feature = "runtime-benchmarks")]
#[frame_benchmarking::v2::benchmarks]
mod benchmarks {
    use alloc::boxed::Box;

    use frame_benchmarking::v2::*;
    use frame_support::{
        BoundedVec, assert_ok,
        traits::{
            EnsureOrigin, Get,
            fungible::{Balanced, Inspect},
            tokens::Precision,
        },
    };
    use frame_system::{RawOrigin, pallet_prelude::BlockNumberFor};
    use sp_runtime::traits::{Bounded, One, Saturating, Zero};
    use zkinfer_primitives::{
        EncryptionKey, ManifestHash, ModelHash, ModelId, ModelVersionId, Output, Proof, Trust, VerifyingKey,
        Visibility,
    };

    use super::fixture;
    use crate::{
        Attestations, Call, Config, Event, Jobs, ModelVersions, Models, NextModelId, Pallet, Parameters,
        Provers, Receipts,
        types::{AccountIdOf, BalanceOf, JobState, Payload, PayloadOf, ProverList, Recipient, VersionStatus},
    };

    const VERSION: ModelVersionId = fixture::VERSION;

    fn rich<T: Config>(name: &'static str, index: u32) -> AccountIdOf<T> {
        let who = account(name, index, 0);
        let amount = BalanceOf::<T>::max_value() / 1_000u32.into();
        // What is deposited from nowhere is issued when its debt is dropped.
        assert!(T::Currency::deposit(&who, amount, Precision::Exact).is_ok());
        who
    }

    fn prover<T: Config>() -> AccountIdOf<T> {
        rich::<T>(fixture::PROVER, 0)
    }

    /// A full list whose last entry is the prover.
    fn full_list<T: Config>(last: &AccountIdOf<T>) -> ProverList<T> {
        let others = T::MaxProvers::get().saturating_sub(1);
        let list = (0..others).map(|index| account("other", index, 0)).chain([last.clone()]);
        BoundedVec::truncate_from(list.collect())
    }

    fn price<T: Config>() -> BalanceOf<T> {
        T::Currency::minimum_balance()
    }

    fn reward<T: Config>() -> BalanceOf<T> {
        Pallet::<T>::parameters().min_reward.saturating_add(price::<T>()).saturating_mul(4u32.into())
    }

    fn register<T: Config>() -> AccountIdOf<T> {
        frame_system::Pallet::<T>::set_block_number(One::one());
        frame_system::BlockHash::<T>::insert(
            BlockNumberFor::<T>::zero(),
            <T::Hash as codec::Decode>::decode(&mut &fixture::GENESIS_HASH[..]).unwrap_or_default(),
        );
        NextModelId::<T>::put(VERSION.model);
        let owner = rich::<T>("owner", 0);
        assert_ok!(Pallet::<T>::register_model(
            RawOrigin::Signed(owner.clone()).into(),
            ModelHash([1; 32]),
            ManifestHash([2; 32]),
            Box::new(VerifyingKey::Groth16(fixture::KEY)),
            Trust::Ceremony,
            Visibility::Open,
            price::<T>(),
            Some(full_list::<T>(&account(fixture::PROVER, 0, 0))),
        ));
        owner
    }

    fn bonded<T: Config>(who: &AccountIdOf<T>) {
        let amount = Pallet::<T>::parameters().min_bond.saturating_add(reward::<T>());
        assert_ok!(Pallet::<T>::bond(RawOrigin::Signed(who.clone()).into(), amount));
    }

    fn encryption_key(number: u32) -> EncryptionKey {
        let mut bytes = [9u8; 32];
        bytes.iter_mut().zip(number.to_le_bytes()).for_each(|(to, from)| *to = from);
        EncryptionKey(bytes)
    }

    /// A payload of `p` bytes: public, or encrypted to `n` provers, who are bonded and listed.
    fn payload<T: Config>(p: u32, n: u32) -> (PayloadOf<T>, ProverList<T>) {
        let bytes = BoundedVec::truncate_from(alloc::vec![7; p as usize]);
        if n == 0 {
            return (Payload::Public(bytes), full_list::<T>(&account(fixture::PROVER, 0, 0)));
        }
        let (mut recipients, mut provers) = (alloc::vec![], alloc::vec![]);
        for number in 0..n {
            let (who, key) = (rich::<T>("recipient", number), encryption_key(number));
            bonded::<T>(&who);
            assert_ok!(Pallet::<T>::set_encryption_key(RawOrigin::Signed(who.clone()).into(), Some(key)));
            recipients.push(Recipient { encryption_key: key, encapsulated: [1; 32], wrapped_key: [2; 48] });
            provers.push(who);
        }
        // The version allows them.
        let provers = BoundedVec::truncate_from(provers);
        ModelVersions::<T>::mutate(VERSION.model, VERSION.version, |version| {
            if let Some(version) = version {
                version.allowed_provers = Some(provers.clone());
            }
        });
        let recipients = BoundedVec::truncate_from(recipients);
        (Payload::Encrypted { recipients, ciphertext: bytes }, provers)
    }

    fn requested<T: Config>(payload: u32, directed: bool) -> u64 {
        let job = crate::NextJobId::<T>::get();
        assert_ok!(Pallet::<T>::request(
            RawOrigin::Signed(rich::<T>("requester", 0)).into(),
            VERSION,
            fixture::COMMITMENT,
            Payload::Public(BoundedVec::truncate_from(alloc::vec![7; payload as usize])),
            reward::<T>(),
            price::<T>(),
            deadline::<T>(),
            directed.then(|| full_list::<T>(&account(fixture::PROVER, 0, 0))),
        ));
        job
    }

    fn deadline<T: Config>() -> BlockNumberFor<T> {
        frame_system::Pallet::<T>::block_number().saturating_add(Pallet::<T>::parameters().max_job_blocks)
    }

    /// A directed job with a full payload and the fixture's terms hash, claimed by the fixture's prover.
    fn claimed<T: Config>() -> (u64, AccountIdOf<T>) {
        register::<T>();
        let who = prover::<T>();
        bonded::<T>(&who);
        let job = requested::<T>(T::MaxPayload::get(), true);
        Jobs::<T>::mutate(job, |record| {
            if let Some(record) = record {
                record.terms_hash = fixture::TERMS_HASH;
            }
        });
        let origin = RawOrigin::Signed(who.clone()).into();
        assert_ok!(Pallet::<T>::claim(origin, job, fixture::TERMS_HASH));
        (job, who)
    }

    #[benchmark]
    fn register_model() {
        let owner = rich::<T>("owner", 0);
        let list = full_list::<T>(&owner);
        let model: ModelId = NextModelId::<T>::get();
        #[extrinsic_call]
        _(
            RawOrigin::Signed(owner),
            ModelHash([1; 32]),
            ManifestHash([2; 32]),
            Box::new(VerifyingKey::Groth16(fixture::KEY)),
            Trust::Ceremony,
            Visibility::Open,
            price::<T>(),
            Some(list),
        );
        assert!(Models::<T>::contains_key(model));
    }

    #[benchmark]
    fn add_version() {
        let owner = rich::<T>("owner", 0);
        let list = full_list::<T>(&owner);
        let model: ModelId = NextModelId::<T>::get();
        Models::<T>::insert(model, crate::types::Model { owner: owner.clone(), versions: 1 });
        #[extrinsic_call]
        _(
            RawOrigin::Signed(owner),
            model,
            ModelHash([1; 32]),
            ManifestHash([2; 32]),
            Box::new(VerifyingKey::Groth16(fixture::KEY)),
            Trust::Ceremony,
            Visibility::Open,
            price::<T>(),
            Some(list),
        );
        assert!(ModelVersions::<T>::contains_key(model, 1));
    }

    #[benchmark]
    fn retire_version() {
        let owner = register::<T>();
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), VERSION);
        let version = ModelVersions::<T>::get(VERSION.model, VERSION.version);
        assert!(version.is_some_and(|version| version.status == VersionStatus::Retired));
    }

    #[benchmark]
    fn bond() {
        let who = prover::<T>();
        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), Pallet::<T>::parameters().min_bond);
        assert!(Provers::<T>::contains_key(who));
    }

    #[benchmark]
    fn bond_extra() {
        let who = with_parts::<T>();
        let before = Provers::<T>::get(&who).map(|prover| prover.bond);
        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), One::one());
        assert!(Provers::<T>::get(&who).map(|prover| prover.bond) > before);
    }

    /// A prover with all but one of the parts that can be on their way out.
    fn with_parts<T: Config>() -> AccountIdOf<T> {
        let who = prover::<T>();
        bonded::<T>(&who);
        for block in 1..T::MaxUnbonding::get() {
            frame_system::Pallet::<T>::set_block_number(block.into());
            assert_ok!(Pallet::<T>::bond_extra(RawOrigin::Signed(who.clone()).into(), price::<T>()));
            assert_ok!(Pallet::<T>::unbond(RawOrigin::Signed(who.clone()).into(), price::<T>()));
        }
        frame_system::Pallet::<T>::set_block_number(T::MaxUnbonding::get().into());
        who
    }

    #[benchmark]
    fn unbond() {
        let who = with_parts::<T>();
        let amount = Provers::<T>::get(&who).map(|prover| prover.bond).unwrap_or_default();
        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), amount);
        assert!(Provers::<T>::get(&who).is_some_and(|prover| prover.bond.is_zero()));
    }

    #[benchmark]
    fn withdraw_unbonded() {
        let who = with_parts::<T>();
        let all = Provers::<T>::get(&who).map(|prover| prover.bond).unwrap_or_default();
        assert_ok!(Pallet::<T>::unbond(RawOrigin::Signed(who.clone()).into(), all));
        let now = frame_system::Pallet::<T>::block_number()
            .saturating_add(Pallet::<T>::parameters().unbonding_period);
        frame_system::Pallet::<T>::set_block_number(now);
        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));
        assert!(!Provers::<T>::contains_key(who));
    }

    #[benchmark]
    fn set_encryption_key() {
        let who = with_parts::<T>();
        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), Some(encryption_key(1)));
        assert!(Provers::<T>::get(who).is_some_and(|prover| prover.encryption_key.is_some()));
    }

    #[benchmark]
    fn request(p: Linear<0, { T::MaxPayload::get() }>, n: Linear<0, { T::MaxProvers::get() }>) {
        register::<T>();
        let requester = rich::<T>("requester", 0);
        let (payload, provers) = payload::<T>(p, n);
        #[extrinsic_call]
        _(
            RawOrigin::Signed(requester),
            VERSION,
            fixture::COMMITMENT,
            payload,
            reward::<T>(),
            price::<T>(),
            deadline::<T>(),
            Some(provers),
        );
        assert_eq!(Jobs::<T>::iter().count(), 1);
    }

    #[benchmark]
    fn redirect(p: Linear<0, { T::MaxPayload::get() }>, n: Linear<0, { T::MaxProvers::get() }>) {
        let (job, _) = claimed::<T>();
        let (payload, provers) = payload::<T>(p, n);
        let parameters = Pallet::<T>::parameters();
        let late = frame_system::Pallet::<T>::block_number()
            .saturating_add(parameters.max_job_blocks)
            .saturating_add(parameters.grace)
            .saturating_add(One::one());
        frame_system::Pallet::<T>::set_block_number(late);
        let requester: AccountIdOf<T> = account("requester", 0, 0);
        #[extrinsic_call]
        _(RawOrigin::Signed(requester), job, payload, deadline::<T>(), Some(provers));
        assert!(Jobs::<T>::get(job).is_some_and(|job| job.state == JobState::Open));
    }

    #[benchmark]
    fn cancel() {
        register::<T>();
        let job = requested::<T>(T::MaxPayload::get(), true);
        let requester: AccountIdOf<T> = account("requester", 0, 0);
        #[extrinsic_call]
        _(RawOrigin::Signed(requester), job);
        assert!(!Jobs::<T>::contains_key(job));
    }

    #[benchmark]
    fn claim() {
        register::<T>();
        let who = with_parts::<T>();
        let job = requested::<T>(T::MaxPayload::get(), true);
        let terms = Jobs::<T>::get(job).map(|job| job.terms_hash).unwrap_or_default();
        #[extrinsic_call]
        _(RawOrigin::Signed(who), job, terms);
        assert!(Jobs::<T>::get(job).is_some_and(|job| matches!(job.state, JobState::Claimed { .. })));
    }

    #[benchmark]
    fn submit() {
        let (job, who) = claimed::<T>();
        #[extrinsic_call]
        _(RawOrigin::Signed(who), job, fixture::TERMS_HASH, fixture::OUTPUT, Proof::Groth16(fixture::PROOF));
        assert!(Receipts::<T>::contains_key(job));
    }

    #[benchmark]
    fn submit_rejected() {
        let (job, who) = claimed::<T>();
        let Output::Class(class) = fixture::OUTPUT;
        #[extrinsic_call]
        submit(
            RawOrigin::Signed(who.clone()),
            job,
            fixture::TERMS_HASH,
            Output::Class(class.wrapping_add(1)),
            Proof::Groth16(fixture::PROOF),
        );
        let rejected = frame_system::Pallet::<T>::events().iter().any(|record| {
            let event = Event::<T>::ProofRejected {
                job,
                prover: who.clone(),
                slashed: Pallet::<T>::parameters().lock(reward::<T>()),
                reason: crate::types::Rejection::DoesNotVerify,
            };
            record.event == event.into()
        });
        assert!(rejected);
    }

    #[benchmark]
    fn submit_refused() {
        let (job, who) = claimed::<T>();
        let last = frame_system::Pallet::<T>::block_number()
            .saturating_add(Pallet::<T>::parameters().max_job_blocks);
        frame_system::Pallet::<T>::set_block_number(
            last.saturating_add(Pallet::<T>::parameters().grace).saturating_add(One::one()),
        );
        let result;
        #[block]
        {
            result = Pallet::<T>::submit(
                RawOrigin::Signed(who).into(),
                job,
                fixture::TERMS_HASH,
                fixture::OUTPUT,
                Proof::Groth16(fixture::PROOF),
            );
        }
        assert!(result.is_err());
    }

    #[benchmark]
    fn expire() {
        let (job, _) = claimed::<T>();
        let last = frame_system::Pallet::<T>::block_number()
            .saturating_add(Pallet::<T>::parameters().max_job_blocks);
        frame_system::Pallet::<T>::set_block_number(
            last.saturating_add(Pallet::<T>::parameters().grace).saturating_add(One::one()),
        );
        let caller: AccountIdOf<T> = whitelisted_caller();
        #[extrinsic_call]
        _(RawOrigin::Signed(caller), job);
        assert!(!Jobs::<T>::contains_key(job));
    }

    fn attesting<T: Config>() -> AccountIdOf<T> {
        register::<T>();
        with_parts::<T>()
    }

    #[benchmark]
    fn attest() {
        let who = attesting::<T>();
        #[extrinsic_call]
        _(
            RawOrigin::Signed(who.clone()),
            VERSION,
            fixture::NONCE,
            fixture::COMMITMENT,
            fixture::OUTPUT,
            Proof::Groth16(fixture::ATTESTED),
        );
        assert!(Attestations::<T>::contains_key(who, fixture::NONCE));
    }

    #[benchmark]
    fn attest_rejected() {
        let who = attesting::<T>();
        let before = Provers::<T>::get(&who).map(|prover| prover.bond);
        #[extrinsic_call]
        attest(
            RawOrigin::Signed(who.clone()),
            VERSION,
            fixture::NONCE.wrapping_add(1),
            fixture::COMMITMENT,
            fixture::OUTPUT,
            Proof::Groth16(fixture::ATTESTED),
        );
        assert!(Provers::<T>::get(&who).map(|prover| prover.bond) < before);
    }

    #[benchmark]
    fn attest_refused() {
        register::<T>();
        let who = prover::<T>();
        let result;
        #[block]
        {
            result = Pallet::<T>::attest(
                RawOrigin::Signed(who).into(),
                VERSION,
                fixture::NONCE,
                fixture::COMMITMENT,
                fixture::OUTPUT,
                Proof::Groth16(fixture::ATTESTED),
            );
        }
        assert!(result.is_err());
    }

    #[benchmark]
    fn prune_receipt() {
        let who = attesting::<T>();
        let receipt = crate::NextJobId::<T>::get();
        assert_ok!(Pallet::<T>::attest(
            RawOrigin::Signed(who.clone()).into(),
            VERSION,
            fixture::NONCE,
            fixture::COMMITMENT,
            fixture::OUTPUT,
            Proof::Groth16(fixture::ATTESTED),
        ));
        let old = frame_system::Pallet::<T>::block_number()
            .saturating_add(Pallet::<T>::parameters().receipt_period)
            .saturating_add(One::one());
        frame_system::Pallet::<T>::set_block_number(old);
        #[extrinsic_call]
        _(RawOrigin::Signed(who), receipt);
        assert!(!Receipts::<T>::contains_key(receipt));
    }

    #[benchmark]
    fn force_set_parameters() -> Result<(), BenchmarkError> {
        let origin = T::GoverningOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
        let parameters = Pallet::<T>::parameters();
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, Box::new(parameters));
        assert!(Parameters::<T>::exists());
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::externalities(), crate::mock::Test);
}
