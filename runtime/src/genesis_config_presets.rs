//! The genesis of development chains.
//!
//! | preset | authorities | endowed | for |
//! |---|---|---|---|
//! | `development` | Alice | Alice, Bob, Charlie, Dave, Eve, Ferdie and their stashes | `--dev`, one node |
//! | `local_testnet` | Alice, Bob, Charlie | the same | three validators on one machine |

use alloc::{vec, vec::Vec};

use frame_support::build_struct_json_patch;
use serde_json::Value;
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_genesis_builder::PresetId;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

use crate::{AccountId, BalancesConfig, RuntimeGenesisConfig, SudoConfig, UNIT};

/// The initial balance of each development account.
const ENDOWMENT: u128 = 1_000_000 * UNIT;

fn genesis(authorities: Vec<(AuraId, GrandpaId)>, root: AccountId) -> Value {
    build_struct_json_patch!(RuntimeGenesisConfig {
        balances: BalancesConfig {
            balances: Sr25519Keyring::well_known()
                .map(|key| (key.to_account_id(), ENDOWMENT))
                .collect::<Vec<_>>(),
        },
        aura: pallet_aura::GenesisConfig {
            authorities: authorities.iter().map(|(aura, _)| aura.clone()).collect::<Vec<_>>(),
        },
        grandpa: pallet_grandpa::GenesisConfig {
            authorities: authorities
                .iter()
                .map(|(_, grandpa)| (grandpa.clone(), 1))
                .collect::<Vec<_>>(),
        },
        sudo: SudoConfig { key: Some(root) },
    })
}

fn authority(aura: Sr25519Keyring, grandpa: Ed25519Keyring) -> (AuraId, GrandpaId) {
    (aura.public().into(), grandpa.public().into())
}

fn alice() -> (AuraId, GrandpaId) {
    authority(Sr25519Keyring::Alice, Ed25519Keyring::Alice)
}

/// One authority: Alice.
pub fn development_config_genesis() -> Value {
    genesis(vec![alice()], Sr25519Keyring::Alice.to_account_id())
}

/// Three authorities: Alice, Bob and Charlie.
pub fn local_config_genesis() -> Value {
    let bob = authority(Sr25519Keyring::Bob, Ed25519Keyring::Bob);
    let charlie = authority(Sr25519Keyring::Charlie, Ed25519Keyring::Charlie);
    genesis(vec![alice(), bob, charlie], Sr25519Keyring::Alice.to_account_id())
}

/// The JSON patch of a preset.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
    let patch = match id.as_ref() {
        sp_genesis_builder::DEV_RUNTIME_PRESET => development_config_genesis(),
        sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET => local_config_genesis(),
        _ => return None,
    };
    // A preset made of our own types always serialises; `None` says "no such preset" if it ever did
    // not.
    serde_json::to_vec(&patch).ok()
}

/// The names of all presets.
pub fn preset_names() -> Vec<PresetId> {
    vec![
        PresetId::from(sp_genesis_builder::DEV_RUNTIME_PRESET),
        PresetId::from(sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET),
    ]
}
