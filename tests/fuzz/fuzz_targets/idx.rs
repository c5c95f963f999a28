//! Labelled pictures, plain or gzip.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zkinfer_fuzz::edited;
use zkml_data::dataset::{Images, check_pair, labels};

/// Three pictures of 2 × 2, and their labels.
const IMAGES: &[u8] =
    &[0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const LABELS: &[u8] = &[0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9];
const GZIP: &[u8] = include_bytes!("../../vectors/mnist/t10k-first-500-labels.idx1.gz");

fuzz_target!(|data: &[u8]| {
    let images = Images::read(&edited(IMAGES, data));
    let ours = labels(&edited(LABELS, data));
    let _ = labels(&edited(GZIP, data));
    let Ok(images) = images else { return };
    assert_eq!(images.iter().count(), images.len());
    assert!(images.get(images.len()).is_none());
    if let Ok(labels) = ours {
        assert_eq!(check_pair(&images, &labels).is_ok(), images.len() == labels.len());
    }
});
