//! Receipts of the ways out of USDM, and the queue, as tables.

use comfy_table::Table;
use mars_types::treasury::{
    BasketReceipt, CancelReceipt, ClaimsResponse, Clock, Queue, RecoveryResponse, SettleReceipt,
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
