//! A picture becomes an input of the model, or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zkinfer_fuzz::{edited, models};
use zkml_data::preprocess;
use zkml_model::infer;

const PICTURES: [&[u8]; 5] = [
    include_bytes!("../../vectors/mnist/digit-7.png"),
    include_bytes!("../../vectors/mnist/forms/rgba.png"),
    include_bytes!("../../vectors/mnist/forms/palette.png"),
    include_bytes!("../../vectors/mnist/forms/black-and-white-1-bit.png"),
    include_bytes!("../../vectors/mnist/forms/gray-16-bit.png"),
];

fuzz_target!(|data: &[u8]| {
    let (choice, data) = data.split_first().unwrap_or((&0, &[]));
    let mut file = edited(PICTURES[usize::from(*choice) % PICTURES.len()], data);
    if choice & 0x80 == 0 {
        mend_chunks(&mut file);
    }
    if let Ok(input) = preprocess::png(&models::MANIFEST, &file) {
        infer::check_input(&models::MANIFEST.input_spec(), &input).expect("an input of the model");
    }
});

/// Puts the right CRC after each chunk.
fn mend_chunks(file: &mut [u8]) {
    let mut at = 8;
    while let Some(length) = file.get(at..at + 4) {
        let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]) as usize;
        let Some(end) = (at + 8).checked_add(length) else { return };
        let Some(chunk) = file.get(at + 4..end) else { return };
        let crc = crc32(chunk).to_be_bytes();
        let Some(place) = file.get_mut(end..end + 4) else { return };
        place.copy_from_slice(&crc);
        at = end + 4;
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}
