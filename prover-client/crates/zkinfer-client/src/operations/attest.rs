//! A proof without a job.

use crate::{
    calls::{self, Attestation},
    connection::{AtBlock, PALLET},
    error::ChainError,
    events, generators,
    records::{self, ModelVersion},
    session::{Log, Session},
    statement,
    submit::Succeeded,
};

/// An attestation that the chain has verified.
pub struct Attested {
    /// Number and hash of its receipt.
    pub event: events::Attested,
    /// The transaction.
    pub sent: Succeeded,
}

/// Attests an answer. The proof is checked here first: one that does not verify would cost a part
/// of the bond and is not sent.
///
/// # Errors
/// The number is used, the proof is not valid, the chain lacks generators, refuses or rejects the
/// proof, or the node does not answer.
pub async fn attest(
    session: &Session,
    at: &AtBlock,
    version: &ModelVersion,
    attestation: &Attestation,
    log: Log<'_>,
) -> Result<Attested, ChainError> {
    check_nonce(session, attestation.nonce).await?;
    let key = records::verifying_key(at, &version.vk_hash).await?;
    let context = statement::attestation_context(
        &session.chain,
        version,
        attestation.nonce,
        &session.account(),
    );
    statement::check_attestation(
        &context,
        &key,
        &attestation.input_commitment,
        &attestation.output,
        &attestation.proof,
    )?;
    generators::require_for(at, &key).await?;
    let sent = session.send(&calls::attest(attestation), log).await?;
    if let Some(rejected) =
        sent.find::<events::AttestationRejected>(PALLET, "AttestationRejected")?
    {
        return Err(rejected.into_error(session.token()));
    }
    let event = sent.expect(PALLET, "Attested")?;
    Ok(Attested { event, sent })
}

/// Checks that the signer's number of an attestation is free.
///
/// # Errors
/// The number is used, or the node does not answer.
pub async fn check_nonce(session: &Session, nonce: u64) -> Result<(), ChainError> {
    let best = session.chain.best().await?;
    let Some(receipt) = records::attestation(&best, &session.account(), nonce).await? else {
        return Ok(());
    };
    Err(ChainError::refusal(
        format!(
            "{} has used the number {nonce} already, for attestation {receipt}",
            session.account()
        ),
        "prove under another number, or leave option `nonce` out for a free one",
    ))
}
