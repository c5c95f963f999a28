//! The configuration of each pallet.

mod inference;
mod system;

pub use system::NoRollback;
