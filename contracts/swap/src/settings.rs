//! What the owner sets.

use cosmwasm_std::{Addr, DepsMut, Env, HexBinary, QuerierWrapper, Response, Uint128};
use mars_control::assert_owner;
use mars_types::swap::{CreationFee, Fee, Params, Ramp, MAX_AMPLIFICATION, MAX_DECIMALS, MIN_RAMP};
use mars_types::{checked_address, events, AssetAmount, AssetUnchecked, Bps, InvalidInput};

use crate::create::decimals_of;
use crate::error::ContractError;
use crate::market::amplification;
use crate::state::{self, Kind, Terms, CONFIG, NATIVES, PARAMS};

/// Most whole tokens that creating a pool may cost.
const MAX_CREATION_FEE: u128 = 10_000;

type Result<T = Response> = std::result::Result<T, ContractError>;

pub fn update_config(
    deps: DepsMut,
    sender: &Addr,
    fee_collector: Option<String>,
    lp_code_id: Option<u64>,
) -> Result {
    assert_owner(deps.storage, sender)?;
    let mut config = CONFIG.load(deps.storage)?;
    if let Some(fee_collector) = fee_collector {
        config.fee_collector = checked_address(deps.api, "fee_collector", &fee_collector)?;
    }
    if let Some(lp_code_id) = lp_code_id {
        config.lp_checksum = checksum(&deps.querier, lp_code_id)?;
        config.lp_code_id = lp_code_id;
    }
    CONFIG.save(deps.storage, &config)?;
    Ok(announced("update_config", 0, "config"))
}

/// Of a code that exists.
pub fn checksum(querier: &QuerierWrapper, code_id: u64) -> Result<HexBinary> {
    let info = querier.query_wasm_code_info(code_id);
    let info = info.map_err(|_| InvalidInput::new("lp_code_id", code_id, "a code of this chain"))?;
    Ok(info.checksum.as_slice().into())
}

pub fn update_params(deps: DepsMut, sender: &Addr, params: &Params) -> Result {
    assert_owner(deps.storage, sender)?;
    params.check()?;
    PARAMS.save(deps.storage, params)?;
    Ok(announced("update_params", 0, "params"))
}

pub fn set_creation_fee(deps: DepsMut, sender: &Addr, fee: Option<CreationFee>) -> Result {
    assert_owner(deps.storage, sender)?;
    let mut config = CONFIG.load(deps.storage)?;
    config.creation_fee = fee
        .map(|CreationFee { asset, amount }| {
            let asset = asset.check(deps.api)?;
            let whole = 10u128.saturating_pow(decimals_of(deps.as_ref(), &asset)?.into());
            let most = Uint128::new(whole.saturating_mul(MAX_CREATION_FEE));
            InvalidInput::unless_within("creation fee", amount, Uint128::one(), most)?;
            Ok::<_, ContractError>(AssetAmount { asset, amount })
        })
        .transpose()?;
    CONFIG.save(deps.storage, &config)?;
    Ok(announced("set_creation_fee", 0, "creation fee"))
}

pub fn register_native(deps: DepsMut, sender: &Addr, denom: String, decimals: u8) -> Result {
    assert_owner(deps.storage, sender)?;
    AssetUnchecked::native(&denom).check(deps.api)?;
    InvalidInput::unless_within("decimals", decimals, 0, MAX_DECIMALS)?;
    if NATIVES.has(deps.storage, &denom) {
        return Err(ContractError::AlreadyListed { denom });
    }
    NATIVES.save(deps.storage, &denom, &decimals)?;
    Ok(announced("register_native", 0, &format!("{denom} has {decimals} decimals")))
}

pub fn set_fee(deps: DepsMut, sender: &Addr, pool: u32, fee: Fee) -> Result {
    assert_owner(deps.storage, sender)?;
    fee.check()?;
    let terms = state::terms(deps.storage, pool)?;
    state::save_terms(deps.storage, pool, &Terms { fee, ..terms })?;
    Ok(announced("set_fee", pool, &format!("fee {} of it {}", fee.total, fee.protocol)))
}

pub fn set_share_limits(deps: DepsMut, sender: &Addr, pool: u32, limits: Vec<Bps>) -> Result {
    assert_owner(deps.storage, sender)?;
    let mut terms = state::terms(deps.storage, pool)?;
    let (assets, (_, share_limits)) = (terms.assets.len(), stable(&mut terms.kind)?);
    if limits.len() != assets {
        return Err(InvalidInput::new("limits", limits.len(), assets).into());
    }
    for limit in &limits {
        InvalidInput::unless_within("share limit", *limit, Bps(0), Bps::ONE)?;
    }
    let names: Vec<String> = limits.iter().map(Bps::to_string).collect();
    *share_limits = limits;
    state::save_terms(deps.storage, pool, &terms)?;
    Ok(announced("set_share_limits", pool, &format!("share limits {}", names.join(","))))
}

pub fn ramp(deps: DepsMut, env: &Env, sender: &Addr, pool: u32, target: u32, end: u64) -> Result {
    assert_owner(deps.storage, sender)?;
    InvalidInput::unless_within("amplification", target, 1, MAX_AMPLIFICATION)?;
    let now = env.block.time.seconds();
    let mut terms = state::terms(deps.storage, pool)?;
    let (ramp, _) = stable(&mut terms.kind)?;
    let from = amplification(ramp, now);
    let to = target.saturating_mul(mars_math::AMPLIFICATION_SCALE);
    let next = ramp.start.saturating_add(MIN_RAMP);
    if now < next {
        return Err(step(format!("a ramp at {now}"), format!("not before {next}")));
    }
    let earliest = now.saturating_add(MIN_RAMP);
    if end < earliest {
        return Err(step(format!("an end at {end}"), format!("not before {earliest}")));
    }
    if to > from.saturating_mul(2) || from > to.saturating_mul(2) {
        return Err(step(format!("from {from} to {to} hundredths"), "at most double or half".into()));
    }
    *ramp = Ramp { from, to, start: now, end };
    state::save_terms(deps.storage, pool, &terms)?;
    Ok(announced("ramp_amplification", pool, &format!("amplification to {target} until {end}")))
}

/// The start of the ramp stays on record: the next one waits for a day from there.
pub fn stop_ramp(deps: DepsMut, env: &Env, sender: &Addr, pool: u32) -> Result {
    assert_owner(deps.storage, sender)?;
    let now = env.block.time.seconds();
    let mut terms = state::terms(deps.storage, pool)?;
    let (ramp, _) = stable(&mut terms.kind)?;
    let at = amplification(ramp, now);
    *ramp = Ramp { from: at, to: at, start: ramp.start, end: now.max(ramp.start) };
    state::save_terms(deps.storage, pool, &terms)?;
    Ok(announced("stop_ramp", pool, &format!("amplification stays at {at} hundredths")))
}

pub fn set_pauser(deps: DepsMut, sender: &Addr, pauser: Option<String>) -> Result {
    assert_owner(deps.storage, sender)?;
    let mut config = CONFIG.load(deps.storage)?;
    config.pauser = pauser.map(|pauser| checked_address(deps.api, "pauser", &pauser)).transpose()?;
    CONFIG.save(deps.storage, &config)?;
    let name = config.pauser.map_or_else(|| "nobody".into(), Addr::into_string);
    Ok(announced("set_pauser", 0, &format!("pauser {name}")))
}

fn stable(kind: &mut Kind) -> Result<(&mut Ramp, &mut Vec<Bps>)> {
    match kind {
        Kind::Stable { ramp, share_limits } => Ok((ramp, share_limits)),
        Kind::ConstantProduct => Err(InvalidInput::new("pool", "constant product", "a stable pool").into()),
    }
}

fn step(asked: String, limit: String) -> ContractError {
    ContractError::RampStep { asked, limit }
}

/// Pool 0 stands for the contract itself.
fn announced(action: &str, pool: u32, what: &str) -> Response {
    Response::new()
        .add_attribute("action", action)
        .add_event(events::PoolSet { pool, what: what.to_string() })
}
