use clap::{Args, Subcommand};
use cosmwasm_std::{Timestamp, Uint128, to_json_binary};
use cw20::{Cw20ExecuteMsg, Expiration};
use mars_client::amount::Amount;
use mars_client::{Any, Error, message};
use serde::Serialize;

use crate::cmd::Outcome;
use crate::cmd::query::token_of;
use crate::cmd::tx::wasm::message as json_message;
use crate::cmd::tx::{Draft, Moment, TxArgs, submit};
use crate::context::Context;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub enum Token {
    /// Send cw20 tokens to an account, or to a contract together with a message
    Send {
        /// Address, or name of a key or contract
        to: String,
        /// What the contract that gets them is told, JSON
        #[arg(long, value_name = "JSON")]
        msg: Option<String>,
        #[command(flatten)]
        tokens: Tokens,
    },
    /// Destroy cw20 tokens for ever
    Burn(Tokens),
    /// Let another spend so much more of your cw20 tokens
    IncreaseAllowance(Allowance),
    /// Let another spend so much less of your cw20 tokens; nothing is left of an allowance of no more than that
    DecreaseAllowance(Allowance),
}

#[derive(Debug, Args)]
pub struct Tokens {
    /// An amount of one token, like 1.5USDM
    amount: String,
    /// Whose tokens, by an allowance [default: the sender's]
    #[arg(long, value_name = "ACCOUNT")]
    owner: Option<String>,
    #[command(flatten)]
    tx: TxArgs,
}

#[derive(Debug, Args)]
pub struct Allowance {
    /// Address, or name of a key or contract
    spender: String,
    /// An amount of one token, like 1.5USDM
    amount: String,
    /// When the whole allowance ends: a duration from the latest block, or seconds since 1970 [default: as it was, never at first]
    #[arg(long, value_name = "MOMENT")]
    expires: Option<Moment>,
    #[command(flatten)]
    tx: TxArgs,
}

impl Token {
    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Send { to, msg, tokens } => {
                let to = context.address(&to)?;
                let msg = msg.map(|text| json_message(&text)).transpose()?;
                let msg = msg.map(|msg| msg.to_string().into_bytes().into());
                tokens
                    .spend(context, |owner, amount| match (owner, msg) {
                        (None, None) => Cw20ExecuteMsg::Transfer { recipient: to, amount },
                        (None, Some(msg)) => Cw20ExecuteMsg::Send { contract: to, amount, msg },
                        (Some(owner), None) => Cw20ExecuteMsg::TransferFrom { owner, recipient: to, amount },
                        (Some(owner), Some(msg)) => {
                            Cw20ExecuteMsg::SendFrom { owner, contract: to, amount, msg }
                        }
                    })
                    .await
            }
            Self::Burn(tokens) => {
                let burn = |owner, amount| match owner {
                    None => Cw20ExecuteMsg::Burn { amount },
                    Some(owner) => Cw20ExecuteMsg::BurnFrom { owner, amount },
                };
                tokens.spend(context, burn).await
            }
            Self::IncreaseAllowance(allowance) => {
                let increase =
                    |spender, amount, expires| Cw20ExecuteMsg::IncreaseAllowance { spender, amount, expires };
                allowance.change(context, increase).await
            }
            Self::DecreaseAllowance(allowance) => {
                let decrease =
                    |spender, amount, expires| Cw20ExecuteMsg::DecreaseAllowance { spender, amount, expires };
                allowance.change(context, decrease).await
            }
        }
    }
}

impl Tokens {
    /// Does to the tokens what `msg` says, given their owner where that is not the sender.
    async fn spend(
        self,
        context: &Context,
        msg: impl FnOnce(Option<String>, Uint128) -> Cw20ExecuteMsg,
    ) -> Outcome {
        let owner = self.owner.map(|owner| context.address(&owner)).transpose()?;
        execute(context, &self.tx, &self.amount, |amount| msg(owner, amount)).await
    }
}

impl Allowance {
    async fn change(
        self,
        context: &Context,
        msg: impl FnOnce(String, Uint128, Option<Expiration>) -> Cw20ExecuteMsg,
    ) -> Outcome {
        let spender = context.address(&self.spender)?;
        let expires = match self.expires {
            Some(moment) => {
                let seconds = moment.after(context.chain()?.status().await?.block_time);
                Some(Expiration::AtTime(Timestamp::from_seconds(seconds)))
            }
            None => None,
        };
        execute(context, &self.tx, &self.amount, |amount| msg(spender, amount, expires)).await
    }
}

/// One message to the token that an amount is of.
async fn execute(
    context: &Context,
    tx: &TxArgs,
    amount: &str,
    msg: impl FnOnce(Uint128) -> Cw20ExecuteMsg,
) -> Outcome {
    let amount = context.amount(amount)?;
    let (_, token) = token_of(context, &amount.asset.symbol)?;
    let sender = tx.sender(context)?;
    let execute = message::execute(sender.as_ref(), token, &msg(amount.value), vec![])?;
    submit(context, context.chain()?, tx, Draft::of(vec![execute])).await
}

/// Sends cw20 tokens to a contract together with a message for it.
pub fn send_token(
    context: &Context,
    tx: &TxArgs,
    token: &str,
    contract: &str,
    amount: Uint128,
    hook: &impl Serialize,
) -> Result<Any, Failure> {
    let sender = tx.sender(context)?;
    let msg = to_json_binary(hook).map_err(|e| Error::Internal(e.to_string()))?;
    let send = Cw20ExecuteMsg::Send { contract: contract.into(), amount, msg };
    Ok(message::execute(sender.as_ref(), token, &send, vec![])?)
}

/// An amount that must be of one of the protocol's tokens.
pub fn of_token(context: &Context, text: &str, contract: &str) -> Result<Amount, Failure> {
    let amount = context.amount(text)?;
    let address = &context.network()?.contract(contract)?.address;
    if amount.asset.cw20_address() != Some(address) {
        let expected = contract.to_uppercase();
        return Err(Error::Usage(format!("{text} is {}, expected {expected}", amount.asset.symbol)).into());
    }
    Ok(amount)
}
