//! A chain in one file: a block, its results and its changes to the state are one transaction of the database, which
//! is on the disk when it ends.

use std::path::Path;
use std::sync::Arc;

use prost::Message;
use redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, Table, TableDefinition};
use tendermint_proto::v0_38::types as pb_types;

use super::{Backend, BackendError, Stored};
use crate::app::TxResult;
use crate::block::Block;
use crate::event::{Attribute, Event};
use crate::store::Change;

const STATE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("state");
const BLOCKS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("blocks");
const FACTS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("facts");
const FORMAT: &str = "format";
const GENESIS: &str = "genesis";
const APP_HASH: &str = "app_hash";
/// The number of the way in which things are written; a file of another number is refused.
const VERSION: u8 = 1;

/// Keeps a chain in a file, which one process at a time may have open.
pub struct Disk {
    database: Database,
}

fn failed(error: impl Into<redb::Error>) -> BackendError {
    BackendError(error.into().to_string())
}

fn unreadable(what: &str, error: impl std::fmt::Display) -> BackendError {
    BackendError(format!("{what} cannot be read: {error}"))
}

impl Disk {
    /// Opens the file at `path`, or makes it.
    ///
    /// # Errors
    /// A file that another process has open, that is no such database, or that cannot be made.
    pub fn open(path: &Path) -> Result<Self, BackendError> {
        let database = Database::create(path)
            .map_err(|error| BackendError(format!("{}: {}", path.display(), redb::Error::from(error))))?;
        Ok(Self { database })
    }

    /// Does `work` in one transaction, which is on the disk when this returns.
    fn write(
        &self,
        work: impl FnOnce(&redb::WriteTransaction) -> Result<(), BackendError>,
    ) -> Result<(), BackendError> {
        let transaction = self.database.begin_write().map_err(failed)?;
        work(&transaction)?;
        transaction.commit().map_err(failed)
    }
}

fn apply(table: &mut Table<'_, &[u8], &[u8]>, changes: &[Change]) -> Result<(), BackendError> {
    for (key, value) in changes {
        match value {
            Some(value) => table.insert(&**key, &**value).map_err(failed)?,
            None => table.remove(&**key).map_err(failed)?,
        };
    }
    Ok(())
}

fn set_fact(transaction: &redb::WriteTransaction, name: &str, value: &[u8]) -> Result<(), BackendError> {
    let mut facts = transaction.open_table(FACTS).map_err(failed)?;
    facts.insert(name, value).map_err(failed)?;
    Ok(())
}

impl Backend for Disk {
    fn load(&mut self) -> Result<Option<Stored>, BackendError> {
        let transaction = self.database.begin_read().map_err(failed)?;
        let facts = match transaction.open_table(FACTS) {
            Ok(facts) => facts,
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let fact = |name: &str| -> Result<Vec<u8>, BackendError> {
            let value = facts.get(name).map_err(failed)?;
            value.map(|value| value.value().to_vec()).ok_or_else(|| BackendError(format!("no fact {name:?}")))
        };
        let version = fact(FORMAT)?;
        if version != [VERSION] {
            return Err(BackendError(format!(
                "the file has format {version:?}, and this program reads format {VERSION}"
            )));
        }
        let genesis = String::from_utf8(fact(GENESIS)?).map_err(|error| unreadable("the genesis", error))?;
        let state = transaction.open_table(STATE).map_err(failed)?;
        let size = usize::try_from(state.len().map_err(failed)?).unwrap_or_default();
        let mut entries = Vec::with_capacity(size);
        for entry in state.iter().map_err(failed)? {
            let (key, value) = entry.map_err(failed)?;
            entries.push((key.value().into(), value.value().into()));
        }
        let mut blocks = Vec::new();
        for entry in transaction.open_table(BLOCKS).map_err(failed)?.iter().map_err(failed)? {
            let (height, bytes) = entry.map_err(failed)?;
            let block = decode(bytes.value())
                .map_err(|error| unreadable(&format!("block {}", height.value()), error.0))?;
            blocks.push(Arc::new(block));
        }
        Ok(Some(Stored { genesis, state: entries, app_hash: fact(APP_HASH)?, blocks }))
    }

    fn commit(&mut self, block: &Arc<Block>, changes: &[Change], lowest: u64) -> Result<(), BackendError> {
        self.write(|transaction| {
            apply(&mut transaction.open_table(STATE).map_err(failed)?, changes)?;
            let mut blocks = transaction.open_table(BLOCKS).map_err(failed)?;
            blocks.insert(block.height(), encode(block).as_slice()).map_err(failed)?;
            blocks.retain_in(..lowest, |_, _| false).map_err(failed)?;
            set_fact(transaction, APP_HASH, &block.app_hash)
        })
    }

    fn edit(&mut self, changes: &[Change], app_hash: &[u8]) -> Result<(), BackendError> {
        self.write(|transaction| {
            apply(&mut transaction.open_table(STATE).map_err(failed)?, changes)?;
            set_fact(transaction, APP_HASH, app_hash)
        })
    }

    fn replace(&mut self, stored: &Stored) -> Result<(), BackendError> {
        self.write(|transaction| {
            transaction.delete_table(STATE).map_err(failed)?;
            transaction.delete_table(BLOCKS).map_err(failed)?;
            let mut state = transaction.open_table(STATE).map_err(failed)?;
            for (key, value) in &stored.state {
                state.insert(&**key, &**value).map_err(failed)?;
            }
            let mut blocks = transaction.open_table(BLOCKS).map_err(failed)?;
            for block in &stored.blocks {
                blocks.insert(block.height(), encode(block).as_slice()).map_err(failed)?;
            }
            set_fact(transaction, FORMAT, &[VERSION])?;
            set_fact(transaction, GENESIS, stored.genesis.as_bytes())?;
            set_fact(transaction, APP_HASH, &stored.app_hash)
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

fn encode(block: &Block) -> Vec<u8> {
    KeptBlock {
        block: Some(block.to_tendermint().into()),
        commit: Some(block.commit.clone().into()),
        results: block.results.iter().map(KeptResult::from).collect(),
        events: block.events.iter().map(KeptEvent::from).collect(),
        app_hash: block.app_hash.clone(),
    }
    .encode_to_vec()
}

fn decode(bytes: &[u8]) -> Result<Block, BackendError> {
    let text = |error: &dyn std::fmt::Display| BackendError(error.to_string());
    let kept = KeptBlock::decode(bytes).map_err(|error| text(&error))?;
    let block = kept.block.ok_or_else(|| text(&"no block"))?;
    let block = tendermint::Block::try_from(block).map_err(|error| text(&error))?;
    let commit = kept.commit.ok_or_else(|| text(&"no commit"))?;
    let commit = tendermint::block::Commit::try_from(commit).map_err(|error| text(&error))?;
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
