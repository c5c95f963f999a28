//! Files of one crate that import each other in a loop.
//!
//! A file imports another if its code names an item of that file: in a `use`, in an expression, in
//! a type or in a macro's call. Paths are followed through re-exports to the file that defines the
//! item. A façade that only re-exports (`pub use child::Item`, `pub(crate) use`) does not import;
//! a parent that uses an item of its child does, and so does a child that uses `super::Item`.
//! Code under `#[cfg(test)]` is left out.
//!
//! - [`modules`]: modules, their items and the paths in them
//! - [`resolve`]: the file that defines what a path names
//! - [`components`]: strongly connected components

mod components;
mod modules;
mod resolve;

use std::collections::{BTreeMap, BTreeSet};

use self::{
    components::{Graph, circles},
    modules::{Module, ModulePath},
    resolve::Modules,
};
use crate::{
    tree::{File, Tree},
    violation::Violation,
};

/// The largest loop that may stay.
const MAX: usize = 3;

pub const EXPLANATION: &str = "
no more than three files of a crate import each other in a loop.

Files in a loop can only be understood, tested and moved together. A file imports another if its code
names an item of that file; re-exports are followed to the definition, and a parent that only
re-exports its children is not in a loop with them. To cut a loop, move what the files share (a type,
an error, a helper) into a file below them all. `cargo xtask circles --all` shows every import of every
loop with its line.
";

/// An import: the importing file and its line, then the imported file.
type Lines = BTreeMap<(String, String), usize>;

/// Finds each import that is part of a loop of more than three files.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (graph, lines) in graphs(tree).values() {
        for circle in circles(graph).into_iter().filter(|circle| circle.len() > MAX) {
            for file in &circle {
                let targets = graph.get(file).into_iter().flatten();
                let inside: Vec<_> = targets.filter(|to| circle.contains(to)).collect();
                let line = inside.first().and_then(|to| lines.get(&(file.clone(), (*to).clone())));
                let names: Vec<_> = inside.iter().map(|path| short(path)).collect();
                let message = format!(
                    "is in a loop of {} files by its imports of {}: move what they share into a \
                     file below them all",
                    circle.len(),
                    names.join(", ")
                );
                violations.push(Violation::at(
                    file,
                    line.map_or(0, |line| line.saturating_sub(1)),
                    message,
                ));
            }
        }
    }
    violations
}

/// Prints a table of the crates with their loops; with `all`, every import of every loop.
pub fn show(tree: &Tree, all: bool) {
    println!(
        "{:36} {:>5} {:>5} {:>7}  files of the largest loop",
        "crate", "files", "loops", "largest"
    );
    for (name, (graph, lines)) in graphs(tree) {
        let loops = circles(&graph);
        let largest = loops.first().map(Vec::as_slice).unwrap_or_default();
        let names: Vec<_> = largest.iter().take(8).map(|path| short(path)).collect();
        let more = if largest.len() > names.len() { " …" } else { "" };
        let (files, count) = (graph.len(), loops.len());
        let line = format!(
            "{name:36} {files:>5} {count:>5} {:>7}  {}{more}",
            largest.len(),
            names.join(" ")
        );
        println!("{}", line.trim_end());
        for circle in loops.iter().filter(|_| all) {
            println!("  a loop of {}:", circle.len());
            for ((from, to), line) in &lines {
                if circle.contains(from) && circle.contains(to) {
                    println!("    {from}:{line} imports {}", short(to));
                }
            }
        }
    }
}

/// Returns the path of a file from its crate's `src`.
fn short(path: &str) -> &str {
    path.split_once("src/").map_or(path, |(_, inner)| inner)
}

/// Returns the graph of each crate.
fn graphs(tree: &Tree) -> BTreeMap<String, (Graph, Lines)> {
    let mut crates: BTreeMap<String, Vec<&File>> = BTreeMap::new();
    for file in tree.with_extension(&["rs"]) {
        let name = tree.crate_of(&file.path);
        let inner = file.path.strip_prefix(&name).unwrap_or_default();
        if inner.starts_with("/src/") && !inner.starts_with("/src/bin/") {
            crates.entry(name).or_default().push(file);
        }
    }
    crates.into_iter().map(|(name, files)| (name.clone(), graph(&name, &files))).collect()
}

fn graph(name: &str, files: &[&File]) -> (Graph, Lines) {
    let has_library = files.iter().any(|file| file.path.ends_with("/src/lib.rs"));
    let mut crates = Modules::default();
    let mut tests: BTreeSet<ModulePath> = BTreeSet::new();
    for file in files {
        let path = module(name, &file.path, has_library);
        let Ok(read) = modules::read(&path, &file.text) else { continue };
        for (path, module) in read {
            tests.extend(
                module.tests.iter().map(|name| [&path[..], std::slice::from_ref(name)].concat()),
            );
            crates.modules.insert(path, (file.path.clone(), module));
        }
    }
    let is_test = |path: &ModulePath| {
        let above = (0..=path.len()).any(|end| tests.contains(&path[..end]));
        above || path.iter().any(|segment| segment == "tests")
    };
    crates.modules.retain(|path, _| !is_test(path));
    let (mut graph, mut lines) = (Graph::new(), Lines::new());
    for (here, (file, Module { named, .. })) in &crates.modules {
        graph.entry(file.clone()).or_default();
        for (path, line) in named {
            let Some(target) = crates.file_of(here, path).filter(|target| target != file) else {
                continue;
            };
            graph.entry(file.clone()).or_default().insert(target.to_owned());
            lines.entry((file.clone(), target.to_owned())).or_insert(*line);
        }
    }
    (graph, lines)
}

/// Returns the path of a file's module, from the root of its crate.
fn module(name: &str, path: &str, has_library: bool) -> ModulePath {
    let inner = path.strip_prefix(name).unwrap_or(path);
    let inner = inner.trim_start_matches("/src/").trim_end_matches(".rs");
    if inner == "lib" || (inner == "main" && !has_library) {
        return Vec::new();
    }
    inner.trim_end_matches("/mod").split('/').map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
