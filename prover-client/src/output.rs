//! Output for people and machines: results on stdout, everything else on stderr.

use std::{
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use serde::{Serialize, Serializer};

use zkinfer::files;

use crate::{
    error::Error,
    options::{Color, Global},
    progress::Bar,
};

mod answer;
mod page;
#[cfg(feature = "chain")]
pub mod records;

pub use answer::answer;
pub use page::{Page, Table};
pub use zkinfer::text::thousands;

const LABEL: Style = AnsiColor::Cyan.on_default();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const ERROR: Style = AnsiColor::Red.on_default().bold();

/// A command's result: serialised for machines, laid out for people.
pub trait Report: Serialize {
    /// Lays the result out.
    fn page(&self, page: &mut Page);
}

/// Destination of a command's results and messages.
#[derive(Clone, Debug)]
pub struct Output {
    json: bool,
    quiet: bool,
    #[cfg(feature = "agent")]
    verbose: u8,
    color: ColorChoice,
    /// `true` if a message could not be written. Copies share it.
    lost: Arc<AtomicBool>,
}

/// A path as JSON has it. JSON has no other text than Unicode: U+FFFD stands in the place of each
/// byte of a name that is not UTF-8, as the help of `--json` says, and no command fails for it
/// after its work is done.
///
/// # Errors
/// The serializer's own.
pub fn path<S: Serializer>(path: impl AsRef<Path>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.as_ref().to_string_lossy())
}

/// A path as JSON has it, or null; as [`path()`].
///
/// # Errors
/// The serializer's own.
pub fn optional_path<S: Serializer>(
    path: &Option<PathBuf>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    path.as_ref().map(|path| path.to_string_lossy()).serialize(serializer)
}

/// Prints what the parser of the command line answers: a help text, or what is wrong with the
/// command line.
pub fn command_line(answer: &clap::Error) -> ExitCode {
    let code = ExitCode::from(u8::try_from(answer.exit_code()).unwrap_or(2));
    match answer.print().and_then(|()| io::stdout().flush()) {
        Ok(()) => code,
        // On stderr nobody could be told, and the code says enough.
        Err(_) if answer.use_stderr() => code,
        Err(error) => {
            let out = Output::new(&Global::default());
            out.error(&not_written(error), str::to_owned);
            ExitCode::FAILURE
        }
    }
}

/// The reason why stdout has not taken a result.
fn not_written(error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Error::OutputClosed;
    }
    Error::failed(format!("cannot write the result to stdout: {error}"))
        .with_hint("check where stdout goes, and its free space")
}

impl Output {
    /// The output that the global options ask for.
    pub fn new(global: &Global) -> Self {
        let color = match global.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self {
            json: global.json,
            quiet: global.quiet,
            #[cfg(feature = "agent")]
            verbose: global.verbose,
            color,
            lost: Arc::default(),
        }
    }

    /// Returns `true` if results are JSON.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// The level of logs that the global options ask for.
    #[cfg(feature = "agent")]
    pub fn log_level(&self) -> &'static str {
        match (self.quiet, self.verbose) {
            (true, _) => "warn",
            (false, 0) => "info",
            (false, 1) => "debug",
            (false, _) => "trace",
        }
    }

    /// Prints a result: one JSON document, or text.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub fn report(&self, report: &impl Report) -> Result<(), Error> {
        if self.json {
            return self.json_document(report);
        }
        let mut page = Page::default();
        report.page(&mut page);
        self.stdout(&page.to_string())
    }

    fn json_document(&self, value: &impl Serialize) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(value).map_err(Error::failed)?;
        self.stdout(&format!("{text}\n"))
    }

    fn stdout(&self, text: &str) -> Result<(), Error> {
        let mut stream = AutoStream::new(io::stdout().lock(), self.color_of(&io::stdout()));
        stream.write_all(text.as_bytes()).and_then(|()| stream.flush()).map_err(not_written)
    }

    /// Returns `true` if a message could not be written to stderr: then the process has not done
    /// all that it was asked for.
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    fn color_of(&self, stream: &impl anstream::stream::RawStream) -> ColorChoice {
        match self.color {
            ColorChoice::Auto => AutoStream::choice(stream),
            choice => choice,
        }
    }

    /// Says what is being done. On stderr; not with `--quiet` or `--json`.
    pub fn info(&self, text: &str) {
        if !self.quiet && !self.json {
            self.stderr(text);
        }
    }

    /// Something that a person has asked to see beside the result. On stderr.
    pub fn show(&self, text: &str) {
        self.stderr(text);
    }

    /// Prints the next step. On stderr; not with `--quiet` or `--json`.
    pub fn hint(&self, text: &str) {
        self.info(&format!("{LABEL}hint:{LABEL:#} {text}"));
    }

    /// Something that a person should know before it hurts. On stderr, always but with `--quiet`.
    pub fn warn(&self, text: &str) {
        if !self.quiet {
            self.stderr(&format!("{WARNING}warning:{WARNING:#} {text}"));
        }
    }

    /// Says what went wrong and what to do about it: one line on stderr, and a JSON document with
    /// `--json`. `spell` gives both the command line's names.
    pub fn error(&self, error: &Error, spell: impl Fn(&str) -> String) {
        if error.is_silent() {
            return;
        }
        let line = |text: &str| spell(&one_line(text));
        let (message, hint) = (line(&error.to_string()), error.hint().map(|hint| line(&hint)));
        let remedy =
            hint.as_ref().map(|hint| format!("; {LABEL}hint:{LABEL:#} {hint}")).unwrap_or_default();
        self.stderr(&format!("{ERROR}error:{ERROR:#} {message}{remedy}"));
        if self.json {
            // The message is on stderr already, so a second failure has nobody to be told to.
            let _ = self.json_document(
                &serde_json::json!({ "error": { "message": message, "hint": hint } }),
            );
        }
    }

    fn stderr(&self, text: &str) {
        let mut stream = AutoStream::new(io::stderr().lock(), self.color_of(&io::stderr()));
        // There is no other place to complain about a closed stderr than the exit code.
        if writeln!(stream, "{text}").is_err() {
            self.lost.store(true, Ordering::Relaxed);
        }
    }

    /// A progress bar; silent with `--quiet`, with `--json`, and where stderr is no terminal.
    pub fn progress(&self, title: &str) -> Bar {
        if self.quiet || self.json || !io::stderr().is_terminal() {
            Bar::hidden()
        } else {
            Bar::new(title)
        }
    }

    /// Warns of a secret file that others can read.
    pub fn warn_if_exposed(&self, path: &Path) {
        if files::is_exposed(path) {
            let path = path.display();
            self.warn(&format!(
                "{path} can be read by others, and it is secret (a key, unless its model is open); hint: chmod 600 {path}"
            ));
        }
    }
}

/// Messages of other libraries may have several lines.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
