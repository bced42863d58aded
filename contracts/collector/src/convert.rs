use cosmwasm_std::{Addr, Coin, CosmosMsg, Deps, DepsMut, Env, Response, StdResult, Uint128};
use mars_control::{refuse_paused, tokens, ControlError};
use mars_types::collector::{ConvertReceipt, Switch};
use mars_types::swap::{Cw20HookMsg, ExecuteMsg, Hop, QueryMsg, SwapReceipt};
use mars_types::{events, Asset, AssetUnchecked, Bps, Simulation};

use crate::error::ContractError;
use crate::fair::Way;
use crate::state::{Config, CONFIG, LAST_RUN, PARAMS, ROUTES};

/// Swaps a slice of an asset for XMS.
pub fn execute(
    deps: DepsMut,
    env: &Env,
    sender: Addr,
    asset: AssetUnchecked,
) -> Result<Response, ContractError> {
    let asset = asset.check(deps.api)?;
    let (receipt, route) = plan(deps.as_ref(), env, &asset)?;
    LAST_RUN.save(deps.storage, &asset.key(), &env.block.time.seconds())?;
    let swap = CONFIG.load(deps.storage)?.swap;
    let message = swap_message(&swap, env, &receipt, route)?;
    Ok(Response::new().add_attribute("action", "convert").add_message(message).add_event(
        events::FeesConverted {
            sender,
            asset,
            amount: receipt.amount,
            fair: receipt.fair,
            min_out: receipt.min_out,
            xms: receipt.xms,
        },
    ))
}

pub fn simulate(deps: Deps, env: &Env, asset: AssetUnchecked) -> Simulation<ConvertReceipt> {
    Simulation::of(asset.check(deps.api).map_err(ContractError::from).and_then(|asset| {
        let (receipt, _) = plan(deps, env, &asset)?;
        Ok(receipt)
    }))
}

/// What is done now, and along which way.
fn plan(deps: Deps, env: &Env, asset: &Asset) -> Result<(ConvertReceipt, Vec<Hop>), ContractError> {
    refuse_paused(deps.storage, env, &Switch::Convert.to_string())?;
    let route = ROUTES
        .may_load(deps.storage, &asset.key())?
        .ok_or_else(|| ContractError::NoRoute { asset: asset.to_string() })?;
    let params = PARAMS.load(deps.storage)?;
    rested(deps, env, asset, params.interval)?;
    let balance = tokens::balance(deps.querier, &env.contract.address, asset)?;
    let Config { xms, swap, .. } = CONFIG.load(deps.storage)?;
    let slice = Way::observe(deps, &swap, &xms, asset, &route)?.slice(&params, balance)?;
    if slice.fair.is_zero() {
        return Err(ControlError::TooSmall { amount: slice.amount }.into());
    }
    let kept = Bps::ONE.u128().saturating_sub(params.slippage.u128());
    let min_out = Uint128::new(mars_math::bps_of_ceil(slice.fair.u128(), kept)?);
    let question = QueryMsg::SimulateSwap {
        offer: asset.clone().into(),
        amount: slice.amount,
        route: route.clone(),
        min_out: None,
        deadline: None,
    };
    let simulated: Simulation<SwapReceipt> = deps.querier.query_wasm_smart(swap, &question)?;
    let xms = simulated.result()?.ask.amount;
    if xms < min_out {
        return Err(ContractError::MinOut { out: xms, least: min_out });
    }
    let receipt = ConvertReceipt {
        asset: asset.clone(),
        amount: slice.amount,
        fair: slice.fair,
        min_out,
        xms,
        left: balance.checked_sub(slice.amount)?,
    };
    Ok((receipt, route))
}

/// Refuses a run that comes too soon after the last one of this asset.
pub fn rested(deps: Deps, env: &Env, asset: &Asset, interval: u64) -> Result<(), ContractError> {
    let (now, next) = (env.block.time.seconds(), next_run(deps, asset, interval)?);
    if now < next {
        return Err(ContractError::TooEarly { now, next });
    }
    Ok(())
}

pub fn next_run(deps: Deps, asset: &Asset, interval: u64) -> Result<u64, ContractError> {
    let last = LAST_RUN.may_load(deps.storage, &asset.key())?;
    Ok(last.map_or(0, |last| last.saturating_add(interval)))
}

fn swap_message(swap: &Addr, env: &Env, receipt: &ConvertReceipt, route: Vec<Hop>) -> StdResult<CosmosMsg> {
    let (min_out, deadline) = (receipt.min_out, env.block.time.seconds());
    match &receipt.asset {
        Asset::Native(denom) => {
            let coin = Coin::new(receipt.amount, denom);
            tokens::call(swap, &ExecuteMsg::Swap { route, min_out, deadline, recipient: None }, vec![coin])
        }
        Asset::Cw20(token) => {
            let hook = Cw20HookMsg::Swap { route, min_out, deadline, recipient: None };
            tokens::send(token, swap, receipt.amount, &hook)
        }
    }
}
