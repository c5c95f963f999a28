//! Memory of keys and proofs while they are served, as [`zkml_prove::estimate`] adds it
//! up from the circuit's size.
//!
//! `cargo run -p zkinfer-agent --example pool-memory` sets it beside what a pool of proofs takes.
//! With the MNIST network (53,276 constraints) and 16 proofs on an AMD EPYC with 2 threads, before
//! constraints took eight bytes a term: 51 MiB for key and circuit, and at most 99, 135 and 200 MiB
//! with 1, 4 and 8 proofs at once. One `zkinfer prove` with Halo2 (k = 11), keys made and all: 65
//! MiB at most.

use zkml_prove::estimate::{self, R1cs};

pub use zkinfer::memory::{format, parse};
use zkinfer::proving::Keys;

/// Bytes that one proof needs while it is made, beside its keys and circuit.
pub fn of_proof(keys: &Keys) -> u64 {
    match keys {
        Keys::Groth16(keys) => R1cs::from(keys.circuit()).proof_memory(),
        Keys::Halo2(keys) => estimate::proof_memory(keys.made().circuit().plan()),
    }
}

/// Bytes that keys and their circuit need as long as they are loaded, whatever the number of
/// proofs.
pub fn of_keys(keys: &Keys) -> u64 {
    match keys {
        Keys::Groth16(keys) => {
            let size = R1cs::from(keys.circuit());
            size.key_memory().saturating_add(size.circuit_memory())
        }
        Keys::Halo2(keys) => estimate::keys_memory(keys.made().circuit().plan()),
    }
}

/// Returns half of the machine's memory, or 2 GiB where the machine does not tell.
pub fn half_of_machine() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kibibytes.map_or(2 << 30, |kibibytes| kibibytes.saturating_mul(512))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_has_memory() {
        assert!(half_of_machine() > 1 << 26);
    }
}
