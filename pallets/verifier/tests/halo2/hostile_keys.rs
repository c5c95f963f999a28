//! Keys that somebody made up: every bound exceeded, every index out of range.

use halo2_proofs::pasta::Fp;
use zkinfer_verifier::{
    error::PointFault,
    halo2::{
        bounds::{
            MAX_COLUMNS, MAX_DEGREE, MAX_EXPRESSION_NODES, MAX_GATES, MAX_INSTANCE_COLUMNS,
            MAX_KEY_LEN, MAX_LOOKUP_WIDTH, MAX_LOOKUPS, MAX_PERMUTATION_COLUMNS, MAX_QUERIES,
            MAX_SELECTORS, MAX_TEXT_LEN,
        },
        error::{Dimension, KeyError, KeyPoint, TextError},
        expression::{Expression, Node},
        key::VerifyingKey,
        layout::{Column, ColumnKind, Description, Layout, Lookup, Query},
    },
};

use crate::{cases, oracle::Case};

fn layout(edit: impl FnOnce(&mut Description<Fp>)) -> Result<Layout<Fp>, KeyError> {
    // Built once: every key here is an edit of one honest layout.
    static CASE: std::sync::LazyLock<Case> = std::sync::LazyLock::new(cases::with_everything);
    let mut description = CASE.key.key().layout().description().clone();
    edit(&mut description);
    Layout::new(description)
}

fn leaf(node: Node<Fp>) -> Expression<Fp> {
    Expression::new(vec![node]).unwrap()
}

fn too_many(dimension: Dimension, found: usize, max: usize) -> Result<Layout<Fp>, KeyError> {
    Err(KeyError::TooMany { dimension, found, max })
}

#[test]
fn the_honest_layout_is_accepted() {
    assert!(layout(|_| ()).is_ok());
}

#[test]
fn every_bound_holds() {
    for k in [0, 1, 2, 16, 32, 255] {
        assert_eq!(layout(|key| key.k = k), Err(KeyError::K { found: k }));
    }
    let columns = MAX_COLUMNS as u16 + 1;
    let expected = || too_many(Dimension::Columns, MAX_COLUMNS + 1, MAX_COLUMNS);
    assert_eq!(layout(|key| key.fixed = columns), expected());
    assert_eq!(layout(|key| key.advice = columns), expected());
    assert_eq!(
        layout(|key| key.selectors = MAX_SELECTORS as u16 + 1),
        too_many(Dimension::Selectors, MAX_SELECTORS + 1, MAX_SELECTORS)
    );
    assert_eq!(
        layout(|key| key.instance_rows = vec![0; MAX_INSTANCE_COLUMNS + 1]),
        too_many(Dimension::InstanceColumns, MAX_INSTANCE_COLUMNS + 1, MAX_INSTANCE_COLUMNS)
    );
    assert_eq!(layout(|key| key.instance_rows[0] = 33), too_many(Dimension::InstanceRows, 33, 32));
    assert_eq!(
        layout(|key| key.gates = vec![leaf(Node::Advice(0)); MAX_GATES + 1]),
        too_many(Dimension::Gates, MAX_GATES + 1, MAX_GATES)
    );
    for kind in 0..3 {
        let edit = |key: &mut Description<Fp>| {
            let queries = vec![Query { column: 0, rotation: 0 }; MAX_QUERIES + 1];
            match kind {
                0 => key.fixed_queries = queries,
                1 => key.advice_queries = queries,
                _ => key.instance_queries = queries,
            }
        };
        assert_eq!(layout(edit), too_many(Dimension::Queries, MAX_QUERIES + 1, MAX_QUERIES));
    }
    let lookup = |width| Lookup {
        inputs: vec![leaf(Node::Advice(0)); width],
        tables: vec![leaf(Node::Fixed(0)); width],
    };
    assert_eq!(
        layout(|key| key.lookups = vec![lookup(1); MAX_LOOKUPS + 1]),
        too_many(Dimension::Lookups, MAX_LOOKUPS + 1, MAX_LOOKUPS)
    );
    assert_eq!(
        layout(|key| key.lookups = vec![lookup(MAX_LOOKUP_WIDTH + 1)]),
        too_many(Dimension::LookupWidth, MAX_LOOKUP_WIDTH + 1, MAX_LOOKUP_WIDTH)
    );
}

#[test]
fn expressions_are_bounded_in_size_and_degree_and_not_in_depth() {
    let chain = |node, count: usize, leaf| {
        let nodes = std::iter::repeat_n(node, count).chain([leaf]).collect();
        Expression::new(nodes).unwrap()
    };
    let deepest = chain(Node::Negated, MAX_EXPRESSION_NODES / 2, Node::Advice(0));
    assert!(layout(|key| key.gates.push(deepest)).is_ok());
    let large = chain(Node::Negated, MAX_EXPRESSION_NODES, Node::Advice(0));
    let nodes = layout(|key| key.gates = vec![large]).unwrap_err();
    assert!(matches!(nodes, KeyError::TooMany { dimension: Dimension::Nodes, .. }));
    let power = |degree: usize| {
        let operators = std::iter::repeat_n(Node::Product, degree - 1);
        Expression::new(operators.chain(std::iter::repeat_n(Node::Advice(0), degree)).collect())
            .unwrap()
    };
    assert_eq!(layout(|key| key.gates.push(power(MAX_DEGREE))).unwrap().degree(), MAX_DEGREE);
    let expected = || too_many(Dimension::Degree, MAX_DEGREE + 1, MAX_DEGREE);
    assert_eq!(layout(|key| key.gates.push(power(MAX_DEGREE + 1))), expected());
    assert_eq!(layout(|key| key.minimum_degree = Some(MAX_DEGREE as u8 + 1)), expected());
    let lookup = Lookup { inputs: vec![power(MAX_DEGREE - 2)], tables: vec![leaf(Node::Fixed(0))] };
    assert_eq!(layout(|key| key.lookups.push(lookup)), expected());
}

#[test]
fn every_index_is_in_range() {
    let description = layout(|_| ()).unwrap().description().clone();
    let kinds = [
        (ColumnKind::Fixed, description.fixed, description.fixed_queries.len()),
        (ColumnKind::Advice, description.advice, description.advice_queries.len()),
        (ColumnKind::Instance, 3, description.instance_queries.len()),
    ];
    for (kind, columns, queries) in kinds {
        let column = Column { kind, index: columns };
        let expected = Err(KeyError::Column { column, columns: usize::from(columns) });
        let query = Query { column: columns, rotation: 0 };
        let edit = |key: &mut Description<Fp>| match kind {
            ColumnKind::Fixed => key.fixed_queries.push(query),
            ColumnKind::Advice => key.advice_queries.push(query),
            ColumnKind::Instance => key.instance_queries.push(query),
        };
        assert_eq!(layout(edit), expected);
        assert_eq!(layout(|key| key.permutation.push(column)), expected);
        let index = queries as u16;
        let node = match kind {
            ColumnKind::Fixed => Node::Fixed(index),
            ColumnKind::Advice => Node::Advice(index),
            ColumnKind::Instance => Node::Instance(index),
        };
        let expected = Err(KeyError::Query { kind, index, queries });
        assert_eq!(layout(|key| key.gates.push(leaf(node))), expected);
        let lookup = Lookup { inputs: vec![leaf(node)], tables: vec![leaf(Node::Fixed(0))] };
        assert_eq!(layout(|key| key.lookups.push(lookup)), expected);
        let lookup = Lookup { inputs: vec![leaf(Node::Fixed(0))], tables: vec![leaf(node)] };
        assert_eq!(layout(|key| key.lookups.push(lookup)), expected);
    }
    let column = Column { kind: ColumnKind::Fixed, index: description.fixed };
    let columns = usize::from(description.fixed);
    assert_eq!(
        layout(|key| key.constants.push(column.index)),
        Err(KeyError::Column { column, columns })
    );
}

#[test]
fn rotations_are_bounded_and_fixed_columns_are_read_in_the_current_row() {
    let last = layout(|_| ()).unwrap().description().advice_queries.len();
    for rotation in [65, -65, i32::MIN, i32::MAX] {
        let query = Query { column: 0, rotation };
        let expected = Err(KeyError::Rotation { kind: ColumnKind::Advice, index: last, rotation });
        assert_eq!(layout(|key| key.advice_queries.push(query)), expected);
    }
    let edit = |key: &mut Description<Fp>| key.fixed_queries[0].rotation = 1;
    let expected = Err(KeyError::Rotation { kind: ColumnKind::Fixed, index: 0, rotation: 1 });
    assert_eq!(layout(edit), expected);
}

#[test]
fn no_query_and_no_column_comes_twice() {
    let description = layout(|_| ()).unwrap().description().clone();
    let last = description.advice_queries.len();
    let expected = || Err(KeyError::QueryTwice { kind: ColumnKind::Advice, index: last });
    let first = description.advice_queries[0];
    assert_eq!(layout(|key| key.advice_queries.push(first)), expected());
    // 64 rows on is the same row again.
    for rotation in [64, -64] {
        let query = Query { column: first.column, rotation: first.rotation + rotation };
        assert_eq!(layout(|key| key.advice_queries.push(query)), expected());
    }
    let column = description.permutation[1];
    assert_eq!(layout(|key| key.permutation.push(column)), Err(KeyError::ColumnTwice { column }));
    let index = description.constants[0];
    let column = Column { kind: ColumnKind::Fixed, index };
    assert_eq!(layout(|key| key.constants.push(index)), Err(KeyError::ColumnTwice { column }));
}

#[test]
fn permutation_and_constants_fit_the_queries() {
    let description = layout(|_| ()).unwrap().description().clone();
    let column = description.permutation[0];
    assert_eq!(column.kind, ColumnKind::Instance);
    let edit = |key: &mut Description<Fp>| {
        key.instance_queries
            .iter_mut()
            .filter(|query| query.column == column.index)
            .for_each(|query| query.rotation = 1)
    };
    assert_eq!(layout(edit), Err(KeyError::NotQueried { column }));
    let column = Column { kind: ColumnKind::Fixed, index: 0 };
    assert!(!description.permutation.contains(&column));
    assert_eq!(layout(|key| key.constants.push(0)), Err(KeyError::NotPermuted { column }));
}

#[test]
fn a_lookup_has_inputs_and_as_many_tables() {
    let (empty, one) = (Vec::new(), vec![leaf(Node::Fixed(0))]);
    for (inputs, tables) in
        [(empty.clone(), empty.clone()), (one.clone(), empty.clone()), (empty, one)]
    {
        let index = layout(|_| ()).unwrap().description().lookups.len();
        let lookup = Lookup { inputs, tables };
        assert_eq!(layout(|key| key.lookups.push(lookup)), Err(KeyError::LookupShape { index }));
    }
}

#[test]
fn the_rows_hold_the_blinding_rows_and_the_public_inputs() {
    let few = |key: &mut Description<Fp>| {
        key.k = 3;
        key.instance_rows = vec![0; 3];
        key.advice_queries.extend([3, 4].map(|rotation| Query { column: 0, rotation }));
    };
    assert_eq!(layout(few), Err(KeyError::Rows { blinding: 6 }));
    let few = |key: &mut Description<Fp>| {
        key.k = 4;
        key.instance_rows = vec![11, 0, 0];
    };
    let blinding = layout(|key| key.k = 4).unwrap().blinding();
    assert_eq!(layout(few), too_many(Dimension::InstanceRows, 11, 16 - blinding - 1));
}

#[test]
fn counts_in_an_encoding_are_bounded_before_anything_is_read() {
    let case = cases::without_copies();
    let honest = case.key.key().encode();
    let description = case.key.key().layout().description();
    // Version, k, three counts; instance columns.
    let instances = 8;
    let advice_queries = instances + 1 + 2 * description.instance_rows.len();
    let instance_queries = advice_queries + 2 + 3 * description.advice_queries.len();
    let fixed_queries = instance_queries + 2 + 3 * description.instance_queries.len();
    let permutation = fixed_queries + 2 + 2 * description.fixed_queries.len();
    let constants = permutation + 2 + 3 * description.permutation.len();
    let gates = constants + 2 + 2 * description.constants.len() + 1;
    let long = [
        (advice_queries, Dimension::Queries, MAX_QUERIES),
        (instance_queries, Dimension::Queries, MAX_QUERIES),
        (fixed_queries, Dimension::Queries, MAX_QUERIES),
        (permutation, Dimension::PermutationColumns, MAX_PERMUTATION_COLUMNS),
        (constants, Dimension::Constants, MAX_COLUMNS),
        (gates, Dimension::Gates, MAX_GATES),
    ];
    for (at, dimension, max) in long {
        for found in [max + 1, usize::from(u16::MAX)] {
            let mut bytes = honest[..at].to_vec();
            bytes.extend((found as u16).to_le_bytes());
            assert_eq!(
                VerifyingKey::decode(&bytes),
                Err(KeyError::TooMany { dimension, found, max })
            );
        }
    }
    let mut bytes = honest[..instances].to_vec();
    bytes.push(255);
    let (dimension, max) = (Dimension::InstanceColumns, MAX_INSTANCE_COLUMNS);
    assert_eq!(VerifyingKey::decode(&bytes), Err(KeyError::TooMany { dimension, found: 255, max }));
    // An expression that never ends.
    let mut bytes = honest[..gates + 2].to_vec();
    bytes.extend([5; MAX_EXPRESSION_NODES + 1]);
    let (dimension, found) = (Dimension::Nodes, MAX_EXPRESSION_NODES + 1);
    let expected = Err(KeyError::TooMany { dimension, found, max: MAX_EXPRESSION_NODES });
    assert_eq!(VerifyingKey::decode(&bytes), expected);
    let bytes = vec![1; MAX_KEY_LEN + 1];
    assert_eq!(VerifyingKey::decode(&bytes), Err(KeyError::TooLong { found: MAX_KEY_LEN + 1 }));
    let text = " ".repeat(MAX_TEXT_LEN + 1);
    let expected = Err(TextError::TooLong { found: MAX_TEXT_LEN + 1 });
    assert_eq!(VerifyingKey::from_pinned(&text, &[]), expected);
}

#[test]
fn unknown_versions_and_tags_are_refused() {
    let case = cases::plain();
    let honest = case.key.key().encode();
    for found in [0, 2, 255] {
        let mut bytes = honest.clone();
        bytes[0] = found;
        assert_eq!(VerifyingKey::decode(&bytes), Err(KeyError::Version { found }));
    }
    let tags = (0..honest.len()).filter(|at| {
        let mut bytes = honest.clone();
        bytes[*at] = 8;
        VerifyingKey::decode(&bytes) == Err(KeyError::Tag { found: 8, offset: *at })
    });
    let description = case.key.key().layout().description();
    let nodes: usize = description.gates.iter().map(|gate| gate.nodes().len()).sum();
    assert_eq!(tags.count(), nodes + description.permutation.len());
}

/// Returns the offset of the scalar 1 of the first `Constant` or `Scaled`.
fn scalar(bytes: &[u8]) -> usize {
    // A gate of a single constant, which no honest circuit has, stands first.
    bytes.windows(3).position(|window| window == [0, 1, 7]).unwrap() + 1
}

#[test]
fn scalars_have_one_encoding() {
    let case = cases::plain();
    let mut description = case.key.key().layout().description().clone();
    description.gates = vec![leaf(Node::Constant(Fp::from(7)))];
    let key = VerifyingKey::new(
        Layout::new(description).unwrap(),
        case.key.key().fixed().to_vec(),
        case.key.key().permutation().to_vec(),
    );
    let honest = key.unwrap().encode();
    let at = scalar(&honest);
    let with = |encoding: &[u8]| {
        let mut bytes = honest.clone();
        bytes.splice(at..at + 2, encoding.iter().copied());
        VerifyingKey::decode(&bytes)
    };
    assert!(with(&[1, 7]).is_ok());
    assert!(with(&[0]).is_ok(), "zero has no digits");
    let refused = Err(KeyError::Scalar { offset: at });
    assert_eq!(with(&[1, 0]), refused);
    assert_eq!(with(&[2, 7, 0]), refused);
    assert_eq!(with(&[33]), refused);
    assert_eq!(with(&[255]), refused);
    let modulus =
        hex::decode("2001000000ed302d991bf94c09fc98462200000000000000000000000000000040").unwrap();
    assert_eq!(with(&modulus), refused);
    let mut largest = modulus.clone();
    largest[1] = 0;
    assert!(with(&largest).is_ok());
}

#[test]
fn commitments_are_canonical_points_and_not_the_identity() {
    let case = cases::plain();
    let honest = case.key.key().encode();
    let fixed = case.key.key().fixed().len();
    let points = fixed + case.key.key().permutation().len();
    // Fq's modulus, and one more: x = 0 or 1, once more.
    let modulus = "0100000021eb468cdda89409fc98462200000000000000000000000000000040";
    let bad = [
        ("00".repeat(32), PointFault::Identity),
        (modulus.to_owned(), PointFault::Encoding),
        (modulus.replacen("01", "02", 1), PointFault::Encoding),
        ("ff".repeat(32), PointFault::Encoding),
        (format!("{}80", "00".repeat(31)), PointFault::Encoding),
    ];
    for index in 0..points {
        let element = if index < fixed {
            KeyPoint::Fixed(index)
        } else {
            KeyPoint::Permutation(index - fixed)
        };
        for (bytes, fault) in &bad {
            let mut key = honest.clone();
            let at = honest.len() - 32 * (points - index);
            key[at..at + 32].copy_from_slice(&hex::decode(bytes).unwrap());
            assert_eq!(VerifyingKey::decode(&key), Err(KeyError::Point { element, fault: *fault }));
        }
    }
}

#[test]
fn the_number_of_commitments_is_that_of_the_columns() {
    let case = cases::plain();
    let key = case.key.key();
    let (layout, fixed, permutation) =
        (key.layout(), key.fixed().to_vec(), key.permutation().to_vec());
    let (f, p) = (fixed.len(), permutation.len());
    let build = |fixed: &[_], permutation: &[_]| {
        VerifyingKey::new(layout.clone(), fixed.to_vec(), permutation.to_vec()).map(drop)
    };
    assert_eq!(build(&fixed, &permutation), Ok(()));
    let expected = |found, expected| Err(KeyError::Commitments { found, expected });
    assert_eq!(build(&fixed[1..], &permutation), expected(f - 1, f));
    assert_eq!(build(&fixed, &permutation[1..]), expected(p - 1, p));
    assert_eq!(build(&[&fixed[..], &fixed[..1]].concat(), &permutation), expected(f + 1, f));
}
