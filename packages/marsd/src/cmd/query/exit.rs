//! Receipts of queue, basket and liquidity as tables.

use comfy_table::Table;
use mars_types::treasury::{
    AllocateReceipt, BasketReceipt, CancelReceipt, ClaimsResponse, Clock, PositionsResponse, Queue,
    RecoveryResponse, SettleReceipt,
};

use crate::cmd::query::treasury::{token, usd};
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{fields, list, utc};

pub fn settle_receipt(context: &Context, receipt: &SettleReceipt) -> Result<Table, Failure> {
    let rows = receipt.claims.iter().map(|claim| {
        Ok([
            claim.id.to_string(),
            claim.owner.to_string(),
            token(context, "usdm", claim.burned)?,
            token(context, "xms", claim.paid)?,
            token(context, "usdm", claim.returned)?,
            token(context, "usdm", claim.remaining)?,
        ])
    });
    let rows: Vec<[String; 6]> = rows.collect::<Result<_, Failure>>()?;
    Ok(list(&[">claim", "owner", ">burns", ">pays", ">gives back", ">waits on"], rows))
}

pub fn allocate_receipt(context: &Context, receipt: &AllocateReceipt) -> Result<Table, Failure> {
    let amounts: Vec<String> = receipt.amounts.iter().map(ToString::to_string).collect();
    Ok(fields([
        ("puts in, base units", amounts.join(", ")),
        ("mints for it", token(context, "usdm", receipt.usdm)?),
        ("LP units", receipt.lp.to_string()),
        ("reward", token(context, "usdm", receipt.reward)?),
    ]))
}

pub fn positions(context: &Context, answer: &PositionsResponse) -> Result<Table, Failure> {
    let rows = answer.positions.iter().map(|entry| {
        let fair = entry.position.assets.iter().zip(&entry.fair);
        let fair: Vec<String> = fair.map(|(asset, amount)| context.show_amount(asset, *amount)).collect();
        Ok([
            entry.position.pool.to_string(),
            format!("{:?}", entry.position.kind).to_lowercase(),
            entry.position.lp.to_string(),
            token(context, "usdm", entry.position.minted)?,
            fair.join(" + "),
            usd(entry.position.cap),
            if entry.position.exit_only { "exit only" } else { "open" }.into(),
        ])
    });
    let rows: Vec<[String; 7]> = rows.collect::<Result<_, Failure>>()?;
    Ok(list(&[">pool", "kind", ">LP units", ">minted", "fair", ">cap", "state"], rows))
}

pub fn cancel_receipt(context: &Context, receipt: &CancelReceipt) -> Result<Table, Failure> {
    Ok(fields([
        ("claim", receipt.id.to_string()),
        ("gives back", token(context, "usdm", receipt.returned)?),
        ("fee, burned", token(context, "usdm", receipt.fee)?),
    ]))
}

pub fn basket_receipt(context: &Context, receipt: &BasketReceipt) -> Result<Table, Failure> {
    let mut rows = vec![("burns", token(context, "usdm", receipt.usdm)?)];
    rows.extend(receipt.paid.iter().map(|paid| ("pays", context.show_amount(&paid.asset, paid.amount))));
    rows.push(("assets before", usd(receipt.external_high)));
    rows.push(("user-owned before", token(context, "usdm", receipt.user_owned)?));
    if let Some(remaining) = receipt.remaining {
        rows.push(("waits on", token(context, "usdm", remaining)?));
    }
    Ok(fields(rows))
}

pub fn queue(context: &Context, answer: &Queue) -> Result<Table, Failure> {
    Ok(fields([
        ("waits", token(context, "usdm", answer.waiting)?),
        ("head", answer.head.to_string()),
        ("next claim", answer.next.to_string()),
        ("joined so far", token(context, "usdm", answer.submitted)?),
        ("paid in XMS", token(context, "usdm", answer.paid)?),
        ("cancelled", token(context, "usdm", answer.cancelled)?),
        ("given back", token(context, "usdm", answer.returned)?),
        ("burned for the basket", token(context, "usdm", answer.claimed)?),
    ]))
}

pub fn claims(context: &Context, answer: &ClaimsResponse) -> Result<Table, Failure> {
    let rows = answer.claims.iter().map(|claim| {
        Ok([
            claim.id.to_string(),
            claim.owner.to_string(),
            token(context, "usdm", claim.usdm)?,
            utc(claim.since),
            utc(claim.free_from),
        ])
    });
    let rows: Vec<[String; 5]> = rows.collect::<Result<_, Failure>>()?;
    Ok(list(&[">claim", "owner", ">waits", "since", "cancelling is free from"], rows))
}

pub fn recovery(answer: &RecoveryResponse) -> Table {
    let clock = |clock: Option<Clock>| match clock {
        Some(Clock { since, closings }) => format!("since {} at {closings} closings", utc(since)),
        None => "no".into(),
    };
    let running = answer
        .running
        .map_or("no".into(), |recovery| format!("since {} ({})", utc(recovery.since), recovery.cause));
    fields([
        ("recovery", running),
        ("basket open", if answer.claims_open { "yes" } else { "no" }.into()),
        ("queue above the reserve", clock(answer.clocks.shortage)),
        ("USDM off its peg", clock(answer.clocks.depeg)),
        ("no price, and a queue", clock(answer.clocks.no_price)),
        ("healed", clock(answer.clocks.healed)),
    ])
}
