//! What a day's spends may take: a share of the external assets, so that neither prices nor deposits move the bucket.

use cosmwasm_std::{DepsMut, Env, Storage, Uint128};
use mars_math::PRICE_ONE as WHOLE;
use mars_types::treasury::{Params, SolvencyResponse, DAY};
use mars_types::TokenBucket;

use crate::error::ContractError;
use crate::prices::Prices;
use crate::state::{Listing, CONFIG, SPEND_LIMIT};

/// Begins with a full limit.
pub fn start(storage: &mut dyn Storage, now: u64, params: &Params) -> Result<(), ContractError> {
    Ok(SPEND_LIMIT.save(storage, &TokenBucket::full(capacity(params)?, now))?)
}

/// With the capacity that `params` give. A larger one gives nothing at once, so no vote both raises the limit and uses it.
pub fn resize(storage: &mut dyn Storage, now: u64, params: &Params) -> Result<(), ContractError> {
    let resized = bucket(storage, now)?.resized(capacity(params)?);
    Ok(SPEND_LIMIT.save(storage, &resized)?)
}

/// The limit refilled to now: a share with 18 decimals.
pub fn bucket(storage: &dyn Storage, now: u64) -> Result<TokenBucket, ContractError> {
    Ok(SPEND_LIMIT.load(storage)?.refilled(now, DAY)?)
}

/// What may be spent now of external assets that are worth `external` at low, µUSD, floored.
pub fn left(storage: &dyn Storage, now: u64, external: Uint128) -> Result<Uint128, ContractError> {
    let share = bucket(storage, now)?.level;
    Ok(Uint128::new(mars_math::mul_div_floor(external.u128(), share.u128(), WHOLE)?))
}

fn capacity(params: &Params) -> Result<Uint128, ContractError> {
    Ok(Uint128::new(mars_math::bps_of_floor(WHOLE, params.spend_limit.u128())?))
}

/// Takes what is spent, valued at high and ceiled, out of the limit. `solvency` is from before the spend.
pub fn take(
    deps: DepsMut,
    env: &Env,
    solvency: &SolvencyResponse,
    listing: &Listing,
    amount: Uint128,
) -> Result<(), ContractError> {
    let oracle = CONFIG.load(deps.storage)?.oracle;
    let prices = Prices::query(deps.as_ref(), &oracle, vec![listing.asset.clone()], None);
    let high = prices.of(&listing.asset)?.band.high18();
    let worth = mars_math::value_ceil(amount.u128(), high, listing.decimals)?;
    let left = solvency.spend_left;
    if worth > left.u128() {
        return Err(ContractError::SpendLimit { worth: worth.into(), left });
    }
    let share = mars_math::mul_div_ceil(worth, WHOLE, solvency.external_low.u128())?;
    let mut limit = bucket(deps.storage, env.block.time.seconds())?;
    // What is left was floored, so the share is no greater than the level.
    limit.level = limit.level.saturating_sub(share.into());
    Ok(SPEND_LIMIT.save(deps.storage, &limit)?)
}
