//! Who could forge an answer of a model: said before anybody pays for one.

use zkinfer_primitives::{Trust, Visibility};

/// Whether anybody could forge a proof under a version's key.
pub fn is_forgeable(trust: Trust) -> bool {
    trust != Trust::Transparent
}

/// One sentence on who could forge, and what the requester can check.
pub fn who_could_forge(trust: Trust, visibility: Visibility) -> &'static str {
    match (trust, visibility) {
        (Trust::SingleSetup, Visibility::Private) => {
            "whoever made this model's keys, normally its owner, could forge any answer, and you cannot audit them \
             since the weights are private; everybody else is bound by the proof"
        }
        (Trust::SingleSetup, Visibility::Open) => {
            "whoever made this model's keys, normally its owner, could forge any answer; everybody else is bound by \
             the proof. The weights are open: `zkinfer keys audit` shows whether the keys are this model's, though \
             not whether the secrets behind them were forgotten"
        }
        (Trust::Ceremony, Visibility::Private) => {
            "all parties of the key ceremony together could forge an answer, fewer could not; the weights are \
             private, so that you cannot audit the keys"
        }
        (Trust::Ceremony, Visibility::Open) => {
            "all parties of the key ceremony together could forge an answer, fewer could not; the weights are open: \
             `zkinfer keys audit` shows whether the keys are this model's"
        }
        (Trust::Transparent, _) => {
            "nobody could forge an answer, under the assumption that discrete logarithms on Vesta are hard: there is no \
             secret behind this model's keys. The weights are open: `zkinfer keys audit --chain` shows whether the keys \
             are this model's"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_transparent_key_lets_nobody_forge() {
        for visibility in [Visibility::Open, Visibility::Private] {
            assert!(who_could_forge(Trust::SingleSetup, visibility).contains("could forge any answer"));
            assert!(who_could_forge(Trust::Ceremony, visibility).contains("all parties"));
            assert!(who_could_forge(Trust::Transparent, visibility).contains("nobody could forge"));
        }
        assert!(is_forgeable(Trust::SingleSetup) && is_forgeable(Trust::Ceremony));
        assert!(!is_forgeable(Trust::Transparent));
    }
}
