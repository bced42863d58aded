//! What is counted, and how it is told to Prometheus.

use std::collections::{BTreeMap, BTreeSet};

use mars_node::rpc::Options;
use mars_node::{Mining, grpc, metrics, rest};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::rpc::Bench;

/// The values by name and labels.
async fn scrape(url: &str) -> BTreeMap<String, String> {
    let response = reqwest::get(url).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4");
    let text = response.text().await.unwrap();
    let values = text.lines().filter(|line| !line.starts_with('#'));
    values
        .map(|line| line.rsplit_once(' ').unwrap())
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

async fn door() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

#[tokio::test]
async fn blocks_transactions_and_requests_are_counted() {
    let server = Bench::start(Mining::Manual, Options::default()).await;
    let stop = CancellationToken::new();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), [0; 321]).unwrap();
    let (listener, address) = door().await;
    let url = format!("http://{address}/metrics");
    tokio::spawn(metrics::serve(listener, server.node.clone(), Some(file.path().to_owned()), stop.clone()));
    let (listener, rest_door) = door().await;
    tokio::spawn(rest::serve(listener, server.node.clone(), rest::Options::default(), stop.clone()));
    let (listener, grpc_door) = door().await;
    tokio::spawn(grpc::serve(listener, server.node.clone(), grpc::Options::default(), stop.clone()));

    let before = scrape(&url).await;
    assert_eq!(before["cometbft_consensus_height"], "1");
    assert_eq!(before["cometbft_consensus_total_txs"], "0");
    assert_eq!(before["chain_queries_in_flight"], "0");
    assert_eq!(before["chain_store_bytes"], "321");
    assert_eq!(before["chain_state_keys"], server.node.reader().state_len().to_string());

    let txs = [server.send(0), server.send(1)];
    for tx in &txs {
        assert_eq!(server.node.broadcast(tx.clone()).await.unwrap().check.code, 0);
    }
    assert_eq!(server.node.broadcast(b"nonsense".to_vec()).await.unwrap().check.code, 2);
    server.node.pending().await.unwrap();
    let waiting = scrape(&url).await;
    let bytes: usize = txs.iter().map(Vec::len).sum();
    assert_eq!(waiting["cometbft_mempool_size"], "2");
    assert_eq!(waiting["cometbft_mempool_size_bytes"], bytes.to_string());
    assert_eq!(waiting["cometbft_mempool_failed_txs"], "1");
    assert_eq!(waiting["cometbft_mempool_tx_size_bytes_count"], "2");

    let block = server.node.mine(1, None).await.unwrap().remove(0);
    server.call("status", json!({})).await;
    server.call("status", json!({})).await;
    server.call("block", json!({ "height": "99" })).await;
    server.call("no_such_method", json!({})).await;
    server.get("/health").await;
    let path = |path: &str| format!("http://{rest_door}{path}");
    for asked in ["/cosmos/bank/v1beta1/params", "/cosmos/bank/v1beta1/balances/nobody", "/nowhere"] {
        reqwest::get(path(asked)).await.unwrap();
    }
    let channel =
        tonic::transport::Endpoint::new(format!("http://{grpc_door}")).unwrap().connect().await.unwrap();
    use mars_node::proto::cosmos::bank::v1beta1::QueryParamsRequest;
    use mars_node::proto::cosmos::bank::v1beta1::query_client::QueryClient;
    QueryClient::new(channel).params(QueryParamsRequest {}).await.unwrap();

    let after = scrape(&url).await;
    let gas: u64 = block.results.iter().map(|result| result.gas_used).sum();
    let expected = [
        ("cometbft_consensus_height", "2".to_owned()),
        ("cometbft_consensus_num_txs", "2".to_owned()),
        ("cometbft_consensus_total_txs", "2".to_owned()),
        ("cometbft_consensus_block_size_bytes", bytes.to_string()),
        ("cometbft_consensus_block_interval_seconds_count", "1".to_owned()),
        ("cometbft_state_block_processing_time_count", "2".to_owned()),
        ("cometbft_mempool_size", "0".to_owned()),
        ("chain_txs_total{code=\"0\",codespace=\"\"}", "2".to_owned()),
        ("chain_gas_used_total", gas.to_string()),
        ("chain_gas_wanted_total", "400000".to_owned()),
        ("chain_requests_total{code=\"0\",door=\"rpc\",method=\"status\"}", "2".to_owned()),
        ("chain_requests_total{code=\"0\",door=\"rpc\",method=\"health\"}", "1".to_owned()),
        ("chain_requests_total{code=\"-32603\",door=\"rpc\",method=\"block\"}", "1".to_owned()),
        ("chain_requests_total{code=\"-32601\",door=\"rpc\",method=\"unknown\"}", "1".to_owned()),
        (
            "chain_requests_total{code=\"0\",door=\"rest\",method=\"cosmos.bank.v1beta1.Query/Params\"}",
            "1".to_owned(),
        ),
        (
            "chain_requests_total{code=\"3\",door=\"rest\",method=\"cosmos.bank.v1beta1.Query/AllBalances\"}",
            "1".to_owned(),
        ),
        ("chain_requests_total{code=\"12\",door=\"rest\",method=\"unknown\"}", "1".to_owned()),
        (
            "chain_requests_total{code=\"0\",door=\"grpc\",method=\"cosmos.bank.v1beta1.Query/Params\"}",
            "1".to_owned(),
        ),
        ("wasmvm_cache_misses_total", "0".to_owned()),
        ("wasmvm_cache_elements_total{type=\"pinned\"}", "0".to_owned()),
    ];
    for (name, value) in expected {
        assert_eq!(after.get(name), Some(&value), "{name} in {after:#?}");
    }

    // Each stands in the table of docs/node.md, and the table names nothing else.
    let text = reqwest::get(&url).await.unwrap().text().await.unwrap();
    let names = text.lines().filter_map(|line| line.strip_prefix("# HELP ")?.split(' ').next());
    let page = include_str!("../../../../docs/node.md");
    let table = page.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once(['`', '{'])?.0));
    let of_metrics =
        |name: &&str| ["cometbft_", "chain_", "wasmvm_"].iter().any(|start| name.starts_with(start));
    let told: BTreeSet<&str> = table.filter(of_metrics).collect();
    assert_eq!(told, names.collect::<BTreeSet<&str>>());
    stop.cancel();
}
