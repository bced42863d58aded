//! One switch an asset, named by its key: while it is paused there is no price.

use cosmwasm_std::{Addr, Deps, DepsMut, Env, Response};
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
    let name = name(deps.as_ref(), asset)?;
    Ok(mars_control::pause(deps.storage, env, sender, &name, GUARDIAN_EXIT_PAUSE)?)
}

/// Only what has a source has a switch.
pub fn name(deps: Deps, asset: AssetUnchecked) -> Result<String, ContractError> {
    let asset = asset.check(deps.api)?;
    let key = asset.key();
    if !SOURCES.has(deps.storage, &key) {
        return Err(ContractError::NotListed { asset });
    }
    Ok(key)
}
