//! Proof systems: their names, what they take and whom they trust. A model version has one, from
//! its keys on.
//!
//! | | Groth16 | Halo2 |
//! |---|---|---|
//! | in files | `groth16-bls12-381` | `halo2-ipa-pasta` |
//! | proving key | a file, from a setup that knows secrets | made from the model when it is needed |
//! | commitments | of BLS12-381's scalar field | of Fp, Vesta's scalar field |
//! | weights | hidden by proofs and verifying key | shown by some thousand proofs: open models only |

use zkinfer_primitives::{ProofSystem, Trust};
use zkml_model::manifest;

/// The name of a proof system in files and output.
pub fn name(system: ProofSystem) -> &'static str {
    match system {
        ProofSystem::Groth16 => "groth16-bls12-381",
        ProofSystem::Halo2 => "halo2-ipa-pasta",
    }
}

/// The proof system of this name.
pub fn from_name(text: &str) -> Option<ProofSystem> {
    [ProofSystem::Groth16, ProofSystem::Halo2].into_iter().find(|system| name(*system) == text)
}

/// The proof system that a manifest names.
pub fn of_manifest(named: manifest::ProofSystem) -> ProofSystem {
    match named {
        manifest::ProofSystem::Groth16Bls12381 => ProofSystem::Groth16,
        manifest::ProofSystem::Halo2IpaPasta => ProofSystem::Halo2,
    }
}

/// A proof system as a manifest names it.
pub fn in_manifest(system: ProofSystem) -> manifest::ProofSystem {
    match system {
        ProofSystem::Groth16 => manifest::ProofSystem::Groth16Bls12381,
        ProofSystem::Halo2 => manifest::ProofSystem::Halo2IpaPasta,
    }
}

/// Returns a warning for everybody who relies on keys fresh from `zkinfer keys setup`.
pub fn trust_after_setup(system: ProofSystem) -> &'static str {
    match system {
        ProofSystem::Groth16 => {
            "single setup: whoever ran it could forge proofs under this key; proofs bind everybody else"
        }
        ProofSystem::Halo2 => {
            "transparent: there is no secret; nobody can forge while discrete logarithms on Vesta are hard"
        }
    }
}

/// Returns `true` if keys of a proof system can be trusted in this way.
pub fn allows(system: ProofSystem, trust: Trust) -> bool {
    match system {
        ProofSystem::Groth16 => trust != Trust::Transparent,
        ProofSystem::Halo2 => trust == Trust::Transparent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_and_are_those_of_the_manifest() {
        for system in [ProofSystem::Groth16, ProofSystem::Halo2] {
            assert_eq!(from_name(name(system)), Some(system));
            let named = in_manifest(system);
            assert_eq!(of_manifest(named), system);
            assert_eq!(serde_json::to_value(named).expect("JSON"), name(system));
        }
        assert_eq!(from_name("halo2"), None);
    }
}
