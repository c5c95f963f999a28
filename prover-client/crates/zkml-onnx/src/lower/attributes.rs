//! A node's attributes.

use crate::{
    Fault, proto,
    tensor::{Constant, Data},
};

pub(super) struct Attributes<'b, 'a> {
    node: &'b proto::Node<'a>,
}

impl<'b, 'a> Attributes<'b, 'a> {
    pub fn new(node: &'b proto::Node<'a>) -> Self {
        Self { node }
    }

    fn get(&self, name: &str) -> Option<&'b proto::Attribute<'a>> {
        self.node.attributes.iter().find(|attribute| attribute.name == name)
    }

    pub fn int(&self, name: &str, default: i64) -> i64 {
        self.get(name).map_or(default, |attribute| attribute.i)
    }

    pub fn ints(&self, name: &str) -> Option<&'b [i64]> {
        self.get(name).map(|attribute| attribute.ints.as_slice())
    }

    pub fn float(&self, name: &'static str, default: f32) -> Result<f32, Fault> {
        let value = self.get(name).map_or(default, |attribute| attribute.f);
        if value.is_finite() {
            Ok(value)
        } else {
            Err(Fault::Attribute {
                attribute: name,
                got: value.to_string(),
                expected: "a finite number",
            })
        }
    }

    /// A bound, or what is never the greatest: an infinite one is the number furthest out.
    pub fn bound(&self, name: &'static str, default: f32) -> Result<f32, Fault> {
        let value = self.get(name).map_or(default, |attribute| attribute.f);
        if value.is_nan() {
            return Err(Fault::Attribute {
                attribute: name,
                got: value.to_string(),
                expected: "a number",
            });
        }
        Ok(value.clamp(f32::MIN, f32::MAX))
    }

    pub fn text(&self, name: &str) -> &'b [u8] {
        self.get(name).map_or(b"", |attribute| attribute.s)
    }

    /// `N` sizes, or `default` where the attribute is left out.
    pub fn sizes<const N: usize>(
        &self,
        name: &'static str,
        default: [usize; N],
        expected: &'static str,
    ) -> Result<[usize; N], Fault> {
        let Some(ints) = self.ints(name) else { return Ok(default) };
        let sizes: Option<Vec<usize>> = ints.iter().map(|n| usize::try_from(*n).ok()).collect();
        sizes.and_then(|sizes| sizes.try_into().ok()).ok_or_else(|| Fault::Attribute {
            attribute: name,
            got: format!("{:?}", ints.get(..ints.len().min(9)).unwrap_or_default()),
            expected,
        })
    }

    /// A tensor, if there is one of this name.
    pub fn tensor(&self, name: &str) -> Result<Option<Constant>, Fault> {
        self.get(name).and_then(|attribute| attribute.t.as_ref()).map(Constant::read).transpose()
    }

    /// The value of a `Constant`.
    pub fn constant(&self) -> Result<Constant, Fault> {
        if let Some(tensor) = self.get("value").and_then(|attribute| attribute.t.as_ref()) {
            return Constant::read(tensor);
        }
        let scalar = |data| Ok(Constant { dims: Vec::new(), data });
        let list = |data, count| Ok(Constant { dims: vec![count], data });
        if let Some(attribute) = self.get("value_float") {
            return scalar(Data::Float(vec![attribute.f]));
        }
        if let Some(attribute) = self.get("value_int") {
            return scalar(Data::Int(vec![attribute.i]));
        }
        if let Some(attribute) = self.get("value_ints") {
            return list(Data::Int(attribute.ints.clone()), attribute.ints.len());
        }
        match self.get("value_floats") {
            Some(attribute) => list(Data::Float(attribute.floats.clone()), attribute.floats.len()),
            None => Err(Fault::Attribute {
                attribute: "value",
                got: "none".into(),
                expected: "a dense tensor, floats or integers",
            }),
        }
    }
}
