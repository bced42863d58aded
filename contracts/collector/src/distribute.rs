use cosmwasm_std::{to_json_binary, Addr, Binary, Deps, DepsMut, Env, Response, Uint128, WasmMsg};
use cw20::Cw20ExecuteMsg;
use mars_control::{nonzero, refuse_paused, ControlError};
use mars_types::collector::{DistributeReceipt, Switch};
use mars_types::{events, staking, Asset, Simulation};

use crate::convert::{balance, rested};
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
        let msg = to_json_binary(&staking::Cw20HookMsg::BuyBack {})?;
        let amount = receipt.to_stakers;
        let send = Cw20ExecuteMsg::Send { contract: staking.into_string(), amount, msg };
        response = response.add_message(tell(&xms, to_json_binary(&send)?));
    }
    if !receipt.burned.is_zero() {
        let burn = Cw20ExecuteMsg::Burn { amount: receipt.burned };
        response = response.add_message(tell(&xms, to_json_binary(&burn)?));
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
    let amount = balance(deps, &env.contract.address, &xms)?.saturating_sub(retained);
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

fn tell(xms: &Addr, msg: Binary) -> WasmMsg {
    WasmMsg::Execute { contract_addr: xms.to_string(), msg, funds: vec![] }
}
