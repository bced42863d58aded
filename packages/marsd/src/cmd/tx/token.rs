use clap::{Args, Subcommand};
use mars_client::message;
use serde_json::json;

use crate::cmd::Outcome;
use crate::cmd::query::token_of;
use crate::cmd::tx::{Draft, TxArgs, submit};
use crate::context::Context;

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
        let key = context.key(&tx.from)?;
        let from = key.public.address(context.prefix())?;
        let transfer = json!({"transfer": {"recipient": context.address(&to)?, "amount": amount.value}});
        let execute = message::execute(from.as_ref(), token, &transfer, vec![])?;
        submit(context, context.chain()?, &key, &tx, Draft::of(vec![execute])).await
    }
}
