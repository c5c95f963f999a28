//! `chain register`: a model's first version.

use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;
use zkinfer_primitives::{
    ManifestHash, ModelHash, ModelId, ModelVersionId, ProofSystem, Trust, VerifyingKey, Version,
    Visibility, VkHash,
};
use zkml_model::manifest::Manifest;

use super::session::{SendOpts, Sent, SentReport, block_on};
use crate::{
    error::Error,
    output::{Output, Page},
};
use zkinfer::{
    account::Account,
    artefacts::{self, hexadecimal},
    system,
};
use zkinfer_client::session::Session;
use zkinfer_client::{
    amount::{Amount, Token},
    calls,
    error::ChainError,
    operations,
};

const HELP: &str = "\
The chain stores hashes, the verifying key, the price and what you say about trust: never the weights. A deposit is \
held for the bytes. Registering cannot be undone and a version is never edited: `zkinfer chain update` adds another \
version, `zkinfer chain retire` ends the sale of one.

  --trust single-setup   Groth16: you made the keys alone: you could forge, nobody else could
  --trust ceremony       Groth16: several parties made the keys together
  --trust transparent    Halo2: there is no secret, nobody could forge
  --visibility open      you publish the model file: anybody can audit the keys against it
  --visibility private   the weights, and with them the proving key, stay with you;
                         not with Halo2, whose proofs give the weights away

The chain cannot check what you say of the setup; requesters are told that it is your word. The price binds this version and no \
copy of it: whoever has the files can register the same model under a price of their own.

The verifying key says which proof system the version has; the manifest must say the same.

Examples:
  zkinfer chain register --manifest work/mnist.manifest.json --model work/mnist.zkm \\
      --vk work/mnist.vk --trust single-setup --visibility open --price \"1 UNIT\" \\
      --signer //Alice
  zkinfer chain register --manifest open/mnist.manifest.json --model work/mnist.zkm \\
      --vk open/mnist.vk --trust transparent --visibility open --price \"1 UNIT\" \\
      --signer //Alice";

/// Options of `chain register`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub struct Opts {
    /// The version to register.
    #[command(flatten)]
    pub version: VersionOpts,
    /// Options of the transaction.
    #[command(flatten)]
    pub send: SendOpts,
}

/// An owner's statements about a model version.
#[derive(Debug, clap::Args)]
pub struct VersionOpts {
    /// The model's public manifest.
    #[arg(long, value_name = "FILE")]
    pub manifest: PathBuf,
    /// The model file; only its hash is sent.
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "model_hash",
        conflicts_with = "model_hash"
    )]
    pub model: Option<PathBuf>,
    /// The model file's hash, if the file is elsewhere.
    #[arg(long, value_name = "HEX", value_parser = hexadecimal::parse::<32>)]
    pub model_hash: Option<[u8; 32]>,
    /// The verifying key.
    #[arg(long, value_name = "FILE")]
    pub vk: PathBuf,
    /// The parties that could forge.
    #[arg(long)]
    pub trust: TrustArg,
    /// `true` if you publish the weights.
    #[arg(long)]
    pub visibility: VisibilityArg,
    /// Your price for each answer: 1, "2.5 UNIT", "100 mUNIT".
    #[arg(long, value_name = "AMOUNT")]
    pub price: Amount,
    /// Let only this account prove; may be given several times. Without it, any bonded prover may.
    #[arg(long, value_name = "ACCOUNT")]
    pub allow: Vec<Account>,
}

/// The parties that could forge a proof.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum TrustArg {
    /// Whoever ran the setup.
    SingleSetup,
    /// All parties of the ceremony together.
    Ceremony,
    /// Nobody.
    Transparent,
}

/// `true` if the weights are published.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum VisibilityArg {
    /// Anybody can have the model file.
    Open,
    /// The weights stay with the owner.
    Private,
}

/// The registered version.
#[derive(Serialize)]
pub struct Registered {
    model: ModelId,
    version: Version,
    #[serde(with = "hexadecimal")]
    model_hash: ModelHash,
    #[serde(with = "hexadecimal")]
    manifest_hash: ManifestHash,
    #[serde(with = "hexadecimal")]
    vk_hash: VkHash,
    proof_system: &'static str,
    #[serde(with = "zkinfer_client::text")]
    price: u128,
}

impl SentReport for Registered {
    fn page(&self, page: &mut Page, token: &Token) {
        page.title(format!("Model {} version {}", self.model, self.version));
        page.field("model hash", self.model_hash);
        page.field("manifest hash", self.manifest_hash);
        page.field("verifying key", self.vk_hash);
        page.field("price", token.format(self.price));
    }
}

impl Registered {
    /// Returns the registered version, under the number that the chain gave it.
    pub fn new(id: ModelVersionId, registration: &calls::Registration) -> Self {
        Self {
            model: id.model,
            version: id.version,
            model_hash: registration.model_hash,
            manifest_hash: registration.manifest_hash,
            vk_hash: registration.verifying_key.hash(),
            proof_system: system::name(registration.verifying_key.system()),
            price: registration.price,
        }
    }
}

impl Opts {
    /// Checks the files against each other and registers the model.
    ///
    /// # Errors
    /// When a file is not what it should be, and when the chain refuses.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let files = self.version.load()?;
        block_on(async {
            let session = self.send.open().await?;
            let registration = self.version.registration(&session, files)?;
            let log = |text: &str| out.info(text);
            let done = operations::register(&session, &registration, &log).await?;
            let result = Registered::new(done.version, &registration);
            out.report(&Sent::new(result, done.sent.included, &session))?;
            self.version.say_what_is_next(out);
            Ok(())
        })
    }
}

/// The contents of a version's files.
pub struct VersionFiles {
    model_hash: ModelHash,
    manifest_hash: ManifestHash,
    verifying_key: VerifyingKey,
}

impl VersionOpts {
    /// Reads the files and checks them against each other.
    ///
    /// # Errors
    /// When a file is not what it should be.
    pub fn load(&self) -> Result<VersionFiles, Error> {
        let manifest = artefacts::manifest::load(&self.manifest)?;
        let verifying_key = artefacts::keys::load_verifying_key(&self.vk)?;
        self.check_system(verifying_key.system(), &manifest)?;
        Ok(VersionFiles {
            model_hash: self.model_hash(&manifest)?,
            manifest_hash: ManifestHash(manifest.hash()),
            verifying_key,
        })
    }

    /// Refuses what does not go with the key's proof system.
    fn check_system(&self, system: ProofSystem, manifest: &Manifest) -> Result<(), ChainError> {
        let (trust, visibility) = (Trust::from(self.trust), Visibility::from(self.visibility));
        let (vk, name) = (self.vk.display(), system::name(system));
        if system == ProofSystem::Halo2 && visibility == Visibility::Private {
            return Err(ChainError::refusal(
                format!(
                    "{vk} is a key of {name}, whose weights are no secret: each proof opens the columns that hold them at a fresh \
                     point, and some thousand proofs give them away exactly"
                ),
                "register it with --visibility open, or make keys with `zkinfer keys setup --proof-system groth16`",
            ));
        }
        if !system::allows(system, trust) {
            let fitting = match system {
                ProofSystem::Groth16 => "single-setup, or ceremony",
                ProofSystem::Halo2 => "transparent: no secret is behind it",
            };
            let message = format!("{vk} is a key of {name}, and its trust is not {trust:?}");
            return Err(ChainError::refusal(message, format!("give --trust {fitting}")));
        }
        let named = system::of_manifest(manifest.proof_system);
        if named != system {
            let message = format!(
                "{} names the proof system {}, {vk} is a key of {name}: requesters would commit in the wrong field",
                self.manifest.display(),
                system::name(named)
            );
            let remedy = "give the manifest that `zkinfer keys setup` wrote with this key, or the one that lies beside its model";
            return Err(ChainError::refusal(message, remedy));
        }
        Ok(())
    }

    /// The registration to send.
    ///
    /// # Errors
    /// When the price is no amount of this chain.
    pub fn registration(
        &self,
        session: &Session,
        files: VersionFiles,
    ) -> Result<calls::Registration, ChainError> {
        Ok(calls::Registration {
            model_hash: files.model_hash,
            manifest_hash: files.manifest_hash,
            verifying_key: files.verifying_key,
            trust: self.trust.into(),
            visibility: self.visibility.into(),
            price: session.planck(&self.price)?,
            allowed_provers: allowed(&self.allow),
        })
    }

    /// Says what the owner does next.
    pub fn say_what_is_next(&self, out: &Output) {
        out.hint(&format!(
            "publish {}: requesters prepare their inputs with it",
            self.manifest.display()
        ));
    }

    /// The model file's hash, after a look whether it is the manifest's model.
    fn model_hash(&self, manifest: &Manifest) -> Result<ModelHash, Error> {
        let Some(path) = &self.model else {
            return Ok(ModelHash(self.model_hash.unwrap_or_default()));
        };
        let model = artefacts::model::load(path)?;
        if model.graph.input != manifest.input_spec() {
            return Err(ChainError::refusal(
                format!(
                    "{} takes another input than {} says",
                    path.display(),
                    self.manifest.display()
                ),
                "give the manifest that `zkinfer model import` wrote with this model",
            )
            .into());
        }
        let kind = model.graph.output_kind().map_err(Error::in_file(path))?;
        if kind != manifest.output_kind() {
            return Err(ChainError::refusal(
                format!(
                    "{} answers {kind}, and {} says {}",
                    path.display(),
                    self.manifest.display(),
                    manifest.output_kind()
                ),
                "give the manifest that `zkinfer model import` wrote with this model",
            )
            .into());
        }
        Ok(model.hash)
    }
}

fn allowed(accounts: &[Account]) -> Option<Vec<subxt::utils::AccountId32>> {
    (!accounts.is_empty()).then(|| accounts.iter().map(|account| account.0).collect())
}

impl From<TrustArg> for Trust {
    fn from(trust: TrustArg) -> Self {
        match trust {
            TrustArg::SingleSetup => Trust::SingleSetup,
            TrustArg::Ceremony => Trust::Ceremony,
            TrustArg::Transparent => Trust::Transparent,
        }
    }
}

impl From<VisibilityArg> for Visibility {
    fn from(visibility: VisibilityArg) -> Self {
        match visibility {
            VisibilityArg::Open => Visibility::Open,
            VisibilityArg::Private => Visibility::Private,
        }
    }
}
