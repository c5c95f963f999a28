//! `chain upload-generators`: the public constants that a chain needs before it can check proofs
//! with Halo2.

use serde::Serialize;
use zkinfer_verifier::halo2::{
    bounds::{MAX_K, MIN_K},
    generators::{CHUNK, CHUNK_LEN, chunks},
};

use super::session::{SendOpts, block_on};
use crate::{
    error::Error,
    output::{Output, Page, Report},
};
use zkinfer::proving;
use zkinfer_client::session::Session;
use zkinfer_client::{amount::Token, calls, generators, submit::Call};

const HELP: &str = "\
Proofs with Halo2 are checked against points that are hashed to the curve from nothing: public constants, for which nobody has to be \
trusted. A chain keeps those that it was given, in chunks of 1,024 points, and knows each chunk by its hash. Development \
chains have them from the start; on another chain anybody may upload what is missing, once, for everybody. The fee pays for it, \
there is no deposit.

2^k rows need the first 2^k points and, for each k, the few points to which public inputs are bound. `zkinfer keys inspect` shows a \
key's k. What is there already is left alone, so that the command can be run again after an interruption.

Example:
  zkinfer chain upload-generators --k 11 --signer //Alice";

/// Options of `chain upload-generators`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub struct Opts {
    /// For circuits of 2^K rows.
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u8).range(i64::from(MIN_K)..=i64::from(MAX_K)))]
    pub k: u8,
    /// Options of the transaction.
    #[command(flatten)]
    pub send: SendOpts,
}

/// The uploaded generators.
#[derive(Serialize)]
struct Uploaded {
    k: u8,
    /// Numbers of the chunks that were uploaded now.
    chunks: Vec<u32>,
    /// The number of chunks that circuits of this size need.
    chunks_needed: u32,
    /// `true` if the Lagrange points were uploaded now.
    lagrange: bool,
    #[serde(with = "zkinfer_client::text")]
    fees: u128,
    #[serde(skip)]
    token: Token,
}

impl Report for Uploaded {
    fn page(&self, page: &mut Page) {
        let Self { k, chunks, chunks_needed, lagrange, fees, token } = self;
        page.title(format!("The chain has the generators for k = {k}"));
        let there = chunks_needed - chunks.len() as u32;
        page.field("chunks", format!("{} uploaded, {there} were there", chunks.len()));
        page.field("Lagrange points", if *lagrange { "uploaded" } else { "were there" });
        page.field("fees", token.format(*fees));
    }
}

impl Opts {
    /// Computes the generators and uploads what is missing.
    ///
    /// # Errors
    /// When the chain refuses, or somebody uploads the same at the same time.
    pub fn run(self, out: &Output) -> Result<(), Error> {
        block_on(async {
            let session = self.send.open().await?;
            let best = session.chain.best().await?;
            let missing = generators::missing(&best, self.k).await?;
            let mut uploaded = Uploaded {
                k: self.k,
                chunks: missing.chunks.clone(),
                chunks_needed: chunks(self.k),
                lagrange: missing.lagrange,
                fees: 0,
                token: session.token().clone(),
            };
            for call in self.calls(out, &missing)? {
                uploaded.fees = uploaded.fees.saturating_add(send(out, &session, &call).await?);
            }
            out.report(&uploaded)
        })
    }

    /// The calls that upload what is missing.
    fn calls(&self, out: &Output, missing: &generators::Missing) -> Result<Vec<Call>, Error> {
        if missing.is_nothing() {
            return Ok(Vec::new());
        }
        let progress = out.progress("generators");
        // Chunks are always full, however few points a small circuit needs of the first.
        let table = proving::generators::load(self.k.max(CHUNK.ilog2() as u8), &progress)?;
        let own = proving::generators::load(self.k, &progress)?;
        progress.finish();
        let points =
            |index: u32| table.points().chunks(CHUNK_LEN).nth(index as usize).unwrap_or_default();
        let mut calls: Vec<Call> = Vec::new();
        calls
            .extend(missing.chunks.iter().map(|index| calls::upload_chunk(*index, points(*index))));
        if missing.lagrange {
            calls.push(calls::upload_lagrange(self.k, own.lagrange_points()));
        }
        Ok(calls)
    }
}

async fn send(out: &Output, session: &Session, call: &Call) -> Result<u128, Error> {
    Ok(session.send(call, &|text| out.info(text)).await?.included.fee)
}
