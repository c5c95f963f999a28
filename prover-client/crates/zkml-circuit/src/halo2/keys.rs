//! Generators and keys, from public constants and the model alone.
//!
//! `halo2_proofs` cannot write a proving key: it is made again from the model when a program starts. Whoever has the model
//! gets the same keys, so that an audit is a comparison.

use std::io::{self, Read, Write};

use halo2_proofs::{
    pasta::EqAffine,
    plonk::{ProvingKey, VerifyingKey, keygen_pk, keygen_vk},
    poly::commitment::Params,
};

use super::{circuit::ModelCircuit, columns::with_shape, error::SetupError};
use crate::groth16::progress::{OnProgress, Phase, tell};

/// The curve's generators for circuits of `2^k` rows: a public constant, hashed to the curve.
#[derive(Clone, Debug)]
pub struct Generators(pub(crate) Params<EqAffine>);

impl Generators {
    /// Makes the generators. `k` is at most [`super::plan::MAX_K`] for a circuit of ours.
    ///
    /// # Complexity
    /// `2^k` hashes to the curve and a Fourier transform of that many points.
    pub fn new(k: u32, on: OnProgress) -> Self {
        tell(on, Phase::Generators, 0, 1);
        let params = Params::new(k);
        tell(on, Phase::Generators, 1, 1);
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

    /// Writes the generators for a cache.
    ///
    /// # Errors
    /// The writer's own.
    pub fn write(&self, writer: &mut impl Write) -> io::Result<()> {
        self.0.write(writer)
    }

    /// Reads generators from a cache of one's own, which is as fast as [`Generators::new`] is slow. They are points of the
    /// curve, but only [`Generators::new`] says that they are the right ones: with others keys and proofs come out wrong.
    ///
    /// # Errors
    /// [`SetupError::Generators`] for another number of them, [`SetupError::Io`] for anything else that is no such file.
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

    /// The verifying key's pinned text: what the chain's encoding is made from, and what the transcript starts with.
    pub fn pinned(&self) -> String {
        format!("{:?}", self.key.get_vk().pinned())
    }
}

/// Keys for `circuit`, with generators made anew.
///
/// # Errors
/// As [`setup_with`].
pub fn setup(circuit: &ModelCircuit, on: OnProgress) -> Result<Keys, SetupError> {
    setup_with(circuit, Generators::new(circuit.plan().k, on), on)
}

/// Keys for `circuit` with given generators.
///
/// # Complexity
/// A sum over all generators for each fixed column and each column of the permutation.
///
/// # Errors
/// [`SetupError::Generators`] for generators of another size; [`SetupError::Halo2`] if `halo2_proofs` refuses.
pub fn setup_with(
    circuit: &ModelCircuit,
    generators: Generators,
    on: OnProgress,
) -> Result<Keys, SetupError> {
    let vk = verifying_key(circuit, &generators, on)?;
    tell(on, Phase::Keys, 1, 2);
    let key = with_shape(circuit.plan().shape, || keygen_pk(&generators.0, vk, &circuit.without_witness()))
        .map_err(SetupError::Halo2)?;
    tell(on, Phase::Keys, 2, 2);
    Ok(Keys { circuit: circuit.clone(), generators, key })
}

/// The verifying key alone, for an audit: its pinned text is to be compared.
///
/// # Errors
/// As [`setup_with`].
pub fn verifying_key(
    circuit: &ModelCircuit,
    generators: &Generators,
    on: OnProgress,
) -> Result<VerifyingKey<EqAffine>, SetupError> {
    let (expected, got) = (circuit.plan().k, generators.k());
    if expected != got {
        return Err(SetupError::Generators { expected, got });
    }
    tell(on, Phase::Keys, 0, 2);
    with_shape(circuit.plan().shape, || keygen_vk(&generators.0, &circuit.without_witness()))
        .map_err(SetupError::Halo2)
}
