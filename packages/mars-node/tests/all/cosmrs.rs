//! Programs in Rust: cosmrs signs, the client of tendermint-rpc sends, over HTTP and over a websocket.

use cosmrs::bank::MsgSend;
use cosmrs::cosmwasm::{MsgExecuteContract, MsgInstantiateContract, MsgStoreCode};
use cosmrs::crypto::secp256k1::SigningKey;
use cosmrs::proto::cosmos::auth::v1beta1::{BaseAccount, QueryAccountRequest, QueryAccountResponse};
use cosmrs::proto::cosmwasm::wasm::v1::{QuerySmartContractStateRequest, QuerySmartContractStateResponse};
use cosmrs::proto::traits::Message;
use cosmrs::tx::{Body, Fee, Msg, SignDoc, SignerInfo};
use cosmrs::{AccountId, Any, Coin};
use futures_util::StreamExt;
use mars_node::Settings;
use serde_json::{Value, json};
use tendermint_rpc::event::EventData;
use tendermint_rpc::query::Query;
use tendermint_rpc::{Client, HttpClient, SubscriptionClient, WebSocketClient};

use crate::doors::{CHAIN, Doors};
use crate::sender::{Sender, probe};

/// Signs as `minter`, whose account it looks up.
struct Wallet<'a, C> {
    client: &'a C,
    key: SigningKey,
    address: AccountId,
}

impl<'a, C: Client + Sync> Wallet<'a, C> {
    fn new(client: &'a C, number: u8) -> Self {
        let key = SigningKey::from_slice(&[7 + number; 32]).unwrap();
        let address = key.public_key().account_id("mars").unwrap();
        assert_eq!(address.to_string(), Sender::numbered(CHAIN, number).address());
        Self { client, key, address }
    }

    async fn query<Q: Message, A: Message + Default>(&self, path: &str, request: &Q) -> A {
        let answer = self.client.abci_query(Some(path.to_owned()), request.encode_to_vec(), None, false);
        let answer = answer.await.unwrap();
        assert!(answer.code.is_ok() && answer.height.value() > 0, "{answer:?}");
        A::decode(answer.value.as_slice()).unwrap()
    }

    async fn sign(&self, msg: Any) -> Vec<u8> {
        let request = QueryAccountRequest { address: self.address.to_string() };
        let answer: QueryAccountResponse = self.query("/cosmos.auth.v1beta1.Query/Account", &request).await;
        let account = BaseAccount::decode(answer.account.unwrap().value.as_slice()).unwrap();
        let fee = Fee::from_amount_and_gas(Coin::new(1_000, "umars").unwrap(), 20_000_000_u64);
        let info = SignerInfo::single_direct(Some(self.key.public_key()), account.sequence).auth_info(fee);
        let body = Body::new([msg], "by cosmrs", 0_u16);
        let doc = SignDoc::new(&body, &info, &CHAIN.parse().unwrap(), account.account_number).unwrap();
        doc.sign(&self.key).unwrap().to_bytes().unwrap()
    }

    /// Includes `msg`, and returns the value of that attribute of that event.
    async fn commit(&self, msg: Any, event: &str, attribute: &str) -> String {
        let tx = self.sign(msg).await;
        let committed = self.client.broadcast_tx_commit(tx).await.unwrap();
        let result = committed.tx_result;
        assert!(committed.check_tx.code.is_ok() && result.code.is_ok(), "{result:?}");
        let event = result.events.iter().find(|known| known.kind == event).unwrap();
        let attribute = event.attributes.iter().find(|known| known.key_str().unwrap() == attribute).unwrap();
        attribute.value_str().unwrap().to_owned()
    }

    fn send(&self, amount: u128) -> Any {
        let (from_address, to_address) = (self.address.clone(), self.address.clone());
        MsgSend { from_address, to_address, amount: vec![Coin::new(amount, "umars").unwrap()] }
            .to_any()
            .unwrap()
    }

    /// Deploys the probe, writes with it and asks it.
    async fn deploy(&self) {
        let sender = self.address.clone();
        let msg =
            MsgStoreCode { sender: sender.clone(), wasm_byte_code: probe(), instantiate_permission: None };
        let code = self.commit(msg.to_any().unwrap(), "store_code", "code_id").await;
        let msg = MsgInstantiateContract {
            sender: sender.clone(),
            admin: Some(sender.clone()),
            code_id: code.parse().unwrap(),
            label: Some("probe".to_owned()),
            msg: br#"{"answer":{}}"#.to_vec(),
            funds: vec![],
        };
        let contract = self.commit(msg.to_any().unwrap(), "instantiate", "_contract_address").await;
        let write = json!({ "write": { "key": "YQ==", "value": "Yg==", "count": 1 } });
        let msg = MsgExecuteContract {
            sender,
            contract: contract.parse().unwrap(),
            msg: write.to_string().into_bytes(),
            funds: vec![],
        };
        assert_eq!(self.commit(msg.to_any().unwrap(), "execute", "_contract_address").await, contract);
        let walk = json!({ "walk": { "start": "YQ==", "end": "Yg==", "descending": false, "limit": 9 } });
        let request =
            QuerySmartContractStateRequest { address: contract, query_data: walk.to_string().into_bytes() };
        let path = "/cosmwasm.wasm.v1.Query/SmartContractState";
        let answer: QuerySmartContractStateResponse = self.query(path, &request).await;
        let found: Value = serde_json::from_slice(&answer.data).unwrap();
        assert_eq!(found, json!([["YQAAAAA=", "Yg=="]]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cosmrs_signs_sends_subscribes_and_asks_over_http_and_websocket() {
    let doors = Doors::open(Settings::default()).await;
    let http = HttpClient::new(format!("http://{}", doors.rpc).as_str()).unwrap();
    let url = format!("ws://{}/websocket", doors.rpc);
    let (socket, driver) = WebSocketClient::new(url.as_str()).await.unwrap();
    let driver = tokio::spawn(driver.run());
    let minter = Wallet::new(&http, 0);
    let trader = Wallet::new(&socket, 1);
    let mut heard = socket
        .subscribe(
            Query::from(tendermint_rpc::query::EventType::Tx)
                .and_eq("transfer.sender", minter.address.as_ref()),
        )
        .await
        .unwrap();

    // The same by both ways in.
    minter.deploy().await;
    trader.deploy().await;
    // The minter's three transactions paid a fee each; the trader's were not asked for.
    for _ in 0..3 {
        let event = heard.next().await.unwrap().unwrap();
        let EventData::Tx { tx_result } = event.data else { panic!("{event:?}") };
        assert!(tx_result.result.gas_used.is_some());
        assert_eq!(event.events.unwrap()["transfer.sender"], [minter.address.to_string()]);
    }

    // Sent without waiting, and found by its hash.
    let sent = http.broadcast_tx_sync(minter.sign(minter.send(7)).await).await.unwrap();
    assert!(sent.code.is_ok(), "{sent:?}");
    let found = socket.tx(sent.hash, true).await.unwrap();
    assert_eq!(found.tx_result.gas_wanted, 20_000_000);
    found.proof.unwrap();

    // Refusals keep their code and codespace.
    let stale = Sender::new("other-1").send(1);
    let refused = socket.broadcast_tx_sync(stale).await.unwrap();
    assert_eq!((refused.code.value(), refused.codespace.as_str()), (32, "sdk"), "{refused:?}");
    let broke = trader.sign(trader.send(10_000_000_000)).await;
    let failed = http.broadcast_tx_commit(broke).await.unwrap().tx_result;
    assert_eq!((failed.code.value(), failed.codespace.as_str()), (5, "sdk"), "{failed:?}");
    socket.close().unwrap();
    driver.await.unwrap().unwrap();
    doors.close().await;
}
