//! An account that signs its own transactions, and the contract that does what it is told.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use k256::ecdsa::signature::Signer;
use k256::ecdsa::{Signature, SigningKey};
use mars_node::proto::cosmos::bank::v1beta1::MsgSend;
use mars_node::proto::cosmos::base::v1beta1::Coin;
use mars_node::proto::cosmos::crypto::secp256k1;
use mars_node::proto::cosmos::tx::v1beta1::mode_info::{Single, Sum};
use mars_node::proto::cosmos::tx::v1beta1::{AuthInfo, Fee, ModeInfo, SignDoc, SignerInfo, TxRaw};
use mars_node::proto::wasm::{MsgExecuteContract, MsgInstantiateContract, MsgStoreCode};
use mars_node::proto::{Any, TxBody, any};
use mars_node::tx::PubKey;
use mars_node::{Block, address};
use prost::Message;
use serde_json::json;

pub const DENOM: &str = "umars";
pub const RECEIVER: [u8; 20] = [9; 20];

#[derive(Clone)]
pub struct Sender {
    key: SigningKey,
    chain: &'static str,
    number: u64,
    pub sequence: u64,
}

impl Sender {
    /// The first account of the genesis of `chain`.
    pub fn new(chain: &'static str) -> Self {
        Self::numbered(chain, 0)
    }

    /// The account of that number; 200 at most.
    pub fn numbered(chain: &'static str, number: u8) -> Self {
        let key = SigningKey::from_slice(&[7 + number; 32]).unwrap();
        Self { key, chain, number: number.into(), sequence: 0 }
    }

    fn public(&self) -> Vec<u8> {
        self.key.verifying_key().to_encoded_point(true).as_bytes().to_vec()
    }

    pub fn bytes(&self) -> Vec<u8> {
        PubKey::Secp256k1(self.public()).address()
    }

    pub fn address(&self) -> String {
        address::encode("mars", &self.bytes())
    }

    /// A signed transaction with the next sequence.
    pub fn sign(&mut self, msgs: Vec<Any>) -> Vec<u8> {
        self.sign_with(msgs, 50_000_000)
    }

    /// [`Sender::sign`] with a gas limit.
    pub fn sign_with(&mut self, msgs: Vec<Any>, gas_limit: u64) -> Vec<u8> {
        let body_bytes = TxBody { messages: msgs, ..TxBody::default() }.encode_to_vec();
        let signer = SignerInfo {
            public_key: Some(any(&secp256k1::PubKey { key: self.public() })),
            mode_info: Some(ModeInfo { sum: Some(Sum::Single(Single { mode: 1 })) }),
            sequence: self.sequence,
        };
        let fee = Fee { gas_limit, ..Fee::default() };
        #[allow(deprecated)]
        let auth_info = AuthInfo { signer_infos: vec![signer], fee: Some(fee), tip: None };
        let auth_info_bytes = auth_info.encode_to_vec();
        let doc = SignDoc {
            body_bytes: body_bytes.clone(),
            auth_info_bytes: auth_info_bytes.clone(),
            chain_id: self.chain.to_owned(),
            account_number: self.number,
        };
        let signature: Signature = self.key.sign(&doc.encode_to_vec());
        self.sequence += 1;
        TxRaw { body_bytes, auth_info_bytes, signatures: vec![signature.to_bytes().to_vec()] }.encode_to_vec()
    }

    pub fn send(&mut self, amount: u64) -> Vec<u8> {
        let amount = vec![Coin { denom: DENOM.to_owned(), amount: amount.to_string() }];
        let msg =
            MsgSend { from_address: self.address(), to_address: address::encode("mars", &RECEIVER), amount };
        self.sign(vec![any(&msg)])
    }

    pub fn store(&mut self, code: Vec<u8>) -> Vec<u8> {
        let msg = MsgStoreCode { sender: self.address(), wasm_byte_code: code, instantiate_permission: None };
        self.sign(vec![any(&msg)])
    }

    pub fn instantiate(&mut self, code_id: u64) -> Vec<u8> {
        let msg = MsgInstantiateContract {
            sender: self.address(),
            admin: String::new(),
            code_id,
            label: "probe".to_owned(),
            msg: write("begun", "yes"),
            funds: vec![],
        };
        self.sign(vec![any(&msg)])
    }

    pub fn execute(&mut self, contract: &str, msg: Vec<u8>) -> Vec<u8> {
        let msg =
            MsgExecuteContract { sender: self.address(), contract: contract.to_owned(), msg, funds: vec![] };
        self.sign(vec![any(&msg)])
    }
}

pub fn binary(text: &str) -> String {
    STANDARD.encode(text)
}

/// Tells the probe to write `value` under `key` and a number.
pub fn write(key: &str, value: &str) -> Vec<u8> {
    json!({ "write": { "key": binary(key), "value": binary(value), "count": 2 } }).to_string().into_bytes()
}

pub fn probe() -> Vec<u8> {
    let packed = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/probe.wasm.gz")).unwrap();
    let mut code = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut code).unwrap();
    code
}

/// The contract that the first transaction of `block` made.
pub fn contract_of(block: &Block) -> String {
    let events = &block.results[0].events;
    let event = events.iter().find(|event| event.kind == "instantiate").unwrap();
    event.attributes.iter().find(|a| a.key == "_contract_address").unwrap().value.clone()
}
