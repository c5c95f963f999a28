//! Keys of a circuit.
//!
//! The secrets `τ, α, β, γ, δ` come from the operating system (see [`crate::random`]) and are
//! overwritten when the setup ends, as is everything in the field that was computed from them and
//! kept on the heap. Whoever keeps them can prove anything under the key; `τ` alone is enough.
//! Copies on the stack and inside of blst are out of reach: make keys that matter on a machine that
//! is switched off afterwards, and that writes neither core dumps nor swap.
//!
//! A key's points take some ten times the memory of what they are computed from. [`SetupSession`]
//! computes them while it writes them; [`setup`] keeps them.

use std::io::{self, Write};

use bls12_381::Scalar;
use zeroize::{Zeroize, Zeroizing};

use super::{
    codec::Encoder,
    curve::{Curve, G1, G1Affine, G2, G2Affine},
    domain::{Domain, power},
    error::SetupError,
    file::{ProvingKeyHeader, Section, write_sections},
    fixed_base::FixedBase,
    keys::{PUBLIC_INPUTS, Points, ProvingKey, VerifyingKey},
    transcript::{Transcript, write_transcript},
};
use crate::groth16::{circuit::ModelCircuit, r1cs::Matrices};
use crate::progress::{Counter, Phase, ProgressFn, report};
use crate::random::{Entropy, Hedge, system};

/// The results of a setup.
pub struct Setup {
    /// The proving key, with the verifying key in it.
    pub key: ProvingKey,
    /// The data for audits of the keys. Publish it for an open model; with a private model's it
    /// would help to search for weights.
    pub transcript: Transcript,
}

/// The secrets of a setup.
pub(crate) struct Secrets {
    pub tau: Scalar,
    pub alpha: Scalar,
    pub beta: Scalar,
    pub gamma: Scalar,
    pub delta: Scalar,
}

impl Secrets {
    /// From fresh bytes, the circuit, the time and the process: two setups have different secrets
    /// even where the operating system's bytes are the same. That they are secret rests on these
    /// bytes alone.
    pub(crate) fn random(circuit: &ModelCircuit, entropy: Entropy) -> Result<Self, SetupError> {
        let time = std::time::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
        let hedge = Hedge::new("secrets of a Groth16 setup").with(circuit.digest());
        let hedge = hedge.with(&time.to_le_bytes()).with(&std::process::id().to_le_bytes());
        let mut seed = hedge.seed(entropy).map_err(SetupError::Random)?;
        let mut next = || *seed.scalar();
        Ok(Self { tau: next(), alpha: next(), beta: next(), gamma: next(), delta: next() })
    }
}

impl Drop for Secrets {
    fn drop(&mut self) {
        for secret in
            [&mut self.tau, &mut self.alpha, &mut self.beta, &mut self.gamma, &mut self.delta]
        {
            secret.zeroize();
        }
    }
}

/// Points that are computed and written together.
const BATCH: usize = 1 << 16;

/// The columns at `τ`, in the field: what the points of a key are multiples by.
struct Columns {
    a: Zeroizing<Vec<Scalar>>,
    b: Zeroizing<Vec<Scalar>>,
    b_public: Zeroizing<Vec<Scalar>>,
    ic: Zeroizing<Vec<Scalar>>,
    l: Zeroizing<Vec<Scalar>>,
    h: Zeroizing<Vec<Scalar>>,
}

/// Keys for `circuit`, in memory.
///
/// # Complexity
/// Multiplications by a fixed base: five in G1 and one in G2 for each variable or row, or less.
///
/// # Errors
/// [`SetupError`]: no randomness, or a circuit beyond the field's domains.
pub fn setup(circuit: &ModelCircuit, on: ProgressFn) -> Result<Setup, SetupError> {
    Ok(SetupSession::begin(circuit, on)?.keep(on))
}

/// A setup whose secrets are not forgotten yet. Dropping it forgets them.
pub struct SetupSession<'c> {
    circuit: &'c ModelCircuit,
    domain: Domain,
    secrets: Secrets,
    columns: Columns,
    g1: FixedBase<G1>,
    g2: FixedBase<G2>,
    vk: VerifyingKey,
    header: ProvingKeyHeader,
}

impl<'c> SetupSession<'c> {
    /// Begins a setup for `circuit`.
    ///
    /// # Errors
    /// As [`setup`].
    pub fn begin(circuit: &'c ModelCircuit, on: ProgressFn) -> Result<Self, SetupError> {
        let rows = circuit.matrices().rows();
        let domain = Domain::new(rows).ok_or(SetupError::TooLarge(rows))?;
        loop {
            let secrets = Secrets::random(circuit, &mut system)?;
            // Elsewhere the Lagrange bases are not quotients; this happens once in 2^200 times or
            // so.
            if domain.is_outside(&secrets.tau) {
                return Ok(Self::with(circuit, domain, secrets, on));
            }
        }
    }

    fn with(circuit: &'c ModelCircuit, domain: Domain, secrets: Secrets, on: ProgressFn) -> Self {
        report(on, Phase::Polynomials, 0, 1);
        let columns = columns(circuit.matrices(), &domain, &secrets);
        report(on, Phase::Polynomials, 1, 1);
        let count = columns.a.len() + columns.b.len() + columns.l.len() + columns.h.len();
        let g1 = FixedBase::new(&G1::generator(), count);
        let g2 = FixedBase::new(&G2::generator(), columns.b.len());
        let mut ic = [G1Affine::default(); PUBLIC_INPUTS + 1];
        ic.iter_mut()
            .zip(columns.ic.iter())
            .for_each(|(to, from)| *to = g1.times(from).to_affine());
        let vk = VerifyingKey {
            alpha: g1.times(&secrets.alpha).to_affine(),
            beta: g2.times(&secrets.beta).to_affine(),
            gamma: g2.times(&secrets.gamma).to_affine(),
            delta: g2.times(&secrets.delta).to_affine(),
            ic,
        };
        let header =
            ProvingKeyHeader::new(circuit, &vk, &domain, [columns.a.len(), columns.b.len()]);
        Self { circuit, domain, secrets, columns, g1, g2, vk, header }
    }

    /// The purpose of the key, and its sizes.
    pub fn header(&self) -> &ProvingKeyHeader {
        &self.header
    }

    /// The verifying key.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.vk
    }

    /// Computes the proving key and writes it as a file's bytes.
    ///
    /// # Errors
    /// The writer's.
    pub fn write_key(&self, out: impl Write, on: ProgressFn) -> io::Result<()> {
        let in_g1 = Counter::new(on, Phase::KeyG1, self.g1_count());
        let in_g2 = Counter::new(on, Phase::KeyG2, self.columns.b.len());
        write_sections(out, &self.header, self.blinding(), |section, encoder| {
            match self.column(section) {
                (Group::G1, column) => write_multiples(&self.g1, column, &in_g1, encoder),
                (Group::G2, column) => write_multiples(&self.g2, column, &in_g2, encoder),
            }
        })
    }

    /// Computes the transcript and writes it as a file's bytes.
    ///
    /// # Errors
    /// The writer's.
    pub fn write_transcript(&self, out: impl Write, on: ProgressFn) -> io::Result<()> {
        let size = self.domain.size();
        let told = Counter::new(on, Phase::Transcript, size);
        write_transcript(out, &self.transcript_head(), size, |encoder| {
            for start in (0..size).step_by(BATCH) {
                let powers = self.powers(start, BATCH.min(size - start));
                encoder.points::<G1>(&self.g1.times_all(&powers, &told.tick()))?;
            }
            Ok(())
        })
    }

    /// Computes everything and forgets the secrets.
    fn keep(self, on: ProgressFn) -> Setup {
        let (in_g1, columns) = (Counter::new(on, Phase::KeyG1, self.g1_count()), &self.columns);
        let [beta, delta] = self.blinding();
        let points = Points {
            beta,
            delta,
            a: self.g1.times_all(&columns.a, &in_g1.tick()),
            b_g1: self.g1.times_all(&columns.b, &in_g1.tick()),
            l: self.g1.times_all(&columns.l, &in_g1.tick()),
            h: self.g1.times_all(&columns.h, &in_g1.tick()),
            b_g2: self
                .g2
                .times_all(&columns.b, &Counter::new(on, Phase::KeyG2, columns.b.len()).tick()),
        };
        let size = self.domain.size();
        let tau_g1 = self
            .g1
            .times_all(&self.powers(0, size), &Counter::new(on, Phase::Transcript, size).tick());
        let transcript = Transcript { tau_g1, ..self.transcript_head() };
        Setup { key: ProvingKey { header: self.header, vk: self.vk, points }, transcript }
    }

    fn g1_count(&self) -> usize {
        let columns = &self.columns;
        columns.a.len() + columns.b.len() + columns.l.len() + columns.h.len()
    }

    /// `β` and `δ` in G1.
    fn blinding(&self) -> [G1Affine; 2] {
        [&self.secrets.beta, &self.secrets.delta].map(|secret| self.g1.times(secret).to_affine())
    }

    fn column(&self, section: Section) -> (Group, &[Scalar]) {
        let Columns { a, b, l, h, .. } = &self.columns;
        match section {
            Section::A => (Group::G1, a),
            Section::BG1 => (Group::G1, b),
            Section::BG2 => (Group::G2, b),
            Section::L => (Group::G1, l),
            Section::H => (Group::G1, h),
        }
    }

    /// `τ^start`, and so on.
    fn powers(&self, start: usize, count: usize) -> Zeroizing<Vec<Scalar>> {
        let mut powers = Zeroizing::new(self.domain.powers(self.secrets.tau, count));
        let first = Zeroizing::new(power(&self.secrets.tau, start));
        powers.iter_mut().for_each(|power| *power *= *first);
        powers
    }

    /// The transcript without the powers of `τ` in G1.
    fn transcript_head(&self) -> Transcript {
        let in_g2 = |scalar: &Scalar| -> G2Affine { self.g2.times(scalar).to_affine() };
        Transcript {
            digest: *self.circuit.digest(),
            tau_g1: Vec::new(),
            tau_g2: in_g2(&self.secrets.tau),
            tau_n_g2: in_g2(&Zeroizing::new(power(&self.secrets.tau, self.domain.size()))),
            b_public: self.columns.b_public.iter().map(in_g2).collect(),
        }
    }
}

/// A group that points are in.
enum Group {
    G1,
    G2,
}

fn write_multiples<C: Curve>(
    base: &FixedBase<C>,
    column: &[Scalar],
    told: &Counter,
    encoder: &mut Encoder<impl Write>,
) -> io::Result<()> {
    column
        .chunks(BATCH)
        .try_for_each(|batch| encoder.points::<C>(&base.times_all(batch, &told.tick())))
}

#[cfg(any(test, feature = "test-support"))]
pub(crate) fn setup_with(
    circuit: &ModelCircuit,
    secrets: Secrets,
    on: ProgressFn,
) -> Result<Setup, SetupError> {
    let rows = circuit.matrices().rows();
    let domain = Domain::new(rows).ok_or(SetupError::TooLarge(rows))?;
    Ok(SetupSession::with(circuit, domain, secrets, on).keep(on))
}

fn columns(matrices: &Matrices, domain: &Domain, secrets: &Secrets) -> Columns {
    let (shape, public) = (matrices.shape, matrices.shape.public);
    // `begin` has made sure that there is a basis.
    let lagrange = Zeroizing::new(domain.lagrange(&secrets.tau).unwrap_or_default());
    let (all_a, (all_b, mut combined)) = rayon::join(
        || Zeroizing::new(matrices.a.transposed_times(&lagrange, shape)),
        || {
            rayon::join(
                || Zeroizing::new(matrices.b.transposed_times(&lagrange, shape)),
                || Zeroizing::new(matrices.c.transposed_times(&lagrange, shape)),
            )
        },
    );
    drop(lagrange);
    // β a + α b + c, over δ for the private variables and over γ for the others.
    let inverse =
        |x: &Scalar| Zeroizing::new(Option::<Scalar>::from(x.invert()).unwrap_or_default());
    let (by_gamma, by_delta) = (inverse(&secrets.gamma), inverse(&secrets.delta));
    for (i, ((c, a), b)) in combined.iter_mut().zip(all_a.iter()).zip(all_b.iter()).enumerate() {
        let divided = if i < public { &by_gamma } else { &by_delta };
        *c = (secrets.beta * a + secrets.alpha * b + *c) * **divided;
    }
    let ic = Zeroizing::new(combined.iter().take(public).copied().collect());
    let l = Zeroizing::new(combined.iter().skip(public).copied().collect());
    drop(combined);
    let a = occurring(&all_a, &matrices.a.occurring(shape));
    drop(all_a);
    let b = occurring(&all_b, &matrices.b.occurring(shape));
    let b_public = Zeroizing::new(all_b.iter().take(public).copied().collect());
    drop(all_b);
    let mut h = Zeroizing::new(domain.coset_lagrange(&secrets.tau).unwrap_or_default());
    let factor = Zeroizing::new(domain.vanishing(&secrets.tau) * *by_delta);
    h.iter_mut().for_each(|h| *h *= *factor);
    Columns { a, b, b_public, ic, l, h }
}

/// The values of the variables that occur, in a list with room for no more.
fn occurring(column: &[Scalar], occurs: &[bool]) -> Zeroizing<Vec<Scalar>> {
    let mut kept =
        Zeroizing::new(Vec::with_capacity(occurs.iter().filter(|occurs| **occurs).count()));
    kept.extend(column.iter().zip(occurs).filter(|(_, occurs)| **occurs).map(|(value, _)| *value));
    kept
}
