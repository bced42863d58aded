use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, HexBinary, StdResult, Storage, Uint128};
use cw_storage_plus::{Item, Map};
use mars_storage::PackedMap;
use mars_types::swap::{Fee, Params, Ramp};
use mars_types::{Asset, AssetAmount, Bps, ListError};
use serde::{Deserialize, Serialize};

use crate::error::ContractError;

#[cw_serde]
pub struct Config {
    pub fee_collector: Addr,
    pub lp_code_id: u64,
    /// Of the LP code, from which the addresses of LP tokens follow.
    pub lp_checksum: HexBinary,
    pub creation_fee: Option<AssetAmount>,
    pub pauser: Option<Addr>,
}

/// What a pool is; changed by the owner alone.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Terms {
    pub kind: Kind,
    /// The first is the base, whose price in each of the others is observed.
    pub assets: Vec<Asset>,
    pub decimals: Vec<u8>,
    pub fee: Fee,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub enum Kind {
    ConstantProduct,
    Stable {
        ramp: Ramp,
        /// By asset.
        share_limits: Vec<Bps>,
    },
}

/// What every trade reads and writes, once.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Book {
    /// Live. All amounts are in base units, by asset.
    pub reserves: Vec<u128>,
    /// The protocol's fees that are not collected; in no reserve.
    pub owed: Vec<u128>,
    /// Reserves at the end of the last block before the one of `changed`.
    pub before: Vec<u128>,
    /// Block time of the last change of the reserves, seconds.
    pub changed: u64,
    /// One for each asset but the base.
    pub series: Vec<Series>,
    /// Points 15 seconds or more apart.
    pub fast: Ring,
    /// Points 900 seconds or more apart.
    pub slow: Ring,
}

/// The price of the base in one other asset, added up over time.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Default)]
pub struct Series {
    /// Σ price × seconds until `changed`, 18 decimals.
    pub cumulative: u128,
    /// The price that was added last; 0: none yet.
    pub last: u128,
}

/// Where a ring of points stands.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Default)]
pub struct Ring {
    /// Points written since the start.
    pub count: u32,
    /// Time of the last one.
    pub time: u64,
}

/// A point of a ring: the sums of all series at a time.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Record {
    pub time: u64,
    pub cumulative: Vec<u128>,
}

/// The LP side of a pool; written when liquidity comes or goes.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Shares {
    pub token: Addr,
    /// LP units, the locked ones included.
    pub supply: u128,
    /// Supply at the end of the last block before the one of `changed`.
    pub before: u128,
    /// Block time of the last change of the supply, seconds.
    pub changed: u64,
    /// Block time of the first liquidity; 0: none yet.
    pub opened: u64,
}

impl Shares {
    /// The supply after a change now.
    pub fn changed_to(&mut self, supply: u128, now: u64) {
        if now > self.changed {
            self.before = self.supply;
            self.changed = now;
        }
        self.supply = supply;
    }
}

pub const CONFIG: Item<Config> = Item::new("config");
pub const PARAMS: Item<Params> = Item::new("params");
/// Pools that exist; ids are 1 to this.
pub const POOLS: Item<u32> = Item::new("pools");
/// Kind and assets → pool id.
pub const POOL_OF: Map<&str, u32> = Map::new("pool_of");
/// Native denom → decimals.
pub const NATIVES: Map<&str, u8> = Map::new("natives");

// One letter each: the name is part of every key, and paid for with every write. The key is the pool's id.
const TERMS: PackedMap<u32, Terms> = PackedMap::new("t");
const BOOKS: PackedMap<u32, Book> = PackedMap::new("b");
const SHARES: PackedMap<u32, Shares> = PackedMap::new("s");
/// The key is the pool's id, and the place: one byte for the ring, one for the slot.
pub const POINTS: PackedMap<(u32, u16), Record> = PackedMap::new("p");

pub fn terms(storage: &dyn Storage, pool: u32) -> Result<Terms, ContractError> {
    TERMS.may_load(storage, pool)?.ok_or_else(|| ListError::not_found("pool", pool).into())
}

pub fn save_terms(storage: &mut dyn Storage, pool: u32, terms: &Terms) -> StdResult<()> {
    TERMS.save(storage, pool, terms)
}

pub fn shares(storage: &dyn Storage, pool: u32) -> Result<Shares, ContractError> {
    SHARES.may_load(storage, pool)?.ok_or_else(|| ListError::not_found("pool", pool).into())
}

pub fn save_shares(storage: &mut dyn Storage, pool: u32, shares: &Shares) -> StdResult<()> {
    SHARES.save(storage, pool, shares)
}

/// The book of a pool; none before its first liquidity.
pub fn book(storage: &dyn Storage, pool: u32) -> StdResult<Option<Book>> {
    BOOKS.may_load(storage, pool)
}

pub fn save_book(storage: &mut dyn Storage, pool: u32, book: &Book) -> StdResult<()> {
    BOOKS.save(storage, pool, book)
}

/// uint128 amounts of a list.
pub fn uints(amounts: &[u128]) -> Vec<Uint128> {
    amounts.iter().copied().map(Uint128::new).collect()
}
