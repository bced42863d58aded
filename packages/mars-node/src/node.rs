//! A chain that runs: a mempool, a clock, and a thread of its own that is the only one to make blocks.
//!
//! Writing to the disk costs more than making a block. So while several transactions wait, each gets its block, but
//! these blocks are kept together; who sent them is answered, and readers and listeners see the blocks, when they are
//! kept.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::{broadcast, oneshot, watch};

use crate::app::TxResult;
use crate::block::Block;
use crate::chain::{Chain, ChainError, Included, Reader, Snapshot};
use crate::context::Ctx;
use crate::dev::{Closed, DebugLog};
use crate::error::{Result, sdk};
use crate::metrics::Metrics;
use crate::time::rfc3339;
use crate::tx::Tx;
use crate::wasm::DebugSink;

/// When blocks are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mining {
    /// A block for each transaction, as soon as it comes.
    Auto,
    /// A block after each such time, with whatever came.
    Interval(Duration),
    /// Only when told to.
    Manual,
}

impl Mining {
    fn is_by_clock(self) -> bool {
        matches!(self, Self::Interval(_))
    }
}

/// Where the time of blocks comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockSource {
    /// The computer's clock.
    System,
    /// Each block is this long after the last, so that the same transactions make the same chain.
    Steps(Duration),
}

/// How a node runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    pub mining: Mining,
    pub clock: ClockSource,
    /// The most transactions that wait.
    pub mempool: usize,
    /// The most bytes of one transaction.
    pub tx_bytes: usize,
    /// Whether others reach the node: then the developer's controls are off on every door, and nothing is given away.
    pub public: bool,
    /// The longest that a block waits for blocks after it to be kept with them. One that nothing follows never waits.
    pub group_commit: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mining: Mining::Auto,
            clock: ClockSource::System,
            mempool: 5_000,
            tx_bytes: 2_097_152,
            public: false,
            group_commit: Duration::from_millis(10),
        }
    }
}

/// Why the node did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeError {
    /// The node has stopped.
    Stopped,
    /// The chain could not make its block.
    Chain(ChainError),
    /// No snapshot has that number, or it was taken after one that was reverted to.
    NoSnapshot(u64),
    /// A time that lies before the last block, in nanoseconds since 1970.
    Past { last: u64, given: u64 },
    /// A time that lies so late that the chain could not go on from there, in nanoseconds since 1970.
    Late { latest: u64, given: u64 },
    /// A clock in steps has no offset.
    NoOffset,
}

impl std::fmt::Display for NodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stopped => f.write_str("the node has stopped"),
            Self::Chain(error) => error.fmt(f),
            Self::NoSnapshot(id) => write!(f, "there is no snapshot {id}"),
            Self::Past { last, given } => {
                write!(f, "the time {} is not after the last block's {}", rfc3339(*given), rfc3339(*last))
            }
            Self::Late { latest, given } => {
                write!(f, "the time {} is after the latest, {}", rfc3339(*given), rfc3339(*latest))
            }
            Self::NoOffset => f.write_str("the clock of this node goes in steps and has no offset"),
        }
    }
}

impl std::error::Error for NodeError {}

impl From<ChainError> for NodeError {
    fn from(error: ChainError) -> Self {
        Self::Chain(error)
    }
}

/// What became of a transaction that was sent.
#[derive(Debug, Clone)]
pub struct Broadcast {
    /// Its hash.
    pub hash: [u8; 32],
    /// Whether it was let in.
    pub check: TxResult,
    /// Where it is, if it was let in and its block is already made.
    pub included: Option<Included>,
}

type Work = Box<dyn FnOnce(&mut Worker) + Send>;
type Edit = Box<dyn FnOnce(&Ctx) -> Result<()> + Send>;

enum Command {
    Broadcast { bytes: Vec<u8>, reply: oneshot::Sender<Result<Broadcast, NodeError>> },
    Mine { blocks: u64, step: Option<Duration>, reply: oneshot::Sender<Result<Vec<Arc<Block>>, NodeError>> },
    SetMining { mining: Mining, reply: oneshot::Sender<()> },
    Shift { by: Duration, reply: oneshot::Sender<Result<(), NodeError>> },
    SetTime { time: u64, once: bool, reply: oneshot::Sender<Result<(), NodeError>> },
    Snapshot { reply: oneshot::Sender<u64> },
    Revert { id: u64, reply: oneshot::Sender<Result<(), NodeError>> },
    Edit { change: Edit, reply: oneshot::Sender<Result<Result<()>, NodeError>> },
    Pending { reply: oneshot::Sender<Vec<Vec<u8>>> },
    Drop { hash: [u8; 32], reply: oneshot::Sender<bool> },
    Work(Work),
    Stop,
}

/// A running chain. Clones speak to the same chain; it stops when [`Node::stop`] is called.
#[derive(Clone)]
pub struct Node {
    commands: mpsc::Sender<Command>,
    reader: Reader,
    metrics: Arc<Metrics>,
    blocks: broadcast::Sender<Arc<Block>>,
    tx_bytes: usize,
    public: bool,
    locked: Arc<AtomicBool>,
    debug: DebugLog,
    by_clock: Arc<AtomicBool>,
    halted: watch::Receiver<Option<ChainError>>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

/// Blocks that a slow listener may be behind before it misses some.
const BACKLOG: usize = 1_024;

impl Node {
    /// Runs `chain`. The first block is made at once, because clients expect one.
    ///
    /// # Errors
    /// A first block that cannot be made, or a thread that cannot begin.
    pub fn start(chain: Chain, settings: Settings) -> Result<Self, NodeError> {
        let (commands, inbox) = mpsc::channel();
        let (blocks, _) = broadcast::channel(BACKLOG);
        let reader = chain.reader();
        let metrics = Metrics::new().map_err(|error| ChainError::Internal(error.to_string()))?;
        let metrics = Arc::new(metrics);
        let by_clock = Arc::new(AtomicBool::new(settings.mining.is_by_clock()));
        let (halt, halted) = watch::channel(None);
        let mut worker = Worker {
            chain,
            settings,
            metrics: metrics.clone(),
            by_clock: by_clock.clone(),
            blocks: blocks.clone(),
            pending: VecDeque::new(),
            clock: Clock { source: settings.clock, ahead: 0, next: None },
            snapshots: BTreeMap::new(),
            last_wall_time: None,
            last_snapshot: 0,
            answers: Vec::new(),
            halt,
        };
        let debug = DebugLog::default();
        if settings.public {
            // Nobody impersonates on a node that others reach, whatever was done on its chain before.
            worker.chain.edit(|ctx| ctx.overrides().stop_impersonating())?.map_err(ChainError::refused)?;
        } else {
            let lines = debug.clone();
            let sink: DebugSink = Arc::new(move |ctx, contract, text| lines.add(ctx, contract, text));
            worker.chain.app().vm.set_debug(Some(sink));
        }
        if worker.chain.reader().height() == 0 {
            worker.mine(Vec::new())?;
            worker.keep()?;
        }
        let thread = std::thread::Builder::new()
            .name("chain".to_owned())
            .spawn(move || worker.run(&inbox))
            .map_err(|error| NodeError::Chain(ChainError::Internal(error.to_string())))?;
        Ok(Self {
            commands,
            reader,
            metrics,
            blocks,
            tx_bytes: settings.tx_bytes,
            public: settings.public,
            locked: Arc::default(),
            debug,
            by_clock,
            halted,
            thread: Arc::new(Mutex::new(Some(thread))),
        })
    }

    /// Whether the node was started for others to reach ([`Settings::public`]).
    pub fn is_public(&self) -> bool {
        self.public
    }

    /// What contracts print; nothing on a public node.
    pub fn debug(&self) -> &DebugLog {
        &self.debug
    }

    /// Turns the developer's controls off until the node starts anew.
    pub fn lock_controls(&self) {
        self.locked.store(true, Ordering::SeqCst);
    }

    /// Whether the doors may offer the developer's controls.
    ///
    /// # Errors
    /// Why they may not.
    pub fn require_controls(&self) -> Result<(), Closed> {
        match (self.public, self.locked.load(Ordering::SeqCst)) {
            (true, _) => Err(Closed::Public),
            (false, true) => Err(Closed::Locked),
            (false, false) => Ok(()),
        }
    }

    /// A view of the chain.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Whether blocks come by the clock rather than for transactions or when told to.
    pub fn makes_blocks_by_clock(&self) -> bool {
        self.by_clock.load(Ordering::SeqCst)
    }

    /// What is counted.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Every block from now on. A listener that falls 1,024 blocks behind misses the oldest.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Block>> {
        self.blocks.subscribe()
    }

    fn send<T>(&self, make: impl FnOnce(oneshot::Sender<T>) -> Command) -> oneshot::Receiver<T> {
        let (reply, answer) = oneshot::channel();
        // A node that has stopped drops the command, and with it the sender: the receiver then says so.
        let _ = self.commands.send(make(reply));
        answer
    }

    /// Offers a transaction. With [`Mining::Auto`] its block is made before this returns.
    ///
    /// # Errors
    /// A node that has stopped or cannot make the block. A transaction that is not let in is no error here; its
    /// check says why.
    pub async fn broadcast(&self, bytes: Vec<u8>) -> Result<Broadcast, NodeError> {
        // Whatever is wrong with the transaction, its turn will tell.
        if bytes.len() <= self.tx_bytes {
            let _ = self.reader.verify_ahead(&bytes);
        }
        flatten(self.send(|reply| Command::Broadcast { bytes, reply }).await)
    }

    /// [`Node::broadcast`] for a thread that may wait.
    ///
    /// # Errors
    /// As there.
    pub fn broadcast_blocking(&self, bytes: Vec<u8>) -> Result<Broadcast, NodeError> {
        flatten(self.send(|reply| Command::Broadcast { bytes, reply }).blocking_recv())
    }

    /// Makes `blocks` blocks, the first with everything that waits; each `step` after the last if given.
    ///
    /// # Errors
    /// A node that has stopped or cannot make a block.
    pub async fn mine(&self, blocks: u64, step: Option<Duration>) -> Result<Vec<Arc<Block>>, NodeError> {
        flatten(self.send(|reply| Command::Mine { blocks, step, reply }).await)
    }

    /// [`Node::mine`] for a thread that may wait.
    ///
    /// # Errors
    /// As there.
    pub fn mine_blocking(&self, blocks: u64, step: Option<Duration>) -> Result<Vec<Arc<Block>>, NodeError> {
        flatten(self.send(|reply| Command::Mine { blocks, step, reply }).blocking_recv())
    }

    /// Changes when blocks are made.
    ///
    /// # Errors
    /// A node that has stopped.
    pub async fn set_mining(&self, mining: Mining) -> Result<(), NodeError> {
        self.send(|reply| Command::SetMining { mining, reply }).await.map_err(|_| NodeError::Stopped)
    }

    /// Lets the time of all later blocks be `by` later.
    ///
    /// # Errors
    /// A time after [`LATEST`].
    pub async fn increase_time(&self, by: Duration) -> Result<(), NodeError> {
        flatten(self.send(|reply| Command::Shift { by, reply }).await)
    }

    /// Sets the time of the next block, in nanoseconds since 1970. The clock goes on from there.
    ///
    /// # Errors
    /// A time not after the last block, or after [`LATEST`].
    pub async fn set_time(&self, time: u64) -> Result<(), NodeError> {
        flatten(self.send(|reply| Command::SetTime { time, once: false, reply }).await)
    }

    /// Sets the time of the next block alone, in nanoseconds since 1970.
    ///
    /// # Errors
    /// A time not after the last block, or after [`LATEST`].
    pub async fn set_next_block_time(&self, time: u64) -> Result<(), NodeError> {
        flatten(self.send(|reply| Command::SetTime { time, once: true, reply }).await)
    }

    /// Remembers this moment under a number: state, blocks, mempool and clock.
    ///
    /// # Errors
    /// A node that has stopped.
    pub async fn snapshot(&self) -> Result<u64, NodeError> {
        self.send(|reply| Command::Snapshot { reply }).await.map_err(|_| NodeError::Stopped)
    }

    /// Goes back to the moment numbered `id`. It and every later one are forgotten.
    ///
    /// # Errors
    /// No such moment.
    pub async fn revert(&self, id: u64) -> Result<(), NodeError> {
        flatten(self.send(|reply| Command::Revert { id, reply }).await)
    }

    /// Changes the state outside of any block. Returns what `change` returns; if it is an error, nothing changed.
    ///
    /// # Errors
    /// A node that has stopped, or a backend that cannot keep the change.
    pub async fn edit(
        &self,
        change: impl FnOnce(&Ctx) -> Result<()> + Send + 'static,
    ) -> Result<Result<()>, NodeError> {
        flatten(self.send(|reply| Command::Edit { change: Box::new(change), reply }).await)
    }

    /// The transactions that wait for a block, oldest first.
    ///
    /// # Errors
    /// A node that has stopped.
    pub async fn pending(&self) -> Result<Vec<Vec<u8>>, NodeError> {
        self.send(|reply| Command::Pending { reply }).await.map_err(|_| NodeError::Stopped)
    }

    /// Forgets a waiting transaction; says whether there was one with that hash.
    ///
    /// # Errors
    /// A node that has stopped.
    pub async fn drop_pending(&self, hash: [u8; 32]) -> Result<bool, NodeError> {
        self.send(|reply| Command::Drop { hash, reply }).await.map_err(|_| NodeError::Stopped)
    }

    /// Has `work` done by the one who makes the blocks, between two of them.
    ///
    /// # Errors
    /// A node that has stopped.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Worker) -> T + Send + 'static,
    ) -> Result<T, NodeError> {
        // Whoever asked may have gone away; then nobody hears the answer.
        let answer = self.send(|reply| Command::Work(Box::new(|worker| drop(reply.send(work(worker))))));
        answer.await.map_err(|_| NodeError::Stopped)
    }

    /// Waits until the chain takes no more changes because its storage failed, and tells why. Whoever waits for an
    /// answer has it then, and questions are still answered.
    pub async fn halted(&self) -> ChainError {
        let mut halted = self.halted.clone();
        // A node that has stopped cannot halt any more.
        match halted.wait_for(Option::is_some).await.map(|error| error.clone()) {
            Ok(Some(error)) => error,
            _ => std::future::pending().await,
        }
    }

    /// Stops, after everything asked before is done.
    pub fn stop(&self) {
        let _ = self.commands.send(Command::Stop);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

fn flatten<T>(answer: Result<Result<T, NodeError>, oneshot::error::RecvError>) -> Result<T, NodeError> {
    answer.unwrap_or(Err(NodeError::Stopped))
}

/// Logs a block and its transactions. Empty blocks would fill the log of a chain that goes by the clock, so they are
/// told of at a finer level.
fn tell(block: &Block, took: Duration) {
    let (height, txs, micros) = (block.height(), block.txs.len(), took.as_micros());
    if txs == 0 {
        tracing::debug!(height, took_us = %micros, "empty block");
        return;
    }
    if !tracing::enabled!(tracing::Level::INFO) {
        return;
    }
    for (bytes, result) in block.txs.iter().zip(&block.results) {
        let hash = hex::encode_upper(Tx::hash(bytes));
        let messages = Tx::read(bytes).map_or_else(|_| String::new(), |tx| kinds(&tx));
        let TxResult { code, codespace, gas_wanted, gas_used, .. } = result;
        match result.is_ok() {
            true => tracing::info!(hash, messages, gas_wanted, gas_used, "transaction"),
            false => {
                tracing::info!(hash, messages, codespace, code, gas_wanted, gas_used, "transaction failed");
                tracing::debug!(hash, log = result.log, "why it failed");
            }
        }
    }
    let gas_used: u64 = block.results.iter().fold(0, |sum, result| sum.saturating_add(result.gas_used));
    tracing::info!(height, txs, gas_used, took_us = %micros, "block");
}

/// The messages of a transaction by the last part of their type URLs.
fn kinds(tx: &Tx) -> String {
    let names = tx.packed().iter().map(|message| message.type_url.rsplit('.').next().unwrap_or_default());
    names.collect::<Vec<_>>().join(",")
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    pub source: ClockSource,
    /// How far the chain's time is ahead of the source, in nanoseconds; negative if it is behind.
    pub ahead: i64,
    /// The time of the next block alone.
    pub next: Option<u64>,
}

/// The latest time of a block, in nanoseconds since 1970: 2262-01-01T00:00:00Z, in whose April clients that count
/// nanoseconds in 64 bits with a sign are at their end.
pub const LATEST: u64 = 9_214_646_400_000_000_000;

fn not_late(time: u64) -> Result<(), NodeError> {
    if time > LATEST { Err(NodeError::Late { latest: LATEST, given: time }) } else { Ok(()) }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn system_time() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, nanos)
}

/// How far `time` is ahead of the computer's clock.
fn ahead_of_system(time: u64) -> i64 {
    i64::try_from(i128::from(time) - i128::from(system_time())).unwrap_or(i64::MAX)
}

impl Clock {
    /// The time of a block after one at `last`: always later, whatever the computer's clock does.
    pub fn tick(&mut self, last: u64) -> u64 {
        self.tick_at(system_time(), last)
    }

    fn tick_at(&mut self, system: u64, last: u64) -> u64 {
        let now = match self.source {
            ClockSource::System => system.saturating_add_signed(self.ahead),
            ClockSource::Steps(step) => {
                last.saturating_add(nanos(step)).saturating_add_signed(std::mem::take(&mut self.ahead))
            }
        };
        self.next.take().unwrap_or(now).max(last.saturating_add(1))
    }
}

#[derive(Clone)]
pub(crate) struct Moment {
    snapshot: Snapshot,
    pending: VecDeque<([u8; 32], Vec<u8>)>,
    clock: Clock,
}

pub(crate) struct Worker {
    pub chain: Chain,
    pub settings: Settings,
    metrics: Arc<Metrics>,
    by_clock: Arc<AtomicBool>,
    blocks: broadcast::Sender<Arc<Block>>,
    pub pending: VecDeque<([u8; 32], Vec<u8>)>,
    pub clock: Clock,
    pub snapshots: BTreeMap<u64, Moment>,
    /// When the newest block was made by this run, in nanoseconds since 1970.
    pub last_wall_time: Option<u64>,
    last_snapshot: u64,
    /// What is answered when the blocks that are made are kept.
    answers: Vec<(oneshot::Sender<Result<Broadcast, NodeError>>, Broadcast)>,
    /// Why the chain takes no more changes.
    halt: watch::Sender<Option<ChainError>>,
}

impl Worker {
    fn run(mut self, inbox: &mpsc::Receiver<Command>) {
        let mut last = Instant::now();
        loop {
            self.tell_halt();
            let command = match self.settings.mining {
                Mining::Interval(interval) => {
                    let wait = interval.saturating_sub(last.elapsed());
                    match inbox.recv_timeout(wait) {
                        Ok(command) => command,
                        Err(RecvTimeoutError::Timeout) => {
                            // A block that cannot be made is tried again when the next one is due.
                            if let Err(error) = self.mine_pending().and_then(|_| self.keep()) {
                                tracing::error!(%error, "no block");
                            }
                            last = Instant::now();
                            continue;
                        }
                        Err(RecvTimeoutError::Disconnected) => return,
                    }
                }
                Mining::Auto | Mining::Manual => match inbox.recv() {
                    Ok(command) => command,
                    Err(_) => return,
                },
            };
            let began = Instant::now();
            let mut next = Some(command);
            while let Some(command) = next {
                if matches!(command, Command::Stop) {
                    // Who waits is told of a failure; the one who stops the node has not asked for the blocks.
                    let _ = self.keep();
                    return;
                }
                self.carry_out(command);
                next =
                    if began.elapsed() < self.settings.group_commit { inbox.try_recv().ok() } else { None };
            }
            // As above.
            let _ = self.keep();
        }
    }

    fn tell_halt(&self) {
        if let Err(error) = self.chain.require_running() {
            self.halt.send_if_modified(|told| {
                let first = told.is_none();
                *told = Some(error);
                first
            });
        }
    }

    /// Keeps the blocks that were made, shows them, and answers who waits for them.
    pub(crate) fn keep(&mut self) -> Result<(), NodeError> {
        let kept = self.chain.keep_blocks().map_err(NodeError::from);
        let waiting = self.pending.iter().map(|(_, tx)| tx.len());
        self.metrics.mempool(self.pending.len(), waiting.sum());
        for block in kept.iter().flatten() {
            // Nobody listening is no trouble.
            let _ = self.blocks.send(block.clone());
        }
        for (reply, broadcast) in self.answers.drain(..) {
            let answer = kept.as_ref().map_or_else(|error| Err(error.clone()), |_| Ok(broadcast));
            let _ = reply.send(answer);
        }
        kept.map(|_| ())
    }

    fn carry_out(&mut self, command: Command) {
        // Only transactions share what is kept: everything else finds and leaves a chain that is kept.
        if !matches!(command, Command::Broadcast { .. }) {
            // A chain that could not keep its blocks says so to whoever wants to change it.
            let _ = self.keep();
        }
        // Whoever asked may have gone away; then nobody hears the answer.
        match command {
            Command::Broadcast { bytes, reply } => {
                let length = bytes.len();
                let answer = self.broadcast(bytes);
                self.metrics.offered(length, answer.as_ref().is_ok_and(|sent| sent.check.is_ok()));
                match answer {
                    Ok(broadcast) if broadcast.included.is_some() => self.answers.push((reply, broadcast)),
                    answer => drop(reply.send(answer)),
                }
            }
            Command::Mine { blocks, step, reply } => drop(reply.send(self.mine_many(blocks, step))),
            Command::SetMining { mining, reply } => {
                self.set_mining(mining);
                let _ = reply.send(());
            }
            Command::Shift { by, reply } => drop(reply.send(self.shift(by))),
            Command::SetTime { time, once, reply } => drop(reply.send(self.set_time(time, once))),
            Command::Snapshot { reply } => drop(reply.send(self.snapshot())),
            Command::Revert { id, reply } => drop(reply.send(self.revert(id))),
            Command::Edit { change, reply } => {
                let outcome = self.chain.edit(change).map_err(NodeError::from);
                self.recheck();
                let _ = reply.send(outcome);
            }
            Command::Pending { reply } => {
                drop(reply.send(self.pending.iter().map(|(_, bytes)| bytes.clone()).collect()));
            }
            Command::Drop { hash, reply } => {
                let before = self.pending.len();
                self.pending.retain(|(pending, _)| *pending != hash);
                let found = self.pending.len() != before;
                self.recheck();
                let _ = reply.send(found);
            }
            Command::Work(work) => work(self),
            Command::Stop => {}
        }
    }

    fn broadcast(&mut self, bytes: Vec<u8>) -> Result<Broadcast, NodeError> {
        self.chain.require_running()?;
        let hash = Tx::hash(&bytes);
        let refuse = |kind: crate::error::Kind, text: String| {
            let error = kind.wrap(text).abci();
            let check = TxResult {
                code: error.code,
                codespace: error.codespace,
                log: error.log,
                data: Vec::new(),
                gas_wanted: 0,
                gas_used: 0,
                events: Vec::new(),
            };
            Ok(Broadcast { hash, check, included: None })
        };
        if bytes.len() > self.settings.tx_bytes {
            return refuse(
                sdk::TX_TOO_LARGE,
                format!("Tx too large. Max size is {}, but got {}", self.settings.tx_bytes, bytes.len()),
            );
        }
        // CometBFT remembers what it has let in, until it fails in its block.
        let succeeded = |tx: Included| tx.result().is_some_and(TxResult::is_ok);
        let known = self.pending.iter().any(|(pending, _)| *pending == hash);
        if known || self.chain.ahead().tx(&hash).is_some_and(succeeded) {
            return refuse(sdk::TX_IN_MEMPOOL, "tx already exists in cache".to_owned());
        }
        if self.pending.len() >= self.settings.mempool {
            return refuse(
                sdk::MEMPOOL_FULL,
                format!("number of txs {} (max: {})", self.pending.len(), self.settings.mempool),
            );
        }
        let check = self.chain.check_tx(&bytes);
        let mut included = None;
        if check.is_ok() {
            self.pending.push_back((hash, bytes));
            if self.settings.mining == Mining::Auto {
                self.mine_pending()?;
                included = self.chain.ahead().tx(&hash);
            }
        }
        Ok(Broadcast { hash, check, included })
    }

    fn mine_many(&mut self, blocks: u64, step: Option<Duration>) -> Result<Vec<Arc<Block>>, NodeError> {
        let mut made = Vec::new();
        let mut began = Instant::now();
        for index in 0..blocks {
            if let Some(step) = step.filter(|_| index > 0) {
                let next = self.chain.ahead().time().0.saturating_add(nanos(step));
                not_late(next)?;
                self.clock.next = Some(next);
            }
            made.push(self.mine_pending()?);
            if began.elapsed() > self.settings.group_commit {
                self.keep()?;
                began = Instant::now();
            }
        }
        self.keep()?;
        // The clock goes on from the last of the blocks that were made ahead of it.
        if step.is_some() && self.clock.source == ClockSource::System {
            let last = self.chain.reader().time().0;
            self.clock.ahead = self.clock.ahead.max(ahead_of_system(last));
        }
        Ok(made)
    }

    fn mine_pending(&mut self) -> Result<Arc<Block>, NodeError> {
        let most = usize::try_from(crate::block::MAX_BYTES).unwrap_or(usize::MAX) / 2;
        let mut bytes = 0_usize;
        let mut count = 0;
        for (_, tx) in &self.pending {
            bytes = bytes.saturating_add(tx.len());
            if bytes > most && count > 0 {
                break;
            }
            count += 1;
        }
        let txs: Vec<Vec<u8>> = self.pending.iter().take(count).map(|(_, tx)| tx.clone()).collect();
        let block = self.mine(txs)?;
        self.pending.drain(..count);
        if !self.pending.is_empty() {
            self.recheck();
        }
        Ok(block)
    }

    pub(crate) fn mine(&mut self, txs: Vec<Vec<u8>>) -> Result<Arc<Block>, NodeError> {
        let previous = self.chain.ahead().time().0;
        let mut clock = self.clock;
        let time = clock.tick(previous);
        not_late(time)?;
        let began = Instant::now();
        let block = self.chain.make_block(txs, time)?;
        let took = began.elapsed();
        self.clock = clock;
        self.last_wall_time = Some(system_time());
        self.metrics.block(&block, previous, took);
        tell(&block, took);
        Ok(block)
    }

    pub(crate) fn set_mining(&mut self, mining: Mining) {
        self.settings.mining = mining;
        self.by_clock.store(mining.is_by_clock(), Ordering::SeqCst);
    }

    /// Judges the waiting transactions anew, and forgets those that may no longer enter.
    pub(crate) fn recheck(&mut self) {
        self.chain.clear_checks();
        let chain = &self.chain;
        self.pending.retain(|(_, bytes)| chain.check_tx(bytes).is_ok());
    }

    fn shift(&mut self, by: Duration) -> Result<(), NodeError> {
        let now = { self.clock }.tick(self.chain.reader().time().0);
        not_late(now.saturating_add(nanos(by)))?;
        self.clock.ahead = self.clock.ahead.saturating_add_unsigned(nanos(by));
        Ok(())
    }

    /// Sets how far the chain's time is ahead of the computer's clock, in nanoseconds. Where that is before the last
    /// block, blocks follow each other by a nanosecond until it is not.
    pub(crate) fn set_offset(&mut self, ahead: i64) -> Result<(), NodeError> {
        if self.clock.source != ClockSource::System {
            return Err(NodeError::NoOffset);
        }
        not_late(system_time().saturating_add_signed(ahead))?;
        self.clock.ahead = ahead;
        Ok(())
    }

    fn set_time(&mut self, time: u64, once: bool) -> Result<(), NodeError> {
        let last = self.chain.reader().time().0;
        if time <= last {
            return Err(NodeError::Past { last, given: time });
        }
        not_late(time)?;
        self.clock.next = Some(time);
        if !once && self.clock.source == ClockSource::System {
            self.clock.ahead = ahead_of_system(time);
        }
        Ok(())
    }

    fn snapshot(&mut self) -> u64 {
        self.last_snapshot = self.last_snapshot.saturating_add(1);
        let moment =
            Moment { snapshot: self.chain.snapshot(), pending: self.pending.clone(), clock: self.clock };
        self.snapshots.insert(self.last_snapshot, moment);
        self.last_snapshot
    }

    fn revert(&mut self, id: u64) -> Result<(), NodeError> {
        let moment = self.snapshots.get(&id).cloned().ok_or(NodeError::NoSnapshot(id))?;
        self.chain.revert(&moment.snapshot)?;
        self.snapshots.retain(|known, _| *known < id);
        self.pending = moment.pending;
        self.clock = moment.clock;
        self.recheck();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

    const DAY: u64 = 86_400_000_000_000;
    const NOW: u64 = 1_795_561_995_000_000_000;

    /// What the computer's clock does from one block to the next.
    fn jump() -> impl Strategy<Value = i64> {
        let day = i64::try_from(DAY).unwrap_or_default();
        prop_oneof![0..2_000_000_000_i64, Just(0), -day..day, any::<i64>()]
    }

    proptest! {
        /// However the computer's clock jumps, each block is later than the last; and as soon as the clock is past the
        /// last block again, blocks have its time.
        #[test]
        fn time_never_stands_still_or_goes_back(
            jumps in proptest::collection::vec(jump(), 1..50),
            ahead in prop_oneof![Just(0), -3_600_000_000_000..3_600_000_000_000_i64],
        ) {
            let mut clock = Clock { source: ClockSource::System, ahead, next: None };
            let (mut system, mut last) = (NOW, NOW);
            for jump in jumps {
                // Up to the last moment that a block can have, a century from now.
                system = system.saturating_add_signed(jump).clamp(0, NOW + 36_500 * DAY);
                let time = clock.tick_at(system, last);
                prop_assert!(time > last, "{time} after {last}");
                let shown = system.saturating_add_signed(ahead);
                prop_assert_eq!(time, shown.max(last + 1));
                last = time;
            }
        }

        /// A chain of even steps does not look at the computer's clock.
        #[test]
        fn steps_are_even_whatever_the_clock_says(clocks in proptest::collection::vec(any::<u64>(), 1..20)) {
            let source = ClockSource::Steps(Duration::from_secs(5));
            let mut clock = Clock { source, ahead: 0, next: None };
            let mut last = NOW;
            for system in clocks {
                let time = clock.tick_at(system, last);
                prop_assert_eq!(time - last, 5_000_000_000);
                last = time;
            }
        }
    }
}
