//! Replays every block of a running wasmd, whatever made its transactions, and compares how they went and what the
//! state is in the end.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mars_node::{Chain, Memory, Retention};
use serde_json::{Value, json};

use crate::compare::{self, Differences};
use crate::recorder::{Recorder, outcome};
use crate::state;

/// Returns how many transactions were compared, and all differences.
pub fn follow(r: &Recorder) -> (usize, Differences) {
    let code = tempfile::tempdir().unwrap();
    let retention = Retention { blocks: 10, states: 10 };
    let mut chain = Chain::new(r.our_genesis(), code.path(), Box::new(Memory), retention).unwrap();
    let mut differences = Differences::default();
    let mut compared = 0;
    let questions = state::questions(r);
    // The other chain goes on while this one catches up: what both are asked is the state after this block.
    let last = r.applied();
    for height in 1..=last {
        let block = r.rpc("block", json!({ "height": height.to_string() }));
        let block = &block["result"]["block"];
        let time = tendermint::Time::parse_from_rfc3339(block["header"]["time"].as_str().unwrap()).unwrap();
        let txs = block["data"]["txs"].as_array().into_iter().flatten();
        let txs: Vec<Vec<u8>> = txs.map(|tx| STANDARD.decode(tx.as_str().unwrap()).unwrap()).collect();
        let is_empty = txs.is_empty();
        let made = chain.produce_block(txs, u64::try_from(time.unix_timestamp_nanos()).unwrap()).unwrap();
        if is_empty {
            continue;
        }
        let results = r.rpc("block_results", json!({ "height": height.to_string() }));
        let theirs = results["result"]["txs_results"].as_array().unwrap();
        for (index, (theirs, ours)) in theirs.iter().zip(&made.results).enumerate() {
            let name = format!("block {height}, transaction {index}");
            differences.result(&name, &outcome(theirs), &compare::ours(ours));
            compared += 1;
        }
    }
    for (path, data) in questions {
        let theirs = r.ask_at(last, path, &data);
        let ours = chain.reader().abci_query(path, &data, 0, false);
        let value = if ours.value.is_empty() { Value::Null } else { json!(STANDARD.encode(&ours.value)) };
        let name = format!("{path} {}", hex::encode(&data));
        differences.value(&name, "log", &theirs["log"], &json!(ours.log));
        differences.value(&name, "value", &theirs["value"], &value);
    }
    (compared, differences)
}
