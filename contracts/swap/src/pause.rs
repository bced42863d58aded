use cosmwasm_std::{Addr, DepsMut, Env, Response};
use mars_control::Stopper;
use mars_types::pause::GUARDIAN_PAUSE;
use mars_types::swap::Switch;

use crate::error::ContractError;
use crate::state::{self, CONFIG};

/// The pauser pauses as a guardian does, but has no sunset (R68).
pub fn pause(deps: DepsMut, env: &Env, sender: &Addr, switch: Switch) -> Result<Response, ContractError> {
    let name = checked(&deps, switch)?;
    let is_pauser = CONFIG.load(deps.storage)?.pauser.is_some_and(|pauser| pauser == sender);
    let event = if is_pauser {
        mars_control::pause_as(deps.storage, env, sender, Stopper::Guardian, &name, GUARDIAN_PAUSE)?
    } else {
        mars_control::pause(deps.storage, env, sender, &name, GUARDIAN_PAUSE)?
    };
    Ok(Response::new().add_attribute("action", "pause").add_event(event))
}

pub fn confirm(deps: DepsMut, env: &Env, sender: &Addr, switch: Switch) -> Result<Response, ContractError> {
    let name = checked(&deps, switch)?;
    let event = mars_control::confirm_pause(deps.storage, env, sender, &name)?;
    Ok(Response::new().add_attribute("action", "confirm_pause").add_event(event))
}

pub fn lift(deps: DepsMut, env: &Env, sender: &Addr, switch: Switch) -> Result<Response, ContractError> {
    let name = checked(&deps, switch)?;
    let event = mars_control::unpause(deps.storage, env, sender, &name)?;
    Ok(Response::new().add_attribute("action", "unpause").add_event(event))
}

/// Only pools that exist have switches.
fn checked(deps: &DepsMut, switch: Switch) -> Result<String, ContractError> {
    let (Switch::Swap(pool) | Switch::Provide(pool)) = switch;
    state::terms(deps.storage, pool)?;
    Ok(switch.to_string())
}
