//! Whatever is wrong about a request, at each door: what wasmd answers to it.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use mars_node::proto::cosmos::bank::v1beta1::{MsgSend, QueryBalanceRequest};
use mars_node::proto::cosmos::base::query::v1beta1::PageRequest;
use mars_node::proto::wasm::{QueryCodesRequest, QuerySmartContractStateRequest};
use mars_node::proto::{Any, any};
use mars_node::{address, wasm};
use prost::Message;
use serde_json::{Value, json};

use crate::ask::frame;
use crate::contracts::tell;
use crate::recorder::{AMINO, How, Recorder, coin, gas};

/// The length at which the doors of scripts/localnet end a body, and the one after.
const TOO_LONG: u64 = 16 * 1_024 * 1_024 + 1;

/// Requests by name.
struct Cases(Vec<(String, Value)>);

impl Cases {
    fn add(&mut self, name: impl Into<String>, request: Value) {
        let name = name.into();
        assert!(self.0.iter().all(|(known, _)| *known != name), "{name} twice");
        self.0.push((name, request));
    }

    /// Bytes for a connection of their own.
    fn send(&mut self, door: &str, name: &str, parts: Value) {
        self.add(format!("{door}: {name}"), json!({ "door": door, "send": parts }));
    }

    /// A request by HTTP. What is no ASCII in its head is sent as it is.
    fn http(&mut self, door: &str, name: &str, line: &str, headers: &str, body: &str) {
        let length =
            if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        self.send(door, name, json!([format!("{line} HTTP/1.0\r\n{headers}{length}\r\n{body}")]));
    }

    fn get(&mut self, door: &str, name: &str, path: &str) {
        self.http(door, name, &format!("GET {path}"), "", "");
    }

    /// A body for JSON-RPC.
    fn post(&mut self, name: &str, body: &str) {
        self.http("rpc", name, "POST /", "", body);
    }

    /// A method of JSON-RPC.
    fn method(&mut self, name: &str, method: &str, params: &Value) {
        self.post(
            name,
            &json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string(),
        );
    }

    fn rest_post(&mut self, name: &str, path: &str, body: &str) {
        self.http("rest", name, &format!("POST {path}"), "", body);
    }

    /// Frames for a websocket.
    fn frames(&mut self, name: &str, frames: &[Vec<u8>]) {
        self.add(
            format!("websocket: {name}"),
            json!({ "door": "rpc", "frames": [{ "hex": hex::encode(frames.concat()) }] }),
        );
    }

    /// Texts for a websocket.
    fn texts(&mut self, name: &str, texts: &[&str]) {
        let frames: Vec<Vec<u8>> = texts.iter().map(|text| frame(0x81, text.as_bytes())).collect();
        self.frames(name, &frames);
    }

    /// A message for a gRPC method.
    fn call(&mut self, name: &str, method: &str, message: &[u8]) {
        self.grpc(name, json!({ "call": method, "message": [{ "hex": hex::encode(message) }] }));
    }

    fn grpc(&mut self, name: &str, mut request: Value) {
        request["door"] = json!("grpc");
        self.add(format!("grpc: {name}"), request);
    }

    /// A transaction that nobody lets in, at each door that takes transactions.
    fn tx(&mut self, name: &str, bytes: &[u8]) {
        let base64 = STANDARD.encode(bytes);
        self.method(&format!("broadcast of {name}"), "broadcast_tx_sync", &json!({ "tx": base64 }));
        self.method(&format!("check of {name}"), "check_tx", &json!({ "tx": base64 }));
        let body = json!({ "tx_bytes": base64, "mode": "BROADCAST_MODE_SYNC" }).to_string();
        self.rest_post(&format!("broadcast of {name}"), "/cosmos/tx/v1beta1/txs", &body);
        let body = json!({ "tx_bytes": base64 }).to_string();
        self.rest_post(&format!("simulation of {name}"), "/cosmos/tx/v1beta1/simulate", &body);
    }
}

/// Has a contract and a few transactions made, asks everything, and returns what was answered.
pub fn record(r: &mut Recorder, probe: &[u8]) -> Vec<Value> {
    r.send("store", "deployer", r.store("deployer", probe), &gas(5_000_000));
    r.send("instantiate", "deployer", r.instantiate("deployer", 1, "one", &tell(), vec![]), &gas(500_000));
    let trader = r.address("trader");
    r.send("send", "minter", r.transfer("minter", &trader, vec![coin(1_000, "umars")]), &gas(200_000));
    let mut steps = std::mem::take(&mut r.steps);
    for step in &mut steps {
        assert_eq!(step["result"]["code"], 0, "{step}");
        let header = r.rpc("header", json!({ "height": step["height"].to_string() }));
        step["time"] = header["result"]["header"]["time"].clone();
    }
    r.steps = steps;

    let contract = address::encode("mars", &wasm::classic(1, 1));
    let mut cases = Cases(Vec::new());
    rpc_http(&mut cases);
    rpc_json(&mut cases);
    rpc_arguments(&mut cases);
    rpc_uris(&mut cases);
    websocket(&mut cases);
    rest_http(&mut cases);
    rest_fields(&mut cases, &r.address("minter"), &contract);
    rest_contract(&mut cases, &contract);
    rest_bodies(&mut cases);
    grpc_frames(&mut cases);
    grpc_messages(&mut cases, &r.address("minter"), &contract);
    transactions(&mut cases, r);

    let doors = crate::doors(r.port);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    cases
        .0
        .into_iter()
        .map(|(name, request)| {
            let answer = runtime.block_on(doors.ask(&request));
            json!({ "name": name, "request": request, "answer": answer })
        })
        .collect()
}

/// What is no HTTP, or not what CometBFT takes by it.
fn rpc_http(c: &mut Cases) {
    let health = r#"{"jsonrpc":"2.0","id":1,"method":"health"}"#;
    c.send("rpc", "no HTTP", json!(["hello\r\n\r\n"]));
    c.send("rpc", "bytes that are no text", json!([{ "hex": "00ff00ff0d0a0d0a" }]));
    c.send("rpc", "another version of HTTP", json!(["GET /health HTTP/9.9\r\nHost: a\r\n\r\n"]));
    c.send("rpc", "no version of HTTP", json!(["GET /health\r\n\r\n"]));
    c.send("rpc", "no host", json!(["GET /health HTTP/1.1\r\nConnection: close\r\n\r\n"]));
    c.send("rpc", "a header without colon", json!(["GET /health HTTP/1.0\r\nnonsense\r\n\r\n"]));
    c.send("rpc", "a header with a space in its name", json!(["GET /health HTTP/1.0\r\na b: c\r\n\r\n"]));
    c.send(
        "rpc",
        "a header of 2 MB",
        json!(["GET /health HTTP/1.0\r\na: ", { "repeat": "a", "times": 2_000_000 }, "\r\n\r\n"]),
    );
    c.send("rpc", "a length that is no number", json!(["POST / HTTP/1.0\r\nContent-Length: x\r\n\r\n"]));
    c.send("rpc", "a negative length", json!(["POST / HTTP/1.0\r\nContent-Length: -1\r\n\r\n"]));
    c.send(
        "rpc",
        "two lengths",
        json!(["POST / HTTP/1.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}"]),
    );
    c.send(
        "rpc",
        "a chunk that is none",
        json!([
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
        ]),
    );
    c.send(
        "rpc",
        "an encoding that is none",
        json!(["POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: nonsense\r\n\r\n"]),
    );
    c.send("rpc", "a path that is none", json!(["GET health HTTP/1.0\r\n\r\n"]));
    c.send("rpc", "an escape that is none in a path", json!(["GET /%zz HTTP/1.0\r\n\r\n"]));
    c.send("rpc", "a space in a path", json!(["GET /he alth HTTP/1.0\r\n\r\n"]));
    c.send("rpc", "too long a body", json!([format!("POST / HTTP/1.0\r\nContent-Length: {TOO_LONG}\r\n\r\n"), { "repeat": "a", "times": TOO_LONG }]));
    for method in ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "NONSENSE"] {
        c.http("rpc", &format!("{method} of a call"), &format!("{method} /"), "", health);
        c.http("rpc", &format!("{method} of a URI"), &format!("{method} /health"), "", "");
    }
    c.http("rpc", "POST of a URI", "POST /health", "", "");
    c.http("rpc", "XML", "POST /", "Content-Type: application/xml\r\n", health);
    c.http("rpc", "a packed body", "POST /", "Content-Encoding: gzip\r\n", health);
    c.http("rpc", "a call to another path", "POST /nope", "", health);
    c.http("rpc", "a body with a GET", "GET /", "", health);
    for (name, headers) in [
        ("no upgrade", "Connection: Upgrade\r\n"),
        (
            "an upgrade to something else",
            "Connection: Upgrade\r\nUpgrade: h2c\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
        ),
        (
            "an old version",
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
        ),
        ("no key", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"),
        (
            "no connection",
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
        ),
    ] {
        c.send(
            "rpc",
            &format!("a websocket with {name}"),
            json!([format!("GET /websocket HTTP/1.1\r\nHost: a\r\n{headers}Connection: close\r\n\r\n")]),
        );
    }
    c.send("rpc", "a websocket by POST", json!(["POST /websocket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"]));
}

/// Bodies that are no JSON, or no JSON-RPC.
fn rpc_json(c: &mut Cases) {
    for (name, body) in [
        ("white space", " \n\t "),
        ("a byte order mark", "\u{feff}{\"id\":1,\"method\":\"health\"}"),
        ("single quotes", "{'id':1,'method':'health'}"),
        ("a comment", r#"{"id":1,/* */"method":"health"}"#),
        ("a comma at the end", r#"{"id":1,"method":"health",}"#),
        ("a comma at the end of a batch", r#"[{"id":1,"method":"health"},]"#),
        ("a leading zero", r#"{"id":01,"method":"health"}"#),
        ("a number with a plus", r#"{"id":+1,"method":"health"}"#),
        ("a number that ends in a point", r#"{"id":1.,"method":"health"}"#),
        ("half an exponent", r#"{"id":1e,"method":"health"}"#),
        ("a number beyond floats", r#"{"id":1e400,"method":"health"}"#),
        ("no number", r#"{"id":NaN,"method":"health"}"#),
        ("half a literal", r#"{"id":tru,"method":"health"}"#),
        ("half a text", r#"{"id":1,"method":"heal"#),
        ("a line break in a text", "{\"id\":1,\"method\":\"he\nalth\"}"),
        ("half an escape", r#"{"id":1,"method":"\u12"}"#),
        ("half a pair of escapes", r#"{"id":1,"method":"\ud800"}"#),
        ("a zero in the method", r#"{"id":1,"method":"health\u0000"}"#),
        ("a method in capitals", r#"{"id":1,"method":"HEALTH"}"#),
        ("a method with spaces", r#"{"id":1,"method":" health "}"#),
        ("an empty method", r#"{"id":1,"method":""}"#),
        ("an unsafe method", r#"{"id":1,"method":"dial_peers","params":{}}"#),
        ("a method of Ethereum", r#"{"id":1,"method":"eth_blockNumber","params":[]}"#),
        ("a key twice", r#"{"id":1,"id":2,"method":"health","method":"nope"}"#),
        ("an object for a method", r#"{"id":1,"method":{}}"#),
        ("a number for the version", r#"{"jsonrpc":2,"id":1,"method":"health"}"#),
        ("a batch in a batch", r#"[[{"id":1,"method":"health"}]]"#),
        ("a batch with one that is none", r#"[{"id":1,"method":"health"},5]"#),
        ("a batch with one that has no method", r#"[{"id":1,"method":"health"},{"id":2}]"#),
        ("two requests", r#"{"id":1,"method":"health"}{"id":2,"method":"health"}"#),
    ] {
        c.post(name, body);
    }
    c.send("rpc", "bytes that are no UTF-8 in a text", json!(["POST / HTTP/1.0\r\nContent-Length: 27\r\n\r\n{\"id\":1,\"method\":\"", { "hex": "ff" }, "health\"}"]));
    c.send(
        "rpc",
        "bytes that are no UTF-8",
        json!(["POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\n", { "hex": "fffe" }]),
    );
    let head = r#"{"id":1,"method":"health","params":{"a":"#;
    for depth in [100, 9_000, 20_000] {
        let length = head.len() + 2 * depth + 2;
        c.send(
            "rpc",
            &format!("{depth} arrays within each other"),
            json!([
                format!("POST / HTTP/1.0\r\nContent-Length: {length}\r\n\r\n{head}"),
                { "repeat": "[", "times": depth }, { "repeat": "]", "times": depth }, "}}",
            ]),
        );
    }
}

/// Arguments that methods do not take.
fn rpc_arguments(c: &mut Cases) {
    for (name, method, params) in [
        ("an unknown argument", "block", json!({ "nope": 1 })),
        ("an argument in capitals", "block", json!({ "HEIGHT": "1" })),
        ("a nested array", "block", json!([["1"]])),
        ("a null for a height in an array", "block", json!([null])),
        ("a height with spaces", "block", json!({ "height": " 1 " })),
        ("a height with a plus", "block", json!({ "height": "+1" })),
        ("a height in hexadecimal", "block", json!({ "height": "0x1" })),
        ("a height with an exponent", "block", json!({ "height": "1e2" })),
        ("the least height", "block", json!({ "height": "-9223372036854775808" })),
        ("the highest height", "block", json!({ "height": "9223372036854775807" })),
        ("a height for results beyond the chain", "block_results", json!({ "height": "99999999" })),
        ("a height for results below the chain", "block_results", json!({ "height": "0" })),
        ("a height for a commit beyond the chain", "commit", json!({ "height": "99999999" })),
        ("a height for a header beyond the chain", "header", json!({ "height": "99999999" })),
        ("a height for parameters beyond the chain", "consensus_params", json!({ "height": "99999999" })),
        ("a height for validators below the chain", "validators", json!({ "height": "-3" })),
        ("a page of validators that is zero", "validators", json!({ "page": "0" })),
        ("a page of validators that is negative", "validators", json!({ "page": "-1" })),
        ("a page of validators with nothing on it", "validators", json!({ "per_page": "0" })),
        ("a page of validators with less than nothing", "validators", json!({ "per_page": "-5" })),
        ("a number of a page as a number", "validators", json!({ "page": 1 })),
        ("a list for a page", "validators", json!({ "page": [] })),
        ("a hash that is empty", "tx", json!({ "hash": "" })),
        ("a hash that is too long", "tx", json!({ "hash": STANDARD.encode([7; 33]) })),
        ("a hash of nothing", "tx", json!({ "hash": STANDARD.encode([7; 32]) })),
        ("a hash in the alphabet of URLs", "tx", json!({ "hash": URL_SAFE.encode([0xff; 32]) })),
        ("a hash without padding", "tx", json!({ "hash": "AAA" })),
        ("a hash with a line break", "tx", json!({ "hash": "AA\n==" })),
        ("a hash of a block that is too short", "block_by_hash", json!({ "hash": "AA==" })),
        ("a hash of a header that is no hexadecimal", "header_by_hash", json!({ "hash": "xyz" })),
        ("a number for prove", "tx", json!({ "hash": "AA==", "prove": 1 })),
        ("a path for a question that is no path", "abci_query", json!({ "path": "nope" })),
        ("a path for a question with one slash", "abci_query", json!({ "path": "/" })),
        ("a path for a question with two slashes", "abci_query", json!({ "path": "//" })),
        ("a path for a question with a zero", "abci_query", json!({ "path": "/app/version\u{0}" })),
        ("a path for a question to peers", "abci_query", json!({ "path": "/p2p/filter/addr/1.2.3.4" })),
        ("a path for a question to custom", "abci_query", json!({ "path": "/custom/bank/balance" })),
        (
            "a path for a question to a service alone",
            "abci_query",
            json!({ "path": "/cosmos.bank.v1beta1.Query" }),
        ),
        (
            "a path for a question with a part too many",
            "abci_query",
            json!({ "path": "/cosmos.bank.v1beta1.Query/Params/x" }),
        ),
        (
            "a question with bytes that are no message",
            "abci_query",
            json!({ "path": "/cosmos.bank.v1beta1.Query/Balance", "data": "ffff" }),
        ),
        (
            "a question with an unfinished message",
            "abci_query",
            json!({ "path": "/cosmos.bank.v1beta1.Query/Balance", "data": "0a05" }),
        ),
        (
            "a question with an empty message",
            "abci_query",
            json!({ "path": "/cosmos.bank.v1beta1.Query/Balance", "data": "" }),
        ),
        (
            "a question about no address",
            "abci_query",
            json!({ "path": "/cosmos.auth.v1beta1.Query/Account", "data": "0a0474657374" }),
        ),
        (
            "a question with 0x before its data",
            "abci_query",
            json!({ "path": "/app/version", "data": "0x00" }),
        ),
        ("a question in capitals", "abci_query", json!({ "path": "/COSMOS.BANK.V1BETA1.QUERY/PARAMS" })),
        ("a question at a height as a number", "abci_query", json!({ "path": "/app/version", "height": 1 })),
        (
            "a question of the version in the future",
            "abci_query",
            json!({ "path": "/app/version", "height": "99999999" }),
        ),
        ("a question of a simulation of nothing", "abci_query", json!({ "path": "/app/simulate" })),
        (
            "a question about a store at a negative height",
            "abci_query",
            json!({ "path": "/store/bank/key", "data": "00", "height": "-5" }),
        ),
        ("a question about a store by no way", "abci_query", json!({ "path": "/store/bank", "data": "00" })),
        ("a page that is negative", "tx_search", json!({ "query": "tx.height>0", "page": "-1" })),
        ("a page with less than nothing", "tx_search", json!({ "query": "tx.height>0", "per_page": "-1" })),
        ("a page that is a word", "tx_search", json!({ "query": "tx.height>0", "page": "x" })),
        ("a page of blocks too far", "block_search", json!({ "query": "block.height=1", "page": "9" })),
        ("a number for a query", "tx_search", json!({ "query": 5 })),
        ("a query with OR", "tx_search", json!({ "query": "a.b='c' OR a.b='d'" })),
        ("a query that ends in AND", "tx_search", json!({ "query": "a.b='c' AND" })),
        ("a query with double quotes", "tx_search", json!({ "query": "a.b=\"c\"" })),
        ("a query with an open quote", "tx_search", json!({ "query": "a.b='c" })),
        ("a query with parentheses", "tx_search", json!({ "query": "(a.b='c')" })),
        ("a query with an unknown operator", "tx_search", json!({ "query": "a.b!='c'" })),
        ("a query with a word for a value", "tx_search", json!({ "query": "a.b=c" })),
        ("a query with a date that is none", "tx_search", json!({ "query": "a.b=DATE 2026-13-99" })),
        ("a query with a time that is none", "tx_search", json!({ "query": "a.b=TIME nope" })),
        ("a query for a height that is a text", "tx_search", json!({ "query": "tx.height='x'" })),
        ("a query for a hash that is none", "tx_search", json!({ "query": "tx.hash='xyz'" })),
        ("a query for a hash that is a number", "tx_search", json!({ "query": "tx.hash=5" })),
        ("a query with no bytes but spaces", "tx_search", json!({ "query": "   " })),
        ("a query for blocks that is none", "block_search", json!({ "query": "nope" })),
        ("a chunk beyond 64 bits", "genesis_chunked", json!({ "chunk": "99999999999999999999" })),
        ("no chunk", "genesis_chunked", json!({})),
        ("a limit that is a word", "unconfirmed_txs", json!({ "limit": "x" })),
        ("a limit that is negative", "unconfirmed_txs", json!({ "limit": "-1" })),
        (
            "evidence without a value",
            "broadcast_evidence",
            json!({ "evidence": { "type": "tendermint/DuplicateVoteEvidence" } }),
        ),
        (
            "evidence of nothing",
            "broadcast_evidence",
            json!({ "evidence": { "type": "tendermint/DuplicateVoteEvidence", "value": {} } }),
        ),
        ("no transaction", "broadcast_tx_sync", json!({})),
        ("a transaction of null", "broadcast_tx_sync", json!({ "tx": null })),
        ("a transaction that is a list", "broadcast_tx_sync", json!({ "tx": [1, 2] })),
        ("a transaction that is no base64", "broadcast_tx_sync", json!({ "tx": "!!" })),
        ("a transaction in hexadecimal", "broadcast_tx_sync", json!({ "tx": "0x0a" })),
        ("a transaction of nothing for a commit", "broadcast_tx_commit", json!({ "tx": "" })),
        ("a transaction that is none for a commit", "broadcast_tx_commit", json!({ "tx": "CgA=" })),
        ("a transaction that is none, and no wait", "broadcast_tx_async", json!({ "tx": "CgA=" })),
        ("a check of nothing", "check_tx", json!({ "tx": "" })),
        ("an end of no subscription", "unsubscribe", json!({ "query": "a.b='c'" })),
        ("blocks in a range of words", "blockchain", json!({ "minHeight": "a", "maxHeight": "b" })),
        (
            "blocks in a range beyond the chain",
            "blockchain",
            json!({ "minHeight": "99999998", "maxHeight": "99999999" }),
        ),
    ] {
        c.method(name, method, &params);
    }
    let large = 2_097_153_u32.div_ceil(3) * 4;
    let head = r#"{"jsonrpc":"2.0","id":1,"method":"broadcast_tx_sync","params":{"tx":""#;
    let length = head.len() + usize::try_from(large).unwrap() + 3;
    c.send("rpc", "too large a transaction", json!([format!("POST / HTTP/1.0\r\nContent-Length: {length}\r\n\r\n{head}"), { "repeat": "A", "times": large }, "\"}}"]));
}

/// Calls in the path and query of a URI.
fn rpc_uris(c: &mut Cases) {
    for (name, path) in [
        ("a method in capitals in a URI", "/HEALTH"),
        ("a slash behind a method", "/health/"),
        ("two slashes before a method", "//health"),
        ("a path upwards", "/../health"),
        ("an escaped slash", "/block%2Fx"),
        ("an unknown argument in a URI", "/block?nope=1"),
        ("an argument twice", "/block?height=1&height=2"),
        ("an argument without a value", "/block?height"),
        ("an escape that is none in a query", "/block?height=%zz"),
        ("a semicolon in a query", "/block?height=1;x=2"),
        ("a fraction for a height in a URI", "/block?height=1.5"),
        ("a plus before a height in a URI", "/block?height=%2B1"),
        ("a height beyond 64 bits in a URI", "/block?height=99999999999999999999"),
        ("an open quote in a URI", "/abci_query?path=%22/app/version"),
        ("no quotes in a URI", "/abci_query?path=/app/version"),
        ("single quotes in a URI", "/abci_query?path='/app/version'"),
        ("hexadecimal for a path", "/abci_query?path=0x2f"),
        ("half a byte in a URI", "/abci_query?path=%22/app/version%22&data=0x0"),
        ("no hexadecimal for data in a URI", "/abci_query?path=%22/app/version%22&data=0xzz"),
        ("data in quotes in a URI", "/abci_query?path=%22/app/version%22&data=%22ab%22"),
        ("a list for a height in a URI", "/block?height=[1]"),
        ("a word for a page in a URI", "/validators?page=x"),
        ("a negative page in a URI", "/validators?page=-1"),
        ("a query without quotes in a URI", "/tx_search?query=tx.height=1"),
        ("a transaction without quotes in a URI", "/broadcast_tx_sync?tx=abc"),
        ("a transaction in quotes in a URI", "/broadcast_tx_sync?tx=%22abc%22"),
        ("no transaction in a URI", "/broadcast_tx_sync"),
        ("a transaction of half a byte in a URI", "/broadcast_tx_sync?tx=0xa"),
        ("a hash of half a byte in a URI", "/tx?hash=0xabc"),
        ("a hash of nothing in a URI", "/tx?hash=0x"),
        ("no UTF-8 in a URI", "/abci_query?path=%22%ff%22"),
        ("an empty document", "/favicon.ico"),
    ] {
        c.get("rpc", name, path);
    }
}

/// Frames that are none, and calls by them.
fn websocket(c: &mut Cases) {
    let health = r#"{"jsonrpc":"2.0","id":1,"method":"health"}"#;
    c.frames("a frame without mask", &[vec![0x81, 2], b"{}".to_vec()]);
    c.frames("a reserved bit", &[frame(0xc1, health.as_bytes())]);
    c.frames("a reserved kind", &[frame(0x83, b"")]);
    c.frames("a reserved kind of control", &[frame(0x8b, b"")]);
    c.frames("a ping in parts", &[frame(0x09, b"a")]);
    c.frames("a long ping", &[frame(0x89, &[b'a'; 126])]);
    c.frames("a part of nothing", &[frame(0x80, b"x")]);
    c.frames("a message within a message", &[frame(0x01, b"{"), frame(0x81, b"}")]);
    c.frames(
        "a message in parts",
        &[frame(0x01, &health.as_bytes()[..9]), frame(0x80, &health.as_bytes()[9..])],
    );
    c.frames("a frame of 2^62 bytes", &[vec![0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0], vec![0; 64]]);
    c.frames("a frame of 2^63 bytes", &[vec![0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0], vec![0; 64]]);
    c.frames("bytes in place of text", &[frame(0x82, health.as_bytes())]);
    c.frames("a text that is no UTF-8", &[frame(0x81, b"{\"id\":1,\"method\":\"\xff\"}")]);
    c.frames("an end of one byte", &[frame(0x88, b"x")]);
    c.frames("an end with a code that is none", &[frame(0x88, &[0x03, 0xed])]);
    c.frames("an end with a code of 0", &[frame(0x88, &[0, 0])]);
    c.frames("an end with words that are no UTF-8", &[frame(0x88, &[0x03, 0xe8, 0xff])]);
    c.frames("an end", &[frame(0x88, &[0x03, 0xe8])]);
    c.texts("nothing", &[""]);
    c.texts("white space", &["  "]);
    c.texts("half an object", &["{\"id\":1,"]);
    c.texts("a number", &["5"]);
    c.texts("null", &["null"]);
    c.texts("an empty batch", &["[]"]);
    c.texts("no method", &[r#"{"id":1}"#]);
    c.texts("an object for an id", &[r#"{"id":{},"method":"health"}"#]);
    c.texts("a notification", &[r#"{"method":"health"}"#]);
    c.texts("an unsafe method", &[r#"{"id":1,"method":"unsafe_flush_mempool"}"#]);
    c.texts("a subscription to nothing", &[r#"{"id":1,"method":"subscribe","params":{}}"#]);
    c.texts("a subscription to a number", &[r#"{"id":1,"method":"subscribe","params":{"query":5}}"#]);
    c.texts(
        "a subscription to no query",
        &[r#"{"id":1,"method":"subscribe","params":{"query":"nonsense"}}"#],
    );
    c.texts(
        "a subscription with OR",
        &[r#"{"id":1,"method":"subscribe","params":{"query":"a.b='c' OR a.b='d'"}}"#],
    );
    c.texts(
        "a subscription with an argument too many",
        &[r#"{"id":1,"method":"subscribe","params":["a.b='c'","x"]}"#],
    );
    let subscribe = |id: u32, query: &str| {
        json!({ "id": id, "method": "subscribe", "params": { "query": query } }).to_string()
    };
    let twice = [subscribe(1, "a.b='c'"), subscribe(2, "a.b='c'")];
    c.texts("a subscription twice", &[&twice[0], &twice[1]]);
    let six: Vec<String> = (0..6).map(|id| subscribe(id, &format!("a.b='{id}'"))).collect();
    c.texts("six subscriptions", &six.iter().map(String::as_str).collect::<Vec<_>>());
    c.texts(
        "an end of another subscription",
        &[&twice[0], r#"{"id":2,"method":"unsubscribe","params":{"query":"a.b='d'"}}"#],
    );
    c.texts("an end of no query", &[r#"{"id":1,"method":"unsubscribe","params":{"query":"nonsense"}}"#]);
    c.texts("an end of a subscription by nothing", &[r#"{"id":1,"method":"unsubscribe"}"#]);
    c.texts("an unknown method with params", &[r#"{"id":"x","method":"nope","params":{"a":[1]}}"#]);
    c.texts(
        "a transaction that is none",
        &[r#"{"id":1,"method":"broadcast_tx_sync","params":{"tx":"CgA="}}"#],
    );
    c.texts("a hash of nothing", &[r#"{"id":1,"method":"tx","params":{"hash":"AA==","prove":false}}"#]);
    c.texts("a page too far", &[r#"{"id":1,"method":"validators","params":{"page":"9"}}"#]);
    let deep =
        format!(r#"{{"id":1,"method":"health","params":{}{}}}"#, "[".repeat(20_000), "]".repeat(20_000));
    c.texts("20000 arrays within each other", &[&deep]);
}

/// What the gateway says of requests that it has no method for.
fn rest_http(c: &mut Cases) {
    c.send("rest", "no HTTP", json!(["hello\r\n\r\n"]));
    c.send("rest", "another version of HTTP", json!(["GET / HTTP/9.9\r\nHost: a\r\n\r\n"]));
    c.send(
        "rest",
        "no host",
        json!(["GET /cosmos/bank/v1beta1/params HTTP/1.1\r\nConnection: close\r\n\r\n"]),
    );
    c.send(
        "rest",
        "a length that is no number",
        json!(["POST /cosmos/tx/v1beta1/txs HTTP/1.0\r\nContent-Length: x\r\n\r\n"]),
    );
    c.send(
        "rest",
        "an escape that is none in a path",
        json!(["GET /cosmos/bank/v1beta1/balances/%zz HTTP/1.0\r\n\r\n"]),
    );
    c.send(
        "rest",
        "a header of 2 MB",
        json!(["GET / HTTP/1.0\r\na: ", { "repeat": "a", "times": 2_000_000 }, "\r\n\r\n"]),
    );
    c.send("rest", "too long a body", json!([format!("POST /cosmos/tx/v1beta1/txs HTTP/1.0\r\nContent-Length: {TOO_LONG}\r\n\r\n"), { "repeat": " ", "times": TOO_LONG }]));
    let params = "/cosmos/bank/v1beta1/params";
    for method in ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "NONSENSE", "get"] {
        c.http("rest", &format!("{method} of parameters"), &format!("{method} {params}"), "", "");
    }
    for (name, path) in [
        ("two slashes", "/cosmos//bank/v1beta1/params"),
        ("two slashes in the beginning", "//cosmos/bank/v1beta1/params"),
        ("a path upwards", "/cosmos/bank/v1beta1/x/../params"),
        ("capitals", "/COSMOS/bank/v1beta1/params"),
        ("an escaped slash", "/cosmos/bank/v1beta1%2Fparams"),
        ("an escaped letter", "/cosmos/bank/v1beta1/%70arams"),
        ("a verb behind a colon", "/cosmos/bank/v1beta1/params:get"),
        ("an old path", "/bank/balances/x"),
        ("a path of Swagger", "/swagger/"),
        ("a method by its gRPC path", "/cosmos.bank.v1beta1.Query/Params"),
        ("an unknown module", "/cosmos/nope/v1beta1/params"),
        ("an unknown version", "/cosmos/bank/v9/params"),
        ("a semicolon in a query", "/cosmos/bank/v1beta1/supply?pagination.limit=1;x=2"),
        ("an escape that is none in a query", "/cosmos/bank/v1beta1/supply?pagination.limit=%zz"),
    ] {
        c.get("rest", name, path);
    }
    for (name, height) in [
        ("of words", "ten"),
        ("with a fraction", "1.5"),
        ("in hexadecimal", "0x1"),
        ("beyond 64 bits", "99999999999999999999"),
        ("with a plus", "+1"),
        ("of nothing", ""),
        ("below the chain", "-1"),
        ("beyond the chain", "99999999"),
    ] {
        c.http(
            "rest",
            &format!("a height {name}"),
            &format!("GET {params}"),
            &format!("x-cosmos-block-height: {height}\r\n"),
            "",
        );
    }
    c.http(
        "rest",
        "two heights",
        &format!("GET {params}"),
        "x-cosmos-block-height: 1\r\nx-cosmos-block-height: 2\r\n",
        "",
    );
}

/// Fields in paths and query strings.
fn rest_fields(c: &mut Cases, holder: &str, contract: &str) {
    let upper = holder.to_uppercase();
    let mixed = format!("{}{}", &upper[..6], &holder[6..]);
    let wrong_sum =
        format!("{}{}", &holder[..holder.len() - 1], if holder.ends_with('q') { 'p' } else { 'q' });
    let other = address::encode("cosmos", &[1; 20]);
    let long = address::encode("mars", &[1; 40]);
    let empty = address::encode("mars", &[]);
    let huge = address::encode("mars", &[1; 300]);
    let valoper = address::encode("marsvaloper", &[1; 20]);
    for (name, address) in [
        ("that is a word", "test"),
        ("in capitals", &upper),
        ("in both cases", &mixed),
        ("with a wrong sum", &wrong_sum),
        ("of another chain", &other),
        ("of 40 bytes", &long),
        ("of no bytes", &empty),
        ("of 300 bytes", &huge),
        ("of a validator", &valoper),
        ("with a space", "mars1%20x"),
        ("that is no ASCII", "m%C3%A4rs1x"),
        ("without its prefix", "1qqqsyqcyq5rqwzqfpg9scrgwpugpzysn2jn6jn"),
    ] {
        for path in [
            "/cosmos/auth/v1beta1/accounts/{}",
            "/cosmos/bank/v1beta1/balances/{}",
            "/cosmos/bank/v1beta1/spendable_balances/{}/by_denom?denom=umars",
            "/cosmwasm/wasm/v1/contract/{}",
            "/cosmos/staking/v1beta1/delegations/{}",
            "/cosmos/staking/v1beta1/validators/{}",
            "/cosmos/authz/v1beta1/grants/granter/{}",
        ] {
            let module = path.split('/').nth(2).unwrap();
            let kind = path.split('/').nth(4).unwrap();
            c.get("rest", &format!("an address {name} for {module} {kind}"), &path.replace("{}", address));
        }
    }
    for (name, path) in [
        (
            "an address of an account that nobody has",
            format!("/cosmos/auth/v1beta1/accounts/{}", address::encode("mars", &[77; 20])),
        ),
        ("an account by a number that is a word", "/cosmos/auth/v1beta1/address_by_id/x".into()),
        (
            "an account by a number that nobody has",
            "/cosmos/auth/v1beta1/address_by_id/0?account_id=99999".into(),
        ),
        ("a module account that there is not", "/cosmos/auth/v1beta1/module_accounts/nope".into()),
        ("bytes of an address that are none", "/cosmos/auth/v1beta1/bech32/!!".into()),
        ("no denomination", format!("/cosmos/bank/v1beta1/balances/{holder}/by_denom")),
        (
            "a denomination with signs",
            format!("/cosmos/bank/v1beta1/balances/{holder}/by_denom?denom=%21%21"),
        ),
        (
            "a denomination of 200 letters",
            format!("/cosmos/bank/v1beta1/balances/{holder}/by_denom?denom={}", "a".repeat(200)),
        ),
        (
            "a denomination twice",
            format!("/cosmos/bank/v1beta1/balances/{holder}/by_denom?denom=umars&denom=uusdc"),
        ),
        ("a supply of no denomination", "/cosmos/bank/v1beta1/supply/by_denom".into()),
        ("a supply of a denomination with signs", "/cosmos/bank/v1beta1/supply/by_denom?denom=%21%21".into()),
        (
            "a supply of a denomination that there is not",
            "/cosmos/bank/v1beta1/supply/by_denom?denom=unope".into(),
        ),
        (
            "a description of a denomination that there is not",
            "/cosmos/bank/v1beta1/denoms_metadata/unope".into(),
        ),
        ("a description of no denomination", "/cosmos/bank/v1beta1/denoms_metadata_by_query_string".into()),
        ("owners of a denomination with signs", "/cosmos/bank/v1beta1/denom_owners/%21%21".into()),
        ("owners of no denomination", "/cosmos/bank/v1beta1/denom_owners_by_query".into()),
        ("a switch of a denomination with signs", "/cosmos/bank/v1beta1/send_enabled?denoms=%21%21".into()),
    ] {
        c.get("rest", name, &path);
    }
    for (name, query) in [
        ("a limit that is a word", "pagination.limit=x"),
        ("a limit that is negative", "pagination.limit=-1"),
        ("a limit with a fraction", "pagination.limit=1.5"),
        ("a limit beyond 64 bits", "pagination.limit=99999999999999999999"),
        ("a limit of nothing", "pagination.limit="),
        ("a limit in capitals", "pagination.LIMIT=1"),
        ("a limit in camels", "Pagination.Limit=1"),
        ("the highest limit", "pagination.limit=18446744073709551615"),
        (
            "the highest limit and offset",
            "pagination.limit=18446744073709551615&pagination.offset=18446744073709551615",
        ),
        ("an offset that is a word", "pagination.offset=x"),
        ("an offset behind the end", "pagination.offset=99999"),
        ("a key that is no base64", "pagination.key=%21%21"),
        ("a key of base64 without padding", "pagination.key=AAA"),
        ("a key of nothing", "pagination.key="),
        ("a key of bytes that no list has", "pagination.key=////"),
        ("a key and an offset", "pagination.key=AA==&pagination.offset=1"),
        ("a reverse that is a word", "pagination.reverse=maybe"),
        ("a count that is a number", "pagination.count_total=2"),
        ("two limits", "pagination.limit=1&pagination.limit=2"),
        ("an unknown field of a page", "pagination.nope=1"),
        ("a field of a field of a page", "pagination.limit.x=1"),
        ("a page that is a value", "pagination=1"),
        ("brackets", "pagination[limit]=1"),
    ] {
        c.get("rest", &format!("{name} in a supply"), &format!("/cosmos/bank/v1beta1/supply?{query}"));
        c.get(
            "rest",
            &format!("{name} in balances"),
            &format!("/cosmos/bank/v1beta1/balances/{holder}?{query}"),
        );
        c.get("rest", &format!("{name} in codes"), &format!("/cosmwasm/wasm/v1/code?{query}"));
        c.get(
            "rest",
            &format!("{name} in a state"),
            &format!("/cosmwasm/wasm/v1/contract/{contract}/state?{query}"),
        );
    }
    for (name, path) in [
        ("a status of validators that there is not", "/cosmos/staking/v1beta1/validators?status=NOPE"),
        (
            "a page of validators by a key and an offset",
            "/cosmos/staking/v1beta1/validators?pagination.key=AA==&pagination.offset=1",
        ),
        ("history below the chain", "/cosmos/staking/v1beta1/historical_info/-1"),
        ("history at a word", "/cosmos/staking/v1beta1/historical_info/x"),
        ("a proposal that is a word", "/cosmos/gov/v1/proposals/x"),
        ("a proposal below 0", "/cosmos/gov/v1/proposals/-1"),
        ("proposals of a status that there is not", "/cosmos/gov/v1/proposals?proposal_status=NOPE"),
        ("proposals of a status of 99", "/cosmos/gov/v1/proposals?proposal_status=99"),
        ("proposals of a voter that is none", "/cosmos/gov/v1/proposals?voter=test"),
        ("a vote by nobody", "/cosmos/gov/v1/proposals/1/votes/test"),
        ("a slashed validator that is none", "/cosmos/slashing/v1beta1/signing_infos/test"),
        ("evidence that is no hexadecimal", "/cosmos/evidence/v1beta1/evidence/xyz"),
        ("evidence that there is not", "/cosmos/evidence/v1beta1/evidence/AB"),
        ("a module without versions", "/cosmos/upgrade/v1beta1/module_versions?module_name=nope"),
        ("a grant of no granter", "/cosmos/authz/v1beta1/grants?granter=&grantee="),
        ("a grant of words", "/cosmos/authz/v1beta1/grants?granter=a&grantee=b"),
        ("an allowance of words", "/cosmos/feegrant/v1beta1/allowance/a/b"),
        ("a block that is a fraction", "/cosmos/base/tendermint/v1beta1/blocks/1.5"),
        ("a block beyond 64 bits", "/cosmos/base/tendermint/v1beta1/blocks/99999999999999999999"),
        ("a block below 0", "/cosmos/base/tendermint/v1beta1/blocks/-1"),
        ("validators of a block that is a word", "/cosmos/base/tendermint/v1beta1/validatorsets/x"),
        ("validators of block 0", "/cosmos/base/tendermint/v1beta1/validatorsets/0"),
        (
            "validators by a key and an offset",
            "/cosmos/base/tendermint/v1beta1/validatorsets/latest?pagination.key=AA==&pagination.offset=1",
        ),
        ("a question without a path", "/cosmos/base/tendermint/v1beta1/abci_query?data=AA=="),
        (
            "a question with data that are no base64",
            "/cosmos/base/tendermint/v1beta1/abci_query?path=/app/version&data=%21",
        ),
        (
            "a question at a height that is a word",
            "/cosmos/base/tendermint/v1beta1/abci_query?path=/app/version&height=x",
        ),
        ("a transaction by a hash that is too short", "/cosmos/tx/v1beta1/txs/AB"),
        ("a transaction by a hash that is a word", "/cosmos/tx/v1beta1/txs/nope"),
        ("a transaction by half a byte", "/cosmos/tx/v1beta1/txs/ABC"),
        ("a transaction by a hash with 0x", "/cosmos/tx/v1beta1/txs/0xAB"),
        ("transactions by no query", "/cosmos/tx/v1beta1/txs?query="),
        ("transactions by a query that is none", "/cosmos/tx/v1beta1/txs?query=nonsense"),
        ("transactions on a page that is negative", "/cosmos/tx/v1beta1/txs?query=tx.height%3E0&page=-1"),
        ("transactions on a page too far", "/cosmos/tx/v1beta1/txs?query=tx.height%3E0&page=99"),
        (
            "transactions in an order that there is not",
            "/cosmos/tx/v1beta1/txs?query=tx.height%3E0&order_by=9",
        ),
        ("transactions of a block that is a word", "/cosmos/tx/v1beta1/txs/block/x"),
        (
            "transactions of a block with an offset behind the end",
            "/cosmos/tx/v1beta1/txs/block/2?pagination.offset=99",
        ),
    ] {
        c.get("rest", name, path);
    }
    let nobody = address::encode("marsvaloper", &[1; 20]);
    for (name, validator) in [
        ("that there is not", nobody.as_str()),
        ("that is a word", "test"),
        ("with the address of an account", holder),
    ] {
        for part in ["commission", "outstanding_rewards", "slashes", ""] {
            c.get(
                "rest",
                &format!("{} of a validator {name}", if part.is_empty() { "distribution" } else { part }),
                format!("/cosmos/distribution/v1beta1/validators/{validator}/{part}").trim_end_matches('/'),
            );
        }
        for part in ["delegations", "unbonding_delegations"] {
            c.get(
                "rest",
                &format!("{part} of a validator {name}"),
                &format!("/cosmos/staking/v1beta1/validators/{validator}/{part}"),
            );
            c.get(
                "rest",
                &format!("{part} of a holder with a validator {name}"),
                &format!(
                    "/cosmos/staking/v1beta1/validators/{validator}/delegations/{holder}{}",
                    if part == "delegations" { "" } else { "/unbonding_delegation" }
                ),
            );
        }
        c.get(
            "rest",
            &format!("rewards of a holder with a validator {name}"),
            &format!("/cosmos/distribution/v1beta1/delegators/{holder}/rewards/{validator}"),
        );
        c.get(
            "rest",
            &format!("a validator {name} of a holder"),
            &format!("/cosmos/staking/v1beta1/delegators/{holder}/validators/{validator}"),
        );
    }
}

/// Contracts and codes.
fn rest_contract(c: &mut Cases, contract: &str) {
    for (name, path) in [
        ("a code that is a word", "/cosmwasm/wasm/v1/code/x"),
        ("code 0", "/cosmwasm/wasm/v1/code/0"),
        ("a code below 0", "/cosmwasm/wasm/v1/code/-1"),
        ("a code beyond 64 bits", "/cosmwasm/wasm/v1/code/99999999999999999999"),
        ("a code that there is not", "/cosmwasm/wasm/v1/code/999"),
        ("facts of code 0", "/cosmwasm/wasm/v1/code-info/0"),
        ("facts of a code that there is not", "/cosmwasm/wasm/v1/code-info/999"),
        ("contracts of code 0", "/cosmwasm/wasm/v1/code/0/contracts"),
        ("contracts of a code that there is not", "/cosmwasm/wasm/v1/code/999/contracts"),
        ("contracts of a creator that is a word", "/cosmwasm/wasm/v1/contracts/creator/test"),
        ("an address from no hash", "/cosmwasm/wasm/v1/contract/build_address"),
        (
            "an address from a hash that is none",
            "/cosmwasm/wasm/v1/contract/build_address?code_hash=xyz&creator_address=a&salt=00",
        ),
        (
            "an address from a hash that is too short",
            "/cosmwasm/wasm/v1/contract/build_address?code_hash=ab&creator_address=mars1qpfeuun0k8fu7quw3vst0g9g9344w6phrxt99d&salt=00",
        ),
        (
            "an address from no salt",
            "/cosmwasm/wasm/v1/contract/build_address?code_hash=ab&creator_address=mars1qpfeuun0k8fu7quw3vst0g9g9344w6phrxt99d",
        ),
        (
            "an address from a salt that is none",
            "/cosmwasm/wasm/v1/contract/build_address?code_hash=ab&creator_address=mars1qpfeuun0k8fu7quw3vst0g9g9344w6phrxt99d&salt=zz",
        ),
    ] {
        c.get("rest", name, path);
    }
    let nobody = address::encode("mars", &[9; 32]);
    for part in ["", "/history", "/state", "/raw/AA==", "/smart/e30="] {
        c.get(
            "rest",
            &format!("a contract that there is not: {part}"),
            &format!("/cosmwasm/wasm/v1/contract/{nobody}{part}"),
        );
    }
    for (name, data) in [
        ("no base64", "!!".to_owned()),
        ("base64 without padding", "e30".into()),
        ("nothing", String::new()),
        ("no JSON", STANDARD.encode("nope")),
        ("half an object", STANDARD.encode("{")),
        ("an empty object", STANDARD.encode("{}")),
        ("an array", STANDARD.encode("[]")),
        ("null", STANDARD.encode("null")),
        ("an unknown question", STANDARD.encode(r#"{"nope":{}}"#)),
        ("two questions", STANDARD.encode(r#"{"tell":{},"spin":{}}"#)),
        ("a number for a text", STANDARD.encode(r#"{"fail":{"text":5}}"#)),
        ("a missing field", STANDARD.encode(r#"{"fail":{}}"#)),
        ("bytes that are no UTF-8", STANDARD.encode([0xff, 0xfe])),
        ("deep JSON", STANDARD.encode(format!("{}{}", "[".repeat(1_000), "]".repeat(1_000)))),
        ("a failure", STANDARD.encode(r#"{"fail":{"text":"no <way> & never"}}"#)),
        ("a panic", STANDARD.encode(r#"{"panic":{"text":"oh"}}"#)),
        ("a question that never ends", STANDARD.encode(r#"{"spin":{}}"#)),
        ("a question that takes all memory", STANDARD.encode(r#"{"grow":{}}"#)),
        (
            "a question without end",
            STANDARD.encode(json!({ "recurse": { "contract": contract, "depth": 40 } }).to_string()),
        ),
        (
            "a message in place of a question",
            STANDARD.encode(r#"{"write":{"key":"AA==","value":"AA==","count":1}}"#),
        ),
    ] {
        let data = data.replace('+', "%2B").replace('/', "%2F");
        c.get(
            "rest",
            &format!("a smart question of {name}"),
            &format!("/cosmwasm/wasm/v1/contract/{contract}/smart/{data}"),
        );
    }
    for (name, data) in [
        ("no base64", "!!"),
        ("base64 without padding", "AAA"),
        ("a key that there is not", "AAAA"),
        ("nothing", ""),
    ] {
        c.get(
            "rest",
            &format!("a raw question of {name}"),
            &format!("/cosmwasm/wasm/v1/contract/{contract}/raw/{data}"),
        );
    }
}

/// Bodies of the gateway.
fn rest_bodies(c: &mut Cases) {
    for path in ["txs", "simulate", "decode", "encode", "decode/amino", "encode/amino"] {
        for (name, body) in [
            ("nothing", ""),
            ("white space", "  "),
            ("an empty object", "{}"),
            ("half an object", "{\"tx_bytes\":"),
            ("no JSON", "nope"),
            ("an array", "[1]"),
            ("a text", "\"x\""),
            ("null", "null"),
            ("an unknown field", r#"{"nope":{"a":[1,2]}}"#),
            ("a number for bytes", r#"{"tx_bytes":5,"amino_binary":5,"tx":5,"amino_json":5}"#),
            ("bytes that are no base64", r#"{"tx_bytes":"!!","amino_binary":"!!"}"#),
            (
                "bytes that are no transaction",
                r#"{"tx_bytes":"AAAA","amino_binary":"AAAA","mode":"BROADCAST_MODE_SYNC"}"#,
            ),
            (
                "bytes of nothing",
                r#"{"tx_bytes":"","amino_binary":"","amino_json":"","mode":"BROADCAST_MODE_SYNC"}"#,
            ),
            ("something behind an object", r#"{"tx_bytes":"AAAA","mode":2} trailing"#),
        ] {
            c.rest_post(&format!("{name} for {path}"), &format!("/cosmos/tx/v1beta1/{path}"), body);
        }
    }
    for (name, body) in [
        ("a mode that there is not", r#"{"tx_bytes":"AAAA","mode":"NOPE"}"#),
        ("a mode of 9", r#"{"tx_bytes":"AAAA","mode":9}"#),
        ("a mode that is a list", r#"{"tx_bytes":"AAAA","mode":[]}"#),
        ("no mode", r#"{"tx_bytes":"AAAA","mode":"BROADCAST_MODE_UNSPECIFIED"}"#),
        ("a field twice", r#"{"tx_bytes":"AAAA","tx_bytes":"AAAB","mode":2}"#),
        ("a comma at the end", r#"{"tx_bytes":"AAAA","mode":2,}"#),
        ("base64 for URLs", r#"{"tx_bytes":"__8=","mode":2}"#),
    ] {
        c.rest_post(&format!("{name} for txs"), "/cosmos/tx/v1beta1/txs", body);
    }
    for (name, body) in [
        ("a message without a type", r#"{"tx":{"body":{"messages":[{"a":1}]}}}"#),
        ("a message of an unknown type", r#"{"tx":{"body":{"messages":[{"@type":"/no.Such"}]}}}"#),
        (
            "a message with an unknown field",
            r#"{"tx":{"body":{"messages":[{"@type":"/cosmos.bank.v1beta1.MsgSend","nope":1}]}}}"#,
        ),
        (
            "a message with a number for an address",
            r#"{"tx":{"body":{"messages":[{"@type":"/cosmos.bank.v1beta1.MsgSend","from_address":5}]}}}"#,
        ),
        (
            "a message with an amount that is none",
            r#"{"tx":{"body":{"messages":[{"@type":"/cosmos.bank.v1beta1.MsgSend","amount":[{"denom":"a","amount":"x"}]}]}}}"#,
        ),
        ("a gas limit that is a word", r#"{"tx":{"auth_info":{"fee":{"gas_limit":"x"}}}}"#),
        ("a gas limit below 0", r#"{"tx":{"auth_info":{"fee":{"gas_limit":"-1"}}}}"#),
        ("a height that is a fraction", r#"{"tx":{"body":{"timeout_height":1.5}}}"#),
        ("a memo that is a list", r#"{"tx":{"body":{"memo":[]}}}"#),
        ("signatures that are no list", r#"{"tx":{"signatures":"AA=="}}"#),
    ] {
        c.rest_post(&format!("{name} for encode"), "/cosmos/tx/v1beta1/encode", body);
    }
    for (name, amino_json) in [
        ("no JSON", "nope"),
        ("an empty object", "{}"),
        ("an array", "[]"),
        ("a text", "\"x\""),
        ("an unknown type", r#"{"type":"nope","value":{}}"#),
        (
            "no message",
            r#"{"type":"cosmos-sdk/StdTx","value":{"msg":[],"fee":{"amount":[],"gas":"1"},"signatures":[],"memo":""}}"#,
        ),
        (
            "an unknown message",
            r#"{"type":"cosmos-sdk/StdTx","value":{"msg":[{"type":"nope","value":{}}],"fee":{"amount":[],"gas":"1"},"signatures":[],"memo":""}}"#,
        ),
        ("a number for a memo", r#"{"type":"cosmos-sdk/StdTx","value":{"msg":[],"memo":5}}"#),
    ] {
        let body = json!({ "amino_json": amino_json }).to_string();
        c.rest_post(&format!("{name} in amino for encode"), "/cosmos/tx/v1beta1/encode/amino", &body);
    }
}

/// What is no gRPC.
fn grpc_frames(c: &mut Cases) {
    let params = "/cosmos.bank.v1beta1.Query/Params";
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    c.send("grpc", "nonsense", json!(["hello hello hello hello hello hello"]));
    for (name, frames) in [
        ("nonsense behind the preface", "ffffffffffffffffffffffffffffffff"),
        ("settings of five bytes", "0000050400000000000000000000"),
        ("a frame of 2^24 bytes", "ffffff000000000001"),
        ("a request on stream 0", "000000010400000000"),
        ("data on a stream that nobody opened", "0000000400000000000000010000000000000161"),
        ("a ping of seven bytes", "00000004000000000000000706000000000000000000000000"),
        ("a window of nothing", "00000004000000000000000408000000000000000000"),
        ("headers that are no headers", "00000004000000000000000401050000000180ffffff"),
    ] {
        c.send("grpc", name, json!([preface, { "hex": frames }]));
    }
    for (name, path) in [
        ("an unknown service", "/no.such.Service/Nope"),
        ("an unknown method", "/cosmos.bank.v1beta1.Query/Nope"),
        ("a service alone", "/cosmos.bank.v1beta1.Query"),
        ("a slash", "/"),
        ("a part too many", "/cosmos.bank.v1beta1.Query/Params/x"),
        ("a slash at the end", "/cosmos.bank.v1beta1.Query/Params/"),
        ("capitals", "/COSMOS.bank.v1beta1.Query/Params"),
        ("a message service", "/cosmos.bank.v1beta1.Msg/Send"),
        ("a module without that service", "/cosmos.params.v1beta1.Query/Params"),
    ] {
        c.call(name, path, b"");
    }
    for (name, headers) in [
        ("no kind of content", json!({ "content-type": null })),
        ("text", json!({ "content-type": "text/plain" })),
        ("JSON", json!({ "content-type": "application/json" })),
        ("gRPC in JSON", json!({ "content-type": "application/grpc+json" })),
        ("gRPC for the web", json!({ "content-type": "application/grpc-web" })),
        ("gRPC in capitals", json!({ "content-type": "APPLICATION/GRPC" })),
        ("gRPC in protobuf", json!({ "content-type": "application/grpc+proto" })),
        ("an unknown packing", json!({ "grpc-encoding": "nonsense" })),
        ("a time that is none", json!({ "grpc-timeout": "soon" })),
        ("no time", json!({ "grpc-timeout": "0n" })),
        ("a negative time", json!({ "grpc-timeout": "-5S" })),
        ("a time of 9 digits", json!({ "grpc-timeout": "123456789S" })),
        ("bytes that are no base64", json!({ "x-thing-bin": "!!" })),
        ("a height of words", json!({ "x-cosmos-block-height": "ten" })),
        ("a height beyond 64 bits", json!({ "x-cosmos-block-height": "99999999999999999999" })),
        ("a height below 0", json!({ "x-cosmos-block-height": "-1" })),
        ("a height beyond the chain", json!({ "x-cosmos-block-height": "99999999" })),
        ("a height of nothing", json!({ "x-cosmos-block-height": "" })),
    ] {
        c.grpc(name, json!({ "call": params, "message": [], "headers": headers }));
    }
    c.grpc("GET", json!({ "call": params, "method": "GET", "body": [] }));
    c.grpc("PUT", json!({ "call": params, "method": "PUT", "message": [] }));
    for (name, body) in [
        ("half a head of a frame", "0000"),
        ("a frame longer than the body", "00000000ff0a"),
        ("a frame of 4 GB", "00ffffffff"),
        ("a packed frame without packing", "0100000000"),
        ("a frame of an unknown kind", "0200000000"),
        ("two frames", "00000000000000000000"),
        ("something behind a frame", "0000000000ff"),
    ] {
        c.grpc(name, json!({ "call": params, "body": [{ "hex": body }] }));
    }
    c.grpc("a packed frame that is not packed", json!({ "call": params, "headers": { "grpc-encoding": "gzip" }, "body": [{ "hex": "0100000002abcd" }] }));
    c.grpc("a message of 20 MB", json!({ "call": "/cosmos.tx.v1beta1.Service/Simulate", "message": [{ "repeat": "a", "times": 20_000_000 }] }));
}

/// Messages that are none, or that ask what nobody answers.
fn grpc_messages(c: &mut Cases, holder: &str, contract: &str) {
    let balance = "/cosmos.bank.v1beta1.Query/Balance";
    for (name, message) in [
        ("bytes that are no message", "ffffffff"),
        ("half a field", "0a05"),
        ("a field longer than the message", "0a056d617273"),
        ("a number for a text", "0801"),
        ("a group", "0b0c"),
        ("the end of a group", "0c"),
        ("an unknown wire type", "0f"),
        ("field 0", "0200"),
        ("an unknown field alone", "a20600"),
        ("a text that is no UTF-8", "0a02fffe"),
        ("a length of eleven bytes", "0affffffffffffffffffff01"),
        ("a field twice", "0a0161120161"),
        ("an empty message", ""),
    ] {
        c.call(name, balance, &hex::decode(message).unwrap());
    }
    let asked = |address: &str, denom: &str| {
        QueryBalanceRequest { address: address.into(), denom: denom.into() }.encode_to_vec()
    };
    c.call("no address", balance, &asked("", "umars"));
    c.call("an address that is a word", balance, &asked("test", "umars"));
    c.call("an address of another chain", balance, &asked(&address::encode("osmo", &[1; 20]), "umars"));
    c.call("no denomination", balance, &asked(holder, ""));
    c.call("a denomination with signs", balance, &asked(holder, "!!"));
    let page = |pagination: PageRequest| QueryCodesRequest { pagination: Some(pagination) }.encode_to_vec();
    let codes = "/cosmwasm.wasm.v1.Query/Codes";
    c.call(
        "a key and an offset",
        codes,
        &page(PageRequest { key: vec![1], offset: 1, ..PageRequest::default() }),
    );
    c.call("a key of one byte", codes, &page(PageRequest { key: vec![1], ..PageRequest::default() }));
    c.call("the highest limit", codes, &page(PageRequest { limit: u64::MAX, ..PageRequest::default() }));
    c.call("an offset behind the end", codes, &page(PageRequest { offset: 99, ..PageRequest::default() }));
    let smart = |address: &str, query_data: &[u8]| {
        QuerySmartContractStateRequest { address: address.into(), query_data: query_data.to_vec() }
            .encode_to_vec()
    };
    let asks = "/cosmwasm.wasm.v1.Query/SmartContractState";
    c.call("a smart question to nobody", asks, &smart("", b"{}"));
    c.call("a smart question of nothing", asks, &smart(contract, b""));
    c.call("a smart question of no JSON", asks, &smart(contract, b"nope"));
    c.call("a smart question of an unknown kind", asks, &smart(contract, br#"{"nope":{}}"#));
    c.call("a smart question that fails", asks, &smart(contract, br#"{"fail":{"text":"no"}}"#));
    c.call("a smart question that panics", asks, &smart(contract, br#"{"panic":{"text":"oh"}}"#));
    for (name, method) in [
        ("an account of nobody", "/cosmos.auth.v1beta1.Query/Account"),
        ("facts of an account of nobody", "/cosmos.auth.v1beta1.Query/AccountInfo"),
        ("a code of no number", "/cosmwasm.wasm.v1.Query/Code"),
        ("a contract of nobody", "/cosmwasm.wasm.v1.Query/ContractInfo"),
        ("a history of nobody", "/cosmwasm.wasm.v1.Query/ContractHistory"),
        ("a state of nobody", "/cosmwasm.wasm.v1.Query/AllContractState"),
        ("a raw question to nobody", "/cosmwasm.wasm.v1.Query/RawContractState"),
        ("contracts of no code", "/cosmwasm.wasm.v1.Query/ContractsByCode"),
        ("contracts of no creator", "/cosmwasm.wasm.v1.Query/ContractsByCreator"),
        ("an address of nothing", "/cosmwasm.wasm.v1.Query/BuildAddress"),
        ("a validator of nothing", "/cosmos.staking.v1beta1.Query/Validator"),
        ("a delegation of nothing", "/cosmos.staking.v1beta1.Query/Delegation"),
        ("a commission of nothing", "/cosmos.distribution.v1beta1.Query/ValidatorCommission"),
        ("rewards of nothing", "/cosmos.distribution.v1beta1.Query/ValidatorOutstandingRewards"),
        ("slashes of nothing", "/cosmos.distribution.v1beta1.Query/ValidatorSlashes"),
        ("distribution of nothing", "/cosmos.distribution.v1beta1.Query/ValidatorDistributionInfo"),
        ("a proposal of nothing", "/cosmos.gov.v1.Query/Proposal"),
        ("grants of nothing", "/cosmos.authz.v1beta1.Query/Grants"),
        ("an allowance of nothing", "/cosmos.feegrant.v1beta1.Query/Allowance"),
        ("a block of no height", "/cosmos.base.tendermint.v1beta1.Service/GetBlockByHeight"),
        ("a question of nothing", "/cosmos.base.tendermint.v1beta1.Service/ABCIQuery"),
        ("a transaction of nothing", "/cosmos.tx.v1beta1.Service/GetTx"),
        ("a search of nothing", "/cosmos.tx.v1beta1.Service/GetTxsEvent"),
        ("transactions of no block", "/cosmos.tx.v1beta1.Service/GetBlockWithTxs"),
        ("a broadcast of nothing", "/cosmos.tx.v1beta1.Service/BroadcastTx"),
        ("a simulation of nothing", "/cosmos.tx.v1beta1.Service/Simulate"),
        ("a decoding of nothing", "/cosmos.tx.v1beta1.Service/TxDecode"),
        ("an encoding of nothing", "/cosmos.tx.v1beta1.Service/TxEncode"),
        ("a decoding of nothing in amino", "/cosmos.tx.v1beta1.Service/TxDecodeAmino"),
        ("an encoding of nothing in amino", "/cosmos.tx.v1beta1.Service/TxEncodeAmino"),
    ] {
        c.call(name, method, b"");
    }
}

/// Transactions that nobody lets in.
fn transactions(c: &mut Cases, r: &Recorder) {
    let trader = r.address("trader");
    let pay = || r.transfer("minter", &trader, vec![coin(1, "umars")]);
    let whole = r.sign(&["minter"], vec![pay()], &gas(200_000));
    c.tx("no bytes", b"");
    c.tx("nonsense", b"nonsense");
    c.tx("a transaction without its end", &whole[..whole.len() - 1]);
    c.tx("an unknown field", &[whole.as_slice(), &[0x22, 0]].concat());
    c.tx("no message", &r.sign(&["minter"], vec![], &gas(200_000)));
    for (name, how) in [
        ("a sequence to come", How { sequence: Some(99), ..gas(200_000) }),
        ("a sequence that was", How { sequence: Some(0), ..gas(200_000) }),
        ("another chain", How { chain_id: Some("other-1".into()), ..gas(200_000) }),
        ("another account number", How { number: Some(77), ..gas(200_000) }),
        ("a broken signature", How { corrupt: true, ..gas(200_000) }),
        ("a broken signature in amino", How { corrupt: true, mode: AMINO, ..gas(200_000) }),
        ("an unknown mode", How { mode: 77, ..gas(200_000) }),
        ("no fee", How { fee: Some(vec![]), ..gas(200_000) }),
        ("too small a fee", How { fee: Some(vec![coin(1, "umars")]), ..gas(200_000) }),
        ("a fee in an unknown coin", How { fee: Some(vec![coin(5_000, "unope")]), ..gas(200_000) }),
        ("a fee that is not there", How { fee: Some(vec![coin(1 << 100, "umars")]), ..gas(200_000) }),
        (
            "a fee in two orders",
            How { fee: Some(vec![coin(5_000, "uusdc"), coin(5_000, "umars")]), ..gas(200_000) },
        ),
        ("no gas", gas(0)),
        ("too little gas", gas(1_000)),
        ("too much gas", How { fee: Some(vec![coin(5_000, "umars")]), ..gas(u64::MAX) }),
        ("a long memo", How { memo: "m".repeat(257), ..gas(200_000) }),
        ("a height that was", How { timeout_height: 1, ..gas(200_000) }),
        ("a payer that is a word", How { payer: "test".into(), ..gas(200_000) }),
        ("a granter who grants nothing", How { granter: trader.clone(), ..gas(200_000) }),
    ] {
        c.tx(name, &r.sign(&["minter"], vec![pay()], &how));
    }
    let send = |to: &str, amount: Vec<_>| {
        any(&MsgSend { from_address: r.address("minter"), to_address: to.into(), amount })
    };
    for (name, message) in [
        ("an unknown message", Any { type_url: "/no.such.Msg".into(), value: vec![] }),
        (
            "a message without handler",
            Any { type_url: "/cosmos.staking.v1beta1.MsgDelegate".into(), value: vec![] },
        ),
        (
            "a message that is none",
            Any { type_url: "/cosmos.bank.v1beta1.MsgSend".into(), value: vec![0xff] },
        ),
        ("a contract that is a word", r.execute("minter", "test", &tell(), vec![])),
        ("no JSON for a contract", {
            let mut message = r.execute("minter", &address::encode("mars", &[1; 32]), &tell(), vec![]);
            let at = message.value.windows(4).position(|four| four == b"{\"te").unwrap();
            message.value[at] = b'!';
            message
        }),
        ("no code", r.store("minter", b"")),
        ("a label of spaces", r.instantiate("minter", 1, "  ", &tell(), vec![])),
        (
            "a sender that is a word",
            any(&MsgSend {
                from_address: "test".into(),
                to_address: trader.clone(),
                amount: vec![coin(1, "umars")],
            }),
        ),
    ] {
        c.tx(name, &r.sign(&["minter"], vec![message], &gas(200_000)));
    }
    // These pass the checks, which look at no balance but that of the fee: only a simulation finds them.
    for (name, message) in [
        ("a receiver that is a word", send("test", vec![coin(1, "umars")])),
        ("nothing sent", send(&trader, vec![])),
        ("a coin of zero", send(&trader, vec![coin(0, "umars")])),
        ("a coin with signs", send(&trader, vec![coin(1, "!!")])),
        ("a coin twice", send(&trader, vec![coin(1, "umars"), coin(2, "umars")])),
        ("a coin that is not there", send(&trader, vec![coin(1, "unope")])),
        ("more than there is", send(&trader, vec![coin(1 << 100, "umars")])),
        ("a code that there is not", r.instantiate("minter", 99, "x", &tell(), vec![])),
        (
            "a contract that there is not",
            r.execute("minter", &address::encode("mars", &[9; 32]), &tell(), vec![]),
        ),
    ] {
        let bytes = r.sign(&["minter"], vec![message], &gas(200_000));
        let body = json!({ "tx_bytes": STANDARD.encode(bytes) }).to_string();
        c.rest_post(&format!("simulation of {name}"), "/cosmos/tx/v1beta1/simulate", &body);
    }
    // Sound ones in the end, to see that what is compared is not only refusals: until the next block such a check counts.
    let sound = |who: &'static str| {
        let message = r.transfer(who, &trader, vec![coin(1, "umars")]);
        r.sign(&[who], vec![message], &gas(200_000))
    };
    let asked = json!({ "path": "/app/simulate", "data": hex::encode(sound("staker")) });
    c.method("a question of a simulation", "abci_query", &asked);
    c.method("a check of what is sound", "check_tx", &json!({ "tx": STANDARD.encode(sound("voter")) }));
}
