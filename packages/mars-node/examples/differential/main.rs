//! Holds the node against a running wasmd.
//!
//! `record PORT SECRET FILE` sends a stream of signed transactions to wasmd and writes down what it answers, as a golden
//! file that the node is compared with. SECRET is the validator's key in hexadecimal, whose chain must decide proposals
//! within seconds: `tests/golden/record-stream` starts such a one.
//!
//! `follow PORT` replays every block of a chain, whatever made its transactions, and tells each difference.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod ante;
mod authority;
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

use recorder::Recorder;
use serde_json::{Value, json};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["record", port, secret, file] => {
            let r = &mut Recorder::new(port.parse().unwrap(), root);
            record(r, root, &hex::decode(secret).unwrap());
            write(r, file);
            eprintln!("{} steps in {file}", r.steps.len());
        }
        ["follow", port] => {
            let (compared, differences) = follow::follow(&Recorder::new(port.parse().unwrap(), root));
            differences.none();
            assert!(compared > 0, "the chain has no transactions");
            eprintln!("{compared} transactions and the state are those of wasmd");
        }
        _ => panic!("usage: differential record PORT SECRET FILE | differential follow PORT"),
    }
}

fn record(r: &mut Recorder, root: &str, secret: &[u8]) {
    let packed = std::fs::read(format!("{root}/packages/mars-node/tests/golden/probe.wasm.gz")).unwrap();
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut plain).unwrap();
    r.files = vec![("probe.wasm.gz", packed.clone()), ("probe.wasm", plain.clone())];
    bank::record(r);
    ante::record(r);
    malformed::record(r);
    let probes = contracts::record(r, &packed, &plain);
    replies::record(r, &probes);
    machine::record(r, &probes);
    queries::record(r, &probes);
    grants::record(r, &probes);
    multisig::record(r, &probes);
    vesting::record(r, &probes);
    blocks::record(r, &probes);
    authority::record(r, &probes, &packed, secret);
}

/// Writes a step in a line, so that a change to one of them is a change of one line.
fn write(r: &Recorder, file: &str) {
    let lines = |values: &[Value]| {
        let lines: Vec<String> = values.iter().map(Value::to_string).collect();
        lines.join(",\n")
    };
    let mut text = String::new();
    writeln!(text, "{{\"genesis\":{},", serde_json::to_value(r.our_genesis()).unwrap()).unwrap();
    writeln!(text, "\"times\":{},", json!(r.times())).unwrap();
    writeln!(text, "\"steps\":[\n{}],", lines(&r.steps)).unwrap();
    writeln!(text, "\"state\":[\n{}]}}", lines(&state::record(r))).unwrap();
    std::fs::write(file, text).unwrap();
}
