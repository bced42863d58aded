//! What the owner may set.

use cosmwasm_std::{Addr, DepsMut, Response};
use mars_control::assert_owner;
use mars_types::staking::{Emission, Params};
use mars_types::{checked_address, events};

use crate::error::ContractError;
use crate::state::{COLLECTOR, PARAMS, PLANNED};

/// The emission that begins when somebody funds it. One that runs already is not touched.
pub fn plan_emission(
    deps: DepsMut,
    sender: &Addr,
    emission: Option<Emission>,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    if let Some(emission) = &emission {
        emission.check()?;
    }
    PLANNED.save(deps.storage, &emission)?;
    Ok(done("plan_emission", sender))
}

pub fn set_collector(
    deps: DepsMut,
    sender: &Addr,
    collector: Option<String>,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    let collector = collector.map(|address| checked_address(deps.api, "collector", &address)).transpose()?;
    COLLECTOR.save(deps.storage, &collector)?;
    Ok(done("set_collector", sender))
}

pub fn update_params(deps: DepsMut, sender: &Addr, params: Params) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    params.check()?;
    PARAMS.save(deps.storage, &params)?;
    Ok(done("update_params", sender))
}

fn done(action: &'static str, sender: &Addr) -> Response {
    Response::new()
        .add_attribute("action", action)
        .add_event(events::LimitsSet { sender: sender.clone(), what: action.into() })
}
