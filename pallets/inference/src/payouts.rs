//! Every movement of money out of a hold, with what happens when its payee cannot take it.

use frame_support::{
    storage::with_storage_layer,
    traits::{
        Get, OnUnbalanced,
        fungible::{BalancedHold, MutateHold},
        tokens::{Fortitude, Precision, Restriction},
    },
};
use sp_runtime::{
    DispatchResult, SaturatedConversion,
    traits::{Saturating, Zero},
};

use crate::{
    Config, Error, Event, HoldReason, Pallet,
    types::{AccountIdOf, BalanceOf},
};

impl<T: Config> Pallet<T> {
    /// The deposit for so many items of so many bytes together.
    pub(crate) fn deposit_for(items: u32, bytes: usize) -> BalanceOf<T> {
        let items = T::DepositBase::get().saturating_mul(items.into());
        let bytes = T::DepositPerByte::get().saturating_mul(bytes.saturated_into());
        items.saturating_add(bytes)
    }

    /// Holds `amount` of `who`.
    pub(crate) fn hold(reason: HoldReason, who: &AccountIdOf<T>, amount: BalanceOf<T>) -> DispatchResult {
        if amount.is_zero() {
            return Ok(());
        }
        T::Currency::hold(&reason.into(), who, amount)
    }

    /// Frees `amount` of what `who` holds.
    pub(crate) fn release(reason: HoldReason, who: &AccountIdOf<T>, amount: BalanceOf<T>) -> DispatchResult {
        if amount.is_zero() {
            return Ok(());
        }
        let released = with_storage_layer(|| {
            T::Currency::release(&reason.into(), who, amount, Precision::Exact).map(drop)
        });
        released.or_else(|_cannot_be_credited| Self::divert(reason, who, who, amount))
    }

    /// Pays `amount` out of what `from` holds to `to`.
    ///
    /// Freezes and locks of `from` do not hinder it: the money was promised when it was held.
    pub(crate) fn pay(
        reason: HoldReason,
        from: &AccountIdOf<T>,
        to: &AccountIdOf<T>,
        amount: BalanceOf<T>,
    ) -> DispatchResult {
        if amount.is_zero() {
            return Ok(());
        }
        let (free, force) = (Restriction::Free, Fortitude::Force);
        let paid = with_storage_layer(|| {
            T::Currency::transfer_on_hold(&reason.into(), from, to, amount, Precision::Exact, free, force)
                .map(drop)
        });
        paid.or_else(|_cannot_be_credited| Self::divert(reason, from, to, amount))
    }

    /// Takes `amount` of what `from` holds for `OnSlash`.
    pub(crate) fn slash(reason: HoldReason, from: &AccountIdOf<T>, amount: BalanceOf<T>) -> DispatchResult {
        let (credit, missing) = T::Currency::slash(&reason.into(), from, amount);
        // Everything that this pallet slashes it has held; the error takes the whole call back.
        frame_support::ensure!(missing.is_zero(), Error::<T>::BrokenRecord);
        T::OnSlash::on_unbalanced(credit);
        Ok(())
    }

    /// What cannot be credited to its payee, being below the existential deposit, is not left behind.
    fn divert(
        reason: HoldReason,
        from: &AccountIdOf<T>,
        payee: &AccountIdOf<T>,
        amount: BalanceOf<T>,
    ) -> DispatchResult {
        Self::slash(reason, from, amount)?;
        Self::deposit_event(Event::PaymentDiverted { payee: payee.clone(), reason, amount });
        Ok(())
    }
}
