//! The pallet's calls, with named arguments that the chain's metadata encodes.
//!
//! Arguments go by name, so that a runtime which renamed or retyped one refuses to encode the call rather than
//! read something else into it.

use subxt::{
    dynamic::{Value, transaction},
    ext::scale_value::Composite,
    utils::AccountId32,
};
use zkinfer_primitives::{
    InputCommitment, JobId, ManifestHash, ModelHash, ModelVersionId, Output, Proof, TermsHash, Trust,
    VerifyingKey, Visibility,
};

use super::{connection::PALLET, submit::Call};

/// What `register_model` registers.
pub struct Registration {
    /// Hash of the model file.
    pub model_hash: ModelHash,
    /// Hash of the manifest.
    pub manifest_hash: ManifestHash,
    /// The verifying key.
    pub verifying_key: VerifyingKey,
    /// Who could forge.
    pub trust: Trust,
    /// Whether the weights are published.
    pub visibility: Visibility,
    /// What the owner asks for each answer, in planck.
    pub price: u128,
    /// Who may prove; `None` for anybody with a bond.
    pub allowed_provers: Option<Vec<AccountId32>>,
}

/// What `request` asks for.
pub struct Request {
    /// The model version.
    pub version: ModelVersionId,
    /// Commitment to the input.
    pub input_commitment: InputCommitment,
    /// The opening in the clear, or `None` when it is delivered off chain.
    pub payload: Option<Vec<u8>>,
    /// Escrow, in planck.
    pub reward: u128,
    /// The most of it that the model's owner may take, in planck.
    pub max_price: u128,
    /// Last block of the job.
    pub deadline: u32,
    /// Who may claim; `None` for all that the version allows.
    pub provers: Option<Vec<AccountId32>>,
}

/// `register_model`.
pub fn register_model(registration: &Registration) -> Call {
    let VerifyingKey::Groth16(key) = &registration.verifying_key;
    call(
        "register_model",
        [
            ("model_hash", hash(&registration.model_hash.0)),
            ("manifest_hash", hash(&registration.manifest_hash.0)),
            ("verifying_key", Value::unnamed_variant("Groth16", [Value::from_bytes(key)])),
            ("trust", unit(&registration.trust)),
            ("visibility", unit(&registration.visibility)),
            ("price", Value::u128(registration.price)),
            ("allowed_provers", accounts(registration.allowed_provers.as_deref())),
        ],
    )
}

/// `bond`.
pub fn bond(amount: u128) -> Call {
    call("bond", [("amount", Value::u128(amount))])
}

/// `bond_extra`.
pub fn bond_extra(amount: u128) -> Call {
    call("bond_extra", [("amount", Value::u128(amount))])
}

/// `unbond`.
pub fn unbond(amount: u128) -> Call {
    call("unbond", [("amount", Value::u128(amount))])
}

/// `withdraw_unbonded`.
pub fn withdraw_unbonded() -> Call {
    call("withdraw_unbonded", [])
}

/// `request`.
pub fn request(request: &Request) -> Call {
    let payload = match &request.payload {
        None => Value::unnamed_variant("None", []),
        Some(bytes) => Value::unnamed_variant("Public", [Value::from_bytes(bytes)]),
    };
    call(
        "request",
        [
            ("version", version(request.version)),
            ("input_commitment", hash(&request.input_commitment.0)),
            ("payload", payload),
            ("reward", Value::u128(request.reward)),
            ("max_price", Value::u128(request.max_price)),
            ("deadline", Value::u128(request.deadline.into())),
            ("provers", accounts(request.provers.as_deref())),
        ],
    )
}

/// `cancel`.
pub fn cancel(job: JobId) -> Call {
    call("cancel", [("job", Value::u128(job.into()))])
}

/// `claim`.
pub fn claim(job: JobId, terms: &TermsHash) -> Call {
    call("claim", [("job", Value::u128(job.into())), ("terms_hash", hash(&terms.0))])
}

/// `submit`.
pub fn submit(job: JobId, terms: &TermsHash, output: &Output, proof: &Proof) -> Call {
    let Output::Class(class) = output;
    let Proof::Groth16(bytes) = proof;
    call(
        "submit",
        [
            ("job", Value::u128(job.into())),
            ("terms_hash", hash(&terms.0)),
            ("output", Value::unnamed_variant("Class", [Value::u128((*class).into())])),
            ("proof", Value::unnamed_variant("Groth16", [Value::from_bytes(bytes)])),
        ],
    )
}

/// `expire`.
pub fn expire(job: JobId) -> Call {
    call("expire", [("job", Value::u128(job.into()))])
}

fn call<const N: usize>(name: &str, arguments: [(&str, Value); N]) -> Call {
    transaction(PALLET, name, Composite::named(arguments))
}

fn hash(bytes: &[u8; 32]) -> Value {
    Value::from_bytes(bytes)
}

fn version(version: ModelVersionId) -> Value {
    Value::named_composite([
        ("model", Value::u128(version.model.into())),
        ("version", Value::u128(version.version.into())),
    ])
}

/// A variant without fields, by its name in the shared types.
fn unit(variant: &impl std::fmt::Debug) -> Value {
    Value::unnamed_variant(format!("{variant:?}"), [])
}

fn accounts(accounts: Option<&[AccountId32]>) -> Value {
    match accounts {
        None => Value::unnamed_variant("None", []),
        Some(list) => {
            let list = list.iter().map(|account| Value::from_bytes(account.0));
            Value::unnamed_variant("Some", [Value::unnamed_composite(list)])
        }
    }
}
