//! `zkinfer keys inspect`: what a key file is.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use zkinfer_primitives::{ModelHash, VerifyingKey, VkHash};
use zkinfer_verifier::halo2;
use zkml_prove::groth16::ProvingKeyHeader;

use crate::{
    error::Error,
    output::{Output, Page, Report, thousands},
};
use zkinfer::{
    artefacts::{
        hexadecimal,
        keys::{self, Kind},
    },
    files,
    privacy::{EncryptionSecret, secret},
    system,
};

const AFTER_HELP: &str = "\
Works without a chain: compare the hash with the one that a model version has on chain (`zkinfer chain status`). Of a proving \
key only the header is read; `zkinfer keys audit` checks the whole.

Example:
  zkinfer keys inspect work/mnist.vk";

/// Options of `zkinfer keys inspect`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct Opts {
    /// The key file: a proving key, verifying key, transcript or encryption key.
    file: PathBuf,
}

#[derive(Serialize)]
struct Summary {
    kind: &'static str,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    verifying_key: Option<VerifyingKeySummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proving_key: Option<ProvingKeySummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    circuit_digest: Option<String>,
    /// The public half.
    #[serde(skip_serializing_if = "Option::is_none")]
    encryption_key: Option<String>,
}

#[derive(Serialize)]
struct VerifyingKeySummary {
    proof_system: &'static str,
    #[serde(with = "hexadecimal")]
    vk_hash: VkHash,
    /// Of Halo2: the shape of its circuit.
    #[serde(skip_serializing_if = "Option::is_none")]
    shape: Option<Shape>,
}

#[derive(Serialize)]
struct Shape {
    k: u8,
    fixed_columns: u16,
    advice_columns: u16,
    lookups: usize,
    gates: usize,
    degree: usize,
}

#[derive(Serialize)]
struct ProvingKeySummary {
    #[serde(with = "hexadecimal")]
    model_hash: ModelHash,
    constraints: u64,
    variables: u64,
    domain: u64,
}

impl Opts {
    /// Inspects.
    ///
    /// # Errors
    /// The file is no key file.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let (_, bytes) = files::open(&self.file, "key file")?;
        let summary = match keys::kind(&self.file)? {
            Kind::VerifyingKey => verifying_key(&self.file, bytes)?,
            Kind::ProvingKey => {
                out.warn_if_exposed(&self.file);
                proving_key(&keys::load_header(&self.file)?, bytes)
            }
            Kind::Transcript => transcript(&self.file, bytes)?,
            Kind::EncryptionKey => {
                out.warn_if_exposed(&self.file);
                let key = EncryptionSecret::load(&self.file)?.public();
                Summary { encryption_key: Some(key.to_string()), ..summary(secret::WHAT, bytes) }
            }
        };
        out.report(&summary)
    }
}

fn summary(kind: &'static str, bytes: u64) -> Summary {
    Summary {
        kind,
        bytes,
        verifying_key: None,
        proving_key: None,
        circuit_digest: None,
        encryption_key: None,
    }
}

fn verifying_key(path: &Path, bytes: u64) -> Result<Summary, Error> {
    let key = keys::load_verifying_key(path)?;
    Ok(Summary { verifying_key: Some(of(&key)), ..summary(keys::VERIFYING_KEY, bytes) })
}

fn of(key: &VerifyingKey) -> VerifyingKeySummary {
    let shape = match key {
        VerifyingKey::Groth16(_) => None,
        // It was decoded when it was read.
        VerifyingKey::Halo2(bytes) => {
            halo2::key::VerifyingKey::decode(bytes).ok().map(|key| shape(&key))
        }
    };
    VerifyingKeySummary { proof_system: system::name(key.system()), vk_hash: key.hash(), shape }
}

fn shape(key: &halo2::key::VerifyingKey) -> Shape {
    let layout = key.layout().description();
    Shape {
        k: key.k(),
        fixed_columns: layout.fixed,
        advice_columns: layout.advice,
        lookups: layout.lookups.len(),
        gates: layout.gates.len(),
        degree: key.layout().degree(),
    }
}

fn proving_key(header: &ProvingKeyHeader, bytes: u64) -> Summary {
    Summary {
        verifying_key: Some(of(&keys::verifying_key_of(header))),
        proving_key: Some(ProvingKeySummary {
            model_hash: ModelHash(header.model_hash),
            constraints: header.constraints,
            variables: header.variables,
            domain: header.domain,
        }),
        circuit_digest: Some(hexadecimal::text(header.circuit_digest)),
        ..summary(keys::PROVING_KEY, bytes)
    }
}

fn transcript(path: &Path, bytes: u64) -> Result<Summary, Error> {
    let transcript = keys::load_transcript(path)?;
    let digest = hexadecimal::text(transcript.circuit_digest());
    Ok(Summary { circuit_digest: Some(digest), ..summary(keys::TRANSCRIPT, bytes) })
}

impl Report for Summary {
    fn page(&self, page: &mut Page) {
        page.field("kind", self.kind);
        page.field("bytes", thousands(self.bytes));
        if let Some(key) = &self.verifying_key {
            page.field("proof system", key.proof_system);
            page.field("verifying key hash", key.vk_hash);
            if let Some(Shape { k, fixed_columns, advice_columns, lookups, gates, degree }) =
                &key.shape
            {
                page.field("k", format!("{k}: {} rows", thousands(1 << k)));
                page.field("columns", format!("{fixed_columns} fixed, {advice_columns} advice"));
                page.field(
                    "constraints",
                    format!("{gates} gates, {lookups} lookups, degree {degree}"),
                );
            }
        }
        if let Some(key) = &self.proving_key {
            page.field("model hash", key.model_hash);
            page.field("constraints", thousands(key.constraints));
            page.field("variables", thousands(key.variables));
            page.field("domain", thousands(key.domain));
        }
        if let Some(key) = &self.encryption_key {
            page.field("public half", key);
        }
        if let Some(digest) = &self.circuit_digest {
            page.field("circuit digest", digest);
        }
    }
}
