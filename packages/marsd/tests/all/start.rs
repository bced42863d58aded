//! The embedded chain as a process: it answers, it keeps what it was told, it ends when it is told.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::bench::{Home, MINTER, TRADER, WORDS, text};

/// A chain on free ports, what it told of itself, and where its RPC is.
pub struct Running {
    process: Child,
    pub told: Value,
    pub rpc: String,
}

impl Running {
    fn in_home(home: &Home) -> Self {
        Self::with(home, &[])
    }

    /// Its log goes to the file `log` of its home.
    pub fn with(home: &Home, arguments: &[&str]) -> Self {
        Self::begin(home, Command::new(env!("CARGO_BIN_EXE_marsd")), arguments)
    }

    /// With files that cannot grow beyond so many blocks of 512 bytes, as on a disk that is full.
    fn on_small_disk(home: &Home, blocks: u32) -> Self {
        let mut shell = Command::new("sh");
        // Without its signal a write is refused.
        shell.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")]);
        shell.arg(env!("CARGO_BIN_EXE_marsd"));
        Self::begin(home, shell, &[])
    }

    fn begin(home: &Home, mut command: Command, arguments: &[&str]) -> Self {
        let ports = ["--rpc-port", "0", "--rest-port", "0", "--grpc-port", "0"];
        let mut process = command
            .args(["start", "--output", "json"])
            .args(ports)
            .args(arguments)
            .env("MARSD_HOME", home.folder.path())
            .env_remove("RUST_LOG")
            .stdout(Stdio::piped())
            .stderr(File::create(home.folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(told["chain_id"], "mars-local-1");
        let rpc = told["rpc"].as_str().unwrap().to_string();
        Self { process, told, rpc }
    }

    /// A transfer of 5 MARS to the trader; its hash.
    fn pay(&self, home: &Home) -> String {
        let send = ["tx", "bank", "send", "trader", "5MARS", "--from", "minter", "--node", &self.rpc];
        home.result(&send)["txhash"].as_str().unwrap().to_string()
    }

    /// Asks it to end, as a service manager does, and waits until it has.
    pub fn stop(mut self) {
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
fn a_full_disk_ends_it_with_the_reason_and_what_was_acknowledged_is_kept() {
    let home = Home::with_network();
    let mut chain = Running::on_small_disk(&home, 16_384);
    let mut acknowledged = 0;
    let refusal = loop {
        let mine = ["dev", "mine", "500", "--output", "json", "--node", &chain.rpc];
        let output = home.run(&mine).output().unwrap();
        if !output.status.success() {
            break text(&output.stderr);
        }
        acknowledged = serde_json::from_slice::<Value>(&output.stdout).unwrap()["height"].as_u64().unwrap();
    };
    assert!(refusal.contains("storage"), "{refusal}");
    assert_eq!(chain.process.wait().unwrap().code(), Some(3));
    let log = fs::read_to_string(home.folder.path().join("log")).unwrap();
    assert!(log.contains("its storage failed"), "{log}");
    let (_, told) = log.split_once("What was acknowledged is kept, up to block ").unwrap();
    let kept = told.split(';').next().unwrap();
    assert!(kept.parse::<u64>().unwrap() >= acknowledged, "{kept} and {acknowledged}");

    let chain = Running::in_home(&home);
    let status = home.result(&["status", "--node", &chain.rpc]);
    assert_eq!(status["height"].to_string(), kept, "{status}");
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
fn settings_that_cannot_be_are_refused() {
    for (wrong, words) in [
        (&["--block-time", "0s"][..], "the least is 1ms"),
        (&["--step", "0ms"], "the least is 1ms"),
        (&["--step", "100000000000d"], "is after the latest, 2262-01-01T00:00:00Z"),
        (&["--public", "--faucet-port", "1"], "cannot be used with"),
        (&["--public", "--faucet-cooldown", "1s"], "cannot be used with"),
    ] {
        let home = Home::empty();
        let ports = ["start", "--memory", "--rpc-port", "0", "--rest-port", "0", "--grpc-port", "0"];
        let mut command = home.run(&[&ports[..], wrong].concat());
        let told = command.timeout(std::time::Duration::from_secs(60)).assert().code(2);
        let told = text(&told.get_output().stderr);
        assert!(told.contains(words), "{wrong:?}: {told}");
    }
}

#[test]
fn a_chain_in_memory_leaves_nothing_in_its_home() {
    let home = Home::with_network();
    let before = files(home.folder.path());
    let chain = Running::with(&home, &["--memory"]);
    chain.pay(&home);
    chain.stop();
    let after = files(home.folder.path());
    let new: Vec<&String> = after.iter().filter(|file| !before.contains(file)).collect();
    // Its log, and the turn of the one who paid.
    assert_eq!(new, [&format!("locks/mars-local-1-{MINTER}"), &"log".to_string()]);
    assert!(!home.folder.path().join("embedded").exists());
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

/// The answer to one request at `url`, head and body.
fn http(method: &str, url: &str, body: &str) -> String {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn what_it_tells_stands_in_the_ready_file_while_it_answers() {
    let home = Home::with_network();
    let ready = home.folder.path().join("ready.json");
    fs::write(&ready, "of a run that was killed").unwrap();
    let chain = Running::with(&home, &["--memory", "--ready-file", ready.to_str().unwrap()]);
    // It is written after the announcement.
    let file = loop {
        match fs::read_to_string(&ready) {
            Ok(file) => break file,
            Err(_) => std::thread::yield_now(),
        }
    };
    let told = &chain.told;
    assert_eq!(serde_json::from_str::<Value>(&file).unwrap(), *told);
    assert_eq!(told["pid"], chain.process.id());
    assert_eq!(told["home"], Value::Null);
    assert_eq!(told["mnemonic"], WORDS);
    assert_eq!(told["accounts"].as_array().unwrap().len(), 11);
    assert_eq!(told["accounts"][0], json!({ "index": 0, "name": "minter", "address": MINTER }));
    assert_eq!(told["websocket"], format!("ws://{}/websocket", chain.rpc.trim_start_matches("http://")));
    for (door, path) in [("rpc", "/health"), ("rest", "/cosmos/bank/v1beta1/params"), ("faucet", "/healthz")]
    {
        let answer = http("GET", &format!("{}{path}", told[door].as_str().unwrap()), "");
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{door}: {answer}");
    }
    // Another that finds its port taken leaves the file alone.
    let port = chain.rpc.rsplit(':').next().unwrap();
    home.exits(3, &["start", "--memory", "--rpc-port", port, "--ready-file", ready.to_str().unwrap()]);
    assert_eq!(fs::read_to_string(&ready).unwrap(), file);
    chain.pay(&home);
    let metrics = http("GET", told["metrics"].as_str().unwrap(), "");
    assert!(metrics.contains("\ncometbft_consensus_height 2\n"), "{metrics}");
    assert!(metrics.contains("\nchain_store_bytes 0\n"), "{metrics}");
    chain.stop();
    assert!(!ready.exists());
}

#[test]
fn the_faucet_gives_what_it_is_told_to() {
    let home = Home::with_network();
    let chain = Running::with(&home, &["--memory", "--faucet-credit", "7umars", "--faucet-cooldown", "1h"]);
    let credit = format!("{}/credit", chain.told["faucet"].as_str().unwrap());
    let ask = |denom: &str| http("POST", &credit, &json!({ "address": TRADER, "denom": denom }).to_string());
    let refused = ask("uusdc");
    assert!(refused.starts_with("HTTP/1.1 422 "), "{refused}");
    assert!(refused.ends_with("Token is not available. Available tokens are: umars"), "{refused}");
    assert!(ask("umars").ends_with("\r\n\r\nok"));
    let query = ["query", "bank", "balance", TRADER, "umars", "--node", &chain.rpc];
    assert_eq!(home.result(&query)["balance"]["amount"], "1000000000007");
    assert!(ask("umars").contains("Please wait 3600 seconds"));
    chain.stop();
}

#[test]
fn a_public_chain_gives_nothing_away() {
    for flag in ["--public", "--no-faucet"] {
        let home = Home::empty();
        let chain = Running::with(&home, &["--memory", flag]);
        assert_eq!(chain.told["faucet"], Value::Null, "{flag}");
        chain.stop();
    }
    for wrong in ["5", "0umars", "", "1umars,2umars"] {
        Home::empty().exits(2, &["start", "--faucet-credit", wrong]);
    }
}

#[test]
fn transactions_and_their_blocks_are_logged() {
    let home = Home::with_network();
    let chain = Running::with(&home, &["--memory", "--log-format", "json"]);
    let hash = chain.pay(&home);
    chain.stop();
    let log = fs::read_to_string(home.folder.path().join("log")).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<[&Value; 2]> = lines.iter().map(|line| [&line["level"], &line["message"]]).collect();
    assert_eq!(told, [["INFO", "transaction"], ["INFO", "block"]]);
    assert_eq!((&lines[0]["hash"], &lines[0]["messages"]), (&json!(hash), &json!("MsgSend")));
    assert_eq!((&lines[1]["height"], &lines[1]["txs"]), (&json!(2), &json!(1)));

    for quiet in [["--quiet", "--memory"], ["--memory", "--log-level=warn"]] {
        let chain = Running::with(&home, &quiet);
        chain.pay(&home);
        chain.stop();
        assert_eq!(fs::read_to_string(home.folder.path().join("log")).unwrap(), "", "{quiet:?}");
    }
    Home::empty().exits(2, &["start", "--log-level", "mars_node=loud"]);
}

#[test]
fn quiet_leaves_the_word_that_scripts_want() {
    let home = Home::with_network();
    let chain = Running::with(&home, &["--memory"]);
    let send = ["tx", "bank", "send", "trader", "5MARS", "--from", "minter", "--quiet", "--node", &chain.rpc];
    let assert = home.exits(0, &send);
    let (told, said) = (text(&assert.get_output().stdout), text(&assert.get_output().stderr));
    assert_eq!(said, "");
    let hash = told.trim_end();
    assert!(hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{told:?}");
    assert_eq!(home.result(&["query", "tx", hash, "--node", &chain.rpc])["txhash"], hash);
    let shown = home.exits(0, &["keys", "show", "minter", "-q"]);
    assert_eq!(text(&shown.get_output().stdout), format!("{MINTER}\n"));
    chain.stop();
}

#[test]
fn an_idle_chain_is_healthy() {
    let home = Home::with_network();
    let chain = Running::with(&home, &["--memory"]);
    // The rest of the protocol is not there, which are problems enough.
    let assert = home.exits(10, &["doctor", "--output", "json", "--node", &chain.rpc]);
    let found: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    let check = |name: &str| {
        let checks = found["checks"].as_array().unwrap();
        checks.iter().find(|check| check["check"] == name).unwrap().clone()
    };
    let (blocks, clock) = (check("new blocks"), check("clock"));
    assert_eq!(blocks["ok"], true, "{blocks}");
    assert_eq!(blocks["found"], "none, and none is due: the chain waits for transactions");
    assert_eq!(clock["ok"], true, "{clock}");
    chain.stop();

    let chain = Running::with(&home, &["--memory", "--block-time", "300ms"]);
    let assert = home.exits(10, &["doctor", "--node", &chain.rpc]);
    let table = text(&assert.get_output().stdout);
    let blocks = table.lines().find(|line| line.contains("new blocks")).unwrap();
    assert!(blocks.contains("height ") && blocks.contains(" ms"), "{blocks}");
    chain.stop();
}

/// How often the test below starts and stops a chain.
const ROUNDS: &str = "MARSD_START_ROUNDS";

/// The files under `folder` without what changes by design: compiled code lives as long as one process.
fn files(folder: &std::path::Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true if !path.ends_with("code/cache") => folders.push(path),
                true => {}
                false => names.push(path.strip_prefix(folder).unwrap().display().to_string()),
            }
        }
    }
    names.sort();
    names
}

#[test]
fn it_starts_and_stops_again_and_again_and_leaves_nothing_behind() {
    let rounds: u64 = std::env::var(ROUNDS).map_or(5, |rounds| rounds.parse().unwrap());
    let home = Home::with_network();
    let mut left: Option<Vec<String>> = None;
    for round in 0..rounds {
        let chain = Running::in_home(&home);
        let node = ["--node", &chain.rpc];
        let balance = ["query", "bank", "balance", TRADER, "umars"];
        let balance = home.result(&[&balance[..], &node[..]].concat());
        assert_eq!(balance["balance"]["amount"], (1_000_000_000_000 + round).to_string());
        let send = ["tx", "bank", "send", "trader", "1umars", "--from", "minter"];
        let sent = home.result(&[&send[..], &node[..]].concat());
        // The first block comes with the chain, and then one for each transaction.
        assert_eq!(
            (&sent["code"], &sent["height"]),
            (&Value::from(0), &Value::from((round + 2).to_string()))
        );
        let address = chain.rpc.trim_start_matches("http://").to_owned();
        chain.stop();
        // Its port is free, its lock is gone, as the next round shows, and so is whatever it wrote besides.
        assert!(TcpStream::connect(&address).is_err());
        let files = files(home.folder.path());
        assert_eq!(left.get_or_insert_with(|| files.clone()), &files, "round {round}");
    }
}

#[test]
fn many_start_at_once_on_free_ports() {
    let homes: Vec<Home> = (0..4).map(|_| Home::with_network()).collect();
    let chains: Vec<Running> = homes.iter().map(Running::in_home).collect();
    let addresses: std::collections::BTreeSet<&str> = chains.iter().map(|chain| chain.rpc.as_str()).collect();
    assert_eq!(addresses.len(), chains.len());
    chains.into_iter().for_each(Running::stop);
}
