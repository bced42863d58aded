use clap::Subcommand;
use cw_ownable::Ownership;
use mars_client::chain::Chain;
use mars_types::oracle::{
    ConfigResponse, FeedsResponse, InspectResponse, MarketResponse, PriceResponse, PricesResponse, QueryMsg,
    Source, SourcesResponse,
};
use mars_types::{AssetUnchecked, InvariantsResponse};

use crate::cmd::Outcome;
use crate::cmd::query::treasury::invariants;
use crate::cmd::query::{ask, json_of};
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, list, utc};

const ORACLE: &str = "oracle";

#[derive(Debug, Subcommand)]
pub enum Oracle {
    /// The price of an asset, or why it has none
    Price {
        /// Symbol, denom, native:DENOM or cw20:ADDRESS
        asset: String,
    },
    /// A price whatever is wrong with it, the sources on its way, and which action it would serve
    Inspect {
        /// Symbol, denom, native:DENOM or cw20:ADDRESS
        asset: String,
    },
    /// Many prices, by default of every asset that has a source
    Prices {
        /// Symbols, denoms, native:DENOM or cw20:ADDRESS
        assets: Vec<String>,
    },
    /// What mintage control and redemption need to know of a token
    Market {
        /// Symbol, denom, native:DENOM or cw20:ADDRESS
        #[arg(default_value = "XMS")]
        asset: String,
    },
    /// Where each asset's price comes from
    Sources,
    /// The reports behind an asset's price
    Feeds {
        /// Symbol, denom, native:DENOM or cw20:ADDRESS
        asset: String,
    },
    /// Token and guardian
    Config,
    /// Owner, and an offer of ownership
    Ownership,
    /// The oracle's books recomputed from its state
    Invariants,
}

impl Oracle {
    pub async fn run(self, context: &Context, chain: &Chain) -> Outcome {
        match self {
            Self::Price { asset } => {
                let query = QueryMsg::Price { asset: context.asset_id(&asset)? };
                let answer: PriceResponse = ask(context, chain, ORACLE, &query).await?;
                Ok(Shown::new(json_of(&answer)?, price_table(context, &[answer])))
            }
            Self::Inspect { asset } => {
                let query = QueryMsg::Inspect { asset: context.asset_id(&asset)? };
                let answer: InspectResponse = ask(context, chain, ORACLE, &query).await?;
                let mut rows: Vec<[String; 3]> = answer
                    .path
                    .iter()
                    .map(|leg| {
                        let source = leg
                            .pool
                            .map_or(leg.source.clone(), |pool| format!("{} of pool {pool}", leg.source));
                        let band = format!("{} to {}", leg.band.low, leg.band.high);
                        [context.symbol(&leg.asset), source, band]
                    })
                    .collect();
                rows.extend(answer.verdicts.iter().map(|verdict| {
                    let said = verdict.refusal.as_ref().map_or("open".into(), ToString::to_string);
                    ["for".into(), format!("{:?}", verdict.action).to_lowercase(), said]
                }));
                Ok(Shown::new(json_of(&answer)?, list(&["asset", "source", "band"], rows)))
            }
            Self::Prices { assets } => {
                let assets = if assets.is_empty() {
                    sources(context, chain).await?.sources.into_iter().map(|s| s.asset.into()).collect()
                } else {
                    assets
                        .iter()
                        .map(|name| context.asset_id(name))
                        .collect::<Result<Vec<AssetUnchecked>, _>>()?
                };
                let query = QueryMsg::Prices { assets, market: None };
                let answer: PricesResponse = ask(context, chain, ORACLE, &query).await?;
                Ok(Shown::new(json_of(&answer)?, price_table(context, &answer.prices)))
            }
            Self::Market { asset } => {
                let query = QueryMsg::Market { asset: context.asset_id(&asset)? };
                let answer: MarketResponse = ask(context, chain, ORACLE, &query).await?;
                Ok(Shown::fields_of(json_of(&answer)?))
            }
            Self::Sources => {
                let answer = sources(context, chain).await?;
                let rows = answer.sources.iter().map(|entry| {
                    let kind = match &entry.source {
                        Source::Fixed { price } => format!("fixed {price}"),
                        Source::Feeders { feeders, rules } => format!(
                            "{} feeders, {} fresh within {} s, {} from the last median",
                            feeders.len(),
                            rules.min_fresh,
                            rules.max_age,
                            rules.deviation
                        ),
                        Source::Twap { pools, .. } => format!("average of pools {pools:?}"),
                        Source::Guarded { sources, bound } => {
                            format!("{} sources within {bound}", sources.len())
                        }
                    };
                    let pause = entry.switch.pause.map_or("-".to_string(), |pause| match pause.until {
                        Some(until) => format!("paused until {}", utc(until)),
                        None => "paused".into(),
                    });
                    [context.symbol(&entry.asset), kind, pause]
                });
                Ok(Shown::new(json_of(&answer)?, list(&["asset", "source", "pause"], rows)))
            }
            Self::Feeds { asset } => {
                let query = QueryMsg::Feeds { asset: context.asset_id(&asset)? };
                let answer: FeedsResponse = ask(context, chain, ORACLE, &query).await?;
                let rows = answer.feeds.iter().map(|feed| {
                    let fresh = if feed.fresh { "fresh" } else { "stale" };
                    [feed.feeder.to_string(), feed.price.to_string(), utc(feed.time), fresh.into()]
                });
                Ok(Shown::new(json_of(&answer)?, list(&["feeder", ">price", "time", "state"], rows)))
            }
            Self::Config => {
                let answer: ConfigResponse = ask(context, chain, ORACLE, &QueryMsg::Config {}).await?;
                Ok(Shown::fields_of(json_of(&answer)?))
            }
            Self::Ownership => {
                let answer: Ownership<String> = ask(context, chain, ORACLE, &QueryMsg::Ownership {}).await?;
                Ok(Shown::fields_of(json_of(&answer)?))
            }
            Self::Invariants => {
                let answer: InvariantsResponse =
                    ask(context, chain, ORACLE, &QueryMsg::Invariants {}).await?;
                invariants(&answer)
            }
        }
    }
}

async fn sources(context: &Context, chain: &Chain) -> Result<SourcesResponse, Failure> {
    let limit = u32::try_from(mars_types::oracle::MAX_ASSETS).ok();
    ask(context, chain, ORACLE, &QueryMsg::Sources { start_after: None, limit }).await
}

fn price_table(context: &Context, prices: &[PriceResponse]) -> comfy_table::Table {
    let rows = prices.iter().map(|entry| match (&entry.price, &entry.refusal) {
        (Some(price), _) => [
            context.symbol(&entry.asset),
            price.median.to_string(),
            price.band.low.to_string(),
            price.band.high.to_string(),
            format!("{} s", price.age),
        ],
        (None, refusal) => {
            let why = refusal.as_ref().map(ToString::to_string).unwrap_or_default();
            [context.symbol(&entry.asset), "-".into(), "-".into(), "-".into(), why]
        }
    });
    list(&["asset", ">median USD", ">low", ">high", "age"], rows)
}
