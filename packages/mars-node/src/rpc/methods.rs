//! The methods of CometBFT 0.38, by name.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use super::envelope::{Code, Id, Request, Response, raw};
use super::params::Params;
use super::shape::{self, Base64, Base64List, Hex, Number, Outcome};
use super::{Door, dev};
use crate::app::TxResult;
use crate::block::{Block, consensus_params_json};
use crate::chain::{Included, Reader};
use crate::dev::{Closed, DevError};
use crate::error::sdk;
use crate::index::Query;
use crate::metrics::UNKNOWN;
use crate::node::Broadcast;
use crate::query::{self, WASMD_VERSION};
use crate::time;
use crate::tx::Tx;

/// Every method with the names of its arguments, in the order in which an array gives them.
pub const METHODS: [(&str, &[&str]); 28] = [
    ("abci_info", &[]),
    ("abci_query", &["path", "data", "height", "prove"]),
    ("block", &["height"]),
    ("block_by_hash", &["hash"]),
    ("block_results", &["height"]),
    ("block_search", &["query", "page", "per_page", "order_by"]),
    ("blockchain", &["minHeight", "maxHeight"]),
    ("broadcast_evidence", &["evidence"]),
    ("broadcast_tx_async", &["tx"]),
    ("broadcast_tx_commit", &["tx"]),
    ("broadcast_tx_sync", &["tx"]),
    ("check_tx", &["tx"]),
    ("commit", &["height"]),
    ("consensus_params", &["height"]),
    ("consensus_state", &[]),
    ("dump_consensus_state", &[]),
    ("genesis", &[]),
    ("genesis_chunked", &["chunk"]),
    ("header", &["height"]),
    ("header_by_hash", &["hash"]),
    ("health", &[]),
    ("net_info", &[]),
    ("num_unconfirmed_txs", &[]),
    ("status", &[]),
    ("tx", &["hash", "prove"]),
    ("tx_search", &["query", "prove", "page", "per_page", "order_by"]),
    ("unconfirmed_txs", &["limit"]),
    ("validators", &["height", "page", "per_page"]),
];

/// The methods that only a websocket has.
pub const SUBSCRIPTIONS: [(&str, &[&str]); 3] =
    [("subscribe", &["query"]), ("unsubscribe", &["query"]), ("unsubscribe_all", &[])];

/// What `GET /` and an empty POST show.
pub fn page(host: &str) -> String {
    let mut names: Vec<_> = METHODS.iter().chain(&SUBSCRIPTIONS).collect();
    names.sort();
    let host = host.replace(['<', '>', '"', '&'], "");
    let mut page =
        String::from("<html><body><br>Available endpoints:<br><br>Endpoints that require arguments:<br>");
    for (name, arguments) in names {
        let arguments: Vec<String> = arguments.iter().map(|name| format!("{name}=_")).collect();
        let link = format!("//{host}/{name}?{}", arguments.join("&"));
        page.push_str(&format!("<a href=\"{link}\">{link}</a></br>"));
    }
    page.push_str("</body></html>");
    page
}

/// Why a call has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No such method here.
    Unknown,
    /// A call without the arguments that its method takes.
    NoParams,
    /// Arguments that cannot be read: how they came, and what is wrong with them.
    Params(&'static str, String),
    /// Anything else.
    Internal(String),
    /// A developer's control, and those are off.
    Closed(Closed),
    /// A developer's control that did not do what it was asked.
    Control(DevError),
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self::Internal(text)
    }
}

/// The result of a call.
pub type Answer = Result<Box<RawValue>, Failure>;

/// What CometBFT says when it is not given what a method takes.
pub const TOO_FEW: &str = "reflect: Call with too few input arguments";

impl Failure {
    /// Its number in JSON-RPC.
    fn code(&self) -> i64 {
        let code = match self {
            Self::Unknown | Self::Closed(_) => Code::MethodNotFound,
            Self::Params(..) => Code::InvalidParams,
            Self::NoParams | Self::Internal(_) => Code::Internal,
            Self::Control(_) => Code::Server,
        };
        code.number().into()
    }

    /// The failure as an answer over HTTP.
    pub fn response(self, id: Id) -> Response {
        match self {
            Self::Unknown => Response::error(Some(id), Code::MethodNotFound, ""),
            Self::NoParams => Response::error(Some(Id::URI), Code::Internal, TOO_FEW),
            Self::Params(kind, text) => Response::error(
                Some(id),
                Code::InvalidParams,
                format!("error converting {kind} params to arguments: {text}"),
            ),
            Self::Internal(text) => Response::error(Some(id), Code::Internal, text),
            Self::Control(error) => Response::refusal(id, error.kind(), error.to_string()),
            Self::Closed(closed) => Response::error(Some(id), Code::MethodNotFound, closed.to_string()),
        }
    }
}

/// Answers `request`, whether CometBFT has its method or only this node.
///
/// # Errors
/// See [`Failure`].
pub async fn carry_out(door: &Arc<Door>, request: &Request) -> Answer {
    let answer = if request.method.starts_with(dev::PREFIX) {
        dev::call(door, request).await
    } else {
        match arguments(request, &METHODS) {
            Ok(params) => call(door, &request.method, &params).await,
            Err(failure) => Err(failure),
        }
    };
    counted(door, &request.method, answer)
}

/// Counts what `method` answered.
pub fn counted(door: &Door, method: &str, answer: Answer) -> Answer {
    let mut names = METHODS.iter().chain(&dev::METHODS).map(|(name, _)| *name);
    let name = names.find(|name| *name == method).unwrap_or(UNKNOWN);
    door.node.metrics().request("rpc", name, answer.as_ref().map_or_else(Failure::code, |_| 0));
    answer
}

/// The arguments of `request`, which is one of `methods`.
///
/// # Errors
/// See [`Failure`].
pub fn arguments(request: &Request, methods: &[(&str, &[&str])]) -> Result<Params, Failure> {
    let (_, names) = methods.iter().find(|(name, _)| *name == request.method).ok_or(Failure::Unknown)?;
    match &request.params {
        Some(params) => Params::json(params, names).map_err(|text| Failure::Params("json", text)),
        None if names.is_empty() => Ok(Params::Json(Default::default())),
        None => Err(Failure::NoParams),
    }
}

/// How an argument is read, with the failure of this call.
macro_rules! argument {
    ($params:ident.$reader:ident($($argument:expr),*)) => {
        $params.$reader($($argument),*).map_err(|text| Failure::Params($params.kind(), text))?
    };
}

fn answer<T: Serialize>(value: &T) -> Answer {
    Ok(raw(value)?)
}

/// Calls `method`.
///
/// # Errors
/// See [`Failure`].
pub async fn call(door: &Arc<Door>, method: &str, params: &Params) -> Answer {
    let reader = door.node.reader().freeze();
    match method {
        "health" => answer(&shape::Empty {}),
        "status" => status(door, &reader),
        "abci_info" => answer(&shape::Answer {
            response: shape::Info {
                data: "WasmApp",
                version: WASMD_VERSION,
                last_block_height: Number(reader.height()),
                last_block_app_hash: Base64(&reader.app_hash()),
            },
        }),
        "abci_query" => {
            let (path, data) = (argument!(params.string("path")), argument!(params.hex("data")));
            let (height, prove) = (argument!(params.int64("height")), argument!(params.boolean("prove")));
            let reader = door.node.reader().clone();
            door.work(move || {
                let response = reader.abci_query(&path, &data, height.unwrap_or_default(), prove);
                answer(&shape::Answer { response: shape::Queried::from(&response) })
            })
            .await
        }
        "block" => {
            let height = argument!(params.int64("height"));
            answer(&shape::BlockResult::from(Some(&*block(&reader, height)?)))
        }
        "header" => {
            let height = argument!(params.int64("height"));
            answer(&shape::HeaderResult { header: Some((&block(&reader, height)?.header).into()) })
        }
        "block_by_hash" => {
            let hash = argument!(params.bytes("hash", "[]uint8"));
            answer(&shape::BlockResult::from(by_hash(&reader, &hash).as_deref()))
        }
        "header_by_hash" => {
            let block = by_hash(&reader, &argument!(params.hex("hash")));
            answer(&shape::HeaderResult { header: block.map(|block| (&block.header).into()) })
        }
        "commit" => {
            let block = block(&reader, argument!(params.int64("height")))?;
            answer(&shape::CommitResult::new(&block, block.height() != reader.height()))
        }
        "block_results" => {
            let block = block(&reader, argument!(params.int64("height")))?;
            answer(&shape::BlockResults::new(&block, reader.max_block_gas()))
        }
        "blockchain" => {
            let (least, most) = (argument!(params.int64("minHeight")), argument!(params.int64("maxHeight")));
            blockchain(&reader, least.unwrap_or_default(), most.unwrap_or_default())
        }
        "tx" => {
            let (hash, prove) =
                (argument!(params.bytes("hash", "[]uint8")), argument!(params.boolean("prove")));
            if hash.is_empty() {
                return Err(Failure::Internal("transaction hash cannot be empty".to_owned()));
            }
            let found = <[u8; 32]>::try_from(hash.as_slice()).ok().and_then(|hash| reader.tx(&hash));
            match found {
                Some(tx) => answer(&shape::TxFound::new(&tx, prove)),
                None => Err(Failure::Internal(format!("tx ({}) not found", hex::encode_upper(hash)))),
            }
        }
        "tx_search" => {
            let (text, prove) = (argument!(params.string("query")), argument!(params.boolean("prove")));
            let page =
                Page { page: argument!(params.int("page")), per_page: argument!(params.int("per_page")) };
            let order = argument!(params.string("order_by"));
            door.work(move || {
                let (query, descending) = (search(&text)?, descending(&order, false)?);
                query.require_hash().map_err(|error| Failure::Internal(error.0))?;
                let found = reader.search_txs(&query, descending, page.skip(), page.size());
                page.check(found.total)?;
                answer(&shape::TxSearch {
                    txs: found.items.iter().map(|tx| shape::TxFound::new(tx, prove)).collect(),
                    total_count: Number(found.total),
                })
            })
            .await
        }
        "block_search" => {
            let text = argument!(params.string("query"));
            let page =
                Page { page: argument!(params.int("page")), per_page: argument!(params.int("per_page")) };
            let order = argument!(params.string("order_by"));
            door.work(move || {
                let (query, descending) = (search(&text)?, descending(&order, true)?);
                let found = reader.search_blocks(&query, descending, page.skip(), page.size());
                page.check(found.total)?;
                answer(&shape::BlockSearch {
                    blocks: found.items.iter().map(|block| Some(&**block).into()).collect(),
                    total_count: Number(found.total),
                })
            })
            .await
        }
        "validators" => {
            let height = argument!(params.int64("height"));
            let page =
                Page { page: argument!(params.int("page")), per_page: argument!(params.int("per_page")) };
            let block_height = Number(next_height(&reader, height)?);
            let all = reader.validator().set().validators();
            page.check(all.len())?;
            let validators: Vec<shape::Validator> =
                all.iter().skip(page.skip()).take(page.size()).map(shape::Validator::from).collect();
            let (count, total) = (Number(validators.len()), Number(all.len()));
            answer(&shape::Validators { block_height, validators, count, total })
        }
        "consensus_params" => answer(&shape::ConsensusParams {
            block_height: Number(next_height(&reader, argument!(params.int64("height")))?),
            consensus_params: consensus_params_json(reader.max_block_gas()),
        }),
        "consensus_state" => consensus_state(&reader, step(door)),
        "dump_consensus_state" => dump_consensus_state(&reader, step(door)),
        "net_info" => {
            answer(&shape::NetInfo { listening: false, listeners: [], n_peers: Number(0), peers: [] })
        }
        "genesis" => {
            let genesis = reader.genesis().to_json();
            if raw(&genesis)?.get().len() > CHUNK {
                let text = "genesis response is large, please use the genesis_chunked API instead";
                return Err(Failure::Internal(text.to_owned()));
            }
            answer(&shape::Genesis { genesis })
        }
        "genesis_chunked" => genesis_chunk(&reader, argument!(params.uint("chunk"))),
        "num_unconfirmed_txs" => waiting(door, None).await,
        "unconfirmed_txs" => {
            let limit = Page { page: None, per_page: argument!(params.int("limit")) };
            waiting(door, Some(limit.size())).await
        }
        "check_tx" => {
            let tx = argument!(params.bytes("tx", "types.Tx"));
            let reader = door.node.reader().clone();
            door.work(move || answer(&Outcome::checked(&reader.check(&tx)))).await
        }
        "broadcast_tx_sync" => {
            let sent = send(door, argument!(params.bytes("tx", "types.Tx"))).await?;
            let TxResult { code, log, codespace, data, .. } = &sent.check;
            let (data, hash) = (Hex(data.clone()), Hex(sent.hash.to_vec()));
            answer(&shape::Sent { code: *code, data, log, codespace, hash })
        }
        "broadcast_tx_async" => {
            let sent = send(door, argument!(params.bytes("tx", "types.Tx"))).await?;
            let hash = Hex(sent.hash.to_vec());
            answer(&shape::Sent { code: 0, data: Hex(Vec::new()), log: "", codespace: "", hash })
        }
        "broadcast_tx_commit" => commit(door, argument!(params.bytes("tx", "types.Tx"))).await,
        "broadcast_evidence" => {
            argument!(params.evidence("evidence"));
            Err(Failure::Internal("no evidence was provided".to_owned()))
        }
        _ => Err(Failure::Unknown),
    }
}

fn status(door: &Door, reader: &Reader) -> Answer {
    let latest = block(reader, None)?;
    let earliest = reader.block(reader.lowest()).unwrap_or_else(|| latest.clone());
    let Some(info) = reader.validator().set().validators().first() else {
        return Err(Failure::Internal("the chain has no validator".to_owned()));
    };
    let node_info = shape::NodeInfo::new(query::node_info(reader), format!("tcp://{}", door.address));
    answer(&shape::Status {
        node_info,
        sync_info: shape::SyncInfo::new(&earliest, &latest),
        validator_info: shape::Validator::from(info).without_priority(),
    })
}

/// The height asked for, or `latest`; within what is kept up to `latest`.
fn height(reader: &Reader, asked: Option<i64>, latest: u64) -> Result<u64, Failure> {
    let Some(asked) = asked else { return Ok(latest) };
    let refuse = |text: String| Err(Failure::Internal(text));
    let Some(height) = u64::try_from(asked).ok().filter(|height| *height > 0) else {
        return refuse(format!("height must be greater than 0, but got {asked}"));
    };
    if height > latest {
        return refuse(format!(
            "height {height} must be less than or equal to the current blockchain height {latest}"
        ));
    }
    let lowest = reader.lowest();
    if height < lowest {
        return refuse(format!("height {height} is not available, lowest height is {lowest}"));
    }
    Ok(height)
}

/// The height asked for, or the one of the block to come, whose validators and parameters are known already.
fn next_height(reader: &Reader, asked: Option<i64>) -> Result<u64, Failure> {
    height(reader, asked, reader.height().saturating_add(1))
}

fn block(reader: &Reader, asked: Option<i64>) -> Result<Arc<Block>, Failure> {
    let height = height(reader, asked, reader.height())?;
    reader.block(height).ok_or_else(|| Failure::Internal(format!("block {height} is not kept")))
}

fn by_hash(reader: &Reader, hash: &[u8]) -> Option<Arc<Block>> {
    reader.block_by_hash(hash.try_into().ok()?)
}

/// The most blocks of one `blockchain` answer.
const MOST_METAS: u64 = 20;

fn blockchain(reader: &Reader, least: i64, most: i64) -> Answer {
    let (Ok(least), Ok(most)) = (u64::try_from(least), u64::try_from(most)) else {
        return Err(Failure::Internal("heights must be non-negative".to_owned()));
    };
    let last = reader.height();
    let most = if most == 0 { last } else { most.min(last) };
    let least = least.max(1).max(reader.lowest()).max((most + 1).saturating_sub(MOST_METAS));
    if least > most {
        return Err(Failure::Internal(format!("min height {least} can't be greater than max height {most}")));
    }
    let blocks = (least..=most).rev().filter_map(|height| reader.block(height));
    answer(&shape::Blockchain {
        last_height: Number(last),
        block_metas: blocks.map(|block| shape::BlockMeta::from(&*block)).collect(),
    })
}

/// The longest query.
pub const LONGEST_QUERY: usize = 512;

fn search(text: &str) -> Result<Query, Failure> {
    if text.len() > LONGEST_QUERY {
        return Err(Failure::Internal("maximum query length exceeded".to_owned()));
    }
    Query::parse(text).map_err(|error| Failure::Internal(error.0))
}

fn descending(order: &str, default: bool) -> Result<bool, Failure> {
    match order {
        "" => Ok(default),
        "asc" => Ok(false),
        "desc" => Ok(true),
        _ => Err(Failure::Internal("expected order_by to be either `asc` or `desc` or empty".to_owned())),
    }
}

/// The part of a list that is asked for.
#[derive(Debug, Clone, Copy)]
struct Page {
    page: Option<i64>,
    per_page: Option<i64>,
}

impl Page {
    fn size(self) -> usize {
        match self.per_page.map(usize::try_from) {
            None | Some(Err(_) | Ok(0)) => 30,
            Some(Ok(size)) => size.min(100),
        }
    }

    fn skip(self) -> usize {
        let page = self.page.and_then(|page| usize::try_from(page).ok()).unwrap_or(1);
        page.saturating_sub(1).saturating_mul(self.size())
    }

    /// Whether a list of `total` has the page.
    fn check(self, total: usize) -> Result<(), Failure> {
        let pages = total.div_ceil(self.size()).max(1);
        match self.page {
            Some(page) if usize::try_from(page).map_or(true, |page| page == 0 || page > pages) => {
                Err(Failure::Internal(format!("page should be within [1, {pages}] range, given {page}")))
            }
            _ => Ok(()),
        }
    }
}

/// The bytes of one chunk of the genesis.
const CHUNK: usize = 16 * 1024 * 1024;

fn genesis_chunk(reader: &Reader, asked: u64) -> Answer {
    let genesis = raw(&reader.genesis().to_json())?;
    let mut chunks = genesis.get().as_bytes().chunks(CHUNK);
    let total = chunks.len();
    let chunk = usize::try_from(asked).unwrap_or(usize::MAX);
    let Some(data) = chunks.nth(chunk) else {
        let last = total.saturating_sub(1);
        return Err(Failure::Internal(format!("there are {last} chunks, {asked} is invalid")));
    };
    answer(&shape::GenesisChunk { chunk: Number(chunk), total: Number(total), data: Base64(data) })
}

/// The transactions that wait, the first `most` of them shown.
async fn waiting(door: &Door, most: Option<usize>) -> Answer {
    let pending = door.node.pending().await.map_err(|error| Failure::Internal(error.to_string()))?;
    let shown = pending.get(..most.unwrap_or_default().min(pending.len())).unwrap_or_default();
    answer(&shape::Waiting {
        n_txs: Number(most.map_or(pending.len(), |_| shown.len())),
        total: Number(pending.len()),
        total_bytes: Number(pending.iter().map(Vec::len).sum()),
        txs: most.map(|_| Base64List(shown)),
    })
}

/// Offers a transaction. What CometBFT itself refuses, before the application sees it, is a failure of the call.
async fn send(door: &Door, tx: Vec<u8>) -> Result<Broadcast, Failure> {
    let sent = door.node.broadcast(tx).await.map_err(|error| Failure::Internal(error.to_string()))?;
    let mempool = [sdk::TX_IN_MEMPOOL, sdk::MEMPOOL_FULL, sdk::TX_TOO_LARGE];
    let refused = mempool
        .into_iter()
        .find(|kind| sent.check.codespace == kind.codespace && sent.check.code == kind.code);
    let Some(kind) = refused else { return Ok(sent) };
    let log = sent.check.log.strip_suffix(kind.text).unwrap_or(&sent.check.log).trim_end_matches(": ");
    Err(Failure::Internal(match kind {
        sdk::MEMPOOL_FULL => format!("{}: {log}", kind.text),
        _ => log.to_owned(),
    }))
}

async fn commit(door: &Door, tx: Vec<u8>) -> Answer {
    let mut blocks = door.node.subscribe();
    let sent = send(door, tx).await.map_err(|failure| match failure {
        Failure::Internal(text) => Failure::Internal(format!("error on broadcastTxCommit: {text}")),
        other => other,
    })?;
    let hash = sent.hash;
    let report = |included: Option<&Included>| {
        answer(&shape::Committed {
            check_tx: Outcome::checked(&sent.check),
            tx_result: included.and_then(Included::result).map_or_else(Outcome::none, Outcome::from),
            hash: Hex(hash.to_vec()),
            height: Number(included.map_or(0, |tx| tx.block.height())),
        })
    };
    if !sent.check.is_ok() || sent.included.is_some() {
        return report(sent.included.as_ref());
    }
    let inclusion = async {
        loop {
            // A listener that missed blocks finds the transaction all the same.
            let closed = matches!(blocks.recv().await, Err(tokio::sync::broadcast::error::RecvError::Closed));
            if let Some(found) = door.node.reader().tx(&hash) {
                return Ok(found);
            }
            if closed {
                return Err("txSub was canceled (reason: CometBFT exited)");
            }
        }
    };
    let included = tokio::time::timeout(door.options.commit_timeout, inclusion)
        .await
        .unwrap_or(Err("timed out waiting for tx to be included in a block"));
    report(Some(&included.map_err(|text| Failure::Internal(text.to_owned()))?))
}

/// Where CometBFT is between two blocks: in the step before a height until its time comes, or at the beginning of its
/// first round as long as a block needs transactions that are not there.
fn step(door: &Door) -> u8 {
    if door.node.makes_blocks_by_clock() { 1 } else { 2 }
}

/// The state of the consensus at the height to come: there is one voter, who has not voted yet.
fn consensus_state(reader: &Reader, step: u8) -> Answer {
    let Some(validator) = reader.validator().set().validators().first().map(shape::Validator::from) else {
        return Err(Failure::Internal("the chain has no validator".to_owned()));
    };
    answer(&serde_json::json!({
        "round_state": {
            "height/round/step": format!("{}/0/{step}", reader.height().saturating_add(1)),
            "start_time": time::rfc3339(reader.time().0),
            "proposal_block_hash": "",
            "locked_block_hash": "",
            "valid_block_hash": "",
            "height_vote_set": [no_votes()],
            "proposer": { "address": validator.address, "index": 0 },
        },
    }))
}

fn no_votes() -> serde_json::Value {
    let power = crate::block::POWER;
    let bits = format!("BA{{1:_}} 0/{power} = 0.00");
    serde_json::json!({
        "round": 0,
        "prevotes": ["nil-Vote"],
        "prevotes_bit_array": bits,
        "precommits": ["nil-Vote"],
        "precommits_bit_array": bits,
    })
}

fn dump_consensus_state(reader: &Reader, step: u8) -> Answer {
    let set: Vec<shape::Validator> =
        reader.validator().set().validators().iter().map(shape::Validator::from).collect();
    let validators = serde_json::json!({ "validators": &set, "proposer": set.first() });
    let (time, nothing) = (time::rfc3339(reader.time().0), serde_json::Value::Null);
    answer(&serde_json::json!({
        "round_state": {
            "height": reader.height().saturating_add(1).to_string(),
            "round": 0,
            "step": step,
            "start_time": time,
            "commit_time": time,
            "validators": validators,
            "proposal": nothing,
            "proposal_block": nothing,
            "proposal_block_parts": nothing,
            "locked_round": -1,
            "locked_block": nothing,
            "locked_block_parts": nothing,
            "valid_round": -1,
            "valid_block": nothing,
            "valid_block_parts": nothing,
            "votes": [no_votes()],
            "commit_round": -1,
            "last_commit": { "votes": [], "votes_bit_array": "BA{1:x}", "peer_maj_23s": {} },
            "last_validators": validators,
            "triggered_timeout_precommit": false,
        },
        "peers": [],
    }))
}

/// The hash of a transaction, as subscribers look for it.
pub fn tx_hash(bytes: &[u8]) -> String {
    hex::encode_upper(Tx::hash(bytes))
}
