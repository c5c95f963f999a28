//! Signing, and what the node says to a transaction.

use subxt::{
    SubstrateConfig, config::substrate::SubstrateExtrinsicParamsBuilder, dynamic::transaction,
    error::DispatchError, ext::scale_value::Composite, extrinsics::ExtrinsicEvents, rpcs,
};
use zkinfer_primitives::{SubmissionFault, blake2b_256};

use super::super::{Action, Life, Reception, Signed};
use zkinfer_client::{
    calls,
    connection::{AtBlock, Chain},
    error::ChainError,
    signer::Signer,
    submit::Call,
};

/// Numbers of the node's errors on transactions (Substrate, `sc-rpc-api`, `author/error.rs`).
mod code {
    pub const INVALID: i32 = 1010;
    pub const UNKNOWN_VALIDITY: i32 = 1011;
    pub const BANNED: i32 = 1012;
    pub const ALREADY_IMPORTED: i32 = 1013;
    pub const LOW_PRIORITY: i32 = 1014;
    pub const CYCLE: i32 = 1015;
    pub const IMMEDIATELY_DROPPED: i32 = 1016;
    pub const UNACTIONABLE: i32 = 1017;
}

/// Signs an action, with a tip in planck.
pub async fn sign(
    chain: &Chain,
    signer: &Signer,
    action: &Action,
    nonce: u64,
    life: Life,
    tip: u128,
) -> Result<Signed, ChainError> {
    // Signed for the newest runtime, alive from the planned block on.
    let best = chain.best().await?;
    let birth = chain.at_number(life.birth.into()).await?;
    let birth =
        birth.ok_or_else(|| ChainError::NoBlocks { url: chain.url().to_owned() })?.block_hash();
    let params = SubstrateExtrinsicParamsBuilder::<SubstrateConfig>::new()
        .nonce(nonce)
        .mortal_from_unchecked(life.blocks.into(), life.birth.into(), birth)
        .tip(tip)
        .build();
    let failed = |source| ChainError::node("signing a transaction")(source);
    let signed = best
        .transactions()
        .create_signable_offline(&call(action), params)
        .and_then(|mut transaction| transaction.sign(signer.pair()))
        .map_err(failed)?;
    let bytes = signed.into_encoded();
    Ok(Signed { hash: blake2b_256(&bytes), bytes, death: life.death() })
}

fn call(action: &Action) -> Call {
    match action {
        Action::Claim { job, terms_hash } => calls::claim(*job, terms_hash),
        Action::Submit(answers) => match answers.as_slice() {
            [only] => calls::submit(only.job, &only.terms_hash, &only.output, &only.proof),
            several => calls::submit_batch(several.iter().map(|answer| calls::BatchItem {
                job: answer.job,
                terms_hash: answer.terms_hash,
                output: answer.output.clone(),
                proof: &answer.proof,
            })),
        },
        Action::Nothing => {
            let remark = [("remark", subxt::dynamic::Value::from_bytes([]))];
            transaction("System", "remark", Composite::named(remark))
        }
    }
}

/// The reason why the included one of some transactions failed, if it lies in one of these blocks
/// and did.
pub async fn failure(
    chain: &Chain,
    hashes: &[[u8; 32]],
    blocks: std::ops::RangeInclusive<u32>,
) -> Result<Option<String>, ChainError> {
    const DOING: &str = "reading the blocks of a submission";
    for number in blocks {
        let Some(at) = chain.at_number(number.into()).await? else { return Ok(None) };
        let extrinsics = at.extrinsics().fetch().await.map_err(ChainError::node(DOING))?;
        for extrinsic in extrinsics.iter() {
            let extrinsic = extrinsic.map_err(ChainError::node(DOING))?;
            if hashes.contains(&extrinsic.hash().0) {
                let events = extrinsic.events().await.map_err(ChainError::node(DOING))?;
                return error_of(&at, &events);
            }
        }
    }
    Ok(None)
}

/// The error of an extrinsic, if it failed.
fn error_of(
    at: &AtBlock,
    events: &ExtrinsicEvents<SubstrateConfig>,
) -> Result<Option<String>, ChainError> {
    for event in events.iter() {
        let event = event.map_err(ChainError::node("reading the events of a submission"))?;
        if (event.pallet_name(), event.event_name()) == ("System", "ExtrinsicFailed") {
            return Ok(Some(
                match DispatchError::decode_from(event.field_bytes(), at.metadata()) {
                    Ok(DispatchError::Module(module)) => module.details_string(),
                    Ok(other) => other.to_string(),
                    Err(unknown) => unknown.to_string(),
                },
            ));
        }
    }
    Ok(None)
}

/// Sends a transaction.
pub async fn send(chain: &Chain, bytes: &[u8]) -> Result<Reception, ChainError> {
    let refusal = match chain.send(bytes).await {
        Ok(()) => return Ok(Reception::Taken),
        Err(rpcs::Error::User(refusal)) => refusal,
        Err(other) => return Err(ChainError::node("sending a transaction")(other)),
    };
    let data = refusal.data.as_ref().map(|data| data.get().trim_matches('"').to_owned());
    Ok(reception(refusal.code, &refusal.message, data.as_deref().unwrap_or_default()))
}

fn reception(number: i32, message: &str, data: &str) -> Reception {
    let words = || match (fault(data), data) {
        (Some(fault), _) => format!("{message}: {fault}"),
        (None, "") => message.to_owned(),
        (None, data) => format!("{message}: {data}"),
    };
    match number {
        code::ALREADY_IMPORTED => Reception::Taken,
        code::BANNED => Reception::Spoilt,
        code::INVALID if data.contains("outdated") => Reception::Stale,
        // Of another runtime's version, or of a block that a reorganisation took away.
        code::INVALID if data.contains("bad signature") || data.contains("ancient birth") => {
            Reception::Spoilt
        }
        code::LOW_PRIORITY
        | code::IMMEDIATELY_DROPPED
        | code::UNACTIONABLE
        | code::UNKNOWN_VALIDITY => Reception::NotNow(words()),
        code::INVALID if data.contains("exhaust") => Reception::NotNow(words()),
        code::CYCLE | code::INVALID => Reception::Invalid(words()),
        _ => Reception::Invalid(format!("{} (error {number})", words())),
    }
}

/// The fault of a submission that the runtime has found, by the code in the node's words.
fn fault(data: &str) -> Option<SubmissionFault> {
    let code = data.strip_prefix("Custom error: ")?;
    SubmissionFault::from_code(code.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nodes_refusals_are_told_apart() {
        assert_eq!(reception(1013, "Already Imported", ""), Reception::Taken);
        assert_eq!(reception(1012, "Transaction is temporarily banned", ""), Reception::Spoilt);
        let signature = "Transaction has a bad signature";
        assert_eq!(reception(1010, "Invalid Transaction", signature), Reception::Spoilt);
        assert_eq!(
            reception(1010, "Invalid Transaction", "Transaction is outdated"),
            Reception::Stale
        );
        assert!(matches!(
            reception(1016, "Immediately Dropped", "the pool is full"),
            Reception::NotNow(_)
        ));
        assert!(matches!(
            reception(1010, "Invalid Transaction", "Inability to pay some fees"),
            Reception::Invalid(_)
        ));
        let late = "Invalid Transaction: the claim's time and grace are over".to_owned();
        assert_eq!(
            reception(1010, "Invalid Transaction", "Custom error: 104"),
            Reception::Invalid(late)
        );
        assert!(matches!(reception(-1, "?", ""), Reception::Invalid(_)));
    }
}
