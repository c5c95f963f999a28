//! The store, which survives a crash: an embedded database (redb) of records, transactions on their
//! way, measured times and history.
//!
//! | table | key | value, SCALE |
//! |---|---|---|
//! | `meta` | name | which chain and account this is for; totals |
//! | `records` | job | [`Record`] |
//! | `outbox` | nonce | [`Entry`] |
//! | `bids` | nonce | [`Bid`]: the tips of a transaction in `outbox` |
//! | `key-timings` | [`KeyId`] | milliseconds of a proof |
//! | `distrusted` | [`KeyId`] | [`Distrust`] |
//! | `history` | number | [`Ended`]; the latest [`HISTORY`] |
//!
//! Each method is one durable transaction: when it returns, its change survives a loss of power;
//! when it does not return, there is no trace of it. What the engine does on chain it does after
//! the method that notes it. The database is readable by its owner alone; inputs are not in it but
//! in the [`vault`](super::vault), since a deleted record's bytes stay in a database's free pages.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    path::Path,
};

use codec::{DecodeAll, Encode};
use redb::{
    Database, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction,
    backends::FileBackend,
};
use subxt::utils::AccountId32;
use zkinfer_primitives::{JobId, ModelVersionId};

use super::{
    outbox::{Entry, Outbox},
    record::{Outcome, Record},
    tips::Bid,
    trust::{Distrust, KeyId},
};

const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");
const RECORDS: TableDefinition<u64, &[u8]> = TableDefinition::new("records");
const OUTBOX: TableDefinition<u64, &[u8]> = TableDefinition::new("outbox");
const BIDS: TableDefinition<u64, &[u8]> = TableDefinition::new("bids");
const TIMINGS: TableDefinition<[u8; 64], u64> = TableDefinition::new("key-timings");
const DISTRUSTED: TableDefinition<[u8; 64], &[u8]> = TableDefinition::new("distrusted");
const HISTORY_TABLE: TableDefinition<u64, &[u8]> = TableDefinition::new("history");

/// Version of the database's layout.
const VERSION: u32 = 1;
/// Ended jobs that are kept for the status.
pub const HISTORY: u64 = 1000;

/// The chain and account that a store belongs to.
#[derive(Clone, Debug, PartialEq, Eq, codec::Encode, codec::Decode)]
pub struct Identity {
    /// Layout of the database.
    version: u32,
    /// Hash of the chain's block 0.
    pub genesis_hash: [u8; 32],
    /// The account that claims and signs.
    pub account: AccountId32,
}

impl Identity {
    /// The identity of this account's work on this chain.
    pub fn new(genesis_hash: [u8; 32], account: AccountId32) -> Self {
        Self { version: VERSION, genesis_hash, account }
    }
}

/// A job that has ended.
#[derive(Clone, Debug, PartialEq, Eq, codec::Encode, codec::Decode)]
pub struct Ended {
    /// The job.
    pub job: JobId,
    /// Its model version.
    pub version: ModelVersionId,
    /// Its end.
    pub outcome: Outcome,
    /// Seconds since 1970.
    pub at: u64,
}

/// Counts over the store's whole life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, codec::Encode, codec::Decode)]
pub struct Totals {
    /// Jobs paid.
    pub paid: u64,
    /// Claims whose lock was lost.
    pub lost: u64,
    /// Jobs that never became ours.
    pub missed: u64,
    /// The earnings after the models' prices, in planck.
    pub earned: u128,
}

/// The reason why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refuses.
    #[error("the store {path}: {source}; check its permissions and the disk's free space")]
    Database {
        /// The file.
        path: String,
        /// The error of redb.
        source: Box<redb::Error>,
    },
    /// The file cannot be opened.
    #[error("the store {path}: {source}; check the directory's permissions")]
    File {
        /// The file.
        path: String,
        /// The system's error.
        source: std::io::Error,
    },
    /// It is another prover's.
    #[error(
        "the store {path} belongs to {what}; give this prover a directory of its own (option `state`)"
    )]
    Foreign {
        /// The file.
        path: String,
        /// The difference.
        what: String,
    },
    /// A value does not decode.
    #[error(
        "the store {path}: {table} {key} is damaged: {source}; move the store away and start again: claims are read from the chain, but openings that came off chain are needed once more"
    )]
    Damaged {
        /// The file.
        path: String,
        /// The table.
        table: &'static str,
        /// The key.
        key: String,
        /// The error of the decoder.
        source: codec::Error,
    },
    /// A test says that the process ends here.
    #[cfg(test)]
    #[error("crash")]
    Crash,
}

/// The store, with its content in memory.
pub struct Store {
    path: String,
    database: Database,
    records: BTreeMap<JobId, Record>,
    outbox: Outbox,
    timings: BTreeMap<KeyId, u64>,
    distrusted: BTreeMap<KeyId, Distrust>,
    totals: Totals,
    next_ended: u64,
    /// The point at which a test lets the process end.
    #[cfg(test)]
    pub fuse: super::tests::Fuse,
}

/// The content of a store, for the status of a prover that does not run.
pub struct Content {
    /// Its owner; `None` before its first run.
    pub identity: Option<Identity>,
    /// Its records.
    pub records: BTreeMap<JobId, Record>,
    /// Its transactions.
    pub outbox: Outbox,
    /// Its counts.
    pub totals: Totals,
    /// The latest jobs that ended, latest first.
    pub ended: Vec<Ended>,
    /// Keys that are not claimed for.
    pub distrusted: BTreeMap<KeyId, Distrust>,
}

impl Store {
    /// Opens the store at `path`, or makes one for `identity`.
    ///
    /// # Errors
    /// [`StoreError`]: of another chain or account, damaged, or not to be written.
    pub fn open(path: &Path, identity: &Identity) -> Result<Self, StoreError> {
        let name = path.display().to_string();
        let file =
            private(path).map_err(|source| StoreError::File { path: name.clone(), source })?;
        let failed = failed(&name);
        let backend = FileBackend::new(file).map_err(|e| failed(e.into()))?;
        let database =
            redb::Builder::new().create_with_backend(backend).map_err(|e| failed(e.into()))?;
        let begun = database.begin_write().map_err(|e| failed(e.into()))?;
        tables(&begun).map_err(&failed)?;
        begun.commit().map_err(|e| failed(e.into()))?;
        let content = read(&name, &database)?;
        match &content.identity {
            Some(other) if other != identity => {
                return Err(StoreError::Foreign { path: name, what: describe(other, identity) });
            }
            _ => {}
        }
        let next_ended = last_ended(&database).map_err(&failed)?;
        let timings = timings(&database).map_err(&failed)?;
        let store = Self {
            path: name,
            database,
            records: content.records,
            outbox: content.outbox,
            timings,
            distrusted: content.distrusted,
            totals: content.totals,
            next_ended,
            #[cfg(test)]
            fuse: Default::default(),
        };
        store.write(|transaction| {
            transaction.open_table(META)?.insert("identity", identity.encode().as_slice())?;
            Ok(())
        })?;
        Ok(store)
    }

    /// The content of the store at `path`. Whoever looks holds the [`lock`](super::lock).
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn inspect(path: &Path) -> Result<Content, StoreError> {
        let name = path.display().to_string();
        // Opened for writing, since a store that was not closed is repaired first.
        let database = Database::open(path).map_err(|e| failed(&name)(e.into()))?;
        read(&name, &database)
    }

    /// Lets keys be claimed for again in the store at `path`: those of which `chosen` says so.
    /// Returns them. Whoever changes it holds the [`lock`](super::lock).
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn trust(
        path: &Path,
        chosen: impl Fn(&KeyId) -> bool,
    ) -> Result<Vec<(KeyId, Distrust)>, StoreError> {
        let name = path.display().to_string();
        let failed = failed(&name);
        let database = Database::open(path).map_err(|e| failed(e.into()))?;
        let transaction = database.begin_write().map_err(|e| failed(e.into()))?;
        tables(&transaction).map_err(&failed)?;
        transaction.commit().map_err(|e| failed(e.into()))?;
        let mut found = read(&name, &database)?.distrusted;
        found.retain(|key, _| chosen(key));
        let transaction = database.begin_write().map_err(|e| failed(e.into()))?;
        remove_all(&transaction, found.keys()).map_err(&failed)?;
        transaction.commit().map_err(|e| failed(e.into()))?;
        Ok(found.into_iter().collect())
    }

    /// The record of each job.
    pub fn records(&self) -> &BTreeMap<JobId, Record> {
        &self.records
    }

    /// Transactions on their way.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Milliseconds of a proof under each key.
    pub fn timings(&self) -> &BTreeMap<KeyId, u64> {
        &self.timings
    }

    /// Keys that are not claimed for.
    pub fn distrusted(&self) -> &BTreeMap<KeyId, Distrust> {
        &self.distrusted
    }

    /// Notes that a key is not claimed for any more. What was noted first stays.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn distrust(&mut self, key: KeyId, distrust: Distrust) -> Result<(), StoreError> {
        if self.distrusted.contains_key(&key) {
            return Ok(());
        }
        self.write(|transaction| {
            transaction
                .open_table(DISTRUSTED)?
                .insert(key.to_bytes(), distrust.encode().as_slice())?;
            Ok(())
        })?;
        self.distrusted.insert(key, distrust);
        Ok(())
    }

    /// Counts.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Notes a record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put(&mut self, record: Record) -> Result<(), StoreError> {
        self.write(|transaction| put_record(transaction, &record))?;
        self.records.insert(record.job.id, record);
        Ok(())
    }

    /// Notes a record together with the transaction that is to be sent for it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_with(&mut self, record: Record, nonce: u64, entry: Entry) -> Result<(), StoreError> {
        self.put_all_with(vec![record], nonce, entry)
    }

    /// Notes records together with the one transaction that is to be sent for all of them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_all_with(
        &mut self,
        records: Vec<Record>,
        nonce: u64,
        entry: Entry,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            records.iter().try_for_each(|record| put_record(transaction, record))?;
            put_entry(transaction, nonce, &entry)
        })?;
        self.records.extend(records.into_iter().map(|record| (record.job.id, record)));
        self.outbox.insert(nonce, entry);
        Ok(())
    }

    /// Notes a transaction that belongs to no record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_entry(&mut self, nonce: u64, entry: Entry) -> Result<(), StoreError> {
        self.write(|transaction| put_entry(transaction, nonce, &entry))?;
        self.outbox.insert(nonce, entry);
        Ok(())
    }

    /// Notes that a transaction goes under the nonce `to` instead of `from`, where `rest` is put,
    /// or nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn move_entry(
        &mut self,
        from: u64,
        to: u64,
        entry: Entry,
        rest: Option<Entry>,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            put_entry(transaction, to, &entry)?;
            match &rest {
                Some(rest) => put_entry(transaction, from, rest),
                None => remove_entry(transaction, from),
            }
        })?;
        self.outbox.insert(to, entry);
        match rest {
            Some(rest) => self.outbox.insert(from, rest),
            None => self.outbox.remove(from),
        }
        Ok(())
    }

    /// Forgets transactions that are settled.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn settle(&mut self, nonces: &[u64]) -> Result<(), StoreError> {
        if nonces.is_empty() {
            return Ok(());
        }
        self.write(|transaction| {
            nonces.iter().try_for_each(|nonce| remove_entry(transaction, *nonce))
        })?;
        nonces.iter().for_each(|nonce| self.outbox.remove(*nonce));
        Ok(())
    }

    /// Ends a record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn finish(&mut self, ended: Ended) -> Result<(), StoreError> {
        let mut totals = self.totals;
        match &ended.outcome {
            Outcome::Paid { pay } => {
                totals.paid = totals.paid.saturating_add(1);
                totals.earned = totals.earned.saturating_add(*pay);
            }
            Outcome::Lost => totals.lost = totals.lost.saturating_add(1),
            Outcome::NotOurs | Outcome::NotClaimed => {
                totals.missed = totals.missed.saturating_add(1)
            }
        }
        let number = self.next_ended;
        self.write(|transaction| {
            transaction.open_table(RECORDS)?.remove(ended.job)?;
            transaction.open_table(META)?.insert("totals", totals.encode().as_slice())?;
            let mut history = transaction.open_table(HISTORY_TABLE)?;
            history.insert(number, ended.encode().as_slice())?;
            history.remove(number.wrapping_sub(HISTORY))?;
            Ok(())
        })?;
        self.records.remove(&ended.job);
        self.totals = totals;
        self.next_ended = number.saturating_add(1);
        Ok(())
    }

    /// Notes how long a proof took under a key: slower is believed at once, faster little by
    /// little.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn measured(&mut self, key: KeyId, millis: u64) -> Result<(), StoreError> {
        let known = self.timings.get(&key).copied().unwrap_or(millis);
        let smoothed =
            millis.max(known.saturating_mul(7).saturating_add(millis.saturating_mul(3)) / 10);
        self.write(|transaction| {
            transaction.open_table(TIMINGS)?.insert(key.to_bytes(), smoothed)?;
            Ok(())
        })?;
        self.timings.insert(key, smoothed);
        Ok(())
    }

    /// One durable transaction.
    fn write(
        &self,
        change: impl FnOnce(&WriteTransaction) -> Result<(), redb::Error>,
    ) -> Result<(), StoreError> {
        let failed = failed(&self.path);
        #[cfg(test)]
        self.fuse.burn().map_err(|()| StoreError::Crash)?;
        let transaction = self.database.begin_write().map_err(|e| failed(e.into()))?;
        change(&transaction).map_err(&failed)?;
        transaction.commit().map_err(|e| failed(e.into()))?;
        #[cfg(test)]
        self.fuse.burn().map_err(|()| StoreError::Crash)?;
        Ok(())
    }
}

fn failed(path: &str) -> impl Fn(redb::Error) -> StoreError + use<> {
    let path = path.to_owned();
    move |source| StoreError::Database { path: path.clone(), source: Box::new(source) }
}

/// A file that its owner alone can read.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(0o600);
        let file = options.open(path)?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        Ok(file)
    }
    #[cfg(not(unix))]
    options.open(path)
}

/// Makes the tables, so that readers find them.
fn tables(transaction: &WriteTransaction) -> Result<(), redb::Error> {
    transaction.open_table(META)?;
    transaction.open_table(RECORDS)?;
    transaction.open_table(OUTBOX)?;
    transaction.open_table(BIDS)?;
    transaction.open_table(TIMINGS)?;
    transaction.open_table(DISTRUSTED)?;
    transaction.open_table(HISTORY_TABLE)?;
    Ok(())
}

fn put_record(transaction: &WriteTransaction, record: &Record) -> Result<(), redb::Error> {
    transaction.open_table(RECORDS)?.insert(record.job.id, record.encode().as_slice())?;
    Ok(())
}

fn put_entry(transaction: &WriteTransaction, nonce: u64, entry: &Entry) -> Result<(), redb::Error> {
    transaction.open_table(OUTBOX)?.insert(nonce, entry.encode().as_slice())?;
    transaction.open_table(BIDS)?.insert(nonce, entry.bid.encode().as_slice())?;
    Ok(())
}

fn remove_entry(transaction: &WriteTransaction, nonce: u64) -> Result<(), redb::Error> {
    transaction.open_table(OUTBOX)?.remove(nonce)?;
    transaction.open_table(BIDS)?.remove(nonce)?;
    Ok(())
}

fn remove_all<'a>(
    transaction: &WriteTransaction,
    keys: impl Iterator<Item = &'a KeyId>,
) -> Result<(), redb::Error> {
    let mut table = transaction.open_table(DISTRUSTED)?;
    for key in keys {
        table.remove(key.to_bytes())?;
    }
    Ok(())
}

fn read(name: &str, database: &Database) -> Result<Content, StoreError> {
    let failed = failed(name);
    let meta = |key: &'static str| -> Result<Option<Vec<u8>>, redb::Error> {
        let table = database.begin_read()?.open_table(META)?;
        Ok(table.get(key)?.map(|value| value.value().to_vec()))
    };
    let identity = meta("identity").map_err(&failed)?;
    let identity = identity.map(|bytes| decode(name, "meta", "identity", &bytes)).transpose()?;
    let totals = meta("totals").map_err(&failed)?;
    let totals = totals.map(|bytes| decode(name, "meta", "totals", &bytes)).transpose()?;
    let rows = |table| rows(database, table).map_err(&failed);
    let records = rows(RECORDS)?.into_iter();
    let records = records.map(|(key, bytes)| Ok((key, decode(name, "records", key, &bytes)?)));
    let mut bids = bids(name, database)?;
    let outbox = rows(OUTBOX)?.into_iter();
    let outbox = outbox.map(|(key, bytes)| {
        let mut entry: Entry = decode(name, "outbox", key, &bytes)?;
        entry.bid = bids.remove(&key).unwrap_or_default();
        Ok((key, entry))
    });
    let ended = rows(HISTORY_TABLE)?.into_iter().rev();
    let ended = ended.map(|(key, bytes)| decode(name, "history", key, &bytes));
    Ok(Content {
        identity,
        records: records.collect::<Result<_, StoreError>>()?,
        outbox: Outbox::new(outbox.collect::<Result<Vec<_>, StoreError>>()?),
        totals: totals.unwrap_or_default(),
        ended: ended.collect::<Result<_, _>>()?,
        distrusted: distrusted(name, database)?,
    })
}

/// Tables that earlier releases did not have are missing while nobody has opened the store for
/// work.
fn is_missing(error: &redb::TableError) -> bool {
    matches!(error, redb::TableError::TableDoesNotExist(_))
}

fn bids(name: &str, database: &Database) -> Result<BTreeMap<u64, Bid>, StoreError> {
    let failed = failed(name);
    let reading = database.begin_read().map_err(|e| failed(e.into()))?;
    match reading.open_table(BIDS) {
        Err(error) if is_missing(&error) => return Ok(BTreeMap::new()),
        Err(error) => return Err(failed(error.into())),
        Ok(_) => {}
    }
    let rows = rows(database, BIDS).map_err(&failed)?.into_iter();
    rows.map(|(key, bytes)| Ok((key, decode(name, "bids", key, &bytes)?))).collect()
}

fn distrusted(name: &str, database: &Database) -> Result<BTreeMap<KeyId, Distrust>, StoreError> {
    let failed = failed(name);
    let reading = database.begin_read().map_err(|e| failed(e.into()))?;
    let table = match reading.open_table(DISTRUSTED) {
        Err(error) if is_missing(&error) => return Ok(BTreeMap::new()),
        Err(error) => return Err(failed(error.into())),
        Ok(table) => table,
    };
    let mut keys = BTreeMap::new();
    for row in table.iter().map_err(|e| failed(e.into()))? {
        let (key, value) = row.map_err(|e| failed(e.into()))?;
        let key = KeyId::from_bytes(&key.value());
        keys.insert(key, decode(name, "distrusted", key.vk_hash, value.value())?);
    }
    Ok(keys)
}

fn decode<T: codec::Decode>(
    path: &str,
    table: &'static str,
    key: impl ToString,
    bytes: &[u8],
) -> Result<T, StoreError> {
    T::decode_all(&mut &*bytes).map_err(|source| StoreError::Damaged {
        path: path.into(),
        table,
        key: key.to_string(),
        source,
    })
}

fn rows(
    database: &Database,
    table: TableDefinition<u64, &'static [u8]>,
) -> Result<Vec<(u64, Vec<u8>)>, redb::Error> {
    let table = database.begin_read()?.open_table(table)?;
    let mut rows = Vec::new();
    for row in table.iter()? {
        let (key, value) = row?;
        rows.push((key.value(), value.value().to_vec()));
    }
    Ok(rows)
}

fn timings(database: &Database) -> Result<BTreeMap<KeyId, u64>, redb::Error> {
    let table = database.begin_read()?.open_table(TIMINGS)?;
    let mut timings = BTreeMap::new();
    for row in table.iter()? {
        let (key, value) = row?;
        timings.insert(KeyId::from_bytes(&key.value()), value.value());
    }
    Ok(timings)
}

fn last_ended(database: &Database) -> Result<u64, redb::Error> {
    let table = database.begin_read()?.open_table(HISTORY_TABLE)?;
    let last = table.last()?.map(|(key, _)| key.value());
    Ok(last.map_or(0, |last| last.saturating_add(1)))
}

/// Returns the difference between a store and the wanted one.
fn describe(other: &Identity, wanted: &Identity) -> String {
    if other.version != wanted.version {
        return format!("another version of this program (layout {})", other.version);
    }
    if other.account != wanted.account {
        return format!("the account {}", other.account);
    }
    format!("another chain (block 0 is 0x{})", hex::encode(other.genesis_hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::world::account;

    /// A store as releases made it that knew no tips and no distrust.
    fn old(path: &Path, identity: &Identity) {
        let database = Database::create(path).expect("made");
        let begun = database.begin_write().expect("begun");
        begun.open_table(RECORDS).expect("a table");
        begun.open_table(OUTBOX).expect("a table");
        begun.open_table(HISTORY_TABLE).expect("a table");
        let timings: TableDefinition<[u8; 32], u64> = TableDefinition::new("timings");
        begun.open_table(timings).expect("a table").insert([1; 32], 700).expect("written");
        let mut meta = begun.open_table(META).expect("a table");
        meta.insert("identity", identity.encode().as_slice()).expect("written");
        drop(meta);
        begun.commit().expect("committed");
    }

    #[test]
    fn a_store_of_an_earlier_release_is_read_and_gets_what_it_lacks() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("state.redb");
        let identity = Identity::new([7; 32], account(1));
        old(&path, &identity);
        let content = Store::inspect(&path).expect("readable");
        assert_eq!((content.identity.as_ref(), content.distrusted.len()), (Some(&identity), 0));
        let mut store = Store::open(&path, &identity).expect("opened");
        assert!(store.timings().is_empty(), "its times were of no file in particular");
        let key = KeyId { vk_hash: zkinfer_primitives::VkHash([1; 32]), checksum: [2; 32] };
        store.distrust(key, Distrust { reason: "first".into(), at: 5 }).expect("noted");
        store.distrust(key, Distrust { reason: "second".into(), at: 9 }).expect("noted");
        drop(store);
        let store = Store::open(&path, &identity).expect("opened");
        assert_eq!(store.distrusted()[&key].reason, "first");
    }
}
