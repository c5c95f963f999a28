//! A proof for an input and a context.

use std::sync::Arc;

use chacha20::{ChaCha20Rng, rand_core::SeedableRng};
use ff::PrimeField;
use halo2_proofs::{
    pasta::{EqAffine, Fp},
    plonk::create_proof,
    transcript::{Blake2bWrite, Challenge255},
};
use zeroize::Zeroizing;
use zkml_model::output::Answer;

use super::{
    Opening, ProofWithStatement, columns::with_shape, error::ProveError, keys::Keys,
    synthesis::ProgramCircuit, verify::verify,
};
use crate::progress::{Phase, ProgressFn, report};
use crate::proof_system::PUBLIC_INPUTS;
use crate::random::{Entropy, Hedge, system};

/// Proves what the model answers to the opening's input, for `context`. The finished proof is
/// verified.
///
/// Nothing here runs in constant time, and `halo2_proofs` does not zeroise its copies of the
/// witness: advice columns as values and polynomials, lookups' permuted columns, the permutation's
/// products and the blinding rows go back to the allocator as they are. What is ours is
/// overwritten, but for the small integers of wires while a program is compiled. A program that
/// wants no secret left behind needs an allocator that overwrites what it is given back.
///
/// # Errors
/// [`ProveError`]: an input that is not the model's, no randomness, corrupt generators.
pub fn prove(
    keys: &Keys,
    opening: &Opening,
    context: &[u8; 32],
    on: ProgressFn,
) -> Result<ProofWithStatement, ProveError> {
    report(on, Phase::Witness, 0, 1);
    let circuit = keys.circuit();
    let program = circuit.assign(opening, context)?;
    if let Some(row) = program.unbalanced {
        return Err(ProveError::Unsatisfied { row, layer: circuit.layer_of(row).to_owned() });
    }
    let mut public = [Fp::zero(); PUBLIC_INPUTS];
    for (to, var) in public.iter_mut().zip(&program.public) {
        *to = program.values.get(*var as usize).copied().unwrap_or_default();
    }
    report(on, Phase::Witness, 1, 1);
    report(on, Phase::Proof, 0, 1);
    let proof = create(keys, ProgramCircuit::new(Arc::new(program)), &public)?;
    report(on, Phase::Proof, 1, 1);
    let public_inputs = public.map(|input| input.to_repr());
    report(on, Phase::Checks, 0, 1);
    verify(keys, &proof, &public_inputs).map_err(ProveError::SelfCheck)?;
    report(on, Phase::Checks, 1, 1);
    let [_, output, _] = &public_inputs;
    let answer = Answer::read(output).ok_or(ProveError::NoAnswer)?;
    Ok(ProofWithStatement { proof, public_inputs, answer })
}

/// A proof of whatever the circuit's witness is.
pub(crate) fn create(
    keys: &Keys,
    circuit: ProgramCircuit,
    public: &[Fp],
) -> Result<Vec<u8>, ProveError> {
    let key = key(keys.circuit().model_hash(), &circuit, public, &mut system)
        .map_err(ProveError::Random)?;
    let rng = ChaCha20Rng::from_seed(*key);
    let mut transcript = Blake2bWrite::<_, EqAffine, Challenge255<_>>::init(Vec::new());
    with_shape(keys.circuit().plan().shape, || {
        create_proof(&keys.generators.0, &keys.key, &[circuit], &[&[public]], rng, &mut transcript)
    })
    .map_err(ProveError::Halo2)?;
    Ok(transcript.finalize())
}

/// The key of the generator that blinds the witness. Witness and statement are hashed into it:
/// under repeated bytes of the system, two witnesses would else be blinded alike.
pub(super) fn key(
    model: &[u8; 32],
    circuit: &ProgramCircuit,
    public: &[Fp],
    entropy: Entropy,
) -> Result<Zeroizing<[u8; 32]>, rand_core::Error> {
    let hedge = Hedge::new("blinding of a Halo2 proof").with(model);
    let hedge = hedge.with_elements(public.iter().map(Fp::to_repr));
    Ok(hedge.with_elements(circuit.witness().iter().map(Fp::to_repr)).seed(entropy)?.draw_key())
}
