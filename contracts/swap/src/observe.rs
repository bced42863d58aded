use cosmwasm_std::{Decimal, Deps, Env, Uint128, Uint256};
use mars_math::{Average, Point};
use mars_types::swap::{
    BasePrice, ObserveResponse, PoolAsset, PoolInvariant, PoolObservation, MAX_POOLS_A_CALL, MAX_WINDOW,
    MAX_WINDOWS,
};
use mars_types::{InvalidInput, PriceBand};

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
    for (what, count, most) in
        [("pools", pools.len(), MAX_POOLS_A_CALL), ("windows", windows.len(), MAX_WINDOWS)]
    {
        if count > most {
            return Err(ContractError::TooMany { what, count, most });
        }
    }
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
    let zero = vec![0; terms.assets.len()];
    // What this block did first is told from what an earlier one did last by the time of the change.
    let (book, reserves, changed) = match state::book(deps.storage, pool)? {
        None => (None, zero, None),
        Some(book) if book.changed < now => {
            let (reserves, changed) = (book.reserves.clone(), book.changed);
            (Some(book), reserves, Some(changed))
        }
        Some(book) => {
            let (before, changed) = (book.before.clone(), earlier_change(&book, now));
            (Some(book), before, changed)
        }
    };
    let lp_supply = if shares.changed < now { shares.supply } else { shares.before };
    let existed = reserves.iter().all(|reserve| *reserve > 0);
    let prices = match book.filter(|_| existed) {
        Some(book) => prices(deps, now, pool, &terms, &book, &reserves, shares.opened, windows)?,
        None => vec![],
    };
    Ok(PoolObservation {
        pool,
        invariant: invariant(&terms, &reserves, now, existed)?,
        reserves: uints(&reserves),
        lp_supply: Uint128::new(lp_supply),
        age: if existed { now.saturating_sub(shares.opened) } else { 0 },
        changed: if existed { changed } else { None },
        prices,
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

/// Prices at the end of the last earlier block, and averages until now.
#[allow(clippy::too_many_arguments, reason = "one consistent set")]
fn prices(
    deps: Deps,
    now: u64,
    pool: u32,
    terms: &Terms,
    book: &Book,
    reserves: &[u128],
    opened: u64,
    windows: &[u64],
) -> Result<Vec<BasePrice>, ContractError> {
    let curve = curve(terms, now);
    let end = series_until(terms, book, now)?;
    let mut prices = Vec::with_capacity(end.len());
    for (series, (quote, (stored, until))) in
        terms.assets.iter().skip(1).zip(book.series.iter().zip(&end)).enumerate()
    {
        let latest = Point { time: book.changed, cumulative: stored.cumulative };
        let (floor, ceil) = curve.price18(reserves, 0, series.saturating_add(1))?;
        let twap = |window: &u64| {
            let start = now.saturating_sub(*window).max(opened);
            let sum = sum_at(deps, pool, book, series, (latest, until, now), start)?;
            let average = mars_math::average(sum, until.cumulative, now.saturating_sub(start))?;
            Ok::<_, ContractError>(band(average.floor, average.ceil))
        };
        prices.push(BasePrice {
            quote: quote.clone(),
            spot: band(floor, ceil),
            twaps: windows.iter().map(twap).collect::<Result<_, _>>()?,
        });
    }
    Ok(prices)
}

/// The sum of a series at an earlier time: since the last change on the line to now, before it in the rings.
fn sum_at(
    deps: Deps,
    pool: u32,
    book: &Book,
    series: usize,
    (latest, until, now): (Point, &Series, u64),
    time: u64,
) -> Result<Average, ContractError> {
    if time < latest.time {
        return rings::at(deps.storage, pool, book, series, latest, time);
    }
    if time == latest.time {
        return Ok(Average { floor: latest.cumulative, ceil: latest.cumulative });
    }
    let end = Point { time: now, cumulative: until.cumulative };
    Ok(mars_math::point_between(latest, end, time)?)
}

fn band(low: u128, high: u128) -> PriceBand {
    PriceBand { low: Decimal::raw(low), high: Decimal::raw(high) }
}

pub fn assets(terms: &Terms) -> Vec<PoolAsset> {
    let assets = terms.assets.iter().cloned().zip(&terms.decimals);
    assets.map(|(asset, decimals)| PoolAsset { asset, decimals: *decimals }).collect()
}
