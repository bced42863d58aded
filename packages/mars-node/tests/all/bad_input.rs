//! Whatever is wrong about a request, at every door: the node's answer is wasmd's, as `tests/golden/bad-input.json` has it,
//! and after it the node answers as before.

use serde_json::{Value, json};

use crate::ask::Addresses;
use crate::compare::without_places;
use crate::doors::{Doors, Limits};
use crate::golden;
use crate::rest::recorded_node;
use crate::rpc::compare_shapes;

/// What is answered otherwise than by wasmd, by reason.
const OTHERWISE: &[(&str, &[&str])] = &[
    (
        "what is no HTTP ends in the library that reads it, whose refusals have no words and one status",
        &[
            "rpc: no HTTP",
            "rpc: bytes that are no text",
            "rpc: another version of HTTP",
            "rpc: no version of HTTP",
            "rpc: a header without colon",
            "rpc: a header with a space in its name",
            "rpc: a header of 2 MB",
            "rpc: a length that is no number",
            "rpc: a negative length",
            "rpc: two lengths",
            "rpc: a chunk that is none",
            "rpc: an encoding that is none",
            "rpc: a space in a path",
            "rest: no HTTP",
            "rest: another version of HTTP",
            "rest: a length that is no number",
            "rest: a header of 2 MB",
        ],
    ),
    (
        "a page may always ask first what it may ask: nobody else sends OPTIONS",
        &["rpc: OPTIONS of a call", "rpc: OPTIONS of a URI"],
    ),
    (
        "text that is no UTF-8 is refused where it is read",
        &[
            "rpc: bytes that are no UTF-8",
            "websocket: a text that is no UTF-8",
            "grpc: a text that is no UTF-8",
        ],
    ),
    (
        "Go has words of its own for each way in which a time is none",
        &["rpc: a query with a date that is none", "rpc: a query with a time that is none"],
    ),
    ("with one validator there is no evidence to look into", &["rpc: evidence of nothing"]),
    (
        "an end is told with its reason where wasmd tells none",
        &["websocket: a frame of 2^63 bytes", "websocket: an end of one byte"],
    ),
    (
        "on the wire no bytes and empty bytes are the same; wasmd's gateway broadcasts within its own process",
        &["rest: bytes of nothing for txs", "rest: broadcast of no bytes"],
    ),
    ("wasmd itself falls over this", &["rest: a message with an unknown field for encode"]),
    (
        "messages of modules that are not there are refused before any check",
        &[
            "rpc: broadcast of a message without handler",
            "rpc: check of a message without handler",
            "rest: broadcast of a message without handler",
            "rest: simulation of a message without handler",
        ],
    ),
];

/// What is said before the height of a chain.
const BEFORE_HEIGHTS: [&str; 5] =
    ["current blockchain height ", "current height ", "max height ", "block height: ", "latest height: "];

/// An answer without what no two chains share.
fn shared(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            // Google's library says some things with one kind of space or another, as it was built.
            let text = without_places(text).replace('\u{a0}', " ");
            let heights = BEFORE_HEIGHTS.iter().fold(text, |text, before| match text.split_once(before) {
                Some((start, rest)) => {
                    format!("{start}{before}…{}", rest.trim_start_matches(|c: char| c.is_ascii_digit()))
                }
                None => text,
            });
            json!(heights)
        }
        Value::Array(items) => items.iter().map(shared).collect(),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| match name.as_str() {
                "height" | "block_height" if value != "0" => (name.clone(), json!("…")),
                _ => (name.clone(), shared(value)),
            };
            Value::Object(fields.iter().map(field).collect())
        }
        other => other.clone(),
    }
}

/// Whether an answer tells of the chain itself, as of a block: then only its form is wasmd's.
fn tells_of_the_chain(answer: &Value) -> bool {
    let result = &answer["body"]["result"];
    result.is_object() && result.get("code").is_none() && result.get("response").is_none()
        || answer["body"]["validators"].is_array()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_refusal_is_wasmds_and_the_node_goes_on() {
    let recorded = golden::json("bad-input.json");
    let stream = recorded.clone();
    let (node, code) = tokio::task::spawn_blocking(move || recorded_node(&stream)).await.unwrap();
    let doors = Doors::of(node, Limits::default(), Some(code)).await;
    let addresses = Addresses { rpc: doors.rpc.clone(), rest: doors.rest.clone(), grpc: doors.grpc.clone() };
    let mut differences = Vec::new();
    let cases = recorded["cases"].as_array().unwrap();
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let theirs = shared(&case["answer"]);
        let ours = shared(&addresses.ask(&case["request"]).await);
        let listed = OTHERWISE.iter().any(|(_, names)| names.contains(&name));
        if listed {
            assert_ne!(ours, theirs, "{name} is answered as by wasmd");
        } else if tells_of_the_chain(&theirs) && tells_of_the_chain(&ours) {
            compare_shapes(name, &theirs, &ours, &mut differences);
        } else if ours != theirs {
            differences.push(format!("{name}\n  wasmd: {theirs}\n  ours:  {ours}"));
        }
        require_alive(&addresses).await;
    }
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), differences.join("\n"));
    doors.close().await;
}

/// Every door still answers.
async fn require_alive(addresses: &Addresses) {
    for (request, field, wanted) in [
        (json!({ "door": "rpc", "send": ["GET /health HTTP/1.0\r\n\r\n"] }), "status", 200),
        (
            json!({ "door": "rest", "send": ["GET /cosmos/bank/v1beta1/params HTTP/1.0\r\n\r\n"] }),
            "status",
            200,
        ),
        (json!({ "door": "grpc", "call": "/cosmos.bank.v1beta1.Query/Params", "message": [] }), "status", 0),
    ] {
        let answer = addresses.ask(&request).await;
        assert_eq!(answer[field], wanted, "{answer}");
    }
}
