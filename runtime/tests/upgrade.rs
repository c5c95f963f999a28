//! An upgrade by the runtime's own executive: the migration takes the blocks that it needs, and no
//! transaction gets into them.

use codec::Encode;
use frame_support::traits::{GetStorageVersion, StorageVersion};
use frame_system::{LastRuntimeUpgrade, LastRuntimeUpgradeInfo};
use pallet_inference::{LastUsableBlock, LatestPause, types::Pause};
use sp_io::hashing::{blake2_256, twox_128};
use sp_runtime::{BuildStorage, Digest, DigestItem, ExtrinsicInclusionMode, traits::Header as _};
use zkinfer_runtime::{
    Executive, Header, Inference, MILLI_SECS_PER_BLOCK, Migrations, Runtime, RuntimeCall,
    RuntimeGenesisConfig, UncheckedExtrinsic,
};

/// More entries than a block migrates.
const ENTRIES: u64 = 3_000;

/// The prefix of version 1's index of jobs by their terms.
fn by_terms() -> Vec<u8> {
    [twox_128(b"Inference"), twox_128(b"JobByTerms")].concat()
}

fn entries() -> usize {
    let (prefix, mut count) = (by_terms(), 0);
    let mut key = prefix.clone();
    while let Some(next) = sp_io::storage::next_key(&key).filter(|key| key.starts_with(&prefix)) {
        (key, count) = (next, count + 1);
    }
    count
}

/// A chain of spec 100, whose inference pallet has storage version 1.
fn old_chain() -> sp_io::TestExternalities {
    let mut ext =
        sp_io::TestExternalities::new(RuntimeGenesisConfig::default().build_storage().unwrap());
    ext.execute_with(|| {
        let upgrade =
            LastRuntimeUpgradeInfo { spec_version: 100.into(), spec_name: "zkinfer".into() };
        LastRuntimeUpgrade::<Runtime>::put(upgrade);
        StorageVersion::new(1).put::<Inference>();
        for number in 0..ENTRIES {
            let key = [&by_terms()[..], &blake2_256(&number.encode())].concat();
            sp_io::storage::set(&key, &number.encode());
        }
    });
    ext
}

fn genesis() -> Header {
    Header::new(0, Default::default(), Default::default(), Default::default(), Default::default())
}

/// Makes a block with nothing but its inherent; what it might have included.
fn make_block(number: u32, parent: &Header) -> (Header, ExtrinsicInclusionMode) {
    let slot = sp_consensus_aura::Slot::from(u64::from(number));
    let digest = Digest { logs: vec![DigestItem::PreRuntime(*b"aura", slot.encode())] };
    let header = Header::new(number, Default::default(), Default::default(), parent.hash(), digest);
    let mode = Executive::initialize_block(&header);
    let now = u64::from(number) * MILLI_SECS_PER_BLOCK;
    let inherent =
        UncheckedExtrinsic::new_bare(RuntimeCall::Timestamp(pallet_timestamp::Call::set { now }));
    assert!(Executive::apply_extrinsic(inherent).unwrap().is_ok());
    (Executive::finalize_block(), mode)
}

#[test]
fn a_migration_takes_several_blocks_without_transactions_and_ends() {
    old_chain().execute_with(|| {
        let (mut parent, mut left, mut blocks) = (genesis(), entries(), 0);
        assert_eq!(left as u64, ENTRIES);
        while left > 0 {
            let (header, mode) = make_block(parent.number + 1, &parent);
            assert_eq!(mode, ExtrinsicInclusionMode::OnlyInherents);
            assert!(entries() < left, "each block migrates some");
            (parent, left, blocks) = (header, entries(), blocks + 1);
            assert!(blocks < 100);
        }
        assert!(blocks > 1, "all was done in one block: give it more entries");
        // The last entries' block may be the one before the last.
        while pallet_migrations::Cursor::<Runtime>::exists() {
            parent = make_block(parent.number + 1, &parent).0;
        }
        assert_eq!(Inference::on_chain_storage_version(), StorageVersion::new(2));
        assert!(Migrations::ongoing_status() == pallet_migrations::MbmIsOngoing::No);
        let (_, mode) = make_block(parent.number + 1, &parent);
        assert_eq!(mode, ExtrinsicInclusionMode::AllExtrinsics);
    });
}

/// The claims that run meanwhile, and those after: the pause is noted in the first block with
/// transactions.
#[test]
fn blocks_that_a_migration_takes_make_no_claimant_late() {
    old_chain().execute_with(|| {
        assert_eq!(LastUsableBlock::<Runtime>::get(), None);
        let mut parent = make_block(1, &genesis()).0;
        assert_eq!(
            LastUsableBlock::<Runtime>::get(),
            Some(0),
            "the block that brought the runtime"
        );
        while pallet_migrations::Cursor::<Runtime>::exists() {
            assert_eq!(LatestPause::<Runtime>::get(), None);
            parent = make_block(parent.number + 1, &parent).0;
        }
        let (next, mode) = make_block(parent.number + 1, &parent);
        assert_eq!(mode, ExtrinsicInclusionMode::AllExtrinsics);
        let until = next.number + Inference::parameters().claim_period;
        assert_eq!(LatestPause::<Runtime>::get(), Some(Pause { from: 1, until }));
        make_block(next.number + 1, &next);
        assert_eq!(LatestPause::<Runtime>::get(), Some(Pause { from: 1, until }));
    });
}

#[test]
fn a_frozen_chain_makes_no_claimant_late() {
    let mut ext =
        sp_io::TestExternalities::new(RuntimeGenesisConfig::default().build_storage().unwrap());
    ext.execute_with(|| {
        let mut parent = make_block(1, &genesis()).0;
        parent = make_block(2, &parent).0;
        pallet_migrations::Cursor::<Runtime>::put(pallet_migrations::MigrationCursor::Stuck);
        for number in 3..100 {
            let (header, mode) = make_block(number, &parent);
            assert_eq!(mode, ExtrinsicInclusionMode::OnlyInherents);
            parent = header;
        }
        // Its operators have repaired it.
        pallet_migrations::Cursor::<Runtime>::kill();
        make_block(100, &parent);
        let until = 100 + Inference::parameters().claim_period;
        assert_eq!(LatestPause::<Runtime>::get(), Some(Pause { from: 3, until }));
    });
}

#[test]
fn a_new_chain_migrates_nothing() {
    let mut ext =
        sp_io::TestExternalities::new(RuntimeGenesisConfig::default().build_storage().unwrap());
    ext.execute_with(|| {
        assert_eq!(Inference::on_chain_storage_version(), StorageVersion::new(2));
        let (_, mode) = make_block(1, &genesis());
        assert_eq!(mode, ExtrinsicInclusionMode::AllExtrinsics);
    });
}
