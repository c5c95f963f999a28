//! Strongly connected components, after Tarjan, *Depth-first search and linear graph algorithms*,
//! SIAM Journal on Computing, 1972.

use std::collections::{BTreeMap, BTreeSet};

/// Nodes with the nodes that they point to.
pub type Graph = BTreeMap<String, BTreeSet<String>>;

/// Returns the components of more than one node, the largest first.
pub fn circles(graph: &Graph) -> Vec<Vec<String>> {
    let mut search = Search::new(graph);
    for node in graph.keys() {
        if !search.index.contains_key(node.as_str()) {
            search.visit(node);
        }
    }
    let mut found = search.found;
    found.retain(|component| component.len() > 1);
    found.iter_mut().for_each(|component| component.sort());
    found.sort_by_key(|component| (usize::MAX - component.len(), component.first().cloned()));
    found
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
        let (index, low) = (BTreeMap::new(), BTreeMap::new());
        Self { graph, index, low, stack: Vec::new(), found: Vec::new() }
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
    fn components_are_found_and_single_nodes_are_left_out() {
        let edges =
            [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e"), ("e", "d"), ("f", "a")];
        let mut graph = Graph::new();
        for (from, to) in edges {
            graph.entry(from.into()).or_default().insert(to.into());
        }
        assert_eq!(circles(&graph), [vec!["a", "b", "c"], vec!["d", "e"]]);
    }
}
