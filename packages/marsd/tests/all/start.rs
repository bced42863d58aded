//! The embedded chain as a process: it answers, it keeps what it was told, it ends when it is told.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::bench::{Home, MINTER, TRADER, text};

/// A chain on free ports, and where its RPC is.
struct Running {
    process: Child,
    rpc: String,
}

impl Running {
    fn in_home(home: &Home) -> Self {
        let ports = ["--rpc-port", "0", "--rest-port", "0", "--grpc-port", "0"];
        let mut process = Command::new(env!("CARGO_BIN_EXE_marsd"))
            .args(["start", "--output", "json"])
            .args(ports)
            .env("MARSD_HOME", home.folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let announced: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(announced["chain_id"], "mars-local-1");
        Self { process, rpc: announced["rpc"].as_str().unwrap().to_string() }
    }

    /// Asks it to end, as a service manager does, and waits until it has.
    fn stop(mut self) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.process.wait().unwrap().success());
        let mut rest = String::new();
        self.process.stdout.as_mut().unwrap().read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
    }
}

impl Drop for Running {
    /// A test that fails leaves no process behind.
    fn drop(&mut self) {
        self.process.kill().ok();
    }
}

#[test]
fn it_takes_transactions_and_goes_on_where_it_stopped() {
    let home = Home::with_network();
    let chain = Running::in_home(&home);
    let node = ["--node", &chain.rpc];
    let sent =
        home.result(&[&["tx", "bank", "send", "trader", "5MARS", "--from", "minter"], &node[..]].concat());
    assert_eq!(sent["code"], 0, "{sent}");
    let balance = |node: &[&str]| {
        home.result(&[&["query", "bank", "balance", TRADER, "umars"], node].concat())["balance"]["amount"]
            .clone()
    };
    assert_eq!(balance(&node), "1000005000000");
    let height = sent["height"].clone();
    chain.stop();

    let chain = Running::in_home(&home);
    let node = ["--node", &chain.rpc];
    assert_eq!(balance(&node), "1000005000000");
    let found = home.result(&[&["query", "tx", sent["txhash"].as_str().unwrap()], &node[..]].concat());
    assert_eq!(found["height"], height);
    chain.stop();
}

#[test]
fn its_accounts_are_those_of_the_local_chain() {
    let genesis: Value = serde_json::from_str(include_str!("../../genesis.json")).unwrap();
    let published = include_str!("../../../../scripts/accounts");
    let published: Vec<&str> = published
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()))
        .map(|line| line.split_whitespace().last().unwrap())
        .collect();
    let accounts: Vec<&str> = genesis["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|account| account["address"].as_str().unwrap())
        .collect();
    assert_eq!(accounts, published);
    assert_eq!(&accounts[..2], [MINTER, TRADER]);
}

#[test]
fn a_taken_port_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let assert = Home::empty().exits(3, &["start", "--rpc-port", &port]);
    let told = text(&assert.get_output().stderr);
    assert!(told.contains(&format!("127.0.0.1:{port}")), "{told}");
}

#[test]
fn ports_beyond_the_last_and_a_genesis_that_is_none_are_refused() {
    let home = Home::empty();
    home.exits(2, &["start", "--port-offset", "60000"]);
    let broken = home.folder.path().join("genesis.json");
    std::fs::write(&broken, "{\"chain_id\": 1}").unwrap();
    let assert = home.exits(3, &["start", "--genesis", broken.to_str().unwrap()]);
    assert!(text(&assert.get_output().stderr).contains("genesis.json"));
}
