use cosmwasm_std::{Addr, DepsMut, Env, Response};
use mars_types::collector::Switch;
use mars_types::pause::GUARDIAN_PAUSE;

use crate::error::ContractError;

pub fn pause(deps: DepsMut, env: &Env, sender: &Addr, switch: Switch) -> Result<Response, ContractError> {
    let event = mars_control::pause(deps.storage, env, sender, &switch.to_string(), GUARDIAN_PAUSE)?;
    Ok(Response::new().add_attribute("action", "pause").add_event(event))
}

pub fn confirm(deps: DepsMut, env: &Env, sender: &Addr, switch: Switch) -> Result<Response, ContractError> {
    let event = mars_control::confirm_pause(deps.storage, env, sender, &switch.to_string())?;
    Ok(Response::new().add_attribute("action", "confirm_pause").add_event(event))
}

pub fn lift(deps: DepsMut, env: &Env, sender: &Addr, switch: Switch) -> Result<Response, ContractError> {
    let event = mars_control::unpause(deps.storage, env, sender, &switch.to_string())?;
    Ok(Response::new().add_attribute("action", "unpause").add_event(event))
}
