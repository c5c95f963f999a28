//! The zkinfer chain's runtime.
#![cfg_attr(not(feature = "std"), no_std)]
