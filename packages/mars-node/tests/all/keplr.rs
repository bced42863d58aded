//! What the Keplr extension sends, as its source (0.12.309) has it, and what it reads of the answers. Other fields than
//! those that are written down may be there: it passes them over.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mars_node::Settings;
use mars_node::proto::cosmos::tx::v1beta1::TxRaw;
use mars_node::tx::Tx;
use prost::Message;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::doors::{CHAIN, Doors};
use crate::rpc::Socket;
use crate::sender::Sender;

/// The origin of the extension's service worker.
const EXTENSION: &str = "chrome-extension://dmkamcknogkgcdfhhbddcghachkejeap";
/// The origin of a page that uses CosmJS.
const PAGE: &str = "http://localhost:5173";

/// Whether `text` is what a placeholder such as `<digits>` stands for.
fn is_kind(kind: &str, value: &Value) -> bool {
    let text = value.as_str();
    let all = |test: fn(char) -> bool| text.is_some_and(|text| !text.is_empty() && text.chars().all(test));
    match kind {
        "<digits>" => all(|c| c.is_ascii_digit()),
        "<decimal>" => all(|c| c.is_ascii_digit() || c == '.'),
        "<hash>" => text.is_some_and(|text| text.len() == 64) && all(|c| matches!(c, '0'..='9' | 'A'..='F')),
        "<time>" => text.is_some_and(|text| tendermint::Time::parse_from_rfc3339(text).is_ok()),
        "<number>" => value.is_u64(),
        other => panic!("{other} stands for nothing"),
    }
}

/// Fails unless `answer` has everything that `wanted` names.
fn require(path: &str, wanted: &Value, answer: &Value) {
    match (wanted, answer) {
        (Value::String(any), _) if any == "*" => assert!(!answer.is_null(), "{path} is missing"),
        (Value::String(kind), _) if kind.starts_with('<') => {
            assert!(is_kind(kind, answer), "{path}: {kind} and not {answer}");
        }
        (Value::Object(wanted), Value::Object(answer)) => {
            for (key, wanted) in wanted {
                let found = answer.get(key).unwrap_or_else(|| panic!("{path}.{key} is missing"));
                require(&format!("{path}.{key}"), wanted, found);
            }
        }
        (Value::Array(wanted), Value::Array(answer)) => {
            assert_eq!(wanted.len(), answer.len(), "{path}: {answer:?}");
            wanted.iter().zip(answer).for_each(|(wanted, answer)| require(path, wanted, answer));
        }
        _ => assert_eq!(wanted, answer, "{path}"),
    }
}

/// A transaction as Keplr has it simulated: without a public key, and with zeros for a signature.
fn unsigned(signed: &[u8]) -> Vec<u8> {
    let tx = Tx::decode(signed).unwrap();
    let mut auth_info = tx.auth_info;
    auth_info.signer_infos[0].public_key = None;
    // SIGN_MODE_LEGACY_AMINO_JSON
    auth_info.signer_infos[0].mode_info = Some(mars_node::proto::cosmos::tx::v1beta1::ModeInfo {
        sum: Some(mars_node::proto::cosmos::tx::v1beta1::mode_info::Sum::Single(
            mars_node::proto::cosmos::tx::v1beta1::mode_info::Single { mode: 127 },
        )),
    });
    auth_info.fee.as_mut().unwrap().gas_limit = 0;
    TxRaw {
        body_bytes: tx.raw.body_bytes,
        auth_info_bytes: auth_info.encode_to_vec(),
        signatures: vec![vec![0; 64]],
    }
    .encode_to_vec()
}

fn fill(text: &str, places: &[(&str, String)]) -> String {
    places.iter().fold(text.to_owned(), |text, (place, value)| text.replace(place, value))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_probe_and_request_of_keplr_gets_what_it_reads() {
    let doors = Doors::open(Settings::default()).await;
    let mut owner = Sender::new(CHAIN);
    let contract = doors.deploy_probe(&mut owner).await;
    let signed = owner.send(5);
    let places = [
        ("{OWNER}", owner.address()),
        ("{NOBODY}", mars_node::address::encode("mars", &[99; 20])),
        ("{CONTRACT}", contract),
        ("{UNSIGNED}", STANDARD.encode(unsigned(&signed))),
        ("{SIGNED}", STANDARD.encode(&signed)),
    ];
    let recorded = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/keplr.json"));
    let recorded: Vec<Value> = serde_json::from_str(&fill(&recorded.unwrap(), &places)).unwrap();
    assert_eq!(recorded.len(), 30);
    let client = Client::new();
    for step in recorded {
        let line = step["request"].as_str().unwrap();
        let (method, path) = line.split_once(' ').unwrap();
        let address = if step["door"] == "rpc" { &doors.rpc } else { &doors.rest };
        let method: Method = method.parse().unwrap();
        let request = client.request(method.clone(), format!("http://{address}{path}"));
        let request = match step.get("body") {
            None => request.header("accept", "application/json, text/plain, */*"),
            Some(body) => request
                .header("origin", EXTENSION)
                .header("content-type", "application/json")
                .body(body.to_string()),
        };
        let response = request.send().await.unwrap();
        let told = format!("{}: {line}", step["when"].as_str().unwrap());
        let headers = response.headers();
        assert_eq!(headers["content-type"], "application/json", "{told}");
        assert_eq!(headers["access-control-allow-origin"], "*", "{told}");
        let status = response.status().as_u16();
        let answer: Value = response.json().await.unwrap();
        assert_eq!(status, step["status"], "{told}: {answer}");
        require(&told, &step["answer"], &answer);
    }
    doors.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_and_the_extension_may_ask_from_their_origins() {
    let doors = Doors::open(Settings::default()).await;
    let client = Client::new();
    for (address, path) in [(&doors.rpc, "/"), (&doors.rest, "/cosmos/tx/v1beta1/txs")] {
        for origin in [PAGE, EXTENSION] {
            let response = client
                .request(Method::OPTIONS, format!("http://{address}{path}"))
                .header("origin", origin)
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "content-type,x-cosmos-block-height")
                .send()
                .await
                .unwrap();
            assert!(response.status().is_success(), "{path} from {origin}: {}", response.status());
            let header = |name: &str| response.headers()[name].to_str().unwrap().to_ascii_lowercase();
            assert_eq!(header("access-control-allow-origin"), "*");
            assert!(header("access-control-allow-methods").contains("post"));
            assert_eq!(header("access-control-allow-headers"), "content-type,x-cosmos-block-height");
        }
    }
    let answer =
        client.get(format!("http://{}/cosmos/bank/v1beta1/params", doors.rest)).send().await.unwrap();
    let exposed = answer.headers()["access-control-expose-headers"].to_str().unwrap().to_owned();
    assert!(exposed.contains("grpc-metadata-x-cosmos-block-height"), "{exposed}");
    doors.close().await;
}

/// How Keplr waits for a transaction: one websocket on which it asks and subscribes at once, and takes what comes first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sent_transaction_is_confirmed_on_the_websocket() {
    let manual = Settings { mining: mars_node::Mining::Manual, ..Settings::default() };
    let doors = Doors::open(manual).await;
    let mut owner = Sender::new(CHAIN);
    let mut socket = Socket::connect(&doors.rpc).await;
    socket
        .send(
            &json!({ "jsonrpc": "2.0", "method": "subscribe", "params": ["tm.event='NewBlock'"], "id": 1 })
                .to_string(),
        )
        .await;
    assert_eq!(socket.next().await.unwrap(), json!({ "jsonrpc": "2.0", "id": 1, "result": {} }));

    let tx = owner.send(5);
    let hash = Tx::hash(&tx);
    let body = json!({ "tx_bytes": STANDARD.encode(&tx), "mode": "BROADCAST_MODE_ASYNC" }).to_string();
    let url = format!("http://{}/cosmos/tx/v1beta1/txs", doors.rest);
    let sent =
        Client::new().post(url).header("content-type", "application/json").body(body).send().await.unwrap();
    assert_eq!(sent.json::<Value>().await.unwrap()["tx_response"]["txhash"], hex::encode_upper(hash));

    let ask = json!({ "jsonrpc": "2.0", "method": "tx", "params": { "hash": STANDARD.encode(hash), "prove": false }, "id": 771 });
    let query = format!("tm.event='Tx' AND tx.hash='{}'", hex::encode_upper(hash));
    let listen = json!({ "jsonrpc": "2.0", "method": "subscribe", "params": { "query": query }, "id": 772 });
    socket.send(&ask.to_string()).await;
    socket.send(&listen.to_string()).await;
    let missing = socket.next().await.unwrap();
    assert_eq!((&missing["id"], &missing["error"]["code"]), (&json!(771), &json!(-32_603)), "{missing}");
    assert_eq!(missing["error"]["data"], format!("tx ({}) not found", hex::encode_upper(hash)));
    assert_eq!(socket.next().await.unwrap()["id"], 772);

    doors.node.mine(1, None).await.unwrap();
    let (mut block, mut confirmed) = (false, false);
    for _ in 0..2 {
        let message = socket.next().await.unwrap();
        let data = &message["result"]["data"];
        match data["type"].as_str().unwrap() {
            "tendermint/event/NewBlock" => block = data["value"]["block"]["header"]["height"] == "2",
            "tendermint/event/Tx" => {
                let result = &data["value"]["TxResult"]["result"];
                // A code of 0 is left out, which Keplr reads as success.
                assert!(result.get("code").is_none(), "{message}");
                assert_eq!(message["id"], 772);
                confirmed = true;
            }
            other => panic!("{other}"),
        }
    }
    assert!(block && confirmed);
    // What it asks every ten seconds finds the transaction now.
    socket.send(&ask.to_string()).await;
    let found = socket.next().await.unwrap();
    assert_eq!(found["result"]["tx_result"]["code"], 0, "{found}");

    // The history of swaps looks for packets, and finds none.
    let search = json!({ "jsonrpc": "2.0", "method": "tx_search", "id": 5, "params": { "query": "recv_packet.packet_dst_channel='channel-0' AND recv_packet.packet_sequence='1'", "prove": false, "page": "1", "per_page": "1", "order_by": "asc" } });
    socket.send(&search.to_string()).await;
    assert_eq!(socket.next().await.unwrap()["result"], json!({ "txs": [], "total_count": "0" }));
    doors.close().await;
}
