//! `cosmwasm.wasm.v1.Query`.

use prost::Message;

use super::Ask;
use super::page::{Paging, page};
use crate::context::Ctx;
use crate::error::{Error, GrpcCode, Result, wasm as kind};
use crate::gotext;
use crate::proto::cosmos::base::query::v1beta1::{PageRequest, PageResponse};
use crate::proto::wasm::{
    CodeInfo, CodeInfoResponse, ContractCodeHistoryEntry, Model, QueryAllContractStateRequest,
    QueryAllContractStateResponse, QueryBuildAddressRequest, QueryBuildAddressResponse, QueryCodeRequest,
    QueryCodeResponse, QueryCodesRequest, QueryCodesResponse, QueryContractHistoryRequest,
    QueryContractHistoryResponse, QueryContractInfoRequest, QueryContractsByCodeRequest,
    QueryContractsByCodeResponse, QueryContractsByCreatorRequest, QueryContractsByCreatorResponse,
    QueryParamsRequest, QueryParamsResponse, QueryPinnedCodesRequest, QueryRawContractStateRequest,
    QueryRawContractStateResponse, QuerySmartContractStateRequest, QuerySmartContractStateResponse,
};
use crate::proto::{
    QueryCodeInfoRequest, QueryCodeInfoResponse, QueryContractInfoResponse, QueryPinnedCodesResponse,
    QueryWasmLimitsConfigResponse,
};
use crate::store::{Kv, StoreKey};
use crate::wasm::{keeper, predictable};

/// The most entries of a page, as in wasmd.
const MOST_ENTRIES: u64 = 100;

pub fn answer(ask: &Ask<'_>, method: &str) -> Option<Result<Vec<u8>>> {
    Some(match method {
        "ContractInfo" => ask.reply(|ctx, request: QueryContractInfoRequest| {
            let address = ctx.account_address(&request.address)?;
            let text = ctx.text(&address);
            let info = keeper::contract_info(ctx, &address)?;
            let info = info.ok_or_else(|| keeper::no_such_contract(&text))?;
            Ok(QueryContractInfoResponse { address: text, contract_info: Some(info) })
        }),
        "ContractHistory" => ask.reply(|ctx, request: QueryContractHistoryRequest| {
            let prefix = keeper::history_prefix(&ctx.account_address(&request.address)?);
            let (entries, pagination) = entries(ctx, &prefix, request.pagination, |_, value| {
                ContractCodeHistoryEntry::decode(value).map_err(Error::panic)
            })?;
            Ok(QueryContractHistoryResponse { entries, pagination: Some(pagination) })
        }),
        "ContractsByCode" => ask.reply(|ctx, request: QueryContractsByCodeRequest| {
            require_code_id(request.code_id)?;
            let prefix = keeper::by_code_prefix(request.code_id);
            let (contracts, pagination) =
                entries(ctx, &prefix, request.pagination, |key, _| Ok(address_behind_position(ctx, key)))?;
            Ok(QueryContractsByCodeResponse { contracts, pagination: Some(pagination) })
        }),
        "ContractsByCreator" => ask.reply(|ctx, request: QueryContractsByCreatorRequest| {
            require_keys(request.pagination.as_ref())?;
            let prefix = keeper::by_creator_prefix(&ctx.account_address(&request.creator_address)?);
            let (contract_addresses, pagination) =
                entries(ctx, &prefix, request.pagination, |key, _| Ok(address_behind_position(ctx, key)))?;
            Ok(QueryContractsByCreatorResponse { contract_addresses, pagination: Some(pagination) })
        }),
        "AllContractState" => ask.reply(|ctx, request: QueryAllContractStateRequest| {
            let address = ctx.account_address(&request.address)?;
            require_keys(request.pagination.as_ref())?;
            require_contract(ctx, &address)?;
            let prefix = keeper::store_prefix(&address);
            let (models, pagination) = entries(ctx, &prefix, request.pagination, |key, value| {
                Ok(Model { key: key.to_vec(), value: value.to_vec() })
            })?;
            Ok(QueryAllContractStateResponse { models, pagination: Some(pagination) })
        }),
        "RawContractState" => ask.reply(|ctx, request: QueryRawContractStateRequest| {
            let address = ctx.account_address(&request.address)?;
            require_contract(ctx, &address)?;
            // The store has no empty key.
            let data = match request.query_data.as_slice() {
                [] => None,
                key => keeper::contract_store(ctx, &address).get(key)?,
            };
            Ok(QueryRawContractStateResponse { data: data.map(|data| data.to_vec()).unwrap_or_default() })
        }),
        "SmartContractState" => ask.reply(|ctx, request: QuerySmartContractStateRequest| {
            keeper::validate_json(&request.query_data)
                .map_err(|_| GrpcCode::InvalidArgument.error("invalid query data"))?;
            let address = ctx.account_address(&request.address)?;
            let data = keeper::query_smart_limited(ctx, &address, &request.query_data)?;
            Ok(QuerySmartContractStateResponse { data })
        }),
        "Code" => ask.reply(|ctx, request: QueryCodeRequest| {
            let code = code(ctx, request.code_id)?;
            let data = ctx
                .app
                .vm
                .code(&code.code_hash)
                .map_err(|error| Error::unregistered(error.to_string()).wrap("loading wasm code"))?;
            Ok(QueryCodeResponse { code_info: Some(shown(request.code_id, code)), data })
        }),
        "CodeInfo" => ask.reply(|ctx, request: QueryCodeInfoRequest| {
            let code = code(ctx, request.code_id)?;
            Ok(QueryCodeInfoResponse {
                code_id: request.code_id,
                creator: code.creator,
                checksum: code.code_hash,
                instantiate_permission: code.instantiate_config,
            })
        }),
        "Codes" => ask.reply(|ctx, request: QueryCodesRequest| {
            let (code_infos, pagination) = entries(ctx, keeper::CODES, request.pagination, |key, value| {
                Ok(shown(number(key), CodeInfo::decode(value).map_err(Error::panic)?))
            })?;
            Ok(QueryCodesResponse { code_infos, pagination: Some(pagination) })
        }),
        "PinnedCodes" => ask.reply(|ctx, request: QueryPinnedCodesRequest| {
            let (code_ids, pagination) =
                entries(ctx, keeper::PINNED, request.pagination, |key, _| Ok(number(key)))?;
            Ok(QueryPinnedCodesResponse { code_ids, pagination: Some(pagination) })
        }),
        "Params" => ask.reply(|ctx, _: QueryParamsRequest| {
            Ok(QueryParamsResponse { params: Some(keeper::params(ctx)?) })
        }),
        "WasmLimitsConfig" => ask.say(&QueryWasmLimitsConfigResponse { config: "{}".to_owned() }),
        "BuildAddress" => ask.reply(|ctx, request: QueryBuildAddressRequest| build_address(ctx, &request)),
        _ => return None,
    })
}

/// wasmd pages through contracts by key alone.
fn require_keys(page: Option<&PageRequest>) -> Result<()> {
    if page.is_some_and(|page| page.offset != 0 || page.count_total) {
        return Err(GrpcCode::InvalidArgument.error("offset and count queries not supported"));
    }
    Ok(())
}

fn entries<T>(
    ctx: &Ctx,
    prefix: &[u8],
    request: Option<PageRequest>,
    mut read: impl FnMut(&[u8], &[u8]) -> Result<T>,
) -> Result<(Vec<T>, PageResponse)> {
    require_keys(request.as_ref())?;
    let mut request = request.unwrap_or_default();
    if request.limit == 0 || request.limit > MOST_ENTRIES {
        request.limit = MOST_ENTRIES;
    }
    let kv: Kv = ctx.kv(StoreKey::Wasm).narrow(prefix);
    page(&kv, Some(&request), Paging::Store, GrpcCode::InvalidArgument, |key, value| {
        read(key, value).map(Some)
    })
}

fn address_behind_position(ctx: &Ctx, key: &[u8]) -> String {
    ctx.text(key.get(keeper::POSITION..).unwrap_or_default())
}

fn number(key: &[u8]) -> u64 {
    key.try_into().map(u64::from_be_bytes).unwrap_or_default()
}

fn require_code_id(code_id: u64) -> Result<()> {
    if code_id == 0 { Err(kind::INVALID.wrap("code id")) } else { Ok(()) }
}

fn require_contract(ctx: &Ctx, address: &[u8]) -> Result<()> {
    if keeper::has_contract(ctx, address)? {
        return Ok(());
    }
    Err(keeper::no_such_contract(&ctx.text(address)))
}

fn code(ctx: &Ctx, code_id: u64) -> Result<CodeInfo> {
    require_code_id(code_id)?;
    keeper::code_info(ctx, code_id)?.ok_or_else(|| keeper::no_such_code(code_id))
}

fn shown(code_id: u64, code: CodeInfo) -> CodeInfoResponse {
    CodeInfoResponse {
        code_id,
        creator: code.creator,
        data_hash: code.code_hash,
        instantiate_permission: code.instantiate_config,
    }
}

fn build_address(ctx: &Ctx, request: &QueryBuildAddressRequest) -> Result<QueryBuildAddressResponse> {
    let unhex = |text: &str, name: &str| {
        gotext::hex(text).map_err(|reason| Error::unregistered(format!("invalid {name}: {reason}")))
    };
    let checksum = unhex(&request.code_hash, "code hash")?;
    let creator = ctx
        .account_address(&request.creator_address)
        .map_err(|error| error.wrap("invalid creator address"))?;
    let salt = unhex(&request.salt, "salt")?;
    if salt.is_empty() {
        return Err(GrpcCode::InvalidArgument.error("empty salt"));
    }
    if !request.init_args.is_empty() {
        keeper::validate_json(&request.init_args)?;
    }
    let address = predictable(&checksum, &creator, &salt, &request.init_args);
    Ok(QueryBuildAddressResponse { address: ctx.text(&address) })
}
