//! Transactions in amino, to its binary and back: the node's answers are wasmd's, as `tests/golden/amino.json` has them.
//! There is a transaction with each message that has a name in amino, and whatever can be wrong about one.

use serde_json::{Value, json};

use crate::ask::Addresses;
use crate::compare::without_places;
use crate::doors::Doors;
use crate::golden;

/// What is answered otherwise than by wasmd: the account of a module has JSON of its own, and nobody sends one.
const OTHERWISE: [&str; 1] = ["cosmos-sdk/ModuleAccount"];

/// An answer without the places in Go's source.
fn shared(mut answer: Value) -> Value {
    if let Some(message) = answer["refused"]["message"].as_str() {
        answer["refused"]["message"] = json!(without_places(message));
    }
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_in_amino_are_turned_as_by_wasmd() {
    let recorded = golden::json("amino.json");
    let doors = Doors::open(Default::default()).await;
    let addresses = Addresses { rpc: doors.rpc.clone(), rest: doors.rest.clone(), grpc: doors.grpc.clone() };
    let mut differences = Vec::new();
    for case in recorded["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let (theirs, ours) = (shared(case.clone()), shared(addresses.ask_amino(case).await));
        if OTHERWISE.contains(&name) {
            assert_eq!(ours["refused"]["status"], 12, "{ours}");
        } else if ours != theirs {
            differences.push(format!("wasmd: {theirs}\nours:  {ours}"));
        }
    }
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), differences.join("\n"));
    doors.close().await;
}
