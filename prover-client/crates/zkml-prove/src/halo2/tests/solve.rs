//! Every solution of a program, over all of the field.

use std::collections::BTreeMap;

use ff::Field;
use halo2_proofs::pasta::Fp;

use crate::halo2::layout::{Row, RowProgram, Var};

/// Returns the statement of a row about a pair of cells; a cell without a variable may hold
/// anything.
struct LookupPair {
    y: Var,
    n: Option<Var>,
    bits: u8,
    product: bool,
}

/// An equation over some rows, and the slots in them.
struct Equation {
    terms: BTreeMap<Var, Fp>,
    constant: Fp,
    slots: Vec<LookupPair>,
}

/// Values of variables, as far as they are known.
pub type Known = Vec<Option<Fp>>;

/// Returns the statements of the rows from `from` on; Poseidon's are not among them.
fn equations(program: &RowProgram<Fp>, from: usize) -> Vec<Equation> {
    let mut out: Vec<Equation> = Vec::new();
    let rows = program.rows.iter().skip(from);
    for row in rows.filter(|row| row.linear) {
        if row.boundary {
            out.push(Equation { terms: BTreeMap::new(), constant: Fp::ZERO, slots: Vec::new() });
        }
        let equation = out.last_mut().expect("a sum begins at a boundary");
        equation.constant += row.constant;
        for (var, weight) in row.cells.iter().zip(&row.weights) {
            var.iter().for_each(|var| *equation.terms.entry(*var).or_insert(Fp::ZERO) += weight);
        }
        equation.slots.extend(slots(program, row));
    }
    out.extend(gathered(program));
    out
}

fn slots<'a>(
    program: &'a RowProgram<Fp>,
    row: &'a Row<Fp>,
) -> impl Iterator<Item = LookupPair> + 'a {
    let pairs =
        row.cells.chunks(2).take(program.shape.slots).filter(|_| row.product || row.bits > 0);
    pairs.filter_map(|pair| {
        Some(LookupPair { y: pair[0]?, n: pair[1], bits: row.bits, product: row.product })
    })
}

/// The second sum as an equation: it begins in a cell that is a copy, and ends in a variable's
/// home.
fn gathered(program: &RowProgram<Fp>) -> Option<Equation> {
    let first = program.rows.iter().position(|row| row.gather)?;
    let last = program.rows.iter().rposition(|row| row.gather)?;
    let column = program.shape.gather_acc();
    let here = |row: usize| {
        move |p: &crate::halo2::layout::Place| {
            p.row as usize == row && usize::from(p.column) == column
        }
    };
    let (begins, _) = program.copies.iter().find(|(_, place)| here(first)(place))?;
    let ends = program.homes.iter().position(|home| home.as_ref().is_some_and(here(last + 1)))?;
    let mut terms = BTreeMap::from([(*begins, Fp::ONE), (ends as Var, -Fp::ONE)]);
    for row in &program.rows[first..=last] {
        assert!(row.gather, "the second sum runs through");
        for (var, weight) in row.cells.iter().step_by(2).zip(&row.gather_weights) {
            if *weight != Fp::ZERO {
                *terms
                    .entry(var.expect("a cell that is weighed has a variable"))
                    .or_insert(Fp::ZERO) += weight;
            }
        }
    }
    Some(Equation { terms, constant: Fp::ZERO, slots: Vec::new() })
}

/// Values of the variables that extend `known` and satisfy the rows from `from` on: all, or two of
/// more. `None` if every equation has two unknowns or more that no slot bounds: then variables are
/// free, and there are as many solutions as the field has elements.
pub fn solutions(program: &RowProgram<Fp>, known: Known, from: usize) -> Option<Vec<Known>> {
    let equations = equations(program, from);
    let slots = equations
        .iter()
        .flat_map(|equation| &equation.slots)
        .filter(|slot| slot.bits > 0 && slot.product);
    let bits = slots
        .flat_map(|slot| [Some(slot.y), slot.n].into_iter().flatten().map(|var| (var, slot.bits)))
        .collect();
    let solver = Solver { program, bits, equations };
    let pending = (0..solver.equations.len()).collect();
    let mut found = Vec::new();
    solver.next(pending, known, &mut found)?;
    Some(found)
}

struct Solver<'a> {
    program: &'a RowProgram<Fp>,
    /// The width, or the set, of every variable in a slot: of those in any equation.
    bits: BTreeMap<Var, u8>,
    equations: Vec<Equation>,
}

impl Solver<'_> {
    /// The unknowns of an equation that no slot of its own bounds.
    fn unbounded(&self, equation: &Equation, known: &Known) -> Vec<Var> {
        let bounded = |var: &Var| {
            let holds = |slot: &LookupPair| slot.y == *var || slot.n == Some(*var);
            equation.slots.iter().any(|slot| slot.bits > 0 && slot.product && holds(slot))
        };
        let weighed =
            equation.terms.iter().filter(|(_, weight)| **weight != Fp::ZERO).map(|(var, _)| *var);
        let in_slots = equation.slots.iter().flat_map(|slot| [Some(slot.y), slot.n]).flatten();
        let mut all: Vec<Var> =
            weighed.chain(in_slots).filter(|var| known[*var as usize].is_none()).collect();
        all.sort_unstable();
        all.dedup();
        all.retain(|var| !bounded(var));
        all
    }

    /// One of a product's cells is zero: two unknowns of an equation, but two cases of one unknown
    /// each.
    fn products<'e>(&self, equation: &'e Equation, open: &[Var]) -> Vec<&'e LookupPair> {
        let both = |slot: &&LookupPair| {
            slot.bits == 0
                && slot.product
                && open.contains(&slot.y)
                && slot.n.is_some_and(|n| open.contains(&n))
        };
        equation.slots.iter().filter(both).collect()
    }

    fn next(&self, mut pending: Vec<usize>, known: Known, found: &mut Vec<Known>) -> Option<()> {
        if found.len() > 1 {
            return Some(());
        }
        if pending.is_empty() {
            // Zero is both of a product's cases.
            if !found.contains(&known) {
                found.push(known);
            }
            return Some(());
        }
        let unknowns = |i: &usize, elsewhere: bool| {
            let equation = &self.equations[*i];
            let mut open = self.unbounded(equation, &known);
            let products = self.products(equation, &open).len();
            open.retain(|var| !elsewhere || !self.bits.contains_key(var));
            open.len() - products
        };
        let of = |elsewhere| pending.iter().position(|i| unknowns(i, elsewhere) <= 1);
        let at = of(false).or_else(|| of(true))?;
        let elsewhere = unknowns(&pending[at], false) > 1;
        let equation = &self.equations[pending.remove(at)];
        let mut choices = vec![known];
        if elsewhere {
            // Numbers that slots of other equations bound are tried as well.
            for var in self.unbounded(equation, &choices[0]) {
                let Some(bits) = self.bits.get(&var) else { continue };
                let numbers: Vec<Fp> =
                    self.program.numbers(*bits).into_iter().map(Fp::from).collect();
                let with = |known: &Known, v: &Fp| {
                    let mut known = known.clone();
                    known[var as usize] = Some(*v);
                    known
                };
                choices = choices
                    .iter()
                    .flat_map(|known| numbers.iter().map(|v| with(known, v)).collect::<Vec<_>>())
                    .collect();
            }
        }
        for known in choices {
            let mut solved = Vec::new();
            self.choose(equation, 0, known, &mut solved);
            solved.into_iter().try_for_each(|known| self.next(pending.clone(), known, found))?;
        }
        Some(())
    }

    /// All values of the slots from `at` on, and of the unknown that is left.
    fn choose(&self, equation: &Equation, at: usize, mut known: Known, out: &mut Vec<Known>) {
        let Some(slot) = equation.slots.get(at) else {
            if self.solve(equation, &mut known) && self.holds(equation, &known) {
                out.push(known);
            }
            return;
        };
        for pair in self.pairs(equation, slot, &known) {
            let mut known = known.clone();
            known[slot.y as usize] = pair[0];
            if let Some(n) = slot.n {
                known[n as usize] = pair[1];
            }
            self.choose(equation, at + 1, known, out);
        }
    }

    /// Returns the pairs that a slot allows; `None` for what the equation says.
    fn pairs(&self, equation: &Equation, slot: &LookupPair, known: &Known) -> Vec<[Option<Fp>; 2]> {
        let now = [known[slot.y as usize], slot.n.and_then(|n| known[n as usize])];
        let open = [now[0].is_none(), slot.n.is_some() && now[1].is_none()];
        if slot.bits == 0
            && open == [true; 2]
            && self.products(equation, &self.unbounded(equation, known)).len() == 1
        {
            return vec![[Some(Fp::ZERO), None], [None, Some(Fp::ZERO)]];
        }
        if slot.bits == 0 || open == [false; 2] {
            return vec![now];
        }
        let mut pairs = Vec::new();
        for v in self.program.numbers(slot.bits).into_iter().map(Fp::from) {
            pairs.push([Some(v), Some(Fp::ZERO)]);
            if slot.n.is_some() && v != Fp::ZERO {
                pairs.push([Some(Fp::ZERO), Some(v)]);
            }
        }
        // Of a cell that has a value already, that one.
        let fits = |pair: &[Option<Fp>; 2]| {
            now.iter().zip(pair).all(|(now, new)| now.is_none() || now == new)
        };
        pairs.retain(fits);
        pairs
    }

    /// Solves for the unknown that is left, if one is. False where none can be.
    fn solve(&self, equation: &Equation, known: &mut Known) -> bool {
        let open: Vec<Var> =
            equation.terms.keys().copied().filter(|var| known[*var as usize].is_none()).collect();
        let weighed = |var: &&Var| equation.terms[*var] != Fp::ZERO;
        let Some(var) = open.iter().find(weighed) else { return true };
        let others = equation.terms.iter().filter(|(other, _)| *other != var);
        let rest =
            others.map(|(other, weight)| known[*other as usize].map_or(Fp::ZERO, |v| v * weight));
        let rest = rest.sum::<Fp>() + equation.constant;
        known[*var as usize] =
            Option::<Fp>::from(equation.terms[var].invert()).map(|inverse| -rest * inverse);
        true
    }

    fn holds(&self, equation: &Equation, known: &Known) -> bool {
        let of = |var: Var| known[var as usize];
        let sum = equation
            .terms
            .iter()
            .map(|(var, weight)| of(*var).unwrap_or(Fp::ZERO) * weight)
            .sum::<Fp>();
        let slot = |slot: &LookupPair| {
            let (Some(y), n) = (of(slot.y), slot.n.and_then(of)) else { return true };
            // A cell without a variable is chosen: zero, if it has to be, or what the table wants.
            let product = n.is_none_or(|n| y * n == Fp::ZERO);
            let inside = |x: Fp| {
                slot.bits == 0
                    || self.program.numbers(slot.bits).into_iter().any(|v| x == Fp::from(v))
            };
            product && inside(y + n.unwrap_or(Fp::ZERO))
        };
        sum + equation.constant == Fp::ZERO && equation.slots.iter().all(slot)
    }
}
