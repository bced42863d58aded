use clap::{Args, Subcommand};
use cosmwasm_std::Uint128;
use cw_ownable::Action;
use mars_client::amount::Amount;
use mars_client::chain::Included;
use mars_client::deploy::provision;
use mars_client::network::Asset;
use mars_client::proto::cosmos::base::v1beta1::Coin;
use mars_client::route::Goal;
use mars_client::{Any, Error, message};
use mars_types::swap::{
    CreationFee, Cw20HookMsg, ExecuteMsg, Fee, NewPool, Params, PoolResponse, ProvideReceipt, QueryMsg,
    SwapReceipt, Switch, WithdrawReceipt,
};
use mars_types::{AssetUnchecked, Bps, Refusal, Simulation, events};

use crate::cmd::Outcome;
use crate::cmd::query::swap::{SWAP, lp_text, provide_receipt, simulation, swap_receipt, withdraw_receipt};
use crate::cmd::query::{ask, json_of};
use crate::cmd::tx::ownership::{SetGuardian, TransferOwnership};
use crate::cmd::tx::receipt::Told;
use crate::cmd::tx::token::send_token;
use crate::cmd::tx::treasury::SLIPPAGE;
use crate::cmd::tx::{Draft, Moment, TxArgs, receipt, submit, submit_to_contract};
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, fields};

#[derive(Debug, Subcommand)]
pub enum Swap {
    /// Sell an amount for as much of another asset as can be had, by the best route
    Sell(Sell),
    /// Buy an amount exactly, for as little of another asset as it takes
    Buy(Buy),
    /// Add liquidity to a pool
    Provide(Provide),
    /// Take liquidity out of a pool, in all of its assets or in one
    Withdraw(Withdraw),
    /// Create an empty pool; the price of the first asset in the others is observed
    CreatePool {
        /// Symbols, denoms, native:DENOM or cw20:ADDRESS
        #[arg(required = true, num_args = 2..=4)]
        assets: Vec<String>,
        /// Owner: a stable pool with this amplification
        #[arg(long, value_name = "A")]
        stable: Option<u32>,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Pay the protocol's fees of pools to the fee collector
    CollectFees {
        #[arg(required = true)]
        pools: Vec<u32>,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: register the decimals of a native coin, once and for ever
    RegisterNative {
        denom: String,
        #[arg(long, value_name = "N")]
        decimals: u8,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: set the numbers of pools to come
    UpdateParams {
        /// Whole fee of new pools of two assets, and the protocol's part of it, basis points
        #[arg(long, value_name = "TOTAL,PROTOCOL", value_parser = fee)]
        product_fee: Fee,
        /// The same of new stable pools
        #[arg(long, value_name = "TOTAL,PROTOCOL", value_parser = fee)]
        stable_fee: Fee,
        /// Greatest share of each asset of a new stable pool, basis points
        #[arg(long, value_name = "BP")]
        share_limit: u16,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: set what creating a pool costs; nothing if no amount is given
    SetCreationFee {
        /// Like 100USDC
        amount: Option<String>,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: name the code of the LP tokens of pools to come
    SetLpCode {
        code_id: u64,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: set the fee of a pool
    SetFee {
        pool: u32,
        /// The whole fee, basis points
        #[arg(long, value_name = "BP")]
        total: u16,
        /// The protocol's part of it, basis points
        #[arg(long, value_name = "BP")]
        protocol: u16,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: set the greatest share of each asset of a stable pool; 0 lets an asset only leave
    SetShareLimits {
        pool: u32,
        /// One for each asset, basis points
        #[arg(required = true)]
        limits: Vec<u16>,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: move the amplification of a stable pool
    Ramp {
        pool: u32,
        target: u32,
        /// When it arrives: a duration from the latest block, or seconds since 1970
        #[arg(long, value_name = "MOMENT", default_value = "25h")]
        end: Moment,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: leave the amplification where it is
    StopRamp {
        pool: u32,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: name who gets the protocol's fees
    SetFeeCollector {
        /// Address, or name of a key or contract
        collector: String,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner: name who else may pause pools; nobody if none is given
    SetPauser {
        /// Address, or name of a key or contract
        pauser: Option<String>,
        #[command(flatten)]
        tx: TxArgs,
    },
    /// Owner, guardian or pauser: stop swaps or provisions of a pool
    Pause(SwitchArgs),
    /// Owner: make another's pause last until it is lifted
    ConfirmPause(SwitchArgs),
    /// Owner: lift a pause
    Unpause(SwitchArgs),
    /// Owner: name the guardian
    SetGuardian(SetGuardian),
    /// Owner: offer ownership to another account
    TransferOwnership(TransferOwnership),
    /// Take the ownership that was offered
    AcceptOwnership(TxArgs),
}

#[derive(Debug, Args)]
pub struct Sell {
    /// Like 100USDC
    amount: String,
    /// What is wanted: symbol, denom, native:DENOM or cw20:ADDRESS
    asset: String,
    /// Least to be had, else the transaction fails [default: what simulation says, less 0.5 %]
    #[arg(long, value_name = "AMOUNT")]
    min_out: Option<String>,
    #[command(flatten)]
    terms: Terms,
}

#[derive(Debug, Args)]
pub struct Buy {
    /// Like 100XMS
    amount: String,
    /// What is paid with: symbol, denom, native:DENOM or cw20:ADDRESS
    asset: String,
    /// Most to be paid, else the transaction fails [default: what simulation says, and 0.5 %]
    #[arg(long, value_name = "AMOUNT")]
    max_in: Option<String>,
    #[command(flatten)]
    terms: Terms,
}

#[derive(Debug, Args)]
pub struct Terms {
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
pub struct Provide {
    /// Number of the pool
    pool: u32,
    /// Amounts of one or more of its assets, separated by commas, like 400XMS,100USDC
    amounts: String,
    /// Least LP units, else the transaction fails [default: what simulation says, less 0.5 %]
    #[arg(long, value_name = "UNITS")]
    min_lp: Option<Uint128>,
    #[arg(
        long,
        value_name = "MOMENT",
        default_value = "120s",
        help = "When the transaction loses its effect"
    )]
    deadline: Moment,
    #[command(flatten)]
    tx: TxArgs,
}

#[derive(Debug, Args)]
pub struct Withdraw {
    /// Number of the pool
    pool: u32,
    /// LP units: 1,000,000 are one LP token; all that the sender has if not said
    lp: Option<Uint128>,
    /// Take it all in this asset
    #[arg(long, value_name = "ASSET")]
    one: Option<String>,
    #[command(flatten)]
    terms: Terms,
}

#[derive(Debug, Args)]
pub struct SwitchArgs {
    /// swap:POOL or provide:POOL
    #[arg(value_parser = switch)]
    switch: Switch,
    #[command(flatten)]
    tx: TxArgs,
}

impl Swap {
    pub async fn run(self, context: &Context) -> Outcome {
        let (msg, tx) = match self {
            Self::Sell(args) => return sell(context, args).await,
            Self::Buy(args) => return buy(context, args).await,
            Self::Provide(args) => return provide(context, args).await,
            Self::Withdraw(args) => return withdraw(context, args).await,
            Self::CreatePool { assets, stable, tx } => {
                let pool = match stable {
                    Some(amplification) => NewPool::Stable { amplification },
                    None => NewPool::ConstantProduct {},
                };
                let assets = assets.iter().map(|name| context.asset_id(name)).collect::<Result<_, _>>()?;
                (ExecuteMsg::CreatePool { pool, assets }, tx)
            }
            Self::CollectFees { pools, tx } => return collect_fees(context, pools, &tx).await,
            Self::RegisterNative { denom, decimals, tx } => {
                (ExecuteMsg::RegisterNative { denom, decimals }, tx)
            }
            Self::UpdateParams { product_fee: constant_product_fee, stable_fee, share_limit, tx } => {
                let params = Params { constant_product_fee, stable_fee, share_limit: Bps(share_limit) };
                params.check().map_err(|error| Failure::usage(error.to_string()))?;
                (ExecuteMsg::UpdateParams { params }, tx)
            }
            Self::SetCreationFee { amount, tx } => {
                let amount = amount.map(|amount| context.amount(&amount)).transpose()?;
                let fee = amount
                    .map(|Amount { value: amount, asset }| CreationFee { asset: (&asset).into(), amount });
                (ExecuteMsg::SetCreationFee { fee }, tx)
            }
            Self::SetLpCode { code_id, tx } => {
                (ExecuteMsg::UpdateConfig { fee_collector: None, lp_code_id: Some(code_id) }, tx)
            }
            Self::SetFee { pool, total, protocol, tx } => {
                let fee = Fee { total: Bps(total), protocol: Bps(protocol) };
                (ExecuteMsg::SetFee { pool, fee }, tx)
            }
            Self::SetShareLimits { pool, limits, tx } => {
                let limits = limits.into_iter().map(Bps).collect();
                (ExecuteMsg::SetShareLimits { pool, limits }, tx)
            }
            Self::Ramp { pool, target, end, tx } => {
                let end = end.after(context.chain()?.status().await?.block_time);
                (ExecuteMsg::RampAmplification { pool, target, end }, tx)
            }
            Self::StopRamp { pool, tx } => (ExecuteMsg::StopRamp { pool }, tx),
            Self::SetFeeCollector { collector, tx } => {
                let fee_collector = Some(context.address(&collector)?);
                (ExecuteMsg::UpdateConfig { fee_collector, lp_code_id: None }, tx)
            }
            Self::SetPauser { pauser, tx } => {
                let pauser = pauser.map(|pauser| context.address(&pauser)).transpose()?;
                (ExecuteMsg::SetPauser { pauser }, tx)
            }
            Self::Pause(SwitchArgs { switch, tx }) => (ExecuteMsg::Pause { switch }, tx),
            Self::ConfirmPause(SwitchArgs { switch, tx }) => (ExecuteMsg::ConfirmPause { switch }, tx),
            Self::Unpause(SwitchArgs { switch, tx }) => (ExecuteMsg::Unpause { switch }, tx),
            Self::SetGuardian(args) => {
                (ExecuteMsg::SetGuardian { guardian: args.guardian(context).await? }, args.tx)
            }
            Self::TransferOwnership(args) => (ExecuteMsg::UpdateOwnership(args.action(context)?), args.tx),
            Self::AcceptOwnership(tx) => (ExecuteMsg::UpdateOwnership(Action::AcceptOwnership), tx),
        };
        submit_to_contract(context, &tx, SWAP, &msg).await
    }
}

async fn sell(context: &Context, args: Sell) -> Outcome {
    let amount = context.amount(&args.amount)?;
    let ask_for = context.asset_id(&args.asset)?;
    let asked = match &args.min_out {
        Some(text) => Some(of_asset(context, text, &ask_for)?),
        None => None,
    };
    let goal = Goal::Sell(amount.value.u128());
    let (offer, chain) = (AssetUnchecked::from(&amount.asset), context.chain()?);
    let query = simulation(context, &chain, &offer, &ask_for, goal).await?;
    let QueryMsg::SimulateSwap { route, .. } = &query else {
        return Err(Error::Internal("a sale is simulated as something else".into()).into());
    };
    let receipt: SwapReceipt = answer(ask(context, &chain, SWAP, &query).await?)?;
    let min_out = match asked {
        Some(asked) => asked,
        None => less(receipt.ask.amount)?,
    };
    let deadline = args.terms.deadline.after(chain.status().await?.block_time);
    let recipient = args.terms.recipient(context)?;
    let route = route.clone();
    let message = match amount.asset.cw20_address() {
        None => {
            let msg = ExecuteMsg::Swap { route, min_out, deadline, recipient };
            pay_in_coins(context, &args.terms.tx, &amount, &msg)?
        }
        Some(token) => {
            let hook = Cw20HookMsg::Swap { route, min_out, deadline, recipient };
            send(context, &args.terms.tx, token, amount.value, &hook)?
        }
    };
    let expected = Some(Shown::new(json_of(&receipt)?, swap_receipt(context, &receipt)));
    finish(context, &args.terms.tx, Draft { messages: vec![message], expected, receipt: swapped }).await
}

async fn buy(context: &Context, args: Buy) -> Outcome {
    let wanted = context.amount(&args.amount)?;
    let offer_asset = context.asset(&args.asset)?.clone();
    let offer = AssetUnchecked::from(&offer_asset);
    let asked = match &args.max_in {
        Some(text) => Some(of_asset(context, text, &offer)?),
        None => None,
    };
    let chain = context.chain()?;
    let goal = Goal::Buy(wanted.value.u128());
    let query = simulation(context, &chain, &offer, &AssetUnchecked::from(&wanted.asset), goal).await?;
    let QueryMsg::SimulateSwapExactOut { route, .. } = &query else {
        return Err(Error::Internal("a purchase is simulated as something else".into()).into());
    };
    let receipt: SwapReceipt = answer(ask(context, &chain, SWAP, &query).await?)?;
    let value = match asked {
        Some(asked) => asked,
        None => {
            let most = receipt.offer.amount.checked_div_floor(SLIPPAGE);
            most.map_err(|e| Error::Internal(e.to_string()))?
        }
    };
    let deadline = args.terms.deadline.after(chain.status().await?.block_time);
    let recipient = args.terms.recipient(context)?;
    let (route, amount_out) = (route.clone(), wanted.value);
    let message = match offer_asset.cw20_address() {
        None => {
            let msg = ExecuteMsg::SwapExactOut { route, amount_out, deadline, recipient };
            let amount = Amount { value, asset: offer_asset.clone() };
            pay_in_coins(context, &args.terms.tx, &amount, &msg)?
        }
        Some(token) => {
            let hook = Cw20HookMsg::SwapExactOut { route, amount_out, deadline, recipient };
            send(context, &args.terms.tx, token, value, &hook)?
        }
    };
    let expected = Some(Shown::new(json_of(&receipt)?, swap_receipt(context, &receipt)));
    finish(context, &args.terms.tx, Draft { messages: vec![message], expected, receipt: swapped }).await
}

async fn provide(context: &Context, args: Provide) -> Outcome {
    let chain = context.chain()?;
    let given = context.amounts(&args.amounts)?;
    let pool: PoolResponse = ask(context, &chain, SWAP, &QueryMsg::Pool { pool: args.pool }).await?;
    let amounts = in_order(context, &pool, given)?;
    let query = QueryMsg::SimulateProvide {
        pool: args.pool,
        amounts: amounts.iter().map(|amount| amount.value).collect(),
        min_lp: args.min_lp,
        deadline: None,
    };
    let receipt: ProvideReceipt = answer(ask(context, &chain, SWAP, &query).await?)?;
    let min_lp = match args.min_lp {
        Some(min_lp) => min_lp,
        None => less(receipt.lp)?,
    };
    let deadline = args.deadline.after(chain.status().await?.block_time);
    let sender = args.tx.sender(context)?;
    let swap = &context.network()?.contract(SWAP)?.address;
    let messages = provision(sender.as_ref(), swap, args.pool, &amounts, min_lp, deadline)?;
    let messages = messages.into_iter().map(|(message, ..)| message).collect();
    let expected = Some(Shown::new(json_of(&receipt)?, provide_receipt(&receipt)));
    finish(context, &args.tx, Draft { messages, expected, receipt: provided }).await
}

async fn withdraw(context: &Context, args: Withdraw) -> Outcome {
    let chain = context.chain()?;
    let pool_id = args.pool;
    let pool: PoolResponse = ask(context, &chain, SWAP, &QueryMsg::Pool { pool: pool_id }).await?;
    let sender = args.terms.tx.sender(context)?;
    let lp = match args.lp {
        Some(lp) => lp,
        None => {
            let query = cw20::Cw20QueryMsg::Balance { address: sender.to_string() };
            chain.smart::<cw20::BalanceResponse>(pool.lp_token.as_str(), &query).await?.balance
        }
    };
    let one = args.one.as_deref().map(|name| context.asset_id(name)).transpose()?;
    let query = match &one {
        None => QueryMsg::SimulateWithdraw { pool: pool_id, lp, min_outs: None, deadline: None },
        Some(asset) => {
            let asset = asset.clone();
            QueryMsg::SimulateWithdrawOne { pool: pool_id, lp, asset, min_out: None, deadline: None }
        }
    };
    let receipt: WithdrawReceipt = answer(ask(context, &chain, SWAP, &query).await?)?;
    let deadline = args.terms.deadline.after(chain.status().await?.block_time);
    let recipient = args.terms.recipient(context)?;
    let least: Vec<Uint128> = receipt.amounts.iter().map(|out| less(*out)).collect::<Result<_, _>>()?;
    let hook = match one {
        None => Cw20HookMsg::Withdraw { pool: pool_id, min_outs: least, deadline, recipient },
        Some(asset) => {
            let min_out = least.into_iter().max().unwrap_or_default();
            Cw20HookMsg::WithdrawOne { pool: pool_id, asset, min_out, deadline, recipient }
        }
    };
    let message = send(context, &args.terms.tx, pool.lp_token.as_str(), lp, &hook)?;
    let expected = Some(Shown::new(json_of(&receipt)?, withdraw_receipt(context, &pool, &receipt)));
    finish(context, &args.terms.tx, Draft { messages: vec![message], expected, receipt: withdrawn }).await
}

async fn collect_fees(context: &Context, pools: Vec<u32>, tx: &TxArgs) -> Outcome {
    let sender = tx.sender(context)?;
    let swap = &context.network()?.contract(SWAP)?.address;
    let message = message::execute(sender.as_ref(), swap, &ExecuteMsg::CollectFees { pools }, vec![])?;
    finish(context, tx, Draft { messages: vec![message], expected: None, receipt: collected }).await
}

async fn finish(context: &Context, tx: &TxArgs, draft: Draft) -> Outcome {
    submit(context, context.chain()?, tx, draft).await
}

impl Terms {
    fn recipient(&self, context: &Context) -> Result<Option<String>, Failure> {
        self.recipient.as_deref().map(|recipient| context.address(recipient)).transpose()
    }
}

/// The receipt, or the end of it if the contract would refuse.
fn answer<T>(simulation: Simulation<T>) -> Result<T, Failure> {
    match (simulation.receipt, simulation.refusal) {
        (Some(receipt), _) => Ok(receipt),
        (None, Some(refusal)) => Err(Failure::WouldRefuse(Box::new(refusal))),
        (None, None) => {
            let nothing = Refusal::new(mars_types::RefusalCode::Chain, "the contract gave no answer", "", "");
            Err(Failure::WouldRefuse(Box::new(nothing)))
        }
    }
}

/// Half a percent less, floored.
fn less(amount: Uint128) -> Result<Uint128, Failure> {
    amount.checked_mul_floor(SLIPPAGE).map_err(|e| Error::Internal(e.to_string()).into())
}

/// An amount that must be of one asset.
fn of_asset(context: &Context, text: &str, asset: &AssetUnchecked) -> Result<Uint128, Failure> {
    let amount = context.amount(text)?;
    if AssetUnchecked::from(&amount.asset) != *asset {
        let (got, expected) = (&amount.asset.symbol, context.symbol(asset));
        return Err(Error::Usage(format!("{text} is {got}, expected {expected}")).into());
    }
    Ok(amount.value)
}

/// Amounts of a pool's assets in its own order; those that are not given are zero.
pub fn in_order(context: &Context, pool: &PoolResponse, given: Vec<Amount>) -> Result<Vec<Amount>, Failure> {
    let mut ordered: Vec<Amount> = pool
        .assets
        .iter()
        .map(|entry| {
            let asset: Asset = match context.asset(&context.symbol(&entry.asset)) {
                Ok(asset) => asset.clone(),
                Err(_) => return Err(unlisted(context, &entry.asset)),
            };
            Ok(Amount { value: Uint128::zero(), asset })
        })
        .collect::<Result<_, Failure>>()?;
    for amount in given {
        let place = ordered.iter_mut().find(|entry| entry.asset == amount.asset);
        let place = place.ok_or_else(|| {
            Error::Usage(format!("pool {} does not hold {}", pool.pool, amount.asset.symbol))
        })?;
        place.value = amount.value;
    }
    Ok(ordered)
}

fn unlisted(context: &Context, asset: &mars_types::Asset) -> Failure {
    Failure::config(format!("the network file does not list {}", context.symbol(asset)))
}

fn pay_in_coins(context: &Context, tx: &TxArgs, amount: &Amount, msg: &ExecuteMsg) -> Result<Any, Failure> {
    let sender = tx.sender(context)?;
    let swap = &context.network()?.contract(SWAP)?.address;
    let coin = Coin { denom: amount.asset.base.clone(), amount: amount.value.to_string() };
    Ok(message::execute(sender.as_ref(), swap, msg, vec![coin])?)
}

/// Sends cw20 tokens to the swap contract with a message for it.
fn send(
    context: &Context,
    tx: &TxArgs,
    token: &str,
    amount: Uint128,
    hook: &Cw20HookMsg,
) -> Result<Any, Failure> {
    send_token(context, tx, token, &context.network()?.contract(SWAP)?.address, amount, hook)
}

fn fee(text: &str) -> Result<Fee, String> {
    let wrong =
        || format!("{text:?} is not the whole fee and the protocol's part in basis points, like 30,5");
    let (total, protocol) = text.split_once(',').ok_or_else(wrong)?;
    let bps = |text: &str| text.trim().parse().map(Bps).map_err(|_| wrong());
    Ok(Fee { total: bps(total)?, protocol: bps(protocol)? })
}

fn switch(text: &str) -> Result<Switch, String> {
    let wrong = || format!("{text:?} is not swap:POOL or provide:POOL");
    let (what, pool) = text.split_once(':').ok_or_else(wrong)?;
    let pool = pool.parse().map_err(|_| wrong())?;
    match what {
        "swap" => Ok(Switch::Swap(pool)),
        "provide" => Ok(Switch::Provide(pool)),
        _ => Err(wrong()),
    }
}

fn swapped(context: &Context, tx: &Included) -> Option<Shown> {
    let told = receipt::first::<events::Swapped>(tx)?;
    let rows = [
        ("paid", told.amount(context, "offered", "offer")),
        ("got", told.amount(context, "received", "ask")),
        ("by pools", told.text("route").to_string()),
        ("to", told.text("recipient").to_string()),
    ];
    Some(told.with(fields(rows)))
}

fn provided(_: &Context, tx: &Included) -> Option<Shown> {
    liquidity(receipt::first::<events::LiquidityAdded>(tx)?, "got")
}

fn withdrawn(_: &Context, tx: &Included) -> Option<Shown> {
    liquidity(receipt::first::<events::LiquidityRemoved>(tx)?, "burned")
}

fn liquidity(told: Told, what: &str) -> Option<Shown> {
    let units = |name: &str| told.text(name).parse::<u128>().map(Uint128::new).ok();
    let rows = [
        ("pool", told.text("pool").to_string()),
        (what, lp_text(units("lp")?)),
        ("amounts, base units", told.text("amounts").replace(',', ", ")),
        ("LP tokens of the pool", lp_text(units("lp_supply")?)),
    ];
    Some(told.with(fields(rows)))
}

fn collected(context: &Context, tx: &Included) -> Option<Shown> {
    let mut fees = receipt::all::<events::FeesCollected>(tx);
    // They come by address, and that of a token is another on every chain.
    fees.sort_by_cached_key(|told| told.symbol(context, "asset"));
    receipt::listed(fees, ["to the fee collector"], |told| [told.amount(context, "amount", "asset")])
}
