//! What contracts may ask the chain.

use cosmwasm_std_vm::Binary;
use serde::Serialize;
use serde_json::json;

use super::types::{
    BankQuery, CodeInfoResponse, Coin as WasmCoin, ContractInfoResponse, QueryRequest, RawRangeResponse,
    WasmQuery,
};
use super::{dispatch, gas, keeper};
use crate::bank;
use crate::coin::{self, Coin};
use crate::context::Ctx;
use crate::dev::Action;
use crate::error::{Error, Result, SystemError, sdk, wasm as kind};
use crate::gas::GasMeter;
use crate::gojson;
use crate::proto::cosmos::bank::v1beta1::Metadata;
use crate::query;
use crate::store::Order;

/// How a contract's question is answered.
pub enum Answer {
    Ok(Vec<u8>),
    /// Refused, in words that every node agrees on.
    Refused(String),
    /// Refused by the environment, in a form that contracts can match on.
    System(SystemError),
}

/// Answers `request`, in JSON, of the contract at `caller`. The question may use `gas_limit` CosmWasm gas, and what
/// it uses is charged to the caller whether or not it succeeds.
///
/// # Errors
/// Only a meter that ran out.
pub fn ask(ctx: &Ctx, caller: &[u8], request: &[u8], gas_limit: u64) -> Result<Answer> {
    ctx.recorded(
        || Action::query(request),
        || {
            let answer = ask_unrecorded(ctx, caller, request, gas_limit)?;
            ctx.amend(|action| match &answer {
                Answer::Ok(bytes) => action.answer(bytes),
                Answer::Refused(text) => action.refusal(text),
                Answer::System(error) => action.refusal(&error.to_string()),
            });
            Ok(answer)
        },
    )
}

fn ask_unrecorded(ctx: &Ctx, caller: &[u8], request: &[u8], gas_limit: u64) -> Result<Answer> {
    let parsed: QueryRequest = match serde_json::from_slice(request) {
        Ok(parsed) => parsed,
        Err(error) => {
            return Ok(Answer::System(SystemError::InvalidRequest {
                error: error.to_string(),
                request: request.to_vec(),
            }));
        }
    };
    let inner = ctx.fork().with_gas(GasMeter::limited(gas_limit / gas::MULTIPLIER));
    let answer = answer(&inner, caller, parsed);
    ctx.gas.consume(inner.gas.consumed(), "contract sub-query")?;
    match answer {
        Ok(bytes) => Ok(Answer::Ok(bytes)),
        Err(out @ Error::OutOfGas(_)) => Err(out),
        Err(error) if error.is_panic() => Err(error),
        Err(error) => Ok(match &error {
            Error::Failed(failure) if failure.system.is_some() => {
                failure.system.clone().map_or(Answer::System(SystemError::Unknown {}), Answer::System)
            }
            _ => Answer::Refused(dispatch::redacted(&error)),
        }),
    }
}

fn unsupported(kind: &str) -> Error {
    Error::unregistered(format!("unsupported request: {kind}"))
        .with_system(SystemError::UnsupportedRequest { kind: kind.to_owned() })
}

fn json<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    gojson::to_vec(value).map_err(Error::panic)
}

fn answer(ctx: &Ctx, caller: &[u8], request: QueryRequest) -> Result<Vec<u8>> {
    if let Some(request) = request.bank {
        return bank_query(ctx, request);
    }
    if request.custom.is_some() {
        return Err(unsupported("custom"));
    }
    if let Some(request) = request.ibc {
        let port = || Ok::<_, Error>(keeper::contract_info(ctx, caller)?.unwrap_or_default().ibc_port_id);
        if request.port_id.is_some() {
            return json(&json!({ "port_id": port()? }));
        }
        if request.list_channels.is_some() {
            return json(&json!({ "channels": [] }));
        }
        if request.channel.is_some() {
            return json(&json!({}));
        }
        return Err(unsupported("unknown IBCQuery variant"));
    }
    if let Some(request) = request.staking {
        if request.bonded_denom.is_some() {
            return json(&json!({ "denom": ctx.app.bond_denom }));
        }
        if request.all_validators.is_some() {
            return json(&json!({ "validators": [] }));
        }
        if request.validator.is_some() {
            return json(&json!({ "validator": null }));
        }
        if request.all_delegations.is_some() {
            return json(&json!({ "delegations": [] }));
        }
        if request.delegation.is_some() {
            return json(&json!({}));
        }
        return Err(unsupported("unknown Staking variant"));
    }
    if request.stargate.is_some() {
        return Err(unsupported("Stargate queries are disabled on this chain"));
    }
    if request.grpc.is_some() {
        return Err(unsupported("gRPC queries are disabled on this chain"));
    }
    if let Some(request) = request.wasm {
        return wasm_query(ctx, request);
    }
    if request.distribution.is_some() {
        return Err(unsupported("unknown distribution query"));
    }
    Err(Error::unregistered("unknown system error").with_system(SystemError::Unknown {}))
}

fn address(ctx: &Ctx, text: &str) -> Result<Vec<u8>> {
    ctx.account_address(text).map_err(|_| sdk::INVALID_ADDRESS.wrap(text))
}

fn to_wasm(coin: &Coin) -> WasmCoin {
    WasmCoin { denom: coin.denom.clone(), amount: coin.amount.to_string() }
}

fn bank_query(ctx: &Ctx, request: BankQuery) -> Result<Vec<u8>> {
    #[derive(Serialize)]
    struct Amount<T> {
        amount: T,
    }
    if let Some(request) = request.all_balances {
        let coins = bank::balances(ctx, &address(ctx, &request.address)?)?;
        return json(&Amount { amount: coins.iter().map(to_wasm).collect::<Vec<_>>() });
    }
    if let Some(request) = request.balance {
        let amount = bank::balance(ctx, &address(ctx, &request.address)?, &request.denom)?;
        coin::validate_denom(&request.denom).map_err(Error::panic)?;
        return json(&Amount { amount: to_wasm(&Coin::new(request.denom, amount)) });
    }
    if let Some(request) = request.supply {
        let amount = bank::supply(ctx, &request.denom)?;
        return json(&Amount { amount: to_wasm(&Coin::new(request.denom, amount)) });
    }
    if let Some(request) = request.denom_metadata {
        let metadata =
            bank::metadata(ctx, &request.denom)?.ok_or_else(|| sdk::NOT_FOUND.wrap(&request.denom))?;
        return json(&DenomMetadata { metadata: metadata_json(&metadata) });
    }
    if let Some(request) = request.all_denom_metadata {
        let page = request.pagination.unwrap_or_default();
        let (all, next_key) =
            query::all_metadata(ctx, page.key.map(Vec::from), u64::from(page.limit), page.reverse).map_err(
                |error| {
                    if matches!(error, Error::OutOfGas(_)) { error } else { sdk::INVALID_REQUEST.plain() }
                },
            )?;
        return json(&AllDenomMetadata {
            metadata: all.iter().map(metadata_json).collect(),
            next_key: Some(Binary::from(next_key)).filter(|key| !key.is_empty()),
        });
    }
    Err(unsupported("unknown BankQuery variant"))
}

#[derive(Serialize)]
struct DenomMetadata {
    metadata: MetadataJson,
}

#[derive(Serialize)]
struct AllDenomMetadata {
    metadata: Vec<MetadataJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_key: Option<Binary>,
}

#[derive(Serialize)]
struct MetadataJson {
    description: String,
    denom_units: Vec<DenomUnit>,
    base: String,
    display: String,
    name: String,
    symbol: String,
    uri: String,
    uri_hash: String,
}

#[derive(Serialize)]
struct DenomUnit {
    denom: String,
    exponent: u32,
    aliases: Vec<String>,
}

fn metadata_json(metadata: &Metadata) -> MetadataJson {
    let unit = |unit: &crate::proto::cosmos::bank::v1beta1::DenomUnit| DenomUnit {
        denom: unit.denom.clone(),
        exponent: unit.exponent,
        aliases: unit.aliases.clone(),
    };
    MetadataJson {
        description: metadata.description.clone(),
        denom_units: metadata.denom_units.iter().map(unit).collect(),
        base: metadata.base.clone(),
        display: metadata.display.clone(),
        name: metadata.name.clone(),
        symbol: metadata.symbol.clone(),
        uri: metadata.uri.clone(),
        uri_hash: metadata.uri_hash.clone(),
    }
}

fn wasm_query(ctx: &Ctx, request: WasmQuery) -> Result<Vec<u8>> {
    if let Some(request) = request.smart {
        let contract = address(ctx, &request.contract_addr)?;
        keeper::validate_json(&request.msg).map_err(|error| error.wrap("json msg"))?;
        return keeper::query_smart(ctx, &contract, &request.msg);
    }
    if let Some(request) = request.raw {
        let contract = address(ctx, &request.contract_addr)?;
        let Some(key) = request.key else { return Ok(Vec::new()) };
        let value = keeper::contract_store(ctx, &contract).get(&key)?;
        return Ok(value.map(|value| value.to_vec()).unwrap_or_default());
    }
    if let Some(request) = request.contract_info {
        let contract = address(ctx, &request.contract_addr)?;
        let info = keeper::contract_info(ctx, &contract)?
            .ok_or_else(|| keeper::no_such_contract(&request.contract_addr))?;
        return json(&ContractInfoResponse {
            code_id: info.code_id,
            creator: info.creator,
            admin: info.admin,
            pinned: keeper::is_pinned(ctx, info.code_id)?,
            ibc_port: info.ibc_port_id,
            ibc2_port: info.ibc2_port_id,
        });
    }
    if let Some(request) = request.code_info {
        if request.code_id == 0 {
            return Err(kind::EMPTY.wrap("code id"));
        }
        let info =
            keeper::code_info(ctx, request.code_id)?.ok_or_else(|| keeper::no_such_code(request.code_id))?;
        return json(&CodeInfoResponse {
            code_id: request.code_id,
            creator: info.creator,
            checksum: hex::encode(info.code_hash),
        });
    }
    if let Some(request) = request.raw_range {
        let contract = address(ctx, &request.contract_addr)?;
        let order = match request.order.as_str() {
            "ascending" => Order::Ascending,
            "descending" => Order::Descending,
            other => return Err(sdk::INVALID_REQUEST.wrap(format!("unknown order {other}"))),
        };
        let kv = keeper::contract_store(ctx, &contract);
        let mut cursor = kv.iterate(request.start.as_deref(), request.end.as_deref(), order)?;
        let mut data = Vec::new();
        let mut next_key = None;
        while let Some((key, value)) = cursor.current() {
            if data.len() == usize::from(request.limit) {
                next_key = Some(Binary::from(key));
                break;
            }
            data.push((Binary::from(key), Binary::from(&**value)));
            cursor.advance()?;
        }
        return json(&RawRangeResponse { data, next_key });
    }
    Err(unsupported("unknown WasmQuery variant"))
}
