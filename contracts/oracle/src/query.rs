use cosmwasm_std::{Deps, Env, Order};
use cw_storage_plus::Bound;
use mars_types::oracle::{
    ActionKind, ConfigResponse, FeedEntry, FeedsResponse, InspectResponse, MarketResponse, PriceResponse,
    PricesResponse, SourceEntry, SourcesResponse, Verdict, MAX_ASSETS, MAX_CHAIN,
};
use mars_types::{Asset, AssetUnchecked, ListError};

use crate::error::ContractError;
use crate::state::{FEEDS, SOURCES, USDM};
use crate::{pools, price};

const DEFAULT_LIMIT: u32 = 10;
const MAX_LIMIT: u32 = 40;

pub fn config(deps: Deps) -> Result<ConfigResponse, ContractError> {
    Ok(ConfigResponse { usdm: USDM.load(deps.storage)?, guardian: mars_control::guardian(deps.storage)? })
}

pub fn price(deps: Deps, env: &Env, asset: AssetUnchecked) -> Result<PriceResponse, ContractError> {
    let asset = asset.check(deps.api)?;
    let (price, refusal) = either(price::price(deps, env, &asset));
    Ok(PriceResponse { asset, price, refusal })
}

pub fn prices(
    deps: Deps,
    env: &Env,
    assets: Vec<AssetUnchecked>,
    xms: Option<AssetUnchecked>,
) -> Result<PricesResponse, ContractError> {
    ListError::unless_at_most("assets", assets.len(), MAX_ASSETS)?;
    let prices = assets.into_iter().map(|asset| price(deps, env, asset)).collect::<Result<_, _>>()?;
    let (market, peg) = match xms {
        Some(asset) => (Some(market(deps, env, asset)?), pools::peg(deps, env, MAX_CHAIN)?),
        None => (None, None),
    };
    Ok(PricesResponse { prices, market, peg })
}

pub fn inspect(deps: Deps, env: &Env, asset: AssetUnchecked) -> Result<InspectResponse, ContractError> {
    let asset = asset.check(deps.api)?;
    let assessment = price::assess(deps, env, &asset, MAX_CHAIN)?;
    let verdict = |action: ActionKind| {
        let failure = assessment.failures.iter().find(|failure| failure.stops(action));
        let missing = || assessment.failures.first().filter(|_| assessment.price.is_none());
        Verdict { action, refusal: failure.or_else(missing).map(Into::into) }
    };
    let verdicts = ActionKind::ALL.map(verdict).into();
    Ok(InspectResponse { price: assessment.price, path: assessment.path, verdicts, asset })
}

pub fn market(deps: Deps, env: &Env, asset: AssetUnchecked) -> Result<MarketResponse, ContractError> {
    let asset = asset.check(deps.api)?;
    let (market, refusal) = either(price::market(deps, env, &asset));
    Ok(MarketResponse { asset, market, refusal })
}

pub fn sources(
    deps: Deps,
    start_after: Option<AssetUnchecked>,
    limit: Option<u32>,
) -> Result<SourcesResponse, ContractError> {
    let start_after = start_after.map(|asset| asset.check(deps.api)).transpose()?.map(|asset| asset.key());
    let start = start_after.as_deref().map(Bound::exclusive);
    let limit = usize::try_from(limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT)).unwrap_or(MAX_ASSETS);
    let sources = SOURCES
        .range(deps.storage, start, None, Order::Ascending)
        .take(limit)
        .map(|entry| {
            let (key, source) = entry?;
            Ok(SourceEntry {
                asset: Asset::from_key(&key)?,
                source,
                switch: mars_control::switch(deps.storage, &key)?,
            })
        })
        .collect::<Result<_, ContractError>>()?;
    Ok(SourcesResponse { sources })
}

pub fn feeds(deps: Deps, now: u64, asset: AssetUnchecked) -> Result<FeedsResponse, ContractError> {
    let asset = asset.check(deps.api)?;
    let key = asset.key();
    let Some(source) = SOURCES.may_load(deps.storage, &key)? else {
        return Err(ContractError::NotListed { asset });
    };
    let Some((feeders, rules)) = source.feeders() else {
        return Ok(FeedsResponse { feeds: vec![], last_median: None });
    };
    let feed = FEEDS.may_load(deps.storage, &key)?.unwrap_or_default();
    let last_median = feed.median;
    let feed = feed.judged(rules, now)?;
    let feeds = feeders
        .iter()
        .zip(&feed.quotes)
        .filter_map(|(feeder, quote)| quote.as_ref().map(|quote| (feeder, quote)))
        .map(|(feeder, quote)| {
            Ok(FeedEntry {
                feeder: feeder.clone(),
                price: quote.price,
                time: quote.time,
                fresh: feed.counts(quote, rules, now)?,
            })
        })
        .collect::<Result<_, ContractError>>()?;
    Ok(FeedsResponse { feeds, last_median })
}

/// An answer, or the refusal in its place.
fn either<T>(result: Result<T, ContractError>) -> (Option<T>, Option<mars_types::Refusal>) {
    match result {
        Ok(answer) => (Some(answer), None),
        Err(error) => (None, Some(error.into())),
    }
}
