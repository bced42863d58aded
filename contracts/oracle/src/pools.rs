//! Prices out of pools of the swap contract. Every figure is as of the end of the last earlier block, so nothing that
//! happens in this block moves it (R53).

use cosmwasm_std::{Addr, Decimal, Deps, Env, StdError, Uint128};
use mars_control::ControlError;
use mars_types::oracle::{ActionKind, Leg, Market, Peg, PoolRules, Source};
use mars_types::price::is_price;
use mars_types::swap::{BasePrice, ObserveResponse, PoolObservation, QueryMsg, Switch};
use mars_types::{Asset, Price, PriceBand};

use crate::assessment::Assessment;
use crate::error::ContractError;
use crate::price;
use crate::state::{SOURCES, USDM};

/// Windows of every observation, seconds.
const WINDOWS: [u64; 3] = [180, 1_800, 86_400];
/// A price through USDM counts USDM at its average, no lower than this and no higher than a dollar.
const USDM_FLOOR: Decimal = Decimal::percent(95);

/// The pools of a source.
pub struct Registered<'a> {
    pub swap: &'a Addr,
    pub pools: &'a [u32],
    pub rules: &'a PoolRules,
}

impl<'a> Registered<'a> {
    pub fn of(source: &'a Source) -> Option<Self> {
        match source {
            Source::Twap { swap, pools, rules } => Some(Self { swap, pools, rules }),
            _ => None,
        }
    }

    fn observe(&self, deps: Deps) -> Result<ObserveResponse, ContractError> {
        let question = QueryMsg::Observe { pools: self.pools.to_vec(), windows: WINDOWS.to_vec() };
        let failed = |error: StdError| ContractError::SwapSilent { reason: error.to_string() };
        deps.querier.query_wasm_smart(self.swap, &question).map_err(failed)
    }
}

/// One pool, and how good it is.
struct Told {
    pool: u32,
    quote: Asset,
    through_usdm: bool,
    spot: PriceBand,
    twaps: [PriceBand; 3],
    /// Band of the quote asset.
    unit: PriceBand,
    age_of_unit: u64,
    path: Vec<Leg>,
    failures: Vec<ContractError>,
    age: u64,
    /// Fair quote side, µUSD at low.
    depth: u128,
}

/// The average price of the pool that may tell, and the market around it.
pub fn assess(
    deps: Deps,
    env: &Env,
    asset: &Asset,
    registered: &Registered,
    chain: usize,
) -> Result<Assessment, ContractError> {
    let rules = registered.rules;
    let observed = match registered.observe(deps) {
        Ok(observed) => observed,
        Err(failure) => return Ok(Assessment::failed(failure)),
    };
    // Depth is what stands against other assets than USDM that have a price.
    let mut depth = 0u128;
    let mut best: Option<Told> = None;
    for observation in &observed.pools {
        let Some(told) = told(deps, env, asset, observation, chain)? else {
            continue;
        };
        let priced = told.failures.iter().all(|failure| !failure.stops(ActionKind::Mint));
        if !told.through_usdm && priced {
            depth = depth.saturating_add(told.depth);
        }
        if best.as_ref().is_none_or(|best| told.rank(rules) > best.rank(rules)) {
            best = Some(told);
        }
    }
    match best {
        Some(told) => told.assessment(asset, rules, depth),
        None => {
            let failure = ContractError::PoolShallow { asset: asset.clone(), depth, least: rules.min_depth };
            Ok(Assessment::failed(failure))
        }
    }
}

/// Whether USDM keeps its peg, by the deepest of its pools that may tell.
pub fn peg(deps: Deps, env: &Env, chain: usize) -> Result<Option<Peg>, ContractError> {
    let usdm = Asset::Cw20(USDM.load(deps.storage)?);
    let Some(source) = SOURCES.may_load(deps.storage, &usdm.key())? else {
        return Ok(None);
    };
    let Some(registered) = source.parts().iter().find_map(Registered::of) else {
        return Ok(None);
    };
    let rules = registered.rules;
    let Ok(observed) = registered.observe(deps) else {
        return Ok(None);
    };
    let mut best: Option<Told> = None;
    // Where nobody can trade, a peg that was broken for a moment would stay broken.
    for observation in observed.pools.iter().filter(|observation| !observation.paused) {
        if let Some(told) = told(deps, env, &usdm, observation, chain)? {
            let deeper = best.as_ref().is_none_or(|best| told.depth > best.depth);
            if told.unfit(rules).is_none() && deeper {
                best = Some(told);
            }
        }
    }
    Ok(best.map(|told| {
        let [_, half_hour, _] = told.twaps;
        Peg { twap_30m: half_hour.low, age: told.age }
    }))
}

/// None for a pool that has no price yet or of which the asset is not the base.
fn told(
    deps: Deps,
    env: &Env,
    asset: &Asset,
    observation: &PoolObservation,
    chain: usize,
) -> Result<Option<Told>, ContractError> {
    let (Some(base), Some(price)) = (observation.assets.first(), observation.prices.first()) else {
        return Ok(None);
    };
    let BasePrice { quote, spot, twaps } = price;
    let Ok(twaps) = <[PriceBand; 3]>::try_from(twaps.as_slice()) else {
        return Ok(None);
    };
    if base.asset != *asset {
        return Ok(None);
    }
    let quoted = price::assess(deps, env, quote, chain)?;
    let Some(unit) = quoted.price else {
        return Ok(None);
    };
    let mut failures = quoted.failures;
    if observation.paused {
        let switch = Switch::Swap(observation.pool).to_string();
        failures.push(ControlError::Paused { switch, until: "its pause ends".into() }.into());
    }
    let mut band = unit.band;
    let through_usdm = *quote == Asset::Cw20(USDM.load(deps.storage)?);
    if through_usdm {
        let half_hour = quoted.market.map(|market| market.twap_30m);
        if half_hour.is_none_or(|twap| twap < USDM_FLOOR) {
            failures.push(ContractError::OffPeg { twap: half_hour, least: USDM_FLOOR });
        }
        let clamped = |price: Decimal| price.clamp(USDM_FLOOR, Decimal::one());
        band = PriceBand { low: clamped(band.low), high: clamped(band.high) };
    }
    let [_, half_hour, _] = twaps;
    let sides = PriceBand { low: half_hour.low.min(spot.low), high: half_hour.high.max(spot.high) };
    let quote_decimals = observation.assets.get(1).map_or(0, |quote| quote.decimals);
    let side = observation.side_floor(1, sides)?;
    let depth = mars_math::value_floor(side, band.low.atomics().u128(), quote_decimals)?;
    Ok(Some(Told {
        pool: observation.pool,
        quote: quote.clone(),
        through_usdm,
        spot: *spot,
        twaps,
        unit: band,
        age_of_unit: unit.age,
        path: quoted.path,
        failures,
        age: observation.age,
        depth,
    }))
}

impl Told {
    /// Which of several pools tells: one against USDM only while no other has the depth; then the deepest.
    fn rank(&self, rules: &PoolRules) -> (u8, u128) {
        let deep = self.depth >= rules.min_depth.u128();
        let class = match (self.through_usdm, self.unfit(rules).is_none()) {
            (false, true) => 4,
            (false, false) if deep => 3,
            (true, true) => 2,
            (false, false) => 1,
            (true, false) => 0,
        };
        (class, self.depth)
    }

    /// Why this pool may not tell a price.
    fn unfit(&self, rules: &PoolRules) -> Option<ContractError> {
        let asset = self.quote.clone();
        if self.depth < rules.min_depth.u128() {
            return Some(ContractError::PoolShallow { asset, depth: self.depth, least: rules.min_depth });
        }
        let (pool, age) = (self.pool, self.age);
        (age < rules.min_age).then_some(ContractError::PoolYoung { pool, age, least: rules.min_age })
    }

    /// Bands multiply (R54): floored at low, ceiled at high.
    fn assessment(self, asset: &Asset, rules: &PoolRules, depth: u128) -> Result<Assessment, ContractError> {
        let low = |price: Decimal| times(price, self.unit.low, mars_math::mul_div_floor);
        let high = |price: Decimal| times(price, self.unit.high, mars_math::mul_div_ceil);
        let [short, half_hour, day] = self.twaps;
        let redeem = mars_math::redemption_price(
            self.spot.high.atomics().u128(),
            short.high.atomics().u128(),
            half_hour.high.atomics().u128(),
            day.high.atomics().u128(),
        )?;
        let (spot, average) = (self.spot.low.atomics().u128(), half_hour.low.atomics().u128());
        let stress = average == 0 || mars_math::stress(spot, average)?;
        let windows = short.low.min(half_hour.low).min(day.low);
        // An average that spot contradicts may be that of a price that stood there for a block.
        let least = if stress { windows.min(self.spot.low) } else { windows };
        let market = Market {
            mint: low(least)?,
            redeem: high(Decimal::new(Uint128::new(redeem)))?,
            twap_30m: low(half_hour.low)?,
            twap_24h: low(day.low)?,
            stress,
            depth: Some(Uint128::new(depth)),
        };
        let band = PriceBand { low: market.mint, high: market.redeem };
        let mut failures: Vec<ContractError> = self.unfit(rules).into_iter().collect();
        if !is_price(band.low) {
            failures.push(ContractError::InvalidPrice { price: band.low });
        }
        if stress {
            failures.push(ContractError::Stress { asset: asset.clone() });
        }
        failures.extend(self.failures);
        let quoted = PriceBand { low: least, high: Decimal::new(Uint128::new(redeem)) };
        let leg = Leg { asset: asset.clone(), source: "twap".into(), pool: Some(self.pool), band: quoted };
        Ok(Assessment {
            price: Some(Price { band, median: market.twap_30m, age: self.age_of_unit }),
            failures,
            path: std::iter::once(leg).chain(self.path).collect(),
            market: Some(market),
        })
    }
}

fn times(
    price: Decimal,
    unit: Decimal,
    rounded: fn(u128, u128, u128) -> Result<u128, mars_math::MathError>,
) -> Result<Decimal, ContractError> {
    let (price, unit) = (price.atomics().u128(), unit.atomics().u128());
    Ok(Decimal::new(Uint128::new(rounded(price, unit, mars_math::PRICE_ONE)?)))
}
