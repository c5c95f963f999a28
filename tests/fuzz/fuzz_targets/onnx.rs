//! ONNX files are decoded, and what decodes is quantised, without a panic; the result has a file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zkinfer_fuzz::{edited, models};
use zkml_model::file;
use zkml_onnx::OnnxModel;
use zkml_quantize as quantize;

fuzz_target!(|data: &[u8]| {
    let (choice, data) = data.split_first().unwrap_or((&0, &[]));
    let valid = models::ONNX[usize::from(*choice) % models::ONNX.len()];
    let Ok(onnx) = OnnxModel::decode(&edited(valid, data)) else { return };
    if let Ok(imported) = quantize::quantize(&onnx, &quantize::Options::default()) {
        assert_eq!(file::decode(&file::encode(&imported.model)), Ok(imported.model));
        assert!(imported.manifest.validate().is_ok());
    }
});
