//! Inputs that only named provers can read.
//!
//! - [`secret`]: a prover's X25519 key pair and its file
//! - [`payload`]: sealing an opening to named provers, and opening it again
//!
//! A payload is sealed once and its key wrapped for each recipient:
//!
//! ```text
//! binding        = SCALE(genesis hash, requester, model version, input commitment)
//! wrapped_key[i] = HPKE.Seal(encryption_key[i], info = "zkinfer/payload/v1", aad = binding ‖ prover[i], content key)
//! ciphertext     = ChaCha20Poly1305(content key, nonce 0, aad = binding, opening ‖ 0x80 ‖ 0x00 …)
//! ```
//!
//! HPKE is RFC 9180 in base mode with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20Poly1305.
//! The content key is 32 fresh random bytes for each payload, so that one nonce is enough. The
//! padding (ISO/IEC 7816-4) fills the plaintext to a length that depends on the kind of input
//! alone: the length of an opening would tell how many values differ from the background.
//!
//! **What the binding gives.** A payload that is copied into a job of another requester, model
//! version, commitment or chain cannot be opened, nor can a wrapped key by another account that
//! holds the same encryption key. So nobody learns an input by asking for the same bytes again
//! under a job of their own.
//!
//! **What it does not.** Base mode does not authenticate the requester: the chain does, by the
//! signature of the request. There is no forward secrecy: who gets hold of an encryption key's
//! secret reads every payload that was ever sealed to it.

pub mod payload;
pub mod secret;

pub use payload::{Binding, PrivacyError, Recipient, Sealed, open, seal};
pub use secret::EncryptionSecret;

/// From now on the system writes no memory of this process to disk when it crashes: it may hold
/// inputs, keys and weights.
///
/// A system that refuses changes nothing: the process goes on as before.
pub fn forbid_memory_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Core);
        // Zero still lets Linux pipe a dump into a program; one byte is too little for a file, and
        // no dump for a pipe (`fs/coredump.c`).
        limit.current = Some(limit.maximum.map_or(1, |most| most.min(1)));
        let _ = setrlimit(Resource::Core, limit);
    }
}
