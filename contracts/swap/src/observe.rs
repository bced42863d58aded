use cosmwasm_std::{Decimal, Deps, Env, Uint128, Uint256};
use mars_math::{Average, MathError, Point};
use mars_types::swap::{
    BasePrice, ObserveResponse, PoolAsset, PoolInvariant, PoolObservation, Switch, MAX_POOLS_A_CALL,
    MAX_WINDOW, MAX_WINDOWS,
};
use mars_types::{Asset, InvalidInput, ListError, PriceBand};

use crate::error::ContractError;
use crate::market::{curve, series_until};
use crate::rings;
use crate::state::{self, uints, Book, Kind, Series, Terms};

/// Pools as they stood at the end of the last earlier block.
pub fn pools(
    deps: Deps,
    env: &Env,
    pools: &[u32],
    windows: &[u64],
) -> Result<ObserveResponse, ContractError> {
    ListError::unless_at_most("pools", pools.len(), MAX_POOLS_A_CALL)?;
    ListError::unless_at_most("windows", windows.len(), MAX_WINDOWS)?;
    for window in windows {
        InvalidInput::unless_within("window", *window, 1, MAX_WINDOW)?;
    }
    let time = env.block.time.seconds();
    let pools = pools.iter().map(|pool| one(deps, time, *pool, windows)).collect::<Result<_, _>>()?;
    Ok(ObserveResponse { time, pools })
}

fn one(deps: Deps, now: u64, pool: u32, windows: &[u64]) -> Result<PoolObservation, ContractError> {
    let terms = state::terms(deps.storage, pool)?;
    let shares = state::shares(deps.storage, pool)?;
    let book = state::book(deps.storage, pool)?;
    // What this block did first is told from what an earlier one did last by the time of the change.
    let (reserves, changed) = match &book {
        None => (vec![0; terms.assets.len()], None),
        Some(book) if book.changed < now => (book.reserves.clone(), Some(book.changed)),
        Some(book) => (book.before.clone(), earlier_change(book, now)),
    };
    let existed = reserves.iter().all(|reserve| *reserve > 0);
    let prices = match &book {
        Some(book) if existed => {
            let history = History { deps, now, pool, terms: &terms, book, opened: shares.opened };
            history.prices(&reserves, windows)?
        }
        _ => vec![],
    };
    Ok(PoolObservation {
        pool,
        invariant: invariant(&terms, &reserves, now, existed)?,
        reserves: uints(&reserves),
        lp_supply: Uint128::new(if shares.changed < now { shares.supply } else { shares.before }),
        age: if existed { now.saturating_sub(shares.opened) } else { 0 },
        changed: if existed { changed } else { None },
        prices,
        paused: mars_control::switch(deps.storage, &Switch::Swap(pool).to_string())?.paused(now),
        assets: assets(&terms),
    })
}

/// Only the time of the last change is kept; of the one before it the rings know, to within their distance.
fn earlier_change(book: &Book, now: u64) -> Option<u64> {
    [book.fast.time, book.slow.time].into_iter().filter(|time| *time < now).max()
}

fn invariant(
    terms: &Terms,
    reserves: &[u128],
    now: u64,
    existed: bool,
) -> Result<PoolInvariant, ContractError> {
    Ok(match (&terms.kind, reserves) {
        (Kind::ConstantProduct, [x, y]) => {
            PoolInvariant::ConstantProduct(Uint128::new(*x).full_mul(Uint128::new(*y)))
        }
        (Kind::Stable { .. }, _) if existed => {
            PoolInvariant::Stable(Uint256::from_u128(curve(terms, now).invariant(reserves)?))
        }
        _ => PoolInvariant::Stable(Uint256::zero()),
    })
}

/// The prices of a pool over time.
struct History<'a> {
    deps: Deps<'a>,
    now: u64,
    pool: u32,
    terms: &'a Terms,
    book: &'a Book,
    opened: u64,
}

impl History<'_> {
    /// Prices of the reserves at the end of the last earlier block, and averages until now.
    fn prices(&self, reserves: &[u128], windows: &[u64]) -> Result<Vec<BasePrice>, ContractError> {
        let curve = curve(self.terms, self.now);
        let end = series_until(self.terms, self.book, self.now)?;
        let quotes = self.terms.assets.iter().skip(1).zip(&end).enumerate();
        let price = |(series, (quote, end)): (usize, (&Asset, &Series))| {
            let (floor, ceil) = curve.price18(reserves, 0, series.saturating_add(1))?;
            Ok(BasePrice {
                quote: quote.clone(),
                spot: band(floor, ceil),
                twaps: windows
                    .iter()
                    .map(|window| self.twap(series, end.cumulative, *window))
                    .collect::<Result<_, _>>()?,
            })
        };
        quotes.map(price).collect()
    }

    /// The average of a window that ends now, where the sum of the series is `end`.
    fn twap(&self, series: usize, end: u128, window: u64) -> Result<PriceBand, ContractError> {
        let start = self.now.saturating_sub(window).max(self.opened);
        let average =
            mars_math::average(self.sum_at(series, end, start)?, end, self.now.saturating_sub(start))?;
        Ok(band(average.floor, average.ceil))
    }

    /// The sum of a series at an earlier time: since the last change on the line to now, before it in the rings.
    fn sum_at(&self, series: usize, end: u128, time: u64) -> Result<Average, ContractError> {
        let stored = self.book.series.get(series).ok_or(MathError::NoAsset { index: series })?;
        let latest = Point { time: self.book.changed, cumulative: stored.cumulative };
        if time < latest.time {
            return rings::at(self.deps.storage, self.pool, self.book, series, latest, time);
        }
        if time == latest.time {
            return Ok(Average { floor: latest.cumulative, ceil: latest.cumulative });
        }
        Ok(mars_math::point_between(latest, Point { time: self.now, cumulative: end }, time)?)
    }
}

pub fn band(low: u128, high: u128) -> PriceBand {
    PriceBand { low: Decimal::raw(low), high: Decimal::raw(high) }
}

pub fn assets(terms: &Terms) -> Vec<PoolAsset> {
    let assets = terms.assets.iter().cloned().zip(&terms.decimals);
    assets.map(|(asset, decimals)| PoolAsset { asset, decimals: *decimals }).collect()
}
