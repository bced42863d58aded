//! A chain in one file: a block, its results and its changes to the state are in one transaction of the database,
//! alone or with the blocks before and after it, which is on the disk when it ends. Beside the newest state stands, for
//! each of the newest blocks, what its keys held before it, so that past states can be rebuilt.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imbl::OrdMap;
use imbl::ordmap::DiffItem;
use prost::Message;
use redb::{
    Builder, Database, DatabaseError, ReadableDatabase, ReadableTable, StorageBackend, Table,
    TableDefinition, TableError, WriteTransaction,
};
use tendermint_proto::v0_38::types as pb_types;

use super::{Backend, BackendError, Made, Stored};
use crate::app::TxResult;
use crate::block::Block;
use crate::chain::{Retention, block_time};
use crate::event::{Attribute, Event};
use crate::store::{Bytes, Change, State};

const STATE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("state");
const BLOCKS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("blocks");
/// By height, what leads from the state after a block back to the state before it.
const UNDO: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("undo");
const FACTS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("facts");
const FORMAT: &str = "format";
const GENESIS: &str = "genesis";
const APP_HASH: &str = "app_hash";
/// The number of the way in which things are written; a file of another number is refused.
const VERSION: u8 = 1;
/// The chain holds everything in memory itself and reads the file only once.
const CACHE_BYTES: usize = 16 << 20;

/// Why a file cannot serve as a chain's store.
#[derive(Debug)]
pub enum DiskError {
    /// Another process, or this one, has the file open.
    InUse(PathBuf),
    /// The file is something else than the store of a chain.
    Foreign(PathBuf),
    /// The file is written in another way than this program reads.
    Format { path: PathBuf, found: Vec<u8> },
    /// The file is not as it was written.
    Damaged { path: PathBuf, what: String },
    /// The system refused to read or write.
    Io { path: PathBuf, error: io::Error },
    /// The database refused for a reason of its own.
    Database { path: PathBuf, error: redb::Error },
}

impl fmt::Display for DiskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse(path) => write!(f, "{}: another process has this chain open", path.display()),
            Self::Foreign(path) => write!(f, "{}: not the store of a chain", path.display()),
            Self::Format { path, found } => write!(
                f,
                "{}: written in format {found:?}, and this program reads format [{VERSION}]",
                path.display()
            ),
            Self::Damaged { path, what } => write!(f, "{}: damaged: {what}", path.display()),
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Database { path, error } => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for DiskError {}

impl From<DiskError> for BackendError {
    fn from(error: DiskError) -> Self {
        Self(error.to_string())
    }
}

/// Keeps a chain in a file, which one process at a time may have open.
pub struct Disk {
    database: Database,
    path: PathBuf,
}

/// Says of what the database reports which file it is about.
fn at(path: &Path, error: impl Into<redb::Error>) -> DiskError {
    let path = path.to_owned();
    match error.into() {
        redb::Error::DatabaseAlreadyOpen => DiskError::InUse(path),
        redb::Error::Corrupted(what) => DiskError::Damaged { path, what },
        // What the database says of a file that does not begin as its files do.
        redb::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => DiskError::Foreign(path),
        redb::Error::Io(error) => DiskError::Io { path, error },
        error => DiskError::Database { path, error },
    }
}

/// Bytes in the database that are nothing that was written there.
fn unreadable(what: &str, error: impl fmt::Display) -> redb::Error {
    redb::Error::Corrupted(format!("{what}: {error}"))
}

/// Makes an empty store at `path`, unless one is there. It is made aside and then named, so that a crash amid the
/// making leaves no half store behind.
fn create(path: &Path) -> Result<(), redb::Error> {
    if path.try_exists()? {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let aside = path.with_added_extension(std::process::id().to_string());
    drop(Database::create(&aside)?);
    // Unlike a rename, a link never takes the place of a store that another process has made meanwhile.
    let named = fs::hard_link(&aside, path);
    fs::remove_file(&aside)?;
    match named {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(File::open(folder)?.sync_all()?),
    }
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES).set_check_integrity_on_open(true);
    builder
}

impl Disk {
    /// Opens the file at `path`, or makes it. Every page in use is compared with its checksum, and what a crash left
    /// unfinished is rolled back.
    ///
    /// # Errors
    /// See [`DiskError`].
    pub fn open(path: &Path) -> Result<Self, DiskError> {
        create(path).map_err(|error| at(path, error))?;
        Self::sound(builder().open(path), path)
    }

    /// A store in other storage than a file; `name` stands for it in errors. Empty storage becomes an empty store.
    ///
    /// # Errors
    /// See [`DiskError`].
    pub fn on(storage: impl StorageBackend, name: &Path) -> Result<Self, DiskError> {
        Self::sound(builder().create_with_backend(storage), name)
    }

    fn sound(database: Result<Database, DatabaseError>, path: &Path) -> Result<Self, DiskError> {
        let database = database.map_err(|error| at(path, error))?;
        let disk = Self { database, path: path.to_owned() };
        match disk.format().map_err(|error| at(path, error))? {
            Format::Ours | Format::Empty => Ok(disk),
            Format::Foreign => Err(DiskError::Foreign(path.to_owned())),
            Format::Other(found) => Err(DiskError::Format { path: path.to_owned(), found }),
        }
    }

    fn format(&self) -> Result<Format, redb::Error> {
        let transaction = self.database.begin_read()?;
        if transaction.list_tables()?.next().is_none() {
            return Ok(Format::Empty);
        }
        let facts = match transaction.open_table(FACTS) {
            Err(TableError::Storage(error)) => return Err(error.into()),
            Err(_) => return Ok(Format::Foreign),
            Ok(facts) => facts,
        };
        Ok(match facts.get(FORMAT)?.map(|found| found.value().to_vec()) {
            None => Format::Foreign,
            Some(found) if found == [VERSION] => Format::Ours,
            Some(found) => Format::Other(found),
        })
    }

    /// Does `work` in one transaction, which is on the disk when this returns.
    fn write(
        &self,
        work: impl FnOnce(&WriteTransaction) -> Result<(), redb::Error>,
    ) -> Result<(), BackendError> {
        let whole = || {
            let transaction = self.database.begin_write()?;
            work(&transaction)?;
            Ok(transaction.commit()?)
        };
        whole().map_err(|error: redb::Error| at(&self.path, error).into())
    }

    fn read(&self) -> Result<Option<Stored>, redb::Error> {
        if let Format::Empty = self.format()? {
            return Ok(None);
        }
        let transaction = self.database.begin_read()?;
        let facts = transaction.open_table(FACTS)?;
        let fact = |name: &str| {
            let value = facts.get(name)?.map(|value| value.value().to_vec());
            value.ok_or_else(|| unreadable(name, "missing"))
        };
        let genesis = String::from_utf8(fact(GENESIS)?).map_err(|error| unreadable(GENESIS, error))?;
        let mut entries: Vec<(Bytes, Bytes)> = Vec::new();
        for entry in transaction.open_table(STATE)?.iter()? {
            let (key, value) = entry?;
            entries.push((key.value().into(), value.value().into()));
        }
        let state = State::from_entries(entries);
        let mut blocks = OrdMap::new();
        for entry in transaction.open_table(BLOCKS)?.iter()? {
            let (height, bytes) = entry?;
            let block = decode_block(bytes.value())
                .map_err(|error| unreadable(&format!("block {}", height.value()), error))?;
            blocks.insert(height.value(), Arc::new(block));
        }
        let undo = transaction.open_table(UNDO)?;
        let mut states = OrdMap::new();
        let mut past = state.clone();
        for (height, block) in blocks.iter().rev() {
            states.insert(*height, (block_time(block), past.clone()));
            let Some(changes) = undo.get(height)? else { break };
            let changes = decode_changes(changes.value())
                .map_err(|error| unreadable(&format!("state before block {height}"), error))?;
            past.apply(&changes);
        }
        Ok(Some(Stored { genesis, state, app_hash: fact(APP_HASH)?, blocks, states }))
    }
}

/// What a database holds.
enum Format {
    /// Nothing yet: a chain that is still to begin.
    Empty,
    Ours,
    Other(Vec<u8>),
    Foreign,
}

/// Changes on their way to the table of the state. A key that several blocks change is written once.
#[derive(Default)]
struct Writing(BTreeMap<Bytes, Option<Bytes>>);

impl Writing {
    /// Makes `changes` on top of those before, and says what undoes them.
    fn make(
        &mut self,
        table: &Table<'_, &[u8], &[u8]>,
        changes: &[Change],
    ) -> Result<Vec<Change>, redb::Error> {
        let mut undo = Vec::with_capacity(changes.len());
        for (key, value) in changes {
            let before = match self.0.insert(key.clone(), value.clone()) {
                Some(before) => before,
                None => table.get(&**key)?.map(|value| value.value().into()),
            };
            undo.push((key.clone(), before));
        }
        Ok(undo)
    }

    fn end(self, table: &mut Table<'_, &[u8], &[u8]>) -> Result<(), redb::Error> {
        for (key, value) in &self.0 {
            match value {
                Some(value) => table.insert(&**key, &**value)?,
                None => table.remove(&**key)?,
            };
        }
        Ok(())
    }
}

fn set_fact(transaction: &WriteTransaction, name: &str, value: &[u8]) -> Result<(), redb::Error> {
    transaction.open_table(FACTS)?.insert(name, value)?;
    Ok(())
}

/// Forgets what `table` has of the heights below `lowest`.
fn prune(table: &mut Table<'_, u64, &[u8]>, lowest: u64) -> Result<(), redb::Error> {
    while table.first()?.is_some_and(|(height, _)| height.value() < lowest) {
        table.pop_first()?;
    }
    Ok(())
}

impl Backend for Disk {
    fn load(&mut self) -> Result<Option<Stored>, BackendError> {
        self.read().map_err(|error| at(&self.path, error).into())
    }

    fn commit(&mut self, made: &[Made], retention: Retention) -> Result<(), BackendError> {
        let Some(newest) = made.last() else { return Ok(()) };
        let height = newest.block.height();
        self.write(|transaction| {
            let mut state = transaction.open_table(STATE)?;
            let mut undo = transaction.open_table(UNDO)?;
            let mut blocks = transaction.open_table(BLOCKS)?;
            let mut writing = Writing::default();
            for Made { block, changes } in made {
                let undone = writing.make(&state, changes)?;
                undo.insert(block.height(), encode_changes(&undone).as_slice())?;
                blocks.insert(block.height(), encode_block(block).as_slice())?;
            }
            writing.end(&mut state)?;
            // The way back from the oldest state that is kept leads nowhere.
            prune(&mut undo, retention.lowest_state(height).saturating_add(1))?;
            prune(&mut blocks, retention.lowest_block(height))?;
            set_fact(transaction, APP_HASH, &newest.block.app_hash)
        })
    }

    fn edit(&mut self, changes: &[Change], app_hash: &[u8]) -> Result<(), BackendError> {
        self.write(|transaction| {
            let mut state = transaction.open_table(STATE)?;
            let mut writing = Writing::default();
            let undone = writing.make(&state, changes)?;
            writing.end(&mut state)?;
            let mut undo = transaction.open_table(UNDO)?;
            let newest = undo.last()?.map(|(height, bytes)| (height.value(), decode_changes(bytes.value())));
            if let Some((height, before)) = newest {
                let before = before.map_err(|error| unreadable("state before the edit", error))?;
                // Where both the block and the edit changed a key, the value before the block counts.
                let merged: BTreeMap<Bytes, Option<Bytes>> = undone.into_iter().chain(before).collect();
                let merged: Vec<Change> = merged.into_iter().collect();
                undo.insert(height, encode_changes(&merged).as_slice())?;
            }
            set_fact(transaction, APP_HASH, app_hash)
        })
    }

    fn replace(&mut self, from: &Stored, to: &Stored) -> Result<(), BackendError> {
        self.write(|transaction| {
            let mut state = transaction.open_table(STATE)?;
            let mut writing = Writing::default();
            writing.make(&state, &from.state.changes_to(&to.state))?;
            writing.end(&mut state)?;
            let mut blocks = transaction.open_table(BLOCKS)?;
            for difference in from.blocks.diff(&to.blocks) {
                match difference {
                    DiffItem::Add(height, block) | DiffItem::Update { new: (height, block), .. } => {
                        blocks.insert(height, encode_block(block).as_slice())?
                    }
                    DiffItem::Remove(height, _) => blocks.remove(height)?,
                };
            }
            let mut undo = transaction.open_table(UNDO)?;
            for height in from.states.keys().filter(|height| !to.states.contains_key(*height)) {
                undo.remove(height)?;
            }
            // The way back from the oldest state leads nowhere, whatever was before it elsewhere.
            if let Some((oldest, _)) = to.states.get_min() {
                undo.remove(oldest)?;
            }
            let known = |height: &u64, state: &State| {
                from.states.get(height).is_some_and(|(_, before)| before.ptr_eq(state))
            };
            for ((lower, (_, before)), (height, (_, after))) in to.states.iter().zip(to.states.iter().skip(1))
            {
                if !(known(lower, before) && known(height, after)) {
                    undo.insert(height, encode_changes(&after.changes_to(before)).as_slice())?;
                }
            }
            set_fact(transaction, FORMAT, &[VERSION])?;
            set_fact(transaction, GENESIS, to.genesis.as_bytes())?;
            set_fact(transaction, APP_HASH, &to.app_hash)
        })
    }
}

#[derive(Clone, PartialEq, Message)]
struct KeptBlock {
    #[prost(message, optional, tag = "1")]
    block: Option<pb_types::Block>,
    #[prost(message, optional, tag = "2")]
    commit: Option<pb_types::Commit>,
    #[prost(message, repeated, tag = "3")]
    results: Vec<KeptResult>,
    #[prost(message, repeated, tag = "4")]
    events: Vec<KeptEvent>,
    #[prost(bytes = "vec", tag = "5")]
    app_hash: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct KeptResult {
    #[prost(uint32, tag = "1")]
    code: u32,
    #[prost(string, tag = "2")]
    codespace: String,
    #[prost(string, tag = "3")]
    log: String,
    #[prost(bytes = "vec", tag = "4")]
    data: Vec<u8>,
    #[prost(uint64, tag = "5")]
    gas_wanted: u64,
    #[prost(uint64, tag = "6")]
    gas_used: u64,
    #[prost(message, repeated, tag = "7")]
    events: Vec<KeptEvent>,
}

#[derive(Clone, PartialEq, Message)]
struct KeptEvent {
    #[prost(string, tag = "1")]
    kind: String,
    /// Keys and values in turn.
    #[prost(string, repeated, tag = "2")]
    attributes: Vec<String>,
}

impl From<&Event> for KeptEvent {
    fn from(event: &Event) -> Self {
        let attributes = event.attributes.iter().flat_map(|a| [a.key.clone(), a.value.clone()]).collect();
        Self { kind: event.kind.clone(), attributes }
    }
}

impl From<KeptEvent> for Event {
    fn from(event: KeptEvent) -> Self {
        let mut attributes = Vec::with_capacity(event.attributes.len() / 2);
        let mut texts = event.attributes.into_iter();
        while let (Some(key), Some(value)) = (texts.next(), texts.next()) {
            attributes.push(Attribute { key, value });
        }
        Self { kind: event.kind, attributes }
    }
}

impl From<&TxResult> for KeptResult {
    fn from(result: &TxResult) -> Self {
        Self {
            code: result.code,
            codespace: result.codespace.clone(),
            log: result.log.clone(),
            data: result.data.clone(),
            gas_wanted: result.gas_wanted,
            gas_used: result.gas_used,
            events: result.events.iter().map(KeptEvent::from).collect(),
        }
    }
}

impl From<KeptResult> for TxResult {
    fn from(result: KeptResult) -> Self {
        Self {
            code: result.code,
            codespace: result.codespace,
            log: result.log,
            data: result.data,
            gas_wanted: result.gas_wanted,
            gas_used: result.gas_used,
            events: result.events.into_iter().map(Event::from).collect(),
        }
    }
}

pub(crate) fn encode_block(block: &Block) -> Vec<u8> {
    KeptBlock {
        block: Some(block.to_tendermint().into()),
        commit: Some(block.commit.clone().into()),
        results: block.results.iter().map(KeptResult::from).collect(),
        events: block.events.iter().map(KeptEvent::from).collect(),
        app_hash: block.app_hash.clone(),
    }
    .encode_to_vec()
}

pub(crate) fn decode_block(bytes: &[u8]) -> Result<Block, String> {
    let kept = KeptBlock::decode(bytes).map_err(|error| error.to_string())?;
    let block = kept.block.ok_or("no block")?;
    let block = tendermint::Block::try_from(block).map_err(|error| error.to_string())?;
    let commit = kept.commit.ok_or("no commit")?;
    let commit = tendermint::block::Commit::try_from(commit).map_err(|error| error.to_string())?;
    Ok(Block {
        id: commit.block_id,
        header: block.header,
        txs: block.data,
        last_commit: block.last_commit,
        commit,
        results: kept.results.into_iter().map(TxResult::from).collect(),
        events: kept.events.into_iter().map(Event::from).collect(),
        app_hash: kept.app_hash,
    })
}

#[derive(Clone, PartialEq, Message)]
struct KeptChanges {
    #[prost(message, repeated, tag = "1")]
    changes: Vec<KeptChange>,
}

#[derive(Clone, PartialEq, Message)]
struct KeptChange {
    #[prost(bytes = "vec", tag = "1")]
    key: Vec<u8>,
    #[prost(bytes = "vec", optional, tag = "2")]
    value: Option<Vec<u8>>,
}

pub(crate) fn encode_changes(changes: &[Change]) -> Vec<u8> {
    let changes = changes.iter().map(|(key, value)| KeptChange {
        key: key.to_vec(),
        value: value.as_ref().map(|value| value.to_vec()),
    });
    KeptChanges { changes: changes.collect() }.encode_to_vec()
}

pub(crate) fn decode_changes(bytes: &[u8]) -> Result<Vec<Change>, prost::DecodeError> {
    let kept = KeptChanges::decode(bytes)?;
    let changes = kept.changes.into_iter();
    Ok(changes.map(|change| (change.key.into(), change.value.map(Bytes::from))).collect())
}
