//! Polynomials over queried cells, as the gates and the lookups state them.
//!
//! An expression is kept in prefix order: an operator, then its operands. So a count of operands
//! that are still missing decodes it, a pass from the right evaluates it, and nothing here
//! recurses.

use alloc::vec::Vec;

use ff::Field;

/// A node of an expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Node<F> {
    /// A constant.
    Constant(F),
    /// The fixed query with this index.
    Fixed(u16),
    /// The advice query with this index.
    Advice(u16),
    /// The instance query with this index.
    Instance(u16),
    /// The operand, negated.
    Negated,
    /// The sum of two operands.
    Sum,
    /// The product of two operands.
    Product,
    /// The operand times a constant.
    Scaled(F),
}

impl<F> Node<F> {
    /// Returns the number of operands that follow.
    pub fn operands(&self) -> usize {
        match self {
            Self::Constant(_) | Self::Fixed(_) | Self::Advice(_) | Self::Instance(_) => 0,
            Self::Negated | Self::Scaled(_) => 1,
            Self::Sum | Self::Product => 2,
        }
    }
}

/// A whole expression: at least one node, and exactly the operands that its operators need.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expression<F> {
    nodes: Vec<Node<F>>,
}

/// The evaluations of all queries at one point.
#[derive(Clone, Copy, Debug)]
pub struct Evaluations<'a, F> {
    /// Of the fixed queries.
    pub fixed: &'a [F],
    /// Of the advice queries.
    pub advice: &'a [F],
    /// Of the instance queries.
    pub instance: &'a [F],
}

/// Returns the number of operands that are missing after `node`, when `missing` were before it.
pub fn missing_after<F>(missing: usize, node: &Node<F>) -> Option<usize> {
    missing.checked_sub(1)?.checked_add(node.operands())
}

impl<F: Field> Expression<F> {
    /// An expression from its nodes in prefix order; none when operands are missing or left over.
    pub fn new(nodes: Vec<Node<F>>) -> Option<Self> {
        let missing = nodes.iter().try_fold(1usize, missing_after)?;
        (missing == 0).then_some(Self { nodes })
    }

    /// The nodes in prefix order.
    pub fn nodes(&self) -> &[Node<F>] {
        &self.nodes
    }

    /// The degree in the columns' polynomials.
    pub fn degree(&self) -> usize {
        self.fold(|node, operands: &mut Vec<usize>| {
            Some(match node {
                Node::Constant(_) => 0,
                Node::Fixed(_) | Node::Advice(_) | Node::Instance(_) => 1,
                Node::Negated | Node::Scaled(_) => operands.pop()?,
                Node::Sum => operands.pop()?.max(operands.pop()?),
                Node::Product => operands.pop()?.saturating_add(operands.pop()?),
            })
        })
        .unwrap_or(usize::MAX)
    }

    /// The value for these evaluations; none when a query has no evaluation.
    pub fn evaluate(&self, at: &Evaluations<'_, F>) -> Option<F> {
        self.fold(|node, operands: &mut Vec<F>| {
            Some(match node {
                Node::Constant(value) => *value,
                Node::Fixed(index) => *at.fixed.get(usize::from(*index))?,
                Node::Advice(index) => *at.advice.get(usize::from(*index))?,
                Node::Instance(index) => *at.instance.get(usize::from(*index))?,
                Node::Negated => -operands.pop()?,
                Node::Sum => operands.pop()? + operands.pop()?,
                Node::Product => operands.pop()? * operands.pop()?,
                Node::Scaled(factor) => operands.pop()? * factor,
            })
        })
    }

    fn fold<T>(&self, step: impl Fn(&Node<F>, &mut Vec<T>) -> Option<T>) -> Option<T> {
        let mut operands = Vec::new();
        for node in self.nodes.iter().rev() {
            let value = step(node, &mut operands)?;
            operands.push(value);
        }
        operands.pop()
    }
}
