//! The 32-byte identifiers of the protocol. Each is a type of its own, so that one cannot stand for
//! another.

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
        #[scale_info(capture_docs = "always")]
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
    /// Blake2b-256 of a quantised model's file, weights included. The file stays with the model's
    /// owner.
    ModelHash
}
identifier! {
    /// Blake2b-256 of a model's public manifest: shapes, scales, preprocessing and classes, without
    /// weights.
    ManifestHash
}
identifier! {
    /// A commitment to a model's weights inside the proof. Reserved: empty in version 1 of the
    /// statement.
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
    /// Hash of a job's [terms](crate::JobTerms). A claim names it, so that a reorganisation cannot
    /// swap the job.
    TermsHash
}
identifier! {
    /// Hiding commitment to an input: the canonical little-endian bytes of one element of the proof
    /// system's scalar field.
    InputCommitment
}

identifier! {
    /// An X25519 public key (RFC 7748, section 5): the little-endian u-coordinate. Requesters
    /// encrypt inputs to it.
    EncryptionKey
}

impl EncryptionKey {
    /// u-coordinates of small order below the field's prime, little-endian: whoever agrees on a
    /// secret with one of them agrees on zero. 0, 1, two of order 8, and p − 1.
    const SMALL_ORDER: [[u8; 32]; 5] = [
        [0; 32],
        [
            1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0,
        ],
        [
            0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f,
            0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16,
            0x5f, 0x49, 0xb8, 0x00,
        ],
        [
            0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83,
            0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd,
            0xd0, 0x9f, 0x11, 0x57,
        ],
        [
            0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            0xff, 0xff, 0xff, 0x7f,
        ],
    ];

    /// p = 2²⁵⁵ − 19, little-endian.
    const PRIME: [u8; 32] = [
        0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0x7f,
    ];

    /// Returns `true` if a secret can be agreed on with this key: it is below the field's prime and
    /// not of small order.
    pub fn is_usable(&self) -> bool {
        let below_prime = self.0.iter().rev().lt(Self::PRIME.iter().rev());
        below_prime && !Self::SMALL_ORDER.contains(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encryption_key_is_canonical_and_not_of_small_order() {
        let with_top = |low: u8, top: u8| {
            let mut bytes = [0xff; 32];
            bytes[0] = low;
            bytes[31] = top;
            EncryptionKey(bytes)
        };
        let mut base = [0; 32];
        base[0] = 9;
        assert!(EncryptionKey(base).is_usable());
        assert!(with_top(0xeb, 0x7f).is_usable(), "p - 2");
        assert!(!with_top(0xec, 0x7f).is_usable(), "p - 1");
        assert!(!with_top(0xed, 0x7f).is_usable(), "p");
        assert!(!with_top(0xee, 0x7f).is_usable(), "p + 1");
        assert!(!with_top(0x00, 0xff).is_usable(), "the top bit");
        for key in EncryptionKey::SMALL_ORDER {
            assert!(!EncryptionKey(key).is_usable());
        }
    }

    #[test]
    fn blake2b_256_of_abc_is_the_published_one() {
        let expected = "0xbddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319";
        assert_eq!(alloc::format!("{}", ModelHash(blake2b_256(b"abc"))), expected);
    }
}
