//! Signs transactions, sends them to a running wasmd and writes down what it answers.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bip32::{Language, Mnemonic, XPrv};
use k256::ecdsa::SigningKey;
use k256::ecdsa::signature::Signer;
use mars_node::proto::cosmos::bank::v1beta1::MsgSend;
use mars_node::proto::cosmos::base::v1beta1::Coin;
use mars_node::proto::cosmos::crypto::secp256k1;
use mars_node::proto::cosmos::tx::v1beta1::{
    AuthInfo, Fee, ModeInfo, SignDoc, SignerInfo, SimulateResponse, Tip, TxRaw, mode_info,
};
use mars_node::proto::wasm::{MsgExecuteContract, MsgInstantiateContract, MsgStoreCode};
use mars_node::proto::{Any, Timestamp, TxBody, any};
use mars_node::tx::{SignerData, Tx};
use mars_node::{Genesis, GenesisAccount, GenesisMetadata, address};
use prost::Message;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The accounts of scripts/accounts, in its order.
pub const NAMES: [&str; 10] = [
    "minter", "trader", "staker", "voter", "keeper", "guardian", "feeder1", "feeder2", "feeder3", "deployer",
];
/// The memo of a transaction that only its gas limit ends, so that nobody simulates it: a simulation has none.
pub const ENDLESS: &str = "never simulated";
pub const DIRECT: i32 = 1;
pub const AMINO: i32 = 127;

pub struct Account {
    pub key: SigningKey,
    pub address: String,
    pub number: u64,
    pub sequence: u64,
}

impl Account {
    pub fn new(key: SigningKey, number: u64, sequence: u64) -> Self {
        let public = key.verifying_key().to_encoded_point(true).as_bytes().to_vec();
        let address = address::encode("mars", &mars_node::tx::PubKey::Secp256k1(public).address());
        Self { key, address, number, sequence }
    }

    pub fn public(&self) -> Any {
        any(&secp256k1::PubKey { key: self.key.verifying_key().to_encoded_point(true).as_bytes().to_vec() })
    }

    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        let signature: k256::ecdsa::Signature = self.key.sign(bytes);
        signature.to_bytes().to_vec()
    }
}

pub struct Recorder {
    pub port: u16,
    pub chain_id: String,
    pub genesis: Value,
    pub accounts: BTreeMap<&'static str, Account>,
    pub steps: Vec<Value>,
    /// What is stored in a file beside the recording, so that a transaction that carries it only names it.
    pub files: Vec<(&'static str, Vec<u8>)>,
}

/// How a transaction differs from an ordinary one.
#[derive(Clone)]
pub struct How {
    pub gas: u64,
    pub fee: Option<Vec<Coin>>,
    pub memo: String,
    pub mode: i32,
    pub sequence: Option<u64>,
    pub number: Option<u64>,
    pub chain_id: Option<String>,
    pub payer: String,
    pub granter: String,
    pub timeout_height: u64,
    pub timeout: Option<Timestamp>,
    pub unordered: bool,
    pub tip: Option<Tip>,
    pub corrupt: bool,
    pub extensions: Vec<Any>,
    pub ignorable: Vec<Any>,
    /// More bytes at the end of the body, of the rest that is signed, and of the whole.
    pub behind: [Vec<u8>; 3],
}

impl Default for How {
    fn default() -> Self {
        Self {
            gas: 1_000_000,
            fee: None,
            memo: String::new(),
            mode: DIRECT,
            sequence: None,
            number: None,
            chain_id: None,
            payer: String::new(),
            granter: String::new(),
            timeout_height: 0,
            timeout: None,
            unordered: false,
            tip: None,
            corrupt: false,
            extensions: vec![],
            ignorable: vec![],
            behind: [vec![], vec![], vec![]],
        }
    }
}

impl How {
    pub fn endless(self) -> Self {
        Self { memo: ENDLESS.into(), ..self }
    }

    pub fn amino(self) -> Self {
        Self { mode: AMINO, ..self }
    }
}

pub fn gas(gas: u64) -> How {
    How { gas, ..How::default() }
}

pub fn coin(amount: u128, denom: &str) -> Coin {
    Coin { denom: denom.into(), amount: amount.to_string() }
}

/// What wasmd's RPC tells of a transaction, but for what it tells of every one.
pub fn outcome(result: &Value) -> Value {
    json!({
        "code": result["code"], "codespace": result["codespace"], "log": result["log"], "data": result["data"],
        "gas_wanted": result["gas_wanted"], "gas_used": result["gas_used"], "events": events(&result["events"]),
    })
}

/// Events of wasmd's RPC as `[type, [[key, value], ...]]`. Every attribute is indexed.
pub fn events(events: &Value) -> Value {
    let attributes = |event: &Value| {
        let attributes = event["attributes"].as_array().into_iter().flatten();
        attributes
            .map(|a| {
                assert_eq!(a["index"], true, "{event}");
                json!([a["key"], a["value"].as_str().unwrap_or("")])
            })
            .collect::<Vec<_>>()
    };
    events.as_array().into_iter().flatten().map(|event| json!([event["type"], attributes(event)])).collect()
}

impl Recorder {
    pub fn new(port: u16, root: &str) -> Self {
        let text = std::fs::read_to_string(format!("{root}/scripts/accounts")).unwrap();
        let phrase = text.lines().find_map(|line| line.strip_prefix("mnemonic ")).unwrap().trim();
        let seed = Mnemonic::new(phrase, Language::English).unwrap().to_seed("");
        let mut recorder = Self {
            port,
            chain_id: String::new(),
            genesis: Value::Null,
            accounts: BTreeMap::new(),
            steps: Vec::new(),
            files: Vec::new(),
        };
        recorder.genesis = recorder.rpc("genesis", json!({}))["result"]["genesis"].clone();
        recorder.chain_id = recorder.genesis["chain_id"].as_str().unwrap().to_owned();
        let listed = recorder.genesis["app_state"]["auth"]["accounts"].as_array().unwrap().clone();
        for (index, name) in NAMES.iter().enumerate() {
            let path = format!("m/44'/118'/0'/0/{index}").parse().unwrap();
            let key = XPrv::derive_from_path(&seed, &path).unwrap();
            let key = SigningKey::from_bytes(&key.to_bytes().into()).unwrap();
            let mut account = Account::new(key, 0, 0);
            let number =
                listed.iter().position(|listed| listed["address"] == json!(account.address)).unwrap();
            account.number = u64::try_from(number).unwrap();
            recorder.accounts.insert(name, account);
        }
        recorder
    }

    pub fn rpc(&self, method: &str, params: Value) -> Value {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(
            stream,
            "POST / HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8(answer).unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// The answer to a question at `path`, as `abci_query` gives it from the last state.
    pub fn ask(&self, path: &str, data: &[u8]) -> Value {
        self.ask_at(0, path, data)
    }

    /// The answer to a question at `path` from the state after block `height`; 0 is the last one.
    pub fn ask_at(&self, height: u64, path: &str, data: &[u8]) -> Value {
        let params = json!({ "path": path, "data": hex::encode(data), "height": height.to_string() });
        self.rpc("abci_query", params)["result"]["response"].clone()
    }

    /// The answer of the gRPC method at `path`.
    pub fn query<A: Message + Default>(&self, path: &str, request: &impl Message) -> A {
        let answer = self.ask(path, &request.encode_to_vec());
        assert_eq!(answer["code"], 0, "{path}: {answer}");
        let value = STANDARD.decode(answer["value"].as_str().unwrap_or("")).unwrap();
        A::decode(value.as_slice()).unwrap()
    }

    pub fn height(&self) -> u64 {
        let status = self.rpc("status", json!({}));
        status["result"]["sync_info"]["latest_block_height"].as_str().unwrap().parse().unwrap()
    }

    /// The height whose state questions are answered from, which comes a moment after the block itself.
    pub fn applied(&self) -> u64 {
        let info = self.rpc("abci_info", json!({}));
        info["result"]["response"]["last_block_height"].as_str().unwrap().parse().unwrap()
    }

    /// The time of the newest block in seconds since 1970.
    pub fn now(&self) -> i64 {
        let status = self.rpc("status", json!({}));
        let time = status["result"]["sync_info"]["latest_block_time"].as_str().unwrap();
        tendermint::Time::parse_from_rfc3339(time).unwrap().unix_timestamp()
    }

    /// Waits until the next block is there.
    pub fn wait_for_block(&self) -> u64 {
        let height = self.applied();
        loop {
            sleep(Duration::from_millis(20));
            let next = self.applied();
            if next > height {
                return next;
            }
        }
    }

    /// Waits until a block is later than `seconds` since 1970.
    pub fn wait_until(&self, seconds: i64) {
        while self.now() <= seconds {
            self.wait_for_block();
        }
    }

    pub fn address(&self, who: &str) -> String {
        self.accounts[who].address.clone()
    }

    /// The transaction without signatures.
    pub fn unsigned(&self, infos: Vec<SignerInfo>, msgs: Vec<Any>, how: &How) -> TxRaw {
        let amount = how.fee.clone().unwrap_or_else(|| vec![coin(u128::from(how.gas).div_ceil(40), "umars")]);
        let body = TxBody {
            messages: msgs,
            memo: how.memo.clone(),
            timeout_height: how.timeout_height,
            unordered: how.unordered,
            timeout_timestamp: how.timeout,
            extension_options: how.extensions.clone(),
            non_critical_extension_options: how.ignorable.clone(),
        };
        let fee = Fee { amount, gas_limit: how.gas, payer: how.payer.clone(), granter: how.granter.clone() };
        #[allow(deprecated)]
        let auth_info = AuthInfo { signer_infos: infos, fee: Some(fee), tip: how.tip.clone() };
        TxRaw {
            body_bytes: [body.encode_to_vec(), how.behind[0].clone()].concat(),
            auth_info_bytes: [auth_info.encode_to_vec(), how.behind[1].clone()].concat(),
            signatures: Vec::new(),
        }
    }

    /// What a signer of `raw` signs.
    pub fn sign_bytes(&self, raw: &TxRaw, mode: i32, number: u64, sequence: u64, how: &How) -> Vec<u8> {
        let chain_id = how.chain_id.clone().unwrap_or_else(|| self.chain_id.clone());
        let number = how.number.unwrap_or(number);
        let sequence = how.sequence.unwrap_or(sequence);
        if mode == AMINO {
            let data = SignerData { chain_id, account_number: number, sequence, ..SignerData::default() };
            return Tx::decode(&raw.encode_to_vec())
                .and_then(|tx| tx.sign_bytes(AMINO, &data))
                .unwrap_or_default();
        }
        SignDoc {
            body_bytes: raw.body_bytes.clone(),
            auth_info_bytes: raw.auth_info_bytes.clone(),
            chain_id,
            account_number: number,
        }
        .encode_to_vec()
    }

    pub fn signer_info(&self, who: &str, how: &How) -> SignerInfo {
        let account = &self.accounts[who];
        SignerInfo {
            public_key: Some(account.public()),
            mode_info: Some(single(how.mode)),
            sequence: how.sequence.unwrap_or(if how.unordered { 0 } else { account.sequence }),
        }
    }

    pub fn sign(&self, signers: &[&str], msgs: Vec<Any>, how: &How) -> Vec<u8> {
        let infos = signers.iter().map(|who| self.signer_info(who, how)).collect();
        let mut raw = self.unsigned(infos, msgs, how);
        raw.signatures = vec![vec![0; 64]; signers.len()];
        let signatures = signers
            .iter()
            .map(|who| {
                let account = &self.accounts[who];
                let sequence = if how.unordered { 0 } else { account.sequence };
                let mut signature =
                    account.sign(&self.sign_bytes(&raw, how.mode, account.number, sequence, how));
                if how.corrupt {
                    signature[10] ^= 1;
                }
                signature
            })
            .collect();
        raw.signatures = signatures;
        [raw.encode_to_vec(), how.behind[2].clone()].concat()
    }

    /// `bytes` for the recording: base64, or what lies before and after a known file, which is only named.
    pub fn packed(&self, bytes: &[u8]) -> Value {
        for (name, file) in &self.files {
            if let Some(at) = bytes.windows(file.len()).position(|window| window == file) {
                let (before, after) = (&bytes[..at], &bytes[at + file.len()..]);
                return json!([STANDARD.encode(before), name, STANDARD.encode(after)]);
            }
        }
        json!(STANDARD.encode(bytes))
    }

    /// What the transaction would do and use if it were sent now.
    fn simulate(&self, bytes: &[u8]) -> Value {
        if bytes.windows(ENDLESS.len()).any(|window| window == ENDLESS.as_bytes()) {
            return Value::Null;
        }
        let request = [vec![0x12], varint(bytes.len()), bytes.to_vec()].concat();
        // A block may come in between, so the answer counts when there was none.
        let (height, answer) = loop {
            let height = self.applied();
            let answer = self.ask("/cosmos.tx.v1beta1.Service/Simulate", &request);
            if self.applied() == height {
                break (height, answer);
            }
        };
        if answer["code"] != 0 {
            return json!({ "height": height, "code": answer["code"], "log": answer["log"] });
        }
        let value = STANDARD.decode(answer["value"].as_str().unwrap()).unwrap();
        let response = SimulateResponse::decode(value.as_slice()).unwrap();
        let (gas, result) = (response.gas_info.unwrap(), response.result.unwrap());
        let events: Vec<Value> = result
            .events
            .iter()
            .map(|event| {
                assert!(event.attributes.iter().all(|a| !a.index), "a simulation indexes nothing");
                let attributes: Vec<Value> =
                    event.attributes.iter().map(|a| json!([a.key, a.value])).collect();
                json!([event.r#type, attributes])
            })
            .collect();
        #[allow(deprecated)]
        let data = if result.data.is_empty() { Value::Null } else { json!(STANDARD.encode(&result.data)) };
        json!({
            "height": height, "code": 0,
            "gas_wanted": gas.gas_wanted.to_string(), "gas_used": gas.gas_used.to_string(),
            "data": data, "events": events,
        })
    }

    fn offer(&self, name: &str, bytes: &[u8]) -> Value {
        let simulate = self.simulate(bytes);
        let check = self.rpc("broadcast_tx_sync", json!({ "tx": STANDARD.encode(bytes) }));
        let check = check.get("result").cloned().unwrap_or(check);
        json!({ "name": name, "tx": self.packed(bytes), "simulate": simulate, "check": {
            "code": check["code"], "codespace": check["codespace"], "log": check["log"],
        } })
    }

    fn collect(&mut self, mut step: Value, bytes: &[u8]) -> Value {
        if step["check"]["code"] == 0 {
            let hash = STANDARD.encode(Sha256::digest(bytes));
            let found = (0..400)
                .find_map(|_| {
                    let answer = self.rpc("tx", json!({ "hash": hash, "prove": false }));
                    answer.get("result").cloned().or_else(|| {
                        sleep(Duration::from_millis(50));
                        None
                    })
                })
                .expect("the transaction is in a block");
            step["height"] = json!(found["height"].as_str().unwrap().parse::<u64>().unwrap());
            step["index"] = found["index"].clone();
            step["result"] = outcome(&found["tx_result"]);
        }
        // A simulation mostly does what the block does; what is the same is not written twice.
        for part in ["data", "events"] {
            if step["simulate"]["code"] == 0 && step["simulate"][part] == step["result"][part] {
                step["simulate"].as_object_mut().unwrap().remove(part);
            }
        }
        let code = if step["check"]["code"] == 0 { &step["result"]["code"] } else { &step["check"]["code"] };
        let log = step["result"]["log"].as_str().or(step["check"]["log"].as_str()).unwrap_or("");
        eprintln!("{}: code {code} {log}", step["name"].as_str().unwrap());
        self.steps.push(step.clone());
        step
    }

    /// Sends `bytes`, waits for its block and writes down what a simulation, the check and the block say.
    pub fn send_bytes(&mut self, name: &str, bytes: &[u8]) -> Value {
        let step = self.offer(name, bytes);
        self.collect(step, bytes)
    }

    pub fn send_as(&mut self, name: &str, signers: &[&'static str], msgs: Vec<Any>, how: &How) -> Value {
        let bytes = self.sign(signers, msgs, how);
        let step = self.send_bytes(name, &bytes);
        if step["check"]["code"] == 0 && !how.unordered {
            self.advance(signers);
        }
        step
    }

    /// Counts a transaction of each of `signers`.
    pub fn advance(&mut self, signers: &[&'static str]) {
        for who in signers {
            self.accounts.get_mut(who).unwrap().sequence += 1;
        }
    }

    pub fn send(&mut self, name: &str, who: &'static str, msg: Any, how: &How) -> Value {
        self.send_as(name, &[who], vec![msg], how)
    }

    /// Sends all of `txs` so fast that they get into one block.
    pub fn send_together(&mut self, txs: &[(&str, Vec<u8>)]) {
        self.wait_for_block();
        let mut offered: Vec<Value> = txs.iter().map(|(name, bytes)| self.offer(name, bytes)).collect();
        for step in offered.iter_mut().skip(1) {
            step["joins"] = json!(true);
        }
        let heights: Vec<Value> = offered
            .into_iter()
            .zip(txs)
            .map(|(step, (_, bytes))| self.collect(step, bytes)["height"].clone())
            .filter(|height| !height.is_null())
            .collect();
        assert!(heights.windows(2).all(|pair| pair[0] == pair[1]), "not one block: {heights:?}");
    }

    pub fn transfer(&self, from: &str, to: &str, coins: Vec<Coin>) -> Any {
        any(&MsgSend { from_address: self.address(from), to_address: to.into(), amount: coins })
    }

    pub fn execute(&self, from: &str, contract: &str, msg: &Value, funds: Vec<Coin>) -> Any {
        any(&MsgExecuteContract {
            sender: self.address(from),
            contract: contract.into(),
            msg: msg.to_string().into_bytes(),
            funds,
        })
    }

    pub fn instantiate(&self, from: &str, code_id: u64, label: &str, msg: &Value, funds: Vec<Coin>) -> Any {
        any(&MsgInstantiateContract {
            sender: self.address(from),
            admin: self.address(from),
            code_id,
            label: label.into(),
            msg: msg.to_string().into_bytes(),
            funds,
        })
    }

    pub fn store(&self, from: &str, code: &[u8]) -> Any {
        any(&MsgStoreCode {
            sender: self.address(from),
            wasm_byte_code: code.to_vec(),
            instantiate_permission: None,
        })
    }

    /// The newest height that a step is in.
    pub fn last(&self) -> u64 {
        self.steps.iter().filter_map(|step| step["height"].as_u64()).max().unwrap()
    }

    /// The times of the blocks up to the newest that a step is in, in nanoseconds since 1970.
    pub fn times(&self) -> Vec<String> {
        (1..=self.last())
            .map(|height| {
                let block = self.rpc("header", json!({ "height": height.to_string() }));
                let time = block["result"]["header"]["time"].as_str().unwrap();
                tendermint::Time::parse_from_rfc3339(time).unwrap().unix_timestamp_nanos().to_string()
            })
            .collect()
    }

    /// The genesis of the recorded chain as the embedded one begins with it.
    pub fn our_genesis(&self) -> Genesis {
        let state = &self.genesis["app_state"];
        let mut ours = Genesis::new(self.chain_id.as_str(), "mars", "umars");
        ours.min_gas_prices = "0.025umars".into();
        for account in state["auth"]["accounts"].as_array().unwrap() {
            let address = account["address"].as_str().unwrap();
            let balances = state["bank"]["balances"].as_array().unwrap();
            let balance = balances.iter().find(|balance| balance["address"] == account["address"]).unwrap();
            let coins = balance["coins"].as_array().unwrap().iter();
            let coins: Vec<String> = coins
                .map(|coin| {
                    format!("{}{}", coin["amount"].as_str().unwrap(), coin["denom"].as_str().unwrap())
                })
                .collect();
            ours.accounts.push(GenesisAccount { address: address.into(), coins: coins.join(",") });
        }
        for metadata in state["bank"]["denom_metadata"].as_array().unwrap() {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let display = text(&metadata["display"]);
            let units = metadata["denom_units"].as_array().unwrap();
            let unit = units.iter().find(|unit| unit["denom"] == json!(display)).unwrap();
            ours.metadata.push(GenesisMetadata {
                denom: text(&metadata["base"]),
                exponent: u32::try_from(unit["exponent"].as_u64().unwrap()).unwrap(),
                name: text(&metadata["name"]),
                display,
            });
        }
        ours
    }
}

/// A mode of one signature.
pub fn single(mode: i32) -> ModeInfo {
    ModeInfo { sum: Some(mode_info::Sum::Single(mode_info::Single { mode })) }
}

pub fn varint(value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    prost::encoding::encode_varint(u64::try_from(value).unwrap(), &mut bytes);
    bytes
}
