//! Writes small ONNX files for the tests.

/// A protobuf message under construction.
#[derive(Clone, Default)]
pub struct Message(pub Vec<u8>);

impl Message {
    pub fn int(mut self, number: u64, value: i64) -> Self {
        self.varint(number << 3);
        self.varint(value as u64);
        self
    }

    pub fn float(mut self, number: u64, value: f32) -> Self {
        self.varint(number << 3 | 5);
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    pub fn bytes(mut self, number: u64, value: impl AsRef<[u8]>) -> Self {
        self.varint(number << 3 | 2);
        self.varint(value.as_ref().len() as u64);
        self.0.extend_from_slice(value.as_ref());
        self
    }

    pub fn message(self, number: u64, value: Message) -> Self {
        self.bytes(number, value.0)
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

/// A `NodeProto` without attributes.
pub fn node(op: &str, name: &str, inputs: &[&str], output: &str) -> Message {
    let message = inputs.iter().fold(Message::default(), |message, input| message.bytes(1, input));
    message.bytes(2, output).bytes(3, name).bytes(4, op)
}

/// An integer attribute.
pub fn int(name: &str, value: i64) -> Message {
    Message::default().bytes(1, name).int(3, value).int(20, 2)
}

/// A list of integers as attribute.
pub fn ints(name: &str, values: &[i64]) -> Message {
    values
        .iter()
        .fold(Message::default().bytes(1, name), |message, value| message.int(8, *value))
        .int(20, 7)
}

/// A float attribute.
pub fn float(name: &str, value: f32) -> Message {
    Message::default().bytes(1, name).float(2, value).int(20, 1)
}

/// A `TensorProto` of floats, as raw data.
pub fn tensor(name: &str, dims: &[i64], values: &[f32]) -> Message {
    let raw: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    dims.iter().fold(Message::default(), |m, n| m.int(1, *n)).int(2, 1).bytes(8, name).bytes(9, raw)
}

/// A `ValueInfoProto` of the element type; dimensions below zero are symbolic.
pub fn value(name: &str, elem_type: i64, dims: &[i64]) -> Message {
    let shape = dims.iter().fold(Message::default(), |shape, n| {
        let dim =
            if *n < 0 { Message::default().bytes(2, "n") } else { Message::default().int(1, *n) };
        shape.message(1, dim)
    });
    let tensor = Message::default().int(1, elem_type).message(2, shape);
    Message::default().bytes(1, name).message(2, Message::default().message(1, tensor))
}

/// A graph with one input `x` of `dims` and one output `y`.
pub fn graph(dims: &[i64], nodes: &[Message], tensors: &[Message]) -> Message {
    let message =
        nodes.iter().fold(Message::default(), |m, node| m.message(1, node.clone())).bytes(2, "g");
    let message = tensors.iter().fold(message, |m, tensor| m.message(5, tensor.clone()));
    message.message(11, value("x", 1, dims)).message(12, value("y", 1, &[1, 2]))
}

/// The file of a graph.
pub fn file(graph: Message) -> Vec<u8> {
    let opset = Message::default().bytes(1, "").int(2, 13);
    Message::default().int(1, 8).message(7, graph).message(8, opset).0
}
