//! Proofs of what a chain's state says, for those who do not take the node's word for it.
//!
//! The hash of a block commits to its header, the header to the root of the state, and the root to
//! every stored value: the state is a Merkle tree over the nibbles of the keys (polkadot-sdk,
//! `primitives/trie/src/node_codec.rs`). A proof is the list of the nodes on the way from the root
//! to a key. Whoever knows the block's hash from elsewhere needs to trust nobody for the value.
//!
//! | first bits of a node | what it is | its value |
//! |---|---|---|
//! | `01` | leaf | in the node |
//! | `001` | leaf | by its hash |
//! | `10` | branch | none |
//! | `11` | branch | in the node |
//! | `0001` | branch | by its hash |
//! | `0000 0000` | the empty tree | none |
//!
//! The other bits of the first byte, and bytes that follow, give the number of nibbles of the
//! node's part of the key. Children of fewer than 32 bytes stand in their parent, the others by
//! their Blake2b-256 hash.

use codec::{Decode, DecodeAll, Input};
use subxt::utils::AccountId32;
use zkinfer_primitives::{EncryptionKey, blake2b_256};

/// The prefix of the pallet's records of provers: twox128 of `Inference` and of `Provers`.
const PROVERS: [u8; 32] = [
    0x0f, 0xbb, 0x8c, 0x67, 0x35, 0x69, 0x02, 0x3f, 0x0e, 0x5f, 0xbd, 0x05, 0x30, 0xf6, 0xa0, 0x51,
    0x4c, 0xa4, 0x9b, 0x6f, 0x6d, 0xd0, 0xaa, 0x0f, 0x95, 0xdf, 0xa0, 0xb2, 0x93, 0xb4, 0x0d, 0xcb,
];

/// The reason why a proof shows nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// A node on the way is not among those given.
    #[error("the proof lacks the node with the hash 0x{}", hex::encode(.0))]
    Missing([u8; 32]),
    /// A node cannot be read.
    #[error("the proof holds a node that cannot be read: {0}")]
    Node(String),
    /// The value is not a prover's record.
    #[error("the proved record of the prover cannot be read: {0}")]
    Record(String),
}

impl From<codec::Error> for ProofError {
    fn from(error: codec::Error) -> Self {
        Self::Node(error.to_string())
    }
}

/// A prover's record as the pallet stores it, up to the layout of storage that this client knows.
#[derive(Decode)]
struct Record {
    _bond: u128,
    _locked: u128,
    _unbonding: Vec<(u128, u32)>,
    encryption_key: Option<[u8; 32]>,
}

/// The storage key of a prover's record.
pub fn prover_key(account: &AccountId32) -> Vec<u8> {
    let hash = blake2b_simd::Params::new().hash_length(16).hash(&account.0);
    [&PROVERS[..], hash.as_bytes(), &account.0].concat()
}

/// The encryption key of a prover in the state with this root; `None` if the prover has none, or
/// the account is no prover.
///
/// # Errors
/// [`ProofError`] when the nodes do not show it.
pub fn encryption_key(
    root: [u8; 32],
    nodes: &[Vec<u8>],
    account: &AccountId32,
) -> Result<Option<EncryptionKey>, ProofError> {
    let Some(value) = value(root, nodes, &prover_key(account))? else { return Ok(None) };
    let record =
        Record::decode_all(&mut &*value).map_err(|error| ProofError::Record(error.to_string()))?;
    Ok(record.encryption_key.map(EncryptionKey))
}

/// The value under a key in the state with this root; `None` if the nodes show that there is none.
///
/// # Errors
/// [`ProofError`] when they do not show it.
fn value(root: [u8; 32], nodes: &[Vec<u8>], key: &[u8]) -> Result<Option<Vec<u8>>, ProofError> {
    let by_hash = |hash: [u8; 32]| {
        let found = nodes.iter().find(|bytes| blake2b_256(bytes) == hash);
        found.cloned().ok_or(ProofError::Missing(hash))
    };
    let nibbles: Vec<u8> = key.iter().flat_map(|byte| [byte >> 4, byte & 15]).collect();
    let mut left = nibbles.as_slice();
    let mut bytes = by_hash(root)?;
    loop {
        let Some(node) = Node::decode(&bytes)? else { return Ok(None) };
        let Some(rest) = left.strip_prefix(node.partial.as_slice()) else { return Ok(None) };
        let Some((nibble, rest)) = rest.split_first() else {
            return match node.value {
                Value::None => Ok(None),
                Value::Here(value) => Ok(Some(value)),
                Value::ByHash(hash) => by_hash(hash).map(Some),
            };
        };
        // Each step takes a nibble of the key, so the walk ends.
        left = rest;
        bytes = match node.children.into_iter().find(|(index, _)| index == nibble) {
            None => return Ok(None),
            Some((_, child)) => match <[u8; 32]>::try_from(child) {
                Ok(hash) => by_hash(hash)?,
                Err(here) => here,
            },
        };
    }
}

enum Value {
    None,
    Here(Vec<u8>),
    ByHash([u8; 32]),
}

/// A node of the tree.
struct Node {
    /// The nibbles of the key that it stands for, after those of its parents.
    partial: Vec<u8>,
    value: Value,
    /// Children by their nibble: a hash of 32 bytes, or a shorter node.
    children: Vec<(u8, Vec<u8>)>,
}

/// The kind of a node, from its first bits.
#[derive(Clone, Copy)]
enum ValueKind {
    None,
    Here,
    ByHash,
}

impl Node {
    /// Reads a node; `None` is the empty tree.
    fn decode(mut bytes: &[u8]) -> Result<Option<Self>, ProofError> {
        let input = &mut bytes;
        let first = input.read_byte()?;
        let (is_branch, kind, prefix) = match first {
            0 => return Ok(None),
            _ if first >> 6 == 0b01 => (false, ValueKind::Here, 2),
            _ if first >> 6 == 0b10 => (true, ValueKind::None, 2),
            _ if first >> 6 == 0b11 => (true, ValueKind::Here, 2),
            _ if first >> 5 == 0b001 => (false, ValueKind::ByHash, 3),
            _ if first >> 4 == 0b0001 => (true, ValueKind::ByHash, 4),
            _ => return Err(ProofError::Node(format!("it begins with {first:#04x}"))),
        };
        let partial = partial(input, first, prefix)?;
        let bitmap = if is_branch { u16::decode(input)? } else { 0 };
        let value = match kind {
            ValueKind::None => Value::None,
            ValueKind::Here => Value::Here(Vec::decode(input)?),
            ValueKind::ByHash => Value::ByHash(<[u8; 32]>::decode(input)?),
        };
        let mut children = Vec::new();
        for nibble in (0..16).filter(|nibble| bitmap >> nibble & 1 == 1) {
            let child = Vec::<u8>::decode(input)?;
            if child.len() > 32 {
                return Err(ProofError::Node(format!("a child has {} bytes", child.len())));
            }
            children.push((nibble, child));
        }
        if !input.is_empty() {
            return Err(ProofError::Node(format!("{} bytes are left over", input.len())));
        }
        Ok(Some(Self { partial, value, children }))
    }
}

/// The nibbles of a node, after a first byte whose `prefix` highest bits say what it is.
fn partial(input: &mut &[u8], first: u8, prefix: u32) -> Result<Vec<u8>, ProofError> {
    let most = u8::MAX >> prefix;
    let mut count = usize::from(first & most);
    if count == usize::from(most) {
        loop {
            let more = input.read_byte()?;
            count = count.saturating_add(usize::from(more));
            if more < u8::MAX {
                break;
            }
        }
    }
    let len = count.div_ceil(2);
    let packed =
        input.split_at_checked(len).ok_or_else(|| ProofError::Node("its key is cut off".into()))?;
    *input = packed.1;
    let nibbles = packed.0.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let padding = count % 2;
    if padding == 1 && packed.0.first().is_some_and(|byte| byte >> 4 != 0) {
        return Err(ProofError::Node("its key is padded with another nibble than 0".into()));
    }
    Ok(nibbles.skip(padding).collect())
}

#[cfg(test)]
mod tests {
    use codec::Encode;

    use super::*;

    fn packed(nibbles: &[u8]) -> Vec<u8> {
        let padded =
            if nibbles.len() % 2 == 1 { [&[0], nibbles].concat() } else { nibbles.to_vec() };
        padded.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
    }

    fn header(kind: u8, prefix: u32, nibbles: &[u8]) -> Vec<u8> {
        let most = usize::from(u8::MAX >> prefix);
        let mut bytes = vec![kind << (8 - prefix) | nibbles.len().min(most) as u8];
        if nibbles.len() >= most {
            let mut more = nibbles.len() - most;
            while more >= 255 {
                bytes.push(255);
                more -= 255;
            }
            bytes.push(more as u8);
        }
        bytes.extend(packed(nibbles));
        bytes
    }

    fn leaf(nibbles: &[u8], value: &[u8]) -> Vec<u8> {
        [header(0b01, 2, nibbles), value.to_vec().encode()].concat()
    }

    fn branch(nibbles: &[u8], children: &[(u8, Vec<u8>)]) -> Vec<u8> {
        let bitmap = children.iter().fold(0u16, |bits, (nibble, _)| bits | 1 << nibble);
        let children = children.iter().map(|(_, node)| match node.len() {
            ..32 => node.encode(),
            _ => blake2b_256(node).to_vec().encode(),
        });
        [header(0b10, 2, nibbles), bitmap.encode(), children.collect::<Vec<_>>().concat()].concat()
    }

    fn nibbles(key: &[u8]) -> Vec<u8> {
        key.iter().flat_map(|byte| [byte >> 4, byte & 15]).collect()
    }

    fn record(key: Option<[u8; 32]>) -> Vec<u8> {
        (5u128, 1u128, vec![(7u128, 9u32)], key).encode()
    }

    /// Two provers in one tree, and the nodes that prove either.
    fn tree() -> ([u8; 32], Vec<Vec<u8>>, [AccountId32; 2]) {
        let accounts = [AccountId32([1; 32]), AccountId32([2; 32])];
        let keys = accounts.map(|account| nibbles(&prover_key(&account)));
        let common = keys[0].iter().zip(&keys[1]).take_while(|(a, b)| a == b).count();
        let leaves = [(0, record(Some([7; 32]))), (1, record(None))]
            .map(|(i, value)| (keys[i][common], leaf(&keys[i][common + 1..], &value)));
        let mut children = leaves.to_vec();
        children.sort();
        let root = branch(&keys[0][..common], &children);
        let hash = blake2b_256(&root);
        (hash, vec![root, leaves[0].1.clone(), leaves[1].1.clone()], accounts)
    }

    #[test]
    fn a_proof_shows_a_key_and_that_there_is_none() {
        let (root, nodes, [one, other]) = tree();
        assert_eq!(encryption_key(root, &nodes, &one), Ok(Some(EncryptionKey([7; 32]))));
        assert_eq!(encryption_key(root, &nodes, &other), Ok(None));
        assert_eq!(encryption_key(root, &nodes, &AccountId32([3; 32])), Ok(None));
    }

    #[test]
    fn a_tampered_or_partial_proof_shows_nothing() {
        let (root, nodes, [one, _]) = tree();
        for (node, bytes) in nodes.iter().enumerate() {
            for position in 0..bytes.len() {
                let mut bad = nodes.clone();
                bad[node][position] ^= 1;
                let shown = encryption_key(root, &bad, &one);
                // A node that is not on the way does not matter.
                assert!(shown.is_err() || node == 2, "node {node}, byte {position}: {shown:?}");
            }
        }
        for missing in 0..2 {
            let mut bad = nodes.clone();
            let hash = blake2b_256(&bad.remove(missing));
            assert_eq!(encryption_key(root, &bad, &one), Err(ProofError::Missing(hash)));
        }
        assert!(matches!(encryption_key([0; 32], &nodes, &one), Err(ProofError::Missing(_))));
    }

    #[test]
    fn whatever_bytes_a_node_has_they_are_read_or_refused() {
        for bytes in [
            &[][..],
            &[0x0f],
            &[0x7f],
            &[0x7f, 255, 255],
            &[0x41, 0x10, 0],
            &[0x80, 1, 0],
            &[0x42, 0x11, 4, 1, 9],
        ] {
            assert!(Node::decode(bytes).is_err(), "{bytes:?}");
        }
        // Long keys: the number of nibbles goes on behind the first byte.
        for len in [62, 63, 64, 317, 318, 319, 600] {
            let node = Node::decode(&leaf(&vec![5; len], b"x")).expect("read").expect("not empty");
            assert_eq!(node.partial.len(), len);
        }
    }
}
