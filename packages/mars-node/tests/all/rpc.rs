//! The CometBFT door, request by request against what wasmd answered to the same (`tests/golden/rpc.json`): refusals word
//! for word, results by their shape.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt, StreamExt};
use k256::ecdsa::{Signature, SigningKey, signature::Signer};
use mars_node::proto::cosmos::bank::v1beta1::MsgSend;
use mars_node::proto::cosmos::base::v1beta1::Coin;
use mars_node::proto::cosmos::crypto::secp256k1::PubKey;
use mars_node::proto::cosmos::tx::v1beta1::mode_info::{Single, Sum};
use mars_node::proto::cosmos::tx::v1beta1::{AuthInfo, Fee, ModeInfo, SignDoc, SignerInfo, TxRaw};
use mars_node::proto::{TxBody, any};
use mars_node::rpc::{self, Options};
use mars_node::{Chain, Genesis, Memory, Mining, Node, Retention, Settings, address};
use prost::Message as _;
use ripemd::Ripemd160;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use tokio_util::sync::CancellationToken;

pub const CHAIN: &str = "mars-local-1";

/// A chain with its door, and one rich account.
pub struct Bench {
    pub node: Node,
    pub address: String,
    stop: CancellationToken,
    server: JoinHandle<std::io::Result<()>>,
    sender: SigningKey,
    _code: TempDir,
}

fn account(key: &SigningKey) -> String {
    let hash = Sha256::digest(key.verifying_key().to_sec1_bytes());
    address::encode("mars", &Ripemd160::digest(hash))
}

impl Bench {
    pub async fn start(mining: Mining, options: Options) -> Self {
        Self::run(Settings { mining, ..Settings::default() }, options).await
    }

    /// A node that others may reach.
    pub async fn start_public() -> Self {
        Self::run(Settings { public: true, ..Settings::default() }, Options::default()).await
    }

    async fn run(settings: Settings, options: Options) -> Self {
        let sender = SigningKey::from_slice(&[7; 32]).unwrap();
        let genesis = Genesis::new(CHAIN, "mars", "umars").with_account(account(&sender), "1000000000umars");
        let code = tempfile::tempdir().unwrap();
        let chain = Chain::new(genesis, code.path(), Box::new(Memory), Retention::default()).unwrap();
        let node = Node::start(chain, settings).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let stop = CancellationToken::new();
        let server = tokio::spawn(rpc::serve(listener, node.clone(), options, stop.clone()));
        Self { node, address, stop, server, sender, _code: code }
    }

    /// A signed transfer of 1umars, the `sequence`th of the account.
    pub fn send(&self, sequence: u64) -> Vec<u8> {
        let from = account(&self.sender);
        let coins = |amount: &str| vec![Coin { denom: "umars".to_owned(), amount: amount.to_owned() }];
        let message = MsgSend { to_address: from.clone(), from_address: from, amount: coins("1") };
        let body = TxBody { messages: vec![any(&message)], ..TxBody::default() };
        let public = PubKey { key: self.sender.verifying_key().to_sec1_bytes().to_vec() };
        let mode_info = Some(ModeInfo { sum: Some(Sum::Single(Single { mode: 1 })) });
        let fee = Fee { amount: coins("5000"), gas_limit: 200_000, ..Fee::default() };
        let signer = SignerInfo { public_key: Some(any(&public)), mode_info, sequence };
        #[allow(deprecated)]
        let auth = AuthInfo { signer_infos: vec![signer], fee: Some(fee), tip: None };
        let (body_bytes, auth_info_bytes) = (body.encode_to_vec(), auth.encode_to_vec());
        let document = SignDoc {
            body_bytes: body_bytes.clone(),
            auth_info_bytes: auth_info_bytes.clone(),
            chain_id: CHAIN.to_owned(),
            account_number: 0,
        };
        let signature: Signature = self.sender.sign(&document.encode_to_vec());
        let signatures = vec![signature.to_bytes().to_vec()];
        TxRaw { body_bytes, auth_info_bytes, signatures }.encode_to_vec()
    }

    pub async fn post(&self, body: String) -> (u16, Value) {
        answer(reqwest::Client::new().post(format!("http://{}/", self.address)).body(body)).await
    }

    pub async fn call(&self, method: &str, params: Value) -> Value {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        self.post(body.to_string()).await.1
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        answer(reqwest::Client::new().get(format!("http://{}{path}", self.address))).await
    }

    pub async fn socket(&self) -> Socket {
        Socket::connect(&self.address).await
    }

    /// The door closes within its time, and the port is free again.
    pub async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(Duration::from_secs(8), self.server).await.unwrap().unwrap().unwrap();
        assert!(TcpStream::connect(&self.address).await.is_err());
        self.node.stop();
    }
}

async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// A client's side of a websocket.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub async fn connect(address: &str) -> Self {
        Self(tokio_tungstenite::connect_async(format!("ws://{address}/websocket")).await.unwrap().0)
    }

    pub async fn send(&mut self, text: &str) {
        self.0.send(Message::Text(text.into())).await.unwrap();
    }

    pub async fn subscribe(&mut self, id: u64, query: &str) -> Value {
        let request =
            json!({ "jsonrpc": "2.0", "id": id, "method": "subscribe", "params": { "query": query } });
        self.send(&request.to_string()).await;
        self.next().await.unwrap()
    }

    /// The next message; `None` when the other side has hung up.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            let message = tokio::time::timeout(Duration::from_secs(20), self.0.next()).await.unwrap();
            match message {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return None,
            }
        }
    }
}

/// What kind of text it is: clients parse numbers, times and hashes out of texts.
fn text_kind(text: &str) -> &'static str {
    let all = |test: fn(char) -> bool| !text.is_empty() && text.chars().all(test);
    match text {
        _ if all(|c| c.is_ascii_digit()) => "digits",
        _ if text.len() == 64 && all(|c| matches!(c, '0'..='9' | 'A'..='F')) => "hash",
        _ if text.len() == 40 && all(|c| matches!(c, '0'..='9' | 'A'..='F')) => "address",
        _ if text.ends_with('Z') && tendermint::Time::parse_from_rfc3339(text).is_ok() => "time",
        _ => "text",
    }
}

/// Lists where two values differ in kind: other fields, or another type at the same place.
pub fn compare_shapes(path: &str, theirs: &Value, ours: &Value, differences: &mut Vec<String>) {
    let mut differ = |what: String| differences.push(format!("{path}: {what}"));
    match (theirs, ours) {
        (Value::Object(left), Value::Object(right)) => {
            // What happened in a block differs, and the genesis of the SDK's modules is theirs alone.
            if path.ends_with(".events") || path.ends_with(".app_state") {
                return;
            }
            let keys = |object: &serde_json::Map<String, Value>| object.keys().cloned().collect::<Vec<_>>();
            if keys(left) != keys(right) {
                differ(format!("fields {:?} instead of {:?}", keys(right), keys(left)));
            }
            for (key, value) in left {
                if let Some(other) = right.get(key) {
                    compare_shapes(&format!("{path}.{key}"), value, other, differences);
                }
            }
        }
        (Value::Array(left), Value::Array(right)) => {
            if let (Some(left), Some(right)) = (left.first(), right.first()) {
                compare_shapes(&format!("{path}[]"), left, right, differences);
            }
        }
        (Value::String(left), Value::String(right)) if text_kind(left) != text_kind(right) => {
            // Hashes of nothing are empty, and an amount may be a coin.
            differ(format!("{right:?} instead of {left:?}"));
        }
        (Value::String(_), Value::String(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_))
        | (Value::Null, Value::Null) => {}
        _ => differ(format!("{ours} instead of {theirs}")),
    }
}

/// Heights are another chain's.
fn without_tip(text: &str) -> &str {
    text.split("current blockchain height").next().unwrap()
}

fn compare(case: &Value, status: Option<u16>, ours: &Value, differences: &mut Vec<String>) {
    let name = case["name"].as_str().unwrap();
    let theirs = &case["answer"];
    if let Some(status) = status.filter(|status| json!(status) != case["status"]) {
        differences.push(format!("{name}: status {status} instead of {}", case["status"]));
    }
    let data = |answer: &Value| answer["error"]["data"].as_str().map(|text| without_tip(text).to_owned());
    let expected = data(theirs);
    if data(ours) != expected {
        differences.push(format!("{name}: {:?} instead of {expected:?}", data(ours)));
    }
    if case["exact"] == true {
        let known = |answer: &Value| {
            let mut answer = answer.clone();
            answer["error"].as_object_mut().and_then(|error| error.remove("data"));
            answer
        };
        let same = if theirs["error"].is_object() { known(theirs) == known(ours) } else { theirs == ours };
        if !same {
            differences.push(format!("{name}: {ours} instead of {theirs}"));
        }
    } else {
        compare_shapes(name, theirs, ours, differences);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_is_that_of_wasmd() {
    let bench = Bench::start(Mining::Auto, Options::default()).await;
    let tx = bench.send(0);
    let sent = bench.node.broadcast(tx.clone()).await.unwrap();
    let block = sent.included.unwrap().block;
    bench.node.mine(2, None).await.unwrap();
    let base64 = |bytes: &[u8]| STANDARD.encode(bytes);
    let values = [
        ("{HASH}", hex::encode_upper(sent.hash)),
        ("{HASH64}", base64(&sent.hash)),
        ("{TX}", base64(&tx)),
        ("{HEIGHT}", block.height().to_string()),
        ("{BLOCK}", hex::encode_upper(block.id.hash.as_bytes())),
        ("{BLOCK64}", base64(block.id.hash.as_bytes())),
    ];
    let filled = |case: &Value, key: &str| {
        case[key]
            .as_str()
            .map(|text| values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value)))
    };

    let path = format!("{}/tests/golden/rpc.json", env!("CARGO_MANIFEST_DIR"));
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut differences = Vec::new();
    for case in &cases {
        if let Some(body) = filled(case, "post") {
            let (status, ours) = bench.post(body).await;
            compare(case, Some(status), &ours, &mut differences);
        } else if let Some(path) = filled(case, "get") {
            let (status, ours) = bench.get(&path).await;
            compare(case, Some(status), &ours, &mut differences);
        } else if let Some(text) = filled(case, "websocket") {
            let mut socket = bench.socket().await;
            socket.send(&text).await;
            let mut ours = socket.next().await.unwrap();
            if case["messages"] == 2 {
                bench.node.mine(1, None).await.unwrap();
                ours = socket.next().await.unwrap();
            }
            compare(case, None, &ours, &mut differences);
        }
        // Whatever was asked, the node goes on.
        assert_eq!(bench.get("/health").await, (200, json!({ "jsonrpc": "2.0", "id": -1, "result": {} })));
    }
    assert!(cases.len() > 180, "{}", cases.len());
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), differences.join("\n"));
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_lists_every_method_and_any_origin_may_ask() {
    let bench = Bench::start(Mining::Auto, Options::default()).await;
    let (status, page) = bench.get("/").await;
    assert_eq!(status, 200);
    let link = format!("//{}/tx?hash=_&prove=_", bench.address);
    assert!(page.as_str().unwrap().contains(&link), "{page}");
    assert_eq!(bench.post(String::new()).await, (200, page));

    let client = reqwest::Client::new();
    let url = format!("http://{}/", bench.address);
    let asked = client
        .request(reqwest::Method::OPTIONS, &url)
        .header("Origin", "http://wallet.example")
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "content-type")
        .send()
        .await
        .unwrap();
    assert!(asked.status().is_success());
    assert_eq!(asked.headers()["access-control-allow-origin"], "*");
    assert_eq!(asked.headers()["access-control-allow-methods"], "POST");
    assert_eq!(asked.headers()["access-control-allow-headers"], "content-type");
    let answered =
        client.get(format!("{url}health")).header("Origin", "http://a.example").send().await.unwrap();
    assert_eq!(answered.headers()["access-control-allow-origin"], "*");
    assert_eq!(answered.headers()["content-type"], "application/json");
    assert!(answered.headers().get("cache-control").is_none(), "a chain that can revert promises nothing");
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_waits_for_its_block_and_gives_up_in_time() {
    let options = Options { commit_timeout: Duration::from_millis(300), ..Options::default() };
    let bench = Bench::start(Mining::Manual, options).await;
    let late = bench.call("broadcast_tx_commit", json!({ "tx": STANDARD.encode(bench.send(0)) })).await;
    assert_eq!(late["error"]["data"], "timed out waiting for tx to be included in a block");
    let waiting = bench.call("unconfirmed_txs", json!({})).await;
    assert_eq!(waiting["result"]["n_txs"], "1");
    assert_eq!(waiting["result"]["txs"][0], STANDARD.encode(bench.send(0)));
    let again = bench.call("broadcast_tx_sync", json!({ "tx": STANDARD.encode(bench.send(0)) })).await;
    assert_eq!(again["error"]["data"], "tx already exists in cache");

    let tx = json!({ "tx": STANDARD.encode(bench.send(1)) });
    let commit = bench.call("broadcast_tx_commit", tx);
    let mine = async {
        while bench.node.pending().await.unwrap().len() < 2 {
            tokio::task::yield_now().await;
        }
        bench.node.mine(1, None).await.unwrap()
    };
    let (answer, blocks) = tokio::join!(commit, mine);
    let result = &answer["result"];
    assert_eq!(result["height"], blocks[0].height().to_string());
    assert_eq!((&result["check_tx"]["code"], &result["tx_result"]["code"]), (&json!(0), &json!(0)));
    assert_eq!(result["tx_result"]["gas_wanted"], "200000");
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checking_a_transaction_lets_nothing_in() {
    let bench = Bench::start(Mining::Auto, Options::default()).await;
    let tx = json!({ "tx": STANDARD.encode(bench.send(0)) });
    for _ in 0..2 {
        assert_eq!(bench.call("check_tx", tx.clone()).await["result"]["code"], 0);
    }
    assert_eq!(bench.call("num_unconfirmed_txs", json!({})).await["result"]["total"], "0");
    assert_eq!(bench.call("broadcast_tx_commit", tx).await["result"]["tx_result"]["code"], 0);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_follow_one_another() {
    let bench = Bench::start(Mining::Auto, Options::default()).await;
    for sequence in 0..5 {
        assert!(bench.node.broadcast(bench.send(sequence)).await.unwrap().included.is_some());
    }
    let page = async |page: &str, order: &str| {
        let query = json!({ "query": "tx.height>0", "page": page, "per_page": "2", "order_by": order });
        let found = bench.call("tx_search", query).await;
        let heights = found["result"]["txs"].as_array().unwrap().iter();
        let heights: Vec<String> = heights.map(|tx| tx["height"].as_str().unwrap().to_owned()).collect();
        assert_eq!(found["result"]["total_count"], "5");
        heights.join(" ")
    };
    assert_eq!([page("1", "").await, page("2", "asc").await, page("3", "asc").await], ["2 3", "4 5", "6"]);
    assert_eq!([page("1", "desc").await, page("3", "desc").await], ["6 5", "2"]);
    let blocks = bench.call("block_search", json!({ "query": "block.height >= 4", "per_page": "2" })).await;
    assert_eq!(blocks["result"]["total_count"], "3");
    assert_eq!(blocks["result"]["blocks"][0]["block"]["header"]["height"], "6");
    let metas = bench.call("blockchain", json!({ "minHeight": "2", "maxHeight": "4" })).await;
    let heights: Vec<&Value> = metas["result"]["block_metas"].as_array().unwrap().iter().collect();
    assert_eq!(heights.len(), 3);
    assert_eq!(heights[0]["header"]["height"], "4");
    assert_eq!(heights[0]["num_txs"], "1");
    bench.stop().await;
}
