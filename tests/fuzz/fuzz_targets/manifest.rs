//! A manifest that decodes is canonical.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zkinfer_fuzz::{edited, models};
use zkml_model::manifest::Manifest;

fuzz_target!(|data: &[u8]| {
    let bytes = edited(&models::MANIFEST.to_json(), data);
    if let Ok(manifest) = Manifest::from_json(&bytes) {
        assert_eq!(manifest.to_json(), bytes);
        let _ = manifest.input_spec();
    }
});
