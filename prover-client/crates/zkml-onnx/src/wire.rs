//! The protobuf wire format (<https://protobuf.dev/programming-guides/encoding>), without copies.
//!
//! Fields are slices of the file, so that nothing is allocated by a length that the file claims,
//! and every error names the byte at which reading stopped.

use super::OnnxError;

/// A part of the file that holds one message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message<'a> {
    bytes: &'a [u8],
    /// The offset of the part in the file.
    start: usize,
}

/// One field of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    pub number: u64,
    pub value: Value<'a>,
    /// The offset of the field's value in the file.
    pub at: usize,
}

/// A field's value by wire type.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    /// Wire type 0.
    Varint(u64),
    /// Wire type 1: eight bytes.
    Fixed64([u8; 8]),
    /// Wire type 2: bytes, text, a message or packed numbers.
    Bytes(&'a [u8]),
    /// Wire type 5.
    Fixed32([u8; 4]),
}

impl<'a> Message<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, start: 0 }
    }

    /// The fields in the order of the file.
    pub fn fields(self) -> impl Iterator<Item = Result<Field<'a>, OnnxError>> {
        let mut cursor = Cursor { bytes: self.bytes, start: self.start, position: 0 };
        let mut failed = false;
        std::iter::from_fn(move || {
            if failed || cursor.position >= cursor.bytes.len() {
                return None;
            }
            let field = cursor.field();
            failed = field.is_err();
            Some(field)
        })
    }
}

impl<'a> Field<'a> {
    /// The field as bytes.
    pub fn bytes(&self, name: &'static str) -> Result<&'a [u8], OnnxError> {
        match self.value {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(self.wrong(name)),
        }
    }

    /// The field as a message.
    pub fn message(&self, name: &'static str) -> Result<Message<'a>, OnnxError> {
        Ok(Message { bytes: self.bytes(name)?, start: self.at })
    }

    /// The field as text.
    pub fn text(&self, name: &'static str) -> Result<&'a str, OnnxError> {
        let bytes = self.bytes(name)?;
        std::str::from_utf8(bytes).map_err(|source| OnnxError::Text {
            field: name,
            at: self.at,
            source,
        })
    }

    /// The field as an integer; negative numbers are ten bytes of two's complement.
    pub fn int(&self, name: &'static str) -> Result<i64, OnnxError> {
        match self.value {
            Value::Varint(value) => Ok(value as i64),
            _ => Err(self.wrong(name)),
        }
    }

    /// The field as a float.
    pub fn float(&self, name: &'static str) -> Result<f32, OnnxError> {
        match self.value {
            Value::Fixed32(bytes) => Ok(f32::from_le_bytes(bytes)),
            _ => Err(self.wrong(name)),
        }
    }

    /// Appends the integers of a repeated field, packed or not.
    pub fn ints(&self, name: &'static str, out: &mut Vec<i64>) -> Result<(), OnnxError> {
        let Value::Bytes(bytes) = self.value else {
            out.push(self.int(name)?);
            return Ok(());
        };
        let mut cursor = Cursor { bytes, start: self.at, position: 0 };
        while cursor.position < bytes.len() {
            out.push(cursor.varint()? as i64);
        }
        Ok(())
    }

    /// Appends the floats of a repeated field, packed or not.
    pub fn floats(&self, name: &'static str, out: &mut Vec<f32>) -> Result<(), OnnxError> {
        let Value::Bytes(bytes) = self.value else {
            out.push(self.float(name)?);
            return Ok(());
        };
        let (words, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(self.wrong(name));
        }
        out.extend(words.iter().map(|word| f32::from_le_bytes(*word)));
        Ok(())
    }

    /// Appends the doubles of a repeated field, packed or not.
    pub fn doubles(&self, name: &'static str, out: &mut Vec<f64>) -> Result<(), OnnxError> {
        match self.value {
            Value::Fixed64(word) => out.push(f64::from_le_bytes(word)),
            _ => {
                let (words, rest) = self.bytes(name)?.as_chunks::<8>();
                if !rest.is_empty() {
                    return Err(self.wrong(name));
                }
                out.extend(words.iter().map(|word| f64::from_le_bytes(*word)));
            }
        }
        Ok(())
    }

    /// The error of a field with another wire type.
    pub fn wrong(&self, field: &'static str) -> OnnxError {
        OnnxError::WireType { field, at: self.at }
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    start: usize,
    position: usize,
}

impl<'a> Cursor<'a> {
    fn at(&self) -> usize {
        self.start + self.position
    }

    fn take(&mut self, count: u64) -> Result<&'a [u8], OnnxError> {
        let end = usize::try_from(count).ok().and_then(|n| self.position.checked_add(n));
        let found = end.and_then(|end| self.bytes.get(self.position..end));
        let found = found.ok_or(OnnxError::Truncated { at: self.at(), need: count })?;
        self.position += found.len();
        Ok(found)
    }

    fn varint(&mut self) -> Result<u64, OnnxError> {
        let at = self.at();
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(OnnxError::Varint { at });
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(OnnxError::Varint { at })
    }

    fn field(&mut self) -> Result<Field<'a>, OnnxError> {
        let tag_at = self.at();
        let tag = self.varint()?;
        let mut at = self.at();
        let value = match tag & 7 {
            0 => Value::Varint(self.varint()?),
            1 => {
                let mut word = [0; 8];
                word.copy_from_slice(self.take(8)?);
                Value::Fixed64(word)
            }
            2 => {
                let length = self.varint()?;
                at = self.at();
                Value::Bytes(self.take(length)?)
            }
            5 => {
                let mut word = [0; 4];
                word.copy_from_slice(self.take(4)?);
                Value::Fixed32(word)
            }
            other => return Err(OnnxError::Tag { at: tag_at, wire_type: other as u8 }),
        };
        if tag >> 3 == 0 {
            return Err(OnnxError::Tag { at: tag_at, wire_type: (tag & 7) as u8 });
        }
        Ok(Field { number: tag >> 3, value, at })
    }
}
