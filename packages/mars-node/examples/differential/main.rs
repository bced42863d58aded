//! Holds the node against a running wasmd.
//!
//! `stream PORT SECRET FILE` sends a stream of signed transactions to wasmd and writes down what it answers, as a golden
//! file that the node is compared with. SECRET is the validator's key in hexadecimal, whose chain must decide proposals
//! within seconds: `tests/golden/record` starts such a one.
//!
//! `bad-input PORT SECRET FILE` does so with requests at every door that something is wrong about.
//!
//! `amino PORT SECRET FILE` asks anew what becomes of the transactions in FILE, which are in amino: a new one is written
//! there by hand, without the answer.
//!
//! `follow PORT` replays every block of a chain, whatever made its transactions, and tells each difference.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod ante;
#[path = "../../tests/all/ask.rs"]
mod ask;
mod authority;
mod bad_input;
mod bank;
mod blocks;
#[path = "../../tests/all/compare.rs"]
mod compare;
mod contracts;
mod follow;
mod grants;
mod machine;
mod malformed;
mod multisig;
mod queries;
mod recorder;
mod replies;
mod state;
mod vesting;

use std::fmt::Write;
use std::io::Read;

use ask::Addresses;
use recorder::Recorder;
use serde_json::{Value, json};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["stream", port, secret, file] => {
            let r = &mut Recorder::new(port.parse().unwrap(), root);
            record(r, root, &hex::decode(secret).unwrap());
            let (times, state) = (json!(r.times()).to_string(), lines(&state::record(r)));
            write(r, file, &[("times", times), ("steps", lines(&r.steps)), ("state", state)]);
            eprintln!("{} steps in {file}", r.steps.len());
        }
        ["bad-input", port, _, file] => {
            let r = &mut Recorder::new(port.parse().unwrap(), root);
            let (packed, _) = probe(r, root);
            let cases = bad_input::record(r, &packed);
            write(r, file, &[("steps", lines(&r.steps)), ("cases", lines(&cases))]);
            eprintln!("{} cases in {file}", cases.len());
        }
        ["amino", port, _, file] => {
            let doors = doors(port.parse().unwrap());
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let asked: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
            let asked = asked["cases"].as_array().unwrap();
            let cases: Vec<Value> =
                asked.iter().map(|case| runtime.block_on(doors.ask_amino(case))).collect();
            std::fs::write(file, format!("{{\"cases\":{}}}\n", lines(&cases))).unwrap();
            eprintln!("{} cases in {file}", cases.len());
        }
        ["follow", port] => {
            let (compared, differences) = follow::follow(&Recorder::new(port.parse().unwrap(), root));
            differences.none();
            assert!(compared > 0, "the chain has no transactions");
            eprintln!("{compared} transactions and the state are those of wasmd");
        }
        _ => panic!("usage: differential stream|bad-input|amino PORT SECRET FILE | follow PORT"),
    }
}

/// The doors of the chain whose RPC is at `port`, as `scripts/localnet` shifts them.
fn doors(port: u16) -> Addresses {
    let at = |usual: u16| format!("127.0.0.1:{}", port - 26_657 + usual);
    Addresses { rpc: at(26_657), rest: at(1_317), grpc: at(9_090) }
}

/// The contract that does what it is told, packed and plain.
fn probe(r: &mut Recorder, root: &str) -> (Vec<u8>, Vec<u8>) {
    let packed = std::fs::read(format!("{root}/packages/mars-node/tests/golden/probe.wasm.gz")).unwrap();
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut plain).unwrap();
    r.files = vec![("probe.wasm.gz", packed.clone()), ("probe.wasm", plain.clone())];
    (packed, plain)
}

fn record(r: &mut Recorder, root: &str, secret: &[u8]) {
    let (packed, plain) = probe(r, root);
    bank::record(r);
    ante::record(r);
    malformed::record(r);
    let probes = contracts::record(r, &packed, &plain);
    replies::record(r, &probes);
    machine::record(r, &probes);
    queries::record(r, &probes);
    grants::record(r, &probes, &packed, &plain);
    multisig::record(r, &probes);
    vesting::record(r, &probes);
    blocks::record(r, &probes);
    authority::record(r, &probes, &packed, secret);
}

/// Items in a line each, so that a change to one of them is a change of one line.
fn lines(items: &[Value]) -> String {
    let lines: Vec<String> = items.iter().map(Value::to_string).collect();
    format!("[\n{}]", lines.join(",\n"))
}

/// Writes the genesis of the recorded chain, and the parts of what was recorded on it.
fn write(r: &Recorder, file: &str, parts: &[(&str, String)]) {
    let mut text = format!("{{\"genesis\":{}", json!(r.our_genesis()));
    for (name, part) in parts {
        write!(text, ",\n\"{name}\":{part}").unwrap();
    }
    std::fs::write(file, text + "}\n").unwrap();
}
