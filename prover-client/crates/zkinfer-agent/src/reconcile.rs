//! The next step of a record, from the chain's two blocks and the transactions on their way. No
//! effects.

use subxt::utils::AccountId32;
use zkinfer_primitives::TermsHash;

use super::{
    market::{Fate, JobState, JobView, Snapshot},
    record::{Outcome, Record},
};

/// Transactions of a record that may still be included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OnTheWay {
    /// Its claim.
    pub claim: bool,
    /// A submission of its proof.
    pub submission: bool,
}

/// The next step of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing: the chain moves next.
    Wait(Waiting),
    /// A proof, good until this block.
    Prove {
        /// Last block in which it is good.
        last: u32,
    },
    /// Its proof's submission.
    Submit {
        /// Last block in which it is good.
        last: u32,
    },
    /// Its job is open and no claim is on its way: claim it again, or forget it.
    Unclaimed,
    /// It is over.
    Finish(Outcome),
}

/// The event that the chain has to bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Include the claim.
    Claim,
    /// Include the submission.
    Submission,
    /// Finalise what the best chain shows.
    Finality,
    /// End a claim whose time is over: nothing can be done for it.
    Expiry,
}

impl Waiting {
    /// In words, for the status.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Claim => "claim sent",
            Self::Submission => "proof sent",
            Self::Finality => "waiting for finality",
            Self::Expiry => "too late: the claim's time is over",
        }
    }
}

/// Returns the next step of `record` of prover `me`.
///
/// Decisions that cannot be taken back rest on the finalised block; work that a reorganisation
/// merely wastes, on the best.
pub fn step(record: &Record, me: &AccountId32, snapshot: &Snapshot, sent: OnTheWay) -> Step {
    let (id, terms) = (record.job.id, &record.job.terms_hash);
    let (best, finalized) = (snapshot.best.fate(id), snapshot.finalized.fate(id));
    let ours = |fate: &Fate| match fate {
        Fate::Running(job) => job.claimed_by(me, terms),
        _ => None,
    };
    match finalized {
        Fate::Completed { prover, terms_hash } if prover == me && *terms_hash == Some(*terms) => {
            return Step::Finish(Outcome::Paid {
                pay: record.job.reward.saturating_sub(record.job.price),
            });
        }
        // A claim that may still be included keeps its record, and with it the opening.
        _ if sent.claim => {}
        // Submitted means that the claim was in the best chain. Whether it ended there or with a
        // reorganisation is not known.
        Fate::Ended if record.submissions > 0 => return Step::Finish(Outcome::Lost),
        Fate::Completed { .. } | Fate::Ended => return Step::Finish(without_pay(record)),
        Fate::Running(job) if is_foreign(job, me, record) => {
            return Step::Finish(without_pay(record));
        }
        Fate::Running(job) if job.state == JobState::Open && record.claim_is_final => {
            return Step::Finish(Outcome::Lost);
        }
        Fate::Running(_) | Fate::Unborn => {}
    }
    if let Some(last) = ours(best) {
        return step_of_claimed(record, last, snapshot.best.number, sent);
    }
    if ours(finalized).is_some() {
        return Step::Wait(Waiting::Finality);
    }
    if sent.claim {
        return Step::Wait(Waiting::Claim);
    }
    match best {
        // The same: open again after a claim that no final block has shown.
        Fate::Running(job)
            if is_open_on(job, terms) && record.submissions > 0 && !sent.submission =>
        {
            Step::Finish(Outcome::Lost)
        }
        Fate::Running(job) if is_open_on(job, terms) => Step::Unclaimed,
        // The job's own request, or what took it from us, may still be reorganised away.
        _ => Step::Wait(Waiting::Finality),
    }
}

fn is_open_on(job: &JobView, terms: &TermsHash) -> bool {
    job.state == JobState::Open && job.terms_hash == *terms
}

fn step_of_claimed(record: &Record, last: u32, best: u32, sent: OnTheWay) -> Step {
    if best >= last {
        return Step::Wait(Waiting::Expiry);
    }
    match record.proof {
        None => Step::Prove { last },
        Some(_) if sent.submission => Step::Wait(Waiting::Submission),
        Some(_) => Step::Submit { last },
    }
}

/// Returns `true` if the job is somebody else's now, or another job under the same number.
fn is_foreign(job: &JobView, me: &AccountId32, record: &Record) -> bool {
    let taken = matches!(&job.state, JobState::Claimed { prover, .. } if prover != me);
    taken || job.terms_hash != record.job.terms_hash
}

fn without_pay(record: &Record) -> Outcome {
    if record.claim_is_final { Outcome::Lost } else { Outcome::NotOurs }
}

#[cfg(test)]
mod tests {
    use zkinfer_primitives::{Output, Proof};

    use super::*;
    use crate::tests::{
        opening_of, snapshot,
        world::{World, account},
    };

    /// A record of a job that is open on chain, with the chain: both blocks say `fate`.
    fn after(submissions: u32, fate: impl Fn(&JobView) -> Fate) -> Step {
        let world = World::new(0);
        let id = world.request(&opening_of(1), 50);
        let job = world.chain().best().jobs[&id].clone();
        let mut chain = snapshot(12, 14);
        for side in [&mut chain.best, &mut chain.finalized] {
            side.fates.insert(id, fate(&job));
        }
        let proof = Some((Output::Class(1), Proof::Groth16([1; 192])));
        let record = Record { proof, submissions, ..Record::new(job, 0) };
        step(&record, &account(1), &chain, OnTheWay::default())
    }

    #[test]
    fn a_job_that_was_answered_and_is_open_or_gone_is_lost_even_if_no_final_block_had_its_claim() {
        let open = |job: &JobView| Fate::Running(Box::new(job.clone()));
        assert_eq!(after(1, open), Step::Finish(Outcome::Lost));
        assert_eq!(after(1, |_| Fate::Ended), Step::Finish(Outcome::Lost));
        assert_eq!(after(0, open), Step::Unclaimed);
        assert_eq!(after(0, |_| Fate::Ended), Step::Finish(Outcome::NotOurs));
    }
}
