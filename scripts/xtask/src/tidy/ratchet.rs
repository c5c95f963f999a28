//! Numbers of violations that may only fall.

use std::{collections::BTreeMap, fs};

use crate::{tree::Tree, violation::Violation};

/// Rule, then crate, then the number of violations.
type Counts = BTreeMap<String, BTreeMap<String, usize>>;

const PATH: &str = "scripts/xtask/ratchet.toml";
const HEAD: &str = "# Violations of the rules of style by crate, which may only fall.\n\
                    # Written by `cargo xtask tidy --update`.\n\n";

/// Returns the violations of every rule and crate that has more of them than the ratchet holds.
///
/// With `update`, numbers in the ratchet fall to those of today; a rule that the ratchet does not
/// have yet enters it with the numbers of today.
///
/// # Errors
/// The ratchet's file cannot be read or written.
pub fn hold<'a>(
    tree: &Tree,
    rules: &[(&'a str, Vec<Violation>)],
    update: bool,
    all: bool,
) -> Result<Vec<(&'a str, Violation)>, String> {
    let path = tree.join(PATH);
    let text = fs::read_to_string(&path).unwrap_or_default();
    let mut held: Counts = toml::from_str(&text).map_err(|error| format!("{PATH}: {error}"))?;
    let mut violations = Vec::new();
    for (rule, found) in rules {
        let by_crate = by_crate(tree, found);
        if update {
            let limits = held.remove(*rule);
            held.insert((*rule).to_owned(), lowered(limits, &by_crate));
        }
        for (name, found) in by_crate {
            let limit = held.get(*rule).and_then(|crates| crates.get(&name)).copied();
            if all || found.len() > limit.unwrap_or(0) {
                violations.extend(found.into_iter().map(|violation| (*rule, violation.clone())));
            }
        }
    }
    if update {
        let text = toml::to_string(&held).map_err(|error| error.to_string())?;
        fs::write(&path, format!("{HEAD}{text}")).map_err(|error| format!("{PATH}: {error}"))?;
    }
    Ok(violations)
}

fn by_crate<'a>(tree: &Tree, found: &'a [Violation]) -> BTreeMap<String, Vec<&'a Violation>> {
    let mut crates: BTreeMap<String, Vec<&Violation>> = BTreeMap::new();
    for violation in found {
        crates.entry(tree.crate_of(&violation.path)).or_default().push(violation);
    }
    crates
}

/// Returns today's numbers, none above its limit.
fn lowered(
    limits: Option<BTreeMap<String, usize>>,
    found: &BTreeMap<String, Vec<&Violation>>,
) -> BTreeMap<String, usize> {
    let counts = found.iter().map(|(name, found)| (name.clone(), found.len()));
    match limits {
        None => counts.collect(),
        Some(limits) => counts
            .filter_map(|(name, count)| {
                let limit = *limits.get(&name)?;
                Some((name, count.min(limit)))
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_fall_and_never_rise() {
        let violation = Violation::at("a/src/lib.rs", 0, "");
        let found = |count: usize| BTreeMap::from([("a".to_owned(), vec![&violation; count])]);
        let limits = |count: usize| Some(BTreeMap::from([("a".to_owned(), count)]));
        assert_eq!(lowered(None, &found(3))["a"], 3);
        assert_eq!(lowered(limits(5), &found(3))["a"], 3);
        assert_eq!(lowered(limits(2), &found(3))["a"], 2);
        assert!(lowered(limits(2), &BTreeMap::new()).is_empty());
        assert!(lowered(Some(BTreeMap::new()), &found(1)).is_empty());
    }

    #[test]
    fn more_than_the_limit_is_reported_with_every_place() {
        let tree = Tree::of(&[("a/Cargo.toml", "")]);
        let found = vec![Violation::at("a/src/lib.rs", 0, "x"), Violation::at("a/b.rs", 1, "y")];
        let reported = hold(&tree, &[("a rule", found)], false, false);
        assert_eq!(reported.map(|found| found.len()), Ok(2));
    }
}
