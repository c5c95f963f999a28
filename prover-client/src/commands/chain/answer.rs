//! The end of a job: its answer with what makes it believable, or how it ended without one.

use serde::Serialize;
use subxt::utils::AccountId32;
use zkinfer_primitives::{JobId, Purpose};
use zkml_model::manifest::Manifest;

use super::{follow::Outcome, trust::who_could_forge};
use crate::output::{self, Page};
use zkinfer::{
    answers::{AnswerView, check_kind},
    artefacts::hexadecimal,
};
use zkinfer_client::{
    amount::Token,
    connection::Chain,
    error::ChainError,
    history::{self, Announced, Ending, How},
    records::{self, Fate, Job, JobState, ModelVersion, Receipt},
};

/// The end of a job.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The job.
    pub job: JobId,
    /// Its place.
    pub state: State,
    /// The answer, if there is one.
    #[serde(flatten)]
    pub proved: Option<Proved>,
    /// Its end without one, if the node remembers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// The account that has claimed it and owes the proof.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimant: Option<AccountId32>,
    /// The last block in which anything can become of it, if it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_block: Option<u32>,
    /// The next step of a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The state of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nobody has claimed it.
    Open,
    /// A prover owes the proof.
    Claimed,
    /// Its time is over; it waits for `expire`.
    Overdue,
    /// It is answered.
    Completed,
    /// It was answered, and its receipt was pruned since.
    Pruned,
    /// Its requester took it back.
    Cancelled,
    /// Nobody answered it in time.
    Expired,
    /// One of the three before: the node has forgotten which.
    Ended,
}

/// A proved answer.
#[derive(Clone, Debug, Serialize)]
pub struct Proved {
    /// The answer, with names and scale from the manifest.
    #[serde(flatten)]
    pub answer: AnswerView,
    /// The class's name, from the manifest.
    pub label: Option<String>,
    /// The parties that could have forged the answer.
    pub could_forge: &'static str,
    /// The receipt of the chain.
    pub receipt: Receipt,
    /// Our checks of it.
    pub checks: Checks,
}

/// Checks of a receipt.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Checks {
    /// `true` if the event of the block that verified the proof says the receipt's hash; `None`
    /// when the node has forgotten that block's events.
    pub event_matches: Option<bool>,
    /// `true` if that block is final: nothing can undo it then.
    pub finalized: bool,
}

impl Checks {
    /// Compares a receipt with its event, and its block with the finalised one.
    ///
    /// # Errors
    /// When the node does not answer, or the event says something else.
    pub async fn of(chain: &Chain, receipt: &Receipt) -> Result<Self, ChainError> {
        let event_matches = match history::announced(chain, receipt).await? {
            Announced::Hash(hash) if hash == receipt.hash => Some(true),
            Announced::Forgotten => None,
            Announced::Hash(_) | Announced::Nothing => {
                return Err(ChainError::refusal(
                    format!(
                        "block {} has no event with the hash {} of the receipt of job {}",
                        receipt.block,
                        hexadecimal::text(receipt.hash),
                        receipt.job
                    ),
                    "do not rely on this answer: ask another node; after a reorganisation, ask again in a minute",
                ));
            }
        };
        let finalized = chain.finalized().await?;
        // The finalised state itself must have it: a block of that number may be on another branch.
        let kept = records::receipt(&finalized, receipt.job).await?;
        let is_final = finalized.block_number() >= u64::from(receipt.block)
            && kept.is_some_and(|kept| kept.hash == receipt.hash);
        Ok(Self { event_matches, finalized: is_final })
    }

    fn page(&self, page: &mut Page, block: u32) {
        page.field(
            "checked",
            match self.event_matches {
                Some(_) => format!("the receipt has the hash that the event in block {block} says"),
                None => {
                    format!("no: this node has forgotten the events of block {block}; ask an archive node")
                }
            },
        );
        page.field(
            "finality",
            if self.finalized {
                "final"
            } else {
                "not final yet: a reorganisation could still undo it"
            },
        );
    }
}

impl Answer {
    /// Returns the end of a job, with its answer's names and scale if the manifest is the
    /// version's.
    ///
    /// # Errors
    /// When the node does not answer, the manifest is another's, or the receipt is not what its
    /// event says.
    pub async fn of(
        chain: &Chain,
        job: JobId,
        outcome: &Outcome,
        manifest: Option<&Manifest>,
    ) -> Result<Self, ChainError> {
        let answer = Self::read(chain, job, outcome, manifest).await?;
        Ok(Self { next: answer.what_next(), ..answer })
    }

    async fn read(
        chain: &Chain,
        job: JobId,
        outcome: &Outcome,
        manifest: Option<&Manifest>,
    ) -> Result<Self, ChainError> {
        match outcome {
            Outcome::Overdue(running) => Ok(Self::running(State::Overdue, running)),
            Outcome::GaveUp(running) | Outcome::Over(Fate::Running(running)) => {
                let is_open = running.state == JobState::Open;
                Ok(Self::running(if is_open { State::Open } else { State::Claimed }, running))
            }
            Outcome::Over(Fate::Ended) => {
                let ending = history::ending(chain, job).await?;
                let state = match ending.as_ref().map(|ending| ending.how) {
                    Some(How::Cancelled) => State::Cancelled,
                    Some(How::Expired) => State::Expired,
                    Some(How::Completed) => State::Pruned,
                    None => State::Ended,
                };
                Ok(Self { ending, ..Self::without(job, state) })
            }
            Outcome::Over(Fate::Completed(receipt)) => {
                let version = records::model_version(&chain.best().await?, receipt.version).await?;
                let checks = Checks::of(chain, receipt).await?;
                let proved = Proved::new(receipt, &version, manifest, checks)?;
                Ok(Self { proved: Some(proved), ..Self::without(job, State::Completed) })
            }
        }
    }

    fn without(job: JobId, state: State) -> Self {
        Self {
            job,
            state,
            proved: None,
            ending: None,
            claimant: None,
            last_block: None,
            next: None,
        }
    }

    fn running(state: State, job: &Job) -> Self {
        Self {
            claimant: job.claimant(),
            last_block: Some(job.last_block()),
            ..Self::without(job.id, state)
        }
    }

    /// Returns `true` if there is an answer.
    pub fn is_answered(&self) -> bool {
        self.proved.is_some()
    }

    fn what_next(&self) -> Option<String> {
        let job = self.job;
        Some(match self.state {
            State::Open | State::Claimed => {
                format!("`zkinfer chain result {job} --wait` waits for the answer")
            }
            State::Overdue if self.claimant.is_some() => format!(
                "the prover is late: `zkinfer chain expire {job}` gives what its claim had locked to the requester; \
                 a job for named provers then ends with a refund, another opens again if time is left. The requester \
                 can send it to others instead, with `zkinfer chain redirect {job}`"
            ),
            State::Overdue => format!(
                "nobody claimed it in time: `zkinfer chain expire {job}` returns the reward, `zkinfer chain redirect \
                 {job}` gives it another deadline"
            ),
            State::Expired => "ask again with a later --deadline or a higher --reward".into(),
            State::Ended => "an archive node remembers how it ended: name one with --url".into(),
            State::Completed | State::Cancelled | State::Pruned => return None,
        })
    }

    /// Lays it out.
    pub fn page(&self, page: &mut Page, token: &Token) {
        if let Some(proved) = &self.proved {
            return proved.page(page, token);
        }
        let job = self.job;
        page.title(match self.state {
            State::Open => format!("Job {job}: no answer yet, nobody has claimed it"),
            State::Claimed => format!("Job {job}: no answer yet, it is claimed"),
            State::Overdue => format!("Job {job}: no answer, its time is over"),
            State::Cancelled => format!("Job {job}: no answer, its requester took it back"),
            State::Expired => format!("Job {job}: no answer, it expired"),
            State::Pruned => {
                format!("Job {job}: it was answered, and its receipt was pruned since")
            }
            State::Completed | State::Ended => {
                format!("Job {job}: it was cancelled, it expired, or its receipt was pruned")
            }
        });
        if let Some(claimant) = self.claimant {
            page.field("claimed by", claimant);
        }
        if let Some(last) = self.last_block {
            page.field("last block", last);
        }
        if let Some(ending) = &self.ending {
            page.field("in block", ending.block);
            if ending.refund > 0 {
                page.field("refund", token.format(ending.refund));
            }
        }
    }
}

impl Proved {
    fn new(
        receipt: &Receipt,
        version: &ModelVersion,
        manifest: Option<&Manifest>,
        checks: Checks,
    ) -> Result<Self, ChainError> {
        if let Some(manifest) =
            manifest.filter(|manifest| manifest.hash() != version.manifest_hash.0)
        {
            return Err(ChainError::refusal(
                format!(
                    "the manifest has the hash {}, but the chain names {}",
                    hexadecimal::text(manifest.hash()),
                    version.manifest_hash
                ),
                "give the manifest of the model version that the job asked for",
            ));
        }
        if let Some(Err(fault)) = manifest.map(|manifest| check_kind(&receipt.output, manifest)) {
            return Err(ChainError::refusal(
                format!("{fault}, which is the owner's own"),
                "do not rely on the manifest: leave it out to see the answer's numbers, and ask the model's owner",
            ));
        }
        let answer = AnswerView::of(&receipt.output, manifest);
        Ok(Self {
            label: answer.class_name.clone(),
            answer,
            could_forge: who_could_forge(version.trust, version.visibility),
            receipt: receipt.clone(),
            checks,
        })
    }

    fn page(&self, page: &mut Page, token: &Token) {
        let receipt = &self.receipt;
        let what = match receipt.purpose {
            Purpose::Job(_) => "Job",
            Purpose::Attest(_) => "Attestation",
        };
        page.title(format!("{what} {}: {}", receipt.job, self.answer.headline()));
        if self.answer.class.is_none() {
            output::answer(&self.answer, page);
        }
        page.field(
            "model",
            format!("{} version {}", receipt.version.model, receipt.version.version),
        );
        page.field("input commitment", receipt.input_commitment);
        match receipt.purpose {
            Purpose::Job(terms) => {
                page.field("terms", terms);
                page.field("requester", receipt.requester);
            }
            Purpose::Attest(nonce) => page.field("number", nonce),
        }
        page.field("prover", receipt.prover);
        page.field("verified in block", receipt.block);
        page.field("receipt hash", hexadecimal::text(receipt.hash));
        self.checks.page(page, receipt.block);
        if let Purpose::Job(_) = receipt.purpose {
            let (reward, price) = (token.format(receipt.reward), token.format(receipt.price));
            page.field("reward", format!("{reward} ({price} of it to the model's owner)"));
        }
        page.field("deposit held", token.format(receipt.deposit));
        page.note(format!("Trust: {}.", self.could_forge));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_over_or_lost_comes_with_what_to_do() {
        let next = |state| Answer::without(7, state).what_next();
        assert!(next(State::Overdue).is_some_and(|text| text.contains("chain expire 7")));
        let late =
            Answer { claimant: Some(AccountId32([1; 32])), ..Answer::without(7, State::Overdue) };
        assert!(late.what_next().is_some_and(|text| text.contains("chain redirect 7")));
        assert!(next(State::Open).is_some_and(|text| text.contains("--wait")));
        assert!(next(State::Expired).is_some_and(|text| text.contains("--deadline")));
        assert_eq!(next(State::Completed), None);
    }

    #[test]
    fn states_are_words_in_json() {
        let json = serde_json::to_value(Answer::without(7, State::Cancelled)).expect("JSON");
        assert_eq!(json, serde_json::json!({ "job": 7, "state": "cancelled" }));
    }
}
