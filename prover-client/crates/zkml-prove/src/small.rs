//! Models so small that every witness of them can be tried, for every operation.

use zkml_model::{
    QuantizedModel,
    graph::{
        Conv, Gemm, InputSpec, Move, Node, Operand, Operation, Rescale, Scaling, Table, Window,
    },
    infer, intervals,
};

/// A model with its name.
#[derive(Clone)]
pub struct Small {
    /// The kind of example.
    pub name: &'static str,
    /// The model.
    pub model: QuantizedModel,
}

impl Small {
    fn new(name: &'static str, shape: &[usize], [min, bits]: [i32; 2]) -> Self {
        let input = InputSpec { shape: shape.to_vec(), min, bits: bits as u8 };
        Self { name, model: QuantizedModel { input, nodes: Vec::new() } }
    }

    fn last(&self) -> Operand {
        self.model.nodes.len().checked_sub(1).map_or(Operand::Input, Operand::Node)
    }

    fn shape(&self) -> Vec<usize> {
        self.model.shape_of(self.last()).unwrap().clone()
    }

    fn join(mut self, op: Operation, inputs: Vec<Operand>, shape: &[usize]) -> Self {
        let name = format!("n{}", self.model.nodes.len());
        self.model.nodes.push(Node { name, op, inputs, shape: shape.to_vec() });
        self
    }

    fn to(self, op: Operation, shape: &[usize]) -> Self {
        let last = self.last();
        self.join(op, vec![last], shape)
    }

    fn each(self, op: Operation) -> Self {
        let shape = self.shape();
        self.to(op, &shape)
    }

    fn gemm(self, weights: &[&[i8]], bias: &[i32]) -> Self {
        let (outputs, inputs) = (weights.len(), self.shape()[0]);
        let gemm = Gemm { outputs, inputs, weights: weights.concat(), bias: bias.to_vec() };
        self.to(Operation::Gemm(gemm), &[outputs])
    }

    fn flat(self) -> Self {
        let count = self.shape().iter().product();
        self.to(Operation::Reshape, &[count])
    }

    fn scaled(self, scalings: &[(i64, i64, u8)]) -> Self {
        let scaling = |(multiplier, offset, shift): &(i64, i64, u8)| Scaling {
            multiplier: *multiplier,
            offset: *offset,
            shift: *shift,
        };
        self.each(Operation::Rescale(Rescale { channels: scalings.iter().map(scaling).collect() }))
    }

    fn end(self) -> Self {
        self.to(Operation::ArgMax, &[1]).valid()
    }

    fn best(self, k: u8) -> Self {
        self.to(Operation::TopK { k }, &[usize::from(k)]).valid()
    }

    fn valid(self) -> Self {
        self.model.validate().unwrap();
        self
    }

    /// The public input of the reference's answer, little-endian.
    pub fn answer(&self, values: &[i32]) -> [u8; 32] {
        let trace = infer::run(&self.model, values).unwrap();
        self.model.output_kind().unwrap().answer(&trace).unwrap().element()
    }

    /// All inputs, or as many as `most` of them.
    pub fn inputs(&self, most: usize) -> Vec<Vec<i32>> {
        let InputSpec { min, bits, .. } = self.model.input;
        let count = self.model.input.len();
        let all = 1usize << (usize::from(bits) * count);
        // The first and the last are among them.
        let chosen = (0..most.min(all))
            .map(|i| if i + 1 == most.min(all) { all - 1 } else { i * all / most.min(all) });
        let value = |code: usize, i: usize| {
            min + (code >> (usize::from(bits) * i) & ((1 << bits) - 1)) as i32
        };
        chosen.map(|code| (0..count).map(|i| value(code, i)).collect()).collect()
    }
}

fn window(
    kernel: [usize; 2],
    strides: [usize; 2],
    pads: [usize; 4],
    dilations: [usize; 2],
) -> Window {
    Window { kernel, strides, pads, dilations }
}

/// A model for every operation, and for what is at the edge of one.
pub fn models() -> Vec<Small> {
    let pair = |name| Small::new(name, &[2], [-2, 2]);
    let picture = |name| Small::new(name, &[1, 2, 2], [-2, 2]);
    let sums = |name| pair(name).gemm(&[&[1, -2], &[2, 1]], &[1, -1]);
    let relu = || Operation::Relu;
    let shift = |shift| Operation::Requantize { shift };
    let conv = Conv {
        out_channels: 1,
        in_channels: 1,
        group: 1,
        kernel: [2, 2],
        strides: [1, 1],
        pads: [1, 0, 0, 1],
        dilations: [1, 1],
        weights: vec![1, -1, 2, 1],
        bias: vec![-1],
    };
    let one_weight = Conv { kernel: [1, 1], pads: [0; 4], weights: vec![-3], ..conv.clone() };
    vec![
        pair("the input's own greatest").end(),
        Small::new("one value, one class", &[1], [-1, 2]).end(),
        Small::new("one class of a sum", &[2], [0, 1]).gemm(&[&[3, -1]], &[2]).end(),
        sums("Gemm").end(),
        sums("Gemm and Relu").each(relu()).end(),
        sums("two layers").each(relu()).gemm(&[&[1, -1], &[0, 1], &[0, 0]], &[0, -1, 2]).end(),
        sums("a score that is a constant").gemm(&[&[0, 0], &[1, 1]], &[2, 0]).end(),
        sums("equal scores").gemm(&[&[1, 1], &[1, 1], &[1, 1]], &[0, 0, 0]).end(),
        sums("a value that nothing reads").gemm(&[&[1, 0], &[-1, 0]], &[0, 1]).end(),
        sums("Requantize").each(shift(1)).end(),
        sums("Requantize of both ends alike").each(shift(9)).end(),
        Small::new("Requantize below zero", &[2], [-9, 3]).each(shift(2)).end(),
        sums("Relu and Requantize").each(relu()).each(shift(2)).end(),
        pair("Add")
            .join(Operation::Relu, vec![Operand::Input], &[2])
            .join(Operation::Add, vec![Operand::Input, Operand::Node(0)], &[2])
            .end(),
        pair("Add of one to itself, and Relu")
            .join(Operation::Add, vec![Operand::Input, Operand::Input], &[2])
            .each(relu())
            .end(),
        pair("Add, Relu and Requantize")
            .join(Operation::Add, vec![Operand::Input, Operand::Input], &[2])
            .each(relu())
            .each(shift(1))
            .end(),
        pair("Relu and Requantize of the input").each(relu()).each(shift(1)).end(),
        Small::new("a constant that a layer reads", &[5], [0, 1])
            .gemm(
                &[&[1; 5], &[1; 5], &[1; 5], &[1; 5], &[1; 5], &[1; 5], &[0; 5]],
                &[0, 0, 0, 0, 0, 0, 5],
            )
            .gemm(&[&[1, 0, 0, 0, 0, 0, 1]], &[0])
            .valid(),
        Small::new("a constant beside sums", &[5], [0, 1])
            .gemm(&[&[1; 5], &[1; 5], &[1; 5], &[1; 5], &[0; 5]], &[0, 0, 0, 0, 5])
            .gemm(&[&[1; 5], &[1; 5]], &[0, 0])
            .valid(),
        picture("Conv of padding alone")
            .to(Operation::Conv(Conv { pads: [1; 4], ..one_weight.clone() }), &[1, 4, 4])
            .to(Operation::Conv(Conv { pads: [0; 4], ..conv.clone() }), &[1, 3, 3])
            .flat()
            .end(),
        picture("Conv of one weight").to(Operation::Conv(one_weight), &[1, 2, 2]).flat().end(),
        picture("Conv, Relu and Requantize")
            .to(Operation::Conv(conv.clone()), &[1, 2, 2])
            .each(relu())
            .each(shift(1))
            .flat()
            .end(),
        picture("MaxPool")
            .to(Operation::MaxPool(window([2, 2], [1, 1], [1, 0, 0, 0], [1, 1])), &[1, 2, 1])
            .flat()
            .end(),
        picture("MaxPool of Relu")
            .each(relu())
            .to(Operation::MaxPool(window([1, 2], [1, 1], [0; 4], [1, 1])), &[1, 2, 1])
            .flat()
            .end(),
        picture("MaxPool with gaps")
            .to(Operation::MaxPool(window([2, 2], [1, 1], [1, 1, 1, 1], [2, 2])), &[1, 2, 2])
            .flat()
            .end(),
        Small::new("MaxPool of a dozen", &[1, 3, 4], [-1, 1])
            .to(Operation::MaxPool(window([3, 4], [1, 1], [0, 0, 0, 1], [1, 1])), &[1, 1, 2])
            .flat()
            .end(),
        sums("Clip").each(Operation::Clip { min: -2, max: 3 }).end(),
        sums("Clip below").each(Operation::Clip { min: 0, max: 90 }).end(),
        sums("Clip above").each(Operation::Clip { min: -90, max: 0 }).end(),
        sums("Clip to one").each(Operation::Clip { min: 1, max: 1 }).end(),
        sums("Clip beyond").each(Operation::Clip { min: 80, max: 90 }).end(),
        sums("LeakyRelu").each(Operation::LeakyRelu { positive: 2, negative: 1 }).end(),
        sums("LeakyRelu turned").each(Operation::LeakyRelu { positive: -1, negative: 3 }).end(),
        sums("LeakyRelu of nothing").each(Operation::LeakyRelu { positive: 0, negative: 0 }).end(),
        Small::new("LeakyRelu below zero", &[2], [-5, 2])
            .each(Operation::LeakyRelu { positive: 1, negative: -2 })
            .end(),
        sums("Table")
            .each(Operation::Table(Table { first: -3, values: vec![4, -1, 0, 2, 2, 7, -3] }))
            .end(),
        sums("Table to its end")
            .each(Operation::Table(Table { first: 2, values: vec![1, 0, 3] }))
            .end(),
        sums("Table of one").each(Operation::Table(Table { first: 0, values: vec![5] })).end(),
        sums("Rescale").scaled(&[(3, -2, 2)]).end(),
        sums("Rescale of each channel").scaled(&[(-5, 7, 3), (2, 1, 1)]).end(),
        sums("Rescale by no shift").scaled(&[(-2, 3, 0), (1, 0, 0)]).end(),
        sums("Rescale to one value").scaled(&[(1, 40, 8)]).end(),
        sums("Rescale and Clip to bits")
            .scaled(&[(3, 1, 1)])
            .each(Operation::Clip { min: -2, max: 1 })
            .end(),
        sums("Rescale and Clip")
            .scaled(&[(3, 1, 1), (-4, 0, 2)])
            .each(Operation::Clip { min: -1, max: 3 })
            .end(),
        sums("Rescale and Clip above")
            .scaled(&[(3, 20, 1)])
            .each(Operation::Clip { min: 0, max: 7 })
            .end(),
        sums("the best of two").best(1),
        sums("both in order").best(2),
        sums("three, two alike").gemm(&[&[1, 0], &[1, 0], &[0, 1]], &[0, 0, 0]).best(2),
        sums("all of three").gemm(&[&[1, 1], &[0, 0], &[-1, 2]], &[0, 1, 0]).best(3),
        pair("the best inputs").best(2),
        sums("values").valid(),
        sums("values after Relu").each(relu()).valid(),
        pair("Concat and Pad")
            .each(relu())
            .join(
                Operation::Move(Move::Concat { axis: 0 }),
                vec![Operand::Node(0), Operand::Input],
                &[4],
            )
            .to(Operation::Move(Move::Pad { before: vec![1], after: vec![1] }), &[6])
            .end(),
        picture("Transpose")
            .each(shift(1))
            .to(Operation::Move(Move::Transpose { permutation: vec![0, 2, 1] }), &[1, 2, 2])
            .flat()
            .end(),
        picture("Conv").to(Operation::Conv(conv.clone()), &[1, 2, 2]).flat().end(),
        picture("Conv and Relu").to(Operation::Conv(conv), &[1, 2, 2]).each(relu()).flat().end(),
    ]
}

/// Models whose inputs are far from zero, and whose results are not: what is only counted must not
/// leave its range either.
pub fn far_models() -> Vec<Small> {
    let far = |name, min: i32| {
        let (sum, bias) = ([-1i8, -1], 2 * (min + 2));
        Small::new(name, &[2], [min, 2]).gemm(&[&sum, &sum], &[bias, bias])
    };
    vec![
        far("far apart", 2_097_150).scaled(&[(1 << 40, 0, 0), (-(1 << 40), 0, 0)]).end(),
        far("a ReLU far away", 4_194_302).scaled(&[(1 << 40, 0, 0)]).each(Operation::Relu).end(),
    ]
}

/// Models whose values come close to the limit of 2^61 before each operation.
pub fn wide_models() -> Vec<Small> {
    let limit = 1i64 << 61;
    let wide = |name| {
        let mut small = Small::new(name, &[2], [-128, 8]);
        for _ in 0..6 {
            small = small.gemm(&[&[127, 127], &[127, -128]], &[0, 0]);
        }
        // The greatest weight that keeps the values below the limit.
        let last = (1..=127i8).rev().map(|w| small.clone().gemm(&[&[w, 0], &[0, -w]], &[0, 0]));
        last.into_iter().find(|small| intervals::analyse(&small.model).is_ok()).unwrap()
    };
    let clip = |min, max| Operation::Clip { min, max };
    let to_picture = |small: Small| small.to(Operation::Reshape, &[1, 1, 2]);
    let windows = Operation::MaxPool(window([1, 2], [1, 1], [0, 1, 0, 0], [1, 1]));
    vec![
        wide("nothing").end(),
        wide("Relu").each(Operation::Relu).end(),
        wide("Requantize").each(Operation::Requantize { shift: 31 }).end(),
        wide("Requantize by one").each(Operation::Requantize { shift: 1 }).end(),
        wide("Relu and Requantize")
            .each(Operation::Relu)
            .each(Operation::Requantize { shift: 31 })
            .end(),
        to_picture(wide("MaxPool")).to(windows, &[1, 1, 2]).flat().end(),
        wide("Clip").each(clip(-limit + 1, limit - 1)).end(),
        wide("Clip below the least").each(clip(-limit + 1, -limit + 1)).end(),
        wide("Clip at the greatest").each(clip(limit - 2, limit - 1)).end(),
        wide("Clip across zero").each(clip(-3, limit - 1)).end(),
        wide("LeakyRelu").each(Operation::LeakyRelu { positive: 1, negative: -1 }).end(),
        wide("Table")
            .each(Operation::Table(Table { first: -(1 << 30), values: vec![-(1 << 30), 1 << 30] }))
            .end(),
    ]
}
