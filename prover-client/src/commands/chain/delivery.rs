//! How a job's provers get the input: what `chain request` and `chain redirect` share.

use clap::ValueEnum;
use subxt::utils::AccountId32;

use super::session::Session;
use crate::{
    artefacts::opening::Opening,
    chain::{
        account::Account,
        connection::{AtBlock, Chain},
        error::ChainError,
        records::{self, Payload},
    },
    error::Error,
    output::Output,
    privacy::{self, Binding, payload::Addressee},
};

/// How the provers get the input, and who they are.
#[derive(Debug, clap::Args)]
pub struct DeliveryOpts {
    /// How the prover gets the input.
    #[arg(long, required_unless_present = "encrypt")]
    pub payload: Option<PayloadArg>,
    /// Encrypt the input to the named provers: short for --payload encrypted.
    #[arg(long, conflicts_with = "payload")]
    pub encrypt: bool,
    /// Let only this account claim; may be given several times. Without it, all that the version allows may.
    #[arg(long, value_name = "ACCOUNT")]
    pub prover: Vec<Account>,
}

/// How the prover gets the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PayloadArg {
    /// On chain, encrypted to the named provers.
    Encrypted,
    /// On chain, in the clear.
    Public,
    /// From the requester, as a file.
    None,
}

impl DeliveryOpts {
    /// How the prover gets the input.
    pub fn kind(&self) -> PayloadArg {
        match self.payload {
            _ if self.encrypt => PayloadArg::Encrypted,
            Some(kind) => kind,
            // The command line does not parse without one of them.
            None => PayloadArg::None,
        }
    }

    /// Refuses what needs no look at the chain to be wrong.
    ///
    /// # Errors
    /// Encryption without a named prover.
    pub fn check(&self) -> Result<(), Error> {
        if self.kind() == PayloadArg::Encrypted && self.prover.is_empty() {
            return Err(Error::usage(
                "an input is encrypted to somebody, and no prover is named",
                "name those who may read it and claim the job, with --prover ACCOUNT for each; \
                 `zkinfer chain status prover ACCOUNT` shows whether one has an encryption key",
            ));
        }
        Ok(())
    }

    /// The accounts that may claim; `None` for all that the version allows.
    pub fn provers(&self) -> Option<Vec<AccountId32>> {
        (!self.prover.is_empty()).then(|| self.prover.iter().map(|prover| prover.0).collect())
    }

    /// The payload, and a word on who can read it.
    ///
    /// # Errors
    /// When it does not fit, or a named prover has no encryption key.
    pub async fn build(
        &self,
        out: &Output,
        session: &Session,
        at: &AtBlock,
        binding: &Binding,
        opening: &Opening,
    ) -> Result<Payload, Error> {
        let limit = Chain::max_payload(at)?;
        match self.kind() {
            PayloadArg::None => Ok(Payload::None),
            PayloadArg::Public => {
                out.warn("the input goes on chain in the clear: everybody can read it, for ever");
                let bytes = opening.encode().to_vec();
                check_payload(&bytes, limit)?;
                Ok(Payload::Public(bytes))
            }
            PayloadArg::Encrypted => {
                let addressees = addressees(at, &self.prover).await?;
                let limit = usize::try_from(limit).unwrap_or(usize::MAX);
                let sealed = privacy::seal(opening, binding, &addressees, limit);
                let sealed = sealed.map_err(|error| {
                    Error::failed(error)
                        .with_hint("or request with --payload none, and give the opening file yourself")
                })?;
                let names: Vec<_> = addressees.iter().map(|(prover, _)| prover.to_string()).collect();
                out.info(&format!(
                    "only {} can read the input, besides you ({})",
                    names.join(", "),
                    session.account()
                ));
                Ok(Payload::Encrypted(sealed))
            }
        }
    }
}

/// The keys that these accounts have on chain now.
async fn addressees(at: &AtBlock, provers: &[Account]) -> Result<Vec<Addressee>, ChainError> {
    let mut addressees = Vec::with_capacity(provers.len());
    for Account(prover) in provers {
        let record = records::prover(at, prover).await?.ok_or_else(|| {
            ChainError::refusal(
                format!("{prover} is no prover: it has no bond"),
                "leave it out, or let it `zkinfer chain bond` first",
            )
        })?;
        let key = record.encryption_key.ok_or_else(|| {
            ChainError::refusal(
                format!("the prover {prover} has no encryption key: nothing can be encrypted to it"),
                "leave it out, or let it set one with `zkinfer chain encryption-key FILE`",
            )
        })?;
        addressees.push((*prover, key));
    }
    Ok(addressees)
}

/// Refuses what the chain could not even decode.
fn check_payload(bytes: &[u8], limit: u32) -> Result<(), ChainError> {
    if bytes.len() > limit as usize {
        return Err(ChainError::refusal(
            format!("the opening has {} bytes, and a payload on this chain at most {limit}", bytes.len()),
            "request with --payload none, and give the opening file to the prover yourself",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_that_is_too_long_is_refused_with_the_other_way() {
        assert!(check_payload(&[0; 10], 10).is_ok());
        let error = check_payload(&[0; 11], 10).expect_err("too long");
        assert!(error.to_string().contains("11 bytes"), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("--payload none")));
    }

    #[test]
    fn nothing_is_encrypted_to_nobody() {
        let opts = |encrypt, prover| DeliveryOpts { payload: None, encrypt, prover };
        let error = opts(true, Vec::new()).check().expect_err("nobody is named");
        assert!(error.hint().is_some_and(|hint| hint.contains("--prover ACCOUNT")), "{error}");
        let bob = "//Bob".parse().expect("an account");
        assert!(opts(true, vec![bob]).check().is_ok());
        assert!(opts(false, Vec::new()).check().is_ok());
    }
}
