//! What the treasury says of itself when a proposal is queued or executed.

use cosmwasm_std::{Addr, CosmosMsg, Deps, Uint128};
use mars_control::{refuse_low_control, ControlError};
use mars_types::governance::Role;
use mars_types::treasury::QueryMsg;
use mars_types::Bps;
use serde::de::IgnoredAny;
use serde::Deserialize;

use crate::error::ContractError;
use crate::weight::Registry;

/// Only what is read here, so that a treasury may learn to say more.
#[derive(Deserialize)]
struct Solvency {
    external_high: Uint128,
    /// Assets that count 0 because they have no price.
    unpriced: Vec<IgnoredAny>,
    control_ratio: Option<Uint128>,
}

#[derive(Deserialize)]
struct Config {
    params: Params,
}

#[derive(Deserialize)]
struct Params {
    support_ratio: Bps,
}

/// A treasury that does not answer has an unknown ratio.
fn refuse_low(deps: Deps, treasury: Option<&Addr>) -> Result<(), ControlError> {
    let unknown = ControlError::ControlRatio { ratio: None };
    let Some(treasury) = treasury else {
        return Err(unknown);
    };
    let Ok(solvency) = deps.querier.query_wasm_smart::<Solvency>(treasury, &QueryMsg::Solvency {}) else {
        return Err(unknown);
    };
    refuse_low_control(solvency.external_high, solvency.unpriced.is_empty(), solvency.control_ratio)
}

/// Whether the timelock is doubled: below the control ratio, and where the support ratio is lowered (R29). What cannot
/// be known counts as if it were so.
pub fn doubles(deps: Deps, registry: &Registry, messages: &[CosmosMsg]) -> bool {
    let treasury = registry.address_of(Role::Treasury);
    if refuse_low(deps, treasury).is_err() {
        return true;
    }
    let lowest = messages.iter().filter_map(|message| registry.new_support_ratio(message)).min();
    let (Some(asked), Some(treasury)) = (lowest, treasury) else {
        return false;
    };
    let config: Result<Config, _> = deps.querier.query_wasm_smart(treasury, &QueryMsg::Config {});
    config.map_or(true, |config| asked < config.params.support_ratio)
}

/// Refuses messages that may move external assets while the control ratio is low.
pub fn keep_assets(deps: Deps, registry: &Registry, messages: &[CosmosMsg]) -> Result<(), ContractError> {
    if !messages.iter().any(|message| registry.moves_assets(message)) {
        return Ok(());
    }
    Ok(refuse_low(deps, registry.address_of(Role::Treasury))?)
}
