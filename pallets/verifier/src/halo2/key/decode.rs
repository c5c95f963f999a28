//! Bytes to keys.

use alloc::vec::Vec;

use ff::PrimeField;
use pasta_curves::Fp;

use super::{PreparedVerifyingKey, VERSION, VerifyingKey};
use crate::halo2::{
    bounds::{
        MAX_COLUMNS, MAX_EXPRESSION_NODES, MAX_GATES, MAX_INSTANCE_COLUMNS, MAX_KEY_LEN,
        MAX_LOOKUP_WIDTH, MAX_LOOKUPS, MAX_PERMUTATION_COLUMNS, MAX_QUERIES,
    },
    error::{Dimension, KeyError, KeyPoint},
    expression::{Expression, Node, missing_after},
    layout::{Column, ColumnKind, Description, Layout, Lookup, Query, validate::within},
    point::{COMPRESSED_LEN, FIELD_LEN, Point},
};

/// Longest prepared key: points take twice the space, and the digest 32 bytes.
const MAX_PREPARED_LEN: usize = 2 * MAX_KEY_LEN + FIELD_LEN;

impl VerifyingKey {
    /// A key from its encoding, see [the module](crate::halo2::key).
    ///
    /// # Errors
    /// The first thing that is wrong, bounds before what they bound.
    ///
    /// # Complexity
    /// One square root for each commitment.
    pub fn decode(bytes: &[u8]) -> Result<Self, KeyError> {
        Self::decode_if(bytes, |_| Ok(()))
    }

    /// As [`decode`](Self::decode), for layouts that `accept` accepts: it is asked before any
    /// commitment is decoded.
    ///
    /// # Errors
    /// As [`decode`](Self::decode), and those of `accept`.
    pub fn decode_if<E: From<KeyError>>(
        bytes: &[u8],
        accept: impl FnOnce(&Layout<Fp>) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut reader = Reader::new(bytes, MAX_KEY_LEN)?;
        let layout = reader.layout()?;
        accept(&layout)?;
        let key = reader.key(layout, |reader, element| {
            Point::decompress(&reader.take::<COMPRESSED_LEN>()?)
                .map_err(|fault| KeyError::Point { element, fault })
        })?;
        reader.finish()?;
        Ok(key)
    }
}

impl PreparedVerifyingKey {
    /// A key from bytes that [`to_bytes`](Self::to_bytes) gave. **Never call it with bytes from
    /// outside**: neither points nor digest are validated again.
    ///
    /// # Errors
    /// When the bytes are damaged so that they no longer decode.
    pub fn from_trusted_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let mut reader = Reader::new(bytes, MAX_PREPARED_LEN)?;
        let digest =
            Option::from(Fp::from_repr(reader.take()?)).ok_or(KeyError::Scalar { offset: 0 })?;
        let layout = reader.layout()?;
        let key = reader
            .key(layout, |reader, _| Ok(Point::from_trusted_coordinates(&reader.take::<64>()?)))?;
        reader.finish()?;
        Ok(Self { key, digest })
    }
}

/// The bytes not yet read, and how many nodes have been.
struct Reader<'a> {
    rest: &'a [u8],
    len: usize,
    nodes: usize,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8], max: usize) -> Result<Self, KeyError> {
        if bytes.len() > max {
            return Err(KeyError::TooLong { found: bytes.len() });
        }
        Ok(Self { rest: bytes, len: bytes.len(), nodes: 0 })
    }

    fn finish(&self) -> Result<(), KeyError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(KeyError::Trailing { found: self.rest.len() })
        }
    }

    fn layout(&mut self) -> Result<Layout<Fp>, KeyError> {
        Layout::new(self.description()?)
    }

    fn key(
        &mut self,
        layout: Layout<Fp>,
        point: impl Fn(&mut Self, KeyPoint) -> Result<Point, KeyError>,
    ) -> Result<VerifyingKey, KeyError> {
        let fixed = usize::from(layout.description().fixed);
        let permutation = layout.description().permutation.len();
        let fixed =
            (0..fixed).map(|i| point(self, KeyPoint::Fixed(i))).collect::<Result<_, _>>()?;
        let permutation = (0..permutation)
            .map(|i| point(self, KeyPoint::Permutation(i)))
            .collect::<Result<_, _>>()?;
        VerifyingKey::new(layout, fixed, permutation)
    }

    fn description(&mut self) -> Result<Description<Fp>, KeyError> {
        let version = self.u8()?;
        if version != VERSION {
            return Err(KeyError::Version { found: version });
        }
        Ok(Description {
            k: self.u8()?,
            fixed: self.u16()?,
            advice: self.u16()?,
            selectors: self.u16()?,
            instance_rows: self.short(
                Dimension::InstanceColumns,
                MAX_INSTANCE_COLUMNS,
                Self::u16,
            )?,
            advice_queries: self.long(Dimension::Queries, MAX_QUERIES, Self::query)?,
            instance_queries: self.long(Dimension::Queries, MAX_QUERIES, Self::query)?,
            fixed_queries: self.long(Dimension::Queries, MAX_QUERIES, Self::fixed_query)?,
            permutation: self.long(
                Dimension::PermutationColumns,
                MAX_PERMUTATION_COLUMNS,
                Self::column,
            )?,
            constants: self.long(Dimension::Constants, MAX_COLUMNS, Self::u16)?,
            minimum_degree: self.u8()?.checked_sub(1),
            gates: self.long(Dimension::Gates, MAX_GATES, Self::expression)?,
            lookups: self.short(Dimension::Lookups, MAX_LOOKUPS, Self::lookup)?,
        })
    }

    fn query(&mut self) -> Result<Query, KeyError> {
        Ok(Query { column: self.u16()?, rotation: i8::from_le_bytes(self.take()?).into() })
    }

    fn fixed_query(&mut self) -> Result<Query, KeyError> {
        Ok(Query { column: self.u16()?, rotation: 0 })
    }

    fn column(&mut self) -> Result<Column, KeyError> {
        let kind = match self.u8()? {
            0 => ColumnKind::Fixed,
            1 => ColumnKind::Advice,
            2 => ColumnKind::Instance,
            found => return Err(KeyError::Tag { found, offset: self.offset().saturating_sub(1) }),
        };
        Ok(Column { kind, index: self.u16()? })
    }

    fn lookup(&mut self) -> Result<Lookup<Fp>, KeyError> {
        let width = usize::from(self.u8()?);
        within(Dimension::LookupWidth, width, MAX_LOOKUP_WIDTH)?;
        Ok(Lookup {
            inputs: self.times(width, Self::expression)?,
            tables: self.times(width, Self::expression)?,
        })
    }

    fn expression(&mut self) -> Result<Expression<Fp>, KeyError> {
        let mut nodes = Vec::new();
        let mut missing = 1;
        while missing > 0 {
            self.nodes = self.nodes.saturating_add(1);
            within(Dimension::Nodes, self.nodes, MAX_EXPRESSION_NODES)?;
            let node = self.node()?;
            missing = missing_after(missing, &node).ok_or(KeyError::Truncated)?;
            nodes.push(node);
        }
        Expression::new(nodes).ok_or(KeyError::Truncated)
    }

    fn node(&mut self) -> Result<Node<Fp>, KeyError> {
        Ok(match self.u8()? {
            0 => Node::Constant(self.scalar()?),
            1 => Node::Fixed(self.u16()?),
            2 => Node::Advice(self.u16()?),
            3 => Node::Instance(self.u16()?),
            4 => Node::Negated,
            5 => Node::Sum,
            6 => Node::Product,
            7 => Node::Scaled(self.scalar()?),
            found => return Err(KeyError::Tag { found, offset: self.offset().saturating_sub(1) }),
        })
    }

    fn scalar(&mut self) -> Result<Fp, KeyError> {
        let offset = self.offset();
        let fault = KeyError::Scalar { offset };
        let len = usize::from(self.u8()?);
        if len > FIELD_LEN {
            return Err(fault);
        }
        let (digits, rest) = self.rest.split_at_checked(len).ok_or(KeyError::Truncated)?;
        self.rest = rest;
        if digits.last() == Some(&0) {
            return Err(fault);
        }
        let mut bytes = [0; FIELD_LEN];
        bytes.iter_mut().zip(digits).for_each(|(to, from)| *to = *from);
        Option::from(Fp::from_repr(bytes)).ok_or(fault)
    }

    /// Items behind a count of two bytes. Nothing is reserved for items that are not there.
    fn long<T>(
        &mut self,
        dimension: Dimension,
        max: usize,
        item: fn(&mut Self) -> Result<T, KeyError>,
    ) -> Result<Vec<T>, KeyError> {
        let count = usize::from(self.u16()?);
        within(dimension, count, max)?;
        self.times(count, item)
    }

    /// Items behind a count of one byte.
    fn short<T>(
        &mut self,
        dimension: Dimension,
        max: usize,
        item: fn(&mut Self) -> Result<T, KeyError>,
    ) -> Result<Vec<T>, KeyError> {
        let count = usize::from(self.u8()?);
        within(dimension, count, max)?;
        self.times(count, item)
    }

    fn times<T>(
        &mut self,
        count: usize,
        item: fn(&mut Self) -> Result<T, KeyError>,
    ) -> Result<Vec<T>, KeyError> {
        (0..count).map(|_| item(self)).collect()
    }

    fn offset(&self) -> usize {
        self.len.saturating_sub(self.rest.len())
    }

    fn u8(&mut self) -> Result<u8, KeyError> {
        self.take().map(u8::from_le_bytes)
    }

    fn u16(&mut self) -> Result<u16, KeyError> {
        self.take().map(u16::from_le_bytes)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], KeyError> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(KeyError::Truncated)?;
        self.rest = rest;
        Ok(*bytes)
    }
}
