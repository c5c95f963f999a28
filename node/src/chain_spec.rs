//! The chains that the node knows by name. Their genesis is the runtime's preset of the same kind.

use sc_service::{ChainType, Properties};
use zkinfer_runtime::WASM_BINARY;

/// Specification of a chain of this runtime.
pub type ChainSpec = sc_service::GenericChainSpec;

fn properties() -> Properties {
    let mut properties = Properties::new();
    properties.insert("tokenSymbol".into(), "UNIT".into());
    properties.insert("tokenDecimals".into(), 12.into());
    properties.insert("ss58Format".into(), 42.into());
    properties
}

fn spec(name: &str, id: &str, chain_type: ChainType, preset: &str) -> Result<ChainSpec, String> {
    let code = WASM_BINARY.ok_or(
        "this node was built without the wasm runtime (SKIP_WASM_BUILD was set); \
         build it again without, or give a chain specification file with --chain",
    )?;
    Ok(ChainSpec::builder(code, None)
        .with_name(name)
        .with_id(id)
        .with_chain_type(chain_type)
        .with_genesis_config_preset_name(preset)
        .with_properties(properties())
        .build())
}

/// One validator, Alice.
pub fn development() -> Result<ChainSpec, String> {
    spec("zkinfer development", "zkinfer_dev", ChainType::Development, sp_genesis_builder::DEV_RUNTIME_PRESET)
}

/// Three validators: Alice, Bob and Charlie.
pub fn local() -> Result<ChainSpec, String> {
    spec("zkinfer local", "zkinfer_local", ChainType::Local, sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET)
}
