//! `cosmos.feegrant.v1beta1.Query`.

use prost::Message;

use super::Ask;
use super::page::{Paging, page};
use crate::error::{Error, GrpcCode, Result};
use crate::feegrant::{self, ALLOWANCES};
use crate::proto::cosmos::feegrant::v1beta1::{
    Grant, QueryAllowanceRequest, QueryAllowanceResponse, QueryAllowancesByGranterRequest,
    QueryAllowancesByGranterResponse, QueryAllowancesRequest, QueryAllowancesResponse,
};
use crate::store::StoreKey;

pub fn answer(ask: &Ask<'_>, method: &str) -> Option<Result<Vec<u8>>> {
    Some(match method {
        "Allowance" => ask.reply(|ctx, request: QueryAllowanceRequest| {
            let granter = ctx.address(&request.granter)?;
            let grantee = ctx.address(&request.grantee)?;
            let grant = feegrant::allowance(ctx, &granter, &grantee)
                .map_err(|error| GrpcCode::Internal.error(error.to_string()))?;
            Ok(QueryAllowanceResponse { allowance: Some(grant) })
        }),
        "Allowances" => ask.reply(|ctx, request: QueryAllowancesRequest| {
            let grantee = ctx.address(&request.grantee)?;
            let kv = ctx.kv(StoreKey::Feegrant).narrow(&feegrant::of_grantee(&grantee));
            let (allowances, pagination) =
                page(&kv, request.pagination.as_ref(), Paging::Store, GrpcCode::Internal, |_, value| {
                    grant(value).map(Some)
                })?;
            Ok(QueryAllowancesResponse { allowances, pagination: Some(pagination) })
        }),
        "AllowancesByGranter" => ask.reply(|ctx, request: QueryAllowancesByGranterRequest| {
            let granter = ctx.text(&ctx.address(&request.granter)?);
            let kv = ctx.kv(StoreKey::Feegrant).narrow(&[ALLOWANCES]);
            let (allowances, pagination) =
                page(&kv, request.pagination.as_ref(), Paging::Store, GrpcCode::Internal, |_, value| {
                    Ok(Some(grant(value)?).filter(|grant| grant.granter == granter))
                })?;
            Ok(QueryAllowancesByGranterResponse { allowances, pagination: Some(pagination) })
        }),
        _ => return None,
    })
}

fn grant(value: &[u8]) -> Result<Grant> {
    Grant::decode(value).map_err(Error::panic)
}
