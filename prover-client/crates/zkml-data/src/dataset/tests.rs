use std::io::Write;

use proptest::prelude::*;

use super::*;

fn pictures() -> Vec<u8> {
    let mut file = vec![0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3];
    file.extend(0..12);
    file
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("to memory");
    encoder.finish().expect("to memory")
}

#[test]
fn plain_and_packed_files_hold_the_same_pictures() {
    let images = Images::read(&pictures()).expect("well-formed");
    assert_eq!((images.len(), images.height, images.width), (2, 2, 3));
    assert_eq!(images.get(1), Some(&[6, 7, 8, 9, 10, 11][..]));
    assert_eq!(images.get(2), None);
    assert_eq!(Images::read(&gzip(&pictures())).expect("well-formed"), images);
    assert_eq!(labels(&[0, 0, 8, 1, 0, 0, 0, 2, 5, 4]).expect("well-formed"), [5, 4]);
}

#[test]
fn labels_are_not_pictures_and_pairs_must_match() {
    assert!(matches!(labels(&pictures()), Err(IdxError::Magic { what: "labels", .. })));
    assert!(matches!(Images::read(&[0, 0, 8, 1, 0, 0, 0, 0]), Err(IdxError::Magic { .. })));
    let images = Images::read(&pictures()).expect("well-formed");
    assert!(check_pair(&images, &[1, 2]).is_ok());
    assert!(matches!(check_pair(&images, &[1]), Err(IdxError::Pair { images: 2, labels: 1 })));
}

#[test]
fn every_truncation_and_every_trailing_byte_is_refused() {
    let (file, packed) = (pictures(), gzip(&pictures()));
    for end in 0..file.len() {
        assert!(Images::read(&file[..end]).is_err(), "cut at {end}");
    }
    for end in 0..packed.len() {
        assert!(Images::read(&packed[..end]).is_err(), "packed, cut at {end}");
    }
    assert!(Images::read(&[&file[..], &[0]].concat()).is_err());
    let huge = [0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255];
    assert!(matches!(Images::read(&huge), Err(IdxError::Length { expected: u64::MAX, .. })));
}

#[test]
fn a_packed_file_that_unpacks_to_too_much_is_refused() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let block = vec![0u8; 1 << 20];
    (0..257).for_each(|_| encoder.write_all(&block).expect("to memory"));
    let bomb = encoder.finish().expect("to memory");
    assert!(matches!(labels(&bomb), Err(IdxError::TooLarge)));
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(at in 0usize..28, byte: u8, pack: bool, flip in 0usize..60) {
        let mut file = pictures();
        file[at] = byte;
        if pack {
            file = gzip(&file);
            let at = flip % file.len();
            file[at] ^= byte;
        }
        let _ = Images::read(&file);
    }
}
