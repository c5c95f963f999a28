//! A small model, written as ONNX: the few fields of `onnx.proto` (ONNX IR 8, operator set 13) that
//! it needs.

/// A protocol-buffer message under construction.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(mut self, field: u64, value: u64) -> Self {
        self.raw_varint(field << 3);
        self.raw_varint(value);
        self
    }

    fn bytes(mut self, field: u64, value: &[u8]) -> Self {
        self.raw_varint(field << 3 | 2);
        self.raw_varint(value.len() as u64);
        self.0.extend_from_slice(value);
        self
    }

    fn text(self, field: u64, value: &str) -> Self {
        self.bytes(field, value.as_bytes())
    }

    fn message(self, field: u64, value: Message) -> Self {
        self.bytes(field, &value.0)
    }

    fn raw_varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

fn tensor(name: &str, dims: &[u64], values: &[f32]) -> Message {
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let dims = dims.iter().fold(Message::default(), |message, dim| message.varint(1, *dim));
    dims.varint(2, 1).text(8, name).bytes(9, &raw)
}

fn value_info(name: &str, dims: &[u64]) -> Message {
    let shape = dims.iter().fold(Message::default(), |shape, dim| {
        shape.message(1, Message::default().varint(1, *dim))
    });
    let tensor = Message::default().varint(1, 1).message(2, shape);
    Message::default().text(1, name).message(2, Message::default().message(1, tensor))
}

fn node(op: &str, inputs: &[&str], output: &str, integers: &[(&str, u64)]) -> Message {
    let inputs = inputs.iter().fold(Message::default(), |node, input| node.text(1, input));
    let node = inputs.text(2, output).text(3, output).text(4, op);
    integers.iter().fold(node, |node, (name, value)| {
        node.message(5, Message::default().text(1, name).varint(3, *value).varint(20, 2))
    })
}

/// Side of the pictures that [`small_model`] takes.
pub const SIDE: usize = 6;

/// `Conv 2×3×3 → Relu → Flatten → Gemm 32→3` on pictures of 6×6: tells which third of the picture
/// is lightest. `seed` makes models that differ.
pub fn small_model(seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut random = |scale: f32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((state >> 8) as f32 / (1 << 24) as f32 - 0.5) * scale
    };
    let kernel: Vec<f32> = (0..18).map(|_| 0.11 + random(0.05)).collect();
    let dense: Vec<f32> = (0..3 * 32)
        .map(|index| {
            let (class, row) = (index / 32, index % 16 / 4);
            let lit = class == [0, 1, 1, 2][row];
            if lit { 1.0 + random(0.2) } else { -0.5 + random(0.2) }
        })
        .collect();
    let side = SIDE as u64;
    let graph = Message::default()
        .message(1, node("Conv", &["picture", "kernel", "kernel_bias"], "conv", &[]))
        .message(1, node("Relu", &["conv"], "relu", &[]))
        .message(1, node("Flatten", &["relu"], "flat", &[("axis", 1)]))
        .message(1, node("Gemm", &["flat", "dense", "dense_bias"], "scores", &[("transB", 1)]))
        .text(2, "small")
        .message(5, tensor("kernel", &[2, 1, 3, 3], &kernel))
        .message(5, tensor("kernel_bias", &[2], &[-0.4, 0.01]))
        .message(5, tensor("dense", &[3, 32], &dense))
        .message(5, tensor("dense_bias", &[3], &[0.0, 0.0, 0.0]))
        .message(11, value_info("picture", &[1, 1, side, side]))
        .message(12, value_info("scores", &[1, 3]));
    let operators = Message::default().text(1, "").varint(2, 13);
    Message::default().varint(1, 8).text(2, "zkinfer-e2e").message(7, graph).message(8, operators).0
}
