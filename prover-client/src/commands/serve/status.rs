//! `serve status`: what the prover does now, or what it has left.

use std::path::PathBuf;

use crate::commands::serve::settings;
use crate::{
    error::Error,
    output::{Output, Page, Report, Table},
};
use zkinfer_agent::status::{Status, now};

/// Options of `serve status`.
#[derive(Debug, clap::Args)]
pub struct Opts {
    /// Directory of the prover's state [default: ~/.local/state/zkinfer/serve].
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Configuration file that names it.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl Opts {
    /// Shows it.
    ///
    /// # Errors
    /// No prover has worked with the directory.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        let state = settings::state_directory(self.state, self.config.as_deref())?;
        out.report(&Status::read(&state)?)
    }
}

impl Report for Status {
    fn page(&self, page: &mut Page) {
        let process = self.process.map(|id| format!(" (process {id})")).unwrap_or_default();
        page.title(format!("{}{process}", self.state));
        if let Some(reason) = &self.reason {
            page.field("because", reason);
        }
        page.field("account", &self.account);
        if self.process.is_some() {
            page.field("node", &self.url);
            let age = now().saturating_sub(self.at);
            page.field(
                "block",
                format!("{} (final: {}), {age} s ago", self.best_block, self.finalized_block),
            );
            page.field("balance", &self.balance);
            page.field("free bond", &self.free_bond);
            page.field("open jobs", self.open_jobs);
            page.field(
                "proofs",
                format!("{} running, {} waiting", self.proofs_running, self.proofs_waiting),
            );
        }
        page.field("on their way", format!("{} transactions", self.transactions));
        page.field(
            "so far",
            format!(
                "{} paid ({}), {} lost, {} missed",
                self.paid, self.earned, self.lost, self.missed
            ),
        );
        if let Some(metrics) = &self.metrics {
            page.field("metrics", metrics);
        }
        for model in &self.models {
            let time =
                model.milliseconds.map_or("not timed yet".into(), |ms| format!("{ms} ms a proof"));
            page.field("model", format!("{} ({time}, key {})", model.name, model.key));
            if let Some(fault) = &model.fault {
                page.field("not claimed for", format!("{}: {fault}", model.name));
            }
        }
        if self.jobs.is_empty() {
            page.note("no jobs taken on");
            return;
        }
        let mut table = Table::new(["job", "model", "reward", "good until", "now"]);
        for job in &self.jobs {
            table.row([
                job.job.to_string(),
                format!("{}.{}", job.model, job.version),
                job.reward.clone(),
                job.last_block.map_or("-".into(), |block| format!("block {block}")),
                job.doing.clone(),
            ]);
        }
        page.table(table);
    }
}
