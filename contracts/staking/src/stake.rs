use cosmwasm_std::{Addr, DepsMut, Env, Event, Response, Storage, Uint128};
use mars_control::{nonzero, refuse_paused};
use mars_types::events;
use mars_types::staking::Switch;

use crate::error::ContractError;
use crate::ledger::Ledger;

/// Stakes what was sent. The rewards so far are settled first, so the new stake earns from now on only.
pub fn execute(deps: DepsMut, env: &Env, sender: Addr, amount: Uint128) -> Result<Response, ContractError> {
    nonzero(amount)?;
    let mut ledger = Ledger::load(deps.storage, env, sender)?;
    let event = add(deps.storage, env, &mut ledger, amount)?;
    ledger.save(deps.storage)?;
    Ok(Response::new().add_attribute("action", "stake").add_event(event))
}

/// Adds XMS that is here already to the stake of the ledger's account.
pub fn add(
    storage: &mut dyn Storage,
    env: &Env,
    ledger: &mut Ledger,
    amount: Uint128,
) -> Result<Event, ContractError> {
    refuse_paused(storage, env, &Switch::Stake.to_string())?;
    ledger.add_stake(storage, env, amount.u128())?;
    Ok(events::Staked {
        staker: ledger.account.clone(),
        amount,
        stake: ledger.staker.stake.into(),
        staked: ledger.pool.staked.into(),
    }
    .into())
}
