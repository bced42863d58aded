//! The chain: one writer that makes blocks, and any number of readers that never wait for it.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use imbl::{OrdMap, OrdSet};
use sha2::{Digest, Sha256};

use crate::app::{App, TxResult};
use crate::auth;
use crate::backend::{Backend, BackendError, Made, Stored};
use crate::block::{Block, Proposal, Validator};
use crate::context::{BlockInfo, Ctx, GasPrice, Mode, Time};
use crate::dev::Overrides;
use crate::error::{Error, Result, sdk};
use crate::gas::GasMeter;
use crate::genesis::Genesis;
use crate::index::Query;
use crate::postings::{Place, Postings};
use crate::query::{self, QueryResponse};
use crate::store::{Change, State, Working};
use crate::tx::Tx;
use crate::wasm::{Vm, VmError};

/// How much of the past a chain keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Blocks with their results.
    pub blocks: u64,
    /// Heights whose state can be asked.
    pub states: u64,
}

impl Default for Retention {
    fn default() -> Self {
        Self { blocks: 10_000, states: 1_000 }
    }
}

impl Retention {
    /// The lowest block that is kept when `height` is the newest.
    pub fn lowest_block(self, height: u64) -> u64 {
        height.saturating_add(1).saturating_sub(self.blocks.max(1))
    }

    /// The lowest height whose state is kept when `height` is the newest.
    pub fn lowest_state(self, height: u64) -> u64 {
        height.saturating_add(1).saturating_sub(self.states.max(1))
    }
}

/// Why a chain cannot begin or go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainError {
    /// The genesis is not sound.
    Genesis(String),
    /// The virtual machine cannot begin.
    Vm(VmError),
    /// What was kept cannot be read, or a change cannot be kept: then the chain is as it was before, and takes no
    /// further change. A chain that is opened again has that change or has it not.
    Backend(BackendError),
    /// A change could not be kept before; until it is opened again, the chain only answers.
    Halted(BackendError),
    /// A block time that is not after the last one, in nanoseconds since 1970.
    Time { last: u64, given: u64 },
    /// Another chain than this one, by chain id, prefix of addresses and staking coin.
    Foreign { ours: String, theirs: String },
    /// The chain's own rules failed where they cannot; the text is for a bug report.
    Internal(String),
}

impl std::fmt::Display for ChainError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Genesis(text) => write!(f, "unsound genesis: {text}"),
            Self::Vm(error) => write!(f, "virtual machine: {error}"),
            Self::Backend(error) => write!(f, "storage: {error}"),
            Self::Halted(error) => {
                write!(f, "the chain takes no more changes since its storage failed: {error}")
            }
            Self::Time { last, given } => {
                write!(f, "block time {given} ns is not after the last block's {last} ns")
            }
            Self::Foreign { ours, theirs } => {
                write!(f, "this is the chain {ours}, not {theirs}")
            }
            Self::Internal(text) => write!(f, "internal: {text}"),
        }
    }
}

impl std::error::Error for ChainError {}

impl From<BackendError> for ChainError {
    fn from(error: BackendError) -> Self {
        Self::Backend(error)
    }
}

impl ChainError {
    /// What the chain's own rules refused where they cannot.
    pub(crate) fn refused(error: Error) -> Self {
        Self::Internal(error.to_string())
    }
}

fn unsound(error: Error) -> ChainError {
    ChainError::Genesis(error.to_string())
}

/// What a chain began with, in the forms in which it is used.
struct Origin {
    genesis: Arc<Genesis>,
    /// As the backend keeps it.
    json: String,
    prices: Arc<[GasPrice]>,
}

impl Origin {
    fn new(genesis: Genesis) -> Result<Self, ChainError> {
        let prices = genesis.gas_prices().map_err(unsound)?.into();
        let json = serde_json::to_string(&genesis).map_err(|error| ChainError::Genesis(error.to_string()))?;
        Ok(Self { genesis: Arc::new(genesis), json, prices })
    }

    /// What must be the same for a chain to be the same: clients have signed and stored it.
    fn identity(&self) -> String {
        let Genesis { chain_id, prefix, bond_denom, .. } = &*self.genesis;
        format!("{chain_id} ({prefix}1…, {bond_denom})")
    }
}

/// One moment of the chain, whole and unchanging. Cloning shares everything.
#[derive(Clone)]
pub struct Tip {
    origin: Arc<Origin>,
    height: u64,
    time: Time,
    app_hash: Vec<u8>,
    state: State,
    states: OrdMap<u64, (Time, State)>,
    blocks: OrdMap<u64, Arc<Block>>,
    /// Heights of blocks by the hash of their header.
    hashes: OrdMap<[u8; 32], u64>,
    /// Height and index of transactions by hash.
    txs: OrdMap<[u8; 32], (u64, u32)>,
    /// Heights of blocks that carry transactions, which is where a search for them looks that names no event.
    filled: OrdSet<u64>,
    /// The events of transactions and where they are.
    tx_events: Postings,
    /// The events of blocks and where they are.
    block_events: Postings,
}

/// What readers need beside the tip.
struct Shared {
    app: Arc<App>,
    validator: Validator,
    tip: RwLock<Arc<Tip>>,
    /// The state as it will be if every transaction that was let in gets into a block.
    check: RwLock<Working>,
}

/// The writer of a chain.
pub struct Chain {
    shared: Arc<Shared>,
    backend: Box<dyn Backend>,
    retention: Retention,
    /// The moment after all blocks that were made; readers stay at the last one that is kept.
    ahead: Arc<Tip>,
    /// Blocks that were made and are not kept yet.
    made: Vec<Made>,
    /// Why nothing more can be kept.
    halted: Option<BackendError>,
}

/// A moment of the chain to come back to.
#[derive(Clone)]
pub struct Snapshot {
    tip: Arc<Tip>,
}

impl Snapshot {
    /// The height at which it was taken.
    pub fn height(&self) -> u64 {
        self.tip.height
    }
}

impl Chain {
    /// Begins the chain of `genesis`, or goes on with what `backend` has kept. Contract code lies in `code`, a folder
    /// that only this chain writes to.
    ///
    /// # Errors
    /// See [`ChainError`].
    pub fn new(
        genesis: Genesis,
        code: &Path,
        mut backend: Box<dyn Backend>,
        retention: Retention,
    ) -> Result<Self, ChainError> {
        let validator = Validator::new(genesis.validator_seed()).map_err(unsound)?;
        let vm = Vm::new(code).map_err(ChainError::Vm)?;
        let app = Arc::new(App::new(&genesis.chain_id, &genesis.prefix, &genesis.bond_denom, vm));
        let origin = Arc::new(Origin::new(genesis)?);
        let tip = match backend.load()? {
            Some(stored) if stored.genesis != origin.json => {
                return Err(ChainError::Genesis(
                    "what is kept belongs to a chain of another genesis".to_owned(),
                ));
            }
            Some(stored) => restore(stored, origin, retention)?,
            None => {
                let tip = first_tip(&app, origin).map_err(unsound)?;
                backend.replace(&Stored::default(), &tip.stored())?;
                tip
            }
        };
        let check = Working::new(tip.state.clone());
        let ahead = Arc::new(tip);
        let shared =
            Arc::new(Shared { app, validator, tip: RwLock::new(ahead.clone()), check: RwLock::new(check) });
        let chain = Self { shared, backend, retention, ahead, made: Vec::new(), halted: None };
        chain.pin_codes().map_err(ChainError::refused)?;
        Ok(chain)
    }

    fn pin_codes(&self) -> Result<()> {
        let reader = self.reader();
        let ctx = reader.context();
        let checksums = crate::wasm::keeper::pinned_checksums(&ctx, None)?;
        self.shared.app.vm.pin_only(&checksums).map_err(Error::panic)
    }

    /// The rules of the chain.
    pub fn app(&self) -> &Arc<App> {
        &self.shared.app
    }

    /// A view of the chain that goes with it: each question sees the newest block that is kept, and none waits for the
    /// writer.
    pub fn reader(&self) -> Reader {
        Reader { shared: self.shared.clone(), at: None }
    }

    /// A view of this moment, with the blocks that are made and not kept yet.
    pub fn ahead(&self) -> Reader {
        Reader { shared: self.shared.clone(), at: Some(self.ahead.clone()) }
    }

    /// Sees whether a transaction may enter the mempool. What it would change is remembered until the next block, so
    /// that the next transaction of the same sender is judged behind it.
    pub fn check_tx(&self, bytes: &[u8]) -> TxResult {
        let check = self.shared.check.read().unwrap_or_else(PoisonError::into_inner).clone();
        let ctx = self.shared.checking(&self.ahead, check, Mode::Check);
        self.shared.app.run_tx(&ctx, bytes)
    }

    /// What gas a transaction would need now; see [`Reader::simulate`].
    pub fn simulate(&self, bytes: &[u8]) -> TxResult {
        self.reader().simulate(bytes)
    }

    /// Makes a block of `txs` at `time`, nanoseconds since 1970.
    ///
    /// # Errors
    /// A time not after the last block's, or a backend that cannot keep the block; then nothing has changed.
    pub fn produce_block(&mut self, txs: Vec<Vec<u8>>, time: u64) -> Result<Arc<Block>, ChainError> {
        let block = self.make_block(txs, time)?;
        self.keep_blocks()?;
        Ok(block)
    }

    /// Makes a block as [`Chain::produce_block`] does, which nobody sees before [`Chain::keep_blocks`]. Keeping several
    /// at once is cheaper than keeping each.
    ///
    /// # Errors
    /// A time not after the last block's, or a chain that takes no more changes.
    pub fn make_block(&mut self, txs: Vec<Vec<u8>>, time: u64) -> Result<Arc<Block>, ChainError> {
        self.require_running()?;
        let tip = self.ahead.clone();
        if time <= tip.time.0 {
            return Err(ChainError::Time { last: tip.time.0, given: time });
        }
        let height =
            if tip.height == 0 { tip.origin.genesis.initial_height } else { tip.height.saturating_add(1) };
        let proposal = Proposal {
            chain_id: &tip.origin.genesis.chain_id,
            height,
            time,
            previous: tip.blocks.get(&tip.height).map(Arc::as_ref),
            app_hash: &tip.app_hash,
            txs,
            max_block_gas: tip.max_block_gas(),
        };
        let mut block = self.shared.validator.make(proposal).map_err(ChainError::refused)?;

        let info = Arc::new(BlockInfo::new(height, Time(time), tip.max_block_gas()));
        let working = Working::new(tip.state.clone());
        let ctx = self.shared.app.context(working.clone(), info, Mode::Finalize, tip.prices());
        block.events = self.shared.app.begin_block(&ctx).map_err(ChainError::refused)?;
        block.results = block.txs.iter().map(|bytes| self.shared.app.run_tx(&ctx, bytes)).collect();
        self.shared.app.end_block(&ctx).map_err(ChainError::refused)?;

        let (state, changes) = working.settle();
        block.app_hash = next_app_hash(&tip.app_hash, &changes);
        drop(tip);
        let block = Arc::new(block);
        Arc::make_mut(&mut self.ahead).push(&block, state, self.retention);
        self.made.push(Made { block: block.clone(), changes });
        self.clear_checks();
        Ok(block)
    }

    /// Keeps every block that was made, all or none of them, and shows them to readers. Returns them, oldest first.
    ///
    /// # Errors
    /// A backend that cannot keep them: then none of them has happened, and the chain takes no more changes.
    pub fn keep_blocks(&mut self) -> Result<Vec<Arc<Block>>, ChainError> {
        let made = std::mem::take(&mut self.made);
        if made.is_empty() {
            return Ok(Vec::new());
        }
        let kept = self.backend.commit(&made, self.retention);
        self.show(kept)?;
        Ok(made.into_iter().map(|made| made.block).collect())
    }

    /// Whether the chain still takes changes.
    ///
    /// # Errors
    /// [`ChainError::Halted`] after a failure to keep something.
    pub fn require_running(&self) -> Result<(), ChainError> {
        self.halted.clone().map_or(Ok(()), |error| Err(ChainError::Halted(error)))
    }

    /// Shows to readers what was done, once it is kept; else halts where they are.
    fn show(&mut self, kept: Result<(), BackendError>) -> Result<(), ChainError> {
        match kept {
            Ok(()) => *self.shared.tip.write().unwrap_or_else(PoisonError::into_inner) = self.ahead.clone(),
            Err(_) => self.ahead = self.shared.tip(),
        }
        self.halted = kept.as_ref().err().cloned();
        self.clear_checks();
        Ok(kept?)
    }

    /// Changes the state outside of any block: the developer's hand. The change is part of the next block's hash.
    ///
    /// # Errors
    /// What `change` refuses, with nothing changed; or a backend that cannot keep it.
    pub fn edit<T>(&mut self, change: impl FnOnce(&Ctx) -> Result<T>) -> Result<Result<T>, ChainError> {
        self.keep_blocks()?;
        self.require_running()?;
        let tip = self.ahead.clone();
        let working = Working::new(tip.state.clone());
        let ctx = self.shared.app.context(working.clone(), tip.info(), Mode::Finalize, tip.prices());
        let outcome = change(&ctx);
        let (state, changes) = working.settle();
        if outcome.is_ok() && !changes.is_empty() {
            let next = Arc::make_mut(&mut self.ahead);
            next.app_hash = next_app_hash(&tip.app_hash, &changes);
            next.states.insert(next.height, (next.time, state.clone()));
            next.state = state;
            let kept = self.backend.edit(&changes, &self.ahead.app_hash);
            self.show(kept)?;
        }
        Ok(outcome)
    }

    /// This moment, to come back to. Costs nothing.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot { tip: self.ahead.clone() }
    }

    /// Goes back to `snapshot`: state, blocks, indexes and time.
    ///
    /// # Errors
    /// A backend that cannot keep it; then nothing has changed.
    pub fn revert(&mut self, snapshot: &Snapshot) -> Result<(), ChainError> {
        self.go_to(snapshot.tip.clone())
    }

    /// Begins anew: with `genesis`, or with the one that this chain began with.
    ///
    /// # Errors
    /// A genesis that is not sound or is of another chain, or a backend that cannot keep it; then nothing has changed.
    pub fn reset(&mut self, genesis: Option<Genesis>) -> Result<(), ChainError> {
        let origin = match genesis {
            Some(genesis) => Arc::new(self.same_chain(Origin::new(genesis)?)?),
            None => self.ahead.origin.clone(),
        };
        let tip = first_tip(&self.shared.app, origin).map_err(unsound)?;
        self.go_to(Arc::new(tip))
    }

    /// Everything that is kept of the chain, but for the codes of contracts.
    pub fn stored(&self) -> Stored {
        self.shared.tip().stored()
    }

    /// Goes to where another run of the same chain was. Its codes must be in the machine.
    ///
    /// # Errors
    /// A genesis of another chain, blocks that do not follow one another, or a backend that cannot keep it; then
    /// nothing has changed.
    pub fn load(&mut self, stored: Stored) -> Result<(), ChainError> {
        let genesis =
            serde_json::from_str(&stored.genesis).map_err(|error| ChainError::Genesis(error.to_string()))?;
        let origin = Arc::new(self.same_chain(Origin::new(genesis)?)?);
        let tip = restore(stored, origin, self.retention)?;
        self.go_to(Arc::new(tip))
    }

    fn same_chain(&self, origin: Origin) -> Result<Origin, ChainError> {
        let (ours, theirs) = (self.ahead.origin.identity(), origin.identity());
        if ours == theirs { Ok(origin) } else { Err(ChainError::Foreign { ours, theirs }) }
    }

    fn go_to(&mut self, tip: Arc<Tip>) -> Result<(), ChainError> {
        self.keep_blocks()?;
        self.require_running()?;
        let kept = self.backend.replace(&self.ahead.stored(), &tip.stored());
        self.ahead = tip;
        self.show(kept)?;
        self.pin_codes().map_err(ChainError::refused)
    }

    /// Forgets the transactions that were let in but are in no block.
    pub fn clear_checks(&self) {
        *self.shared.check.write().unwrap_or_else(PoisonError::into_inner) =
            Working::new(self.ahead.state.clone());
    }
}

fn first_tip(app: &Arc<App>, origin: Arc<Origin>) -> Result<Tip> {
    let genesis = origin.genesis.clone();
    let working = Working::new(State::default());
    let info = Arc::new(BlockInfo::new(0, Time(genesis.time), None));
    let ctx = app.context(working.clone(), info, Mode::Finalize, origin.prices.clone());
    genesis.write(&ctx)?;
    let (state, changes) = working.settle();
    Ok(Tip {
        height: 0,
        time: Time(genesis.time),
        origin,
        app_hash: next_app_hash(&[], &changes),
        state,
        states: OrdMap::new(),
        blocks: OrdMap::new(),
        hashes: OrdMap::new(),
        txs: OrdMap::new(),
        filled: OrdSet::new(),
        tx_events: Postings::default(),
        block_events: Postings::default(),
    })
}

fn restore(stored: Stored, origin: Arc<Origin>, retention: Retention) -> Result<Tip, ChainError> {
    let mut tip = Tip {
        height: 0,
        time: Time(origin.genesis.time),
        origin,
        app_hash: Vec::new(),
        state: stored.state.clone(),
        states: OrdMap::new(),
        blocks: OrdMap::new(),
        hashes: OrdMap::new(),
        txs: OrdMap::new(),
        filled: OrdSet::new(),
        tx_events: Postings::default(),
        block_events: Postings::default(),
    };
    for block in stored.blocks.values() {
        if tip.height > 0 && block.height() != tip.height.saturating_add(1) {
            return Err(ChainError::Backend(BackendError(format!(
                "block {} follows block {}",
                block.height(),
                tip.height
            ))));
        }
        tip.push(block, stored.state.clone(), retention);
    }
    tip.app_hash = stored.app_hash;
    tip.states = stored.states;
    tip.limit_states(retention);
    Ok(tip)
}

/// The hash of a state: of the one before, and of every change since.
fn next_app_hash(previous: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    let length = |hasher: &mut Sha256, bytes: &[u8]| {
        hasher.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(bytes);
    };
    length(&mut hasher, previous);
    for (key, value) in changes {
        length(&mut hasher, key);
        match value {
            Some(value) => {
                hasher.update([1]);
                length(&mut hasher, value);
            }
            None => hasher.update([0]),
        }
    }
    hasher.finalize().to_vec()
}

/// The time of a block.
pub fn block_time(block: &Block) -> Time {
    let time = tendermint_proto::google::protobuf::Timestamp::from(block.header.time);
    let seconds = u64::try_from(time.seconds).unwrap_or_default();
    Time(seconds.saturating_mul(1_000_000_000).saturating_add(u64::try_from(time.nanos).unwrap_or_default()))
}

impl Tip {
    fn push(&mut self, block: &Arc<Block>, state: State, retention: Retention) {
        let height = block.height();
        self.height = height;
        self.time = block_time(block);
        self.app_hash.clone_from(&block.app_hash);
        self.states.insert(height, (self.time, state.clone()));
        self.state = state;
        self.blocks.insert(height, block.clone());
        if let Ok(hash) = block.id.hash.as_bytes().try_into() {
            self.hashes.insert(hash, height);
        }
        for (index, bytes) in (0_u32..).zip(&block.txs) {
            self.txs.insert(Tx::hash(bytes), (height, index));
        }
        if !block.txs.is_empty() {
            self.filled.insert(height);
        }
        self.block_events.insert(height, [block.events.as_slice()]);
        self.tx_events.insert(height, block.results.iter().map(|result| result.events.as_slice()));
        self.limit_states(retention);
        while self.blocks.len() > usize::try_from(retention.blocks.max(1)).unwrap_or(usize::MAX) {
            let Some((oldest, block)) = self.blocks.get_min().cloned() else { break };
            self.forget(oldest, &block);
        }
    }

    fn limit_states(&mut self, retention: Retention) {
        while self.states.len() > usize::try_from(retention.states.max(1)).unwrap_or(usize::MAX) {
            let Some(oldest) = self.states.get_min().map(|(height, _)| *height) else { break };
            self.states.remove(&oldest);
        }
    }

    fn forget(&mut self, height: u64, block: &Block) {
        self.blocks.remove(&height);
        self.filled.remove(&height);
        self.block_events.forget_below(height.saturating_add(1));
        self.tx_events.forget_below(height.saturating_add(1));
        let hash: Option<[u8; 32]> = block.id.hash.as_bytes().try_into().ok();
        if let Some(hash) = hash {
            self.hashes.remove(&hash);
        }
        for bytes in &block.txs {
            let hash = Tx::hash(bytes);
            // The same bytes may have come again in a younger block.
            if self.txs.get(&hash).is_some_and(|(found, _)| *found == height) {
                self.txs.remove(&hash);
            }
        }
    }

    /// The most gas of one block.
    fn max_block_gas(&self) -> Option<u64> {
        Overrides::of_state(&self.state).max_block_gas().unwrap_or(self.origin.genesis.max_block_gas)
    }

    /// What the node asks for gas.
    fn prices(&self) -> Arc<[GasPrice]> {
        Overrides::of_state(&self.state).gas_prices().unwrap_or_else(|| self.origin.prices.clone())
    }

    /// The newest block, for what runs on its state outside of blocks.
    fn info(&self) -> Arc<BlockInfo> {
        let max_gas = self.max_block_gas();
        Arc::new(BlockInfo { height: self.height, time: self.time, gas: GasMeter::infinite(), max_gas })
    }

    fn stored(&self) -> Stored {
        Stored {
            genesis: self.origin.json.clone(),
            app_hash: self.app_hash.clone(),
            state: self.state.clone(),
            blocks: self.blocks.clone(),
            states: self.states.clone(),
        }
    }
}

impl Shared {
    fn tip(&self) -> Arc<Tip> {
        self.tip.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn checking(&self, tip: &Tip, working: Working, mode: Mode) -> Ctx {
        self.app.context(working, tip.info(), mode, tip.prices())
    }
}

/// A transaction that is in a block.
#[derive(Debug, Clone)]
pub struct Included {
    /// Its block.
    pub block: Arc<Block>,
    /// Its place in the block.
    pub index: u32,
}

impl Included {
    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        usize::try_from(self.index)
            .ok()
            .and_then(|index| self.block.txs.get(index))
            .map_or(&[], Vec::as_slice)
    }

    /// Its hash.
    pub fn hash(&self) -> [u8; 32] {
        Tx::hash(self.bytes())
    }

    /// How it went.
    pub fn result(&self) -> Option<&TxResult> {
        self.block.results.get(usize::try_from(self.index).ok()?)
    }
}

/// Pages of what was found.
#[derive(Debug, Clone)]
pub struct Found<T> {
    pub items: Vec<T>,
    /// How many there are on all pages.
    pub total: usize,
}

/// What `found` makes of `places`: `limit` of it after the first `skip`.
fn page<T>(
    mut places: Vec<Place>,
    descending: bool,
    skip: usize,
    limit: usize,
    found: impl FnMut(&Place) -> Option<T>,
) -> Found<T> {
    if descending {
        places.reverse();
    }
    let (mut items, mut total) = (Vec::new(), 0);
    for item in places.iter().filter_map(found) {
        if total >= skip && items.len() < limit {
            items.push(item);
        }
        total += 1;
    }
    Found { items, total }
}

/// Reads a chain. Cheap to clone; never waits for the writer, and a question sees one moment from beginning to end.
#[derive(Clone)]
pub struct Reader {
    shared: Arc<Shared>,
    at: Option<Arc<Tip>>,
}

impl Reader {
    fn tip(&self) -> Arc<Tip> {
        self.at.clone().unwrap_or_else(|| self.shared.tip())
    }

    /// The same reader, staying at this moment while the chain goes on.
    #[must_use]
    pub fn freeze(&self) -> Self {
        Self { shared: self.shared.clone(), at: Some(self.tip()) }
    }

    /// The reader as if `height` were the newest block; 0 for the newest.
    ///
    /// # Errors
    /// A height that is not reached yet, or whose state is no longer kept.
    pub fn at(&self, height: u64) -> Result<Self> {
        let tip = self.tip();
        if height == 0 || height == tip.height {
            return Ok(Self { shared: self.shared.clone(), at: Some(tip) });
        }
        if height > tip.height {
            return Err(sdk::INVALID_HEIGHT
                .wrap("cannot query with height in the future; please provide a valid height"));
        }
        let Some((time, state)) = tip.states.get(&height) else {
            return Err(sdk::NOT_FOUND.wrap(format!(
                "failed to load state at height {height}; version does not exist (latest height: {})",
                tip.height
            )));
        };
        let past = Tip { height, time: *time, state: state.clone(), ..(*tip).clone() };
        Ok(Self { shared: self.shared.clone(), at: Some(Arc::new(past)) })
    }

    /// The rules of the chain.
    pub fn app(&self) -> &Arc<App> {
        &self.shared.app
    }

    /// What the chain began with.
    pub fn genesis(&self) -> Arc<Genesis> {
        self.tip().origin.genesis.clone()
    }

    /// The one validator.
    pub fn validator(&self) -> &Validator {
        &self.shared.validator
    }

    /// What the node asks for gas.
    pub fn gas_prices(&self) -> Arc<[GasPrice]> {
        self.tip().prices()
    }

    /// The most gas of one block; `None` for any.
    pub fn max_block_gas(&self) -> Option<u64> {
        self.tip().max_block_gas()
    }

    /// The height of the newest block; 0 before the first.
    pub fn height(&self) -> u64 {
        self.tip().height
    }

    /// The time of the newest block.
    pub fn time(&self) -> Time {
        self.tip().time
    }

    /// The hash of the state after the newest block.
    pub fn app_hash(&self) -> Vec<u8> {
        self.tip().app_hash.clone()
    }

    /// How many keys the state has.
    pub fn state_len(&self) -> usize {
        self.tip().state.len()
    }

    /// The oldest block that is kept; 0 before the first.
    pub fn lowest(&self) -> u64 {
        self.tip().blocks.get_min().map_or(0, |(height, _)| *height)
    }

    /// The lowest height whose state is kept; 0 before the first block.
    pub fn lowest_state(&self) -> u64 {
        self.tip().states.get_min().map_or(0, |(height, _)| *height)
    }

    /// The block at `height`; 0 for the newest.
    pub fn block(&self, height: u64) -> Option<Arc<Block>> {
        let tip = self.tip();
        tip.blocks.get(if height == 0 { &tip.height } else { &height }).cloned()
    }

    /// The block with that header hash.
    pub fn block_by_hash(&self, hash: &[u8; 32]) -> Option<Arc<Block>> {
        let tip = self.tip();
        tip.blocks.get(tip.hashes.get(hash)?).cloned()
    }

    /// The transaction with that hash.
    pub fn tx(&self, hash: &[u8; 32]) -> Option<Included> {
        let tip = self.tip();
        let (height, index) = tip.txs.get(hash)?;
        Some(Included { block: tip.blocks.get(height)?.clone(), index: *index })
    }

    /// The transactions that satisfy `query`: `limit` of them after the first `skip`, oldest first or newest first.
    pub fn search_txs(&self, query: &Query, descending: bool, skip: usize, limit: usize) -> Found<Included> {
        let tip = self.tip();
        let heights = query.heights("tx.height");
        let places = if let Some(hash) = query.equal("tx.hash") {
            let hash = hex::decode(hash).ok().and_then(|hash| <[u8; 32]>::try_from(hash).ok());
            hash.and_then(|hash| tip.txs.get(&hash)).copied().into_iter().collect()
        } else if heights.is_empty() {
            Vec::new()
        } else {
            tip.tx_events.rarest(&query.terms(), &heights).unwrap_or_else(|| {
                let blocks = tip.filled.range(heights).filter_map(|height| tip.blocks.get(height));
                blocks
                    .flat_map(|block| (0..).zip(&block.txs).map(|(index, _)| (block.height(), index)))
                    .collect()
            })
        };
        let found = |(height, index): &Place| {
            let tx = Included { block: tip.blocks.get(height)?.clone(), index: *index };
            query.matches_tx(&tx.block, tx.bytes(), tx.result()?).then_some(tx)
        };
        page(places, descending, skip, limit, found)
    }

    /// The blocks that satisfy `query`, as [`Reader::search_txs`] does.
    pub fn search_blocks(
        &self,
        query: &Query,
        descending: bool,
        skip: usize,
        limit: usize,
    ) -> Found<Arc<Block>> {
        let tip = self.tip();
        let heights = query.heights("block.height");
        let places = if heights.is_empty() {
            Vec::new()
        } else {
            tip.block_events
                .rarest(&query.terms(), &heights)
                .unwrap_or_else(|| tip.blocks.range(heights).map(|(height, _)| (*height, 0)).collect())
        };
        let found =
            |(height, _): &Place| tip.blocks.get(height).filter(|block| query.matches_block(block)).cloned();
        page(places, descending, skip, limit, found)
    }

    /// A context to read the state in; what is written there is lost.
    pub fn context(&self) -> Ctx {
        let tip = self.tip();
        self.shared.app.context(Working::new(tip.state.clone()), tip.info(), Mode::Query, tip.prices())
    }

    /// Answers the gRPC method `path` (such as `/cosmos.bank.v1beta1.Query/Balance`) with the protobuf of its
    /// response.
    ///
    /// # Errors
    /// [`Error::grpc`] gives the status of a gRPC door, [`Error::query`] the code of `abci_query`.
    pub fn query(&self, path: &str, request: &[u8]) -> Result<Vec<u8>> {
        query::answer(self, path, request)
    }

    /// Answers CometBFT's `abci_query`: a key of a store (`/store/bank/key`), the application itself (`/app/version`),
    /// or the gRPC method `path`. `height` is that of the state, 0 for the newest. No value can be proven.
    pub fn abci_query(&self, path: &str, data: &[u8], height: i64, prove: bool) -> QueryResponse {
        query::abci_query(self, path, data, height, prove)
    }

    /// Verifies the signatures of the transaction `bytes`, which will be offered: the writer, who takes one after the
    /// other, then finds that done. See [`auth::verify_ahead`].
    ///
    /// # Errors
    /// As there.
    pub fn verify_ahead(&self, bytes: &[u8]) -> Result<()> {
        let tx = Tx::read(bytes)?;
        auth::verify_ahead(&self.context(), &tx)
    }

    /// The state as it will be behind the transactions already let in; a copy to work on.
    fn checked_state(&self) -> Working {
        match &self.at {
            Some(tip) => Working::new(tip.state.clone()),
            None => self.shared.check.read().unwrap_or_else(PoisonError::into_inner).fork(),
        }
    }

    /// The account at `address` as a new transaction meets it, behind those already let in.
    ///
    /// # Errors
    /// An account that cannot be read.
    pub fn checked_account(&self, address: &[u8]) -> Result<Option<auth::Account>> {
        auth::get(&self.shared.checking(&self.tip(), self.checked_state(), Mode::Query), address)
    }

    /// Whether the transaction `bytes` would be let in, behind those already let in. Nothing of it stays.
    pub fn check(&self, bytes: &[u8]) -> TxResult {
        self.shared.app.run_tx(&self.shared.checking(&self.tip(), self.checked_state(), Mode::Check), bytes)
    }

    /// What the transaction `bytes` would do and use now, behind the transactions already let in. Signatures are not
    /// looked at, and neither is the moment that this reader may stay at.
    pub fn simulate(&self, bytes: &[u8]) -> TxResult {
        let live = Self { shared: self.shared.clone(), at: None };
        let ctx = self.shared.checking(&live.tip(), live.checked_state(), Mode::Simulate);
        self.shared.app.run_tx(&ctx, bytes)
    }
}
