use cosmwasm_std::{Deps, Storage, Uint128};
use mars_types::voting::{QueryMsg, VotingPowerResponse};

use crate::error::ContractError;
use crate::state::{PARAMS, SOURCES};

/// What `address` could vote with after block `height`, from all sources.
///
/// A source that does not answer counts 0: it must not keep the others from voting it out.
pub fn at(deps: Deps, address: &str, height: u64) -> Result<u128, ContractError> {
    let mut power = Uint128::zero();
    for source in SOURCES.load(deps.storage)? {
        let question = QueryMsg::VotingPower { address: address.into(), height };
        if let Ok(answer) = deps.querier.query_wasm_smart::<VotingPowerResponse>(source, &question) {
            power = power.checked_add(answer.power)?;
        }
    }
    Ok(power.u128())
}

/// Power that proposing takes, of the supply: ceiled.
pub fn threshold(storage: &dyn Storage, supply: u128) -> Result<u128, ContractError> {
    Ok(mars_math::bps_of_ceil(supply, PARAMS.load(storage)?.threshold.u128())?)
}
