//! What CometBFT answers, field by field in its order: 64-bit numbers as text, hashes in upper-case hexadecimal, other
//! bytes in base64.

use std::fmt::Display;

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tendermint::block::{self, CommitSig, parts};
use tendermint::validator;
use tendermint_proto::p2p::DefaultNodeInfo;

use crate::app::TxResult;
use crate::block::Block as Whole;
use crate::chain::Included;
use crate::event::Event;
use crate::query::QueryResponse;
use crate::time;
use crate::tx::Tx as Transaction;

/// A 64-bit number, written as a text.
#[derive(Debug, Clone, Copy)]
pub struct Number<T>(pub T);

impl<T: Display> Serialize for Number<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Bytes in upper-case hexadecimal.
#[derive(Debug, Clone)]
pub struct Hex(pub Vec<u8>);

impl Hex {
    fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self(bytes.as_ref().to_vec())
    }
}

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode_upper(&self.0))
    }
}

/// Bytes in base64.
#[derive(Debug, Clone, Copy)]
pub struct Base64<'a>(pub &'a [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Base64Display::new(self.0, &STANDARD))
    }
}

/// Bytes in base64, of which none are `null`.
#[derive(Debug, Clone, Copy)]
pub struct Nullable<'a>(pub &'a [u8]);

impl Serialize for Nullable<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_empty() { serializer.serialize_none() } else { Base64(self.0).serialize(serializer) }
    }
}

/// Several values in base64.
#[derive(Debug, Clone, Copy)]
pub struct Base64List<'a>(pub &'a [Vec<u8>]);

impl Serialize for Base64List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for bytes in self.0 {
            list.serialize_element(&Base64(bytes))?;
        }
        list.end()
    }
}

/// A result without fields.
#[derive(Serialize)]
pub struct Empty {}

#[derive(Serialize)]
struct Parts {
    total: u32,
    hash: Hex,
}

/// The hash of a block and of its parts.
#[derive(Serialize)]
pub struct BlockId {
    hash: Hex,
    parts: Parts,
}

impl BlockId {
    fn new(id: Option<&block::Id>) -> Self {
        let part = |header: &parts::Header| Parts { total: header.total, hash: Hex::of(header.hash) };
        match id {
            Some(id) => Self { hash: Hex::of(id.hash), parts: part(&id.part_set_header) },
            None => Self { hash: Hex(Vec::new()), parts: Parts { total: 0, hash: Hex(Vec::new()) } },
        }
    }

    /// The identity of no block.
    pub fn none() -> Self {
        Self::new(None)
    }
}

#[derive(Serialize)]
struct Version {
    block: Number<u64>,
}

/// The head of a block.
#[derive(Serialize)]
pub struct Header {
    version: Version,
    chain_id: String,
    height: Number<u64>,
    time: String,
    last_block_id: BlockId,
    last_commit_hash: Hex,
    data_hash: Hex,
    validators_hash: Hex,
    next_validators_hash: Hex,
    consensus_hash: Hex,
    app_hash: Hex,
    last_results_hash: Hex,
    evidence_hash: Hex,
    proposer_address: Hex,
}

fn moment(time: tendermint::Time) -> String {
    time::rfc3339(u64::try_from(time.unix_timestamp_nanos()).unwrap_or_default())
}

impl From<&block::Header> for Header {
    fn from(header: &block::Header) -> Self {
        let optional = |hash: Option<tendermint::Hash>| hash.map_or(Hex(Vec::new()), Hex::of);
        Self {
            version: Version { block: Number(header.version.block) },
            chain_id: header.chain_id.to_string(),
            height: Number(header.height.value()),
            time: moment(header.time),
            last_block_id: BlockId::new(header.last_block_id.as_ref()),
            last_commit_hash: optional(header.last_commit_hash),
            data_hash: optional(header.data_hash),
            validators_hash: Hex::of(header.validators_hash),
            next_validators_hash: Hex::of(header.next_validators_hash),
            consensus_hash: Hex::of(header.consensus_hash),
            app_hash: Hex::of(&header.app_hash),
            last_results_hash: optional(header.last_results_hash),
            evidence_hash: optional(header.evidence_hash),
            proposer_address: Hex::of(header.proposer_address),
        }
    }
}

#[derive(Serialize)]
struct Vote {
    block_id_flag: u8,
    validator_address: Hex,
    timestamp: String,
    signature: Option<String>,
}

/// The votes that make a block final.
#[derive(Serialize)]
pub struct Commit {
    height: Number<u64>,
    round: u32,
    block_id: BlockId,
    signatures: Vec<Vote>,
}

impl From<Option<&block::Commit>> for Commit {
    fn from(commit: Option<&block::Commit>) -> Self {
        let Some(commit) = commit else {
            return Self { height: Number(0), round: 0, block_id: BlockId::none(), signatures: Vec::new() };
        };
        let signatures = commit.signatures.iter().filter_map(|vote| match vote {
            CommitSig::BlockIdFlagAbsent => None,
            CommitSig::BlockIdFlagCommit { validator_address, timestamp, signature } => {
                Some((2, validator_address, timestamp, signature))
            }
            CommitSig::BlockIdFlagNil { validator_address, timestamp, signature } => {
                Some((3, validator_address, timestamp, signature))
            }
        });
        Self {
            height: Number(commit.height.value()),
            round: commit.round.value(),
            block_id: BlockId::new(Some(&commit.block_id)),
            signatures: signatures
                .map(|(block_id_flag, address, timestamp, signature)| Vote {
                    block_id_flag,
                    validator_address: Hex::of(address),
                    timestamp: moment(*timestamp),
                    signature: signature
                        .as_ref()
                        .map(|signature| Base64Display::new(signature.as_bytes(), &STANDARD).to_string()),
                })
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct Data<'a> {
    txs: Base64List<'a>,
}

#[derive(Serialize)]
struct Evidence {
    evidence: [(); 0],
}

/// A block without its results.
#[derive(Serialize)]
pub struct Block<'a> {
    header: Header,
    data: Data<'a>,
    evidence: Evidence,
    last_commit: Commit,
}

impl<'a> From<&'a Whole> for Block<'a> {
    fn from(block: &'a Whole) -> Self {
        Self {
            header: Header::from(&block.header),
            data: Data { txs: Base64List(&block.txs) },
            evidence: Evidence { evidence: [] },
            last_commit: Commit::from(block.last_commit.as_ref()),
        }
    }
}

/// `block`, and one of the blocks of `block_search`.
#[derive(Serialize)]
pub struct BlockResult<'a> {
    block_id: BlockId,
    block: Option<Block<'a>>,
}

impl<'a> From<Option<&'a Whole>> for BlockResult<'a> {
    fn from(block: Option<&'a Whole>) -> Self {
        Self { block_id: BlockId::new(block.map(|block| &block.id)), block: block.map(Block::from) }
    }
}

/// `block_search`.
#[derive(Serialize)]
pub struct BlockSearch<'a> {
    pub blocks: Vec<BlockResult<'a>>,
    pub total_count: Number<usize>,
}

/// `header`.
#[derive(Serialize)]
pub struct HeaderResult {
    pub header: Option<Header>,
}

#[derive(Serialize)]
struct SignedHeader {
    header: Header,
    commit: Commit,
}

/// `commit`.
#[derive(Serialize)]
pub struct CommitResult {
    signed_header: SignedHeader,
    canonical: bool,
}

impl CommitResult {
    /// The commit of `block`; canonical if the next block repeats it.
    pub fn new(block: &Whole, canonical: bool) -> Self {
        let signed_header =
            SignedHeader { header: Header::from(&block.header), commit: Commit::from(Some(&block.commit)) };
        Self { signed_header, canonical }
    }
}

/// One block of `blockchain`.
#[derive(Serialize)]
pub struct BlockMeta {
    block_id: BlockId,
    block_size: Number<usize>,
    header: Header,
    num_txs: Number<usize>,
}

impl From<&Whole> for BlockMeta {
    fn from(block: &Whole) -> Self {
        Self {
            block_id: BlockId::new(Some(&block.id)),
            block_size: Number(block.size()),
            header: Header::from(&block.header),
            num_txs: Number(block.txs.len()),
        }
    }
}

/// `blockchain`.
#[derive(Serialize)]
pub struct Blockchain {
    pub last_height: Number<u64>,
    pub block_metas: Vec<BlockMeta>,
}

#[derive(Serialize)]
struct EventAttribute<'a> {
    key: &'a str,
    value: &'a str,
    index: bool,
}

/// Something that happened.
pub struct EventShape<'a>(&'a Event);

impl Serialize for EventShape<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            r#type: &'a str,
            attributes: Vec<EventAttribute<'a>>,
        }
        let attributes = self.0.attributes.iter();
        let attributes = attributes
            .map(|fact| EventAttribute { key: &fact.key, value: &fact.value, index: true })
            .collect();
        Shown { r#type: &self.0.kind, attributes }.serialize(serializer)
    }
}

/// `events` in their form.
pub fn events(events: &[Event]) -> Vec<EventShape<'_>> {
    events.iter().map(EventShape).collect()
}

/// How a transaction went, or was judged.
#[derive(Serialize)]
pub struct Outcome<'a> {
    code: u32,
    data: Option<Base64<'a>>,
    log: &'a str,
    info: &'static str,
    gas_wanted: Number<i64>,
    gas_used: Number<u64>,
    events: Vec<EventShape<'a>>,
    codespace: &'a str,
}

impl<'a> From<&'a TxResult> for Outcome<'a> {
    fn from(result: &'a TxResult) -> Self {
        Self {
            code: result.code,
            data: (!result.data.is_empty()).then_some(Base64(&result.data)),
            log: &result.log,
            info: "",
            // The largest limits of all are below zero in Go.
            gas_wanted: Number(result.gas_wanted.cast_signed()),
            gas_used: Number(result.gas_used),
            events: events(&result.events),
            codespace: &result.codespace,
        }
    }
}

impl<'a> Outcome<'a> {
    /// How a transaction was judged. What is sound has data, if none.
    pub fn checked(result: &'a TxResult) -> Self {
        let outcome = Self::from(result);
        if result.is_ok() { Self { data: Some(Base64(&result.data)), ..outcome } } else { outcome }
    }

    /// What stands for a transaction that was not executed.
    pub fn none() -> Self {
        Self {
            code: 0,
            data: None,
            log: "",
            info: "",
            gas_wanted: Number(0),
            gas_used: Number(0),
            events: Vec::new(),
            codespace: "",
        }
    }
}

#[derive(Serialize)]
struct MerkleProof {
    total: Number<usize>,
    index: Number<usize>,
    leaf_hash: String,
    aunts: Vec<String>,
}

/// The proof that a transaction is in a block, against the data hash of its header.
#[derive(Serialize)]
pub struct TxProof<'a> {
    root_hash: Hex,
    data: Base64<'a>,
    proof: MerkleProof,
}

fn inner(left: [u8; 32], right: [u8; 32]) -> [u8; 32] {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of the tree over `leaves`, and the siblings on the way up from the leaf at `index`.
fn climb(leaves: &[[u8; 32]], index: usize, aunts: &mut Vec<[u8; 32]>) -> [u8; 32] {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => *leaf,
        many => {
            // The left side is the greatest full tree that leaves something for the right.
            let middle = many.len().next_power_of_two() / 2;
            let (left, right) = many.split_at(middle);
            let mut ignored = Vec::new();
            if index < middle {
                let root = climb(left, index, aunts);
                let sibling = climb(right, 0, &mut ignored);
                aunts.push(sibling);
                inner(root, sibling)
            } else {
                let root = climb(right, index - middle, aunts);
                let sibling = climb(left, 0, &mut ignored);
                aunts.push(sibling);
                inner(sibling, root)
            }
        }
    }
}

impl<'a> TxProof<'a> {
    fn new(tx: &'a Included) -> Self {
        let leaf = |bytes: &Vec<u8>| -> [u8; 32] {
            Sha256::new().chain_update([0]).chain_update(Transaction::hash(bytes)).finalize().into()
        };
        let leaves: Vec<[u8; 32]> = tx.block.txs.iter().map(leaf).collect();
        let index = usize::try_from(tx.index).unwrap_or(usize::MAX);
        let mut aunts = Vec::new();
        let root = climb(&leaves, index, &mut aunts);
        let base64 = |hash: &[u8; 32]| Base64Display::new(hash, &STANDARD).to_string();
        Self {
            root_hash: Hex::of(root),
            data: Base64(tx.bytes()),
            proof: MerkleProof {
                total: Number(leaves.len()),
                index: Number(index),
                leaf_hash: leaves.get(index).map(base64).unwrap_or_default(),
                aunts: aunts.iter().map(base64).collect(),
            },
        }
    }
}

/// `tx`, and one transaction of `tx_search`.
#[derive(Serialize)]
pub struct TxFound<'a> {
    hash: Hex,
    height: Number<u64>,
    index: u32,
    tx_result: Outcome<'a>,
    tx: Base64<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<TxProof<'a>>,
}

impl<'a> TxFound<'a> {
    /// A transaction, with the proof of its inclusion if asked for.
    pub fn new(tx: &'a Included, prove: bool) -> Self {
        Self {
            hash: Hex::of(Transaction::hash(tx.bytes())),
            height: Number(tx.block.height()),
            index: tx.index,
            tx_result: tx.result().map_or_else(Outcome::none, Outcome::from),
            tx: Base64(tx.bytes()),
            proof: prove.then(|| TxProof::new(tx)),
        }
    }
}

/// `tx_search`.
#[derive(Serialize)]
pub struct TxSearch<'a> {
    pub txs: Vec<TxFound<'a>>,
    pub total_count: Number<usize>,
}

/// `broadcast_tx_sync` and `broadcast_tx_async`.
#[derive(Serialize)]
pub struct Sent<'a> {
    pub code: u32,
    pub data: Hex,
    pub log: &'a str,
    pub codespace: &'a str,
    pub hash: Hex,
}

/// `broadcast_tx_commit`.
#[derive(Serialize)]
pub struct Committed<'a> {
    pub check_tx: Outcome<'a>,
    pub tx_result: Outcome<'a>,
    pub hash: Hex,
    pub height: Number<u64>,
}

/// The consensus parameters of a block in which nothing about them changed, as the SDK repeats them.
fn repeated_params(max_block_gas: Option<u64>) -> Value {
    let mut params = crate::block::consensus_params_json(max_block_gas);
    for part in ["version", "abci"] {
        if let Some(part) = params.get_mut(part) {
            *part = Value::Object(serde_json::Map::new());
        }
    }
    params
}

/// `block_results`.
#[derive(Serialize)]
pub struct BlockResults<'a> {
    height: Number<u64>,
    txs_results: Option<Vec<Outcome<'a>>>,
    finalize_block_events: Vec<EventShape<'a>>,
    validator_updates: Option<()>,
    consensus_param_updates: Value,
    app_hash: Base64<'a>,
}

impl<'a> BlockResults<'a> {
    /// The results of `block`.
    pub fn new(block: &'a Whole, max_block_gas: Option<u64>) -> Self {
        Self {
            height: Number(block.height()),
            txs_results: (!block.results.is_empty())
                .then(|| block.results.iter().map(Outcome::from).collect()),
            finalize_block_events: events(&block.events),
            validator_updates: None,
            consensus_param_updates: repeated_params(max_block_gas),
            app_hash: Base64(&block.app_hash),
        }
    }
}

#[derive(Serialize)]
struct FinalizeBlock<'a> {
    events: Vec<EventShape<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tx_results: Vec<Outcome<'a>>,
    validator_updates: [(); 0],
    consensus_param_updates: Value,
    app_hash: Base64<'a>,
}

/// The value of a `NewBlock` event.
#[derive(Serialize)]
pub struct NewBlock<'a> {
    block: Block<'a>,
    block_id: BlockId,
    result_finalize_block: FinalizeBlock<'a>,
}

impl<'a> NewBlock<'a> {
    /// The event of `block`.
    pub fn new(block: &'a Whole, max_block_gas: Option<u64>) -> Self {
        Self {
            block: Block::from(block),
            block_id: BlockId::new(Some(&block.id)),
            result_finalize_block: FinalizeBlock {
                events: events(&block.events),
                tx_results: block.results.iter().map(Outcome::from).collect(),
                validator_updates: [],
                consensus_param_updates: repeated_params(max_block_gas),
                app_hash: Base64(&block.app_hash),
            },
        }
    }
}

/// The value of a `NewBlockEvents` event.
#[derive(Serialize)]
pub struct NewBlockEvents<'a> {
    height: Number<u64>,
    events: Vec<EventShape<'a>>,
    num_txs: Number<usize>,
}

impl<'a> From<&'a Whole> for NewBlockEvents<'a> {
    fn from(block: &'a Whole) -> Self {
        Self {
            height: Number(block.height()),
            events: events(&block.events),
            num_txs: Number(block.txs.len()),
        }
    }
}

fn zero<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A result inside of a `Tx` event, where CometBFT leaves out what is zero.
#[derive(Serialize)]
struct Sparse<'a> {
    #[serde(skip_serializing_if = "zero")]
    code: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Base64<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    log: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    gas_wanted: Option<Number<u64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gas_used: Option<Number<u64>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<EventShape<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    codespace: &'a str,
}

#[derive(Serialize)]
struct Numbered<'a> {
    height: Number<u64>,
    #[serde(skip_serializing_if = "zero")]
    index: u32,
    tx: Base64<'a>,
    result: Sparse<'a>,
}

/// The value of a `Tx` event.
#[derive(Serialize)]
pub struct TxEvent<'a> {
    #[serde(rename = "TxResult")]
    tx_result: Numbered<'a>,
}

impl<'a> TxEvent<'a> {
    /// The event of the transaction at `index` of `block`.
    pub fn new(block: &'a Whole, index: u32, bytes: &'a [u8], result: &'a TxResult) -> Self {
        let positive = |number: u64| (number > 0).then_some(Number(number));
        Self {
            tx_result: Numbered {
                height: Number(block.height()),
                index,
                tx: Base64(bytes),
                result: Sparse {
                    code: result.code,
                    data: (!result.data.is_empty()).then_some(Base64(&result.data)),
                    log: &result.log,
                    gas_wanted: positive(result.gas_wanted),
                    gas_used: positive(result.gas_used),
                    events: events(&result.events),
                    codespace: &result.codespace,
                },
            },
        }
    }
}

#[derive(Serialize)]
struct PubKey {
    r#type: &'static str,
    value: String,
}

/// A member of the validator set.
#[derive(Serialize)]
pub struct Validator {
    pub address: Hex,
    pub_key: PubKey,
    voting_power: Number<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposer_priority: Option<Number<i64>>,
}

impl From<&validator::Info> for Validator {
    fn from(info: &validator::Info) -> Self {
        let key = info.pub_key.to_bytes();
        Self {
            address: Hex::of(info.address),
            pub_key: PubKey {
                r#type: "tendermint/PubKeyEd25519",
                value: Base64Display::new(&key, &STANDARD).to_string(),
            },
            voting_power: Number(info.power()),
            proposer_priority: Some(Number(0)),
        }
    }
}

impl Validator {
    /// The validator as `status` shows it, without priority.
    #[must_use]
    pub fn without_priority(mut self) -> Self {
        self.proposer_priority = None;
        self
    }
}

/// `validators`.
#[derive(Serialize)]
pub struct Validators {
    pub block_height: Number<u64>,
    pub validators: Vec<Validator>,
    pub count: Number<usize>,
    pub total: Number<usize>,
}

/// `consensus_params`.
#[derive(Serialize)]
pub struct ConsensusParams {
    pub block_height: Number<u64>,
    pub consensus_params: Value,
}

#[derive(Serialize)]
pub struct ProtocolVersion {
    p2p: Number<u64>,
    block: Number<u64>,
    app: Number<u64>,
}

#[derive(Serialize)]
pub struct NodeInfoOther {
    tx_index: String,
    rpc_address: String,
}

/// Who the node is.
#[derive(Serialize)]
pub struct NodeInfo {
    protocol_version: ProtocolVersion,
    id: String,
    listen_addr: String,
    network: String,
    version: String,
    channels: String,
    moniker: String,
    other: NodeInfoOther,
}

impl NodeInfo {
    /// The node `info`, listening at `rpc_address`.
    pub fn new(info: DefaultNodeInfo, rpc_address: String) -> Self {
        let version = info.protocol_version.unwrap_or_default();
        Self {
            protocol_version: ProtocolVersion {
                p2p: Number(version.p2p),
                block: Number(version.block),
                app: Number(version.app),
            },
            id: info.default_node_id,
            listen_addr: info.listen_addr,
            network: info.network,
            version: info.version,
            channels: hex::encode_upper(info.channels),
            moniker: info.moniker,
            other: NodeInfoOther { tx_index: info.other.unwrap_or_default().tx_index, rpc_address },
        }
    }
}

/// How far the node is.
#[derive(Serialize)]
pub struct SyncInfo {
    latest_block_hash: Hex,
    latest_app_hash: Hex,
    latest_block_height: Number<u64>,
    latest_block_time: String,
    earliest_block_hash: Hex,
    earliest_app_hash: Hex,
    earliest_block_height: Number<u64>,
    earliest_block_time: String,
    catching_up: bool,
}

impl SyncInfo {
    /// A chain kept from `earliest` to `latest`.
    pub fn new(earliest: &Whole, latest: &Whole) -> Self {
        Self {
            latest_block_hash: Hex::of(latest.id.hash),
            latest_app_hash: Hex::of(&latest.header.app_hash),
            latest_block_height: Number(latest.height()),
            latest_block_time: moment(latest.header.time),
            earliest_block_hash: Hex::of(earliest.id.hash),
            earliest_app_hash: Hex::of(&earliest.header.app_hash),
            earliest_block_height: Number(earliest.height()),
            earliest_block_time: moment(earliest.header.time),
            catching_up: false,
        }
    }
}

/// `status`.
#[derive(Serialize)]
pub struct Status {
    pub node_info: NodeInfo,
    pub sync_info: SyncInfo,
    pub validator_info: Validator,
}

/// `net_info`.
#[derive(Serialize)]
pub struct NetInfo {
    pub listening: bool,
    pub listeners: [(); 0],
    pub n_peers: Number<u8>,
    pub peers: [(); 0],
}

/// `unconfirmed_txs` and `num_unconfirmed_txs`.
#[derive(Serialize)]
pub struct Waiting<'a> {
    pub n_txs: Number<usize>,
    pub total: Number<usize>,
    pub total_bytes: Number<usize>,
    pub txs: Option<Base64List<'a>>,
}

/// `genesis`.
#[derive(Serialize)]
pub struct Genesis {
    pub genesis: Value,
}

/// `genesis_chunked`.
#[derive(Serialize)]
pub struct GenesisChunk<'a> {
    pub chunk: Number<usize>,
    pub total: Number<usize>,
    pub data: Base64<'a>,
}

/// What an ABCI method answers, within `response`.
#[derive(Serialize)]
pub struct Answer<T> {
    pub response: T,
}

/// The application of the chain.
#[derive(Serialize)]
pub struct Info<'a> {
    pub data: &'static str,
    pub version: &'static str,
    pub last_block_height: Number<u64>,
    pub last_block_app_hash: Base64<'a>,
}

/// `abci_query`.
#[derive(Serialize)]
pub struct Queried<'a> {
    code: u32,
    log: &'a str,
    info: &'static str,
    index: Number<u8>,
    key: Nullable<'a>,
    value: Nullable<'a>,
    #[serde(rename = "proofOps")]
    proof_ops: Option<()>,
    height: Number<i64>,
    codespace: &'a str,
}

impl<'a> From<&'a QueryResponse> for Queried<'a> {
    fn from(response: &'a QueryResponse) -> Self {
        Self {
            code: response.code,
            log: &response.log,
            info: "",
            index: Number(0),
            key: Nullable(&response.key),
            value: Nullable(&response.value),
            proof_ops: None,
            height: Number(response.height),
            codespace: &response.codespace,
        }
    }
}

/// An event as a subscriber gets it.
#[derive(Serialize)]
pub struct Pushed<'a> {
    pub query: &'a str,
    pub data: PushedData<'a>,
    pub events: std::collections::BTreeMap<String, Vec<&'a str>>,
}

/// The type and value of an event.
#[derive(Serialize)]
pub struct PushedData<'a> {
    pub r#type: &'static str,
    pub value: &'a serde_json::value::RawValue,
}

#[cfg(test)]
mod tests {
    use tendermint::merkle::simple_hash_from_byte_vectors;

    use super::*;

    #[test]
    fn every_leaf_climbs_to_the_root_of_the_tree() {
        for count in 1..=9_u8 {
            let items: Vec<Vec<u8>> = (0..count).map(|byte| vec![byte]).collect();
            let root = simple_hash_from_byte_vectors::<tendermint::crypto::default::Sha256>(&items);
            let leaves: Vec<[u8; 32]> = items
                .iter()
                .map(|item| Sha256::new().chain_update([0]).chain_update(item).finalize().into())
                .collect();
            for index in 0..leaves.len() {
                assert_eq!(climb(&leaves, index, &mut Vec::new()), root, "{index} of {count}");
            }
        }
    }
}
