use clap::Subcommand;
use mars_client::chain::Chain;
use serde_json::json;

use crate::cmd::Outcome;
use crate::context::Context;
use crate::show::{Shown, fields};

#[derive(Debug, Subcommand)]
pub enum Auth {
    /// Number and sequence of an account
    Account {
        /// Address, or name of a key or contract
        account: String,
    },
}

impl Auth {
    pub async fn run(self, context: &Context, chain: &Chain) -> Outcome {
        let Self::Account { account } = self;
        let account = chain.account(&context.address(&account)?).await?;
        let json = json!({"account": {"@type": account.kind, "address": account.address,
            "account_number": account.account_number.to_string(), "sequence": account.sequence.to_string()}});
        let rows = [
            ("address", account.address),
            ("type", account.kind),
            ("account number", account.account_number.to_string()),
            ("sequence", account.sequence.to_string()),
        ];
        Ok(Shown::new(json, fields(rows)))
    }
}
