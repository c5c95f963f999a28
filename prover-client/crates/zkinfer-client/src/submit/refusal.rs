//! Refusals of a node's pool.

use subxt::{
    error::{BackendError, ExtrinsicError, RpcError},
    rpcs::{self, UserError},
    utils::AccountId32,
};

use super::super::{error::ChainError, hints};

/// Numbers of the node's errors on transactions (Substrate, `sc-rpc-api`, `author/error.rs`).
mod code {
    pub const INVALID: i32 = 1010;
    pub const BANNED: i32 = 1012;
    pub const ALREADY_IMPORTED: i32 = 1013;
    pub const LOW_PRIORITY: i32 = 1014;
    pub const IMMEDIATELY_DROPPED: i32 = 1016;
    /// All errors of the pool.
    pub const POOL: std::ops::RangeInclusive<i32> = 1010..=1019;
    /// The request was never carried out: it cannot be parsed or is not one, there is no such
    /// method, its parameters are wrong, the server is busy, it is too long, there are too many
    /// (JSON-RPC 2.0, section 5.1; jsonrpsee, `error.rs`).
    pub const NOT_CARRIED_OUT: [i32; 7] = [-32700, -32600, -32601, -32602, -32005, -32007, -32009];
}

/// The result of sending a transaction.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Another transaction of the account has its nonce; this one is not in the pool.
    Raced,
    /// The pool has this one already.
    Known,
    /// The pool does not take it, for a reason of its own.
    Words {
        /// The reason.
        reason: String,
        /// The remedy.
        hint: Option<String>,
    },
    /// Nobody can tell: the answer is missing.
    Lost(String),
}

/// Reads what sending has failed with.
pub(super) fn read(error: &ExtrinsicError) -> Refusal {
    match error {
        ExtrinsicError::ErrorSubmittingTransaction(BackendError::Rpc(RpcError::ClientError(
            rpcs::Error::User(answer),
        ))) => pool(answer),
        other => Refusal::Lost(other.to_string()),
    }
}

fn pool(answer: &UserError) -> Refusal {
    let data = answer
        .data
        .as_ref()
        .map(|data| data.get().trim_matches('"').to_owned())
        .unwrap_or_default();
    let lower = data.to_lowercase();
    let number = answer.code;
    let text = if data.is_empty() {
        answer.message.clone()
    } else {
        format!("{}: {data}", answer.message)
    };
    if !code::POOL.contains(&number) && !code::NOT_CARRIED_OUT.contains(&number) {
        // Some error inside the node, before or after it took the transaction.
        return Refusal::Lost(format!("the node answers: {text} (error {number})"));
    }
    if let Some(code) = data.strip_prefix("Custom error: ").and_then(|code| code.parse().ok()) {
        let (reason, hint) = hints::for_invalid(code);
        return Refusal::Words { reason, hint };
    }
    let hint = match number {
        code::LOW_PRIORITY => return Refusal::Raced,
        code::INVALID if lower.contains("outdated") || lower.contains("stale") => {
            return Refusal::Raced;
        }
        code::ALREADY_IMPORTED => return Refusal::Known,
        code::INVALID if lower.contains("bad signature") => {
            "the runtime was upgraded meanwhile, or another chain is behind this node; run it again"
        }
        code::INVALID if lower.contains("pay some fees") => {
            "send the signer some of the chain's token, or sign with another account"
        }
        code::IMMEDIATELY_DROPPED => {
            "the node's pool is full; send it again later, or with a tip (option `tip`), or through another node with option `url`"
        }
        code::BANNED => {
            "the node had it before and dropped it; send it again in half an hour, or through another node"
        }
        _ => return Refusal::Words { reason: format!("{text} (error {number})"), hint: None },
    };
    Refusal::Words { reason: format!("{text} (error {number})"), hint: Some(hint.into()) }
}

/// The end of a race that this transaction has lost each time.
pub(super) fn raced(call: &str, account: &AccountId32) -> ChainError {
    ChainError::Refused {
        call: call.into(),
        reason: format!("another transaction of the same account, {account}, takes its nonce each time"),
        hint: Some(
            "nothing is paid for it: send it again when the other programs that use this account are done"
                .into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: i32, message: &str, data: &str) -> Refusal {
        let data = (!data.is_empty())
            .then(|| rpcs::client::RawValue::from_string(format!("\"{data}\"")).expect("JSON"));
        pool(&UserError { code, message: message.into(), data })
    }

    #[test]
    fn a_lost_race_is_known_by_each_of_its_codes() {
        let priority = "The transaction has too low priority to replace another transaction already in the pool.";
        assert_eq!(of(1014, "Priority is too low: (1 vs 1)", priority), Refusal::Raced);
        assert_eq!(of(1010, "Invalid Transaction", "Transaction is outdated"), Refusal::Raced);
        assert_eq!(of(1013, "Transaction is already imported", ""), Refusal::Known);
    }

    #[test]
    fn other_refusals_keep_the_nodes_words_and_say_what_to_do() {
        for (code, data, remedy) in [
            (1010, "Transaction has a bad signature", "upgraded"),
            (1010, "Inability to pay some fees (e.g. account balance too low)", "send the signer"),
            (1012, "", "another node"),
            (1016, "The transaction couldn't enter the pool because of the limit", "pool is full"),
        ] {
            let Refusal::Words { reason, hint } = of(code, "Invalid Transaction", data) else {
                panic!("{code}")
            };
            assert!(reason.contains(data) && reason.contains(&code.to_string()), "{reason}");
            assert!(hint.as_ref().is_some_and(|hint| hint.contains(remedy)), "{hint:?}");
        }
        let late = of(1010, "Invalid Transaction", "Custom error: 104");
        assert!(
            matches!(&late, Refusal::Words { reason, .. } if reason.contains("TooLateToSubmit")),
            "{late:?}"
        );
        let busy = of(-32009, "Server is busy, try again later", "");
        assert!(
            matches!(&busy, Refusal::Words { hint: None, reason } if reason.contains("busy")),
            "{busy:?}"
        );
    }

    #[test]
    fn whatever_is_no_answer_of_the_node_leaves_it_open() {
        let cut = ExtrinsicError::ErrorSubmittingTransaction(
            rpcs::Error::Client("connection reset".into()).into(),
        );
        assert!(matches!(read(&cut), Refusal::Lost(words) if words.contains("connection reset")));
        for number in [-32000, -32603, -32008, 1] {
            assert!(
                matches!(of(number, "Internal error", ""), Refusal::Lost(words) if words.contains("Internal error"))
            );
        }
    }
}
