//! Progress reporting of long-running operations.

/// A part of a setup, a proof or an audit, in the order of their work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The columns' polynomials at the secret point.
    Polynomials,
    /// The key's points in G1.
    KeyG1,
    /// The key's points in G2.
    KeyG2,
    /// The transcript for an audit.
    Transcript,
    /// Values of all variables.
    Witness,
    /// Fourier transforms for the quotient.
    Quotient,
    /// Sums over the key's points.
    Sums,
    /// A key or transcript to or from its file.
    File,
    /// Generators of the curve, without a trusted setup.
    Generators,
    /// The keys of a circuit, without a trusted setup.
    Keys,
    /// A proof without a trusted setup, in one step.
    Proof,
    /// The checks of an audit, or of a proof just made.
    Checks,
}

impl core::fmt::Display for Phase {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Phase::Polynomials => "polynomials",
            Phase::KeyG1 => "key, G1",
            Phase::KeyG2 => "key, G2",
            Phase::Transcript => "transcript",
            Phase::Witness => "witness",
            Phase::Quotient => "quotient",
            Phase::Sums => "sums",
            Phase::File => "file",
            Phase::Generators => "generators",
            Phase::Keys => "keys",
            Phase::Proof => "proof",
            Phase::Checks => "checks",
        })
    }
}

/// Work done within a phase. The unit is the phase's own; `done == total` ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The phase.
    pub phase: Phase,
    /// Units done.
    pub done: u64,
    /// Units in all.
    pub total: u64,
}

/// A callback that receives progress reports. Several threads call it.
pub type ProgressFn<'a> = &'a (dyn Fn(Progress) + Sync);

/// Ignores all reports.
pub fn no_progress(_: Progress) {}

pub(crate) fn report(on: ProgressFn, phase: Phase, done: usize, total: usize) {
    on(Progress { phase, done: done as u64, total: total as u64 });
}

/// Counts the work of several calls and threads towards one phase.
pub(crate) struct Counter<'a> {
    on: ProgressFn<'a>,
    phase: Phase,
    done: core::sync::atomic::AtomicUsize,
    total: usize,
}

impl<'a> Counter<'a> {
    /// Begins a phase of `total` units.
    pub fn new(on: ProgressFn<'a>, phase: Phase, total: usize) -> Self {
        report(on, phase, 0, total);
        Self { on, phase, done: Default::default(), total }
    }

    /// Reports that `count` more units are done.
    pub fn add(&self, count: usize) {
        let before = self.done.fetch_add(count, core::sync::atomic::Ordering::Relaxed);
        report(self.on, self.phase, before + count, self.total);
    }

    /// Returns [`Counter::add`] as a callback.
    pub fn tick(&self) -> impl Fn(usize) + Sync + '_ {
        |count| self.add(count)
    }
}
