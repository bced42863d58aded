use serde_json::Value;

use crate::bench::{Home, text};

#[test]
fn what_the_chain_would_refuse_is_a_problem_with_a_way_out() {
    let home = Home::empty();
    let file = home.folder.path().join("empty.wasm");
    std::fs::write(&file, b"\0asm\x01\0\0\0").unwrap();
    let path = file.to_str().unwrap();
    let assert = home.exits(10, &["wasm", "check", path, "--output", "json"]);
    let found: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    assert_eq!(found[0]["accepted"], false);
    assert!(!found[0]["fix"].as_str().unwrap().is_empty());
    assert_eq!(found[0]["checksum"], "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476");
}

#[test]
fn it_is_not_even_sent() {
    let home = Home::with_network();
    let file = home.folder.path().join("empty.wasm");
    std::fs::write(&file, b"not wasm").unwrap();
    let path = file.to_str().unwrap();
    let error = home.error(6, &["tx", "wasm", "store", path, "--from", "minter"]);
    assert_eq!(error["kind"], "rejected");
    assert!(error["message"].as_str().unwrap().contains("empty.wasm"));
}

#[test]
fn address_of_instantiate2_is_known_without_a_chain() {
    let home = Home::with_network();
    let checksum = "13a1fc994cc6d1c81b746ee0c0ff6f90043875e0bf1d9be6b7d779fc978dc2a5";
    let build = |salt: &[&str]| {
        let assert =
            home.exits(0, &[&["query", "wasm", "build-address", checksum, "minter"][..], salt].concat());
        text(&assert.get_output().stdout)
    };
    let address = build(&["61"]);
    assert!(address.starts_with("mars1") && address.trim().len() == 63);
    assert_eq!(address, build(&["a", "--ascii"]));
    assert_eq!(address, build(&["YQ==", "--b64"]));
    assert_ne!(address, build(&["62"]));
    home.error(2, &["query", "wasm", "build-address", checksum, "minter", "not hex"]);
    home.error(2, &["query", "wasm", "build-address", checksum, "minter", ""]);
    home.error(2, &["query", "wasm", "build-address", checksum, "minter", &"00".repeat(65)]);
    home.error(2, &["query", "wasm", "build-address", "zz", "minter", "61"]);
}
