//! Reasons to refuse a `submit` or `submit_batch` in the pool or in a block: the codes of
//! `InvalidTransaction::Custom`.
//!
//! | code | variant | may become right |
//! |---|---|---|
//! | 100 | [`SubmissionFault::JobNotFound`] | when the job is yet to be requested |
//! | 101 | [`SubmissionFault::TermsMismatch`] | |
//! | 102 | [`SubmissionFault::JobNotClaimed`] | when the claim is on its way |
//! | 103 | [`SubmissionFault::NotClaimant`] | |
//! | 104 | [`SubmissionFault::TooLateToSubmit`] | |
//! | 105 | [`SubmissionFault::InvalidOutput`] | |
//! | 106 | [`SubmissionFault::ProofSystemMismatch`] | |
//! | 107 | [`SubmissionFault::CircuitSizeMismatch`] | |
//! | 108 | [`SubmissionFault::GeneratorsMissing`] | when the generators are on their way |
//! | 109 | [`SubmissionFault::EmptyBatch`] | |
//! | 110 | [`SubmissionFault::DuplicateJob`] | |
//! | 111 | [`SubmissionFault::MixedBatch`] | |
//! | 112 | [`SubmissionFault::BrokenRecord`] | |
//!
//! What may become right is an ordinary transaction, without priority, in the pool and in blocks,
//! where it fails with the pallet's error of the same name if it has not become right by then. No
//! block takes any other, and nobody pays a fee or is slashed for it.

use core::fmt;

/// A fault of a submission that is found without looking at its proofs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum SubmissionFault {
    /// No running job has this number.
    JobNotFound = 100,
    /// The terms are not the job's.
    TermsMismatch = 101,
    /// The job is not claimed.
    JobNotClaimed = 102,
    /// The job is claimed by another account.
    NotClaimant = 103,
    /// The claim's time and grace are over.
    TooLateToSubmit = 104,
    /// The output is not a valid output.
    InvalidOutput = 105,
    /// The proof is of another system than the key.
    ProofSystemMismatch = 106,
    /// The Halo2 proof names another k than the key has.
    CircuitSizeMismatch = 107,
    /// Generators that the proof needs are not on chain.
    GeneratorsMissing = 108,
    /// A batch without a proof.
    EmptyBatch = 109,
    /// A batch names a job twice.
    DuplicateJob = 110,
    /// A batch's jobs have different verifying keys.
    MixedBatch = 111,
    /// A record that must exist does not: a fault of the chain.
    BrokenRecord = 112,
}

impl SubmissionFault {
    /// All of them, by code.
    pub const ALL: [Self; 13] = [
        Self::JobNotFound,
        Self::TermsMismatch,
        Self::JobNotClaimed,
        Self::NotClaimant,
        Self::TooLateToSubmit,
        Self::InvalidOutput,
        Self::ProofSystemMismatch,
        Self::CircuitSizeMismatch,
        Self::GeneratorsMissing,
        Self::EmptyBatch,
        Self::DuplicateJob,
        Self::MixedBatch,
        Self::BrokenRecord,
    ];

    /// Returns the code of `InvalidTransaction::Custom`.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// Returns the fault that has this code.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.code() == code)
    }

    /// Returns the name of the pallet's error that says the same of a submission inside another
    /// call.
    pub fn name(self) -> &'static str {
        match self {
            Self::JobNotFound => "JobNotFound",
            Self::TermsMismatch => "TermsMismatch",
            Self::JobNotClaimed => "JobNotClaimed",
            Self::NotClaimant => "NotClaimant",
            Self::TooLateToSubmit => "TooLateToSubmit",
            Self::InvalidOutput => "InvalidOutput",
            Self::ProofSystemMismatch => "ProofSystemMismatch",
            Self::CircuitSizeMismatch => "CircuitSizeMismatch",
            Self::GeneratorsMissing => "GeneratorsMissing",
            Self::EmptyBatch => "EmptyBatch",
            Self::DuplicateJob => "DuplicateJob",
            Self::MixedBatch => "MixedBatch",
            Self::BrokenRecord => "BrokenRecord",
        }
    }
}

impl fmt::Display for SubmissionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::JobNotFound => {
                "no running job has this number: it may be completed, cancelled or expired; look for its receipt"
            }
            Self::TermsMismatch => "the terms are not the job's: read the job again",
            Self::JobNotClaimed => "the job is not claimed: claim it first",
            Self::NotClaimant => "the job is claimed by another account: only its claimant can submit a proof",
            Self::TooLateToSubmit => "the claim's time and grace are over",
            Self::InvalidOutput => "the output is not a valid output: submit the one that the proof is of",
            Self::ProofSystemMismatch => "the proof is of another proof system than the model version's key",
            Self::CircuitSizeMismatch => "the proof names another circuit size k than the model version's key",
            Self::GeneratorsMissing => {
                "Halo2's generators of this size are not on chain: upload them with upload_generators"
            }
            Self::EmptyBatch => "the batch has no proof",
            Self::DuplicateJob => "the batch names a job twice",
            Self::MixedBatch => "the batch's jobs have different verifying keys: submit a batch for each",
            Self::BrokenRecord => "the chain's records contradict each other: report it",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_names_one_fault() {
        for (code, fault) in (100..).zip(SubmissionFault::ALL) {
            assert_eq!(fault.code(), code);
            assert_eq!(SubmissionFault::from_code(code), Some(fault));
            assert_eq!(format!("{fault:?}"), fault.name());
        }
        assert_eq!(SubmissionFault::from_code(99), None);
        assert_eq!(SubmissionFault::from_code(113), None);
    }
}
