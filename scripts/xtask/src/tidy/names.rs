//! Names of types that a reader need not decode.

use regex::Regex;

use crate::{tree::Tree, violation::Violation};

pub const EXPLANATION: &str = "
types have the names of the literature, one name for an idea and one idea for a name.

A type named `What` or `Held` says nothing where it is used; `Grid` is a riddle to a reader who knows
quantization parameters; `Point` is a point of a curve. The remedy in the message is the usual word of
the field.
";

/// Names that are not descriptive, with better ones.
const NAMES: [(&str, &str); 27] = [
    ("After", "what it holds: `Fusion`, a phase, a state"),
    ("Analysed", "`AnalyzedModel` or `ValueRanges`"),
    ("Announced", "`ReceiptEvent`"),
    ("Before", "what it holds: `Fusion`, a phase, a state"),
    ("End", "`OutputHead`, or the thing that ends"),
    ("Fate", "`JobStatus`"),
    ("Grid", "`QuantParams`"),
    ("Held", "`ServedModel`, or the thing that is held"),
    ("How", "`EndReason`, or the choice that it is"),
    ("Knobs", "`CircuitParams`"),
    ("LeastParameters", "`MinParameters`"),
    ("Life", "`Mortality`"),
    ("Lin", "`LinearCombination`"),
    ("Market", "`ChainClient`"),
    ("MostParameters", "`MaxParameters`"),
    ("OnProgress", "`ProgressFn`"),
    ("Once", "`SingleProofKeys`; `std::sync::Once` is another thing"),
    ("Page", "`TextReport`"),
    ("Proven", "`ProofWithStatement`"),
    ("Reception", "`SubmitOutcome`"),
    ("Running", "`SetupSession`, or the thing that runs"),
    ("Shown", "`…View`"),
    ("Side", "`BlockView`, or left and right by name"),
    ("Spoilt", "`Banned`"),
    ("ToDo", "`Fusion`"),
    ("Unborn", "`NotCreated`"),
    ("What", "`Target`, `Subcommand`, or the choice that it is"),
];

/// Finds the definitions of such types, and of variants with the oddest of these names.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let pattern = r"^\s*(?:pub(?:\([a-z]+\))? )?(?:struct|enum|trait|type) ([A-Za-z]+)\b";
    let Ok(definition) = Regex::new(pattern) else { return Vec::new() };
    let mut violations = Vec::new();
    for file in tree.with_extension(&["rs"]) {
        for (number, line) in file.text.lines().enumerate() {
            let name = definition.captures(line).and_then(|found| found.get(1));
            let name = name.map(|name| name.as_str()).unwrap_or_default();
            if let Some((_, better)) = NAMES.iter().find(|(odd, _)| *odd == name) {
                let message = format!("`{name}` needs decoding: use {better}");
                violations.push(Violation::at(&file.path, number, message));
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_found_and_uses_are_not() {
        assert!(NAMES.is_sorted());
        let text =
            "pub(crate) struct Held;\nenum HeldModel {}\nfn f(_: Held) {}\n  type What = u8;\n";
        let violations = check(&Tree::of(&[("a.rs", text)]));
        assert_eq!(violations.iter().map(|found| found.line).collect::<Vec<_>>(), [1, 4]);
    }
}
