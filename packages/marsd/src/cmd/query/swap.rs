use clap::Subcommand;
use comfy_table::Table;
use cosmwasm_std::{Decimal, Uint128};
use cw_ownable::Ownership;
use mars_client::amount::decimal_text;
use mars_client::chain::Chain;
use mars_client::deploy::all_pools;
use mars_client::route::{self, Goal};
use mars_types::pause::PausesResponse;
use mars_types::swap::{
    ConfigResponse, ObserveResponse, PoolKind, PoolObservation, PoolResponse, ProvideReceipt, QueryMsg,
    SwapReceipt, Switch, WithdrawReceipt,
};
use mars_types::{AssetUnchecked, InvariantsResponse, Simulation};

use crate::cmd::Outcome;
use crate::cmd::query::treasury::{invariants, pauses};
use crate::cmd::query::{ask, json_of};
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, fields, list, utc};

pub const SWAP: &str = "swap";

/// Windows of the averages that are shown: 3 minutes, half an hour, a day.
const WINDOWS: [u64; 3] = [180, 1_800, 86_400];

#[derive(Debug, Subcommand)]
pub enum Swap {
    /// All pools
    Pools,
    /// One pool
    Pool {
        /// Number of the pool
        pool: u32,
    },
    /// What selling an amount would give now, by the best route
    SimulateSell {
        /// Like 100USDC
        amount: String,
        /// Symbol, denom, native:DENOM or cw20:ADDRESS
        asset: String,
    },
    /// What buying an amount would cost now, by the best route
    SimulateBuy {
        /// Like 100XMS
        amount: String,
        /// Symbol, denom, native:DENOM or cw20:ADDRESS
        asset: String,
    },
    /// Prices over time, as contracts read them
    Observe {
        /// Number of the pool
        pool: u32,
    },
    /// Fee collector, pauser and parameters
    Config,
    /// What is stopped
    Pauses {
        /// Begin after this pool
        #[arg(long, value_name = "POOL")]
        start_after: Option<u32>,
        #[arg(long, value_name = "N")]
        limit: Option<u32>,
    },
    /// Owner, and an offer of ownership
    Ownership,
    /// The books of all pools against what is held
    Invariants,
}

impl Swap {
    pub async fn run(self, context: &Context, chain: &Chain) -> Outcome {
        match self {
            Self::Pools => {
                let pools = pools(context, chain).await?;
                let rows = pools.iter().map(|pool| pool_row(context, pool));
                let table = list(&["pool", "kind", "reserves", "fee", ">LP tokens"], rows);
                Ok(Shown::new(json_of(&pools)?, table))
            }
            Self::Pool { pool } => {
                let answer: PoolResponse = ask(context, chain, SWAP, &QueryMsg::Pool { pool }).await?;
                Ok(Shown::new(json_of(&answer)?, pool_fields(context, &answer)))
            }
            Self::SimulateSell { amount, asset } => {
                let (amount, ask_for) = (context.amount(&amount)?, context.asset_id(&asset)?);
                let goal = Goal::Sell(amount.value.u128());
                let offer = AssetUnchecked::from(&amount.asset);
                let query = simulation(context, chain, &offer, &ask_for, goal).await?;
                simulated(context, chain, &query).await
            }
            Self::SimulateBuy { amount, asset } => {
                let (amount, offer) = (context.amount(&amount)?, context.asset_id(&asset)?);
                let goal = Goal::Buy(amount.value.u128());
                let ask_for = AssetUnchecked::from(&amount.asset);
                let query = simulation(context, chain, &offer, &ask_for, goal).await?;
                simulated(context, chain, &query).await
            }
            Self::Observe { pool } => {
                let query = QueryMsg::Observe { pools: vec![pool], windows: WINDOWS.to_vec() };
                let answer: ObserveResponse = ask(context, chain, SWAP, &query).await?;
                let rows = answer.pools.iter().flat_map(|pool| observed(context, pool));
                let columns = ["price of", "in", ">spot", ">3 min", ">30 min", ">24 h", ">age"];
                Ok(Shown::new(json_of(&answer)?, list(&columns, rows)))
            }
            Self::Config => {
                let answer: ConfigResponse = ask(context, chain, SWAP, &QueryMsg::Config {}).await?;
                Ok(Shown::fields_of(json_of(&answer)?))
            }
            Self::Pauses { start_after, limit } => {
                let query = QueryMsg::Pauses { start_after, limit };
                let answer: PausesResponse<Switch> = ask(context, chain, SWAP, &query).await?;
                pauses(&answer, Switch::to_string)
            }
            Self::Ownership => {
                let answer: Ownership<String> = ask(context, chain, SWAP, &QueryMsg::Ownership {}).await?;
                Ok(Shown::fields_of(json_of(&answer)?))
            }
            Self::Invariants => {
                let answer: InvariantsResponse = ask(context, chain, SWAP, &QueryMsg::Invariants {}).await?;
                invariants(&answer)
            }
        }
    }
}

pub async fn pools(context: &Context, chain: &Chain) -> Result<Vec<PoolResponse>, Failure> {
    Ok(all_pools(chain, &context.network()?.contract(SWAP)?.address).await?)
}

/// The question what a swap by the best route would do.
pub async fn simulation(
    context: &Context,
    chain: &Chain,
    offer: &AssetUnchecked,
    ask_for: &AssetUnchecked,
    goal: Goal,
) -> Result<QueryMsg, Failure> {
    let (from, to) = (context.symbol(offer), context.symbol(ask_for));
    if offer == ask_for {
        return Err(Failure::usage(format!("{from} cannot be swapped for itself: name two assets")));
    }
    let (Goal::Sell(amount) | Goal::Buy(amount)) = goal;
    if amount == 0 {
        return Err(Failure::usage(format!(
            "0 of {from} for {to} is nothing to swap: name 1 base unit or more"
        )));
    }
    let pools = pools(context, chain).await?;
    let route = route::best(&pools, offer, ask_for, goal).ok_or_else(|| {
        Failure::usage(format!("no route of at most 4 pools leads from {from} to {to} for this amount"))
    })?;
    let (offer, route) = (offer.clone(), route.hops);
    Ok(match goal {
        Goal::Sell(amount) => {
            let amount = Uint128::new(amount);
            QueryMsg::SimulateSwap { offer, amount, route, min_out: None, deadline: None }
        }
        Goal::Buy(amount) => {
            let amount_out = Uint128::new(amount);
            QueryMsg::SimulateSwapExactOut { offer, amount_out, route, max_in: None, deadline: None }
        }
    })
}

/// An answer to "what if": a refusal is an answer too, not a failure of the question.
async fn simulated(context: &Context, chain: &Chain, query: &QueryMsg) -> Outcome {
    let answer: Simulation<SwapReceipt> = ask(context, chain, SWAP, query).await?;
    let text = match (&answer.receipt, &answer.refusal) {
        (Some(receipt), _) => swap_receipt(context, receipt).to_string(),
        (None, Some(refusal)) => format!("would be refused: {refusal}"),
        (None, None) => "no answer".into(),
    };
    Ok(Shown::new(json_of(&answer)?, text))
}

/// What a swap does, as its contract reckons it.
pub fn swap_receipt(context: &Context, receipt: &SwapReceipt) -> Table {
    let mut rows = vec![
        ("pays".into(), context.show_amount(&receipt.offer.asset, receipt.offer.amount)),
        ("gets".into(), context.show_amount(&receipt.ask.asset, receipt.ask.amount)),
    ];
    for hop in &receipt.hops {
        let ask = context.show_amount(&hop.ask.asset, hop.ask.amount);
        let fee = context.show_amount(&hop.ask.asset, hop.fee);
        rows.push((format!("pool {}", hop.pool), format!("{ask}, fee {fee}")));
    }
    fields(rows)
}

/// What a provision makes.
pub fn provide_receipt(receipt: &ProvideReceipt) -> Table {
    fields([
        ("gets", lp_text(receipt.lp)),
        ("LP tokens of the pool", lp_text(receipt.lp_supply)),
        ("locked for ever", lp_text(receipt.locked)),
    ])
}

/// What a withdrawal pays from a pool.
pub fn withdraw_receipt(context: &Context, pool: &PoolResponse, receipt: &WithdrawReceipt) -> Table {
    fields([
        ("burns", lp_text(receipt.lp)),
        ("gets", amounts(context, pool, &receipt.amounts)),
        ("fee", amounts(context, pool, &receipt.fees)),
    ])
}

/// LP units as people count them.
pub fn lp_text(units: Uint128) -> String {
    format!("{} LP", decimal_text(units, 6))
}

/// Amounts in the order of a pool's assets.
fn amounts(context: &Context, pool: &PoolResponse, amounts: &[Uint128]) -> String {
    let texts: Vec<String> = pool
        .assets
        .iter()
        .zip(amounts)
        .map(|(entry, amount)| context.show_amount(&entry.asset, *amount))
        .collect();
    texts.join(" + ")
}

fn kind(kind: &PoolKind) -> String {
    match kind {
        PoolKind::ConstantProduct {} => "x × y = k".into(),
        PoolKind::Stable { amplification, .. } => format!("stable, A = {amplification}"),
    }
}

fn pool_row(context: &Context, pool: &PoolResponse) -> [String; 5] {
    [
        pool.pool.to_string(),
        kind(&pool.kind),
        amounts(context, pool, &pool.reserves),
        pool.fee.total.to_string(),
        decimal_text(pool.lp_supply, 6),
    ]
}

fn pool_fields(context: &Context, pool: &PoolResponse) -> Table {
    fields([
        ("pool", pool.pool.to_string()),
        ("kind", kind(&pool.kind)),
        ("reserves", amounts(context, pool, &pool.reserves)),
        ("fee", format!("{}, of it {} to the protocol", pool.fee.total, pool.fee.protocol)),
        ("fees not collected", amounts(context, pool, &pool.fees_owed)),
        ("LP tokens", decimal_text(pool.lp_supply, 6)),
        ("LP token", pool.lp_token.to_string()),
        ("since", pool.opened.map_or("empty".into(), utc)),
    ])
}

fn observed<'a>(context: &'a Context, pool: &'a PoolObservation) -> impl Iterator<Item = Vec<String>> + 'a {
    let base = pool.assets.first().map(|entry| context.symbol(&entry.asset)).unwrap_or_default();
    pool.prices.iter().map(move |price| {
        let short = |price: Decimal| format!("{:.12}", price.to_string());
        let mut row = vec![base.clone(), context.symbol(&price.quote), short(price.spot.low)];
        row.extend(price.twaps.iter().map(|twap| short(twap.low)));
        row.push(format!("{} s", pool.age));
        row
    })
}
