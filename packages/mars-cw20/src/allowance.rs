//! What others may spend. An allowance that has expired, or was never given, is none.

use cosmwasm_std::{Addr, BlockInfo, DepsMut, Env, MessageInfo, Response, Storage, Uint128};
use cw20::{AllowanceResponse, Expiration};
use cw20_base::state::ALLOWANCES;
use mars_types::{InvalidInput, checked_address};

use crate::error::ContractError;
use crate::ledger::sum;

/// Adds to what `spender` may spend, from zero where nothing is in force. `expires` replaces the expiry; without it
/// an allowance in force keeps its own and a new one never expires.
pub fn increase(
    deps: DepsMut,
    env: &Env,
    info: MessageInfo,
    spender: String,
    amount: Uint128,
    expires: Option<Expiration>,
) -> Result<Response, ContractError> {
    let key = spender_of(&deps, &info, &spender)?;
    let current = ALLOWANCES
        .may_load(deps.storage, (&info.sender, &key))?
        .filter(|allowance| !allowance.expires.is_expired(&env.block))
        .unwrap_or_default();
    let allowance = AllowanceResponse {
        allowance: sum(current.allowance, amount)?,
        expires: in_future(&env.block, expires)?.unwrap_or(current.expires),
    };
    put(deps.storage, &info.sender, &key, &allowance)?;
    Ok(changed("increase_allowance", info, spender, amount))
}

/// Lowers what `spender` may spend; by all there is or more removes it. `expires` replaces the expiry of what stays.
pub fn decrease(
    deps: DepsMut,
    env: &Env,
    info: MessageInfo,
    spender: String,
    amount: Uint128,
    expires: Option<Expiration>,
) -> Result<Response, ContractError> {
    let key = spender_of(&deps, &info, &spender)?;
    let current = ALLOWANCES.may_load(deps.storage, (&info.sender, &key))?.ok_or_else(|| none_for(amount))?;
    let expires = in_future(&env.block, expires)?;
    let rest = match current.expires.is_expired(&env.block) {
        true => Uint128::zero(),
        false => current.allowance.saturating_sub(amount),
    };
    let allowance = AllowanceResponse { allowance: rest, expires: expires.unwrap_or(current.expires) };
    put(deps.storage, &info.sender, &key, &allowance)?;
    Ok(changed("decrease_allowance", info, spender, amount))
}

/// Uses up `amount` of what `spender` may spend of the owner's tokens.
pub fn spend(
    storage: &mut dyn Storage,
    block: &BlockInfo,
    owner: &Addr,
    spender: &Addr,
    amount: Uint128,
) -> Result<(), ContractError> {
    let mut allowance = ALLOWANCES
        .may_load(storage, (owner, spender))?
        .filter(|allowance| !allowance.expires.is_expired(block))
        .ok_or_else(|| none_for(amount))?;
    let left = allowance.allowance;
    allowance.allowance = left.checked_sub(amount).map_err(|_| ContractError::Allowance { amount, left })?;
    put(storage, owner, spender, &allowance)
}

/// An allowance of nothing is not stored.
fn put(
    storage: &mut dyn Storage,
    owner: &Addr,
    spender: &Addr,
    allowance: &AllowanceResponse,
) -> Result<(), ContractError> {
    if allowance.allowance.is_zero() {
        ALLOWANCES.remove(storage, (owner, spender));
        return Ok(());
    }
    Ok(ALLOWANCES.save(storage, (owner, spender), allowance)?)
}

/// Anyone but the owner, whose own tokens need no allowance.
fn spender_of(deps: &DepsMut, info: &MessageInfo, spender: &str) -> Result<Addr, ContractError> {
    let spender = checked_address(deps.api, "spender", spender)?;
    if spender == info.sender {
        return Err(InvalidInput::new("spender", spender, "another account than the owner").into());
    }
    Ok(spender)
}

fn in_future(block: &BlockInfo, expires: Option<Expiration>) -> Result<Option<Expiration>, ContractError> {
    let Some(expiry) = expires.filter(|expires| expires.is_expired(block)) else {
        return Ok(expires);
    };
    Err(ContractError::ExpiryPast {
        expires: expiry.to_string(),
        now: match expiry {
            Expiration::AtHeight(_) => format!("after height {}", block.height),
            Expiration::AtTime(_) | Expiration::Never {} => format!("after time {}", block.time),
        },
    })
}

fn none_for(amount: Uint128) -> ContractError {
    ContractError::Allowance { amount, left: Uint128::zero() }
}

fn changed(action: &str, info: MessageInfo, spender: String, amount: Uint128) -> Response {
    Response::new()
        .add_attribute("action", action)
        .add_attribute("owner", info.sender)
        .add_attribute("spender", spender)
        .add_attribute("amount", amount)
}
