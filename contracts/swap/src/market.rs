//! One pool as a call works with it: read once, changed in memory, written once.

use cosmwasm_std::{Storage, Uint128};
use mars_math::{Curve, MathError, PoolFee};
use mars_types::swap::Ramp;
use mars_types::Asset;

use crate::error::ContractError;
use crate::rings::{self, NewPoints};
use crate::state::{self, Book, Kind, Series, Terms};

pub struct Market {
    pub pool: u32,
    pub terms: Terms,
    pub book: Book,
    now: u64,
    points: NewPoints,
}

impl Market {
    /// A pool with liquidity. From here on its prices until now are accounted for, so what follows may change them.
    pub fn open(storage: &dyn Storage, pool: u32, now: u64) -> Result<Self, ContractError> {
        let terms = state::terms(storage, pool)?;
        let book = state::book(storage, pool)?.ok_or(ContractError::EmptyPool { pool })?;
        let mut market = Self { pool, terms, book, now, points: NewPoints::default() };
        market.account()?;
        Ok(market)
    }

    /// A pool that gets its first liquidity now.
    pub fn first(pool: u32, terms: Terms, amounts: &[u128], now: u64) -> Self {
        let zero = vec![0; amounts.len()];
        let series = vec![Series::default(); amounts.len().saturating_sub(1)];
        let mut book = Book {
            reserves: amounts.to_vec(),
            owed: zero.clone(),
            before: zero,
            changed: now,
            series,
            fast: Default::default(),
            slow: Default::default(),
        };
        let points = rings::push(&mut book, now);
        Self { pool, terms, book, now, points }
    }

    pub fn save(self, storage: &mut dyn Storage) -> Result<(), ContractError> {
        rings::save(storage, self.pool, self.points)?;
        Ok(state::save_book(storage, self.pool, &self.book)?)
    }

    /// Before the first change of a block: adds the price that held since the last one, and keeps the reserves as they are.
    fn account(&mut self) -> Result<(), ContractError> {
        if self.now <= self.book.changed {
            return Ok(());
        }
        self.book.series = series_until(&self.terms, &self.book, self.now)?;
        self.book.before.clone_from(&self.book.reserves);
        self.book.changed = self.now;
        self.points = rings::push(&mut self.book, self.now);
        Ok(())
    }

    pub fn curve(&self) -> mars_math::Pool<'_> {
        curve(&self.terms, self.now)
    }

    pub fn fee(&self) -> PoolFee {
        PoolFee { total_bps: self.terms.fee.total.u128(), protocol_bps: self.terms.fee.protocol.u128() }
    }

    /// Where an asset stands in the pool.
    pub fn place(&self, asset: &Asset) -> Result<usize, ContractError> {
        let place = self.terms.assets.iter().position(|own| own == asset);
        place.ok_or_else(|| ContractError::not_in_pool(self.pool, asset))
    }

    pub fn reserve(&self, place: usize) -> Result<u128, ContractError> {
        Ok(self.book.reserves.get(place).copied().ok_or(MathError::NoAsset { index: place })?)
    }

    /// Puts new reserves and the protocol's part of the fees on the book, if they are within the pool's limits.
    pub fn trade(&mut self, reserves: Vec<u128>, protocol: &[u128]) -> Result<(), ContractError> {
        refuse_shares(&self.terms, self.pool, &self.book.reserves, &reserves)?;
        self.settle(reserves, protocol)
    }

    /// As [`Market::trade`], for what no limit may stop.
    pub fn settle(&mut self, reserves: Vec<u128>, protocol: &[u128]) -> Result<(), ContractError> {
        for (owed, fee) in self.book.owed.iter_mut().zip(protocol) {
            let formula = || format!("{owed} + {fee}");
            *owed = owed.checked_add(*fee).ok_or_else(|| MathError::Overflow { formula: formula() })?;
        }
        self.book.reserves = reserves;
        Ok(())
    }
}

/// The curve of a pool at a time.
pub fn curve(terms: &Terms, now: u64) -> mars_math::Pool<'_> {
    let curve = match &terms.kind {
        Kind::ConstantProduct => Curve::ConstantProduct,
        Kind::Stable { ramp, .. } => Curve::Stable { amplification: amplification(ramp, now) },
    };
    mars_math::Pool { curve, decimals: &terms.decimals }
}

/// Amplification × 100 at a time, on the straight line of the ramp.
pub fn amplification(ramp: &Ramp, now: u64) -> u32 {
    let length = ramp.end.saturating_sub(ramp.start);
    let passed = now.saturating_sub(ramp.start).min(length);
    let way = u64::from(ramp.to.abs_diff(ramp.from));
    // A ramp without length has arrived.
    let moved = way.saturating_mul(passed).checked_div(length).unwrap_or(way);
    let moved = u32::try_from(moved).unwrap_or(u32::MAX);
    if ramp.to > ramp.from {
        ramp.from.saturating_add(moved)
    } else {
        ramp.from.saturating_sub(moved)
    }
}

/// The sums of a pool's prices until `now`, if nothing changed since its book was written.
///
/// A stable pool whose curve gives no price keeps the last one: this must not stand in the way of a withdrawal.
pub fn series_until(terms: &Terms, book: &Book, now: u64) -> Result<Vec<Series>, ContractError> {
    let curve = curve(terms, now);
    let until = |(quote, series): (usize, &Series)| {
        let spot = curve.price18(&book.reserves, 0, quote.saturating_add(1));
        let last = (series.last > 0).then_some(series.last);
        let price = spot.map_or(series.last, |(floor, _)| mars_math::held_to_last(floor, last));
        let point = mars_math::Point { time: book.changed, cumulative: series.cumulative };
        Ok(Series { cumulative: point.later(price, now)?.cumulative, last: price })
    };
    book.series.iter().enumerate().map(until).collect()
}

/// Refuses reserves of a stable pool in which an asset has more than its greatest share, and more than before. Shares are
/// compared in whole basis points, so within one nothing counts as growth. Nothing was there before the first liquidity.
pub fn refuse_shares(terms: &Terms, pool: u32, before: &[u128], after: &[u128]) -> Result<(), ContractError> {
    let Kind::Stable { share_limits, .. } = &terms.kind else {
        return Ok(());
    };
    for (place, (asset, limit)) in terms.assets.iter().zip(share_limits).enumerate() {
        let share_of = |reserves: &[u128]| mars_math::pool_share_bps_ceil(reserves, &terms.decimals, place);
        let share = share_of(after)?;
        if share > limit.u128() && (before.is_empty() || share > share_of(before)?) {
            return Err(ContractError::ShareLimit {
                pool,
                asset: asset.to_string(),
                share: Uint128::new(share),
                limit: *limit,
            });
        }
    }
    Ok(())
}
