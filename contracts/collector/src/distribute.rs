use cosmwasm_std::{Addr, Deps, DepsMut, Env, Response, Uint128};
use mars_control::{nonzero, refuse_paused, tokens, ControlError};
use mars_types::collector::{DistributeReceipt, Switch};
use mars_types::{events, staking, Asset, Simulation};

use crate::convert::rested;
use crate::error::ContractError;
use crate::state::{Config, CONFIG, LAST_RUN, PARAMS, RETAINED};

/// Shares out the XMS that is here. Once an interval: each time the stream to stakers begins anew, and dust sent every block
/// would hold it back for ever.
pub fn execute(deps: DepsMut, env: &Env, sender: Addr) -> Result<Response, ContractError> {
    let Config { xms, staking, .. } = CONFIG.load(deps.storage)?;
    let receipt = plan(deps.as_ref(), env)?;
    LAST_RUN.save(deps.storage, &Asset::Cw20(xms.clone()).key(), &env.block.time.seconds())?;
    let retained = RETAINED.load(deps.storage)?.checked_add(receipt.retained)?;
    RETAINED.save(deps.storage, &retained)?;
    let mut response =
        Response::new().add_attribute("action", "distribute").add_event(events::FeesDistributed {
            sender,
            to_stakers: receipt.to_stakers,
            burned: receipt.burned,
            retained: receipt.retained,
        });
    if !receipt.to_stakers.is_zero() {
        let hook = staking::Cw20HookMsg::BuyBack {};
        response = response.add_message(tokens::send(&xms, &staking, receipt.to_stakers, &hook)?);
    }
    if !receipt.burned.is_zero() {
        response = response.add_message(tokens::burn(&xms, receipt.burned)?);
    }
    Ok(response)
}

pub fn simulate(deps: Deps, env: &Env) -> Simulation<DistributeReceipt> {
    Simulation::of(plan(deps, env))
}

fn plan(deps: Deps, env: &Env) -> Result<DistributeReceipt, ContractError> {
    refuse_paused(deps.storage, env, &Switch::Distribute.to_string())?;
    let params = PARAMS.load(deps.storage)?;
    let xms = Asset::Cw20(CONFIG.load(deps.storage)?.xms);
    rested(deps, env, &xms, params.interval)?;
    let retained = RETAINED.load(deps.storage)?;
    let amount = tokens::balance(deps.querier, &env.contract.address, &xms)?.saturating_sub(retained);
    nonzero(amount)?;
    let share = |bps: u128| mars_math::bps_of_floor(amount.u128(), bps).map(Uint128::new);
    let (burned, retained) = (share(params.burn.u128())?, share(params.retain.u128())?);
    let to_stakers = amount.checked_sub(burned.checked_add(retained)?)?;
    if !to_stakers.is_zero() {
        refuse_unknown(deps, env)?;
    }
    Ok(DistributeReceipt { to_stakers, burned, retained })
}

/// Staking takes buy-backs of its collector alone; while it has another there is nobody to share with.
fn refuse_unknown(deps: Deps, env: &Env) -> Result<(), ContractError> {
    let staking = CONFIG.load(deps.storage)?.staking;
    let config: staking::ConfigResponse =
        deps.querier.query_wasm_smart(staking, &staking::QueryMsg::Config {})?;
    if config.collector.as_ref() == Some(&env.contract.address) {
        return Ok(());
    }
    let sender = env.contract.address.to_string();
    Err(ControlError::Unauthorized { sender, role: "collector of staking" }.into())
}
