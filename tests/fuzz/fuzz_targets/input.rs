//! JPEG pictures, raw bytes and NumPy's archives become inputs of the model, or errors.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zkinfer_fuzz::{edited, models};
use zkml_data::{npz, preprocess};
use zkml_model::infer;

const FILES: [&[u8]; 6] = [
    include_bytes!("../../vectors/inputs/colours-420.jpg"),
    include_bytes!("../../vectors/inputs/colours-progressive.jpg"),
    include_bytes!("../../vectors/inputs/gray.jpg"),
    include_bytes!("../../vectors/inputs/one.npz"),
    include_bytes!("../../vectors/inputs/several.npz"),
    include_bytes!("../../vectors/inputs/colours.bin"),
];

fuzz_target!(|data: &[u8]| {
    let (choice, data) = data.split_first().unwrap_or((&0, &[]));
    let file = edited(FILES[usize::from(*choice) % FILES.len()], data);
    let inputs = [
        preprocess::picture(&models::MANIFEST, &file),
        preprocess::bytes(&models::MANIFEST, &file),
    ];
    for input in inputs.into_iter().flatten() {
        infer::check_input(&models::MANIFEST.input_spec(), &input).expect("an input of the model");
    }
    if let Ok(array) = npz::read(&file, Some("x0"), 1 << 12) {
        assert_eq!(array.values.len(), array.shape.iter().product::<usize>());
    }
});
