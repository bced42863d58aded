use clap::Subcommand;
use mars_client::amount::{AmountError, find_asset};
use mars_client::chain::Chain;
use mars_client::message;
use mars_client::proto::cosmos::base::v1beta1::Coin;
use serde_json::json;

use crate::cmd::Outcome;
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, list};

#[derive(Debug, Subcommand)]
pub enum Bank {
    /// All coins of an account
    Balances {
        /// Address, or name of a key or contract
        account: String,
    },
    /// One coin of an account
    Balance {
        /// Address, or name of a key or contract
        account: String,
        /// Symbol, denom or alias
        denom: String,
    },
    /// The supply of every coin
    Total,
}

impl Bank {
    pub async fn run(self, context: &Context, chain: &Chain) -> Outcome {
        match self {
            Self::Balances { account } => {
                let coins = chain.balances(&context.address(&account)?).await?;
                Ok(Shown::new(json!({"balances": message::coins(&coins)}), table(context, &coins)))
            }
            Self::Balance { account, denom } => {
                let denom = match find_asset(&denom, context.assets()) {
                    Ok(asset) if asset.cw20_address().is_some() => {
                        return Err(Failure::usage(format!(
                            "{denom} is a cw20 token, not a coin of the bank module; see marsd query token"
                        )));
                    }
                    Ok(asset) => asset.base.clone(),
                    // The chain may have coins that the network file does not list.
                    Err(AmountError::Unknown { suggestion: None, .. }) => denom,
                    Err(error) => return Err(error.into()),
                };
                let coin = chain.balance(&context.address(&account)?, &denom).await?;
                let text = context.show_coin(&coin.denom, &coin.amount);
                Ok(Shown::new(json!({"balance": {"denom": coin.denom, "amount": coin.amount}}), text))
            }
            Self::Total => {
                let coins = chain.supply().await?;
                Ok(Shown::new(json!({"supply": message::coins(&coins)}), table(context, &coins)))
            }
        }
    }
}

fn table(context: &Context, coins: &[Coin]) -> comfy_table::Table {
    let rows =
        coins.iter().map(|c| [context.show_coin(&c.denom, &c.amount), c.denom.clone(), c.amount.clone()]);
    list(&[">amount", "denom", ">base units"], rows)
}
