use cosmwasm_std::{Addr, Deps, DepsMut, Env, Response};
use mars_types::pause::{GUARDIAN_EXIT_PAUSE, GUARDIAN_PAUSE};
use mars_types::treasury::{Switch, SwitchUnchecked};

use crate::assets;
use crate::error::ContractError;
use crate::state::REGISTRY;

pub fn pause(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    switch: SwitchUnchecked,
) -> Result<Response, ContractError> {
    let switch = checked(deps.as_ref(), switch)?;
    let rule = match switch {
        Switch::Redeem | Switch::Settle => GUARDIAN_EXIT_PAUSE,
        Switch::Mint | Switch::Allocate | Switch::Asset(_) => GUARDIAN_PAUSE,
    };
    let event = mars_control::pause(deps.storage, env, sender, &switch.to_string(), rule)?;
    Ok(Response::new().add_attribute("action", "pause").add_event(event))
}

pub fn confirm(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    switch: SwitchUnchecked,
) -> Result<Response, ContractError> {
    let switch = checked(deps.as_ref(), switch)?.to_string();
    let event = mars_control::confirm_pause(deps.storage, env, sender, &switch)?;
    Ok(Response::new().add_attribute("action", "confirm_pause").add_event(event))
}

pub fn lift(
    deps: DepsMut,
    env: &Env,
    sender: &Addr,
    switch: SwitchUnchecked,
) -> Result<Response, ContractError> {
    let switch = checked(deps.as_ref(), switch)?.to_string();
    let event = mars_control::unpause(deps.storage, env, sender, &switch)?;
    Ok(Response::new().add_attribute("action", "unpause").add_event(event))
}

/// Only what exists has a switch.
fn checked(deps: Deps, switch: SwitchUnchecked) -> Result<Switch, ContractError> {
    Ok(match switch {
        SwitchUnchecked::Mint => Switch::Mint,
        SwitchUnchecked::Redeem => Switch::Redeem,
        SwitchUnchecked::Settle => Switch::Settle,
        SwitchUnchecked::Allocate => Switch::Allocate,
        SwitchUnchecked::Asset(asset) => {
            let asset = asset.check(deps.api)?;
            assets::registered(&mut REGISTRY.load(deps.storage)?, &asset)?;
            Switch::Asset(asset)
        }
    })
}
