//! The 32-byte identifiers of the protocol. Each is a type of its own, so that one cannot stand for another.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Blake2b with 32 bytes of output and no key (RFC 7693).
pub fn blake2b_256(bytes: &[u8]) -> [u8; 32] {
    let digest = blake2b_simd::Params::new().hash_length(32).hash(bytes);
    let mut out = [0u8; 32];
    // `hash_length(32)` makes both sides 32 bytes long; `zip` needs no proof of it.
    out.iter_mut().zip(digest.as_bytes()).for_each(|(to, from)| *to = *from);
    out
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default,
            Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
        )]
        pub struct $name(pub [u8; 32]);

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl From<[u8; 32]> for $name {
            fn from(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("0x")?;
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
    };
}

identifier! {
    /// Blake2b-256 of a quantised model's file, weights included. The file stays with the model's owner.
    ModelHash
}
identifier! {
    /// Blake2b-256 of a model's public manifest: shapes, scales, preprocessing and classes, without weights.
    ManifestHash
}
identifier! {
    /// A commitment to a model's weights inside the proof. Reserved: empty in version 1 of the statement.
    ModelCommitment
}
identifier! {
    /// Blake2b-256 of the SCALE encoding of a [`VerifyingKey`](crate::VerifyingKey).
    VkHash
}
identifier! {
    /// Blake2b-256 of the SCALE encoding of a job's payload.
    PayloadHash
}
identifier! {
    /// Hash of a job's [terms](crate::JobTerms). A claim names it, so that a reorganisation cannot swap the job.
    TermsHash
}
identifier! {
    /// Hiding commitment to an input: the canonical little-endian bytes of one element of the proof system's scalar field.
    InputCommitment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blake2b_256_of_abc_is_the_published_one() {
        let expected = "0xbddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319";
        assert_eq!(alloc::format!("{}", ModelHash(blake2b_256(b"abc"))), expected);
    }
}
