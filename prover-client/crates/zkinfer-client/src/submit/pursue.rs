//! Sending a transaction, and finding out what became of it, whatever happens to the connection.
//!
//! | what happens | what follows |
//! |---|---|
//! | the runtime or the pool refuses it as outdated or as too low in priority | nothing was sent: signed again under the next nonce |
//! | any other refusal of the node | nothing was sent: an error |
//! | the connection ends or falls silent after the bytes went out | connect again; look at the account's nonce and into the blocks; send the same bytes again while the nonce is free |
//! | the pool drops it | look for some blocks, since other nodes may have it |
//! | `--timeout` is over | an error that leaves it open, with hash, nonce and last block |

use std::time::Duration;

use subxt::{
    SubstrateConfig,
    client::OnlineClientAtBlockImpl,
    transactions::{TransactionProgress, TransactionStatus},
};
use zkinfer_primitives::blake2b_256;

use super::{
    super::{
        connection::Chain,
        error::{ChainError, Transaction},
        signer::Signer,
    },
    Call, Manner, Succeeded, outcome,
    refusal::{self, Refusal},
    sign::{self, MORTALITY, Prepared, Verdict},
};

type Progress = TransactionProgress<SubstrateConfig, OnlineClientAtBlockImpl<SubstrateConfig>>;

/// A node that says nothing for so long is asked whether it is there.
const QUIET: Duration = Duration::from_secs(20);
/// Time to look for a transaction that the pool dropped.
const AFTER_A_DROP: Duration = Duration::from_secs(15);
/// Interval of looks at the chain.
const POLL: Duration = Duration::from_secs(1);

/// A transaction on its way.
pub(super) struct Sending<'a> {
    chain: &'a Chain,
    prepared: Prepared,
    call: &'a str,
    manner: Manner,
    named: Transaction,
    hash: [u8; 32],
    account: subxt::utils::AccountId32,
    raced: bool,
}

/// The block that includes a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InBlock {
    pub hash: [u8; 32],
    pub finalized: bool,
}

/// The result of watching.
enum Watched {
    InBlock(InBlock),
    /// The connection is lost, or nothing more comes over it.
    Lost(String),
    /// The node's pool has given it up.
    Dropped(String),
}

impl<'a> Sending<'a> {
    /// Signs a call and asks the runtime whether it takes it. Nothing is sent.
    pub async fn begin(
        chain: &'a Chain,
        signer: &Signer,
        call: &Call,
        name: &'a str,
        manner: Manner,
    ) -> Result<Self, ChainError> {
        let prepared = sign::sign(chain, signer, call, manner.tip).await?;
        let raced = matches!(prepared.check(chain, name).await?, Verdict::Stale);
        let hash = blake2b_256(prepared.transaction.encoded());
        let account = signer.account();
        let named = Transaction {
            hash: zkinfer::artefacts::hexadecimal::text(hash),
            account: account.to_string(),
            nonce: prepared.nonce,
            last: prepared.birth.saturating_add(MORTALITY),
        };
        Ok(Self { chain, prepared, call: name, manner, named, hash, account, raced })
    }

    /// The nonce that it was signed with.
    pub fn nonce(&self) -> u64 {
        self.prepared.nonce
    }

    /// Sends it, and gives the block that includes it, or `None` if another transaction has taken
    /// its nonce and this one was not taken.
    pub async fn run(&mut self, say: &impl Fn(&str)) -> Result<Option<InBlock>, ChainError> {
        if self.raced {
            return Ok(None);
        }
        let reason = match self.send().await {
            Ok(progress) => match self.watch(progress).await? {
                Watched::InBlock(block) => return Ok(Some(block)),
                Watched::Dropped(reason) => {
                    return self.look(reason, false, AFTER_A_DROP).await.map(Some);
                }
                Watched::Lost(reason) => reason,
            },
            Err(Refusal::Raced) => return Ok(None),
            Err(Refusal::Words { reason, hint }) => {
                return Err(ChainError::Refused { call: self.call.into(), reason, hint });
            }
            Err(Refusal::Known) => "the node has it already".into(),
            Err(Refusal::Lost(reason)) => reason,
        };
        say(&format!("{reason}; looking whether {} is in a block", self.named.hash));
        self.look(reason, true, Duration::MAX).await.map(Some)
    }

    /// Its events in its block.
    pub async fn outcome(&self, block: InBlock) -> Result<Succeeded, ChainError> {
        loop {
            match outcome::of(self.chain, block, self.hash, self.call).await {
                Err(error @ ChainError::Node { .. }) if !self.chain.budget().is_over() => {
                    self.chain.budget().pause(POLL).await;
                    if self.chain.reconnect().await.is_err() && self.chain.budget().left().is_none()
                    {
                        return Err(error);
                    }
                }
                Err(ChainError::Node { source, .. }) => {
                    let block = zkinfer::artefacts::hexadecimal::text(block.hash);
                    return Err(self.uncertain(format!(
                        "it is in block {block}, whose events cannot be read ({source})"
                    )));
                }
                result => return result,
            }
        }
    }

    /// Hands it to the node. An answer that does not come leaves time to look for the transaction.
    async fn send(&self) -> Result<Progress, Refusal> {
        let limit = self.chain.budget().patience() / 2;
        match tokio::time::timeout(limit, self.prepared.transaction.submit_and_watch()).await {
            Ok(Ok(progress)) => Ok(progress),
            Ok(Err(error)) => Err(refusal::read(&error)),
            Err(_elapsed) => Err(Refusal::Lost("the node has not answered to it".into())),
        }
    }

    async fn watch(&self, mut progress: Progress) -> Result<Watched, ChainError> {
        let budget = self.chain.budget();
        loop {
            let quiet = budget.left().map_or(QUIET, |left| (left / 3).clamp(POLL, QUIET));
            let status = match budget.within(quiet, progress.next()).await {
                Ok(Some(Ok(status))) => status,
                Ok(Some(Err(error))) => {
                    return Ok(Watched::Lost(format!("the connection is lost ({error})")));
                }
                Ok(None) => {
                    return Ok(Watched::Lost("the node has stopped reporting on it".into()));
                }
                Err(_) if budget.is_over() => return Err(self.timed_out()),
                Err(late) => {
                    if self.is_alive().await {
                        continue;
                    }
                    return Ok(Watched::Lost(late.to_string()));
                }
            };
            match status {
                TransactionStatus::InFinalizedBlock(block) => {
                    return Ok(Watched::InBlock(InBlock {
                        hash: block.block_hash().0,
                        finalized: true,
                    }));
                }
                TransactionStatus::InBestBlock(block) if !self.manner.wait.finalized => {
                    return Ok(Watched::InBlock(InBlock {
                        hash: block.block_hash().0,
                        finalized: false,
                    }));
                }
                TransactionStatus::Error { message }
                | TransactionStatus::Invalid { message }
                | TransactionStatus::Dropped { message } => {
                    return Ok(Watched::Dropped(format!("the node gives it up ({message})")));
                }
                _ => {}
            }
        }
    }

    /// Returns `true` if the node still answers.
    async fn is_alive(&self) -> bool {
        let limit = self.chain.budget().patience() / 3;
        matches!(tokio::time::timeout(limit, self.chain.heads()).await, Ok(Ok(_)))
    }

    /// Looks for it in the best chain until it is found or cannot come any more, or time is over.
    /// With `resend`, the same bytes are sent again while the nonce is free: they are one
    /// transaction, however often they are sent.
    async fn look(
        &self,
        mut reason: String,
        resend: bool,
        limit: Duration,
    ) -> Result<InBlock, ChainError> {
        let begun = tokio::time::Instant::now();
        loop {
            match self.look_once(resend).await {
                Ok(Some(block)) => return Ok(block),
                Ok(None) => {}
                Err(
                    ChainError::Node { .. }
                    | ChainError::Unreachable { .. }
                    | ChainError::NotANode { .. },
                ) => {
                    // The first reason says most; the next look connects again.
                }
                Err(ChainError::OtherChain { .. }) => {
                    reason = format!("{reason}, and the node is on another chain now");
                    return Err(self.uncertain(reason));
                }
                Err(certain) => return Err(certain),
            }
            if self.chain.budget().is_over() || begun.elapsed() >= limit {
                return Err(self.uncertain(reason));
            }
            self.chain.budget().pause(POLL).await;
        }
    }

    async fn look_once(&self, resend: bool) -> Result<Option<InBlock>, ChainError> {
        if !self.is_alive().await {
            self.chain.reconnect().await?;
        }
        let best = self.chain.best().await?;
        let nonce = best.transactions().account_nonce(&self.account).await;
        let nonce = nonce.map_err(ChainError::node("reading the account's nonce"))?;
        if nonce <= self.prepared.nonce {
            if best.block_number() > self.named.last {
                return Err(ChainError::Outlived {
                    call: self.call.into(),
                    transaction: self.named.clone(),
                });
            }
            if resend {
                // Whatever the pool says, the next look tells.
                let _ = self.chain.send(self.prepared.transaction.encoded()).await;
            }
            return Ok(None);
        }
        let newest = best.block_number();
        let Some((number, hash)) =
            outcome::search(self.chain, self.hash, self.prepared.birth..=newest).await?
        else {
            return Err(ChainError::Replaced {
                call: self.call.into(),
                transaction: self.named.clone(),
            });
        };
        if !self.manner.wait.finalized {
            return Ok(Some(InBlock { hash, finalized: false }));
        }
        let finalized = self.chain.finalized().await?;
        // Found in the best chain again at the next look, when finality has come that far.
        Ok((finalized.block_number() >= number).then_some(InBlock { hash, finalized: true }))
    }

    fn uncertain(&self, reason: String) -> ChainError {
        ChainError::Uncertain { call: self.call.into(), transaction: self.named.clone(), reason }
    }

    fn timed_out(&self) -> ChainError {
        ChainError::TimedOut {
            call: self.call.into(),
            transaction: self.named.clone(),
            awaited: if self.manner.wait.finalized { "finalised" } else { "included" },
            seconds: self.manner.wait.timeout,
        }
    }
}
