//! Text for people: titles, fields and tables.

use std::fmt;

use anstyle::Style;

const TITLE: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const STRONG: Style = Style::new().bold();

/// A text that a result is laid out on.
#[derive(Debug, Default)]
pub struct Page {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Title(String),
    Field(String, String),
    Table(Table),
    Note(String),
}

impl Page {
    /// A headline.
    pub fn title(&mut self, text: impl fmt::Display) {
        self.parts.push(Part::Title(text.to_string()));
    }

    /// A name and its value. Fields that follow each other are aligned.
    pub fn field(&mut self, name: &str, value: impl fmt::Display) {
        self.parts.push(Part::Field(name.into(), value.to_string()));
    }

    /// A table.
    pub fn table(&mut self, table: Table) {
        self.parts.push(Part::Table(table));
    }

    /// A remark.
    pub fn note(&mut self, text: impl fmt::Display) {
        self.parts.push(Part::Note(text.to_string()));
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.parts.iter().filter_map(|part| match part {
            Part::Field(name, _) => Some(name.chars().count()),
            _ => None,
        });
        let width = names.max().unwrap_or(0);
        for part in &self.parts {
            match part {
                Part::Title(text) => writeln!(f, "{TITLE}{text}{TITLE:#}")?,
                Part::Field(name, value) => {
                    writeln!(f, "  {FAINT}{name:<width$}{FAINT:#}  {value}")?
                }
                Part::Table(table) => table.fmt(f)?,
                Part::Note(text) => writeln!(f, "{text}")?,
            }
        }
        Ok(())
    }
}

/// Rows of columns. Columns of numbers are aligned to the right.
#[derive(Debug)]
pub struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Indices of rows that stand out.
    strong: Vec<usize>,
}

impl Table {
    /// A table with these column heads.
    pub fn new<const N: usize>(head: [&str; N]) -> Self {
        Self { head: head.map(str::to_owned).to_vec(), rows: Vec::new(), strong: Vec::new() }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.to_vec());
    }

    /// Adds a row that stands out.
    pub fn strong_row<const N: usize>(&mut self, cells: [String; N]) {
        self.strong.push(self.rows.len());
        self.row(cells);
    }

    /// The table in Markdown.
    pub fn markdown(&self) -> String {
        let line = |cells: &[String], strong: bool| {
            let cell = |text: &String| {
                let text = text.replace('|', "\\|");
                if strong && !text.is_empty() {
                    format!(" **{text}** |")
                } else {
                    format!(" {text} |")
                }
            };
            format!("|{}\n", cells.iter().map(cell).collect::<String>())
        };
        let rule = |column| if self.is_numeric(column) { "---:|" } else { "---|" };
        let mut out = line(&self.head, false);
        out.push_str(&format!("|{}\n", (0..self.head.len()).map(rule).collect::<String>()));
        let rows = self.rows.iter().enumerate();
        out.extend(rows.map(|(index, row)| line(row, self.strong.contains(&index))));
        out
    }

    fn cell(row: &[String], column: usize) -> &str {
        row.get(column).map(String::as_str).unwrap_or_default()
    }

    fn width(&self, column: usize) -> usize {
        let rows = std::iter::once(&self.head).chain(&self.rows);
        rows.map(|row| Self::cell(row, column).chars().count()).max().unwrap_or(0)
    }

    fn is_numeric(&self, column: usize) -> bool {
        let numeric = |cell: &str| cell.chars().all(|c| c.is_ascii_digit() || ",.%- ".contains(c));
        self.rows.iter().all(|row| numeric(Self::cell(row, column)))
    }

    fn line(&self, row: &[String]) -> String {
        let cell = |column| {
            let (text, width) = (Self::cell(row, column), self.width(column));
            if self.is_numeric(column) {
                format!("{text:>width$}")
            } else {
                format!("{text:<width$}")
            }
        };
        (0..self.head.len()).map(cell).collect::<Vec<_>>().join("  ").trim_end().to_owned()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {FAINT}{}{FAINT:#}", self.line(&self.head))?;
        self.rows.iter().enumerate().try_for_each(|(index, row)| {
            match self.strong.contains(&index) {
                true => writeln!(f, "  {STRONG}{}{STRONG:#}", self.line(row)),
                false => writeln!(f, "  {}", self.line(row)),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_align_words_to_the_left_and_numbers_to_the_right() {
        let mut table = Table::new(["layer", "constraints"]);
        table.row(["Conv".into(), "7".into()]);
        table.row(["Relu conv1".into(), "1,000".into()]);
        let text = anstream::adapter::strip_str(&table.to_string()).to_string();
        assert_eq!(
            text,
            "  layer       constraints\n  Conv                  7\n  Relu conv1        1,000\n"
        );
        table.strong_row(["a|b".into(), "8".into()]);
        let markdown = table.markdown();
        assert!(
            markdown.starts_with("| layer | constraints |\n|---|---:|\n| Conv | 7 |\n"),
            "{markdown}"
        );
        assert!(markdown.ends_with("| **a\\|b** | **8** |\n"), "{markdown}");
    }
}
