use cosmwasm_std::{Addr, CosmosMsg, DepsMut, Env, Response, StdResult, Storage, Uint128};
use mars_control::{nonzero, tokens};
use mars_types::events;

use crate::error::ContractError;
use crate::ledger::{minus, Ledger};
use crate::stake;
use crate::state::XMS;

/// Pays out all that the account has earned, or stakes it.
pub fn execute(deps: DepsMut, env: &Env, sender: Addr, restake: bool) -> Result<Response, ContractError> {
    let mut ledger = Ledger::load(deps.storage, env, sender)?;
    let amount = Uint128::new(ledger.staker.owed);
    nonzero(amount)?;
    ledger.staker.owed = 0;
    ledger.pool.unclaimed = minus(ledger.pool.unclaimed, amount.u128())?;
    let claimed = events::Claimed { staker: ledger.account.clone(), amount, restaked: restake };
    let response = Response::new().add_attribute("action", "claim").add_event(claimed);
    if restake {
        let staked = stake::add(deps.storage, env, &mut ledger, amount)?;
        ledger.save(deps.storage)?;
        return Ok(response.add_event(staked));
    }
    ledger.save(deps.storage)?;
    Ok(response.add_message(pay(deps.storage, &ledger.account, amount)?))
}

/// Sends XMS that has left the books.
pub fn pay(storage: &dyn Storage, recipient: &Addr, amount: Uint128) -> StdResult<CosmosMsg> {
    tokens::transfer(&XMS.load(storage)?, recipient, amount)
}
