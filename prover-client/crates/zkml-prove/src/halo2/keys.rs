//! Generators and keys, from public constants and the model alone.
//!
//! `halo2_proofs` cannot write a proving key: it is made again from the model when a program
//! starts. Whoever has the model gets the same keys, so that an audit is a comparison.

use std::io::{self, Read, Write};

use ff::{Field, FromUniformBytes};
use group::{Curve, GroupEncoding};
use halo2_proofs::{
    pasta::{EqAffine, Fp, vesta},
    plonk::{ProvingKey, VerifyingKey, keygen_pk, keygen_vk},
    poly::{
        EvaluationDomain,
        commitment::{Blind, Params},
    },
};
use pasta_curves::arithmetic::CurveExt;
use rand_core::{OsRng, RngCore};

use super::{circuit::ModelCircuit, columns::with_shape, error::SetupError};
use crate::progress::{Phase, ProgressFn, report};

/// The name under which `halo2_proofs` hashes its generators.
const DOMAIN: &str = "Halo2-Parameters";
/// Bytes before the points of a file of generators.
const HEAD: usize = 4;
/// Bytes of a point there.
const POINT: usize = 32;

/// The curve's generators for circuits of `2^k` rows: a public constant, hashed to the curve.
#[derive(Clone, Debug)]
pub struct Generators(pub(crate) Params<EqAffine>);

impl Generators {
    /// Makes the generators. `k` is at most [`super::plan::MAX_K`] for a circuit of ours.
    ///
    /// # Complexity
    /// `2^k` hashes to the curve and a Fourier transform of that many points.
    pub fn new(k: u32, on: ProgressFn) -> Self {
        report(on, Phase::Generators, 0, 1);
        let params = Params::new(k);
        report(on, Phase::Generators, 1, 1);
        Self(params)
    }

    /// The generators as `halo2_proofs` has them.
    pub fn params(&self) -> &Params<EqAffine> {
        &self.0
    }

    /// Logarithm of their number.
    pub fn k(&self) -> u32 {
        self.0.k()
    }

    /// The generators themselves.
    pub fn points(&self) -> Vec<EqAffine> {
        self.0.get_g()
    }

    /// The first `count` generators of the Lagrange basis.
    pub fn lagrange(&self, count: usize) -> Vec<EqAffine> {
        let bytes = self.bytes();
        let (points, _) = bytes.get(HEAD..).unwrap_or_default().as_chunks::<POINT>();
        let basis = points.iter().skip(1 << self.k()).take(count.min(1 << self.k()));
        basis.filter_map(|bytes| Option::from(EqAffine::from_bytes(bytes))).collect()
    }

    /// Returns `true` if the Lagrange basis and the two single generators belong to
    /// [`Generators::points`], which the caller has to know to be the right ones. For those that
    /// [`Generators::read`] has read; a false answer "yes" has a chance of 1/p.
    ///
    /// # Complexity
    /// Two sums over all generators and two hashes to the curve.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn is_consistent(&self) -> Result<bool, rand_core::Error> {
        let domain = EvaluationDomain::<Fp>::new(1, self.k());
        let mut values = Vec::with_capacity(1 << self.k());
        for _ in 0..1usize << self.k() {
            let mut wide = [0u8; 64];
            OsRng.try_fill_bytes(&mut wide)?;
            values.push(Fp::from_uniform_bytes(&wide));
        }
        let values = domain.lagrange_from_vec(values);
        let in_basis = self.0.commit_lagrange(&values, Blind(Fp::ZERO)).to_affine();
        let in_powers =
            self.0.commit(&domain.lagrange_to_coeff(values), Blind(Fp::ZERO)).to_affine();
        let hasher = vesta::Point::hash_to_curve(DOMAIN);
        let [w, u] = [1, 2].map(|index| hasher(&[index]).to_affine().to_bytes());
        Ok(in_basis == in_powers && self.bytes().ends_with([w, u].as_flattened()))
    }

    /// The bytes that [`Generators::write`] writes.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + ((2 * POINT) << self.k()) + 2 * POINT);
        // A vector takes everything.
        let _ = self.0.write(&mut bytes);
        bytes
    }

    /// Writes the generators for a cache: k in four little-endian bytes, the generators, their
    /// Lagrange basis, and the two single ones.
    ///
    /// # Errors
    /// The writer's own.
    pub fn write(&self, writer: &mut impl Write) -> io::Result<()> {
        self.0.write(writer)
    }

    /// Reads generators from a cache of one's own, which is as fast as [`Generators::new`] is slow.
    /// They are points of the curve; whether they are the right ones says a comparison of
    /// [`Generators::points`] with known hashes and [`Generators::is_consistent`]. With others keys
    /// and proofs come out wrong.
    ///
    /// # Errors
    /// [`SetupError::Generators`] for another number of them, [`SetupError::Io`] for anything else
    /// that is not such a file.
    pub fn read(k: u32, reader: &mut impl Read) -> Result<Self, SetupError> {
        let mut head = [0u8; 4];
        reader.read_exact(&mut head).map_err(SetupError::Io)?;
        let got = u32::from_le_bytes(head);
        if got != k {
            return Err(SetupError::Generators { expected: k, got });
        }
        let params = Params::read(&mut head.as_slice().chain(reader)).map_err(SetupError::Io)?;
        Ok(Self(params))
    }
}

/// Keys of a circuit.
#[derive(Debug)]
pub struct Keys {
    pub(crate) circuit: ModelCircuit,
    pub(crate) generators: Generators,
    pub(crate) key: ProvingKey<EqAffine>,
}

impl Keys {
    /// The circuit.
    pub fn circuit(&self) -> &ModelCircuit {
        &self.circuit
    }

    /// The generators.
    pub fn generators(&self) -> &Generators {
        &self.generators
    }

    /// The verifying key as `halo2_proofs` has it.
    pub fn verifying_key(&self) -> &VerifyingKey<EqAffine> {
        self.key.get_vk()
    }

    /// The verifying key's pinned text: what the chain's encoding is made from, and what the
    /// transcript starts with.
    pub fn pinned(&self) -> String {
        format!("{:?}", self.key.get_vk().pinned())
    }
}

/// Keys for `circuit`, with generators newly made.
///
/// # Errors
/// As [`setup_with`].
pub fn setup(circuit: &ModelCircuit, on: ProgressFn) -> Result<Keys, SetupError> {
    setup_with(circuit, Generators::new(circuit.plan().k, on), on)
}

/// Keys for `circuit` with given generators.
///
/// # Complexity
/// A sum over all generators for each fixed column and each column of the permutation.
///
/// # Errors
/// [`SetupError::Generators`] for generators of another size; [`SetupError::Halo2`] if
/// `halo2_proofs` refuses.
pub fn setup_with(
    circuit: &ModelCircuit,
    generators: Generators,
    on: ProgressFn,
) -> Result<Keys, SetupError> {
    let vk = verifying_key(circuit, &generators, on)?;
    report(on, Phase::Keys, 1, 2);
    let key = with_shape(circuit.plan().shape, || {
        keygen_pk(&generators.0, vk, &circuit.without_witness())
    })
    .map_err(SetupError::Halo2)?;
    report(on, Phase::Keys, 2, 2);
    Ok(Keys { circuit: circuit.clone(), generators, key })
}

/// The verifying key alone, for an audit: its pinned text is to be compared.
///
/// # Errors
/// As [`setup_with`].
pub fn verifying_key(
    circuit: &ModelCircuit,
    generators: &Generators,
    on: ProgressFn,
) -> Result<VerifyingKey<EqAffine>, SetupError> {
    let (expected, got) = (circuit.plan().k, generators.k());
    if expected != got {
        return Err(SetupError::Generators { expected, got });
    }
    report(on, Phase::Keys, 0, 2);
    with_shape(circuit.plan().shape, || keygen_vk(&generators.0, &circuit.without_witness()))
        .map_err(SetupError::Halo2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_generators_are_consistent_and_damaged_ones_are_not() {
        let made = Generators::new(6, &crate::progress::no_progress);
        let bytes = made.bytes();
        let read = |bytes: &[u8]| Generators::read(6, &mut &*bytes);
        let same = read(&bytes).unwrap();
        assert_eq!((same.points(), same.lagrange(5)), (made.points(), made.lagrange(5)));
        assert_eq!((same.lagrange(1000).len(), same.points().len()), (64, 64));
        assert!(same.is_consistent().unwrap());
        // Another point in the place of one of each kind: a generator, one of the basis, W, U.
        for index in [3, 64 + 7, 128, 129] {
            let mut bytes = bytes.clone();
            bytes.copy_within(HEAD + 9 * POINT..HEAD + 10 * POINT, HEAD + index * POINT);
            assert!(!read(&bytes).unwrap().is_consistent().unwrap(), "{index}");
        }
        assert!(matches!(
            Generators::read(7, &mut &*bytes),
            Err(SetupError::Generators { expected: 7, got: 6 })
        ));
        assert!(matches!(read(&bytes[..bytes.len() - 1]), Err(SetupError::Io(_))));
    }
}
