//! From a call to a signed transaction that the runtime takes.

use subxt::{
    SubstrateConfig,
    client::OnlineClientAtBlockImpl,
    config::substrate::SubstrateExtrinsicParamsBuilder,
    transactions::{SubmittableTransaction, TransactionInvalid, ValidationResult},
};

use super::{
    super::{
        connection::{AtBlock, Chain},
        error::ChainError,
        hints,
        signer::Signer,
    },
    Call,
};
use zkinfer::artefacts::hexadecimal;

/// A signed transaction, and the block whose state it was made for.
pub(super) type Signed =
    SubmittableTransaction<SubstrateConfig, OnlineClientAtBlockImpl<SubstrateConfig>>;

/// Blocks that a signed transaction stays valid.
pub(super) const MORTALITY: u64 = 64;
/// A finalised block at most this far behind the best one starts a transaction's life; where
/// finality lags more (a chain sealed by hand may never finalise), the best block does.
const MAX_FINALITY_LAG: u64 = 32;

/// A transaction, with what it was signed for.
pub(super) struct Prepared {
    pub transaction: Signed,
    pub nonce: u64,
    /// Number of the block from which it lives.
    pub birth: u64,
    /// The block whose runtime it was signed for.
    best: AtBlock,
}

/// The runtime's answer to a transaction.
pub(super) enum Verdict {
    /// It takes it.
    Valid,
    /// Another transaction with this nonce is in a block.
    Stale,
}

/// The fee that a call would cost now, before the part that comes back for unused weight.
///
/// # Errors
/// When the node does not answer.
pub async fn estimate_fee(chain: &Chain, signer: &Signer, call: &Call) -> Result<u128, ChainError> {
    let prepared = sign(chain, signer, call, 0).await?;
    prepared
        .transaction
        .partial_fee_estimate()
        .await
        .map_err(ChainError::node("asking for the fee"))
}

/// Signs a call with the account's next nonce.
pub(super) async fn sign(
    chain: &Chain,
    signer: &Signer,
    call: &Call,
    tip: u128,
) -> Result<Prepared, ChainError> {
    // In this order: a block that the best one does not know yet is too young to be born in.
    let finalized = chain.finalized().await?;
    let best = chain.best().await?;
    let birth = birth_block(&finalized, &best);
    let (born, birth_hash) = (birth.block_number(), birth.block_hash());
    let nonce = chain.next_nonce(&signer.account()).await?;
    let params = SubstrateExtrinsicParamsBuilder::<SubstrateConfig>::new()
        .nonce(nonce)
        .tip(tip)
        .mortal_from_unchecked(MORTALITY, born, birth_hash)
        .build();
    let unfit = |error: subxt::error::ExtrinsicError| {
        let name = format!("{}.{}", call.pallet_name(), call.call_name());
        ChainError::refusal(
            format!(
                "{name} does not fit this chain's runtime (version {}): {error}",
                best.spec_version()
            ),
            "nothing is sent: use the client that belongs to this chain's version",
        )
    };
    let transaction = best
        .transactions()
        .create_signable_offline(call, params)
        .and_then(|mut tx| tx.sign(signer.pair()))
        .map_err(unfit)?;
    Ok(Prepared { transaction, nonce, birth: born, best })
}

/// The block from which a transaction lives: one that no reorganisation takes away, if there is a
/// recent one.
fn birth_block<'a>(finalized: &'a AtBlock, best: &'a AtBlock) -> &'a AtBlock {
    let lag = best.block_number().checked_sub(finalized.block_number());
    if lag.is_some_and(|lag| lag <= MAX_FINALITY_LAG) { finalized } else { best }
}

impl Prepared {
    /// Asks the runtime whether it takes the transaction, since the pool's own words are terse.
    pub async fn check(&self, chain: &Chain, call: &str) -> Result<Verdict, ChainError> {
        let result = self.transaction.validate().await;
        let result = result.map_err(ChainError::node("checking the transaction"))?;
        let (reason, hint) = match result {
            ValidationResult::Valid(_) => return Ok(Verdict::Valid),
            ValidationResult::Invalid(TransactionInvalid::Stale) => return Ok(Verdict::Stale),
            ValidationResult::Invalid(TransactionInvalid::BadProof) => {
                self.bad_signature(chain).await?
            }
            ValidationResult::Invalid(reason) => invalid(reason),
            ValidationResult::Unknown(reason) => {
                (format!("the runtime cannot tell whether it is valid ({reason:?})"), None)
            }
        };
        Err(ChainError::Refused { call: call.into(), reason, hint })
    }

    /// The difference between a signature's coverage and the node: the chain, or the version of its
    /// runtime.
    async fn bad_signature(&self, chain: &Chain) -> Result<(String, Option<String>), ChainError> {
        let signed = (self.best.spec_version(), self.best.transaction_version());
        let now = chain.best().await?;
        let is = (now.spec_version(), now.transaction_version());
        if signed != is {
            return Ok((
                format!(
                    "the chain's runtime was upgraded meanwhile, from version {} to {}, and a signature is good for one version alone",
                    signed.0, is.0
                ),
                Some("nothing is paid: run it again, for the new runtime".into()),
            ));
        }
        let (was, genesis) = (chain.genesis_hash(), chain.genesis_hash_now().await?);
        if was != genesis {
            return Err(ChainError::OtherChain { url: chain.url().into(), was, is: genesis });
        }
        Ok((
            format!(
                "its signature is not good there. It was made for the chain with genesis hash {}, runtime version {} and transaction \
                 version {}, which is what the node says of itself: another chain or another version of the runtime is behind it",
                hexadecimal::text(was),
                signed.0,
                signed.1
            ),
            Some("nothing is paid: name another node with option `url`, or run it again if the runtime is being upgraded".into()),
        ))
    }
}

/// The words on a transaction that the runtime does not take, and what to do.
fn invalid(reason: TransactionInvalid) -> (String, Option<String>) {
    let (words, hint) = match reason {
        TransactionInvalid::Payment => (
            "the signer cannot pay the fee",
            "send the signer some of the chain's token, or sign with another account",
        ),
        TransactionInvalid::ExhaustsResources => {
            ("the block is full", "try again in the next block")
        }
        TransactionInvalid::Call => {
            ("the runtime filters this call out", "make it by itself, not inside another call")
        }
        TransactionInvalid::Future => (
            "its nonce is ahead of the account's: an earlier transaction of the account has gone lost",
            "send it again",
        ),
        TransactionInvalid::AncientBirthBlock => (
            "the block that it was signed for is too old or not in this chain any more",
            "send it again; if it stays so, the node is behind its chain",
        ),
        TransactionInvalid::Custom(code) => return hints::for_invalid(code),
        other => return (format!("the runtime does not take it ({other:?})"), None),
    };
    (words.into(), Some(hint.into()))
}
