//! The inference pallet.
