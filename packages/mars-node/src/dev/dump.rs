//! A whole chain in one run of bytes: state, blocks with their results, past states, codes, clock and mempool.
//!
//! The bytes begin with a line that says what they are, the number of their format and the SHA-256 of the rest, which
//! is a message of protobuf, compressed by gzip. A program refuses formats that it does not know.

use std::io::{Read, Write};
use std::sync::Arc;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use imbl::OrdMap;
use prost::Message;
use sha2::{Digest, Sha256};

use super::{DevError, count};
use crate::backend::{Stored, decode_block, decode_changes, encode_block, encode_changes};
use crate::block::Block;
use crate::chain::{Reader, block_time};
use crate::node::{Clock, Worker};
use crate::store::{Change, State};
use crate::tx::Tx;
use crate::wasm::keeper;

const MAGIC: &[u8] = b"dump of a mars-node chain\n";
/// The number of the format that this program writes and reads.
pub const FORMAT: u32 = 1;
const HASH_BYTES: usize = 32;
/// The most bytes of a dump before compression.
const MOST_BYTES: u64 = 4 << 30;

#[derive(Clone, PartialEq, Message)]
struct Dump {
    /// In JSON.
    #[prost(string, tag = "1")]
    genesis: String,
    #[prost(bytes = "vec", tag = "2")]
    app_hash: Vec<u8>,
    /// The newest state, as changes to nothing.
    #[prost(bytes = "vec", tag = "3")]
    state: Vec<u8>,
    /// Oldest first.
    #[prost(bytes = "vec", repeated, tag = "4")]
    blocks: Vec<Vec<u8>>,
    /// What leads from each past state to the one before, newest first.
    #[prost(bytes = "vec", repeated, tag = "5")]
    undo: Vec<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "6")]
    codes: Vec<Vec<u8>>,
    /// Nanoseconds that the chain's time is ahead of its source.
    #[prost(sint64, tag = "7")]
    ahead: i64,
    #[prost(uint64, optional, tag = "8")]
    next_time: Option<u64>,
    /// The transactions that wait, oldest first.
    #[prost(bytes = "vec", repeated, tag = "9")]
    pending: Vec<Vec<u8>>,
}

fn as_changes(state: &State) -> Vec<Change> {
    state.entries().map(|(key, value)| (key.clone(), Some(value.clone()))).collect()
}

/// What a dump is made of, taken at one moment. Taking it costs next to nothing.
pub(super) struct Image {
    stored: Stored,
    reader: Reader,
    clock: Clock,
    pending: Vec<Vec<u8>>,
}

impl Image {
    /// The chain of `worker` as it is now.
    pub(super) fn take(worker: &Worker) -> Self {
        Self {
            stored: worker.chain.stored(),
            reader: worker.chain.reader().freeze(),
            clock: worker.clock,
            pending: worker.pending.iter().map(|(_, bytes)| bytes.clone()).collect(),
        }
    }

    /// The image in bytes.
    ///
    /// # Errors
    /// A code that the machine has lost, or a state that cannot be read.
    pub(super) fn write(self) -> Result<Vec<u8>, DevError> {
        let Self { stored, reader, clock, pending } = self;
        let vm = &reader.app().vm;
        let code = |checksum: &Vec<u8>| {
            vm.code(checksum).map_err(|error| DevError::Code { checksum: hex::encode(checksum), error })
        };
        let codes: Result<Vec<Vec<u8>>, DevError> =
            keeper::checksums(&reader.context())?.iter().map(code).collect();
        let states: Vec<&State> = stored.states.values().rev().map(|(_, state)| state).collect();
        let undo = states.windows(2).filter_map(|pair| match pair {
            [after, before] => Some(encode_changes(&after.changes_to(before))),
            _ => None,
        });
        let dump = Dump {
            state: encode_changes(&as_changes(&stored.state)),
            blocks: stored.blocks.values().map(|block| encode_block(block)).collect(),
            undo: undo.collect(),
            codes: codes?,
            ahead: clock.ahead,
            next_time: clock.next,
            pending,
            genesis: stored.genesis,
            app_hash: stored.app_hash,
        };
        pack(&dump.encode_to_vec())
    }
}

fn pack(content: &[u8]) -> Result<Vec<u8>, DevError> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let packed = encoder.write_all(content).and_then(|()| encoder.finish());
    let packed =
        packed.map_err(|error| DevError::System(format!("the dump cannot be compressed: {error}")))?;
    Ok([MAGIC, &FORMAT.to_be_bytes(), &Sha256::digest(&packed), &packed].concat())
}

fn damaged(what: impl std::fmt::Display) -> DevError {
    DevError::Damaged(what.to_string())
}

fn unpack(bytes: &[u8]) -> Result<Dump, DevError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(DevError::NoDump)?;
    let short = || damaged("it ends too early");
    let (format, rest) = rest.split_first_chunk::<4>().ok_or_else(short)?;
    let found = u32::from_be_bytes(*format);
    if found != FORMAT {
        return Err(DevError::Format { found, known: FORMAT });
    }
    let (hash, packed) = rest.split_first_chunk::<HASH_BYTES>().ok_or_else(short)?;
    if *hash != *Sha256::digest(packed) {
        return Err(damaged("its checksum is another"));
    }
    let mut content = Vec::new();
    GzDecoder::new(packed).take(MOST_BYTES + 1).read_to_end(&mut content).map_err(damaged)?;
    let (length, most) = (count(content.len()), i128::from(MOST_BYTES));
    if length > most {
        return Err(DevError::Range { what: "the size of the dump in bytes", given: length, least: 0, most });
    }
    Dump::decode(content.as_slice()).map_err(damaged)
}

fn stored(dump: &Dump) -> Result<Stored, DevError> {
    let entries = decode_changes(&dump.state).map_err(damaged)?;
    let entries = entries.into_iter().filter_map(|(key, value)| Some((key, value?)));
    let state = State::from_entries(entries);
    let block = |bytes: &Vec<u8>| -> Result<_, DevError> {
        let block = decode_block(bytes).map_err(damaged)?;
        Ok((block.height(), Arc::new(block)))
    };
    let blocks: Result<OrdMap<u64, Arc<Block>>, DevError> = dump.blocks.iter().map(block).collect();
    let blocks = blocks?;
    let mut states = OrdMap::new();
    let mut past = state.clone();
    let mut undo = dump.undo.iter();
    for block in blocks.values().rev() {
        states.insert(block.height(), (block_time(block), past.clone()));
        let Some(changes) = undo.next() else { break };
        past.apply(&decode_changes(changes).map_err(damaged)?);
    }
    Ok(Stored { genesis: dump.genesis.clone(), state, app_hash: dump.app_hash.clone(), blocks, states })
}

/// A dump that was read and is sound.
pub(super) struct Loaded {
    stored: Stored,
    ahead: i64,
    next_time: Option<u64>,
    pending: Vec<Vec<u8>>,
}

impl Loaded {
    /// Reads `bytes`, and gives their codes to the machine of `reader`.
    ///
    /// # Errors
    /// Bytes that are no whole dump of this format, or a code that the machine does not take.
    pub(super) fn read(reader: &Reader, bytes: &[u8]) -> Result<Self, DevError> {
        let dump = unpack(bytes)?;
        let stored = stored(&dump)?;
        let vm = &reader.app().vm;
        for code in &dump.codes {
            let checksum = Sha256::digest(code);
            if vm.code(&checksum).is_err() {
                vm.store(code, true)
                    .map_err(|error| DevError::Code { checksum: hex::encode(checksum), error })?;
            }
        }
        Ok(Self { stored, ahead: dump.ahead, next_time: dump.next_time, pending: dump.pending })
    }

    /// Makes the chain of `worker` this one. If it fails, nothing has changed.
    ///
    /// # Errors
    /// A dump of another chain, or a chain that cannot be kept.
    pub(super) fn install(self, worker: &mut Worker) -> Result<(), DevError> {
        worker.chain.load(self.stored)?;
        worker.pending = self.pending.into_iter().map(|bytes| (Tx::hash(&bytes), bytes)).collect();
        worker.clock.ahead = self.ahead;
        worker.clock.next = self.next_time;
        worker.recheck();
        Ok(())
    }
}
