//! The operations of the market: each checks what can be checked before a fee is paid, sends one
//! call, and reads its result.
//!
//! | operation | by | checked first | result |
//! |---|---|---|---|
//! | [`register`](register()) | owner | - | the version's number |
//! | [`update`] | owner | - | the version's number |
//! | [`request`](request()) | requester | - | the job as the chain has it |
//! | [`claim`](claim()) | prover | the job is open, its terms, the chain's generators | the job and the lock |
//! | [`submit`](submit()) | claimant | the claim, the proof, the chain's generators | the payment |
//! | [`attest`](attest()) | prover | the number is free, the proof, the chain's generators | the receipt |

mod attest;
mod claim;
mod register;
mod request;
mod submit;

pub use self::{
    attest::{Attested, attest, check_nonce},
    claim::{Claimed, check_open, claim},
    register::{Registered, register, update},
    request::{Requested, request},
    submit::{Submitted, check_claimant, submit},
};
