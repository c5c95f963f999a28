//! The pallet's types, by the names of their fields. Fields that this client does not need are left
//! out: the chain's metadata says how long they are.
// The derive imports more than it uses.
#![allow(unused_imports)]

use subxt::{
    ext::scale_decode::DecodeAsType,
    utils::{AccountId32, Static},
};
use zkinfer_primitives::{
    EncryptionKey, InputCommitment, JobId, ManifestHash, ModelHash, ModelVersionId, Output,
    PayloadHash, ProofSystem, Purpose, TermsHash, Trust, VerifyingKey, Visibility, VkHash,
};

use zkinfer::privacy;

macro_rules! mirror {
    ($(#[$doc:meta])* struct $name:ident { $($field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(DecodeAsType)]
        #[decode_as_type(crate_path = "subxt::ext::scale_decode")]
        pub struct $name { $(pub $field: $type),* }
    };
}

mirror! { struct Model { owner: AccountId32 } }
mirror! {
    struct ModelVersion {
        model_hash: [u8; 32],
        manifest_hash: [u8; 32],
        proof_system: Static<ProofSystem>,
        vk_hash: [u8; 32],
        trust: Static<Trust>,
        visibility: Static<Visibility>,
        price: u128,
        allowed_provers: Option<Vec<AccountId32>>,
        status: VersionStatus,
    }
}
mirror! { struct StoredKey { key: Static<VerifyingKey> } }
mirror! { struct Unbonding { amount: u128, at: u32 } }
mirror! {
    struct Prover {
        bond: u128,
        locked: u128,
        unbonding: Vec<Unbonding>,
        encryption_key: Option<[u8; 32]>,
    }
}
mirror! {
    struct Parameters {
        min_bond: u128,
        min_claim_bond: u128,
        claim_ratio: u32,
        min_reward: u128,
        deposit_base: u128,
        deposit_per_byte: u128,
        unbonding_period: u32,
        grace: u32,
        claim_period: u32,
        min_proving_blocks: u32,
        max_job_blocks: u32,
        receipt_period: u32,
    }
}
mirror! { struct VersionId { model: u32, version: u32 } }
mirror! {
    struct Job {
        requester: AccountId32,
        nonce: u64,
        version: VersionId,
        vk_hash: [u8; 32],
        terms_hash: [u8; 32],
        input_commitment: [u8; 32],
        payload_hash: [u8; 32],
        reward: u128,
        price: u128,
        deadline: u32,
        provers: Option<Vec<AccountId32>>,
        state: JobState,
    }
}
mirror! {
    struct Receipt {
        requester: AccountId32,
        version: VersionId,
        purpose: Static<Purpose>,
        input_commitment: [u8; 32],
        output: Static<Output>,
        prover: AccountId32,
        block: u32,
        reward: u128,
        price: u128,
        deposit: u128,
    }
}
mirror! {
    struct Recipient { encryption_key: [u8; 32], encapsulated: [u8; 32], wrapped_key: [u8; 48] }
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub enum VersionStatus {
    Active,
    Retired,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub enum Payload {
    None,
    Public(Vec<u8>),
    Encrypted { recipients: Vec<Recipient>, ciphertext: Vec<u8> },
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub enum JobState {
    Open,
    Claimed { prover: AccountId32, until: u32, last: u32, lock: u128 },
}

impl From<VersionId> for ModelVersionId {
    fn from(id: VersionId) -> Self {
        Self { model: id.model, version: id.version }
    }
}

impl ModelVersion {
    pub fn with(self, id: ModelVersionId, owner: AccountId32) -> super::ModelVersion {
        super::ModelVersion {
            id,
            owner,
            model_hash: ModelHash(self.model_hash),
            manifest_hash: ManifestHash(self.manifest_hash),
            vk_hash: VkHash(self.vk_hash),
            proof_system: self.proof_system.0,
            trust: self.trust.0,
            visibility: self.visibility.0,
            price: self.price,
            allowed_provers: self.allowed_provers,
            status: match self.status {
                VersionStatus::Active => "active",
                VersionStatus::Retired => "retired",
            },
        }
    }
}

impl From<Prover> for super::Prover {
    fn from(prover: Prover) -> Self {
        let unbonding = prover.unbonding.into_iter();
        let unbonding = unbonding.map(|part| super::Unbonding { amount: part.amount, at: part.at });
        Self {
            bond: prover.bond,
            locked: prover.locked,
            unbonding: unbonding.collect(),
            encryption_key: prover.encryption_key.map(EncryptionKey),
        }
    }
}

impl Job {
    pub fn with(self, id: JobId) -> super::Job {
        super::Job {
            id,
            requester: self.requester,
            nonce: self.nonce,
            version: self.version.into(),
            vk_hash: VkHash(self.vk_hash),
            input_commitment: InputCommitment(self.input_commitment),
            payload_hash: PayloadHash(self.payload_hash),
            reward: self.reward,
            price: self.price,
            deadline: self.deadline,
            provers: self.provers,
            terms_hash: TermsHash(self.terms_hash),
            state: match self.state {
                JobState::Open => super::JobState::Open,
                JobState::Claimed { prover, until, last, lock } => {
                    super::JobState::Claimed { prover, until, last, lock }
                }
            },
        }
    }
}

impl Receipt {
    pub fn with(self, job: JobId, hash: [u8; 32]) -> super::Receipt {
        super::Receipt {
            job,
            requester: self.requester,
            version: self.version.into(),
            purpose: self.purpose.0,
            input_commitment: InputCommitment(self.input_commitment),
            output: self.output.0,
            prover: self.prover,
            block: self.block,
            reward: self.reward,
            price: self.price,
            deposit: self.deposit,
            hash,
        }
    }
}

impl From<Payload> for super::Payload {
    fn from(payload: Payload) -> Self {
        match payload {
            Payload::None => Self::None,
            Payload::Public(bytes) => Self::Public(bytes),
            Payload::Encrypted { recipients, ciphertext } => {
                let recipients = recipients.into_iter().map(|recipient| privacy::Recipient {
                    encryption_key: EncryptionKey(recipient.encryption_key),
                    encapsulated: recipient.encapsulated,
                    wrapped_key: recipient.wrapped_key,
                });
                Self::Encrypted(privacy::Sealed { recipients: recipients.collect(), ciphertext })
            }
        }
    }
}
