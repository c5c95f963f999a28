//! The proof's file: a proof with everything that its statement says, except the input.
//!
//! ```json
//! {"format": "zkinfer-proof", "version": 1, "proof_system": "groth16-bls12-381",
//!  "statement": {"version": 1, "input_commitment": "0x…", "class": 7,
//!    "context": {"genesis_hash": "0x…", "vk_hash": "0x…", "model": 0, "model_version": 0,
//!                "purpose": {"job": "0x<terms hash>"}, "prover": "5F…"}},
//!  "proof": "0x<192 bytes: A, B, C, compressed>"}
//! ```
//!
//! An answer of another kind than a class stands where `class` does: `"top_classes": [7, 3]`, the
//! best first, or `"values": {"bits": 24, "integers": [-5, 70000]}`.
//!
//! A proof with Halo2 has the proof system `halo2-ipa-pasta` and one field more, `"k"`: its circuit
//! has 2^k rows. `purpose` is `{"job": …}` or `{"attest": nonce}`. A reader computes the public
//! inputs from the statement, never takes them from a file.

use std::path::Path;

use serde::{Deserialize, Serialize};
use subxt_utils_accountid32::AccountId32;
use zkinfer_primitives::{
    InputCommitment, ModelVersionId, Output, Proof, ProofSystem, Purpose, TermsHash, VkHash,
    output::{OutputError, Width},
    proof::{GROTH16_PROOF_LEN, HALO2_MAX_PROOF_LEN, PUBLIC_INPUTS},
    statement,
};

use super::hexadecimal;
use crate::{
    error::Error,
    files::{self, Access, Existing},
    system,
};

/// The name of the file in errors.
pub const WHAT: &str = "proof file";
/// Greatest length of a proof file in bytes.
pub const MAX_BYTES: u64 = 1 << 16;
/// Version that this program reads and writes.
pub const VERSION: u32 = 1;

/// The context of a proof, with accounts as this client names them.
pub type Context = statement::Context<AccountId32>;

/// The statement of a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Commitment to the input.
    pub input_commitment: InputCommitment,
    /// The answer.
    pub output: Output,
    /// The context that the proof is bound to.
    pub context: Context,
}

impl Statement {
    /// The public inputs of the proof.
    ///
    /// # Errors
    /// The output is none. That of a file that was read always is one.
    pub fn public_inputs(&self) -> Result<[[u8; 32]; PUBLIC_INPUTS], OutputError> {
        statement::public_inputs(&self.input_commitment, &self.output, &self.context)
    }
}

/// A proof with its statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofFile {
    /// The proved statement.
    pub statement: Statement,
    /// The proof.
    pub proof: Proof,
}

/// The reason why some bytes are not a proof file.
#[derive(Debug, thiserror::Error)]
enum ProofFileError {
    #[error("not a proof file: {0}; give the file that `zkinfer prove` wrote")]
    Json(#[from] serde_json::Error),
    #[error("{field} has version {got}, known is {VERSION}; prove again with this program")]
    Version { field: &'static str, got: u32 },
    #[error("not a proof file: {0}; give the file that `zkinfer prove` wrote, or copy it again")]
    Proof(String),
}

impl ProofFile {
    /// Reads a proof file. Whether the proof verifies is another question: see
    /// [`crate::proving::verify`].
    ///
    /// # Errors
    /// It cannot be read, or is no proof file.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let bytes = files::read(path, WHAT, MAX_BYTES)?;
        Self::from_json(&bytes).map_err(Error::in_file(path))
    }

    fn from_json(bytes: &[u8]) -> Result<Self, ProofFileError> {
        let json: Json = serde_json::from_slice(bytes)?;
        for (field, got) in [("the file", json.version), ("the statement", json.statement.version)]
        {
            if got != VERSION {
                return Err(ProofFileError::Version { field, got });
            }
        }
        json.try_into()
    }

    /// Writes a proof file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn save(&self, path: &Path, existing: Existing) -> Result<(), Error> {
        let mut json = serde_json::to_vec_pretty(self).map_err(Error::failed)?;
        json.push(b'\n');
        files::write_bytes(path, Access::Public, existing, &json).map_err(Error::from)
    }
}

impl Serialize for ProofFile {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Json::from(self).serialize(serializer)
    }
}

impl Serialize for Statement {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        JsonStatement::from(self).serialize(serializer)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Json {
    format: Format,
    version: u32,
    proof_system: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    k: Option<u8>,
    statement: JsonStatement,
    proof: String,
}

#[derive(Serialize, Deserialize)]
enum Format {
    #[serde(rename = "zkinfer-proof")]
    Proof,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonStatement {
    version: u32,
    #[serde(with = "hexadecimal")]
    input_commitment: InputCommitment,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    class: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    top_classes: Option<Vec<u32>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    values: Option<JsonValues>,
    context: JsonContext,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonValues {
    bits: u8,
    integers: Vec<i32>,
}

impl JsonStatement {
    /// The answer: of one kind, and one that a statement can have.
    fn output(&self) -> Result<Output, String> {
        let output = match (self.class, &self.top_classes, &self.values) {
            (Some(class), None, None) => Output::Class(class),
            (None, Some(classes), None) => match classes.clone().try_into() {
                Ok(classes) => Output::TopClasses(classes),
                Err(_) => {
                    return Err(format!(
                        "{} best classes, more than any answer has",
                        classes.len()
                    ));
                }
            },
            (None, None, Some(JsonValues { bits, integers })) => {
                let width = Width::ALL.into_iter().find(|width| width.bits() == *bits);
                let width = width
                    .ok_or_else(|| format!("values of {bits} bits, instead of 8, 16, 24 or 32"))?;
                match integers.clone().try_into() {
                    Ok(values) => Output::Values { width, values },
                    Err(_) => {
                        return Err(format!("{} values, more than any answer has", integers.len()));
                    }
                }
            }
            _ => {
                return Err(
                    "the statement has not one of `class`, `top_classes` and `values`".into()
                );
            }
        };
        output.to_public_input().map(|_| output).map_err(|error| error.to_string())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonContext {
    #[serde(with = "hexadecimal")]
    genesis_hash: [u8; 32],
    #[serde(with = "hexadecimal")]
    vk_hash: VkHash,
    model: u32,
    model_version: u32,
    purpose: JsonPurpose,
    prover: AccountId32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum JsonPurpose {
    #[serde(with = "hexadecimal")]
    Job(TermsHash),
    Attest(u64),
}

impl From<&Statement> for JsonStatement {
    fn from(statement: &Statement) -> Self {
        let (class, top_classes, values) = match &statement.output {
            Output::Class(class) => (Some(*class), None, None),
            Output::TopClasses(classes) => (None, Some(classes.to_vec()), None),
            Output::Values { width, values } => {
                (None, None, Some(JsonValues { bits: width.bits(), integers: values.to_vec() }))
            }
        };
        let context = &statement.context;
        let purpose = match context.purpose {
            Purpose::Job(hash) => JsonPurpose::Job(hash),
            Purpose::Attest(nonce) => JsonPurpose::Attest(nonce),
        };
        Self {
            version: VERSION,
            input_commitment: statement.input_commitment,
            class,
            top_classes,
            values,
            context: JsonContext {
                genesis_hash: context.genesis_hash,
                vk_hash: context.vk_hash,
                model: context.version.model,
                model_version: context.version.version,
                purpose,
                prover: context.prover,
            },
        }
    }
}

impl From<&ProofFile> for Json {
    fn from(file: &ProofFile) -> Self {
        let k = match &file.proof {
            Proof::Groth16(_) => None,
            Proof::Halo2 { k, .. } => Some(*k),
        };
        Self {
            format: Format::Proof,
            version: VERSION,
            proof_system: system::name(file.proof.system()).into(),
            k,
            statement: JsonStatement::from(&file.statement),
            proof: hexadecimal::text(bytes(&file.proof)),
        }
    }
}

/// The bytes of a proof, without what declares its class.
pub fn bytes(proof: &Proof) -> &[u8] {
    match proof {
        Proof::Groth16(bytes) => bytes,
        Proof::Halo2 { bytes, .. } => bytes,
    }
}

/// A proof of the declared system, with its bounds.
fn proof(json: &Json) -> Result<Proof, String> {
    let system = system::from_name(&json.proof_system)
        .ok_or_else(|| format!("there is no proof system '{}'", json.proof_system))?;
    let bytes =
        hexadecimal::parse_bytes(&json.proof).map_err(|fault| format!("in `proof`, {fault}"))?;
    let long =
        |bytes: &[u8], least: &str| format!("a proof of {} bytes instead of {least}", bytes.len());
    match (system, json.k) {
        (ProofSystem::Groth16, None) => {
            let expected = GROTH16_PROOF_LEN.to_string();
            bytes.try_into().map(Proof::Groth16).map_err(|bytes: Vec<u8>| long(&bytes, &expected))
        }
        (ProofSystem::Halo2, Some(k)) => match bytes.try_into() {
            Ok(bytes) => Ok(Proof::Halo2 { k, bytes }),
            Err(bytes) => Err(long(&bytes, &format!("at most {HALO2_MAX_PROOF_LEN}"))),
        },
        (ProofSystem::Groth16, Some(_)) => Err("`k` is given, and Groth16 has none".into()),
        (ProofSystem::Halo2, None) => {
            Err("`k` is missing, and a proof with Halo2 declares it".into())
        }
    }
}

impl TryFrom<Json> for ProofFile {
    type Error = ProofFileError;

    fn try_from(json: Json) -> Result<Self, ProofFileError> {
        let proof = proof(&json).map_err(ProofFileError::Proof)?;
        let output = json.statement.output().map_err(ProofFileError::Proof)?;
        let JsonStatement { input_commitment, context, .. } = json.statement;
        let purpose = match context.purpose {
            JsonPurpose::Job(hash) => Purpose::Job(hash),
            JsonPurpose::Attest(nonce) => Purpose::Attest(nonce),
        };
        let version = ModelVersionId { model: context.model, version: context.model_version };
        let JsonContext { genesis_hash, vk_hash, prover, .. } = context;
        let context = statement::Context { genesis_hash, vk_hash, version, purpose, prover };
        let statement = Statement { input_commitment, output, context };
        Ok(Self { statement, proof })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn halo2(purpose: Purpose) -> ProofFile {
        let bytes = vec![8; 4640].try_into().expect("fits");
        ProofFile { proof: Proof::Halo2 { k: 11, bytes }, ..file(purpose) }
    }

    fn file(purpose: Purpose) -> ProofFile {
        let context = statement::Context {
            genesis_hash: [1; 32],
            vk_hash: VkHash([2; 32]),
            version: ModelVersionId { model: 3, version: 4 },
            purpose,
            prover: AccountId32([5; 32]),
        };
        let output = Output::Class(6);
        ProofFile {
            statement: Statement { input_commitment: InputCommitment([7; 32]), output, context },
            proof: Proof::Groth16([8; GROTH16_PROOF_LEN]),
        }
    }

    #[test]
    fn a_file_reads_back_as_it_was_written() {
        for purpose in [Purpose::Job(TermsHash([9; 32])), Purpose::Attest(u64::MAX)] {
            for file in [file(purpose), halo2(purpose)] {
                let json = serde_json::to_vec(&file).expect("JSON");
                assert_eq!(ProofFile::from_json(&json).expect("read"), file);
            }
        }
    }

    #[test]
    fn answers_of_every_kind_read_back_and_what_is_none_is_refused() {
        let classes = vec![3, 0, 9].try_into().expect("few");
        let values = vec![-70_000, 5].try_into().expect("few");
        for output in [Output::TopClasses(classes), Output::Values { width: Width::Bits24, values }]
        {
            let mut file = file(Purpose::Attest(1));
            file.statement.output = output;
            let json = serde_json::to_vec(&file).expect("JSON");
            assert_eq!(ProofFile::from_json(&json).expect("read"), file);
        }
        let fault = |answer: serde_json::Value| {
            let mut json = serde_json::to_value(file(Purpose::Attest(0))).expect("JSON");
            let statement = json["statement"].as_object_mut().expect("an object");
            statement.remove("class");
            statement.extend(answer.as_object().expect("an object").clone());
            ProofFile::from_json(json.to_string().as_bytes()).expect_err("refused").to_string()
        };
        use serde_json::json;
        assert!(fault(json!({})).contains("not one of `class`"));
        assert!(fault(json!({ "class": 1, "top_classes": [1] })).contains("not one of `class`"));
        assert!(fault(json!({ "top_classes": [] })).contains("neither a class nor a number"));
        assert!(fault(json!({ "top_classes": [4, 4] })).contains("class 4 twice"));
        assert!(fault(json!({ "top_classes": vec![0; 8] })).contains("8 best classes"));
        let values = |bits: u8, integers: &[i32]| json!({ "values": { "bits": bits, "integers": integers } });
        assert!(fault(values(12, &[1])).contains("12 bits"));
        assert!(fault(values(8, &[128])).contains("beyond 8 bits"));
        assert!(fault(values(8, &[0; 31])).contains("31 values"));
        assert!(fault(values(32, &[0; 8])).contains("7 fit"));
    }

    #[test]
    fn unknown_versions_and_fields_are_refused() {
        let json = serde_json::to_value(file(Purpose::Attest(0))).expect("JSON");
        let changed = |change: &dyn Fn(&mut serde_json::Value)| {
            let mut json = json.clone();
            change(&mut json);
            ProofFile::from_json(json.to_string().as_bytes())
        };
        assert!(changed(&|_| ()).is_ok());
        let version = changed(&|json| json["version"] = 2.into());
        assert!(matches!(version, Err(ProofFileError::Version { field: "the file", got: 2 })));
        let statement = changed(&|json| json["statement"]["version"] = 0.into());
        assert!(matches!(
            statement,
            Err(ProofFileError::Version { field: "the statement", got: 0 })
        ));
        for field in ["format", "extra"] {
            let result = changed(&|json| json[field] = "other".into());
            assert!(matches!(result, Err(ProofFileError::Json(_))), "{field}");
        }
        for field in ["proof_system", "proof"] {
            let result = changed(&|json| json[field] = "other".into());
            assert!(matches!(result, Err(ProofFileError::Proof(_))), "{field}");
        }
    }

    #[test]
    fn a_proof_has_the_form_of_its_system() {
        let fault = |file: ProofFile, change: &dyn Fn(&mut serde_json::Value)| {
            let mut json = serde_json::to_value(file).expect("JSON");
            change(&mut json);
            ProofFile::from_json(json.to_string().as_bytes()).expect_err("refused").to_string()
        };
        let (groth16, halo2) = (file(Purpose::Attest(0)), halo2(Purpose::Attest(0)));
        assert!(fault(groth16.clone(), &|json| json["k"] = 11.into()).contains("Groth16 has none"));
        assert!(
            fault(groth16.clone(), &|json| json["proof"] = "0x00".into())
                .contains("1 bytes instead of 192")
        );
        assert!(
            fault(groth16, &|json| json["proof_system"] = "halo2-ipa-pasta".into())
                .contains("`k` is missing")
        );
        assert!(
            fault(halo2.clone(), &|json| json["proof_system"] = "groth16-bls12-381".into())
                .contains("none")
        );
        assert!(
            fault(halo2.clone(), &|json| json["k"] = serde_json::Value::Null)
                .contains("`k` is missing")
        );
        assert!(fault(halo2.clone(), &|json| json["k"] = 256.into()).contains("256"));
        let long = format!("0x{}", "00".repeat(8193));
        assert!(fault(halo2, &|json| json["proof"] = long.clone().into()).contains("8193 bytes"));
    }
}
