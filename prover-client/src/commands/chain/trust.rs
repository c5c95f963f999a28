//! The parties that could forge an answer of a model: named before anybody pays for one.

use zkinfer_primitives::{Trust, Visibility};

/// Returns `true` if anybody could forge a proof under a version's key.
pub fn is_forgeable(trust: Trust) -> bool {
    trust != Trust::Transparent
}

/// Describes who could forge, and what the requester can check. The chain records what the owner
/// has said of the setup and cannot check it; that a key of Halo2 has no setup, it knows by itself.
pub fn who_could_forge(trust: Trust, visibility: Visibility) -> &'static str {
    match (trust, visibility) {
        (Trust::SingleSetup, Visibility::Private) => {
            "whoever made this model's keys, normally its owner, could forge any answer, and you cannot audit them \
             since the weights are private; everybody else is bound by the proof"
        }
        (Trust::SingleSetup, Visibility::Open) => {
            "whoever made this model's keys, normally its owner, could forge any answer; everybody else is bound by \
             the proof. Its owner says that the weights are open: `zkinfer keys audit` shows whether the keys are \
             this model's, though not whether the secrets behind them were forgotten"
        }
        (Trust::Ceremony, Visibility::Private) => {
            "its owner says that a ceremony of several parties made the keys, so that only all of them together \
             could forge an answer. The chain cannot check that: without the ceremony, whoever made the keys could \
             forge alone. The weights are private, so that you cannot audit the keys either"
        }
        (Trust::Ceremony, Visibility::Open) => {
            "its owner says that a ceremony of several parties made the keys, so that only all of them together \
             could forge an answer. The chain cannot check that: without the ceremony, whoever made the keys could \
             forge alone. Its owner says that the weights are open: `zkinfer keys audit` shows whether the keys are \
             this model's, and not who took part"
        }
        (Trust::Transparent, _) => {
            "nobody could forge an answer, under the assumption that discrete logarithms on Vesta are hard: there is no \
             secret behind this model's keys. Its owner says that the weights are open: `zkinfer keys audit --chain` shows \
             whether the keys are this model's"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_transparent_key_lets_nobody_forge() {
        for visibility in [Visibility::Open, Visibility::Private] {
            assert!(
                who_could_forge(Trust::SingleSetup, visibility).contains("could forge any answer")
            );
            assert!(who_could_forge(Trust::Ceremony, visibility).contains("all of them together"));
            assert!(who_could_forge(Trust::Transparent, visibility).contains("nobody could forge"));
        }
        assert!(is_forgeable(Trust::SingleSetup) && is_forgeable(Trust::Ceremony));
        assert!(!is_forgeable(Trust::Transparent));
    }

    /// Facts that nobody can check are named as somebody's word.
    #[test]
    fn what_the_owner_says_is_said_as_the_owners_word() {
        for visibility in [Visibility::Open, Visibility::Private] {
            let ceremony = who_could_forge(Trust::Ceremony, visibility);
            assert!(ceremony.starts_with("its owner says"), "{ceremony}");
            assert!(ceremony.contains("The chain cannot check that"), "{ceremony}");
            assert!(ceremony.contains("could forge alone"), "{ceremony}");
        }
        for trust in [Trust::SingleSetup, Trust::Ceremony, Trust::Transparent] {
            let open = who_could_forge(trust, Visibility::Open);
            assert!(open.contains("Its owner says that the weights are open"), "{open}");
        }
    }
}
