//! `cosmos.auth.v1beta1.Query`.

use prost::Message;

use super::Ask;
use super::page::{Paging, page};
use crate::auth::{self, Account};
use crate::context::Ctx;
use crate::error::{Error, GrpcCode, Result};
use crate::proto::Any;
use crate::proto::cosmos::auth::v1beta1::{
    AddressBytesToStringRequest, AddressBytesToStringResponse, AddressStringToBytesRequest,
    AddressStringToBytesResponse, BaseAccount, Bech32PrefixRequest, Bech32PrefixResponse,
    QueryAccountAddressByIdRequest, QueryAccountAddressByIdResponse, QueryAccountInfoRequest,
    QueryAccountInfoResponse, QueryAccountRequest, QueryAccountResponse, QueryAccountsRequest,
    QueryAccountsResponse, QueryModuleAccountByNameRequest, QueryModuleAccountByNameResponse,
    QueryModuleAccountsRequest, QueryModuleAccountsResponse, QueryParamsRequest, QueryParamsResponse,
};
use crate::store::StoreKey;

pub fn answer(ask: &Ask<'_>, method: &str) -> Option<Result<Vec<u8>>> {
    Some(match method {
        "Account" => ask.reply(|ctx, request: QueryAccountRequest| {
            let account = account(ctx, &request.address, "Address cannot be empty")?;
            Ok(QueryAccountResponse { account: Some(account.to_any()) })
        }),
        "AccountInfo" => ask.reply(|ctx, request: QueryAccountInfoRequest| {
            let account = account(ctx, &request.address, "address cannot be empty")?;
            let base = account.base().cloned().unwrap_or_default();
            Ok(QueryAccountInfoResponse { info: Some(BaseAccount { address: request.address, ..base }) })
        }),
        "Accounts" => ask.reply(|ctx, request: QueryAccountsRequest| {
            let kv = ctx.kv(StoreKey::Auth).narrow(auth::ACCOUNTS);
            let (accounts, pagination) =
                page(&kv, request.pagination.as_ref(), Paging::Collection, GrpcCode::Unknown, |_, value| {
                    Any::decode(value).map(Some).map_err(Error::panic)
                })?;
            Ok(QueryAccountsResponse { accounts, pagination: Some(pagination) })
        }),
        "AccountAddressByID" => ask.reply(|ctx, request: QueryAccountAddressByIdRequest| {
            #[allow(deprecated)] // to refuse it
            if request.id != 0 {
                return Err(GrpcCode::InvalidArgument
                    .error("requesting with id isn't supported, try to request using account-id"));
            }
            let number = request.account_id;
            let address = auth::address_by_number(ctx, number)?.ok_or_else(|| {
                GrpcCode::NotFound.error(format!("account address not found with account number {number}"))
            })?;
            Ok(QueryAccountAddressByIdResponse { account_address: ctx.text(&address) })
        }),
        "Params" => ask
            .reply(|ctx, _: QueryParamsRequest| Ok(QueryParamsResponse { params: Some(auth::params(ctx)?) })),
        "ModuleAccounts" => ask.reply(|ctx, _: QueryModuleAccountsRequest| {
            let mut names: Vec<&str> = auth::module_names().collect();
            names.sort_unstable();
            let accounts =
                names.into_iter().map(|name| module_account(ctx, name)).collect::<Result<Vec<_>>>()?;
            Ok(QueryModuleAccountsResponse { accounts })
        }),
        "ModuleAccountByName" => ask.reply(|ctx, request: QueryModuleAccountByNameRequest| {
            if request.name.is_empty() {
                return Err(GrpcCode::InvalidArgument.error("module name is empty"));
            }
            Ok(QueryModuleAccountByNameResponse { account: Some(module_account(ctx, &request.name)?) })
        }),
        "Bech32Prefix" => ask.reply(|ctx, _: Bech32PrefixRequest| {
            Ok(Bech32PrefixResponse { bech32_prefix: ctx.app.prefix.clone() })
        }),
        "AddressBytesToString" => ask.reply(|ctx, request: AddressBytesToStringRequest| {
            if request.address_bytes.is_empty() {
                return Err(Error::unregistered("empty address bytes is not allowed"));
            }
            Ok(AddressBytesToStringResponse { address_string: ctx.text(&request.address_bytes) })
        }),
        "AddressStringToBytes" => ask.reply(|ctx, request: AddressStringToBytesRequest| {
            if request.address_string.trim().is_empty() {
                return Err(Error::unregistered("empty address string is not allowed"));
            }
            Ok(AddressStringToBytesResponse { address_bytes: ctx.address(&request.address_string)? })
        }),
        _ => return None,
    })
}

fn account(ctx: &Ctx, address: &str, empty: &str) -> Result<Account> {
    if address.is_empty() {
        return Err(GrpcCode::InvalidArgument.error(empty));
    }
    auth::get(ctx, &ctx.address(address)?)?
        .ok_or_else(|| GrpcCode::NotFound.error(format!("account {address} not found")))
}

/// The account of a module. One that nothing has needed yet is made for this answer alone.
fn module_account(ctx: &Ctx, name: &str) -> Result<Any> {
    let unknown = || GrpcCode::NotFound.error(format!("account {name} not found"));
    auth::module_permissions(name).ok_or_else(unknown)?;
    let address = auth::get_module_address(ctx, name)?;
    Ok(auth::get(ctx, &address)?.ok_or_else(unknown)?.to_any())
}
