//! The developer's controls: what each does, what it refuses, and that a public node has none.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mars_node::dev::{Access, Account, DUMP_FORMAT, MOST_BLOCKS, Parameters, Permission, unsigned_tx};
use mars_node::node::LATEST;
use mars_node::proto::cosmos::bank::v1beta1::MsgSend;
use mars_node::proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use mars_node::proto::wasm::{MsgExecuteContract, MsgSudoContract};
use mars_node::proto::{Any, any};
use mars_node::rpc::Options;
use mars_node::{
    ChainError, ClockSource, Coin, Dev, DevError, Genesis, Included, Mining, NodeError, address, bank,
};
use serde_json::{Value, json};

use crate::rpc::Bench;
use crate::sender::probe;

const RICH: &str = "1000000000000000";

pub fn send(from: &str, to: &str, amount: u64) -> Any {
    let amount = vec![ProtoCoin { denom: "stake".to_owned(), amount: amount.to_string() }];
    any(&MsgSend { from_address: from.to_owned(), to_address: to.to_owned(), amount })
}

/// A chain with the probe, and its first two accounts.
struct Probed {
    dev: Dev,
    owner: Account,
    other: Account,
    contract: String,
}

async fn probed() -> Probed {
    let dev = Dev::start().await.unwrap();
    let (owner, other) = (dev.accounts()[0].clone(), dev.accounts()[1].clone());
    let code = dev.store_code(&owner, probe()).await.unwrap();
    let contract = dev.instantiate(&owner, code, &write("begun", "yes"), &[]).await.unwrap();
    Probed { dev, owner, other, contract }
}

/// Tells the probe to write.
fn write(key: &str, value: &str) -> Value {
    json!({ "write": { "key": STANDARD.encode(key), "value": STANDARD.encode(value), "count": 1 } })
}

/// What the probe has between the two keys, in texts.
fn walk(dev: &Dev, contract: &str) -> Vec<(String, String)> {
    let walk = json!({ "walk": { "start": null, "end": null, "descending": false, "limit": 100 } });
    let found: Vec<(String, String)> = dev.smart(contract, &walk).unwrap();
    let text = |base64: &str| STANDARD.decode(base64).unwrap().escape_ascii().to_string();
    found.iter().map(|(key, value)| (text(key), text(value))).filter(|(key, _)| key != "info").collect()
}

fn entry(key: &str, value: &str) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

fn code_of(outcome: Result<Included, DevError>) -> (String, u32) {
    match outcome {
        Err(DevError::Refused(error)) => (error.codespace, error.code),
        other => panic!("{other:?}"),
    }
}

fn kind<T: std::fmt::Debug>(outcome: Result<T, DevError>) -> &'static str {
    outcome.unwrap_err().kind()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_public_node_has_no_controls_at_any_door() {
    let bench = Bench::start_public().await;
    let refusal = json!({
        "code": -32_601,
        "message": "Method not found",
        "data": "developer controls are off: this node is public",
    });
    for method in ["dev_mine", "dev_reset", "dev_nonsense"] {
        assert_eq!(bench.call(method, json!({})).await["error"], refusal, "{method}");
        let mut socket = bench.socket().await;
        socket.send(&json!({ "jsonrpc": "2.0", "id": 1, "method": method }).to_string()).await;
        assert_eq!(socket.next().await.unwrap()["error"], refusal, "{method}");
        assert_eq!(bench.get(&format!("/{method}")).await.0, 404);
    }
    assert_eq!(bench.get("/dev/dump").await, (404, json!({ "jsonrpc": "2.0", "id": -1, "error": refusal })));
    let load = reqwest::Client::new().post(format!("http://{}/dev/load", bench.address));
    assert_eq!(load.body("nonsense").send().await.unwrap().status(), 404);
    assert_eq!(bench.node.reader().height(), 1);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn locked_controls_stay_off() {
    let bench = Bench::start(Mining::Manual, Options::default()).await;
    let error = |answer: Value| answer["error"]["data"].as_str().unwrap_or_default().to_owned();
    bench.call("dev_autoImpersonate", json!([true])).await;
    assert_eq!(bench.call("dev_lock", json!({})).await["result"], json!({}));
    assert_eq!(
        error(bench.call("dev_mine", json!({})).await),
        "developer controls are off: they were locked until the node starts anew"
    );
    assert!(!bench.node.reader().context().overrides().is_everyone_impersonated().unwrap());
    bench.stop().await;
}

#[tokio::test]
async fn a_chain_starts_in_one_line_and_takes_what_its_accounts_sign() {
    let dev = Dev::start().await.unwrap();
    assert_eq!((dev.reader().height(), dev.accounts().len(), dev.doors()), (1, 10, None));
    let (payer, payee) = (&dev.accounts()[0], &dev.accounts()[9]);
    let sent = dev.send(payer, [send(payer.address(), payee.address(), 5)]).await.unwrap();
    assert_eq!((sent.block.height(), dev.reader().height()), (2, 2));
    assert_eq!(dev.balance(payee.address(), "stake").unwrap().to_string(), "1000000000000005");
    dev.set_automine(false).await.unwrap();
    let sent = dev.send(payer, [send(payer.address(), payee.address(), 5)]).await.unwrap();
    assert_eq!(sent.block.height(), 3, "a block is made for it");
    let attacker = &dev.accounts()[1];
    assert_eq!(
        code_of(dev.send(attacker, [send(payer.address(), attacker.address(), 5)]).await),
        ("sdk".to_owned(), 8),
    );
    assert_eq!(kind(dev.account(10)), "range");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doors_open_on_free_ports() {
    let dev = Dev::builder().accounts(1, "5stake").doors().start().await.unwrap();
    let doors = dev.doors().unwrap();
    for address in [doors.rpc, doors.rest, doors.grpc] {
        tokio::net::TcpStream::connect(address).await.unwrap();
    }
}

#[tokio::test]
async fn blocks_come_when_they_are_asked_for() {
    let dev = Dev::start().await.unwrap();
    let (payer, payee) = (&dev.accounts()[0], &dev.accounts()[1]);
    assert_eq!(dev.mine(3, None).await.unwrap(), 4);
    let before = dev.reader().time().0;
    assert_eq!(dev.mine(2, Some(Duration::from_secs(60))).await.unwrap(), 6);
    assert_eq!(dev.reader().time().0 - before, 61_000_000_000);
    for blocks in [0, MOST_BLOCKS + 1, u64::MAX] {
        let refused = dev.mine(blocks, None).await.unwrap_err();
        assert_eq!(refused.to_string(), format!("the number of blocks {blocks} is not within 1 and 100000"));
    }
    dev.set_automine(false).await.unwrap();
    let tx = dev.sign(payer, [send(payer.address(), payee.address(), 1)], 200_000, &[]).unwrap();
    let hash = dev.node().broadcast(tx).await.unwrap().hash;
    let waiting = dev.mempool().await.unwrap();
    assert_eq!(
        (waiting.len(), waiting[0].hash.as_str(), waiting[0].sender.as_str(), waiting[0].gas_limit),
        (1, hex::encode_upper(hash).as_str(), payer.address(), 200_000)
    );
    assert_eq!(waiting[0].messages, ["/cosmos.bank.v1beta1.MsgSend"]);
    dev.drop_tx(hash).await.unwrap();
    assert_eq!(dev.drop_tx(hash).await.unwrap_err(), DevError::NotPending(hex::encode_upper(hash)));
    assert_eq!(dev.mine(1, None).await.unwrap(), 7);
    assert!(dev.reader().tx(&hash).is_none());
    assert_eq!(kind(dev.set_interval(Duration::ZERO).await), "range");
    let mut blocks = dev.node().subscribe();
    dev.set_interval(Duration::from_millis(2)).await.unwrap();
    assert_eq!(blocks.recv().await.unwrap().height(), 8);
    assert_eq!(dev.info().await.unwrap().interval_ms, Some(2));
    dev.set_automine(true).await.unwrap();
    assert_eq!(dev.info().await.unwrap().mining, "auto");
}

#[tokio::test]
async fn time_is_in_the_developers_hand() {
    let dev = Dev::start().await.unwrap();
    let time = || dev.reader().time().0;
    let start = time();
    dev.set_next_block_time(start + 7).await.unwrap();
    dev.mine(1, None).await.unwrap();
    assert_eq!(time(), start + 7);
    dev.increase_time(Duration::from_secs(100)).await.unwrap();
    dev.mine(1, None).await.unwrap();
    assert_eq!(time(), start + 7 + 101_000_000_000);
    let last = time();
    let past = NodeError::Past { last, given: last };
    assert_eq!(dev.set_time(last).await.unwrap_err(), DevError::Node(past.clone()));
    assert_eq!(dev.set_next_block_time(last).await.unwrap_err(), DevError::Node(past));
    for given in [LATEST + 1, u64::MAX] {
        let late = DevError::Node(NodeError::Late { latest: LATEST, given });
        assert_eq!(dev.set_time(given).await.unwrap_err(), late);
        assert_eq!(dev.set_next_block_time(given).await.unwrap_err(), late);
    }
    assert_eq!(kind(dev.increase_time(Duration::MAX).await), "late");
    assert_eq!(kind(dev.mine(3, Some(Duration::MAX)).await), "late");
    assert_eq!(kind(dev.set_time_offset(5).await), "no_offset");
    dev.mine(1, None).await.unwrap();
    assert!(time() - last < 3_000_000_000, "what was refused has no effect");
    // A chain at the end of time stands still, and can still be brought back.
    let moment = dev.snapshot().await.unwrap();
    dev.set_time(LATEST).await.unwrap();
    dev.mine(1, None).await.unwrap();
    assert_eq!(kind(dev.mine(1, None).await), "late");
    dev.revert(moment).await.unwrap();
    dev.mine(1, None).await.unwrap();
}

#[tokio::test]
async fn an_offset_moves_the_computers_clock() {
    let dev = Dev::builder().clock(ClockSource::System).start().await.unwrap();
    let wall = || u64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos()).unwrap();
    let hour = 3_600_000_000_000;
    dev.set_time_offset(3_600_000).await.unwrap();
    dev.mine(1, None).await.unwrap();
    let ahead = dev.reader().time().0 - wall();
    assert!((hour - 10_000_000_000..=hour).contains(&ahead), "{ahead}");
    assert_eq!(dev.info().await.unwrap().offset_ms, 3_600_000);
    // Back on the computer's clock, time waits for it.
    dev.set_time_offset(0).await.unwrap();
    let last = dev.reader().time().0;
    dev.mine(2, None).await.unwrap();
    assert_eq!(dev.reader().time().0, last + 2);
    assert_eq!(kind(dev.set_time_offset(i64::MAX / 1_000_000).await), "late");
    assert_eq!(kind(dev.set_time_offset(i64::MAX).await), "range");
    assert_eq!(kind(dev.set_time_offset(i64::MIN).await), "range");
    let info = dev.info().await.unwrap();
    assert!(info.last_block_wall_time.is_some());
    assert_eq!((info.clock.as_str(), info.height), ("system", 4));
}

#[tokio::test]
async fn snapshots_nest_and_bring_back_what_controls_did() {
    let Probed { dev, owner, other, contract } = &probed().await;
    let outer = dev.snapshot().await.unwrap();
    dev.impersonate(other.address(), true).await.unwrap();
    dev.set_balance(other.address(), "7stake").await.unwrap();
    let inner = dev.snapshot().await.unwrap();
    dev.set_parameters(Parameters { send_enabled: Some(false), ..Parameters::default() }).await.unwrap();
    dev.execute(owner, contract, &write("a", "1"), &[]).await.unwrap();
    dev.set_automine(false).await.unwrap();
    dev.increase_time(Duration::from_secs(1_000)).await.unwrap();
    assert_eq!(dev.info().await.unwrap().snapshots, [outer, inner]);
    dev.revert(inner).await.unwrap();
    let info = dev.info().await.unwrap();
    assert_eq!((info.snapshots, info.offset_ms, info.mining.as_str()), (vec![outer], 0, "manual"));
    assert_eq!(info.impersonated, [other.address()]);
    assert_eq!(dev.parameters().unwrap().send_enabled, Some(true));
    assert_eq!(walk(dev, contract), [entry("begun\\x00\\x00\\x00\\x00", "yes")]);
    assert_eq!(dev.balance(other.address(), "stake").unwrap().to_string(), "7");
    dev.revert(outer).await.unwrap();
    assert_eq!(dev.balance(other.address(), "stake").unwrap().to_string(), RICH);
    assert!(dev.info().await.unwrap().impersonated.is_empty());
    for gone in [inner, outer, 99] {
        assert_eq!(dev.revert(gone).await.unwrap_err(), DevError::Node(NodeError::NoSnapshot(gone)));
    }
}

#[tokio::test]
async fn a_dump_is_the_whole_chain() {
    let Probed { dev, owner, other, contract } = &probed().await;
    dev.execute(owner, contract, &write("a", "1"), &[]).await.unwrap();
    let sent = dev.send(owner, [send(owner.address(), other.address(), 3)]).await.unwrap();
    dev.impersonate(other.address(), true).await.unwrap();
    dev.set_automine(false).await.unwrap();
    dev.increase_time(Duration::from_secs(500)).await.unwrap();
    let waiting = dev.sign(owner, [send(owner.address(), other.address(), 1)], 200_000, &[]).unwrap();
    dev.node().broadcast(waiting).await.unwrap();
    let dump = dev.dump().await.unwrap();

    let again = Dev::start().await.unwrap();
    again.set_automine(false).await.unwrap();
    let before = again.snapshot().await.unwrap();
    again.load(dump.clone()).await.unwrap();
    let (ours, theirs) = (again.reader(), dev.reader());
    assert_eq!(
        (ours.height(), ours.time(), ours.app_hash()),
        (theirs.height(), theirs.time(), theirs.app_hash())
    );
    for height in 1..=theirs.height() {
        assert_eq!(ours.block(height), theirs.block(height));
        let state = |reader: &mars_node::Reader| {
            let ctx = reader.at(height).unwrap().context();
            bank::balances(&ctx, &ctx.address(other.address()).unwrap()).unwrap()
        };
        assert_eq!(state(ours), state(theirs), "{height}");
    }
    assert_eq!(walk(&again, contract), walk(dev, contract));
    assert_eq!(again.trace(sent.hash()).await.unwrap(), dev.trace(sent.hash()).await.unwrap());
    assert_eq!(again.mempool().await.unwrap(), dev.mempool().await.unwrap());
    let mut info = (again.info().await.unwrap(), dev.info().await.unwrap());
    (info.0.last_block_wall_time, info.1.last_block_wall_time) = (None, None);
    info.0.snapshots.clear();
    assert_eq!(info.0, info.1);
    // Both go on alike, and the other chain is not lost.
    for dev in [&again, dev] {
        dev.mine(1, None).await.unwrap();
    }
    assert_eq!(ours.block(0), theirs.block(0));
    again.execute(owner, contract, &write("b", "2"), &[]).await.unwrap();
    again.revert(before).await.unwrap();
    assert_eq!((again.reader().height(), dev.reader().height()), (1, 6));
    assert_eq!(dev.dump().await.unwrap()[..30], dump[..30]);
}

#[tokio::test]
async fn what_is_no_dump_of_this_chain_changes_nothing() {
    let dev = Dev::start().await.unwrap();
    dev.mine(2, None).await.unwrap();
    let dump = dev.dump().await.unwrap();
    let header = b"dump of a mars-node chain\n".len();
    let refuse = |bytes: Vec<u8>| async { dev.load(bytes).await.unwrap_err() };
    assert_eq!(refuse(vec![]).await, DevError::NoDump);
    assert_eq!(refuse(b"{\"genesis\": 1}".to_vec()).await, DevError::NoDump);
    let mut later = dump.clone();
    later[header + 3] = 2;
    let format = refuse(later).await;
    assert_eq!(format, DevError::Format { found: 2, known: DUMP_FORMAT });
    assert_eq!(format.to_string(), "the dump is written in format 2, and this program reads format 1");
    assert_eq!(refuse(dump[..header + 2].to_vec()).await.kind(), "damaged");
    assert_eq!(refuse(dump[..dump.len() - 1].to_vec()).await.kind(), "damaged");
    for at in [header + 10, dump.len() / 2, dump.len() - 1] {
        let mut flipped = dump.clone();
        flipped[at] ^= 1;
        assert_eq!(refuse(flipped).await, DevError::Damaged("its checksum is another".to_owned()));
    }
    for (genesis, theirs) in [
        (Genesis::new("other-1", "cosmos", "stake"), "other-1 (cosmos1…, stake)"),
        (Genesis::new("dev-1", "mars", "stake"), "dev-1 (mars1…, stake)"),
        (Genesis::new("dev-1", "cosmos", "umars"), "dev-1 (cosmos1…, umars)"),
    ] {
        let foreign = Dev::builder().genesis(genesis.clone()).start().await.unwrap();
        let refused = DevError::Node(NodeError::Chain(ChainError::Foreign {
            ours: "dev-1 (cosmos1…, stake)".to_owned(),
            theirs: theirs.to_owned(),
        }));
        assert_eq!(refuse(foreign.dump().await.unwrap()).await, refused);
        assert_eq!(dev.reset(Some(genesis)).await.unwrap_err(), refused);
    }
    assert_eq!(dev.reader().height(), 3);
    assert_eq!(dev.mine(1, None).await.unwrap(), 4);
}

#[tokio::test]
async fn a_reset_begins_anew_with_the_same_genesis_or_another() {
    let Probed { dev, owner, contract, .. } = &probed().await;
    let first = dev.reader().block(1).unwrap();
    dev.increase_time(Duration::from_secs(9)).await.unwrap();
    dev.impersonate_everyone(true).await.unwrap();
    dev.reset(None).await.unwrap();
    assert_eq!(dev.reader().block(0), Some(first.clone()), "the same first block, at the same time");
    assert_eq!(kind(dev.smart::<Value>(contract, &json!({ "tell": {} }))), "no_contract");
    assert!(!dev.info().await.unwrap().everyone_impersonated);
    let code = dev.store_code(owner, probe()).await.unwrap();
    assert_eq!(dev.instantiate(owner, code, &write("begun", "yes"), &[]).await.unwrap(), *contract);

    let poor = Genesis::new("dev-1", "cosmos", "stake").with_account(owner.address(), "3stake");
    let genesis = Genesis { min_gas_prices: "1stake".to_owned(), max_block_gas: Some(5_000_000), ..poor };
    dev.reset(Some(genesis)).await.unwrap();
    assert_eq!(dev.balance(owner.address(), "stake").unwrap().to_string(), "3");
    assert_eq!(dev.reader().max_block_gas(), Some(5_000_000));
    assert_eq!(dev.parameters().unwrap().min_gas_prices.as_deref(), Some("1stake"));
    let unsound = Genesis::new("dev-1", "cosmos", "stake").with_account("nobody", "3stake");
    assert_eq!(kind(dev.reset(Some(unsound)).await), "genesis");
    assert_eq!(dev.mine(1, None).await.unwrap(), 2);
}

#[tokio::test]
async fn an_impersonated_account_needs_no_signature_and_nothing_else_is_different() {
    let Probed { dev, owner, other, contract } = &probed().await;
    let steal = || [send(owner.address(), other.address(), 5)];
    // Without a public key of the signer wasmd panics, and so does this chain.
    let refused = |outcome| assert_eq!(code_of(outcome), ("undefined".to_owned(), 111_222));
    refused(dev.send_as(owner.address(), steal()).await);
    dev.impersonate(owner.address(), true).await.unwrap();
    dev.send_as(owner.address(), steal()).await.unwrap();
    // The same messages signed by the account itself, and by another one.
    dev.set_sequence(owner.address(), 7).await.unwrap();
    dev.set_sequence(other.address(), 7).await.unwrap();
    let messages = [
        send(owner.address(), other.address(), 1),
        any(&MsgExecuteContract {
            sender: owner.address().to_owned(),
            contract: contract.clone(),
            msg: write("a", "1").to_string().into_bytes(),
            funds: vec![],
        }),
    ];
    let moment = dev.snapshot().await.unwrap();
    let real = dev.send(owner, messages.clone()).await.unwrap();
    dev.revert(moment).await.unwrap();
    let forged = dev.sign(other, messages, 100_000_000, &[]).unwrap();
    let forged = dev.node().broadcast(forged).await.unwrap().included.unwrap();
    assert_eq!(real.block.height(), forged.block.height());
    // Only the signature itself is another in what happened.
    let without_signature = |tx: &Included| {
        let mut result = tx.result().unwrap().clone();
        result.events.retain(|event| event.kind != "tx" || event.attributes[0].key != "signature");
        result
    };
    assert_eq!(without_signature(&real), without_signature(&forged));
    assert_eq!(dev.trace(forged.hash()).await.unwrap().code, 0, "a replay knows who was impersonated");
    // The sequence is not asked for, but counted.
    dev.send(owner, steal()).await.unwrap();
    dev.impersonate(owner.address(), false).await.unwrap();
    refused(dev.send_as(owner.address(), steal()).await);
    dev.send(owner, steal()).await.unwrap();
    dev.impersonate_everyone(true).await.unwrap();
    dev.send_as(other.address(), [send(other.address(), owner.address(), 1)]).await.unwrap();
    assert!(dev.info().await.unwrap().everyone_impersonated);
    dev.impersonate_everyone(false).await.unwrap();
    refused(dev.send_as(owner.address(), steal()).await);
    let stranger = address::encode("cosmos", &[5; 20]);
    assert_eq!(dev.impersonate(&stranger, true).await.unwrap_err(), DevError::NoAccount(stranger));
    let foreign = address::encode("mars", &[5; 20]);
    for given in ["", "nobody", foreign.as_str()] {
        assert_eq!(kind(dev.impersonate(given, true).await), "address");
    }
}

#[tokio::test]
async fn balances_and_sequences_are_what_they_are_set_to() {
    let dev = Dev::start().await.unwrap();
    let (payer, stranger) = (&dev.accounts()[0], address::encode("cosmos", &[5; 20]));
    let supply = || bank::supply(&dev.reader().context(), "stake").unwrap().to_string();
    assert_eq!(supply(), "10000000000000000");
    dev.set_balance(payer.address(), "1stake,8ufoo").await.unwrap();
    assert_eq!(supply(), "9000000000000001");
    assert_eq!(dev.balance(payer.address(), "ufoo").unwrap().to_string(), "8");
    dev.set_balance(payer.address(), "0stake").await.unwrap();
    dev.set_balance(&stranger, "4stake").await.unwrap();
    assert_eq!(supply(), "9000000000000004");
    for given in ["", "stake", "1", "-1stake", "1stake,2stake", "1stake;2ufoo"] {
        assert_eq!(kind(dev.set_balance(payer.address(), given).await), "coins", "{given}");
    }
    let most = mars_node::coin::Uint256::MAX.to_string();
    assert_eq!(kind(dev.set_balance(payer.address(), &format!("{most}stake")).await), "refused");
    assert_eq!(kind(dev.set_balance("nobody", "1stake").await), "address");
    assert_eq!(supply(), "9000000000000004");

    let payer = &dev.accounts()[1];
    dev.set_sequence(payer.address(), 1_000).await.unwrap();
    let tx = dev.sign(payer, [send(payer.address(), &stranger, 1)], 200_000, &[]).unwrap();
    let sent = dev.node().broadcast(tx).await.unwrap().included.unwrap();
    let key = format!("{}/1000", payer.address());
    assert!(sent.result().unwrap().events.iter().flat_map(|e| &e.attributes).any(|a| a.value == key));
    let nobody = address::encode("cosmos", &[6; 20]);
    assert_eq!(dev.set_sequence(&nobody, 1).await.unwrap_err(), DevError::NoAccount(nobody));
}

#[tokio::test]
async fn contracts_have_the_state_and_the_code_that_they_are_given() {
    let Probed { dev, owner, contract, .. } = &probed().await;
    let begun = entry("begun\\x00\\x00\\x00\\x00", "yes");
    dev.set_contract_state(contract, b"key".to_vec(), Some(b"value".to_vec())).await.unwrap();
    assert_eq!(walk(dev, contract), [begun.clone(), entry("key", "value")]);
    dev.set_contract_state(contract, b"key".to_vec(), None).await.unwrap();
    assert_eq!(walk(dev, contract), [begun]);
    assert_eq!(kind(dev.set_contract_state(contract, vec![], Some(vec![1])).await), "range");
    assert_eq!(kind(dev.set_contract_state(owner.address(), vec![1], None).await), "no_contract");

    let printer = dev.store_code(owner, printer("hello")).await.unwrap();
    dev.set_contract_code(contract, printer).await.unwrap();
    let sent = dev.execute(owner, contract, &json!({}), &[]).await.unwrap();
    assert_eq!(dev.debug().of_tx(sent.hash())[0].text, "hello");
    dev.set_contract_code(contract, 1).await.unwrap();
    dev.execute(owner, contract, &write("a", "1"), &[]).await.unwrap();
    assert_eq!(dev.set_contract_code(contract, 9).await.unwrap_err(), DevError::NoCode(9));
    assert_eq!(kind(dev.set_contract_code(owner.address(), 1).await), "no_contract");
}

/// A contract that prints `text` whatever it is told.
fn printer(text: &str) -> Vec<u8> {
    let answer = r#"{"ok":{"messages":[],"attributes":[],"events":[]}}"#;
    // Regions are an offset, a capacity and a length, each of four bytes.
    let region = |offset: usize, length: usize| -> String {
        [offset, length, length]
            .iter()
            .flat_map(|number| u32::try_from(*number).unwrap().to_le_bytes())
            .map(|byte| format!("\\{byte:02x}"))
            .collect()
    };
    let text_region = region(1_024, text.len());
    let answer_region = region(2_048, answer.len());
    let answer = answer.replace('"', "\\22");
    let entry = |name: &str, parameters: &str| {
        format!(
            r#"(func (export "{name}") (param {parameters}) (result i32)
                (call $debug (i32.const 16)) (i32.const 32))"#
        )
    };
    let code = format!(
        r#"(module
            (import "env" "debug" (func $debug (param i32)))
            (memory (export "memory") 4)
            (global $next (mut i32) (i32.const 65536))
            (data (i32.const 16) "{text_region}")
            (data (i32.const 32) "{answer_region}")
            (data (i32.const 1024) "{text}")
            (data (i32.const 2048) "{answer}")
            (func (export "interface_version_8"))
            (func (export "allocate") (param $size i32) (result i32)
                (local $region i32)
                (local.set $region (global.get $next))
                (i32.store (local.get $region) (i32.add (local.get $region) (i32.const 12)))
                (i32.store offset=4 (local.get $region) (local.get $size))
                (i32.store offset=8 (local.get $region) (i32.const 0))
                (global.set $next
                    (i32.add (global.get $next) (i32.add (local.get $size) (i32.const 16))))
                (local.get $region))
            (func (export "deallocate") (param i32))
            {}
            {}
            {})"#,
        entry("instantiate", "i32 i32 i32"),
        entry("execute", "i32 i32 i32"),
        entry("query", "i32 i32"),
    );
    wat::parse_str(code).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_contracts_print_is_kept_and_told() {
    let dev = Dev::start().await.unwrap();
    let owner = &dev.accounts()[0];
    let code = dev.store_code(owner, printer("hello")).await.unwrap();
    let contract = dev.instantiate(owner, code, &json!({}), &[]).await.unwrap();
    assert_eq!(dev.debug().after(0).len(), 1);
    let log = dev.debug().clone();
    let waiting = tokio::spawn(async move { log.wait_after(1, Duration::from_secs(20)).await });
    let sent = dev.execute(owner, &contract, &json!({}), &[]).await.unwrap();
    let lines = waiting.await.unwrap();
    assert_eq!(lines, dev.debug().of_tx(sent.hash()));
    let line = &lines[0];
    assert_eq!((line.number, line.during.as_str(), line.height), (2, "block", 4));
    assert_eq!((line.contract.as_str(), line.text.as_str()), (contract.as_str(), "hello"));
    assert_eq!(line.tx.as_deref(), Some(hex::encode_upper(sent.hash()).as_str()));
    // Queries are told, replays and traces are not.
    let _ = dev.smart::<Value>(&contract, &json!({}));
    assert_eq!(dev.debug().after(2)[0].during, "query");
    let trace = dev.trace(sent.hash()).await.unwrap();
    assert!(trace.to_string().contains("debug: hello"), "{trace}");
    assert_eq!(dev.debug().after(3), []);
    assert_eq!(dev.debug().wait_after(3, Duration::from_millis(1)).await, []);
    assert_eq!(dev.debug().of_tx([0; 32]), []);
}

#[tokio::test]
async fn parameters_take_effect_at_once() {
    let dev = Dev::start().await.unwrap();
    let (payer, payee) = (&dev.accounts()[0], &dev.accounts()[1]);
    let pay = || [send(payer.address(), payee.address(), 1)];
    let everything = dev.parameters().unwrap();
    let set = |parameters: Parameters| dev.set_parameters(parameters);
    let refused = |outcome, codespace: &str, code| assert_eq!(code_of(outcome), (codespace.to_owned(), code));
    assert_eq!((everything.min_gas_prices.as_deref(), everything.max_block_gas), (Some(""), Some(-1)));

    set(Parameters { min_gas_prices: Some("1stake".into()), ..Parameters::default() }).await.unwrap();
    refused(dev.send(payer, pay()).await, "sdk", 13);
    let paid = dev.sign(payer, pay(), 200_000, &[Coin::new("stake", 200_000_u64)]).unwrap();
    assert!(dev.node().broadcast(paid).await.unwrap().included.is_some());
    let before = dev.reader().block(0).unwrap();
    let small = Parameters {
        min_gas_prices: Some(String::new()),
        max_block_gas: Some(150_000),
        ..Parameters::default()
    };
    set(small).await.unwrap();
    let above = dev.sign(payer, pay(), 150_001, &[]).unwrap();
    assert_eq!(dev.node().broadcast(above).await.unwrap().check.code, 41);
    let sent = dev.send(payer, pay()).await.unwrap();
    assert_ne!(sent.block.header.consensus_hash, before.header.consensus_hash);
    assert_eq!(dev.trace(sent.hash()).await.unwrap().code, 0, "a replay finds the limit of its time");
    set(Parameters { max_block_gas: Some(-1), ..Parameters::default() }).await.unwrap();

    set(Parameters { send_enabled: Some(false), ..Parameters::default() }).await.unwrap();
    refused(dev.send(payer, pay()).await, "bank", 5);
    let nobody = Access { permission: Permission::Nobody, addresses: vec![] };
    set(Parameters { code_upload_access: Some(nobody), ..Parameters::default() }).await.unwrap();
    refused(dev.store_code(payer, printer("x")).await.map(|_| unreachable!()), "sdk", 4);
    let one = Access { permission: Permission::AnyOfAddresses, addresses: vec![payer.address().to_owned()] };
    let access = Parameters {
        code_upload_access: Some(one),
        instantiate_default_permission: Some(Permission::Nobody),
        ..Parameters::default()
    };
    set(access).await.unwrap();
    let code = dev.store_code(payer, printer("x")).await.unwrap();
    refused(dev.instantiate(payer, code, &json!({}), &[]).await.map(|_| unreachable!()), "sdk", 4);
    set(Parameters { tx_size_cost_per_byte: Some(1_000_000), ..Parameters::default() }).await.unwrap();
    refused(dev.send(payer, pay()).await, "sdk", 11);

    let before = dev.parameters().unwrap();
    for (parameters, reason) in [
        (json!({ "min_gas_prices": "stake" }), "min_gas_prices: invalid gas price"),
        (json!({ "max_block_gas": 0 }), "max_block_gas: 0 is neither -1 nor above 0"),
        (json!({ "max_block_gas": -2 }), "max_block_gas: -2 is neither -1 nor above 0"),
        (json!({ "tx_sig_limit": 0 }), "tx_sig_limit: 0 is not above 0"),
        (
            json!({ "send_enabled": true, "code_upload_access": { "permission": "AnyOfAddresses" } }),
            "upload access: addresses: addresses: empty",
        ),
    ] {
        let refused = set(serde_json::from_value(parameters).unwrap()).await.unwrap_err().to_string();
        assert!(refused.contains(reason), "{refused}");
    }
    assert_eq!(dev.parameters().unwrap(), before);
    set(everything.clone()).await.unwrap();
    assert_eq!(dev.parameters().unwrap(), everything);
    dev.send(payer, pay()).await.unwrap();
}

#[tokio::test]
async fn sudo_is_a_transaction_of_the_chain_itself() {
    let Probed { dev, owner, contract, .. } = &probed().await;
    dev.set_automine(false).await.unwrap();
    let waiting = dev.sign(owner, [send(owner.address(), owner.address(), 1)], 200_000, &[]).unwrap();
    let waiting = dev.node().broadcast(waiting).await.unwrap().hash;
    let msg = write("by sudo", "1").to_string();
    let moment = dev.snapshot().await.unwrap();
    let done = dev.sudo(contract, msg.as_bytes(), None).await.unwrap();
    assert_eq!(done.block.txs.len(), 1, "it has a block of its own");
    assert_eq!(dev.mempool().await.unwrap()[0].hash, hex::encode_upper(waiting));
    let kinds: Vec<&str> = done.result().unwrap().events.iter().map(|event| event.kind.as_str()).collect();
    assert!(kinds.contains(&"sudo"), "{kinds:?}");
    assert!(walk(dev, contract).contains(&entry("by sudo\\x00\\x00\\x00\\x00", "1")));
    assert!(dev.info().await.unwrap().impersonated.is_empty());
    assert_eq!(dev.trace(done.hash()).await.unwrap().gas_used, done.result().unwrap().gas_used);
    let again = dev.sudo(contract, msg.as_bytes(), None).await.unwrap();
    assert_ne!(again.hash(), done.hash(), "each has a hash of its own");
    // The same message as an ordinary transaction does the same.
    dev.revert(moment).await.unwrap();
    let authority = dev.reader().app().authority.clone();
    dev.impersonate(&authority, true).await.unwrap();
    let sudo =
        MsgSudoContract { authority: authority.clone(), contract: contract.clone(), msg: msg.into_bytes() };
    dev.drop_tx(waiting).await.unwrap();
    let ordinary = dev.send_as(&authority, [any(&sudo)]).await.unwrap();
    assert_eq!(ordinary.result(), done.result());

    let fails = dev.sudo(contract, br#"{"fail":{"text":"no"}}"#, None).await.unwrap();
    assert_eq!(
        fails.result().unwrap().log,
        "failed to execute message; message index: 0: Generic error: no: execute wasm contract failed"
    );
    let spins = dev.sudo(contract, br#"{"spin":{}}"#, Some(300_000)).await.unwrap();
    assert_eq!(spins.result().unwrap().code, 11);
    assert_eq!(kind(dev.sudo(owner.address(), b"{}", None).await), "no_contract");
    assert_eq!(kind(dev.sudo(contract, b"{", None).await), "parameter");
    assert_eq!(kind(dev.sudo(contract, b"{}", Some(0)).await), "range");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_method_does_over_rpc_what_the_library_does() {
    let bench = Bench::start(Mining::Auto, Options::default()).await;
    let call = |method: &'static str, params: Value| bench.call(method, params);
    let result = |answer: Value| {
        assert!(answer["error"].is_null(), "{answer}");
        answer["result"].clone()
    };
    let account = serde_json::to_value(bench.node.reader().genesis().accounts[0].address.clone()).unwrap();
    assert_eq!(result(call("dev_mine", json!([2])).await), json!({ "height": 3 }));
    assert_eq!(
        result(call("dev_mine", json!({ "blocks": "1", "step_ms": 5 })).await),
        json!({ "height": 4 })
    );
    for (method, params) in [
        ("dev_setAutomine", json!({ "on": false })),
        ("dev_increaseTime", json!({ "seconds": 3_600 })),
        ("dev_setTimeOffset", json!(["7200000"])),
        ("dev_setTime", json!(["2100-01-01T00:00:00Z"])),
        ("dev_setNextBlockTime", json!({ "time": "4102444800000000000" })),
        ("dev_impersonate", json!([account])),
        ("dev_impersonate", json!([account, false])),
        ("dev_autoImpersonate", json!([false])),
        ("dev_setBalance", json!([account, "5000umars"])),
        ("dev_setSequence", json!({ "address": account, "sequence": "3" })),
        ("dev_setParams", json!([{ "max_block_gas": 5_000_000 }])),
    ] {
        assert_eq!(result(call(method, params).await), json!({}), "{method}");
    }
    result(call("dev_mine", Value::Null).await);
    let info = result(call("dev_nodeInfo", json!({})).await);
    assert_eq!((&info["time"], &info["mining"]), (&json!("2100-01-01T00:00:00Z"), &json!("manual")));
    assert_eq!(result(call("dev_params", json!([])).await)["max_block_gas"], 5_000_000);
    let params = result(bench.call("consensus_params", json!({})).await);
    assert_eq!(params["consensus_params"]["block"]["max_gas"], "5000000");
    let id = result(call("dev_snapshot", json!({})).await)["id"].clone();
    let dump = result(call("dev_dump", json!({})).await)["dump"].clone();

    let tx = bench.send(3);
    let sent = result(bench.call("broadcast_tx_sync", json!({ "tx": STANDARD.encode(&tx) })).await);
    let traced = result(call("dev_trace", json!({ "tx": STANDARD.encode(&tx) })).await);
    assert_eq!((&traced["hash"], &traced["index"]), (&sent["hash"], &Value::Null));
    let txs = result(call("dev_mempool", json!({})).await);
    assert_eq!(txs["txs"][0]["hash"], sent["hash"]);
    assert_eq!(txs["txs"][0]["fee"], "5000umars");
    result(call("dev_dropTx", json!([sent["hash"]])).await);
    let sent = result(bench.call("broadcast_tx_sync", json!({ "tx": STANDARD.encode(bench.send(3)) })).await);
    result(call("dev_mine", json!([])).await);
    let trace = result(call("dev_trace", json!([sent["hash"]])).await);
    assert_eq!(
        (&trace["index"], trace["code"].as_u64()),
        (&json!(0), Some(5)),
        "nothing is left after the fee"
    );
    assert_eq!(result(call("dev_debugOutput", json!([sent["hash"]])).await), json!({ "lines": [] }));
    assert_eq!(result(call("dev_followDebug", json!([0, 1])).await), json!({ "lines": [] }));
    result(call("dev_load", json!([dump])).await);
    let bytes =
        reqwest::get(format!("http://{}/dev/dump", bench.address)).await.unwrap().bytes().await.unwrap();
    result(call("dev_reset", json!({})).await);
    assert_eq!(bench.node.reader().height(), 1);
    let load = reqwest::Client::new().post(format!("http://{}/dev/load", bench.address));
    assert_eq!(load.body(bytes.clone()).send().await.unwrap().status(), 200);
    assert_eq!(bench.node.reader().height(), 5);
    result(call("dev_revert", json!([id])).await);
    result(call("dev_setInterval", json!([60_000])).await);
    assert_eq!(result(call("dev_nodeInfo", json!({})).await)["interval_ms"], 60_000);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_input_is_told_precisely_and_the_node_goes_on() {
    let bench = Bench::start(Mining::Manual, Options::default()).await;
    let account = bench.node.reader().genesis().accounts[0].address.clone();
    let invalid = -32_602;
    for (method, params, code, told) in [
        ("dev_nothing", json!({}), -32_601, ""),
        (
            "dev_mine",
            json!({ "block": 1 }),
            invalid,
            "there is no argument \"block\"; dev_mine takes blocks, step_ms",
        ),
        ("dev_mine", json!([1, 2, 3]), invalid, "3 arguments given, and dev_mine takes blocks, step_ms"),
        ("dev_mine", json!("x"), invalid, "arguments come in an object or an array"),
        ("dev_mine", json!(["x"]), invalid, "blocks: \"x\" is no such number"),
        ("dev_mine", json!([-1]), invalid, "blocks: invalid value: integer `-1`, expected u64"),
        ("dev_mine", json!([1.5]), invalid, "blocks: invalid type: floating point `1.5`, expected u64"),
        ("dev_mine", json!([0]), -32_000, "the number of blocks 0 is not within 1 and 100000"),
        ("dev_snapshot", json!([1]), invalid, "1 arguments given, and dev_snapshot takes no arguments"),
        ("dev_setAutomine", json!({}), invalid, "the argument \"on\" is missing"),
        ("dev_setAutomine", json!(["yes"]), invalid, "on: invalid type: string \"yes\", expected a boolean"),
        ("dev_setInterval", json!([0]), -32_000, "the interval in milliseconds 0 is not within 1 and"),
        ("dev_increaseTime", json!(["18446744073709551615"]), -32_000, "is after the latest"),
        ("dev_increaseTime", json!(["18446744073709551616"]), invalid, "is no such number"),
        ("dev_setTime", json!(["yesterday"]), invalid, "time: \"yesterday\" is no time"),
        ("dev_setTime", json!(["1969-01-01T00:00:00Z"]), invalid, "is before 1970 or after 2554"),
        (
            "dev_setTime",
            json!(["2001-01-01T00:00:00Z"]),
            -32_000,
            "the time 2001-01-01T00:00:00Z is not after the last block's 20",
        ),
        (
            "dev_setTime",
            json!(["2262-01-01T00:00:01Z"]),
            -32_000,
            "the time 2262-01-01T00:00:01Z is after the latest, 2262-01-01T00:00:00Z",
        ),
        ("dev_revert", json!([7]), -32_000, "there is no snapshot 7"),
        ("dev_load", json!([7]), invalid, "dump: invalid type: integer `7`, expected a string"),
        ("dev_load", json!(["*"]), invalid, "dump: Invalid symbol 42"),
        ("dev_load", json!(["aGVsbG8="]), -32_000, "these bytes are no dump of a chain"),
        ("dev_load", json!([]), invalid, "the argument \"dump\" is missing"),
        ("dev_reset", json!([{ "chain_id": "x" }]), invalid, "genesis: missing field"),
        ("dev_impersonate", json!(["nobody"]), -32_000, "\"nobody\" is no address of this chain"),
        (
            "dev_setBalance",
            json!([account, "x"]),
            -32_000,
            "\"x\" is no list of coins: invalid coin expression: x",
        ),
        ("dev_setBalance", json!([account]), invalid, "the argument \"coins\" is missing"),
        ("dev_setSequence", json!([account, -5]), invalid, "sequence: invalid value: integer `-5`"),
        ("dev_setContractState", json!([account, "zz", null]), invalid, "key: Invalid character 'z'"),
        ("dev_setContractState", json!([account, "00", null]), -32_000, "there is no contract at"),
        ("dev_setContractCode", json!([account, 1]), -32_000, "there is no contract at"),
        ("dev_setParams", json!([{ "gas": 1 }]), invalid, "params: unknown field `gas`"),
        ("dev_setParams", json!([{ "tx_sig_limit": 0 }]), -32_000, "tx_sig_limit: 0 is not above 0"),
        ("dev_sudo", json!([account, {}]), -32_000, "there is no contract at"),
        ("dev_sudo", json!([account]), invalid, "the argument \"msg\" is missing"),
        ("dev_dropTx", json!(["00"]), invalid, "hash: 1 bytes instead of 32"),
        ("dev_dropTx", json!(["0".repeat(64)]), -32_000, "the mempool has no transaction 0000"),
        ("dev_trace", json!(["0".repeat(64)]), -32_000, "no block that is kept has the transaction 0000"),
        ("dev_trace", json!([]), invalid, "the argument \"hash\" is missing"),
        ("dev_followDebug", json!({ "after": [] }), invalid, "after: invalid type: sequence"),
    ] {
        let error = bench.call(method, params.clone()).await["error"].clone();
        assert_eq!(error["code"], code, "{method} {params}: {error}");
        let data = error["data"].as_str().unwrap_or_default();
        assert!(data.contains(told), "{method} {params}: {data:?} without {told:?}");
    }
    let revert = bench.call("dev_revert", json!([7])).await;
    assert_eq!(
        revert["error"],
        json!({ "code": -32_000, "message": "no_snapshot", "data": "there is no snapshot 7" })
    );
    // Bytes that are no transaction are traced to why they are none.
    let trace = bench.call("dev_trace", json!({ "tx": "aGVsbG8=" })).await["result"].clone();
    assert_eq!((trace["code"].as_u64(), trace["steps"].clone()), (Some(2), json!([])), "{trace}");
    assert_eq!(bench.call("dev_mine", json!({})).await["result"], json!({ "height": 2 }));
    bench.stop().await;
}

#[tokio::test]
async fn an_unsigned_transaction_is_as_long_as_a_signed_one_but_for_its_key() {
    let dev = Dev::start().await.unwrap();
    let payer = &dev.accounts()[0];
    let message = || send(payer.address(), payer.address(), 1);
    let signed = dev.sign(payer, [message()], 1, &[]).unwrap();
    let unsigned = unsigned_tx(vec![message()], 0, 1, &[]);
    // The field of the key: its tag and length, the type URL, and 33 bytes in a message of a message.
    assert!(signed.len() - unsigned.len() >= 33 + "/cosmos.crypto.secp256k1.PubKey".len());
}
