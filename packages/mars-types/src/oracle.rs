//! Prices as bands, from one source an asset.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Addr, Api, Decimal, Uint128};
use cw_ownable::Action;

use crate::address::checked_address;
use crate::asset::{Asset, AssetUnchecked};
use crate::bps::Bps;
use crate::guardian::{Guardian, GuardianUnchecked};
use crate::pause::PauseSwitch;
use crate::price::{Price, PriceBand, is_price};
use crate::refusal::{InvalidInput, Refusal};

/// Most assets that may have a source.
pub const MAX_ASSETS: usize = 40;
/// Most feeders an asset may have.
pub const MAX_FEEDERS: usize = 15;
/// Most pools that may tell the price of an asset.
pub const MAX_POOLS: usize = 5;
/// Most sources that a guarded one compares.
pub const MAX_GUARDED: usize = 4;
/// Most sources in a row: an asset in a quote asset in its quote asset.
pub const MAX_CHAIN: usize = 3;
/// Fewest fresh reports that make a price, whatever the rules say.
pub const MIN_FRESH: u8 = 3;

#[cw_serde]
pub struct InstantiateMsg {
    pub owner: String,
    pub guardian: Option<GuardianUnchecked>,
    /// The USDM token; it may never have a fixed price.
    pub usdm: String,
}

#[cw_serde]
pub struct MigrateMsg {}

/// Where an asset's price comes from.
#[cw_serde]
pub enum SourceBase<T> {
    /// A price that only the owner changes.
    Fixed { price: Decimal },
    /// The median of several parties who report on their own account.
    Feeders { feeders: Vec<T>, rules: FeederRules },
    /// Averages over pools of the swap contract of which the asset is the base, each in the second asset of the pool, whose
    /// price comes from its own source (R54). The deepest pool tells; one against USDM only where no other may.
    Twap { swap: T, pools: Vec<u32>, rules: PoolRules },
    /// The band over several sources, at most one of them `Feeders`: no price when they are too far apart (R55).
    Guarded {
        sources: Vec<SourceBase<T>>,
        /// Greatest distance of the highest high from the lowest low: 10 to 2,000 bp.
        bound: Bps,
    },
}

pub type Source = SourceBase<Addr>;
pub type SourceUnchecked = SourceBase<String>;

/// When a report counts as fresh and how many make a price.
#[cw_serde]
#[derive(Copy)]
pub struct FeederRules {
    /// Greatest age of a report, seconds: 30 to 600.
    pub max_age: u64,
    /// Greatest distance from the last accepted median: 10 to 1,000 bp.
    pub deviation: Bps,
    /// A median bounds while it is under this many seconds old: 60 to 3,600.
    pub memory: u64,
    /// Fewest fresh reports: 3 up to the number of feeders.
    pub min_fresh: u8,
}

impl Default for FeederRules {
    fn default() -> Self {
        Self { max_age: 120, deviation: Bps(200), memory: 600, min_fresh: MIN_FRESH }
    }
}

/// Which pool may tell a price.
#[cw_serde]
#[derive(Copy)]
pub struct PoolRules {
    /// Least fair quote side, µUSD: 10,000 to 10,000,000 USD.
    pub min_depth: Uint128,
    /// Least age since the first liquidity, seconds: 1,800 to 86,400.
    pub min_age: u64,
}

impl Default for PoolRules {
    fn default() -> Self {
        Self { min_depth: Uint128::new(50_000_000_000), min_age: 1_800 }
    }
}

impl PoolRules {
    fn check(&self, pools: &[u32]) -> Result<(), InvalidInput> {
        InvalidInput::unless_within("pools", pools.len(), 1, MAX_POOLS)?;
        if let Some(twice) =
            pools.iter().enumerate().find(|(at, pool)| pools.iter().take(*at).any(|p| p == *pool))
        {
            return Err(InvalidInput::new("pool", twice.1, "once"));
        }
        let (least, most) = (Uint128::new(10_000_000_000), Uint128::new(10_000_000_000_000));
        InvalidInput::unless_within("min_depth", self.min_depth, least, most)?;
        InvalidInput::unless_within("min_age", self.min_age, 1_800, 86_400)
    }
}

impl Source {
    /// The source itself, or those that a guarded one compares.
    pub fn parts(&self) -> &[Self] {
        match self {
            Self::Guarded { sources, .. } => sources,
            source => std::slice::from_ref(source),
        }
    }

    /// Who reports, where anyone does.
    pub fn feeders(&self) -> Option<(&[Addr], &FeederRules)> {
        self.parts().iter().find_map(|source| match source {
            Self::Feeders { feeders, rules } => Some((feeders.as_slice(), rules)),
            _ => None,
        })
    }

    /// Whether pools tell it, alone or among others.
    pub fn is_pooled(&self) -> bool {
        self.parts().iter().any(|source| matches!(source, Self::Twap { .. }))
    }

    /// Whether the owner alone decides, alone or among others.
    pub fn is_fixed(&self) -> bool {
        self.parts().iter().any(|source| matches!(source, Self::Fixed { .. }))
    }
}

impl SourceUnchecked {
    pub fn check(&self, api: &dyn Api) -> Result<Source, InvalidInput> {
        match self {
            Self::Fixed { price } if is_price(*price) => Ok(Source::Fixed { price: *price }),
            Self::Fixed { price } => Err(InvalidInput::new("fixed price", price, "at least 10^-12")),
            Self::Feeders { feeders, rules } => {
                rules.check(feeders.len())?;
                let mut checked: Vec<Addr> = Vec::with_capacity(feeders.len());
                for feeder in feeders {
                    let addr = checked_address(api, "feeder", feeder)?;
                    if checked.contains(&addr) {
                        return Err(InvalidInput::new("feeder", feeder, "once"));
                    }
                    checked.push(addr);
                }
                Ok(Source::Feeders { feeders: checked, rules: *rules })
            }
            Self::Twap { swap, pools, rules } => {
                rules.check(pools)?;
                let swap = checked_address(api, "swap", swap)?;
                Ok(Source::Twap { swap, pools: pools.clone(), rules: *rules })
            }
            Self::Guarded { sources, bound } => {
                InvalidInput::unless_within("sources", sources.len(), 2, MAX_GUARDED)?;
                InvalidInput::unless_within("bound", *bound, Bps(10), Bps(2_000))?;
                let mut checked = Vec::with_capacity(sources.len());
                for source in sources {
                    if matches!(source, Self::Guarded { .. }) {
                        return Err(InvalidInput::new("source", "guarded", "one that is not guarded itself"));
                    }
                    let reported = |source: &Source| matches!(source, Source::Feeders { .. });
                    let source = source.check(api)?;
                    if reported(&source) && checked.iter().any(reported) {
                        return Err(InvalidInput::new("feeders", "twice", "once"));
                    }
                    checked.push(source);
                }
                Ok(Source::Guarded { sources: checked, bound: *bound })
            }
        }
    }
}

impl From<Source> for SourceUnchecked {
    fn from(source: Source) -> Self {
        match source {
            Source::Fixed { price } => Self::Fixed { price },
            Source::Feeders { feeders, rules } => {
                Self::Feeders { feeders: feeders.into_iter().map(Addr::into_string).collect(), rules }
            }
            Source::Twap { swap, pools, rules } => Self::Twap { swap: swap.into_string(), pools, rules },
            Source::Guarded { sources, bound } => {
                Self::Guarded { sources: sources.into_iter().map(Into::into).collect(), bound }
            }
        }
    }
}

impl FeederRules {
    fn check(&self, feeders: usize) -> Result<(), InvalidInput> {
        InvalidInput::unless_within("max_age", self.max_age, 30, 600)?;
        InvalidInput::unless_within("deviation", self.deviation, Bps(10), Bps(1_000))?;
        InvalidInput::unless_within("memory", self.memory, 60, 3_600)?;
        InvalidInput::unless_within("feeders", feeders, usize::from(MIN_FRESH), MAX_FEEDERS)?;
        InvalidInput::unless_within("min_fresh", usize::from(self.min_fresh), usize::from(MIN_FRESH), feeders)
    }
}

/// One feeder's word on one price.
#[cw_serde]
pub struct Report {
    pub asset: AssetUnchecked,
    /// US dollars per whole token.
    pub price: Decimal,
    /// When the feeder saw it, seconds: later than its last report, not after the block time.
    pub time: u64,
}

#[cw_serde]
pub enum ExecuteMsg {
    /// Feeders: report prices, at most [`MAX_ASSETS`], each asset once. All or nothing.
    Feed { reports: Vec<Report> },
    /// Owner: gives an asset its source, or a new one. Reports count on where the same feeders report by the same rules as
    /// before, and are forgotten elsewhere.
    SetSource { asset: AssetUnchecked, source: SourceUnchecked },
    /// Owner: the asset has no price any more.
    RemoveSource { asset: AssetUnchecked },
    /// Owner or guardian: the asset has no price while paused.
    Pause { asset: AssetUnchecked },
    /// Owner: makes a guardian's pause last until it is lifted.
    ConfirmPause { asset: AssetUnchecked },
    /// Owner: lifts a pause.
    Unpause { asset: AssetUnchecked },
    /// Owner: replaces the guardian, or has none. The sunset in force can only be moved earlier.
    SetGuardian { guardian: Option<GuardianUnchecked> },
    /// Two-step transfer of ownership. Renouncing is refused: nobody could unpause any more.
    UpdateOwnership(Action),
}

#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// The USDM token and the guardian.
    #[returns(ConfigResponse)]
    Config {},
    /// The owner, and who may accept the ownership.
    #[returns(cw_ownable::Ownership<String>)]
    Ownership {},
    /// The price of one asset, or why there is none. Never an error for a missing price.
    #[returns(PriceResponse)]
    Price { asset: AssetUnchecked },
    /// Many prices in one call, in the order asked, and the market of XMS where one is asked for.
    #[returns(PricesResponse)]
    Prices { assets: Vec<AssetUnchecked>, market: Option<AssetUnchecked> },
    /// Everything about one price: the band and its age whatever is wrong with it, the sources on its way, and for each
    /// action what would be refused.
    #[returns(InspectResponse)]
    Inspect { asset: AssetUnchecked },
    /// What mintage control and redemption need to know about a token.
    #[returns(MarketResponse)]
    Market { asset: AssetUnchecked },
    /// All sources, ordered by asset key. Limit 10 by default, 40 at most.
    #[returns(SourcesResponse)]
    Sources { start_after: Option<AssetUnchecked>, limit: Option<u32> },
    /// The reports behind an asset whose source is `Feeders`.
    #[returns(FeedsResponse)]
    Feeds { asset: AssetUnchecked },
    /// The laws of sources and reports, recomputed.
    #[returns(crate::InvariantsResponse)]
    Invariants {},
}

#[cw_serde]
pub struct ConfigResponse {
    pub usdm: Addr,
    pub guardian: Option<Guardian>,
}

/// Exactly one of `price` and `refusal` is there.
#[cw_serde]
pub struct PriceResponse {
    pub asset: Asset,
    pub price: Option<Price>,
    pub refusal: Option<Refusal>,
}

/// What a price is for. It decides which failure stops it.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum ActionKind {
    /// Value comes in: every failure of the price stops it. Stress does not, for the least of windows and spot counts then.
    Mint,
    /// Value goes out: every failure stops it, and stress too.
    Redeem,
    /// As `Mint`, but sources that disagree do not stop it, for a wide band is to the debtor's good; stress does.
    Liquidate,
    /// To be looked at: only a price that is not there at all.
    Display,
}

impl ActionKind {
    pub const ALL: [Self; 4] = [Self::Mint, Self::Redeem, Self::Liquidate, Self::Display];
}

/// One source on the way of a price.
#[cw_serde]
pub struct Leg {
    pub asset: Asset,
    /// `fixed`, `feeders`, `twap` or `guarded`.
    pub source: String,
    /// The pool that told.
    pub pool: Option<u32>,
    /// In the next leg's asset; in US dollars where there is none.
    pub band: PriceBand,
}

/// Whether an action would get the price.
#[cw_serde]
pub struct Verdict {
    pub action: ActionKind,
    /// None: it would.
    pub refusal: Option<Refusal>,
}

#[cw_serde]
pub struct InspectResponse {
    pub asset: Asset,
    /// None where nothing at all is known.
    pub price: Option<Price>,
    pub path: Vec<Leg>,
    pub verdicts: Vec<Verdict>,
}

#[cw_serde]
pub struct PricesResponse {
    pub prices: Vec<PriceResponse>,
    pub market: Option<MarketResponse>,
    /// Asked for together with the market; none while no pool tells.
    pub peg: Option<Peg>,
}

/// Exactly one of `market` and `refusal` is there.
#[cw_serde]
pub struct MarketResponse {
    pub asset: Asset,
    pub market: Option<Market>,
    pub refusal: Option<Refusal>,
}

/// One consistent set of figures about a token that is priced for mintage control and redemption.
///
/// While the source is `Feeders` (R80): `mint` and the averages are the band's low, `redeem` its high, there is no stress
/// by price and no depth.
#[cw_serde]
#[derive(Copy)]
pub struct Market {
    /// The least of the windows, under stress of spot too: what the token is worth to mintage control.
    pub mint: Decimal,
    /// The highest of spot and the windows: what the token is paid out at.
    pub redeem: Decimal,
    /// Averages of half an hour and of a day, floored.
    pub twap_30m: Decimal,
    pub twap_24h: Decimal,
    /// True while spot is more than 5 % away from the 30-minute average.
    pub stress: bool,
    /// Fair quote side of the token's pools in µUSD; none while no pool is registered.
    pub depth: Option<Uint128>,
}

impl Market {
    /// What a band says where nothing is known of time.
    pub fn of_band(band: PriceBand) -> Self {
        let PriceBand { low, high } = band;
        Self { mint: low, redeem: high, twap_30m: low, twap_24h: low, stress: false, depth: None }
    }
}

/// Whether USDM keeps its peg, by the deepest of its pools against a level-1 asset.
#[cw_serde]
#[derive(Copy)]
pub struct Peg {
    /// Average of half an hour, floored.
    pub twap_30m: Decimal,
    /// Seconds since that pool's first liquidity.
    pub age: u64,
}

#[cw_serde]
pub struct SourceEntry {
    pub asset: Asset,
    pub source: Source,
    pub switch: PauseSwitch,
}

#[cw_serde]
pub struct SourcesResponse {
    pub sources: Vec<SourceEntry>,
}

#[cw_serde]
pub struct FeedEntry {
    pub feeder: Addr,
    pub price: Decimal,
    pub time: u64,
    /// Whether it counts now.
    pub fresh: bool,
}

#[cw_serde]
#[derive(Copy)]
pub struct AcceptedMedian {
    pub price: Decimal,
    /// Block time at which it was accepted.
    pub time: u64,
}

#[cw_serde]
pub struct FeedsResponse {
    pub feeds: Vec<FeedEntry>,
    pub last_median: Option<AcceptedMedian>,
}
