//! `cosmos.bank.v1beta1.Query`.

use prost::Message;

use super::Ask;
use super::page::{Paging, page};
use crate::bank;
use crate::coin::{self, Coin};
use crate::context::Ctx;
use crate::error::{Error, GrpcCode, Result};
use crate::proto::cosmos::bank::v1beta1::{
    DenomOwner, Metadata, QueryAllBalancesRequest, QueryAllBalancesResponse, QueryBalanceRequest,
    QueryBalanceResponse, QueryDenomMetadataByQueryStringRequest, QueryDenomMetadataByQueryStringResponse,
    QueryDenomMetadataRequest, QueryDenomMetadataResponse, QueryDenomOwnersByQueryRequest,
    QueryDenomOwnersByQueryResponse, QueryDenomOwnersRequest, QueryDenomOwnersResponse,
    QueryDenomsMetadataRequest, QueryDenomsMetadataResponse, QueryParamsRequest, QueryParamsResponse,
    QuerySendEnabledRequest, QuerySendEnabledResponse, QuerySpendableBalanceByDenomRequest,
    QuerySpendableBalanceByDenomResponse, QuerySpendableBalancesRequest, QuerySpendableBalancesResponse,
    QuerySupplyOfRequest, QuerySupplyOfResponse, QueryTotalSupplyRequest, QueryTotalSupplyResponse,
    SendEnabled,
};
use crate::proto::cosmos::base::query::v1beta1::{PageRequest, PageResponse};
use crate::proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use crate::store::StoreKey;

pub fn answer(ask: &Ask<'_>, method: &str) -> Option<Result<Vec<u8>>> {
    Some(match method {
        "Balance" => ask.reply(|ctx, request: QueryBalanceRequest| {
            require_denom(&request.denom)?;
            Ok(QueryBalanceResponse { balance: Some(balance(ctx, &request.address, &request.denom)?) })
        }),
        "AllBalances" => ask.reply(|ctx, request: QueryAllBalancesRequest| {
            let (mut balances, pagination) = balances(ctx, &request.address, request.pagination.as_ref())?;
            if request.resolve_denom {
                for coin in &mut balances {
                    if let Some(metadata) = bank::metadata(ctx, &coin.denom)? {
                        coin.denom = metadata.display;
                    }
                }
            }
            Ok(QueryAllBalancesResponse { balances, pagination: Some(pagination) })
        }),
        "SpendableBalances" => ask.reply(|ctx, request: QuerySpendableBalancesRequest| {
            let (mut balances, pagination) = balances(ctx, &request.address, request.pagination.as_ref())?;
            let holder = address(ctx, &request.address)?;
            let free = coin::subtract(bank::balances(ctx, &holder)?, &bank::locked(ctx, &holder)?);
            let free = free.unwrap_or_default();
            for coin in &mut balances {
                coin.amount = bank::amount_of(&free, &coin.denom).to_string();
            }
            Ok(QuerySpendableBalancesResponse { balances, pagination: Some(pagination) })
        }),
        "SpendableBalanceByDenom" => ask.reply(|ctx, request: QuerySpendableBalanceByDenomRequest| {
            let holder = address(ctx, &request.address)?;
            require_denom(&request.denom)?;
            let locked = bank::amount_of(&bank::locked(ctx, &holder)?, &request.denom);
            let free = bank::balance(ctx, &holder, &request.denom)?.saturating_sub(locked);
            let balance = Coin::new(&*request.denom, free).to_proto();
            Ok(QuerySpendableBalanceByDenomResponse { balance: Some(balance) })
        }),
        "TotalSupply" => ask.reply(|ctx, request: QueryTotalSupplyRequest| {
            let kv = ctx.kv(StoreKey::Bank).narrow(bank::SUPPLIES);
            let (supply, pagination) =
                page(&kv, request.pagination.as_ref(), Paging::Collection, GrpcCode::Internal, coin)?;
            Ok(QueryTotalSupplyResponse { supply, pagination: Some(pagination) })
        }),
        "SupplyOf" => ask.reply(|ctx, request: QuerySupplyOfRequest| {
            require_denom(&request.denom)?;
            let supply = Coin::new(&*request.denom, bank::supply(ctx, &request.denom)?);
            Ok(QuerySupplyOfResponse { amount: Some(supply.to_proto()) })
        }),
        "Params" => ask
            .reply(|ctx, _: QueryParamsRequest| Ok(QueryParamsResponse { params: Some(bank::params(ctx)?) })),
        "DenomMetadata" => ask.reply(|ctx, request: QueryDenomMetadataRequest| {
            Ok(QueryDenomMetadataResponse { metadata: Some(metadata(ctx, &request.denom)?) })
        }),
        "DenomMetadataByQueryString" => ask.reply(|ctx, request: QueryDenomMetadataByQueryStringRequest| {
            let metadata = metadata(ctx, &request.denom)?;
            Ok(QueryDenomMetadataByQueryStringResponse { metadata: Some(metadata) })
        }),
        "DenomsMetadata" => ask.reply(|ctx, request: QueryDenomsMetadataRequest| {
            let kv = ctx.kv(StoreKey::Bank).narrow(bank::ALL_METADATA);
            let (metadatas, pagination) =
                page(&kv, request.pagination.as_ref(), Paging::Store, GrpcCode::Internal, |_, value| {
                    Metadata::decode(value).map(Some).map_err(Error::panic)
                })?;
            Ok(QueryDenomsMetadataResponse { metadatas, pagination: Some(pagination) })
        }),
        "DenomOwners" => ask.reply(|ctx, request: QueryDenomOwnersRequest| {
            let (denom_owners, pagination) = owners(ctx, &request.denom, request.pagination.as_ref())?;
            Ok(QueryDenomOwnersResponse { denom_owners, pagination: Some(pagination) })
        }),
        "DenomOwnersByQuery" => ask.reply(|ctx, request: QueryDenomOwnersByQueryRequest| {
            let (denom_owners, pagination) = owners(ctx, &request.denom, request.pagination.as_ref())?;
            Ok(QueryDenomOwnersByQueryResponse { denom_owners, pagination: Some(pagination) })
        }),
        "SendEnabled" => ask.reply(send_enabled),
        _ => return None,
    })
}

fn require_denom(denom: &str) -> Result<()> {
    coin::validate_denom(denom).map_err(|text| GrpcCode::InvalidArgument.error(text))
}

fn address(ctx: &Ctx, text: &str) -> Result<Vec<u8>> {
    ctx.address(text).map_err(|error| GrpcCode::InvalidArgument.error(format!("invalid address: {error}")))
}

fn balance(ctx: &Ctx, holder: &str, denom: &str) -> Result<ProtoCoin> {
    Ok(Coin::new(denom, bank::balance(ctx, &address(ctx, holder)?, denom)?).to_proto())
}

#[allow(clippy::unnecessary_wraps)] // the form that `page` calls
fn coin(denom: &[u8], value: &[u8]) -> Result<Option<ProtoCoin>> {
    Ok(Some(Coin::new(String::from_utf8_lossy(denom), bank::amount(value)).to_proto()))
}

fn balances(
    ctx: &Ctx,
    holder: &str,
    pagination: Option<&PageRequest>,
) -> Result<(Vec<ProtoCoin>, PageResponse)> {
    let holder = address(ctx, holder)?;
    let kv = ctx.kv(StoreKey::Bank).narrow(&bank::balances_of(&holder));
    if pagination.is_some_and(|page| page.offset > 0 && !page.key.is_empty()) {
        return Err(GrpcCode::InvalidArgument
            .error("paginate: invalid request, either offset or key is expected, got both"));
    }
    page(&kv, pagination, Paging::Collection, GrpcCode::InvalidArgument, coin)
}

fn metadata(ctx: &Ctx, denom: &str) -> Result<Metadata> {
    require_denom(denom)?;
    bank::metadata(ctx, denom)?
        .ok_or_else(|| GrpcCode::NotFound.error(format!("client metadata for denom {denom}")))
}

fn owners(
    ctx: &Ctx,
    denom: &str,
    pagination: Option<&PageRequest>,
) -> Result<(Vec<DenomOwner>, PageResponse)> {
    require_denom(denom)?;
    let kv = ctx.kv(StoreKey::Bank).narrow(&bank::holders_of(denom));
    page(&kv, pagination, Paging::Collection, GrpcCode::Unknown, |key, _| {
        // The key is the address behind its length.
        let holder = key.get(1..).unwrap_or_default();
        let balance = Coin::new(denom, bank::balance(ctx, holder, denom)?).to_proto();
        Ok(Some(DenomOwner { address: ctx.text(holder), balance: Some(balance) }))
    })
}

fn send_enabled(ctx: &Ctx, request: QuerySendEnabledRequest) -> Result<QuerySendEnabledResponse> {
    let kv = ctx.kv(StoreKey::Bank).narrow(bank::ALL_SEND_ENABLED);
    if !request.denoms.is_empty() {
        let mut send_enabled = Vec::new();
        for denom in request.denoms {
            if let Some(value) = kv.get(denom.as_bytes())? {
                send_enabled.push(SendEnabled { denom, enabled: value.last() == Some(&1) });
            }
        }
        return Ok(QuerySendEnabledResponse { send_enabled, pagination: None });
    }
    let (send_enabled, pagination) =
        page(&kv, request.pagination.as_ref(), Paging::Collection, GrpcCode::Internal, |key, value| {
            let denom = String::from_utf8_lossy(key).into_owned();
            Ok(Some(SendEnabled { denom, enabled: value.last() == Some(&1) }))
        })?;
    Ok(QuerySendEnabledResponse { send_enabled, pagination: Some(pagination) })
}

/// Metadata of coins, a page at a time, with the key of the next page.
///
/// # Errors
/// A meter that ran out.
pub fn all_metadata(
    ctx: &Ctx,
    key: Option<Vec<u8>>,
    limit: u64,
    reverse: bool,
) -> Result<(Vec<Metadata>, Vec<u8>)> {
    let kv = ctx.kv(StoreKey::Bank).narrow(bank::ALL_METADATA);
    let request = PageRequest { key: key.unwrap_or_default(), limit, reverse, ..PageRequest::default() };
    let (found, pagination) = page(&kv, Some(&request), Paging::Store, GrpcCode::Internal, |_, value| {
        Metadata::decode(value).map(Some).map_err(Error::panic)
    })?;
    Ok((found, pagination.next_key))
}
