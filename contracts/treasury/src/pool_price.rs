//! Whether a pool's price is the oracle's: nobody may move a pool for the treasury to trade with.

use cosmwasm_std::{Decimal, Deps, Uint128};
use mars_control::accept;
use mars_types::swap::{self, ObserveResponse, PoolResponse, WithdrawReceipt};
use mars_types::treasury::{Position, ALLOCATE_BPS, REMOVE_BPS};
use mars_types::{Asset, ListError, PriceBand};

use crate::error::ContractError;
use crate::positions;
use crate::prices::Prices;
use crate::state::CONFIG;

/// The pool as it stands, if its price is the oracle's: at the end of the last earlier block and now (R47).
pub fn at_oracle(
    deps: Deps,
    position: &Position,
    own_is_base: bool,
    unit: Decimal,
    oracle: Decimal,
) -> Result<PoolResponse, ContractError> {
    let Position { swap, pool, .. } = position;
    let question = swap::QueryMsg::Observe { pools: vec![*pool], windows: vec![] };
    let observed: ObserveResponse = deps.querier.query_wasm_smart(swap, &question)?;
    let live: PoolResponse = deps.querier.query_wasm_smart(swap, &swap::QueryMsg::Pool { pool: *pool })?;
    let before = observed.pools.first().and_then(|pool| pool.prices.first()).map(|price| price.spot);
    let (one, unit18, oracle18) = (mars_math::PRICE_ONE, unit.atomics().u128(), oracle.atomics().u128());
    let off = |price| ContractError::PoolPrice { pool: *pool, price, oracle };
    for spot in [before, live.prices.first().copied()] {
        let PriceBand { low, high } = spot.ok_or_else(|| off(None))?;
        let (low, high) = (low.atomics().u128(), high.atomics().u128());
        // What a whole own token costs in dollars, by the pool. Both ends must fit, so that no rounding widens the bound.
        let ends = match own_is_base {
            true => {
                [mars_math::mul_div_floor(low, unit18, one)?, mars_math::mul_div_ceil(high, unit18, one)?]
            }
            false => {
                [mars_math::mul_div_floor(unit18, one, high)?, mars_math::mul_div_ceil(unit18, one, low)?]
            }
        };
        for price18 in ends {
            if mars_math::deviates(price18, oracle18, ALLOCATE_BPS)? {
                return Err(off(Some(Decimal::raw(price18))));
            }
        }
    }
    Ok(live)
}

/// Both sides at the low of the oracle, USDM at a dollar, XMS at its average.
pub fn fair_enough(
    deps: Deps,
    position: &Position,
    lp: Uint128,
    out: &WithdrawReceipt,
) -> Result<(), ContractError> {
    let config = CONFIG.load(deps.storage)?;
    let question = swap::QueryMsg::Observe { pools: vec![position.pool], windows: vec![1_800] };
    let observed: ObserveResponse = deps.querier.query_wasm_smart(&position.swap, &question)?;
    let pool = observed.pools.first().ok_or_else(|| ListError::not_found("pool", position.pool))?;
    let (usdm, xms) = (Asset::Cw20(config.usdm.clone()), Asset::Cw20(config.xms.clone()));
    let external = position.assets.iter().filter(|asset| **asset != usdm && **asset != xms);
    let prices = Prices::query(deps, &config.oracle, external.cloned().collect(), Some(&config.xms));
    let price18 = |asset: &Asset| -> Result<u128, ContractError> {
        if *asset == usdm {
            Ok(mars_math::PRICE_ONE)
        } else if *asset == xms {
            Ok(prices.market_of(asset)?.twap_30m.atomics().u128())
        } else {
            Ok(prices.of(asset)?.band.low18())
        }
    };
    let (mut worth, mut fair) = (0u128, 0u128);
    let sides = positions::sides(pool)?;
    for (((asset, decimals), amount), side) in
        position.assets.iter().zip(&position.decimals).zip(&out.amounts).zip(sides)
    {
        let price = price18(asset)?;
        let share = mars_math::mul_div_floor(side, lp.u128(), pool.lp_supply.u128().max(1))?;
        worth = worth.saturating_add(mars_math::value_floor(amount.u128(), price, *decimals)?);
        fair = fair.saturating_add(mars_math::value_ceil(share, price, *decimals)?);
    }
    let least = mars_math::bps_of_ceil(fair, REMOVE_BPS)?;
    Ok(accept(Uint128::new(worth), Uint128::new(least))?)
}
