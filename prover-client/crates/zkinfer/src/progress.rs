//! Progress of long operations: phases, each of so many units.

use std::{borrow::Cow, fmt};

type Report = dyn Fn(Cow<'static, str>, u64, u64) + Send + Sync;

/// A receiver of progress reports.
#[derive(Default)]
pub struct Progress {
    report: Option<Box<Report>>,
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress").field("silent", &self.report.is_none()).finish()
    }
}

impl Progress {
    /// Returns a receiver that calls `report` with a phase's name, the units done and their total.
    /// Calls may come from several threads.
    pub fn new(report: impl Fn(Cow<'static, str>, u64, u64) + Send + Sync + 'static) -> Self {
        Self { report: Some(Box::new(report)) }
    }

    /// Returns a receiver that ignores all reports.
    pub fn silent() -> Self {
        Self::default()
    }

    /// Reports `done` of `total` units of a phase.
    pub fn report(&self, phase: impl Into<Cow<'static, str>>, done: u64, total: u64) {
        if let Some(report) = &self.report {
            report(phase.into(), done, total);
        }
    }

    /// Returns a callback for the provers' own phases.
    pub fn of_circuit(&self) -> impl Fn(zkml_prove::progress::Progress) + Sync {
        |progress| self.report(progress.phase.to_string(), progress.done, progress.total)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn reports_reach_the_receiver() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sink = seen.clone();
        let progress = Progress::new(move |phase, done, total| {
            sink.lock().expect("not poisoned").push((phase.into_owned(), done, total));
        });
        progress.report("witness", 1, 2);
        Progress::silent().report("sums", 3, 4);
        assert_eq!(*seen.lock().expect("not poisoned"), [("witness".to_owned(), 1, 2)]);
    }
}
