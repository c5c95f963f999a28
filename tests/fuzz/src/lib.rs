//! Shared parts of the fuzz targets: valid files to start from, and edits of them.
//!
//! ```text
//! cargo +nightly fuzz list --fuzz-dir tests/fuzz
//! cargo +nightly fuzz run  --fuzz-dir tests/fuzz groth16_verify -- -max_total_time=60 -len_control=0
//! ```
//!
//! `-len_control=0` lets inputs be long from the start: an edit takes four bytes.
//!
//! Bytes from nowhere rarely get past a checksum or a square root. So most targets read the
//! fuzzer's bytes as [edits](edited) of a valid file, and mend its checksums afterwards, as
//! somebody with bad intentions would.

pub mod groth16;
pub mod halo2;
pub mod models;

/// Returns the meaning of the fuzzer's bytes: themselves, or edits of `valid`.
///
/// The first byte chooses: even for the bytes themselves. An edit is a position (16 bits, scaled to
/// the length), an operation and an operand.
pub fn edited(valid: &[u8], data: &[u8]) -> Vec<u8> {
    let Some((choice, data)) = data.split_first() else { return valid.to_vec() };
    if choice & 1 == 0 {
        return data.to_vec();
    }
    let mut out = valid.to_vec();
    for edit in data.chunks_exact(4) {
        apply(&mut out, [edit[0], edit[1], edit[2], edit[3]]);
    }
    out
}

fn apply(out: &mut Vec<u8>, [low, high, operation, operand]: [u8; 4]) {
    let position = usize::from(u16::from_le_bytes([low, high]));
    // Long files are reached by a scale, headers and short files byte by byte.
    let at = if operation & 0x80 == 0 { position } else { position * out.len() / 0x1_0000 };
    let Some(byte) = out.get_mut(at) else { return };
    match operation & 7 {
        0 | 1 => *byte = operand,
        2 => *byte ^= operand,
        3 => *byte = byte.wrapping_add(operand),
        4 => out.insert(at, operand),
        5 => drop(out.remove(at)),
        6 => out.truncate(at),
        _ => {
            let end = out.len().min(at + usize::from(operand));
            let copy = out[at..end].to_vec();
            out.extend(copy);
        }
    }
}

/// Blake2b of `bytes`, `len` bytes long.
pub fn blake2b(bytes: &[u8], len: usize) -> Vec<u8> {
    blake2b_simd::Params::new().hash_length(len).hash(bytes).as_bytes().to_vec()
}

/// Puts the right checksum of `len` bytes at the end of what stands before it.
pub fn mend(bytes: &mut [u8], len: usize) {
    if let Some(body) = bytes.len().checked_sub(len) {
        let sum = blake2b(&bytes[..body], len);
        bytes[body..].copy_from_slice(&sum);
    }
}
