//! The README is a first screen, and links of pages resolve.

use regex::Regex;

use crate::{
    tree::{File, Tree},
    violation::Violation,
};

/// The maximum number of lines of the README.
const MAX_LINES: usize = 150;

pub const EXPLANATION: &str = "
the README is a first screen, and relative links in Markdown resolve.

A stranger decides within a minute: the README says what this is, shows its output, and names the
doors. It has at most 150 lines; all else stands in the book. A link without a scheme names a file or a
directory of the repository.
";

/// Finds a README that is too long, and links to files that do not exist.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    if let Some(readme) = tree.file("README.md")
        && readme.text.lines().count() > MAX_LINES
    {
        let message = format!("the README has over {MAX_LINES} lines: move details into the book");
        violations.push(Violation::at(&readme.path, MAX_LINES, message));
    }
    if let Ok(link) = Regex::new(r"\]\(([^()\s]+)\)") {
        tree.with_extension(&["md"]).for_each(|file| violations.extend(broken(tree, file, &link)));
    }
    violations
}

fn broken(tree: &Tree, file: &File, link: &Regex) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut code = false;
    for (number, line) in file.text.lines().enumerate() {
        code ^= line.trim_start().starts_with("```");
        if code {
            continue;
        }
        for target in link.captures_iter(line).filter_map(|found| found.get(1)) {
            let target = target.as_str().split('#').next().unwrap_or_default();
            // `crate::item` and `https://…`.
            if target.is_empty() || target.contains(':') || tree.has(&joined(&file.path, target)) {
                continue;
            }
            let message = format!("there is no `{target}`: mend the link");
            violations.push(Violation::at(&file.path, number, message));
        }
    }
    violations
}

/// Returns the path of `target`, which is relative to the directory of `page`.
fn joined(page: &str, target: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    if target.starts_with('/') {
        parts.clear();
    }
    for part in target.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match part {
            ".." => parts.truncate(parts.len().saturating_sub(1)),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_readme_is_found() {
        assert_eq!(check(&Tree::of(&[("README.md", &"a\n".repeat(150))])).len(), 0);
        assert_eq!(check(&Tree::of(&[("README.md", &"a\n".repeat(151))])).len(), 1);
    }

    #[test]
    fn links_resolve_from_the_page() {
        let text =
            "[a](../b.md#c) [d](dir) [e](gone.md) [f](https://g) [h](#i)\n```\n[j](gone)\n```\n";
        let tree = Tree::of(&[("x/a.md", text), ("b.md", ""), ("x/dir/c.rs", "")]);
        let found: Vec<_> = check(&tree).into_iter().map(|found| found.message).collect();
        assert_eq!(found, ["there is no `gone.md`: mend the link"]);
    }
}
