use clap::Subcommand;
use mars_client::chain::Chain;
use mars_types::InvariantsResponse;
use mars_types::collector::{ConfigResponse, QueryMsg, RoutesResponse};

use crate::cmd::Outcome;
use crate::cmd::query::treasury::invariants;
use crate::cmd::query::{ask, json_of};
use crate::context::Context;
use crate::show::{Shown, list, utc};

const COLLECTOR: &str = "collector";

#[derive(Debug, Subcommand)]
pub enum Collector {
    /// The way of each asset to XMS, and when it may run again
    Routes,
    /// Contracts, guardian, parameters and what is retained
    Config,
    /// The books recomputed from the state
    Invariants,
}

impl Collector {
    pub async fn run(self, context: &Context, chain: &Chain) -> Outcome {
        match self {
            Self::Routes => {
                let answer: RoutesResponse = ask(context, chain, COLLECTOR, &QueryMsg::Routes {}).await?;
                let rows = answer.routes.iter().map(|entry| {
                    let pools: Vec<String> = entry.route.iter().map(|hop| hop.pool.to_string()).collect();
                    let next = if entry.next_run == 0 { "now".into() } else { utc(entry.next_run) };
                    [context.symbol(&entry.asset), pools.join(" → "), next]
                });
                // They come by address, and that of a token is another on every chain.
                let mut rows: Vec<[String; 3]> = rows.collect();
                rows.sort_unstable();
                Ok(Shown::new(json_of(&answer)?, list(&["asset", "pools", "next run"], rows)))
            }
            Self::Config => {
                let answer: ConfigResponse = ask(context, chain, COLLECTOR, &QueryMsg::Config {}).await?;
                Ok(Shown::fields_of(json_of(&answer)?))
            }
            Self::Invariants => {
                let answer: InvariantsResponse =
                    ask(context, chain, COLLECTOR, &QueryMsg::Invariants {}).await?;
                invariants(&answer)
            }
        }
    }
}
