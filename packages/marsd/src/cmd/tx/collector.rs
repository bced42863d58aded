use clap::{Args, Subcommand};
use cw_ownable::Action;
use mars_client::amount::Amount;
use mars_client::chain::Included;
use mars_client::message;
use mars_types::collector::{ConvertReceipt, DistributeReceipt, ExecuteMsg, Params, QueryMsg, Switch};
use mars_types::events;
use mars_types::swap::Hop;
use mars_types::{Bps, Simulation};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cmd::Outcome;
use crate::cmd::query::{ask, json_of};
use crate::cmd::tx::ownership::{SetGuardian, TransferOwnership};
use crate::cmd::tx::{Draft, TxArgs, receipt, seconds, submit, submit_to_contract};
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, fields};

const COLLECTOR: &str = "collector";

#[derive(Debug, Subcommand)]
pub enum Collector {
    /// Swap a slice of an asset for XMS, once an interval
    Convert {
        /// Symbol, denom, native:DENOM or cw20:ADDRESS
        asset: String,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Share out the XMS that is there, once an interval
    Distribute(TxArgs),
    /// Owner: set the only way of an asset to XMS
    SetRoute {
        /// Symbol, denom, native:DENOM or cw20:ADDRESS
        asset: String,
        /// Pools in order, each with the asset that leaves it, like 2:USDC 1:XMS; none: the asset is kept
        #[arg(value_name = "POOL:ASSET")]
        hops: Vec<String>,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: replace all parameters
    UpdateParams(UpdateParams),
    /// Owner: take out what has no route, or XMS that was retained
    Withdraw {
        /// Like 5MARS
        amount: String,
        /// Address, or name of a key or contract
        recipient: String,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner or guardian: stop convert or distribute
    Pause(Stop),
    /// Owner: make a guardian's pause last until it is lifted
    ConfirmPause(Stop),
    /// Owner: lift a pause
    Unpause(Stop),
    /// Owner: name the guardian
    SetGuardian(SetGuardian),
    /// Owner: offer ownership to another account
    TransferOwnership(TransferOwnership),
    /// Take the ownership that was offered
    AcceptOwnership(TxArgs),
}

#[derive(Debug, Args)]
pub struct UpdateParams {
    /// Time between two runs of one asset, like 20h
    #[arg(long, value_parser = seconds, value_name = "DURATION")]
    interval: std::time::Duration,
    /// Most of a run, of the fair depth of each pool that it passes, basis points
    #[arg(long, value_name = "BP")]
    slice: u16,
    /// How far below the averages a run may end, basis points
    #[arg(long, value_name = "BP")]
    slippage: u16,
    /// Of the XMS that is shared out, what is burned, basis points
    #[arg(long, value_name = "BP")]
    burn: u16,
    /// Of the XMS that is shared out, what is retained for the owner, basis points
    #[arg(long, value_name = "BP")]
    retain: u16,
    #[command(flatten)]
    tx: TxArgs,
}

#[derive(Debug, Args)]
pub struct Stop {
    switch: SwitchArg,
    #[command(flatten)]
    tx: TxArgs,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum SwitchArg {
    Convert,
    Distribute,
}

impl From<SwitchArg> for Switch {
    fn from(switch: SwitchArg) -> Self {
        match switch {
            SwitchArg::Convert => Self::Convert,
            SwitchArg::Distribute => Self::Distribute,
        }
    }
}

impl Collector {
    pub async fn run(self, context: &Context) -> Outcome {
        let (msg, tx) = match self {
            Self::Convert { asset, tx } => {
                let asset = context.asset_id(&asset)?;
                let question = QueryMsg::SimulateConvert { asset: asset.clone() };
                let msg = ExecuteMsg::Convert { asset };
                return run::<ConvertReceipt>(context, &tx, &question, &msg, converted).await;
            }
            Self::Distribute(tx) => {
                let (question, msg) = (QueryMsg::SimulateDistribute {}, ExecuteMsg::Distribute {});
                return run::<DistributeReceipt>(context, &tx, &question, &msg, distributed).await;
            }
            Self::SetRoute { asset, hops, tx } => {
                let route: Vec<Hop> = hops.iter().map(|text| hop(context, text)).collect::<Result<_, _>>()?;
                let route = Some(route).filter(|route| !route.is_empty());
                (ExecuteMsg::SetRoute { asset: context.asset_id(&asset)?, route }, tx)
            }
            Self::UpdateParams(args) => {
                let params = Params {
                    interval: args.interval.as_secs(),
                    slice: Bps(args.slice),
                    slippage: Bps(args.slippage),
                    burn: Bps(args.burn),
                    retain: Bps(args.retain),
                };
                params.check().map_err(|error| Failure::usage(error.to_string()))?;
                (ExecuteMsg::UpdateParams { params }, args.tx)
            }
            Self::Withdraw { amount, recipient, tx } => {
                let Amount { value: amount, asset } = context.amount(&amount)?;
                let (asset, recipient) = ((&asset).into(), context.address(&recipient)?);
                (ExecuteMsg::Withdraw { asset, amount, recipient }, tx)
            }
            Self::Pause(Stop { switch, tx }) => (ExecuteMsg::Pause { switch: switch.into() }, tx),
            Self::ConfirmPause(Stop { switch, tx }) => {
                (ExecuteMsg::ConfirmPause { switch: switch.into() }, tx)
            }
            Self::Unpause(Stop { switch, tx }) => (ExecuteMsg::Unpause { switch: switch.into() }, tx),
            Self::SetGuardian(args) => {
                (ExecuteMsg::SetGuardian { guardian: args.guardian(context).await? }, args.tx)
            }
            Self::TransferOwnership(args) => (ExecuteMsg::UpdateOwnership(args.action(context)?), args.tx),
            Self::AcceptOwnership(tx) => (ExecuteMsg::UpdateOwnership(Action::AcceptOwnership), tx),
        };
        submit_to_contract(context, &tx, COLLECTOR, &msg).await
    }
}

/// A pool, and the asset that leaves it.
fn hop(context: &Context, text: &str) -> Result<Hop, Failure> {
    let wrong = || Failure::usage(format!("{text:?} is not POOL:ASSET like 1:XMS"));
    let (pool, ask) = text.split_once(':').ok_or_else(wrong)?;
    Ok(Hop { pool: pool.parse().map_err(|_| wrong())?, ask: context.asset_id(ask)? })
}

/// Asks first what would come of it, and ends here if the contract would refuse.
async fn run<R: DeserializeOwned + Serialize>(
    context: &Context,
    tx: &TxArgs,
    question: &QueryMsg,
    msg: &ExecuteMsg,
    receipt: fn(&Context, &Included) -> Option<Shown>,
) -> Outcome {
    let chain = context.chain()?;
    let simulated: Simulation<R> = ask(context, &chain, COLLECTOR, question).await?;
    if let Some(refusal) = simulated.refusal {
        return Err(Failure::WouldRefuse(Box::new(refusal)));
    }
    let expected = simulated.receipt.map(|receipt| json_of(&receipt).map(Shown::fields_of)).transpose()?;
    let sender = tx.sender(context)?;
    let collector = &context.network()?.contract(COLLECTOR)?.address;
    let message = message::execute(sender.as_ref(), collector, msg, vec![])?;
    submit(context, chain, tx, Draft { messages: vec![message], expected, receipt }).await
}

fn converted(context: &Context, tx: &Included) -> Option<Shown> {
    let told = receipt::first::<events::FeesConverted>(tx)?;
    let rows = [
        ("sold", told.amount(context, "amount", "asset")),
        ("worth by the averages", told.token(context, "fair", "xms")),
        ("bought", told.token(context, "xms", "xms")),
    ];
    Some(told.with(fields(rows)))
}

fn distributed(context: &Context, tx: &Included) -> Option<Shown> {
    let told = receipt::first::<events::FeesDistributed>(tx)?;
    let rows = [
        ("to stakers, over a day", told.token(context, "to_stakers", "xms")),
        ("burned", told.token(context, "burned", "xms")),
        ("retained", told.token(context, "retained", "xms")),
    ];
    Some(told.with(fields(rows)))
}
