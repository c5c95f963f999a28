//! Trust in keys before they have cost anything.
//!
//! A proof under a Groth16 key that somebody else made can fail for inputs that its maker chooses,
//! and hold for all others: the key's file passes every check of its own, and trial proofs hold.
//! Its maker then asks for such an input and gets the claim's lock. So:
//!
//! | origin | how the agent knows | jobs |
//! |---|---|---|
//! | [`Origin::Made`] | Halo2: made here from the model | claimed, then proved |
//! | [`Origin::Own`] | the operator says so | claimed, then proved |
//! | [`Origin::Audited`] | the audit with the setup's transcript passed, once for the file's checksum | claimed, then proved |
//! | [`Origin::Stranger`] | none of these | proved, then claimed: a proof that fails costs its work alone |
//! | [`Origin::Refuted`] | the audit failed | left to others |
//!
//! Whatever its origin, a key whose proof fails for a reason of its own is [distrusted](Distrust)
//! until the operator says otherwise.

use codec::{Decode, Encode};
use zkinfer_primitives::VkHash;

/// A key as this machine holds it: a stranger's file can differ from the good one under the same
/// verifying key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct KeyId {
    /// Hash of the verifying key.
    pub vk_hash: VkHash,
    /// Checksum of the proving key's file; of Halo2, which has none, the verifying key's hash
    /// again.
    pub checksum: [u8; 32],
}

impl KeyId {
    /// A key without a file of its own.
    pub fn made(vk_hash: VkHash) -> Self {
        Self { vk_hash, checksum: vk_hash.0 }
    }

    /// Both hashes, one after the other.
    pub fn to_bytes(self) -> [u8; 64] {
        let mut bytes = [0; 64];
        let (first, second) = bytes.split_at_mut(32);
        first.copy_from_slice(&self.vk_hash.0);
        second.copy_from_slice(&self.checksum);
        bytes
    }

    /// From both hashes, one after the other.
    pub fn from_bytes(bytes: &[u8; 64]) -> Self {
        let (mut vk_hash, mut checksum) = ([0; 32], [0; 32]);
        let (first, second) = bytes.split_at(32);
        vk_hash.copy_from_slice(first);
        checksum.copy_from_slice(second);
        Self { vk_hash: VkHash(vk_hash), checksum }
    }
}

/// The origin of a key, as far as the agent knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Made here from the model.
    Made,
    /// The operator's own, or one that the operator answers for.
    Own,
    /// Audited with the setup's transcript.
    Audited,
    /// Somebody's.
    Stranger,
    /// An audit found that it is not the model's.
    Refuted,
}

impl Origin {
    /// Its name, in the status.
    pub fn name(self) -> &'static str {
        match self {
            Self::Made => "made here",
            Self::Own => "own",
            Self::Audited => "audited",
            Self::Stranger => "neither own nor audited: proved before it is claimed",
            Self::Refuted => "refuted by its audit",
        }
    }

    /// Returns `true` if a job is proved before it is claimed.
    pub fn proves_first(self) -> bool {
        self == Self::Stranger
    }
}

/// The reason why a key is not claimed for any more. Kept until the operator removes it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Distrust {
    /// The event.
    pub reason: String,
    /// Seconds since 1970.
    pub at: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_its_verifying_keys_hash_and_its_files_checksum() {
        let id = KeyId { vk_hash: VkHash([1; 32]), checksum: [2; 32] };
        assert_eq!(KeyId::from_bytes(&id.to_bytes()), id);
        assert_ne!(id, KeyId::made(VkHash([1; 32])));
    }
}
