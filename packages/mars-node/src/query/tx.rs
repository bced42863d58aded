//! `cosmos.tx.v1beta1.Service`, but for sending: that needs more than a reader and is done by
//! [`Door`](crate::door::Door).
//!
//! `Tx` and `TxRaw` are the same bytes on the wire, as a message within a message is written like its bytes. So the
//! bytes of transactions go through here as they are, with every field that a client may have put there.

use prost::Message;
use tendermint_proto::abci;

use super::Ask;
use crate::amino;
use crate::app::TxResult;
use crate::block::Block;
use crate::chain::{Included, Reader};
use crate::error::{Error, GrpcCode, Result, sdk};
use crate::event::Event;
use crate::gotext;
use crate::index::Query;
use crate::node::Broadcast;
use crate::proto::Any;
use crate::proto::cosmos::base::abci::v1beta1::{GasInfo, Result as SimulateResult, TxMsgData, TxResponse};
use crate::proto::cosmos::base::query::v1beta1::{PageRequest, PageResponse};
use crate::proto::cosmos::tx::v1beta1::{
    BroadcastMode, GetBlockWithTxsRequest, GetTxRequest, GetTxsEventRequest, OrderBy, SimulateResponse,
    TxDecodeRequest, TxEncodeAminoRequest, TxEncodeResponse,
};
use crate::time;
use crate::tx::Tx;

const MOST_PER_PAGE: u64 = 100;

#[derive(Clone, PartialEq, Message)]
struct GetTxResponse {
    #[prost(bytes = "vec", tag = "1")]
    tx: Vec<u8>,
    #[prost(message, optional, tag = "2")]
    tx_response: Option<TxResponse>,
}

#[derive(Clone, PartialEq, Message)]
struct GetTxsEventResponse {
    #[prost(bytes = "vec", repeated, tag = "1")]
    txs: Vec<Vec<u8>>,
    #[prost(message, repeated, tag = "2")]
    tx_responses: Vec<TxResponse>,
    #[prost(uint64, tag = "4")]
    total: u64,
}

#[derive(Clone, PartialEq, Message)]
struct GetBlockWithTxsResponse {
    #[prost(bytes = "vec", repeated, tag = "1")]
    txs: Vec<Vec<u8>>,
    #[prost(message, optional, tag = "2")]
    block_id: Option<tendermint_proto::types::BlockId>,
    #[prost(message, optional, tag = "3")]
    block: Option<tendermint_proto::types::Block>,
    #[prost(message, optional, tag = "4")]
    pagination: Option<PageResponse>,
}

#[derive(Clone, PartialEq, Message)]
struct SimulateRequest {
    #[prost(bytes = "vec", optional, tag = "1")]
    tx: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "2")]
    tx_bytes: Option<Vec<u8>>,
}

/// `TxEncodeRequest` and `TxDecodeResponse`.
#[derive(Clone, PartialEq, Message)]
struct WholeTx {
    #[prost(bytes = "vec", optional, tag = "1")]
    tx: Option<Vec<u8>>,
}

/// `TxDecodeAminoRequest` and `TxEncodeAminoResponse`.
#[derive(Clone, PartialEq, Message)]
struct AminoBinary {
    #[prost(bytes = "vec", optional, tag = "1")]
    amino_binary: Option<Vec<u8>>,
}

/// `TxDecodeAminoResponse`, whose text need not be UTF-8.
#[derive(Clone, PartialEq, Message)]
struct AminoJson {
    #[prost(bytes = "vec", tag = "1")]
    amino_json: Vec<u8>,
}

pub fn answer(ask: &Ask<'_>, method: &str) -> Option<Result<Vec<u8>>> {
    Some(match method {
        "Simulate" => ask.reply(|_, request: SimulateRequest| simulate(ask.reader, request)),
        "GetTx" => ask.reply(|_, request: GetTxRequest| get(ask.reader, &request.hash)),
        "GetTxsEvent" => ask.reply(|_, request: GetTxsEventRequest| search(ask.reader, &request)),
        "GetBlockWithTxs" => ask.reply(|_, request: GetBlockWithTxsRequest| {
            block_with_txs(ask.reader, request.height, request.pagination.as_ref())
        }),
        "TxDecode" => ask.reply(|_, request: TxDecodeRequest| {
            if request.tx_bytes.is_empty() {
                return Err(GrpcCode::InvalidArgument.error("invalid empty tx bytes"));
            }
            Tx::decode(&request.tx_bytes)?;
            Ok(WholeTx { tx: Some(request.tx_bytes) })
        }),
        "TxEncode" => ask.reply(|_, request: WholeTx| match request.tx {
            Some(tx_bytes) => Ok(TxEncodeResponse { tx_bytes }),
            None => Err(GrpcCode::InvalidArgument.error("invalid empty tx")),
        }),
        "TxDecodeAmino" => ask.reply(|_, request: AminoBinary| {
            let empty = || GrpcCode::InvalidArgument.error("invalid empty tx bytes");
            let bytes = request.amino_binary.ok_or_else(empty)?;
            Ok(AminoJson { amino_json: amino::decode(&bytes)? })
        }),
        "TxEncodeAmino" => ask.reply(|_, request: TxEncodeAminoRequest| {
            if request.amino_json.is_empty() {
                return Err(GrpcCode::InvalidArgument.error("invalid empty tx json"));
            }
            Ok(AminoBinary { amino_binary: Some(amino::encode(&request.amino_json)?) })
        }),
        _ => return None,
    })
}

/// What a request to send is refused for before anyone looks at the transaction.
///
/// # Errors
/// A mode that is none.
pub fn require_mode(mode: i32) -> Result<BroadcastMode> {
    match BroadcastMode::try_from(mode) {
        Ok(mode @ (BroadcastMode::Sync | BroadcastMode::Async | BroadcastMode::Block)) => Ok(mode),
        _ => Err(Error::unregistered("unsupported return type unspecified; supported types: sync, async")),
    }
}

/// The answer about a transaction that was sent.
pub fn sent(broadcast: &Broadcast, mode: BroadcastMode) -> TxResponse {
    let txhash = hex::encode_upper(broadcast.hash);
    let check = &broadcast.check;
    match mode {
        BroadcastMode::Async => TxResponse { txhash, ..TxResponse::default() },
        // The mode that waits for a block is gone from the SDK; who still asks for it gets the block if it is made.
        BroadcastMode::Block if broadcast.included.is_some() => {
            broadcast.included.as_ref().and_then(response).unwrap_or_default()
        }
        // What the mempool refuses has no text in the SDK's answer.
        _ if [sdk::TX_IN_MEMPOOL, sdk::MEMPOOL_FULL, sdk::TX_TOO_LARGE]
            .iter()
            .any(|kind| kind.codespace == check.codespace && kind.code == check.code) =>
        {
            TxResponse {
                txhash,
                codespace: check.codespace.clone(),
                code: check.code,
                ..TxResponse::default()
            }
        }
        _ => TxResponse {
            txhash,
            codespace: check.codespace.clone(),
            code: check.code,
            raw_log: check.log.clone(),
            ..TxResponse::default()
        },
    }
}

fn gas(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}

/// Events on the wire. Those of a simulation are marked as not indexed.
fn shown_events(events: &[Event], index: bool) -> Vec<abci::Event> {
    let attribute = |attribute: &crate::event::Attribute| abci::EventAttribute {
        key: attribute.key.clone(),
        value: attribute.value.clone(),
        index,
    };
    events
        .iter()
        .map(|event| abci::Event {
            r#type: event.kind.clone(),
            attributes: event.attributes.iter().map(attribute).collect(),
        })
        .collect()
}

fn simulate(reader: &Reader, request: SimulateRequest) -> Result<SimulateResponse> {
    let Some(bytes) = request.tx_bytes.or(request.tx) else {
        return Err(GrpcCode::InvalidArgument.error("empty txBytes is not allowed"));
    };
    let result = reader.simulate(&bytes);
    if !result.is_ok() {
        return Err(GrpcCode::Unknown.error(format!("{} with gas used: '{}'", result.log, result.gas_used)));
    }
    simulated(result)
}

/// The answer about a simulation that succeeded.
///
/// # Errors
/// Data that is none.
pub fn simulated(result: TxResult) -> Result<SimulateResponse> {
    let msg_responses = TxMsgData::decode(result.data.as_slice()).map_err(Error::panic)?.msg_responses;
    Ok(SimulateResponse {
        gas_info: Some(GasInfo { gas_wanted: result.gas_wanted, gas_used: result.gas_used }),
        result: Some(SimulateResult {
            events: shown_events(&result.events, false),
            msg_responses,
            #[allow(deprecated)] // as the SDK still does
            data: result.data,
            log: result.log,
        }),
    })
}

fn response(tx: &Included) -> Option<TxResponse> {
    let TxResult { code, codespace, log, data, gas_wanted, gas_used, events } = tx.result()?.clone();
    Some(TxResponse {
        height: gas(tx.block.height()),
        txhash: hex::encode_upper(Tx::hash(tx.bytes())),
        codespace,
        code,
        data: hex::encode_upper(data),
        raw_log: log,
        logs: Vec::new(),
        info: String::new(),
        gas_wanted: gas(gas_wanted),
        gas_used: gas(gas_used),
        tx: Some(Any { type_url: "/cosmos.tx.v1beta1.Tx".to_owned(), value: tx.bytes().to_vec() }),
        timestamp: time::rfc3339_seconds(crate::chain::block_time(&tx.block).0),
        events: shown_events(&events, true),
    })
}

fn get(reader: &Reader, hash: &str) -> Result<GetTxResponse> {
    if hash.is_empty() {
        return Err(GrpcCode::InvalidArgument.error("tx hash cannot be empty"));
    }
    let bytes = gotext::hex(hash).map_err(Error::unregistered)?;
    let found = <[u8; 32]>::try_from(bytes.as_slice()).ok().and_then(|hash| reader.tx(&hash));
    let found = found.ok_or_else(|| GrpcCode::NotFound.error(format!("tx not found: {hash}")))?;
    Ok(GetTxResponse { tx: found.bytes().to_vec(), tx_response: response(&found) })
}

fn search(reader: &Reader, request: &GetTxsEventRequest) -> Result<GetTxsEventResponse> {
    // Before the SDK 0.50 a query came in parts.
    #[allow(deprecated)]
    let text = if request.query.is_empty() { request.events.join(" AND ") } else { request.query.clone() };
    let refuse = |reason: String| GrpcCode::Internal.error(reason);
    if text.is_empty() {
        return Err(refuse("query cannot be empty".to_owned()));
    }
    let failed = |reason: String| refuse(format!("failed to search for txs: {reason}"));
    let query = Query::parse(&text).map_err(|error| failed(error.0))?;
    query.require_hash().map_err(|error| failed(error.0))?;
    let page = request.page.max(1);
    let limit = if request.limit == 0 { MOST_PER_PAGE } else { request.limit.min(MOST_PER_PAGE) };
    let skip = usize::try_from((page - 1).saturating_mul(limit)).unwrap_or(usize::MAX);
    let descending = request.order_by == i32::from(OrderBy::Desc);
    let found = reader.search_txs(&query, descending, skip, usize::try_from(limit).unwrap_or(usize::MAX));
    let total = u64::try_from(found.total).unwrap_or(u64::MAX);
    let pages = total.div_ceil(limit).max(1);
    if page > pages {
        return Err(failed(format!("page should be within [1, {pages}] range, given {page}")));
    }
    Ok(GetTxsEventResponse {
        txs: found.items.iter().map(|tx| tx.bytes().to_vec()).collect(),
        tx_responses: found.items.iter().filter_map(response).collect(),
        total,
    })
}

fn block_with_txs(
    reader: &Reader,
    height: i64,
    page: Option<&PageRequest>,
) -> Result<GetBlockWithTxsResponse> {
    let current = reader.height();
    let wanted =
        u64::try_from(height).ok().filter(|height| (1..=current).contains(height)).ok_or_else(|| {
            sdk::INVALID_HEIGHT.wrap(format!(
            "requested height {height} but height must not be less than 1 or greater than the current height \
             {current}"
        ))
        })?;
    let block = super::kept(reader, wanted)?;
    let (offset, limit) = page.map_or((0, MOST_PER_PAGE), |page| (page.offset, page.limit));
    let limit = limit.min(MOST_PER_PAGE);
    let total = u64::try_from(block.txs.len()).unwrap_or(u64::MAX);
    if total != 0 && offset >= total {
        return Err(sdk::INVALID_REQUEST.wrap(format!(
            "out of range: cannot paginate {total} txs with offset {offset} and limit {limit}"
        )));
    }
    Ok(GetBlockWithTxsResponse {
        txs: some_txs(&block, offset, limit, page.is_some_and(|page| page.reverse)),
        block_id: Some(block.id.into()),
        block: Some(super::wire(&block)),
        pagination: Some(PageResponse { next_key: Vec::new(), total }),
    })
}

/// `limit` transactions from `offset` on, or backwards from there down to the second, as the SDK counts.
fn some_txs(block: &Block, offset: u64, limit: u64, reverse: bool) -> Vec<Vec<u8>> {
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    if reverse {
        let upto = block.txs.iter().take(count(offset).saturating_add(1)).skip(1);
        return upto.rev().take(count(limit)).cloned().collect();
    }
    block.txs.iter().skip(count(offset)).take(count(limit)).cloned().collect()
}
