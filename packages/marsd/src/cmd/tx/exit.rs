//! What the treasury does beside minting and redeeming at once: the queue, the basket of recovery, its liquidity.

use clap::Args;
use cosmwasm_std::Uint128;
use mars_client::amount::Amount;
use mars_client::chain::Included;
use mars_client::{Any, message};
use mars_types::treasury::{
    AllocateReceipt, AssetFloor, BasketReceipt, BasketTerms, CancelReceipt, Cw20HookMsg, ExecuteMsg,
    QueryMsg, SettleReceipt,
};
use mars_types::{Simulation, events, swap};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cmd::Outcome;
use crate::cmd::query::exit::{allocate_receipt, basket_receipt, cancel_receipt, settle_receipt};
use crate::cmd::query::swap::SWAP;
use crate::cmd::query::{ask, json_of};
use crate::cmd::tx::swap::in_order;
use crate::cmd::tx::token::{of_token, send_token};
use crate::cmd::tx::treasury::{SLIPPAGE, TREASURY};
use crate::cmd::tx::{Draft, Moment, TxArgs, receipt, submit};
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, fields};

#[derive(Debug, Args)]
pub struct ClaimBasket {
    /// Like 100USDM; of a claim, all of it if not said
    #[arg(required_unless_present = "claim")]
    amount: Option<String>,
    /// Number of a claim of yours that waits in the queue
    #[arg(long, value_name = "ID")]
    claim: Option<u64>,
    /// Least of an asset, like 70USDC [default: what simulation says of each, less 0.5 %]
    #[arg(long, value_name = "AMOUNT")]
    min_out: Vec<String>,
    /// An asset to leave to the others, because it cannot be transferred
    #[arg(long, value_name = "ASSET")]
    skip: Vec<String>,
    /// When the transaction loses its effect: a duration from the latest block, or seconds since 1970
    #[arg(long, value_name = "MOMENT", default_value = "120s")]
    deadline: Moment,
    /// Who gets it [default: the sender]
    #[arg(long, value_name = "ACCOUNT")]
    recipient: Option<String>,
    #[command(flatten)]
    tx: TxArgs,
}

pub async fn settle(context: &Context, limit: u32, tx: &TxArgs) -> Outcome {
    let receipt: Option<SettleReceipt> = simulate(context, tx, &QueryMsg::SimulateSettle { limit }).await?;
    let expected = shown(receipt.as_ref(), |receipt| settle_receipt(context, receipt))?;
    send(context, tx, &ExecuteMsg::Settle { limit }, expected, settled).await
}

pub async fn allocate(context: &Context, pool: u32, amount: &str, deadline: Moment, tx: &TxArgs) -> Outcome {
    let amount = placed(context, pool, context.amount(amount)?).await?;
    let deadline = deadline.after(context.chain()?.status().await?.block_time);
    let query = QueryMsg::SimulateAllocate { pool, amount, deadline: Some(deadline) };
    let receipt: Option<AllocateReceipt> = simulate(context, tx, &query).await?;
    let expected = shown(receipt.as_ref(), |receipt| allocate_receipt(context, receipt))?;
    send(context, tx, &ExecuteMsg::Allocate { pool, amount, deadline }, expected, allocated).await
}

/// The amount of the asset that the treasury puts into a pool beside USDM or XMS: the contract takes a number, whatever
/// it is of.
async fn placed(context: &Context, pool: u32, amount: Amount) -> Result<Uint128, Failure> {
    let network = context.network()?;
    for name in ["usdm", "xms"] {
        if amount.asset.cw20_address() == Some(&network.contract(name)?.address) {
            let symbol = &amount.asset.symbol;
            return Err(Failure::usage(format!("{symbol} follows from the amount of the asset beside it")));
        }
    }
    let value = amount.value;
    let held = ask(context, &context.chain()?, SWAP, &swap::QueryMsg::Pool { pool }).await?;
    in_order(context, &held, vec![amount])?;
    Ok(value)
}

pub async fn unwind(context: &Context, pool: u32, tx: &TxArgs) -> Outcome {
    send(context, tx, &ExecuteMsg::Unwind { pool }, None, removed).await
}

pub async fn cancel(context: &Context, id: u64, tx: &TxArgs) -> Outcome {
    let receipt: Option<CancelReceipt> = simulate(context, tx, &QueryMsg::SimulateCancel { id }).await?;
    let expected = shown(receipt.as_ref(), |receipt| cancel_receipt(context, receipt))?;
    send(context, tx, &ExecuteMsg::Cancel { id }, expected, cancelled).await
}

pub async fn claim_basket(context: &Context, args: ClaimBasket) -> Outcome {
    let deadline = args.deadline.after(context.chain()?.status().await?.block_time);
    let amount = match &args.amount {
        Some(text) => Some(of_token(context, text, "usdm")?.value),
        None => None,
    };
    let mut min_out = Vec::new();
    for text in &args.min_out {
        let least = context.amount(text)?;
        min_out.push(AssetFloor { asset: (&least.asset).into(), least: least.value });
    }
    let skip = args.skip.iter().map(|asset| context.asset_id(asset)).collect::<Result<_, _>>()?;
    let recipient = args.recipient.as_deref().map(|recipient| context.address(recipient)).transpose()?;
    let mut basket = BasketTerms { min_out, skip, deadline, recipient };
    let query = QueryMsg::SimulateClaimBasket { id: args.claim, amount, basket: basket.clone() };
    let receipt: Option<BasketReceipt> = simulate(context, &args.tx, &query).await?;
    if let Some(receipt) = receipt.as_ref().filter(|_| basket.min_out.is_empty()) {
        let floor = |paid: &mars_types::AssetAmount| AssetFloor {
            asset: paid.asset.clone().into(),
            least: paid.amount.mul_floor(SLIPPAGE),
        };
        basket.min_out = receipt.paid.iter().map(floor).collect();
    }
    let expected = shown(receipt.as_ref(), |receipt| basket_receipt(context, receipt))?;
    match args.claim {
        Some(id) => {
            let claim = ExecuteMsg::ClaimBasket { id, amount, basket };
            send(context, &args.tx, &claim, expected, claimed).await
        }
        None => {
            let network = context.network()?;
            let (usdm, treasury) = (&network.contract("usdm")?.address, &network.contract(TREASURY)?.address);
            let amount = amount.unwrap_or(Uint128::zero());
            let hook = Cw20HookMsg::ClaimBasket { basket };
            let message = send_token(context, &args.tx, usdm, treasury, amount, &hook)?;
            submit_expecting(context, &args.tx, message, expected, claimed).await
        }
    }
}

/// What the contract would do, unless the caller sends without asking; a refusal ends the command.
async fn simulate<T: DeserializeOwned>(
    context: &Context,
    tx: &TxArgs,
    query: &QueryMsg,
) -> Result<Option<T>, Failure> {
    if !tx.flags.simulates() {
        return Ok(None);
    }
    let simulation: Simulation<T> = ask(context, &context.chain()?, TREASURY, query).await?;
    match simulation.refusal {
        Some(refusal) => Err(Failure::WouldRefuse(Box::new(refusal))),
        None => Ok(simulation.receipt),
    }
}

fn shown<T: Serialize>(
    receipt: Option<&T>,
    table: impl FnOnce(&T) -> Result<comfy_table::Table, Failure>,
) -> Result<Option<Shown>, Failure> {
    let Some(receipt) = receipt else {
        return Ok(None);
    };
    Ok(Some(Shown::new(json_of(receipt)?, table(receipt)?)))
}

/// How a transaction is told when it has happened.
type Receipt = fn(&Context, &Included) -> Option<Shown>;

async fn send(
    context: &Context,
    tx: &TxArgs,
    msg: &ExecuteMsg,
    expected: Option<Shown>,
    receipt: Receipt,
) -> Outcome {
    let sender = tx.sender(context)?;
    let address = &context.network()?.contract(TREASURY)?.address;
    let execute = message::execute(sender.as_ref(), address, msg, vec![])?;
    submit_expecting(context, tx, execute, expected, receipt).await
}

async fn submit_expecting(
    context: &Context,
    tx: &TxArgs,
    message: Any,
    expected: Option<Shown>,
    receipt: Receipt,
) -> Outcome {
    let draft = Draft { messages: vec![message], expected, receipt };
    submit(context, context.chain()?, tx, draft).await
}

fn settled(context: &Context, tx: &Included) -> Option<Shown> {
    let header = [">claim", "owner", ">burned", ">paid", ">given back", ">waits on"];
    receipt::listed(receipt::all::<events::ClaimSettled>(tx), header, |told| {
        [
            told.text("id").to_string(),
            told.text("owner").to_string(),
            told.token(context, "burned", "usdm"),
            told.token(context, "paid", "xms"),
            told.token(context, "returned", "usdm"),
            told.token(context, "remaining", "usdm"),
        ]
    })
}

fn cancelled(context: &Context, tx: &Included) -> Option<Shown> {
    let told = receipt::first::<events::ClaimCancelled>(tx)?;
    let rows = [
        ("claim", told.text("id").to_string()),
        ("given back", told.token(context, "returned", "usdm")),
        ("fee, burned", told.token(context, "fee", "usdm")),
        ("to", told.text("owner").to_string()),
    ];
    Some(told.with(fields(rows)))
}

fn allocated(context: &Context, tx: &Included) -> Option<Shown> {
    let told = receipt::first::<events::Allocated>(tx)?;
    let rows = [
        ("pool", told.text("pool").to_string()),
        ("put in, base units", told.text("amounts").replace(',', ", ")),
        ("minted for it", told.token(context, "usdm", "usdm")),
        ("LP units", told.text("lp").to_string()),
        ("reward", told.token(context, "reward", "usdm")),
    ];
    Some(told.with(fields(rows)))
}

fn removed(context: &Context, tx: &Included) -> Option<Shown> {
    let told = receipt::first::<events::Removed>(tx)?;
    let rows = [
        ("pool", told.text("pool").to_string()),
        ("LP units", told.text("lp").to_string()),
        ("got, base units", told.text("amounts").replace(',', ", ")),
        ("burned of it", told.token(context, "burned", "usdm")),
    ];
    Some(told.with(fields(rows)))
}

fn claimed(context: &Context, tx: &Included) -> Option<Shown> {
    let told = receipt::first::<events::BasketClaimed>(tx)?;
    let paid = told.text("paid").split(',').map(|entry| match entry.split_once(' ') {
        Some((value, asset)) => receipt::amount(context, value, asset),
        None => entry.to_string(),
    });
    let rows = [
        ("burned", told.token(context, "usdm", "usdm")),
        ("paid", paid.collect::<Vec<_>>().join(", ")),
        ("to", told.text("recipient").to_string()),
    ];
    Some(told.with(fields(rows)))
}
