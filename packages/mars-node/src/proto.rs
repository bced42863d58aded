//! Messages on the wire: those of `cosmos-sdk-proto`, and the few that wasmd 0.61 and the SDK 0.53 have extended since.

pub use cosmos_sdk_proto::cosmos;
pub use cosmos_sdk_proto::cosmwasm::wasm::v1 as wasm;
pub use cosmos_sdk_proto::{Any, Timestamp};
use prost::{Message, Name};

/// `cosmos.tx.v1beta1.TxBody` with the fields that the SDK 0.53 added.
#[derive(Clone, PartialEq, Message)]
pub struct TxBody {
    #[prost(message, repeated, tag = "1")]
    pub messages: Vec<Any>,
    #[prost(string, tag = "2")]
    pub memo: String,
    #[prost(uint64, tag = "3")]
    pub timeout_height: u64,
    #[prost(bool, tag = "4")]
    pub unordered: bool,
    #[prost(message, optional, tag = "5")]
    pub timeout_timestamp: Option<Timestamp>,
    #[prost(message, repeated, tag = "1023")]
    pub extension_options: Vec<Any>,
    #[prost(message, repeated, tag = "2047")]
    pub non_critical_extension_options: Vec<Any>,
}

/// `cosmwasm.wasm.v1.ContractInfo` with the port that wasmd 0.61 added.
#[derive(Clone, PartialEq, Message)]
pub struct ContractInfo {
    #[prost(uint64, tag = "1")]
    pub code_id: u64,
    #[prost(string, tag = "2")]
    pub creator: String,
    #[prost(string, tag = "3")]
    pub admin: String,
    #[prost(string, tag = "4")]
    pub label: String,
    #[prost(message, optional, tag = "5")]
    pub created: Option<wasm::AbsoluteTxPosition>,
    #[prost(string, tag = "6")]
    pub ibc_port_id: String,
    #[prost(message, optional, tag = "7")]
    pub extension: Option<Any>,
    #[prost(string, tag = "8")]
    pub ibc2_port_id: String,
}

/// `cosmwasm.wasm.v1.QueryContractInfoResponse` around the extended [`ContractInfo`].
#[derive(Clone, PartialEq, Message)]
pub struct QueryContractInfoResponse {
    #[prost(string, tag = "1")]
    pub address: String,
    #[prost(message, optional, tag = "2")]
    pub contract_info: Option<ContractInfo>,
}

/// `cosmwasm.wasm.v1.QueryCodeInfoRequest`.
#[derive(Clone, PartialEq, Message)]
pub struct QueryCodeInfoRequest {
    #[prost(uint64, tag = "1")]
    pub code_id: u64,
}

/// `cosmwasm.wasm.v1.QueryCodeInfoResponse`.
#[derive(Clone, PartialEq, Message)]
pub struct QueryCodeInfoResponse {
    #[prost(uint64, tag = "1")]
    pub code_id: u64,
    #[prost(string, tag = "2")]
    pub creator: String,
    #[prost(bytes = "vec", tag = "3")]
    pub checksum: Vec<u8>,
    #[prost(message, optional, tag = "4")]
    pub instantiate_permission: Option<wasm::AccessConfig>,
}

/// `cosmwasm.wasm.v1.QueryWasmLimitsConfigResponse`.
#[derive(Clone, PartialEq, Message)]
pub struct QueryWasmLimitsConfigResponse {
    #[prost(string, tag = "1")]
    pub config: String,
}

/// `cosmwasm.wasm.v1.QueryPinnedCodesResponse`, with its numbers in one field as protobuf's third version has them.
#[derive(Clone, PartialEq, Message)]
pub struct QueryPinnedCodesResponse {
    #[prost(uint64, repeated, tag = "1")]
    pub code_ids: Vec<u64>,
    #[prost(message, optional, tag = "2")]
    pub pagination: Option<cosmos::base::query::v1beta1::PageResponse>,
}

/// `message` in an `Any` under its own type URL.
pub fn any<M: Message + Name>(message: &M) -> Any {
    Any { type_url: type_url::<M>(), value: message.encode_to_vec() }
}

/// The type URL of `M`.
pub fn type_url<M: Name>() -> String {
    format!("/{}", M::full_name())
}
