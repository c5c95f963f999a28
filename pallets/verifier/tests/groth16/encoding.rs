//! Proofs that do not decode: which point, and why.

use bls12_381::{G1Affine, G2Affine};
use zkinfer_verifier::{
    error::{PointFault, ProofElement, ProofError},
    groth16::Proof,
};

use super::{
    points::*,
    toy::{PROOF, case},
};

/// Position and element of each point.
const G1_POINTS: [(usize, ProofElement); 2] = [(0, ProofElement::A), (144, ProofElement::C)];
const B: usize = 48;

fn refused(proof: &[u8; PROOF], element: ProofElement, fault: PointFault) {
    assert_eq!(Proof::decode(proof), Err(ProofError { element, fault }));
}

#[test]
fn a_proof_point_outside_the_subgroup_is_named() {
    let proof = case(1, 3, 5).proof;
    let fault = PointFault::Subgroup;
    let (g1, g2) = (g1_outside_subgroup(), g2_outside_subgroup());
    let error = |element| Err(ProofError { element, fault });
    assert_eq!(Proof::decode(&with(&proof, 0, &g1)), error(ProofElement::A));
    assert_eq!(Proof::decode(&with(&proof, 48, &g2)), error(ProofElement::B));
    assert_eq!(Proof::decode(&with(&proof, 144, &g1)), error(ProofElement::C));
}

#[test]
fn the_identity_as_a_proof_point_is_named() {
    let proof = case(1, 3, 5).proof;
    let fault = PointFault::Identity;
    let (g1, g2) = (G1Affine::identity().to_compressed(), G2Affine::identity().to_compressed());
    let error = |element| Err(ProofError { element, fault });
    assert_eq!(Proof::decode(&with(&proof, 0, &g1)), error(ProofElement::A));
    assert_eq!(Proof::decode(&with(&proof, 48, &g2)), error(ProofElement::B));
    assert_eq!(Proof::decode(&with(&proof, 144, &g1)), error(ProofElement::C));
}

#[test]
fn a_point_of_order_three_is_refused() {
    let proof = case(1, 3, 5).proof;
    for (at, element) in G1_POINTS {
        refused(&with(&proof, at, &g1_of_order_three()), element, PointFault::Subgroup);
    }
}

#[test]
fn a_coordinate_of_the_modulus_or_more_is_refused() {
    let proof = case(1, 3, 5).proof;
    for (at, element) in G1_POINTS {
        for bad in [plus_p(0), g1_second_encoding(), [0x9f; 48], [0xbf; 48]] {
            refused(&with(&proof, at, &bad), element, PointFault::Encoding);
        }
    }
    // Either half of an x in G2.
    refused(&with(&proof, B, &plus_p(0)), ProofElement::B, PointFault::Encoding);
    refused(&with(&proof, B + 48, &P), ProofElement::B, PointFault::Encoding);
}

#[test]
fn flags_that_are_not_those_of_a_compressed_point_are_refused() {
    let proof = case(1, 3, 5).proof;
    for (at, element) in [(0, ProofElement::A), (B, ProofElement::B), (144, ProofElement::C)] {
        for flags in [0x00, 0x20, 0x40, 0x60, 0xc0, 0xe0] {
            let mut bad = proof;
            bad[at] = bad[at] & 0x1f | flags;
            refused(&bad, element, PointFault::Encoding);
        }
        let mut other_sign = proof;
        other_sign[at] ^= 0x20;
        assert!(Proof::decode(&other_sign).is_ok());
    }
}

#[test]
fn an_identity_with_anything_but_zeros_is_refused() {
    let proof = case(1, 3, 5).proof;
    for (at, element, len) in
        [(0, ProofElement::A, 48), (B, ProofElement::B, 96), (144, ProofElement::C, 48)]
    {
        for dirty in 1..len {
            let mut identity = vec![0u8; len];
            identity[0] = 0xc0;
            identity[dirty] = 1;
            refused(&with(&proof, at, &identity), element, PointFault::Encoding);
        }
        let mut signed = vec![0u8; len];
        signed[0] = 0xe0;
        refused(&with(&proof, at, &signed), element, PointFault::Encoding);
    }
}

#[test]
fn an_x_without_a_y_is_refused() {
    let proof = case(1, 3, 5).proof;
    for (at, element) in G1_POINTS {
        refused(&with(&proof, at, &g1_off_curve()), element, PointFault::Encoding);
    }
    refused(&with(&proof, B, &g2_off_curve()), ProofElement::B, PointFault::Encoding);
}

#[test]
fn of_several_faults_the_first_is_named() {
    refused(&[0; PROOF], ProofElement::A, PointFault::Encoding);
    refused(&[0xff; PROOF], ProofElement::A, PointFault::Encoding);
    let identity = G2Affine::identity().to_compressed();
    let proof = with(&case(1, 3, 5).proof, B, &identity);
    refused(&with(&proof, 144, &g1_off_curve()), ProofElement::B, PointFault::Identity);
}

#[test]
fn messages_name_the_point_its_place_and_its_fault() {
    let error = Proof::decode(&with(&case(1, 3, 5).proof, 144, &g1_off_curve())).unwrap_err();
    let text = "the proof's point C (bytes 144..192) is not the canonical compressed encoding of a point on the curve";
    assert_eq!(error.to_string(), text);
}
