//! The pinned keys and proofs of `tests/vectors/halo2`, which the example `halo2-vectors` writes.
