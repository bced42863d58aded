use cosmwasm_std::{Addr, DepsMut, Env, Response, Storage, Uint128};
use mars_control::nonzero;
use mars_types::events;
use mars_types::staking::MAX_UNBONDINGS;

use crate::claim::pay;
use crate::error::ContractError;
use crate::ledger::{minus, plus, take, Ledger};
use crate::stake;
use crate::state::{Leaving, LEAVING, PARAMS};

/// Ends a stake: no rewards and no votes from here on (R59), and XMS after the unbonding time.
pub fn unstake(deps: DepsMut, env: &Env, sender: Addr, amount: Uint128) -> Result<Response, ContractError> {
    nonzero(amount)?;
    let mut ledger = Ledger::load(deps.storage, env, sender)?;
    take(ledger.staker.stake, amount, "the stake")?;
    ledger.remove_stake(deps.storage, env, amount.u128())?;
    ledger.pool.unbonding = plus(ledger.pool.unbonding, amount.u128())?;
    let unbonding = PARAMS.load(deps.storage)?.unbonding;
    let release = env.block.time.seconds().saturating_add(unbonding);
    let mut parts = parts(deps.storage, &ledger.account)?;
    leave(&mut parts, Leaving { amount: amount.u128(), release })?;
    LEAVING.save(deps.storage, &ledger.account, &parts)?;
    ledger.save(deps.storage)?;
    Ok(Response::new().add_attribute("action", "unstake").add_event(events::Unstaked {
        staker: ledger.account,
        amount,
        stake: ledger.staker.stake.into(),
        staked: ledger.pool.staked.into(),
        release,
    }))
}

/// Adds a part. A full list takes it into its newest part, which then waits as long as the new one: so the list is
/// bounded and nobody is ever refused.
fn leave(parts: &mut Vec<Leaving>, part: Leaving) -> Result<(), ContractError> {
    let full = parts.len() >= MAX_UNBONDINGS;
    match parts.last_mut() {
        Some(newest) if full || newest.release == part.release => {
            newest.amount = plus(newest.amount, part.amount)?;
            // Never sooner, though the unbonding time may have been lowered meanwhile.
            newest.release = newest.release.max(part.release);
        }
        _ => parts.push(part),
    }
    Ok(())
}

/// Stakes again what unbonds, beginning with what was unstaked last.
pub fn rebond(deps: DepsMut, env: &Env, sender: Addr, amount: Uint128) -> Result<Response, ContractError> {
    nonzero(amount)?;
    let mut ledger = Ledger::load(deps.storage, env, sender)?;
    let mut parts = parts(deps.storage, &ledger.account)?;
    let there = parts.iter().try_fold(0, |sum, part| plus(sum, part.amount))?;
    take(there, amount, "what unbonds")?;
    let mut wanted = amount.u128();
    while let Some(newest) = parts.last_mut() {
        let taken = wanted.min(newest.amount);
        newest.amount = minus(newest.amount, taken)?;
        wanted = minus(wanted, taken)?;
        if newest.amount > 0 {
            break;
        }
        parts.pop();
    }
    save_parts(deps.storage, &ledger.account, &parts)?;
    ledger.pool.unbonding = minus(ledger.pool.unbonding, amount.u128())?;
    let event = stake::add(deps.storage, env, &mut ledger, amount)?;
    ledger.save(deps.storage)?;
    Ok(Response::new().add_attribute("action", "rebond").add_event(event))
}

/// Pays out every part whose time has come.
pub fn withdraw(deps: DepsMut, env: &Env, sender: Addr) -> Result<Response, ContractError> {
    let now = env.block.time.seconds();
    let mut ledger = Ledger::load(deps.storage, env, sender)?;
    let (done, waiting): (Vec<Leaving>, Vec<Leaving>) =
        parts(deps.storage, &ledger.account)?.into_iter().partition(|part| part.release <= now);
    let amount = done.iter().try_fold(0, |sum, part| plus(sum, part.amount))?;
    if amount == 0 {
        let release = waiting.iter().map(|part| part.release).min();
        return Err(ContractError::Unreleased { now, release });
    }
    save_parts(deps.storage, &ledger.account, &waiting)?;
    ledger.pool.unbonding = minus(ledger.pool.unbonding, amount)?;
    ledger.save(deps.storage)?;
    let amount = Uint128::new(amount);
    Ok(Response::new()
        .add_attribute("action", "withdraw")
        .add_event(events::Withdrawn { staker: ledger.account.clone(), amount })
        .add_message(pay(deps.storage, &ledger.account, amount)?))
}

pub fn parts(storage: &dyn Storage, account: &Addr) -> Result<Vec<Leaving>, ContractError> {
    Ok(LEAVING.may_load(storage, account)?.unwrap_or_default())
}

fn save_parts(storage: &mut dyn Storage, account: &Addr, parts: &[Leaving]) -> Result<(), ContractError> {
    if parts.is_empty() {
        LEAVING.remove(storage, account);
        return Ok(());
    }
    Ok(LEAVING.save(storage, account, &parts.to_vec())?)
}
