//! Sends a stream of signed transactions to a running wasmd and writes down what it answers, as a golden file that the
//! node is compared with.
//!
//! ```sh
//! scripts/localnet --reset --home DIR --port-offset 6000 &
//! cargo run -p mars-node --example record -- 32657 packages/mars-node/tests/golden/stream.json
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

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
use mars_node::proto::cosmos::authz::v1beta1::{GenericAuthorization, Grant, MsgExec, MsgGrant, MsgRevoke};
use mars_node::proto::cosmos::bank::v1beta1::{Input, MsgMultiSend, MsgSend, Output, SendAuthorization};
use mars_node::proto::cosmos::base::v1beta1::Coin;
use mars_node::proto::cosmos::crypto::secp256k1;
use mars_node::proto::cosmos::feegrant::v1beta1::{BasicAllowance, MsgGrantAllowance, MsgRevokeAllowance};
use mars_node::proto::cosmos::tx::v1beta1::{AuthInfo, Fee, ModeInfo, SignDoc, SignerInfo, TxRaw, mode_info};
use mars_node::proto::wasm::{
    MsgClearAdmin, MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContract2, MsgMigrateContract,
    MsgPinCodes, MsgStoreCode, MsgSudoContract, MsgUpdateAdmin, MsgUpdateContractLabel,
};
use mars_node::proto::{Any, Timestamp, TxBody, any};
use mars_node::tx::{SignerData, Tx};
use mars_node::{Genesis, GenesisAccount, address, wasm};
use prost::Message;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const NAMES: [&str; 10] = [
    "minter", "trader", "staker", "voter", "keeper", "guardian", "feeder1", "feeder2", "feeder3", "deployer",
];

struct Account {
    key: SigningKey,
    address: String,
    number: u64,
    sequence: u64,
}

struct Recorder {
    port: u16,
    chain_id: String,
    accounts: BTreeMap<&'static str, Account>,
    steps: Vec<Value>,
}

/// How a transaction differs from an ordinary one.
#[derive(Clone)]
struct How {
    gas: u64,
    fee: Option<Vec<Coin>>,
    memo: String,
    amino: bool,
    sequence: Option<u64>,
    number: Option<u64>,
    chain_id: Option<String>,
    granter: String,
    timeout_height: u64,
    corrupt: bool,
    extension: bool,
}

impl Default for How {
    fn default() -> Self {
        Self {
            gas: 1_000_000,
            fee: None,
            memo: String::new(),
            amino: false,
            sequence: None,
            number: None,
            chain_id: None,
            granter: String::new(),
            timeout_height: 0,
            corrupt: false,
            extension: false,
        }
    }
}

fn gas(gas: u64) -> How {
    How { gas, ..How::default() }
}

fn coin(amount: u128, denom: &str) -> Coin {
    Coin { denom: denom.into(), amount: amount.to_string() }
}

impl Recorder {
    fn rpc(&self, method: &str, params: Value) -> Value {
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

    fn address(&self, who: &str) -> String {
        self.accounts[who].address.clone()
    }

    fn sign(&self, signers: &[&str], msgs: Vec<Any>, how: &How) -> Vec<u8> {
        let amount = how.fee.clone().unwrap_or_else(|| vec![coin(u128::from(how.gas).div_ceil(40), "umars")]);
        let extension = Any { type_url: "/cosmos.bank.v1beta1.MsgSend".into(), value: vec![] };
        let body = TxBody {
            messages: msgs,
            memo: how.memo.clone(),
            timeout_height: how.timeout_height,
            extension_options: if how.extension { vec![extension] } else { vec![] },
            ..TxBody::default()
        };
        let mode = if how.amino { 127 } else { 1 };
        let infos = signers
            .iter()
            .map(|who| {
                let account = &self.accounts[who];
                let key = account.key.verifying_key().to_encoded_point(true).as_bytes().to_vec();
                SignerInfo {
                    public_key: Some(any(&secp256k1::PubKey { key })),
                    mode_info: Some(ModeInfo {
                        sum: Some(mode_info::Sum::Single(mode_info::Single { mode })),
                    }),
                    sequence: how.sequence.unwrap_or(account.sequence),
                }
            })
            .collect();
        #[allow(deprecated)]
        let auth_info = AuthInfo {
            signer_infos: infos,
            fee: Some(Fee { amount, gas_limit: how.gas, payer: String::new(), granter: how.granter.clone() }),
            tip: None,
        };
        let mut raw = TxRaw {
            body_bytes: body.encode_to_vec(),
            auth_info_bytes: auth_info.encode_to_vec(),
            signatures: vec![vec![0; 64]; signers.len()],
        };
        let signatures = signers
            .iter()
            .map(|who| {
                let account = &self.accounts[who];
                let chain_id = how.chain_id.clone().unwrap_or_else(|| self.chain_id.clone());
                let number = how.number.unwrap_or(account.number);
                let bytes = if how.amino {
                    let data = SignerData {
                        chain_id,
                        account_number: number,
                        sequence: how.sequence.unwrap_or(account.sequence),
                    };
                    Tx::decode(&raw.encode_to_vec()).unwrap().sign_bytes(127, &data).unwrap()
                } else {
                    SignDoc {
                        body_bytes: raw.body_bytes.clone(),
                        auth_info_bytes: raw.auth_info_bytes.clone(),
                        chain_id,
                        account_number: number,
                    }
                    .encode_to_vec()
                };
                let signature: k256::ecdsa::Signature = account.key.sign(&bytes);
                let mut signature = signature.to_bytes().to_vec();
                if how.corrupt {
                    signature[10] ^= 1;
                }
                signature
            })
            .collect();
        raw.signatures = signatures;
        raw.encode_to_vec()
    }

    /// Sends `bytes`, waits for its block and writes both answers down.
    fn send_bytes(&mut self, name: &str, bytes: &[u8]) -> Value {
        let check = self.rpc("broadcast_tx_sync", json!({ "tx": STANDARD.encode(bytes) }));
        let check = check.get("result").cloned().unwrap_or(check);
        let mut step = json!({ "name": name, "tx": STANDARD.encode(bytes), "check": {
            "code": check["code"], "codespace": check["codespace"], "log": check["log"],
        } });
        if check["code"] == 0 {
            let hash = STANDARD.encode(Sha256::digest(bytes));
            let found = (0..200)
                .find_map(|_| {
                    sleep(Duration::from_millis(100));
                    let answer = self.rpc("tx", json!({ "hash": hash, "prove": false }));
                    answer.get("result").cloned()
                })
                .expect("the transaction is in a block");
            let height: u64 = found["height"].as_str().unwrap().parse().unwrap();
            let block = self.rpc("block", json!({ "height": height.to_string() }));
            step["height"] = json!(height);
            step["index"] = found["index"].clone();
            step["time"] = block["result"]["block"]["header"]["time"].clone();
            step["result"] = found["tx_result"].clone();
        }
        let code = if check["code"] == 0 { step["result"]["code"].clone() } else { check["code"].clone() };
        eprintln!(
            "{name}: code {code} {}",
            step["result"]["log"].as_str().or(check["log"].as_str()).unwrap_or("")
        );
        self.steps.push(step.clone());
        step
    }

    fn send_as(&mut self, name: &str, signers: &[&'static str], msgs: Vec<Any>, how: &How) -> Value {
        let bytes = self.sign(signers, msgs, how);
        let step = self.send_bytes(name, &bytes);
        if step["check"]["code"] == 0 {
            for who in signers {
                self.accounts.get_mut(who).unwrap().sequence += 1;
            }
        }
        step
    }

    fn send(&mut self, name: &str, who: &'static str, msg: Any, how: &How) -> Value {
        self.send_as(name, &[who], vec![msg], how)
    }

    fn transfer(&self, from: &str, to: &str, coins: Vec<Coin>) -> Any {
        any(&MsgSend { from_address: self.address(from), to_address: to.into(), amount: coins })
    }

    fn execute(&self, from: &str, contract: &str, msg: &Value, funds: Vec<Coin>) -> Any {
        any(&MsgExecuteContract {
            sender: self.address(from),
            contract: contract.into(),
            msg: msg.to_string().into_bytes(),
            funds,
        })
    }

    fn instantiate(&self, from: &str, code_id: u64, label: &str, msg: &Value, funds: Vec<Coin>) -> Any {
        any(&MsgInstantiateContract {
            sender: self.address(from),
            admin: self.address(from),
            code_id,
            label: label.into(),
            msg: msg.to_string().into_bytes(),
            funds,
        })
    }

    fn store(&self, from: &str, code: &[u8]) -> Any {
        any(&MsgStoreCode {
            sender: self.address(from),
            wasm_byte_code: code.to_vec(),
            instantiate_permission: None,
        })
    }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let port = args.next().expect("usage: record PORT FILE").parse().unwrap();
    let file = args.next().expect("usage: record PORT FILE");
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let text = std::fs::read_to_string(format!("{root}/scripts/accounts")).unwrap();
    let phrase = text.lines().find_map(|line| line.strip_prefix("mnemonic ")).unwrap().trim();
    let seed = Mnemonic::new(phrase, Language::English).unwrap().to_seed("");
    let mut recorder =
        Recorder { port, chain_id: String::new(), accounts: BTreeMap::new(), steps: Vec::new() };
    let genesis = recorder.rpc("genesis", json!({}))["result"]["genesis"].clone();
    recorder.chain_id = genesis["chain_id"].as_str().unwrap().to_owned();
    let listed = genesis["app_state"]["auth"]["accounts"].as_array().unwrap().clone();
    for (index, name) in NAMES.iter().enumerate() {
        let path = format!("m/44'/118'/0'/0/{index}").parse().unwrap();
        let key = XPrv::derive_from_path(&seed, &path).unwrap();
        let key = SigningKey::from_bytes(&key.to_bytes().into()).unwrap();
        let public = key.verifying_key().to_encoded_point(true).as_bytes().to_vec();
        let address = address::encode("mars", &mars_node::tx::PubKey::Secp256k1(public).address());
        let number = listed.iter().position(|account| account["address"] == json!(address)).unwrap();
        let number = u64::try_from(number).unwrap();
        recorder.accounts.insert(name, Account { key, address, number, sequence: 0 });
    }
    record(&mut recorder, root);
    let golden = json!({ "genesis": our_genesis(&genesis, &listed), "steps": recorder.steps });
    std::fs::write(&file, serde_json::to_string_pretty(&golden).unwrap() + "\n").unwrap();
    eprintln!("{} steps in {file}", recorder.steps.len());
}

fn our_genesis(genesis: &Value, listed: &[Value]) -> Value {
    let mut ours = Genesis::new(genesis["chain_id"].as_str().unwrap(), "mars", "umars");
    ours.min_gas_prices = "0.025umars".into();
    for account in listed {
        let address = account["address"].as_str().unwrap();
        let balances = genesis["app_state"]["bank"]["balances"].as_array().unwrap();
        let balance = balances.iter().find(|balance| balance["address"] == account["address"]).unwrap();
        let coins = balance["coins"].as_array().unwrap().iter();
        let coins: Vec<String> = coins
            .map(|coin| format!("{}{}", coin["amount"].as_str().unwrap(), coin["denom"].as_str().unwrap()))
            .collect();
        ours.accounts.push(GenesisAccount { address: address.into(), coins: coins.join(",") });
    }
    serde_json::to_value(ours).unwrap()
}

fn record(r: &mut Recorder, root: &str) {
    let probe = std::fs::read(format!("{root}/packages/mars-node/tests/golden/probe.wasm.gz")).unwrap();
    bank(r);
    ante(r);
    let first = contracts(r, &probe);
    replies(r, &first);
    machine(r, &first);
    queries(r, &first);
    grants(r, &first);
}

fn bank(r: &mut Recorder) {
    let (trader, staker) = (r.address("trader"), r.address("staker"));
    let fresh = address::encode("mars", &[7; 20]);
    r.send("send", "minter", r.transfer("minter", &trader, vec![coin(1_000, "umars")]), &gas(200_000));
    r.send("send again", "minter", r.transfer("minter", &trader, vec![coin(1_000, "umars")]), &gas(200_000));
    r.send(
        "send to a new account",
        "minter",
        r.transfer("minter", &fresh, vec![coin(5, "uusdc")]),
        &gas(200_000),
    );
    let two = vec![coin(1, "sats"), coin(2, "ubusd")];
    r.send("send two coins", "trader", r.transfer("trader", &staker, two), &gas(200_000));
    r.send(
        "send too much",
        "trader",
        r.transfer("trader", &staker, vec![coin(1 << 100, "umars")]),
        &gas(200_000),
    );
    r.send(
        "send what is not there",
        "trader",
        r.transfer("trader", &staker, vec![coin(1, "nothing")]),
        &gas(200_000),
    );
    r.send("send nothing", "trader", r.transfer("trader", &staker, vec![]), &gas(200_000));
    r.send("send zero", "trader", r.transfer("trader", &staker, vec![coin(0, "umars")]), &gas(200_000));
    let unsorted = vec![coin(1, "umars"), coin(1, "sats")];
    r.send("send unsorted coins", "trader", r.transfer("trader", &staker, unsorted), &gas(200_000));
    r.send(
        "send to no address",
        "trader",
        r.transfer("trader", "mars1nonsense", vec![coin(1, "umars")]),
        &gas(200_000),
    );
    let module = address::encode("mars", &address::module("fee_collector"));
    r.send(
        "send to a module",
        "trader",
        r.transfer("trader", &module, vec![coin(1, "umars")]),
        &gas(200_000),
    );
    let all = vec![coin(2_000, "umars")];
    let to_self = r.transfer("trader", &trader, all);
    r.send("send to oneself", "trader", to_self, &gas(200_000));
    r.send_as(
        "two messages, the second fails",
        &["minter"],
        vec![
            r.transfer("minter", &trader, vec![coin(7, "umars")]),
            r.transfer("minter", &trader, vec![coin(1 << 100, "umars")]),
        ],
        &gas(300_000),
    );
    r.send_as(
        "two signers",
        &["minter", "trader"],
        vec![
            r.transfer("minter", &trader, vec![coin(7, "umars")]),
            r.transfer("trader", &staker, vec![coin(8, "umars")]),
        ],
        &gas(300_000),
    );
    let output =
        |address: &str, amount| Output { address: address.into(), coins: vec![coin(amount, "uusdc")] };
    let input =
        |r: &Recorder, amount| Input { address: r.address("minter"), coins: vec![coin(amount, "uusdc")] };
    let new = address::encode("mars", &[8; 20]);
    let multi =
        MsgMultiSend { inputs: vec![input(r, 30)], outputs: vec![output(&trader, 10), output(&new, 20)] };
    r.send("multi-send", "minter", any(&multi), &gas(300_000));
    let multi = MsgMultiSend { inputs: vec![input(r, 30)], outputs: vec![output(&trader, 10)] };
    r.send("multi-send that does not add up", "minter", any(&multi), &gas(300_000));
}

fn ante(r: &mut Recorder) {
    let trader = r.address("trader");
    let pay = |r: &Recorder| r.transfer("minter", &trader, vec![coin(1, "umars")]);
    r.send("memo", "minter", pay(r), &How { memo: "a <memo> & more".into(), ..gas(200_000) });
    r.send("amino", "minter", pay(r), &How { amino: true, memo: "a <memo> & more".into(), ..gas(200_000) });
    r.send("memo too large", "minter", pay(r), &How { memo: "x".repeat(257), ..gas(200_000) });
    r.send("wrong sequence", "minter", pay(r), &How { sequence: Some(99), ..gas(200_000) });
    r.send("wrong number", "minter", pay(r), &How { number: Some(99), ..gas(200_000) });
    r.send("wrong number in amino", "minter", pay(r), &How { amino: true, number: Some(99), ..gas(200_000) });
    r.send("wrong chain", "minter", pay(r), &How { chain_id: Some("other".into()), ..gas(200_000) });
    r.send("corrupt signature", "minter", pay(r), &How { corrupt: true, ..gas(200_000) });
    r.send("fee too low", "minter", pay(r), &How { fee: Some(vec![coin(1, "umars")]), ..gas(200_000) });
    r.send("no fee", "minter", pay(r), &How { fee: Some(vec![]), ..gas(200_000) });
    r.send(
        "fee in another coin",
        "minter",
        pay(r),
        &How { fee: Some(vec![coin(9_000, "uusdc")]), ..gas(200_000) },
    );
    r.send(
        "fee that is not there",
        "minter",
        pay(r),
        &How { fee: Some(vec![coin(1 << 100, "umars")]), ..gas(200_000) },
    );
    r.send("gas for nothing", "minter", pay(r), &gas(0));
    r.send("gas for half the checks", "minter", pay(r), &gas(20_000));
    r.send("gas for the checks alone", "minter", pay(r), &gas(70_000));
    r.send("gas too much", "minter", pay(r), &How { fee: Some(vec![coin(5_000, "umars")]), ..gas(u64::MAX) });
    r.send("timed out", "minter", pay(r), &How { timeout_height: 1, ..gas(200_000) });
    r.send("timeout far away", "minter", pay(r), &How { timeout_height: 1_000_000, ..gas(200_000) });
    r.send("extension", "minter", pay(r), &How { extension: true, ..gas(200_000) });
    let foreign = r.transfer("trader", &trader, vec![coin(1, "umars")]);
    r.send_as("signed by someone else", &["minter"], vec![foreign], &gas(200_000));
    r.send_as("no messages", &["minter"], vec![], &gas(200_000));
    let unknown = Any { type_url: "/cosmos.nowhere.v1.MsgNothing".into(), value: vec![] };
    r.send("unknown message", "minter", unknown, &gas(200_000));
    r.send_bytes("no bytes", &[]);
    r.send_bytes("nonsense", b"nonsense");
    let mut bytes = r.sign(&["minter"], vec![pay(r)], &gas(200_000));
    bytes.extend([0x2a, 1, 0]);
    r.send_bytes("unknown field of the transaction", &bytes);
    let mut message = pay(r);
    message.value.extend([0x32, 1, 0]);
    r.send("unknown field of a message", "minter", message, &gas(200_000));
}

fn tell() -> Value {
    json!({ "tell": {} })
}

struct Probes {
    code: u64,
    checksum: Vec<u8>,
    one: String,
    two: String,
}

fn contracts(r: &mut Recorder, probe: &[u8]) -> Probes {
    let store = r.store("deployer", probe);
    r.send("store", "deployer", store, &gas(5_000_000));
    let raw = {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(probe).read_to_end(&mut plain).unwrap();
        plain
    };
    let checksum = Sha256::digest(&raw).to_vec();
    r.send("store with too little gas", "deployer", r.store("deployer", probe), &gas(700_000));
    r.send("store nothing", "deployer", r.store("deployer", &[]), &gas(500_000));
    r.send(
        "store what is no wasm",
        "deployer",
        r.store("deployer", b"\0asm\x01\0\0\0nonsense"),
        &gas(500_000),
    );
    r.send(
        "store a wasm without exports",
        "deployer",
        r.store("deployer", b"\0asm\x01\0\0\0"),
        &gas(500_000),
    );
    r.send("store broken gzip", "deployer", r.store("deployer", b"\x1f\x8b\x08nonsense"), &gas(500_000));
    let (one, two) =
        (address::encode("mars", &wasm::classic(1, 1)), address::encode("mars", &wasm::classic(1, 2)));
    let first = r.instantiate("deployer", 1, "one", &tell(), vec![]);
    r.send("instantiate", "deployer", first, &gas(500_000));
    let second = r.instantiate("deployer", 1, "two", &tell(), vec![coin(5, "sats"), coin(6, "umars")]);
    r.send("instantiate with funds", "deployer", second, &gas(500_000));
    let bad = r.instantiate("deployer", 9, "nine", &tell(), vec![]);
    r.send("instantiate a code that is not there", "deployer", bad, &gas(500_000));
    let bad = r.instantiate("deployer", 1, "", &tell(), vec![]);
    r.send("instantiate without label", "deployer", bad, &gas(500_000));
    let bad = r.instantiate("deployer", 1, " spaced ", &tell(), vec![]);
    r.send("instantiate with a spaced label", "deployer", bad, &gas(500_000));
    let bad = r.instantiate(
        "deployer",
        1,
        "fails",
        &json!({ "fail": { "text": "no <way>" } }),
        vec![coin(5, "sats")],
    );
    r.send("instantiate that fails", "deployer", bad, &gas(500_000));
    let bad = r.instantiate("deployer", 1, "unknown", &json!({ "nothing": {} }), vec![]);
    r.send("instantiate with an unknown message", "deployer", bad, &gas(500_000));
    let predictable = |r: &Recorder, salt: &[u8], fix_msg| {
        any(&MsgInstantiateContract2 {
            sender: r.address("deployer"),
            admin: String::new(),
            code_id: 1,
            label: "predicted".into(),
            msg: tell().to_string().into_bytes(),
            funds: vec![],
            salt: salt.to_vec(),
            fix_msg,
        })
    };
    r.send("instantiate2", "deployer", predictable(r, b"salt", false), &gas(500_000));
    r.send("instantiate2 again", "deployer", predictable(r, b"salt", false), &gas(500_000));
    r.send("instantiate2 with a fixed message", "deployer", predictable(r, b"salt", true), &gas(500_000));
    r.send("instantiate2 without salt", "deployer", predictable(r, b"", false), &gas(500_000));

    r.send("execute", "minter", r.execute("minter", &one, &tell(), vec![]), &gas(300_000));
    r.send(
        "execute with funds",
        "minter",
        r.execute("minter", &one, &tell(), vec![coin(3, "uusdc")]),
        &gas(300_000),
    );
    r.send(
        "execute in amino",
        "minter",
        r.execute("minter", &one, &tell(), vec![coin(3, "uusdc")]),
        &How { amino: true, ..gas(300_000) },
    );
    r.send(
        "execute with funds that are not there",
        "minter",
        r.execute("minter", &one, &tell(), vec![coin(3, "nothing")]),
        &gas(300_000),
    );
    let fail = json!({ "fail": { "text": "no & never" } });
    r.send(
        "execute that fails",
        "minter",
        r.execute("minter", &one, &fail, vec![coin(3, "uusdc")]),
        &gas(300_000),
    );
    let panic = json!({ "panic": { "text": "oh" } });
    r.send("execute that panics", "minter", r.execute("minter", &one, &panic, vec![]), &gas(300_000));
    let none = address::encode("mars", &[9; 32]);
    r.send("execute where nothing is", "minter", r.execute("minter", &none, &tell(), vec![]), &gas(300_000));
    let bad = any(&MsgExecuteContract {
        sender: r.address("minter"),
        contract: one.clone(),
        msg: b"{".to_vec(),
        funds: vec![],
    });
    r.send("execute what is no JSON", "minter", bad, &gas(300_000));
    let long = "v".repeat(150);
    let answer = json!({ "answer": {
        "attributes": [["key", "value"], ["<html>", "&amp;"], ["long", long], [" spaced ", " value "], ["empty", ""]],
        "events": [{ "type": "first", "attributes": [{ "key": "b", "value": "2" }, { "key": "a", "value": "1" }] }, { "type": "second", "attributes": [] }],
        "data": STANDARD.encode("data"),
    } });
    r.send("events and data", "minter", r.execute("minter", &one, &answer, vec![]), &gas(300_000));
    for (name, attributes, events) in [
        ("reserved attribute", json!([["_key", "v"]]), json!([])),
        ("empty attribute", json!([[" ", "v"]]), json!([])),
        ("short event", json!([]), json!([{ "type": "ab", "attributes": [] }])),
        ("module attribute", json!([["module", "mine"]]), json!([])),
    ] {
        let msg = json!({ "answer": { "attributes": attributes, "events": events } });
        r.send(name, "minter", r.execute("minter", &one, &msg, vec![]), &gas(300_000));
    }
    r.send_as(
        "two calls of one contract, the second cheaper",
        &["minter"],
        vec![r.execute("minter", &one, &tell(), vec![]), r.execute("minter", &two, &tell(), vec![])],
        &gas(400_000),
    );
    r.send_as(
        "two calls, the second fails",
        &["minter"],
        vec![r.execute("minter", &one, &tell(), vec![]), r.execute("minter", &one, &fail, vec![])],
        &gas(400_000),
    );

    r.send("store again", "deployer", r.store("deployer", &raw), &gas(5_000_000));
    let migrate = |r: &Recorder, who: &str, code_id, msg: &Value| {
        any(&MsgMigrateContract {
            sender: r.address(who),
            contract: two.clone(),
            code_id,
            msg: msg.to_string().into_bytes(),
        })
    };
    r.send("migrate", "deployer", migrate(r, "deployer", 2, &tell()), &gas(400_000));
    r.send("migrate by someone else", "minter", migrate(r, "minter", 2, &tell()), &gas(400_000));
    r.send("migrate to no code", "deployer", migrate(r, "deployer", 99, &tell()), &gas(400_000));
    r.send("migrate that fails", "deployer", migrate(r, "deployer", 1, &fail), &gas(400_000));
    let label = any(&MsgUpdateContractLabel {
        sender: r.address("deployer"),
        new_label: "renamed".into(),
        contract: two.clone(),
    });
    r.send("rename", "deployer", label, &gas(200_000));
    let admin = |r: &Recorder, who: &str, new: &str| {
        any(&MsgUpdateAdmin { sender: r.address(who), new_admin: r.address(new), contract: two.clone() })
    };
    r.send("new admin", "deployer", admin(r, "deployer", "minter"), &gas(200_000));
    r.send("new admin by the old", "deployer", admin(r, "deployer", "trader"), &gas(200_000));
    r.send("same admin", "minter", admin(r, "minter", "minter"), &gas(200_000));
    let clear = any(&MsgClearAdmin { sender: r.address("minter"), contract: two.clone() });
    r.send("clear admin", "minter", clear.clone(), &gas(200_000));
    r.send("clear admin again", "minter", clear, &gas(200_000));
    let pin = any(&MsgPinCodes { authority: r.address("minter"), code_ids: vec![1] });
    r.send("pin by someone", "minter", pin, &gas(800_000));
    let sudo =
        any(&MsgSudoContract { authority: r.address("minter"), contract: one.clone(), msg: b"{}".to_vec() });
    r.send("sudo by someone", "minter", sudo, &gas(300_000));
    Probes { code: 1, checksum, one, two }
}

fn sub(id: u64, msg: Value, reply_on: &str) -> Value {
    json!({ "id": id, "msg": msg, "payload": "", "gas_limit": null, "reply_on": reply_on })
}

fn with_payload(mut sub: Value, what: &Value) -> Value {
    sub["payload"] = json!(STANDARD.encode(what.to_string()));
    sub
}

fn with_gas(mut sub: Value, limit: u64) -> Value {
    sub["gas_limit"] = json!(limit);
    sub
}

fn call(contract: &str, msg: &Value, funds: Value) -> Value {
    json!({ "wasm": { "execute": { "contract_addr": contract, "msg": STANDARD.encode(msg.to_string()), "funds": funds } } })
}

fn bank_send(to: &str, amount: &str, denom: &str) -> Value {
    json!({ "bank": { "send": { "to_address": to, "amount": [{ "denom": denom, "amount": amount }] } } })
}

fn answer(messages: Value) -> Value {
    json!({ "answer": { "messages": messages } })
}

fn replies(r: &mut Recorder, p: &Probes) {
    let (one, two) = (p.one.clone(), p.two.clone());
    let trader = r.address("trader");
    let fail = json!({ "fail": { "text": "sub failed" } });
    let shout = json!({ "answer": {
        "attributes": [["z", "<1>"], ["a", "2"]],
        "events": [{ "type": "noise", "attributes": [{ "key": "q", "value": "1" }, { "key": "B", "value": "2" }] }],
        "data": STANDARD.encode("inner data"),
    } });
    let run = |r: &mut Recorder, name: &str, messages: Value, how: &How| {
        let msg = r.execute("minter", &one, &answer(messages), vec![coin(100, "umars")]);
        r.send(name, "minter", msg, how);
    };
    let how = gas(1_000_000);
    run(r, "sub-message without reply", json!([sub(0, call(&two, &shout, json!([])), "never")]), &how);
    for on in ["always", "success", "error", "never"] {
        run(r, &format!("reply {on} to a success"), json!([sub(1, call(&two, &shout, json!([])), on)]), &how);
        run(r, &format!("reply {on} to a failure"), json!([sub(1, call(&two, &fail, json!([])), on)]), &how);
        run(
            r,
            &format!("reply {on} to a transfer"),
            json!([sub(2, bank_send(&trader, "5", "umars"), on)]),
            &how,
        );
        run(
            r,
            &format!("reply {on} to a failed transfer"),
            json!([sub(3, bank_send(&trader, "5", "nothing"), on)]),
            &how,
        );
    }
    run(r, "even reply has no data", json!([sub(2, call(&two, &shout, json!([])), "always")]), &how);
    run(
        r,
        "three sub-messages",
        json!([
            sub(1, call(&two, &shout, json!([{ "denom": "umars", "amount": "1" }])), "always"),
            sub(3, call(&two, &fail, json!([])), "always"),
            sub(4, bank_send(&trader, "1", "umars"), "success"),
        ]),
        &how,
    );
    run(
        r,
        "reply that fails",
        json!([with_payload(sub(1, call(&two, &shout, json!([])), "always"), &fail)]),
        &how,
    );
    let nested = answer(json!([with_payload(sub(5, call(&two, &shout, json!([])), "always"), &shout)]));
    run(
        r,
        "nested replies",
        json!([with_payload(sub(7, call(&two, &nested, json!([])), "always"), &shout)]),
        &how,
    );
    let inner_fail = answer(json!([sub(5, call(&one, &fail, json!([])), "never")]));
    run(r, "failure two levels down", json!([sub(7, call(&two, &inner_fail, json!([])), "always")]), &how);
    run(
        r,
        "call of no contract",
        json!([sub(7, call(&address::encode("mars", &[9; 32]), &shout, json!([])), "always")]),
        &how,
    );
    run(r, "call of no address", json!([sub(7, call("nonsense", &shout, json!([])), "always")]), &how);
    run(r, "transfer to no address", json!([sub(7, bank_send("nonsense", "1", "umars"), "always")]), &how);
    run(
        r,
        "transfer of nothing",
        json!([sub(7, json!({ "bank": { "send": { "to_address": trader, "amount": [] } } }), "always")]),
        &how,
    );
    run(r, "transfer of zero", json!([sub(7, bank_send(&trader, "0", "umars"), "always")]), &how);
    run(
        r,
        "burn",
        json!([sub(
            7,
            json!({ "bank": { "burn": { "amount": [{ "denom": "umars", "amount": "2" }] } } }),
            "always"
        )]),
        &how,
    );
    run(
        r,
        "burn too much",
        json!([sub(
            7,
            json!({ "bank": { "burn": { "amount": [{ "denom": "umars", "amount": "200000000" }] } } }),
            "always"
        )]),
        &how,
    );
    run(r, "burn nothing", json!([sub(7, json!({ "bank": { "burn": { "amount": [] } } }), "always")]), &how);
    let new = json!({ "wasm": { "instantiate": { "admin": null, "code_id": p.code, "msg": STANDARD.encode(tell().to_string()), "funds": [], "label": "child" } } });
    run(r, "instantiate a child", json!([sub(1, new, "always")]), &how);
    let new = json!({ "wasm": { "instantiate2": { "admin": one, "code_id": p.code, "msg": STANDARD.encode(tell().to_string()), "funds": [], "label": "child", "salt": STANDARD.encode("s") } } });
    run(r, "instantiate2 a child", json!([sub(1, new.clone(), "always")]), &how);
    run(r, "instantiate2 a child again", json!([sub(1, new, "always")]), &how);
    let any_send = any(&MsgSend {
        from_address: one.clone(),
        to_address: trader.clone(),
        amount: vec![coin(1, "umars")],
    });
    let as_any = |name: &str, any: &Any| json!({ name: { "type_url": any.type_url, "value": STANDARD.encode(&any.value) } });
    run(r, "any", json!([sub(1, as_any("any", &any_send), "always")]), &how);
    run(r, "stargate", json!([sub(1, as_any("stargate", &any_send), "always")]), &how);
    let foreign = r.transfer("trader", &one, vec![coin(1, "umars")]);
    run(r, "any for someone else", json!([sub(1, as_any("any", &foreign), "always")]), &how);
    let unknown = Any { type_url: "/nothing.Msg".into(), value: vec![] };
    run(r, "any of no type", json!([sub(1, as_any("any", &unknown), "always")]), &how);
    let spin = json!({ "spin": {} });
    run(
        r,
        "limited sub-message that spins",
        json!([with_gas(sub(1, call(&two, &spin, json!([])), "always"), 300_000)]),
        &how,
    );
    run(
        r,
        "limited sub-message that fits",
        json!([with_gas(sub(1, call(&two, &shout, json!([])), "always"), 300_000)]),
        &how,
    );
    run(
        r,
        "limit below the cost of loading",
        json!([with_gas(sub(1, call(&two, &shout, json!([])), "error"), 1_000)]),
        &how,
    );
    run(
        r,
        "limit above what is left",
        json!([with_gas(sub(1, call(&two, &shout, json!([])), "always"), 10_000_000)]),
        &how,
    );
    run(r, "unlimited sub-message that spins", json!([sub(1, call(&two, &spin, json!([])), "always")]), &how);
    let deep = (0..12).fold(shout.clone(), |inner, level| {
        answer(json!([sub(
            level * 2,
            call(if level % 2 == 0 { &two } else { &one }, &inner, json!([])),
            "success"
        )]))
    });
    run(r, "twelve levels", json!([sub(1, call(&two, &deep, json!([])), "always")]), &gas(5_000_000));
    run(r, "a call of oneself", json!([sub(1, call(&one, &tell(), json!([])), "always")]), &how);
    let rollback = json!([
        sub(
            8,
            call(
                &two,
                &json!({ "write": { "key": STANDARD.encode("kept"), "value": STANDARD.encode("1"), "count": 3 } }),
                json!([])
            ),
            "always"
        ),
        sub(
            9,
            call(
                &two,
                &answer(json!([
                    sub(
                        1,
                        call(
                            &two,
                            &json!({ "write": { "key": STANDARD.encode("lost"), "value": STANDARD.encode("1"), "count": 3 } }),
                            json!([])
                        ),
                        "never"
                    ),
                    sub(2, call(&two, &fail, json!([])), "never"),
                ])),
                json!([])
            ),
            "error"
        ),
    ]);
    run(r, "one kept, one rolled back", rollback, &how);
    for (name, message) in [
        (
            "staking",
            json!({ "staking": { "delegate": { "validator": "nobody", "amount": { "denom": "umars", "amount": "1" } } } }),
        ),
        ("custom", json!({ "custom": {} })),
    ] {
        run(r, &format!("message of {name}"), json!([sub(1, message, "always")]), &how);
    }
}

fn machine(r: &mut Recorder, p: &Probes) {
    let one = p.one.clone();
    let run = |r: &mut Recorder, name: &str, msg: Value, limit: u64| {
        let msg = r.execute("minter", &one, &msg, vec![]);
        r.send(name, "minter", msg, &gas(limit));
    };
    let write = |key: &str, size: usize, count: u32| json!({ "write": { "key": STANDARD.encode(key), "value": STANDARD.encode(vec![7_u8; size]), "count": count } });
    run(r, "write", write("w", 100, 5), 500_000);
    run(r, "write much", write("much", 20_000, 2), 3_000_000);
    run(r, "overwrite", write("w", 10, 5), 500_000);
    run(r, "remove", json!({ "remove": { "key": STANDARD.encode("w"), "count": 3 } }), 500_000);
    run(
        r,
        "remove what is not there",
        json!({ "remove": { "key": STANDARD.encode("q"), "count": 3 } }),
        500_000,
    );
    let walk = |start: Value, end: Value, descending: bool, limit: u32| json!({ "walk": { "start": start, "end": end, "descending": descending, "limit": limit } });
    run(r, "walk all", walk(Value::Null, json!(STANDARD.encode("m")), false, 100), 1_000_000);
    run(r, "walk back", walk(Value::Null, json!(STANDARD.encode("m")), true, 100), 1_000_000);
    run(r, "walk two", walk(Value::Null, Value::Null, false, 2), 1_000_000);
    run(
        r,
        "walk nowhere",
        walk(json!(STANDARD.encode("x")), json!(STANDARD.encode("y")), false, 2),
        1_000_000,
    );
    run(
        r,
        "walk the wrong way",
        walk(json!(STANDARD.encode("y")), json!(STANDARD.encode("a")), false, 2),
        1_000_000,
    );
    run(r, "walk the rest", walk(json!(STANDARD.encode("r")), Value::Null, true, 50), 2_000_000);
    run(r, "address", json!({ "address": { "text": r.address("trader") } }), 300_000);
    run(r, "address of a contract", json!({ "address": { "text": one } }), 300_000);
    run(r, "no address", json!({ "address": { "text": "nonsense" } }), 300_000);
    run(
        r,
        "upper-case address",
        json!({ "address": { "text": r.address("trader").to_uppercase() } }),
        300_000,
    );
    run(
        r,
        "address of another chain",
        json!({ "address": { "text": address::encode("osmo", &[1; 20]) } }),
        300_000,
    );
    run(r, "spin", json!({ "spin": {} }), 400_000);
    run(r, "grow", json!({ "grow": {} }), 2_000_000);
    // Where gas ends, step by step: in the checks, while loading, in the machine, in a write, in the events.
    for limit in [60_000, 65_000, 90_000, 130_000, 138_000, 142_000, 146_000, 150_000, 155_000, 160_000] {
        run(r, &format!("write with {limit} gas"), write("g", 50, 4), limit);
    }
}

fn queries(r: &mut Recorder, p: &Probes) {
    let one = p.one.clone();
    let ask = |r: &mut Recorder, name: &str, request: Value| {
        let msg = r.execute("minter", &one, &json!({ "ask": { "request": request } }), vec![]);
        r.send(&format!("ask {name}"), "minter", msg, &gas(2_000_000));
    };
    let trader = r.address("trader");
    let smart = |contract: &str, msg: &Value| json!({ "wasm": { "smart": { "contract_addr": contract, "msg": STANDARD.encode(msg.to_string()) } } });
    ask(r, "balance", json!({ "bank": { "balance": { "address": trader, "denom": "umars" } } }));
    ask(
        r,
        "balance of nobody",
        json!({ "bank": { "balance": { "address": "nonsense", "denom": "umars" } } }),
    );
    ask(r, "all balances", json!({ "bank": { "all_balances": { "address": trader } } }));
    ask(r, "supply", json!({ "bank": { "supply": { "denom": "uusdc" } } }));
    ask(r, "supply of nothing", json!({ "bank": { "supply": { "denom": "nothing" } } }));
    ask(r, "smart", smart(&p.two, &tell()));
    ask(r, "smart that fails", smart(&p.two, &json!({ "fail": { "text": "no <answer>" } })));
    ask(r, "smart of nothing", smart(&address::encode("mars", &[9; 32]), &tell()));
    ask(r, "smart of no address", smart("nonsense", &tell()));
    ask(r, "smart that panics", smart(&p.two, &json!({ "panic": { "text": "oh" } })));
    ask(r, "raw", json!({ "wasm": { "raw": { "contract_addr": p.two, "key": STANDARD.encode("info") } } }));
    ask(
        r,
        "raw of nothing",
        json!({ "wasm": { "raw": { "contract_addr": p.two, "key": STANDARD.encode("none") } } }),
    );
    ask(r, "contract info", json!({ "wasm": { "contract_info": { "contract_addr": p.two } } }));
    ask(r, "contract info of nothing", json!({ "wasm": { "contract_info": { "contract_addr": trader } } }));
    ask(r, "code info", json!({ "wasm": { "code_info": { "code_id": 1 } } }));
    ask(r, "code info of nothing", json!({ "wasm": { "code_info": { "code_id": 77 } } }));
    ask(r, "stargate", json!({ "stargate": { "path": "/cosmos.bank.v1beta1.Query/Params", "data": "" } }));
    ask(r, "grpc", json!({ "grpc": { "path": "/cosmos.bank.v1beta1.Query/Params", "data": "" } }));
    ask(r, "bonded denom", json!({ "staking": { "bonded_denom": {} } }));
    ask(r, "custom", json!({ "custom": {} }));
    for depth in [1, 3, 9, 10, 11] {
        let msg = json!({ "recurse": { "contract": p.two, "depth": depth } });
        let msg = r.execute("minter", &one, &msg, vec![]);
        r.send(&format!("recursion to {depth}"), "minter", msg, &gas(3_000_000));
    }
    let spin = smart(&p.two, &json!({ "spin": {} }));
    let msg = r.execute("minter", &one, &json!({ "ask": { "request": spin } }), vec![]);
    r.send("ask what never ends", "minter", msg, &gas(500_000));
    assert_eq!(p.checksum.len(), 32);
}

fn grants(r: &mut Recorder, p: &Probes) {
    let (minter, keeper, trader) = (r.address("minter"), r.address("keeper"), r.address("trader"));
    let grant = |authorization: Any, expiration: Option<i64>| {
        any(&MsgGrant {
            granter: minter.clone(),
            grantee: keeper.clone(),
            grant: Some(Grant {
                authorization: Some(authorization),
                expiration: expiration.map(|seconds| Timestamp { seconds, nanos: 0 }),
            }),
        })
    };
    let limit = SendAuthorization { spend_limit: vec![coin(100, "umars")], allow_list: vec![] };
    r.send("grant sends", "minter", grant(any(&limit), Some(4_000_000_000)), &gas(300_000));
    let exec = |r: &Recorder, msgs: Vec<Any>| any(&MsgExec { grantee: r.address("keeper"), msgs });
    let spend = |r: &Recorder, amount| r.transfer("minter", &trader, vec![coin(amount, "umars")]);
    let msg = exec(r, vec![spend(r, 40)]);
    r.send("exec within the grant", "keeper", msg, &gas(300_000));
    let msg = exec(r, vec![spend(r, 61)]);
    r.send("exec above the grant", "keeper", msg, &gas(300_000));
    let msg = exec(r, vec![spend(r, 60)]);
    r.send("exec that uses the grant up", "keeper", msg, &gas(300_000));
    let msg = exec(r, vec![spend(r, 1)]);
    r.send("exec without grant", "keeper", msg, &gas(300_000));
    let generic = any(&GenericAuthorization { msg: "/cosmwasm.wasm.v1.MsgExecuteContract".into() });
    r.send("grant calls", "minter", grant(generic.clone(), None), &gas(300_000));
    let msg = exec(
        r,
        vec![r.execute("minter", &p.one, &tell(), vec![]), r.execute("minter", &p.two, &tell(), vec![])],
    );
    r.send("exec two calls", "keeper", msg, &gas(500_000));
    r.send("grant in the past", "minter", grant(generic, Some(1)), &gas(300_000));
    let revoke = any(&MsgRevoke {
        granter: minter.clone(),
        grantee: keeper.clone(),
        msg_type_url: "/cosmwasm.wasm.v1.MsgExecuteContract".into(),
    });
    r.send("revoke", "minter", revoke.clone(), &gas(300_000));
    r.send("revoke again", "minter", revoke, &gas(300_000));

    let basic = BasicAllowance { spend_limit: vec![coin(12_000, "umars")], expiration: None };
    let allow = any(&MsgGrantAllowance {
        granter: minter.clone(),
        grantee: keeper.clone(),
        allowance: Some(any(&basic)),
    });
    r.send("allow fees", "minter", allow.clone(), &gas(300_000));
    r.send("allow fees again", "minter", allow, &gas(300_000));
    let pay = |r: &Recorder| r.transfer("keeper", &trader, vec![coin(1, "umars")]);
    let how = How { granter: minter.clone(), ..gas(200_000) };
    r.send("pay from the allowance", "keeper", pay(r), &how);
    r.send("pay from the allowance again", "keeper", pay(r), &how);
    r.send("pay more than the allowance", "keeper", pay(r), &How { granter: minter.clone(), ..gas(300_000) });
    r.send("pay from no allowance", "keeper", pay(r), &How { granter: trader.clone(), ..gas(200_000) });
    let revoke = any(&MsgRevokeAllowance { granter: minter, grantee: keeper });
    r.send("revoke the allowance", "minter", revoke.clone(), &gas(300_000));
    r.send("revoke the allowance again", "minter", revoke, &gas(300_000));
}
