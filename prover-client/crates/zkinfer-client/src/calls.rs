//! The pallet's calls, with named arguments that the chain's metadata encodes.
//!
//! Arguments go by name, so that a runtime which renamed or retyped one refuses to encode the call
//! rather than read something else into it.

use subxt::{
    dynamic::{Value, transaction},
    ext::scale_value::Composite,
    utils::AccountId32,
};
use zkinfer_primitives::{
    EncryptionKey, InputCommitment, JobId, ManifestHash, ModelHash, ModelId, ModelVersionId,
    Output, Proof, TermsHash, Trust, VerifyingKey, Visibility, VkHash,
};

use super::{connection::PALLET, records::Payload, submit::Call};
use zkinfer::privacy;

/// The data that `register_model` and `add_version` register.
pub struct Registration {
    /// Hash of the model file.
    pub model_hash: ModelHash,
    /// Hash of the manifest.
    pub manifest_hash: ManifestHash,
    /// The verifying key.
    pub verifying_key: VerifyingKey,
    /// The parties that could forge.
    pub trust: Trust,
    /// `true` if the weights are published.
    pub visibility: Visibility,
    /// The owner's price for each answer, in planck.
    pub price: u128,
    /// The account that may prove; `None` for anybody with a bond.
    pub allowed_provers: Option<Vec<AccountId32>>,
}

/// The arguments of `request`.
pub struct Request {
    /// The model version.
    pub version: ModelVersionId,
    /// Commitment to the input.
    pub input_commitment: InputCommitment,
    /// The way in which the prover gets the input.
    pub payload: Payload,
    /// Escrow, in planck.
    pub reward: u128,
    /// The most of it that the model's owner may take, in planck.
    pub max_price: u128,
    /// Last block of the job.
    pub deadline: u32,
    /// The account that may claim; `None` for all that the version allows.
    pub provers: Option<Vec<AccountId32>>,
}

/// The arguments of `redirect`.
pub struct Redirection {
    /// The job.
    pub job: JobId,
    /// The new delivery of the input to the prover.
    pub payload: Payload,
    /// Last block of the job now.
    pub deadline: u32,
    /// The account that may claim now; `None` for all that the version allows.
    pub provers: Option<Vec<AccountId32>>,
}

/// The arguments of `attest`.
pub struct Attestation {
    /// The model version.
    pub version: ModelVersionId,
    /// Its verifying key.
    pub vk_hash: VkHash,
    /// The prover's own number.
    pub nonce: u64,
    /// Commitment to the input.
    pub input_commitment: InputCommitment,
    /// The answer.
    pub output: Output,
    /// Its proof.
    pub proof: Proof,
}

/// `register_model`.
pub fn register_model(registration: &Registration) -> Call {
    call("register_model", registered(registration))
}

/// `add_version`.
pub fn add_version(model: ModelId, registration: &Registration) -> Call {
    let mut arguments = vec![("model", Value::u128(model.into()))];
    arguments.extend(registered(registration));
    call("add_version", arguments)
}

fn registered(registration: &Registration) -> [(&'static str, Value); 7] {
    [
        ("model_hash", hash(&registration.model_hash.0)),
        ("manifest_hash", hash(&registration.manifest_hash.0)),
        ("verifying_key", verifying_key(&registration.verifying_key)),
        ("trust", unit(&registration.trust)),
        ("visibility", unit(&registration.visibility)),
        ("price", Value::u128(registration.price)),
        ("allowed_provers", accounts(registration.allowed_provers.as_deref())),
    ]
}

/// `retire_version`.
pub fn retire_version(id: ModelVersionId) -> Call {
    call("retire_version", [("version", version(id))])
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

/// `set_encryption_key`; without a key, it removes the one there is.
pub fn set_encryption_key(key: Option<&EncryptionKey>) -> Call {
    let key = match key {
        None => Value::unnamed_variant("None", []),
        Some(key) => Value::unnamed_variant("Some", [hash(&key.0)]),
    };
    call("set_encryption_key", [("key", key)])
}

/// `request`.
pub fn request(request: &Request) -> Call {
    call(
        "request",
        [
            ("version", version(request.version)),
            ("input_commitment", hash(&request.input_commitment.0)),
            ("payload", payload(&request.payload)),
            ("reward", Value::u128(request.reward)),
            ("max_price", Value::u128(request.max_price)),
            ("deadline", Value::u128(request.deadline.into())),
            ("provers", accounts(request.provers.as_deref())),
        ],
    )
}

/// `redirect`.
pub fn redirect(redirection: &Redirection) -> Call {
    call(
        "redirect",
        [
            ("job", Value::u128(redirection.job.into())),
            ("payload", payload(&redirection.payload)),
            ("deadline", Value::u128(redirection.deadline.into())),
            ("provers", accounts(redirection.provers.as_deref())),
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
    call(
        "submit",
        [
            ("job", Value::u128(job.into())),
            ("terms_hash", hash(&terms.0)),
            ("output", answer(output)),
            ("proof", proved(proof)),
        ],
    )
}

/// One answer of a batch.
pub struct BatchItem<'a> {
    /// The job.
    pub job: JobId,
    /// Hash of its terms.
    pub terms_hash: TermsHash,
    /// The answer.
    pub output: Output,
    /// Its proof.
    pub proof: &'a Proof,
}

/// `submit_batch`.
pub fn submit_batch<'a>(items: impl IntoIterator<Item = BatchItem<'a>>) -> Call {
    let items = items.into_iter().map(|item| {
        Value::named_composite([
            ("job", Value::u128(item.job.into())),
            ("terms_hash", hash(&item.terms_hash.0)),
            ("output", answer(&item.output)),
            ("proof", proved(item.proof)),
        ])
    });
    call("submit_batch", [("batch", Value::unnamed_composite(items))])
}

/// `upload_generators`, for a chunk of the table.
pub fn upload_chunk(index: u32, points: &[u8]) -> Call {
    upload("Chunk", ("index", index.into()), points)
}

/// `upload_generators`, for the Lagrange points of 2^k rows.
pub fn upload_lagrange(k: u8, points: &[u8]) -> Call {
    upload("Lagrange", ("k", k.into()), points)
}

fn upload(part: &str, (name, number): (&str, u128), points: &[u8]) -> Call {
    let fields = [(name, Value::u128(number)), ("points", Value::from_bytes(points))];
    call("upload_generators", [("generators", Value::named_variant(part, fields))])
}

/// `attest`.
pub fn attest(attestation: &Attestation) -> Call {
    call(
        "attest",
        [
            ("version", version(attestation.version)),
            ("vk_hash", hash(&attestation.vk_hash.0)),
            ("nonce", Value::u128(attestation.nonce.into())),
            ("input_commitment", hash(&attestation.input_commitment.0)),
            ("output", answer(&attestation.output)),
            ("proof", proved(&attestation.proof)),
        ],
    )
}

/// `prune_receipt`.
pub fn prune_receipt(job: JobId) -> Call {
    call("prune_receipt", [("job", Value::u128(job.into()))])
}

/// `expire`.
pub fn expire(job: JobId) -> Call {
    call("expire", [("job", Value::u128(job.into()))])
}

fn call<'a>(name: &str, arguments: impl IntoIterator<Item = (&'a str, Value)>) -> Call {
    transaction(PALLET, name, Composite::named(arguments))
}

fn payload(payload: &Payload) -> Value {
    match payload {
        Payload::None => Value::unnamed_variant("None", []),
        Payload::Public(bytes) => Value::unnamed_variant("Public", [Value::from_bytes(bytes)]),
        Payload::Encrypted(sealed) => {
            let recipients = Value::unnamed_composite(sealed.recipients.iter().map(recipient));
            let ciphertext = Value::from_bytes(&sealed.ciphertext);
            Value::named_variant(
                "Encrypted",
                [("recipients", recipients), ("ciphertext", ciphertext)],
            )
        }
    }
}

fn recipient(recipient: &privacy::Recipient) -> Value {
    Value::named_composite([
        ("encryption_key", hash(&recipient.encryption_key.0)),
        ("encapsulated", hash(&recipient.encapsulated)),
        ("wrapped_key", Value::from_bytes(recipient.wrapped_key)),
    ])
}

fn answer(output: &Output) -> Value {
    match output {
        Output::Class(class) => Value::unnamed_variant("Class", [Value::u128((*class).into())]),
        Output::TopClasses(classes) => {
            let classes = classes.iter().map(|class| Value::u128((*class).into()));
            Value::unnamed_variant("TopClasses", [Value::unnamed_composite(classes)])
        }
        Output::Values { width, values } => {
            let width = Value::unnamed_variant(format!("Bits{}", width.bits()), []);
            let values = values.iter().map(|value| Value::i128((*value).into()));
            let values = Value::unnamed_composite(values);
            Value::named_variant("Values", [("width", width), ("values", values)])
        }
    }
}

fn verifying_key(key: &VerifyingKey) -> Value {
    match key {
        VerifyingKey::Groth16(bytes) => {
            Value::unnamed_variant("Groth16", [Value::from_bytes(bytes)])
        }
        VerifyingKey::Halo2(bytes) => Value::unnamed_variant("Halo2", [Value::from_bytes(bytes)]),
    }
}

fn proved(proof: &Proof) -> Value {
    match proof {
        Proof::Groth16(bytes) => Value::unnamed_variant("Groth16", [Value::from_bytes(bytes)]),
        Proof::Halo2 { k, bytes } => {
            let fields = [("k", Value::u128((*k).into())), ("bytes", Value::from_bytes(bytes))];
            Value::named_variant("Halo2", fields)
        }
    }
}

fn hash(bytes: &[u8; 32]) -> Value {
    Value::from_bytes(bytes)
}

/// A model version as an argument.
pub(super) fn version(version: ModelVersionId) -> Value {
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
