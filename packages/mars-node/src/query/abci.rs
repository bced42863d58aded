//! What CometBFT's `abci_query` asks of the application: by store, of the application itself, or by the path of a gRPC
//! method.

use prost::Message;

use crate::chain::Reader;
use crate::error::{AbciError, Error, GrpcCode, Result, sdk};
use crate::interface::Interface;
use crate::proto::cosmos::tx::v1beta1::SimulateResponse;
use crate::rest::json::Codec;
use crate::store::{Order, StoreKey};

/// The answer to an `abci_query`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueryResponse {
    pub code: u32,
    pub log: String,
    pub key: Vec<u8>,
    pub value: Vec<u8>,
    pub height: i64,
    pub codespace: String,
}

impl QueryResponse {
    fn refused(error: AbciError) -> Self {
        Self { code: error.code, log: error.log, codespace: error.codespace, ..Self::default() }
    }

    fn unknown(text: impl std::fmt::Display) -> Self {
        Self::refused(sdk::UNKNOWN_REQUEST.wrap(text).abci())
    }
}

/// See [`Reader::abci_query`].
pub fn abci_query(reader: &Reader, path: &str, data: &[u8], height: i64, prove: bool) -> QueryResponse {
    let current = reader;
    let reader = reader.freeze();
    let height = if height == 0 { signed(reader.height()) } else { height };
    let parts: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
    match parts.as_slice() {
        [""] if path.is_empty() => QueryResponse::unknown("no query path provided"),
        // Whoever is asked about lets every peer in.
        ["p2p", "filter", _, _, ..] => QueryResponse::default(),
        ["p2p", _, _, _, ..] => QueryResponse::unknown("expected second parameter to be 'filter'"),
        ["p2p", ..] => QueryResponse::unknown("path should be p2p filter <addr|id> <parameter>"),
        ["app", "simulate", ..] => simulate(current, data, height),
        ["app", "version", ..] => QueryResponse {
            value: super::WASMD_VERSION.as_bytes().to_vec(),
            height,
            codespace: "sdk".to_owned(),
            ..QueryResponse::default()
        },
        ["app", _, ..] => QueryResponse::unknown(format!("unknown query: [{}]", parts.join(" "))),
        ["app"] => QueryResponse::unknown(
            "expected second parameter to be either 'simulate' or 'version', neither was present",
        ),
        ["store", rest @ ..] => store(&reader, rest, data, height, prove),
        [service, _] if service.contains('.') => grpc(&reader, path, data, height),
        _ => QueryResponse::unknown("unknown query path"),
    }
}

fn signed(height: u64) -> i64 {
    i64::try_from(height).unwrap_or(i64::MAX)
}

fn grpc(reader: &Reader, path: &str, data: &[u8], height: i64) -> QueryResponse {
    let Ok(at) = u64::try_from(height) else {
        let text = "cannot query with height < 0; please provide a valid height";
        return QueryResponse::refused(sdk::INVALID_REQUEST.wrap(text).abci());
    };
    let reader = match reader.at(at) {
        Ok(reader) => reader,
        Err(error) => return QueryResponse::refused(error.abci()),
    };
    match reader.query(path, data) {
        Ok(value) => QueryResponse { value, height, ..QueryResponse::default() },
        Err(error) if error.grpc().0 == GrpcCode::Unimplemented.number() => {
            QueryResponse::unknown("unknown query path")
        }
        Err(error) => QueryResponse { height, ..QueryResponse::refused(error.query()) },
    }
}

#[derive(Clone, PartialEq, Message)]
struct Pair {
    #[prost(bytes = "vec", tag = "1")]
    key: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct Pairs {
    #[prost(message, repeated, tag = "1")]
    pairs: Vec<Pair>,
}

/// The most entries of one `subspace` query.
const MOST_PAIRS: usize = 10_000;

fn store(reader: &Reader, path: &[&str], data: &[u8], height: i64, prove: bool) -> QueryResponse {
    let refused = |code: u32, log: String| QueryResponse {
        code,
        log,
        codespace: "store".to_owned(),
        ..QueryResponse::default()
    };
    let (name, rest) = path.split_first().unwrap_or((&"", &[]));
    let Some(key) = StoreKey::by_name(name) else {
        return refused(4, format!("no such store: {name}: unknown request"));
    };
    if data.is_empty() {
        return refused(3, "query cannot be zero length: tx parse error".to_owned());
    }
    if prove {
        // The state is no Merkle tree here, so there is nothing to prove a value with.
        return QueryResponse::refused(sdk::NOT_SUPPORTED.wrap("this chain proves no state").abci());
    }
    let answer = QueryResponse { key: data.to_vec(), height, ..QueryResponse::default() };
    let Some(reader) = u64::try_from(height).ok().and_then(|height| reader.at(height).ok()) else {
        return QueryResponse { log: "version does not exist".to_owned(), ..answer };
    };
    let kv = reader.context().kv(key);
    let value = match rest {
        ["key"] => kv.get(data).map(|value| value.map(|value| value.to_vec()).unwrap_or_default()),
        ["subspace"] => kv.narrow(data).iterate(None, None, Order::Ascending).and_then(|mut cursor| {
            let mut pairs = Vec::new();
            while let Some((suffix, value)) = cursor.current().filter(|_| pairs.len() < MOST_PAIRS) {
                pairs.push(Pair { key: [data, suffix].concat(), value: value.to_vec() });
                cursor.advance()?;
            }
            Ok(Pairs { pairs }.encode_to_vec())
        }),
        other => {
            let path: String = other.iter().map(|part| format!("/{part}")).collect();
            return refused(4, format!("unexpected query path: {path}: unknown request"));
        }
    };
    match value {
        Ok(value) => QueryResponse { value, ..answer },
        Err(error) => QueryResponse::refused(error.abci()),
    }
}

fn simulate(reader: &Reader, data: &[u8], height: i64) -> QueryResponse {
    let result = reader.simulate(data);
    if !result.is_ok() {
        return QueryResponse::refused(AbciError {
            codespace: result.codespace,
            code: result.code,
            log: format!("failed to simulate tx: {}", result.log),
        });
    }
    match super::tx::simulated(result).and_then(|simulated| json(&simulated)) {
        Ok(value) => QueryResponse { value, height, codespace: "sdk".to_owned(), ..QueryResponse::default() },
        Err(error) => QueryResponse::refused(error.abci()),
    }
}

/// A simulation in JSON.
fn json(simulated: &SimulateResponse) -> Result<Vec<u8>> {
    let pool = Interface::recorded()?.pool();
    let kind = pool.get_message_by_name("cosmos.base.abci.v1beta1.SimulationResponse");
    let kind =
        kind.ok_or_else(|| Error::unregistered("the recorded interface of wasmd has no simulation"))?;
    // On the wire it is the answer of the service.
    let written = Codec::new(pool.clone()).write(&kind, &simulated.encode_to_vec());
    written.map(String::into_bytes).map_err(Error::unregistered)
}
