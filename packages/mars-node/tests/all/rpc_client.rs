//! The client library that Rust programs use, as it is published.

use mars_node::Mining;
use mars_node::rpc::Options;
use tendermint_rpc::client::CompatMode;
use tendermint_rpc::event::EventData;
use tendermint_rpc::query::{EventType, Query};
use tendermint_rpc::{Client, HttpClient, Order, Paging, SubscriptionClient, WebSocketClient};

use crate::rpc::{Bench, CHAIN};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_http_client_reads_every_answer() {
    let bench = Bench::start(Mining::Auto, Options::default()).await;
    let url = format!("http://{}", bench.address);
    let client = HttpClient::new(url.as_str()).unwrap();
    let status = client.status().await.unwrap();
    assert_eq!(status.node_info.network.as_str(), CHAIN);
    let mode = CompatMode::from_version(status.node_info.version).unwrap();
    assert_eq!(mode, CompatMode::V0_38);
    client.health().await.unwrap();

    let tx = bench.send(0);
    let committed = client.broadcast_tx_commit(tx.clone()).await.unwrap();
    assert!(committed.tx_result.code.is_ok(), "{committed:?}");
    let (height, hash) = (committed.height, committed.hash);
    let found = client.tx(hash, true).await.unwrap();
    assert_eq!((found.height, found.tx), (height, tx));
    let query = Query::eq("tx.hash", hash.to_string());
    let search = client.tx_search(query, true, 1, 10, Order::Ascending).await.unwrap();
    assert_eq!((search.total_count, search.txs[0].hash), (1, hash));

    let block = client.block(height).await.unwrap();
    assert_eq!(block.block_id.hash, block.block.header.hash(), "the header hashes to what it is said to");
    assert_eq!(client.block_by_hash(block.block_id.hash).await.unwrap().block.unwrap(), block.block);
    assert_eq!(client.header(height).await.unwrap().header, block.block.header);
    assert_eq!(client.header_by_hash(block.block_id.hash).await.unwrap().header.unwrap(), block.block.header);
    let found = found.proof.unwrap();
    assert_eq!(found.root_hash, block.block.header.data_hash.unwrap());
    let results = client.block_results(height).await.unwrap();
    assert_eq!(results.txs_results.unwrap().len(), 1);
    let commit = client.commit(height).await.unwrap();
    assert_eq!(commit.signed_header.commit.block_id.hash, block.block_id.hash);
    let validators = client.validators(height, Paging::All).await.unwrap();
    assert_eq!(validators.validators.len(), 1);
    let metas = client.blockchain(1_u32, 2_u32).await.unwrap();
    assert_eq!(metas.block_metas.len(), 2);
    let query = Query::eq("block.height", height.value());
    client.block_search(query, 1, 10, Order::Descending).await.unwrap();
    assert_eq!(client.abci_info().await.unwrap().last_block_height, height);
    let query = client.abci_query(Some("/app/version".to_owned()), vec![], None, false).await.unwrap();
    assert_eq!(query.value, b"0.61.14");
    client.consensus_params(height).await.unwrap();
    client.consensus_state().await.unwrap();
    client.net_info().await.unwrap();
    client.genesis::<serde_json::Value>().await.unwrap();
    assert!(client.broadcast_tx_sync(bench.send(1)).await.unwrap().code.is_ok());
    assert!(client.broadcast_tx_async(bench.send(2)).await.unwrap().code.is_ok());
    assert_eq!(client.abci_info().await.unwrap().last_block_height.value(), height.value() + 2);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_websocket_client_hears_of_blocks_and_transactions() {
    use futures_util::StreamExt;

    let bench = Bench::start(Mining::Auto, Options::default()).await;
    let url = format!("ws://{}/websocket", bench.address);
    let (client, driver) = WebSocketClient::new(url.as_str()).await.unwrap();
    let driver = tokio::spawn(driver.run());
    let mut blocks = client.subscribe(EventType::NewBlock.into()).await.unwrap();
    let mut txs = client.subscribe(EventType::Tx.into()).await.unwrap();
    let sent = client.broadcast_tx_sync(bench.send(0)).await.unwrap();
    assert!(sent.code.is_ok(), "{sent:?}");

    let event = blocks.next().await.unwrap().unwrap();
    let EventData::NewBlock { block, result_finalize_block, .. } = event.data else { panic!("{event:?}") };
    assert_eq!(block.unwrap().data, [bench.send(0)]);
    assert_eq!(result_finalize_block.unwrap().tx_results.len(), 1);
    let event = txs.next().await.unwrap().unwrap();
    let EventData::Tx { tx_result } = event.data else { panic!("{event:?}") };
    assert_eq!(tx_result.tx, bench.send(0));
    assert_eq!(event.events.unwrap()["tx.hash"], [sent.hash.to_string()]);
    client.close().unwrap();
    driver.await.unwrap().unwrap();
    bench.stop().await;
}
