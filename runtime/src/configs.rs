//! The configuration of each pallet.

mod inference;
pub(crate) mod system;

pub use system::NoRollback;
