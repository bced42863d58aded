//! The laws of the oracle's books, recomputed from its state. Bounded by the number of assets and feeders.

use cosmwasm_std::{Deps, Order, StdResult};
use mars_types::oracle::{SourceUnchecked, MAX_ASSETS};
use mars_types::price::is_price;
use mars_types::{Asset, Invariant, InvariantsResponse};

use crate::error::ContractError;
use crate::state::{FEEDS, SOURCES, USDM};

pub fn invariants(deps: Deps, now: u64) -> Result<InvariantsResponse, ContractError> {
    let sources = SOURCES.range(deps.storage, None, None, Order::Ascending).collect::<StdResult<Vec<_>>>()?;
    let feeds = FEEDS.range(deps.storage, None, None, Order::Ascending).collect::<StdResult<Vec<_>>>()?;

    let usdm = Asset::Cw20(USDM.load(deps.storage)?).key();
    let out_of_bounds = sources.iter().filter(|(key, source)| {
        let forbidden = *key == usdm && source.is_fixed();
        forbidden || SourceUnchecked::from(source.clone()).check(deps.api).is_err()
    });
    let orphans = feeds.iter().filter(|(key, feed)| {
        let source = sources.iter().find(|(listed, _)| listed == key).map(|(_, source)| source);
        let feeders = source.and_then(|source| source.feeders());
        feeders.is_none_or(|(feeders, _)| feeders.len() != feed.quotes.len())
    });
    let quotes = || feeds.iter().flat_map(|(_, feed)| feed.quotes.iter().flatten());
    let medians = || feeds.iter().filter_map(|(_, feed)| feed.median);
    let prices = quotes().map(|quote| quote.price).chain(medians().map(|median| median.price));

    Ok(vec![
        Invariant::at_most("assets", sources.len(), MAX_ASSETS),
        Invariant::equal("sources_out_of_bounds", out_of_bounds.count(), 0),
        Invariant::equal("feeds_without_their_feeders", orphans.count(), 0),
        Invariant::at_most("latest_report", quotes().map(|quote| quote.time).max().unwrap_or(0), now),
        Invariant::at_most("latest_median", medians().map(|median| median.time).max().unwrap_or(0), now),
        Invariant::equal("prices_too_small", prices.filter(|price| !is_price(*price)).count(), 0),
    ]
    .into())
}
