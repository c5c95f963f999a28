//! Attempts spread over the time that is left. What fails now may hold in a minute: a machine gets
//! its memory back, blocks become emptier. So no attempt is the last one while there is time, and
//! none comes so soon that all are over within seconds.

/// When something may be tried again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// Attempts that failed since this process started.
    pub failures: u32,
    /// Number of the block before which it is not tried again.
    pub not_before: u32,
}

/// Parts of the time that is left which an attempt waits: one of so many.
const PART: u32 = 4;

impl Pace {
    /// Returns `true` if it may be tried when the best block has this number.
    pub fn allows(&self, best: u32) -> bool {
        best >= self.not_before
    }

    /// Notes a failure at this block, with the last block in which a success would be good.
    pub fn failed(&mut self, best: u32, last: u32) {
        let pause = (last.saturating_sub(best) / PART).max(1);
        self.failures = self.failures.saturating_add(1);
        self.not_before = best.saturating_add(pause);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_spread_over_the_time_that_is_left() {
        let (mut pace, mut attempts) = (Pace::default(), Vec::new());
        for best in 0..50 {
            if pace.allows(best) {
                attempts.push(best);
                pace.failed(best, 50);
            }
        }
        assert_eq!(attempts[..6], [0, 12, 21, 28, 33, 37]);
        assert_eq!(attempts.last(), Some(&49), "the last one is as late as any");
        assert!(attempts.len() < 20, "{attempts:?}");
    }
}
