//! Puts a serving prover together, and lets it run.

use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::watch;
use zkinfer_primitives::{Proof, VkHash};

use crate::commands::serve::{
    log,
    settings::{Options, Settings},
};
use crate::{commands::chain::session::block_on, error::Error, output::Output};
use zkinfer::{files, privacy::EncryptionSecret};
use zkinfer_agent::{
    audits::Audits,
    engine::{Engine, EngineError, Parts, View},
    inputs::{Inputs, sealed},
    lock,
    market::{Market, MarketError, live::LiveMarket},
    memory, metrics,
    models::{self, Loaded},
    openings::Folder,
    planner::{LockBounds, Policy},
    pool::{Bounds, Pool},
    runner::{Backoff, Runner},
    status::{self, Setting, Status},
    store::{Identity, Store},
    tips,
    vault::{self, Vault},
};
use zkinfer_client::{amount::Amount, connection::shown, signer::Signer};

/// Serves until a signal comes.
pub fn run(options: Options, out: &Output) -> Result<(), Error> {
    let settings = Settings::new(options)?;
    log::start(settings.log_format, out.log_level());
    // The signer first: a missing one should not need a node to be noticed.
    let signer = settings.signer.load().map_err(zkinfer_client::error::ChainError::from)?;
    settings.encryption_keys.iter().for_each(|path| out.warn_if_exposed(path));
    let secrets = settings.encryption_keys.iter().map(|path| EncryptionSecret::load(path));
    let secrets: Vec<_> = secrets.collect::<Result<_, _>>()?;
    vault::private_directory(&settings.state)?;
    let _lock = lock::take(&settings.state)?;
    let models = load(&settings, out)?;
    let bounds = Bounds { jobs: settings.jobs, memory: settings.max_memory };
    let samples =
        models.iter().map(|model| (model.held.key.vk_hash, model.keys.sample())).collect();
    let held = models.iter().map(|model| model.held.clone()).collect();
    let pool = Pool::new(models, bounds).map_err(Error::failed)?;
    let (sender, stop) = watch::channel(false);
    files::take_next_signal(move || {
        let _ = sender.send(true);
    });
    let left = block_on(async {
        let Some(market) = connect(&settings, signer, &samples, stop.clone()).await? else {
            return Ok(None);
        };
        serve(settings, market, pool, held, secrets, stop).await.map(Some)
    })?;
    let Some((view, setting)) = left else { return Ok(()) };
    for (record, doing) in &view.jobs {
        tracing::warn!(
            job = record.job.id,
            doing,
            "left unfinished: start again with the same --state before its last block"
        );
    }
    out.report(&Status::of(&view, &setting, "stopped"))
}

fn load(settings: &Settings, out: &Output) -> Result<Vec<Loaded>, Error> {
    let mut loaded: Vec<Loaded> = Vec::new();
    let audits = Audits::open(&settings.state)?;
    for files in &settings.models {
        let progress = out.progress("loading keys");
        let mut model = models::load(files, &progress)?;
        model.held.origin = audits.origin(&model, files, &progress)?;
        progress.finish();
        if loaded.iter().any(|other| other.held.key.vk_hash == model.held.key.vk_hash) {
            let message = format!("{}: is given twice", files.key.display());
            return Err(Error::usage(message, "give each key once"));
        }
        tracing::info!(
            model = model.held.name,
            vk_hash = %model.held.key.vk_hash,
            key = model.held.origin.name(),
            memory = memory::format(model.held.key_memory),
            each_proof = memory::format(model.held.proof_memory),
            "holding a key"
        );
        loaded.push(model);
    }
    Ok(loaded)
}

/// Connects, however long it takes. `None` when told to stop meanwhile. A chain that cannot be read
/// is waited for by whoever has claims on it: it may be in the middle of an upgrade.
async fn connect(
    settings: &Settings,
    mut signer: Signer,
    samples: &BTreeMap<VkHash, Proof>,
    mut stop: watch::Receiver<bool>,
) -> Result<Option<LiveMarket>, Error> {
    let mut backoff = Backoff::default();
    let store = settings.state.join(status::STORE);
    let has_jobs =
        store.exists() && Store::inspect(&store).is_ok_and(|content| !content.records.is_empty());
    loop {
        match LiveMarket::connect(&settings.url, signer, samples).await {
            Ok(market) => return Ok(Some(market)),
            Err((MarketError::Unusable(reason), _)) => return Err(Error::failed(reason)),
            Err((MarketError::Unreadable(reason), _)) if !has_jobs => {
                return Err(Error::failed(reason));
            }
            Err((MarketError::Unreadable(reason), back)) => {
                tracing::warn!(
                    reason,
                    url = shown(&settings.url),
                    "the chain cannot be read, and claims are open; trying again"
                );
                signer = back;
            }
            Err((MarketError::Lost(reason), back)) => {
                tracing::warn!(
                    reason,
                    url = shown(&settings.url),
                    "no node answers yet; trying again"
                );
                signer = back;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(backoff.pause()) => {}
            _ = stop.wait_for(|stop| *stop) => return Ok(None),
        }
    }
}

async fn serve(
    settings: Settings,
    market: LiveMarket,
    pool: Pool,
    held: Vec<models::Held>,
    secrets: Vec<EncryptionSecret>,
    stop: watch::Receiver<bool>,
) -> Result<(View, Setting), Error> {
    let counters = Arc::new(metrics::Metrics::default());
    let at = match settings.metrics {
        Some(address) => Some(metrics::http::serve(address, counters.clone()).await?),
        None => None,
    };
    let at = at.map(|address| format!("http://{address}/metrics"));
    if let Some(at) = &at {
        tracing::info!(at, "serving metrics");
    }
    let token =
        market.token().cloned().ok_or_else(|| Error::failed("the connection is gone already"))?;
    let planck = |amount: &Option<Amount>, default| match amount {
        Some(amount) => amount.planck(&token).map_err(zkinfer_client::error::ChainError::from),
        None => Ok(default),
    };
    let policy = Policy {
        min_reward: planck(&settings.min_reward, 0)?,
        max_claims: settings.max_claims,
        locks: LockBounds {
            most: planck(&settings.max_lock, u128::MAX)?,
            share: settings.max_lock_share,
            ratio: settings.max_lock_ratio,
        },
        tips: tips::Bounds {
            most: planck(&settings.max_tip, u128::MAX)?,
            share: settings.max_tip_share,
        },
        model_ids: settings.model_ids.clone(),
        margin: settings.margin,
        at_once: settings.jobs,
    };
    let account = market.account();
    let identity = Identity::new(market.genesis_hash(), account);
    let store =
        Store::open(&settings.state.join(status::STORE), &identity).map_err(Error::failed)?;
    let setting =
        Setting { account: account.to_string(), url: shown(&settings.url), token, metrics: at };
    tracing::info!(%account, url = shown(&settings.url), models = held.len(), jobs_left = store.records().len(), "serving");
    let bell = pool.bell.clone();
    let mut engine = Engine::new(Parts {
        market,
        prover: pool,
        store,
        vault: Vault::open(&vault::directory(&settings.state))?,
        inputs: Inputs {
            public_keys: secrets.iter().map(EncryptionSecret::public).collect(),
            decrypt: sealed::decrypt(identity.genesis_hash, account, secrets),
            folder: Folder::new(settings.openings),
        },
        models: held,
        policy,
        metrics: counters.clone(),
        clock: status::now,
    });
    let runner = Runner {
        state: settings.state,
        setting: setting.clone(),
        metrics: counters,
        bell,
        stop,
        drain: settings.drain,
    };
    let view = runner.run(&mut engine).await.map_err(into_error)?;
    Ok((view, setting))
}

fn into_error(error: EngineError) -> Error {
    match error {
        EngineError::Vault(error) => error.into(),
        other => Error::failed(other),
    }
}
