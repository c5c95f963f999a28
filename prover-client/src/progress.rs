//! A progress bar that names the phase of long work.

use std::{
    ops::Deref,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use zkinfer::Progress;

/// A receiver of progress reports that shows them as a bar on stderr. The bar is gone when the
/// value is dropped.
#[derive(Debug)]
pub struct Bar {
    bar: ProgressBar,
    progress: Progress,
}

impl Bar {
    /// Returns a bar with this title.
    pub fn new(title: &str) -> Self {
        let style = "{prefix} {wide_bar:.cyan/blue} {percent:>3} % {msg} [{elapsed}]";
        let bar = ProgressBar::new(1);
        // The template is a constant that a test parses; the default style stands in all the same.
        bar.set_style(
            ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar.set_prefix(title.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        Self::showing(bar)
    }

    /// Returns a bar that shows nothing.
    pub fn hidden() -> Self {
        Self::showing(ProgressBar::hidden())
    }

    fn showing(bar: ProgressBar) -> Self {
        let shown = bar.clone();
        let current = Mutex::new(String::new());
        let progress = Progress::new(move |phase, done, total| {
            // A panic of another thread cannot have left the name in a state that matters.
            let mut current = current.lock().unwrap_or_else(PoisonError::into_inner);
            if *current != phase {
                shown.set_position(0);
                shown.set_message(phase.clone());
                *current = phase.into_owned();
            }
            shown.set_length(total.max(1));
            shown.set_position(done);
        });
        Self { bar, progress }
    }

    /// Removes the bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Deref for Bar {
    type Target = Progress;

    fn deref(&self) -> &Progress {
        &self.progress
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_follows_its_phases() {
        let bar = Bar::hidden();
        bar.report("witness", 1, 2);
        bar.report("sums", 3, 4);
        assert_eq!((bar.bar.position(), bar.bar.length()), (3, Some(4)));
        assert_eq!(bar.bar.message(), "sums");
    }

    #[test]
    fn the_template_parses() {
        assert_eq!(Bar::new("proving").bar.prefix(), "proving");
    }
}
