//! The figures as tables in Markdown.

use std::fmt::Write as _;

use crate::cost::{Call, Cost};

/// What was measured, in order.
pub type Measured = Vec<(&'static str, Cost)>;

/// Tokens: what is told of the other contracts leaves their calls out.
fn is_token(call: &Call) -> bool {
    ["usdm", "xms", "dai"].contains(&call.contract.as_str()) || call.contract.starts_with("lp ")
}

fn besides_tokens(cost: &Cost) -> usize {
    cost.calls.iter().filter(|call| !is_token(call)).count()
}

pub fn found<'a>(measured: &'a Measured, name: &str) -> &'a Cost {
    &measured.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("no action is {name:?}")).1
}

/// 1234567 as 1,234,567.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let commas = |(at, digit): (usize, char)| {
        let comma = if at > 0 && (digits.len() - at).is_multiple_of(3) { "," } else { "" };
        format!("{comma}{digit}")
    };
    digits.chars().enumerate().map(commas).collect()
}

pub fn row(text: &mut String, cells: &[String]) {
    writeln!(text, "| {} |", cells.join(" | ")).unwrap();
}

pub fn head(text: &mut String, cells: &[&str]) {
    row(text, &cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
    writeln!(text, "|{}", "---|".repeat(cells.len())).unwrap();
}

/// The page that CI holds to the unit.
pub fn actions(measured: &Measured) -> String {
    let mut text = "# What every action costs\n\nWritten by `scripts/bench gas --part actions --update`; \
                    [gas](../gas.md) tells what the columns mean.\n\n## Goals\n\n"
        .to_owned();
    goals(&mut text, measured);
    text.push_str("\n## Transactions\n\n");
    head(
        &mut text,
        &["action", "gas", "calls", "of them tokens", "queries", "storage", "instructions", "bytes written"],
    );
    for (name, cost) in measured {
        let tokens = cost.calls.iter().filter(|call| is_token(call)).count() as u64;
        let numbers = [
            cost.gas,
            cost.calls.len() as u64,
            tokens,
            cost.sum(|call| call.queries),
            cost.sum(|call| call.storage),
            cost.sum(|call| call.instructions),
            cost.sum(|call| call.bytes_written),
        ];
        row(&mut text, &[vec![(*name).to_owned()], numbers.map(thousands).into()].concat());
    }
    text.push_str("\n## Contracts\n\n");
    head(
        &mut text,
        &[
            "action",
            "call",
            "reads",
            "writes",
            "bytes written",
            "storage",
            "bare storage",
            "instructions",
            "queries",
        ],
    );
    for (name, cost) in measured {
        let tokens_alone = cost.calls.iter().all(is_token);
        for call in cost
            .calls
            .iter()
            .filter(|call| !is_token(call))
            .chain(cost.calls.first().filter(|_| tokens_alone))
        {
            let what = [&call.contract, &call.entry, &call.message].map(String::as_str).join(" ");
            let numbers = [
                call.reads,
                call.writes,
                call.bytes_written,
                call.storage,
                call.bare_storage,
                call.instructions,
                call.queries,
            ];
            row(
                &mut text,
                &[vec![(*name).to_owned(), what.trim().to_owned()], numbers.map(thousands).into()].concat(),
            );
        }
    }
    text
}

fn goals(text: &mut String, measured: &Measured) {
    head(text, &["goal", "measured", "reached"]);
    let mut goal = |what: String, most: u64, value: u64| {
        row(text, &[what, thousands(value), if value <= most { "yes" } else { "no" }.into()]);
    };
    let storage = [
        ("swap", 12_000, "swap: product, coin for token"),
        ("swap", 12_000, "swap: product, with a point"),
        ("swap", 12_000, "swap: product, with a point of both rings"),
        ("swap", 25_000, "swap: stable, coin for token"),
        ("swap", 25_000, "swap: stable, with a point of both rings"),
        ("swap", 25_000, "swap: stable of four, coin for token"),
        ("staking", 20_000, "staking: first stake"),
        ("staking", 20_000, "staking: stake more"),
        ("governance", 15_000, "governance: vote"),
    ];
    for (contract, most, action) in storage {
        let call = found(measured, action).execution(contract);
        goal(format!("{action}: bare storage ≤ {}", thousands(most)), most, call.bare_storage);
    }
    let queries = [("swap: product, coin for token", "swap", 0), ("governance: vote", "governance", 1)];
    for (action, contract, most) in queries {
        let call = found(measured, action).execution(contract);
        goal(format!("{action}: queries ≤ {most}"), most, call.queries);
    }
    for action in
        ["treasury: mint with a coin", "treasury: mint with a token", "treasury: mint, first of an epoch"]
    {
        let calls = besides_tokens(found(measured, action)) as u64;
        goal(format!("{action}: calls besides tokens ≤ 3"), 3, calls);
    }
}

/// Each peer's action beside ours.
pub fn peers(ours: &Measured, theirs: &Measured, pairs: &[(&str, &str, &str)]) -> String {
    let mut text = "# Beside the peers\n\nWritten by `scripts/bench gas --part peers --update`, all figures in one run; \
                    [gas](../gas.md) tells how, and what is not alike.\n\n"
        .to_owned();
    head(&mut text, &["goal", "measured", "reached"]);
    let goals = [
        ("token: transfer", 1.0),
        ("token: transfer to a new holder", 1.0),
        ("swap: two products, token for token", 0.35),
        ("swap: two products, coin for coin", 0.35),
    ];
    for (name, most) in goals {
        let ratio = found(ours, name).gas as f64 / found(theirs, name).gas as f64;
        let reached = if ratio <= most { "yes" } else { "no" };
        row(
            &mut text,
            &[format!("{name}: gas ≤ {most} × the peer's"), format!("{ratio:.4}"), reached.into()],
        );
    }
    text.push('\n');
    head(
        &mut text,
        &[
            "peer",
            "its action",
            "our action",
            "its gas",
            "our gas",
            "ratio",
            "calls",
            "storage",
            "instructions",
        ],
    );
    for (peer, theirs_name, ours_name) in pairs {
        let (theirs, ours) = (found(theirs, theirs_name), found(ours, ours_name));
        let both = |of: &dyn Fn(&Cost) -> u64| format!("{} / {}", thousands(of(theirs)), thousands(of(ours)));
        let cells = [
            (*peer).to_owned(),
            (*theirs_name).to_owned(),
            (*ours_name).to_owned(),
            thousands(theirs.gas),
            thousands(ours.gas),
            format!("{:.3}", ours.gas as f64 / theirs.gas as f64),
            both(&|cost| cost.calls.len() as u64),
            both(&|cost| cost.sum(|call| call.storage)),
            both(&|cost| cost.sum(|call| call.instructions)),
        ];
        row(&mut text, &cells);
    }
    text
}
