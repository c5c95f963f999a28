//! Progress of long work: one bar, which names the phase.

use std::{borrow::Cow, sync::Mutex};

use indicatif::{ProgressBar, ProgressStyle};

/// A progress bar of phases. Silent where nobody looks; gone when dropped.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    phase: Mutex<String>,
}

impl Progress {
    /// A bar on stderr.
    pub fn new(title: &str) -> Self {
        let style = "{prefix} {wide_bar:.cyan/blue} {percent:>3} % {msg} [{elapsed}]";
        let bar = ProgressBar::new(1);
        // The template is a constant that a test parses; the default style stands in all the same.
        bar.set_style(
            ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar.set_prefix(title.to_owned());
        bar.enable_steady_tick(std::time::Duration::from_millis(200));
        Self { bar, phase: Mutex::default() }
    }

    /// No bar.
    pub fn silent() -> Self {
        Self { bar: ProgressBar::hidden(), phase: Mutex::default() }
    }

    /// `done` of `total` units of a phase. May be called from several threads.
    pub fn tell(&self, phase: impl Into<Cow<'static, str>>, done: u64, total: u64) {
        let phase = phase.into();
        // A panic of another thread cannot have left the name in a state that matters.
        let mut current = self.phase.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if *current != phase {
            self.bar.set_position(0);
            self.bar.set_message(phase.clone());
            *current = phase.into_owned();
        }
        self.bar.set_length(total.max(1));
        self.bar.set_position(done);
    }

    /// Removes the bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Tells of the phases of the circuit crate.
    pub fn of_circuit(&self) -> impl Fn(zkml_prove::groth16::Progress) + Sync {
        |progress| self.tell(progress.phase.to_string(), progress.done, progress.total)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_follows_its_phases() {
        let progress = Progress::silent();
        progress.tell("witness", 1, 2);
        progress.tell("sums", 3, 4);
        assert_eq!((progress.bar.position(), progress.bar.length()), (3, Some(4)));
        assert_eq!(progress.bar.message(), "sums");
    }

    #[test]
    fn the_template_parses() {
        assert_eq!(Progress::new("proving").bar.prefix(), "proving");
    }
}
