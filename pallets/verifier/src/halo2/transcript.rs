//! The Fiat-Shamir transcript: Blake2b-512, personal `Halo2-Transcript`.
//!
//! | message | bytes hashed |
//! |---|---|
//! | a challenge is drawn | 0; the challenge is the digest so far, 64 bytes, little-endian, mod p |
//! | a point | 1 ‖ x ‖ y |
//! | a scalar | 2 ‖ its 32 bytes |
//!
//! The same as `Blake2bRead<_, vesta::Affine, Challenge255<_>>` of halo2_proofs. Points are read
//! compressed; the identity is refused.

use blake2b_simd::{Params, State};
use ff::{FromUniformBytes, PrimeField};
use pasta_curves::Fp;

use super::{
    error::{ProofError, ProofFault},
    point::{COMPRESSED_LEN, FIELD_LEN, Point},
};

/// Operations of a verifier on a transcript, for any curve and hash.
pub trait TranscriptRead {
    /// The scalar field.
    type Scalar: PrimeField;
    /// Commitments.
    type Commitment: Copy;

    /// Absorbs a scalar that both sides know.
    fn common_scalar(&mut self, scalar: &Self::Scalar);

    /// Absorbs a commitment that both sides know.
    fn common_point(&mut self, point: &Self::Commitment);

    /// Reads and absorbs a commitment.
    ///
    /// # Errors
    /// When the proof ends, or the bytes are no point.
    fn read_point(&mut self) -> Result<Self::Commitment, ProofError>;

    /// Reads and absorbs a scalar.
    ///
    /// # Errors
    /// When the proof ends, or the bytes are no canonical scalar.
    fn read_scalar(&mut self) -> Result<Self::Scalar, ProofError>;

    /// Draws a challenge.
    fn squeeze_challenge(&mut self) -> Self::Scalar;
}

/// The transcript of halo2_proofs over Vesta.
#[derive(Clone, Debug)]
pub struct Blake2bRead<'a> {
    state: State,
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Blake2bRead<'a> {
    /// A transcript that will read `proof`.
    pub fn new(proof: &'a [u8]) -> Self {
        let state = Params::new().hash_length(64).personal(b"Halo2-Transcript").to_state();
        Self { state, rest: proof, offset: 0 }
    }

    /// # Errors
    /// When bytes of the proof are left over.
    pub fn finish(self) -> Result<(), ProofError> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.fault(ProofFault::Trailing)) }
    }

    fn fault(&self, fault: ProofFault) -> ProofError {
        ProofError { offset: self.offset, fault }
    }

    fn take<const N: usize>(&mut self) -> Result<&'a [u8; N], ProofError> {
        let (bytes, rest) =
            self.rest.split_first_chunk().ok_or(self.fault(ProofFault::Truncated))?;
        self.rest = rest;
        Ok(bytes)
    }

    fn advance(&mut self, len: usize) {
        self.offset = self.offset.saturating_add(len);
    }
}

impl TranscriptRead for Blake2bRead<'_> {
    type Scalar = Fp;
    type Commitment = Point;

    fn common_scalar(&mut self, scalar: &Fp) {
        self.state.update(&[2]).update(&scalar.to_repr());
    }

    fn common_point(&mut self, point: &Point) {
        self.state.update(&[1]).update(point.coordinates());
    }

    fn read_point(&mut self) -> Result<Point, ProofError> {
        let bytes = self.take::<COMPRESSED_LEN>()?;
        let point =
            Point::decompress(bytes).map_err(|fault| self.fault(ProofFault::Point(fault)))?;
        self.advance(COMPRESSED_LEN);
        self.common_point(&point);
        Ok(point)
    }

    fn read_scalar(&mut self) -> Result<Fp, ProofError> {
        let bytes = self.take::<FIELD_LEN>()?;
        let scalar = Option::from(Fp::from_repr(*bytes)).ok_or(self.fault(ProofFault::Scalar))?;
        self.advance(FIELD_LEN);
        self.common_scalar(&scalar);
        Ok(scalar)
    }

    fn squeeze_challenge(&mut self) -> Fp {
        self.state.update(&[0]);
        Fp::from_uniform_bytes(self.state.finalize().as_array())
    }
}
