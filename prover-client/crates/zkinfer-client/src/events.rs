//! The pallet's events, by the names of their fields; fields that this client does not need are
//! left out.
// The derive imports more than it uses.
#![allow(unused_imports)]

use subxt::ext::{scale_decode::DecodeAsType, scale_value::Value};

use super::{amount::Token, error::ChainError};

macro_rules! event {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, DecodeAsType)]
        #[decode_as_type(crate_path = "subxt::ext::scale_decode")]
        pub struct $name { $($(#[$field_doc])* pub $field: $type),* }
    };
}

event! {
    /// A model version's number.
    VersionId {
        /// The model.
        model: u32,
        /// Its version.
        version: u32,
    }
}
event! {
    /// A model is registered, with its first version.
    ModelRegistered {
        /// Its number.
        version: VersionId,
    }
}
event! {
    /// A model has one more version.
    VersionAdded {
        /// Its number.
        version: VersionId,
    }
}
event! {
    /// A version takes no more jobs.
    VersionRetired {
        /// Its number.
        version: VersionId,
    }
}
event! {
    /// A job has another payload, deadline and provers, and so other terms.
    JobRedirected {
        /// The job.
        job: u64,
        /// Last block.
        deadline: u32,
    }
}
event! {
    /// A proof without a job holds.
    Attested {
        /// The number of its receipt.
        receipt: u64,
        /// Hash of the receipt.
        receipt_hash: [u8; 32],
    }
}
event! {
    /// A proof without a job does not hold, and its prover is slashed.
    AttestationRejected {
        /// The prover's own number.
        nonce: u64,
        /// The prover's loss.
        slashed: u128,
        /// The fault of the proof.
        reason: Value,
    }
}
event! {
    /// A receipt is gone.
    ReceiptPruned {
        /// Its job.
        job: u64,
        /// Hash of the receipt.
        receipt_hash: [u8; 32],
    }
}
event! {
    /// A job is open.
    JobRequested {
        /// Its number.
        job: u64,
    }
}
event! {
    /// A prover owes the proof.
    JobClaimed {
        /// Last block for the proof, before the grace.
        until: u32,
        /// The locked part of the bond.
        lock: u128,
    }
}
event! {
    /// The proof holds.
    JobCompleted {
        /// The job.
        job: u64,
        /// Hash of the receipt.
        receipt_hash: [u8; 32],
        /// The payment to the prover.
        paid: u128,
    }
}
event! {
    /// The proof does not hold, and its prover is slashed.
    ProofRejected {
        /// The job.
        job: u64,
        /// The prover's loss.
        slashed: u128,
        /// The fault of the proof.
        reason: Value,
    }
}
event! {
    /// A job ended without an answer: cancelled or expired.
    Refunded {
        /// The job.
        job: u64,
        /// The amount that returned from escrow.
        refund: u128,
    }
}
event! {
    /// A claimant's time is over.
    ClaimExpired {
        /// Its loss.
        slashed: u128,
    }
}
event! {
    /// A payment could not be made and was diverted.
    PaymentDiverted {
        /// The amount.
        amount: u128,
    }
}

event! {
    /// A transaction's fee is paid (of the pallet `TransactionPayment`).
    TransactionFeePaid {
        /// The fee, with unused weight given back.
        actual_fee: u128,
    }
}

impl ProofRejected {
    /// The rejection as an error.
    pub fn into_error(self, token: &Token) -> ChainError {
        rejected(&format!("the proof of job {}", self.job), &self.reason, self.slashed, token)
    }
}

impl AttestationRejected {
    /// The rejection as an error.
    pub fn into_error(self, token: &Token) -> ChainError {
        rejected(
            &format!("the attestation under number {}", self.nonce),
            &self.reason,
            self.slashed,
            token,
        )
    }
}

fn rejected(what: &str, reason: &Value, slashed: u128, token: &Token) -> ChainError {
    ChainError::refusal(
        format!("the chain rejected {what} ({reason}) and slashed {}", token.format(slashed)),
        "the check before sending passed, so the chain and this client disagree: report it",
    )
}
