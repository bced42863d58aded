//! What the treasury says of itself when a proposal is queued or executed.

use cosmwasm_std::{Addr, CosmosMsg, Deps, Uint128};
use mars_types::governance::{Role, CONTROL_RATIO};
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

/// Control ratio in bp. `Err`: it is below its limit, or nobody knows it. A treasury without external assets has nothing
/// to be carried off, and is never below.
fn ratio(deps: Deps, treasury: Option<&Addr>) -> Result<(), Option<Uint128>> {
    let treasury = treasury.ok_or(None)?;
    let solvency: Solvency =
        deps.querier.query_wasm_smart(treasury, &QueryMsg::Solvency {}).map_err(|_| None)?;
    match solvency.control_ratio {
        _ if !solvency.unpriced.is_empty() => Err(None),
        _ if solvency.external_high.is_zero() => Ok(()),
        Some(ratio) if ratio >= CONTROL_RATIO => Ok(()),
        low_or_unknown => Err(low_or_unknown),
    }
}

/// Whether the timelock is doubled: below the control ratio, and where the support ratio is lowered (R29). What cannot
/// be known counts as if it were so.
pub fn doubles(deps: Deps, registry: &Registry, messages: &[CosmosMsg]) -> bool {
    let treasury = registry.address_of(Role::Treasury);
    if ratio(deps, treasury).is_err() {
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
    ratio(deps, registry.address_of(Role::Treasury)).map_err(|ratio| ContractError::ControlRatio { ratio })
}
