//! Traces: word for word for a contract that calls itself and fails, and to the same result as the block for every
//! transaction that was recorded from wasmd.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mars_node::dev::{Action, MOST_STEPS, Trace};
use mars_node::proto::any;
use mars_node::proto::wasm::MsgExecuteContract;
use mars_node::{
    Chain, Controls, Dev, DevError, Genesis, Memory, Mining, Node, Retention, Settings, TxResult,
};
use serde_json::{Value, json};

use crate::dev::send;
use crate::golden;
use crate::sender::probe;

fn binary(value: &Value) -> String {
    STANDARD.encode(value.to_string())
}

fn write(key: &str, value: &str) -> Value {
    json!({ "write": { "key": STANDARD.encode(key), "value": STANDARD.encode(value), "count": 1 } })
}

fn answer(messages: Vec<Value>) -> Value {
    json!({ "answer": { "messages": messages, "attributes": [["key", "value"]], "data": null } })
}

fn execute(contract: &str, msg: &Value) -> Value {
    json!({ "wasm": { "execute": { "contract_addr": contract, "msg": binary(msg), "funds": [] } } })
}

fn pay(to: &str, amount: &str) -> Value {
    json!({ "bank": { "send": { "to_address": to, "amount": [{ "denom": "stake", "amount": amount }] } } })
}

fn sub(id: u64, reply_on: &str, msg: Value, then: Option<&Value>, gas_limit: Option<u64>) -> Value {
    let payload = then.map_or_else(String::new, binary);
    json!({ "id": id, "payload": payload, "msg": msg, "gas_limit": gas_limit, "reply_on": reply_on })
}

/// `UPDATE_SNAPSHOTS=1` keeps a new golden file.
fn compare(file: &str, found: String) {
    let path = format!("{}/tests/golden/{file}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), found, "{path}");
}

/// What the outermost steps used is what the transaction used.
fn gas_adds_up(trace: &Trace) {
    let used: u64 = trace.steps.iter().filter(|step| step.depth == 0).map(|step| step.gas_used).sum();
    assert_eq!(used, trace.gas_used);
}

fn matches(trace: &Trace, result: &TxResult) {
    let TxResult { code, codespace, log, gas_wanted, gas_used, events, .. } = result;
    assert_eq!((trace.code, &trace.codespace, &trace.log), (*code, codespace, log));
    assert_eq!((trace.gas_wanted, trace.gas_used, &trace.events), (*gas_wanted, *gas_used, events));
}

#[tokio::test]
async fn a_trace_shows_every_step() {
    let dev = Dev::start().await.unwrap();
    let (owner, other) = (&dev.accounts()[0], &dev.accounts()[1]);
    let code = dev.store_code(owner, probe()).await.unwrap();
    let contract = &dev.instantiate(owner, code, &write("begun", "yes"), &[]).await.unwrap();
    dev.send(owner, [send(owner.address(), contract, 5)]).await.unwrap();
    let walk = json!({ "walk": { "start": null, "end": null, "descending": false, "limit": 9 } });
    let ask = json!({ "ask": { "request": { "wasm": { "smart": {
        "contract_addr": contract, "msg": binary(&json!({ "fail": { "text": "not asked so" } })) } } } } });
    let inner = answer(vec![sub(4, "success", execute(contract, &write("deep", "1")), Some(&walk), None)]);
    let outer = answer(vec![
        sub(
            1,
            "always",
            execute(contract, &json!({ "fail": { "text": "on purpose" } })),
            Some(&write("told", "1")),
            None,
        ),
        sub(2, "never", pay(other.address(), "3"), None, None),
        sub(3, "error", execute(contract, &inner), None, Some(900_000)),
        sub(5, "error", pay(other.address(), "77"), Some(&ask), None),
        sub(6, "error", execute(contract, &json!({ "spin": {} })), None, Some(60_000)),
    ]);
    let sent = dev.execute(owner, contract, &outer, &[]).await.unwrap();
    let trace = dev.trace(sent.hash()).await.unwrap();
    compare("trace-replies.txt", format!("{trace}\n"));
    gas_adds_up(&trace);
    matches(&trace, sent.result().unwrap());
    // Errors that the contract hears of without words are told in full.
    assert!(trace.steps.iter().any(|step| step.error.as_ref().is_some_and(|error| {
        error.log.ends_with("spendable balance 2stake is smaller than 77stake: insufficient funds")
    })));

    let fails = answer(vec![sub(
        7,
        "always",
        execute(contract, &write("undone", "1")),
        Some(&json!({ "fail": { "text": "in the reply" } })),
        None,
    )]);
    let message = any(&MsgExecuteContract {
        sender: owner.address().to_owned(),
        contract: contract.clone(),
        msg: fails.to_string().into_bytes(),
        funds: vec![],
    });
    let tx = dev.sign(owner, [message], 5_000_000, &[]).unwrap();
    let before = dev.trace_unsent(tx.clone()).await.unwrap();
    let height = dev.reader().height();
    let sent = dev.node().broadcast(tx).await.unwrap().included.unwrap();
    assert_eq!(sent.block.height(), height + 1, "tracing made no block");
    matches(&before, sent.result().unwrap());
    let trace = dev.trace(sent.hash()).await.unwrap();
    assert_eq!((before.index, trace.index), (None, Some(0)));
    assert_eq!(before.steps, trace.steps, "before it was sent and after are the same steps");
    compare("trace-failing-reply.txt", format!("{trace}\n"));
    compare("trace-failing-reply.json", serde_json::to_string_pretty(&trace).unwrap() + "\n");
    assert_eq!(serde_json::from_value::<Trace>(serde_json::to_value(&trace).unwrap()).unwrap(), trace);
    gas_adds_up(&trace);
}

#[tokio::test]
async fn a_trace_needs_the_state_before_and_says_so() {
    let retention = Retention { blocks: 100, states: 3 };
    let dev = Dev::builder().retention(retention).start().await.unwrap();
    let owner = &dev.accounts()[0];
    let sent = dev.send(owner, [send(owner.address(), owner.address(), 5)]).await.unwrap();
    dev.mine(1, None).await.unwrap();
    dev.trace(sent.hash()).await.unwrap();
    dev.mine(1, None).await.unwrap();
    let refused = dev.trace(sent.hash()).await.unwrap_err();
    assert_eq!(refused, DevError::NoState { height: 1, lowest: 2 });
    assert_eq!(refused.to_string(), "the state at height 1 is no longer kept; the lowest is that at 2");
}

#[tokio::test]
async fn a_transaction_is_traced_behind_the_others_of_its_block() {
    let dev = Dev::start().await.unwrap();
    let (owner, other) = (&dev.accounts()[0], &dev.accounts()[1]);
    dev.set_automine(false).await.unwrap();
    dev.set_balance(other.address(), "0stake").await.unwrap();
    let mut hashes = Vec::new();
    for (from, to) in [(owner, other), (other, owner)] {
        let tx = dev.sign(from, [send(from.address(), to.address(), 9)], 200_000, &[]).unwrap();
        hashes.push(dev.node().broadcast(tx).await.unwrap().hash);
    }
    dev.mine(1, None).await.unwrap();
    let trace = dev.trace(hashes[1]).await.unwrap();
    assert_eq!((trace.code, trace.index), (0, Some(1)), "what the first gave, the second has");
}

#[tokio::test]
async fn a_trace_of_too_many_steps_leaves_some_out() {
    let dev = Dev::start().await.unwrap();
    let owner = &dev.accounts()[0];
    let code = dev.store_code(owner, probe()).await.unwrap();
    let contract = &dev.instantiate(owner, code, &write("begun", "yes"), &[]).await.unwrap();
    let count = u32::try_from(MOST_STEPS).unwrap() + 5;
    let remove = json!({ "remove": { "key": STANDARD.encode("none"), "count": count } });
    let message = any(&MsgExecuteContract {
        sender: owner.address().to_owned(),
        contract: contract.clone(),
        msg: remove.to_string().into_bytes(),
        funds: vec![],
    });
    let tx = dev.sign(owner, [message], 1_000_000_000, &[]).unwrap();
    let trace = dev.trace_unsent(tx).await.unwrap();
    assert_eq!((trace.code, trace.steps.len()), (0, MOST_STEPS));
    let removed = trace.steps.iter().filter(|step| matches!(step.action, Action::Remove { .. })).count();
    assert!(trace.omitted >= u64::from(count) - u64::try_from(removed).unwrap());
    gas_adds_up(&trace);
}

#[tokio::test]
async fn every_recorded_transaction_is_traced_to_wasmds_result() {
    let recorded = golden::json("rest-stream.json");
    let genesis: Genesis = serde_json::from_value(recorded["genesis"].clone()).unwrap();
    let code = tempfile::tempdir().unwrap();
    let mut chain = Chain::new(genesis, code.path(), Box::new(Memory), Retention::default()).unwrap();
    let mut hashes = Vec::new();
    for step in recorded["steps"].as_array().unwrap() {
        let Some(height) = step["height"].as_u64() else { continue };
        while chain.reader().height() + 1 < height {
            let next = chain.reader().time().0 + 1;
            chain.produce_block(vec![], next).unwrap();
        }
        let bytes = golden::bytes(&step["tx"]);
        let time = tendermint::Time::parse_from_rfc3339(step["time"].as_str().unwrap()).unwrap();
        let time = u64::try_from(time.unix_timestamp_nanos()).unwrap();
        let block = chain.produce_block(vec![bytes.clone()], time).unwrap();
        hashes.push((mars_node::tx::Tx::hash(&bytes), block));
    }
    let node = Node::start(chain, Settings { mining: Mining::Manual, ..Settings::default() }).unwrap();
    let controls = Controls::new(node.clone());
    assert!(hashes.len() > 150);
    for (hash, block) in hashes {
        // The same bytes may be in a later block too, which is then the one that is traced.
        if node.reader().tx(&hash).unwrap().block.height() != block.height() {
            continue;
        }
        match controls.trace(hash).await {
            Ok(trace) => {
                matches(&trace, &block.results[0]);
                if trace.code != 2 {
                    gas_adds_up(&trace);
                }
            }
            Err(DevError::NoState { .. }) if block.height() <= 2 => {}
            Err(error) => panic!("block {}: {error}", block.height()),
        }
    }
    node.stop();
}
