//! G2: y² = x³ + 4·(1 + u) over Fq².

use super::{field::Field, fq::Fq, fq2::Fq2, jacobian::Jacobian};

/// The curve's constant.
const B: Fq2 = Fq2 { c0: Fq::FOUR, c1: Fq::FOUR };

/// (1 + u)^(−(p − 1)/3).
const PSI_X: Fq2 = Fq2 {
    c0: Fq::ZERO,
    c1: Fq::from_montgomery([
        0x58a1811, 0x96e4867, 0x1d5c11c, 0x543e856, 0x13e6366, 0x4b0fc91, 0xae5efbb, //
        0x8680210, 0x9941307, 0xf700269, 0xb02eef7, 0x9086bfc, 0x6855919, 0x001291e,
    ]),
};
/// (1 + u)^(−(p − 1)/2).
const PSI_Y: Fq2 = Fq2 {
    c0: Fq::from_montgomery([
        0xcc17b84, 0xcc5da55, 0x1835de7, 0x3e1e677, 0x9e4ae31, 0x9b9a07a, 0xd662557, //
        0xb7f1997, 0x71cc4da, 0xa667f92, 0x65115fe, 0x4a3370c, 0xe5b746a, 0x000d16d,
    ]),
    c1: Fq::from_montgomery([
        0x33e2f27, 0x32a25aa, 0x27ca1d2, 0xc1e049e, 0xc3f707a, 0x055ca94, 0x2010b7b, //
        0x3b93794, 0xd5a86aa, 0xa544de3, 0x556a044, 0x9c66da5, 0x38ec515, 0x000cea3,
    ]),
};

/// One of the two y of the point with this x, of size `(1, 3)`, when there are any.
pub fn lift(x: &Fq2) -> Option<Fq2> {
    x.square().mul(x).add(&B).root()
}

/// Returns `true` if the point (x, y) of the curve, sizes at most `(1, 3)`, is in the subgroup of
/// prime order.
///
/// P is, exactly when ψ(P) = x·P for the curve's parameter x, where ψ is the p-th power map carried
/// over the twist: M. Scott, ePrint 2021/1130, section 4; proof in ePrint 2022/352. As x is
/// negative, |x|·P has ψ(P)'s opposite y.
pub fn in_subgroup(x: &Fq2, y: &Fq2) -> bool {
    let product = Jacobian::new(*x, *y).times_parameter();
    let opposite = Fq2 { c0: Fq::ZERO, c1: Fq::ZERO }.sub::<3>(&y.conjugate().mul(&PSI_Y));
    product.is(&x.conjugate().mul(&PSI_X), &opposite)
}
