//! The opening: an input with the blinder of its commitment, for one proof system. As a file it is
//! secret.
//!
//! The first byte says of which proof system's field blinder and commitment are.

use std::path::Path;

use zeroize::Zeroizing;
use zkinfer_primitives::ProofSystem;
use zkml_model::graph::InputSpec;
use zkml_prove::{CircuitError, ProofSystem as _, groth16, halo2};

pub use zkml_prove::opening::OpeningError;

use crate::{
    error::Error,
    files::{self, Access, Existing},
    system,
};

/// The name of the file in errors.
pub const WHAT: &str = "opening";

/// An input and the blinder of its commitment. Secret: zeroised when dropped, not printed by
/// `Debug`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// For Groth16.
    Groth16(groth16::Opening),
    /// For Halo2.
    Halo2(halo2::Opening),
}

impl Opening {
    /// An opening of `values` with a fresh blinder.
    ///
    /// # Errors
    /// The values are no input of this kind, or the operating system has no randomness.
    pub fn random(
        system: ProofSystem,
        input: &InputSpec,
        values: Vec<i32>,
    ) -> Result<Self, CircuitError> {
        match system {
            ProofSystem::Groth16 => groth16::Opening::random(input, values).map(Self::Groth16),
            ProofSystem::Halo2 => halo2::Opening::random(input, values).map(Self::Halo2),
        }
    }

    /// Reads an opening of an input of this kind, for whichever proof system it is.
    ///
    /// # Errors
    /// It is no such opening.
    pub fn decode(bytes: &[u8], input: &InputSpec) -> Result<Self, OpeningError> {
        match bytes.first() {
            Some(&zkml_prove::Halo2::OPENING_VERSION) => {
                halo2::Opening::decode(bytes, input).map(Self::Halo2)
            }
            _ => groth16::Opening::decode(bytes, input).map(Self::Groth16),
        }
    }

    /// Reads an opening of an input of this kind for a proof system.
    ///
    /// # Errors
    /// It is no such opening.
    pub fn decode_for(
        system: ProofSystem,
        bytes: &[u8],
        input: &InputSpec,
    ) -> Result<Self, OpeningError> {
        match system {
            ProofSystem::Groth16 => groth16::Opening::decode(bytes, input).map(Self::Groth16),
            ProofSystem::Halo2 => halo2::Opening::decode(bytes, input).map(Self::Halo2),
        }
    }

    /// The proof system that it is for.
    pub fn system(&self) -> ProofSystem {
        match self {
            Self::Groth16(_) => ProofSystem::Groth16,
            Self::Halo2(_) => ProofSystem::Halo2,
        }
    }

    /// The opening's one encoding.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Groth16(opening) => opening.encode(),
            Self::Halo2(opening) => opening.encode(),
        }
    }

    /// The commitment that it opens: a canonical little-endian element of the proof system's field.
    pub fn commitment(&self) -> [u8; 32] {
        match self {
            Self::Groth16(opening) => opening.commitment(),
            Self::Halo2(opening) => opening.commitment(),
        }
    }

    /// The values.
    pub fn values(&self) -> &[i32] {
        match self {
            Self::Groth16(opening) => opening.values(),
            Self::Halo2(opening) => opening.values(),
        }
    }

    /// The kind of the input.
    pub fn input(&self) -> &InputSpec {
        match self {
            Self::Groth16(opening) => opening.input(),
            Self::Halo2(opening) => opening.input(),
        }
    }
}

/// The reason why an opening is of no use for a model version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the opening is for {}, the model version has {}, whose commitments are of another field; commit to the input again with this version's manifest",
    system::name(*given), system::name(*wanted)
)]
pub struct OtherSystem {
    /// The opening's.
    pub given: ProofSystem,
    /// The model version's.
    pub wanted: ProofSystem,
}

impl OtherSystem {
    /// Checks that an opening is for a proof system.
    ///
    /// # Errors
    /// It is for another one.
    pub fn check(opening: &Opening, wanted: ProofSystem) -> Result<(), Self> {
        let given = opening.system();
        if given == wanted { Ok(()) } else { Err(Self { given, wanted }) }
    }
}

/// Greatest number of bytes of an opening of this kind of input.
pub fn max_bytes(input: &InputSpec) -> u64 {
    // Version, blinder, form; then at most all values dense, since a longer form is not canonical.
    let bits = (input.len() as u64).saturating_mul(u64::from(input.bits));
    34 + bits.div_ceil(8)
}

/// Reads the opening of an input of this kind.
///
/// # Errors
/// It cannot be read, or is no such opening.
pub fn load(path: &Path, input: &InputSpec) -> Result<Opening, Error> {
    let bytes = files::read_secret(path, WHAT, max_bytes(input))?;
    Opening::decode(&bytes, input).map_err(Error::in_file(path))
}

/// Reads the opening of an input of this kind, for a proof system.
///
/// # Errors
/// It cannot be read, is no such opening, or is for another proof system.
pub fn load_for(system: ProofSystem, path: &Path, input: &InputSpec) -> Result<Opening, Error> {
    let opening = load(path, input)?;
    OtherSystem::check(&opening, system).map_err(Error::in_file(path))?;
    Ok(opening)
}

/// Writes an opening, for its owner alone.
///
/// # Errors
/// It cannot be written.
pub fn save(path: &Path, opening: &Opening, existing: Existing) -> Result<(), Error> {
    files::write_bytes(path, Access::Owner, existing, &opening.encode()).map_err(Error::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYSTEMS: [ProofSystem; 2] = [ProofSystem::Groth16, ProofSystem::Halo2];

    #[test]
    fn an_opening_says_for_which_system_it_is() {
        let input = InputSpec { shape: vec![3], min: 0, bits: 4 };
        for system in SYSTEMS {
            let opening = Opening::random(system, &input, vec![1, 2, 3]).expect("an opening");
            let bytes = opening.encode();
            assert_eq!(Opening::decode(&bytes, &input), Ok(opening.clone()));
            for other in SYSTEMS {
                let as_other = Opening::decode_for(other, &bytes, &input);
                let fits = OtherSystem::check(&opening, other);
                assert_eq!(as_other.is_ok(), other == system);
                assert_eq!(fits.is_ok(), other == system);
            }
        }
        let error = Opening::decode(&[3; 40], &input).expect_err("no such version");
        assert_eq!(error, OpeningError::Version { expected: 1, got: 3 });
    }
}
