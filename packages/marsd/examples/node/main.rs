//! Measures the embedded chain as a process, by the clock: how long it takes to answer, how much it takes in, how it grows;
//! and wasmd's single node beside it, by the same client. `scripts/bench node` builds what it needs and runs it;
//! docs/speed.md explains the figures.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::float_arithmetic
)]

mod client;
mod figures;
mod load;
mod process;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum};
use serde_json::{Value, json};

use client::Connection;
use figures::{Figures, Goal, median, percentile};
use load::{Load, SENDERS, Stage};
use process::{Running, Tools};

/// Measures the embedded chain.
#[derive(Parser)]
struct Args {
    /// The repository
    #[arg(long)]
    root: PathBuf,
    /// The marsd that is measured
    #[arg(long)]
    marsd: PathBuf,
    /// What is measured; can be given several times
    #[arg(long = "part", value_enum, default_values_t = Part::ALL)]
    parts: Vec<Part>,
    /// Added to the ports of wasmd, which cannot take any that are free
    #[arg(long, default_value_t = 8_000)]
    port_offset: u16,
    /// Write the figures into docs/speed.md
    #[arg(long, conflicts_with = "parts")]
    update: bool,
    #[arg(long, value_enum, default_value = "text")]
    output: Output,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Part {
    Start,
    Latency,
    Throughput,
    Growth,
    Snapshot,
}

impl Part {
    const ALL: [Self; 5] = [Self::Start, Self::Latency, Self::Throughput, Self::Growth, Self::Snapshot];
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Output {
    Text,
    Json,
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// From nothing to an answer, and to a chain on which the protocol is deployed.
fn start(tools: &Tools, figures: &mut Figures) {
    let mut answered = vec![];
    for _ in 0..10 {
        let home = tools.home();
        let began = Instant::now();
        let chain = Running::marsd(tools, &home, &[]);
        let status = Connection::open(chain.address).call("status", &json!({}));
        answered.push(milliseconds(began.elapsed()));
        assert_eq!(status["sync_info"]["latest_block_height"], "1");
    }
    figures.goal("start to answered /status, median of 10", median(&mut answered), "ms", Goal::AtMost(300.0));

    let mut deployed = vec![];
    for _ in 0..3 {
        let home = tools.home();
        tools.prepare_deployment(&home);
        let began = Instant::now();
        let chain = Running::marsd(tools, &home, &[]);
        tools.deploy(&home, &chain);
        deployed.push(began.elapsed().as_secs_f64());
    }
    figures.goal("start to protocol deployed, median of 3", median(&mut deployed), "s", Goal::AtMost(3.0));
}

/// From sending a transaction to knowing it in a block that is on the disk, one after the other.
async fn latency(tools: &Tools, figures: &mut Figures) {
    let home = tools.home();
    let chain = Running::marsd(tools, &home, &[]);
    let mut stage = Stage::new(tools, &chain).await;
    let mut connection = Connection::open(chain.address);
    let mut times = vec![];
    for call in stage.sends(2_000).into_iter().flatten() {
        let began = Instant::now();
        let answer = connection.ask(&call);
        times.push(milliseconds(began.elapsed()));
        assert_eq!(client::taken(&answer), 1);
    }
    let [half, most] = [50, 99].map(|percent| percentile(&mut times, percent));
    figures.goal("bank send to its block, p50 of 2,000", half, "ms", Goal::AtMost(3.0));
    figures.goal("bank send to its block, p99 of 2,000", most, "ms", Goal::AtMost(10.0));
}

/// What the chain at `stage` takes in each second: sends, and transfers of a cw20 token.
async fn rates(stage: &mut Stage, sends: usize, transfers: usize) -> [f64; 2] {
    let sends = stage.run(Load::Sends(sends)).await;
    [sends, stage.run(Load::Transfers(transfers)).await]
}

async fn throughput(tools: &Tools, port_offset: u16, figures: &mut Figures) {
    let home = tools.home();
    let chain = Running::marsd(tools, &home, &[]);
    let mut stage = Stage::new(tools, &chain).await;
    let [sends, transfers] = rates(&mut stage, 40_000, 20_000).await;
    figures.goal("bank sends, a block each", sends, "/s", Goal::AtLeast(2_000.0));
    figures.goal("cw20 transfers, a block each", transfers, "/s", Goal::AtLeast(1_000.0));

    Connection::open(chain.address).call("dev_setInterval", &json!({ "milliseconds": 100 }));
    let [sends, transfers] = rates(&mut stage, 40_000, 20_000).await;
    figures.plain("bank sends, a block every 100 ms", sends, "/s");
    figures.plain("cw20 transfers, a block every 100 ms", transfers, "/s");
    drop(chain);

    let home = tools.home();
    let chain = Running::wasmd(tools, &home, port_offset);
    let mut stage = Stage::new(tools, &chain).await;
    let [their_sends, their_transfers] = rates(&mut stage, 20_000, 12_000).await;
    figures.plain("wasmd: bank sends", their_sends, "/s");
    figures.plain("wasmd: cw20 transfers", their_transfers, "/s");
    let ratio = Goal::AtLeast(10.0);
    figures.goal("bank sends, blocks every 100 ms, beside wasmd's", sends / their_sends, "×", ratio);
    figures.goal("cw20 transfers, likewise", transfers / their_transfers, "×", ratio);
}

/// What a block of one send costs in the beginning and after 100,000 of them, and what they take of memory.
async fn growth(tools: &Tools, figures: &mut Figures) {
    const WINDOW: usize = 10_000;
    let home = tools.home();
    let chain = Running::marsd(tools, &home, &[]);
    let mut stage = Stage::new(tools, &chain).await;
    let mut costs = vec![];
    while stage.height().await < 100_000 {
        costs.push(1e6 / stage.run(Load::Sends(WINDOW)).await);
    }
    let (first, last) = (costs[0], costs[costs.len() - 1]);
    figures.plain("time of a block, the first 10,000 of 100,000", first, "µs");
    figures.plain("time of a block, the last 10,000", last, "µs");
    figures.goal("growth of that", (last / first - 1.0) * 100.0, "%", Goal::AtMost(5.0));
    figures.goal("memory after 100,000 blocks", chain.resident_megabytes(), "MB", Goal::AtMost(500.0));
}

/// A snapshot and the way back to it over a transaction.
async fn snapshot(tools: &Tools, figures: &mut Figures) {
    let home = tools.home();
    let genesis = tools.crowd(&home, 25_000);
    let chain = Running::marsd(tools, &home, &["--genesis", genesis.to_str().unwrap()]);
    let mut stage = Stage::new(tools, &chain).await;
    let keys = chain.metric("chain_state_keys").await;
    assert!(keys >= 100_000.0, "{keys} keys");
    let (mut taken, mut reverted) = (vec![], vec![]);
    let mut connection = Connection::open(chain.address);
    for _ in 0..20 {
        let began = Instant::now();
        let id = connection.call("dev_snapshot", &json!({}))["id"].clone();
        taken.push(milliseconds(began.elapsed()));
        stage.run(Load::Sends(SENDERS)).await;
        let began = Instant::now();
        connection.call("dev_revert", &json!({ "id": id }));
        reverted.push(milliseconds(began.elapsed()));
        stage.find_sequences().await;
    }
    let times = [("snapshot", &mut taken), ("revert of 32 blocks", &mut reverted)];
    for (name, times) in times {
        let name = format!("{name} at {} keys", figures::thousands(keys));
        figures.goal(&format!("{name}, median of 20"), median(times), "ms", Goal::AtMost(5.0));
        figures.plain(&format!("{name}, worst of 20"), percentile(times, 100), "ms");
    }
}

#[tokio::main]
async fn main() {
    let args = Args::parse();
    let has = |part| args.parts.contains(&part);
    let tools = Tools { root: args.root.clone(), marsd: args.marsd };
    let mut figures = Figures::default();
    if has(Part::Start) {
        start(&tools, &mut figures);
    }
    if has(Part::Latency) {
        latency(&tools, &mut figures).await;
    }
    if has(Part::Throughput) {
        throughput(&tools, args.port_offset, &mut figures).await;
    }
    if has(Part::Growth) {
        growth(&tools, &mut figures).await;
    }
    if has(Part::Snapshot) {
        snapshot(&tools, &mut figures).await;
    }
    let machine = process::machine();
    if args.update {
        figures.write(&args.root.join("docs/speed.md"), &machine);
    }
    match args.output {
        _ if args.update => (),
        Output::Text => println!("{}", figures.table(&machine)),
        Output::Json => println!("{}", json!({ "machine": machine, "figures": Value::from(figures) })),
    }
}
