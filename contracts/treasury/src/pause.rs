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
    Ok(mars_control::pause(deps.storage, env, sender, &switch.to_string(), rule)?)
}

/// Only what exists has a switch.
pub fn checked(deps: Deps, switch: SwitchUnchecked) -> Result<Switch, ContractError> {
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
