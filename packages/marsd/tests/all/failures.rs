use serde_json::{Value, json};

use crate::bench::{DEAD_NODE, Home, MINTER, text};

/// What every error has, in JSON.
const SHAPE: [&str; 6] = ["code", "codespace", "hint", "kind", "message", "txhash"];

fn keys(error: &Value) -> Vec<&str> {
    error.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn dead_node_is_4_and_named() {
    let home = Home::with_network();
    for arguments in [
        &["status"][..],
        &["query", "bank", "balances", "minter"],
        &["q", "tx", &"00".repeat(32)],
        &["q", "block"],
        &["tx", "bank", "send", "trader", "1MARS", "--from", "minter"],
        &["tx", "treasury", "mint", "100USDC", "--from", "minter", "--dry-run"],
        &["query", "treasury", "solvency"],
    ] {
        let error = home.error(4, arguments);
        assert_eq!(keys(&error), SHAPE, "{arguments:?}");
        assert_eq!(error["kind"], "unreachable");
        assert!(error["message"].as_str().unwrap().contains(DEAD_NODE), "{error}");
        assert!(error["hint"].as_str().unwrap().contains("marsd start"));
        assert_eq!((&error["code"], &error["txhash"]), (&json!(null), &json!(null)));
    }
}

#[test]
fn doctor_on_a_dead_node_finds_problems() {
    let home = Home::with_network();
    let assert = home.exits(10, &["doctor", "--output", "json"]);
    let found: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    let rpc = found["checks"].as_array().unwrap().iter().find(|check| check["check"] == "RPC").unwrap();
    assert_eq!(rpc["ok"], false);
    assert!(found["problems"].as_u64().unwrap() >= 1);
}

#[test]
fn doctor_probes_no_server_with_tls() {
    let home = Home::with_network();
    let file = home.folder.path().join("network.json");
    let mut network: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    network["apis"]["rest"] = json!([{"address": "https://rest.invalid"}]);
    network["apis"]["grpc"] = json!([{"address": "https://grpc.invalid:443"}]);
    std::fs::write(&file, network.to_string()).unwrap();
    let assert = home.exits(10, &["doctor", "--output", "json"]);
    let found: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    for (name, host) in
        [("REST", "rest.invalid"), ("CORS of REST", "rest.invalid"), ("gRPC", "grpc.invalid:443")]
    {
        let check = found["checks"].as_array().unwrap().iter().find(|check| check["check"] == name).unwrap();
        assert_eq!(check["ok"], true, "{check}");
        assert_eq!(check["found"], format!("https://{host} is not probed: it speaks TLS"));
    }
}

#[test]
fn usage_is_2_with_and_without_json() {
    let home = Home::with_network();
    for arguments in [
        &["nonsense"][..],
        &["tx", "treasury", "conjure"],
        &["tx", "bank", "send", "trader", "1MARS"],
        &["tx", "bank", "send", "trader", "1MARS", "--from", "minter", "--gas", "much"],
        &[
            "tx",
            "bank",
            "send",
            "trader",
            "1MARS",
            "--from",
            "minter",
            "--gas-prices",
            "1umars",
            "--fees",
            "1umars",
        ],
        &["tx", "bank", "send", "trader", "1MARS", "--from", "minter", "--no-wait", "--dry-run"],
        &["tx", "bank", "send", "trader", "1MARS", "--from", "minter", "--timeout", "5"],
        &["tx", "oracle", "feed", "XMS=1"],
        &["tx", "wasm", "instantiate", "1", "{}", "--from", "minter", "--label", "x"],
        &["query", "block", "--height", "-1"],
        &["status", "--output", "yaml"],
    ] {
        let plain = home.exits(2, arguments);
        assert!(text(&plain.get_output().stderr).starts_with("error: "), "{arguments:?}");
        if !arguments.contains(&"yaml") {
            let error = home.error(2, arguments);
            assert_eq!((keys(&error), &error["kind"]), (SHAPE.to_vec(), &json!("usage")), "{arguments:?}");
        }
    }
}

#[test]
fn mistakes_that_only_the_network_shows_are_2_too() {
    let home = Home::with_network();
    let send = |amount, to| home.error(2, &["tx", "bank", "send", to, amount, "--from", "minter"]);
    assert!(send("1DOGE", "trader")["message"].as_str().unwrap().contains("DOGE"));
    assert!(send("1Mars", "trader")["message"].as_str().unwrap().contains("did you mean mars"));
    assert!(send("1.0000001MARS", "trader")["message"].as_str().unwrap().contains("7 decimals"));
    assert!(send("1USDM", "trader")["message"].as_str().unwrap().contains("cw20"));
    assert!(send("1MARS,1umars", "trader")["message"].as_str().unwrap().contains("twice"));
    assert!(send("1MARS", "nobody")["message"].as_str().unwrap().contains("nobody"));
    let foreign = "cosmos1pkptre7fdkl6gfrzlesjjvhxhlc3r4gmmk8rs6";
    assert!(send("1MARS", foreign)["message"].as_str().unwrap().contains("\"mars\""));
    assert!(send("1MARS", &format!("{MINTER}x"))["message"].as_str().unwrap().contains("neither"));
    home.error(2, &["tx", "wasm", "execute", "usdm", "{not json", "--from", "minter"]);
    home.error(2, &["tx", "treasury", "redeem", "1USDC", "--from", "minter"]);
    let allocate = home.error(2, &["tx", "treasury", "allocate", "2", "1USDM", "--from", "minter"]);
    assert_eq!(allocate["message"], "USDM follows from the amount of the asset beside it");
    for ask in [&["simulate-redeem", "1XMS"][..], &["required-for-mint", "1XMS", "USDC"]] {
        let refused = home.error(2, &[&["query", "treasury"][..], ask].concat());
        assert_eq!(refused["message"], "1XMS is XMS, expected USDM");
    }
    home.error(2, &["tx", "oracle", "feed", "BTC:60000", "--from", "minter"]);
    home.error(2, &["tx", "oracle", "feed", "BTC=a lot", "--from", "minter"]);
}

#[test]
fn where_nobody_reads_the_exit_code_tells_it() {
    let home = Home::with_network();
    for (code, arguments) in [
        (2, &["nonsense"][..]),
        (2, &["nonsense", "--output", "json"]),
        (3, &["keys", "show", "stranger"]),
        (4, &["tx", "bank", "send", "trader", "1MARS", "--from", "minter", "--output", "json"]),
        (0, &["keys", "list"]),
    ] {
        let mut command = home.command(arguments);
        let (nobody, pipe) = std::io::pipe().unwrap();
        drop(nobody);
        command.stdout(pipe.try_clone().unwrap()).stderr(pipe);
        assert_eq!(command.status().unwrap().code(), Some(code), "{arguments:?}");
    }
}

#[test]
fn missing_files_and_keys_are_3() {
    let home = Home::empty();
    let network = home.error(3, &["query", "treasury", "solvency"]);
    assert!(network["message"].as_str().unwrap().contains("network.json"));
    home.error(3, &["--network", "no-such-network", "status"]);
    home.error(3, &["--network", "./no-such.json", "status"]);
    let home = Home::with_network();
    let key = home.error(3, &["tx", "bank", "send", "trader", "1MARS", "--from", "stranger"]);
    assert!(key["hint"].as_str().unwrap().contains("keys list"));
    home.error(3, &["deploy", "no-such-file.toml"]);
    home.error(3, &["wasm", "check", "no-such-file.wasm"]);
}

#[test]
fn network_is_found_by_name_by_file_and_by_environment() {
    let home = Home::with_network();
    let folder = home.folder.path();
    std::fs::create_dir(folder.join("networks")).unwrap();
    std::fs::rename(folder.join("network.json"), folder.join("networks/other.json")).unwrap();
    let contracts = ["query", "contracts"];
    home.exits(3, &contracts);
    home.exits(0, &[&contracts[..], &["--network", "other"]].concat());
    home.run(&contracts).env("MARSD_NETWORK", "other").assert().success();
    let file = folder.join("networks/other.json").display().to_string();
    let found = home.result(&[&contracts[..], &["--network", &file]].concat());
    assert_eq!(found["treasury"]["address"], "mars1treasury");
}

#[test]
fn codes_are_explained() {
    let home = Home::empty();
    let explain = |space, code| home.result(&["explain", space, code])["explanation"].clone();
    assert!(explain("sdk", "32").as_str().unwrap().contains("sequence"));
    assert!(explain("wasm", "5").as_str().unwrap().contains("refused the call"));
    assert!(explain("mars", "supply_cap").as_str().unwrap().contains("XMS"));
    for (space, code) in [("mars", "no_such_code"), ("sdk", "999"), ("sdk", "five"), ("gov", "2")] {
        assert_eq!(home.error(5, &["explain", space, code])["kind"], "not_found");
    }
    home.exits(2, &["explain", "sdk"]);
    let all = home.result(&["explain"]);
    assert!(all.as_array().unwrap().len() > 100);
}
