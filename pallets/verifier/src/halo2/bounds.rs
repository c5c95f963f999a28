//! The bounds of every dimension of a key, so that decoding and verification are bounded whoever
//! wrote it.

/// Fewest rows, as a power of two: five blinding rows and three more are always needed.
pub const MIN_K: u8 = 3;
/// Most rows, as a power of two: the final multi-scalar multiplication has 2^k points.
pub const MAX_K: u8 = 15;
/// Most columns of one kind, fixed or advice.
pub const MAX_COLUMNS: usize = 256;
/// Most instance columns.
pub const MAX_INSTANCE_COLUMNS: usize = 8;
/// Most rows of an instance column that hold public inputs; so many Lagrange generators are kept
/// for each k.
pub const MAX_INSTANCE_ROWS: usize = 32;
/// Most selectors, before they are compressed into fixed columns. Only their number is part of a
/// key.
pub const MAX_SELECTORS: usize = 1024;
/// Most gate polynomials.
pub const MAX_GATES: usize = 512;
/// Most nodes of all expressions together.
pub const MAX_EXPRESSION_NODES: usize = 32_768;
/// Most queries of one kind of column.
pub const MAX_QUERIES: usize = 512;
/// Furthest rotation, forwards or backwards, in rows.
pub const MAX_ROTATION: i32 = 64;
/// Most lookup arguments.
pub const MAX_LOOKUPS: usize = 64;
/// Most expressions in a lookup's input, and in its table.
pub const MAX_LOOKUP_WIDTH: usize = 16;
/// Highest degree of a constraint.
pub const MAX_DEGREE: usize = 16;
/// Longest encoding of a key, in bytes.
pub const MAX_KEY_LEN: usize = 65_536;
/// Longest pinned text of a key that is parsed, in bytes.
pub const MAX_TEXT_LEN: usize = 8_388_608;
/// Most proofs in a batch.
pub const MAX_BATCH: usize = 64;
/// Most columns of the permutation argument.
pub const MAX_PERMUTATION_COLUMNS: usize = 256;
