//! Halo2: a batch of proofs under one key, with the generators in the module.

extern crate alloc;

use alloc::{borrow::Cow, vec::Vec};
use core::{
    cell::UnsafeCell,
    sync::atomic::{AtomicUsize, Ordering},
};

use zkinfer_verifier::{
    backend::{Host, Native},
    halo2::{
        backend::Backend,
        bounds::MIN_K,
        generators::{CHUNK_LEN, Generators, lagrange_rows},
        key::PreparedVerifyingKey,
        point::POINT_LEN,
        verify::{Statement, verify_batch},
    },
};

use super::{ARENA, Shared};

const TABLE: &[u8] = include_bytes!("../../../generators/table.bin");
const LAGRANGE: &[u8] = include_bytes!("../../../generators/lagrange.bin");

/// Bytes that the host may write.
const INPUT_LEN: usize = 1 << 19;
/// Bytes of a statement's public inputs.
const INPUTS_LEN: usize = 96;

/// Lengths of the prepared key and of a proof, as four little-endian bytes each; the key; for each
/// proof its public inputs and its bytes.
static INPUT: Shared<[u8; INPUT_LEN]> = Shared(UnsafeCell::new([0; INPUT_LEN]));

/// The memory into which the host writes.
#[unsafe(no_mangle)]
pub extern "C" fn halo2_input() -> *mut u8 {
    INPUT.0.get().cast()
}

struct Table;

impl Generators for Table {
    fn chunk(&self, index: u32) -> Option<Cow<'_, [u8]>> {
        TABLE.chunks(CHUNK_LEN).nth(index as usize).map(|chunk| Cow::Owned(chunk.to_vec()))
    }

    fn lagrange(&self, k: u8) -> Option<Cow<'_, [u8]>> {
        let bytes = |k| lagrange_rows(k) * POINT_LEN;
        let from: usize = (MIN_K..k).map(bytes).sum();
        LAGRANGE.get(from..from + bytes(k)).map(Cow::Borrowed)
    }
}

fn length(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
}

/// The content of the arena after the first call: the field's tables for square roots among it,
/// which are made once and stay.
static KEPT: AtomicUsize = AtomicUsize::new(0);

/// [`check`], in an arena that is emptied down to what stays.
fn verify<B: Backend>(count: u32) -> u32 {
    let kept = KEPT.load(Ordering::Relaxed);
    ARENA.used.store(kept, Ordering::Relaxed);
    let holds = check::<B>(count);
    if kept == 0 {
        KEPT.store(ARENA.used.load(Ordering::Relaxed), Ordering::Relaxed);
    }
    holds
}

/// The first `count` proofs together, from the stored key on.
fn check<B: Backend>(count: u32) -> u32 {
    // The host writes between calls, never during one.
    let input: &'static [u8] = unsafe { &*INPUT.0.get() };
    let (key_len, proof_len) = (length(&input[..4]), length(&input[4..8]));
    let Ok(key) = PreparedVerifyingKey::from_trusted_bytes(&input[8..8 + key_len]) else {
        return 0;
    };
    let entries: Vec<(&[[u8; 32]], &[u8])> = input[8 + key_len..]
        .chunks_exact(INPUTS_LEN + proof_len)
        .take(count as usize)
        .map(|entry| (entry[..INPUTS_LEN].as_chunks().0, &entry[INPUTS_LEN..]))
        .collect();
    let columns: Vec<[&[[u8; 32]]; 1]> = entries.iter().map(|(inputs, _)| [*inputs]).collect();
    let statements: Vec<Statement<'_>> = entries
        .iter()
        .zip(&columns)
        .map(|((_, proof), instances)| Statement { key: &key, instances, proof })
        .collect();
    verify_batch::<B, _>(&statements, &Table).is_ok().into()
}

/// The whole verification of so many proofs, plain.
#[unsafe(no_mangle)]
pub extern "C" fn halo2_verify_native(count: u32) -> u32 {
    verify::<Native>(count)
}

/// The whole verification of so many proofs, by the host's multi-scalar multiplication.
#[unsafe(no_mangle)]
pub extern "C" fn halo2_verify_host(count: u32) -> u32 {
    verify::<Host>(count)
}
