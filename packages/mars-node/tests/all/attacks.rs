//! Whoever means harm gets an exact refusal, and the node goes on answering everyone else.

use std::io::Write;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use mars_node::proto::any;
use mars_node::proto::cosmos::bank::v1beta1::MsgSend;
use mars_node::proto::wasm::{MsgExecuteContract, MsgInstantiateContract};
use mars_node::{Mining, Settings, TxResult, grpc, rest, rpc, wasm};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::transport::Channel;

use crate::doors::{CHAIN, Doors, Limits};
use crate::sender::Sender;

/// The node answers at each of its doors.
async fn require_alive(doors: &Doors) {
    let answer = reqwest::get(format!("http://{}/health", doors.rpc)).await.unwrap();
    assert_eq!(answer.status(), 200);
    let answer = reqwest::get(format!("http://{}/cosmos/bank/v1beta1/params", doors.rest)).await.unwrap();
    assert_eq!(answer.status(), 200);
    let channel = Channel::from_shared(format!("http://{}", doors.grpc)).unwrap().connect().await.unwrap();
    crate::grpc::raw(&channel, "/cosmos.bank.v1beta1.Query/Params", vec![]).await.unwrap();
}

async fn rest(doors: &Doors, path: &str) -> (u16, Value) {
    let response = reqwest::get(format!("http://{}{path}", doors.rest)).await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn post(url: String, body: Vec<u8>) -> (u16, Value) {
    let response = reqwest::Client::new().post(url).body(body).send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

fn smart(contract: &str, msg: &Value) -> String {
    let msg = STANDARD.encode(msg.to_string()).replace('+', "%2B").replace('/', "%2F");
    format!("/cosmwasm/wasm/v1/contract/{contract}/smart/{msg}")
}

/// The answer to a request that is sent as it is written.
async fn by_hand(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quotes_and_angles_are_taken_as_people_write_them() {
    let doors = Doors::open(Settings::default()).await;
    let search = "GET /tx_search?query=\"tx.height>0\"&per_page=\"1\" HTTP/1.0\r\n\r\n";
    let answer = by_hand(&doors.rpc, search).await;
    assert!(answer.starts_with("HTTP/1.0 200 OK") && answer.contains("\"total_count\":\"0\""), "{answer}");
    let search = "GET /cosmos/tx/v1beta1/txs?query=tx.height>0 HTTP/1.0\r\n\r\n";
    let answer = by_hand(&doors.rest, search).await;
    assert!(answer.starts_with("HTTP/1.0 200 OK") && answer.contains("\"total\":\"0\""), "{answer}");
    doors.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contracts_that_take_too_much_are_stopped() {
    let doors = Doors::open(Settings::default()).await;
    let mut attacker = Sender::new(CHAIN);
    let contract = doors.deploy_probe(&mut attacker).await;
    let deep = json!({ "recurse": { "contract": contract, "depth": 40 } });
    for (msg, status, code, text) in [
        (
            json!({ "spin": {} }),
            500,
            2,
            "codespace sdk code 11: out of gas: out of gas in location: Wasm engine function execution",
        ),
        (json!({ "grow": {} }), 500, 2, "codespace wasm code 29: wasmvm error: Error calling the VM"),
        (deep.clone(), 500, 2, "codespace: wasm, code: 27: query wasm contract failed"),
        (json!({ "panic": { "text": "on purpose" } }), 500, 2, "on purpose"),
        (
            json!({ "walk": { "start": null, "end": null, "descending": false, "limit": u32::MAX } }),
            200,
            0,
            "",
        ),
    ] {
        let (found, answer) = rest(&doors, &smart(&contract, &msg)).await;
        if status == 200 {
            assert_eq!(found, 200, "{answer}");
            continue;
        }
        assert_eq!((found, &answer["code"]), (status, &json!(code)), "{msg}: {answer}");
        assert!(answer["message"].as_str().unwrap().contains(text), "{msg}: {answer}");
    }

    // The same in transactions: the attacker pays, and nothing of it stays.
    let spin = |attacker: &mut Sender, msg: Value, gas: u64| {
        let msg = MsgExecuteContract {
            sender: attacker.address(),
            contract: contract.clone(),
            msg: msg.to_string().into_bytes(),
            funds: vec![],
        };
        attacker.sign_with(vec![any(&msg)], gas)
    };
    for (msg, gas, codespace, code) in [
        (json!({ "spin": {} }), 1_000_000, "sdk", 11),
        (json!({ "grow": {} }), 50_000_000, "wasm", 29),
        (deep, 50_000_000, "wasm", 5),
        (json!({ "write": { "key": "YQ==", "value": "YQ==", "count": u32::MAX } }), 2_000_000, "sdk", 11),
    ] {
        let sent = doors.node.broadcast(spin(&mut attacker, msg.clone(), gas)).await.unwrap();
        let included = sent.included.unwrap_or_else(|| panic!("{:?}", sent.check));
        let TxResult { code: found, codespace: space, log, .. } = included.result().unwrap();
        assert_eq!((space.as_str(), *found), (codespace, code), "{msg}: {log}");
    }

    // A simulation costs nothing and needs no signature, and this chain sets no limit for its blocks.
    let write = json!({ "write": { "key": "YQ==", "value": "YQ==", "count": u32::MAX } });
    let tx = attacker.execute(&contract, write.to_string().into_bytes());
    let body = json!({ "tx_bytes": STANDARD.encode(tx) }).to_string().into_bytes();
    let (status, answer) = post(format!("http://{}/cosmos/tx/v1beta1/simulate", doors.rest), body).await;
    let text = answer["message"].as_str().unwrap();
    assert_eq!((status, &answer["code"]), (500, &json!(2)), "{answer}");
    assert!(text.contains("out of gas in location: ") && text.contains("gasUsed: 5000"), "{answer}");
    assert!(text.contains("gasWanted: 18446744073709551615"), "as wasmd says of no limit: {answer}");
    require_alive(&doors).await;
    doors.close().await;
}

/// A contract whose every call sends a message to the contract itself.
fn endless(contract: &str) -> Vec<u8> {
    let answer = format!(
        r#"{{"ok":{{"messages":[{{"id":0,"msg":{{"wasm":{{"execute":{{"contract_addr":"{contract}","msg":"e30=","funds":[]}}}}}},"gas_limit":null,"reply_on":"never","payload":""}}],"attributes":[],"events":[],"data":null}}}}"#
    );
    let quiet = r#"{"ok":{"messages":[],"attributes":[],"events":[],"data":null}}"#;
    let escape = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let region = |at: usize, length: usize| -> String {
        let words = [at, length, length].map(|word| u32::try_from(word).unwrap().to_le_bytes());
        words.concat().iter().map(|byte| format!("\\{byte:02x}")).collect()
    };
    let text = format!(
        r#"(module (memory (export "memory") 1)
            (data (i32.const 0) "{}") (data (i32.const 16) "{}")
            (data (i32.const 64) "{}") (data (i32.const 2048) "{}")
            (global $next (mut i32) (i32.const 4096))
            (func (export "interface_version_8"))
            (func (export "allocate") (param $size i32) (result i32) (local $region i32)
                (local.set $region (global.get $next))
                (i32.store (local.get $region) (i32.add (local.get $region) (i32.const 12)))
                (i32.store offset=4 (local.get $region) (local.get $size))
                (global.set $next (i32.add (local.get $region) (i32.add (i32.const 12) (local.get $size))))
                (local.get $region))
            (func (export "deallocate") (param i32))
            (func (export "instantiate") (param i32 i32 i32) (result i32) i32.const 16)
            (func (export "execute") (param i32 i32 i32) (result i32) i32.const 0))"#,
        region(64, answer.len()),
        region(2048, quiet.len()),
        escape(&answer),
        escape(quiet),
    );
    wat::parse_str(text).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contract_that_calls_itself_for_ever_is_stopped() {
    let doors = Doors::open(Settings::default()).await;
    let mut attacker = Sender::new(CHAIN);
    let contract = mars_node::address::encode("mars", &wasm::classic(1, 1));
    doors.include(attacker.store(endless(&contract))).await;
    let msg = MsgInstantiateContract {
        sender: attacker.address(),
        admin: String::new(),
        code_id: 1,
        label: "endless".to_owned(),
        msg: b"{}".to_vec(),
        funds: vec![],
    };
    let made = doors.include(attacker.sign(vec![any(&msg)])).await;
    assert_eq!(crate::sender::contract_of(&made.block), contract);
    let call = MsgExecuteContract {
        sender: attacker.address(),
        contract: contract.clone(),
        msg: b"{}".to_vec(),
        funds: vec![],
    };
    let sent = doors.node.broadcast(attacker.sign_with(vec![any(&call)], 1_000_000_000)).await.unwrap();
    let included = sent.included.unwrap_or_else(|| panic!("{:?}", sent.check));
    let result = included.result().unwrap();
    assert_eq!((result.codespace.as_str(), result.code), ("wasm", 30), "{}", result.log);
    assert!(result.log.contains("max call depth exceeded"), "{}", result.log);
    require_alive(&doors).await;
    doors.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_archive_that_unpacks_to_too_much_is_not_unpacked() {
    let doors = Doors::open(Settings::default()).await;
    let mut attacker = Sender::new(CHAIN);
    let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![0; 1 << 20];
    (0..3).for_each(|_| bomb.write_all(&zeros).unwrap());
    let sent = doors.node.broadcast(attacker.store(bomb.finish().unwrap())).await.unwrap();
    let included = sent.included.unwrap_or_else(|| panic!("{:?}", sent.check));
    let result = included.result().unwrap();
    assert_eq!((result.codespace.as_str(), result.code), ("wasm", 2), "{}", result.log);
    assert!(
        result.log.contains("uncompress wasm archive: max 819200 bytes: exceeds limit"),
        "{}",
        result.log
    );
    require_alive(&doors).await;
    doors.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn giant_and_deep_requests_are_refused() {
    let limits = Limits {
        rest: rest::Options { body_bytes: 100_000, ..rest::Options::default() },
        rpc: rpc::Options { body_bytes: 500_000, ..rpc::Options::default() },
        ..Limits::default()
    };
    let doors = Doors::limited(Settings::default(), limits).await;
    let mut attacker = Sender::new(CHAIN);
    let contract = doors.deploy_probe(&mut attacker).await;

    // Bodies that are too large, and JSON that is too deep, at both doors.
    let simulate = format!("http://{}/cosmos/tx/v1beta1/simulate", doors.rest);
    let (status, answer) = post(simulate.clone(), vec![b' '; 100_001]).await;
    let too_large = "error reading request body: http: request body too large";
    assert_eq!((status, &answer["error"]["data"]), (400, &json!(too_large)));
    let deep = format!("{{\"tx\":{}", "{\"body\":".repeat(10_000));
    let (status, answer) = post(simulate, deep.into_bytes()).await;
    assert_eq!((status, &answer["message"]), (400, &json!("invalid character '{' exceeded max depth")));
    let rpc = format!("http://{}/", doors.rpc);
    let (status, answer) = post(rpc.clone(), vec![b'['; 400_000]).await;
    assert_eq!((status, &answer["error"]["code"]), (500, &json!(-32_700)), "{answer}");

    // A batch of ten thousand.
    let batch = vec![r#"{"id":1,"method":"status"}"#; 10_000].join(",");
    let (status, answer) = post(rpc.clone(), format!("[{batch}]").into_bytes()).await;
    let text = "batch request exceeds maximum (10) allowed number of requests";
    assert_eq!((status, &answer["error"]["data"]), (200, &json!(text)));

    // Pages and searches without measure give what there is, by the page.
    let search = |params: Value| json!({ "id": 1, "method": "tx_search", "params": params }).to_string();
    let giant = json!({ "query": "tx.height > 0", "per_page": "1000000000" });
    let (_, answer) = post(rpc.clone(), search(giant).into_bytes()).await;
    assert_eq!(answer["result"]["total_count"], "2");
    let long = json!({ "query": format!("a.b='{}'", "x".repeat(600)) });
    let (_, answer) = post(rpc, search(long).into_bytes()).await;
    assert_eq!(answer["error"]["data"], "maximum query length exceeded");
    for path in [
        "/cosmos/bank/v1beta1/supply?pagination.limit=1000000000".to_owned(),
        format!("/cosmwasm/wasm/v1/contract/{contract}/state?pagination.limit=18446744073709551615"),
        "/cosmos/auth/v1beta1/accounts?pagination.limit=1000000000&pagination.offset=18446744073709551615"
            .to_owned(),
    ] {
        let (status, answer) = rest(&doors, &path).await;
        assert_eq!(status, 200, "{path}: {answer}");
    }
    let path = "/cosmos/tx/v1beta1/txs?query=tx.height%3E0&limit=1000000000&page=1000000000";
    let (status, answer) = rest(&doors, path).await;
    let text = "failed to search for txs: page should be within [1, 1] range, given 1000000000";
    assert_eq!((status, &answer["message"]), (500, &json!(text)));
    let nested = |depth: usize| [b"{\"a\":".repeat(depth), vec![b'1'], vec![b'}'; depth]].concat();
    let sent = doors.node.broadcast(attacker.execute(&contract, nested(10_001))).await.unwrap();
    let text = "payload msg: invalid";
    assert_eq!((sent.check.code, sent.check.codespace.as_str(), sent.check.log.as_str()), (14, "wasm", text));
    // So deep it goes to the contract, which has a limit of its own.
    attacker.sequence -= 1;
    let sent = doors.node.broadcast(attacker.execute(&contract, nested(10_000))).await.unwrap();
    let included = sent.included.unwrap_or_else(|| panic!("{:?}", sent.check));
    let result = included.result().unwrap();
    assert_eq!((result.code, result.codespace.as_str()), (5, "wasm"), "{}", result.log);

    // A head without end, and a path without end.
    for (name, length, status) in [("x-long", 1 << 20, "431"), ("", 100_000, "414")] {
        let mut stream = TcpStream::connect(&doors.rest).await.unwrap();
        let head = match name {
            "" => format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(length)),
            name => format!("GET / HTTP/1.1\r\n{name}: {}\r\n\r\n", "a".repeat(length)),
        };
        // The refusal may come before all is written.
        let _ = stream.write_all(head.as_bytes()).await;
        let mut answer = vec![0; 12];
        if stream.read_exact(&mut answer).await.is_ok() {
            assert_eq!(String::from_utf8_lossy(&answer[9..]), status);
        }
    }
    require_alive(&doors).await;
    doors.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_transactions_fills_the_mempool_and_no_more() {
    let settings = Settings { mining: Mining::Manual, mempool: 50, ..Settings::default() };
    let doors = Doors::open(settings).await;
    let (mut attacker, mut minter) = (Sender::new(CHAIN), Sender::numbered(CHAIN, 1));
    for _ in 0..50 {
        assert_eq!(doors.node.broadcast(attacker.send(1)).await.unwrap().check.code, 0);
    }
    let refused = doors.node.broadcast(minter.send(1)).await.unwrap().check;
    assert_eq!((refused.code, refused.log.as_str()), (20, "number of txs 50 (max: 50): mempool is full"));
    assert_eq!(doors.node.mine(1, None).await.unwrap()[0].txs.len(), 50);
    minter.sequence = 0;
    assert_eq!(doors.node.broadcast(minter.send(1)).await.unwrap().check.code, 0);

    // A message with a thousand coins of which none is there.
    let coins = |count: usize| {
        let coin = |index| mars_node::proto::cosmos::base::v1beta1::Coin {
            denom: format!("coin{index:04}"),
            amount: "1".to_owned(),
        };
        (0..count).map(coin).collect::<Vec<_>>()
    };
    let (from_address, to_address) = (minter.address(), attacker.address());
    let many = MsgSend { from_address, to_address, amount: coins(1_000) };
    let sent = doors.node.broadcast(minter.sign(vec![any(&many)])).await.unwrap();
    assert_eq!(sent.check.code, 0);
    let block = doors.node.mine(1, None).await.unwrap().remove(0);
    assert_eq!((block.results[1].codespace.as_str(), block.results[1].code), ("sdk", 5));
    require_alive(&doors).await;
    doors.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_beyond_the_number_are_refused_in_the_words_of_the_door() {
    let limits = Limits {
        rpc: rpc::Options { connections: 3, read_timeout: Duration::from_secs(2), ..rpc::Options::default() },
        rest: rest::Options {
            connections: 3,
            read_timeout: Duration::from_secs(2),
            ..rest::Options::default()
        },
        grpc: grpc::Options {
            connections: 3,
            read_timeout: Duration::from_secs(2),
            ..grpc::Options::default()
        },
    };
    let doors = Doors::limited(Settings::default(), limits).await;
    // They connect and say nothing, at each door.
    let mut silent = Vec::new();
    for address in [&doors.rpc, &doors.rest, &doors.grpc] {
        for _ in 0..3 {
            silent.push(TcpStream::connect(address).await.unwrap());
        }
        // Who is accepted comes in order, so the next one finds no place.
        let mut late = TcpStream::connect(address).await.unwrap();
        let first: &[u8] = if *address == doors.grpc {
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        } else {
            b"GET /health HTTP/1.1\r\n\r\n"
        };
        late.write_all(first).await.unwrap();
        let mut answer = Vec::new();
        tokio::time::timeout(Duration::from_secs(5), late.read_to_end(&mut answer)).await.unwrap().unwrap();
        let text = String::from_utf8_lossy(&answer);
        if *address == doors.grpc {
            // Settings, and a frame that ends the connection with the reason.
            assert_eq!(answer[..9], [0, 0, 0, 4, 0, 0, 0, 0, 0]);
            assert_eq!((answer[12], &answer[22..26]), (7, &[0, 0, 0, 0xb][..]));
        } else {
            assert!(text.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{text}");
        }
        assert!(text.trim_end().ends_with("all 3 connections of this door are taken"), "{text}");
    }
    // The silent ones lose their places by themselves.
    for mut stream in silent {
        let mut rest = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await.unwrap();
    }
    require_alive(&doors).await;
    doors.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_of_sockets_come_and_go() {
    let doors = Doors::open(Settings::default()).await;
    for _ in 0..3 {
        let mut sockets = Vec::new();
        for address in [&doors.rpc, &doors.rest, &doors.grpc] {
            for _ in 0..200 {
                sockets.push(TcpStream::connect(address).await.unwrap());
            }
        }
        require_alive(&doors).await;
    }
    doors.close().await;
}
