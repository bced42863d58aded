//! Feeders report.

use std::collections::BTreeSet;

use cosmwasm_std::{Addr, DepsMut, Env, Response, Storage};
use mars_types::oracle::{AcceptedMedian, Report, MAX_ASSETS};
use mars_types::price::is_price;
use mars_types::{events, Asset, InvalidInput, ListError};

use crate::error::ContractError;
use crate::feeders::agreed;
use crate::state::{Quote, FEEDS, SOURCES};

/// Records the reports, all or none. A paused asset is recorded too, so that it has a price once the pause ends.
pub fn feed(
    deps: DepsMut,
    env: &Env,
    feeder: &Addr,
    reports: Vec<Report>,
) -> Result<Response, ContractError> {
    if reports.is_empty() {
        return Err(InvalidInput::new("reports", 0, "at least 1").into());
    }
    ListError::unless_at_most("reports", reports.len(), MAX_ASSETS)?;
    let mut seen = BTreeSet::new();
    let mut response = Response::new().add_attribute("action", "feed");
    for report in reports {
        let asset = report.asset.check(deps.api)?;
        if !seen.insert(asset.clone()) {
            return Err(ListError::duplicate("the asset", asset).into());
        }
        let quote = Quote { price: report.price, time: report.time };
        response = response.add_event(record(deps.storage, env.block.time.seconds(), feeder, asset, quote)?);
    }
    Ok(response)
}

fn record(
    storage: &mut dyn Storage,
    now: u64,
    feeder: &Addr,
    asset: Asset,
    quote: Quote,
) -> Result<events::Feed, ContractError> {
    let key = asset.key();
    let Some(source) = SOURCES.may_load(storage, &key)? else {
        return Err(ContractError::NotListed { asset });
    };
    let stranger = || ContractError::NotFeeder { sender: feeder.clone(), asset: asset.clone() };
    let (feeders, rules) = source.feeders().ok_or_else(stranger)?;
    let position = feeders.iter().position(|known| known == feeder).ok_or_else(stranger)?;
    if !is_price(quote.price) {
        return Err(ContractError::InvalidPrice { price: quote.price });
    }
    let mut feed = FEEDS.may_load(storage, &key)?.unwrap_or_default();
    feed.quotes.resize(feeders.len(), None);
    let slot = feed.quotes.get_mut(position).ok_or_else(stranger)?;
    let earliest = slot.map_or(0, |last| last.time.saturating_add(1));
    if quote.time < earliest || quote.time > now {
        return Err(ContractError::ReportTime { time: quote.time, earliest, latest: now });
    }
    *slot = Some(quote);
    // Judged by the median before: a median never vouches for itself.
    let median = agreed(&feed.fresh(rules, now)?, rules);
    if let Some(price) = median {
        feed.median = Some(AcceptedMedian { price, time: now });
    }
    FEEDS.save(storage, &key, &feed)?;
    Ok(events::Feed {
        feeder: feeder.clone(),
        asset,
        price: quote.price,
        time: quote.time,
        median: median.map_or_else(|| "none".into(), |median| median.to_string()),
    })
}
