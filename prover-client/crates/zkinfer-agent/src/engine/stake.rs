//! Messages about a prover's stake, when it is read.

use zkinfer_primitives::EncryptionKey;

use super::{
    super::{
        market::{Market, Snapshot, Stake},
        pool::Prover,
    },
    Engine,
};

/// Something that keeps jobs away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lack {
    /// There is no bond.
    Bond,
    /// Requesters encrypt to a key whose secret half is not given.
    Secret([u8; 32]),
    /// A secret is given, and the chain has no key to which requesters could encrypt.
    Key,
}

/// Returns the new shortages since the last look. `before` is `None` before the first
/// look.
fn lacks(
    before: Option<Option<Stake>>,
    now: Option<Stake>,
    secrets: &[EncryptionKey],
) -> Vec<Lack> {
    let of = |stake: Option<Stake>| {
        let key = stake.and_then(|stake| stake.encryption_key);
        let bond = stake.is_none().then_some(Lack::Bond);
        let secret = key.filter(|key| !secrets.iter().any(|ours| ours.0 == *key)).map(Lack::Secret);
        let none = (stake.is_some() && key.is_none() && !secrets.is_empty()).then_some(Lack::Key);
        [bond, secret, none].into_iter().flatten().collect::<Vec<_>>()
    };
    let known = before.map(of).unwrap_or_default();
    of(now).into_iter().filter(|lack| !known.contains(lack)).collect()
}

impl<M: Market, P: Prover> Engine<M, P> {
    /// Says what is lacking, when it is found out.
    pub(super) fn warn_of_stake(&self, snapshot: &Snapshot) {
        let before = self.snapshot.as_ref().map(|before| before.stake);
        for lack in lacks(before, snapshot.stake, &self.parts.inputs.public_keys) {
            match lack {
                Lack::Bond => tracing::warn!(
                    account = %self.me,
                    "this account has no bond, so that nothing can be claimed: stake one with `zkinfer chain bond`"
                ),
                Lack::Secret(key) => tracing::warn!(
                    key = hex::encode(key),
                    "requesters encrypt to a key whose secret half is not given: their jobs cannot be opened; give its file with option `encryption_key`"
                ),
                Lack::Key => tracing::warn!(
                    account = %self.me,
                    "the chain has no encryption key of this account, so that nobody can encrypt an input to it: a prover's record that loses its last unit takes its key along; set it with `zkinfer chain encryption-key`"
                ),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lacking_is_said_when_it_is_found_out_and_not_again() {
        let ours = [EncryptionKey([1; 32])];
        let stake = |encryption_key| Some(Stake { bond: 9, locked: 0, encryption_key });
        assert_eq!(lacks(None, None, &ours), [Lack::Bond]);
        assert_eq!(lacks(Some(None), None, &ours), []);
        assert_eq!(lacks(None, stake(Some([1; 32])), &ours), []);
        assert_eq!(lacks(None, stake(Some([2; 32])), &ours), [Lack::Secret([2; 32])]);
        assert_eq!(lacks(None, stake(None), &[]), [], "inputs in the clear need no key");
        // The record was lost with the bond's last unit, and bonded again without a key.
        assert_eq!(lacks(Some(stake(Some([1; 32]))), stake(None), &ours), [Lack::Key]);
        assert_eq!(lacks(Some(stake(None)), stake(None), &ours), []);
    }
}
