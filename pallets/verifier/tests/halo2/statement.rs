//! Keys that a chain accepts: those of the statement whose cost is bounded.

use halo2_proofs::pasta::Fp;
use pasta_curves::group::ff::{Field, PrimeField};
use zkinfer_verifier::halo2::{
    bounds::MAX_K,
    error::KeyError,
    expression::{Expression, Node},
    key::VerifyingKey,
    layout::{Column, ColumnKind, Description, Layout, Lookup, Query},
    statement::{
        MAX_NODES, MAX_PROOF_LEN, MAX_ROTATION, ROWS, StatementError, check, check_layout, decode,
        is_canonical, least_proof_len,
    },
};

use crate::{
    cases,
    circuits::{NO_COPIES, Toy},
    oracle::{Case, prove},
};

/// The column of the public inputs.
const PUBLIC: Column = Column { kind: ColumnKind::Instance, index: 0 };
/// A column of the prover.
const WITNESS: Column = Column { kind: ColumnKind::Advice, index: 0 };

fn product(left: Node<Fp>, right: Node<Fp>) -> Expression<Fp> {
    Expression::new(vec![Node::Product, left, right]).unwrap()
}

/// A layout of the statement, changed.
fn layout(change: impl FnOnce(&mut Description<Fp>)) -> Layout<Fp> {
    let query = |column| Query { column, rotation: 0 };
    let mut description = Description {
        k: 6,
        fixed: 1,
        advice: 1,
        selectors: 0,
        instance_rows: vec![ROWS],
        gates: vec![product(Node::Fixed(0), Node::Advice(0))],
        advice_queries: vec![query(0)],
        instance_queries: vec![query(0)],
        fixed_queries: vec![query(0)],
        permutation: vec![PUBLIC, WITNESS],
        lookups: vec![],
        constants: vec![],
        minimum_degree: None,
    };
    change(&mut description);
    Layout::new(description).unwrap()
}

#[test]
fn the_statements_layout_is_accepted() {
    assert_eq!(check_layout(&layout(|_| ()), MAX_K), Ok(()));
    assert_eq!(check_layout(&layout(|_| ()), 6), Ok(()));
}

#[test]
fn other_public_inputs_are_refused() {
    for rows in [vec![], vec![2], vec![4], vec![3, 0], vec![3, 3]] {
        let layout = layout(|layout| {
            layout.instance_rows = rows;
            layout.instance_queries.clear();
            layout.permutation.clear();
        });
        assert_eq!(check_layout(&layout, MAX_K), Err(StatementError::PublicInputs));
    }
}

#[test]
fn a_key_that_ties_its_public_inputs_to_no_witness_is_refused() {
    let permuted = |columns: &[Column]| layout(|layout| layout.permutation = columns.to_vec());
    let constant = Expression::new(vec![Node::Constant(Fp::ONE)]).unwrap();
    let unread = [
        permuted(&[]),
        permuted(&[PUBLIC]),
        permuted(&[WITNESS]),
        permuted(&[PUBLIC, Column { kind: ColumnKind::Fixed, index: 0 }]),
        layout(|layout| {
            layout.permutation.clear();
            layout.gates.clear();
            layout.instance_queries.clear();
        }),
        // Read, but in no constraint together with a witness.
        layout(|layout| {
            layout.permutation.clear();
            layout.gates.push(product(Node::Fixed(0), Node::Instance(0)));
        }),
        layout(|layout| {
            layout.permutation.clear();
            layout.lookups.push(Lookup {
                inputs: vec![product(Node::Instance(0), Node::Fixed(0))],
                tables: vec![constant],
            });
        }),
    ];
    for layout in unread {
        assert_eq!(
            check_layout(&layout, MAX_K),
            Err(StatementError::UnreadPublicInputs),
            "{layout:?}"
        );
    }
    let text = StatementError::UnreadPublicInputs.to_string();
    assert!(text.contains("a proof would hold for any commitment"), "{text}");
}

#[test]
fn public_inputs_may_be_read_by_the_permutation_a_gate_or_a_lookup() {
    let leaf = |node| Expression::new(vec![node]).unwrap();
    let without = |change: &dyn Fn(&mut Description<Fp>)| {
        layout(|layout| {
            layout.permutation.clear();
            change(layout);
        })
    };
    let tied = [
        layout(|_| ()),
        without(&|layout| layout.gates.push(product(Node::Instance(0), Node::Advice(0)))),
        without(&|layout| {
            layout.lookups.push(Lookup {
                inputs: vec![leaf(Node::Instance(0))],
                tables: vec![leaf(Node::Advice(0))],
            })
        }),
    ];
    for layout in tied {
        assert_eq!(check_layout(&layout, MAX_K), Ok(()), "{layout:?}");
    }
}

/// The reason for which such a key is refused: the witness of one statement proves every other.
#[test]
fn under_a_key_that_reads_no_public_inputs_one_witness_proves_every_statement() {
    let circuit = Toy::<2, 0, 1, NO_COPIES>::new(cases::SEED);
    let statement =
        |seed: u64| vec![(0..ROWS).map(|row| Fp::from(1_000 * seed + u64::from(row))).collect()];
    let case = Case::of(&circuit, statement(0), 4);
    assert_eq!(check(case.key.key(), MAX_K), Err(StatementError::UnreadPublicInputs));
    for seed in 1..3 {
        let proof = prove(&case.params, &case.pk, &circuit, &statement(seed));
        assert_eq!(case.both(&statement(seed), &proof), Ok(()));
    }
}

#[test]
fn more_rows_than_the_limit_are_refused() {
    let error = StatementError::K { found: 6, max: 5 };
    assert_eq!(check_layout(&layout(|_| ()), 5), Err(error));
    assert_eq!(
        error.to_string(),
        "the verifying key's k is 6; at most 5 is allowed: use a smaller model"
    );
}

#[test]
fn more_nodes_than_the_limit_are_refused_wherever_they_are() {
    let long = |nodes: usize| {
        let mut expression = vec![Node::Negated; nodes - 1];
        expression.push(Node::Advice(0));
        Expression::new(expression).unwrap()
    };
    let most = layout(|layout| layout.gates = vec![long(MAX_NODES - 1), long(1)]);
    assert_eq!(check_layout(&most, MAX_K), Ok(()));
    let error = StatementError::Nodes { found: MAX_NODES + 1 };
    let of_gates = layout(|layout| layout.gates = vec![long(MAX_NODES), long(1)]);
    assert_eq!(check_layout(&of_gates, MAX_K), Err(error));
    let of_lookups = layout(|layout| {
        layout.gates.clear();
        let (inputs, tables) = (vec![long(MAX_NODES)], vec![long(1)]);
        layout.lookups.push(Lookup { inputs, tables });
    });
    assert_eq!(check_layout(&of_lookups, MAX_K), Err(error));
}

#[test]
fn rotations_beyond_the_limit_are_refused() {
    for rotation in [MAX_ROTATION, -MAX_ROTATION] {
        let near = layout(|layout| layout.advice_queries.push(Query { column: 0, rotation }));
        assert_eq!(check_layout(&near, MAX_K), Ok(()));
        let rotation = rotation + rotation.signum();
        let far = layout(|layout| layout.advice_queries.push(Query { column: 0, rotation }));
        assert_eq!(
            check_layout(&far, MAX_K),
            Err(StatementError::Rotation { found: MAX_ROTATION + 1 })
        );
    }
}

#[test]
fn a_key_whose_proofs_are_too_long_is_refused() {
    let with = |advice| layout(|layout| layout.advice = advice);
    let rest = least_proof_len(&with(1)) / 32 - 1;
    let most = MAX_PROOF_LEN / 32 - rest;
    assert_eq!(check_layout(&with(most as u16), MAX_K), Ok(()));
    let error = StatementError::ProofLength { found: MAX_PROOF_LEN + 32 };
    assert_eq!(check_layout(&with(most as u16 + 1), MAX_K), Err(error));
}

#[test]
fn a_proof_is_as_long_as_its_key_says_but_for_the_sets_of_points() {
    for case in cases::all() {
        let least = least_proof_len(case.key.key().layout());
        let sets = (case.proof.len() - least) / 32;
        assert!((1..=8).contains(&sets), "{sets}");
    }
}

#[test]
fn bounds_come_before_commitments_and_a_key_comes_whole() {
    let case = cases::with_lookup();
    let mut bytes = case.key.key().encode();
    let rows = &case.key.key().layout().description().instance_rows;
    assert_ne!(*rows, [ROWS]);
    let last = bytes.len() - 1;
    bytes[last] = 0xff;
    assert_eq!(decode(&bytes, MAX_K), Err(StatementError::PublicInputs));
    assert_eq!(check(case.key.key(), MAX_K), Err(StatementError::PublicInputs));
    assert!(matches!(VerifyingKey::decode(&bytes), Err(KeyError::Point { .. })));
    assert_eq!(decode(&[], MAX_K), Err(StatementError::Key(KeyError::Truncated)));
}

#[test]
fn the_modulus_and_what_is_above_it_is_no_public_input() {
    let mut bytes = (-Fp::ONE).to_repr();
    assert!(is_canonical(&bytes) && is_canonical(&[0; 32]));
    bytes[0] += 1;
    assert!(!is_canonical(&bytes) && !is_canonical(&[0xff; 32]));
}
