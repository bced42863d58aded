//! The developer's controls: the hand on a chain's time, state and blocks, and the eyes on what runs in it.
//!
//! [`Controls`] has all of them for any [`Node`]; the RPC door offers them under names that begin with `dev_`, unless
//! the node is public. [`Dev`] starts a chain for a test in one line.

mod debug;
mod dump;
mod error;
mod local;
mod overrides;
mod parameters;
mod replay;
mod trace;
mod unsigned;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::app::TxResult;
use crate::chain::{Included, Reader};
use crate::coin::{self, Coin};
use crate::context::Ctx;
use crate::error::Result as ChainResult;
use crate::genesis::Genesis;
use crate::node::{ClockSource, Mining, Node, NodeError, Worker};
use crate::proto::any;
use crate::proto::wasm::MsgSudoContract;
use crate::tx::Tx;
use crate::wasm::keeper;
use crate::{address, auth, bank, time};

pub use debug::{DebugLine, DebugLog};
pub use dump::FORMAT as DUMP_FORMAT;
pub use error::{Closed, DevError};
pub use local::{Account, Builder, Dev, Doors};
pub use overrides::Overrides;
pub use parameters::{Access, Parameters, Permission};
pub use trace::{Action, MOST_BYTES, MOST_STEPS, Recorder, Step, Trace};
pub use unsigned::unsigned_tx;

/// The most blocks of one call.
pub const MOST_BLOCKS: u64 = 100_000;
/// The shortest time between two blocks by the clock.
pub const SHORTEST_INTERVAL: Duration = Duration::from_millis(1);
/// The most moments that are remembered at a time.
pub const MOST_SNAPSHOTS: usize = 1_000;
/// The most bytes of a key that is set; the machine takes no longer ones from contracts.
const LONGEST_KEY: i128 = 64 << 10;
/// Gas that a call by `sudo` may use unless told otherwise.
pub const SUDO_GAS: u64 = 100_000_000;

type Result<T, E = DevError> = std::result::Result<T, E>;

/// What a node says of itself to a developer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeInfo {
    pub chain_id: String,
    /// The newest block and its time.
    pub height: u64,
    pub time: String,
    /// The time that the next block would have if it were made now.
    pub next_time: String,
    /// When blocks are made: `auto`, `manual`, or `interval` with the milliseconds between two.
    pub mining: String,
    pub interval_ms: Option<u64>,
    /// Where the time of blocks comes from: `system`, or `steps` with the milliseconds between two.
    pub clock: String,
    pub step_ms: Option<u64>,
    /// Milliseconds that the chain's time is ahead of its source; negative if it is behind.
    pub offset_ms: i64,
    /// The computer's time when the newest block was made; none before this run has made one.
    pub last_block_wall_time: Option<String>,
    /// The moments that can be reverted to, oldest first.
    pub snapshots: Vec<u64>,
    /// The accounts that are impersonated by name, and whether everyone is.
    pub impersonated: Vec<String>,
    pub everyone_impersonated: bool,
    /// How many transactions wait.
    pub pending: u64,
    /// The lowest block, and the lowest height whose state is kept.
    pub lowest_block: u64,
    pub lowest_state: u64,
}

/// A transaction that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Its hash, in capitals.
    pub hash: String,
    /// Who pays its fee.
    pub sender: String,
    /// The types of its messages.
    pub messages: Vec<String>,
    pub gas_limit: u64,
    /// Such as `5000umars`.
    pub fee: String,
    pub bytes: u64,
}

/// The controls of one node. Cloning is cheap.
#[derive(Clone)]
pub struct Controls {
    node: Node,
}

fn count(number: usize) -> i128 {
    i128::try_from(number).unwrap_or(i128::MAX)
}

fn in_range(what: &'static str, given: i128, least: i128, most: i128) -> Result<()> {
    if (least..=most).contains(&given) { Ok(()) } else { Err(DevError::Range { what, given, least, most }) }
}

impl Controls {
    /// The controls of `node`, whether or not its doors offer them.
    pub fn new(node: Node) -> Self {
        Self { node }
    }

    /// The node.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// A view of the chain.
    pub fn reader(&self) -> &Reader {
        self.node.reader()
    }

    fn address(&self, text: &str) -> Result<Vec<u8>> {
        address::decode(&self.reader().app().prefix, text)
            .map_err(|error| DevError::Address { given: text.to_owned(), reason: error.to_string() })
    }

    /// The address of a contract that exists.
    fn contract(&self, text: &str) -> Result<Vec<u8>> {
        let address = self.address(text)?;
        match keeper::has_contract(&self.reader().context(), &address)? {
            true => Ok(address),
            false => Err(DevError::NoContract(text.to_owned())),
        }
    }

    async fn edit(&self, change: impl FnOnce(&Ctx) -> ChainResult<()> + Send + 'static) -> Result<()> {
        Ok(self.node.edit(change).await??)
    }

    // ---- blocks and time

    /// Makes `blocks` blocks, the first with everything that waits; each `step` after the last if given. Returns the
    /// newest height.
    ///
    /// # Errors
    /// No block or more than [`MOST_BLOCKS`], a time after [`crate::node::LATEST`], or a block that cannot be kept.
    pub async fn mine(&self, blocks: u64, step: Option<Duration>) -> Result<u64> {
        in_range("the number of blocks", blocks.into(), 1, MOST_BLOCKS.into())?;
        let made = self.node.mine(blocks, step).await?;
        Ok(made.last().map_or(0, |block| block.height()))
    }

    /// Makes a block for each transaction, or none until told to.
    ///
    /// # Errors
    /// A node that has stopped.
    pub async fn set_automine(&self, on: bool) -> Result<()> {
        Ok(self.node.set_mining(if on { Mining::Auto } else { Mining::Manual }).await?)
    }

    /// Makes a block after each such time, with whatever came.
    ///
    /// # Errors
    /// Less than [`SHORTEST_INTERVAL`].
    pub async fn set_interval(&self, interval: Duration) -> Result<()> {
        let (given, least) = (milliseconds(interval), milliseconds(SHORTEST_INTERVAL));
        in_range("the interval in milliseconds", given.into(), least.into(), u64::MAX.into())?;
        Ok(self.node.set_mining(Mining::Interval(interval)).await?)
    }

    /// Lets the time of all later blocks be `by` later.
    ///
    /// # Errors
    /// A time after [`crate::node::LATEST`].
    pub async fn increase_time(&self, by: Duration) -> Result<()> {
        Ok(self.node.increase_time(by).await?)
    }

    /// Sets the time of the next block, in nanoseconds since 1970. The clock goes on from there.
    ///
    /// # Errors
    /// A time not after the last block, or after [`crate::node::LATEST`].
    pub async fn set_time(&self, time: u64) -> Result<()> {
        Ok(self.node.set_time(time).await?)
    }

    /// Sets the time of the next block alone, in nanoseconds since 1970.
    ///
    /// # Errors
    /// A time not after the last block, or after [`crate::node::LATEST`].
    pub async fn set_next_block_time(&self, time: u64) -> Result<()> {
        Ok(self.node.set_next_block_time(time).await?)
    }

    /// Sets how many milliseconds the chain's time is ahead of the computer's clock. Where that is before the last
    /// block, blocks follow each other by a nanosecond until it is not.
    ///
    /// # Errors
    /// A clock in steps, or a time after [`crate::node::LATEST`].
    pub async fn set_time_offset(&self, milliseconds: i64) -> Result<()> {
        let most = i64::MAX / 1_000_000;
        in_range("the offset in milliseconds", milliseconds.into(), (-most).into(), most.into())?;
        let nanos = milliseconds.saturating_mul(1_000_000);
        Ok(self.node.work(move |worker| worker.set_offset(nanos)).await??)
    }

    // ---- moments and files

    /// Remembers this moment under a number: state, blocks, mempool and clock.
    ///
    /// # Errors
    /// More than [`MOST_SNAPSHOTS`] moments.
    pub async fn snapshot(&self) -> Result<u64> {
        let taken = self.node.work(|worker| worker.snapshots.len()).await?;
        in_range("the number of snapshots", count(taken).saturating_add(1), 0, count(MOST_SNAPSHOTS))?;
        Ok(self.node.snapshot().await?)
    }

    /// Goes back to the moment numbered `id`. It and every later one are forgotten.
    ///
    /// # Errors
    /// No such moment.
    pub async fn revert(&self, id: u64) -> Result<()> {
        Ok(self.node.revert(id).await?)
    }

    /// The whole chain in bytes, for [`Controls::load`]: state, blocks, past states, codes, clock and mempool. Must be
    /// called within a runtime of tokio.
    ///
    /// # Errors
    /// A node that has stopped.
    pub async fn dump(&self) -> Result<Vec<u8>> {
        let image = self.node.work(|worker| dump::Image::take(worker)).await?;
        blocking(|| image.write()).await
    }

    /// Makes the chain the one that was dumped. Snapshots stay. Must be called within a runtime of tokio.
    ///
    /// # Errors
    /// Bytes that are no dump, one that is damaged, of another format, or of another chain; then nothing has changed.
    pub async fn load(&self, dump: Vec<u8>) -> Result<()> {
        let reader = self.reader().clone();
        let loaded = blocking(move || dump::Loaded::read(&reader, &dump)).await?;
        self.node.work(|worker| loaded.install(worker)).await?
    }

    /// Begins the chain anew, with its own genesis or another: blocks, state, mempool and clock. Snapshots stay.
    ///
    /// # Errors
    /// A genesis that is not sound, or that has another chain id, prefix or staking coin; then nothing has changed.
    pub async fn reset(&self, genesis: Option<Genesis>) -> Result<()> {
        let begin = |worker: &mut Worker| -> Result<(), NodeError> {
            worker.chain.reset(genesis)?;
            worker.pending.clear();
            (worker.clock.ahead, worker.clock.next) = (0, None);
            worker.mine(Vec::new())?;
            worker.keep()
        };
        Ok(self.node.work(begin).await??)
    }

    // ---- who may do what

    /// Begins or ends to take transactions of `account` without a valid signature. Their sequence is not compared
    /// either, but counted on as usual.
    ///
    /// # Errors
    /// A text that is no address, or where there is no account.
    pub async fn impersonate(&self, account: &str, on: bool) -> Result<()> {
        let address = self.address(account)?;
        if on && !auth::has(&self.reader().context(), &address)? {
            return Err(DevError::NoAccount(account.to_owned()));
        }
        self.edit(move |ctx| ctx.overrides().impersonate(&address, on)).await
    }

    /// [`Controls::impersonate`] for every account there is and will be.
    ///
    /// # Errors
    /// A node that has stopped.
    pub async fn impersonate_everyone(&self, on: bool) -> Result<()> {
        self.edit(move |ctx| ctx.overrides().impersonate_everyone(on)).await
    }

    /// Ends all impersonation, and turns the controls off on every door until the node starts anew.
    ///
    /// # Errors
    /// A node that has stopped.
    pub async fn lock(&self) -> Result<()> {
        self.node.lock_controls();
        self.edit(|ctx| ctx.overrides().stop_impersonating()).await
    }

    /// Calls the entry point of a contract that only the chain may call, by a transaction of the chain's authority in
    /// a block of its own. Returns that transaction, which may have failed.
    ///
    /// # Errors
    /// No such contract, a message that is no JSON, or gas above what a block may use.
    pub async fn sudo(&self, contract: &str, msg: &[u8], gas: Option<u64>) -> Result<Included> {
        self.contract(contract)?;
        keeper::validate_json(msg)
            .map_err(|_| DevError::Parameter { name: "msg", reason: "it is no JSON".to_owned() })?;
        let most = self.reader().max_block_gas().unwrap_or(crate::tx::MAX_GAS_WANTED);
        let gas = gas.unwrap_or_else(|| SUDO_GAS.min(most));
        in_range("gas", gas.into(), 1, most.into())?;
        let authority = self.reader().app().authority.clone();
        let sudo = MsgSudoContract { authority, contract: contract.to_owned(), msg: msg.to_vec() };
        self.node.work(move |worker| carry_out_sudo(worker, &sudo, gas)).await?
    }

    // ---- state

    /// Makes what `account` has of each of `coins` (such as `10umars,0uusdc`) exactly that, and the supply follow.
    /// What it has of others stays.
    ///
    /// # Errors
    /// A text that is no address, or no list of coins.
    pub async fn set_balance(&self, account: &str, coins: &str) -> Result<()> {
        let address = self.address(account)?;
        let refuse = |reason: String| DevError::Coins { given: coins.to_owned(), reason };
        let coins: Vec<Coin> = coin::parse(coins).map_err(refuse)?;
        if coins.is_empty() {
            return Err(refuse("there is none".to_owned()));
        }
        self.edit(move |ctx| coins.iter().try_for_each(|coin| bank::overwrite(ctx, &address, coin))).await
    }

    /// Sets the sequence that the next transaction of `account` must carry.
    ///
    /// # Errors
    /// No such account.
    pub async fn set_sequence(&self, account: &str, sequence: u64) -> Result<()> {
        let address = self.address(account)?;
        let mut found = auth::get(&self.reader().context(), &address)?
            .ok_or_else(|| DevError::NoAccount(account.to_owned()))?;
        found.set_sequence(sequence);
        self.edit(move |ctx| auth::put(ctx, &address, &found)).await
    }

    /// Sets what a contract has under `key`; `None` for nothing.
    ///
    /// # Errors
    /// No such contract, or an empty key.
    pub async fn set_contract_state(
        &self,
        contract: &str,
        key: Vec<u8>,
        value: Option<Vec<u8>>,
    ) -> Result<()> {
        let address = self.contract(contract)?;
        in_range("the length of the key", count(key.len()), 1, LONGEST_KEY)?;
        self.edit(move |ctx| {
            let store = keeper::contract_store(ctx, &address);
            match value {
                Some(value) => store.set(&key, &value),
                None => store.delete(&key),
            }
        })
        .await
    }

    /// Gives a contract another code without calling it.
    ///
    /// # Errors
    /// No such contract or code.
    pub async fn set_contract_code(&self, contract: &str, code_id: u64) -> Result<()> {
        let address = self.contract(contract)?;
        if keeper::code_info(&self.reader().context(), code_id)?.is_none() {
            return Err(DevError::NoCode(code_id));
        }
        self.edit(move |ctx| keeper::put_code(ctx, &address, code_id)).await
    }

    /// The parameters in force.
    ///
    /// # Errors
    /// A state that cannot be read.
    pub fn parameters(&self) -> Result<Parameters> {
        Ok(Parameters::read(&self.reader().freeze())?)
    }

    /// Puts those parameters in force that are given.
    ///
    /// # Errors
    /// One that cannot have that value; then nothing has changed.
    pub async fn set_parameters(&self, parameters: Parameters) -> Result<()> {
        parameters.validate()?;
        self.edit(move |ctx| parameters.write(ctx)).await
    }

    // ---- what is going on

    /// The transactions that wait for a block, oldest first.
    ///
    /// # Errors
    /// A node that has stopped.
    pub async fn mempool(&self) -> Result<Vec<Waiting>> {
        let pending = self.node.pending().await?;
        Ok(pending.iter().filter_map(|bytes| self.waiting(bytes)).collect())
    }

    fn waiting(&self, bytes: &[u8]) -> Option<Waiting> {
        let tx = Tx::decode(bytes).ok()?;
        let prefix = &self.reader().app().prefix;
        Some(Waiting {
            hash: hex::encode_upper(Tx::hash(bytes)),
            sender: address::encode(prefix, &tx.fee_payer(prefix).ok()?),
            messages: tx.packed().iter().map(|any| any.type_url.clone()).collect(),
            gas_limit: tx.fee().ok()?.gas_limit,
            fee: coin::proto_text(tx.fee_coins()),
            bytes: bytes.len().try_into().unwrap_or(u64::MAX),
        })
    }

    /// Forgets a transaction that waits.
    ///
    /// # Errors
    /// None with that hash.
    pub async fn drop_tx(&self, hash: [u8; 32]) -> Result<()> {
        match self.node.drop_pending(hash).await? {
            true => Ok(()),
            false => Err(DevError::NotPending(hex::encode_upper(hash))),
        }
    }

    /// What contracts print with `deps.api.debug`.
    pub fn debug(&self) -> &DebugLog {
        self.node.debug()
    }

    /// Every step of the transaction with that hash, by running its block again up to it. Must be called within a
    /// runtime of tokio.
    ///
    /// # Errors
    /// A transaction that no block has, or a block whose parent's state is no longer kept.
    pub async fn trace(&self, hash: [u8; 32]) -> Result<Trace> {
        let reader = self.reader().freeze();
        blocking(move || replay::included(&reader, hash)).await
    }

    /// Every step that a transaction would take in the next block, signed or not: nobody looks at its signatures and
    /// sequences. Nothing of it stays. Must be called within a runtime of tokio.
    ///
    /// # Errors
    /// A node that has stopped. How the transaction fails is part of the trace.
    pub async fn trace_unsent(&self, bytes: Vec<u8>) -> Result<Trace> {
        let (reader, time) = self
            .node
            .work(|worker| {
                let reader = worker.chain.reader().freeze();
                let time = { worker.clock }.tick(reader.time().0);
                (reader, time)
            })
            .await?;
        blocking(move || replay::unsent(&reader, &bytes, time)).await
    }

    /// What the node says of itself.
    ///
    /// # Errors
    /// A node that has stopped.
    pub async fn info(&self) -> Result<NodeInfo> {
        self.node.work(|worker| node_info(worker)).await?
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let ended = tokio::task::spawn_blocking(work).await;
    ended.unwrap_or_else(|error| Err(DevError::System(format!("the work ended abnormally: {error}"))))
}

fn carry_out_sudo(worker: &mut Worker, sudo: &MsgSudoContract, gas: u64) -> Result<Included> {
    let ctx = worker.chain.reader().context();
    let authority = ctx.address(&sudo.authority)?;
    let before = ctx.overrides().is_impersonated(&authority)?;
    let sequence = auth::get(&ctx, &authority)?.map_or(0, |account| account.sequence());
    let bytes = unsigned_tx(vec![any(sudo)], sequence, gas, &[]);
    let hash = Tx::hash(&bytes);
    let impersonate = |worker: &mut Worker, on: bool| -> Result<()> {
        Ok(worker.chain.edit(|ctx| ctx.overrides().impersonate(&authority, on))??)
    };
    if !before {
        impersonate(worker, true)?;
    }
    let mined = worker.mine(vec![bytes]).and_then(|_| worker.keep());
    if !before {
        impersonate(worker, false)?;
    }
    worker.recheck();
    mined?;
    let included = worker.chain.reader().tx(&hash);
    included.ok_or_else(|| DevError::NoTx(hex::encode_upper(hash)))
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn node_info(worker: &Worker) -> Result<NodeInfo> {
    let reader = worker.chain.reader().freeze();
    let ctx = reader.context();
    let (mining, interval) = match worker.settings.mining {
        Mining::Auto => ("auto", None),
        Mining::Manual => ("manual", None),
        Mining::Interval(interval) => ("interval", Some(interval)),
    };
    let (clock, step) = match worker.clock.source {
        ClockSource::System => ("system", None),
        ClockSource::Steps(step) => ("steps", Some(step)),
    };
    let last = reader.time().0;
    Ok(NodeInfo {
        chain_id: reader.app().chain_id.clone(),
        height: reader.height(),
        time: time::rfc3339(last),
        next_time: time::rfc3339({ worker.clock }.tick(last)),
        mining: mining.to_owned(),
        interval_ms: interval.map(milliseconds),
        clock: clock.to_owned(),
        step_ms: step.map(milliseconds),
        offset_ms: worker.clock.ahead / 1_000_000,
        last_block_wall_time: worker.last_wall_time.map(time::rfc3339),
        snapshots: worker.snapshots.keys().copied().collect(),
        impersonated: ctx.overrides().impersonated()?.iter().map(|address| ctx.text(address)).collect(),
        everyone_impersonated: ctx.overrides().is_everyone_impersonated()?,
        pending: worker.pending.len().try_into().unwrap_or(u64::MAX),
        lowest_block: reader.lowest(),
        lowest_state: reader.lowest_state(),
    })
}

/// Whether a transaction did what it was meant to, and if not, why.
///
/// # Errors
/// The chain's refusal.
pub fn success(result: &TxResult) -> Result<()> {
    if result.is_ok() {
        return Ok(());
    }
    let TxResult { codespace, code, log, .. } = result.clone();
    Err(DevError::Refused(crate::error::AbciError { codespace, code, log }))
}
