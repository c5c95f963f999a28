//! Receipts: what stays of a job, or of a proof without one, until who pays for it takes it away.

use codec::{Encode, MaxEncodedLen};
use frame_support::ensure;
use sp_runtime::{DispatchResult, traits::Saturating};
use zkinfer_primitives::{JobId, Output, Purpose, blake2b_256};

use crate::{
    Attestations, Config, Error, Event, HoldReason, Pallet, Receipts,
    types::{AccountIdOf, BalanceOf, ParametersOf, Receipt},
};

/// Bytes of the key under which a receipt is stored.
const RECEIPT_KEYS: usize = 8 + 8;
/// Bytes of the key and the value by which an attestation is found.
const ATTESTATION_ENTRY: usize = (16 + 32) + (16 + 8) + 8;

impl<T: Config> Pallet<T> {
    /// The deposit of a job's receipt with this output.
    pub(crate) fn receipt_deposit(output: &Output) -> BalanceOf<T> {
        Self::deposit_for(&Self::parameters(), 1, receipt_bytes::<T>(output.encoded_size()))
    }

    /// The deposit of a receipt with the longest output: the job's covers it.
    pub(crate) fn longest_receipt_deposit(parameters: &ParametersOf<T>) -> BalanceOf<T> {
        Self::deposit_for(parameters, 1, receipt_bytes::<T>(Output::max_encoded_len()))
    }

    /// The deposit of an attestation's receipt with this output, and of the entry that finds it.
    pub(crate) fn attestation_deposit(output: &Output) -> BalanceOf<T> {
        let bytes = receipt_bytes::<T>(output.encoded_size()).saturating_add(ATTESTATION_ENTRY);
        Self::deposit_for(&Self::parameters(), 2, bytes)
    }

    /// Stores a receipt, and returns its hash.
    pub(crate) fn store_receipt(id: JobId, receipt: Receipt<T>) -> [u8; 32] {
        let hash = receipt_hash(&receipt);
        Receipts::<T>::insert(id, receipt);
        hash
    }

    pub(crate) fn do_prune_receipt(who: AccountIdOf<T>, id: JobId) -> DispatchResult {
        let receipt = Receipts::<T>::get(id).ok_or(Error::<T>::ReceiptNotFound)?;
        ensure!(receipt.requester == who, Error::<T>::NotDepositor);
        let age = Self::now().saturating_sub(receipt.block);
        ensure!(age > Self::parameters().receipt_period, Error::<T>::ReceiptTooYoung);
        Receipts::<T>::remove(id);
        if let Purpose::Attest(nonce) = receipt.purpose {
            Attestations::<T>::remove(&receipt.prover, nonce);
        }
        Self::release(HoldReason::JobDeposit, &who, receipt.deposit)?;
        Self::deposit_event(Event::ReceiptPruned { job: id, receipt_hash: receipt_hash(&receipt) });
        Ok(())
    }
}

/// Bytes that a receipt is charged for, with its keys: the most but for the output, which has its
/// own length.
fn receipt_bytes<T: Config>(output: usize) -> usize {
    let others = Receipt::<T>::max_encoded_len().saturating_sub(Output::max_encoded_len());
    others.saturating_add(output).saturating_add(RECEIPT_KEYS)
}

/// Blake2b-256 of a receipt's SCALE encoding, as events name it.
fn receipt_hash<T: Config>(receipt: &Receipt<T>) -> [u8; 32] {
    blake2b_256(&receipt.encode())
}
