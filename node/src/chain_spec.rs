//! The chains that the node knows by name. Their genesis is the runtime's preset of the same kind,
//! with [Halo2's generators](crate::generators): public constants that are too large for a runtime.

use sc_service::{ChainType, Properties};
use serde_json::Value;
use zkinfer_runtime::{WASM_BINARY, genesis_config_presets::get_preset};

use crate::generators;

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
        .with_genesis_config_patch(genesis(preset)?)
        .with_properties(properties())
        .build())
}

/// The runtime's preset, with the generators.
fn genesis(preset: &str) -> Result<Value, String> {
    let fault =
        || format!("the runtime's genesis preset `{preset}` is damaged: build the node again");
    let bytes = get_preset(&preset.into()).ok_or_else(fault)?;
    let mut patch: Value = serde_json::from_slice(&bytes).map_err(|_| fault())?;
    patch.as_object_mut().ok_or_else(fault)?.insert("inference".into(), generators::patch());
    Ok(patch)
}

/// One validator, Alice.
pub fn development() -> Result<ChainSpec, String> {
    spec(
        "zkinfer development",
        "zkinfer_dev",
        ChainType::Development,
        sp_genesis_builder::DEV_RUNTIME_PRESET,
    )
}

/// Three validators: Alice, Bob and Charlie.
pub fn local() -> Result<ChainSpec, String> {
    spec(
        "zkinfer local",
        "zkinfer_local",
        ChainType::Local,
        sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET,
    )
}
