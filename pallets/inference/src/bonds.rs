//! Bonds: what a prover has at stake.

use frame_support::{
    ensure,
    traits::{fungible::MutateHold, tokens::Precision},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
    DispatchResult,
    traits::{CheckedAdd, CheckedSub, Saturating, Zero},
};

use zkinfer_primitives::EncryptionKey;

use crate::{
    Config, Error, Event, HoldReason, Pallet, Provers,
    types::{AccountIdOf, BalanceOf, Prover, Unbonding},
};

impl<T: Config> Prover<T> {
    /// Returns `true` if there is nothing left to remember.
    pub fn is_empty(&self) -> bool {
        // An encryption key alone is nothing to keep: nobody holds a deposit for it.
        self.bond.is_zero() && self.locked.is_zero() && self.unbonding.is_empty()
    }

    /// Returns the part of the bond that no claim has locked.
    pub fn free(&self) -> BalanceOf<T> {
        self.bond.saturating_sub(self.locked)
    }

    /// Bond and unbonding parts: what the account holds.
    pub fn held(&self) -> BalanceOf<T> {
        self.unbonding.iter().fold(self.bond, |sum, part| sum.saturating_add(part.amount))
    }

    /// Locks a part of the free bond.
    fn lock(&mut self, amount: BalanceOf<T>) -> Result<(), Error<T>> {
        ensure!(amount <= self.free(), Error::<T>::BondLocked);
        self.locked = self.locked.checked_add(&amount).ok_or(Error::<T>::BondLocked)?;
        Ok(())
    }

    /// Gives a locked part free.
    fn unlock(&mut self, amount: BalanceOf<T>) -> Result<(), Error<T>> {
        self.locked = self.locked.checked_sub(&amount).ok_or(Error::<T>::BrokenRecord)?;
        Ok(())
    }

    /// Takes `amount` off the stake: off the bond, and what the bond does not cover off the parts
    /// on their way out, the latest first. The bond covers every lock, so that parts pay only for
    /// what is no claim.
    pub(crate) fn take(&mut self, amount: BalanceOf<T>) -> Result<(), Error<T>> {
        let from_bond = amount.min(self.bond);
        self.bond = self.bond.saturating_sub(from_bond);
        let mut rest = amount.saturating_sub(from_bond);
        for part in self.unbonding.iter_mut().rev() {
            let from_part = rest.min(part.amount);
            part.amount = part.amount.saturating_sub(from_part);
            rest = rest.saturating_sub(from_part);
        }
        self.unbonding.retain(|part| !part.amount.is_zero());
        ensure!(rest.is_zero(), Error::<T>::BrokenRecord);
        Ok(())
    }

    /// Moves `amount` from the bond to the parts on their way out. Parts of one block are one.
    fn start_unbonding(
        &mut self,
        amount: BalanceOf<T>,
        at: BlockNumberFor<T>,
    ) -> Result<(), Error<T>> {
        self.bond = self.bond.checked_sub(&amount).ok_or(Error::<T>::BrokenRecord)?;
        if let Some(part) = self.unbonding.iter_mut().find(|part| part.at == at) {
            part.amount = part.amount.saturating_add(amount);
            return Ok(());
        }
        self.unbonding.try_push(Unbonding { amount, at }).or(Err(Error::<T>::TooManyUnbonding))
    }

    /// Takes out the parts whose time is over.
    fn finish_unbonding(&mut self, now: BlockNumberFor<T>) -> BalanceOf<T> {
        let held = self.held();
        self.unbonding.retain(|part| part.at > now);
        held.saturating_sub(self.held())
    }
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_bond(who: AccountIdOf<T>, amount: BalanceOf<T>) -> DispatchResult {
        let prover = Provers::<T>::get(&who).unwrap_or_default();
        ensure!(prover.bond.is_zero(), Error::<T>::AlreadyBonded);
        Self::add_bond(who, prover, amount)
    }

    pub(crate) fn do_bond_extra(who: AccountIdOf<T>, amount: BalanceOf<T>) -> DispatchResult {
        let prover = Self::prover_of(&who)?;
        Self::add_bond(who, prover, amount)
    }

    fn add_bond(
        who: AccountIdOf<T>,
        mut prover: Prover<T>,
        amount: BalanceOf<T>,
    ) -> DispatchResult {
        ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
        let bond = prover.bond.saturating_add(amount);
        ensure!(bond >= Self::parameters().min_bond, Error::<T>::BondTooLow);
        // Nobody holds more than there is: where the sum saturates, the hold fails.
        Self::hold(HoldReason::ProverBond, &who, amount)?;
        prover.bond = bond;
        Provers::<T>::insert(&who, prover);
        Self::deposit_event(Event::Bonded { prover: who, amount, bond });
        Ok(())
    }

    pub(crate) fn do_unbond(who: AccountIdOf<T>, amount: BalanceOf<T>) -> DispatchResult {
        let mut prover = Self::prover_of(&who)?;
        ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
        ensure!(amount <= prover.free(), Error::<T>::BondLocked);
        let parameters = Self::parameters();
        let at = Self::now().saturating_add(parameters.unbonding_period);
        prover.start_unbonding(amount, at)?;
        let stays = prover.bond.is_zero() || prover.bond >= parameters.min_bond;
        ensure!(stays, Error::<T>::BondTooLow);
        Provers::<T>::insert(&who, prover);
        Self::deposit_event(Event::Unbonded { prover: who, amount, at });
        Ok(())
    }

    pub(crate) fn do_withdraw_unbonded(who: AccountIdOf<T>) -> DispatchResult {
        let mut prover = Self::prover_of(&who)?;
        let amount = prover.finish_unbonding(Self::now());
        ensure!(!amount.is_zero(), Error::<T>::NothingToWithdraw);
        Self::store_prover(&who, prover);
        // The prover's own call: what its account cannot take stays held, and the error says why.
        T::Currency::release(&HoldReason::ProverBond.into(), &who, amount, Precision::Exact)?;
        Self::deposit_event(Event::Withdrawn { prover: who, amount });
        Ok(())
    }

    pub(crate) fn do_set_encryption_key(
        who: AccountIdOf<T>,
        key: Option<EncryptionKey>,
    ) -> DispatchResult {
        let mut prover = Self::prover_of(&who)?;
        ensure!(!prover.bond.is_zero(), Error::<T>::NotBonded);
        ensure!(key.is_none_or(|key| key.is_usable()), Error::<T>::InvalidEncryptionKey);
        prover.encryption_key = key;
        Provers::<T>::insert(&who, prover);
        Self::deposit_event(Event::EncryptionKeySet { prover: who, key });
        Ok(())
    }

    /// Locks `amount` of a bond that is large enough to work with.
    pub(crate) fn lock_bond(
        who: &AccountIdOf<T>,
        amount: BalanceOf<T>,
        min_bond: BalanceOf<T>,
    ) -> DispatchResult {
        let mut prover = Self::prover_of(who)?;
        ensure!(prover.bond >= min_bond, Error::<T>::BondTooLow);
        prover.lock(amount)?;
        Provers::<T>::insert(who, prover);
        Ok(())
    }

    /// Gives a claim's lock free.
    pub(crate) fn unlock_bond(who: &AccountIdOf<T>, lock: BalanceOf<T>) -> DispatchResult {
        let mut prover = Self::prover_of(who)?;
        prover.unlock(lock)?;
        Provers::<T>::insert(who, prover);
        Ok(())
    }

    /// Takes a claim's lock off the stake. The caller moves the money that is still held.
    pub(crate) fn forfeit_lock(who: &AccountIdOf<T>, lock: BalanceOf<T>) -> DispatchResult {
        let mut prover = Self::prover_of(who)?;
        prover.unlock(lock)?;
        prover.take(lock)?;
        Self::store_prover(who, prover);
        Ok(())
    }

    pub(crate) fn prover_of(who: &AccountIdOf<T>) -> Result<Prover<T>, Error<T>> {
        Provers::<T>::get(who).ok_or(Error::<T>::NotBonded)
    }

    fn store_prover(who: &AccountIdOf<T>, prover: Prover<T>) {
        let mut record = Some(prover);
        Self::keep_or_remove(who, &mut record);
        Provers::<T>::set(who, record);
    }

    /// Takes an empty record away. The encryption key goes with it, and an event says so.
    pub(crate) fn keep_or_remove(who: &AccountIdOf<T>, record: &mut Option<Prover<T>>) {
        let Some(empty) = record.take_if(|prover| prover.is_empty()) else {
            return;
        };
        if empty.encryption_key.is_some() {
            Self::deposit_event(Event::EncryptionKeySet { prover: who.clone(), key: None });
        }
    }

    pub(crate) fn now() -> BlockNumberFor<T> {
        frame_system::Pallet::<T>::block_number()
    }
}
