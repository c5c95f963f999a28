//! Accuracy of a float model and of its quantisations on all of a labelled data set.
//!
//! ```sh
//! scripts/fetch-mnist
//! cargo run -p zkml-quantize --example accuracy -- tests/vectors/mnist/mnist-cnn.onnx ~/.cache/zkinfer/mnist
//! ```
//!
//! Prints a table by input bits and by the bits that the first layer's accumulators may have; `-`
//! leaves them to the tolerance. ReLU constraints are `1 + bits` for each value that can have
//! either sign.

use std::{error::Error, fs, path::Path};

use zkml_data::dataset::{self, Images};
use zkml_model::{
    graph::{Operand, Operation, QuantizedModel},
    intervals,
};
use zkml_onnx::OnnxModel;
use zkml_quantize::{self as quantize, Options, QuantizeError, eval};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(model), Some(data)) = (arguments.next(), arguments.next()) else {
        return Err("give an ONNX file and the folder of scripts/fetch-mnist".into());
    };
    let data = Path::new(&data);
    let model = OnnxModel::decode(&fs::read(model)?)?;
    let images = Images::read(&fs::read(data.join("t10k-images-idx3-ubyte"))?)?;
    let labels = dataset::labels(&fs::read(data.join("t10k-labels-idx1-ubyte"))?)?;

    let manifest = quantize::quantize(&model, &Options::default())?.manifest;
    let float = eval::float(&model, &manifest, &images, &labels, &|_| {})?;
    println!("float: {:.2} % of {}", float.percent(), float.total);
    println!(
        "| input bits | first accumulator at most | accuracy | first weights | accumulators | ReLU and input constraints |"
    );
    println!("|---|---|---|---|---|---|");
    for input_bits in [1, 2, 3, 4, 6, 8] {
        for relu_bits in
            [None, Some(12), Some(10), Some(9), Some(8), Some(7), Some(6), Some(5), Some(4)]
        {
            let list = relu_bits.map_or(vec![24], |bits| vec![bits, 24]);
            let options = Options { input_bits, relu_bits: list, ..Options::default() };
            let limit = relu_bits.map_or("-".into(), |bits| bits.to_string());
            let imported = match quantize::quantize(&model, &options) {
                Err(QuantizeError::Fit { .. }) => {
                    println!("| {input_bits} | {limit} | does not fit | | | |");
                    continue;
                }
                other => other?,
            };
            let got =
                eval::quantized(&imported.model, &imported.manifest, &images, &labels, &|_| {})?;
            let first = &imported.report.layers[0];
            println!(
                "| {input_bits} | {limit} | {:.2} % | {} bits | {} bits | {} |",
                got.percent(),
                first.weight_bits,
                first.accumulator_bits,
                constraints(&imported.model)?,
            );
        }
    }
    Ok(())
}

/// Constraints of the ReLUs and of the input's range check.
fn constraints(model: &QuantizedModel) -> Result<u64, Box<dyn Error>> {
    let all = intervals::analyse(model)?;
    let mut count = model.input.len() as u64 * u64::from(model.input.bits);
    for node in model.nodes.iter().filter(|node| node.op == Operation::Relu) {
        if let Some(Operand::Node(from)) = node.inputs.first() {
            let signed = all[*from].iter().filter(|i| i.lo < 0 && i.hi > 0);
            count += signed.map(|i| 1 + u64::from(i.bits())).sum::<u64>();
        }
    }
    Ok(count)
}
