//! Keys of a circuit.
//!
//! The secrets `τ, α, β, γ, δ` come from the operating system and are overwritten before the function returns, as is
//! everything in the field that was computed from them. Whoever keeps them can prove anything under the key.

use bls12_381::Scalar;
use ff::Field;
use zeroize::{Zeroize, Zeroizing};

use super::{
    curve::{Curve, G1, G1Affine, G2},
    domain::{Domain, power},
    error::SetupError,
    file::ProvingKeyHeader,
    fixed_base::{FixedBase, Told},
    keys::{PUBLIC_INPUTS, Points, ProvingKey, VerifyingKey},
    progress::{OnProgress, Phase, tell},
    transcript::Transcript,
};
use crate::{circuit::ModelCircuit, r1cs::Matrices, random::secret_scalar};

/// What a setup makes.
pub struct Setup {
    /// The proving key, with the verifying key in it.
    pub key: ProvingKey,
    /// What others need to audit the keys. Publish it for an open model; with a private model's it would help to search for weights.
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
    pub(crate) fn random() -> Result<Self, SetupError> {
        let [tau, alpha, beta, gamma, delta] = {
            let mut scalars = [Scalar::ZERO; 5];
            for scalar in &mut scalars {
                *scalar = secret_scalar().map_err(SetupError::Random)?;
            }
            scalars
        };
        Ok(Self { tau, alpha, beta, gamma, delta })
    }
}

impl Drop for Secrets {
    fn drop(&mut self) {
        for secret in [&mut self.tau, &mut self.alpha, &mut self.beta, &mut self.gamma, &mut self.delta] {
            secret.zeroize();
        }
    }
}

/// Everything about the columns at `τ`, in the field.
struct Columns {
    a: Zeroizing<Vec<Scalar>>,
    b: Zeroizing<Vec<Scalar>>,
    /// `β a + α b + c`.
    combined: Zeroizing<Vec<Scalar>>,
    h: Zeroizing<Vec<Scalar>>,
}

/// Keys for `circuit`.
///
/// # Complexity
/// Multiplications by a fixed base: five in G1 and one in G2 for each variable or row, or less.
///
/// # Errors
/// [`SetupError`]: no randomness, or a circuit beyond the field's domains.
pub fn setup(circuit: &ModelCircuit, on: OnProgress) -> Result<Setup, SetupError> {
    let rows = circuit.matrices().rows();
    let domain = Domain::new(rows).ok_or(SetupError::TooLarge(rows))?;
    let secrets = loop {
        let secrets = Secrets::random()?;
        // Elsewhere the Lagrange bases are not quotients; this happens once in 2^200 times or so.
        if domain.is_outside(&secrets.tau) {
            break secrets;
        }
    };
    setup_with(circuit, &secrets, on)
}

pub(crate) fn setup_with(
    circuit: &ModelCircuit,
    secrets: &Secrets,
    on: OnProgress,
) -> Result<Setup, SetupError> {
    let matrices = circuit.matrices();
    let domain = Domain::new(matrices.rows()).ok_or(SetupError::TooLarge(matrices.rows()))?;
    tell(on, Phase::Polynomials, 0, 1);
    let columns = columns(matrices, &domain, secrets);
    tell(on, Phase::Polynomials, 1, 1);

    let public = matrices.shape.public;
    let inverse = |x: &Scalar| Option::<Scalar>::from(x.invert()).unwrap_or_default();
    let over = |columns: &[Scalar], divisor: &Scalar| {
        let factor = inverse(divisor);
        Zeroizing::new(columns.iter().map(|c| c * factor).collect::<Vec<_>>())
    };
    let ic = over(columns.combined.get(..public).unwrap_or_default(), &secrets.gamma);
    let l = over(columns.combined.get(public..).unwrap_or_default(), &secrets.delta);
    let a = occurring(&columns.a, &matrices.a.occurring(matrices.shape));
    let b = occurring(&columns.b, &matrices.b.occurring(matrices.shape));

    let count = a.len() + b.len() + ic.len() + l.len() + columns.h.len();
    let (g1, g2) = (FixedBase::new(&G1::generator(), count), FixedBase::new(&G2::generator(), b.len()));
    let in_g1 = Told::new(on, Phase::KeyG1, count);
    let ic = g1.times_all(&ic, &in_g1);
    let vk = VerifyingKey {
        alpha: g1.times(&secrets.alpha).to_affine(),
        beta: g2.times(&secrets.beta).to_affine(),
        gamma: g2.times(&secrets.gamma).to_affine(),
        delta: g2.times(&secrets.delta).to_affine(),
        ic: ic_array(&ic),
    };
    let points = Points {
        beta: g1.times(&secrets.beta).to_affine(),
        delta: g1.times(&secrets.delta).to_affine(),
        a: g1.times_all(&a, &in_g1),
        b_g1: g1.times_all(&b, &in_g1),
        l: g1.times_all(&l, &in_g1),
        h: g1.times_all(&columns.h, &in_g1),
        b_g2: g2.times_all(&b, &Told::new(on, Phase::KeyG2, b.len())),
    };
    let header = ProvingKeyHeader::new(circuit, &vk, &domain, &points);
    let powers = Zeroizing::new(domain.powers(secrets.tau, domain.size()));
    let transcript = Transcript {
        digest: *circuit.digest(),
        tau_g1: g1.times_all(&powers, &Told::new(on, Phase::Transcript, powers.len())),
        tau_g2: g2.times(&secrets.tau).to_affine(),
        tau_n_g2: g2.times(&power(&secrets.tau, domain.size())).to_affine(),
        b_public: columns.b.iter().take(public).map(|b| g2.times(b).to_affine()).collect(),
    };
    Ok(Setup { key: ProvingKey { header, vk, points }, transcript })
}

fn ic_array(ic: &[G1Affine]) -> [G1Affine; PUBLIC_INPUTS + 1] {
    let mut out = [G1Affine::default(); PUBLIC_INPUTS + 1];
    out.iter_mut().zip(ic).for_each(|(to, from)| *to = *from);
    out
}

fn columns(matrices: &Matrices, domain: &Domain, secrets: &Secrets) -> Columns {
    // `setup` has made sure that there is a basis.
    let lagrange = Zeroizing::new(domain.lagrange(&secrets.tau).unwrap_or_default());
    let (a, (b, c)) = rayon::join(
        || Zeroizing::new(matrices.a.transposed_times(&lagrange, matrices.shape)),
        || {
            rayon::join(
                || Zeroizing::new(matrices.b.transposed_times(&lagrange, matrices.shape)),
                || Zeroizing::new(matrices.c.transposed_times(&lagrange, matrices.shape)),
            )
        },
    );
    let combine = |((a, b), c): ((&Scalar, &Scalar), &Scalar)| secrets.beta * a + secrets.alpha * b + c;
    let combined = Zeroizing::new(a.iter().zip(b.iter()).zip(c.iter()).map(combine).collect::<Vec<_>>());
    let mut h = Zeroizing::new(domain.coset_lagrange(&secrets.tau).unwrap_or_default());
    let delta_inverse = Option::<Scalar>::from(secrets.delta.invert()).unwrap_or_default();
    let factor = domain.vanishing(&secrets.tau) * delta_inverse;
    h.iter_mut().for_each(|h| *h *= factor);
    Columns { a, b, combined, h }
}

fn occurring(column: &[Scalar], occurs: &[bool]) -> Zeroizing<Vec<Scalar>> {
    let kept = column.iter().zip(occurs).filter(|(_, occurs)| **occurs).map(|(value, _)| *value);
    Zeroizing::new(kept.collect())
}
