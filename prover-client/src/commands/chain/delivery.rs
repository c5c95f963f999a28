//! Delivery of the input to a job's provers: the options of `chain request` and `chain redirect`.

use std::{path::Path, str::FromStr};

use clap::ValueEnum;
use subxt::utils::AccountId32;
use zkinfer_primitives::EncryptionKey;

use crate::{error::Error, output::Output};
use zkinfer::{
    account::{Account, AccountError},
    artefacts::{hexadecimal, opening::Opening},
    files,
    privacy::{self, Binding, payload::Addressee, secret},
};
use zkinfer_client::session::Session;
use zkinfer_client::{
    connection::{AtBlock, Chain},
    error::ChainError,
    records::{self, Payload},
};

/// Delivery of the input, and the provers.
#[derive(Debug, clap::Args)]
pub struct DeliveryOpts {
    /// The way in which the prover gets the input.
    #[arg(long, required_unless_present = "encrypt")]
    pub payload: Option<PayloadArg>,
    /// Encrypt the input to the named provers: short for --payload encrypted.
    #[arg(long, conflicts_with = "payload")]
    pub encrypt: bool,
    /// Let only this account claim; may be given several times. Without it, all that the version
    /// allows may. KEY pins the account's encryption key: 0x and 64 hex digits, or a file with
    /// them; nothing is encrypted if the chain has another.
    #[arg(long, value_name = "ACCOUNT[=KEY]")]
    pub prover: Vec<Prover>,
    /// Take the provers' encryption keys from the state of the block with this hash, proved. A hash
    /// that you know from elsewhere (a node of your own, `zkinfer chain status` at another node)
    /// makes it needless to trust this node with the input.
    #[arg(long, value_name = "HASH", value_parser = crate::commands::prove::hash)]
    pub proved_at: Option<[u8; 32]>,
}

/// A prover, with its encryption key where the requester knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prover {
    /// The account.
    pub account: Account,
    /// Its encryption key, as the prover has told it.
    pub pinned: Option<EncryptionKey>,
}

/// The most bytes of a file with a key's public half.
const MAX_KEY_FILE: u64 = 256;

impl FromStr for Prover {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (account, key) = match text.split_once('=') {
            Some((account, key)) => (account, Some(key)),
            None => (text, None),
        };
        let account = account.parse().map_err(|error: AccountError| error.to_string())?;
        Ok(Self { account, pinned: key.map(pinned).transpose()? })
    }
}

/// The public half of an encryption key: as text, or in a file.
fn pinned(key: &str) -> Result<EncryptionKey, String> {
    let wrong = |reason: String| {
        format!(
            "'{key}' is not the public half of an encryption key: {reason}; give 0x and 64 hex digits as `zkinfer keys encryption` \
             prints them, or a file that holds them"
        )
    };
    let file = match key.starts_with("0x") {
        true => key.as_bytes().to_vec(),
        false => files::read(Path::new(key), "public key", MAX_KEY_FILE)
            .map_err(|error| wrong(error.to_string()))?,
    };
    if file.starts_with(&secret::MAGIC) {
        return Err(wrong(
            "it is the file with the secret half, which nobody but the prover should have".into(),
        ));
    }
    let text = String::from_utf8(file).map_err(|_| wrong("it is not text".into()))?;
    let bytes = hexadecimal::parse(&text.trim().to_ascii_lowercase()).map_err(wrong)?;
    let key = EncryptionKey(bytes);
    if key.is_usable() {
        Ok(key)
    } else {
        Err(wrong("it is of small order: everybody could read".into()))
    }
}

/// The way in which the prover gets the input.
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
    /// The way in which the prover gets the input.
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
        (!self.prover.is_empty()).then(|| self.accounts())
    }

    fn accounts(&self) -> Vec<AccountId32> {
        self.prover.iter().map(|prover| prover.account.0).collect()
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
                let addressees = self.addressees(out, &session.chain, at).await?;
                let limit = usize::try_from(limit).unwrap_or(usize::MAX);
                let sealed = privacy::seal(opening, binding, &addressees, limit);
                let sealed = sealed.map_err(|error| {
                    Error::failed(error).with_hint(
                        "or request with --payload none, and give the opening file yourself",
                    )
                })?;
                let names: Vec<_> =
                    addressees.iter().map(|(prover, _)| prover.to_string()).collect();
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

impl DeliveryOpts {
    /// The provers with the keys that the input is encrypted to.
    async fn addressees(
        &self,
        out: &Output,
        chain: &Chain,
        at: &AtBlock,
    ) -> Result<Vec<Addressee>, ChainError> {
        let accounts = self.accounts();
        let proved = match self.proved_at {
            Some(block) => {
                chain.proved_keys(block, &accounts).await?.into_iter().map(Some).collect()
            }
            None => vec![None; accounts.len()],
        };
        let mut addressees = Vec::with_capacity(accounts.len());
        for (prover, proved) in self.prover.iter().zip(proved) {
            let said = said(at, &prover.account.0).await?;
            addressees.push((prover.account.0, agreed(prover, said, proved)?));
        }
        let unproved =
            self.prover.iter().filter(|prover| prover.pinned.is_none() && self.proved_at.is_none());
        let unproved: Vec<_> = unproved.map(|prover| prover.account.0.to_string()).collect();
        if !unproved.is_empty() {
            out.warn(&format!(
                "the encryption key of {} is what the node at {} says: a dishonest node could read the input; pin it with \
                 --prover ACCOUNT=KEY, or prove it with --proved-at HASH",
                unproved.join(", "),
                chain.url()
            ));
        }
        Ok(addressees)
    }
}

/// The key that an account has on chain now, as the node says.
async fn said(at: &AtBlock, prover: &AccountId32) -> Result<EncryptionKey, ChainError> {
    let record = records::prover(at, prover).await?.ok_or_else(|| {
        ChainError::refusal(
            format!("{prover} is no prover: it has no bond"),
            "leave it out, or let it `zkinfer chain bond` first",
        )
    })?;
    record.encryption_key.ok_or_else(|| {
        ChainError::refusal(
            format!("the prover {prover} has no encryption key: nothing can be encrypted to it"),
            "leave it out, or let it set one with `zkinfer chain encryption-key FILE`",
        )
    })
}

/// The key to encrypt to: what the node says, if it is also what was pinned and what was proved.
fn agreed(
    prover: &Prover,
    said: EncryptionKey,
    proved: Option<Option<EncryptionKey>>,
) -> Result<EncryptionKey, ChainError> {
    let account = prover.account.0;
    if let Some(pinned) = prover.pinned.filter(|pinned| *pinned != said) {
        return Err(ChainError::refusal(
            format!(
                "the node says that the encryption key of {account} is {said}, and {pinned} is pinned"
            ),
            "nothing is encrypted or sent: the prover has replaced its key, or the node is dishonest; ask the prover for its key",
        ));
    }
    match proved {
        None => Ok(said),
        Some(Some(proved)) if proved == said => Ok(said),
        Some(proved) => {
            let proved = proved.map_or("none".into(), |key| key.to_string());
            Err(ChainError::refusal(
                format!(
                    "the node says that the encryption key of {account} is {said}; in the block of --proved-at it was {proved}"
                ),
                "nothing is encrypted or sent: give the hash of a newer block if the prover has set its key since, or else do not use this node",
            ))
        }
    }
}

/// Refuses what the chain could not even decode.
fn check_payload(bytes: &[u8], limit: u32) -> Result<(), ChainError> {
    if bytes.len() > limit as usize {
        return Err(ChainError::refusal(
            format!(
                "the opening has {} bytes, and a payload on this chain at most {limit}",
                bytes.len()
            ),
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
        let opts =
            |encrypt, prover| DeliveryOpts { payload: None, encrypt, prover, proved_at: None };
        let error = opts(true, Vec::new()).check().expect_err("nobody is named");
        assert!(error.hint().is_some_and(|hint| hint.contains("--prover ACCOUNT")), "{error}");
        let bob = "//Bob".parse().expect("a prover");
        assert!(opts(true, vec![bob]).check().is_ok());
        assert!(opts(false, Vec::new()).check().is_ok());
    }

    const KEY: &str = "0xde9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";

    #[test]
    fn a_key_is_pinned_as_text_or_by_a_file_of_it() {
        let prover: Prover = format!("//Bob={KEY}").parse().expect("a prover");
        assert_eq!(prover.pinned.map(|key| key.to_string()), Some(KEY.into()));
        let directory = tempfile::tempdir().expect("a directory");
        let (public, private) =
            (directory.path().join("bob.pub"), directory.path().join("bob.key"));
        std::fs::write(&public, format!("{}\n", KEY.to_uppercase().replace('X', "x")))
            .expect("written");
        assert_eq!(format!("//Bob={}", public.display()).parse(), Ok(prover));
        let secret = privacy::EncryptionSecret::generate();
        secret.save(&private, files::Existing::Keep).expect("written");
        let error = format!("//Bob={}", private.display()).parse::<Prover>().expect_err("secret");
        assert!(error.contains("nobody but the prover"), "{error}");
        for wrong in ["", "0x12", "0x00", &format!("0x{}", "00".repeat(32)), "nowhere.pub"] {
            let error = format!("//Bob={wrong}").parse::<Prover>().expect_err(wrong);
            assert!(error.contains("0x and 64 hex digits"), "{error}");
        }
    }

    /// Node, pin and proof must say the same, or nothing is encrypted.
    #[test]
    fn nothing_is_encrypted_to_a_key_that_somebody_disputes() {
        let [said, other] = [EncryptionKey([7; 32]), EncryptionKey([8; 32])];
        let prover = |pinned| Prover { account: "//Bob".parse().expect("an account"), pinned };
        for (pinned, proved) in [
            (None, None),
            (Some(said), None),
            (None, Some(Some(said))),
            (Some(said), Some(Some(said))),
        ] {
            assert_eq!(agreed(&prover(pinned), said, proved).ok(), Some(said));
        }
        for (pinned, proved, words) in [
            (Some(other), None, "is pinned"),
            (None, Some(Some(other)), "--proved-at"),
            (None, Some(None), "it was none"),
            (Some(said), Some(Some(other)), "--proved-at"),
        ] {
            let error = agreed(&prover(pinned), said, proved).expect_err(words);
            assert!(error.to_string().contains(words), "{error}");
            assert!(
                error.hint().is_some_and(|hint| hint.starts_with("nothing is encrypted or sent"))
            );
        }
    }
}
