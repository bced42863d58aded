//! Codes and contracts in the state, and the messages about them.

use std::io::Read;

use cosmwasm_std_vm::Binary;
use prost::Message;

use super::address::{classic, predictable};
use super::types::{
    BlockInfo, Coin as WasmCoin, ContractAddress, ContractResult, Env, MessageInfo, MigrateInfo, QueryResult,
    Reply, Response, TransactionInfo,
};
use super::vm::{Call, Invocation};
use super::{dispatch, gas};
use crate::auth;
use crate::bank;
use crate::coin::{self, Coin};
use crate::context::{Ctx, Mode, Policy};
use crate::dev::Action;
use crate::error::{Error, Result, SystemError, sdk, wasm as kind};
use crate::event::{Event, Events};
use crate::gas::{GasMeter, length};
use crate::gojson;
use crate::gotext;
use crate::proto::ContractInfo;
use crate::proto::wasm::{AbsoluteTxPosition, AccessConfig, CodeInfo, ContractCodeHistoryEntry, Params};
use crate::store::{Kv, Order, StoreKey};

/// The most bytes of code that one message may store, uncompressed.
pub const MOST_CODE_BYTES: usize = 800 * 1_024;
const LONGEST_LABEL: usize = 128;
const LONGEST_SALT: usize = 64;
const MOST_ADDRESSES: usize = 50;
const MOST_CODE_IDS: usize = 50;
const LONGEST_PAYLOAD: usize = 128 * 1_024;
const DEEPEST_QUERY: u32 = 10;
const DEEPEST_CALL: u32 = 100;
/// SDK gas that a query from outside may use.
pub const QUERY_GAS: u64 = 3_000_000;

/// What every permission that is none is called.
const UNKNOWN_PERMISSION: &str = "unknown type: \"Unspecified\"";
/// The permissions of an [`AccessConfig`].
pub const NOBODY: i32 = 1;
pub const EVERYBODY: i32 = 3;
pub const ANY_OF_ADDRESSES: i32 = 4;
const INIT: i32 = 1;
const MIGRATE: i32 = 2;

/// The prefix of all codes.
pub const CODES: &[u8] = &[0x01];
const CONTRACTS: u8 = 0x02;
const CONTRACT_STORE: u8 = 0x03;
const LAST_CODE_ID: &[u8] = b"\x04lastCodeId";
const LAST_CONTRACT_ID: &[u8] = b"\x04lastContractId";
const HISTORY: u8 = 0x05;
const BY_CODE: u8 = 0x06;
/// The prefix of all pinned codes.
pub const PINNED: &[u8] = &[0x07];
const BY_CREATOR: u8 = 0x09;
/// Where the parameters are.
pub const PARAMS: &[u8] = &[0x10];

fn code_key(code_id: u64) -> Vec<u8> {
    [CODES, &code_id.to_be_bytes()].concat()
}

fn contract_key(contract: &[u8]) -> Vec<u8> {
    [&[CONTRACTS], contract].concat()
}

/// The prefix of a contract's own state.
pub fn store_prefix(contract: &[u8]) -> Vec<u8> {
    [&[CONTRACT_STORE], contract].concat()
}

/// The prefix of a contract's history.
pub fn history_prefix(contract: &[u8]) -> Vec<u8> {
    [&[HISTORY], contract].concat()
}

/// The prefix of the contracts that run a code, in the order of their last change.
pub fn by_code_prefix(code_id: u64) -> Vec<u8> {
    [&[BY_CODE][..], &code_id.to_be_bytes()].concat()
}

/// The prefix of the contracts that someone made, in the order in which they were made.
pub fn by_creator_prefix(creator: &[u8]) -> Vec<u8> {
    let length = u8::try_from(creator.len()).unwrap_or(u8::MAX);
    [&[BY_CREATOR, length], creator].concat()
}

/// Bytes of a position within the two indexes above, before the address.
pub const POSITION: usize = 16;

fn pinned_key(code_id: u64) -> Vec<u8> {
    [PINNED, &code_id.to_be_bytes()].concat()
}

fn position_bytes(position: Option<&AbsoluteTxPosition>) -> Vec<u8> {
    let (height, index) = position.map_or((0, 0), |position| (position.block_height, position.tx_index));
    [height.to_be_bytes(), index.to_be_bytes()].concat()
}

fn kv(ctx: &Ctx) -> Kv {
    ctx.kv(StoreKey::Wasm)
}

fn stored<M: Message + Default>(bytes: &[u8]) -> Result<M> {
    M::decode(bytes).map_err(Error::panic)
}

/// Everybody may store code and use it.
pub fn default_params() -> Params {
    Params { code_upload_access: Some(everybody()), instantiate_default_permission: EVERYBODY }
}

fn everybody() -> AccessConfig {
    AccessConfig { permission: EVERYBODY, addresses: Vec::new() }
}

/// The parameters in force.
pub fn params(ctx: &Ctx) -> Result<Params> {
    kv(ctx).get(PARAMS)?.map_or_else(|| Ok(Params::default()), |bytes| stored(&bytes))
}

/// The code numbered `code_id`.
pub fn code_info(ctx: &Ctx, code_id: u64) -> Result<Option<CodeInfo>> {
    kv(ctx).get(&code_key(code_id))?.map(|bytes| stored(&bytes)).transpose()
}

/// The contract at `contract`.
pub fn contract_info(ctx: &Ctx, contract: &[u8]) -> Result<Option<ContractInfo>> {
    kv(ctx).get(&contract_key(contract))?.map(|bytes| stored(&bytes)).transpose()
}

/// Whether there is a contract at `contract`.
pub fn has_contract(ctx: &Ctx, contract: &[u8]) -> Result<bool> {
    kv(ctx).has(&contract_key(contract))
}

/// Whether the code numbered `code_id` is pinned.
pub fn is_pinned(ctx: &Ctx, code_id: u64) -> Result<bool> {
    kv(ctx).has(&pinned_key(code_id))
}

/// The state of the contract at `contract`.
pub fn contract_store(ctx: &Ctx, contract: &[u8]) -> Kv {
    kv(ctx).narrow(&store_prefix(contract))
}

/// No contract at the address `text`.
pub fn no_such_contract(text: &str) -> Error {
    kind::NO_SUCH_CONTRACT
        .wrap(format!("address {text}"))
        .with_system(SystemError::NoSuchContract { addr: text.to_owned() })
}

/// No code with that number.
pub fn no_such_code(code_id: u64) -> Error {
    kind::NO_SUCH_CODE.wrap(format!("code id {code_id}")).with_system(SystemError::NoSuchCode { code_id })
}

fn next_id(ctx: &Ctx, key: &[u8]) -> Result<u64> {
    let kv = kv(ctx);
    let id = kv.get(key)?.and_then(|bytes| Some(u64::from_be_bytes((*bytes).try_into().ok()?))).unwrap_or(1);
    kv.set(key, &id.saturating_add(1).to_be_bytes())?;
    Ok(id)
}

/// The rights that an action of `sender` is judged by.
fn policy(ctx: &Ctx, sender: &str) -> Policy {
    if sender == ctx.app.authority { Policy::Authority } else { Policy::Sender }
}

/// The rights by which `sender` makes a contract: what the chain has made may make others from any code.
fn policy_to_make(ctx: &Ctx, sender: &str) -> Policy {
    if ctx.may_make_any { Policy::Authority } else { policy(ctx, sender) }
}

fn allows(config: Option<&AccessConfig>, actor: &str) -> Result<bool> {
    match config.map(|config| (config.permission, &config.addresses)) {
        Some((NOBODY, _)) => Ok(false),
        Some((EVERYBODY, _)) => Ok(true),
        Some((ANY_OF_ADDRESSES, addresses)) => Ok(addresses.iter().any(|address| address == actor)),
        _ => Err(Error::panic("unknown type")),
    }
}

/// Whether `config` lets nobody in whom `of` does not.
pub(super) fn is_subset(config: &AccessConfig, of: &AccessConfig) -> bool {
    match of.permission {
        ANY_OF_ADDRESSES => {
            config.permission == NOBODY
                || config.permission == ANY_OF_ADDRESSES
                    && config.addresses.iter().all(|address| of.addresses.contains(address))
        }
        EVERYBODY => config.permission != 0,
        NOBODY => config.permission == NOBODY,
        _ => false,
    }
}

fn default_access(params: &Params, creator: &str) -> AccessConfig {
    match params.instantiate_default_permission {
        ANY_OF_ADDRESSES => {
            AccessConfig { permission: ANY_OF_ADDRESSES, addresses: vec![creator.to_owned()] }
        }
        permission => AccessConfig { permission, addresses: Vec::new() },
    }
}

// ---- rules that need no state

/// JSON that a contract is sent.
///
/// # Errors
/// Bytes that are no JSON, or JSON that is too deep.
pub fn validate_json(msg: &[u8]) -> Result<()> {
    gotext::check(msg).map_err(|_| kind::INVALID.plain())
}

/// An address in the field called `name`.
pub fn validate_address(ctx: &Ctx, address: &str, name: &str) -> Result<Vec<u8>> {
    ctx.account_address(address).map_err(|error| error.wrap(name))
}

fn validate_label(label: &str) -> Result<()> {
    let refuse = |error: Error| Err(error.wrap("label"));
    if label.is_empty() {
        return refuse(kind::EMPTY.wrap("is required"));
    }
    if label.len() > LONGEST_LABEL {
        return refuse(kind::LIMIT.wrap(format!("cannot be longer than {LONGEST_LABEL} characters")));
    }
    if label != label.trim() {
        return refuse(kind::INVALID.wrap("label must not start/end with whitespaces"));
    }
    if label
        .chars()
        .any(|character| character.is_control() || (character.is_whitespace() && character != ' '))
    {
        return refuse(kind::INVALID.wrap("label must have printable characters only"));
    }
    Ok(())
}

fn validate_salt(salt: &[u8]) -> Result<()> {
    match salt.len() {
        0 => Err(kind::EMPTY.wrap("is required").wrap("salt")),
        n if n > LONGEST_SALT => {
            Err(kind::LIMIT.wrap(format!("cannot be longer than {LONGEST_SALT} characters")).wrap("salt"))
        }
        _ => Ok(()),
    }
}

fn validate_funds(funds: &[crate::proto::cosmos::base::v1beta1::Coin]) -> Result<Vec<Coin>> {
    coin::validate(funds).map_err(|text| Error::unregistered(text).wrap("funds"))
}

pub(super) fn validate_access(ctx: &Ctx, config: &AccessConfig) -> Result<()> {
    match config.permission {
        0 => Err(kind::EMPTY.wrap("type")),
        NOBODY | EVERYBODY => Ok(()),
        ANY_OF_ADDRESSES => {
            validate_addresses(ctx, &config.addresses).map_err(|error| error.wrap("addresses"))
        }
        _ => Err(kind::INVALID.wrap(UNKNOWN_PERMISSION)),
    }
}

fn validate_addresses(ctx: &Ctx, addresses: &[String]) -> Result<()> {
    if addresses.is_empty() {
        return Err(kind::EMPTY.wrap("addresses"));
    }
    if addresses.len() > MOST_ADDRESSES {
        return Err(
            sdk::INVALID_REQUEST.wrap(format!("total number of addresses is greater than {MOST_ADDRESSES}"))
        );
    }
    let mut seen = Vec::new();
    for address in addresses {
        let bytes =
            ctx.account_address(address).map_err(|error| error.wrap(format!("address: {address}")))?;
        if seen.contains(&bytes) {
            return Err(kind::DUPLICATE.wrap("duplicate addresses"));
        }
        seen.push(bytes);
    }
    Ok(())
}

fn validate_code_ids(ids: &[u64]) -> Result<()> {
    if ids.is_empty() {
        return Err(sdk::INVALID_REQUEST.wrap("empty code ids"));
    }
    if ids.len() > MOST_CODE_IDS {
        return Err(
            sdk::INVALID_REQUEST.wrap(format!("total number of code ids is greater than {MOST_CODE_IDS}"))
        );
    }
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() != ids.len() {
        return Err(sdk::INVALID_REQUEST.wrap("duplicate code ids"));
    }
    Ok(())
}

fn validate_code(ctx: &Ctx, code: &[u8], access: Option<&AccessConfig>) -> Result<()> {
    if code.is_empty() {
        return Err(sdk::INVALID_REQUEST.wrap("code bytes is required: empty"));
    }
    if code.len() > MOST_CODE_BYTES {
        return Err(sdk::INVALID_REQUEST
            .wrap(format!("code bytes cannot be longer than {MOST_CODE_BYTES} bytes: exceeds limit")));
    }
    match access {
        Some(access) => validate_access(ctx, access).map_err(|error| error.wrap("instantiate permission")),
        None => Ok(()),
    }
}

/// The rules of a wasm message that need no state.
///
/// # Errors
/// The first that is broken; messages of other modules have none here.
pub fn validate_basic(ctx: &Ctx, msg: &crate::tx::Msg) -> Result<()> {
    use crate::tx::Msg;
    let code_id = |id: u64| {
        if id == 0 { Err(sdk::INVALID_REQUEST.wrap("code id is required")) } else { Ok(()) }
    };
    let payload = |msg: &[u8]| validate_json(msg).map_err(|error| error.wrap("payload msg"));
    let admin = |admin: &str| {
        if admin.is_empty() { Ok(()) } else { validate_address(ctx, admin, "admin").map(|_| ()) }
    };
    match msg {
        Msg::StoreCode(m) => {
            ctx.account_address(&m.sender)?;
            validate_code(ctx, &m.wasm_byte_code, m.instantiate_permission.as_ref())
        }
        Msg::Instantiate(m) => {
            validate_address(ctx, &m.sender, "sender")?;
            code_id(m.code_id)?;
            validate_label(&m.label)?;
            validate_funds(&m.funds)?;
            admin(&m.admin)?;
            payload(&m.msg)
        }
        Msg::Instantiate2(m) => {
            validate_address(ctx, &m.sender, "sender")?;
            code_id(m.code_id)?;
            validate_label(&m.label)?;
            validate_funds(&m.funds)?;
            admin(&m.admin)?;
            payload(&m.msg)?;
            validate_salt(&m.salt)
        }
        Msg::Execute(m) => {
            validate_address(ctx, &m.sender, "sender")?;
            validate_address(ctx, &m.contract, "contract")?;
            validate_funds(&m.funds)?;
            payload(&m.msg)
        }
        Msg::Migrate(m) => {
            code_id(m.code_id)?;
            validate_address(ctx, &m.sender, "sender")?;
            validate_address(ctx, &m.contract, "contract")?;
            payload(&m.msg)
        }
        Msg::UpdateAdmin(m) => {
            validate_address(ctx, &m.sender, "sender")?;
            validate_address(ctx, &m.contract, "contract")?;
            validate_address(ctx, &m.new_admin, "new admin")?;
            if m.sender.eq_ignore_ascii_case(&m.new_admin) {
                return Err(kind::INVALID.wrap("new admin is the same as the old"));
            }
            Ok(())
        }
        Msg::ClearAdmin(m) => {
            validate_address(ctx, &m.sender, "sender")?;
            validate_address(ctx, &m.contract, "contract").map(|_| ())
        }
        Msg::UpdateInstantiateConfig(m) => {
            validate_address(ctx, &m.sender, "sender")?;
            code_id(m.code_id)?;
            let Some(access) = &m.new_instantiate_permission else {
                return Err(sdk::INVALID_REQUEST.wrap("instantiate permission is required"));
            };
            validate_access(ctx, access).map_err(|error| error.wrap("instantiate permission"))
        }
        Msg::UpdateContractLabel(m) => {
            validate_address(ctx, &m.sender, "sender")?;
            validate_label(&m.new_label)?;
            validate_address(ctx, &m.contract, "contract").map(|_| ())
        }
        Msg::UpdateParams(m) => {
            validate_address(ctx, &m.authority, "authority")?;
            let params = m.params.clone().unwrap_or_default();
            let default =
                AccessConfig { permission: params.instantiate_default_permission, addresses: Vec::new() };
            match default.permission {
                NOBODY | EVERYBODY | ANY_OF_ADDRESSES => {}
                0 => return Err(kind::EMPTY.wrap("type").wrap("instantiate default permission")),
                _ => {
                    return Err(kind::INVALID
                        .wrap(UNKNOWN_PERMISSION)
                        .wrap("instantiate default permission"));
                }
            }
            validate_access(ctx, &params.code_upload_access.unwrap_or_default())
                .map_err(|error| error.wrap("upload access"))
        }
        Msg::PinCodes(m) => {
            validate_address(ctx, &m.authority, "authority")?;
            validate_code_ids(&m.code_ids)
        }
        Msg::UnpinCodes(m) => {
            validate_address(ctx, &m.authority, "authority")?;
            validate_code_ids(&m.code_ids)
        }
        Msg::AddUploaders(m) => {
            validate_address(ctx, &m.authority, "authority")?;
            validate_addresses(ctx, &m.addresses)
        }
        Msg::RemoveUploaders(m) => {
            validate_address(ctx, &m.authority, "authority")?;
            validate_addresses(ctx, &m.addresses)
        }
        Msg::StoreAndInstantiate(m) => {
            validate_address(ctx, &m.authority, "authority")?;
            validate_label(&m.label)?;
            validate_funds(&m.funds)?;
            admin(&m.admin)?;
            if m.source.is_empty() && !(m.builder.is_empty() && m.code_hash.is_empty()) {
                return Err(Error::unregistered("source is required").wrap("code verification info"));
            }
            payload(&m.msg)?;
            validate_code(ctx, &m.wasm_byte_code, m.instantiate_permission.as_ref())
        }
        Msg::StoreAndMigrate(m) => {
            validate_address(ctx, &m.authority, "authority")?;
            validate_address(ctx, &m.contract, "contract")?;
            payload(&m.msg)?;
            validate_code(ctx, &m.wasm_byte_code, m.instantiate_permission.as_ref())
        }
        Msg::Sudo(m) => {
            validate_address(ctx, &m.authority, "authority")?;
            validate_address(ctx, &m.contract, "contract")?;
            payload(&m.msg)
        }
        _ => Ok(()),
    }
}

// ---- the machine

/// CosmWasm gas that a contract may use on this context's account.
fn machine_gas(ctx: &Ctx) -> Result<u64> {
    if ctx.gas.is_out_of_gas() {
        return Ok(0);
    }
    if !ctx.gas.is_limited() {
        return Ok(u64::MAX);
    }
    let left = ctx.gas.limit().saturating_sub(ctx.gas.consumed_to_limit());
    Ok(left.wrapping_mul(gas::MULTIPLIER))
}

fn pay_machine(ctx: &Ctx, used: u64) -> Result<()> {
    ctx.gas.consume(used / gas::MULTIPLIER, "wasm contract")?;
    if ctx.gas.is_out_of_gas() {
        return Err(Error::OutOfGas("Wasm engine function execution"));
    }
    Ok(())
}

fn encode<T: serde::Serialize>(value: &T) -> Result<Vec<u8>> {
    gojson::to_vec(value).map_err(Error::panic)
}

fn env(ctx: &Ctx, contract: &[u8]) -> Result<Vec<u8>> {
    let transaction = ctx
        .tx
        .as_ref()
        .and_then(|tx| Some(TransactionInfo { index: tx.counter?, hash: Binary::from(tx.hash.as_slice()) }));
    encode(&Env {
        block: BlockInfo {
            height: ctx.block.height,
            time: ctx.block.time.0.to_string(),
            chain_id: ctx.app.chain_id.clone(),
        },
        transaction,
        contract: ContractAddress { address: ctx.text(contract) },
    })
}

fn info(ctx: &Ctx, sender: &[u8], funds: &[Coin]) -> Result<Vec<u8>> {
    let funds = funds
        .iter()
        .map(|coin| WasmCoin { denom: coin.denom.clone(), amount: coin.amount.to_string() })
        .collect();
    encode(&MessageInfo { sender: ctx.text(sender), funds })
}

/// Calls a contract, pays for the machine, and reads the answer.
fn call<T: serde::de::DeserializeOwned>(
    ctx: &Ctx,
    checksum: &[u8],
    contract: &[u8],
    entry: &Call<'_>,
) -> Result<T> {
    ctx.recorded(|| Action::call(ctx, contract, entry), || call_unrecorded(ctx, checksum, contract, entry))
}

fn call_unrecorded<T: serde::de::DeserializeOwned>(
    ctx: &Ctx,
    checksum: &[u8],
    contract: &[u8],
    entry: &Call<'_>,
) -> Result<T> {
    let env = env(ctx, contract)?;
    let limit = machine_gas(ctx)?;
    let invocation = Invocation { checksum, contract, env: &env, entry, gas_limit: limit };
    let (mut used, answer) = ctx.app.vm.call(ctx, &invocation);
    let answer = answer.map_err(|error| error.0).and_then(|bytes| {
        ctx.amend(|action| action.answer(&bytes));
        let cost = gas::DESERIALIZE_PER_BYTE.saturating_mul(length(&bytes));
        if limit < cost.saturating_add(used) {
            return Err(format!(
                "insufficient gas left to deserialize contract execution result ({} bytes)",
                bytes.len()
            ));
        }
        used = used.saturating_add(cost);
        serde_json::from_slice(&bytes).map_err(|error| error.to_string())
    });
    pay_machine(ctx, used)?;
    answer.map_err(|text| kind::VM.wrap(text))
}

fn call_for_response(
    ctx: &Ctx,
    checksum: &[u8],
    contract: &[u8],
    entry: &Call<'_>,
    failed: crate::error::Kind,
) -> Result<Response> {
    let result: ContractResult = call(ctx, checksum, contract, entry)?;
    if !result.error.is_empty() {
        return Err(failed.wrap(result.error).show_to_contracts());
    }
    let response = result.ok.ok_or_else(|| kind::VM.wrap("internal wasmvm error"))?;
    for (index, message) in response.messages.iter().enumerate() {
        let size = message.payload.as_ref().map_or(0, |payload| payload.len());
        if size > LONGEST_PAYLOAD {
            return Err(kind::VM.wrap(format!(
                "reply contains submessage at index {index} with payload larger than {LONGEST_PAYLOAD} bytes: {size} bytes"
            )));
        }
    }
    Ok(response)
}

fn load(ctx: &Ctx, checksum: &[u8], code_id: u64, descriptor: &'static str) -> Result<()> {
    let pinned = is_pinned(ctx, code_id)?;
    let discounted = pinned
        || ctx
            .tx
            .as_ref()
            .is_some_and(|tx| checksum.try_into().is_ok_and(|checksum| tx.loaded.load(checksum)));
    ctx.gas.consume(gas::setup(discounted), descriptor)
}

fn instance(ctx: &Ctx, contract: &[u8]) -> Result<(ContractInfo, CodeInfo)> {
    let info = contract_info(ctx, contract)?.ok_or_else(|| no_such_contract(&ctx.text(contract)))?;
    let code = code_info(ctx, info.code_id)?.ok_or_else(|| no_such_code(info.code_id))?;
    Ok((info, code))
}

/// Pays for and emits what a contract answered, then carries out its messages. Returns the data, which a reply may
/// have replaced.
fn handle_response(
    ctx: &Ctx,
    contract: &[u8],
    ibc_port: &str,
    response: Response,
) -> Result<Option<Vec<u8>>> {
    ctx.gas
        .consume(gas::events(&response.attributes, &response.events), "Custom contract event attributes")?;
    if !response.attributes.is_empty() {
        ctx.emit(dispatch::contract_event(ctx, contract, "wasm".to_owned(), &response.attributes)?);
    }
    let custom: Result<Vec<Event>> = response
        .events
        .iter()
        .map(|event| {
            let name = event.kind.trim();
            if name.len() <= 2 {
                return Err(kind::INVALID_EVENT.wrap(format!("Event type too short: '{name}'")));
            }
            dispatch::contract_event(ctx, contract, format!("wasm-{name}"), &event.attributes)
        })
        .collect();
    for event in custom? {
        ctx.emit(event);
    }
    let depth = ctx.call_depth.saturating_add(1);
    if depth > DEEPEST_CALL {
        return Err(kind::EXCEED_MAX_CALL_DEPTH.plain());
    }
    let ctx = Ctx { call_depth: depth, ..ctx.clone() };
    let data = response.data.map(Vec::from);
    Ok(dispatch::sub_messages(&ctx, contract, ibc_port, response.messages)?.or(data))
}

/// Moves the funds of a call without the `message` event of a transfer that someone signed.
fn transfer(ctx: &Ctx, from: &[u8], to: &[u8], coins: &[Coin]) -> Result<()> {
    if coins.is_empty() {
        return Ok(());
    }
    let inner = ctx.with_events(Events::default());
    bank::require_send_enabled(&inner, coins.iter().map(|coin| coin.denom.as_str()))?;
    bank::require_receiver(&inner, to, &ctx.text(to))?;
    bank::send(&inner, from, to, coins)?;
    ctx.events.emit_all(inner.events.take().into_iter().filter(|event| event.kind != "message"));
    Ok(())
}

// ---- messages

/// Whether `code` is an archive of gzip.
pub(super) fn is_packed(code: &[u8]) -> bool {
    code.starts_with(&[0x1f, 0x8b, 0x08])
}

/// The code in an archive of gzip, whose reading is paid for.
pub(super) fn uncompress(ctx: &Ctx, code: &[u8]) -> Result<Vec<u8>> {
    ctx.gas.consume(gas::uncompress(length(code)), "Uncompress gzip bytecode")?;
    let failed = |text: String| kind::CREATE_FAILED.wrap(format!("uncompress wasm archive: {text}"));
    let too_large = || failed(format!("max {MOST_CODE_BYTES} bytes: exceeds limit"));
    if code.len() > MOST_CODE_BYTES {
        return Err(too_large());
    }
    let mut plain = Vec::new();
    let most = u64::try_from(MOST_CODE_BYTES).unwrap_or(u64::MAX);
    let read = flate2::read::GzDecoder::new(code).take(most.saturating_add(1)).read_to_end(&mut plain);
    match read {
        Ok(_) if plain.len() > MOST_CODE_BYTES => Err(too_large()),
        Ok(_) => Ok(plain),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof || !has_whole_header(code) => {
            Err(failed("unexpected EOF".to_owned()))
        }
        Err(error) if error.to_string().contains("checksum") => {
            Err(failed("gzip: invalid checksum".to_owned()))
        }
        Err(_) => Err(failed("flate: corrupt input".to_owned())),
    }
}

/// Whether a gzip header ends before the bytes do, by the rules of Go's reader.
fn has_whole_header(bytes: &[u8]) -> bool {
    let skip_text = |bytes: &mut &[u8]| -> Option<()> {
        let end = bytes.iter().position(|byte| *byte == 0)?;
        *bytes = bytes.get(end + 1..)?;
        Some(())
    };
    let walk = || -> Option<()> {
        let flags = bytes.get(3)?;
        let mut rest = bytes.get(10..)?;
        if flags & 4 != 0 {
            let size = u16::from_le_bytes([*rest.first()?, *rest.get(1)?]);
            rest = rest.get(usize::from(size) + 2..)?;
        }
        if flags & 8 != 0 {
            skip_text(&mut rest)?;
        }
        if flags & 16 != 0 {
            skip_text(&mut rest)?;
        }
        if flags & 2 != 0 { rest.get(2..).map(|_| ()) } else { Some(()) }
    };
    walk().is_some()
}

/// Stores `code`. Returns its number and checksum.
pub fn store_code(
    ctx: &Ctx,
    sender: &str,
    code: &[u8],
    access: Option<&AccessConfig>,
) -> Result<(u64, [u8; 32])> {
    let default = default_access(&params(ctx)?, sender);
    let access = access.unwrap_or(&default);
    let upload = params(ctx)?.code_upload_access;
    let allowed = match policy(ctx, sender) {
        Policy::Authority => true,
        Policy::Sender => allows(upload.as_ref(), sender)? && is_subset(access, &default),
    };
    if !allowed {
        return Err(sdk::UNAUTHORIZED.wrap("can not create code"));
    }
    let plain;
    let code = if is_packed(code) {
        plain = uncompress(ctx, code)?;
        plain.as_slice()
    } else {
        code
    };
    let cost = gas::COMPILE_PER_BYTE.saturating_mul(length(code));
    let checksum = if machine_gas(ctx)? < cost {
        Err("Out of gas".to_owned())
    } else {
        ctx.app.vm.store(code, !ctx.simulate()).map_err(|error| error.0)
    };
    pay_machine(ctx, cost)?;
    let checksum = checksum.map_err(|text| kind::CREATE_FAILED.wrap(text))?;
    let code_id = next_id(ctx, LAST_CODE_ID)?;
    let info = CodeInfo {
        code_hash: checksum.to_vec(),
        creator: sender.to_owned(),
        instantiate_config: Some(access.clone()),
    };
    kv(ctx).set(&code_key(code_id), &info.encode_to_vec())?;
    // wasmd means to name the required capabilities here too, and drops them on the way.
    ctx.emit(
        Event::new("store_code")
            .with("code_checksum", hex::encode(checksum))
            .with("code_id", code_id.to_string()),
    );
    Ok((code_id, checksum))
}

/// How the address of a new contract is found.
#[derive(Debug, Clone, Copy)]
pub enum Salt<'a> {
    /// By counting contracts.
    Counted,
    /// From a salt, and the first message if `fixed_msg`.
    Chosen { salt: &'a [u8], fixed_msg: bool },
}

/// What a new contract is made of.
#[derive(Debug, Clone, Copy)]
pub struct NewContract<'a> {
    pub code_id: u64,
    pub sender: &'a str,
    /// Empty for nobody.
    pub admin: &'a str,
    pub label: &'a str,
    pub msg: &'a [u8],
    pub funds: &'a [crate::proto::cosmos::base::v1beta1::Coin],
    pub salt: Salt<'a>,
}

/// Makes a contract. Returns its address and the data it answered.
pub fn instantiate(ctx: &Ctx, new: NewContract<'_>) -> Result<(Vec<u8>, Vec<u8>)> {
    let NewContract { code_id, msg, .. } = new;
    let creator = validate_address(ctx, new.sender, "sender")?;
    let funds = validate_funds(new.funds)?;
    let code = code_info(ctx, code_id)?.ok_or_else(|| no_such_code(code_id))?;
    load(ctx, &code.code_hash, code_id, "Loading CosmWasm module: instantiate")?;
    let policy = policy_to_make(ctx, new.sender);
    if policy == Policy::Sender && !allows(code.instantiate_config.as_ref(), new.sender)? {
        return Err(sdk::UNAUTHORIZED.wrap("can not instantiate"));
    }
    let contract = match new.salt {
        Salt::Counted => classic(code_id, next_id(ctx, LAST_CONTRACT_ID)?),
        Salt::Chosen { salt, fixed_msg } => {
            predictable(&code.code_hash, &creator, salt, if fixed_msg { msg } else { &[] })
        }
    };
    if has_contract(ctx, &contract)? {
        return Err(kind::DUPLICATE.wrap(
            "contract address already exists, try a different combination of creator, checksum and salt",
        ));
    }
    match auth::get(ctx, &contract)? {
        Some(account) if account.sequence() != 0 || account.pub_key()?.is_some() => {
            return Err(kind::ACCOUNT_EXISTS.wrap("address is claimed by external account"));
        }
        Some(_) => {}
        None => {
            auth::new_account(ctx, &contract)?;
        }
    }
    transfer(ctx, &creator, &contract, &funds)?;

    let info = info(ctx, &creator, &funds)?;
    let entry = Call::Instantiate { info: &info, msg };
    let response = call_for_response(ctx, &code.code_hash, &contract, &entry, kind::INSTANTIATE_FAILED)?;

    let created = AbsoluteTxPosition { block_height: ctx.block.height, tx_index: ctx.block.gas.consumed() };
    let report = ctx.app.vm.analyze(&code.code_hash).map_err(|error| kind::VM.wrap(error))?;
    let ibc_port_id =
        if report.has_ibc_entry_points { format!("wasm.{}", ctx.text(&contract)) } else { String::new() };
    let entry = ContractCodeHistoryEntry {
        operation: INIT,
        code_id,
        updated: Some(created.clone()),
        msg: msg.to_vec(),
    };
    let contract_info = ContractInfo {
        code_id,
        creator: ctx.text(&creator),
        admin: new.admin.to_owned(),
        label: new.label.to_owned(),
        created: Some(created),
        ibc_port_id: ibc_port_id.clone(),
        extension: None,
        ibc2_port_id: ibc2_port(ctx, &contract),
    };
    index_by_code(ctx, &contract, &entry)?;
    let position = position_bytes(entry.updated.as_ref());
    kv(ctx).set(&[by_creator_prefix(&creator), position, contract.clone()].concat(), &[])?;
    append_history(ctx, &contract, &entry)?;
    put_contract(ctx, &contract, &contract_info)?;
    ctx.emit(
        Event::new("instantiate")
            .with("_contract_address", ctx.text(&contract))
            .with("code_id", code_id.to_string()),
    );
    let ctx = &Ctx { may_make_any: policy == Policy::Authority, ..ctx.clone() };
    let data =
        handle_response(ctx, &contract, &ibc_port_id, response).map_err(|error| error.wrap("dispatch"))?;
    Ok((contract, data.unwrap_or_default()))
}

fn ibc2_port(ctx: &Ctx, contract: &[u8]) -> String {
    let text = ctx.text(contract);
    format!("wasm2{}", text.strip_prefix(&ctx.app.prefix).unwrap_or(&text))
}

fn index_by_code(ctx: &Ctx, contract: &[u8], entry: &ContractCodeHistoryEntry) -> Result<()> {
    kv(ctx).set(&by_code_key(contract, entry), &[])
}

fn by_code_key(contract: &[u8], entry: &ContractCodeHistoryEntry) -> Vec<u8> {
    [by_code_prefix(entry.code_id), position_bytes(entry.updated.as_ref()), contract.to_vec()].concat()
}

fn put_contract(ctx: &Ctx, contract: &[u8], info: &ContractInfo) -> Result<()> {
    kv(ctx).set(&contract_key(contract), &info.encode_to_vec())
}

fn last_history(ctx: &Ctx, contract: &[u8]) -> Result<Option<(u64, ContractCodeHistoryEntry)>> {
    let mut cursor = kv(ctx).narrow(&history_prefix(contract)).iterate(None, None, Order::Descending)?;
    while let Some((key, value)) = cursor.current() {
        if let Ok(position) = key.try_into() {
            return Ok(Some((u64::from_be_bytes(position), stored(value)?)));
        }
        cursor.advance()?;
    }
    Ok(None)
}

fn append_history(ctx: &Ctx, contract: &[u8], entry: &ContractCodeHistoryEntry) -> Result<()> {
    let position = last_history(ctx, contract)?.map_or(0, |(position, _)| position).saturating_add(1);
    let key = [&history_prefix(contract)[..], &position.to_be_bytes()].concat();
    kv(ctx).set(&key, &entry.encode_to_vec())
}

/// Calls a contract. Returns the data it answered.
pub fn execute(
    ctx: &Ctx,
    contract: &str,
    sender: &str,
    msg: &[u8],
    funds: &[crate::proto::cosmos::base::v1beta1::Coin],
) -> Result<Vec<u8>> {
    let caller = validate_address(ctx, sender, "sender")?;
    let contract = validate_address(ctx, contract, "contract")?;
    let funds = validate_funds(funds)?;
    let (contract_info, code) = instance(ctx, &contract)?;
    load(ctx, &code.code_hash, contract_info.code_id, "Loading CosmWasm module: execute")?;
    transfer(ctx, &caller, &contract, &funds)?;
    let info = info(ctx, &caller, &funds)?;
    let entry = Call::Execute { info: &info, msg };
    let response = call_for_response(ctx, &code.code_hash, &contract, &entry, kind::EXECUTE_FAILED)?;
    ctx.emit(Event::new("execute").with("_contract_address", ctx.text(&contract)));
    Ok(handle_response(ctx, &contract, &contract_info.ibc_port_id, response)?.unwrap_or_default())
}

/// Gives a contract another code. Returns the data it answered.
pub fn migrate(ctx: &Ctx, contract: &str, sender: &str, code_id: u64, msg: &[u8]) -> Result<Vec<u8>> {
    let caller = validate_address(ctx, sender, "sender")?;
    let contract = validate_address(ctx, contract, "contract")?;
    let mut info =
        contract_info(ctx, &contract)?.ok_or_else(|| sdk::INVALID_REQUEST.wrap("unknown contract"))?;
    require_admin(ctx, &info, sender, "can not migrate")?;
    let code = code_info(ctx, code_id)?.ok_or_else(|| sdk::INVALID_REQUEST.wrap("unknown code"))?;
    if policy(ctx, sender) == Policy::Sender && !allows(code.instantiate_config.as_ref(), sender)? {
        return Err(sdk::UNAUTHORIZED.wrap("to use new code"));
    }
    let analyze = |checksum: &[u8]| ctx.app.vm.analyze(checksum).map_err(|error| kind::VM.wrap(error));
    let report = analyze(&code.code_hash)?;
    if report.has_ibc_entry_points {
        if info.ibc_port_id.is_empty() {
            info.ibc_port_id = format!("wasm.{}", ctx.text(&contract));
        }
    } else if !info.ibc_port_id.is_empty() {
        return Err(kind::MIGRATION_FAILED.wrap("requires ibc callbacks"));
    }
    info.ibc2_port_id = ibc2_port(ctx, &contract);
    let old = code_info(ctx, info.code_id)?.ok_or_else(|| no_such_code(info.code_id))?;
    let old_version = analyze(&old.code_hash)?.contract_migrate_version;
    let same_version =
        report.contract_migrate_version.is_some() && report.contract_migrate_version == old_version;
    let response = if same_version {
        None
    } else {
        load(ctx, &code.code_hash, code_id, "Loading CosmWasm module: migrate")?;
        let migrate_info =
            encode(&MigrateInfo { sender: ctx.text(&caller), old_migrate_version: old_version })?;
        let entry = Call::Migrate { msg, info: &migrate_info };
        Some(call_for_response(ctx, &code.code_hash, &contract, &entry, kind::MIGRATION_FAILED)?)
    };
    change_code(ctx, &contract, &mut info, code_id, msg)?;
    ctx.emit(
        Event::new("migrate")
            .with("code_id", code_id.to_string())
            .with("_contract_address", ctx.text(&contract)),
    );
    let Some(response) = response else { return Ok(Vec::new()) };
    let ctx = &Ctx { may_make_any: false, ..ctx.clone() };
    let data = handle_response(ctx, &contract, &info.ibc_port_id, response);
    Ok(data.map_err(|error| error.wrap("dispatch"))?.unwrap_or_default())
}

fn change_code(ctx: &Ctx, contract: &[u8], info: &mut ContractInfo, code_id: u64, msg: &[u8]) -> Result<()> {
    let (_, last) = last_history(ctx, contract)?
        .ok_or_else(|| Error::panic(format!("no history for {}", ctx.text(contract))))?;
    kv(ctx).delete(&by_code_key(contract, &last))?;
    info.code_id = code_id;
    let entry = ContractCodeHistoryEntry {
        operation: MIGRATE,
        code_id,
        updated: Some(AbsoluteTxPosition {
            block_height: ctx.block.height,
            tx_index: ctx.block.gas.consumed(),
        }),
        msg: msg.to_vec(),
    };
    append_history(ctx, contract, &entry)?;
    index_by_code(ctx, contract, &entry)?;
    put_contract(ctx, contract, info)
}

/// Gives the contract at `contract` the code `code_id` without calling it: the developer's hand.
///
/// # Errors
/// No such contract or code.
pub fn put_code(ctx: &Ctx, contract: &[u8], code_id: u64) -> Result<()> {
    let mut info = contract_info(ctx, contract)?.ok_or_else(|| no_such_contract(&ctx.text(contract)))?;
    code_info(ctx, code_id)?.ok_or_else(|| no_such_code(code_id))?;
    change_code(ctx, contract, &mut info, code_id, b"{}")
}

/// The checksums of all codes, in the order of their numbers.
pub fn checksums(ctx: &Ctx) -> Result<Vec<Vec<u8>>> {
    let mut cursor = kv(ctx).narrow(CODES).iterate(None, None, Order::Ascending)?;
    let mut checksums = Vec::new();
    while let Some((_, value)) = cursor.current() {
        checksums.push(stored::<CodeInfo>(value)?.code_hash);
        cursor.advance()?;
    }
    Ok(checksums)
}

fn require_admin(ctx: &Ctx, info: &ContractInfo, sender: &str, refusal: &str) -> Result<()> {
    let may = match policy(ctx, sender) {
        Policy::Authority => true,
        Policy::Sender => {
            !info.admin.is_empty() && ctx.account_address(&info.admin)? == ctx.account_address(sender)?
        }
    };
    if may { Ok(()) } else { Err(sdk::UNAUTHORIZED.wrap(refusal)) }
}

/// Makes `admin` the admin of a contract; empty for nobody.
pub fn set_admin(ctx: &Ctx, contract: &str, sender: &str, admin: &str) -> Result<()> {
    validate_address(ctx, sender, "sender")?;
    let address = validate_address(ctx, contract, "contract")?;
    let mut info =
        contract_info(ctx, &address)?.ok_or_else(|| sdk::INVALID_REQUEST.wrap("unknown contract"))?;
    require_admin(ctx, &info, sender, "can not modify contract")?;
    admin.clone_into(&mut info.admin);
    put_contract(ctx, &address, &info)?;
    ctx.emit(
        Event::new("update_contract_admin")
            .with("_contract_address", ctx.text(&address))
            .with("new_admin_address", admin),
    );
    Ok(())
}

/// Names a contract anew.
pub fn set_label(ctx: &Ctx, contract: &str, sender: &str, label: &str) -> Result<()> {
    validate_address(ctx, sender, "sender")?;
    let address = validate_address(ctx, contract, "contract")?;
    let mut info =
        contract_info(ctx, &address)?.ok_or_else(|| sdk::INVALID_REQUEST.wrap("unknown contract"))?;
    require_admin(ctx, &info, sender, "can not modify contract")?;
    label.clone_into(&mut info.label);
    put_contract(ctx, &address, &info)?;
    ctx.emit(
        Event::new("update_contract_label")
            .with("_contract_address", ctx.text(&address))
            .with("new_label", label),
    );
    Ok(())
}

/// Says who may make contracts of a code.
pub fn set_access(ctx: &Ctx, code_id: u64, sender: &str, access: &AccessConfig) -> Result<()> {
    let caller = validate_address(ctx, sender, "sender")?;
    let mut info = code_info(ctx, code_id)?.ok_or_else(|| no_such_code(code_id))?;
    let default =
        AccessConfig { permission: params(ctx)?.instantiate_default_permission, addresses: Vec::new() };
    let narrower = match default.permission {
        ANY_OF_ADDRESSES => matches!(access.permission, NOBODY | ANY_OF_ADDRESSES),
        _ => is_subset(access, &default),
    };
    let may = policy(ctx, sender) == Policy::Authority
        || (ctx.account_address(&info.creator)? == caller && narrower);
    if !may {
        return Err(sdk::UNAUTHORIZED.wrap("can not modify code access config"));
    }
    info.instantiate_config = Some(access.clone());
    kv(ctx).set(&code_key(code_id), &info.encode_to_vec())?;
    let permission = match access.permission {
        NOBODY => "Nobody",
        EVERYBODY => "Everybody",
        ANY_OF_ADDRESSES => "AnyOfAddresses",
        _ => "Unspecified",
    };
    let mut event = Event::new("update_code_access_config")
        .with("code_permission", permission)
        .with("code_id", code_id.to_string());
    if access.permission == ANY_OF_ADDRESSES && !access.addresses.is_empty() {
        event = event.with("authorized_addresses", access.addresses.join(","));
    }
    ctx.emit(event);
    Ok(())
}

/// Refuses anyone but the chain itself.
pub fn require_authority(ctx: &Ctx, sender: &str) -> Result<()> {
    if policy(ctx, sender) == Policy::Authority {
        return Ok(());
    }
    Err(kind::INVALID.wrap(format!("invalid authority; expected {}, got {sender}", ctx.app.authority)))
}

/// Changes who may upload, where only some may: `change` is given their addresses.
pub fn change_uploaders(ctx: &Ctx, authority: &str, change: impl FnOnce(&mut Vec<String>)) -> Result<()> {
    require_authority(ctx, authority)?;
    let mut params = params(ctx)?;
    match &mut params.code_upload_access {
        Some(access) if access.permission == ANY_OF_ADDRESSES => change(&mut access.addresses),
        _ => return Err(kind::INVALID.wrap("permission")),
    }
    set_params(ctx, &params)
}

/// Replaces the parameters.
pub fn set_params(ctx: &Ctx, params: &Params) -> Result<()> {
    kv(ctx).set(PARAMS, &params.encode_to_vec())
}

/// Pins a code to memory, which makes its calls cheaper.
pub fn pin(ctx: &Ctx, code_id: u64) -> Result<()> {
    let code = code_info(ctx, code_id)?.ok_or_else(|| no_such_code(code_id))?;
    ctx.gas.consume(gas::PIN, "Loading CosmWasm module: pin code")?;
    let mut checksums = pinned_checksums(ctx, None)?;
    checksums.push(code.code_hash);
    sync_pinned(ctx, &checksums)?;
    kv(ctx).set(&pinned_key(code_id), &[1])?;
    ctx.emit(Event::new("pin_code").with("code_id", code_id.to_string()));
    Ok(())
}

/// Releases a pinned code.
pub fn unpin(ctx: &Ctx, code_id: u64) -> Result<()> {
    code_info(ctx, code_id)?.ok_or_else(|| no_such_code(code_id))?;
    ctx.gas.consume(gas::PIN, "Loading CosmWasm module: unpin code")?;
    let checksums = pinned_checksums(ctx, Some(code_id))?;
    sync_pinned(ctx, &checksums)?;
    kv(ctx).delete(&pinned_key(code_id))?;
    ctx.emit(Event::new("unpin_code").with("code_id", code_id.to_string()));
    Ok(())
}

fn sync_pinned(ctx: &Ctx, checksums: &[Vec<u8>]) -> Result<()> {
    // What is simulated or replayed leaves the machine as the newest state wants it.
    if ctx.mode != Mode::Finalize || ctx.recorder.is_some() {
        return Ok(());
    }
    ctx.app.vm.pin_only(checksums).map_err(|error| kind::SYNC_PINNED_CODES_FAILED.wrap(error))
}

/// The checksums of the pinned codes but one.
pub fn pinned_checksums(ctx: &Ctx, except: Option<u64>) -> Result<Vec<Vec<u8>>> {
    let mut cursor = kv(ctx).narrow(PINNED).iterate(None, None, Order::Ascending)?;
    let mut checksums = Vec::new();
    while let Some((key, _)) = cursor.current() {
        let code_id = key.try_into().map(u64::from_be_bytes).unwrap_or_default();
        if except != Some(code_id) {
            checksums.push(code_info(ctx, code_id)?.ok_or_else(|| no_such_code(code_id))?.code_hash);
        }
        cursor.advance()?;
    }
    Ok(checksums)
}

/// Calls the entry point of a contract that only the chain may call. Returns the data it answered.
pub fn sudo(ctx: &Ctx, contract: &str, msg: &[u8]) -> Result<Vec<u8>> {
    let contract = validate_address(ctx, contract, "contract")?;
    let (info, code) = instance(ctx, &contract)?;
    load(ctx, &code.code_hash, info.code_id, "Loading CosmWasm module: sudo")?;
    let response =
        call_for_response(ctx, &code.code_hash, &contract, &Call::Sudo { msg }, kind::EXECUTE_FAILED)?;
    ctx.emit(Event::new("sudo").with("_contract_address", ctx.text(&contract)));
    let data = handle_response(ctx, &contract, &info.ibc_port_id, response);
    Ok(data.map_err(|error| error.wrap("dispatch"))?.unwrap_or_default())
}

/// Tells a contract how its sub-message went. Returns the data it answered.
pub(super) fn reply(ctx: &Ctx, contract: &[u8], reply: &Reply) -> Result<Option<Vec<u8>>> {
    ctx.recorded(|| Action::reply(reply), || reply_unrecorded(ctx, contract, reply))
}

fn reply_unrecorded(ctx: &Ctx, contract: &[u8], reply: &Reply) -> Result<Option<Vec<u8>>> {
    let (info, code) = instance(ctx, contract)?;
    ctx.gas.consume(gas::reply(reply), "Loading CosmWasm module: reply")?;
    let encoded = encode(reply)?;
    let entry = Call::Reply { reply: &encoded };
    let response = call_for_response(ctx, &code.code_hash, contract, &entry, kind::EXECUTE_FAILED)?;
    ctx.emit(Event::new("reply").with("_contract_address", ctx.text(contract)));
    handle_response(ctx, contract, &info.ibc_port_id, response).map_err(|error| error.wrap("dispatch"))
}

// ---- queries

/// Asks a contract.
///
/// # Errors
/// What the contract refuses, and everything that a call can fail with.
pub fn query_smart(ctx: &Ctx, contract: &[u8], msg: &[u8]) -> Result<Vec<u8>> {
    let depth = ctx.query_depth.saturating_add(1);
    if depth > DEEPEST_QUERY {
        return Err(kind::EXCEED_MAX_QUERY_STACK_SIZE.plain());
    }
    let ctx = &Ctx { query_depth: depth, ..ctx.clone() };
    let (info, code) = instance(ctx, contract)?;
    load(ctx, &code.code_hash, info.code_id, "Loading CosmWasm module: query")?;
    let result: QueryResult = call(ctx, &code.code_hash, contract, &Call::Query { msg })?;
    if !result.error.is_empty() {
        return Err(kind::QUERY_FAILED.wrap(result.error).show_to_contracts());
    }
    Ok(result.ok.unwrap_or_default().into())
}

/// Asks a contract from outside, with at most [`QUERY_GAS`].
///
/// # Errors
/// Those of [`query_smart`], and the query's own limit.
pub fn query_smart_limited(ctx: &Ctx, contract: &[u8], msg: &[u8]) -> Result<Vec<u8>> {
    let ctx = ctx.with_gas(GasMeter::limited(ctx.gas.remaining().min(QUERY_GAS)));
    query_smart(&ctx, contract, msg).map_err(|error| match error {
        Error::OutOfGas(descriptor) => sdk::OUT_OF_GAS.wrap(format!(
            "out of gas in location: {descriptor}; gasWanted: {}, gasUsed: {}",
            ctx.gas.limit(),
            ctx.gas.consumed()
        )),
        other => other,
    })
}
