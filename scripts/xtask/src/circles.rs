//! Files of one crate that import each other in a loop.
//!
//! A file imports another if it names one of its items by a path from `crate` or `super`. A façade
//! that only re-exports items of its children (`pub use`, `pub(crate) use`) does not import them.
//! Tests are left out.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use crate::{
    tidy::Fault,
    tree::{self, File},
};

/// The largest loop that may stay.
const MAX: usize = 3;

/// Files with the files that they import.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// Finds each file of a loop of more than three.
pub fn check(files: &[File]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for graph in graphs(files).values() {
        for circle in circles(graph).into_iter().filter(|circle| circle.len() > MAX) {
            let message = format!("is in a loop of {} files that import each other", circle.len());
            faults.extend(circle.iter().map(|path| Fault::at(path, 0, message.clone())));
        }
    }
    faults
}

/// Prints a table of the crates with their largest loop.
///
/// # Errors
/// The files cannot be listed.
pub fn show() -> Result<(), String> {
    println!("{:42} {:>6} {:>8}  files of the largest loop", "crate", "files", "largest");
    for (name, graph) in graphs(&tree::files(&["rs"])?) {
        let largest = circles(&graph).into_iter().max_by_key(Vec::len).unwrap_or_default();
        let size = if largest.len() > 1 { largest.len() } else { 0 };
        let names: Vec<_> =
            largest.iter().take(6).filter_map(|path| path.split("/src/").nth(1)).collect();
        let names = if size == 0 { String::new() } else { names.join(" ") };
        println!("{name:42} {:>6} {size:>8}  {names}", graph.len());
    }
    Ok(())
}

/// The graph of each crate.
fn graphs(files: &[File]) -> BTreeMap<String, Graph> {
    let is_source = |file: &&File| {
        file.path.contains("src/") && !file.path.contains("/tests") && !file.path.contains("/bin/")
    };
    let mut crates: BTreeMap<String, Vec<&File>> = BTreeMap::new();
    for file in files.iter().filter(is_source) {
        crates.entry(tree::crate_of(&file.path)).or_default().push(file);
    }
    crates.into_iter().map(|(name, files)| (name.clone(), graph(&name, &files))).collect()
}

fn graph(name: &str, files: &[&File]) -> Graph {
    let modules: BTreeMap<Vec<String>, &str> =
        files.iter().map(|file| (module(name, &file.path), file.path.as_str())).collect();
    files.iter().map(|file| (file.path.clone(), imports(name, file, &modules))).collect()
}

/// The path of a file's module, from the root of its crate.
fn module(name: &str, path: &str) -> Vec<String> {
    let inner = path.strip_prefix(name).unwrap_or(path);
    let inner = inner.trim_start_matches("/src/").trim_end_matches(".rs");
    if inner == "lib" || inner == "main" {
        return Vec::new();
    }
    inner.split('/').map(str::to_owned).collect()
}

fn imports(name: &str, file: &File, modules: &BTreeMap<Vec<String>, &str>) -> BTreeSet<String> {
    let own = module(name, &file.path);
    let text = without_tests(&file.text);
    let mut found = BTreeSet::new();
    for path in paths(&text) {
        let mut segments: Vec<String> = match path.first().map(String::as_str) {
            Some("crate") => path[1..].to_vec(),
            Some("super") => {
                let up = path.iter().take_while(|segment| *segment == "super").count();
                let mut from = own.clone();
                from.truncate(own.len().saturating_sub(up));
                from.extend(path[up..].iter().cloned());
                from
            }
            _ => continue,
        };
        while !segments.is_empty() && !modules.contains_key(&segments) {
            segments.pop();
        }
        if let Some(target) = modules.get(&segments).filter(|target| **target != file.path) {
            found.insert((*target).to_owned());
        }
    }
    found
}

/// The text without unit tests, comments and re-exports.
fn without_tests(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    let reexports = Regex::new(r"(?s)pub(\([a-z]+\))? use [^;]*;")
        .map(|pattern| pattern.replace_all(&text, "").into_owned());
    reexports.unwrap_or(text)
}

/// Every path that starts with `crate` or `super`, with the trees of `use` spread out.
fn paths(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let Ok(start) = Regex::new(r"\b(crate|super)::") else { return found };
    let mut at = 0;
    while let Some(hit) = start.find_at(text, at) {
        let (end, mut spread) = tree_of(&text[hit.start()..]);
        at = hit.start() + end.max(1);
        found.append(&mut spread);
    }
    found
}

/// Reads a path or a tree of paths: its length, and the paths.
fn tree_of(text: &str) -> (usize, Vec<Vec<String>>) {
    let name =
        |text: &str| text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (mut at, mut prefix) = (0, Vec::new());
    loop {
        let length = name(&text[at..]);
        if length > 0 {
            prefix.push(text[at..at + length].to_owned());
            at += length;
        }
        if text[at..].starts_with("::") && length > 0 {
            at += 2;
            continue;
        }
        break;
    }
    if !text[at..].starts_with('{') {
        return (at, vec![prefix]);
    }
    at += 1;
    let mut found = Vec::new();
    loop {
        at += text[at..].len() - text[at..].trim_start_matches([' ', '\n', '\t', ',', '*']).len();
        if at >= text.len() || text[at..].starts_with('}') {
            return (at + 1, found);
        }
        let (length, inner) = tree_of(&text[at..]);
        found.extend(inner.into_iter().map(|path| [prefix.clone(), path].concat()));
        at += length.max(1);
        if text[at..].starts_with(" as ") {
            at += 4;
            at += name(&text[at..]);
        }
    }
}

/// The strongly connected components (Tarjan: *Depth-first search and linear graph algorithms*,
/// SIAM Journal on Computing, 1972).
fn circles(graph: &Graph) -> Vec<Vec<String>> {
    let mut search = Search::new(graph);
    for node in graph.keys() {
        if !search.index.contains_key(node.as_str()) {
            search.visit(node);
        }
    }
    search.found
}

struct Search<'a> {
    graph: &'a Graph,
    index: BTreeMap<&'a str, usize>,
    low: BTreeMap<&'a str, usize>,
    stack: Vec<&'a str>,
    found: Vec<Vec<String>>,
}

impl<'a> Search<'a> {
    fn new(graph: &'a Graph) -> Self {
        Self {
            graph,
            index: BTreeMap::new(),
            low: BTreeMap::new(),
            stack: Vec::new(),
            found: Vec::new(),
        }
    }

    fn visit(&mut self, node: &'a String) {
        let number = self.index.len();
        self.index.insert(node, number);
        self.low.insert(node, number);
        self.stack.push(node);
        for next in self.graph.get(node).into_iter().flatten() {
            let Some((next, _)) = self.graph.get_key_value(next) else { continue };
            let reached = match self.index.get(next.as_str()) {
                None => {
                    self.visit(next);
                    self.low[next.as_str()]
                }
                Some(index) if self.stack.contains(&next.as_str()) => *index,
                Some(_) => continue,
            };
            let low = self.low[node.as_str()].min(reached);
            self.low.insert(node, low);
        }
        if self.low[node.as_str()] == number {
            let from = self.stack.iter().position(|other| *other == node.as_str()).unwrap_or(0);
            self.found.push(self.stack.drain(from..).map(str::to_owned).collect());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_of_paths_are_spread() {
        let spread = paths("use crate::{a::{b, c as d}, e};\nlet x = super::f::g();");
        let joined: Vec<_> = spread.iter().map(|path| path.join("::")).collect();
        assert_eq!(joined, ["crate::a::b", "crate::a::c", "crate::e", "super::f::g"]);
    }

    #[test]
    fn loops_are_found_and_reexports_are_none() {
        let file = |path: &str, text: &str| File { path: path.into(), text: text.into() };
        let files = [
            file("x/src/lib.rs", "pub mod a; pub mod b; pub use crate::a::A;"),
            file("x/src/a.rs", "use crate::b::B;"),
            file("x/src/b.rs", "use super::a::A;"),
        ];
        let graph = graph("x", &files.iter().collect::<Vec<_>>());
        let sizes: BTreeSet<_> = circles(&graph).iter().map(Vec::len).collect();
        assert_eq!(sizes, [1, 2].into());
    }
}
