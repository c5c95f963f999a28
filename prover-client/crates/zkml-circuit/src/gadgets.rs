//! Constraints, one file for each ONNX operator and for each helper.
//!
//! | gadget | constraints for one value |
//! |---|---|
//! | [`range`] | `k` for a value of `k` bits |
//! | [`conv`], [`gemm`] | none: linear combinations with constant weights |
//! | [`relu`] | `1 + k`, with `2^k` above the greatest magnitude of its operand |
//! | [`requantize`] | `k`; fused with the ReLU before it, `k + 2` |
//! | [`arg_max`] | two and a range check for each class, and two in all |
//! | [`poseidon`] | three for each S-box |

pub mod arg_max;
pub mod conv;
pub mod gemm;
pub mod poseidon;
pub mod range;
pub mod relu;
pub mod requantize;

#[cfg(test)]
pub(crate) mod testing;
