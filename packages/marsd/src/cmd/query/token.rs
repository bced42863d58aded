use clap::Subcommand;
use cosmwasm_std::Uint128;
use mars_client::Error;
use mars_client::chain::Chain;
use mars_client::network::Asset;
use serde::Deserialize;
use serde_json::json;

use crate::cmd::Outcome;
use crate::cmd::query::json_of;
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, fields};

#[derive(Debug, Subcommand)]
pub enum Token {
    /// What an account owns of a token
    Balance {
        /// Address, or name of a key or contract
        account: String,
        /// Symbol of the token
        token: String,
    },
    /// Name, decimals and supply of a token
    Info {
        /// Symbol of the token
        token: String,
    },
}

impl Token {
    pub async fn run(self, context: &Context, chain: &Chain) -> Outcome {
        match self {
            Self::Balance { account, token } => {
                #[derive(Deserialize)]
                struct Balance {
                    balance: Uint128,
                }
                let (asset, address) = token_of(context, &token)?;
                let account = context.address(&account)?;
                let answer: Balance = chain.smart(address, &json!({"balance": {"address": account}})).await?;
                let text = context.show_amount(&asset.into(), answer.balance);
                Ok(Shown::new(json!({"balance": answer.balance, "display": text}), text))
            }
            Self::Info { token } => {
                #[derive(Deserialize, serde::Serialize)]
                struct Info {
                    name: String,
                    symbol: String,
                    decimals: u8,
                    total_supply: Uint128,
                }
                let (asset, address) = token_of(context, &token)?;
                let info: Info = chain.smart(address, &json!({"token_info": {}})).await?;
                let rows = [
                    ("name", info.name.clone()),
                    ("symbol", info.symbol.clone()),
                    ("decimals", info.decimals.to_string()),
                    ("supply", context.show_amount(&asset.into(), info.total_supply)),
                    ("contract", address.to_string()),
                ];
                Ok(Shown::new(json_of(&info)?, fields(rows)))
            }
        }
    }
}

/// The cw20 token that a name stands for.
pub fn token_of<'a>(context: &'a Context, name: &str) -> Result<(&'a Asset, &'a str), Failure> {
    let asset = context.asset(name)?;
    let address = asset.cw20_address().ok_or_else(|| {
        Error::Usage(format!("{name} is a coin of the bank module, not a cw20 token; see marsd query bank"))
    })?;
    Ok((asset, address))
}
