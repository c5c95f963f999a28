//! The toy circuit in R1CS, for Groth16. The setups' secrets are known to everybody.

use bellman::{Circuit, ConstraintSystem, SynthesisError};
use bls12_381::{Bls12, G1Affine, G1Projective, G2Affine, G2Projective, Scalar};
use zkinfer_primitives::{Proof, VerifyingKey};

/// `wᵢ = xᵢ²` for each public input.
struct Toy(Option<[Scalar; 3]>);

impl Circuit<Scalar> for Toy {
    fn synthesize<CS: ConstraintSystem<Scalar>>(self, cs: &mut CS) -> Result<(), SynthesisError> {
        for i in 0..3 {
            let value = || self.0.map(|x| x[i]).ok_or(SynthesisError::AssignmentMissing);
            let x = cs.alloc_input(|| "x", value)?;
            let w = cs.alloc(|| "w", || value().map(|x| x.square()))?;
            cs.enforce(|| "square", |lc| lc + x, |lc| lc + x, |lc| lc + w);
        }
        Ok(())
    }
}

/// A setup of the toy circuit.
pub struct Setup(groth16::Parameters<Bls12>);

impl Setup {
    /// The setup with this number.
    pub fn new(seed: u64) -> Self {
        let secret =
            |i: u64| (Scalar::from(seed) * Scalar::from(1_000_003) + Scalar::from(i)).square();
        let (g1, g2) = (G1Projective::generator(), G2Projective::generator());
        let parameters = groth16::generate_parameters(
            Toy(None),
            g1,
            g2,
            secret(1),
            secret(2),
            secret(3),
            secret(4),
            secret(5),
        );
        Self(parameters.unwrap())
    }

    /// Its verifying key.
    pub fn key(&self) -> VerifyingKey {
        let key = &self.0.vk;
        let mut bytes = key.alpha_g1.to_compressed().to_vec();
        for point in [key.beta_g2, key.gamma_g2, key.delta_g2] {
            bytes.extend(point.to_compressed());
        }
        key.ic.iter().for_each(|point| bytes.extend(point.to_compressed()));
        VerifyingKey::Groth16(bytes.try_into().unwrap())
    }

    /// A proof of a statement with these public inputs.
    pub fn prove(&self, inputs: &[[u8; 32]; 3]) -> Proof {
        let x = inputs.map(|bytes| Scalar::from_bytes(&bytes).unwrap());
        let (r, s) = (x[2] + Scalar::from(3), x[2].square() + Scalar::from(5));
        let proof = groth16::create_proof(Toy(Some(x)), &self.0, r, s).unwrap();
        encode(proof.a, proof.b, proof.c)
    }
}

/// The same proof in other bytes: `(A, B, C)` becomes `(A·r⁻¹, B·r, C)`.
pub fn rerandomised(proof: &Proof, r: u64) -> Proof {
    let bytes = super::groth16_bytes(proof);
    let a = G1Affine::from_compressed(bytes[..48].try_into().unwrap()).unwrap();
    let b = G2Affine::from_compressed(bytes[48..144].try_into().unwrap()).unwrap();
    let c = G1Affine::from_compressed(bytes[144..].try_into().unwrap()).unwrap();
    let r = Scalar::from(r);
    encode((a * r.invert().unwrap()).into(), (b * r).into(), c)
}

fn encode(a: G1Affine, b: G2Affine, c: G1Affine) -> Proof {
    let bytes = [&a.to_compressed()[..], &b.to_compressed(), &c.to_compressed()].concat();
    Proof::Groth16(bytes.try_into().unwrap())
}
