//! A prover's stake.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
    BoundedVec, CloneNoBound, DebugNoBound, DefaultNoBound, EqNoBound, PartialEqNoBound,
};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use zkinfer_primitives::EncryptionKey;

use super::BalanceOf;
use crate::Config;

/// A part of a bond on its way out. It stays slashable until it is withdrawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
#[scale_info(capture_docs = "always")]
pub struct Unbonding<Balance, BlockNumber> {
    /// The amount.
    pub amount: Balance,
    /// First block in which it can be withdrawn.
    pub at: BlockNumber,
}

/// A prover's stake. The account holds `bond` and every unbonding part as `ProverBond`.
#[derive(
    CloneNoBound,
    PartialEqNoBound,
    EqNoBound,
    DebugNoBound,
    DefaultNoBound,
    Encode,
    Decode,
    MaxEncodedLen,
    TypeInfo,
)]
#[codec(mel_bound())]
#[scale_info(skip_type_params(T), capture_docs = "always")]
pub struct Prover<T: Config> {
    /// The bonded amount, locked or not.
    pub bond: BalanceOf<T>,
    /// The part of the bond that claims have locked. Never more than the bond.
    pub locked: BalanceOf<T>,
    /// Amounts on their way out.
    pub unbonding: BoundedVec<Unbonding<BalanceOf<T>, BlockNumberFor<T>>, T::MaxUnbonding>,
    /// Key to which requesters encrypt inputs. It goes with the record, which stands while anything
    /// is held.
    pub encryption_key: Option<EncryptionKey>,
}

/// A prover as a reader wants it.
#[derive(
    CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[codec(mel_bound())]
#[scale_info(skip_type_params(T), capture_docs = "always")]
pub struct ProverInfo<T: Config> {
    /// The record.
    pub prover: Prover<T>,
    /// Returns the amount that new claims can lock: bond less locked.
    pub free: BalanceOf<T>,
}
