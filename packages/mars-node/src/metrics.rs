//! What the node counts, in the text format of Prometheus. Names are those of CometBFT and wasmd where they have one;
//! what is ours begins with `chain_`. docs/node.md explains each.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus::core::Collector;
use prometheus::{
    Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TEXT_FORMAT,
    TextEncoder,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::block::Block;
use crate::chain::{Reader, block_time};
use crate::door::connections::{self, Limits, Protocol};
use crate::node::Node;

const LIMITS: Limits =
    Limits { protocol: Protocol::Http1, connections: 20, read_timeout: Duration::from_secs(10) };

/// The label of a method that the node does not have, so that callers cannot make up labels.
pub const UNKNOWN: &str = "unknown";

/// Everything that is counted since the node began.
pub struct Metrics {
    registry: Registry,
    height: IntGauge,
    block_txs: IntGauge,
    total_txs: IntGauge,
    block_size: IntGauge,
    block_interval: Histogram,
    block_processing: Histogram,
    mempool_size: IntGauge,
    mempool_bytes: IntGauge,
    mempool_tx_size: Histogram,
    mempool_failed: IntCounter,
    txs: IntCounterVec,
    gas_wanted: IntCounter,
    gas_used: IntCounter,
    requests: IntCounterVec,
    queries: IntGauge,
    state_keys: IntGauge,
    store_bytes: IntGauge,
    cache_hits: IntCounterVec,
    cache_misses: IntCounter,
    cache_elements: IntGaugeVec,
    cache_bytes: IntGaugeVec,
}

/// A question that is being answered.
pub struct InFlight(IntGauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Registers what it makes.
struct Maker(Registry);

impl Maker {
    fn keep<C: Collector + Clone + 'static>(&self, made: prometheus::Result<C>) -> prometheus::Result<C> {
        let collector = made?;
        self.0.register(Box::new(collector.clone()))?;
        Ok(collector)
    }

    fn gauge(&self, name: &str, help: &str) -> prometheus::Result<IntGauge> {
        self.keep(IntGauge::new(name, help))
    }

    fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> prometheus::Result<IntGaugeVec> {
        self.keep(IntGaugeVec::new(Opts::new(name, help), labels))
    }

    fn counter(&self, name: &str, help: &str) -> prometheus::Result<IntCounter> {
        self.keep(IntCounter::new(name, help))
    }

    fn counters(&self, name: &str, help: &str, labels: &[&str]) -> prometheus::Result<IntCounterVec> {
        self.keep(IntCounterVec::new(Opts::new(name, help), labels))
    }

    fn histogram(&self, name: &str, help: &str, buckets: &[f64]) -> prometheus::Result<Histogram> {
        self.keep(Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets.to_vec())))
    }
}

impl Metrics {
    /// Everything at nought.
    ///
    /// # Errors
    /// A name that is taken twice, which is a mistake in this file.
    pub fn new() -> prometheus::Result<Self> {
        let make = Maker(Registry::new());
        Ok(Self {
            height: make.gauge("cometbft_consensus_height", "Height of the newest block.")?,
            block_txs: make.gauge("cometbft_consensus_num_txs", "Transactions in the newest block.")?,
            total_txs: make
                .gauge("cometbft_consensus_total_txs", "Transactions in blocks since the node began.")?,
            block_size: make
                .gauge("cometbft_consensus_block_size_bytes", "Bytes of the newest block's transactions.")?,
            block_interval: make.histogram(
                "cometbft_consensus_block_interval_seconds",
                "Time of a block after the one before, in seconds of the chain's clock.",
                &[0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0],
            )?,
            block_processing: make.histogram(
                "cometbft_state_block_processing_time",
                "Milliseconds to execute a block.",
                &[0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 5_000.0],
            )?,
            mempool_size: make.gauge("cometbft_mempool_size", "Transactions that wait for a block.")?,
            mempool_bytes: make
                .gauge("cometbft_mempool_size_bytes", "Bytes of the transactions that wait for a block.")?,
            mempool_tx_size: make.histogram(
                "cometbft_mempool_tx_size_bytes",
                "Bytes of transactions that were let in.",
                &[100.0, 300.0, 1_000.0, 3_000.0, 10_000.0, 100_000.0, 1_000_000.0],
            )?,
            mempool_failed: make
                .counter("cometbft_mempool_failed_txs", "Transactions that were not let in.")?,
            txs: make.counters(
                "chain_txs_total",
                "Transactions in blocks by result; code 0 is success.",
                &["codespace", "code"],
            )?,
            gas_wanted: make.counter("chain_gas_wanted_total", "Gas limits of transactions in blocks.")?,
            gas_used: make.counter("chain_gas_used_total", "Gas used by transactions in blocks.")?,
            requests: make.counters(
                "chain_requests_total",
                "Requests at a door by method and code; code 0 is success.",
                &["door", "method", "code"],
            )?,
            queries: make.gauge("chain_queries_in_flight", "Questions that are being answered.")?,
            state_keys: make.gauge("chain_state_keys", "Keys of the newest state.")?,
            store_bytes: make.gauge("chain_store_bytes", "Bytes of the file that keeps the chain.")?,
            cache_hits: make.counters(
                "wasmvm_cache_hits_total",
                "Contract codes found ready to run, by cache.",
                &["type"],
            )?,
            cache_misses: make
                .counter("wasmvm_cache_misses_total", "Contract codes that had to be compiled.")?,
            cache_elements: make.gauges(
                "wasmvm_cache_elements_total",
                "Contract codes in memory, by cache.",
                &["type"],
            )?,
            cache_bytes: make.gauges(
                "wasmvm_cache_size_bytes",
                "Bytes of contract codes in memory, by cache.",
                &["type"],
            )?,
            registry: make.0,
        })
    }

    /// Counts a block that followed one at `previous`, nanoseconds since 1970, and took `took` to make.
    pub fn block(&self, block: &Block, previous: u64, took: Duration) {
        self.height.set(signed(block.height()));
        let txs = signed(block.txs.len());
        self.block_txs.set(txs);
        self.total_txs.add(txs);
        self.block_size.set(signed(block.txs.iter().map(Vec::len).sum::<usize>()));
        // The first block's distance from the genesis says nothing.
        if block.height() > 1 {
            let interval = Duration::from_nanos(block_time(block).0.saturating_sub(previous));
            self.block_interval.observe(interval.as_secs_f64());
        }
        // A thousand times as long in seconds is as long in milliseconds.
        self.block_processing.observe(took.saturating_mul(1_000).as_secs_f64());
        for result in &block.results {
            self.txs.with_label_values(&[result.codespace.as_str(), &result.code.to_string()]).inc();
            self.gas_wanted.inc_by(result.gas_wanted);
            self.gas_used.inc_by(result.gas_used);
        }
    }

    /// Counts a transaction of `bytes` bytes that was offered.
    pub fn offered(&self, bytes: usize, let_in: bool) {
        if let_in {
            self.mempool_tx_size.observe(u32::try_from(bytes).map_or(f64::INFINITY, f64::from));
        } else {
            self.mempool_failed.inc();
        }
    }

    /// Notes what waits for a block.
    pub fn mempool(&self, txs: usize, bytes: usize) {
        self.mempool_size.set(signed(txs));
        self.mempool_bytes.set(signed(bytes));
    }

    /// Counts a request at `door` for `method`, one that the node has or [`UNKNOWN`].
    pub fn request(&self, door: &str, method: &str, code: i64) {
        self.requests.with_label_values(&[door, method, &code.to_string()]).inc();
    }

    /// Counts a question until what is returned is dropped.
    #[must_use]
    pub fn query(&self) -> InFlight {
        self.queries.inc();
        InFlight(self.queries.clone())
    }

    /// All of it in the text format, with what `reader` sees now and the size of the file `store`.
    ///
    /// # Errors
    /// A value that cannot be written down.
    pub fn text(&self, reader: &Reader, store: Option<&PathBuf>) -> prometheus::Result<String> {
        self.state_keys.set(signed(reader.state_len()));
        let size = store.and_then(|path| path.metadata().ok()).map_or(0, |file| file.len());
        self.store_bytes.set(signed(size));
        let cache = reader.app().vm.cache_metrics();
        let caches = [
            ("pinned", cache.stats.hits_pinned_memory_cache),
            ("memory", cache.stats.hits_memory_cache),
            ("fs", cache.stats.hits_fs_cache),
        ];
        for (name, hits) in caches {
            raise(&self.cache_hits.with_label_values(&[name]), hits);
        }
        raise(&self.cache_misses, cache.stats.misses);
        let sizes = [
            ("pinned", cache.elements_pinned_memory_cache, cache.size_pinned_memory_cache),
            ("memory", cache.elements_memory_cache, cache.size_memory_cache),
        ];
        for (name, elements, bytes) in sizes {
            self.cache_elements.with_label_values(&[name]).set(signed(elements));
            self.cache_bytes.with_label_values(&[name]).set(signed(bytes));
        }
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

fn signed(value: impl TryInto<i64>) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

/// Brings a counter up to what the virtual machine counted itself.
fn raise(counter: &IntCounter, value: u32) {
    counter.inc_by(u64::from(value).saturating_sub(counter.get()));
}

struct Door {
    node: Node,
    store: Option<PathBuf>,
}

/// Serves `GET /metrics` of `node` at `listener` until `stop`. The file `store`, if there is one, is measured too.
pub async fn serve(listener: TcpListener, node: Node, store: Option<PathBuf>, stop: CancellationToken) {
    let door = Arc::new(Door { node, store });
    let router = Router::new().route("/metrics", get(answer)).with_state(door);
    connections::serve(listener, router, LIMITS, stop).await;
}

async fn answer(State(door): State<Arc<Door>>) -> Response {
    match door.node.metrics().text(&door.node.reader().freeze(), door.store.as_ref()) {
        Ok(text) => ([(header::CONTENT_TYPE, TEXT_FORMAT)], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
