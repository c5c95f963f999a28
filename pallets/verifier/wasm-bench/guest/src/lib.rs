//! The verifier as a wasm module: one export for each operation, all on the bytes at [`input`].
#![no_std]

extern crate alloc;

mod halo2;

use alloc::vec;
use core::{
    alloc::{GlobalAlloc, Layout},
    cell::UnsafeCell,
    sync::atomic::{AtomicUsize, Ordering},
};

use zkinfer_verifier::{
    backend::{Backend, Host, Native},
    groth16::{
        PREPARED_LEN, PreparedVerifyingKey, Proof, VERIFYING_KEY_LEN, VerifyingKey, batch,
        verify_bytes,
    },
};

/// Prepared key, proof, public inputs, verifying key.
#[repr(C)]
struct Input {
    prepared: [u8; PREPARED_LEN],
    proof: [u8; 192],
    inputs: [[u8; 32]; 3],
    key: [u8; VERIFYING_KEY_LEN],
}

struct Shared<T>(UnsafeCell<T>);
// One thread: wasm32v1-none has no more.
unsafe impl<T> Sync for Shared<T> {}

static INPUT: Shared<Input> = Shared(UnsafeCell::new(Input {
    prepared: [0; PREPARED_LEN],
    proof: [0; 192],
    inputs: [[0; 32]; 3],
    key: [0; VERIFYING_KEY_LEN],
}));

fn given() -> &'static Input {
    // The host writes between calls, never during one.
    unsafe { &*INPUT.0.get() }
}

/// The memory into which the host writes.
#[unsafe(no_mangle)]
pub extern "C" fn input() -> *mut u8 {
    INPUT.0.get().cast()
}

fn verify<B: Backend>() -> u32 {
    ARENA.used.store(0, Ordering::Relaxed);
    let Input { prepared, proof, inputs, .. } = given();
    verify_bytes::<B>(prepared, proof, inputs).is_ok().into()
}

/// The whole verification, plain.
#[unsafe(no_mangle)]
pub extern "C" fn verify_native() -> u32 {
    verify::<Native>()
}

/// The whole verification, by host functions.
#[unsafe(no_mangle)]
pub extern "C" fn verify_host() -> u32 {
    verify::<Host>()
}

fn verify_many<B: Backend>(count: u32) -> u32 {
    ARENA.used.store(0, Ordering::Relaxed);
    let Input { prepared, proof, inputs, .. } = given();
    let Ok(key) = PreparedVerifyingKey::from_trusted_bytes(prepared) else { return 0 };
    let statements = vec![batch::Statement { inputs, proof }; count as usize];
    batch::verify::<B>(&key, &statements).is_ok().into()
}

/// The statement repeated in one batch, plain. Each has a weight of its own, so the work is
/// that of as many statements.
#[unsafe(no_mangle)]
pub extern "C" fn batch_native(count: u32) -> u32 {
    verify_many::<Native>(count)
}

/// The same, by host functions.
#[unsafe(no_mangle)]
pub extern "C" fn batch_host(count: u32) -> u32 {
    verify_many::<Host>(count)
}

/// Decoding of a proof.
#[unsafe(no_mangle)]
pub extern "C" fn decode_proof() -> u32 {
    Proof::decode(&given().proof).is_ok().into()
}

/// Decoding and preparing of a key, as at its registration.
#[unsafe(no_mangle)]
pub extern "C" fn decode_key() -> u32 {
    let key = VerifyingKey::decode(&given().key).map(|key| PreparedVerifyingKey::prepare(&key));
    key.is_ok_and(|key| key.to_bytes() == given().prepared).into()
}

fn g1(at: usize) -> [u8; 96] {
    let mut out = [0; 96];
    out.copy_from_slice(&given().prepared[at..at + 96]);
    out
}

fn g2(at: usize) -> [u8; 192] {
    let mut out = [0; 192];
    out.copy_from_slice(&given().prepared[at..at + 192]);
    out
}

fn input_point<B: Backend>() -> u32 {
    ARENA.used.store(0, Ordering::Relaxed);
    B::input_point(&[g1(672), g1(768), g1(864), g1(960)], &given().inputs).is_ok().into()
}

/// The sum of the input points, plain.
#[unsafe(no_mangle)]
pub extern "C" fn input_point_native() -> u32 {
    input_point::<Native>()
}

/// The sum of the input points, by the host's multi-scalar multiplication.
#[unsafe(no_mangle)]
pub extern "C" fn input_point_host() -> u32 {
    input_point::<Host>()
}

fn pairings<B: Backend>() -> u32 {
    ARENA.used.store(0, Ordering::Relaxed);
    let (p, q) = ([g1(0), g1(672), g1(768), g1(864)], [g2(96), g2(288), g2(480), g2(96)]);
    B::pairings_cancel(&p.each_ref(), &q.each_ref()).is_ok().into()
}

/// Four Miller loops and a final exponentiation, plain.
#[unsafe(no_mangle)]
pub extern "C" fn pairings_native() -> u32 {
    pairings::<Native>()
}

/// The same, by the host.
#[unsafe(no_mangle)]
pub extern "C" fn pairings_host() -> u32 {
    pairings::<Host>()
}

/// An arena that each export empties first.
struct Arena {
    bytes: Shared<[u8; ARENA_LEN]>,
    used: AtomicUsize,
}

/// Room for a batch of Halo2 proofs, since nothing is freed before the next call.
const ARENA_LEN: usize = 1 << 26;

#[global_allocator]
static ARENA: Arena =
    Arena { bytes: Shared(UnsafeCell::new([0; ARENA_LEN])), used: AtomicUsize::new(0) };

unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let base = self.bytes.0.get() as usize;
        let start =
            (base + self.used.load(Ordering::Relaxed)).next_multiple_of(layout.align()) - base;
        let end = start + layout.size();
        if end > ARENA_LEN {
            return core::ptr::null_mut();
        }
        self.used.store(end, Ordering::Relaxed);
        (base + start) as *mut u8
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
