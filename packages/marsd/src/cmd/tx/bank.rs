use clap::{Args, Subcommand};
use mars_client::message;

use crate::cmd::Outcome;
use crate::cmd::tx::{Draft, TxArgs, coins, submit};
use crate::context::Context;

#[derive(Debug, Subcommand)]
pub enum Bank {
    /// Send coins to an account
    Send(Send),
}

#[derive(Debug, Args)]
pub struct Send {
    /// Address, or name of a key or contract
    to: String,
    /// Amounts separated by commas
    amount: String,
    #[command(flatten)]
    tx: TxArgs,
}

impl Bank {
    pub async fn run(self, context: &Context) -> Outcome {
        let Self::Send(Send { to, amount, tx }) = self;
        let from = tx.sender(context)?;
        let send = message::bank_send(from.as_ref(), &context.address(&to)?, coins(context, &amount)?);
        submit(context, context.chain()?, &tx, Draft::of(vec![send])).await
    }
}
