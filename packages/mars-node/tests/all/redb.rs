//! A chain that is kept on disk goes on after any end of its process as if there had been none.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use mars_node::proto::wasm::{
    QueryCodesRequest, QueryCodesResponse, QuerySmartContractStateRequest, QuerySmartContractStateResponse,
};
use mars_node::store::Change;
use mars_node::tx::Tx;
use mars_node::{
    Attribute, Backend, Block, Chain, Coin as Amount, Disk, DiskError, Event, Genesis, Made, Memory, Node,
    Query, Reader, Retention, Settings, Stored, TxResult, bank,
};
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};
use prost::Message;
use serde_json::{Value, json};

use crate::sender::{DENOM, RECEIVER, Sender, binary, contract_of, probe, write};

pub const CHAIN: &str = "mars-disk";

/// The smallest code that may be stored; `number` makes it another one.
fn tiny(number: u64) -> Vec<u8> {
    let text = format!(
        r#"(module (memory (export "memory") 1)
            (func (export "interface_version_8"))
            (func (export "allocate") (param i32) (result i32) i32.const {number})
            (func (export "deallocate") (param i32))
            (func (export "instantiate") (param i32 i32 i32) (result i32) unreachable))"#
    );
    wat::parse_str(text).unwrap()
}

pub fn genesis() -> Genesis {
    Genesis::new(CHAIN, "mars", DENOM)
        .with_account(Sender::new(CHAIN).address(), format!("1000000000000{DENOM}"))
}

/// A folder with a chain.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("chain.redb")
    }

    fn open(&self, retention: Retention) -> Chain {
        open(self.0.path(), retention)
    }
}

fn open(home: &Path, retention: Retention) -> Chain {
    let disk = Disk::open(&home.join("chain.redb")).unwrap();
    Chain::new(genesis(), &home.join("code"), Box::new(disk), retention).unwrap()
}

/// What the receiver has.
fn received(reader: &Reader) -> String {
    bank::balance(&reader.context(), &RECEIVER, DENOM).unwrap().to_string()
}

/// What the probe at `contract` answers about all its keys.
fn walk(reader: &Reader, contract: &str) -> Result<Value, mars_node::Error> {
    let msg = json!({ "walk": { "start": null, "end": null, "descending": false, "limit": 100 } });
    let request = QuerySmartContractStateRequest {
        address: contract.to_owned(),
        query_data: msg.to_string().into_bytes(),
    };
    let answer = reader.query("/cosmwasm.wasm.v1.Query/SmartContractState", &request.encode_to_vec())?;
    let answer = QuerySmartContractStateResponse::decode(answer.as_slice()).unwrap();
    Ok(serde_json::from_slice(&answer.data).unwrap())
}

/// Everything that `reader` can say, at every height that it still knows.
fn everything(reader: &Reader, contract: Option<&str>) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    all.insert("height".to_owned(), reader.height().to_string());
    all.insert("lowest".to_owned(), reader.lowest().to_string());
    all.insert("time".to_owned(), reader.time().0.to_string());
    all.insert("app hash".to_owned(), hex::encode(reader.app_hash()));
    all.insert("keys".to_owned(), reader.state_len().to_string());
    for height in 1..=reader.height() + 1 {
        let block = reader.block(height);
        for (index, tx) in block.iter().flat_map(|block| &block.txs).enumerate() {
            let hash = Tx::hash(tx);
            let found = reader.tx(&hash).map(|found| (found.block.height(), found.index));
            all.insert(format!("{height}: tx {index}"), format!("{found:?}"));
        }
        if let Some(block) = &block {
            let hash = block.id.hash.as_bytes().try_into().unwrap();
            all.insert(
                format!("{height}: by hash"),
                format!("{:?}", reader.block_by_hash(&hash).map(|b| b.height())),
            );
        }
        all.insert(format!("{height}: block"), format!("{block:?}"));
        let state = match reader.at(height) {
            Ok(past) => {
                let contract =
                    contract.map(|contract| walk(&past, contract).map_err(|error| error.to_string()));
                format!("{} {} {contract:?}", received(&past), past.state_len())
            }
            Err(error) => error.to_string(),
        };
        all.insert(format!("{height}: state"), state);
    }
    for text in ["transfer.sender EXISTS", "wasm._contract_address EXISTS", "tx.height > 3"] {
        let found = reader.search_txs(&Query::parse(text).unwrap(), true, 0, 100);
        let places: Vec<_> = found.items.iter().map(|tx| (tx.block.height(), tx.index)).collect();
        all.insert(text.to_owned(), format!("{} {places:?}", found.total));
    }
    all
}

/// A chain on disk that is closed and opened again before each step, and its twin that stays in memory.
struct Twins {
    home: Home,
    twin: Chain,
    disk: Chain,
    retention: Retention,
    _code: tempfile::TempDir,
}

impl Twins {
    fn new(retention: Retention) -> Self {
        let (home, code) = (Home::new(), tempfile::tempdir().unwrap());
        let twin = Chain::new(genesis(), code.path(), Box::new(Memory), retention).unwrap();
        Self { disk: home.open(retention), home, twin, retention, _code: code }
    }

    fn reopen(&mut self) {
        // The file must be free before it is opened again.
        self.disk = Chain::new(genesis(), &self.home.0.path().join("idle"), Box::new(Memory), self.retention)
            .unwrap();
        self.disk = self.home.open(self.retention);
    }

    fn both<T: PartialEq + std::fmt::Debug>(&mut self, step: impl Fn(&mut Chain) -> T) -> T {
        self.reopen();
        let (twin, disk) = (step(&mut self.twin), step(&mut self.disk));
        assert_eq!(twin, disk);
        twin
    }

    fn mine(&mut self, txs: Vec<Vec<u8>>) -> Arc<Block> {
        self.both(|chain| {
            let time = chain.reader().time().0 + 1_000_000_000;
            chain.produce_block(txs.clone(), time).unwrap()
        })
    }

    fn same(&mut self, contract: Option<&str>) {
        self.reopen();
        assert_eq!(everything(&self.disk.reader(), contract), everything(&self.twin.reader(), contract));
    }
}

/// The developer's hand gives the receiver `amount`.
fn give(chain: &mut Chain, amount: u64) {
    chain.edit(|ctx| bank::overwrite(ctx, &RECEIVER, &Amount::new(DENOM, amount))).unwrap().unwrap();
}

#[test]
fn a_chain_that_stops_before_every_step_is_the_same_as_one_that_never_stops() {
    let mut twins = Twins::new(Retention { blocks: 12, states: 6 });
    let mut sender = Sender::new(CHAIN);
    twins.same(None);
    twins.both(|chain| give(chain, 5));
    twins.same(None);
    twins.mine(vec![]);
    assert_eq!(twins.mine(vec![sender.store(probe())]).results[0].code, 0);
    let block = twins.mine(vec![sender.instantiate(1)]);
    assert_eq!(block.results[0].code, 0, "{}", block.results[0].log);
    let contract = contract_of(&block);
    twins.same(Some(&contract));
    for round in 0..4_u64 {
        let txs = vec![sender.send(1 + round), sender.execute(&contract, write("round", &round.to_string()))];
        let block = twins.mine(txs);
        assert_eq!((block.results[0].code, block.results[1].code), (0, 0));
        twins.same(Some(&contract));
    }
    let remove = json!({ "remove": { "key": binary("begun"), "count": 2 } }).to_string().into_bytes();
    assert_eq!(twins.mine(vec![sender.execute(&contract, remove)]).results[0].code, 0);
    twins.both(|chain| give(chain, 1_000));
    twins.same(Some(&contract));
    assert_ne!(twins.mine(vec![sender.send(u64::MAX)]).results[0].code, 0);
    twins.same(Some(&contract));

    // Both go back to a moment before an edit and two blocks, and on again.
    twins.reopen();
    let (twin, disk) = (twins.twin.snapshot(), twins.disk.snapshot());
    for chain in [&mut twins.twin, &mut twins.disk] {
        give(chain, 2_000);
        let time = chain.reader().time().0 + 1;
        chain.produce_block(vec![], time).unwrap();
        chain.produce_block(vec![], time + 1).unwrap();
    }
    twins.twin.revert(&twin).unwrap();
    twins.disk.revert(&disk).unwrap();
    twins.same(Some(&contract));
    for amount in 1..=9 {
        twins.mine(vec![sender.send(amount)]);
    }
    twins.same(Some(&contract));
    assert_eq!((twins.disk.reader().lowest(), twins.disk.reader().height()), (7, 18));
}

/// Every file under `folder`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn half_a_file_of_code_that_a_crash_left_does_no_harm() {
    let home = Home::new();
    let mut sender = Sender::new(CHAIN);
    let mut chain = home.open(Retention::default());
    let mine = |chain: &mut Chain, tx: Vec<u8>| {
        let time = chain.reader().time().0 + 1;
        let block = chain.produce_block(vec![tx], time).unwrap();
        assert_eq!(block.results[0].code, 0, "{}", block.results[0].log);
        block
    };
    mine(&mut chain, sender.store(probe()));
    let contract = contract_of(&mine(&mut chain, sender.instantiate(1)));
    let keys = walk(&chain.reader(), &contract).unwrap();
    drop(chain);

    // The crash came while compiled code was written, and while code was written that no block names.
    let halve = |path: &Path| fs::write(path, &fs::read(path).unwrap()[..100]).unwrap();
    let compiled = files(&home.0.path().join("code/cache"));
    assert!(!compiled.is_empty());
    compiled.iter().for_each(|path| halve(path));
    let name = cosmwasm_std_vm::Checksum::generate(&tiny(1)).to_hex() + ".wasm";
    fs::write(home.0.path().join("code/state/wasm").join(name), &tiny(1)[..20]).unwrap();

    let mut chain = home.open(Retention::default());
    assert_eq!(walk(&chain.reader(), &contract).unwrap(), keys);
    mine(&mut chain, sender.store(tiny(1)));
    let checksum = cosmwasm_std_vm::Checksum::generate(&tiny(1));
    assert_eq!(chain.app().vm.code(checksum.as_slice()).unwrap(), tiny(1));

    // Code that blocks name is not written again when it is uploaded again.
    let kept = home.0.path().join("code/state/wasm");
    let written = |folder: &Path| -> Vec<_> {
        files(folder).iter().map(|path| fs::metadata(path).unwrap().modified().unwrap()).collect()
    };
    let before = written(&kept);
    mine(&mut chain, sender.store(probe()));
    mine(&mut chain, sender.instantiate(3));
    assert_eq!(written(&kept), before);
}

#[test]
fn what_retention_lets_go_is_not_in_the_file() {
    let home = Home::new();
    let mut chain = home.open(Retention { blocks: 8, states: 3 });
    for height in 1..=20 {
        give(&mut chain, height);
        let time = chain.reader().time().0 + 1;
        chain.produce_block(vec![], time).unwrap();
    }
    drop(chain);
    let stored = Disk::open(&home.file()).unwrap().load().unwrap().unwrap();
    assert_eq!(stored.blocks.keys().copied().collect::<Vec<_>>(), (13..=20).collect::<Vec<_>>());
    assert_eq!(stored.states.keys().copied().collect::<Vec<_>>(), [18, 19, 20]);
    // Who keeps less from now on has less at once.
    let chain = home.open(Retention { blocks: 2, states: 1 });
    assert_eq!(chain.reader().lowest(), 19);
    assert!(chain.reader().at(19).is_err());
}

#[test]
fn a_file_that_is_no_such_store_is_refused_with_its_name() {
    let home = Home::new();
    let path = home.file();
    let text = |error: DiskError| error.to_string().replace(home.0.path().to_str().unwrap(), "HOME");

    fs::write(&path, "[chain]\nid = 1\n").unwrap();
    let refused = Disk::open(&path).err().unwrap();
    assert!(matches!(refused, DiskError::Foreign(_)));
    assert_eq!(text(refused), "HOME/chain.redb: not the store of a chain");

    // A database of another program, and one of another version of this one.
    let table = redb::TableDefinition::<&str, &[u8]>::new("facts");
    let write = |key: &str, value: &[u8]| {
        fs::remove_file(&path).unwrap();
        let database = redb::Database::create(&path).unwrap();
        let transaction = database.begin_write().unwrap();
        transaction.open_table(table).unwrap().insert(key, value).unwrap();
        transaction.commit().unwrap();
    };
    write("author", b"someone");
    assert!(matches!(Disk::open(&path).err().unwrap(), DiskError::Foreign(_)));
    write("format", &[2]);
    assert_eq!(
        text(Disk::open(&path).err().unwrap()),
        "HOME/chain.redb: written in format [2], and this program reads format [1]"
    );

    fs::remove_file(&path).unwrap();
    let first = Disk::open(&path).unwrap();
    let refused = Disk::open(&path).err().unwrap();
    assert!(matches!(refused, DiskError::InUse(_)));
    assert_eq!(text(refused), "HOME/chain.redb: another process has this chain open");
    drop(first);
    assert!(Disk::open(&path).is_ok());

    let folder = home.0.path().join("folder");
    fs::create_dir(&folder).unwrap();
    assert!(matches!(Disk::open(&folder).err().unwrap(), DiskError::Io { .. }));
}

/// A small chain's file, whole.
fn whole_file() -> (Home, Vec<u8>) {
    let home = Home::new();
    let mut sender = Sender::new(CHAIN);
    let mut chain = home.open(Retention { blocks: 4, states: 2 });
    for amount in 1..=6 {
        let time = chain.reader().time().0 + 1;
        chain.produce_block(vec![sender.send(amount)], time).unwrap();
    }
    drop(chain);
    let bytes = fs::read(home.file()).unwrap();
    (home, bytes)
}

fn load(path: &Path) -> Result<Option<Stored>, String> {
    Disk::open(path).map_err(|error| error.to_string())?.load().map_err(|error| error.to_string())
}

#[test]
fn a_file_that_is_cut_short_is_an_error() {
    let (home, whole) = whole_file();
    for part in [1, 8, 64, 319, 320, 512, 4_095, 4_096, 4_097, 10_000, whole.len() / 2, whole.len() - 1] {
        fs::write(home.file(), &whole[..part]).unwrap();
        assert!(load(&home.file()).is_err(), "{part} bytes of {}", whole.len());
    }
}

#[test]
fn a_byte_that_changed_is_an_error_or_was_in_no_use() {
    let (home, whole) = whole_file();
    let sound = load(&home.file()).unwrap().unwrap();
    let mut refused = 0;
    let places = (0..4_096).step_by(7).chain((4_096..whole.len()).step_by(997));
    for place in places {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x41;
        fs::write(home.file(), &bytes).unwrap();
        match load(&home.file()) {
            Err(_) => refused += 1,
            Ok(stored) => {
                let stored = stored.unwrap();
                assert_eq!(stored.blocks, sound.blocks, "byte {place}");
                assert!(stored.state.entries().eq(sound.state.entries()), "byte {place}");
            }
        }
    }
    assert!(refused > 20, "{refused}");
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "\\PC{0,20}"]
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let attribute = (text(), text()).prop_map(|(key, value)| Attribute { key, value });
    let attributes = proptest::collection::vec(attribute, 0..4);
    let event = (text(), attributes).prop_map(|(kind, attributes)| Event { kind, attributes });
    proptest::collection::vec(event, 0..4)
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(proptest::prelude::any::<u8>(), 0..40)
}

fn result() -> impl Strategy<Value = TxResult> {
    (
        proptest::prelude::any::<u32>(),
        text(),
        text(),
        bytes(),
        proptest::prelude::any::<u64>(),
        proptest::prelude::any::<u64>(),
        events(),
    )
        .prop_map(|(code, codespace, log, data, gas_wanted, gas_used, events)| TxResult {
            code,
            codespace,
            log,
            data,
            gas_wanted,
            gas_used,
            events,
        })
}

/// The changes, transactions, results and events of one block.
type Step = (Vec<(Vec<u8>, Option<Vec<u8>>)>, Vec<Vec<u8>>, Vec<TxResult>, Vec<Event>);

fn step() -> impl Strategy<Value = Step> {
    let key = proptest::collection::vec(0_u8..3, 0..3);
    let changes = proptest::collection::btree_map(key, proptest::option::of(bytes()), 0..6);
    let changes = changes.prop_map(|changes| changes.into_iter().collect());
    (changes, proptest::collection::vec(bytes(), 0..4), proptest::collection::vec(result(), 0..4), events())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever blocks and changes come, what is read back is what was given, with every past state that is kept.
    #[test]
    fn what_is_read_is_what_was_written(
        first_height in prop_oneof![Just(1_u64), 2..1_000_000_u64],
        steps in proptest::collection::vec(step(), 1..8),
        kept in 1..6_u64,
        together in 1..4_usize,
    ) {
        let home = Home::new();
        let retention = Retention { blocks: 5, states: kept.min(5) };
        let validator = mars_node::block::Validator::new([3; 32]).unwrap();
        let mut disk = Disk::open(&home.file()).unwrap();
        let mut state = mars_node::store::State::default();
        let genesis = "{}".to_owned();
        let beginning = Stored { genesis: genesis.clone(), app_hash: vec![1], ..Stored::default() };
        disk.replace(&Stored::default(), &beginning).unwrap();
        let mut model: Vec<(Arc<Block>, mars_node::store::State)> = Vec::new();
        let mut waiting = Vec::new();
        for (height, (changes, txs, results, events)) in (first_height..).zip(steps) {
            let mut block = validator.make(mars_node::block::Proposal {
                chain_id: "any",
                height,
                time: 1_767_225_600_000_000_000 + height,
                previous: model.last().map(|(block, _)| &**block),
                app_hash: &[1],
                txs,
                max_block_gas: None,
            }).unwrap();
            (block.results, block.events, block.app_hash) = (results, events, height.to_be_bytes().to_vec());
            let block = Arc::new(block);
            let changes: Vec<Change> =
                changes.into_iter().map(|(key, value)| (key.into(), value.map(Into::into))).collect();
            state.apply(&changes);
            waiting.push(Made { block: block.clone(), changes });
            // Alone or together, what is kept is the same.
            if waiting.len() >= together {
                disk.commit(&waiting, retention).unwrap();
                waiting.clear();
            }
            model.push((block, state.clone()));
        }
        disk.commit(&waiting, retention).unwrap();
        drop(disk);
        let stored = Disk::open(&home.file()).unwrap().load().unwrap().unwrap();
        prop_assert_eq!(&stored.genesis, &genesis);
        prop_assert_eq!(&stored.app_hash, &model.last().unwrap().0.app_hash);
        let newest = &model[model.len().saturating_sub(5)..];
        prop_assert!(stored.blocks.values().eq(newest.iter().map(|(block, _)| block)));
        prop_assert!(stored.state.entries().eq(state.entries()));
        let states = usize::try_from(retention.states).unwrap().min(model.len());
        prop_assert_eq!(stored.states.len(), states);
        for (block, state) in &model[model.len() - states..] {
            let (_, read) = &stored.states[&block.height()];
            prop_assert!(read.entries().eq(state.entries()), "state {}", block.height());
        }
    }
}

/// What is done to a chain between two looks at it.
#[derive(Debug, Clone, Copy)]
enum Move {
    Mine(u64),
    Give(u64),
    Snapshot,
    /// To any moment that was noted, also one that is on no way back from here.
    Revert(usize),
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        (1..12_u64).prop_map(Move::Mine),
        (1..100_u64).prop_map(Move::Give),
        Just(Move::Snapshot),
        (0..8_usize).prop_map(Move::Revert),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Only what differs is written when a chain goes back; what is read afterwards is as if all had been written.
    #[test]
    fn a_revert_leaves_the_file_as_it_was(moves in proptest::collection::vec(moves(), 1..12)) {
        let mut twins = Twins::new(Retention { blocks: 9, states: 4 });
        let mut moments = Vec::new();
        for step in moves {
            let chains = [&mut twins.twin, &mut twins.disk];
            match step {
                Move::Mine(blocks) => for chain in chains {
                    for _ in 0..blocks {
                        let time = chain.reader().time().0 + 1;
                        chain.produce_block(vec![], time).unwrap();
                    }
                },
                Move::Give(amount) => chains.into_iter().for_each(|chain| give(chain, amount)),
                Move::Snapshot => moments.push(chains.map(|chain| chain.snapshot())),
                Move::Revert(index) => if let Some(moment) = moments.get(index) {
                    for (chain, moment) in chains.into_iter().zip(moment) {
                        chain.revert(moment).unwrap();
                    }
                    // The chain goes on, so that it keeps its moments; its file is read from a copy.
                    let copy = Home::new();
                    fs::copy(twins.home.file(), copy.file()).unwrap();
                    let read = copy.open(twins.retention).reader();
                    prop_assert_eq!(everything(&read, None), everything(&twins.twin.reader(), None));
                },
            }
        }
        twins.same(None);
    }
}

/// Names the folder to the child; see the test below.
const CHILD: &str = "MARS_NODE_CRASH_HOME";
/// How many times the test below kills a chain.
const ROUNDS: &str = "MARS_NODE_CRASH_ROUNDS";

/// The transaction that follows, and its kind, in the one history that [`sound`] knows.
pub fn following(sender: &mut Sender) -> (&'static str, Vec<u8>) {
    let sequence = sender.sequence;
    match sequence % 8 {
        // Every second upload brings what is already there.
        3 => ("code", sender.store(tiny(sequence / 16))),
        _ => ("send", sender.send(1 + sequence)),
    }
}

/// Sends for ever, up to five at a time, and after each answer says what it was told: `send HASH HEIGHT` or `code HASH
/// HEIGHT`.
fn child(home: &Path) {
    let node = Node::start(open(home, Retention::default()), Settings::default()).unwrap();
    let mut sender = Sender::new(CHAIN);
    sender.sequence = sequence(node.reader());
    let mut out = std::io::stdout();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        loop {
            let mut answers = Vec::new();
            for _ in 0..1 + sender.sequence % 5 {
                let (kind, bytes) = following(&mut sender);
                let node = node.clone();
                answers.push((kind, tokio::spawn(async move { node.broadcast(bytes).await })));
            }
            for (kind, answer) in answers {
                let included = answer.await.unwrap().unwrap().included.unwrap();
                let result = included.result().unwrap();
                assert_eq!(result.code, 0, "{}", result.log);
                let hash = hex::encode(Tx::hash(included.bytes()));
                writeln!(out, "\n{kind} {hash} {}", included.block.height()).unwrap();
                out.flush().unwrap();
            }
        }
    });
}

/// The next sequence of the sender.
pub fn sequence(reader: &Reader) -> u64 {
    let sender = Sender::new(CHAIN).bytes();
    mars_node::auth::get(&reader.context(), &sender).unwrap().unwrap().sequence()
}

/// A chain after a crash: whole up to some block, and nothing of any other.
pub fn sound(chain: &Chain) {
    let reader = chain.reader();
    let (mut sent, mut sequence_after, mut codes) = (0, 0, 0);
    let mut previous: Option<Arc<Block>> = None;
    for height in 1..=reader.height() {
        let block = reader.block(height).unwrap();
        assert_eq!(block.txs.len(), block.results.len());
        if let Some(previous) = &previous {
            assert_eq!(block.header.last_block_id, Some(previous.id));
            assert_eq!(block.header.app_hash.as_bytes(), previous.app_hash);
        }
        for (tx, result) in block.txs.iter().zip(&block.results) {
            assert_eq!(reader.tx(&Tx::hash(tx)).unwrap().block, block);
            assert_eq!(result.code, 0);
            match sequence_after % 8 {
                3 => codes += 1,
                _ => sent += 1 + sequence_after,
            }
            sequence_after += 1;
        }
        // The state at every height that is kept is the one that the blocks up to it make.
        if let Ok(past) = reader.at(height) {
            assert_eq!(received(&past), sent.to_string(), "height {height}");
        }
        previous = Some(block);
    }
    assert_eq!(reader.app_hash(), previous.map_or(reader.app_hash(), |block| block.app_hash.clone()));
    assert_eq!((sequence(&reader), received(&reader)), (sequence_after, sent.to_string()));
    if reader.height() == 0 {
        return;
    }
    let answer =
        reader.query("/cosmwasm.wasm.v1.Query/Codes", &QueryCodesRequest::default().encode_to_vec()).unwrap();
    let known = QueryCodesResponse::decode(answer.as_slice()).unwrap().code_infos;
    assert_eq!(known.len().min(100), codes.min(100));
    for code in known {
        assert_eq!(
            chain.app().vm.code(&code.data_hash).unwrap(),
            tiny((code.code_id - 1) / 2),
            "code {}",
            code.code_id
        );
        chain.app().vm.analyze(&code.data_hash).unwrap();
    }
}

/// A process that runs [`child`].
fn spawn(home: &Home) -> std::process::Child {
    let test = "redb::a_killed_process_loses_nothing_that_it_answered_and_leaves_no_half_block";
    Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD, home.0.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn a_second_process_is_told_that_the_file_is_in_use() {
    let home = Home::new();
    let mut process = spawn(&home);
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().starts_with("send ")));
    assert!(matches!(Disk::open(&home.file()).err().unwrap(), DiskError::InUse(_)));
    process.kill().unwrap();
    process.wait().unwrap();
    sound(&home.open(Retention::default()));
}

/// A child process sends and says what was answered; it is killed at any instant; what it said must hold.
#[test]
fn a_killed_process_loses_nothing_that_it_answered_and_leaves_no_half_block() {
    if let Some(home) = std::env::var_os(CHILD) {
        return child(Path::new(&home));
    }
    let rounds: u64 = std::env::var(ROUNDS).map_or(25, |rounds| rounds.parse().unwrap());
    let mut home = Home::new();
    let mut answered: Vec<(String, u64)> = Vec::new();
    let mut all = 0;
    for round in 0..rounds {
        // A new chain now and then, so that its beginning is interrupted too.
        if round % 8 == 0 {
            (home, answered) = (Home::new(), Vec::new());
        }
        let mut process = spawn(&home);
        let output = BufReader::new(process.stdout.take().unwrap());
        let listener = std::thread::spawn(move || {
            let lines = output.lines().map_while(Result::ok);
            let answers = lines.filter_map(|line| {
                let (kind, rest) = line.split_once(' ')?;
                let (hash, height) = rest.split_once(' ')?;
                (["send", "code"].contains(&kind) && hash.len() == 64)
                    .then(|| Some((hash.to_owned(), height.parse().ok()?)))?
            });
            answers.collect::<Vec<(String, u64)>>()
        });
        // Any instant: in the first milliseconds every third time, later otherwise.
        let any = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), round);
        let most = if round % 3 == 0 { 60_000 } else { 1_500_000 };
        std::thread::sleep(Duration::from_micros(any % most));
        process.kill().unwrap();
        let status = process.wait().unwrap();
        assert_eq!(
            std::os::unix::process::ExitStatusExt::signal(&status),
            Some(9),
            "the child ended by itself"
        );
        answered.extend(listener.join().unwrap());

        let chain = home.open(Retention::default());
        let reader = chain.reader();
        for (hash, height) in &answered {
            let found = reader.tx(&hex::decode(hash).unwrap().try_into().unwrap());
            assert_eq!(found.expect("an answered transaction").block.height(), *height, "round {round}");
        }
        sound(&chain);
        all = all.max(answered.len());
    }
    assert!(all > 0, "no child came to answer");
}
