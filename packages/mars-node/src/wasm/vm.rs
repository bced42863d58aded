//! The virtual machine: code in a cache, instances that read and write the chain's state, and the gas they use.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use cosmwasm_std_vm::{
    Binary, Checksum, ContractResult as StdResult, Record, SystemError as StdSystemError, SystemResult,
};
use cosmwasm_vm::{
    AnalysisReport, Backend, BackendApi, BackendError, BackendResult, Cache, CacheOptions, GasInfo, Instance,
    InstanceOptions, Querier, Size, Storage, VmResult,
};

use super::{gas, keeper, querier};
use crate::address;
use crate::context::Ctx;
use crate::dev::{Action, Recorder};
use crate::error::{Error, SystemError};
use crate::gas::GasMeter;
use crate::store::{Cursor, Kv, Order};

/// What wasmd 0.61 offers to contracts; a contract asks for one by exporting `requires_NAME`.
pub const CAPABILITIES: [&str; 11] = [
    "iterator",
    "staking",
    "stargate",
    "cosmwasm_1_1",
    "cosmwasm_1_2",
    "cosmwasm_1_3",
    "cosmwasm_1_4",
    "cosmwasm_2_0",
    "cosmwasm_2_1",
    "cosmwasm_2_2",
    "ibc2",
];

/// Memory that one running contract may use.
const INSTANCE_MEMORY: Size = Size::mebi(32);
/// Memory for codes that are ready to run.
const CODE_MEMORY: Size = Size::mebi(100);
/// Open iterators of one call.
const MOST_ITERATORS: usize = 32_768;

/// Receives what contracts print with `deps.api.debug`: where they run, the contract's address and the text.
pub type DebugSink = Arc<dyn Fn(&Ctx, &str, &str) + Send + Sync>;

/// Why the machine did not do its work; what the contract itself refuses is no such error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VmError(pub String);

impl fmt::Display for VmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for VmError {}

impl From<cosmwasm_vm::VmError> for VmError {
    fn from(error: cosmwasm_vm::VmError) -> Self {
        match error {
            cosmwasm_vm::VmError::GasDepletion { .. } => Self("Out of gas".to_owned()),
            other => Self(format!("Error calling the VM: {other}")),
        }
    }
}

/// One machine for the whole chain. Any number of threads may call contracts at the same time.
pub struct Vm {
    cache: Cache<Api, ContractStorage, ContractQuerier>,
    /// Where the cache keeps code as it came, each in the file `<checksum>.wasm`.
    codes: PathBuf,
    reports: RwLock<HashMap<Checksum, Arc<AnalysisReport>>>,
    debug: RwLock<Option<DebugSink>>,
}

/// An entry point with its arguments in JSON.
pub enum Call<'a> {
    Instantiate { info: &'a [u8], msg: &'a [u8] },
    Execute { info: &'a [u8], msg: &'a [u8] },
    Migrate { msg: &'a [u8], info: &'a [u8] },
    Sudo { msg: &'a [u8] },
    Reply { reply: &'a [u8] },
    Query { msg: &'a [u8] },
}

/// One call of a contract.
pub struct Invocation<'a> {
    pub checksum: &'a [u8],
    pub contract: &'a [u8],
    /// The block and the transaction, in JSON.
    pub env: &'a [u8],
    pub entry: &'a Call<'a>,
    /// The most CosmWasm gas that the call may use.
    pub gas_limit: u64,
}

impl Vm {
    /// A machine that keeps code in the folder `home`.
    ///
    /// # Errors
    /// A folder that cannot be made or cleared of compiled code.
    #[allow(unsafe_code)]
    pub fn new(home: &Path) -> Result<Self, VmError> {
        // A process that was killed while it wrote compiled code leaves half a file, and the cache would refuse that
        // code for ever. So compiled code lives as long as one process, and only code as it came is kept.
        match fs::remove_dir_all(home.join("cache")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(VmError(format!("Error clearing compiled code: {error}")));
            }
            _ => {}
        }
        let capabilities: HashSet<String> = CAPABILITIES.iter().map(|name| (*name).to_owned()).collect();
        let options = CacheOptions::new(home, capabilities, CODE_MEMORY, INSTANCE_MEMORY);
        // SAFETY: compiled code in the folder is run without a check, so nobody but this program may write there.
        // The folder belongs to the node's home or is a fresh temporary folder; both are private to the user.
        let cache = unsafe { Cache::new(options) }?;
        Ok(Self {
            cache,
            codes: home.join("state").join("wasm"),
            reports: RwLock::default(),
            debug: RwLock::default(),
        })
    }

    /// Sends what contracts print to `sink`, or nowhere.
    pub fn set_debug(&self, sink: Option<DebugSink>) {
        *self.debug.write().unwrap_or_else(PoisonError::into_inner) = sink;
    }

    /// How often code was found ready to run, and how much of it is in memory.
    pub fn cache_metrics(&self) -> cosmwasm_vm::Metrics {
        self.cache.metrics()
    }

    /// Checks and compiles `code`, and keeps it if `persist`: then it is on the disk when this returns. If no block
    /// comes to name it, it lies there unused.
    ///
    /// # Errors
    /// Code that may not be stored, or a disk that does not take it.
    pub fn store(&self, code: &[u8], persist: bool) -> Result<[u8; 32], VmError> {
        // Code that is here is not written again: blocks may rely on the file, and a crash amid the writing would
        // leave them without it.
        let write = persist && self.cache.load_wasm(&Checksum::generate(code)).is_err();
        let checksum = self.cache.store_code(code, true, write)?;
        if persist {
            // The file, and the folders that name it up to the home.
            let file = self.codes.join(checksum.to_hex()).with_extension("wasm");
            for path in file.ancestors().take(4) {
                let synced = File::open(path).and_then(|file| file.sync_all());
                synced
                    .map_err(|error| VmError(format!("Error writing {} to disk: {error}", path.display())))?;
            }
        }
        checksum.as_slice().try_into().map_err(|_| VmError("Checksum not of length 32".to_owned()))
    }

    /// The code behind `checksum`.
    ///
    /// # Errors
    /// Code that is not here.
    pub fn code(&self, checksum: &[u8]) -> Result<Vec<u8>, VmError> {
        Ok(self.cache.load_wasm(&parse(checksum)?)?)
    }

    /// Exactly the codes behind `checksums` stay in memory.
    ///
    /// # Errors
    /// Code that is not here.
    pub fn pin_only(&self, checksums: &[Vec<u8>]) -> Result<(), VmError> {
        let checksums: Result<Vec<_>, _> = checksums.iter().map(|checksum| parse(checksum)).collect();
        Ok(self.cache.sync_pinned_codes(&checksums?)?)
    }

    /// What the code behind `checksum` exports and needs.
    ///
    /// # Errors
    /// Code that is not here.
    pub fn analyze(&self, checksum: &[u8]) -> Result<Arc<AnalysisReport>, VmError> {
        let checksum = parse(checksum)?;
        if let Some(report) = self.reports.read().unwrap_or_else(PoisonError::into_inner).get(&checksum) {
            return Ok(report.clone());
        }
        let report = Arc::new(self.cache.analyze(&checksum)?);
        self.reports.write().unwrap_or_else(PoisonError::into_inner).insert(checksum, report.clone());
        Ok(report)
    }

    /// Calls a contract on the account of `ctx`. Returns the CosmWasm gas of its own computation, and its answer in
    /// JSON.
    pub fn call(&self, ctx: &Ctx, invocation: &Invocation<'_>) -> (u64, Result<Vec<u8>, VmError>) {
        let Invocation { checksum, contract, env, entry, gas_limit } = *invocation;
        let backend = Backend {
            api: Api { prefix: ctx.app.prefix.as_str().into() },
            storage: ContractStorage {
                kv: keeper::contract_store(ctx, contract),
                cursors: Vec::new(),
                recorder: ctx.recorder.clone(),
            },
            querier: ContractQuerier { ctx: ctx.clone(), caller: contract.to_vec() },
        };
        let instance = parse(checksum).and_then(|checksum| {
            Ok(self.cache.get_instance(&checksum, backend, InstanceOptions { gas_limit })?)
        });
        let mut instance = match instance {
            Ok(instance) => instance,
            Err(error) => return (0, Err(error)),
        };
        let sink = self.debug.read().unwrap_or_else(PoisonError::into_inner).clone();
        // What a recorder sees has happened before, or may never happen: only it is told.
        match (ctx.recorder.clone(), sink) {
            (Some(recorder), _) => instance.set_debug_handler(move |text, _| recorder.debug(text)),
            (None, Some(sink)) => {
                let (ctx, contract) = (ctx.clone(), ctx.text(contract));
                instance.set_debug_handler(move |text, _| sink(&ctx, &contract, text));
            }
            (None, None) => {}
        }
        let answer = run(&mut instance, env, entry);
        let used = instance.create_gas_report().used_internally;
        (used, answer.map_err(VmError::from))
    }
}

fn parse(checksum: &[u8]) -> Result<Checksum, VmError> {
    Checksum::try_from(checksum).map_err(|_| VmError("Checksum not of length 32".to_owned()))
}

fn run(
    instance: &mut Instance<Api, ContractStorage, ContractQuerier>,
    env: &[u8],
    call: &Call<'_>,
) -> VmResult<Vec<u8>> {
    match call {
        Call::Instantiate { info, msg } => cosmwasm_vm::call_instantiate_raw(instance, env, info, msg),
        Call::Execute { info, msg } => cosmwasm_vm::call_execute_raw(instance, env, info, msg),
        Call::Migrate { msg, info } => cosmwasm_vm::call_migrate_with_info_raw(instance, env, msg, info),
        Call::Sudo { msg } => cosmwasm_vm::call_sudo_raw(instance, env, msg),
        Call::Reply { reply } => cosmwasm_vm::call_reply_raw(instance, env, reply),
        Call::Query { msg } => cosmwasm_vm::call_query_raw(instance, env, msg),
    }
}

/// Addresses for contracts.
#[derive(Clone)]
pub struct Api {
    prefix: Arc<str>,
}

impl BackendApi for Api {
    fn addr_validate(&self, input: &str) -> BackendResult<()> {
        match address::decode_account(&self.prefix, input) {
            Err(error) => {
                (Err(BackendError::user_err(error.to_string())), GasInfo::with_cost(gas::CANONICALIZE))
            }
            Ok(bytes) => {
                let normal = address::encode(&self.prefix, &bytes) == input;
                let result =
                    if normal { Ok(()) } else { Err(BackendError::user_err("address not normalized")) };
                (result, GasInfo::with_cost(gas::CANONICALIZE + gas::HUMANIZE))
            }
        }
    }

    fn addr_canonicalize(&self, human: &str) -> BackendResult<Vec<u8>> {
        let bytes = address::decode_account(&self.prefix, human);
        (
            bytes.map_err(|error| BackendError::user_err(error.to_string())),
            GasInfo::with_cost(gas::CANONICALIZE),
        )
    }

    fn addr_humanize(&self, canonical: &[u8]) -> BackendResult<String> {
        let text = address::verify(canonical).map(|()| address::encode(&self.prefix, canonical));
        (text.map_err(|error| BackendError::user_err(error.to_string())), GasInfo::with_cost(gas::HUMANIZE))
    }
}

/// The state of one contract during one call.
pub struct ContractStorage {
    kv: Kv,
    cursors: Vec<Cursor>,
    recorder: Option<Recorder>,
}

/// Runs `work`, and tells the machine what it cost on the chain's meter. Nothing is told when the meter ran out,
/// because then the machine stops anyway.
fn metered<T>(meter: &GasMeter, work: impl FnOnce() -> Result<T, Error>) -> BackendResult<T> {
    let before = meter.consumed();
    match work() {
        Ok(value) => {
            let used = meter.consumed().saturating_sub(before).saturating_mul(gas::MULTIPLIER);
            (Ok(value), GasInfo::with_externally_used(used))
        }
        Err(Error::OutOfGas(_)) => (Err(BackendError::out_of_gas()), GasInfo::free()),
        Err(Error::Failed(_)) => (Err(BackendError::foreign_panic()), GasInfo::free()),
    }
}

impl ContractStorage {
    /// Does `work` on the store, and has it written down as what `what` makes of its result.
    fn recorded<T>(
        &self,
        what: impl FnOnce(Option<&T>) -> Action,
        work: impl FnOnce() -> Result<T, Error>,
    ) -> BackendResult<T> {
        let Some(recorder) = &self.recorder else { return metered(self.kv.gas(), work) };
        let before = self.kv.gas().consumed();
        let outcome = metered(self.kv.gas(), work);
        recorder.action(self.kv.gas().consumed().saturating_sub(before), what(outcome.0.as_ref().ok()));
        outcome
    }

    fn step(&mut self, iterator_id: u32) -> BackendResult<Option<Record>> {
        let index = usize::try_from(iterator_id).ok().and_then(|id| id.checked_sub(1));
        let Some(cursor) = index.and_then(|index| self.cursors.get_mut(index)) else {
            return (Err(BackendError::iterator_does_not_exist(iterator_id)), GasInfo::free());
        };
        let Some((key, value)) = cursor.current() else { return (Ok(None), GasInfo::free()) };
        let record = (key.to_vec(), value.to_vec());
        let before = self.kv.gas().consumed();
        let outcome = metered(self.kv.gas(), || cursor.advance().map(|()| Some(record.clone())));
        if let Some(recorder) = &self.recorder {
            let gas = self.kv.gas().consumed().saturating_sub(before);
            recorder.action(gas, Action::next(&record.0, &record.1));
        }
        outcome
    }
}

impl Storage for ContractStorage {
    fn get(&self, key: &[u8]) -> BackendResult<Option<Vec<u8>>> {
        self.recorded(
            |value: Option<&Option<Vec<u8>>>| Action::read(key, value.and_then(Option::as_deref)),
            || Ok(self.kv.get(key)?.map(|value| value.to_vec())),
        )
    }

    fn scan(
        &mut self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: cosmwasm_std_vm::Order,
    ) -> BackendResult<u32> {
        let order = match order {
            cosmwasm_std_vm::Order::Ascending => Order::Ascending,
            cosmwasm_std_vm::Order::Descending => Order::Descending,
        };
        if self.cursors.len() >= MOST_ITERATORS {
            let text = format!("reached iterator limit ({MOST_ITERATORS})");
            return (Err(BackendError::user_err(text)), GasInfo::free());
        }
        let kv = &self.kv;
        let (cursor, gas) = self.recorded(
            |_| Action::scan(start, end, order == Order::Descending),
            || kv.iterate(start, end, order),
        );
        let id = cursor.map(|cursor| {
            self.cursors.push(cursor);
            u32::try_from(self.cursors.len()).unwrap_or(u32::MAX)
        });
        (id, gas)
    }

    fn next(&mut self, iterator_id: u32) -> BackendResult<Option<Record>> {
        self.step(iterator_id)
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> BackendResult<()> {
        self.recorded(|_| Action::write(key, value), || self.kv.set(key, value))
    }

    fn remove(&mut self, key: &[u8]) -> BackendResult<()> {
        self.recorded(|_| Action::remove(key), || self.kv.delete(key))
    }
}

/// Asks the chain on a contract's behalf.
pub struct ContractQuerier {
    ctx: Ctx,
    caller: Vec<u8>,
}

impl Querier for ContractQuerier {
    fn query_raw(&self, request: &[u8], gas_limit: u64) -> BackendResult<SystemResult<StdResult<Binary>>> {
        metered(&self.ctx.gas, || {
            Ok(match querier::ask(&self.ctx, &self.caller, request, gas_limit)? {
                querier::Answer::Ok(bytes) => SystemResult::Ok(StdResult::Ok(bytes.into())),
                querier::Answer::Refused(text) => SystemResult::Ok(StdResult::Err(text)),
                querier::Answer::System(error) => SystemResult::Err(error.into()),
            })
        })
    }
}

impl From<SystemError> for StdSystemError {
    fn from(error: SystemError) -> Self {
        match error {
            SystemError::InvalidRequest { error, request } => {
                Self::InvalidRequest { error, request: request.into() }
            }
            SystemError::NoSuchContract { addr } => Self::NoSuchContract { addr },
            SystemError::NoSuchCode { code_id } => Self::NoSuchCode { code_id },
            SystemError::Unknown {} => Self::Unknown {},
            SystemError::UnsupportedRequest { kind } => Self::UnsupportedRequest { kind },
        }
    }
}
