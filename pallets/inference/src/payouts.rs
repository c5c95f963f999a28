//! Every movement of money out of a hold, with what happens when its payee cannot take it.

use frame_support::traits::{
    OnUnbalanced,
    fungible::{BalancedHold, Inspect, MutateHold},
    tokens::{DepositConsequence, Fortitude, Precision, Provenance, Restriction},
};
use sp_runtime::{
    DispatchResult, SaturatedConversion,
    traits::{Saturating, Zero},
};

use crate::{
    Config, Error, Event, HoldReason, Pallet,
    types::{AccountIdOf, BalanceOf, ParametersOf},
};

impl<T: Config> Pallet<T> {
    /// The deposit for this number of items with this number of bytes together.
    pub(crate) fn deposit_for(
        parameters: &ParametersOf<T>,
        items: u32,
        bytes: usize,
    ) -> BalanceOf<T> {
        let items = parameters.deposit_base.saturating_mul(items.into());
        let bytes = parameters.deposit_per_byte.saturating_mul(bytes.saturated_into());
        items.saturating_add(bytes)
    }

    /// Holds `amount` of `who`.
    pub(crate) fn hold(
        reason: HoldReason,
        who: &AccountIdOf<T>,
        amount: BalanceOf<T>,
    ) -> DispatchResult {
        if amount.is_zero() {
            return Ok(());
        }
        T::Currency::hold(&reason.into(), who, amount)
    }

    /// Holds or frees what lies between a deposit and the one that takes its place.
    pub(crate) fn change_deposit(
        reason: HoldReason,
        who: &AccountIdOf<T>,
        from: BalanceOf<T>,
        to: BalanceOf<T>,
    ) -> DispatchResult {
        Self::hold(reason, who, to.saturating_sub(from))?;
        Self::release(reason, who, from.saturating_sub(to))
    }

    /// Frees `amount` of what `who` holds.
    pub(crate) fn release(
        reason: HoldReason,
        who: &AccountIdOf<T>,
        amount: BalanceOf<T>,
    ) -> DispatchResult {
        if amount.is_zero() {
            return Ok(());
        }
        if !Self::can_receive(who, amount) {
            return Self::divert(reason, who, who, amount);
        }
        T::Currency::release(&reason.into(), who, amount, Precision::Exact).map(drop)
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
        if !Self::can_receive(to, amount) {
            return Self::divert(reason, from, to, amount);
        }
        let (free, force) = (Restriction::Free, Fortitude::Force);
        T::Currency::transfer_on_hold(
            &reason.into(),
            from,
            to,
            amount,
            Precision::Exact,
            free,
            force,
        )
        .map(drop)
    }

    /// Returns `true` if `who` can be credited with `amount`.
    ///
    /// Asked before anything moves, instead of trying in a storage layer of its own: a caller can
    /// use up the layers by nesting calls, and the payment must not be diverted for that.
    fn can_receive(who: &AccountIdOf<T>, amount: BalanceOf<T>) -> bool {
        T::Currency::can_deposit(who, amount, Provenance::Extant) == DepositConsequence::Success
    }

    /// Takes `amount` of what `from` holds for `OnSlash`.
    pub(crate) fn slash(
        reason: HoldReason,
        from: &AccountIdOf<T>,
        amount: BalanceOf<T>,
    ) -> DispatchResult {
        let (credit, missing) = T::Currency::slash(&reason.into(), from, amount);
        // Everything that this pallet slashes it has held; the error takes the whole call back.
        frame_support::ensure!(missing.is_zero(), Error::<T>::BrokenRecord);
        T::OnSlash::on_unbalanced(credit);
        Ok(())
    }

    /// An amount that cannot be credited to its payee, being below the existential deposit, is not
    /// left behind.
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
