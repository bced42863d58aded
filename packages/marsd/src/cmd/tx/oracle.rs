use std::future::Future;
use std::time::Duration;

use clap::{Args, Subcommand};
use cosmwasm_std::Decimal;
use cw_ownable::Action;
use mars_client::chain::Chain;
use mars_client::tx::Signer;
use mars_client::{Error, Kind, message};
use mars_types::oracle::{ExecuteMsg, FeederRules, PoolRules, Report, SourceUnchecked};
use mars_types::{AssetUnchecked, Bps};
use serde_json::{Value, json};
use tokio::time::MissedTickBehavior;

use crate::cmd::Outcome;
use crate::cmd::tx::ownership::{SetGuardian, TransferOwnership};
use crate::cmd::tx::{Draft, TxArgs, TxFlags, interval, seconds, submit, submit_to_contract, tell};
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, list};

const ORACLE: &str = "oracle";

#[derive(Debug, Subcommand)]
pub enum Oracle {
    /// Feeders: report prices, once or again and again
    Feed(Feed),
    /// Owner: give an asset its source of prices
    SetSource(SetSource),
    /// Owner: leave an asset without a price
    RemoveSource(OneAsset),
    /// Owner or guardian: leave an asset without a price while paused
    Pause(OneAsset),
    /// Owner: make a guardian's pause last until it is lifted
    ConfirmPause(OneAsset),
    /// Owner: lift a pause
    Unpause(OneAsset),
    /// Owner: name the guardian
    SetGuardian(SetGuardian),
    /// Owner: offer ownership to another account
    TransferOwnership(TransferOwnership),
    /// Take the ownership that was offered
    AcceptOwnership(TxArgs),
}

#[derive(Debug, Args)]
pub struct Feed {
    /// Prices in US dollars per whole token, like XMS=0.25
    #[arg(required = true, value_name = "ASSET=PRICE")]
    prices: Vec<String>,
    /// Keys that report, each on its own account
    #[arg(long, required = true, value_name = "KEY")]
    from: Vec<String>,
    /// Report again and again, so far apart, until SIGTERM or Ctrl-C
    #[arg(long, value_name = "DURATION", value_parser = interval, conflicts_with = "dry_run")]
    every: Option<Duration>,
    #[command(flatten)]
    flags: TxFlags,
}

#[derive(Debug, Args)]
pub struct OneAsset {
    /// Symbol, denom, native:DENOM or cw20:ADDRESS
    asset: String,
    #[command(flatten)]
    tx: TxArgs,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("source").required(true).multiple(true))]
pub struct SetSource {
    /// Symbol, denom, native:DENOM or cw20:ADDRESS
    asset: String,
    /// A price that only the owner changes
    #[arg(long, value_name = "PRICE", group = "source", conflicts_with_all = ["feeders", "pools"])]
    fixed: Option<Decimal>,
    /// Accounts that report, separated by commas
    #[arg(long, value_name = "ACCOUNTS", value_delimiter = ',', group = "source")]
    feeders: Vec<String>,
    /// Numbers of pools of which the asset is the base, whose averages count, separated by commas
    #[arg(long, value_name = "POOLS", value_delimiter = ',', group = "source")]
    pools: Vec<u32>,
    /// Where both feeders and pools count: how far apart they may be, basis points
    #[arg(long, value_name = "BP", default_value_t = 500)]
    bound: u16,
    /// Greatest age of a report
    #[arg(long, value_name = "DURATION", value_parser = seconds, default_value = "120s")]
    max_age: Duration,
    /// Greatest distance from the last accepted median, basis points
    #[arg(long, value_name = "BP", default_value_t = 200)]
    deviation: u16,
    /// How long the last median bounds the next
    #[arg(long, value_name = "DURATION", value_parser = seconds, default_value = "600s")]
    memory: Duration,
    /// Fewest fresh reports that make a price
    #[arg(long, value_name = "N", default_value_t = 3)]
    min_fresh: u8,
    #[command(flatten)]
    tx: TxArgs,
}

impl Oracle {
    pub async fn run(self, context: &Context) -> Outcome {
        let (msg, tx) = match self {
            Self::Feed(feed) => return feed.run(context).await,
            Self::SetSource(args) => (
                ExecuteMsg::SetSource {
                    asset: context.asset_id(&args.asset)?,
                    source: args.source(context)?,
                },
                args.tx,
            ),
            Self::RemoveSource(one) => {
                (ExecuteMsg::RemoveSource { asset: context.asset_id(&one.asset)? }, one.tx)
            }
            Self::Pause(one) => (ExecuteMsg::Pause { asset: context.asset_id(&one.asset)? }, one.tx),
            Self::ConfirmPause(one) => {
                (ExecuteMsg::ConfirmPause { asset: context.asset_id(&one.asset)? }, one.tx)
            }
            Self::Unpause(one) => (ExecuteMsg::Unpause { asset: context.asset_id(&one.asset)? }, one.tx),
            Self::SetGuardian(args) => {
                (ExecuteMsg::SetGuardian { guardian: args.guardian(context).await? }, args.tx)
            }
            Self::TransferOwnership(args) => (ExecuteMsg::UpdateOwnership(args.action(context)?), args.tx),
            Self::AcceptOwnership(tx) => (ExecuteMsg::UpdateOwnership(Action::AcceptOwnership), tx),
        };
        submit_to_contract(context, &tx, ORACLE, &msg).await
    }
}

impl SetSource {
    fn source(&self, context: &Context) -> Result<SourceUnchecked, Failure> {
        if let Some(price) = self.fixed {
            return Ok(SourceUnchecked::Fixed { price });
        }
        let mut sources = vec![];
        if !self.pools.is_empty() {
            let swap = context.network()?.contract("swap")?.address.clone();
            sources.push(SourceUnchecked::Twap {
                swap,
                pools: self.pools.clone(),
                rules: PoolRules::default(),
            });
        }
        if !self.feeders.is_empty() {
            let feeders: Result<_, _> = self.feeders.iter().map(|feeder| context.address(feeder)).collect();
            let rules = FeederRules {
                max_age: self.max_age.as_secs(),
                deviation: Bps(self.deviation),
                memory: self.memory.as_secs(),
                min_fresh: self.min_fresh,
            };
            sources.push(SourceUnchecked::Feeders { feeders: feeders?, rules });
        }
        match (sources.pop(), sources.pop()) {
            (Some(one), None) => Ok(one),
            (Some(feeders), Some(pools)) => {
                Ok(SourceUnchecked::Guarded { sources: vec![pools, feeders], bound: Bps(self.bound) })
            }
            (None, _) => Err(Failure::usage("one of --fixed, --feeders and --pools is needed")),
        }
    }
}

/// A price to be reported, before it has a time.
struct Quote {
    asset: AssetUnchecked,
    price: Decimal,
}

impl Feed {
    async fn run(self, context: &Context) -> Outcome {
        let quotes: Vec<Quote> =
            self.prices.iter().map(|text| quote(context, text)).collect::<Result<_, _>>()?;
        let chain = context.chain()?;
        let oracle = context.network()?.contract(ORACLE)?.address.clone();
        if self.flags.dry_run {
            return self.preview(context, &chain, &oracle, &quotes).await;
        }
        let chain_id = context.checked_status(&chain).await?.chain_id;
        let mut signers = Vec::new();
        for from in &self.from {
            signers.push((from.clone(), context.signer(chain.clone(), &chain_id, &context.key(from)?)?));
        }
        let Some(every) = self.every else {
            return self.round(context, &chain, &oracle, &signers, &quotes).await;
        };
        let mut stop = std::pin::pin!(stopped()?);
        let mut rounds = tokio::time::interval(every);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let outcome = tokio::select! {
                () = &mut stop => return Ok(Shown::nothing()),
                outcome = async {
                    rounds.tick().await;
                    self.round(context, &chain, &oracle, &signers, &quotes).await
                } => outcome,
            };
            match outcome {
                Ok(shown) => {
                    let read = shown.print_line(context.globals.form());
                    if !read.map_err(|e| Error::Internal(format!("the result cannot be written: {e}")))? {
                        return Ok(Shown::nothing());
                    }
                }
                // The chain may be back for the next round; a mistake of ours stays one.
                Err(Failure::Client(error)) if passes(error.kind()) => {
                    Failure::Client(error).print(context.globals.form());
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    /// One report of every key at the same time.
    async fn round(
        &self,
        context: &Context,
        chain: &Chain,
        oracle: &str,
        signers: &[(String, Signer)],
        quotes: &[Quote],
    ) -> Outcome {
        let options = self.flags.options(context)?;
        let time = chain.status().await?.block_time;
        let report = |progress| tell(context, progress);
        let mut sent = Vec::new();
        for (name, signer) in signers {
            let messages = [feed_message(signer.address().as_ref(), oracle, quotes, time)?];
            sent.push((name, signer.broadcast(&messages, &options, &report).await?));
        }
        let mut rows = Vec::new();
        let mut json: Vec<Value> = Vec::new();
        for (name, txhash) in sent {
            let tx = chain.wait(&txhash, self.flags.timeout).await?.success()?;
            json.push(json!({"feeder": name, "txhash": tx.txhash, "height": tx.height.to_string()}));
            rows.push([name.clone(), self.prices.join(" "), tx.height.to_string(), tx.txhash]);
        }
        let json = json!({"prices": self.prices, "time": time, "reports": json});
        Ok(Shown::new(json, list(&["feeder", "prices", ">height", "txhash"], rows)))
    }

    /// Every key's transaction, shown and not sent.
    async fn preview(&self, context: &Context, chain: &Chain, oracle: &str, quotes: &[Quote]) -> Outcome {
        let time = chain.status().await?.block_time;
        let mut json = Vec::new();
        let mut texts = Vec::new();
        for from in &self.from {
            let flags = self.flags.clone();
            let args = TxArgs { from: from.clone(), impersonate: false, flags, no_wait: false };
            let sender = args.sender(context)?;
            let draft = Draft::of(vec![feed_message(sender.as_ref(), oracle, quotes, time)?]);
            let shown = submit(context, chain.clone(), &args, draft).await?;
            json.push(shown.json().clone());
            texts.push(shown.text().to_string());
        }
        Ok(Shown::new(json.into(), texts.join("\n")))
    }
}

fn quote(context: &Context, text: &str) -> Result<Quote, Failure> {
    let wrong = |why: &str| Failure::usage(format!("{text:?} is not ASSET=PRICE like XMS=0.25: {why}"));
    let (asset, price) = text.rsplit_once('=').ok_or_else(|| wrong("there is no ="))?;
    let price = price.parse().map_err(|_| wrong("the price is not a number of at most 18 decimals"))?;
    Ok(Quote { asset: context.asset_id(asset)?, price })
}

fn feed_message(
    sender: &str,
    oracle: &str,
    quotes: &[Quote],
    time: u64,
) -> Result<mars_client::Any, Failure> {
    let reports = quotes.iter().map(|q| Report { asset: q.asset.clone(), price: q.price, time });
    Ok(message::execute(sender, oracle, &ExecuteMsg::Feed { reports: reports.collect() }, vec![])?)
}

/// Troubles of the chain that may be over in a while.
fn passes(kind: Kind) -> bool {
    matches!(kind, Kind::Unreachable | Kind::Rejected | Kind::Failed | Kind::TimedOut)
}

/// Ends when the process is asked to.
fn stopped() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())
        .map_err(|e| Error::Internal(format!("signals cannot be had: {e}")))?;
    Ok(async move {
        terminate.recv().await;
    })
}
