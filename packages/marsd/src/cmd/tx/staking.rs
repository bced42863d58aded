use clap::{Args, Subcommand};
use cw_ownable::Action;
use mars_client::chain::Included;
use mars_types::events;
use mars_types::staking::{Cw20HookMsg, Emission, ExecuteMsg, Params, QueryMsg, StakerResponse, Switch};

use crate::cmd::Outcome;
use crate::cmd::query::staking::staker;
use crate::cmd::query::{ask, json_of};
use crate::cmd::tx::ownership::{SetGuardian, TransferOwnership};
use crate::cmd::tx::receipt::shown;
use crate::cmd::tx::token::{of_token, send_token};
use crate::cmd::tx::{Draft, TxArgs, receipt, seconds, submit, submit_to_contract};
use crate::context::Context;
use crate::show::{Shown, fields};

pub const STAKING: &str = "staking";

#[derive(Debug, Subcommand)]
pub enum Staking {
    /// Stake XMS: it earns rewards and carries votes
    Stake(Amount),
    /// End a stake; it can be withdrawn seven days later
    Unstake(Amount),
    /// Stake again what unbonds
    Rebond(Amount),
    /// Get what has finished unbonding
    Withdraw(TxArgs),
    /// Get all rewards
    Claim {
        /// Stake them instead
        #[arg(long)]
        restake: bool,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Lend the votes of the stake to another
    Delegate(Delegate),
    /// Collector or owner: stream XMS to stakers over a day
    BuyBack(Amount),
    /// Begin the planned emission with exactly its total
    FundEmission(Amount),
    /// Owner: plan the next emission, which begins when it is funded
    PlanEmission {
        /// Like 461501XMS
        #[arg(required_unless_present = "none", requires = "over")]
        amount: Option<String>,
        /// Over how long, like 180d
        #[arg(value_parser = seconds)]
        over: Option<std::time::Duration>,
        /// Plan none
        #[arg(long, conflicts_with = "amount")]
        none: bool,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: name the fee collector
    SetCollector {
        /// Address, or name of a contract
        collector: String,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: replace all parameters
    UpdateParams {
        /// Time from unstaking to withdrawal, like 7d
        #[arg(long, value_parser = seconds, value_name = "DURATION")]
        unbonding: std::time::Duration,
        /// Time over which a buy-back is streamed, like 1d
        #[arg(long, value_parser = seconds, value_name = "DURATION")]
        buy_back_window: std::time::Duration,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner or guardian: stop new stakes
    Pause(TxArgs),
    /// Owner: make a guardian's pause last until it is lifted
    ConfirmPause(TxArgs),
    /// Owner: lift a pause
    Unpause(TxArgs),
    /// Owner: name the guardian
    SetGuardian(SetGuardian),
    /// Owner: offer ownership to another account
    TransferOwnership(TransferOwnership),
    /// Take the ownership that was offered
    AcceptOwnership(TxArgs),
}

#[derive(Debug, Args)]
pub struct Amount {
    /// Like 100XMS
    amount: String,
    #[command(flatten)]
    tx: TxArgs,
}

#[derive(Debug, Args)]
pub struct Delegate {
    /// Address, or name of a key or contract
    #[arg(required_unless_present = "back")]
    to: Option<String>,
    /// Take the votes back
    #[arg(long, conflicts_with = "to")]
    back: bool,
    #[command(flatten)]
    tx: TxArgs,
}

impl Staking {
    pub async fn run(self, context: &Context) -> Outcome {
        let switch = Switch::Stake;
        let (msg, tx) = match self {
            Self::Stake(args) => return send(context, args, &Cw20HookMsg::Stake {}, staked).await,
            Self::BuyBack(args) => {
                return send(context, args, &Cw20HookMsg::BuyBack {}, shown::<events::Streamed>).await;
            }
            Self::FundEmission(args) => {
                return send(context, args, &Cw20HookMsg::FundEmission {}, shown::<events::Streamed>).await;
            }
            Self::Unstake(Amount { amount, tx }) => {
                (ExecuteMsg::Unstake { amount: of_token(context, &amount, "xms")?.value }, tx)
            }
            Self::Rebond(Amount { amount, tx }) => {
                (ExecuteMsg::Rebond { amount: of_token(context, &amount, "xms")?.value }, tx)
            }
            Self::Withdraw(tx) => (ExecuteMsg::Withdraw {}, tx),
            Self::Claim { restake, tx } => return claim(context, restake, &tx).await,
            Self::Delegate(args) => return args.run(context).await,
            Self::PlanEmission { amount, over, none: _, tx } => {
                let emission = match (amount, over) {
                    (Some(amount), Some(over)) => {
                        let total = of_token(context, &amount, "xms")?.value;
                        Some(Emission { total, duration: over.as_secs() })
                    }
                    _ => None,
                };
                (ExecuteMsg::PlanEmission { emission }, tx)
            }
            Self::SetCollector { collector, tx } => {
                (ExecuteMsg::SetCollector { collector: Some(context.address(&collector)?) }, tx)
            }
            Self::UpdateParams { unbonding, buy_back_window, tx } => {
                let params =
                    Params { unbonding: unbonding.as_secs(), buy_back_window: buy_back_window.as_secs() };
                (ExecuteMsg::UpdateParams { params }, tx)
            }
            Self::Pause(tx) => (ExecuteMsg::Pause { switch }, tx),
            Self::ConfirmPause(tx) => (ExecuteMsg::ConfirmPause { switch }, tx),
            Self::Unpause(tx) => (ExecuteMsg::Unpause { switch }, tx),
            Self::SetGuardian(args) => {
                (ExecuteMsg::SetGuardian { guardian: args.guardian(context).await? }, args.tx)
            }
            Self::TransferOwnership(args) => (ExecuteMsg::UpdateOwnership(args.action(context)?), args.tx),
            Self::AcceptOwnership(tx) => (ExecuteMsg::UpdateOwnership(Action::AcceptOwnership), tx),
        };
        submit_to_contract(context, &tx, STAKING, &msg).await
    }
}

impl Delegate {
    /// Also `marsd tx gov delegate`: it is what voters look for there.
    pub async fn run(self, context: &Context) -> Outcome {
        let to = self.to.as_deref().map(|to| context.address(to)).transpose()?;
        submit_to_contract(context, &self.tx, STAKING, &ExecuteMsg::Delegate { to }).await
    }
}

async fn send(
    context: &Context,
    Amount { amount, tx }: Amount,
    hook: &Cw20HookMsg,
    receipt: fn(&Context, &Included) -> Option<Shown>,
) -> Outcome {
    let amount = of_token(context, &amount, "xms")?;
    let network = context.network()?;
    let (xms, staking) = (&network.contract("xms")?.address, &network.contract(STAKING)?.address);
    let message = send_token(context, &tx, xms, staking, amount.value, hook)?;
    let draft = Draft { messages: vec![message], expected: None, receipt };
    submit(context, context.chain()?, &tx, draft).await
}

/// Shows beforehand what the claim would pay.
async fn claim(context: &Context, restake: bool, tx: &TxArgs) -> Outcome {
    let sender = tx.sender(context)?;
    let chain = context.chain()?;
    let address = sender.to_string();
    let answer: StakerResponse = ask(context, &chain, STAKING, &QueryMsg::Staker { address }).await?;
    let expected = Some(Shown::new(json_of(&answer)?, staker(context, &answer)?));
    let staking = &context.network()?.contract(STAKING)?.address;
    let msg = ExecuteMsg::Claim { restake };
    let message = mars_client::message::execute(sender.as_ref(), staking, &msg, vec![])?;
    let draft = Draft { messages: vec![message], expected, receipt: claimed };
    submit(context, chain, tx, draft).await
}

fn staked(context: &Context, tx: &Included) -> Option<Shown> {
    let told = receipt::first::<events::Staked>(tx)?;
    let rows = [
        ("staked", told.token(context, "amount", "xms")),
        ("stake", told.token(context, "stake", "xms")),
        ("all stakes", told.token(context, "staked", "xms")),
        ("of", told.text("staker").to_string()),
    ];
    Some(told.with(fields(rows)))
}

fn claimed(context: &Context, tx: &Included) -> Option<Shown> {
    let told = receipt::first::<events::Claimed>(tx)?;
    let what = if told.text("restaked") == "true" { "staked" } else { "paid" };
    let rows = [(what, told.token(context, "amount", "xms")), ("to", told.text("staker").to_string())];
    Some(told.with(fields(rows)))
}
