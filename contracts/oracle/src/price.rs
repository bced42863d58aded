//! Where the price of an asset comes from, by its source.

use cosmwasm_std::{Deps, Env, Uint128};
use mars_types::oracle::{ActionKind, Market, Source, MAX_CHAIN};
use mars_types::{Asset, Price, PriceBand};

use crate::assessment::Assessment;
use crate::error::ContractError;
use crate::feeders;
use crate::pools::{self, Registered};
use crate::state::{POOLED, SOURCES};

/// The price of `asset` for what comes in or goes out at its band, or why there is none.
pub fn price(deps: Deps, env: &Env, asset: &Asset) -> Result<Price, ContractError> {
    assess(deps, env, asset, MAX_CHAIN)?.price_for(ActionKind::Mint, asset)
}

/// `chain`: how many sources in a row may still follow (R54).
pub fn assess(deps: Deps, env: &Env, asset: &Asset, chain: usize) -> Result<Assessment, ContractError> {
    let key = asset.key();
    let Some(source) = SOURCES.may_load(deps.storage, &key)? else {
        return Ok(Assessment::failed(ContractError::NotListed { asset: asset.clone() }));
    };
    let mut assessment = assess_source(deps, env, asset, &source, chain)?;
    if let Err(paused) = mars_control::refuse_paused(deps.storage, env, &key) {
        assessment.failures.insert(0, paused.into());
    }
    Ok(assessment)
}

fn assess_source(
    deps: Deps,
    env: &Env,
    asset: &Asset,
    source: &Source,
    chain: usize,
) -> Result<Assessment, ContractError> {
    let Some(chain) = chain.checked_sub(1) else {
        return Ok(Assessment::failed(ContractError::ChainTooLong { asset: asset.clone() }));
    };
    match source {
        Source::Fixed { price } => {
            let price = Price { band: PriceBand::exact(*price), median: *price, age: 0 };
            Ok(Assessment::of(price).leg(asset, "fixed"))
        }
        Source::Feeders { rules, .. } => {
            let now = env.block.time.seconds();
            Ok(feeders::assess(deps.storage, now, asset, rules)?.leg(asset, "feeders"))
        }
        Source::Twap { swap, pools, rules } => {
            pools::assess(deps, env, asset, &Registered { swap, pools, rules }, chain)
        }
        Source::Guarded { sources, bound } => {
            let parts = sources.iter().map(|source| {
                // Beside the others, not behind them.
                assess_source(deps, env, asset, source, chain.saturating_add(1))
            });
            let parts = parts.collect::<Result<Vec<_>, _>>()?;
            let mut whole = Assessment::default();
            for part in parts {
                whole.price = match (whole.price, part.price) {
                    (Some(one), Some(other)) => Some(one.joined(&other)),
                    (one, other) => one.or(other),
                };
                whole.failures.extend(part.failures);
                whole.path.extend(part.path);
                whole.market = whole.market.or(part.market);
            }
            if let Some(Price { band, .. }) = whole.price {
                if mars_math::deviates(band.high18(), band.low18(), bound.u128())? {
                    let (low, high, bound) = (band.low, band.high, *bound);
                    whole.failures.push(ContractError::Disagree { asset: asset.clone(), low, high, bound });
                }
            }
            Ok(whole.leg(asset, "guarded"))
        }
    }
}

/// What mintage control and redemption know of `asset`. While no pool prices it, its band is all (R80).
pub fn market(deps: Deps, env: &Env, asset: &Asset) -> Result<Market, ContractError> {
    let assessment = assess(deps, env, asset, MAX_CHAIN)?;
    let pooled = assessment.market;
    let Price { band, .. } = assessment.price_for(ActionKind::Mint, asset)?;
    let market = match pooled {
        Some(market) => {
            Market { mint: market.mint.min(band.low), redeem: market.redeem.max(band.high), ..market }
        }
        None => Market::of_band(band),
    };
    // Depth binds for ever once a pool was registered: without one it is 0.
    let required = POOLED.has(deps.storage, &asset.key());
    let depth = if required { Some(market.depth.unwrap_or(Uint128::zero())) } else { None };
    Ok(Market { depth, ..market })
}
