//! Benchmarks over real proofs of the toy circuit.
//!
//! [`fixture`] holds verifying keys and proofs for two statements, which the benchmarks bring
//! about: block 0 gets the statement's hash, and the jobs their terms hash. So all jobs of a batch
//! have one statement, and each a proof of its own. The prover's account is the benchmarks' own. So
//! the fixture serves every runtime whose accounts are 32 bytes. Its test says how it is made.

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
        weights::WeightMeter,
    };
    use frame_system::{RawOrigin, pallet_prelude::BlockNumberFor};
    use sp_runtime::traits::{Bounded, One, Saturating, Zero};
    use zkinfer_primitives::{
        EncryptionKey, ManifestHash, ModelHash, ModelId, ModelVersionId, Output, Proof,
        VerifyingKey, Visibility,
    };

    use zkinfer_verifier::halo2::{
        accumulator::Accumulator,
        ipa::Terms,
        key::{PreparedVerifyingKey, VerifyingKey as Halo2Key},
    };

    use super::fixture::{self, Fixture};
    use crate::{
        Attestations, Call, Claims, Config, GeneratorChunks, Jobs, LagrangeGenerators,
        LastUsableBlock, LatestPause, ModelVersions, Models, NextModelId, Pallet, Parameters,
        Provers, Receipts,
        types::{
            AccountIdOf, BalanceOf, BatchItem, BatchOf, Generators, JobState, Pause, Payload,
            PayloadOf, ProverList, Recipient, VersionStatus,
        },
        verify::Stored,
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
        Pallet::<T>::parameters()
            .min_reward
            .saturating_add(price::<T>())
            .saturating_mul(4u32.into())
    }

    /// Bytes of the Halo2 proofs: between them the weight is a line.
    const SHORTEST: u32 = fixture::SHORTEST as u32;
    const LONGEST: u32 = fixture::LONGEST as u32;

    /// The Halo2 fixture for proofs of this length in bytes: the larger one for all but the least.
    fn halo2(bytes: u32) -> Fixture {
        if bytes > SHORTEST { Fixture::Large } else { Fixture::Small }
    }

    /// The model with the key that is the most expensive to store.
    fn register<T: Config>() -> AccountIdOf<T> {
        register_of::<T>(Fixture::Large)
    }

    fn register_of<T: Config>(fixture: Fixture) -> AccountIdOf<T> {
        frame_system::Pallet::<T>::set_block_number(One::one());
        frame_system::BlockHash::<T>::insert(
            BlockNumberFor::<T>::zero(),
            <T::Hash as codec::Decode>::decode(&mut &fixture::GENESIS_HASH[..]).unwrap_or_default(),
        );
        NextModelId::<T>::put(VERSION.model);
        let owner = rich::<T>("owner", 0);
        generators_of_the_smallest::<T>();
        paused::<T>();
        assert_ok!(Pallet::<T>::register_model(
            RawOrigin::Signed(owner.clone()).into(),
            ModelHash([1; 32]),
            ManifestHash([2; 32]),
            Box::new(fixture.key()),
            fixture.trust(),
            Visibility::Open,
            price::<T>(),
            Some(full_list::<T>(&account(fixture::PROVER, 0, 0))),
        ));
        owner
    }

    /// The generators that circuits of 2^10 rows need.
    fn generators_of_the_smallest<T: Config>() {
        GeneratorChunks::<T>::insert(
            0,
            BoundedVec::truncate_from(fixture::table_chunk(0).to_vec()),
        );
        let points = BoundedVec::truncate_from(fixture::lagrange(fixture::K).to_vec());
        LagrangeGenerators::<T>::insert(fixture::K, points);
    }

    /// A pause that prolongs no claim of the benchmarks and that each of them reads.
    fn paused<T: Config>() {
        LatestPause::<T>::put(Pause { from: Bounded::max_value(), until: Bounded::max_value() });
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
            assert_ok!(Pallet::<T>::set_encryption_key(
                RawOrigin::Signed(who.clone()).into(),
                Some(key)
            ));
            recipients.push(Recipient {
                encryption_key: key,
                encapsulated: [1; 32],
                wrapped_key: [2; 48],
            });
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
        frame_system::Pallet::<T>::block_number()
            .saturating_add(Pallet::<T>::parameters().max_job_blocks)
    }

    /// A directed job with a full payload and the fixture's terms hash, claimed by the fixture's
    /// prover.
    fn claimed<T: Config>() -> (u64, AccountIdOf<T>) {
        claimed_of::<T>(Fixture::Large)
    }

    fn claimed_of<T: Config>(fixture: Fixture) -> (u64, AccountIdOf<T>) {
        register_of::<T>(fixture);
        let who = prover::<T>();
        bonded::<T>(&who);
        (claimed_again::<T>(&who), who)
    }

    fn claimed_again<T: Config>(who: &AccountIdOf<T>) -> u64 {
        let job = requested::<T>(T::MaxPayload::get(), true);
        Jobs::<T>::mutate(job, |record| {
            if let Some(record) = record {
                record.terms_hash = fixture::TERMS_HASH;
            }
        });
        let origin = RawOrigin::Signed(who.clone()).into();
        assert_ok!(Pallet::<T>::claim(origin, job, fixture::TERMS_HASH));
        job
    }

    /// A batch of `n` such jobs, and its prover.
    fn batch<T: Config>(fixture: Fixture, n: u32) -> (BatchOf<T>, AccountIdOf<T>) {
        register_of::<T>(fixture);
        let who = prover::<T>();
        let lock = Pallet::<T>::parameters().lock(reward::<T>().saturating_sub(price::<T>()));
        let amount =
            Pallet::<T>::parameters().min_bond.saturating_add(lock.saturating_mul(n.into()));
        assert_ok!(Pallet::<T>::bond(RawOrigin::Signed(who.clone()).into(), amount));
        let items = (0..n as usize).map(|index| BatchItem {
            job: claimed_again::<T>(&who),
            terms_hash: fixture::TERMS_HASH,
            output: fixture::OUTPUT,
            proof: fixture.proof(index),
        });
        (BoundedVec::truncate_from(items.collect()), who)
    }

    /// An answer that no proof of the fixture proves.
    fn false_output() -> Output {
        Output::Class(fixture::CLASS.wrapping_add(1))
    }

    #[benchmark]
    fn register_model_groth16() {
        let owner = rich::<T>("owner", 0);
        let list = full_list::<T>(&owner);
        let model: ModelId = NextModelId::<T>::get();
        #[extrinsic_call]
        register_model(
            RawOrigin::Signed(owner),
            ModelHash([1; 32]),
            ManifestHash([2; 32]),
            Box::new(Fixture::Groth16.key()),
            Fixture::Groth16.trust(),
            Visibility::Open,
            price::<T>(),
            Some(list),
        );
        assert!(Models::<T>::contains_key(model));
    }

    #[benchmark]
    fn add_version_groth16() {
        let owner = rich::<T>("owner", 0);
        let list = full_list::<T>(&owner);
        let model: ModelId = NextModelId::<T>::get();
        Models::<T>::insert(model, crate::types::Model { owner: owner.clone(), versions: 1 });
        #[extrinsic_call]
        add_version(
            RawOrigin::Signed(owner),
            model,
            ModelHash([1; 32]),
            ManifestHash([2; 32]),
            Box::new(Fixture::Groth16.key()),
            Fixture::Groth16.trust(),
            Visibility::Open,
            price::<T>(),
            Some(list),
        );
        assert!(ModelVersions::<T>::contains_key(model, 1));
    }

    #[benchmark]
    fn register_model_halo2() {
        generators_of_the_smallest::<T>();
        let owner = rich::<T>("owner", 0);
        let list = full_list::<T>(&owner);
        let model: ModelId = NextModelId::<T>::get();
        #[extrinsic_call]
        register_model(
            RawOrigin::Signed(owner),
            ModelHash([1; 32]),
            ManifestHash([2; 32]),
            Box::new(fixture::dearest_to_register()),
            Fixture::Large.trust(),
            Visibility::Open,
            price::<T>(),
            Some(list),
        );
        assert!(Models::<T>::contains_key(model));
    }

    #[benchmark]
    fn add_version_halo2() {
        generators_of_the_smallest::<T>();
        let owner = rich::<T>("owner", 0);
        let list = full_list::<T>(&owner);
        let model: ModelId = NextModelId::<T>::get();
        Models::<T>::insert(model, crate::types::Model { owner: owner.clone(), versions: 1 });
        #[extrinsic_call]
        add_version(
            RawOrigin::Signed(owner),
            model,
            ModelHash([1; 32]),
            ManifestHash([2; 32]),
            Box::new(fixture::dearest_to_register()),
            Fixture::Large.trust(),
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
            assert_ok!(Pallet::<T>::bond_extra(
                RawOrigin::Signed(who.clone()).into(),
                price::<T>()
            ));
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
        assert!(
            Jobs::<T>::get(job).is_some_and(|job| matches!(job.state, JobState::Claimed { .. }))
        );
    }

    #[benchmark]
    fn submit_groth16() {
        let fixture = Fixture::Groth16;
        let (job, who) = claimed_of::<T>(fixture);
        #[extrinsic_call]
        submit(
            RawOrigin::Signed(who.clone()),
            job,
            fixture::TERMS_HASH,
            fixture::OUTPUT,
            fixture.proof(0),
        );
        assert!(Receipts::<T>::contains_key(job));
    }

    #[benchmark]
    fn submit_groth16_rejected() {
        let fixture = Fixture::Groth16;
        let (job, who) = claimed_of::<T>(fixture);
        #[extrinsic_call]
        submit(
            RawOrigin::Signed(who.clone()),
            job,
            fixture::TERMS_HASH,
            false_output(),
            fixture.proof(0),
        );
        assert!(!Claims::<T>::contains_key(&who, job) && !Receipts::<T>::contains_key(job));
    }

    #[benchmark]
    fn submit_halo2(b: Linear<{ SHORTEST }, { LONGEST }>) {
        let fixture = halo2(b);
        let (job, who) = claimed_of::<T>(fixture);
        #[extrinsic_call]
        submit(
            RawOrigin::Signed(who.clone()),
            job,
            fixture::TERMS_HASH,
            fixture::OUTPUT,
            fixture.proof(0),
        );
        assert!(Receipts::<T>::contains_key(job));
    }

    #[benchmark]
    fn submit_halo2_rejected(b: Linear<{ SHORTEST }, { LONGEST }>) {
        let fixture = halo2(b);
        let (job, who) = claimed_of::<T>(fixture);
        #[extrinsic_call]
        submit(
            RawOrigin::Signed(who.clone()),
            job,
            fixture::TERMS_HASH,
            false_output(),
            fixture.proof(0),
        );
        assert!(!Claims::<T>::contains_key(&who, job) && !Receipts::<T>::contains_key(job));
    }

    #[benchmark]
    fn submit_refused() {
        let (job, who) = claimed::<T>();
        // The last of the checks: a proof of another class.
        let proof = Proof::Groth16([0; 192]);
        let result;
        #[block]
        {
            let origin = RawOrigin::Signed(who).into();
            result = Pallet::<T>::submit(origin, job, fixture::TERMS_HASH, fixture::OUTPUT, proof);
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

    fn attesting<T: Config>(fixture: Fixture) -> AccountIdOf<T> {
        register_of::<T>(fixture);
        with_parts::<T>()
    }

    #[benchmark]
    fn attest_groth16() {
        let fixture = Fixture::Groth16;
        let who = attesting::<T>(fixture);
        #[extrinsic_call]
        attest(
            RawOrigin::Signed(who.clone()),
            VERSION,
            fixture.key().hash(),
            fixture::NONCE,
            fixture::COMMITMENT,
            fixture::OUTPUT,
            fixture.attested(),
        );
        assert!(Attestations::<T>::contains_key(who, fixture::NONCE));
    }

    #[benchmark]
    fn attest_groth16_rejected() {
        let fixture = Fixture::Groth16;
        let who = attesting::<T>(fixture);
        let before = Provers::<T>::get(&who).map(|prover| prover.bond);
        #[extrinsic_call]
        attest(
            RawOrigin::Signed(who.clone()),
            VERSION,
            fixture.key().hash(),
            fixture::NONCE.wrapping_add(1),
            fixture::COMMITMENT,
            fixture::OUTPUT,
            fixture.attested(),
        );
        assert!(Provers::<T>::get(&who).map(|prover| prover.bond) < before);
    }

    #[benchmark]
    fn attest_halo2(b: Linear<{ SHORTEST }, { LONGEST }>) {
        let fixture = halo2(b);
        let who = attesting::<T>(fixture);
        #[extrinsic_call]
        attest(
            RawOrigin::Signed(who.clone()),
            VERSION,
            fixture.key().hash(),
            fixture::NONCE,
            fixture::COMMITMENT,
            fixture::OUTPUT,
            fixture.attested(),
        );
        assert!(Attestations::<T>::contains_key(who, fixture::NONCE));
    }

    #[benchmark]
    fn attest_halo2_rejected(b: Linear<{ SHORTEST }, { LONGEST }>) {
        let fixture = halo2(b);
        let who = attesting::<T>(fixture);
        let before = Provers::<T>::get(&who).map(|prover| prover.bond);
        #[extrinsic_call]
        attest(
            RawOrigin::Signed(who.clone()),
            VERSION,
            fixture.key().hash(),
            fixture::NONCE.wrapping_add(1),
            fixture::COMMITMENT,
            fixture::OUTPUT,
            fixture.attested(),
        );
        assert!(Provers::<T>::get(&who).map(|prover| prover.bond) < before);
    }

    #[benchmark]
    fn attest_refused() {
        register::<T>();
        // Not bonded, which is looked at after the key.
        let who = prover::<T>();
        let (version, vk_hash) = (VERSION, Fixture::Large.key().hash());
        let (input, output, proof) =
            (fixture::COMMITMENT, fixture::OUTPUT, Fixture::Large.attested());
        let result;
        #[block]
        {
            let origin = RawOrigin::Signed(who).into();
            result =
                Pallet::<T>::attest(origin, version, vk_hash, fixture::NONCE, input, output, proof);
        }
        assert!(result.is_err());
    }

    #[benchmark]
    fn submit_batch_groth16(n: Linear<1, { T::MaxBatch::get() }>) {
        let (batch, who) = batch::<T>(Fixture::Groth16, n);
        let items = batch.clone();
        #[extrinsic_call]
        submit_batch(RawOrigin::Signed(who.clone()), batch);
        assert!(items.iter().all(|item| Receipts::<T>::contains_key(item.job)));
    }

    #[benchmark]
    fn submit_batch_groth16_rejected(n: Linear<1, { T::MaxBatch::get() }>) {
        let (mut batch, who) = batch::<T>(Fixture::Groth16, n);
        batch.iter_mut().for_each(|item| item.output = false_output());
        let items = batch.clone();
        #[extrinsic_call]
        submit_batch(RawOrigin::Signed(who.clone()), batch);
        assert!(items.iter().all(|item| {
            !Claims::<T>::contains_key(&who, item.job) && !Receipts::<T>::contains_key(item.job)
        }));
    }

    #[benchmark]
    fn submit_batch_halo2(n: Linear<1, { T::MaxBatch::get() }>) {
        let (batch, who) = batch::<T>(Fixture::Large, n);
        let items = batch.clone();
        #[extrinsic_call]
        submit_batch(RawOrigin::Signed(who.clone()), batch);
        assert!(items.iter().all(|item| Receipts::<T>::contains_key(item.job)));
    }

    #[benchmark]
    fn submit_batch_halo2_rejected(n: Linear<1, { T::MaxBatch::get() }>) {
        let (mut batch, who) = batch::<T>(Fixture::Large, n);
        batch.iter_mut().for_each(|item| item.output = false_output());
        let items = batch.clone();
        #[extrinsic_call]
        submit_batch(RawOrigin::Signed(who.clone()), batch);
        assert!(items.iter().all(|item| {
            !Claims::<T>::contains_key(&who, item.job) && !Receipts::<T>::contains_key(item.job)
        }));
    }

    #[benchmark]
    fn submit_batch_refused(n: Linear<0, { T::MaxBatch::get() }>) {
        let (mut batch, who) = batch::<T>(Fixture::Large, n);
        // The last of the checks.
        if let Some(item) = batch.last_mut() {
            item.proof = Proof::Groth16([0; 192]);
        }
        let result;
        #[block]
        {
            result = Pallet::<T>::submit_batch(RawOrigin::Signed(who).into(), batch);
        }
        assert!(result.is_err());
    }

    /// The terms that a proof adds to a check with 1,024 generators; their values do not matter.
    #[allow(clippy::panic, clippy::expect_used)]
    fn terms() -> Terms {
        let VerifyingKey::Halo2(bytes) = Fixture::Small.key() else { panic!("a Halo2 key") };
        let key =
            PreparedVerifyingKey::prepare(Halo2Key::decode(&bytes).expect("the fixture's key"));
        let x = *key.digest();
        Terms {
            points: alloc::vec![],
            g0: x,
            u: x,
            w: x,
            minus_c: x,
            challenges: alloc::vec![x; 10],
        }
    }

    #[benchmark]
    fn halo2_chunks(c: Linear<0, 31>) {
        let (mut sum, terms) = (Accumulator::new(), terms());
        sum.add(&terms, terms.g0);
        let sums = alloc::vec![sum; c as usize];
        for index in 0..32u32 {
            GeneratorChunks::<T>::insert(
                index,
                BoundedVec::truncate_from(fixture::table_chunk(index).to_vec()),
            );
        }
        let mut wrong = 0u32;
        #[block]
        {
            // Each sum reads the first chunk; each of the others is read once besides.
            for (index, sum) in (1u32..).zip(sums) {
                assert!(GeneratorChunks::<T>::get(index).is_some());
                let identity = sum.is_identity::<T::CurveBackend, _>(&Stored::<T>::new());
                wrong = wrong.saturating_add((identity == Ok(false)).into());
            }
        }
        assert_eq!(wrong, c);
    }

    #[benchmark]
    fn halo2_coefficients(c: Linear<0, 992>) {
        let (mut sum, terms) = (Accumulator::new(), terms());
        #[block]
        {
            for _ in 0..c {
                sum.add(&terms, terms.g0);
            }
        }
        drop(sum);
    }

    #[benchmark]
    fn find_generators(c: Linear<0, 31>) {
        for index in 0..32u32 {
            let points = BoundedVec::truncate_from(fixture::table_chunk(index).to_vec());
            GeneratorChunks::<T>::insert(index, points);
        }
        let mut found = 0u32;
        #[block]
        {
            for index in 0..c {
                found = found.saturating_add(GeneratorChunks::<T>::contains_key(index).into());
            }
        }
        assert_eq!(found, c);
    }

    #[benchmark]
    fn poll() {
        let now = BlockNumberFor::<T>::from(100u32);
        frame_system::Pallet::<T>::set_block_number(now);
        LastUsableBlock::<T>::put(BlockNumberFor::<T>::from(50u32));
        LatestPause::<T>::put(Pause { from: 10u32.into(), until: 60u32.into() });
        #[block]
        {
            Pallet::<T>::note_usable_block(now, &mut WeightMeter::new());
        }
        assert!(LatestPause::<T>::get().is_some_and(|pause| pause.until > now));
    }

    #[benchmark]
    fn upload_generators() {
        let caller: AccountIdOf<T> = whitelisted_caller();
        GeneratorChunks::<T>::remove(31);
        let points = BoundedVec::truncate_from(fixture::table_chunk(31).to_vec());
        #[extrinsic_call]
        _(RawOrigin::Signed(caller), Box::new(Generators::Chunk { index: 31, points }));
        assert!(GeneratorChunks::<T>::contains_key(31));
    }

    #[benchmark]
    fn prune_receipt() {
        let who = attesting::<T>(Fixture::Groth16);
        let receipt = crate::NextJobId::<T>::get();
        assert_ok!(Pallet::<T>::attest(
            RawOrigin::Signed(who.clone()).into(),
            VERSION,
            Fixture::Groth16.key().hash(),
            fixture::NONCE,
            fixture::COMMITMENT,
            fixture::OUTPUT,
            Fixture::Groth16.attested(),
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
        let origin =
            T::GoverningOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
        let parameters = Pallet::<T>::parameters();
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, Box::new(parameters));
        assert!(Parameters::<T>::exists());
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::externalities(), crate::mock::Test);
}
