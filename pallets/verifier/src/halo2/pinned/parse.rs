//! Text to key.
//!
//! Fixed words are compared to the letter. Whatever the text says twice (ω, moduli, a query's
//! column beside its index) is checked at the end: the key that was read must print the same text.

use alloc::{string::String, vec::Vec};

use ff::PrimeField;
use pasta_curves::{Fp, Fq, arithmetic::CurveAffine, vesta};

use super::print::kind_name;
use crate::halo2::{
    bounds::{
        MAX_COLUMNS, MAX_EXPRESSION_NODES, MAX_GATES, MAX_LOOKUP_WIDTH, MAX_LOOKUPS,
        MAX_PERMUTATION_COLUMNS, MAX_QUERIES, MAX_TEXT_LEN,
    },
    error::{Dimension, TextError},
    expression::{Expression, Node},
    key::VerifyingKey,
    layout::{Column, ColumnKind, Description, Layout, Lookup, Query, validate::within},
    point::Point,
};

/// A node that reads the query with this index.
type Leaf = fn(u16) -> Node<Fp>;
type Result<T> = core::result::Result<T, TextError>;

impl VerifyingKey {
    /// The key whose pinned text, as halo2_proofs 0.4 prints it, is `text`, and whose instance
    /// columns hold `instance_rows` public inputs each.
    ///
    /// # Errors
    /// When the text is anything else, by a single letter, or the key is not one that
    /// [`decode`](Self::decode) would take.
    ///
    /// # Example
    /// ```ignore
    /// let text = format!("{:?}", halo2_key.pinned());
    /// let key = VerifyingKey::from_pinned(&text, &[3])?;
    /// std::fs::write(path, key.encode())?;
    /// ```
    pub fn from_pinned(text: &str, instance_rows: &[u16]) -> Result<Self> {
        if text.len() > MAX_TEXT_LEN {
            return Err(TextError::TooLong { found: text.len() });
        }
        let mut parser = Parser { text, rest: text, nodes: 0 };
        let key = parser.key(instance_rows)?;
        parser.end()?;
        let mut printed = String::new();
        match super::write(&key, &mut printed) {
            Ok(()) if printed == text => Ok(key),
            _ => Err(TextError::Inconsistent),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
    nodes: usize,
}

impl<'a> Parser<'a> {
    fn key(&mut self, instance_rows: &[u16]) -> Result<VerifyingKey> {
        self.word("PinnedVerificationKey { base_modulus: \"")?;
        self.word(Fq::MODULUS)?;
        self.word("\", scalar_modulus: \"")?;
        self.word(Fp::MODULUS)?;
        self.word("\", domain: PinnedEvaluationDomain { k: ")?;
        let k = self.number()?;
        self.word(", extended_k: ")?;
        self.number::<u32>()?;
        self.word(", omega: ")?;
        self.scalar::<Fp>()?;
        self.word(" }, cs: ")?;
        let layout = Layout::new(self.constraint_system(k, instance_rows)?)?;
        self.word(", fixed_commitments: ")?;
        let fixed = self.list(Dimension::Columns, MAX_COLUMNS, Self::point)?;
        self.word(", permutation: VerifyingKey { commitments: ")?;
        let permutation =
            self.list(Dimension::PermutationColumns, MAX_PERMUTATION_COLUMNS, Self::point)?;
        self.word(" } }")?;
        Ok(VerifyingKey::new(layout, fixed, permutation)?)
    }

    fn constraint_system(&mut self, k: u8, instance_rows: &[u16]) -> Result<Description<Fp>> {
        self.word("PinnedConstraintSystem { num_fixed_columns: ")?;
        let fixed = self.number()?;
        self.word(", num_advice_columns: ")?;
        let advice = self.number()?;
        self.word(", num_instance_columns: ")?;
        self.number::<u16>()?;
        self.word(", num_selectors: ")?;
        let selectors = self.number()?;
        self.word(", gates: ")?;
        let gates = self.list(Dimension::Gates, MAX_GATES, Self::expression)?;
        self.word(", advice_queries: ")?;
        let advice_queries = self.queries(ColumnKind::Advice)?;
        self.word(", instance_queries: ")?;
        let instance_queries = self.queries(ColumnKind::Instance)?;
        self.word(", fixed_queries: ")?;
        let fixed_queries = self.queries(ColumnKind::Fixed)?;
        self.word(", permutation: Argument { columns: ")?;
        let permutation =
            self.list(Dimension::PermutationColumns, MAX_PERMUTATION_COLUMNS, Self::column)?;
        self.word(" }, lookups: ")?;
        let lookups = self.list(Dimension::Lookups, MAX_LOOKUPS, Self::lookup)?;
        self.word(", constants: ")?;
        let constants =
            self.list(Dimension::Constants, MAX_COLUMNS, |parser| Ok(parser.column()?.index))?;
        let minimum_degree = self.minimum_degree()?;
        let instance_rows = instance_rows.to_vec();
        Ok(Description {
            k,
            fixed,
            advice,
            selectors,
            instance_rows,
            gates,
            advice_queries,
            instance_queries,
            fixed_queries,
            permutation,
            lookups,
            constants,
            minimum_degree,
        })
    }

    fn minimum_degree(&mut self) -> Result<Option<u8>> {
        self.word(", minimum_degree: ")?;
        if self.accept("None }") {
            return Ok(None);
        }
        self.word("Some(")?;
        let offset = self.offset();
        let degree: u8 = self.number()?;
        self.word(") }")?;
        // 255 would not fit into the encoding.
        if degree == u8::MAX { Err(TextError::Value { offset }) } else { Ok(Some(degree)) }
    }

    fn queries(&mut self, kind: ColumnKind) -> Result<Vec<Query>> {
        self.list(Dimension::Queries, MAX_QUERIES, |parser| {
            parser.word("(Column { index: ")?;
            let column = parser.number()?;
            parser.word(", column_type: ")?;
            parser.word(kind_name(kind))?;
            parser.word(" }, Rotation(")?;
            let rotation = parser.number()?;
            parser.word("))")?;
            Ok(Query { column, rotation })
        })
    }

    fn column(&mut self) -> Result<Column> {
        self.word("Column { index: ")?;
        let index = self.number()?;
        self.word(", column_type: ")?;
        let kind = [ColumnKind::Fixed, ColumnKind::Advice, ColumnKind::Instance]
            .into_iter()
            .find(|kind| self.accept(kind_name(*kind)))
            .ok_or(TextError::Expected { what: "a kind of column", offset: self.offset() })?;
        self.word(" }")?;
        Ok(Column { kind, index })
    }

    fn lookup(&mut self) -> Result<Lookup<Fp>> {
        self.word("Argument { input_expressions: ")?;
        let inputs = self.list(Dimension::LookupWidth, MAX_LOOKUP_WIDTH, Self::expression)?;
        self.word(", table_expressions: ")?;
        let tables = self.list(Dimension::LookupWidth, MAX_LOOKUP_WIDTH, Self::expression)?;
        self.word(" }")?;
        Ok(Lookup { inputs, tables })
    }

    fn expression(&mut self) -> Result<Expression<Fp>> {
        let mut nodes: Vec<Node<Fp>> = Vec::new();
        // For each operator whose operands are not complete: where it stands, and how many are
        // missing.
        let mut open: Vec<(usize, usize)> = Vec::new();
        loop {
            self.nodes = self.nodes.saturating_add(1);
            within(Dimension::Nodes, self.nodes, MAX_EXPRESSION_NODES)?;
            let node = self.node()?;
            let position = nodes.len();
            nodes.push(node);
            match node.operands() {
                0 => self.close(&mut open, &mut nodes)?,
                operands => open.push((position, operands)),
            }
            if open.is_empty() {
                let offset = self.offset();
                return Expression::new(nodes)
                    .ok_or(TextError::Expected { what: "an expression", offset });
            }
        }
    }

    fn close(&mut self, open: &mut Vec<(usize, usize)>, nodes: &mut [Node<Fp>]) -> Result<()> {
        while let Some((position, missing)) = open.last_mut() {
            *missing = missing.saturating_sub(1);
            if *missing > 0 {
                return self.word(", ");
            }
            if let Some(Node::Scaled(factor)) = nodes.get_mut(*position) {
                self.word(", ")?;
                *factor = self.scalar()?;
            }
            self.word(")")?;
            open.pop();
        }
        Ok(())
    }

    fn node(&mut self) -> Result<Node<Fp>> {
        let offset = self.offset();
        if self.accept("Selector(") {
            return Err(TextError::Selector { offset });
        }
        if self.accept("Constant(") {
            let value = self.scalar()?;
            self.word(")")?;
            return Ok(Node::Constant(value));
        }
        // A factor follows its operand.
        let operators = [
            ("Negated(", Node::Negated),
            ("Sum(", Node::Sum),
            ("Product(", Node::Product),
            ("Scaled(", Node::Scaled(Fp::zero())),
        ];
        if let Some((_, node)) = operators.into_iter().find(|(word, _)| self.accept(word)) {
            return Ok(node);
        }
        let leaves: [(&str, Leaf); 3] = [
            ("Fixed { query_index: ", Node::Fixed),
            ("Advice { query_index: ", Node::Advice),
            ("Instance { query_index: ", Node::Instance),
        ];
        let (_, leaf) = leaves
            .into_iter()
            .find(|(word, _)| self.accept(word))
            .ok_or(TextError::Expected { what: "an expression", offset })?;
        let index = self.number()?;
        self.word(", column_index: ")?;
        self.number::<u16>()?;
        self.word(", rotation: Rotation(")?;
        self.number::<i32>()?;
        self.word(") }")?;
        Ok(leaf(index))
    }

    fn list<T>(
        &mut self,
        dimension: Dimension,
        max: usize,
        item: impl Fn(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.word("[")?;
        let mut items = Vec::new();
        if self.accept("]") {
            return Ok(items);
        }
        loop {
            within(dimension, items.len().saturating_add(1), max)?;
            items.push(item(self)?);
            if self.accept("]") {
                return Ok(items);
            }
            self.word(", ")?;
        }
    }

    fn point(&mut self) -> Result<Point> {
        let offset = self.offset();
        self.word("(")?;
        let x = self.scalar::<Fq>()?;
        self.word(", ")?;
        let y = self.scalar::<Fq>()?;
        self.word(")")?;
        let point = Option::<vesta::Affine>::from(vesta::Affine::from_xy(x, y));
        point.map(|point| Point::from_affine(&point)).ok_or(TextError::Value { offset })
    }

    fn scalar<F: PrimeField<Repr = [u8; 32]>>(&mut self) -> Result<F> {
        let offset = self.offset();
        self.word("0x")?;
        let (digits, rest) = self
            .rest
            .split_at_checked(64)
            .ok_or(TextError::Expected { what: "64 hexadecimal digits", offset })?;
        self.rest = rest;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().rev().zip(digits.as_bytes().chunks_exact(2)) {
            let pair =
                core::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
            *byte = pair.ok_or(TextError::Expected { what: "64 hexadecimal digits", offset })?;
        }
        Option::from(F::from_repr(bytes)).ok_or(TextError::Value { offset })
    }

    fn number<T: core::str::FromStr>(&mut self) -> Result<T> {
        let offset = self.offset();
        let end =
            self.rest.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(self.rest.len());
        let (digits, rest) = self
            .rest
            .split_at_checked(end)
            .ok_or(TextError::Expected { what: "a number", offset })?;
        if digits.is_empty() {
            return Err(TextError::Expected { what: "a number", offset });
        }
        self.rest = rest;
        digits.parse().or(Err(TextError::Value { offset }))
    }

    fn word(&mut self, word: &'static str) -> Result<()> {
        let offset = self.offset();
        if self.accept(word) { Ok(()) } else { Err(TextError::Expected { what: word, offset }) }
    }

    fn accept(&mut self, word: &str) -> bool {
        let rest = self.rest.strip_prefix(word);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn end(&self) -> Result<()> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(TextError::Expected { what: "the end", offset: self.offset() })
    }

    fn offset(&self) -> usize {
        self.text.len().saturating_sub(self.rest.len())
    }
}
