//! Transactions: what all of them share, from the decoded messages to the receipt.

mod bank;
mod collector;
mod exit;
mod gov;
mod oracle;
mod ownership;
mod receipt;
mod staking;
mod swap;
pub mod token;
mod treasury;
pub mod wasm;

use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Subcommand};
use cosmwasm_std::Decimal;
use mars_client::chain::{Chain, Included};
use mars_client::keyring::Backend;
use mars_client::network::GasPrice;
use mars_client::proto::cosmos::base::v1beta1::Coin;
use mars_client::tx::{Estimate, FeeChoice, GAS_ADJUSTMENT, Gas, Progress, Signer, TxOptions};
use mars_client::{AccountId, Any, Error, message};
use serde_json::{Value, json};

use crate::cmd::{Outcome, dev, query};
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Output, Shown, fields, say};

#[derive(Debug, Subcommand)]
pub enum Tx {
    /// Send coins
    #[command(subcommand)]
    Bank(bank::Bank),
    /// Store contracts, make instances of them and call them
    #[command(subcommand)]
    Wasm(wasm::Wasm),
    /// Send and burn cw20 tokens, and let others spend them
    #[command(subcommand)]
    Token(token::Token),
    /// Report prices, and govern where they come from
    #[command(subcommand)]
    Oracle(oracle::Oracle),
    /// Mint and redeem USDM, and govern the treasury
    #[command(subcommand)]
    Treasury(treasury::Treasury),
    /// Stake XMS, claim its rewards and lend its votes
    #[command(subcommand)]
    Staking(staking::Staking),
    /// Turn fees into XMS for stakers
    #[command(subcommand)]
    Collector(collector::Collector),
    /// Propose to the MarsDAO, vote, and carry out what passed
    #[command(subcommand)]
    Gov(gov::Gov),
    /// Swap, provide liquidity, and govern the pools
    #[command(subcommand)]
    Swap(swap::Swap),
}

impl Tx {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Bank(bank) => bank.run(context).await,
            Self::Wasm(wasm) => wasm.run(context).await,
            Self::Token(token) => token.run(context).await,
            Self::Oracle(oracle) => oracle.run(context).await,
            Self::Treasury(treasury) => treasury.run(context).await,
            Self::Staking(staking) => staking.run(context).await,
            Self::Collector(collector) => collector.run(context).await,
            Self::Gov(gov) => gov.run(context).await,
            Self::Swap(swap) => swap.run(context).await,
        }
    }
}

#[derive(Debug, Args)]
pub struct TxArgs {
    /// Key that signs, by name or address
    #[arg(
        long,
        env = "MARSD_FROM",
        hide_env_values = true,
        value_name = "KEY",
        help_heading = "Transaction"
    )]
    pub from: String,
    /// Send without a key, as any account or contract that --from names: a node of marsd start takes it unsigned
    #[arg(long, conflicts_with = "no_wait", help_heading = "Transaction")]
    pub impersonate: bool,
    #[command(flatten)]
    pub flags: TxFlags,
    /// Return as soon as the node has the transaction, before it is in a block
    #[arg(long, conflicts_with = "dry_run", help_heading = "Transaction")]
    pub no_wait: bool,
}

impl TxArgs {
    /// The account that the transaction is of.
    pub fn sender(&self, context: &Context) -> Result<AccountId, Failure> {
        if self.impersonate {
            let address = context.address(&self.from)?;
            return address.parse().map_err(|_| Failure::usage(format!("{address} is no address")));
        }
        Ok(context.key(&self.from)?.public.address(context.prefix())?)
    }
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Transaction")]
pub struct TxFlags {
    /// Gas limit; auto simulates first and multiplies. A number sends without asking anything before
    #[arg(long, default_value = "auto", value_name = "auto|N")]
    gas: GasFlag,
    /// Factor on simulated gas
    #[arg(long, default_value_t = GAS_ADJUSTMENT, value_name = "FACTOR")]
    gas_adjustment: Decimal,
    /// Price of gas, like 0.025umars [default: that of the network file]
    #[arg(long, value_name = "PRICE", conflicts_with = "fees")]
    gas_prices: Option<GasPrice>,
    /// Fee, whatever the gas, like 5000umars
    #[arg(long, value_name = "AMOUNT")]
    fees: Option<String>,
    /// Text that goes into the transaction, for everyone to read
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    note: String,
    /// Do not ask before signing
    #[arg(short, long)]
    pub yes: bool,
    /// Show messages, expected outcome, gas and fee; sign and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How long to wait for a block
    #[arg(long, default_value = "60s", value_name = "DURATION", value_parser = duration)]
    pub timeout: Duration,
}

#[derive(Debug, Clone, Copy)]
enum GasFlag {
    Auto,
    Exactly(u64),
}

impl FromStr for GasFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            number => number.parse().map(Self::Exactly).map_err(|_| "expected auto or a whole number".into()),
        }
    }
}

impl TxFlags {
    /// Whether the caller wants to know before anything is signed.
    pub fn simulates(&self) -> bool {
        self.dry_run || matches!(self.gas, GasFlag::Auto)
    }

    pub fn options(&self, context: &Context) -> Result<TxOptions, Failure> {
        let fee = match (&self.fees, &self.gas_prices) {
            (Some(fees), _) => FeeChoice::Coins(coins(context, fees)?),
            (None, Some(price)) => FeeChoice::AtPrice(price.clone()),
            (None, None) => {
                let token = context.network()?.fees.fee_tokens.first().ok_or_else(|| {
                    Failure::config("the network file has no fees.fee_tokens; set --gas-prices or --fees")
                })?;
                FeeChoice::AtPrice(token.gas_price()?)
            }
        };
        let gas = match self.gas {
            GasFlag::Auto => Gas::Auto { adjustment: self.gas_adjustment },
            GasFlag::Exactly(limit) => Gas::Exactly(limit),
        };
        Ok(TxOptions { gas, fee, note: self.note.clone() })
    }
}

/// A transaction about to be made.
pub struct Draft {
    pub messages: Vec<Any>,
    /// What the contract's own simulation says that would come of it.
    pub expected: Option<Shown>,
    /// What came of it, read from the transaction: its name in JSON, and the value.
    pub receipt: fn(&Context, &Included) -> Option<Shown>,
}

impl Draft {
    /// Messages that leave nothing to tell but that they were executed.
    pub fn of(messages: Vec<Any>) -> Self {
        Self { messages, expected: None, receipt: |_, _| None }
    }
}

/// Signs and sends, or with `--dry-run` only shows.
pub async fn submit(context: &Context, chain: Chain, args: &TxArgs, draft: Draft) -> Outcome {
    let flags = &args.flags;
    let options = flags.options(context)?;
    let chain_id = context.checked_status(&chain).await?.chain_id;
    let messages: Vec<Value> = draft.messages.iter().map(message::describe).collect();
    let key = if args.impersonate { None } else { Some(context.key(&args.from)?) };
    let watcher = match &key {
        Some(key) => Signer::watching(chain.clone(), &chain_id, context.prefix(), key.public.clone())?,
        None => Signer::unsigned(chain.clone(), &chain_id, args.sender(context)?),
    };
    let asks = key.is_some() && !flags.yes && context.keyring()?.backend() == Backend::File;
    if flags.dry_run || asks {
        let estimate = watcher.estimate(&draft.messages, &options).await?;
        let preview = preview(context, &messages, draft.expected.as_ref(), &estimate);
        if flags.dry_run {
            return Ok(preview);
        }
        context.say_before_asking(preview.text());
        context.confirm("Sign and send?", false)?;
    }
    let report = |progress| tell(context, progress);
    let Some(key) = key else {
        let sending = watcher.send(&draft.messages, &options, flags.timeout, &report);
        let tx = dev::impersonated(context, watcher.address(), sending).await?;
        return Ok(with_receipt(&tx, (draft.receipt)(context, &tx)));
    };
    let signer = context.signer(chain, &chain_id, &key)?;
    if args.no_wait {
        let txhash = signer.broadcast(&draft.messages, &options, &report).await?;
        let json = json!({"txhash": txhash, "height": "0", "code": 0});
        return Ok(Shown::new(json, txhash));
    }
    let tx = signer.send(&draft.messages, &options, flags.timeout, &report).await?;
    Ok(with_receipt(&tx, (draft.receipt)(context, &tx)))
}

/// Sends messages of one account to the protocol's contract called `contract`, with nothing to read back.
pub async fn submit_to_contract(
    context: &Context,
    args: &TxArgs,
    contract: &str,
    msg: &impl serde::Serialize,
) -> Outcome {
    let sender = args.sender(context)?;
    let address = &context.network()?.contract(contract)?.address;
    let execute = message::execute(sender.as_ref(), address, msg, vec![])?;
    submit(context, context.chain()?, args, Draft::of(vec![execute])).await
}

fn preview(context: &Context, messages: &[Value], expected: Option<&Shown>, estimate: &Estimate) -> Shown {
    let fee: Vec<String> = estimate.fee.iter().map(|c| context.show_coin(&c.denom, &c.amount)).collect();
    let json = json!({"dry_run": true, "messages": messages, "expected": expected.map(Shown::json),
        "gas_used": estimate.gas_used.map(|gas| gas.to_string()), "gas_limit": estimate.gas_limit.to_string(),
        "fee": message::coins(&estimate.fee)});
    let mut text = String::new();
    for message in messages {
        text.push_str(&format!("{message:#}\n"));
    }
    if let Some(expected) = expected {
        text.push_str(&format!("{}\n", expected.text().trim_end()));
    }
    let rows = [("gas limit", estimate.gas_limit.to_string()), ("fee", fee.join(", "))];
    Shown::new(json, format!("{text}{}", fields(rows)))
}

fn with_receipt(tx: &Included, receipt: Option<Shown>) -> Shown {
    let mut json = query::tx_json(tx);
    if let (Some(object), Some(receipt)) = (json.as_object_mut(), &receipt) {
        object.insert("receipt".into(), receipt.json().clone());
    }
    let rows = [
        ("txhash", tx.txhash.clone()),
        ("height", tx.height.to_string()),
        ("gas used / wanted", format!("{} / {}", tx.gas_used, tx.gas_wanted)),
    ];
    let table = fields(rows);
    let shown = match receipt {
        Some(receipt) => Shown::new(json, format!("{}\n{table}", receipt.text().trim_end())),
        None => Shown::new(json, table),
    };
    shown.with_essence(&tx.txhash)
}

/// Says what happens on the way; the hash before anything can go wrong while waiting.
pub fn tell(context: &Context, progress: Progress) {
    if context.globals.quiet {
        return;
    }
    if context.globals.output == Output::Json {
        let json = match progress {
            Progress::Broadcast { txhash } => json!({"progress": "broadcast", "txhash": txhash}),
            Progress::SequenceCorrected { expected } => {
                json!({"progress": "sequence_corrected", "expected": expected})
            }
            Progress::OutOfGas { txhash, gas_used, gas_limit } => {
                json!({"progress": "out_of_gas", "txhash": txhash, "gas_used": gas_used, "gas_limit": gas_limit})
            }
        };
        say(json);
        return;
    }
    match progress {
        Progress::Broadcast { txhash } => say(format_args!("sent {txhash}")),
        Progress::SequenceCorrected { expected } => say(format_args!(
            "another transaction of this key came first; signing again with sequence {expected}"
        )),
        Progress::OutOfGas { txhash, gas_used, gas_limit } => say(format_args!(
            "{txhash} ran out of gas after {gas_used}; sending once more with a limit of {gas_limit}"
        )),
    }
}

/// Coins of the bank module from amounts separated by commas.
pub fn coins(context: &Context, text: &str) -> Result<Vec<Coin>, Failure> {
    let mut coins: Vec<Coin> = Vec::new();
    for amount in context.amounts(text)? {
        if amount.asset.cw20_address().is_some() {
            return Err(Error::Usage(format!(
                "{amount} is a cw20 token, which is no coin; see marsd tx token send"
            ))
            .into());
        }
        coins.push(Coin { denom: amount.asset.base, amount: amount.value.to_string() });
    }
    Ok(coins)
}

/// `500ms`, `30s`, `2m`, `1h` or `1d`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let wrong =
        || format!("{text:?} is not a duration; expected a whole number and ms, s, m, h or d, like 30s");
    let split = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(split);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let millis: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(wrong()),
    };
    number.checked_mul(millis).map(Duration::from_millis).ok_or_else(wrong)
}

/// A [`duration`] of whole seconds, which chains and contracts count in.
pub fn seconds(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        whole if whole.subsec_nanos() == 0 => Ok(whole),
        _ => Err(format!("{text:?} is not of whole seconds, the smallest unit that counts here")),
    }
}

/// A [`duration`] that is not nothing.
pub fn interval(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        nothing if nothing.is_zero() => Err(format!("{text:?} is no time at all; the least is 1ms")),
        interval => Ok(interval),
    }
}

/// A moment: so long after the latest block, or seconds since 1970.
#[derive(Debug, Clone, Copy)]
pub enum Moment {
    After(Duration),
    At(u64),
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(seconds) => Ok(Self::At(seconds)),
            Err(_) => match seconds(text) {
                Ok(after) => Ok(Self::After(after)),
                Err(reason) => Err(format!("{reason}; a moment may also be in seconds since 1970")),
            },
        }
    }
}

impl Moment {
    /// In seconds since 1970.
    pub fn after(self, block_time: u64) -> u64 {
        match self {
            Self::At(seconds) => seconds,
            Self::After(duration) => block_time.saturating_add(duration.as_secs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_moments() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(duration("2d"), Ok(Duration::from_secs(172_800)));
        for wrong in
            ["", "s", "30", "-1s", "1.5s", "30 s", "1w", "99999999999999999999d", "18446744073709551615d"]
        {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        assert_eq!(seconds("1000ms"), Ok(Duration::from_secs(1)));
        assert!(seconds("1500ms").is_err() && "1ms".parse::<Moment>().is_err());
        assert_eq!(interval("1ms"), Ok(Duration::from_millis(1)));
        assert!(interval("0s").is_err());
        assert_eq!("60s".parse::<Moment>().unwrap().after(1_000), 1_060);
        assert_eq!("60".parse::<Moment>().unwrap().after(1_000), 60);
    }
}
