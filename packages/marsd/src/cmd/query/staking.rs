use clap::Subcommand;
use comfy_table::Table;
use cw_ownable::Ownership;
use mars_client::chain::Chain;
use mars_types::InvariantsResponse;
use mars_types::pause::PausesResponse;
use mars_types::staking::{
    AprResponse, ConfigResponse, PoolResponse, QueryMsg, StakerResponse, StakersResponse, StreamResponse,
    Switch,
};
use mars_types::voting::VotingPowerResponse;

use crate::cmd::Outcome;
use crate::cmd::query::treasury::{invariants, pauses, percent, token};
use crate::cmd::query::{ask, json_of};
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, fields, list, utc};

const STAKING: &str = "staking";

#[derive(Debug, Subcommand)]
pub enum Staking {
    /// What is staked in all, and what streams to it
    Pool,
    /// The yield of the emission alone over a year of 360 days
    Apr,
    /// Stake, rewards, votes and unbonding of one account
    Staker {
        /// Address, or name of a key or contract
        account: String,
    },
    /// Every account that ever staked or was delegated to
    Stakers {
        #[arg(long, value_name = "ADDRESS")]
        start_after: Option<String>,
        #[arg(long, value_name = "N")]
        limit: Option<u32>,
    },
    /// What an account may vote with, as it stood after a block
    Power {
        /// Address, or name of a key or contract
        account: String,
        /// Default: the latest block
        #[arg(long, value_name = "N")]
        after_block: Option<u64>,
    },
    /// Token, collector, guardian, parameters and the planned emission
    Config,
    /// What is stopped
    Pauses,
    /// Owner, and an offer of ownership
    Ownership,
    /// The books recomputed from the state
    Invariants,
}

impl Staking {
    pub async fn run(self, context: &Context, chain: &Chain) -> Outcome {
        match self {
            Self::Pool => {
                let answer: PoolResponse = ask(context, chain, STAKING, &QueryMsg::Pool {}).await?;
                Ok(Shown::new(json_of(&answer)?, pool(context, &answer)?))
            }
            Self::Apr => {
                let answer: AprResponse = ask(context, chain, STAKING, &QueryMsg::Apr {}).await?;
                let rows = [
                    ("APR of the emission", percent(answer.emission_apr_360_days_bps)),
                    ("over a year of", format!("{} days", answer.year_days)),
                    ("staked", token(context, "xms", answer.staked)?),
                ];
                Ok(Shown::new(json_of(&answer)?, fields(rows)))
            }
            Self::Staker { account } => {
                let address = context.address(&account)?;
                let answer: StakerResponse =
                    ask(context, chain, STAKING, &QueryMsg::Staker { address }).await?;
                Ok(Shown::new(json_of(&answer)?, staker(context, &answer)?))
            }
            Self::Stakers { start_after, limit } => {
                let query = QueryMsg::Stakers { start_after, limit };
                let answer: StakersResponse = ask(context, chain, STAKING, &query).await?;
                let row = |one: &StakerResponse| -> Result<_, Failure> {
                    Ok([
                        one.address.to_string(),
                        token(context, "xms", one.stake)?,
                        token(context, "xms", one.power)?,
                        token(context, "xms", one.owed)?,
                    ])
                };
                let rows: Vec<_> = answer.stakers.iter().map(row).collect::<Result<_, _>>()?;
                Ok(Shown::new(json_of(&answer)?, list(&["account", ">stake", ">votes", ">owed"], rows)))
            }
            Self::Power { account, after_block } => {
                let height = match after_block {
                    Some(height) => height,
                    None => chain.status().await?.height,
                };
                let query = QueryMsg::VotingPower { address: context.address(&account)?, height };
                let answer: VotingPowerResponse = ask(context, chain, STAKING, &query).await?;
                Ok(Shown::new(json_of(&answer)?, token(context, "xms", answer.power)?))
            }
            Self::Config => {
                let answer: ConfigResponse = ask(context, chain, STAKING, &QueryMsg::Config {}).await?;
                Ok(Shown::fields_of(json_of(&answer)?))
            }
            Self::Pauses => {
                let answer: PausesResponse<Switch> =
                    ask(context, chain, STAKING, &QueryMsg::Pauses {}).await?;
                pauses(&answer, Switch::to_string)
            }
            Self::Ownership => {
                let answer: Ownership<String> = ask(context, chain, STAKING, &QueryMsg::Ownership {}).await?;
                Ok(Shown::fields_of(json_of(&answer)?))
            }
            Self::Invariants => {
                let answer: InvariantsResponse =
                    ask(context, chain, STAKING, &QueryMsg::Invariants {}).await?;
                invariants(&answer)
            }
        }
    }
}

fn pool(context: &Context, answer: &PoolResponse) -> Result<Table, Failure> {
    let stream = |stream: &StreamResponse| -> Result<String, Failure> {
        if stream.total.is_zero() {
            return Ok("none".into());
        }
        let left = stream.duration.saturating_sub(stream.elapsed);
        Ok(format!(
            "{} left of {}, over {left} s",
            token(context, "xms", stream.left)?,
            token(context, "xms", stream.total)?
        ))
    };
    Ok(fields([
        ("staked", token(context, "xms", answer.staked)?),
        ("unbonding", token(context, "xms", answer.unbonding)?),
        ("rewards not claimed", token(context, "xms", answer.unclaimed)?),
        ("emission", stream(&answer.emission)?),
        ("buy-backs", stream(&answer.buy_back)?),
    ]))
}

/// One account, as staking reckons it.
pub fn staker(context: &Context, answer: &StakerResponse) -> Result<Table, Failure> {
    let mut rows = vec![
        ("account".to_string(), answer.address.to_string()),
        ("stake".into(), token(context, "xms", answer.stake)?),
        ("owed".into(), token(context, "xms", answer.owed)?),
        ("votes".into(), token(context, "xms", answer.power)?),
        ("votes with it".into(), answer.delegate.as_ref().map_or("itself".into(), ToString::to_string)),
    ];
    for part in &answer.unbonding {
        rows.push((format!("unbonds {}", utc(part.release)), token(context, "xms", part.amount)?));
    }
    Ok(fields(rows))
}
