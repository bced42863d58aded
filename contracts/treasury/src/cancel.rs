use cosmwasm_std::{Addr, Deps, DepsMut, Env, Response, Storage, Uint128};
use mars_control::tokens;
use mars_types::treasury::{CancelReceipt, FREE_CANCEL_AGE};
use mars_types::{events, Simulation};

use crate::error::ContractError;
use crate::prices::Prices;
use crate::queue::{self, Claim};
use crate::state::State;
use crate::{recovery, settle};

/// Gives what waits back to the owner of the claim. Nothing stops it.
pub fn execute(deps: DepsMut, env: &Env, sender: &Addr, id: u64) -> Result<Response, ContractError> {
    let claim = queue::owned(deps.storage, id, sender)?;
    let CancelReceipt { owner, returned, fee, .. } = quote(deps.as_ref(), env, id, claim)?;
    let usdm = State::load(deps.storage)?.config.usdm;
    queue::take(deps.storage, id, returned.checked_add(fee)?, |queue| &mut queue.cancelled)?;
    let mut response = Response::new().add_attribute("action", "cancel");
    if !returned.is_zero() {
        response = response.add_message(tokens::transfer(&usdm, &owner, returned)?);
    }
    if !fee.is_zero() {
        response = response.add_message(tokens::burn(&usdm, fee)?);
    }
    Ok(response.add_event(events::ClaimCancelled { id, owner, returned, fee }))
}

/// What [`execute`] by the owner of the claim would do in this block.
pub fn simulate(deps: Deps, env: &Env, id: u64) -> Simulation<CancelReceipt> {
    Simulation::of(queue::claim(deps.storage, id).and_then(|claim| quote(deps, env, id, claim)))
}

fn quote(deps: Deps, env: &Env, id: u64, claim: Claim) -> Result<CancelReceipt, ContractError> {
    let Claim { owner, usdm, since } = claim;
    let State { config, params, .. } = State::load(deps.storage)?;
    let age = env.block.time.seconds().saturating_sub(since);
    let has_price = || {
        let prices = Prices::query(deps, &config.oracle, vec![], Some(&config.xms));
        prices.market_of(&config.xms_asset()).is_ok()
    };
    // Whoever could not be paid leaves for nothing.
    let charged = age < FREE_CANCEL_AGE && payable(deps.storage, env)? && has_price();
    let fee = if charged {
        Uint128::new(mars_math::bps_of_ceil(usdm.u128(), params.redemption_fee.u128())?)
    } else {
        Uint128::zero()
    };
    Ok(CancelReceipt { id, owner, returned: usdm.checked_sub(fee)?, fee })
}

fn payable(storage: &dyn Storage, env: &Env) -> Result<bool, ContractError> {
    Ok(recovery::running(storage)?.is_none() && settle::open(storage, env))
}
