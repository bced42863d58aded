//! The REST door against what wasmd's gateway answered to the same requests on a chain with the same transactions.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mars_node::rest::{self, Options};
use mars_node::{Chain, ClockSource, Genesis, GenesisMetadata, Memory, Mining, Node, Retention, Settings};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::golden;

/// A node on a recorded chain, which stands still but for what is sent to it.
pub fn recorded_node(stream: &Value) -> (Node, tempfile::TempDir) {
    let mut genesis: Genesis = serde_json::from_value(stream["genesis"].clone()).unwrap();
    // The coins as scripts/localnet describes them; how a coin is shown is no part of any transaction.
    genesis.metadata = [
        ("umars", "MARS", 6, "Mars fee coin"),
        ("uusdc", "USDC", 6, "Test USDC"),
        ("ubusd", "BUSD", 6, "Test BUSD"),
        ("sats", "BTC", 8, "Test bitcoin"),
    ]
    .map(|(denom, display, exponent, name)| GenesisMetadata {
        denom: denom.to_owned(),
        display: display.to_owned(),
        exponent,
        name: name.to_owned(),
    })
    .to_vec();
    let code = tempfile::tempdir().unwrap();
    let mut chain = Chain::new(genesis, code.path(), Box::new(Memory), Retention::default()).unwrap();
    for step in stream["steps"].as_array().unwrap() {
        let Some(height) = step["height"].as_u64() else { continue };
        while chain.reader().height() + 1 < height {
            let next = chain.reader().time().0 + 1;
            chain.produce_block(vec![], next).unwrap();
        }
        let time = tendermint::Time::parse_from_rfc3339(step["time"].as_str().unwrap()).unwrap();
        let bytes = golden::bytes(&step["tx"]);
        chain.produce_block(vec![bytes], time.unix_timestamp_nanos().try_into().unwrap()).unwrap();
    }
    // The fees of the last transaction are handed on in the block behind it.
    let next = chain.reader().time().0 + 1;
    chain.produce_block(vec![], next).unwrap();
    let settings = Settings { mining: Mining::Auto, clock: ClockSource::System, ..Settings::default() };
    (Node::start(chain, settings).unwrap(), code)
}

/// An open door; it closes when this is dropped.
struct Open {
    url: String,
    node: Node,
    stop: CancellationToken,
    served: Option<JoinHandle<std::io::Result<()>>>,
    _code: tempfile::TempDir,
}

impl Open {
    /// Waits until the door is closed.
    async fn close(mut self) {
        self.stop.cancel();
        self.served.take().unwrap().await.unwrap().unwrap();
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.stop.cancel();
        self.node.stop();
    }
}

async fn open(options: Options) -> Open {
    let (node, code) =
        tokio::task::spawn_blocking(|| recorded_node(&golden::json("rest-stream.json"))).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let served = Some(tokio::spawn(rest::serve(listener, node.clone(), options, stop.clone())));
    Open { url, node, stop, served, _code: code }
}

/// Values that no two chains share.
const OWN: &[&str] = &[
    "app_hash",
    "block_height",
    "build_deps",
    "go_version",
    "hash",
    "height",
    "last_commit_hash",
    "last_results_hash",
    "listen_addr",
    "moniker",
    "name",
    "next_validators_hash",
    "default_node_id",
    "proposer_address",
    "rpc_address",
    "signature",
    "time",
    "timestamp",
    "validator_address",
    "validator_hash",
    "validators_hash",
    "version",
    "build_tags",
    "channels",
];

/// The same for paths where other values are the chain's own.
fn own(path: &str, name: &str) -> bool {
    let of_the_node = path.starts_with("/cosmos/base/");
    match name {
        "build_deps" | "build_tags" | "channels" | "moniker" | "name" | "version" => of_the_node,
        "address" | "key" => path.contains("/validatorsets/"),
        // It has the height of a contract's block in it.
        "next_key" => path.starts_with("/cosmwasm/wasm/v1/code/1/contracts?"),
        name => OWN.contains(&name),
    }
}

fn mask(path: &str, value: &mut Value) {
    /// `{"block":{"height"`: the contract of the stream answers with its environment.
    fn is_environment(data: &str) -> bool {
        let bytes = hex::decode(data).or_else(|_| STANDARD.decode(data)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).contains("{\"block\":{\"height\"")
    }
    match value {
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                let environment = name == "data" && value.as_str().is_some_and(is_environment);
                match value {
                    Value::Null => {}
                    value if environment || own(path, name) => *value = json!("…"),
                    Value::String(text) if name == "message" => {
                        if let Some((before, _)) = text.clone().split_once("the current height ") {
                            *text = before.to_owned();
                        }
                        // The SDK names the line of Go at which a simulation failed.
                        if let Some((before, rest)) = text.clone().split_once(" [") {
                            let after = rest.split_once(']').filter(|(place, _)| place.contains(".go:"));
                            *text = after.map_or(text.clone(), |(_, after)| format!("{before}{after}"));
                        }
                    }
                    value => mask(path, value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mask(path, item)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_recorded_answer_is_the_gateways() {
    let door = open(Options::default()).await;
    let client = reqwest::Client::new();
    let mut differences = Vec::new();
    for case in golden::json("rest.json").as_array().unwrap() {
        let request = &case["request"];
        let path = request["path"].as_str().unwrap();
        let body = request["body"].as_str();
        let url = format!("{}{path}", door.url);
        let mut asked = match body {
            Some(body) => client.post(url).body(body.to_owned()),
            None => client.get(url),
        };
        for (name, value) in request["headers"].as_object().into_iter().flatten() {
            asked = asked.header(name, value.as_str().unwrap());
        }
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "application/json", "{path}");
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        let mut ours: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{path}: {text}"));
        let mut theirs = case["answer"].clone();
        mask(path, &mut ours);
        mask(path, &mut theirs);
        if json!(status) != case["status"] || ours != theirs {
            differences.push(format!(
                "{request}\n  wasmd: {} {}\n  ours:  {status} {}",
                case["status"],
                cut(&theirs, &ours),
                cut(&ours, &theirs)
            ));
        }
    }
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), differences.join("\n"));
}

/// `value` from shortly before the place where it departs from `other`.
fn cut(value: &Value, other: &Value) -> String {
    let (text, other) = (value.to_string(), other.to_string());
    let same = text.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    text.chars().skip(same.saturating_sub(60)).take(300).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_stand_in_the_order_of_the_gateway() {
    let door = open(Options::default()).await;
    let path = "/cosmos/auth/v1beta1/accounts/mars1qpfeuun0k8fu7quw3vst0g9g9344w6phrxt99d";
    let text = reqwest::get(format!("{}{path}", door.url)).await.unwrap().text().await.unwrap();
    let start = "{\"account\":{\"@type\":\"/cosmos.auth.v1beta1.BaseAccount\",\"address\":\"mars1qpfeuun0k8fu7quw3vs\
                 t0g9g9344w6phrxt99d\",\"pub_key\":{\"@type\":\"/cosmos.crypto.secp256k1.PubKey\",\"key\":\"";
    assert!(text.starts_with(start), "{text}");
    assert!(text.ends_with("\"},\"account_number\":\"1\",\"sequence\":\"140\"}}"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn heights_and_origins_are_in_the_headers() {
    let door = open(Options::default()).await;
    let client = reqwest::Client::new();
    let url = format!("{}/cosmos/bank/v1beta1/supply/by_denom?denom=umars", door.url);
    let asked = client.get(&url).header("x-cosmos-block-height", "30").header("origin", "http://app.local");
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    assert_eq!(answer.headers()["grpc-metadata-x-cosmos-block-height"], "30");
    assert_eq!(answer.headers()["x-cosmos-block-height"], "30");
    let latest = client.get(&url).send().await.unwrap();
    assert_eq!(
        latest.headers()["grpc-metadata-x-cosmos-block-height"],
        door.node.reader().height().to_string()
    );

    let preflight = client
        .request(reqwest::Method::OPTIONS, &url)
        .header("origin", "http://app.local")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,x-cosmos-block-height")
        .send()
        .await
        .unwrap();
    assert_eq!(preflight.status(), 200);
    assert_eq!(preflight.headers()["access-control-allow-origin"], "*");
    assert_eq!(preflight.headers()["access-control-allow-headers"], "content-type,x-cosmos-block-height");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_wasmd_has_and_the_node_has_not_is_501() {
    let door = open(Options::default()).await;
    for path in [
        "/ibc/apps/transfer/v1/params",
        "/ibc/apps/transfer/v1/denoms/test",
        "/ibc/core/channel/v1/channels/channel-0/ports/transfer/client_state",
        "/cosmos/group/v1/groups",
        "/cosmos/protocolpool/v1/params",
    ] {
        let answer = reqwest::get(format!("{}{path}", door.url)).await.unwrap();
        assert_eq!(answer.status(), 501, "{path}");
        let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        assert_eq!((&body["code"], &body["details"]), (&json!(12), &json!([])), "{path}");
        assert!(body["message"].as_str().unwrap().ends_with("is not served by this node"), "{path}: {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_above_the_limit_is_refused_and_the_door_stays_open() {
    let door = open(Options { body_bytes: 100, ..Options::default() }).await;
    let client = reqwest::Client::new();
    let url = format!("{}/cosmos/tx/v1beta1/txs", door.url);
    for (length, status) in [(100, 400), (101, 400)] {
        let answer = client.post(&url).body(" ".repeat(length)).send().await.unwrap();
        assert_eq!(answer.status(), status);
        let text = answer.text().await.unwrap();
        let expected = if length > 100 { "http: request body too large" } else { "invalid empty tx" };
        assert!(text.contains(expected), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_door_lets_nobody_in() {
    let door = open(Options::default()).await;
    let url = format!("{}/cosmos/bank/v1beta1/params", door.url);
    assert_eq!(reqwest::get(&url).await.unwrap().status(), 200);
    door.close().await;
    assert!(reqwest::get(&url).await.is_err());
}
