//! Accounts as people name them: an SS58 address, 32 bytes of hex, or a development name such as
//! `//Alice`.

use std::str::FromStr;

use subxt_signer::{SecretUri, sr25519::Keypair};
use subxt_utils_accountid32::AccountId32;

/// An account that a person named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account(pub AccountId32);

/// Text that is not an account.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{text}' is not an account: {reason}; give an SS58 address (5Grw…), 0x and 64 hex digits, or a development name (//Alice)"
)]
pub struct AccountError {
    text: String,
    reason: String,
}

impl FromStr for Account {
    type Err = AccountError;

    fn from_str(text: &str) -> Result<Self, AccountError> {
        let wrong = |reason: String| AccountError { text: text.into(), reason };
        if text.starts_with("//") {
            let uri = SecretUri::from_str(text).map_err(|e| wrong(e.to_string()))?;
            let pair = Keypair::from_uri(&uri).map_err(|e| wrong(e.to_string()))?;
            return Ok(Self(AccountId32(pair.public_key().0)));
        }
        if let Some(digits) = text.strip_prefix("0x") {
            let mut bytes = [0u8; 32];
            hex::decode_to_slice(digits, &mut bytes).map_err(|e| wrong(e.to_string()))?;
            return Ok(Self(AccountId32(bytes)));
        }
        text.parse().map(Self).map_err(|e| wrong(format!("{e:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
    const ALICE_HEX: &str = "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";

    #[test]
    fn one_account_has_three_names() {
        let alice: Account = ALICE.parse().expect("an SS58 address");
        assert_eq!(ALICE_HEX.parse(), Ok(alice.clone()));
        assert_eq!("//Alice".parse(), Ok(alice));
    }

    #[test]
    fn what_is_no_account_is_refused_with_the_text() {
        for text in ["", "Alice", "0x1234", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQX"] {
            let error = text.parse::<Account>().expect_err(text);
            assert!(error.to_string().contains(text), "{error}");
        }
    }
}
