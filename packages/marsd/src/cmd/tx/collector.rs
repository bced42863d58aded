use clap::Subcommand;
use mars_client::chain::Included;
use mars_client::message;
use mars_types::Simulation;
use mars_types::collector::{ConvertReceipt, DistributeReceipt, ExecuteMsg, QueryMsg, Switch};
use mars_types::events::{self, TypedEvent};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cmd::Outcome;
use crate::cmd::query::{ask, json_of};
use crate::cmd::tx::staking::shown;
use crate::cmd::tx::{Draft, TxArgs, submit, submit_to_contract};
use crate::context::Context;
use crate::failure::Failure;
use crate::show::Shown;

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
    /// Owner or guardian: stop convert or distribute
    Pause {
        switch: SwitchArg,
        #[command(flatten)]
        tx: TxArgs,
    },
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum SwitchArg {
    Convert,
    Distribute,
}

impl Collector {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Convert { asset, tx } => {
                let asset = context.asset_id(&asset)?;
                let question = QueryMsg::SimulateConvert { asset: asset.clone() };
                run::<ConvertReceipt, events::FeesConverted>(
                    context,
                    &tx,
                    &question,
                    &ExecuteMsg::Convert { asset },
                )
                .await
            }
            Self::Distribute(tx) => {
                let question = QueryMsg::SimulateDistribute {};
                run::<DistributeReceipt, events::FeesDistributed>(
                    context,
                    &tx,
                    &question,
                    &ExecuteMsg::Distribute {},
                )
                .await
            }
            Self::Pause { switch, tx } => {
                let switch = match switch {
                    SwitchArg::Convert => Switch::Convert,
                    SwitchArg::Distribute => Switch::Distribute,
                };
                submit_to_contract(context, &tx, COLLECTOR, &ExecuteMsg::Pause { switch }).await
            }
        }
    }
}

/// Asks first what would come of it, and ends here if the contract would refuse.
async fn run<R: DeserializeOwned + Serialize, E: TypedEvent>(
    context: &Context,
    tx: &TxArgs,
    question: &QueryMsg,
    msg: &ExecuteMsg,
) -> Outcome {
    let chain = context.chain()?;
    let simulated: Simulation<R> = ask(context, &chain, COLLECTOR, question).await?;
    if let Some(refusal) = simulated.refusal {
        return Err(Failure::WouldRefuse(Box::new(refusal)));
    }
    let expected = simulated.receipt.map(|receipt| json_of(&receipt).map(Shown::fields_of)).transpose()?;
    let key = context.key(&tx.from)?;
    let sender = key.public.address(context.prefix())?;
    let collector = &context.network()?.contract(COLLECTOR)?.address;
    let message = message::execute(sender.as_ref(), collector, msg, vec![])?;
    let receipt = |_: &Context, tx: &Included| shown::<E>(tx);
    submit(context, chain, &key, tx, Draft { messages: vec![message], expected, receipt }).await
}
