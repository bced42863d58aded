//! Paying the fees of someone else.

use prost::Message;

use crate::auth;
use crate::bank;
use crate::coin::{self, Coin};
use crate::context::Ctx;
use crate::error::{Error, Kind, Result, go_text, sdk};
use crate::event::Event;
use crate::expiry::{self, nanos, with_length};
use crate::proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use crate::proto::cosmos::feegrant::v1beta1::{
    AllowedMsgAllowance, BasicAllowance, Grant, MsgGrantAllowance, MsgGrantAllowanceResponse,
    MsgPruneAllowances, MsgPruneAllowancesResponse, MsgRevokeAllowance, MsgRevokeAllowanceResponse,
    PeriodicAllowance,
};
use crate::proto::{Any, Timestamp, any};
use crate::store::StoreKey;
use crate::tx::Msg;

const fn kind(code: u32, text: &'static str) -> Kind {
    Kind { codespace: "feegrant", code, text }
}

const LIMIT_EXCEEDED: Kind = kind(2, "fee limit exceeded");
const LIMIT_EXPIRED: Kind = kind(3, "fee allowance expired");
const INVALID_DURATION: Kind = kind(4, "invalid duration");
const NO_ALLOWANCE: Kind = kind(5, "no allowance");
const NO_MESSAGES: Kind = kind(6, "allowed messages are empty");
const MESSAGE_NOT_ALLOWED: Kind = kind(7, "message not allowed");

/// The prefix of all allowances.
pub const ALLOWANCES: u8 = 0;
const QUEUE: u8 = 1;
const GAS_PER_ITERATION: u64 = 10;
/// The most expired allowances that one message removes.
const ALLOWANCES_PER_PRUNING: usize = 75;

/// The prefix of the allowances that `grantee` has.
pub fn of_grantee(grantee: &[u8]) -> Vec<u8> {
    [&[ALLOWANCES][..], &with_length(grantee)].concat()
}

fn key(granter: &[u8], grantee: &[u8]) -> Vec<u8> {
    [of_grantee(grantee), with_length(granter)].concat()
}

enum Allowance {
    Basic(BasicAllowance),
    Periodic(PeriodicAllowance),
    AllowedMsg(AllowedMsgAllowance),
}

impl Allowance {
    fn decode(packed: Option<&Any>) -> Result<Self> {
        let Some(packed) = packed else { return Err(NO_ALLOWANCE.wrap("failed to get allowance")) };
        let malformed = |error: prost::DecodeError| Error::unregistered(error.to_string());
        let bytes = packed.value.as_slice();
        match packed.type_url.as_str() {
            "/cosmos.feegrant.v1beta1.BasicAllowance" => {
                Ok(Self::Basic(BasicAllowance::decode(bytes).map_err(malformed)?))
            }
            "/cosmos.feegrant.v1beta1.PeriodicAllowance" => {
                Ok(Self::Periodic(PeriodicAllowance::decode(bytes).map_err(malformed)?))
            }
            "/cosmos.feegrant.v1beta1.AllowedMsgAllowance" => {
                Ok(Self::AllowedMsg(AllowedMsgAllowance::decode(bytes).map_err(malformed)?))
            }
            _ => Err(NO_ALLOWANCE.wrap("failed to get allowance")),
        }
    }

    fn to_any(&self) -> Any {
        match self {
            Self::Basic(allowance) => any(allowance),
            Self::Periodic(allowance) => any(allowance),
            Self::AllowedMsg(allowance) => any(allowance),
        }
    }

    fn expiration(&self) -> Result<Option<Timestamp>> {
        match self {
            Self::Basic(allowance) => Ok(allowance.expiration),
            Self::Periodic(allowance) => Ok(allowance.basic.as_ref().and_then(|basic| basic.expiration)),
            Self::AllowedMsg(allowed) => Self::decode(allowed.allowance.as_ref())?.expiration(),
        }
    }

    fn validate(&self) -> Result<()> {
        match self {
            Self::Basic(basic) => validate_basic(basic),
            Self::Periodic(periodic) => {
                let basic = periodic.basic.clone().unwrap_or_default();
                validate_basic(&basic)?;
                if coin::validate(&periodic.period_spend_limit).is_err() {
                    return Err(sdk::INVALID_COINS.wrap(format!(
                        "spend amount is invalid: {}",
                        coin::proto_text(&periodic.period_spend_limit)
                    )));
                }
                if coin::validate(&periodic.period_can_spend).is_err() {
                    return Err(sdk::INVALID_COINS.wrap(format!(
                        "can spend amount is invalid: {}",
                        coin::proto_text(&periodic.period_can_spend)
                    )));
                }
                let same_denoms = periodic
                    .period_spend_limit
                    .iter()
                    .all(|coin| basic.spend_limit.iter().any(|held| held.denom == coin.denom));
                if !basic.spend_limit.is_empty() && !same_denoms {
                    return Err(sdk::INVALID_COINS
                        .wrap("period spend limit has different currency than basic spend limit"));
                }
                if periodic.period.is_none_or(|period| period.seconds < 0) {
                    return Err(INVALID_DURATION.wrap("negative clock step"));
                }
                Ok(())
            }
            Self::AllowedMsg(allowed) => {
                let inner = Self::decode(allowed.allowance.as_ref())?;
                if allowed.allowed_messages.is_empty() {
                    return Err(NO_MESSAGES.wrap("allowed messages shouldn't be empty"));
                }
                inner.validate()
            }
        }
    }

    /// Takes `fee` off what may still be spent. Returns whether the allowance is used up, and whether it holds.
    fn accept(&mut self, ctx: &Ctx, fee: &[Coin], msgs: &[Msg]) -> (bool, Result<()>) {
        let now = ctx.block.time.0;
        match self {
            Self::Basic(basic) => accept_basic(basic, fee, now),
            Self::Periodic(periodic) => accept_periodic(periodic, fee, now),
            Self::AllowedMsg(allowed) => {
                for _ in &allowed.allowed_messages {
                    if let Err(out) = ctx.gas.consume(GAS_PER_ITERATION, "check msg") {
                        return (false, Err(out));
                    }
                }
                for msg in msgs {
                    if let Err(out) = ctx.gas.consume(GAS_PER_ITERATION, "check msg") {
                        return (false, Err(out));
                    }
                    if !allowed.allowed_messages.contains(&msg.type_url()) {
                        return (
                            false,
                            Err(MESSAGE_NOT_ALLOWED.wrap("message does not exist in allowed messages")),
                        );
                    }
                }
                let mut inner = match Self::decode(allowed.allowance.as_ref()) {
                    Ok(inner) => inner,
                    Err(error) => return (false, Err(error)),
                };
                let (remove, result) = inner.accept(ctx, fee, msgs);
                if result.is_ok() && !remove {
                    allowed.allowance = Some(inner.to_any());
                }
                (remove, result)
            }
        }
    }
}

fn validate_basic(basic: &BasicAllowance) -> Result<()> {
    if coin::validate(&basic.spend_limit).is_err() {
        return Err(sdk::INVALID_COINS
            .wrap(format!("send amount is invalid: {}", coin::proto_text(&basic.spend_limit))));
    }
    if basic.expiration.as_ref().is_some_and(|expiration| expiration.seconds < 0) {
        return Err(INVALID_DURATION.wrap("expiration time cannot be negative"));
    }
    Ok(())
}

fn expired(basic: &BasicAllowance, now: u64) -> bool {
    basic.expiration.as_ref().is_some_and(|expiration| nanos(expiration) < now)
}

fn less(limit: &[ProtoCoin], fee: &[Coin]) -> Option<Vec<Coin>> {
    coin::subtract(coin::validate(limit).unwrap_or_default(), fee)
}

fn accept_basic(basic: &mut BasicAllowance, fee: &[Coin], now: u64) -> (bool, Result<()>) {
    if expired(basic, now) {
        return (true, Err(LIMIT_EXPIRED.wrap("basic allowance")));
    }
    if basic.spend_limit.is_empty() {
        return (false, Ok(()));
    }
    let Some(left) = less(&basic.spend_limit, fee) else {
        return (false, Err(LIMIT_EXCEEDED.wrap("basic allowance")));
    };
    basic.spend_limit = coin::to_proto(&left);
    (left.is_empty(), Ok(()))
}

fn accept_periodic(periodic: &mut PeriodicAllowance, fee: &[Coin], now: u64) -> (bool, Result<()>) {
    let mut basic = periodic.basic.clone().unwrap_or_default();
    if expired(&basic, now) {
        return (true, Err(LIMIT_EXPIRED.wrap("absolute limit")));
    }
    try_reset(periodic, &basic, now);
    let Some(left) = less(&periodic.period_can_spend, fee) else {
        return (false, Err(LIMIT_EXCEEDED.wrap("period limit")));
    };
    periodic.period_can_spend = coin::to_proto(&left);
    if basic.spend_limit.is_empty() {
        return (false, Ok(()));
    }
    let Some(left) = less(&basic.spend_limit, fee) else {
        return (false, Err(LIMIT_EXCEEDED.wrap("absolute limit")));
    };
    basic.spend_limit = coin::to_proto(&left);
    periodic.basic = Some(basic);
    (left.is_empty(), Ok(()))
}

/// Begins a new period if the last one is over: what may be spent in it is its limit or all that is left.
fn try_reset(periodic: &mut PeriodicAllowance, basic: &BasicAllowance, now: u64) {
    let reset = periodic.period_reset.as_ref().map_or(0, nanos);
    if now < reset {
        return;
    }
    let left = less(&basic.spend_limit, &coin::validate(&periodic.period_spend_limit).unwrap_or_default());
    periodic.period_can_spend = if !basic.spend_limit.is_empty() && left.is_none() {
        basic.spend_limit.clone()
    } else {
        periodic.period_spend_limit.clone()
    };
    let step = periodic.period.as_ref().map_or(0, |period| {
        let seconds = u64::try_from(period.seconds).unwrap_or_default();
        seconds.saturating_mul(1_000_000_000).saturating_add(u64::try_from(period.nanos).unwrap_or_default())
    });
    let next = reset.saturating_add(step);
    let next = if now > next { now.saturating_add(step) } else { next };
    periodic.period_reset = Some(Timestamp {
        seconds: i64::try_from(next / 1_000_000_000).unwrap_or(i64::MAX),
        nanos: i32::try_from(next % 1_000_000_000).unwrap_or_default(),
    });
}

fn read(ctx: &Ctx, granter: &[u8], grantee: &[u8]) -> Result<Grant> {
    let bytes = ctx.kv(StoreKey::Feegrant).get(&key(granter, grantee))?;
    bytes
        .and_then(|bytes| Grant::decode(&*bytes).ok())
        .ok_or_else(|| sdk::NOT_FOUND.wrap("fee-grant not found"))
}

/// The allowance that `grantee` has from `granter`.
///
/// # Errors
/// No such allowance.
pub fn allowance(ctx: &Ctx, granter: &[u8], grantee: &[u8]) -> Result<Grant> {
    read(ctx, granter, grantee)
}

fn event(ctx: &Ctx, name: &str, granter: &[u8], grantee: &[u8]) {
    ctx.emit(Event::new(name).with("granter", ctx.text(granter)).with("grantee", ctx.text(grantee)));
}

fn write(ctx: &Ctx, granter: &[u8], grantee: &[u8], allowance: Any) -> Result<()> {
    let grant = Grant { granter: ctx.text(granter), grantee: ctx.text(grantee), allowance: Some(allowance) };
    ctx.kv(StoreKey::Feegrant).set(&key(granter, grantee), &grant.encode_to_vec())
}

fn is_granted(ctx: &Ctx, granter: &[u8], grantee: &[u8]) -> Result<bool> {
    match read(ctx, granter, grantee) {
        Ok(_) => Ok(true),
        Err(out @ Error::OutOfGas(_)) => Err(out),
        Err(_) => Ok(false),
    }
}

/// `MsgGrantAllowance`.
pub fn grant(ctx: &Ctx, msg: &MsgGrantAllowance) -> Result<Any> {
    if msg.grantee.eq_ignore_ascii_case(&msg.granter) {
        return Err(sdk::INVALID_ADDRESS.wrap("cannot self-grant fee authorization"));
    }
    let (grantee, granter) = (ctx.address(&msg.grantee)?, ctx.address(&msg.granter)?);
    let exists = || sdk::INVALID_REQUEST.wrap("fee allowance already exists");
    if is_granted(ctx, &granter, &grantee)? {
        return Err(exists());
    }
    let allowance = Allowance::decode(msg.allowance.as_ref())?;
    allowance.validate()?;
    if is_granted(ctx, &granter, &grantee)? {
        return Err(exists());
    }
    if auth::get(ctx, &grantee)?.is_none() {
        bank::require_receiver(ctx, &grantee, &go_text(&grantee))?;
        auth::new_account(ctx, &grantee)?;
    }
    if let Some(expiration) = allowance.expiration()? {
        if nanos(&expiration) < ctx.block.time.0 {
            return Err(sdk::INVALID_REQUEST.wrap("expiration is before current block time"));
        }
        ctx.kv(StoreKey::Feegrant).set(&expiry::key(QUEUE, &expiration, &grantee, &granter), &[])?;
    }
    write(ctx, &granter, &grantee, allowance.to_any())?;
    event(ctx, "set_feegrant", &granter, &grantee);
    Ok(any(&MsgGrantAllowanceResponse {}))
}

/// Removes the allowances that ended before this block, but no more than `most`.
pub fn remove_expired(ctx: &Ctx, most: usize) -> Result<()> {
    let kv = ctx.kv(StoreKey::Feegrant);
    for queued in expiry::ended(ctx, StoreKey::Feegrant, QUEUE, most)? {
        kv.delete(&queued)?;
        // The two addresses lie in the key of the queue as they do in the key of the allowance.
        kv.delete(&[&[ALLOWANCES], expiry::parties(&queued)].concat())?;
    }
    Ok(())
}

/// `MsgPruneAllowances`.
pub fn prune(ctx: &Ctx, msg: &MsgPruneAllowances) -> Result<Any> {
    remove_expired(ctx, ALLOWANCES_PER_PRUNING)?;
    ctx.emit(Event::new("prune_feegrant").with("pruner", &msg.pruner));
    Ok(any(&MsgPruneAllowancesResponse {}))
}

/// `MsgRevokeAllowance`.
pub fn revoke(ctx: &Ctx, msg: &MsgRevokeAllowance) -> Result<Any> {
    if msg.grantee == msg.granter {
        return Err(sdk::INVALID_ADDRESS.wrap("addresses must be different"));
    }
    let (grantee, granter) = (ctx.address(&msg.grantee)?, ctx.address(&msg.granter)?);
    remove(ctx, &granter, &grantee)?;
    Ok(any(&MsgRevokeAllowanceResponse {}))
}

fn remove(ctx: &Ctx, granter: &[u8], grantee: &[u8]) -> Result<()> {
    let grant = read(ctx, granter, grantee)?;
    let kv = ctx.kv(StoreKey::Feegrant);
    kv.delete(&key(granter, grantee))?;
    if let Some(expiration) = Allowance::decode(grant.allowance.as_ref())?.expiration()? {
        // The SDK looks for the entry with the two addresses the other way round, and so leaves it behind.
        kv.delete(&expiry::key(QUEUE, &expiration, granter, grantee))?;
    }
    event(ctx, "revoke_feegrant", granter, grantee);
    Ok(())
}

/// Takes `fee` off what `granter` lets `grantee` spend on `msgs`.
///
/// # Errors
/// No allowance, or one that does not reach this far.
pub fn use_granted_fees(ctx: &Ctx, granter: &[u8], grantee: &[u8], fee: &[Coin], msgs: &[Msg]) -> Result<()> {
    let grant = read(ctx, granter, grantee)?;
    let mut allowance = Allowance::decode(grant.allowance.as_ref())?;
    let (used_up, result) = allowance.accept(ctx, fee, msgs);
    if used_up {
        if let Err(out @ Error::OutOfGas(_)) = remove(ctx, granter, grantee) {
            return Err(out);
        }
        result?;
        event(ctx, "use_feegrant", granter, grantee);
        return Ok(());
    }
    result?;
    event(ctx, "use_feegrant", granter, grantee);
    read(ctx, granter, grantee)?;
    write(ctx, granter, grantee, allowance.to_any())?;
    event(ctx, "update_feegrant", granter, grantee);
    Ok(())
}
