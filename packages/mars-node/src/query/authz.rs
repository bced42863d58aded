//! `cosmos.authz.v1beta1.Query`.

use prost::Message;

use super::Ask;
use super::page::{Paging, page};
use crate::authz::{self, GRANTS};
use crate::context::Ctx;
use crate::error::{Error, GrpcCode, Result};
use crate::expiry::with_length;
use crate::proto::cosmos::authz::v1beta1::{
    Grant, GrantAuthorization, QueryGranteeGrantsRequest, QueryGranteeGrantsResponse,
    QueryGranterGrantsRequest, QueryGranterGrantsResponse, QueryGrantsRequest, QueryGrantsResponse,
};
use crate::store::StoreKey;

pub fn answer(ask: &Ask<'_>, method: &str) -> Option<Result<Vec<u8>>> {
    Some(match method {
        "Grants" => ask.reply(grants),
        "GranterGrants" => ask.reply(|ctx, request: QueryGranterGrantsRequest| {
            let granter = ctx.address(&request.granter)?;
            let kv = ctx.kv(StoreKey::Authz).narrow(&[&[GRANTS][..], &with_length(&granter)].concat());
            let (grants, pagination) = page(
                &kv,
                request.pagination.as_ref(),
                Paging::Store,
                GrpcCode::InvalidArgument,
                |key, value| {
                    let (grantee, _) = party(key).unwrap_or_default();
                    let Grant { authorization, expiration } = grant(value)?;
                    let (granter, grantee) = (request.granter.clone(), ctx.text(grantee));
                    Ok(Some(GrantAuthorization { granter, grantee, authorization, expiration }))
                },
            )?;
            Ok(QueryGranterGrantsResponse { grants, pagination: Some(pagination) })
        }),
        "GranteeGrants" => ask.reply(|ctx, request: QueryGranteeGrantsRequest| {
            let wanted = ctx.address(&request.grantee)?;
            let kv = ctx.kv(StoreKey::Authz).narrow(&[GRANTS]);
            let (grants, pagination) = page(
                &kv,
                request.pagination.as_ref(),
                Paging::Store,
                GrpcCode::InvalidArgument,
                |key, value| {
                    let (granter, rest) = party(key).unwrap_or_default();
                    if party(rest).is_none_or(|(grantee, _)| grantee != wanted) {
                        return Ok(None);
                    }
                    let Grant { authorization, expiration } = grant(value)?;
                    let (granter, grantee) = (ctx.text(granter), request.grantee.clone());
                    Ok(Some(GrantAuthorization { granter, grantee, authorization, expiration }))
                },
            )?;
            Ok(QueryGranteeGrantsResponse { grants, pagination: Some(pagination) })
        }),
        _ => return None,
    })
}

fn grants(ctx: &Ctx, request: QueryGrantsRequest) -> Result<QueryGrantsResponse> {
    let granter = ctx.address(&request.granter)?;
    let grantee = ctx.address(&request.grantee)?;
    let prefix = [&[GRANTS][..], &with_length(&granter), &with_length(&grantee)].concat();
    let kv = ctx.kv(StoreKey::Authz).narrow(&prefix);
    if request.msg_type_url.is_empty() {
        let (grants, pagination) =
            page(&kv, request.pagination.as_ref(), Paging::Store, GrpcCode::InvalidArgument, |_, value| {
                grant(value).map(Some)
            })?;
        return Ok(QueryGrantsResponse { grants, pagination: Some(pagination) });
    }
    let value = kv.get(request.msg_type_url.as_bytes())?.ok_or_else(|| {
        authz::NOT_FOUND.wrap(format!("authorization not found for {} type", request.msg_type_url))
    })?;
    Ok(QueryGrantsResponse { grants: vec![grant(&value)?], pagination: None })
}

fn grant(value: &[u8]) -> Result<Grant> {
    Grant::decode(value).map_err(Error::panic)
}

/// The address at the beginning of a key, behind its length, and the rest of the key.
fn party(key: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = key.split_first()?;
    rest.split_at_checked(usize::from(*length))
}
