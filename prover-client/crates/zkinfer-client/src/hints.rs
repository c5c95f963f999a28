//! Remedies for the errors of the runtime. The runtime's own words, which come with its
//! metadata, say what is wrong.

use zkinfer_primitives::SubmissionFault;

/// Returns the remedy for a dispatch error, by its name `Pallet::Error`.
pub fn for_dispatch_error(error: &str) -> Option<&'static str> {
    error.strip_prefix("Inference::").map_or_else(|| other(error), inference)
}

/// The words on a transaction that a rule of the runtime's own calls invalid, and what to do about
/// it.
pub fn for_invalid(code: u8) -> (String, Option<String>) {
    let Some(fault) = SubmissionFault::from_code(code) else {
        return (
            format!(
                "a rule of the runtime that this client does not know refuses it (code {code})"
            ),
            None,
        );
    };
    let remedy = inference(fault.name()).unwrap_or("prove the job again, and submit the new proof");
    (format!("{fault} ({})", fault.name()), Some(format!("nothing is paid or slashed: {remedy}")))
}

fn inference(error: &str) -> Option<&'static str> {
    Some(match error {
        "VersionNotFound" => "look it up with `zkinfer chain status model NUMBER`",
        "VersionRetired" => "ask for a newer version: option `version`",
        "ModelNotFound" => {
            "`zkinfer chain status` says how many models there are; they are numbered from 0"
        }
        "NotOwner" => {
            "sign with the account that registered the model: zkinfer chain status model NUMBER"
        }
        "InvalidEncryptionKey" => "make another key with `zkinfer keys encryption`",
        "EncryptionKeyMismatch" => {
            "a prover has replaced its encryption key meanwhile: send the request again, it reads the new one"
        }
        "RecipientsMismatch" => "encrypt to exactly the provers that the job names",
        "ReceiptNotFound" => "it may be pruned already: zkinfer chain result JOB",
        "NotDepositor" => {
            "sign with the account that paid the receipt's deposit: who asked, or who attested"
        }
        "ReceiptTooYoung" => {
            "`zkinfer chain status` says how long receipts stay, `zkinfer chain result JOB` from which block on"
        }
        "NonceUsed" => "attest under another number, or leave option `nonce` out for a free one",
        "InconsistentParameters" | "ParameterOutOfBounds" => {
            "read the bounds and what must fit together in the documentation of `force_set_parameters`"
        }
        "InvalidVerifyingKey" => "make the keys again with `zkinfer keys setup`",
        "TrustNotPossible" => {
            "register Groth16 with option `trust` single-setup or ceremony, Halo2 with option `trust` transparent"
        }
        "VisibilityNotPossible" => {
            "register it with option `visibility` open, or make keys with Groth16"
        }
        "WrongPublicInputs" => {
            "make the key again with `zkinfer keys setup` and option `proof_system` halo2"
        }
        "VerifyingKeyTooLarge" => "use a smaller model",
        "GeneratorsMissing" => {
            "upload them, once for everybody: zkinfer chain upload-generators --k K"
        }
        "GeneratorsPresent" => "somebody was faster; run it again for what is still missing",
        "WrongGenerators" => {
            "this machine computed wrongly, or the client is not of this chain's version"
        }
        "CircuitSizeMismatch" => "prove with the keys of the model version that the job asks for",
        "EmptyBatch" => "give at least one proof",
        "DuplicateJob" => "give one proof for each job",
        "MixedBatch" => "send a batch for each verifying key",
        "NoProvers" => "name at least one account, or leave the list out",
        "AlreadyBonded" => "`zkinfer chain bond` adds to a bond by itself; try again",
        "NotBonded" => "stake first: zkinfer chain bond AMOUNT",
        "BondTooLow" => "bond more with `zkinfer chain bond AMOUNT`, or unbond all that is free",
        "ZeroAmount" => "give an amount above zero",
        "BondLocked" => {
            "your claims have locked too much of the bond: finish them, or add to it with `zkinfer chain bond AMOUNT`"
        }
        "TooManyUnbonding" => "pay out what has waited long enough: zkinfer chain withdraw",
        "NothingToWithdraw" => {
            "`zkinfer chain status prover ACCOUNT` says from which block on it can be withdrawn"
        }
        "InvalidCommitment" => "commit to the input again with `zkinfer commit`",
        "PriceAboveMaximum" => {
            "the owner's price rose; look at it with `zkinfer chain status model NUMBER`, raise option `max_price`"
        }
        "RewardBelowPrice" | "RewardTooLow" => "raise option `reward`",
        "DeadlineTooSoon" => "give a later deadline (option `deadline`), such as +50",
        "DeadlineTooFar" => "give an earlier deadline (option `deadline`)",
        "JobNotFound" => "it may be over: zkinfer chain result JOB",
        "KeyMismatch" => {
            "the model version changed under you: read it again, and prove under its key"
        }
        "TermsMismatch" => {
            "the job changed under you: read it again with `zkinfer chain status job JOB`"
        }
        "JobNotOpen" => "choose another job: zkinfer chain status",
        "JobNotClaimed" => "claim it first: zkinfer chain claim JOB",
        "NotRequester" => "sign with the account that asked",
        "NotClaimant" => "sign with the account that claimed the job",
        "ProverNotAllowed" => {
            "sign with an account that the job and its model version name: zkinfer chain status job JOB"
        }
        "TooLateToClaim" => "choose a job with a later deadline: zkinfer chain status",
        "TooLateToSubmit" => {
            "nothing can be submitted any more; anybody may end the job with `zkinfer chain expire JOB`"
        }
        "NotExpired" => "wait: `zkinfer chain status job JOB` shows its last block",
        "ProofSystemMismatch" => "prove with the keys of the model version that the job asks for",
        "VerifierFault" | "BrokenRecord" | "NumbersExhausted" => {
            "report it to the chain's operators"
        }
        _ => return None,
    })
}

fn other(error: &str) -> Option<&'static str> {
    let funds =
        ["Token error: Funds are unavailable.", "Balances::InsufficientBalance"].contains(&error);
    funds.then_some(
        "the signer has too little for the amount and its deposit: use less, or send it some of the token",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_of_a_submission_has_its_words_and_a_remedy() {
        for fault in SubmissionFault::ALL {
            let (words, hint) = for_invalid(fault.code());
            assert!(words.contains(&fault.to_string()) && words.contains(fault.name()), "{words}");
            assert!(hint.is_some_and(|hint| hint.starts_with("nothing is paid or slashed: ")));
        }
        let (words, hint) = for_invalid(7);
        assert!(words.contains("code 7") && hint.is_none(), "{words}");
    }

    #[test]
    fn errors_of_other_pallets_have_no_hint_of_ours() {
        assert_eq!(for_dispatch_error("Sudo::RequireSudo"), None);
        assert_eq!(for_dispatch_error("Inference::Unheard"), None);
        assert!(
            for_dispatch_error("Inference::NotBonded")
                .is_some_and(|hint| hint.contains("chain bond"))
        );
        assert!(for_dispatch_error("Token error: Funds are unavailable.").is_some());
    }
}
