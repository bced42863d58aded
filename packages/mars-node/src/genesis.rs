//! What a chain begins with.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::auth;
use crate::bank;
use crate::coin::{self, Coin};
use crate::context::{Ctx, GasPrice};
use crate::error::{Error, Result};
use crate::proto::cosmos::bank::v1beta1::{DenomUnit, Metadata, Params as BankParams};
use crate::store::StoreKey;
use crate::wasm::keeper;
use crate::{address, time};
use prost::Message;

/// The state before the first block, and the settings that never change after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genesis {
    /// The name that signatures bind.
    pub chain_id: String,
    /// The bech32 prefix of accounts.
    pub prefix: String,
    /// The time of the genesis, in nanoseconds since 1970. The first block is later.
    pub time: u64,
    /// The height of the first block.
    #[serde(default = "one")]
    pub initial_height: u64,
    /// The coin that wallets take for the staking coin.
    pub bond_denom: String,
    /// What the node asks for one unit of gas, such as `0.025umars`; empty for nothing.
    #[serde(default)]
    pub min_gas_prices: String,
    /// The most gas of one block; `None` for any.
    #[serde(default)]
    pub max_block_gas: Option<u64>,
    /// Who owns what, in the order of account numbers.
    pub accounts: Vec<GenesisAccount>,
    /// How coins are shown.
    #[serde(default)]
    pub metadata: Vec<GenesisMetadata>,
}

/// The most letters of what addresses begin with, by BIP 173.
const LONGEST_PREFIX: usize = 83;
/// The highest first block: heights have 63 bits, and the chain is to go on.
const HIGHEST_BEGIN: u64 = 1 << 62;

fn one() -> u64 {
    1
}

/// An account of the genesis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisAccount {
    /// The address.
    pub address: String,
    /// What it owns, such as `10umars,5uusdc`.
    pub coins: String,
}

/// How a coin is shown: `amount` of `denom` is `amount / 10^exponent` of `display`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisMetadata {
    pub denom: String,
    pub display: String,
    pub exponent: u32,
    pub name: String,
}

impl Genesis {
    /// A genesis without accounts.
    pub fn new(
        chain_id: impl Into<String>,
        prefix: impl Into<String>,
        bond_denom: impl Into<String>,
    ) -> Self {
        Self {
            chain_id: chain_id.into(),
            prefix: prefix.into(),
            // 2026-01-01T00:00:00Z: fixed, so that two chains of one genesis are the same chain.
            time: 1_767_225_600_000_000_000,
            initial_height: 1,
            bond_denom: bond_denom.into(),
            min_gas_prices: String::new(),
            max_block_gas: None,
            accounts: Vec::new(),
            metadata: Vec::new(),
        }
    }

    /// The genesis with one more account.
    #[must_use]
    pub fn with_account(mut self, address: impl Into<String>, coins: impl Into<String>) -> Self {
        self.accounts.push(GenesisAccount { address: address.into(), coins: coins.into() });
        self
    }

    /// The secret of the one validator: known to everyone, as the chain is a local one.
    pub fn validator_seed(&self) -> [u8; 32] {
        Sha256::digest(format!("validator of {}", self.chain_id)).into()
    }

    /// The prices of gas.
    ///
    /// # Errors
    /// A text that is no list of decimal amounts with names.
    pub fn gas_prices(&self) -> Result<Vec<GasPrice>> {
        gas_prices(&self.min_gas_prices)
    }

    /// The genesis as CometBFT serves it.
    pub fn to_json(&self) -> Value {
        let balances: Vec<Value> = self
            .accounts
            .iter()
            .map(|account| {
                let coins = coin::parse(&account.coins).unwrap_or_default();
                let coins: Vec<Value> = coins
                    .iter()
                    .map(|coin| json!({ "denom": coin.denom, "amount": coin.amount.to_string() }))
                    .collect();
                json!({ "address": account.address, "coins": coins })
            })
            .collect();
        json!({
            "genesis_time": time::rfc3339(self.time),
            "chain_id": self.chain_id,
            "initial_height": self.initial_height.to_string(),
            "consensus_params": crate::block::consensus_params_json(self.max_block_gas),
            "app_hash": "",
            "app_state": { "bank": { "balances": balances }, "staking": { "params": { "bond_denom": self.bond_denom } } },
        })
    }

    /// Whether a chain can begin with these settings, and go on: what blocks and addresses are made of has its limits.
    fn require_sound(&self) -> Result<()> {
        let Self { chain_id, prefix, initial_height, .. } = self;
        let refuse = |text: String| Err(Error::unregistered(text));
        if tendermint::chain::Id::try_from(chain_id.as_str()).is_err() {
            return refuse(format!(
                "chain id {chain_id:?}: expected 1 to {} letters, digits, -, _ and .",
                tendermint::chain::id::MAX_LENGTH
            ));
        }
        if !(1..=LONGEST_PREFIX).contains(&prefix.len())
            || !prefix.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        {
            return refuse(format!(
                "prefix {prefix:?}: expected 1 to {LONGEST_PREFIX} small letters and digits"
            ));
        }
        if !(1..=HIGHEST_BEGIN).contains(initial_height) {
            return refuse(format!("initial height {initial_height} is not within 1 and {HIGHEST_BEGIN}"));
        }
        coin::validate_denom(&self.bond_denom)
            .map_err(|reason| Error::unregistered(format!("bond denom: {reason}")))?;
        let mut seen = BTreeSet::new();
        let mut supply: Vec<Coin> = Vec::new();
        for GenesisAccount { address, coins } in &self.accounts {
            if !seen.insert(address) {
                return refuse(format!("genesis account {address} stands twice"));
            }
            for coin in coin::parse(coins).map_err(Error::unregistered)? {
                let given = coin.to_string();
                supply = coin::add(supply, coin).ok_or_else(|| {
                    Error::unregistered(format!(
                        "genesis account {address}: with {given} the supply is above 2^256 - 1"
                    ))
                })?;
            }
        }
        Ok(())
    }

    /// Writes the first state. Account numbers follow the order of wasmd's genesis: accounts, then modules.
    ///
    /// # Errors
    /// An address or a coin that is none, or a setting that no chain can have.
    pub fn write(&self, ctx: &Ctx) -> Result<()> {
        self.require_sound()?;
        ctx.kv(StoreKey::Auth).set(auth::PARAMS, &auth::default_params().encode_to_vec())?;
        ctx.kv(StoreKey::Wasm).set(keeper::PARAMS, &keeper::default_params().encode_to_vec())?;
        // wasmd counts the transaction that made its validator, so the first transaction reads a counter.
        let counted = [&0_u64.to_be_bytes()[..], &1_u32.to_be_bytes()].concat();
        ctx.kv(StoreKey::Wasm).set(auth::TX_COUNTER, &counted)?;
        #[allow(deprecated)]
        let bank_params = BankParams { send_enabled: Vec::new(), default_send_enabled: true };
        ctx.kv(StoreKey::Bank).set(bank::PARAMS, &bank_params.encode_to_vec())?;
        for account in &self.accounts {
            let address = address::decode(&self.prefix, &account.address)
                .map_err(|error| error.wrap(format!("genesis account {}", account.address)))?;
            auth::new_account(ctx, &address)?;
        }
        for module in GENESIS_MODULES {
            auth::put_module(ctx, module)?;
        }
        for account in &self.accounts {
            let address = address::decode(&self.prefix, &account.address)?;
            let coins: Vec<Coin> = coin::parse(&account.coins).map_err(Error::unregistered)?;
            bank::mint(ctx, &address, &coins)?;
        }
        for metadata in &self.metadata {
            bank::set_metadata(ctx, &metadata.to_proto())?;
        }
        Ok(())
    }
}

/// The prices of gas in a text such as `0.025umars,0.1uusdc`.
///
/// # Errors
/// A text that is no list of decimal amounts with names.
pub fn gas_prices(text: &str) -> Result<Vec<GasPrice>> {
    let invalid =
        |part: &str| Error::unregistered(format!("invalid gas price {part:?}: expected 0.025umars"));
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let end = part.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(|| invalid(part))?;
            let (amount, denom) = part.split_at(end);
            coin::validate_denom(denom).map_err(Error::unregistered)?;
            let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
            if fraction.len() > 18 || amount.is_empty() {
                return Err(invalid(part));
            }
            let atomics = format!("{whole}{fraction:0<18}").parse().map_err(|_| invalid(part))?;
            Ok(GasPrice { denom: denom.to_owned(), atomics })
        })
        .collect()
}

/// The module accounts that wasmd's genesis makes, in order; others are made when they are first needed.
const GENESIS_MODULES: [&str; 8] = [
    "fee_collector",
    "distribution",
    "bonded_tokens_pool",
    "not_bonded_tokens_pool",
    "gov",
    "mint",
    "protocolpool_escrow",
    // The first block makes this one.
    "protocolpool",
];

impl GenesisMetadata {
    fn to_proto(&self) -> Metadata {
        let unit =
            |denom: &str, exponent| DenomUnit { denom: denom.to_owned(), exponent, aliases: Vec::new() };
        Metadata {
            description: self.name.clone(),
            denom_units: vec![unit(&self.denom, 0), unit(&self.display, self.exponent)],
            base: self.denom.clone(),
            display: self.display.clone(),
            name: self.name.clone(),
            symbol: self.display.clone(),
            uri: String::new(),
            uri_hash: String::new(),
        }
    }
}
