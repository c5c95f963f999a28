//! The layout of on-chain records.

use zkinfer_client::{
    amount::Token,
    records::{Parameters, Prover},
};

use super::Page;

/// Lays the parameters of a chain out.
pub fn parameters(parameters: &Parameters, page: &mut Page, token: &Token) {
    page.field("least bond", token.format(parameters.min_bond));
    let percent = f64::from(parameters.claim_ratio) / 1e7;
    let least = token.format(parameters.min_claim_bond);
    page.field("a claim locks", format!("{percent} % of the prover's pay, at least {least}"));
    page.field("least reward", token.format(parameters.min_reward));
    let (base, byte) =
        (token.format(parameters.deposit_base), token.format(parameters.deposit_per_byte));
    page.field("deposits", format!("{base} for each stored item, {byte} for each byte of it"));
    page.field("unbonding takes", blocks(parameters.unbonding_period));
    page.field(
        "a claim has",
        format!("{}, and {} of grace", blocks(parameters.claim_period), parameters.grace),
    );
    page.field(
        "last claim",
        format!("{} before the deadline", blocks(parameters.min_proving_blocks)),
    );
    page.field("longest job", blocks(parameters.max_job_blocks));
    page.field("receipts stay", format!("{} at least", blocks(parameters.receipt_period)));
}

fn blocks(number: u32) -> String {
    format!("{number} block{}", if number == 1 { "" } else { "s" })
}

/// Lays the stake of a prover out.
pub fn prover(prover: &Prover, page: &mut Page, token: &Token) {
    page.field("bond", token.format(prover.bond));
    page.field("locked by claims", token.format(prover.locked));
    page.field("free for claims", token.format(prover.free()));
    for part in &prover.unbonding {
        page.field(
            "on its way out",
            format!("{} from block {}", token.format(part.amount), part.at),
        );
    }
    match prover.encryption_key {
        Some(key) => page.field("encryption key", key),
        None => page.field("encryption key", "none: requesters cannot encrypt inputs to it"),
    }
}
