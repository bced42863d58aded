//! Measures what every action of a user costs on a chain, what each contract has of it, what the peers take for the same,
//! and how it grows. `scripts/bench gas` builds what it needs and runs it; docs/gas.md explains the figures.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::float_arithmetic
)]

mod actions;
mod cost;
mod economy;
mod growth;
mod peers;
mod stage;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use serde_json::{Map, Value, json};

use economy::Economy;
use peers::Peers;
use stage::{Action, Stage};
use table::Measured;

/// Measures gas.
#[derive(Parser)]
struct Args {
    /// The repository
    #[arg(long)]
    root: PathBuf,
    /// Folder of the peers' wasm
    #[arg(long)]
    peers: PathBuf,
    /// What is measured; can be given several times
    #[arg(long = "part", value_enum, default_values_t = [Part::Actions, Part::Peers, Part::Growth])]
    parts: Vec<Part>,
    /// The greatest crowd: 10, 1000, 10000 or 100000
    #[arg(long, default_value_t = 1_000)]
    most: u32,
    /// Fail where the figures are not those of docs/gas
    #[arg(long, conflicts_with = "update")]
    check: bool,
    /// Write the figures into docs/gas
    #[arg(long)]
    update: bool,
    #[arg(long, value_enum, default_value = "text")]
    output: Output,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Part {
    Actions,
    Peers,
    Growth,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Output {
    Text,
    Json,
}

async fn measure(stage: &Stage, actions: Vec<Action>) -> Measured {
    let mut measured = vec![];
    for action in actions {
        measured.push((action.name, stage.measure(&action).await));
    }
    measured
}

fn json_of(measured: &Measured) -> Value {
    measured
        .iter()
        .map(|(name, cost)| json!({"action": name, "gas": cost.gas, "calls": cost.calls}))
        .collect()
}

/// Says which lines differ from the page. Returns whether none does.
fn same(page: &Path, text: &str) -> bool {
    let committed = fs::read_to_string(page).unwrap_or_default();
    let (was, is): (Vec<&str>, Vec<&str>) = (committed.lines().collect(), text.lines().collect());
    for line in was.iter().filter(|line| !is.contains(line)) {
        eprintln!("- {line}");
    }
    for line in is.iter().filter(|line| !was.contains(line)) {
        eprintln!("+ {line}");
    }
    committed == text
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let has = |part| args.parts.contains(&part);
    let mut pages = vec![];
    let mut all = Map::new();
    let economy = Economy::deploy(&args.root.join("artifacts")).await;
    let ours = if has(Part::Actions) || has(Part::Peers) {
        measure(&economy.0, economy.actions()).await
    } else {
        vec![]
    };
    if has(Part::Actions) {
        pages.push(("actions", table::actions(&ours)));
        all.insert("actions".into(), json_of(&ours));
    }
    if has(Part::Peers) {
        let peers = Peers::deploy(&args.peers).await;
        let theirs = measure(&peers.0, peers.actions()).await;
        pages.push(("peers", table::peers(&ours, &theirs, &peers::PAIRS)));
        all.insert("peers".into(), json_of(&theirs));
    }
    if has(Part::Growth) {
        let grown = growth::measure(economy, args.most).await;
        pages.push(("growth", growth::table(&grown)));
        all.insert("growth".into(), growth::json_of(&grown));
    }

    let mut stale = false;
    for (part, text) in &pages {
        let page = args.root.join("docs/gas").join(part).with_extension("md");
        if args.update {
            fs::create_dir_all(page.parent().unwrap()).unwrap();
            fs::write(&page, text).unwrap();
        } else if args.check && !same(&page, text) {
            eprintln!(
                "bench: docs/gas/{part}.md is stale; `scripts/bench gas --part {part} --update` writes it anew"
            );
            stale = true;
        }
    }
    match args.output {
        _ if args.check || args.update => (),
        Output::Text => pages.iter().for_each(|(_, text)| println!("{text}")),
        Output::Json => println!("{}", Value::Object(all)),
    }
    if stale { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
