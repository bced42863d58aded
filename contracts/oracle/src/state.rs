use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, Decimal};
use cw_storage_plus::{Item, Map};
use mars_types::oracle::{AcceptedMedian, Source};

/// The USDM token, which may have no fixed price.
pub const USDM: Item<Addr> = Item::new("usdm");
/// Source by [`mars_types::Asset::key`], at most [`mars_types::oracle::MAX_ASSETS`].
pub const SOURCES: Map<&str, Source> = Map::new("source");
/// Keys of assets that a pool was ever registered for: their depth counts from then on.
pub const POOLED: Map<&str, bool> = Map::new("pooled");
/// Reports by the same key, where the source is `Feeders` and somebody reported. Apart from the source because it is
/// written all the time.
pub const FEEDS: Map<&str, Feed> = Map::new("feed");

/// What the feeders of one asset said: one item, so a report is one read and one write.
#[cw_serde]
#[derive(Default)]
pub struct Feed {
    /// The last report of each feeder, in the order of the source's feeders.
    pub quotes: Vec<Option<Quote>>,
    pub median: Option<AcceptedMedian>,
}

/// One report. Short names on disk: every byte is paid for at every report.
#[cw_serde]
#[derive(Copy)]
pub struct Quote {
    /// US dollars per whole token.
    #[serde(rename = "p")]
    pub price: Decimal,
    /// When the feeder saw it, seconds.
    #[serde(rename = "t")]
    pub time: u64,
}
