//! Uniqueness of a program's witness, shown for all witnesses at once and not by trying them.
//!
//! Two assignments that satisfy a program and agree on the committed input agree everywhere, if
//! each equation, taken in some order, determines its unknown variables from those before it. An
//! equation does if its unknowns are *digits*: their weights are powers of two, and the differences
//! that lower digits can make are smaller than a step of the next one, and all of them smaller than
//! the modulus. The spread of a digit is the most by which two of its values can differ:
//!
//! | digit | spread |
//! |---|---|
//! | a number of `b` bits | `2^b - 1` |
//! | `y - n` of a slot, with `y · n = 0` and `y + n` of `b` bits | `2 · (2^b - 1)` |
//! | `2y - Σ pieces`, with `y · n = 0` and `y + n` the sum of the pieces | twice the sum's greatest value |
//! | a table's value with the number of a set that names argument and value | the greatest of either |

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::OnceLock,
};

use ff::{Field, PrimeField};
use halo2_proofs::pasta::Fp;
use zkml_model::random::{self, Bounds, End, hostile, hostile_inputs};

use crate::halo2::layout::{Place, RowProgram, Var};
use crate::halo2::{
    compile::{AnalyzedModel, CircuitParams, Private, compile},
    plan::Plan,
};

/// A pair of cells, and what its row says of it.
struct LookupPair {
    y: Var,
    n: Option<Var>,
    bits: u8,
    product: bool,
}

struct Equation {
    row: usize,
    terms: BTreeMap<Var, Fp>,
    constant: Fp,
    slots: Vec<LookupPair>,
}

impl Equation {
    fn at(row: usize) -> Self {
        Self { row, terms: BTreeMap::new(), constant: Fp::ZERO, slots: Vec::new() }
    }

    fn weight(&self, var: Var) -> Fp {
        self.terms.get(&var).copied().unwrap_or(Fp::ZERO)
    }

    fn add(&mut self, var: Var, weight: &Fp) {
        *self.terms.entry(var).or_insert(Fp::ZERO) += weight;
    }

    fn unknown(&self, known: &BTreeSet<Var>) -> BTreeSet<Var> {
        let weighed =
            self.terms.iter().filter(|(_, weight)| **weight != Fp::ZERO).map(|(var, _)| *var);
        let in_slots = self.slots.iter().flat_map(|slot| [Some(slot.y), slot.n]).flatten();
        weighed.chain(in_slots).filter(|var| !known.contains(var)).collect()
    }
}

/// Returns the statements of the rows from `from` on, Poseidon's apart.
fn equations(program: &RowProgram<Fp>, from: usize) -> Result<Vec<Equation>, String> {
    let mut out: Vec<Equation> = Vec::new();
    for (r, row) in program.rows.iter().enumerate().skip(from).filter(|(_, row)| row.linear) {
        if row.boundary {
            out.push(Equation::at(r));
        }
        let equation =
            out.last_mut().ok_or(format!("row {r} goes on with a sum that begins nowhere"))?;
        equation.constant += row.constant;
        for (var, weight) in row.cells.iter().zip(&row.weights) {
            match var {
                Some(var) => equation.add(*var, weight),
                None if *weight != Fp::ZERO => return Err(format!("row {r} weighs a free cell")),
                None => {}
            }
        }
        for pair in
            row.cells.chunks(2).take(program.shape.slots).filter(|_| row.product || row.bits > 0)
        {
            match (pair[0], pair[1]) {
                (Some(y), n) => {
                    equation.slots.push(LookupPair { y, n, bits: row.bits, product: row.product })
                }
                (None, Some(_)) => return Err(format!("row {r}: a second cell without a first")),
                (None, None) => {}
            }
        }
    }
    Ok(out)
}

/// Premises of soundness beside the equations: sums begin and end at zero, cells are homes or
/// copies, and copies are in columns that the permutation argument reaches.
fn check_structure(program: &RowProgram<Fp>) -> Result<(), String> {
    let copies: BTreeSet<(Var, u32, u16)> =
        program.copies.iter().map(|(var, place)| (*var, place.row, place.column)).collect();
    let shared: BTreeSet<usize> = program.shape.shared().collect();
    let mut before = false;
    for (r, row) in program.rows.iter().enumerate() {
        if row.linear != before && !row.boundary {
            return Err(format!("row {r}: a sum begins or ends anywhere"));
        }
        before = row.linear;
        if (row.full || row.partial) && row.linear {
            return Err(format!("row {r}: Poseidon and a sum"));
        }
        for (c, var) in row.cells.iter().enumerate().filter_map(|(c, cell)| Some((c, (*cell)?))) {
            let home =
                program.homes[var as usize] == Some(Place { row: r as u32, column: c as u16 });
            if !(home || copies.contains(&(var, r as u32, c as u16)) && shared.contains(&c)) {
                return Err(format!("row {r} column {c}: neither home nor copy"));
            }
        }
    }
    let last_home = |var: &Var| program.homes[*var as usize].map(|home| usize::from(home.column));
    let stray = program
        .copies
        .iter()
        .find(|(var, _)| last_home(var).is_none_or(|column| !shared.contains(&column)));
    match (before, stray) {
        (true, _) => Err("the last sum does not end".into()),
        (_, Some((var, _))) => Err(format!("variable {var} is copied from where no copy reaches")),
        _ => Ok(()),
    }
}

/// The exponent of a weight `±2^e`.
fn exponent(weight: &Fp) -> Option<u32> {
    static POWERS: OnceLock<HashMap<[u8; 32], u32>> = OnceLock::new();
    let powers = POWERS.get_or_init(|| {
        let powers =
            core::iter::successors(Some(Fp::ONE), |power| Some(power.double())).zip(0..254);
        powers.flat_map(|(power, e)| [(power.to_repr(), e), ((-power).to_repr(), e)]).collect()
    });
    powers.get(&weight.to_repr()).copied()
}

/// A natural number below 2^512.
#[derive(Default)]
struct Natural([u64; 8]);

impl Natural {
    /// Adds `value · 2^e`, for `e` below 254.
    fn add(&mut self, e: u32, value: u128) {
        let (limb, bit) = ((e / 64) as usize, e % 64);
        let above = if bit == 0 { 0 } else { (value >> (128 - bit)) as u64 };
        let shifted = value << bit;
        let parts = [shifted as u64, (shifted >> 64) as u64, above];
        let mut carry = 0u128;
        for (limb, part) in self.0.iter_mut().skip(limb).zip(parts.into_iter().chain([0; 5])) {
            let sum = u128::from(*limb) + u128::from(part) + carry;
            *limb = sum as u64;
            carry = sum >> 64;
        }
    }

    fn is_below_power(&self, e: u32) -> bool {
        let top = self.0.iter().rposition(|limb| *limb != 0);
        top.is_none_or(|top| 64 * top as u32 + 64 - self.0[top].leading_zeros() <= e)
    }
}

struct Digit {
    weight: Fp,
    spread: u128,
    vars: Vec<Var>,
}

/// Checks that digits of these weights and spreads cannot be taken for others.
fn check_separated(digits: &[Digit]) -> Result<(), String> {
    let mut all = Vec::new();
    for digit in digits {
        all.push((exponent(&digit.weight).ok_or("a weight is not a power of two")?, digit.spread));
    }
    all.sort_unstable();
    let mut sum = Natural::default();
    for (e, spread) in &all {
        if !sum.is_below_power(*e) {
            return Err(format!("digits overlap at 2^{e}: {all:?}"));
        }
        sum.add(*e, *spread);
    }
    // The modulus is above 2^254.
    if sum.is_below_power(254) { Ok(()) } else { Err(format!("digits wrap around: {all:?}")) }
}

/// A ReLU of a number in pieces.
struct Wide {
    n: Var,
    pieces: Vec<(Var, u32)>,
    most: u128,
}

/// Statements of lookup pairs about variables, wherever these occur.
struct Ranges {
    /// Greatest value of a number.
    numbers: BTreeMap<Var, u128>,
    /// Numbers of a set.
    sets: BTreeMap<Var, Vec<u64>>,
    wide: BTreeMap<Var, Wide>,
}

impl Ranges {
    fn of(program: &RowProgram<Fp>, equations: &[Equation]) -> Self {
        let (mut numbers, mut sets) = (BTreeMap::new(), BTreeMap::new());
        for slot in
            equations.iter().flat_map(|e| &e.slots).filter(|slot| slot.n.is_none() && slot.product)
        {
            match slot.bits {
                0 => {}
                1..=16 => {
                    numbers.insert(slot.y, (1u128 << slot.bits) - 1);
                }
                set => {
                    sets.insert(slot.y, program.numbers(set));
                }
            }
        }
        // Of a number that is a sum of checked pieces.
        let sums: Vec<_> =
            equations.iter().filter_map(|equation| sum_of_pieces(equation, &numbers)).collect();
        let wide = equations.iter().filter_map(|equation| wide_relu(equation, &numbers)).collect();
        for (var, most) in sums {
            let known = numbers.entry(var).or_insert(most);
            *known = most.min(*known);
        }
        Self { numbers, sets, wide }
    }
}

/// A variable that an equation says to be the sum of pieces in its own slots, with the greatest
/// sum.
fn sum_of_pieces(equation: &Equation, numbers: &BTreeMap<Var, u128>) -> Option<(Var, u128)> {
    let own: BTreeSet<Var> = equation.slots.iter().map(|slot| slot.y).collect();
    let (mut most, mut sum) = (0u128, None);
    for (var, weight) in equation.terms.iter().filter(|(_, weight)| **weight != Fp::ZERO) {
        match numbers.get(var).filter(|_| own.contains(var)) {
            Some(max) => most += max << exponent(weight).filter(|e| *e <= 62)?,
            None if sum.is_none() && (*weight == Fp::ONE || *weight == -Fp::ONE) => {
                sum = Some(*var)
            }
            None => return None,
        }
    }
    sum.filter(|_| most > 0).map(|var| (var, most))
}

/// A ReLU in pieces, by its `y`: an equation `y + n = Σ 2^e · piece` whose one slot says `y · n =
/// 0`.
fn wide_relu(equation: &Equation, numbers: &BTreeMap<Var, u128>) -> Option<(Var, Wide)> {
    let [LookupPair { y, n: Some(n), bits: 0, product: true }] = equation.slots[..] else {
        return None;
    };
    let ones = equation.weight(y) == Fp::ONE
        && equation.weight(n) == Fp::ONE
        && equation.constant == Fp::ZERO;
    let (mut pieces, mut digits, mut most) = (Vec::new(), Vec::new(), 0u128);
    for (var, weight) in equation.terms.iter().filter(|(var, _)| ones && **var != y && **var != n) {
        let (max, e) = (*numbers.get(var)?, exponent(weight)?);
        if e > 62 || *weight != -Fp::from(1 << e) {
            return None;
        }
        pieces.push((*var, e));
        most += max << e;
        digits.push(Digit { weight: *weight, spread: max, vars: vec![*var] });
    }
    (ones && check_separated(&digits).is_ok()).then_some((y, Wide { n, pieces, most }))
}

/// Checks that two assignments that satisfy the rows from `from` on and agree before are the same.
fn check_determined(program: &RowProgram<Fp>, from: usize) -> Result<(), String> {
    check_structure(program)?;
    if program.shape.gather {
        return Err("a layer in place has a second sum, which is not looked at here".into());
    }
    let equations = equations(program, from)?;
    let ranges = Ranges::of(program, &equations);
    let before = |var: &usize| program.homes[*var].is_some_and(|home| (home.row as usize) < from);
    let mut known: BTreeSet<Var> = (0..program.homes.len())
        .filter(before)
        .map(|var| var as Var)
        .chain([program.public[2]])
        .collect();
    let mut pending: Vec<&Equation> = equations.iter().collect();
    while !pending.is_empty() {
        let (mut left, mut fault) = (Vec::new(), String::new());
        for equation in &pending {
            match determined(equation, &known, &ranges) {
                Ok(vars) => known.extend(vars),
                Err(error) => {
                    fault = format!("row {}: {error}", equation.row);
                    left.push(*equation);
                }
            }
        }
        if left.len() == pending.len() {
            return Err(format!(
                "{} equations do not determine their variables; {fault}",
                left.len()
            ));
        }
        pending = left;
    }
    let stand =
        (0..program.homes.len()).filter(|var| program.homes[*var].is_some()).map(|var| var as Var);
    match stand.chain(program.public.iter().copied()).find(|var| !known.contains(var)) {
        Some(var) => Err(format!("variable {var} is free")),
        None => Ok(()),
    }
}

/// The variables that an equation determines.
fn determined(
    equation: &Equation,
    known: &BTreeSet<Var>,
    ranges: &Ranges,
) -> Result<Vec<Var>, String> {
    let mut unknown = equation.unknown(known);
    let mut digits = relus(equation, &mut unknown);
    digits.extend(wide_relus(equation, &mut unknown, ranges));
    digits.extend(table_values(equation, &mut unknown, ranges)?);
    for var in unknown.clone() {
        // The range holds everywhere, whoever's slot says it.
        if let (Some(max), true) = (ranges.numbers.get(&var), equation.weight(var) != Fp::ZERO) {
            digits.push(Digit { weight: equation.weight(var), spread: *max, vars: vec![var] });
            unknown.remove(&var);
        }
    }
    let rest: Vec<Var> = unknown.iter().copied().collect();
    match rest[..] {
        [] => {
            check_separated(&digits)?;
            Ok(digits.into_iter().flat_map(|digit| digit.vars).collect())
        }
        [var] if digits.is_empty() && equation.weight(var) != Fp::ZERO => Ok(vec![var]),
        _ => Err(format!("{} unknown beside {} digits", rest.len(), digits.len())),
    }
}

/// Slots with both cells: `y - n`.
fn relus(equation: &Equation, unknown: &mut BTreeSet<Var>) -> Vec<Digit> {
    let mut digits = Vec::new();
    for slot in equation.slots.iter().filter(|slot| slot.product && (1..=16).contains(&slot.bits)) {
        let Some(n) = slot.n else { continue };
        let both = unknown.contains(&slot.y) && unknown.contains(&n);
        if both && equation.weight(slot.y) == -equation.weight(n) {
            let spread = 2 * ((1u128 << slot.bits) - 1);
            digits.push(Digit { weight: equation.weight(slot.y), spread, vars: vec![slot.y, n] });
            unknown.remove(&slot.y);
            unknown.remove(&n);
        }
    }
    digits
}

/// ReLUs in pieces: `2w · y - w · Σ 2^e · piece`.
fn wide_relus(equation: &Equation, unknown: &mut BTreeSet<Var>, ranges: &Ranges) -> Vec<Digit> {
    let half = Option::<Fp>::from(Fp::from(2).invert()).expect("two is not zero");
    let mut digits = Vec::new();
    for (y, wide) in &ranges.wide {
        if !unknown.contains(y) || equation.slots.iter().any(|slot| slot.y == *y) {
            continue;
        }
        let weight = equation.weight(*y) * half;
        let fits = |(var, e): &(Var, u32)| {
            unknown.contains(var) && equation.weight(*var) == -weight * Fp::from(1 << e)
        };
        if wide.pieces.iter().all(fits) {
            let pieces = wide.pieces.iter().map(|(var, _)| *var);
            let vars: Vec<Var> = [*y, wide.n].into_iter().chain(pieces).collect();
            vars.iter().for_each(|var| {
                unknown.remove(var);
            });
            digits.push(Digit { weight, spread: 2 * wide.most, vars });
        }
    }
    digits
}

/// Tables: `w · (argument + 512 · value - number)`, where the number is one of a set that names
/// argument and value.
fn table_values(
    equation: &Equation,
    unknown: &mut BTreeSet<Var>,
    ranges: &Ranges,
) -> Result<Vec<Digit>, String> {
    let mut digits = Vec::new();
    let numbers: Vec<Var> =
        unknown.iter().copied().filter(|var| ranges.sets.contains_key(var)).collect();
    for number in numbers {
        let weight = -equation.weight(number);
        let is_value = |var: &Var| {
            equation.weight(*var) == weight * Fp::from(512) && ranges.numbers.contains_key(var)
        };
        let value = unknown.iter().copied().find(is_value).ok_or("a table's value is missing")?;
        let (most, set) = (ranges.numbers[&value], &ranges.sets[&number]);
        let named: Vec<u64> = set.iter().copied().filter(|number| *number != 0).collect();
        let arguments: BTreeSet<u64> = named.iter().map(|number| number & 511).collect();
        let in_range =
            |number: &u64| (1..=256).contains(&(number & 511)) && u128::from(number >> 9) <= most;
        if arguments.len() != named.iter().collect::<BTreeSet<_>>().len()
            || !named.iter().all(in_range)
        {
            return Err("a set does not name one value for each argument".into());
        }
        let greatest = u128::from(named.iter().copied().max().unwrap_or(0));
        digits.push(Digit { weight, spread: greatest + 512 * most, vars: vec![number, value] });
        unknown.remove(&number);
        unknown.remove(&value);
    }
    Ok(digits)
}

/// The number of models; `HOSTILE_MODELS` sets another one.
fn count(default: u64) -> u64 {
    std::env::var("HOSTILE_MODELS").ok().and_then(|count| count.parse().ok()).unwrap_or(default)
}

const BOUNDS: Bounds = Bounds { bits: 61, values: 12 };

#[test]
fn programs_of_hostile_models_determine_every_variable() {
    for seed in 0..count(150) {
        let model = hostile(seed, End::Values, BOUNDS);
        let analyzed = AnalyzedModel::new(&model).unwrap();
        let mut rng = random::Rng::new(seed ^ 0x77);
        let params = CircuitParams {
            slots: rng.range(3, 8) as usize,
            extras: rng.range(2, 6) as usize,
            bits: [1u8, 2, 3, 5, 8, 10, 13][rng.range(0, 6) as usize],
            tile: rng.range(1, 3) as usize,
        };
        let plan = (6..17).find_map(|k| Plan::of(&analyzed, params, k)).expect("a plan");
        for values in hostile_inputs(&model, seed, 0) {
            let private = Private { values: &values, blinder: Fp::from(9), context: Fp::from(1) };
            let program = compile(&analyzed, params, plan.rows + 1, false, Some(&private)).unwrap();
            if let Err(error) = check_determined(&program, program.layers[1].1) {
                panic!("seed {seed}, {params:?}: {error}: {model:?}");
            }
        }
    }
}

/// Checks that wider ranges and missing products are seen. The top digit of an equation needs no
/// range, so not all are seen.
#[test]
fn weakened_programs_do_not_determine_their_variables() {
    let params = CircuitParams { slots: 4, extras: 3, bits: 8, tile: 2 };
    let (mut noticed, mut tried) = (0, 0);
    for seed in 0..30 {
        let model = hostile(seed, End::Values, Bounds { bits: 40, ..BOUNDS });
        let analyzed = AnalyzedModel::new(&model).unwrap();
        let plan = (6..17).find_map(|k| Plan::of(&analyzed, params, k)).expect("a plan");
        let program = compile::<Fp>(&analyzed, params, plan.rows + 1, false, None).unwrap();
        let from = program.layers[1].1;
        for row in
            (from..program.rows.len()).filter(|row| (1..=14).contains(&program.rows[*row].bits))
        {
            let mut wider = program.clone();
            wider.rows[row].bits += 2;
            let mut without = program.clone();
            without.rows[row].product = false;
            for weakened in [wider, without] {
                tried += 1;
                noticed += usize::from(check_determined(&weakened, from).is_err());
            }
        }
    }
    assert!(tried > 50 && noticed * 10 >= tried * 8, "{noticed} of {tried}");
}
