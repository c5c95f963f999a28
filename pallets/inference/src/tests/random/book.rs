//! The balance that everybody should have, told by events alone: what a client that follows the
//! chain would count.

use std::collections::BTreeMap;

use zkinfer_primitives::{JobId, ModelId};

use crate::{Event, mock::*};

/// Everybody's money, and what of the market must be known to follow it.
pub struct Book {
    /// A payment that is diverted is told of before the payment: less than nothing for a moment.
    has: BTreeMap<Account, i128>,
    owners: BTreeMap<ModelId, Account>,
    requesters: BTreeMap<JobId, Account>,
    /// Last blocks of claims, before the grace.
    until: BTreeMap<JobId, u32>,
    /// The number of each kind of event.
    pub told: BTreeMap<String, u32>,
}

impl Book {
    /// Opens with what everybody has now.
    pub fn open() -> Self {
        let has = frame_system::Account::<Test>::iter_keys()
            .map(|who| (who.clone(), amount(total(&who))));
        Self {
            has: has.collect(),
            owners: BTreeMap::new(),
            requesters: BTreeMap::new(),
            until: BTreeMap::new(),
            told: BTreeMap::new(),
        }
    }

    /// The total balance that an account should have.
    pub fn of(&self, who: &Account) -> Balance {
        self.has
            .get(who)
            .copied()
            .unwrap_or_default()
            .try_into()
            .expect("nobody has less than nothing")
    }

    /// Everybody has what the events say, and all of it is all there is.
    pub fn check(&self) {
        for who in frame_system::Account::<Test>::iter_keys().chain(self.has.keys().cloned()) {
            assert_eq!(total(&who), self.of(&who), "{who:?} has not what events say");
        }
        let all = self.has.values().sum::<i128>();
        assert_eq!(Balances::total_issuance(), Balance::try_from(all).unwrap());
    }

    /// Counts what an event tells of.
    pub fn follow(&mut self, event: &RuntimeEvent) {
        match event {
            RuntimeEvent::Balances(pallet_balances::Event::Transfer { from, to, amount }) => {
                self.pay(from, to, *amount);
            }
            RuntimeEvent::Balances(pallet_balances::Event::DustLost { account, amount: dust }) => {
                *self.has.entry(account.clone()).or_default() -= amount(*dust);
            }
            RuntimeEvent::Inference(event) => self.follow_market(event),
            _ => {}
        }
    }

    fn follow_market(&mut self, event: &Event<Test>) {
        let name = format!("{event:?}");
        let name =
            name.trim_start_matches("Event::").split(' ').next().unwrap_or_default().to_owned();
        *self.told.entry(name).or_default() += 1;
        match event {
            Event::ModelRegistered { version, owner, .. } => {
                self.owners.insert(version.model, owner.clone());
            }
            Event::JobRequested { job, requester, .. } => {
                self.requesters.insert(*job, requester.clone());
            }
            Event::JobClaimed { job, until, .. } => {
                self.until.insert(*job, *until);
            }
            Event::JobCompleted { version, requester, prover, paid, price, .. } => {
                let owner = self.owners[&version.model].clone();
                self.pay(requester, prover, *paid);
                self.pay(requester, &owner, *price);
            }
            Event::ProofRejected { job, prover, slashed, .. } => {
                let in_time = System::block_number() <= self.until[job];
                let to = if in_time { treasury() } else { self.requesters[job].clone() };
                self.pay(prover, &to, *slashed);
            }
            Event::ClaimExpired { job, prover, slashed } => {
                let to = self.requesters[job].clone();
                self.pay(prover, &to, *slashed);
            }
            Event::AttestationRejected { prover, slashed, .. } => {
                self.pay(prover, &treasury(), *slashed)
            }
            Event::PaymentDiverted { payee, amount, .. } => self.pay(payee, &treasury(), *amount),
            _ => {}
        }
    }

    fn pay(&mut self, from: &Account, to: &Account, sum: Balance) {
        *self.has.entry(from.clone()).or_default() -= amount(sum);
        *self.has.entry(to.clone()).or_default() += amount(sum);
    }
}

fn amount(sum: Balance) -> i128 {
    sum.try_into().expect("no test has so much")
}
