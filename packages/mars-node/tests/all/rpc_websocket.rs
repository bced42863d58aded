//! Subscriptions, and websockets that mean no good.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mars_node::Mining;
use mars_node::rpc::Options;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::rpc::Bench;

fn kind(message: &Value) -> &str {
    message["result"]["data"]["type"].as_str().unwrap_or("none")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscribers_are_told_what_they_asked_for_and_nothing_else() {
    let bench = Bench::start(Mining::Auto, Options::default()).await;
    let mut all = bench.socket().await;
    assert_eq!(all.subscribe(1, "tm.event='Tx'").await, json!({ "jsonrpc": "2.0", "id": 1, "result": {} }));
    all.subscribe(2, "tm.event='NewBlockHeader'").await;
    all.subscribe(3, "tm.event = 'Tx' AND transfer.amount = '7umars'").await;
    let mut one = bench.socket().await;
    let hash = hex::encode_upper(mars_node::tx::Tx::hash(&bench.send(0)));
    one.subscribe(9, &format!("tm.event='Tx' AND tx.hash='{hash}' AND transfer.amount CONTAINS 'umars'"))
        .await;

    let sent = bench.node.broadcast(bench.send(0)).await.unwrap();
    let height = sent.included.unwrap().block.height().to_string();
    let header = all.next().await.unwrap();
    assert_eq!((kind(&header), &header["id"]), ("tendermint/event/NewBlockHeader", &json!(2)));
    assert_eq!(header["result"]["data"]["value"]["header"]["height"], height);
    assert_eq!(header["result"]["events"], json!({ "tm.event": ["NewBlockHeader"] }));
    for message in [all.next().await.unwrap(), one.next().await.unwrap()] {
        assert_eq!(kind(&message), "tendermint/event/Tx");
        let tx = &message["result"]["data"]["value"]["TxResult"];
        assert_eq!((&tx["height"], &tx["tx"]), (&json!(height), &json!(STANDARD.encode(bench.send(0)))));
        assert!(tx.get("index").is_none() && tx["result"].get("code").is_none(), "zeros are left out: {tx}");
        let events = &message["result"]["events"];
        assert_eq!((&events["tx.hash"], &events["tx.height"]), (&json!([hash]), &json!([height])));
        assert_eq!(events["transfer.amount"], json!(["5000umars", "1umars"]));
    }
    assert!(one.subscribe(10, "tm.event='NewBlock'").await["result"].is_object());
    bench.stop().await;
    assert_eq!(one.next().await.unwrap()["error"]["code"], -32_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_limits_of_subscriptions_are_those_of_cometbft() {
    let options = Options { subscription_clients: 2, ..Options::default() };
    let bench = Bench::start(Mining::Auto, options).await;
    let refused = |answer: Value| answer["error"]["data"].as_str().unwrap().to_owned();
    let mut first = bench.socket().await;
    for number in 0..5 {
        assert!(first.subscribe(number, &format!("a.b={number}")).await["result"].is_object());
    }
    assert_eq!(refused(first.subscribe(5, "a.b=5").await), "max_subscriptions_per_client 5 reached");
    first.send(r#"{"id":6,"method":"unsubscribe","params":{"query":"a.b = 4"}}"#).await;
    assert_eq!(first.next().await.unwrap(), json!({ "jsonrpc": "2.0", "id": 6, "result": {} }));
    assert_eq!(refused(first.subscribe(7, "a.b=0").await), "already subscribed");

    let mut second = bench.socket().await;
    second.subscribe(0, "a.b=0").await;
    let mut third = bench.socket().await;
    assert_eq!(refused(third.subscribe(0, "a.b=0").await), "max_subscription_clients 2 reached");
    second.send(r#"{"id":1,"method":"unsubscribe_all","params":{}}"#).await;
    assert!(second.next().await.unwrap()["result"].is_object());
    assert!(third.subscribe(1, "a.b=0").await["result"].is_object(), "a place is free again");

    // Hanging up frees a place as well, once the door has noticed.
    drop(first);
    let mut fourth = bench.socket().await;
    let free = async { while fourth.subscribe(0, "a.b=0").await["error"].is_object() {} };
    tokio::time::timeout(Duration::from_secs(10), free).await.unwrap();
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_come_while_a_call_waits() {
    let bench = Bench::start(Mining::Manual, Options::default()).await;
    let mut socket = bench.socket().await;
    socket.subscribe(1, "tm.event='NewBlockHeader'").await;
    let tx = STANDARD.encode(bench.send(0));
    socket
        .send(&json!({ "id": 2, "method": "broadcast_tx_commit", "params": { "tx": tx } }).to_string())
        .await;
    while bench.node.pending().await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    bench.node.mine(1, None).await.unwrap();
    let mut ids =
        vec![socket.next().await.unwrap()["id"].clone(), socket.next().await.unwrap()["id"].clone()];
    ids.sort_by_key(Value::to_string);
    assert_eq!(ids, [1, 2]);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_is_given_up() {
    let bench = Bench::start(Mining::Manual, Options::default()).await;
    let mut slow = bench.socket().await;
    slow.subscribe(1, "tm.event='NewBlock'").await;
    // More than the backlog of blocks and the buffers of the socket hold, while nothing is read.
    let blocks = 20_000;
    bench.node.mine(blocks, None).await.unwrap();
    let mut received = 0;
    let end = loop {
        match slow.next().await {
            Some(message) if message.get("error").is_none() => received += 1,
            end => break end,
        }
    };
    assert!(received < blocks, "{received}");
    // It is told, if it reads again before its connection is closed over the message that it did not take.
    if let Some(end) = end {
        assert_eq!(end["error"]["code"], -32_000);
        let reason = "subscription was canceled (reason: client is not pulling messages fast enough)";
        assert_eq!(end["error"]["data"], reason);
        assert!(slow.subscribe(2, "tm.event='NewBlock'").await["result"].is_object(), "it may begin anew");
    }
    // Its place is free, and others are served.
    let mut other = bench.socket().await;
    assert!(other.subscribe(1, "tm.event='NewBlock'").await["result"].is_object());
    bench.node.mine(1, None).await.unwrap();
    assert_eq!(kind(&other.next().await.unwrap()), "tendermint/event/NewBlock");
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_are_too_large_or_too_slow_are_refused() {
    let options = Options {
        body_bytes: 10_000,
        read_timeout: Duration::from_secs(2),
        connections: 4,
        ..Options::default()
    };
    let bench = Bench::start(Mining::Auto, options).await;
    let large = format!("{{\"id\":1,\"method\":\"health\",\"x\":\"{}\"}}", "y".repeat(10_000));
    let (status, answer) = bench.post(large.clone()).await;
    assert_eq!(status, 400);
    assert_eq!(answer["error"]["code"], -32_600);
    assert_eq!(answer["error"]["data"], "error reading request body: http: request body too large");
    let mut socket = bench.socket().await;
    socket.send(&large).await;
    assert!(socket.next().await.is_none(), "the connection is closed");

    // Deep nesting and a head that never ends.
    let deep = "[".repeat(9_000);
    assert_eq!(bench.post(deep).await.1["error"]["code"], -32_700);
    // All places are taken until the door has had enough of them. Who finds none, because a request above leaves its place
    // only now, is told so at once and tries again; who has one hears nothing.
    let mut loris = Vec::new();
    while loris.len() < 4 {
        let mut stream = TcpStream::connect(&bench.address).await.unwrap();
        stream.write_all(b"GET /health HTTP/1.1\r\nX-Slow: ").await.unwrap();
        if tokio::time::timeout(Duration::from_millis(200), stream.read_u8()).await.is_err() {
            loris.push(stream);
        }
    }
    let refused = bench.get("/health").await;
    assert_eq!(refused, (503, json!("all 4 connections of this door are taken\n")));
    for mut stream in loris {
        let mut rest = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await.unwrap();
    }
    assert_eq!(bench.get("/health").await.0, 200);
    bench.stop().await;
}
