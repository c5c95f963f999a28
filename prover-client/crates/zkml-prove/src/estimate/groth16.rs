//! Setup and proofs with Groth16.

use super::{Count, Estimate, FIXED, on_all_threads};
use crate::groth16::{ModelCircuit, r1cs::Matrix};

/// The memory of sums themselves: buckets of all threads in both groups, stacks, and what the
/// allocator keeps of them.
const BUCKETS: u64 = 32 << 20;
/// Points that a setup computes together, and that a sum keeps.
const BATCH: u64 = 1 << 16;
const KEPT: u64 = 1 << 19;
/// Bytes of a field element, and of a point of each group.
const ELEMENT: u64 = 32;
const G1: u64 = 96;
const G2: u64 = 192;

// Seconds of one thread: fitted to the measured times.
/// A constraint's place in the domain: six Fourier transforms, for each of their layers.
const TRANSFORM: f64 = 0.08e-6;
/// A constraint's place in the sum over the domain, of full multiples.
const FULL: f64 = 8e-6;
/// A variable: its share of four sums of small multiples, and its values.
const VARIABLE: f64 = 8e-6;
/// A term of a matrix.
const TERM: f64 = 0.1e-6;
/// A multiple of a fixed base in a setup, in each group.
const FIXED_G1: f64 = 18e-6;
const FIXED_G2: f64 = 45e-6;

/// The size of an R1CS circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct R1cs {
    /// Constraints, with those for the constant and the public inputs.
    pub constraints: u64,
    /// Private variables.
    pub variables: u64,
    /// Terms of A, B and C together.
    pub terms: u64,
    /// Bytes of the linear combinations that synthesis holds.
    pub wires: u64,
}

impl From<&Count> for R1cs {
    fn from(count: &Count) -> Self {
        Self {
            constraints: count.constraints,
            variables: count.variables,
            terms: count.terms.iter().fold(0, |sum, terms| sum.saturating_add(*terms)),
            wires: count.wires,
        }
    }
}

impl From<&ModelCircuit> for R1cs {
    fn from(circuit: &ModelCircuit) -> Self {
        let (report, matrices) = (circuit.report(), circuit.matrices());
        let terms = [&matrices.a, &matrices.b, &matrices.c].iter().map(|m| m.len() as u64).sum();
        Self {
            constraints: report.constraints as u64,
            variables: report.variables as u64,
            terms,
            wires: report.wires as u64,
        }
    }
}

impl R1cs {
    /// Size of the evaluation domain.
    pub fn domain(&self) -> u64 {
        self.constraints.checked_next_power_of_two().unwrap_or(u64::MAX).max(2)
    }

    /// Bytes of the circuit, as long as it is there.
    pub fn circuit_memory(&self) -> u64 {
        let rows = self.constraints.saturating_mul(3 * Matrix::ROW as u64);
        self.terms.saturating_mul(Matrix::TERM as u64).saturating_add(rows)
    }

    /// Bytes that take part in making the circuit or a witness.
    pub fn synthesis_memory(&self) -> u64 {
        FIXED.saturating_add(self.circuit_memory()).saturating_add(self.wires)
    }

    /// Bytes of a proving key.
    pub fn key_memory(&self) -> u64 {
        self.variables.saturating_mul(3 * G1 + G2).saturating_add(self.domain().saturating_mul(G1))
    }

    /// Bytes that one proof takes while it is made, beside circuit and key.
    pub fn proof_memory(&self) -> u64 {
        let (domain, variables) = (self.domain(), self.variables);
        // First the witness, through the combinations. Then the three sides with a transform's
        // twiddles; or what is left of them, and the points and multiples that a sum keeps.
        let transforms = domain.saturating_mul(3 * ELEMENT + ELEMENT / 2);
        let sum_h = domain.min(KEPT).saturating_mul(G1 + ELEMENT);
        let sum_b = variables
            .min(KEPT)
            .saturating_mul(G2)
            .saturating_add(variables.saturating_mul(ELEMENT));
        let sums = domain.saturating_mul(ELEMENT).saturating_add(sum_h.max(sum_b));
        // As the witness, and as the multiples of the sum at hand.
        let values = variables.saturating_mul(2 * ELEMENT);
        BUCKETS.saturating_add(values).saturating_add(self.wires.max(transforms).max(sums))
    }

    /// Making the keys, and writing them as they are made.
    pub fn setup(&self) -> Estimate {
        let (domain, variables) = (self.domain(), self.variables);
        let (d, v) = (domain as f64, variables as f64);
        // A, B and L, the quotient's basis, the transcript's powers; B again in G2.
        let seconds = on_all_threads(
            FIXED_G1 * (3.0 * v + 2.0 * d) + FIXED_G2 * v + TERM * self.terms as f64,
        );
        // The columns at τ with what they are computed from; tables of multiples and a batch of
        // them in both groups.
        let field = variables
            .saturating_mul(5 * ELEMENT)
            .saturating_add(domain.saturating_mul(3 * ELEMENT));
        let batch = domain.min(BATCH).saturating_mul(2 * G2);
        let all =
            FIXED.saturating_add(self.circuit_memory()).saturating_add(field).saturating_add(batch);
        Estimate { seconds, memory: all.max(self.synthesis_memory()) }
    }

    /// Bytes of an audit of keys, which has key and transcript whole, and once more the points that
    /// it adds up.
    pub fn audit_memory(&self) -> u64 {
        let (domain, variables) = (self.domain(), self.variables);
        let added = domain.saturating_mul(G1).max(variables.saturating_mul(G2));
        let points =
            self.key_memory().saturating_add(domain.saturating_mul(G1)).saturating_add(added);
        let field = variables
            .saturating_mul(5 * ELEMENT)
            .saturating_add(domain.saturating_mul(3 * ELEMENT));
        FIXED.saturating_add(self.circuit_memory()).saturating_add(field).saturating_add(points)
    }

    /// Making one proof, with the circuit, and a key that is read along.
    pub fn prove(&self) -> Estimate {
        let (d, v, terms) = (self.domain() as f64, self.variables as f64, self.terms as f64);
        let work = TRANSFORM * d * d.log2() + FULL * d + VARIABLE * v + TERM * terms;
        let memory = self.circuit_memory().saturating_add(self.proof_memory());
        Estimate { seconds: on_all_threads(work), memory: memory.max(self.synthesis_memory()) }
    }
}
