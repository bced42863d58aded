//! Questions to the chain.

mod auth;
mod bank;
mod block;
mod collector;
pub mod exit;
pub mod gov;
pub mod oracle;
pub mod staking;
pub mod swap;
mod token;
pub mod treasury;
mod tx;
mod wasm;

use clap::{Args, Subcommand};
use mars_client::Error;
use mars_client::chain::Chain;
use mars_client::network::Network;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use self::token::token_of;
pub use self::tx::json as tx_json;
pub use self::wasm::Encoding;

use crate::cmd::Outcome;
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, list};

#[derive(Debug, Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Query {
    /// Ask about the state after this block instead of the latest
    #[arg(long, global = true, value_name = "N")]
    height: Option<u64>,
    #[command(subcommand)]
    noun: Noun,
}

#[derive(Debug, Subcommand)]
enum Noun {
    /// The protocol's contracts on this network
    Contracts,
    /// Coins of the bank module
    #[command(subcommand)]
    Bank(bank::Bank),
    /// Accounts
    #[command(subcommand)]
    Auth(auth::Auth),
    /// A transaction by its hash
    Tx(tx::Transaction),
    /// A block, the latest by default
    Block(block::Block),
    /// Contracts and their code
    #[command(subcommand)]
    Wasm(wasm::Wasm),
    /// Cw20 tokens
    #[command(subcommand)]
    Token(token::Token),
    /// Prices
    #[command(subcommand)]
    Oracle(oracle::Oracle),
    /// What backs USDM, and what may be minted and redeemed
    #[command(subcommand)]
    Treasury(treasury::Treasury),
    /// Stakes, rewards and votes
    #[command(subcommand)]
    Staking(staking::Staking),
    /// How fees become XMS for stakers
    #[command(subcommand)]
    Collector(collector::Collector),
    /// Proposals of the MarsDAO and what they would do
    #[command(subcommand)]
    Gov(gov::Gov),
    /// Pools, what swaps would give, and prices over time
    #[command(subcommand)]
    Swap(swap::Swap),
}

impl Query {
    pub async fn run(self, context: &Context) -> Outcome {
        let chain = context.chain()?.at(self.height);
        match self.noun {
            Noun::Contracts => contracts(context),
            Noun::Bank(bank) => bank.run(context, &chain).await,
            Noun::Auth(auth) => auth.run(context, &chain).await,
            Noun::Tx(tx) => tx.run(&chain).await,
            Noun::Block(block) => block.run(&chain, self.height).await,
            Noun::Wasm(wasm) => wasm.run(context, &chain).await,
            Noun::Token(token) => token.run(context, &chain).await,
            Noun::Oracle(oracle) => oracle.run(context, &chain).await,
            Noun::Treasury(treasury) => treasury.run(context, &chain).await,
            Noun::Staking(staking) => staking.run(context, &chain).await,
            Noun::Collector(collector) => collector.run(context, &chain).await,
            Noun::Gov(gov) => gov.run(context, &chain).await,
            Noun::Swap(swap) => swap.run(context, &chain).await,
        }
    }
}

fn contracts(context: &Context) -> Outcome {
    let network = context.network()?;
    let table = list(&["contract", "address", ">code id"], contract_rows(network));
    Ok(Shown::new(json_of(&network.mars.contracts)?, table))
}

/// Name, address and code of every contract of the network file.
pub fn contract_rows(network: &Network) -> impl Iterator<Item = [String; 3]> {
    let contracts = network.mars.contracts.iter();
    contracts.map(|(name, contract)| [name.clone(), contract.address.clone(), contract.code_id.to_string()])
}

/// Asks one of the protocol's contracts, by its name in the network file.
pub async fn ask<T: DeserializeOwned>(
    context: &Context,
    chain: &Chain,
    contract: &str,
    query: &impl Serialize,
) -> Result<T, Failure> {
    Ok(chain.smart(&context.network()?.contract(contract)?.address, query).await?)
}

/// A contract's answer as the JSON it came from.
pub fn json_of(answer: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(answer).map_err(|e| Error::Internal(e.to_string()).into())
}
