use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use cosmwasm_std::{Decimal, Uint128};
use cw_ownable::Action;
use mars_client::amount::Amount;
use mars_client::chain::Included;
use mars_client::proto::cosmos::base::v1beta1::Coin;
use mars_client::{Any, Error, message};
use mars_types::events;
use mars_types::treasury::{
    AssetCap, Budget, ChainVote, Cw20HookMsg, ExecuteMsg, Level, LowerLimits, MAX_SETTLE, MintReceipt,
    Params, PositionKind, QueryMsg, RedeemReceipt, SwitchUnchecked,
};
use mars_types::{Bps, Refusal, Simulation, swap};
use serde::de::DeserializeOwned;

use crate::cmd::Outcome;
use crate::cmd::query::swap::SWAP;
use crate::cmd::query::treasury::{mint_receipt, redeem_receipt};
use crate::cmd::query::{ask, json_of};
use crate::cmd::tx::exit::{self, ClaimBasket};
use crate::cmd::tx::ownership::{SetGuardian, TransferOwnership};
use crate::cmd::tx::swap::in_order;
use crate::cmd::tx::token::{of_token, send_token};
use crate::cmd::tx::wasm::message as json_message;
use crate::cmd::tx::{Draft, Moment, TxArgs, receipt, submit, submit_to_contract};
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, fields};

pub const TREASURY: &str = "treasury";
/// How much less than simulated is accepted where the caller does not say: half a percent.
pub const SLIPPAGE: Decimal = Decimal::permille(995);

#[derive(Debug, Subcommand)]
pub enum Treasury {
    /// Mint USDM against an asset
    Mint(Trade),
    /// Burn USDM and get XMS for it out of the reserve
    Redeem {
        #[command(flatten)]
        trade: Trade,
        /// Let wait what cannot be paid at once
        #[arg(long)]
        queue: bool,
    },
    /// Pay redemptions that wait, from the head of the queue
    Settle {
        /// Most places to pass
        #[arg(long, value_name = "N", default_value_t = MAX_SETTLE)]
        limit: u32,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Take back USDM that waits in the queue
    Cancel {
        /// Number of the claim
        claim: u64,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// In recovery: exchange USDM, or a claim of the queue, for a share of the assets
    ClaimBasket(ClaimBasket),
    /// Put a slice of an asset into a pool, beside USDM minted for it or XMS of the reserve
    Allocate {
        /// Number of the pool
        pool: u32,
        /// Like 1000USDC
        amount: String,
        /// When the transaction loses its effect: a duration from the latest block, or seconds since 1970
        #[arg(long, value_name = "MOMENT", default_value = "120s")]
        deadline: Moment,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// In recovery: take a position back out of its pool
    Unwind {
        /// Number of the pool
        pool: u32,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: list a pool of the swap contract as a position
    RegisterPosition {
        /// Number of the pool
        pool: u32,
        #[arg(long)]
        kind: KindArg,
        /// Most that may be placed in it at cost, 10^-6 US dollars
        #[arg(long, value_name = "MICRO-USD")]
        cap: Uint128,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: change the cap of a position, or close the way in
    #[command(group = clap::ArgGroup::new("change").required(true).multiple(true))]
    UpdatePosition {
        /// Number of the pool
        pool: u32,
        #[arg(long, value_name = "MICRO-USD", group = "change")]
        cap: Option<Uint128>,
        #[arg(long, value_name = "true|false", group = "change")]
        exit_only: Option<bool>,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: move idle assets into a yield position
    Deposit {
        /// Number of the pool
        pool: u32,
        /// Of assets of the pool, like 1000USDC 1000BUSD
        #[arg(required = true)]
        amounts: Vec<String>,
        /// Least LP units
        #[arg(long, value_name = "UNITS", default_value = "0")]
        min_lp: Uint128,
        #[arg(long, value_name = "MOMENT", default_value = "120s")]
        deadline: Moment,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: take LP units out of a position
    Remove {
        /// Number of the pool
        pool: u32,
        /// LP units
        lp: Uint128,
        #[arg(long, value_name = "MOMENT", default_value = "120s")]
        deadline: Moment,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: send an external asset away
    Spend {
        /// Like 1000USDC
        amount: String,
        /// Address, or name of a key or contract
        recipient: String,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: vote in the chain's own governance
    VoteChain {
        proposal: u64,
        option: VoteArg,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: call another DAO, to vote there
    CallDao {
        /// Address of the other DAO
        contract: String,
        /// JSON
        msg: String,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: start recovery
    DeclareRecovery(TxArgs),
    /// Owner: end recovery
    EndRecovery(TxArgs),
    /// Add XMS to the redemption reserve
    FundReserve {
        /// Like 1000XMS
        amount: String,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Close the epoch if that is due
    Poke(TxArgs),
    /// Owner: accept an asset
    RegisterAsset {
        /// Symbol, denom, native:DENOM or cw20:ADDRESS
        asset: String,
        #[arg(long)]
        level: LevelArg,
        #[arg(long, value_name = "N")]
        decimals: u8,
        /// Most that the treasury may hold, in base units of the asset
        #[arg(long, value_name = "UNITS")]
        cap: Uint128,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: change an asset's cap, delist it or list it again
    #[command(group = clap::ArgGroup::new("change").required(true).multiple(true))]
    UpdateAsset {
        /// Symbol, denom, native:DENOM or cw20:ADDRESS
        asset: String,
        /// Most that the treasury may hold, in base units of the asset
        #[arg(long, value_name = "UNITS", group = "change")]
        cap: Option<Uint128>,
        /// Whether it is accepted
        #[arg(long, value_name = "true|false", group = "change")]
        listed: Option<bool>,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: change which contracts hold XMS that does not circulate
    #[command(group = clap::ArgGroup::new("change").required(true).multiple(true))]
    UpdateNonCirculating {
        #[arg(long, value_name = "CONTRACT", group = "change")]
        add: Vec<String>,
        #[arg(long, value_name = "CONTRACT", group = "change")]
        remove: Vec<String>,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: take XMS out of the redemption reserve
    WithdrawReserve {
        /// Like 1000XMS
        amount: String,
        /// Address, or name of a key or contract
        recipient: String,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: replace all parameters
    UpdateParams {
        /// JSON, as in the answer of: marsd query treasury config
        file: PathBuf,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner or guardian: lower limits; what is left out stays
    LowerLimits(LowerLimitsArgs),
    /// Owner or guardian: stop mint, redeem, settle, allocate, or minting with one asset
    Pause(Switch),
    /// Owner: make a guardian's pause last until it is lifted
    ConfirmPause(Switch),
    /// Owner: lift a pause
    Unpause(Switch),
    /// Owner: name the guardian
    SetGuardian(SetGuardian),
    /// Owner: offer ownership to another account
    TransferOwnership(TransferOwnership),
    /// Take the ownership that was offered
    AcceptOwnership(TxArgs),
}

#[derive(Debug, Args)]
pub struct Trade {
    /// Like 100USDC to mint, 10USDM to redeem
    amount: String,
    /// Least to be had, else the transaction fails [default: what simulation says, less 0.5 %]
    #[arg(long, value_name = "AMOUNT")]
    min_out: Option<String>,
    /// When the transaction loses its effect: a duration from the latest block, or seconds since 1970
    #[arg(long, value_name = "MOMENT", default_value = "120s")]
    deadline: Moment,
    /// Who gets it [default: the sender]
    #[arg(long, value_name = "ACCOUNT")]
    recipient: Option<String>,
    #[command(flatten)]
    tx: TxArgs,
}

#[derive(Debug, Args)]
pub struct Switch {
    /// mint, redeem, settle, allocate, or an asset
    switch: String,
    #[command(flatten)]
    tx: TxArgs,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("limit").required(true).multiple(true))]
pub struct LowerLimitsArgs {
    /// Share of the cap that may be minted in a day, basis points
    #[arg(long, value_name = "BP", group = "limit")]
    mint_rate: Option<u16>,
    /// USDM that may be minted in a day at least
    #[arg(long, value_name = "AMOUNT", group = "limit")]
    mint_floor: Option<String>,
    /// Redemption budget of an epoch: shares of user-owned USDM and of XMS depth, basis points
    #[arg(long, value_name = "BP,BP", value_parser = budget, group = "limit")]
    epoch_budget: Option<Budget>,
    /// Redemption budget of a day: shares of user-owned USDM and of XMS depth, basis points
    #[arg(long, value_name = "BP,BP", value_parser = budget, group = "limit")]
    day_budget: Option<Budget>,
    /// Share of the external assets that may be spent in a day, basis points
    #[arg(long, value_name = "BP", group = "limit")]
    spend_limit: Option<u16>,
    /// Most that the treasury may hold of an asset, like 500000USDC
    #[arg(long, value_name = "AMOUNT", group = "limit")]
    asset_cap: Vec<String>,
    #[command(flatten)]
    tx: TxArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LevelArg {
    Stable,
    Gold,
    LayerOne,
    Defi,
    Xms,
}

impl From<LevelArg> for Level {
    fn from(level: LevelArg) -> Self {
        match level {
            LevelArg::Stable => Self::Stable,
            LevelArg::Gold => Self::Gold,
            LevelArg::LayerOne => Self::LayerOne,
            LevelArg::Defi => Self::DeFi,
            LevelArg::Xms => Self::Xms,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum KindArg {
    Usdm,
    Xms,
    Yield,
}

impl From<KindArg> for PositionKind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::Usdm => Self::Usdm,
            KindArg::Xms => Self::Xms,
            KindArg::Yield => Self::Yield,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum VoteArg {
    Yes,
    No,
    Abstain,
    NoWithVeto,
}

impl From<VoteArg> for ChainVote {
    fn from(vote: VoteArg) -> Self {
        match vote {
            VoteArg::Yes => Self::Yes,
            VoteArg::No => Self::No,
            VoteArg::Abstain => Self::Abstain,
            VoteArg::NoWithVeto => Self::NoWithVeto,
        }
    }
}

impl Treasury {
    pub async fn run(self, context: &Context) -> Outcome {
        let (msg, tx) = match self {
            Self::Mint(trade) => return mint(context, trade).await,
            Self::Redeem { trade, queue } => return redeem(context, trade, queue).await,
            Self::Settle { limit, tx } => return exit::settle(context, limit, &tx).await,
            Self::Cancel { claim, tx } => return exit::cancel(context, claim, &tx).await,
            Self::ClaimBasket(args) => return exit::claim_basket(context, args).await,
            Self::Allocate { pool, amount, deadline, tx } => {
                return exit::allocate(context, pool, &amount, deadline, &tx).await;
            }
            Self::Unwind { pool, tx } => return exit::unwind(context, pool, &tx).await,
            Self::RegisterPosition { pool, kind, cap, tx } => {
                let swap = context.network()?.contract("swap")?.address.clone();
                (ExecuteMsg::RegisterPosition { swap, pool, kind: kind.into(), cap }, tx)
            }
            Self::UpdatePosition { pool, cap, exit_only, tx } => {
                (ExecuteMsg::UpdatePosition { pool, cap, exit_only }, tx)
            }
            Self::Deposit { pool, amounts, min_lp, deadline, tx } => {
                let given = context.amounts(&amounts.join(","))?;
                let chain = context.chain()?;
                let query = swap::QueryMsg::Pool { pool };
                let amounts = in_order(context, &ask(context, &chain, SWAP, &query).await?, given)?;
                let amounts = amounts.into_iter().map(|amount| amount.value).collect();
                let deadline = deadline.after(chain.status().await?.block_time);
                (ExecuteMsg::Deposit { pool, amounts, min_lp, deadline }, tx)
            }
            Self::Remove { pool, lp, deadline, tx } => {
                let deadline = deadline.after(context.chain()?.status().await?.block_time);
                (ExecuteMsg::Remove { pool, lp, deadline }, tx)
            }
            Self::Spend { amount, recipient, tx } => {
                let Amount { value: amount, asset } = context.amount(&amount)?;
                let recipient = context.address(&recipient)?;
                (ExecuteMsg::Spend { asset: (&asset).into(), amount, recipient }, tx)
            }
            Self::VoteChain { proposal, option, tx } => {
                (ExecuteMsg::VoteChain { proposal, option: option.into() }, tx)
            }
            Self::CallDao { contract, msg, tx } => {
                let msg = json_message(&msg)?.to_string().into_bytes().into();
                (ExecuteMsg::CallDao { contract: context.address(&contract)?, msg }, tx)
            }
            Self::DeclareRecovery(tx) => (ExecuteMsg::DeclareRecovery {}, tx),
            Self::EndRecovery(tx) => (ExecuteMsg::EndRecovery {}, tx),
            Self::FundReserve { amount, tx } => return fund_reserve(context, &amount, &tx).await,
            Self::Poke(tx) => (ExecuteMsg::Poke {}, tx),
            Self::RegisterAsset { asset, level, decimals, cap, tx } => (
                ExecuteMsg::RegisterAsset {
                    asset: context.asset_id(&asset)?,
                    level: level.into(),
                    decimals,
                    cap,
                },
                tx,
            ),
            Self::UpdateAsset { asset, cap, listed, tx } => {
                (ExecuteMsg::UpdateAsset { asset: context.asset_id(&asset)?, cap, listed }, tx)
            }
            Self::UpdateNonCirculating { add, remove, tx } => {
                let addresses = |names: Vec<String>| names.iter().map(|name| context.address(name)).collect();
                let (add, remove): (Result<_, _>, Result<_, _>) = (addresses(add), addresses(remove));
                (ExecuteMsg::UpdateNonCirculating { add: add?, remove: remove? }, tx)
            }
            Self::WithdrawReserve { amount, recipient, tx } => {
                let amount = of_token(context, &amount, "xms")?.value;
                (ExecuteMsg::WithdrawReserve { amount, recipient: context.address(&recipient)? }, tx)
            }
            Self::UpdateParams { file, tx } => (ExecuteMsg::UpdateParams { params: params(&file)? }, tx),
            Self::LowerLimits(args) => (ExecuteMsg::LowerLimits { limits: args.limits(context)? }, args.tx),
            Self::Pause(Switch { switch, tx }) => {
                (ExecuteMsg::Pause { switch: switch_id(context, &switch)? }, tx)
            }
            Self::ConfirmPause(Switch { switch, tx }) => {
                (ExecuteMsg::ConfirmPause { switch: switch_id(context, &switch)? }, tx)
            }
            Self::Unpause(Switch { switch, tx }) => {
                (ExecuteMsg::Unpause { switch: switch_id(context, &switch)? }, tx)
            }
            Self::SetGuardian(args) => {
                (ExecuteMsg::SetGuardian { guardian: args.guardian(context).await? }, args.tx)
            }
            Self::TransferOwnership(args) => (ExecuteMsg::UpdateOwnership(args.action(context)?), args.tx),
            Self::AcceptOwnership(tx) => (ExecuteMsg::UpdateOwnership(Action::AcceptOwnership), tx),
        };
        submit_to_contract(context, &tx, TREASURY, &msg).await
    }
}

async fn mint(context: &Context, trade: Trade) -> Outcome {
    let chain = context.chain()?;
    let amount = context.amount(&trade.amount)?;
    let deadline = trade.deadline.after(chain.status().await?.block_time);
    let asked_min_out = match &trade.min_out {
        Some(text) => Some(of_token(context, text, "usdm")?.value),
        None => None,
    };
    let query = QueryMsg::SimulateMint {
        asset: (&amount.asset).into(),
        amount: amount.value,
        min_out: asked_min_out,
        deadline: Some(deadline),
    };
    let simulation: Simulation<MintReceipt> = trade.simulate(context, &query).await?;
    let min_out = min_out(asked_min_out, simulation.receipt.as_ref().map(|receipt| receipt.usdm))?;
    let recipient = trade.recipient(context)?;
    let treasury = &context.network()?.contract(TREASURY)?.address;
    let mint = match amount.asset.cw20_address() {
        Some(token) => send_token(
            context,
            &trade.tx,
            token,
            treasury,
            amount.value,
            &Cw20HookMsg::Mint { min_out, deadline, recipient },
        )?,
        None => {
            let coin = Coin { denom: amount.asset.base.clone(), amount: amount.value.to_string() };
            let sender = trade.tx.sender(context)?;
            let msg = ExecuteMsg::Mint { min_out, deadline, recipient };
            message::execute(sender.as_ref(), treasury, &msg, vec![coin])?
        }
    };
    trade.meet(context, &mint, simulation.refusal)?;
    let expected = match &simulation.receipt {
        Some(receipt) => Some(Shown::new(json_of(receipt)?, mint_receipt(context, receipt)?)),
        None => None,
    };
    let draft = Draft { messages: vec![mint], expected, receipt: minted };
    submit(context, chain, &trade.tx, draft).await
}

async fn redeem(context: &Context, trade: Trade, queue: bool) -> Outcome {
    let chain = context.chain()?;
    let amount = of_token(context, &trade.amount, "usdm")?;
    let deadline = trade.deadline.after(chain.status().await?.block_time);
    let asked_min_out = match &trade.min_out {
        Some(text) => Some(of_token(context, text, "xms")?.value),
        None => None,
    };
    let query = QueryMsg::SimulateRedeem {
        usdm: amount.value,
        queue,
        min_out: asked_min_out,
        deadline: Some(deadline),
    };
    let simulation: Simulation<RedeemReceipt> = trade.simulate(context, &query).await?;
    // Asked for the whole, while a part may be paid at once.
    let whole = |receipt: &RedeemReceipt| match receipt.usdm.is_zero() {
        true => Uint128::zero(),
        false => receipt.xms.multiply_ratio(amount.value, receipt.usdm),
    };
    let min_out = min_out(asked_min_out, simulation.receipt.as_ref().map(whole))?;
    let network = context.network()?;
    let (usdm, treasury) = (&network.contract("usdm")?.address, &network.contract(TREASURY)?.address);
    let hook = Cw20HookMsg::Redeem { min_out, deadline, recipient: trade.recipient(context)?, queue };
    let redeem = send_token(context, &trade.tx, usdm, treasury, amount.value, &hook)?;
    trade.meet(context, &redeem, simulation.refusal)?;
    let expected = match &simulation.receipt {
        Some(receipt) => Some(Shown::new(json_of(receipt)?, redeem_receipt(context, receipt)?)),
        None => None,
    };
    let draft = Draft { messages: vec![redeem], expected, receipt: redeemed };
    submit(context, chain, &trade.tx, draft).await
}

async fn fund_reserve(context: &Context, amount: &str, tx: &TxArgs) -> Outcome {
    let amount = of_token(context, amount, "xms")?;
    let network = context.network()?;
    let (xms, treasury) = (&network.contract("xms")?.address, &network.contract(TREASURY)?.address);
    let fund = send_token(context, tx, xms, treasury, amount.value, &Cw20HookMsg::FundReserve {})?;
    submit(context, context.chain()?, tx, Draft::of(vec![fund])).await
}

impl Trade {
    /// What the contract says that the trade would do; neither receipt nor refusal where that is not to be known
    /// before it is sent.
    async fn simulate<T: DeserializeOwned>(
        &self,
        context: &Context,
        query: &QueryMsg,
    ) -> Result<Simulation<T>, Failure> {
        if self.min_out.is_some() && !self.tx.flags.simulates() {
            return Ok(Simulation { receipt: None, refusal: None });
        }
        ask(context, &context.chain()?, TREASURY, query).await
    }

    /// Ends here if the contract would refuse; a dry run shows what it would refuse.
    fn meet(&self, context: &Context, message: &Any, refusal: Option<Refusal>) -> Result<(), Failure> {
        let Some(refusal) = refusal else {
            return Ok(());
        };
        if self.tx.flags.dry_run {
            context.say(format!("{:#}", message::describe(message)));
        }
        Err(Failure::WouldRefuse(Box::new(refusal)))
    }

    fn recipient(&self, context: &Context) -> Result<Option<String>, Failure> {
        self.recipient.as_deref().map(|recipient| context.address(recipient)).transpose()
    }
}

/// What is asked for, else a little less than simulated. Nothing was simulated where the contract refuses, and then
/// nothing is sent.
fn min_out(asked: Option<Uint128>, simulated: Option<Uint128>) -> Result<Uint128, Failure> {
    match (asked, simulated) {
        (Some(asked), _) => Ok(asked),
        (None, Some(simulated)) => {
            simulated.checked_mul_floor(SLIPPAGE).map_err(|e| Error::Internal(e.to_string()).into())
        }
        (None, None) => Ok(Uint128::zero()),
    }
}

fn switch_id(context: &Context, text: &str) -> Result<SwitchUnchecked, Failure> {
    Ok(match text {
        "mint" => SwitchUnchecked::Mint,
        "redeem" => SwitchUnchecked::Redeem,
        "settle" => SwitchUnchecked::Settle,
        "allocate" => SwitchUnchecked::Allocate,
        asset => SwitchUnchecked::Asset(context.asset_id(asset)?),
    })
}

fn params(file: &PathBuf) -> Result<Params, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|e| Failure::config(format!("parameter file {}: {e}", file.display())))?;
    let params: Params = serde_json::from_str(&text)
        .map_err(|e| Failure::usage(format!("parameter file {}: {e}", file.display())))?;
    params.check().map_err(|e| Failure::usage(format!("parameter file {}: {e}", file.display())))?;
    Ok(params)
}

fn budget(text: &str) -> Result<Budget, String> {
    let wrong = || format!("{text:?} is not two shares in basis points, like 50,125");
    let (of_user_owned, of_depth) = text.split_once(',').ok_or_else(wrong)?;
    let bps = |text: &str| text.trim().parse().map(Bps).map_err(|_| wrong());
    Ok(Budget { of_user_owned: bps(of_user_owned)?, of_depth: bps(of_depth)? })
}

impl LowerLimitsArgs {
    fn limits(&self, context: &Context) -> Result<LowerLimits, Failure> {
        let mint_floor = match &self.mint_floor {
            Some(text) => Some(of_token(context, text, "usdm")?.value),
            None => None,
        };
        let mut asset_caps = Vec::new();
        for text in &self.asset_cap {
            let Amount { value: cap, asset } = context.amount(text)?;
            asset_caps.push(AssetCap { asset: (&asset).into(), cap });
        }
        Ok(LowerLimits {
            mint_rate: self.mint_rate.map(Bps),
            mint_floor,
            epoch_budget: self.epoch_budget,
            day_budget: self.day_budget,
            spend_limit: self.spend_limit.map(Bps),
            asset_caps,
        })
    }
}

fn minted(context: &Context, tx: &Included) -> Option<Shown> {
    let told = receipt::first::<events::Mint>(tx)?;
    let rows = [
        ("paid", told.amount(context, "amount", "asset")),
        ("credited at", format!("{} USD", told.text("price"))),
        ("fee", told.token(context, "fee", "usdm")),
        ("minted", told.token(context, "usdm", "usdm")),
        ("to", told.text("recipient").to_string()),
    ];
    Some(told.with(fields(rows)))
}

/// What was paid at once, and what waits.
fn redeemed(context: &Context, tx: &Included) -> Option<Shown> {
    let queued = receipt::first::<events::ClaimQueued>(tx);
    let waits = queued
        .as_ref()
        .map(|told| [("claim", told.text("id").to_string()), ("waits", told.token(context, "usdm", "usdm"))]);
    let Some(told) = receipt::first::<events::Redeem>(tx) else {
        let told = queued?;
        let of = ("of", told.text("owner").to_string());
        return Some(told.with(fields(waits.into_iter().flatten().chain([of]))));
    };
    let rows = [
        ("burned", told.token(context, "usdm", "usdm")),
        ("XMS counted at", format!("{} USD", told.text("price"))),
        ("fee", told.token(context, "fee", "xms")),
        ("paid", told.token(context, "xms", "xms")),
        ("to", told.text("recipient").to_string()),
    ];
    Some(told.with(fields(rows.into_iter().chain(waits.into_iter().flatten()))))
}
