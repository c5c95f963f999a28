//! Verification of one proof, and of a batch.
//!
//! # Batches
//! Each proof's check is a sum of points that must be the identity ([`ipa`]). A batch checks Σ ρᵢ ·
//! sumᵢ = 0 with weights ρᵢ drawn from everything in the batch, so that a false proof escapes with
//! a chance of 1/p:
//!
//! ```text
//! seed = Blake2b-512(personal "zkinfer-h2-batch", number of proofs ‖ for each: digest of the key,
//!                    columns, for each column: rows, values; length of the proof, proof)
//! ρᵢ   = Blake2b-512(personal "zkinfer-h2-batch", seed ‖ i) mod p
//! ```
//!
//! Numbers are eight little-endian bytes. The multi-scalar multiplication over the 2^k generators
//! is done once.

use alloc::vec::Vec;

use blake2b_simd::Params;
use ff::{Field, FromUniformBytes, PrimeField};
use pasta_curves::Fp;

use super::{
    accumulator::Accumulator,
    backend::{Backend, Sum},
    bounds::MAX_BATCH,
    error::{InstanceError, ProofError, VerifyError},
    generators::{self, Generators, W},
    ipa::{self, Terms},
    key::{PreparedVerifyingKey, VerifyingKey},
    plonk::{self, Known},
    point::Point,
    transcript::Blake2bRead,
};

/// The public inputs: for each instance column its values, 32 little-endian bytes each.
pub type Instances<'a> = &'a [&'a [[u8; 32]]];

/// One proof of a batch.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// The key.
    pub key: &'a PreparedVerifyingKey,
    /// The public inputs.
    pub instances: Instances<'a>,
    /// The proof's bytes.
    pub proof: &'a [u8],
}

/// Checks one proof.
///
/// # Errors
/// [`VerifyError::Rejected`] when the proof does not hold; [`VerifyError::Proof`] when its bytes
/// are none; the other variants when something else is wrong, see [`VerifyError::blames_proof`].
///
/// # Complexity
/// One multi-scalar multiplication of 2^k points; one square root for each point of the proof.
pub fn verify<B: Backend, G: Generators>(
    key: &PreparedVerifyingKey,
    instances: Instances<'_>,
    proof: &[u8],
    generators: &G,
) -> Result<(), VerifyError> {
    verify_batch::<B, G>(&[Statement { key, instances, proof }], generators)
}

/// Checks proofs together: all hold, or [`VerifyError::Rejected`] without saying which does not.
///
/// # Errors
/// As [`verify`]; [`VerifyError::Batch`] for no proofs or more than [`MAX_BATCH`].
///
/// # Complexity
/// One multi-scalar multiplication of 2^k points for the greatest k, whatever the number of proofs;
/// for each proof one of its points and 2^k multiplications of scalars.
pub fn verify_batch<B: Backend, G: Generators>(
    statements: &[Statement<'_>],
    generators: &G,
) -> Result<(), VerifyError> {
    if statements.is_empty() || statements.len() > MAX_BATCH {
        return Err(VerifyError::Batch { found: statements.len() });
    }
    // What is not a proof's fault comes first, so that no order of checks blames one for it.
    let commitments = statements
        .iter()
        .enumerate()
        .map(|(index, statement)| commit_instances::<B, G>(index, statement, generators))
        .collect::<Result<Vec<_>, _>>()?;
    let refused = match accumulate(statements, &commitments) {
        Ok(sum) => {
            let holds = sum.is_identity::<B, G>(generators)?;
            return if holds { Ok(()) } else { Err(VerifyError::Rejected) };
        }
        Err(refused) => refused,
    };
    // A proof is blamed only when it could have been checked.
    let k = statements.iter().map(|statement| statement.key.key().k()).max().unwrap_or(0);
    generators::require(generators, k)?;
    Err(refused)
}

/// The weighted sum of all checks.
fn accumulate(
    statements: &[Statement<'_>],
    commitments: &[Vec<Point>],
) -> Result<Accumulator, VerifyError> {
    let mut accumulator = Accumulator::new();
    let weights = weights(statements);
    let mut holds = true;
    for (index, ((statement, instance), weight)) in
        statements.iter().zip(commitments).zip(weights).enumerate()
    {
        match terms(statement, instance).map_err(|error| VerifyError::Proof { index, error })? {
            Some(terms) => accumulator.add(&terms, weight),
            None => holds = false,
        }
    }
    if holds { Ok(accumulator) } else { Err(VerifyError::Rejected) }
}

/// Reads a proof to its end; none when it cannot hold.
fn terms(statement: &Statement<'_>, instance: &[Point]) -> Result<Option<Terms>, ProofError> {
    // The transcript knows no identity.
    if instance.iter().any(Point::is_identity) {
        return Ok(None);
    }
    let key = statement.key.key();
    let known = Known {
        layout: key.layout(),
        digest: statement.key.digest(),
        fixed: key.fixed(),
        permutation: key.permutation(),
        instance,
    };
    let mut transcript = Blake2bRead::new(statement.proof);
    let Some(claims) = plonk::claims(&known, &mut transcript)? else { return Ok(None) };
    let Some(opening) = claims.reduce(&mut transcript)? else { return Ok(None) };
    let terms = ipa::read(key.k(), opening, &mut transcript)?;
    transcript.finish()?;
    Ok(Some(terms))
}

/// Commits to the public inputs, with the blinding factor 1, as halo2 does.
fn commit_instances<B: Backend, G: Generators>(
    index: usize,
    statement: &Statement<'_>,
    generators: &G,
) -> Result<Vec<Point>, VerifyError> {
    let key = statement.key.key();
    let columns = decode_instances(key, statement.instances)
        .map_err(|error| VerifyError::Instance { index, error })?;
    let lagrange = generators::lagrange(generators, key.k())?;
    columns
        .iter()
        .map(|column| {
            let mut sum = Sum::new();
            sum.add(W.as_bytes(), &Fp::ONE);
            column
                .iter()
                .zip(&lagrange)
                .for_each(|(value, point)| sum.add(point.as_bytes(), value));
            B::sum(sum).or(Err(VerifyError::Backend))
        })
        .collect()
}

fn decode_instances(
    key: &VerifyingKey,
    instances: Instances<'_>,
) -> Result<Vec<Vec<Fp>>, InstanceError> {
    let rows = &key.layout().description().instance_rows;
    if instances.len() != rows.len() {
        return Err(InstanceError::Columns { found: instances.len(), expected: rows.len() });
    }
    instances
        .iter()
        .zip(rows)
        .enumerate()
        .map(|(column, (values, rows))| {
            let (found, expected) = (values.len(), usize::from(*rows));
            if found != expected {
                return Err(InstanceError::Rows { column, found, expected });
            }
            let decode = |(row, value): (usize, &[u8; 32])| {
                Option::from(Fp::from_repr(*value)).ok_or(InstanceError::Value { column, row })
            };
            values.iter().enumerate().map(decode).collect()
        })
        .collect()
}

/// The weights, see [the module](self). A single proof has weight 1.
fn weights(statements: &[Statement<'_>]) -> Vec<Fp> {
    if let [_] = statements {
        return [Fp::ONE].into();
    }
    let mut state = Params::new().hash_length(64).personal(PERSONAL).to_state();
    let mut put = |bytes: &[u8]| {
        state.update(bytes);
    };
    put(&length(statements.len()));
    for Statement { key, instances, proof } in statements {
        put(&key.digest().to_repr());
        put(&length(instances.len()));
        for column in *instances {
            put(&length(column.len()));
            put(column.as_flattened());
        }
        put(&length(proof.len()));
        put(proof);
    }
    let seed = state.finalize();
    (0..statements.len()).map(|index| weight(seed.as_bytes(), index)).collect()
}

const PERSONAL: &[u8; 16] = b"zkinfer-h2-batch";

fn weight(seed: &[u8], index: usize) -> Fp {
    let mut state = Params::new().hash_length(64).personal(PERSONAL).to_state();
    state.update(seed).update(&length(index));
    Fp::from_uniform_bytes(state.finalize().as_array())
}

fn length(len: usize) -> [u8; 8] {
    (len as u64).to_le_bytes()
}
