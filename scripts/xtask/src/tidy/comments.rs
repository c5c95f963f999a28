//! The comments of a file.

use crate::tree::File;

/// A line of a comment.
pub struct Comment<'a> {
    /// The line's number, from 0.
    pub number: usize,
    /// The text without its marker and the space before it.
    pub text: &'a str,
    /// `true` in a fenced block of code.
    pub code: bool,
}

/// Returns the comment lines of a file; of a Markdown file, every line.
pub fn comments(file: &File) -> Vec<Comment<'_>> {
    let mut code = false;
    let mut found = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        let Some(text) = comment(file, line) else {
            code = false;
            continue;
        };
        let fence = text.starts_with("```");
        found.push(Comment { number, text, code: code || fence });
        code ^= fence;
    }
    found
}

/// Returns the text of a comment line.
fn comment<'a>(file: &File, line: &'a str) -> Option<&'a str> {
    let line = line.trim_start();
    if file.is("md") {
        return Some(line);
    }
    let markers: &[&str] =
        if file.is("rs") || file.is("js") { &["///", "//!", "//"] } else { &["#"] };
    let text = markers.iter().find_map(|marker| line.strip_prefix(marker))?;
    Some(text.trim_start())
}

/// Returns `true` for scripts: Bash, Python and JavaScript.
pub fn is_script(file: &File) -> bool {
    let named = ["py", "js", "sh"].iter().any(|extension| file.is(extension));
    named || file.text.starts_with("#!")
}

/// Returns `true` for files that a program writes.
pub fn is_generated(path: &str) -> bool {
    path.contains("/weights/") || path.ends_with("/weights.rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_told_from_code_and_fences_from_prose() {
        let file = File {
            path: "a.rs".into(),
            text: "//! Prose.\n//! ```text\n//! code\n//! ```\nlet a = 1; // not a line\n/// Doc."
                .into(),
        };
        let found: Vec<_> =
            comments(&file).iter().map(|line| (line.number, line.text, line.code)).collect();
        let wanted = [
            (0, "Prose.", false),
            (1, "```text", true),
            (2, "code", true),
            (3, "```", true),
            (5, "Doc.", false),
        ];
        assert_eq!(found, wanted);
    }
}
