//! The cost of keys and proofs of a candidate in a proof system.

use serde::Serialize;
use zkinfer_primitives::ProofSystem;
use zkml_model::QuantizedModel;
use zkml_prove::{
    CircuitError,
    estimate::{self, Count, R1cs},
    halo2::{compile::AnalyzedModel, plan::Plan},
};

use crate::output::thousands;
use zkinfer::{
    artefacts::model::{check_groth16, check_halo2},
    memory::{Limit, MemoryError, Work},
    system,
};

/// Costs of a model. Times and memory are estimates.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Cost {
    /// The proof system.
    pub proof_system: &'static str,
    /// The circuit's size.
    #[serde(flatten)]
    pub size: Size,
    /// Seconds to make the keys.
    pub setup_seconds: f64,
    /// Bytes that it takes.
    pub setup_memory_bytes: u64,
    /// Seconds to prove.
    pub prove_seconds: f64,
    /// Bytes that it takes; with Halo2 keys included, which it makes.
    pub prove_memory_bytes: u64,
}

/// The size of a circuit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Size {
    /// Of Groth16.
    Groth16 {
        /// Constraints, counted.
        constraints: u64,
        /// The power of two that holds them.
        domain: u64,
    },
    /// Of Halo2.
    Halo2 {
        /// Rows of the program.
        rows: usize,
        /// The circuit has `2^k` rows.
        k: u32,
        /// Columns that a proof commits to.
        advice_columns: usize,
        /// Bytes of a proof.
        proof_bytes: usize,
    },
}

impl Size {
    /// The unit of the size.
    pub fn unit(system: ProofSystem) -> &'static str {
        match system {
            ProofSystem::Groth16 => "constraints",
            ProofSystem::Halo2 => "rows",
        }
    }

    /// The number of them, for people.
    pub fn number(&self) -> String {
        match self {
            Self::Groth16 { constraints, .. } => thousands(*constraints),
            Self::Halo2 { rows, k, .. } => format!("{} of 2^{k}", thousands(*rows as u64)),
        }
    }

    /// The size that is compared between two circuits that take equally long.
    fn order(&self) -> u64 {
        match self {
            Self::Groth16 { constraints, .. } => *constraints,
            Self::Halo2 { rows, .. } => *rows as u64,
        }
    }
}

impl Cost {
    /// The cost of a model, and why its keys or proofs would not fit into memory, if so.
    ///
    /// # Errors
    /// The model has no circuit in this proof system.
    pub fn of(
        system: ProofSystem,
        model: &QuantizedModel,
        limit: Limit,
    ) -> Result<(Self, Option<MemoryError>), CircuitError> {
        match system {
            ProofSystem::Groth16 => Self::groth16(model, limit),
            ProofSystem::Halo2 => Self::halo2(model, limit),
        }
    }

    fn groth16(
        model: &QuantizedModel,
        limit: Limit,
    ) -> Result<(Self, Option<MemoryError>), CircuitError> {
        let size = R1cs::from(&Count::of(model)?);
        let checks = [Work::Setup, Work::Prove].map(|work| check_groth16(&size, work, limit));
        let (setup, prove) = (size.setup(), size.prove());
        let cost = Self {
            proof_system: system::name(ProofSystem::Groth16),
            size: Size::Groth16 { constraints: size.constraints, domain: size.domain() },
            setup_seconds: setup.seconds,
            setup_memory_bytes: setup.memory,
            prove_seconds: prove.seconds,
            prove_memory_bytes: prove.memory,
        };
        Ok((cost, checks.into_iter().find_map(Result::err)))
    }

    fn halo2(
        model: &QuantizedModel,
        limit: Limit,
    ) -> Result<(Self, Option<MemoryError>), CircuitError> {
        let plan = Plan::cheapest(&AnalyzedModel::new(model)?)?;
        let keys = estimate::keys_memory(&plan);
        let cost = Self {
            proof_system: system::name(ProofSystem::Halo2),
            size: Size::Halo2 {
                rows: plan.rows,
                k: plan.k,
                advice_columns: plan.shape.advice(),
                proof_bytes: plan.proof_bytes,
            },
            setup_seconds: estimate::keys_seconds(&plan),
            setup_memory_bytes: keys,
            prove_seconds: estimate::proof_seconds(&plan),
            prove_memory_bytes: keys.saturating_add(estimate::proof_memory(&plan)),
        };
        Ok((cost, check_halo2(&plan, Work::Prove, limit).err()))
    }

    /// Returns the cheaper of two: the one that takes less time to prove, then the smaller circuit.
    pub fn compare(&self, other: &Self) -> std::cmp::Ordering {
        self.prove_seconds
            .total_cmp(&other.prove_seconds)
            .then_with(|| self.size.order().cmp(&other.size.order()))
    }
}
