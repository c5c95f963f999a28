//! Numbers of violations that may only fall.

use std::{collections::BTreeMap, fs};

use crate::{fault::Fault, tree::Tree};

/// Rule, then crate, then the number of violations.
type Counts = BTreeMap<String, BTreeMap<String, usize>>;

const PATH: &str = "scripts/xtask/ratchet.toml";
const HEAD: &str = "# Violations of the rules of style by crate: they may only fall. Written by `tidy --update`.\n\n";

/// Returns the faults of every rule and crate that has more of them than the ratchet holds.
///
/// # Errors
/// The ratchet's file cannot be read or written.
pub fn hold(
    tree: &Tree,
    rules: &[(&str, Vec<Fault>)],
    update: bool,
    all: bool,
) -> Result<Vec<Fault>, String> {
    let path = tree.join(PATH);
    let text = fs::read_to_string(&path).unwrap_or_default();
    let held: Counts = toml::from_str(&text).map_err(|error| format!("{PATH}: {error}"))?;
    let (mut now, mut faults) = (Counts::new(), Vec::new());
    for (rule, found) in rules {
        let mut by_crate: BTreeMap<String, Vec<&Fault>> = BTreeMap::new();
        for fault in found {
            by_crate.entry(tree.crate_of(&fault.path)).or_default().push(fault);
        }
        for (name, found) in by_crate {
            let limit = held.get(*rule).and_then(|crates| crates.get(&name)).copied().unwrap_or(0);
            if all || (found.len() > limit && !update) {
                faults.extend(found.iter().map(|fault| (*fault).clone()));
            }
            let kept = if held.is_empty() { found.len() } else { found.len().min(limit) };
            now.entry((*rule).to_owned()).or_default().insert(name, kept);
        }
    }
    if update {
        let text = toml::to_string(&now).map_err(|error| error.to_string())?;
        fs::write(&path, format!("{HEAD}{text}")).map_err(|error| format!("{PATH}: {error}"))?;
    }
    Ok(faults)
}
