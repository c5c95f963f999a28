//! Weights measured by the benchmarks: `scripts/weights` writes these modules, and
//! `docs/figures/weights.md` from them.

pub mod frame_system;
pub mod pallet_balances;
pub mod pallet_inference;
pub mod pallet_inference_plain;
pub mod pallet_sudo;
pub mod pallet_timestamp;
pub mod pallet_utility;
