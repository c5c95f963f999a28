//! A registered model, a bonded prover and a job, as most tests need them.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use subxt::{dynamic, ext::scale_value::Composite};

use crate::{
    chain::{self, Balances, Chain, Outcome},
    client::Client,
    node::Lease,
    onnx,
};

/// Planck of one token.
pub const UNIT: u128 = 1_000_000_000_000;
/// The price of each answer of the tests' models.
pub const PRICE: u128 = UNIT;
/// The reward of the tests' jobs.
pub const REWARD: u128 = 5 * UNIT;
/// The bond of the tests' provers.
pub const BOND: u128 = 100 * UNIT;

/// The initial balance of each of a market's accounts.
pub const ENDOWMENT: u128 = 2_000 * UNIT;
/// Pays the endowments, and has no other part in it.
const FAUCET: &str = "//Ferdie";

/// A proof system, as the client calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Groth16 over BLS12-381.
    Groth16,
    /// Halo2 over Pasta.
    Halo2,
}

/// Runs a test with each proof system: `async fn name(system: System)` as `name::groth16` and
/// `name::halo2`.
#[macro_export]
macro_rules! with_both_systems {
    ($($name:ident),* $(,)?) => { $(
        mod $name {
            use $crate::market::System;

            #[tokio::test(flavor = "multi_thread")]
            async fn groth16() {
                super::$name(System::Groth16).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn halo2() {
                super::$name(System::Halo2).await;
            }
        }
    )* };
}

/// A node with its client, and accounts of its own.
pub struct Market {
    /// The client.
    pub client: Client,
    /// The chain.
    pub chain: Chain,
    /// Registers models and gets their price.
    pub owner: String,
    /// Proves.
    pub prover: String,
    /// Asks and pays.
    pub requester: String,
    /// Proves as well.
    pub rival: String,
    /// Has no part in it.
    pub stranger: String,
    /// Number of the model `small`, if it is registered.
    pub small: u64,
    /// The proof system of the models that are made.
    pub system: System,
    // Last, so that the node outlives the connections to it.
    _node: Box<dyn Send + Sync>,
}

/// A job that the client asked for.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its number.
    pub number: u64,
    /// Hash of its terms.
    pub terms_hash: [u8; 32],
    /// Last block.
    pub deadline: u64,
    /// The block of the request.
    pub block: u64,
    /// The fee of the request.
    pub fee: u128,
    /// File with its opening.
    pub opening: String,
    /// Stem of its model's files.
    pub stem: String,
}

impl Job {
    /// Its number, for a command line.
    pub fn id(&self) -> String {
        self.number.to_string()
    }
}

/// A proof that the client made.
#[derive(Clone, Debug)]
pub struct Proof {
    /// File with it.
    pub file: String,
    /// Its answer.
    pub class: u32,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Of Halo2: the number of rows that it declares, as a power of two.
    pub k: Option<u64>,
}

impl Market {
    /// A market with the small model `small` imported, with keys, and registered, and a bonded
    /// prover.
    pub async fn open() -> Self {
        Self::open_with(System::Groth16).await
    }

    /// The same with a proof system.
    pub async fn open_with(system: System) -> Self {
        let mut market = Self::empty().await;
        market.system = system;
        market.model("small", 1);
        market.small = market.register("small");
        market.bond(&market.prover);
        market
    }

    /// A node, a client, and accounts with an endowment.
    pub async fn empty() -> Self {
        let node = tokio::task::block_in_place(Lease::take);
        let url = node.url().to_owned();
        Self::on(&url, node).await
    }

    /// As [`Market::empty`], on a node that the caller keeps, or that `node` keeps and is dropped
    /// with the market.
    pub async fn on(url: &str, node: impl Send + Sync + 'static) -> Self {
        static MARKETS: AtomicUsize = AtomicUsize::new(0);
        let number = MARKETS.fetch_add(1, Ordering::Relaxed);
        let name = |role: &str| format!("//{role}//{number}");
        let market = Self {
            client: Client::new(url),
            chain: Chain::connect(url).await,
            owner: name("Owner"),
            prover: name("Prover"),
            requester: name("Requester"),
            rival: name("Rival"),
            stranger: name("Stranger"),
            small: u64::MAX,
            system: System::Groth16,
            _node: Box::new(node),
        };
        market.endow().await;
        market
    }

    async fn endow(&self) {
        let all = [&self.owner, &self.prover, &self.requester, &self.rival, &self.stranger];
        let transfer = |name: &String| {
            let account = dynamic::Value::from_bytes(chain::account(name).0);
            let to = dynamic::Value::unnamed_variant("Id", [account]);
            let arguments =
                Composite::named([("dest", to), ("value", dynamic::Value::u128(ENDOWMENT))]);
            dynamic::Value::unnamed_variant(
                "Balances",
                [dynamic::Value::variant("transfer_allow_death", arguments)],
            )
        };
        let calls = dynamic::Value::unnamed_composite(all.map(transfer));
        let outcome =
            self.chain.send(FAUCET, "Utility", "batch", Composite::named([("calls", calls)])).await;
        assert!(outcome.has("Utility.BatchCompleted"), "{outcome:#?}");
    }

    /// Imports a small model and makes its keys.
    ///
    /// # Panics
    /// When the client fails.
    pub fn model(&self, stem: &str, seed: u32) {
        self.model_with(stem, seed, &[]);
    }

    /// As [`Self::model`], with more options of the import.
    ///
    /// # Panics
    /// When the client fails.
    pub fn model_with(&self, stem: &str, seed: u32, more: &[&str]) {
        let file = format!("{stem}.onnx");
        std::fs::write(self.client.path(&file), onnx::small_model(seed))
            .expect("the model can be written");
        let import = ["model", "import", &file, "--out", ".", "--input", "values"];
        self.client.run(&[&import[..], more].concat());
        self.setup(stem);
    }

    /// Makes a model's keys.
    pub fn setup(&self, stem: &str) {
        let system = match self.system {
            System::Groth16 => "groth16",
            System::Halo2 => "halo2",
        };
        let model = format!("{stem}.zkm");
        self.client.run(&["keys", "setup", &model, "--out", ".", "--proof-system", system]);
    }

    /// The options with which proofs of a model are made.
    pub fn prover_options(&self, stem: &str) -> Vec<String> {
        let mut options = vec!["--model".to_owned(), format!("{stem}.zkm")];
        if self.system == System::Groth16 {
            options.extend(["--pk".to_owned(), format!("{stem}.pk")]);
        }
        options
    }

    /// Registers a model and returns its number.
    pub fn register(&self, stem: &str) -> u64 {
        let receipt = self.client.chain(
            &self.owner,
            &[
                "register",
                "--manifest",
                &format!("{stem}.manifest.json"),
                "--model",
                &format!("{stem}.zkm"),
                "--vk",
                &format!("{stem}.vk"),
                "--trust",
                match self.system {
                    System::Groth16 => "single-setup",
                    System::Halo2 => "transparent",
                },
                "--visibility",
                "open",
                "--price",
                "1 UNIT",
            ],
        );
        number(&receipt, "model")
    }

    /// Stakes [`BOND`] for a prover; returns the fee.
    pub fn bond(&self, prover: &str) -> u128 {
        amount(&self.client.chain(prover, &["bond", "100 UNIT"]), "fee")
    }

    /// Commits to an input that depends on `seed`, and returns the opening's file.
    ///
    /// # Panics
    /// When the client fails.
    pub fn commit(&self, stem: &str, seed: usize) -> String {
        let values: Vec<_> =
            (0..onnx::SIDE * onnx::SIDE).map(|index| (index * (seed + 3) + seed) % 16).collect();
        let (input, opening) = (format!("{stem}-{seed}.json"), format!("{stem}-{seed}.opening"));
        std::fs::write(self.client.path(&input), format!("{values:?}"))
            .expect("the input can be written");
        let manifest = format!("{stem}.manifest.json");
        self.client.run(&[
            "commit",
            "--manifest",
            &manifest,
            "--integers",
            &input,
            "--out",
            &opening,
            "--force",
        ]);
        opening
    }

    /// Asks model `model` for an answer, with a payload off chain.
    pub fn request(
        &self,
        stem: &str,
        model: u64,
        seed: usize,
        deadline: &str,
        more: &[&str],
    ) -> Job {
        self.request_for(&self.requester, stem, model, seed, deadline, more)
    }

    /// As [`Self::request`], for another requester.
    pub fn request_for(
        &self,
        requester: &str,
        stem: &str,
        model: u64,
        seed: usize,
        deadline: &str,
        more: &[&str],
    ) -> Job {
        let opening = self.commit(stem, seed);
        let (model, manifest) = (model.to_string(), format!("{stem}.manifest.json"));
        let mut arguments =
            vec!["request", "--model-id", &model, "--opening", &opening, "--manifest", &manifest];
        arguments.extend(["--reward", "5 UNIT", "--deadline", deadline]);
        if !more.contains(&"--payload") && !more.contains(&"--encrypt") {
            arguments.extend(["--payload", "none"]);
        }
        arguments.extend(more);
        let receipt = self.client.chain(requester, &arguments);
        Job {
            number: number(&receipt, "job"),
            terms_hash: bytes(&receipt, "terms_hash").try_into().expect("32 bytes"),
            deadline: number(&receipt, "deadline"),
            block: number(&receipt, "block"),
            fee: amount(&receipt, "fee"),
            opening,
            stem: stem.into(),
        }
    }

    /// Claims a job and writes its terms to `job-<number>.terms.json`; returns the client's
    /// receipt.
    pub fn claim(&self, prover: &str, job: &Job) -> Value {
        let (number, terms) = (job.number.to_string(), terms_file(job));
        let model = format!("{}.zkm", job.stem);
        let arguments = [
            "claim",
            &number,
            "--model",
            &model,
            "--opening",
            &job.opening,
            "--out",
            &terms,
            "--force",
        ];
        self.client.chain(prover, &arguments)
    }

    /// Proves a claimed job with the client.
    pub fn prove(&self, job: &Job) -> Proof {
        self.prove_with(job, &[])
    }

    /// Proves a job with more options, such as another prover.
    ///
    /// # Panics
    /// When the client fails.
    pub fn prove_with(&self, job: &Job, more: &[&str]) -> Proof {
        let file = self.prove_file(job, more);
        let json = std::fs::read(self.client.path(&file)).expect("the proof is written");
        let json: Value = serde_json::from_slice(&json).expect("the proof file is JSON");
        let class = u32::try_from(number(&json["statement"], "class")).expect("a class");
        Proof { bytes: bytes(&json, "proof"), k: json["k"].as_u64(), class, file }
    }

    /// Proves a job, whatever its model answers, and returns the proof's file.
    ///
    /// # Panics
    /// When the client fails.
    pub fn prove_file(&self, job: &Job, more: &[&str]) -> String {
        let (terms, file) = (terms_file(job), format!("job-{}.proof", job.number));
        let options = self.prover_options(&job.stem);
        let mut arguments =
            vec!["prove", "--opening", &job.opening, "--terms", &terms, "--out", &file, "--force"];
        arguments.extend(options.iter().map(String::as_str));
        arguments.extend(more);
        self.client.run(&arguments);
        file
    }

    /// Submits a proof that the runtime keeps out of pool and blocks, and returns the name of the
    /// fault.
    ///
    /// # Panics
    /// When the node takes it, or the signer has paid for it.
    pub async fn refused(&self, signer: &str, job: &Job, proof: &Proof) -> String {
        let before = self.balances(signer).await;
        let fault =
            self.chain.try_send(signer, "Inference", "submit", submit_arguments(job, proof)).await;
        assert_eq!(self.balances(signer).await, before, "what is in no block costs nothing");
        fault.expect_err("the runtime refuses it")
    }

    /// Submits a proof for a job without the client, which would refuse a bad one.
    pub async fn submit(&self, signer: &str, job: &Job, proof: &Proof) -> Outcome {
        self.chain.send(signer, "Inference", "submit", submit_arguments(job, proof)).await
    }

    /// An account's money.
    pub async fn balances(&self, name: &str) -> Balances {
        self.chain.balances(&chain::account(name)).await
    }

    /// The lock of a claim of a job with [`REWARD`] and [`PRICE`].
    pub async fn lock(&self) -> u128 {
        let least = self.chain.parameter("min_claim_bond").await;
        let parts = self.chain.parameter("claim_ratio").await;
        least.max(((REWARD - PRICE) * parts).div_ceil(1_000_000_000))
    }

    /// A parameter of the market that counts blocks.
    ///
    /// # Panics
    /// When there is no item of this name.
    pub async fn blocks(&self, name: &str) -> u64 {
        u64::try_from(self.chain.parameter(name).await).expect("a number of blocks")
    }

    /// Makes an encryption key, puts it on chain for a prover, and returns its file.
    pub fn encryption_key(&self, prover: &str, file: &str) -> String {
        self.client.run(&["keys", "encryption", "--out", file]);
        self.client.chain(prover, &["encryption-key", file]);
        file.into()
    }
}

/// The arguments of `submit`.
pub fn submit_arguments(job: &Job, proof: &Proof) -> Composite<()> {
    Composite::named(answer(job, proof))
}

/// The arguments of `submit_batch`.
pub fn batch_arguments<'a>(
    answers: impl IntoIterator<Item = (&'a Job, &'a Proof)>,
) -> Composite<()> {
    let items =
        answers.into_iter().map(|(job, proof)| dynamic::Value::named_composite(answer(job, proof)));
    Composite::named([("batch", dynamic::Value::unnamed_composite(items))])
}

fn answer(job: &Job, proof: &Proof) -> [(&'static str, dynamic::Value); 4] {
    let class = dynamic::Value::u128(proof.class.into());
    let bytes = dynamic::Value::from_bytes(&proof.bytes);
    let proved = match proof.k {
        None => dynamic::Value::unnamed_variant("Groth16", [bytes]),
        Some(k) => {
            let k = dynamic::Value::u128(k.into());
            dynamic::Value::named_variant("Halo2", [("k", k), ("bytes", bytes)])
        }
    };
    [
        ("job", dynamic::Value::u128(job.number.into())),
        ("terms_hash", dynamic::Value::from_bytes(job.terms_hash)),
        ("output", dynamic::Value::unnamed_variant("Class", [class])),
        ("proof", proved),
    ]
}

/// The file that holds a claimed job's terms.
pub fn terms_file(job: &Job) -> String {
    format!("job-{}.terms.json", job.number)
}

/// A field that is a number.
///
/// # Panics
/// When it is none.
pub fn number(json: &Value, field: &str) -> u64 {
    json[field].as_u64().unwrap_or_else(|| panic!("{field} is no number in {json:#}"))
}

/// A field that is an amount of planck.
///
/// # Panics
/// When it is none.
pub fn amount(json: &Value, field: &str) -> u128 {
    let text = json[field].as_str().unwrap_or_else(|| panic!("{field} is no amount in {json:#}"));
    text.parse().unwrap_or_else(|_| panic!("{field} is no amount in {json:#}"))
}

/// A field that is hex.
///
/// # Panics
/// When it is none.
pub fn bytes(json: &Value, field: &str) -> Vec<u8> {
    let text = json[field].as_str().unwrap_or_else(|| panic!("{field} is no text in {json:#}"));
    hex::decode(text.trim_start_matches("0x"))
        .unwrap_or_else(|_| panic!("{field} is no hex in {json:#}"))
}
