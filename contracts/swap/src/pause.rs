use cosmwasm_std::{Addr, Deps, DepsMut, Env, Response};
use mars_control::Stopper;
use mars_types::pause::GUARDIAN_PAUSE;
use mars_types::swap::Switch;

use crate::error::ContractError;
use crate::state::{self, CONFIG};

/// The pauser pauses as a guardian does, but has no sunset (R68).
pub fn pause(deps: DepsMut, env: &Env, sender: &Addr, switch: Switch) -> Result<Response, ContractError> {
    let name = name(deps.as_ref(), switch)?;
    let is_pauser = CONFIG.load(deps.storage)?.pauser.is_some_and(|pauser| pauser == sender);
    let capacity =
        if is_pauser { Stopper::Guardian } else { mars_control::stopper(deps.storage, env, sender)? };
    Ok(mars_control::pause_as(deps.storage, env, sender, capacity, &name, GUARDIAN_PAUSE)?)
}

/// Only pools that exist have switches.
pub fn name(deps: Deps, switch: Switch) -> Result<String, ContractError> {
    let (Switch::Swap(pool) | Switch::Provide(pool)) = switch;
    state::terms(deps.storage, pool)?;
    Ok(switch.to_string())
}
