//! What a deployment file says.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use cosmwasm_std::Decimal;
use mars_types::oracle::FeederRules;
use mars_types::treasury::{Level, PositionKind};
use serde::Deserialize;
use serde_json::Value;

use crate::{Error, Result};

/// The file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// Account that stores, instantiates and sets up.
    pub deployer: String,
    /// Another text gives the same contracts other addresses.
    pub salt: String,
    /// Folder of the wasm files, seen from this file.
    pub artifacts: PathBuf,
    /// In any order: they may name each other.
    pub contracts: Vec<ContractSpec>,
    /// Where the oracle's prices come from.
    #[serde(default)]
    pub sources: Vec<SourceSpec>,
    /// What the treasury accepts.
    #[serde(default)]
    pub assets: Vec<AssetSpec>,
    /// What goes from the deployer into the redemption reserve, like `100000000XMS`.
    #[serde(default)]
    pub reserve: Option<String>,
    /// What the deployer pays for the first USDM, like `400000USDC`, at the opening prices.
    #[serde(default)]
    pub mint: Option<String>,
    /// Contracts of this file whose XMS does not circulate, besides the treasury.
    #[serde(default)]
    pub non_circulating: Vec<String>,
    /// What goes from the deployer into the planned emission of staking, like `461501XMS`.
    #[serde(default)]
    pub emission: Option<String>,
    /// The contract to which the deployer gives every contract that it owns, when all else is set up.
    #[serde(default)]
    pub hand_over: Option<String>,
    /// Codes without a contract of their own, whose id is written `${code NAME}`: a contract makes instances of them.
    #[serde(default)]
    pub codes: Vec<CodeSpec>,
    /// Pools of the contract `swap`.
    #[serde(default)]
    pub pools: Vec<PoolSpec>,
    /// Ways on which the contract `collector` turns fees into XMS.
    #[serde(default)]
    pub routes: Vec<RouteSpec>,
}

/// A code that a contract of the file makes instances of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeSpec {
    pub name: String,
    /// File in the folder of artifacts.
    pub wasm: PathBuf,
}

/// One pool of Mars Swap.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolSpec {
    /// Of a stable pool; none: constant product.
    pub amplification: Option<u32>,
    /// The base first. Elsewhere in the file the pool is called by them, like `XMS/USDC`.
    pub assets: Vec<String>,
    /// First liquidity, from the deployer, like `["8000000XMS", "2000000USDC"]`; none: the pool stays empty.
    #[serde(default)]
    pub seed: Vec<String>,
    /// Lists it as a pool in which the treasury may have liquidity of its own.
    pub position: Option<PositionSpec>,
}

impl PoolSpec {
    /// How the file calls it.
    pub fn name(&self) -> String {
        self.assets.join("/")
    }
}

/// What the treasury may do in a pool.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PositionSpec {
    pub kind: PositionKind,
    /// Most that may be placed in it at cost, whole US dollars.
    pub cap_usd: u64,
}

/// A way to XMS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteSpec {
    /// From the asset of the fees to XMS, like `["USDM", "USDC", "XMS"]`: each step through the first pool of the file that
    /// has both.
    pub assets: Vec<String>,
}

/// One contract of the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractSpec {
    /// Name in the network file, and in `${NAME}`.
    pub name: String,
    /// File in the folder of artifacts.
    pub wasm: PathBuf,
    pub label: String,
    /// Who may migrate it; nobody if none.
    #[serde(default)]
    pub admin: Option<String>,
    /// For a cw20 token: how the network file lists it.
    #[serde(default)]
    pub token: Option<TokenSpec>,
    /// The message that instantiates it; `${NAME}` stands for the address of a contract or an account.
    pub init: Value,
}

/// How the network file lists a token.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenSpec {
    /// How people count it, like `USDM`.
    pub symbol: String,
    pub name: String,
    pub decimals: u32,
}

/// Where one asset's price comes from: one of `fixed`, `feeders` and `pools`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSpec {
    /// Symbol or denom of an asset of the network, or symbol of a token of this file.
    pub asset: String,
    /// US dollars per whole token.
    pub fixed: Option<Decimal>,
    /// Accounts.
    pub feeders: Option<Vec<String>>,
    /// Of the feeders; the defaults of the oracle if left out.
    pub rules: Option<FeederRules>,
    /// Pools of this file, whose averages tell it.
    pub pools: Option<Vec<String>>,
    /// US dollars per whole token while the deployment mints and opens the pools. It ends with the transaction in which it
    /// began.
    pub opening: Option<Decimal>,
}

/// One asset that the treasury accepts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssetSpec {
    pub level: Level,
    /// Most that the treasury may hold, like `1000000USDC`; it names the asset too.
    pub cap: String,
}

impl Deployment {
    /// Reads the file; `artifacts` is taken as seen from its folder.
    pub fn load(path: &Path) -> Result<Self> {
        let wrong = |e: &dyn fmt::Display| Error::Config(format!("deployment file {}: {e}", path.display()));
        let text = fs::read_to_string(path).map_err(|e| wrong(&e))?;
        let mut deployment: Self = toml::from_str(&text).map_err(|e| wrong(&e))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        deployment.artifacts = folder.join(&deployment.artifacts);
        let mut names = BTreeSet::new();
        for contract in &deployment.contracts {
            if !names.insert(&contract.name) {
                return Err(wrong(&format!("contract {:?} stands twice", contract.name)));
            }
        }
        Ok(deployment)
    }
}
