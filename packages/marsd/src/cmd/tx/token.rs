use clap::{Args, Subcommand};
use cosmwasm_std::{Uint128, to_json_binary};
use cw20::Cw20ExecuteMsg;
use mars_client::amount::Amount;
use mars_client::{Any, Error, message};
use serde::Serialize;
use serde_json::json;

use crate::cmd::Outcome;
use crate::cmd::query::token_of;
use crate::cmd::tx::{Draft, TxArgs, submit};
use crate::context::Context;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub enum Token {
    /// Send cw20 tokens to an account
    Send(Send),
}

#[derive(Debug, Args)]
pub struct Send {
    /// Address, or name of a key or contract
    to: String,
    /// An amount of one token, like 1.5USDM
    amount: String,
    #[command(flatten)]
    tx: TxArgs,
}

impl Token {
    pub async fn run(self, context: &Context) -> Outcome {
        let Self::Send(Send { to, amount, tx }) = self;
        let amount = context.amount(&amount)?;
        let (_, token) = token_of(context, &amount.asset.symbol)?;
        let from = tx.sender(context)?;
        let transfer = json!({"transfer": {"recipient": context.address(&to)?, "amount": amount.value}});
        let execute = message::execute(from.as_ref(), token, &transfer, vec![])?;
        submit(context, context.chain()?, &tx, Draft::of(vec![execute])).await
    }
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
