//! A prover that runs by itself: it watches a chain, claims the jobs that it can answer in time and
//! at a profit, proves them and gets paid.
//!
//! ```text
//!            ┌────────── snapshot of the chain: best block, finalised block, pool ──────────┐
//!            ▼                                                                              │
//!  reconcile  each record of the store ──▶ prove ──▶ verify ──▶ submit ──▶ wait ──▶ purge     │
//!  planner    each open job: key? terms? price? bond? time? input? ──▶ claim                  │
//!            │ written to the store first                                                     │
//!            ▼                                                                              │
//!  outbox     signed transactions by nonce, sent until they are in a final block or dead ─────┘
//! ```
//!
//! Nothing is done from memory alone. Each round reads the chain and compares it with the store, so
//! that a fresh process and one that has run for weeks do the same. What must never happen, and why
//! it does not:
//!
//! | never | because |
//! |---|---|
//! | claim what is not opened | [`planner`] opens it and checks the commitment; the opening is on disk before the claim is signed |
//! | claim with less time than it takes | the claim's signature dies before the last block that would leave enough ([`planner`]) |
//! | send one thing twice | a signed transaction is stored before it is sent, and sent again as the same bytes until its nonce is used or it is dead ([`outbox`]) |
//! | lose the bond to a key that somebody made | it is proved before it is claimed, unless the key is audited or the operator's ([`trust`]) |
//! | lose a claim to whoever fills the blocks | a submission's tip rises with each block that leaves it out ([`tips`]), and no claim locks more than its bounds |
//! | submit a proof that does not hold | each is verified before it is signed, against the terms and the account that the chain has now |
//! | lose a claim by a crash | the order of writes: opening, record and signed claim, then the claim; proof, then the submission ([`store`]) |
//!
//! - [`market`]: what this module needs of a chain; [`market::live`]: a node
//! - [`store`]: what survives, [`vault`]: openings, for their owner alone; [`lock`]: one process
//!   for one store
//! - [`models`]: the models whose keys are held, [`memory`]: what their proofs need
//! - [`openings`]: the folder into which requesters' openings are dropped; [`inputs`]: from a
//!   payload to an opening
//! - [`planner`]: which jobs to claim; [`reconcile`]: what a record needs next; [`outbox`]:
//!   transactions on their way
//! - [`trust`]: which keys are believed; [`audits`]: what the agent has found out about them
//! - [`tips`]: what a submission offers for its place in a block
//! - [`pool`]: proofs, several at once; those that are ready together are submitted together, which
//!   is cheaper
//! - [`engine`]: one round; [`runner`]: round after round, reconnecting, until told to stop
//! - [`status`], [`metrics`]: what operators see
#![doc = include_str!("../README.md")]

pub mod audits;
pub mod engine;
pub mod inputs;
pub mod lock;
pub mod market;
pub mod memory;
pub mod metrics;
pub mod models;
pub mod openings;
pub mod outbox;
pub mod planner;
pub mod pool;
pub mod reconcile;
pub mod record;
pub mod runner;
pub mod status;
pub mod store;
pub mod tips;
pub mod trust;
pub mod vault;

#[cfg(test)]
mod tests;
