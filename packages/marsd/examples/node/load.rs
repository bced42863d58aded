//! Transactions signed beforehand, sent by 32 accounts over a connection each. Nothing counts that did not happen: the
//! receiver must have got every unit in the end.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use cosmwasm_std::Uint128;
use cw20::{BalanceResponse, Cw20Coin, Cw20ExecuteMsg, Cw20QueryMsg};
use mars_client::chain::Chain;
use mars_client::keyring::{HdPath, Key, Words};
use mars_client::message::{self, Instance};
use mars_client::tx::{FeeChoice, GAS_ADJUSTMENT, Gas, Signer, TxOptions};
use mars_node::proto::cosmos::bank::v1beta1::{Input, MsgMultiSend, MsgSend, Output};
use mars_node::proto::cosmos::base::v1beta1::Coin;
use mars_node::proto::cosmos::crypto::secp256k1::PubKey;
use mars_node::proto::cosmos::tx::v1beta1::mode_info::{Single, Sum};
use mars_node::proto::cosmos::tx::v1beta1::{AuthInfo, Fee, ModeInfo, SignDoc, SignerInfo, TxRaw};
use mars_node::proto::wasm::MsgExecuteContract;
use mars_node::proto::{Any, TxBody, any};
use mars_types::token::{XMS_SUPPLY, XmsInstantiateMsg};
use prost::Message;
use serde_json::json;

use crate::client::{self, Connection};
use crate::process::{Running, Tools};

pub const SENDERS: usize = 32;
/// The most calls that a node takes in one request, unless it is told otherwise.
const BATCH: usize = 10;
const CHAIN_ID: &str = "mars-local-1";
const DENOM: &str = "umars";
const GAS: u64 = 200_000;
/// The price of the local chains.
const FEE: u64 = GAS / 40;
/// Enough for every transaction of a run.
const FUNDS: u64 = 30_000_000_000;

/// What is sent, and how much of it.
#[derive(Clone, Copy)]
pub enum Load {
    Sends(usize),
    /// Of a cw20 token.
    Transfers(usize),
}

struct Sender {
    key: Key,
    address: String,
    number: u64,
    sequence: u64,
}

impl Sender {
    fn sign(&mut self, message: Any) -> Vec<u8> {
        let key = PubKey { key: self.key.public().to_bytes() };
        let mode_info = ModeInfo { sum: Some(Sum::Single(Single { mode: 1 })) };
        let signer =
            SignerInfo { public_key: Some(any(&key)), mode_info: Some(mode_info), sequence: self.sequence };
        let fee = Fee { amount: vec![coin(FEE)], gas_limit: GAS, ..Fee::default() };
        let auth_info = AuthInfo { signer_infos: vec![signer], fee: Some(fee), ..AuthInfo::default() };
        let mut document = SignDoc {
            body_bytes: TxBody { messages: vec![message], ..TxBody::default() }.encode_to_vec(),
            auth_info_bytes: auth_info.encode_to_vec(),
            chain_id: CHAIN_ID.into(),
            account_number: self.number,
        };
        let signature = self.key.sign(&document.encode_to_vec());
        self.sequence += 1;
        let (body_bytes, auth_info_bytes) =
            (std::mem::take(&mut document.body_bytes), std::mem::take(&mut document.auth_info_bytes));
        TxRaw { body_bytes, auth_info_bytes, signatures: vec![signature] }.encode_to_vec()
    }
}

fn coin(amount: u64) -> Coin {
    Coin { denom: DENOM.into(), amount: amount.to_string() }
}

fn receiver() -> String {
    mars_node::address::encode("mars", &[9; 20])
}

/// A chain with funded senders and a token that each of them has.
pub struct Stage {
    chain: Chain,
    address: SocketAddr,
    senders: Vec<Sender>,
    token: String,
}

impl Stage {
    pub async fn new(tools: &Tools, running: &Running) -> Self {
        let chain = Chain::new(&running.url()).unwrap();
        while chain.status().await.map_or(0, |status| status.height) == 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let sender = |number: usize| {
            let key = Key::from_hex(&format!("{:064x}", number + 1)).unwrap();
            let address = key.public().address("mars").unwrap().to_string();
            Sender { key, address, number: 0, sequence: 0 }
        };
        let senders: Vec<Sender> = (0..SENDERS).map(sender).collect();
        let token = Self::fund(tools, &chain, &senders).await;
        let mut stage = Self { chain, address: running.address, senders, token };
        stage.find_sequences().await;
        stage
    }

    /// Gives coins and tokens to the senders. Returns the token.
    async fn fund(tools: &Tools, chain: &Chain, senders: &[Sender]) -> String {
        let accounts = include_str!("../../../../scripts/accounts");
        let words = accounts.lines().find_map(|line| line.strip_prefix("mnemonic ")).unwrap();
        let minter = Words::parse(words).unwrap().derive(&HdPath::cosmos(0, 0).unwrap()).unwrap();
        let minter = Signer::new(chain.clone(), CHAIN_ID, "mars", minter).unwrap();
        let from = minter.address().to_string();
        let options = TxOptions {
            gas: Gas::Auto { adjustment: GAS_ADJUSTMENT },
            fee: FeeChoice::AtPrice("0.025umars".parse().unwrap()),
            note: String::new(),
        };
        let send = async |message: Any| {
            let message = mars_client::Any { type_url: message.type_url, value: message.value };
            minter.send(&[message], &options, Duration::from_secs(30), &|_| ()).await.unwrap()
        };
        let outputs = senders
            .iter()
            .map(|sender| Output { address: sender.address.clone(), coins: vec![coin(FUNDS)] })
            .collect();
        let input = Input { address: from.clone(), coins: vec![coin(FUNDS * SENDERS as u64)] };
        send(any(&MsgMultiSend { inputs: vec![input], outputs })).await;

        let wasm = std::fs::read(tools.root.join("artifacts/xms_cw20.wasm")).unwrap();
        let stored = send(node_any(message::store_code(&from, &wasm).unwrap())).await;
        let share = XMS_SUPPLY / Uint128::from(SENDERS as u64);
        let distribution = senders
            .iter()
            .map(|sender| Cw20Coin { address: sender.address.clone(), amount: share })
            .collect();
        let instance = Instance {
            code_id: stored.attributes("store_code", "code_id").next().unwrap().parse().unwrap(),
            label: "token".into(),
            admin: None,
            msg: json!(XmsInstantiateMsg { distribution }),
            funds: vec![],
        };
        let made = send(node_any(message::instantiate(&from, instance))).await;
        made.attributes("instantiate", "_contract_address").next().unwrap().into()
    }

    /// Asks the chain for the sequence of every sender.
    pub async fn find_sequences(&mut self) {
        for sender in &mut self.senders {
            let account = self.chain.account(&sender.address).await.unwrap();
            (sender.number, sender.sequence) = (account.account_number, account.sequence);
        }
    }

    pub async fn height(&self) -> u64 {
        self.chain.status().await.unwrap().height
    }

    /// Calls that send a signed transaction of `message` each, by sender.
    fn calls(&mut self, count: usize, message: impl Fn(&Sender) -> Any) -> Vec<Vec<String>> {
        let mut calls = vec![vec![]; SENDERS];
        for index in 0..count {
            let sender = &mut self.senders[index % SENDERS];
            let signed = sender.sign(message(sender));
            let tx = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, signed);
            calls[index % SENDERS].push(client::call("broadcast_tx_sync", &json!({ "tx": tx })));
        }
        calls
    }

    /// Signed transfers of a coin each, by sender.
    pub fn sends(&mut self, count: usize) -> Vec<Vec<String>> {
        self.calls(count, |sender| {
            any(&MsgSend {
                from_address: sender.address.clone(),
                to_address: receiver(),
                amount: vec![coin(1)],
            })
        })
    }

    fn transfers(&mut self, count: usize) -> Vec<Vec<String>> {
        let transfer = Cw20ExecuteMsg::Transfer { recipient: receiver(), amount: Uint128::one() };
        let msg = serde_json::to_vec(&transfer).unwrap();
        let contract = self.token.clone();
        self.calls(count, |sender| {
            any(&MsgExecuteContract {
                sender: sender.address.clone(),
                contract: contract.clone(),
                msg: msg.clone(),
                funds: vec![],
            })
        })
    }

    async fn received(&self, load: Load) -> u128 {
        match load {
            Load::Sends(_) => self.chain.balance(&receiver(), DENOM).await.unwrap().amount.parse().unwrap(),
            Load::Transfers(_) => {
                let query = Cw20QueryMsg::Balance { address: receiver() };
                let answer: BalanceResponse = self.chain.smart(&self.token, &query).await.unwrap();
                answer.balance.u128()
            }
        }
    }

    /// Sends the load and returns how many transactions a second got into blocks, from the first request until the last
    /// is in a block.
    pub async fn run(&mut self, load: Load) -> f64 {
        let before = self.received(load).await;
        let (count, calls) = match load {
            Load::Sends(count) => (count, self.sends(count)),
            Load::Transfers(count) => (count, self.transfers(count)),
        };
        let address = self.address;
        let took = tokio::task::spawn_blocking(move || send_all(address, calls)).await.unwrap();
        assert_eq!(self.received(load).await - before, count as u128, "not everything that was sent arrived");
        count as f64 / took.as_secs_f64()
    }
}

fn node_any(message: mars_client::Any) -> Any {
    Any { type_url: message.type_url, value: message.value }
}

/// Makes the calls of each sender over a connection of its own, and waits until no transaction waits for a block.
fn send_all(address: SocketAddr, calls: Vec<Vec<String>>) -> Duration {
    let began = Instant::now();
    std::thread::scope(|scope| {
        for calls in &calls {
            scope.spawn(move || {
                let mut connection = Connection::open(address);
                let mut waiting = calls.as_slice();
                while !waiting.is_empty() {
                    let batch = &waiting[..waiting.len().min(BATCH)];
                    let taken = client::taken(&connection.ask(&format!("[{}]", batch.join(","))));
                    waiting = &waiting[taken..];
                    if taken < batch.len() {
                        std::thread::sleep(Duration::from_millis(20));
                    }
                }
            });
        }
    });
    let mut connection = Connection::open(address);
    while connection.call("num_unconfirmed_txs", &json!({}))["total"] != "0" {
        std::thread::sleep(Duration::from_millis(2));
    }
    began.elapsed()
}
