//! Setup and proofs with Groth16.

use super::{Count, Estimate, FIXED, on_all_threads};
use crate::{
    ModelCircuit,
    groth16::ProvingKeyHeader,
    lin::{Lin, Wire},
    r1cs::Matrix,
};

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
const FIXED_G1: f64 = 16e-6;
const FIXED_G2: f64 = 40e-6;

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
        let wires = count.wires.saturating_mul(size_of::<Wire>() as u64);
        let terms = count.wire_terms.saturating_mul(Lin::TERM as u64);
        Self {
            constraints: count.constraints,
            variables: count.variables,
            terms: count.terms.iter().fold(0, |sum, terms| sum.saturating_add(*terms)),
            wires: wires.saturating_add(terms),
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
    /// A circuit of which only the key's header is known; its matrices are taken for as dense as a ReLU's.
    pub fn of_header(header: &ProvingKeyHeader) -> Self {
        let constraints = header.constraints;
        Self { constraints, variables: header.variables, terms: constraints.saturating_mul(8), wires: 0 }
    }

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

    /// Bytes that one proof takes while it is made, beside key and circuit.
    pub fn proof_memory(&self) -> u64 {
        let domain = self.domain();
        // A witness is made with the combinations, before the sums. Then: the three sides with a transform's twiddles; or what is
        // left of them, and a sum's copies of its points and multiples.
        let witness = self.wires;
        let transforms = domain.saturating_mul(3 * ELEMENT + ELEMENT / 2);
        let sum_h = domain.saturating_mul(ELEMENT + G1 + ELEMENT);
        let sum_b =
            domain.saturating_mul(ELEMENT).saturating_add(self.variables.saturating_mul(G2 + ELEMENT));
        let values = self.variables.saturating_mul(3 * ELEMENT);
        FIXED.saturating_add(values).saturating_add(witness.max(transforms).max(sum_h).max(sum_b))
    }

    /// Making the keys.
    pub fn setup(&self) -> Estimate {
        let (domain, variables) = (self.domain(), self.variables);
        let (d, v) = (domain as f64, variables as f64);
        // A, B and L, the quotient's basis, the transcript's powers; B again in G2.
        let seconds =
            on_all_threads(FIXED_G1 * (3.0 * v + 2.0 * d) + FIXED_G2 * v + TERM * self.terms as f64);
        // The columns at τ, the basis and the powers in the field; the points of the transcript, and once more those that were
        // made last.
        let field = variables.saturating_mul(5 * ELEMENT).saturating_add(domain.saturating_mul(2 * ELEMENT));
        let last = domain.saturating_mul(G1).max(variables.saturating_mul(G2));
        let points = self.key_memory().saturating_add(domain.saturating_mul(G1)).saturating_add(last);
        let all = self.circuit_memory().saturating_add(field).saturating_add(points).saturating_add(FIXED);
        Estimate { seconds, memory: all.max(self.synthesis_memory()) }
    }

    /// Making one proof, with key and circuit.
    pub fn prove(&self) -> Estimate {
        let (d, v, terms) = (self.domain() as f64, self.variables as f64, self.terms as f64);
        let work = TRANSFORM * d * d.log2() + FULL * d + VARIABLE * v + TERM * terms;
        let held = self.circuit_memory().saturating_add(self.key_memory());
        Estimate { seconds: on_all_threads(work), memory: held.saturating_add(self.proof_memory()) }
    }
}
