//! The signer: a development name, a secret from the environment or the terminal, or a key file.
//!
//! A secret on the command line would be seen by every process of the machine, so `--signer` takes
//! development names (`//Alice`) and `-` (ask) only. Secrets are wiped from memory once the key
//! pair is made, and are in no error and no log.

use std::{
    fs::File,
    io::{self, IsTerminal, Read},
    path::{Path, PathBuf},
    str::FromStr,
};

use subxt::utils::AccountId32;
use subxt_signer::{SecretUri, sr25519::Keypair};
use zeroize::Zeroizing;

/// Environment variable with a secret URI: a phrase, a `0x` seed, or a development name, with
/// derivations.
pub const SIGNER_ENV: &str = "ZKINFER_SIGNER";
/// A key file holds one line; nothing longer is read.
const MAX_KEY_FILE: u64 = 4096;

/// The place of the signer's secret. Without any, it is the environment variable [`SIGNER_ENV`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignerSource {
    /// A development name such as `//Alice`, or `-` to ask on the terminal.
    pub signer: Option<String>,
    /// File with the signer's secret phrase or 0x seed, readable by its owner alone.
    pub key_file: Option<PathBuf>,
}

/// Signs extrinsics for one account. The key is wiped when it is dropped.
pub struct Signer {
    pair: Keypair,
}

/// The reason why there is no signer. No variant holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum SignerError {
    /// Nothing names a signer.
    #[error("no signer is named")]
    Missing,
    /// `--signer` holds a secret.
    #[error(
        "option `signer` takes development names such as //Alice, or - : a secret on the command line is seen by every process"
    )]
    SecretOnCommandLine,
    /// The secret is not a URI, phrase or seed.
    #[error("the secret from {place} is not a phrase, 0x seed or development name: {reason}")]
    Malformed {
        /// The place it was read from.
        place: String,
        /// The fault, without the secret.
        reason: &'static str,
    },
    /// The key file cannot be read.
    #[error("cannot read the key file {path}: {source}")]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The key file is open to others.
    #[error("the key file {path} can be read by others (mode {mode:03o})")]
    Permissions {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The key file is no key file.
    #[error(
        "{path} is no key file: it has {length} bytes, and a secret has at most {MAX_KEY_FILE}"
    )]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Its length.
        length: u64,
    },
    /// The terminal cannot be read.
    #[error("cannot ask for the secret: {0}")]
    Terminal(#[source] io::Error),
}

impl SignerError {
    /// The remedy.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Missing => Some(format!(
                "name one with option `signer` //Alice (development chains), with option `key_file`, or the environment variable {SIGNER_ENV}"
            )),
            Self::SecretOnCommandLine => Some(format!(
                "use option `key_file`, option `signer` - (asks), or the environment variable {SIGNER_ENV}"
            )),
            Self::Permissions { path, .. } => Some(format!("chmod 600 {}", path.display())),
            _ => None,
        }
    }
}

impl SignerSource {
    /// The signer: from `--key-file`, `--signer`, or the environment, in this order.
    ///
    /// # Errors
    /// When no place names one, or what it holds is no secret.
    pub fn load(&self) -> Result<Signer, SignerError> {
        if let Some(path) = &self.key_file {
            return Signer::from_secret(&read_key_file(path)?, &path.display().to_string());
        }
        match self.signer.as_deref() {
            Some("-") => Signer::from_secret(&ask()?, "the terminal"),
            Some(name) if name.starts_with("//") => Signer::from_secret(name, "option `signer`"),
            Some(_) => Err(SignerError::SecretOnCommandLine),
            None => match std::env::var(SIGNER_ENV) {
                Ok(secret) => Signer::from_secret(&Zeroizing::new(secret), SIGNER_ENV),
                Err(_unset) => Err(SignerError::Missing),
            },
        }
    }
}

impl Signer {
    /// The key pair of a secret URI; `place` says in errors where it came from.
    fn from_secret(secret: &str, place: &str) -> Result<Self, SignerError> {
        let malformed = |reason| SignerError::Malformed { place: place.into(), reason };
        let secret = secret.trim();
        if secret.is_empty() {
            // An empty URI would be the well-known development phrase.
            return Err(malformed("it is empty"));
        }
        let uri =
            SecretUri::from_str(secret).map_err(|_secret| malformed("it has another form"))?;
        let pair = Keypair::from_uri(&uri).map_err(|error| malformed(describe(&error)))?;
        Ok(Self { pair })
    }

    /// The account that signs.
    pub fn account(&self) -> AccountId32 {
        self.pair.public_key().to_account_id()
    }

    /// The key pair, for subxt.
    pub fn pair(&self) -> &Keypair {
        &self.pair
    }
}

/// Describes the fault of a secret in our own words: the library's may quote it.
fn describe(error: &subxt_signer::sr25519::Error) -> &'static str {
    use subxt_signer::sr25519::Error;
    match error {
        Error::Phrase(_) => "its words are not a BIP-39 phrase",
        Error::Hex(_) => "after 0x it needs 64 hex digits",
        _ => "it makes no key",
    }
}

fn ask() -> Result<Zeroizing<String>, SignerError> {
    if io::stdin().is_terminal() {
        let secret = rpassword::prompt_password("Secret phrase or seed of the signer: ");
        return secret.map(Zeroizing::new).map_err(SignerError::Terminal);
    }
    let mut line = Zeroizing::new(String::new());
    io::stdin().read_line(&mut line).map_err(SignerError::Terminal)?;
    Ok(line)
}

fn read_key_file(path: &Path) -> Result<Zeroizing<String>, SignerError> {
    let failed = |source| SignerError::KeyFile { path: path.into(), source };
    // What is checked is what is read, whatever takes the name meanwhile.
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.len() > MAX_KEY_FILE {
        return Err(SignerError::TooLong { path: path.into(), length: metadata.len() });
    }
    check_permissions(path, &metadata)?;
    // Room for all that is read, so that no copy is left behind by a growing buffer.
    let mut secret = Zeroizing::new(String::with_capacity(MAX_KEY_FILE as usize + 1));
    file.take(MAX_KEY_FILE).read_to_string(&mut secret).map_err(failed)?;
    Ok(secret)
}

#[cfg(unix)]
fn check_permissions(path: &Path, metadata: &std::fs::Metadata) -> Result<(), SignerError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(SignerError::Permissions { path: path.into(), mode })
    }
}

#[cfg(not(unix))]
fn check_permissions(_path: &Path, _metadata: &std::fs::Metadata) -> Result<(), SignerError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &str = "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";

    fn key_file(content: &str, mode: u32) -> tempfile::NamedTempFile {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), content).expect("can be written");
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode))
            .expect("can be set");
        file
    }

    fn with_key_file(path: &Path) -> Result<Signer, SignerError> {
        SignerSource { signer: None, key_file: Some(path.into()) }.load()
    }

    #[test]
    fn a_development_name_signs() {
        let signer =
            SignerSource { signer: Some("//Alice".into()), key_file: None }.load().expect("loads");
        assert_eq!(
            signer.account().to_string(),
            "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
        );
    }

    #[test]
    fn a_secret_on_the_command_line_is_refused_and_not_repeated() {
        let result = SignerSource { signer: Some(SEED.into()), key_file: None }.load();
        let error = result.err().expect("refused");
        assert!(matches!(error, SignerError::SecretOnCommandLine));
        assert!(!format!("{error} {error:?} {:?}", error.hint()).contains("e5be9a"));
    }

    #[test]
    fn a_key_file_of_its_owner_signs_with_a_trailing_newline_too() {
        let file = key_file(&format!("{SEED}//Alice\n"), 0o600);
        let signer = with_key_file(file.path()).expect("loads");
        assert_ne!(
            signer.account().to_string(),
            "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
        );
    }

    #[test]
    fn a_key_file_that_others_can_read_is_refused() {
        let file = key_file(SEED, 0o640);
        assert!(matches!(
            with_key_file(file.path()),
            Err(SignerError::Permissions { mode: 0o640, .. })
        ));
    }

    #[test]
    fn a_key_file_with_something_else_is_refused_and_not_repeated() {
        for content in ["", "hunter2 hunter2", "0x1234", "hunter2!"] {
            let file = key_file(content, 0o600);
            let error = with_key_file(file.path()).err().expect(content);
            assert!(matches!(error, SignerError::Malformed { .. }), "{error:?}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        }
        let file = key_file(&"a ".repeat(5000), 0o600);
        assert!(matches!(
            with_key_file(file.path()),
            Err(SignerError::TooLong { length: 10_000, .. })
        ));
    }
}
