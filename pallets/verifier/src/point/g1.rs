//! G1: y² = x³ + 4 over Fq.

use super::{field::Field, fq::Fq, jacobian::Jacobian};

/// β, a primitive third root of unity: on the subgroup, φ: (x, y) ↦ (β·x, y) is the multiplication
/// by −x², with the curve's parameter x.
const BETA: Fq = Fq::from_montgomery([
    0xa75929a, 0x681b798, 0x22a3e9d, 0xabc02bf, 0x4e5bb45, 0x55e6e7e, 0x4814117, //
    0x6d04f1b, 0xae3387d, 0x54acb0c, 0x0a4c74b, 0x56138b5, 0xb64e066, 0x00076f2,
]);

/// One of the two y of the point with this x, of size `(1, 2)`, when there are any.
pub fn lift(x: &Fq) -> Option<Fq> {
    let right = x.square().mul(x).add(&Fq::FOUR); // (2, 3)
    let y = right.root();
    y.square().sub::<4>(&right).is_zero().then_some(y)
}

/// Returns `true` if the point (x, y) of the curve, sizes `(1, 2)`, is in the subgroup of prime
/// order.
///
/// P is, exactly when φ(P) = −x²·P with the φ of [`BETA`]: M. Scott, *A note on group membership
/// tests for G1, G2 and GT on BLS pairing-friendly curves*, ePrint 2021/1130, section 6; proof in
/// Y. El Housni, A. Guillevic and T. Piellard, *Cofactor clearing and subgroup membership testing
/// on pairing-friendly curves*, ePrint 2022/352.
pub fn in_subgroup(x: &Fq, y: &Fq) -> bool {
    let product = Jacobian::new(*x, *y).times_parameter().times_parameter();
    product.is(&x.mul(&BETA), &Fq::ZERO.sub::<3>(y))
}
