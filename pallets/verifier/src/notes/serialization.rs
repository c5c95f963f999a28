//! Encodings, byte by byte.
//!
//! # Points
//! Compressed, as Zcash defined it for BLS12-381 (`bls12_381::notes::serialization`): the
//! x-coordinate big-endian, 48 bytes in G1, 96 bytes in G2 (`c1` before `c0`), and three flags in
//! the top bits of the first byte:
//!
//! | bit | meaning |
//! |---|---|
//! | 7 | compressed; always set here |
//! | 6 | the identity; all else but bit 7 is then zero |
//! | 5 | of the two y-coordinates, the greater one |
//!
//! A coordinate of p or more, a wrong flag, an x without a y, and a point outside the subgroup of
//! prime order are refused, so that a point has one encoding. The identity is refused everywhere:
//! no honest proof or key holds it.
//!
//! # Groth16 proof, 192 bytes
//! | bytes | |
//! |---|---|
//! | 0..48 | A, G1 |
//! | 48..144 | B, G2 |
//! | 144..192 | C, G1 |
//!
//! # Groth16 verifying key, 528 bytes
//! | bytes | |
//! |---|---|
//! | 0..48 | α, G1 |
//! | 48..144 | β, G2 |
//! | 144..240 | γ, G2 |
//! | 240..336 | δ, G2 |
//! | 336..528 | IC₀, IC₁, IC₂, IC₃, G1 |
//!
//! # Prepared verifying key, 1056 bytes
//! For storage by those who decoded the key themselves; it is never taken from a caller. Points are
//! uncompressed (both coordinates, 96 and 192 bytes, the same flags with bit 7 clear), which is
//! also how the host functions of RFC-0163 want them:
//!
//! | bytes | |
//! |---|---|
//! | 0..96 | −α |
//! | 96..288 | β |
//! | 288..480 | −γ |
//! | 480..672 | −δ |
//! | 672..1056 | IC₀, IC₁, IC₂, IC₃ |
//!
//! # Public inputs
//! 32 bytes each, little-endian, below the modulus of the scalar field.
