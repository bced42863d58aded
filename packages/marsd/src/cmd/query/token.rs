use clap::Subcommand;
use cosmwasm_std::Uint128;
use cw20::{AllAllowancesResponse, AllowanceResponse, Expiration};
use mars_client::Error;
use mars_client::chain::Chain;
use mars_client::network::Asset;
use mars_types::token::QueryMsg;
use serde::Deserialize;
use serde_json::json;

use crate::cmd::Outcome;
use crate::cmd::query::json_of;
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, fields, list, utc};

#[derive(Debug, Subcommand)]
pub enum Token {
    /// What an account owns of a token
    Balance {
        /// Address, or name of a key or contract
        account: String,
        /// Symbol of the token
        token: String,
    },
    /// What one account may spend of another's tokens now
    Allowance {
        /// Address, or name of a key or contract
        owner: String,
        /// Address, or name of a key or contract
        spender: String,
        /// Symbol of the token
        token: String,
    },
    /// Whom an account lets spend its tokens
    Allowances {
        /// Address, or name of a key or contract
        owner: String,
        /// Symbol of the token
        token: String,
        /// Begin after this spender
        #[arg(long, value_name = "ACCOUNT")]
        start_after: Option<String>,
        #[arg(long, value_name = "N")]
        limit: Option<u32>,
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
            Self::Allowance { owner, spender, token } => {
                let (asset, address) = token_of(context, &token)?;
                let (owner, spender) = (context.address(&owner)?, context.address(&spender)?);
                let query = QueryMsg::Allowance { owner, spender };
                let answer: AllowanceResponse = chain.smart(address, &query).await?;
                let rows = [
                    ("allowance", context.show_amount(&asset.into(), answer.allowance)),
                    ("ends", end(answer.expires)),
                ];
                Ok(Shown::new(json_of(&answer)?, fields(rows)))
            }
            Self::Allowances { owner, token, start_after, limit } => {
                let (asset, address) = token_of(context, &token)?;
                let owner = context.address(&owner)?;
                let start_after = start_after.map(|spender| context.address(&spender)).transpose()?;
                let query = QueryMsg::AllAllowances { owner, start_after, limit };
                let answer: AllAllowancesResponse = chain.smart(address, &query).await?;
                let rows = answer.allowances.iter().map(|entry| {
                    let amount = context.show_amount(&asset.into(), entry.allowance);
                    [entry.spender.clone(), amount, end(entry.expires)]
                });
                Ok(Shown::new(json_of(&answer)?, list(&["spender", ">allowance", "ends"], rows)))
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

/// When an allowance ends.
fn end(expires: Expiration) -> String {
    match expires {
        Expiration::AtHeight(height) => format!("at block {height}"),
        Expiration::AtTime(time) => utc(time.seconds()),
        Expiration::Never {} => "never".into(),
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
