//! Letting someone else send one's messages.

use prost::Message;

use crate::auth;
use crate::bank;
use crate::coin;
use crate::context::Ctx;
use crate::error::{Error, Kind, Result, go_text, sdk};
use crate::event::Event;
use crate::expiry::{self, nanos, with_length};
use crate::interface::Interface;
use crate::proto::cosmos::authz::v1beta1::{
    GenericAuthorization, Grant, GrantQueueItem, MsgExec, MsgExecResponse, MsgGrant, MsgGrantResponse,
    MsgRevoke, MsgRevokeResponse,
};
use crate::proto::cosmos::bank::v1beta1::SendAuthorization;
use crate::proto::{Any, Timestamp, any};
use crate::store::StoreKey;
use crate::time;
use crate::tx::{Msg, text};
use crate::wasm::authorization::{self as wasm, Left};

const fn kind(code: u32, text: &'static str) -> Kind {
    Kind { codespace: "authz", code, text }
}

/// No such grant.
pub const NOT_FOUND: Kind = kind(2, "authorization not found");
const INVALID_EXPIRATION: Kind = kind(3, "expiration time of authorization should be more than current time");
const NO_GRANT_KEY: Kind = kind(5, "grant key not found");
const EXPIRED: Kind = kind(6, "authorization expired");
const GRANTEE_IS_GRANTER: Kind = kind(7, "grantee and granter should be different");
const NUMBER_OF_SIGNERS: Kind = kind(9, "authorization can be given to msg with only one signer");

/// The prefix of all grants.
pub const GRANTS: u8 = 1;
const QUEUE: u8 = 2;
const GAS_PER_ITERATION: u64 = 20;
const GAS_PER_ALLOWED: u64 = 10;

fn grant_key(granter: &[u8], grantee: &[u8], type_url: &str) -> Vec<u8> {
    [&[GRANTS][..], &with_length(granter), &with_length(grantee), type_url.as_bytes()].concat()
}

fn parties(ctx: &Ctx, granter: &str, grantee: &str) -> Result<(Vec<u8>, Vec<u8>)> {
    if grantee.eq_ignore_ascii_case(granter) {
        return Err(GRANTEE_IS_GRANTER.plain());
    }
    let invalid =
        |who: &str, error: Error| sdk::INVALID_ADDRESS.wrap(format!("invalid {who} address: {error}"));
    let grantee = ctx.address(grantee).map_err(|error| invalid("grantee", error))?;
    let granter = ctx.address(granter).map_err(|error| invalid("granter", error))?;
    Ok((granter, grantee))
}

enum Authorization {
    Generic(GenericAuthorization),
    Send(SendAuthorization),
    Wasm(wasm::Authorization),
}

impl Authorization {
    fn decode(packed: Option<&Any>) -> Result<Self> {
        let Some(packed) = packed else { return Err(sdk::INVALID_TYPE.wrap("authorization is nil")) };
        let malformed = |error: prost::DecodeError| Error::unregistered(error.to_string());
        match packed.type_url.as_str() {
            "/cosmos.authz.v1beta1.GenericAuthorization" => {
                Ok(Self::Generic(GenericAuthorization::decode(packed.value.as_slice()).map_err(malformed)?))
            }
            "/cosmos.bank.v1beta1.SendAuthorization" => {
                Ok(Self::Send(SendAuthorization::decode(packed.value.as_slice()).map_err(malformed)?))
            }
            _ => wasm::Authorization::decode(packed)
                .map_err(malformed)?
                .map(Self::Wasm)
                .ok_or_else(|| sdk::INVALID_TYPE.wrap("expected authz.Authorization, got <nil>")),
        }
    }

    fn type_url(&self) -> String {
        match self {
            Self::Generic(generic) => generic.msg.clone(),
            Self::Send(_) => "/cosmos.bank.v1beta1.MsgSend".to_owned(),
            Self::Wasm(authorization) => authorization.type_url(),
        }
    }

    fn validate(&self, ctx: &Ctx) -> Result<()> {
        let send = match self {
            Self::Generic(_) => return Ok(()),
            Self::Wasm(authorization) => return authorization.validate(ctx),
            Self::Send(send) => send,
        };
        if send.spend_limit.is_empty() {
            return Err(sdk::INVALID_COINS.wrap("spend limit cannot be nil"));
        }
        coin::validate(&send.spend_limit)
            .map_err(|_| sdk::INVALID_COINS.wrap("spend limit must be positive"))?;
        let mut allowed = send.allow_list.clone();
        allowed.sort();
        allowed.dedup();
        if allowed.len() != send.allow_list.len() {
            return Err(Kind { codespace: "bank", code: 8, text: "duplicate entry" }.plain());
        }
        Ok(())
    }

    /// Uses it for `msg`. Returns what is left, or `None` if it does not let the message pass.
    fn accept(self, ctx: &Ctx, msg: &Msg) -> Result<Option<Left>> {
        match self {
            Self::Generic(_) => Ok(Some(Left::Everything)),
            Self::Send(send) => accept_send(ctx, send, msg).map(Some),
            Self::Wasm(authorization) => authorization.accept(ctx, msg),
        }
    }
}

fn accept_send(ctx: &Ctx, mut send: SendAuthorization, msg: &Msg) -> Result<Left> {
    let Msg::Send(wanted) = msg else { return Err(sdk::INVALID_TYPE.wrap("type mismatch")) };
    let limit = coin::validate(&send.spend_limit).unwrap_or_default();
    let amount = coin::validate(&wanted.amount).unwrap_or_default();
    let left = coin::subtract(limit, &amount)
        .ok_or_else(|| sdk::INSUFFICIENT_FUNDS.wrap("requested amount is more than spend limit"))?;
    let mut allowed = send.allow_list.is_empty();
    for address in &send.allow_list {
        ctx.gas.consume(GAS_PER_ALLOWED, "send authorization")?;
        if *address == wanted.to_address {
            allowed = true;
            break;
        }
    }
    if !allowed {
        return Err(sdk::UNAUTHORIZED.wrap(format!("cannot send to {} address", wanted.to_address)));
    }
    if left.is_empty() {
        return Ok(Left::Nothing);
    }
    send.spend_limit = coin::to_proto(&left);
    Ok(Left::Less(any(&send)))
}

/// `MsgGrant`.
pub fn grant(ctx: &Ctx, msg: &MsgGrant) -> Result<Any> {
    let (granter, grantee) = parties(ctx, &msg.granter, &msg.grantee)?;
    let given = msg.grant.clone().unwrap_or_default();
    let authorization = Authorization::decode(given.authorization.as_ref())?;
    authorization.validate(ctx)?;
    if auth::get(ctx, &grantee)?.is_none() {
        bank::require_receiver(ctx, &grantee, &go_text(&grantee))?;
        auth::new_account(ctx, &grantee)?;
    }
    let type_url = authorization.type_url();
    // Also of what this chain does not carry out: wasmd does.
    if !Interface::recorded()?.implements(&type_url, "cosmos.base.v1beta1.Msg") {
        return Err(sdk::INVALID_TYPE.wrap(format!("{type_url} doesn't exist.")));
    }
    let now = ctx.block.time.0;
    if let Some(expiration) = given.expiration.as_ref().filter(|expiration| nanos(expiration) <= now) {
        return Err(INVALID_EXPIRATION.wrap(format!(
            "expiration must be after the current block time ({}), got {}",
            time::rfc3339_seconds(now),
            time::rfc3339_seconds(nanos(expiration))
        )));
    }
    let kv = ctx.kv(StoreKey::Authz);
    let key = grant_key(&granter, &grantee, &type_url);
    let old = kv.get(&key)?.and_then(|bytes| Grant::decode(&*bytes).ok()).and_then(|grant| grant.expiration);
    if let Some(old) = old.as_ref().filter(|old| given.expiration.as_ref() != Some(*old)) {
        dequeue(ctx, old, &granter, &grantee, &type_url)?;
    }
    if let Some(expiration) = given.expiration.as_ref().filter(|expiration| old.as_ref() != Some(*expiration))
    {
        let key = expiry::key(QUEUE, expiration, &granter, &grantee);
        let mut item = read_queue(ctx, &key)?.unwrap_or_default();
        item.msg_type_urls.push(type_url.clone());
        kv.set(&key, &item.encode_to_vec())?;
    }
    kv.set(
        &key,
        &Grant { authorization: given.authorization, expiration: given.expiration }.encode_to_vec(),
    )?;
    emit(ctx, "cosmos.authz.v1beta1.EventGrant", &type_url, &granter, &grantee);
    Ok(any(&MsgGrantResponse {}))
}

fn emit(ctx: &Ctx, event: &str, type_url: &str, granter: &[u8], grantee: &[u8]) {
    ctx.emit(
        Event::new(event)
            .with("grantee", format!("\"{}\"", ctx.text(grantee)))
            .with("granter", format!("\"{}\"", ctx.text(granter)))
            .with("msg_type_url", format!("\"{type_url}\"")),
    );
}

fn read_queue(ctx: &Ctx, key: &[u8]) -> Result<Option<GrantQueueItem>> {
    Ok(ctx.kv(StoreKey::Authz).get(key)?.and_then(|bytes| GrantQueueItem::decode(&*bytes).ok()))
}

fn dequeue(ctx: &Ctx, expiration: &Timestamp, granter: &[u8], grantee: &[u8], type_url: &str) -> Result<()> {
    let key = expiry::key(QUEUE, expiration, granter, grantee);
    let Some(mut item) = read_queue(ctx, &key)? else {
        return Err(NO_GRANT_KEY.wrap("can't remove grant from the expire queue, grant key not found"));
    };
    for index in 0..item.msg_type_urls.len() {
        ctx.gas.consume(GAS_PER_ITERATION, "grant queue")?;
        if item.msg_type_urls.get(index).is_some_and(|queued| queued == type_url) {
            item.msg_type_urls.swap_remove(index);
            return ctx.kv(StoreKey::Authz).set(&key, &item.encode_to_vec());
        }
    }
    Ok(())
}

fn delete(ctx: &Ctx, granter: &[u8], grantee: &[u8], type_url: &str) -> Result<()> {
    let kv = ctx.kv(StoreKey::Authz);
    let key = grant_key(granter, grantee, type_url);
    let Some(grant) = kv.get(&key)?.and_then(|bytes| Grant::decode(&*bytes).ok()) else {
        return Err(
            NOT_FOUND.wrap(format!("failed to delete grant with key {}", String::from_utf8_lossy(&key)))
        );
    };
    if let Some(expiration) = &grant.expiration {
        dequeue(ctx, expiration, granter, grantee, type_url)?;
    }
    kv.delete(&key)?;
    emit(ctx, "cosmos.authz.v1beta1.EventRevoke", type_url, granter, grantee);
    Ok(())
}

/// Removes the grants that ended before this block.
pub fn remove_expired(ctx: &Ctx) -> Result<()> {
    let kv = ctx.kv(StoreKey::Authz);
    for key in expiry::ended(ctx, StoreKey::Authz, QUEUE, usize::MAX)? {
        let item = read_queue(ctx, &key)?.unwrap_or_default();
        kv.delete(&key)?;
        // The two addresses lie in the key of the queue as they do in the key of the grant.
        for type_url in item.msg_type_urls {
            kv.delete(&[&[GRANTS], expiry::parties(&key), type_url.as_bytes()].concat())?;
        }
    }
    Ok(())
}

/// `MsgRevoke`.
pub fn revoke(ctx: &Ctx, msg: &MsgRevoke) -> Result<Any> {
    let (granter, grantee) = parties(ctx, &msg.granter, &msg.grantee)?;
    if msg.msg_type_url.is_empty() {
        return Err(sdk::INVALID_REQUEST.wrap("missing msg method name"));
    }
    delete(ctx, &granter, &grantee, &msg.msg_type_url)?;
    Ok(any(&MsgRevokeResponse {}))
}

/// `MsgExec`.
pub fn exec(ctx: &Ctx, msg: &MsgExec) -> Result<Any> {
    let grantee = ctx.address(&msg.grantee).map_err(|error| {
        if msg.grantee.is_empty() {
            error
        } else {
            sdk::INVALID_ADDRESS.wrap(format!("invalid grantee address: {error}"))
        }
    })?;
    if msg.msgs.is_empty() {
        return Err(sdk::INVALID_REQUEST.wrap("messages cannot be empty"));
    }
    let mut msgs = Vec::with_capacity(msg.msgs.len());
    for (index, packed) in msg.msgs.iter().enumerate() {
        let Some(inner) = Msg::decode(packed)? else {
            return Err(sdk::UNKNOWN_REQUEST.wrap(format!("unrecognized message route: {}", packed.type_url)));
        };
        ctx.app.validate_basic(ctx, &inner).map_err(|error| error.wrap(format!("msg {index}")))?;
        msgs.push(inner);
    }
    let mut results = Vec::with_capacity(msgs.len());
    for (index, (inner, packed)) in msgs.iter().zip(&msg.msgs).enumerate() {
        let signers = inner.signers(&ctx.app.prefix)?;
        let [granter] = signers.as_slice() else { return Err(NUMBER_OF_SIGNERS.plain()) };
        if *granter != grantee {
            accept(ctx, granter, &grantee, inner)?;
        }
        let handled = ctx.app.route(ctx, inner).map_err(|error| {
            error.wrap(format!("failed to execute message; message {}", text::packed(packed)))
        })?;
        results.push(handled.response.value);
        let index = index.to_string();
        ctx.events.emit_all(handled.events.into_iter().map(|event| event.with("authz_msg_index", &index)));
    }
    Ok(any(&MsgExecResponse { results }))
}

fn accept(ctx: &Ctx, granter: &[u8], grantee: &[u8], msg: &Msg) -> Result<()> {
    let kv = ctx.kv(StoreKey::Authz);
    let type_url = msg.type_url();
    let key = grant_key(granter, grantee, &type_url);
    let Some(mut grant) = kv.get(&key)?.and_then(|bytes| Grant::decode(&*bytes).ok()) else {
        return Err(NOT_FOUND.wrap(format!(
            "failed to get grant with given granter: {}, grantee: {} & msgType: {type_url} ",
            ctx.text(granter),
            ctx.text(grantee)
        )));
    };
    if grant.expiration.as_ref().is_some_and(|expiration| nanos(expiration) < ctx.block.time.0) {
        return Err(EXPIRED.plain());
    }
    match Authorization::decode(grant.authorization.as_ref())?.accept(ctx, msg)? {
        None => Err(sdk::UNAUTHORIZED.plain()),
        Some(Left::Everything) => Ok(()),
        Some(Left::Nothing) => delete(ctx, granter, grantee, &type_url),
        Some(Left::Less(left)) => {
            // The SDK reads the grant once more before it writes what is left.
            kv.get(&key)?;
            grant.authorization = Some(left);
            kv.set(&key, &grant.encode_to_vec())
        }
    }
}
