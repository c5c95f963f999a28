//! Nothing that a setup or a proof computes from a secret goes back to the allocator as it is.
//!
//! The allocator of this test program looks through every block that is given back, for the secrets
//! in each form that they have: the field's own (Montgomery's), and canonical bytes in both orders.
//! What is on the stack, and what blst, bls12_381 and halo2_proofs keep for themselves, is not ours
//! to overwrite; of these, blst and bls12_381 are in here, and leave nothing. `halo2_proofs` gives
//! its advice columns back as they are, so of Halo2 the witness is looked at, and not the proof.
#![allow(unsafe_code)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicPtr, AtomicUsize, Ordering},
    },
};

use bls12_381::Scalar;
use ff::{Field, PrimeField};
use halo2_proofs::pasta::Fp;
use zkml_model::random;
use zkml_prove::{
    groth16::{
        KeyStream, ModelCircuit, Opening, prove_from_file,
        testing::{prove_from, secrets_of_proof, setup_of},
    },
    halo2,
};

/// The secrets that are looked for.
struct Wanted {
    /// One bit for the first two bytes of each.
    starts: Vec<u64>,
    /// Their 32 bytes with their place in a list, by the first eight bytes.
    patterns: BTreeMap<[u8; 8], Vec<[u8; 32]>>,
}

static WANTED: AtomicPtr<Wanted> = AtomicPtr::new(std::ptr::null_mut());
static FOUND: AtomicUsize = AtomicUsize::new(0);
static LAST_BLOCK: AtomicUsize = AtomicUsize::new(0);
static BLOCKS: AtomicUsize = AtomicUsize::new(0);

impl Wanted {
    fn of(patterns: impl IntoIterator<Item = [u8; 32]>) -> Self {
        let mut wanted = Self { starts: vec![0; 1 << 10], patterns: BTreeMap::new() };
        for pattern in patterns {
            let start = usize::from(u16::from_le_bytes([pattern[0], pattern[1]]));
            wanted.starts[start / 64] |= 1 << (start % 64);
            let key = *pattern.first_chunk().expect("eight of 32 bytes");
            wanted.patterns.entry(key).or_default().push(pattern);
        }
        wanted
    }

    fn count(&self, block: &[u8]) -> usize {
        let here = |window: &&[u8]| {
            let start = usize::from(u16::from_le_bytes([window[0], window[1]]));
            if self.starts[start / 64] >> (start % 64) & 1 == 0 {
                return false;
            }
            let key: &[u8; 8] = window.first_chunk().expect("eight of 32 bytes");
            self.patterns.get(key).is_some_and(|all| all.iter().any(|pattern| pattern == *window))
        };
        block.windows(32).filter(here).count()
    }
}

struct Searching;

// SAFETY: it is the system's allocator, which is asked for zeroed blocks; a block is read before it
// is given back.
unsafe impl GlobalAlloc for Searching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        let wanted = WANTED.load(Ordering::Acquire);
        if !wanted.is_null() && layout.size() >= 32 {
            // Looking things up allocates nothing.
            let (wanted, block) =
                unsafe { (&*wanted, std::slice::from_raw_parts(at, layout.size())) };
            let found = wanted.count(block);
            if found > 0 {
                FOUND.fetch_add(found, Ordering::Relaxed);
                LAST_BLOCK.store(layout.size(), Ordering::Relaxed);
            }
            BLOCKS.fetch_add(1, Ordering::Relaxed);
        }
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Searching = Searching;

/// Returns the number of times that one of `patterns` is in blocks that `work` gives back, and the
/// size of the last such block. The tests take turns.
fn left_behind<T>(patterns: Vec<[u8; 32]>, work: impl FnOnce() -> T) -> (usize, usize, T) {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn: MutexGuard<'_, ()> = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    // Threads of rayon may look at it to the end.
    let wanted = Box::leak(Box::new(Wanted::of(patterns)));
    [&FOUND, &LAST_BLOCK, &BLOCKS].iter().for_each(|counter| counter.store(0, Ordering::SeqCst));
    WANTED.store(wanted, Ordering::SeqCst);
    let result = work();
    WANTED.store(std::ptr::null_mut(), Ordering::SeqCst);
    assert!(BLOCKS.load(Ordering::SeqCst) > 0, "no block was looked at");
    (FOUND.load(Ordering::SeqCst), LAST_BLOCK.load(Ordering::SeqCst), result)
}

/// A field element's bytes in memory, little-endian and big-endian. None for small numbers, which
/// are everywhere.
fn forms<F: PrimeField<Repr = [u8; 32]>>(element: &F) -> Vec<[u8; 32]> {
    assert_eq!(size_of::<F>(), 32);
    // SAFETY: both fields are four limbs of 64 bits.
    let own: [u8; 32] = unsafe { std::ptr::from_ref(element).cast::<[u8; 32]>().read() };
    let little = element.to_repr();
    if little[16..].iter().all(|byte| *byte == 0)
        || (-*element).to_repr()[16..].iter().all(|byte| *byte == 0)
    {
        return Vec::new();
    }
    let mut big = little;
    big.reverse();
    vec![own, little, big]
}

fn number(seed: u64) -> Scalar {
    Scalar::from(seed).pow_vartime(&[77, seed, 5, 3]) + Scalar::from(12345)
}

const SECRETS: [u64; 5] = [11, 12, 13, 14, 15];
const CONTEXT: [u8; 32] = [3; 32];

/// A model with all of a ReLU, a requantisation and an arg-max.
fn circuit() -> ModelCircuit {
    let suits = |circuit: &ModelCircuit| {
        let has = |op: &str| {
            circuit.report().layers.iter().any(|l| l.op.contains(op) && l.constraints > 0)
        };
        circuit.report().domain <= 1024 && has("Relu") && has("Requantize") && has("ArgMax")
    };
    let circuits =
        (0..2000).map(|seed| ModelCircuit::new(Arc::new(random::model(seed))).expect("a circuit"));
    circuits.into_iter().find(suits).expect("a small circuit among the first seeds")
}

fn stuck(bytes: &mut [u8]) -> Result<(), rand_core::Error> {
    bytes.fill(7);
    Ok(())
}

fn no_progress(_: zkml_prove::progress::Progress) {}

#[test]
fn secrets_that_are_given_back_are_found() {
    let secret = number(99);
    let patterns: Vec<_> = forms(&secret);
    let (found, block, ()) = left_behind(patterns.clone(), || {
        let mut list = vec![Scalar::ZERO, secret];
        // It moves, and then it is dropped.
        list.reserve(100);
    });
    assert_eq!((found, block), (2, 102 * 32));
    let (found, ..) = left_behind(patterns.clone(), || {
        let mut odd = vec![0u8; 3];
        odd.extend(secret.to_bytes());
        odd.extend(secret.to_bytes().iter().rev());
    });
    assert!(found >= 2, "{found}");
    let (found, ..) = left_behind(patterns, || {
        let mut list = Vec::new();
        (0..100).for_each(|_| zkml_prove::secret::push(&mut list, secret));
        zkml_prove::secret::forget(&mut list);
    });
    assert_eq!(found, 0);
}

#[test]
fn a_setup_leaves_no_secret_behind() {
    let circuit = circuit();
    let secrets = SECRETS.map(number);
    let [tau, .., gamma, delta] = secrets;
    let inverse = |x: Scalar| x.invert().expect("not zero");
    let seventh = tau * inverse(Scalar::from(7));
    let computed = [
        tau - Scalar::ONE,
        seventh,
        seventh - Scalar::ONE,
        tau.square(),
        tau.square() * tau,
        inverse(delta),
        inverse(gamma),
        inverse(tau - Scalar::ONE),
    ];
    let patterns = secrets.iter().chain(&computed).flat_map(forms).collect();
    let (found, block, _setup) =
        left_behind(patterns, || setup_of(&circuit, secrets, &no_progress).expect("a setup"));
    assert_eq!(found, 0, "in blocks of up to {block} bytes");
}

#[test]
fn a_groth16_proof_leaves_nothing_of_its_witness_behind() {
    let circuit = circuit();
    let setup = setup_of(&circuit, SECRETS.map(number), &no_progress).expect("a setup");
    let mut file = Vec::new();
    setup.key.write_to(&mut file, &no_progress).expect("memory");
    let values = random::input(circuit.model(), 1);
    let opening = Opening::with_blinder(circuit.input(), values, number(99)).expect("an opening");
    let secrets =
        secrets_of_proof(&circuit, &setup.key, &opening, &CONTEXT, &mut stuck).expect("a witness");
    // What is computed from the context and from constants alone is in the proof's statement, or in
    // the program.
    let public = Scalar::from_bytes(&CONTEXT).expect("canonical").square();
    let patterns: Vec<_> =
        secrets.iter().filter(|secret| **secret != public).flat_map(forms).collect();
    assert!(patterns.len() > 900, "{}", patterns.len());
    let (found, block, proof) = left_behind(patterns.clone(), || {
        prove_from(&circuit, &setup.key, &opening, &CONTEXT, &no_progress, &mut stuck)
            .expect("a proof")
    });
    assert_eq!(found, 0, "in blocks of up to {block} bytes");
    drop(proof);
    let (found, block, _) = left_behind(patterns, || {
        let key = KeyStream::new(file.as_slice(), file.len() as u64).expect("a key");
        prove_from_file(&circuit, key, &opening, &CONTEXT, &no_progress).expect("a proof")
    });
    assert_eq!(found, 0, "from the key's file, in blocks of up to {block} bytes");
}

#[test]
fn an_opening_leaves_no_blinder_and_no_input_behind() {
    let circuit = circuit();
    let values = random::input(circuit.model(), 1);
    let blinder = number(99);
    let (found, block, ()) = left_behind(forms(&blinder), || {
        let opening =
            Opening::with_blinder(circuit.input(), values.clone(), blinder).expect("an opening");
        let bytes = opening.encode();
        let again = Opening::decode(&bytes, circuit.input()).expect("the same");
        assert!(again == opening && again.commitment() == opening.commitment());
    });
    assert_eq!(found, 0, "in blocks of up to {block} bytes");
    // Long enough that lists grow: 32 bytes of values in a row are looked for as they stand in a
    // list of numbers.
    let input = zkml_model::graph::InputSpec { shape: vec![500], min: -128, bits: 8 };
    for values in [(0..500).map(|i| i * 7919 % 241 - 120).collect::<Vec<i32>>(), vec![-5; 500]] {
        let as_numbers = |numbers: &[i32]| {
            let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
            *bytes.first_chunk::<32>().expect("eight numbers")
        };
        let offsets: Vec<i32> = values.iter().map(|value| value + 128).collect();
        let patterns = values.chunks(100).chain(offsets.chunks(100)).map(as_numbers).collect();
        let bytes = Opening::with_blinder(&input, values, blinder).expect("an opening").encode();
        let (found, block, ()) = left_behind(patterns, || {
            let opening = Opening::decode(&bytes, &input).expect("the same");
            drop((opening.encode(), opening.commitment()));
        });
        assert_eq!(found, 0, "in blocks of up to {block} bytes");
    }
}

#[test]
fn a_halo2_witness_leaves_no_field_element_behind() {
    let circuit = halo2::ModelCircuit::new(Arc::new(random::model(3))).expect("a circuit");
    let values = random::input(circuit.model(), 1);
    let blinder = Fp::from(99).pow_vartime([77, 5, 3, 1]);
    let opening =
        halo2::Opening::with_blinder(circuit.input(), values, blinder).expect("an opening");
    let mut context = CONTEXT;
    context[31] = 0;
    let witness = circuit.witness(&opening, &context).expect("a witness");
    // The context, the commitment and the answer are public, and so is the tag that the sponge
    // begins with.
    let input = circuit.input();
    let public = [
        opening.commitment(),
        context,
        zkml_prove::commitment::tag::<Fp>(input, input.len()).to_repr(),
    ];
    let secret = |element: &&Fp| !public.contains(&element.to_repr());
    let patterns: Vec<_> = witness.iter().filter(secret).flat_map(forms).collect();
    assert!(patterns.len() > 200, "{}", patterns.len());
    let (found, block, _) =
        left_behind(patterns, || circuit.witness(&opening, &context).expect("a witness"));
    assert_eq!(found, 0, "in blocks of up to {block} bytes");
    let (found, block, ()) = left_behind(forms(&blinder), || {
        let again = halo2::Opening::decode(&opening.encode(), input).expect("the same");
        assert_eq!(again.commitment(), opening.commitment());
    });
    assert_eq!(found, 0, "in blocks of up to {block} bytes");
}
