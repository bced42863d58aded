//! Whether a pool's price is the oracle's: nobody may move a pool for the treasury to trade with.

use cosmwasm_std::{Decimal, Deps};
use mars_types::swap::{self, ObserveResponse, PoolResponse};
use mars_types::treasury::{Position, ALLOCATE_BPS};
use mars_types::PriceBand;

use crate::error::ContractError;

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
