//! What a piece of execution runs in: a state, a gas meter, a place for events and the block it belongs to.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::app::App;
use crate::dev::{Action, Overrides, Recorder};
use crate::event::{Event, Events};
use crate::gas::GasMeter;
use crate::store::{Kv, StoreKey, Working};
use crate::{address, error};

/// Why something is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// To see whether a transaction may enter the mempool.
    Check,
    /// To learn what gas a transaction needs; signatures are not looked at and nothing stays.
    Simulate,
    /// In a block.
    Finalize,
    /// For someone who asks.
    Query,
}

/// A moment, in nanoseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub u64);

/// The block that something runs in.
#[derive(Debug, Clone)]
pub struct BlockInfo {
    /// Its number.
    pub height: u64,
    /// Its time.
    pub time: Time,
    /// What the transactions before this one used.
    pub gas: GasMeter,
    /// The most gas of one block; `None` for any.
    pub max_gas: Option<u64>,
}

impl BlockInfo {
    /// A block of which nothing has run yet.
    pub fn new(height: u64, time: Time, max_gas: Option<u64>) -> Self {
        let gas = max_gas.map_or_else(GasMeter::infinite, GasMeter::limited);
        Self { height, time, gas, max_gas }
    }
}

/// The transaction that something runs for.
#[derive(Debug, Clone)]
pub struct TxInfo {
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    /// Its hash.
    pub hash: [u8; 32],
    /// Its place among the block's transactions that reached the counter; unknown in a simulation.
    pub counter: Option<u32>,
    /// The codes already loaded for it, which are cheaper to load again. Shared by all parts of the transaction
    /// and kept through rollbacks, as in wasmd.
    pub loaded: LoadedCodes,
}

/// The checksums of codes that a transaction has loaded.
#[derive(Debug, Clone, Default)]
pub struct LoadedCodes(Arc<Mutex<BTreeSet<[u8; 32]>>>);

impl LoadedCodes {
    /// Notes that `checksum` is loaded; returns whether it already was.
    pub fn load(&self, checksum: [u8; 32]) -> bool {
        !self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(checksum)
    }
}

/// Whose rights an action on a contract is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// The sender's.
    Sender,
    /// The chain's own (its governance, or the developer), which may do everything.
    Authority,
}

/// See the module. Clones share state, meter and events; the `with_` methods replace one of them.
#[derive(Clone)]
pub struct Ctx {
    /// The rules of the chain.
    pub app: Arc<App>,
    pub working: Working,
    pub gas: GasMeter,
    pub events: Events,
    pub block: Arc<BlockInfo>,
    pub tx: Option<TxInfo>,
    pub mode: Mode,
    /// What the node asks of a transaction that wants into its mempool.
    pub min_gas_prices: Arc<[GasPrice]>,
    /// Whether contracts may make others from any code, because the chain itself made them.
    pub may_make_any: bool,
    pub call_depth: u32,
    pub query_depth: u32,
    /// Who writes down every step, if someone does.
    pub recorder: Option<Recorder>,
}

/// A price for one unit of gas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GasPrice {
    /// The coin.
    pub denom: String,
    /// Its amount times 10^18.
    pub atomics: crate::coin::Uint256,
}

impl Ctx {
    /// The store of one module on this context's account.
    pub fn kv(&self, store: StoreKey) -> Kv {
        Kv::new(self.working.clone(), self.gas.clone(), store)
    }

    /// The context with another meter.
    #[must_use]
    pub fn with_gas(&self, gas: GasMeter) -> Self {
        Self { gas, ..self.clone() }
    }

    /// The context with another place for events.
    #[must_use]
    pub fn with_events(&self, events: Events) -> Self {
        Self { events, ..self.clone() }
    }

    /// A context on a copy of the state with events of its own; [`Ctx::absorb`] makes its changes real.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self { working: self.working.fork(), events: Events::default(), ..self.clone() }
    }

    /// Takes over the state of `fork`, but not its events.
    pub fn absorb(&self, fork: &Self) {
        self.working.replace(&fork.working);
    }

    /// Adds an event.
    pub fn emit(&self, event: Event) {
        if let Some(recorder) = &self.recorder {
            recorder.event(&event);
        }
        self.events.emit(event);
    }

    /// Does `work`, and has it written down as `action` with what it used and how it failed.
    pub fn recorded<T>(
        &self,
        action: impl FnOnce() -> Action,
        work: impl FnOnce() -> error::Result<T>,
    ) -> error::Result<T> {
        let Some(recorder) = &self.recorder else { return work() };
        recorder.begin(action());
        let before = self.gas.consumed();
        let outcome = work();
        recorder.end(self.gas.consumed().saturating_sub(before), outcome.as_ref().err());
        outcome
    }

    /// Adds to what is being written down of the action under way.
    pub fn amend(&self, change: impl FnOnce(&mut Action)) {
        if let Some(recorder) = &self.recorder {
            recorder.amend(change);
        }
    }

    /// What a developer has set in the state of this context.
    pub fn overrides(&self) -> Overrides {
        Overrides::of(&self.working)
    }

    /// Whether the transaction is only simulated.
    pub fn simulate(&self) -> bool {
        self.mode == Mode::Simulate
    }

    /// `bytes` as an address of this chain.
    pub fn text(&self, bytes: &[u8]) -> String {
        address::encode(&self.app.prefix, bytes)
    }

    /// The bytes of `text`, which must be an address of this chain, as wasmd's own module reads it.
    ///
    /// # Errors
    /// Those of [`address::decode_account`].
    pub fn account_address(&self, text: &str) -> error::Result<Vec<u8>> {
        address::decode_account(&self.app.prefix, text)
    }

    /// The bytes of `text`, which must be an address of this chain.
    ///
    /// # Errors
    /// Those of [`address::decode`].
    pub fn address(&self, text: &str) -> error::Result<Vec<u8>> {
        address::decode(&self.app.prefix, text)
    }
}

impl std::fmt::Debug for Ctx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ctx").field("block", &self.block).field("mode", &self.mode).finish_non_exhaustive()
    }
}
