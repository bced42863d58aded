//! What contracts and the chain say to each other, as wasmvm reads and writes it: unknown fields are ignored, missing
//! ones are empty, and a choice that nobody knows is a message of no kind.

use cosmwasm_std_vm::Binary;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

#[derive(Serialize)]
pub struct Env {
    pub block: BlockInfo,
    pub transaction: Option<TransactionInfo>,
    pub contract: ContractAddress,
}

#[derive(Serialize)]
pub struct BlockInfo {
    pub height: u64,
    pub time: String,
    pub chain_id: String,
}

#[derive(Serialize)]
pub struct TransactionInfo {
    pub index: u32,
    pub hash: Binary,
}

#[derive(Serialize)]
pub struct ContractAddress {
    pub address: String,
}

#[derive(Serialize)]
pub struct MessageInfo {
    pub sender: String,
    pub funds: Vec<Coin>,
}

#[derive(Serialize)]
pub struct MigrateInfo {
    pub sender: String,
    pub old_migrate_version: Option<u64>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Coin {
    #[serde(deserialize_with = "or_default")]
    pub denom: String,
    #[serde(deserialize_with = "or_default")]
    pub amount: String,
}

/// A contract's answer to anything but a query.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ContractResult {
    pub ok: Option<Response>,
    #[serde(deserialize_with = "or_default")]
    pub error: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Response {
    #[serde(deserialize_with = "or_default")]
    pub messages: Vec<SubMsg>,
    pub data: Option<Binary>,
    #[serde(deserialize_with = "or_default")]
    pub attributes: Vec<EventAttribute>,
    #[serde(deserialize_with = "or_default")]
    pub events: Vec<Event>,
}

/// A contract's answer to a query.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct QueryResult {
    pub ok: Option<Binary>,
    #[serde(deserialize_with = "or_default")]
    pub error: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Event {
    #[serde(rename = "type", deserialize_with = "or_default")]
    pub kind: String,
    #[serde(deserialize_with = "or_default")]
    pub attributes: Vec<EventAttribute>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EventAttribute {
    #[serde(deserialize_with = "or_default")]
    pub key: String,
    #[serde(deserialize_with = "or_default")]
    pub value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyOn {
    Always,
    Success,
    Error,
    Never,
    #[default]
    #[serde(skip)]
    Unset,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SubMsg {
    #[serde(deserialize_with = "or_default")]
    pub id: u64,
    #[serde(deserialize_with = "or_default")]
    pub msg: CosmosMsg,
    pub payload: Option<Binary>,
    pub gas_limit: Option<u64>,
    pub reply_on: ReplyOn,
}

#[derive(Serialize)]
pub struct Reply {
    pub gas_used: u64,
    pub id: u64,
    pub result: SubMsgResult,
    #[serde(skip_serializing_if = "is_empty")]
    pub payload: Option<Binary>,
}

fn is_empty(bytes: &Option<Binary>) -> bool {
    bytes.as_ref().is_none_or(|bytes| bytes.is_empty())
}

#[derive(Default, Serialize)]
pub struct SubMsgResult {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ok: Option<SubMsgResponse>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub error: String,
}

#[derive(Serialize)]
pub struct SubMsgResponse {
    pub events: Vec<Event>,
    #[serde(skip_serializing_if = "is_empty")]
    pub data: Option<Binary>,
    pub msg_responses: Vec<MsgResponse>,
}

#[derive(Serialize)]
pub struct MsgResponse {
    pub type_url: String,
    pub value: Binary,
}

/// A message to the chain; one field is set.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CosmosMsg {
    pub bank: Option<BankMsg>,
    pub custom: Option<Value>,
    pub distribution: Option<Value>,
    pub gov: Option<Value>,
    pub ibc: Option<Value>,
    pub staking: Option<Value>,
    #[serde(alias = "stargate")]
    pub any: Option<AnyMsg>,
    pub wasm: Option<WasmMsg>,
    pub ibc2: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct BankMsg {
    pub send: Option<SendMsg>,
    pub burn: Option<BurnMsg>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SendMsg {
    pub to_address: String,
    #[serde(deserialize_with = "or_default")]
    pub amount: Vec<Coin>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct BurnMsg {
    #[serde(deserialize_with = "or_default")]
    pub amount: Vec<Coin>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AnyMsg {
    pub type_url: String,
    pub value: Binary,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct WasmMsg {
    pub execute: Option<ExecuteMsg>,
    pub instantiate: Option<InstantiateMsg>,
    pub instantiate2: Option<InstantiateMsg>,
    pub migrate: Option<MigrateMsg>,
    pub update_admin: Option<AdminMsg>,
    pub clear_admin: Option<AdminMsg>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ExecuteMsg {
    pub contract_addr: String,
    pub msg: Binary,
    #[serde(deserialize_with = "or_default")]
    pub funds: Vec<Coin>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct InstantiateMsg {
    pub code_id: u64,
    pub msg: Binary,
    #[serde(deserialize_with = "or_default")]
    pub funds: Vec<Coin>,
    pub label: String,
    #[serde(deserialize_with = "or_default")]
    pub admin: String,
    pub salt: Binary,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct MigrateMsg {
    pub contract_addr: String,
    pub new_code_id: u64,
    pub msg: Binary,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AdminMsg {
    pub contract_addr: String,
    pub admin: String,
}

/// A question to the chain; one field is set.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct QueryRequest {
    pub bank: Option<BankQuery>,
    pub custom: Option<Value>,
    pub ibc: Option<IbcQuery>,
    pub staking: Option<StakingQuery>,
    pub distribution: Option<Value>,
    pub stargate: Option<Value>,
    pub grpc: Option<Value>,
    pub wasm: Option<WasmQuery>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct BankQuery {
    pub supply: Option<DenomQuery>,
    pub balance: Option<BalanceQuery>,
    pub all_balances: Option<BalanceQuery>,
    pub denom_metadata: Option<DenomQuery>,
    pub all_denom_metadata: Option<AllMetadataQuery>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DenomQuery {
    pub denom: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct BalanceQuery {
    pub address: String,
    pub denom: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AllMetadataQuery {
    pub pagination: Option<PageRequest>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PageRequest {
    pub key: Option<Binary>,
    pub limit: u32,
    pub reverse: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct IbcQuery {
    pub port_id: Option<Value>,
    pub list_channels: Option<Value>,
    pub channel: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct StakingQuery {
    pub bonded_denom: Option<Value>,
    pub all_validators: Option<Value>,
    pub validator: Option<Value>,
    pub all_delegations: Option<Value>,
    pub delegation: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct WasmQuery {
    pub smart: Option<SmartQuery>,
    pub raw: Option<RawQuery>,
    pub contract_info: Option<ContractInfoQuery>,
    pub code_info: Option<CodeInfoQuery>,
    pub raw_range: Option<RawRangeQuery>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SmartQuery {
    pub contract_addr: String,
    pub msg: Binary,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawQuery {
    pub contract_addr: String,
    pub key: Option<Binary>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ContractInfoQuery {
    pub contract_addr: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CodeInfoQuery {
    pub code_id: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawRangeQuery {
    pub contract_addr: String,
    pub start: Option<Binary>,
    pub end: Option<Binary>,
    pub limit: u16,
    pub order: String,
}

#[derive(Serialize)]
pub struct ContractInfoResponse {
    pub code_id: u64,
    pub creator: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub admin: String,
    pub pinned: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ibc_port: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ibc2_port: String,
}

#[derive(Serialize)]
pub struct CodeInfoResponse {
    pub code_id: u64,
    pub creator: String,
    pub checksum: String,
}

#[derive(Serialize)]
pub struct RawRangeResponse {
    pub data: Vec<(Binary, Binary)>,
    pub next_key: Option<Binary>,
}
