//! A toy circuit with its key and proofs, made by the independent crate `groth16`.
use bellman::{Circuit, ConstraintSystem, SynthesisError};
use bls12_381::{Bls12, G1Affine, G2Affine, Scalar};

pub const PROOF: usize = 192;
pub const KEY: usize = 528;
pub type Inputs = [[u8; 32]; 3];

/// `secret = x₁ · x₂`, `x₃ = secret²`: three public inputs, each in a constraint.
#[derive(Clone)]
pub struct Toy {
    pub x: Option<[Scalar; 3]>,
}

impl Toy {
    pub fn inputs(x1: u64, x2: u64) -> [Scalar; 3] {
        let (x1, x2) = (Scalar::from(x1), Scalar::from(x2));
        [x1, x2, (x1 * x2).square()]
    }
}

impl Circuit<Scalar> for Toy {
    fn synthesize<CS: ConstraintSystem<Scalar>>(self, cs: &mut CS) -> Result<(), SynthesisError> {
        let value = |i: usize| move |x: [Scalar; 3]| x[i];
        let missing = SynthesisError::AssignmentMissing;
        let get = |i| self.x.map(value(i)).ok_or(SynthesisError::AssignmentMissing);
        let x1 = cs.alloc_input(|| "x1", || get(0))?;
        let x2 = cs.alloc_input(|| "x2", || get(1))?;
        let x3 = cs.alloc_input(|| "x3", || get(2))?;
        let secret = cs.alloc(|| "secret", || self.x.map(|x| x[0] * x[1]).ok_or(missing))?;
        cs.enforce(|| "product", |lc| lc + x1, |lc| lc + x2, |lc| lc + secret);
        cs.enforce(|| "square", |lc| lc + secret, |lc| lc + secret, |lc| lc + x3);
        Ok(())
    }
}

/// A setup whose secrets everybody knows: for tests.
pub fn parameters(seed: u64) -> groth16::Parameters<Bls12> {
    let secret = |i: u64| Scalar::from(seed * 1000 + i).square() + Scalar::from(i);
    groth16::generate_parameters(
        Toy { x: None },
        bls12_381::G1Projective::generator(),
        bls12_381::G2Projective::generator(),
        secret(1),
        secret(2),
        secret(3),
        secret(4),
        secret(5),
    )
    .unwrap()
}

pub fn key_bytes(key: &groth16::VerifyingKey<Bls12>) -> [u8; KEY] {
    let mut bytes = Vec::new();
    bytes.extend(key.alpha_g1.to_compressed());
    for point in [key.beta_g2, key.gamma_g2, key.delta_g2] {
        bytes.extend(point.to_compressed());
    }
    key.ic.iter().for_each(|point| bytes.extend(point.to_compressed()));
    bytes.try_into().unwrap()
}

pub fn proof_bytes(a: G1Affine, b: G2Affine, c: G1Affine) -> [u8; PROOF] {
    [&a.to_compressed()[..], &b.to_compressed(), &c.to_compressed()].concat().try_into().unwrap()
}

pub fn bytes_of(x: [Scalar; 3]) -> Inputs {
    x.map(|x| x.to_bytes())
}

/// A key, a proof of `x`, and the inputs.
pub struct Case {
    pub parameters: groth16::Parameters<Bls12>,
    pub key: [u8; KEY],
    pub proof: [u8; PROOF],
    pub inputs: Inputs,
}

pub fn case(seed: u64, x1: u64, x2: u64) -> Case {
    let parameters = parameters(seed);
    let x = Toy::inputs(x1, x2);
    let blinders =
        (Scalar::from(seed + 77).square(), (Scalar::from(x1) + Scalar::from(99)).square());
    let proof =
        groth16::create_proof(Toy { x: Some(x) }, &parameters, blinders.0, blinders.1).unwrap();
    Case {
        key: key_bytes(&parameters.vk),
        proof: proof_bytes(proof.a, proof.b, proof.c),
        inputs: bytes_of(x),
        parameters,
    }
}
