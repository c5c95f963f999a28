//! What proofs need of memory, from the sizes that a proving key's header or a Halo2 circuit's plan tells.
//!
//! A Groth16 proof holds, at its peak, the three sides of the constraints over the domain and their Fourier transforms,
//! copies of the witness for each sum, and the sums' buckets. Of a key, its points stay in memory for all proofs.
//!
//! Planned against measured by `cargo run -p zkinfer --example pool-memory`, on the MNIST network (53,276 constraints), 16 proofs on
//! an AMD EPYC with 2 threads:
//!
//! | proofs at once | key and circuit | with proofs |
//! |---|---|---|
//! | 1 | 79 MiB planned, 51 MiB resident | 136 MiB planned, 99 MiB at most |
//! | 4 | | 306 MiB planned, 135 MiB at most |
//! | 8 | | 533 MiB planned, 200 MiB at most |
//!
//! A Halo2 proof holds each of its columns and polynomials as values, as coefficients and over the extended domain of four times the
//! rows, some of them twice; its keys hold the fixed ones so, and the generators. One `zkinfer prove` of the MNIST network (k = 11), keys
//! made and all: 88 MiB planned, 65 MiB resident at most.

use zkml_circuit::estimate::{self, R1cs};

pub use crate::memory::{format, parse};
use crate::proving::Keys;

/// Bytes that one proof needs while it is made, beside its keys and circuit.
pub fn of_proof(keys: &Keys) -> u64 {
    match keys {
        Keys::Groth16(keys) => R1cs::from(keys.circuit()).proof_memory(),
        Keys::Halo2(keys) => estimate::proof_memory(keys.made().circuit().plan()),
    }
}

/// Bytes that keys and their circuit need as long as they are loaded, whatever the number of proofs.
pub fn of_keys(keys: &Keys) -> u64 {
    match keys {
        Keys::Groth16(keys) => {
            let size = R1cs::from(keys.circuit());
            size.key_memory().saturating_add(size.circuit_memory())
        }
        Keys::Halo2(keys) => estimate::keys_memory(keys.made().circuit().plan()),
    }
}

/// What half of the machine's memory is, or 2 GiB where it does not tell.
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
