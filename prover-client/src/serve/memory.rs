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

use zkml_circuit::{groth16::ProvingKeyHeader, halo2::plan::Plan};

use crate::proving::{Keys, generators::Table};

/// Bytes of a field element.
const ELEMENT: u64 = 32;
/// Elements over the domain that a proof holds at once: three sides, their transforms' scratch space, the quotient.
const OVER_DOMAIN: u64 = 12;
/// Copies of the witness that a proof holds at once.
const WITNESSES: u64 = 6;
/// What every proof needs besides: buckets of the sums, stacks.
const FIXED: u64 = 24 << 20;
/// A circuit in memory, for each constraint: measured on the MNIST network, doubled.
const CIRCUIT: u64 = 1024;

/// Elements for each row of a polynomial that is held as values, as coefficients and over the extended domain.
const FORMS: u64 = 1 + 1 + 4;

/// Bytes that one proof needs while it is made, beside its keys and circuit.
pub fn of_proof(keys: &Keys) -> u64 {
    match keys {
        Keys::Groth16(keys) => of_groth16_proof(keys.proving_key().header()),
        Keys::Halo2(keys) => of_halo2_proof(keys.made().circuit().plan()),
    }
}

/// Bytes that keys and their circuit need as long as they are loaded, whatever the number of proofs.
pub fn of_keys(keys: &Keys) -> u64 {
    match keys {
        Keys::Groth16(keys) => of_groth16_key(keys.proving_key().header()),
        Keys::Halo2(keys) => of_halo2_key(keys.made().circuit().plan()),
    }
}

/// Bytes of Halo2's polynomials, each in all forms.
fn polynomials(plan: &Plan, count: usize) -> u64 {
    (count as u64).saturating_mul(FORMS * ELEMENT).saturating_mul(1 << plan.k.min(31))
}

/// Columns of a plan that the permutation argument has at most.
fn permuted(plan: &Plan) -> usize {
    plan.shape.slots + plan.shape.extras + 2
}

/// Bytes that one proof with Halo2 needs while it is made, beside its keys.
pub fn of_halo2_proof(plan: &Plan) -> u64 {
    // Advice; for each lookup three polynomials and their scratch space; products of the permutation; the quotient.
    let count = 2 * plan.shape.advice() + 5 * plan.shape.slots + permuted(plan) + 8;
    FIXED.saturating_add(polynomials(plan, count))
}

/// Bytes that keys of Halo2 need, with circuit and generators.
pub fn of_halo2_key(plan: &Plan) -> u64 {
    // Weights and the machine's other fixed columns, the table, the permutation, and three of halo2_proofs.
    let count = plan.shape.width() + plan.shape.slots + 16 + permuted(plan);
    // Twice the generators: the keys have a copy. The circuit's program is small beside what is fixed.
    FIXED.saturating_add(polynomials(plan, count)).saturating_add(2 * Table::memory(plan.k))
}

/// Bytes that one proof with Groth16 needs while it is made, beside its key and circuit.
pub fn of_groth16_proof(header: &ProvingKeyHeader) -> u64 {
    let domain = header.domain.saturating_mul(OVER_DOMAIN * ELEMENT);
    let witness = header.variables.saturating_mul(WITNESSES * ELEMENT);
    FIXED.saturating_add(domain).saturating_add(witness)
}

/// Bytes that a key of Groth16 and its circuit need.
pub fn of_groth16_key(header: &ProvingKeyHeader) -> u64 {
    let circuit = header.constraints.saturating_mul(CIRCUIT);
    header.file_len().unwrap_or(u64::MAX).saturating_add(circuit)
}

/// What half of the machine's memory is, or 2 GiB where it does not tell.
pub fn half_of_machine() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kibibytes.map_or(2 << 30, |kibibytes| kibibytes.saturating_mul(512))
}

/// An amount of memory as people write it: `512M`, `2G`, `2GiB`, or bytes.
///
/// # Errors
/// Says what is wrong.
pub fn parse(text: &str) -> Result<u64, String> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let shift = match unit.trim().to_ascii_lowercase().trim_end_matches("ib") {
        "" | "b" => 0,
        "k" | "kb" => 10,
        "m" | "mb" => 20,
        "g" | "gb" => 30,
        "t" | "tb" => 40,
        _ => return Err(format!("'{text}' is no amount of memory; write for example 512M or 4G")),
    };
    let number: u64 = digits.parse().map_err(|error| {
        format!("'{text}' is no amount of memory ({error}); write for example 512M or 4G")
    })?;
    number.checked_mul(1 << shift).ok_or_else(|| format!("'{text}' is more than any machine has"))
}

/// An amount of memory for people.
pub fn format(bytes: u64) -> String {
    match bytes {
        0..=0x3ff_ffff => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_as_people_write_it() {
        for (text, bytes) in
            [("1024", 1024), ("2k", 2048), ("512M", 512 << 20), ("4GiB", 4 << 30), ("1 gb", 1 << 30)]
        {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
        for text in ["", "M", "-1", "1.5G", "4 apples", "99999999999T"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_machine_has_memory() {
        assert!(half_of_machine() > 1 << 26);
    }
}
