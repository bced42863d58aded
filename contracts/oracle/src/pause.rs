//! One switch an asset, named by its key: while it is paused there is no price.

use cosmwasm_std::{Addr, DepsMut, Env, Response};
use mars_types::pause::GUARDIAN_EXIT_PAUSE;
use mars_types::AssetUnchecked;

use crate::error::ContractError;
use crate::state::SOURCES;

/// The owner pauses until it lifts the pause; the guardian for 72 hours and then not for 7 days, as it may redemption:
/// without a price of XMS nobody can redeem.
pub fn pause(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    asset: AssetUnchecked,
) -> Result<Response, ContractError> {
    let switch = switch(&deps, asset)?;
    let event = mars_control::pause(deps.storage, env, sender, &switch, GUARDIAN_EXIT_PAUSE)?;
    Ok(Response::new().add_attribute("action", "pause").add_event(event))
}

/// The owner makes a pause that holds last until it is lifted.
pub fn confirm(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    asset: AssetUnchecked,
) -> Result<Response, ContractError> {
    let switch = switch(&deps, asset)?;
    let event = mars_control::confirm_pause(deps.storage, env, sender, &switch)?;
    Ok(Response::new().add_attribute("action", "confirm_pause").add_event(event))
}

/// The owner lifts a pause that holds.
pub fn lift(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    asset: AssetUnchecked,
) -> Result<Response, ContractError> {
    let switch = switch(&deps, asset)?;
    let event = mars_control::unpause(deps.storage, env, sender, &switch)?;
    Ok(Response::new().add_attribute("action", "unpause").add_event(event))
}

/// Only what has a source has a switch.
fn switch(deps: &DepsMut, asset: AssetUnchecked) -> Result<String, ContractError> {
    let asset = asset.check(deps.api)?;
    let key = asset.key();
    if !SOURCES.has(deps.storage, &key) {
        return Err(ContractError::NotListed { asset });
    }
    Ok(key)
}
