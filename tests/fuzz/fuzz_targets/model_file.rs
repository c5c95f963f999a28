//! A model file that decodes is the one file of its model; a small one can be analysed, run and
//! made a circuit.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use zkinfer_fuzz::{edited, mend, models};
use zkml_model::{file, infer, intervals, random};
use zkml_prove::groth16::ModelCircuit;

fuzz_target!(|data: &[u8]| {
    let (seed, data) = data.split_first().unwrap_or((&0, &[]));
    let mut bytes = edited(&file::encode(&models::model(*seed)), data);
    if seed & 1 == 0 {
        mend(&mut bytes, 8);
    }
    let Ok(model) = file::decode(&bytes) else { return };
    assert_eq!(file::encode(&model), bytes);
    if !models::is_small(&model) {
        return;
    }
    let intervals = intervals::analyse(&model);
    let trace = infer::run(&model, &random::input(&model, 1));
    if let (Ok(intervals), Ok(trace)) = (intervals, trace) {
        for (range, value) in intervals.iter().flatten().zip(trace.tensors.iter().flatten()) {
            assert!(range.contains(*value), "{value} is outside its interval");
        }
    }
    let _ = ModelCircuit::new(Arc::new(model));
});
