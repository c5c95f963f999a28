//! Constraints, one file for each ONNX operator that has any and for each helper. `Add` and what
//! moves values have none.
//!
//! | gadget | constraints for one value |
//! |---|---|
//! | [`range`] | `k` for a value of `k` bits |
//! | [`conv`], [`gemm`] | none: linear combinations with constant weights |
//! | [`relu`] | `1 + k`, with `2^k` above the greatest magnitude of its operand |
//! | [`requantize`] | `k`; fused with the ReLU before it, `k + 2` |
//! | [`rescale`] | as [`requantize`], of its numerator; with the [`clip`] after it, a few more |
//! | [`max_pool`] | a [`relu`] of a difference for each value under the window but one; one more for all of a ReLU before it |
//! | [`clip`] | a [`relu`] for each bound that the range of its operand crosses |
//! | [`leaky_relu`] | a [`relu`] |
//! | [`table`] | a [`clip`], and 45 or fewer |
//! | [`arg_max`] | two and a range check for each class, and two in all |
//! | [`top_k`] | two for each value and place, a range check for each value and place |
//! | [`poseidon`] | three for each S-box |

pub mod arg_max;
pub mod clip;
pub mod conv;
pub mod gemm;
pub mod leaky_relu;
pub mod max_pool;
pub mod poseidon;
pub mod range;
pub mod relu;
pub mod requantize;
pub mod rescale;
pub mod table;
pub mod top_k;

#[cfg(test)]
pub(crate) mod testing;
