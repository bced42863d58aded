use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, Uint128};
use cw_storage_plus::{Item, Map};
use mars_types::collector::Params;
use mars_types::swap::Hop;

/// The contracts that this one works with; they never change.
#[cw_serde]
pub struct Config {
    pub xms: Addr,
    pub swap: Addr,
    pub staking: Addr,
}

pub const CONFIG: Item<Config> = Item::new("config");
pub const PARAMS: Item<Params> = Item::new("params");
/// Asset key → its way to XMS, at most `MAX_ROUTES`.
pub const ROUTES: Map<&str, Vec<Hop>> = Map::new("routes");
/// Asset key → block time of its last run. Of XMS: of the last distribution.
pub const LAST_RUN: Map<&str, u64> = Map::new("last_run");
/// uxms that distributions left here for the owner.
pub const RETAINED: Item<Uint128> = Item::new("retained");
