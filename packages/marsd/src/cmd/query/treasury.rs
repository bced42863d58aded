use clap::Subcommand;
use comfy_table::Table;
use cosmwasm_std::{Decimal, Uint128};
use cw_ownable::Ownership;
use mars_client::amount::decimal_text;
use mars_client::chain::Chain;
use mars_types::pause::PausesResponse;
use mars_types::treasury::{
    AssetsResponse, CapTerm, ClaimsResponse, ConfigResponse, EpochResponse, Level, MintReceipt,
    MintRequirement, PositionsResponse, QueryMsg, Queue, RecoveryResponse, RedeemReceipt, SolvencyResponse,
    Switch,
};
use mars_types::{AssetUnchecked, InvariantsResponse, Simulation, TokenBucket};
use serde::Serialize;

use crate::cmd::Outcome;
use crate::cmd::query::{ask, exit, json_of};
use crate::cmd::tx::token::of_token;
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, fields, list, utc};

const TREASURY: &str = "treasury";

#[derive(Debug, Subcommand)]
pub enum Treasury {
    /// What backs USDM, and how well
    Solvency,
    /// The assets that are accepted and held
    Assets,
    /// How much USDM there may be now, and why
    Epoch,
    /// What minting with an amount would give now
    SimulateMint {
        /// Like 100USDC
        amount: String,
    },
    /// How much of an asset it takes to mint an amount of USDM
    RequiredForMint {
        /// Like 100USDM
        amount: String,
        /// Symbol, denom, native:DENOM or cw20:ADDRESS
        asset: String,
    },
    /// What redeeming USDM would give now
    SimulateRedeem {
        /// Like 10USDM
        amount: String,
        /// Let wait what cannot be paid at once
        #[arg(long)]
        queue: bool,
    },
    /// Redemptions that wait, as a whole
    Queue,
    /// Redemptions that wait, one by one
    Claims {
        /// Address, or name of a key or contract [default: everyone's]
        #[arg(long, value_name = "ACCOUNT")]
        owner: Option<String>,
        /// Begin after this claim
        #[arg(long, value_name = "ID")]
        start_after: Option<u64>,
        #[arg(long, value_name = "N")]
        limit: Option<u32>,
    },
    /// Liquidity of the treasury, by its ledger and as it is worth
    Positions,
    /// Whether recovery runs, and what would start or end it
    Recovery,
    /// Contracts, guardian and parameters
    Config,
    /// What is stopped
    Pauses,
    /// Owner, and an offer of ownership
    Ownership,
    /// The treasury's books recomputed from its state
    Invariants,
}

impl Treasury {
    pub async fn run(self, context: &Context, chain: &Chain) -> Outcome {
        match self {
            Self::Solvency => {
                let answer: SolvencyResponse = ask(context, chain, TREASURY, &QueryMsg::Solvency {}).await?;
                Ok(Shown::new(json_of(&answer)?, solvency(context, &answer)?))
            }
            Self::Assets => {
                let answer: AssetsResponse = ask(context, chain, TREASURY, &QueryMsg::Assets {}).await?;
                let rows = answer.assets.iter().map(|entry| {
                    [
                        context.symbol(&entry.asset),
                        entry.level.number().to_string(),
                        context.show_amount(&entry.asset, entry.held),
                        context.show_amount(&entry.asset, entry.cap),
                        if entry.listed { "accepted" } else { "delisted" }.into(),
                    ]
                });
                let table = list(&["asset", ">level", ">held", ">cap", "state"], rows);
                Ok(Shown::new(json_of(&answer)?, table))
            }
            Self::Epoch => {
                let answer: EpochResponse = ask(context, chain, TREASURY, &QueryMsg::Epoch {}).await?;
                Ok(Shown::new(json_of(&answer)?, epoch(context, &answer)?))
            }
            Self::SimulateMint { amount } => {
                let amount = context.amount(&amount)?;
                let asset: AssetUnchecked = (&amount.asset).into();
                let query =
                    QueryMsg::SimulateMint { asset, amount: amount.value, min_out: None, deadline: None };
                let answer: Simulation<MintReceipt> = ask(context, chain, TREASURY, &query).await?;
                simulated(&answer, |receipt| mint_receipt(context, receipt))
            }
            Self::RequiredForMint { amount, asset } => {
                let usdm = of_token(context, &amount, "usdm")?.value;
                let query = QueryMsg::RequiredForMint { asset: context.asset_id(&asset)?, usdm };
                let answer: MintRequirement = ask(context, chain, TREASURY, &query).await?;
                let shown = simulated(&answer.simulation, |receipt| mint_receipt(context, receipt))?;
                Ok(Shown::new(json_of(&answer)?, shown.text()))
            }
            Self::SimulateRedeem { amount, queue } => {
                let usdm = of_token(context, &amount, "usdm")?.value;
                let query = QueryMsg::SimulateRedeem { usdm, queue, min_out: None, deadline: None };
                let answer: Simulation<RedeemReceipt> = ask(context, chain, TREASURY, &query).await?;
                simulated(&answer, |receipt| redeem_receipt(context, receipt))
            }
            Self::Queue => {
                let answer: Queue = ask(context, chain, TREASURY, &QueryMsg::Queue {}).await?;
                Ok(Shown::new(json_of(&answer)?, exit::queue(context, &answer)?))
            }
            Self::Claims { owner, start_after, limit } => {
                let owner = owner.map(|owner| context.address(&owner)).transpose()?;
                let query = QueryMsg::Claims { owner, start_after, limit };
                let answer: ClaimsResponse = ask(context, chain, TREASURY, &query).await?;
                Ok(Shown::new(json_of(&answer)?, exit::claims(context, &answer)?))
            }
            Self::Positions => {
                let answer: PositionsResponse =
                    ask(context, chain, TREASURY, &QueryMsg::Positions {}).await?;
                Ok(Shown::new(json_of(&answer)?, exit::positions(context, &answer)?))
            }
            Self::Recovery => {
                let answer: RecoveryResponse = ask(context, chain, TREASURY, &QueryMsg::Recovery {}).await?;
                Ok(Shown::new(json_of(&answer)?, exit::recovery(&answer)))
            }
            Self::Config => {
                let answer: ConfigResponse = ask(context, chain, TREASURY, &QueryMsg::Config {}).await?;
                Ok(Shown::fields_of(json_of(&answer)?))
            }
            Self::Pauses => {
                let answer: PausesResponse<Switch> =
                    ask(context, chain, TREASURY, &QueryMsg::Pauses {}).await?;
                pauses(&answer, |switch| match switch {
                    Switch::Asset(asset) => format!("mint with {}", context.symbol(asset)),
                    other => other.to_string(),
                })
            }
            Self::Ownership => {
                let answer: Ownership<String> =
                    ask(context, chain, TREASURY, &QueryMsg::Ownership {}).await?;
                Ok(Shown::fields_of(json_of(&answer)?))
            }
            Self::Invariants => {
                let answer: InvariantsResponse =
                    ask(context, chain, TREASURY, &QueryMsg::Invariants {}).await?;
                invariants(&answer)
            }
        }
    }
}

/// An answer to "what if": a refusal is an answer too, not a failure of the question.
fn simulated<T: Serialize>(
    answer: &Simulation<T>,
    table: impl FnOnce(&T) -> Result<Table, Failure>,
) -> Outcome {
    let text = match (&answer.receipt, &answer.refusal) {
        (Some(receipt), _) => table(receipt)?.to_string(),
        (None, Some(refusal)) => format!("would be refused: {refusal}"),
        (None, None) => "no answer".into(),
    };
    Ok(Shown::new(json_of(answer)?, text))
}

/// Shows invariants; one that does not hold is a problem.
pub fn invariants(answer: &InvariantsResponse) -> Outcome {
    let rows = answer.invariants.iter().map(|law| {
        let holds = if law.holds { "holds" } else { "BROKEN" };
        [law.name.clone(), law.left.clone(), law.relation.clone(), law.right.clone(), holds.into()]
    });
    let shown = Shown::new(json_of(answer)?, list(&["invariant", ">left", "", "right", "state"], rows));
    match answer.invariants.iter().filter(|law| !law.holds).count() {
        0 if answer.hold => Ok(shown),
        found => Err(Failure::Problems { found: found.max(1), shown: Box::new(shown) }),
    }
}

/// Shows switches, each under the name that it is given.
pub fn pauses<S: Serialize>(answer: &PausesResponse<S>, name: impl Fn(&S) -> String) -> Outcome {
    let rows = answer.pauses.iter().map(|entry| {
        let until = match entry.state.pause.filter(|_| entry.paused) {
            Some(pause) => pause.until.map_or("lifted by the owner".into(), utc),
            None => "-".into(),
        };
        [name(&entry.switch), if entry.paused { "paused" } else { "open" }.into(), until]
    });
    Ok(Shown::new(json_of(answer)?, list(&["switch", "state", "until"], rows)))
}

/// What a mint gives, as its contract reckons it.
pub fn mint_receipt(context: &Context, receipt: &MintReceipt) -> Result<Table, Failure> {
    Ok(fields([
        ("pays", context.show_amount(&receipt.asset, receipt.amount)),
        ("credited at", format!("{} USD", receipt.price)),
        ("value", usd(receipt.value)),
        ("fee", token(context, "usdm", receipt.fee)?),
        ("gets", token(context, "usdm", receipt.usdm)?),
        ("room left", token(context, "usdm", receipt.room)?),
    ]))
}

/// What a redemption gives, as its contract reckons it.
pub fn redeem_receipt(context: &Context, receipt: &RedeemReceipt) -> Result<Table, Failure> {
    let mut rows = vec![
        ("burns", token(context, "usdm", receipt.usdm)?),
        ("XMS counted at", receipt.price.map_or("-".into(), |price| format!("{price} USD"))),
        ("fee", token(context, "xms", receipt.fee)?),
        ("gets", token(context, "xms", receipt.xms)?),
        ("epoch budget left", token(context, "usdm", receipt.epoch_budget)?),
        ("day budget left", token(context, "usdm", receipt.day_budget)?),
        ("reserve left", token(context, "xms", receipt.reserve)?),
    ];
    if !receipt.queued.is_zero() {
        rows.push(("waits in the queue", token(context, "usdm", receipt.queued)?));
    }
    if !receipt.settled.is_empty() {
        rows.push(("claims paid before", receipt.settled.len().to_string()));
    }
    Ok(fields(rows))
}

fn solvency(context: &Context, answer: &SolvencyResponse) -> Result<Table, Failure> {
    let mut rows = vec![("external assets", usd(answer.external_low))];
    let names = ["  stablecoins", "  digital gold", "  layer-1 coins", "  DeFi tokens"];
    for (name, level) in names.into_iter().zip(Level::EXTERNAL) {
        rows.push((name, usd(answer.external.get(level))));
    }
    let unpriced: Vec<String> = answer.unpriced.iter().map(|asset| context.symbol(asset)).collect();
    if !unpriced.is_empty() {
        rows.push(("  without a price", unpriced.join(", ")));
    }
    rows.extend([
        ("user-owned USDM", token(context, "usdm", answer.user_owned)?),
        ("treasury-owned, for the cap", token(context, "usdm", answer.treasury_owned_cap)?),
        ("treasury-owned, now", token(context, "usdm", answer.treasury_owned_now)?),
        ("coverage", percent(answer.coverage)),
        ("surplus", usd(answer.surplus)),
        ("spends of today may take", usd(answer.spend_left)),
        ("redemption reserve", token(context, "xms", answer.reserve)?),
        ("control ratio", percent(answer.control_ratio)),
        ("cap", token(context, "usdm", answer.cap_user)?),
        ("room to mint", token(context, "usdm", answer.room)?),
        ("what binds the cap", binding(answer.binding).into()),
        ("minted so far", token(context, "usdm", answer.minted)?),
        ("redeemed so far", token(context, "usdm", answer.redeemed)?),
        ("waiting to be redeemed", token(context, "usdm", answer.queue)?),
        (
            "recovery",
            answer.recovery.map_or("no".into(), |recovery| format!("since {}", utc(recovery.since))),
        ),
        ("fees captured", token(context, "usdm", answer.fees_captured)?),
    ]);
    Ok(fields(rows))
}

fn epoch(context: &Context, answer: &EpochResponse) -> Result<Table, Failure> {
    let optional =
        |value: Option<Uint128>| value.map_or(Ok("-".into()), |value| token(context, "usdm", value));
    let bucket = |bucket: &TokenBucket| -> Result<String, Failure> {
        Ok(format!(
            "{} of {}",
            token(context, "usdm", bucket.level)?,
            token(context, "usdm", bucket.capacity)?
        ))
    };
    Ok(fields([
        ("epoch", answer.epoch.to_string()),
        ("closed at", utc(answer.closed_at)),
        ("XMS price", answer.xms_price.map_or("-".into(), |price: Decimal| format!("{price} USD"))),
        ("circulating", token(context, "xms", answer.circulating)?),
        ("depth", answer.depth.map_or("-".into(), usd)),
        ("price term", optional(answer.price_term)?),
        ("raw", optional(answer.raw)?),
        ("ceiling", token(context, "usdm", answer.ceiling)?),
        ("cap", token(context, "usdm", answer.cap_user)?),
        ("what binds the cap", binding(answer.binding).into()),
        ("user-owned", token(context, "usdm", answer.user_owned)?),
        ("room to mint", token(context, "usdm", answer.room)?),
        ("mint limit", bucket(&answer.mint_limit)?),
        ("redemption, epoch", bucket(&answer.epoch_budget)?),
        ("redemption, day", bucket(&answer.day_budget)?),
    ]))
}

fn binding(term: CapTerm) -> &'static str {
    match term {
        CapTerm::Price => "market value of XMS",
        CapTerm::Depth => "depth of the XMS market",
        CapTerm::Ceiling => "speed of growth (ceiling)",
        CapTerm::NoPrice => "XMS has no price",
    }
}

/// µUSD as dollars.
pub fn usd(micro: Uint128) -> String {
    format!("{} USD", decimal_text(micro, 6))
}

/// Basis points as percent.
pub fn percent(bp: Option<Uint128>) -> String {
    bp.map_or("-".into(), |bp| format!("{} %", decimal_text(bp, 2)))
}

/// An amount of one of the protocol's tokens.
pub fn token(context: &Context, contract: &str, value: Uint128) -> Result<String, Failure> {
    let address = &context.network()?.contract(contract)?.address;
    Ok(context.show_amount(&AssetUnchecked::cw20(address), value))
}
