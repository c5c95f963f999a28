//! The types of numbers that an array may have.

/// A type of numbers, as NumPy names it: `<f4` is a float of four bytes, the least significant
/// first.
pub(super) struct Number {
    read: fn([u8; 8]) -> f64,
    width: usize,
    big_endian: bool,
}

impl Number {
    /// The type of a name; `None` if there is no such type, or its values are not numbers.
    pub fn named(name: &str) -> Option<Self> {
        // `|` stands for no order, `=` and nothing for that of the machine that reads.
        let (big_endian, kind) = match name.strip_prefix(['<', '|', '=', '>']) {
            Some(kind) => (name.starts_with('>'), kind),
            None => (false, name),
        };
        let (width, read): (usize, fn([u8; 8]) -> f64) = match kind {
            "b1" => (1, |word| f64::from(u8::from(word[0] != 0))),
            "u1" => (1, |word| u64::from_le_bytes(word) as f64),
            "u2" => (2, |word| u64::from_le_bytes(word) as f64),
            "u4" => (4, |word| u64::from_le_bytes(word) as f64),
            "u8" => (8, |word| u64::from_le_bytes(word) as f64),
            "i1" => (1, |word| f64::from(word[0] as i8)),
            "i2" => (2, |word| f64::from(u64::from_le_bytes(word) as i16)),
            "i4" => (4, |word| f64::from(u64::from_le_bytes(word) as i32)),
            "i8" => (8, |word| i64::from_le_bytes(word) as f64),
            "f2" => (2, |word| half(u64::from_le_bytes(word) as u16)),
            "f4" => (4, |word| f64::from(f32::from_bits(u64::from_le_bytes(word) as u32))),
            "f8" => (8, f64::from_le_bytes),
            _ => return None,
        };
        Some(Self { read, width, big_endian })
    }

    /// Bytes of a number.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The number in this number of bytes.
    pub fn read(&self, bytes: &[u8]) -> f64 {
        let mut word = [0; 8];
        if self.big_endian {
            word.iter_mut().zip(bytes.iter().rev()).for_each(|(to, from)| *to = *from);
        } else {
            word.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        }
        (self.read)(word)
    }
}

/// An IEEE 754 binary16 number: a sign, 5 bits of exponent, 10 of fraction.
fn half(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff);
    let magnitude = match i32::from(bits >> 10 & 0x1f) {
        0 => fraction * 2f64.powi(-24),
        0x1f if fraction == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        exponent => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -magnitude } else { magnitude }
}
