//! Many at once, at every door: what each of them sees is whole.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cosmos_sdk_proto::cosmwasm::wasm::v1::QuerySmartContractStateRequest;
use cosmos_sdk_proto::cosmwasm::wasm::v1::query_client::QueryClient;
use mars_node::proto::any;
use mars_node::proto::cosmos::tx::v1beta1::BroadcastTxRequest;
use mars_node::proto::wasm::MsgExecuteContract;
use mars_node::{Node, Settings, bank};
use prost::Message;
use serde_json::{Value, json};
use tonic::transport::Channel;

use crate::doors::{CHAIN, Doors};
use crate::rpc::Socket;
use crate::sender::{DENOM, RECEIVER, Sender, binary};

const WRITERS: u8 = 6;
const EACH: u64 = 12;

/// Two keys that are always written together.
fn pair() -> Value {
    json!({ "walk": { "start": binary("pair"), "end": binary("paiz"), "descending": false, "limit": 9 } })
}

/// Writes `value` under both keys and pays, in one transaction.
fn both(sender: &mut Sender, contract: &str, value: u64) -> Vec<u8> {
    let write =
        json!({ "write": { "key": binary("pair"), "value": binary(&value.to_string()), "count": 2 } });
    let msg = MsgExecuteContract {
        sender: sender.address(),
        contract: contract.to_owned(),
        msg: write.to_string().into_bytes(),
        funds: vec![],
    };
    sender.sign(vec![any(&msg)])
}

/// Fails unless both keys have the same value.
fn require_whole(walked: &Value) {
    let pairs = walked.as_array().unwrap();
    assert!(pairs.is_empty() || pairs.len() == 2 && pairs[0][1] == pairs[1][1], "half a block: {walked}");
}

/// Sends `tx` by the way that `door` stands for, and returns when it is in a block.
async fn send(doors: &Doors, door: u64, tx: Vec<u8>) {
    let http = reqwest::Client::new();
    match door % 4 {
        door @ (0 | 1) => {
            let (method, code) = match door {
                0 => ("broadcast_tx_sync", "/result/code"),
                _ => ("broadcast_tx_commit", "/result/tx_result/code"),
            };
            let params = json!({ "tx": STANDARD.encode(tx) });
            let body = json!({ "id": 1, "method": method, "params": params }).to_string();
            let answer = http.post(format!("http://{}/", doors.rpc)).body(body).send().await.unwrap();
            let answer: Value = answer.json().await.unwrap();
            assert_eq!(answer.pointer(code), Some(&json!(0)), "{answer}");
        }
        2 => {
            let body = json!({ "tx_bytes": STANDARD.encode(tx), "mode": "BROADCAST_MODE_SYNC" }).to_string();
            let url = format!("http://{}/cosmos/tx/v1beta1/txs", doors.rest);
            let answer: Value = http.post(url).body(body).send().await.unwrap().json().await.unwrap();
            assert_eq!(answer["tx_response"]["code"], 0, "{answer}");
        }
        _ => {
            let url = format!("http://{}", doors.grpc);
            let channel = Channel::from_shared(url).unwrap().connect().await.unwrap();
            let request = BroadcastTxRequest { tx_bytes: tx, mode: 2 }.encode_to_vec();
            crate::grpc::raw(&channel, "/cosmos.tx.v1beta1.Service/BroadcastTx", request).await.unwrap();
        }
    }
}

/// Reads by the way that `door` stands for until `done`, and returns how often.
async fn read(doors: &Doors, door: usize, contract: &str, done: &AtomicBool) -> u64 {
    let http = reqwest::Client::new();
    let mut socket = Socket::connect(&doors.rpc).await;
    let channel = Channel::from_shared(format!("http://{}", doors.grpc)).unwrap().connect().await.unwrap();
    let mut grpc = QueryClient::new(channel);
    let query = pair().to_string();
    let request = QuerySmartContractStateRequest {
        address: contract.to_owned(),
        query_data: query.clone().into_bytes(),
    };
    let (mut times, mut last) = (0, 0_u64);
    while !done.load(Ordering::SeqCst) {
        times += 1;
        match door % 3 {
            0 => {
                let url = format!(
                    "http://{}/cosmwasm/wasm/v1/contract/{contract}/smart/{}",
                    doors.rest,
                    STANDARD.encode(&query).replace('+', "%2B").replace('/', "%2F")
                );
                let answer: Value = http.get(url).send().await.unwrap().json().await.unwrap();
                require_whole(&answer["data"]);
            }
            1 => {
                let answer = grpc.smart_contract_state(request.clone()).await.unwrap();
                require_whole(&serde_json::from_slice(&answer.into_inner().data).unwrap());
            }
            _ => {
                // A block that the status names is there, with its results, and found by its transactions.
                socket.send(r#"{"id":1,"method":"status","params":{}}"#).await;
                let status = socket.next().await.unwrap();
                let height =
                    status["result"]["sync_info"]["latest_block_height"].as_str().unwrap().to_owned();
                let number: u64 = height.parse().unwrap();
                assert!(number >= last, "the chain went back from {last} to {number}");
                last = number;
                let mut ask = async |method: &str, params: Value| {
                    let call = json!({ "id": 2, "method": method, "params": params });
                    socket.send(&call.to_string()).await;
                    socket.next().await.unwrap()["result"].clone()
                };
                let block = ask("block", json!({ "height": height })).await;
                let results = ask("block_results", json!({ "height": height })).await;
                let found = ask("tx_search", json!({ "query": format!("tx.height={height}") })).await;
                let txs = block["block"]["data"]["txs"].as_array().map_or(0, Vec::len);
                assert_eq!(results["txs_results"].as_array().map_or(0, Vec::len), txs, "{results}");
                assert_eq!(found["total_count"], txs.to_string(), "{found}");
            }
        }
    }
    times
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_sees_half_a_block_while_everybody_writes() {
    let doors = Arc::new(Doors::open(Settings::default()).await);
    let mut first = Sender::new(CHAIN);
    let contract = doors.deploy_probe(&mut first).await;
    let done = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..6)
        .map(|door| {
            let (doors, contract, done) = (doors.clone(), contract.clone(), done.clone());
            tokio::spawn(async move { read(&doors, door, &contract, &done).await })
        })
        .collect();
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            let mut sender = if number == 0 { first.clone() } else { Sender::numbered(CHAIN, number) };
            let (doors, contract) = (doors.clone(), contract.clone());
            tokio::spawn(async move {
                for round in 0..EACH {
                    let tx = match round % 3 {
                        0 => sender.send(1),
                        _ => both(&mut sender, &contract, u64::from(number) * 100 + round),
                    };
                    send(&doors, u64::from(number) + round, tx).await;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    for reader in readers {
        assert!(reader.await.unwrap() > 0);
    }
    // Each was included once.
    let reader = doors.node.reader();
    let blocks = (1..=reader.height()).filter_map(|height| reader.block(height));
    let all: Vec<Vec<u8>> = blocks.flat_map(|block| block.txs.clone()).collect();
    assert_eq!(all.len(), 2 + usize::from(WRITERS) * usize::try_from(EACH).unwrap());
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    let paid = bank::balance(&reader.context(), &RECEIVER, DENOM).unwrap().to_string();
    assert_eq!(paid, (u64::from(WRITERS) * EACH / 3).to_string());
    Arc::into_inner(doors).unwrap().close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_those_who_use_one_sequence_at_once_exactly_one_wins() {
    let doors = Doors::open(Settings::default()).await;
    for sequence in 0..10 {
        let racers: Vec<_> = (1..=8)
            .map(|amount| {
                let mut sender = Sender::new(CHAIN);
                sender.sequence = sequence;
                let (node, tx): (Node, _) = (doors.node.clone(), sender.send(amount));
                tokio::spawn(async move { node.broadcast(tx).await.unwrap() })
            })
            .collect();
        let mut won = 0;
        for racer in racers {
            let broadcast = racer.await.unwrap();
            match broadcast.check.code {
                0 => won += 1,
                // account sequence mismatch
                code => assert_eq!((code, broadcast.included.is_none()), (32, true), "{:?}", broadcast.check),
            }
        }
        assert_eq!(won, 1, "sequence {sequence}");
    }
    doors.close().await;
}
