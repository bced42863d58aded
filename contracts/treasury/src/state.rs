use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, Decimal, StdResult, Storage, Uint128};
use cw_storage_plus::{Item, Map};
use mars_types::treasury::{CapTerm, Clocks, Level, Params};
use mars_types::{Asset, Epoch, TokenBucket};

/// The contracts that this one works with; they never change.
#[cw_serde]
pub struct Config {
    pub usdm: Addr,
    pub xms: Addr,
    pub oracle: Addr,
}

impl Config {
    pub fn usdm_asset(&self) -> Asset {
        Asset::Cw20(self.usdm.clone())
    }

    pub fn xms_asset(&self) -> Asset {
        Asset::Cw20(self.xms.clone())
    }
}

/// A registered asset. Level and decimals never change.
#[cw_serde]
pub struct Listing {
    pub asset: Asset,
    pub level: Level,
    pub decimals: u8,
    /// Most that may be held, in units of the asset.
    pub cap: Uint128,
    /// Whether it is accepted; what is held counts either way.
    pub listed: bool,
}

/// What the closing of an epoch fixed. Written once an epoch.
#[cw_serde]
pub struct Closing {
    /// The epoch in which the closing was made: its limits hold until the next one.
    pub epoch: Epoch,
    /// Block time of the closing.
    pub closed_at: u64,
    /// What XMS was worth to mintage control; none when it had no price.
    pub xms_price: Option<Decimal>,
    /// uxms.
    pub circulating: Uint128,
    /// XMS depth as the oracle gave it at this closing, µUSD; where XMS had no price or was under stress, that of the closing before.
    pub depth_reported: Option<Uint128>,
    /// The depth that binds: the lower of this closing's and the one before. It stays where XMS had no price, and under stress, when
    /// `raw` counts what was seen all the same.
    pub depth: Option<Uint128>,
    /// Market value of circulating XMS ÷ support ratio, uusdm.
    pub price_term: Option<Uint128>,
    /// min(price term, λ × depth), uusdm.
    pub raw: Option<Uint128>,
    /// uusdm.
    pub ceiling: Uint128,
    /// UTC day of the closing, and the ceiling before its first closing of that day moved it (R25).
    pub day: u64,
    pub day_base: Uint128,
    /// Most user-owned USDM after a mint, uusdm.
    pub cap_user: Uint128,
    pub binding: CapTerm,
    /// User-owned USDM at the closing by what the treasury held in pools, uusdm.
    pub user_owned: Uint128,
    /// USDM of the treasury as the cap counts it, uusdm: the lower of mint ledger and fair value at the closing, and what was
    /// minted or taken back since.
    pub treasury_owned: Uint128,
    /// The clocks of recovery, as this closing left them.
    pub clocks: Clocks,
}

impl Closing {
    /// uusdm that the cap leaves beside `user_owned`.
    pub fn room(&self, user_owned: Uint128) -> Uint128 {
        Uint128::new(mars_math::room(self.cap_user.u128(), user_owned.u128()))
    }
}

/// The treasury's running totals.
#[cw_serde]
#[derive(Copy, Default)]
pub struct Books {
    /// uxms that redemptions may be paid from.
    pub reserve: Uint128,
    /// uusdm minted since the start.
    pub minted: Uint128,
    /// uusdm burned by redemption since the start.
    pub redeemed: Uint128,
    /// Mint fees since the start: uusdm not minted.
    pub fees: Uint128,
    /// uusdm burned for the basket since the start.
    pub claimed: Uint128,
    /// uusdm burned that came back out of pools.
    pub returned: Uint128,
}

/// What every mint, redemption and closing works with, read once a call.
pub struct State {
    pub config: Config,
    pub params: Params,
    pub books: Books,
}

impl State {
    pub fn load(storage: &dyn Storage) -> StdResult<Self> {
        Ok(Self { config: CONFIG.load(storage)?, params: PARAMS.load(storage)?, books: BOOKS.load(storage)? })
    }
}

pub const CONFIG: Item<Config> = Item::new("config");
pub const PARAMS: Item<Params> = Item::new("params");
/// Block time of the last rise of the support ratio.
pub const RATIO_RAISED: Item<u64> = Item::new("ratio_raised");
/// Registered assets in order of registration, at most `MAX_ASSETS`. Cold: amounts are in `HELD`.
pub const REGISTRY: Item<Vec<Listing>> = Item::new("registry");
/// Asset key → units of the asset on the ledger. For XMS: units received by mints, which are part of the reserve.
pub const HELD: Map<&str, Uint128> = Map::new("held");
/// Contracts whose XMS does not circulate, at most `MAX_NON_CIRCULATING`.
pub const NON_CIRCULATING: Item<Vec<Addr>> = Item::new("non_circulating");
pub const BOOKS: Item<Books> = Item::new("books");
/// The epoch of the last reward of a keeper.
pub const REWARDED: Item<Epoch> = Item::new("rewarded");
pub const CLOSING: Item<Closing> = Item::new("closing");
/// USDM that may be minted, refilled over a day.
pub const MINT_LIMIT: Item<TokenBucket> = Item::new("mint_limit");
/// Share of the external assets that may be spent, with 18 decimals, refilled over a day.
pub const SPEND_LIMIT: Item<TokenBucket> = Item::new("spend_limit");
/// USDM that may be redeemed, refilled over an epoch and over a day. Absent until user-owned USDM first gives it a
/// capacity, for a bucket starts full.
pub const EPOCH_BUDGET: Item<TokenBucket> = Item::new("epoch_budget");
pub const DAY_BUDGET: Item<TokenBucket> = Item::new("day_budget");
