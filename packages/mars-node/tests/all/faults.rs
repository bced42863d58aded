//! A disk that fails: writes that are refused or half done, a sync that fails, and power that goes away with whatever was
//! not synced, sector by sector. What was acknowledged is there afterwards, and no block is there by half.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use mars_node::tx::Tx;
use mars_node::{Backend, Chain, Disk, Retention};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use redb::StorageBackend;

use crate::redb::{CHAIN, following, genesis, sequence, sound};
use crate::sender::Sender;

/// How many times the disk fails in the test below.
const ROUNDS: &str = "MARS_NODE_FAULT_ROUNDS";
const SECTOR: usize = 512;

/// What happens to an operation of the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It is refused, and nothing of it is done.
    Refused,
    /// Half of the write is done, and then it is refused. Anything else is refused.
    Short,
    /// Nothing works from here on.
    Dead,
}

#[derive(Debug, Clone)]
enum Operation {
    Write { at: usize, bytes: Vec<u8> },
    Length(usize),
}

impl Operation {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write { at, bytes: written } => {
                if bytes.len() < at + written.len() {
                    bytes.resize(at + written.len(), 0);
                }
                bytes[*at..at + written.len()].copy_from_slice(written);
            }
            Self::Length(length) => bytes.resize(*length, 0),
        }
    }

    /// The parts that a loss of power takes or leaves each by itself.
    fn sectors(self) -> Vec<Self> {
        match self {
            Self::Write { at, bytes } => {
                let mut sectors = Vec::new();
                let mut from = 0;
                while from < bytes.len() {
                    let end = ((at + from) / SECTOR + 1) * SECTOR - at;
                    let end = end.min(bytes.len());
                    sectors.push(Self::Write { at: at + from, bytes: bytes[from..end].to_vec() });
                    from = end;
                }
                sectors
            }
            length => vec![length],
        }
    }
}

#[derive(Debug, Default)]
struct Platter {
    /// What a program reads.
    seen: Vec<u8>,
    /// What is there after a loss of power, whatever else may be.
    safe: Vec<u8>,
    unsynced: Vec<Operation>,
    operations: u64,
    /// The number of the operation that fails, and how.
    fault: Option<(u64, Fault)>,
}

impl Platter {
    /// Counts an operation that changes something, and says whether it fails.
    fn count(&mut self) -> Option<Fault> {
        let number = self.operations;
        self.operations += 1;
        let (at, fault) = self.fault?;
        (number == at || number > at && fault == Fault::Dead).then_some(fault)
    }

    fn make(&mut self, operation: Operation) -> io::Result<()> {
        operation.apply(&mut self.seen);
        self.unsynced.push(operation);
        Ok(())
    }

    /// The power goes away and comes back: of what was not synced any part may be there, in any order.
    fn lose_power(&mut self, random: &mut StdRng) {
        let mut parts: Vec<Operation> = self.unsynced.drain(..).flat_map(Operation::sectors).collect();
        // All, nothing, or anything between.
        let share = *[0.0, 0.1, 0.5, 0.9, 1.0].choose(random).unwrap();
        parts.retain(|_| random.gen_bool(share));
        if random.gen_bool(0.5) {
            // The last write to a sector need not be the one that stays.
            parts.shuffle(random);
        }
        for part in parts {
            part.apply(&mut self.safe);
        }
        self.seen = self.safe.clone();
        (self.operations, self.fault) = (0, None);
    }
}

/// A program's handle of a platter.
#[derive(Debug, Clone, Default)]
struct Storage(Arc<Mutex<Platter>>);

fn broken() -> io::Error {
    io::Error::other("the disk is broken")
}

impl Storage {
    fn with<T>(&self, work: impl FnOnce(&mut Platter) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl StorageBackend for Storage {
    fn len(&self) -> Result<u64, io::Error> {
        Ok(u64::try_from(self.with(|platter| platter.seen.len())).unwrap())
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        let at = usize::try_from(offset).unwrap();
        self.with(|platter| {
            let bytes = platter.seen.get(at..at + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
            out.copy_from_slice(bytes);
            Ok(())
        })
    }

    fn set_len(&self, length: u64) -> Result<(), io::Error> {
        self.with(|platter| match platter.count() {
            Some(_) => Err(broken()),
            None => platter.make(Operation::Length(usize::try_from(length).unwrap())),
        })
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        self.with(|platter| match platter.count() {
            Some(_) => Err(broken()),
            None => {
                platter.unsynced.clear();
                platter.safe = platter.seen.clone();
                Ok(())
            }
        })
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        let at = usize::try_from(offset).unwrap();
        self.with(|platter| match platter.count() {
            None => platter.make(Operation::Write { at, bytes: data.to_vec() }),
            Some(Fault::Short) => {
                platter.make(Operation::Write { at, bytes: data[..data.len() / 2].to_vec() })?;
                Err(broken())
            }
            Some(_) => Err(broken()),
        })
    }
}

/// A disk with an empty store, and the codes of a chain, which lie elsewhere.
struct Machine {
    storage: Storage,
    code: tempfile::TempDir,
    /// Hash and height of what was acknowledged.
    acknowledged: Vec<([u8; 32], u64)>,
}

impl Machine {
    fn new() -> Self {
        let storage = Storage::default();
        drop(Disk::on(storage.clone(), Path::new("disk")).unwrap());
        Self { storage, code: tempfile::tempdir().unwrap(), acknowledged: Vec::new() }
    }

    fn start(&self) -> Result<Chain, String> {
        let disk = Disk::on(self.storage.clone(), Path::new("disk")).map_err(|error| error.to_string())?;
        Chain::new(genesis(), self.code.path(), Box::new(disk), Retention::default())
            .map_err(|error| error.to_string())
    }

    /// Starts the chain and makes blocks, one or a few at a time, until something fails.
    fn run(&mut self, random: &mut StdRng) -> Result<(), String> {
        let mut chain = self.start()?;
        let mut sender = Sender::new(CHAIN);
        sender.sequence = sequence(&chain.reader());
        for _ in 0..6 {
            for _ in 0..random.gen_range(1..=3) {
                let (_, tx) = following(&mut sender);
                let time = chain.ahead().time().0 + 1;
                let block = chain.make_block(vec![tx], time).map_err(|error| error.to_string())?;
                assert_eq!(block.results[0].code, 0, "{}", block.results[0].log);
            }
            for block in chain.keep_blocks().map_err(|error| error.to_string())? {
                self.acknowledged.push((Tx::hash(&block.txs[0]), block.height()));
            }
        }
        Ok(())
    }

    fn check(&self) {
        let chain = self.start().expect("a chain after a loss of power");
        let reader = chain.reader();
        for (hash, height) in &self.acknowledged {
            assert_eq!(reader.tx(hash).expect("an acknowledged transaction").block.height(), *height);
        }
        sound(&chain);
    }
}

#[test]
fn a_disk_that_fails_at_any_moment_loses_nothing_that_was_acknowledged() {
    let rounds: u64 = std::env::var(ROUNDS).map_or(30, |rounds| rounds.parse().unwrap());
    let mut machine = Machine::new();
    let mut failed = 0;
    for round in 0..rounds {
        if round % 16 == 0 {
            machine = Machine::new();
        }
        let random = &mut StdRng::seed_from_u64(round);
        let fault = *[Fault::Refused, Fault::Short, Fault::Dead].choose(random).unwrap();
        // Some before the chain has started, most while it makes blocks, some never.
        let at = random.gen_range(0..140);
        machine.storage.with(|platter| (platter.operations, platter.fault) = (0, Some((at, fault))));
        let acknowledged = machine.acknowledged.len();
        let outcome = machine.run(random);
        if let Err(error) = &outcome {
            assert!(
                error.contains("the disk is broken") || error.contains("Previous"),
                "round {round}: {error}"
            );
            failed += 1;
        }
        machine.storage.with(|platter| platter.lose_power(random));
        let told = format!("round {round}: {fault:?} at {at}, {acknowledged} before, {outcome:?}");
        println!("{told}");
        machine.check();
    }
    assert!(failed > rounds / 3, "{failed} of {rounds} rounds failed");
}

#[test]
fn a_write_that_fails_stops_the_chain_and_what_was_kept_stays_readable() {
    let mut machine = Machine::new();
    machine.run(&mut StdRng::seed_from_u64(1)).unwrap();
    let mut chain = machine.start().unwrap();
    let height = chain.reader().height();
    machine.storage.with(|platter| (platter.operations, platter.fault) = (0, Some((0, Fault::Refused))));
    let mut sender = Sender::new(CHAIN);
    sender.sequence = sequence(&chain.reader());
    let time = chain.reader().time().0 + 1;
    let failure = chain.produce_block(vec![following(&mut sender).1], time).unwrap_err().to_string();
    assert_eq!(failure, "storage: disk: the disk is broken");
    let failure = chain.produce_block(vec![], time + 1).unwrap_err().to_string();
    assert!(failure.starts_with("the chain takes no more changes since its storage failed"), "{failure}");
    sound(&chain);
    assert_eq!(chain.reader().height(), height);
}

#[test]
fn a_store_that_is_written_by_half_when_it_is_made_is_not_taken_for_one() {
    // As a file it never has its name before it is whole; here it is looked at nevertheless.
    for operations in 0..12 {
        let storage = Storage::default();
        storage.with(|platter| platter.fault = Some((operations, Fault::Dead)));
        if let Ok(mut disk) = Disk::on(storage.clone(), Path::new("disk")) {
            assert!(disk.load().is_ok_and(|stored| stored.is_none()));
        }
    }
}
