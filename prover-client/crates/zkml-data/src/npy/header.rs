//! The header of an array: a Python dictionary.
//!
//! NumPy writes `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`. Other programs and
//! old versions write keys in another order, double quotes, `u'…'`, `3L` and `np.int64(3)`; all of
//! these mean the same in Python.

use super::{NpyError, header as fault};

/// Most dimensions; NumPy itself allows no more.
const MAX_DIMENSIONS: usize = 64;

/// The fields of a header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// The type of the values; of records, the whole list as it is written.
    pub descr: String,
    pub fortran_order: bool,
    pub shape: Vec<usize>,
}

impl Header {
    /// Reads a dictionary of exactly these three keys.
    pub fn parse(text: &str) -> Result<Self, NpyError> {
        let mut reader = Reader(text);
        let (mut descr, mut fortran_order, mut shape) = (None, None, None);
        reader.expect('{', "no { at its start")?;
        while !reader.take('}') {
            let key = reader.string().ok_or_else(|| fault("a key without quotes, or no end"))?;
            reader.expect(':', "a key without a colon")?;
            let known = match key {
                "descr" => descr.replace(reader.descr()?).is_some(),
                "fortran_order" => fortran_order.replace(reader.truth()?).is_some(),
                "shape" => shape.replace(reader.shape()?).is_some(),
                _ => return Err(fault(format!("the unknown key '{}'", shortened(key)))),
            };
            if known {
                return Err(fault(format!("'{key}' twice")));
            }
            if !reader.take(',') && !reader.rest().starts_with('}') {
                return Err(fault("no end, or no comma between its keys"));
            }
        }
        if !reader.rest().trim_end_matches('\0').trim().is_empty() {
            return Err(fault("more after its end"));
        }
        Ok(Self {
            descr: descr.ok_or_else(|| fault("no 'descr'"))?,
            fortran_order: fortran_order.ok_or_else(|| fault("no 'fortran_order'"))?,
            shape: shape.ok_or_else(|| fault("no 'shape'"))?,
        })
    }
}

/// The first characters of what a file says.
fn shortened(text: &str) -> String {
    text.chars().take(32).collect()
}

/// The text that is left to read.
struct Reader<'a>(&'a str);

impl<'a> Reader<'a> {
    /// Returns the rest, without white space before it.
    fn rest(&mut self) -> &'a str {
        self.0 = self.0.trim_start();
        self.0
    }

    /// Takes a character, if it is the next one.
    fn take(&mut self, character: char) -> bool {
        match self.rest().strip_prefix(character) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, character: char, otherwise: &str) -> Result<(), NpyError> {
        if self.take(character) { Ok(()) } else { Err(fault(otherwise)) }
    }

    /// Takes what comes before the first character that `ends` holds for.
    fn until(&mut self, ends: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let (taken, rest) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
        self.0 = rest;
        taken.trim_end()
    }

    /// A string in single or double quotes, without escapes.
    fn string(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let rest = rest.strip_prefix(['u', 'b']).unwrap_or(rest);
        let quote = rest.chars().next().filter(|first| matches!(first, '\'' | '"'))?;
        let (string, rest) = rest.get(1..)?.split_once(quote)?;
        self.0 = rest;
        (!string.contains('\\')).then_some(string)
    }

    /// The name of a type, or the list of the types of a record as it is written.
    fn descr(&mut self) -> Result<String, NpyError> {
        if let Some(name) = self.string() {
            return Ok(name.into());
        }
        let rest = self.rest();
        if !rest.starts_with('[') {
            return Err(fault("a 'descr' that is neither a string nor a list"));
        }
        let mut depth = 0usize;
        let end = rest.char_indices().find(|(_, character)| {
            match character {
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        });
        let end = end.map(|(at, _)| at + 1).ok_or_else(|| fault("a 'descr' without an end"))?;
        let (list, rest) = rest.split_at(end);
        self.0 = rest;
        Ok(list.into())
    }

    fn truth(&mut self) -> Result<bool, NpyError> {
        match self.until(|c| matches!(c, ',' | '}')) {
            "True" => Ok(true),
            "False" => Ok(false),
            _ => Err(fault("a 'fortran_order' that is not True or False")),
        }
    }

    /// A tuple, or a list, of dimensions.
    fn shape(&mut self) -> Result<Vec<usize>, NpyError> {
        let end = if self.take('[') { ']' } else { ')' };
        if end == ')' {
            self.expect('(', "a 'shape' that is no tuple")?;
        }
        let mut shape = Vec::new();
        while !self.take(end) {
            if self.rest().is_empty() {
                return Err(fault("a 'shape' with no end"));
            }
            shape.push(self.dimension(end)?);
            if !self.take(',') && !self.rest().starts_with(end) {
                return Err(fault("a 'shape' with no end"));
            }
        }
        if shape.len() > MAX_DIMENSIONS {
            return Err(fault(format!("{} dimensions, more than {MAX_DIMENSIONS}", shape.len())));
        }
        Ok(shape)
    }

    /// `3`, `3L` or `np.int64(3)`.
    fn dimension(&mut self, end: char) -> Result<usize, NpyError> {
        let written = self.until(|c| matches!(c, ',' | '(') || c == end);
        let number = if self.take('(') {
            let inside = self.until(|c| c == ')');
            self.expect(')', "a 'shape' with no end")?;
            let known = matches!(written.split_once('.'), Some(("np" | "numpy", kind)) if kind.starts_with("int") || kind.starts_with("uint"));
            if known { inside } else { written }
        } else {
            written.strip_suffix('L').unwrap_or(written)
        };
        number
            .parse()
            .map_err(|error| fault(format!("the dimension {} ({error})", shortened(written))))
    }
}
