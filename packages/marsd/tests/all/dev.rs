//! `marsd dev` against a node in a process of its own.

use serde_json::{Value, json};

use crate::bench::{Home, MINTER, TRADER, text};
use crate::start::Running;

struct Bench {
    home: Home,
    chain: Running,
}

impl Bench {
    fn start(arguments: &[&str]) -> Self {
        let home = Home::with_network();
        let chain = Running::with(&home, arguments);
        Self { home, chain }
    }

    fn at_node<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        [arguments, &["--node", &self.chain.rpc]].concat()
    }

    fn result(&self, arguments: &[&str]) -> Value {
        self.home.result(&self.at_node(arguments))
    }

    fn text(&self, arguments: &[&str]) -> String {
        let assert = self.home.exits(0, &self.at_node(arguments));
        text(&assert.get_output().stdout).trim_end().to_string()
    }

    fn error(&self, code: i32, arguments: &[&str]) -> String {
        let error = self.home.error(code, &self.at_node(arguments));
        error["message"].as_str().unwrap().to_string()
    }

    fn balance(&self, who: &str) -> String {
        let answer = self.result(&["query", "bank", "balance", who, "umars"]);
        answer["balance"]["amount"].as_str().unwrap().to_string()
    }
}

#[test]
fn a_chain_is_in_the_hand_of_the_command_line() {
    let bench = Bench::start(&["--memory"]);
    assert_eq!(bench.result(&["dev", "mine", "2"]), json!({ "height": 3 }));
    assert_eq!(bench.text(&["dev", "mine", "--step", "5s"]), "the newest block is 4");
    let time = bench.text(&["dev", "time", "next", "2100-01-01T00:00:00Z"]);
    assert_eq!(time, "a block now would be of 2100-01-01T00:00:00Z");
    bench.text(&["dev", "time", "set", "2100-01-02T00:00:00Z"]);
    bench.text(&["dev", "mine"]);
    bench.text(&["dev", "time", "increase", "1d"]);
    assert!(bench.text(&["dev", "info"]).contains("2100-01-03T00:00"));
    let id = bench.text(&["dev", "snapshot"]);
    bench.text(&["dev", "set-balance", "trader", "1.5MARS,7ufoo"]);
    assert_eq!(bench.balance(TRADER), "1500000");
    assert_eq!(bench.result(&["query", "bank", "balance", TRADER, "ufoo"])["balance"]["amount"], "7");
    bench.text(&["dev", "set-balance", "trader", "7umars"]);
    assert_eq!(bench.balance(TRADER), "7");
    assert!(bench.error(2, &["dev", "set-balance", "trader", "1USDM"]).contains("a cw20 token"));
    let most = "115792089237316195423570985008687907853269984665640564039457584007913129639935umars";
    let above = bench.error(2, &["dev", "set-balance", "trader", most]);
    assert!(above.contains(most) && above.contains("is above 2^256 - 1"), "{above}");
    // What a fee of two coins costs itself is known beforehand.
    bench.result(&["tx", "bank", "send", "trader", "7umars", "--from", "minter", "--fees", "1USDC,1MARS"]);
    bench.text(&["dev", "set-balance", "trader", "7umars"]);
    // An address in capitals is one, and contracts know it by its small letters.
    let capitals = TRADER.to_uppercase();
    let send = ["tx", "token", "send", &capitals, "1USDM", "--from", "minter", "--gas", "1", "--dry-run"];
    assert_eq!(bench.result(&send)["messages"][0]["msg"]["transfer"]["recipient"], TRADER);
    // Where it is said so, or by what people call it; a token is no coin of the bank.
    for (denom, found) in [("MARS", "7"), ("mars", "7"), ("umars", "7"), ("unlisted", "0")] {
        let answer = bench.result(&["query", "bank", "balance", "trader", denom]);
        assert_eq!(answer["balance"]["amount"], found, "{denom}");
    }
    assert!(bench.error(2, &["query", "bank", "balance", "trader", "USDM"]).contains("a cw20 token"));
    assert!(bench.error(2, &["query", "bank", "balance", "trader", "Mars"]).contains("did you mean mars"));

    let sent = bench.result(&["tx", "bank", "send", "trader", "5MARS", "--from", "minter"]);
    let hash = sent["txhash"].as_str().unwrap();
    assert_eq!(bench.result(&["query", "tx", &hash.to_lowercase()])["txhash"], hash);
    let trace = bench.result(&["dev", "trace", hash]);
    assert_eq!(trace["gas_used"].to_string(), sent["gas_used"].as_str().unwrap());
    let tree = bench.text(&["dev", "trace", hash]);
    assert!(tree.contains("  MsgSend {") && tree.contains("    event transfer "), "{tree}");
    assert_eq!(bench.result(&["dev", "debug", hash]), json!({ "lines": [] }));

    let file = bench.home.folder.path().join("chain.dump");
    let file = file.to_str().unwrap();
    bench.text(&["dev", "dump", file]);
    bench.text(&["dev", "revert", &id]);
    assert_eq!(bench.balance(TRADER), "1000000000000");
    bench.text(&["dev", "load", file]);
    assert_eq!(bench.balance(TRADER), "5000007");

    bench.text(&["dev", "automine", "off"]);
    bench.text(&["dev", "set-sequence", "trader", "9"]);
    assert_eq!(bench.result(&["query", "auth", "account", "trader"])["account"]["sequence"], "9");
    assert_eq!(bench.result(&["dev", "mempool"]), json!({ "txs": [] }));
    bench.text(&["dev", "impersonate", "trader"]);
    bench.text(&["dev", "impersonate", "--everyone"]);
    let info = bench.result(&["dev", "info"]);
    assert_eq!((&info["impersonated"], &info["everyone_impersonated"]), (&json!([TRADER]), &json!(true)));
    bench.text(&["dev", "impersonate", "--everyone", "--stop"]);
    let params = bench.result(&["dev", "set-params", "{\"max_block_gas\": 7000000}"]);
    assert_eq!(
        (params.clone(), &params["max_block_gas"]),
        (bench.result(&["dev", "params"]), &json!(7_000_000))
    );
    bench.text(&["dev", "interval", "10m"]);
    bench.text(&["dev", "reset"]);
    assert_eq!(bench.result(&["dev", "info"])["height"], 1);

    let height = |height: &'static str| bench.error(5, &["query", "block", height]);
    assert_eq!(height("0"), "height must be greater than 0, but got 0");
    assert_eq!(height("9"), "height 9 must be less than or equal to the current blockchain height 1");

    let zeros = "0".repeat(64);
    assert_eq!(bench.error(5, &["dev", "revert", "9"]), "there is no snapshot 9");
    assert!(bench.error(5, &["dev", "trace", &zeros]).contains("no block that is kept"));
    assert!(bench.error(5, &["dev", "drop", &zeros]).contains("the mempool has no transaction"));
    assert!(bench.error(5, &["dev", "sudo", MINTER, "{}"]).contains("there is no contract at"));
    assert!(bench.error(5, &["dev", "set-code", MINTER, "1"]).contains("there is no contract at"));
    assert!(bench.error(5, &["dev", "set-state", MINTER, "00", "AA=="]).contains("there is no contract at"));
    assert!(bench.error(2, &["dev", "sudo", MINTER, "{"]).contains("the message is no JSON"));
    assert!(bench.error(2, &["dev", "mine", "0"]).contains("is not within 1 and 100000"));
    let no_time = bench.error(2, &["dev", "time", "set", "yesterday"]);
    assert_eq!(no_time, "time: \"yesterday\" is no time like 2030-01-01T00:00:00Z");
    assert!(bench.error(2, &["dev", "time", "increase", "1500ms"]).contains("whole seconds"));
    assert_eq!(bench.error(2, &["dev", "drop", "00"]), "hash: 1 bytes instead of 32");
    assert!(
        bench.error(2, &["dev", "time", "offset", "9300000000000"]).contains("the offset in milliseconds")
    );
    let network = bench.home.folder.path().join("network.json");
    assert!(bench.error(2, &["dev", "load", network.to_str().unwrap()]).contains("no dump of a chain"));
    bench.error(2, &["dev", "impersonate"]);
    bench.text(&["dev", "lock"]);
    assert!(bench.error(3, &["dev", "mine"]).contains("they were locked"));
    bench.chain.stop();
}

#[test]
fn a_transaction_is_sent_as_anybody_who_is_impersonated() {
    /// Nobody has its key.
    const STRANGER: &str = "mars1pyysjzgfpyysjzgfpyysjzgfpyysjzgfqxdkmz";
    let bench = Bench::start(&["--memory"]);
    fn send<'a>(more: &[&'a str]) -> Vec<&'a str> {
        [&["tx", "bank", "send", "trader", "1MARS", "--from", STRANGER, "--impersonate"], more].concat()
    }
    assert!(bench.error(5, &send(&[])).contains("there is no account at"));
    bench.result(&["tx", "bank", "send", STRANGER, "3MARS", "--from", "minter"]);
    assert_eq!(bench.result(&send(&["--dry-run"]))["dry_run"], true);

    let sent = bench.result(&send(&["--fees", "5000umars", "--gas", "100000"]));
    assert_eq!(sent["code"], 0, "{sent}");
    assert_eq!(bench.balance(STRANGER), "1995000");
    assert_eq!(bench.balance(TRADER), "1000001000000");
    // What was not impersonated before is not after, whatever became of the transaction.
    let dear = bench.error(6, &send(&["--fees", "9000000umars", "--gas", "100000"]));
    assert!(dear.contains("insufficient funds"), "{dear}");
    assert_eq!(bench.result(&["dev", "info"])["impersonated"], json!([]));
    bench.text(&["dev", "impersonate", STRANGER]);
    bench.result(&send(&["--fees", "5000umars", "--gas", "100000"]));
    assert_eq!(bench.result(&["dev", "info"])["impersonated"], json!([STRANGER]));
    bench.chain.stop();
}

#[test]
fn a_public_node_has_no_controls() {
    let bench = Bench::start(&["--memory", "--public"]);
    let file = bench.home.folder.path().join("chain.dump");
    let file = file.to_str().unwrap();
    let send = ["tx", "bank", "send", MINTER, "1MARS", "--from", TRADER, "--impersonate"];
    for arguments in [&["dev", "mine"][..], &["dev", "dump", file], &["dev", "info"], &["dev", "lock"], &send]
    {
        assert_eq!(
            bench.error(3, arguments),
            "developer controls are off: this node is public",
            "{arguments:?}"
        );
    }
    bench.chain.stop();
}

#[test]
fn a_node_that_is_not_there_is_named() {
    let home = Home::with_network();
    let error = home.error(4, &["dev", "mine"]);
    let told = error["message"].as_str().unwrap();
    assert!(told.starts_with("no answer from http://127.0.0.1:1"), "{error}");
    assert!(told.contains("Connection refused"), "{error}");
}

#[test]
fn a_door_that_has_no_controls_does_nothing() {
    let bench = Bench::start(&["--memory"]);
    let rest = bench.chain.told["rest"].as_str().unwrap();
    for arguments in [&["dev", "mine"][..], &["dev", "info"], &["dev", "snapshot"]] {
        let error = bench.home.error(4, &[arguments, &["--node", rest]].concat());
        assert!(error["message"].as_str().unwrap().contains("the controls are at the RPC port"), "{error}");
    }
    bench.chain.stop();
}
