//! The developer's controls: what each does, what it refuses, and that a public node has none.

use mars_node::Mining;
use mars_node::rpc::Options;
use serde_json::{Value, json};

use crate::rpc::Bench;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_public_node_has_no_controls_at_any_door() {
    let bench = Bench::start_public().await;
    let refusal = json!({
        "code": -32_601,
        "message": "Method not found",
        "data": "developer controls are off: this node is public",
    });
    for method in ["dev_mine", "dev_reset", "dev_nonsense"] {
        assert_eq!(bench.call(method, json!({})).await["error"], refusal, "{method}");
        let mut socket = bench.socket().await;
        socket.send(&json!({ "jsonrpc": "2.0", "id": 1, "method": method }).to_string()).await;
        assert_eq!(socket.next().await.unwrap()["error"], refusal, "{method}");
        assert_eq!(bench.get(&format!("/{method}")).await.0, 404);
    }
    assert_eq!(bench.node.reader().height(), 1);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn locked_controls_stay_off() {
    let bench = Bench::start(Mining::Manual, Options::default()).await;
    let error = |answer: Value| answer["error"]["data"].as_str().unwrap_or_default().to_owned();
    assert_eq!(error(bench.call("dev_nonsense", json!({})).await), "");
    bench.node.lock_controls();
    assert_eq!(
        error(bench.call("dev_mine", json!({})).await),
        "developer controls are off: they were locked until the node starts anew"
    );
    bench.stop().await;
}
