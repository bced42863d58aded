//! What the owner may set and take.

use cosmwasm_std::{Addr, DepsMut, Env, Order, Response, Uint128};
use mars_control::{assert_owner, nonzero, tokens};
use mars_types::collector::{Params, MAX_ROUTES};
use mars_types::swap::{Hop, MAX_HOPS};
use mars_types::{checked_address, events, Asset, AssetUnchecked, InvalidInput, ListError};

use crate::error::ContractError;
use crate::fair::Way;
use crate::state::{Config, CONFIG, PARAMS, RETAINED, ROUTES};

/// The only way to XMS for an asset. It must exist: from pool to pool, each once, and end at XMS.
pub fn set_route(
    deps: DepsMut,
    sender: &Addr,
    asset: AssetUnchecked,
    route: Option<Vec<Hop>>,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    let asset = asset.check(deps.api)?;
    let Some(route) = route else {
        ROUTES.remove(deps.storage, &asset.key());
        return Ok(route_set(asset, "none".into()));
    };
    if route.is_empty() || route.len() > MAX_HOPS {
        return Err(InvalidInput::new("route", route.len(), format!("1 to {MAX_HOPS} pools")).into());
    }
    let Config { xms, swap, .. } = CONFIG.load(deps.storage)?;
    Way::observe(deps.as_ref(), &swap, &xms, &asset, &route)?;
    let known = ROUTES.has(deps.storage, &asset.key());
    if !known {
        let others = ROUTES.keys(deps.storage, None, None, Order::Ascending).take(MAX_ROUTES).count();
        ListError::unless_at_most("routes", others.saturating_add(1), MAX_ROUTES)?;
    }
    ROUTES.save(deps.storage, &asset.key(), &route)?;
    let pools: Vec<String> = route.iter().map(|hop| hop.pool.to_string()).collect();
    Ok(route_set(asset, pools.join(",")))
}

fn route_set(asset: Asset, pools: String) -> Response {
    Response::new().add_attribute("action", "set_route").add_event(events::RouteSet { asset, pools })
}

pub fn update_params(deps: DepsMut, sender: &Addr, params: Params) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    params.check()?;
    PARAMS.save(deps.storage, &params)?;
    Ok(Response::new()
        .add_attribute("action", "update_params")
        .add_event(events::LimitsSet { sender: sender.clone(), what: "update_params".into() }))
}

/// What nobody but the owner could move: assets without a route, and XMS that was retained.
pub fn withdraw(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    asset: AssetUnchecked,
    amount: Uint128,
    recipient: String,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    let asset = asset.check(deps.api)?;
    let recipient = checked_address(deps.api, "recipient", &recipient)?;
    nonzero(amount)?;
    if ROUTES.has(deps.storage, &asset.key()) {
        return Err(ContractError::HasRoute { asset: asset.to_string() });
    }
    let is_xms = asset == Asset::Cw20(CONFIG.load(deps.storage)?.xms);
    let there = if is_xms {
        RETAINED.load(deps.storage)?
    } else {
        tokens::balance(deps.querier, &env.contract.address, &asset)?
    };
    let left = there.checked_sub(amount).map_err(|_| ContractError::Short { amount, there })?;
    if is_xms {
        RETAINED.save(deps.storage, &left)?;
    }
    Ok(Response::new()
        .add_attribute("action", "withdraw")
        .add_message(tokens::pay(&asset, &recipient, amount)?)
        .add_event(events::FeesWithdrawn { recipient, asset, amount }))
}
