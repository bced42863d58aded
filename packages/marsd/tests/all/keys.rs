use std::fs;

use serde_json::json;

use crate::bench::{Home, MINTER, TRADER, WORDS, text};

const PASSPHRASE: &str = "MARSD_KEYRING_PASSPHRASE";
const EXPORT: &str = "MARSD_EXPORT_PASSPHRASE";
const FILE: [&str; 2] = ["--keyring-backend", "file"];
const TEST: [&str; 2] = ["--keyring-backend", "test"];

fn with<'a>(arguments: &[&'a str], backend: [&'a str; 2]) -> Vec<&'a str> {
    [arguments, &backend].concat()
}

#[test]
fn a_name_is_looked_at_before_anything_is_asked() {
    let home = Home::with_network();
    let add = |name: &str| home.error(3, &["keys", "add", name, "--keyring-backend", "file"]);
    // Without a passphrase, which would be asked for next.
    for wrong in ["../x", "", "Ünï", &"x".repeat(65)] {
        assert!(add(wrong)["message"].as_str().unwrap().contains("is not allowed"), "{wrong:?}");
    }
    assert!(add(MINTER)["message"].as_str().unwrap().contains("the address of another key"));
    assert!(add("fine")["message"].as_str().unwrap().contains("a passphrase is needed"));
    let exists = home.error(3, &["keys", "import", "minter", "no-such-file"]);
    assert!(exists["message"].as_str().unwrap().contains("is already in"), "{exists}");
}

#[test]
fn a_name_of_a_key_and_a_contract_is_neither() {
    let home = Home::with_network();
    home.exits(0, &["keys", "add", "oracle"]);
    let send = home.error(2, &["tx", "bank", "send", "oracle", "1MARS", "--from", "minter"]);
    let told = send["message"].as_str().unwrap();
    assert!(told.contains("is a key (mars1") && told.contains("(mars1oracle)"), "{told}");
}

#[test]
fn words_give_the_published_addresses() {
    let home = Home::with_network();
    assert_eq!(home.result(&["keys", "show", "minter", "--address"]), json!(MINTER));
    assert_eq!(
        text(&home.exits(0, &["keys", "show", "trader", "-a"]).get_output().stdout),
        format!("{TRADER}\n")
    );
    assert_eq!(home.result(&["keys", "show", TRADER])["name"], "trader");
    let path = ["keys", "add", "same", "--recover", "--hd-path", "m/44'/118'/0'/0/1"];
    home.run(&path).write_stdin(WORDS).assert().success();
    assert_eq!(home.result(&["keys", "show", "same", "--address"]), json!(TRADER));
}

#[test]
fn json_of_a_key_has_the_shape_of_other_daemons() {
    let key = Home::with_network().result(&["keys", "show", "minter"]);
    assert_eq!(
        key,
        json!({"name": "minter", "type": "local", "address": MINTER,
               "pubkey": {"@type": "/cosmos.crypto.secp256k1.PubKey", "key": key["pubkey"]["key"]}})
    );
}

#[test]
fn new_words_go_to_standard_error_and_recover_the_key() {
    let home = Home::empty();
    let added = home.exits(0, &with(&["keys", "add", "voter"], TEST));
    let output = added.get_output();
    let words = text(&output.stderr).lines().find(|line| line.split(' ').count() == 24).unwrap().to_string();
    assert!(!text(&output.stdout).contains(&words));
    home.run(&with(&["keys", "add", "again", "--recover"], TEST)).write_stdin(words).assert().success();
    let address = |name| home.result(&with(&["keys", "show", name, "--address"], TEST));
    assert_eq!(address("voter"), address("again"));
    let silent = home.exits(0, &with(&["keys", "add", "keeper", "--no-backup"], TEST));
    assert_eq!(text(&silent.get_output().stderr), "");
}

#[test]
fn list_is_by_name_and_deleting_takes_a_yes() {
    let home = Home::with_network();
    let names = |home: &Home| -> Vec<String> {
        let list = home.result(&["keys", "list"]);
        list.as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap().into()).collect()
    };
    assert_eq!(names(&home), ["deployer", "minter", "trader"]);
    let refused = home.error(2, &["keys", "delete", "minter"]);
    assert!(refused["message"].as_str().unwrap().contains("--yes"), "{refused}");
    assert_eq!(
        home.result(&["keys", "delete", "minter", "--yes"]),
        json!({"deleted": "minter", "address": MINTER})
    );
    assert_eq!(names(&home), ["deployer", "trader"]);
    assert_eq!(home.error(3, &["keys", "delete", "minter", "--yes"])["kind"], "config");
}

#[test]
fn file_keyring_lists_without_and_opens_only_with_its_passphrase() {
    let home = Home::empty();
    let run = |passphrase: Option<&str>, arguments: &[&str]| {
        let mut command = home.run(&with(arguments, FILE));
        passphrase.map(|passphrase| command.env(PASSPHRASE, passphrase));
        command
    };
    let add = ["keys", "add", "owner", "--recover"];
    run(None, &add).write_stdin(WORDS).assert().code(3);
    run(Some("correct horse"), &add).write_stdin(WORDS).assert().success();
    run(None, &["keys", "list"]).assert().success();
    run(None, &["keys", "export", "owner"]).env(EXPORT, "exported key").assert().code(3);
    let wrong =
        run(Some("wrong horse"), &["keys", "export", "owner"]).env(EXPORT, "exported key").assert().code(3);
    assert!(text(&wrong.get_output().stderr).contains("passphrase"));
    run(Some("another horse"), &["keys", "add", "guardian"]).assert().code(3);
    let file = fs::read_to_string(home.folder.path().join("keyring-file/owner.pem")).unwrap();
    assert!(file.contains("ENCRYPTED PRIVATE KEY"));
}

#[test]
fn exported_keys_come_back_in_another_keyring() {
    let home = Home::with_network();
    let pem = home.run(&["keys", "export", "minter"]).env(EXPORT, "exported key").assert().success();
    let pem = text(&pem.get_output().stdout);
    assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));

    let other = Home::empty();
    let import = with(&["keys", "import", "minter", "-"], TEST);
    other.run(&import).env(EXPORT, "wrong").write_stdin(pem.clone()).assert().code(3);
    other.run(&import).env(EXPORT, "exported key").write_stdin(pem).assert().success();
    assert_eq!(other.result(&with(&["keys", "show", "minter", "-a"], TEST)), json!(MINTER));
}

#[test]
fn bare_keys_take_an_explicit_unsafe() {
    let home = Home::with_network();
    home.exits(2, &["keys", "export", "minter", "--unarmored-hex"]);
    home.exits(2, &["keys", "export", "minter", "--unsafe"]);
    let hex = home.exits(0, &["keys", "export", "minter", "--unarmored-hex", "--unsafe"]);
    let hex = text(&hex.get_output().stdout);
    assert_eq!(hex.trim().len(), 64);
    home.run(&["keys", "import", "copy", "-", "--unarmored-hex", "--unsafe"])
        .write_stdin(hex)
        .assert()
        .success();
    assert_eq!(home.result(&["keys", "show", "copy", "-a"]), json!(MINTER));
}

#[test]
fn names_words_and_backends_that_are_none_are_refused() {
    let home = Home::empty();
    for name in ["../outside", ".hidden", "a/b", ""] {
        let add = with(&["keys", "add", name, "--recover"], TEST);
        home.run(&add).write_stdin(WORDS).assert().code(3);
    }
    assert!(!home.folder.path().join("outside.pem").exists());
    let recover = with(&["keys", "add", "minter", "--recover"], TEST);
    home.run(&recover).write_stdin("exile fabric window").assert().code(3);
    home.run(&recover).write_stdin(WORDS.replace("equip", "exile")).assert().code(3);
    home.exits(2, &["keys", "list", "--keyring-backend", "os"]);
    home.run(&recover).write_stdin(WORDS).assert().success();
    home.run(&recover).write_stdin(WORDS).assert().code(3);
}
