//! The protocol on a chain, as a file describes it.
//!
//! A [`Deployment`] lists contracts and what is set up in them. [`Deployment::plan`] compares it with the chain and
//! keeps only what is missing, so a second run has nothing to do and a run that was cut off is finished by the next.
//!
//! Addresses are known before anything is on the chain: they follow from deployer, code and salt. So contracts may
//! name each other in any order. The salt commits to every contract's code and message: when one of them changes, the
//! whole set gets new addresses, and no old contract is left to work with a new one.
//!
//! What governance changed later is not changed back: a step runs only where its subject is absent.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cosmrs::proto::cosmos::base::v1beta1::Coin;
use cosmrs::{AccountId, Any};
use cosmwasm_std::{Decimal, Uint128, to_json_binary};
use cw_ownable::{Action, Ownership};
use cw20::Cw20ExecuteMsg;
use mars_types::oracle::{self, FeederRules, SourceUnchecked};
use mars_types::treasury::{self, Cw20HookMsg, Level};
use mars_types::{AssetUnchecked, governance, staking, swap};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::amount::{Amount, find_asset};
use crate::chain::{Chain, Included};
use crate::message::{self, Instance};
use crate::network::{Asset, Contract, Network};
use crate::tx::{Progress, Signer, TxOptions};
use crate::{Error, Kind, Result, wasm};

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
    /// The base first.
    pub assets: Vec<String>,
    /// First liquidity, from the deployer, like `["8000000XMS", "2000000USDC"]`; none: the pool stays empty.
    #[serde(default)]
    pub seed: Vec<String>,
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

/// Where one asset's price comes from: either `fixed` or `feeders`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSpec {
    /// Symbol or denom of an asset of the network, or symbol of a token of this file.
    pub asset: String,
    /// US dollars per whole token.
    pub fixed: Option<Decimal>,
    /// Accounts.
    pub feeders: Option<Vec<String>>,
    /// The defaults of the oracle if left out.
    pub rules: Option<FeederRules>,
}

/// One asset that the treasury accepts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssetSpec {
    pub level: Level,
    /// Most that the treasury may hold, like `1000000USDC`; it names the asset too.
    pub cap: String,
}

/// Who an account name stands for.
pub type Accounts<'a> = dyn Fn(&str) -> Result<String> + Sync + 'a;

/// What is missing on the chain, in the order in which it is done.
#[derive(Debug)]
pub struct Plan {
    deployer: String,
    uploads: Vec<Upload>,
    instances: Vec<NewInstance>,
    setup: Vec<Setup>,
    /// All contracts of the file; the code id of those not stored yet is known after storing.
    contracts: Vec<Placed>,
    tokens: Vec<Asset>,
    codes: BTreeMap<String, u64>,
    /// Checksum of each code that the file names.
    named_codes: BTreeMap<String, String>,
}

/// A code that no code id has.
#[derive(Debug)]
pub struct Upload {
    pub file: PathBuf,
    /// SHA-256 of the wasm, lower-case hexadecimal.
    pub checksum: String,
    pub wasm: Vec<u8>,
}

#[derive(Debug)]
struct NewInstance {
    name: String,
    checksum: String,
    salt: Vec<u8>,
    label: String,
    admin: Option<String>,
    msg: Value,
}

#[derive(Debug)]
struct Setup {
    contract: String,
    what: String,
    message: Any,
}

#[derive(Debug, Clone)]
struct Placed {
    name: String,
    address: String,
    checksum: String,
}

/// One line of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// `store`, `instantiate` or `set up`.
    pub action: &'static str,
    /// Name of the contract, or of the file that is stored.
    pub subject: String,
    pub detail: String,
}

/// What happens while a plan is carried out.
#[derive(Debug)]
pub enum Event {
    /// A transaction of the plan is on its way.
    Tx(Progress),
    /// These steps are in a block.
    Done { steps: Vec<Step>, txhash: String, height: u64 },
}

/// With what a plan is carried out.
pub struct Means<'a> {
    /// Holds the deployer's key.
    pub signer: &'a Signer,
    pub options: &'a TxOptions,
    /// How long to wait for each transaction to be in a block.
    pub limit: Duration,
    pub report: &'a (dyn Fn(Event) + Sync),
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

    /// Compares the file with the chain. Changes nothing.
    pub async fn plan(&self, chain: &Chain, network: &Network, accounts: &Accounts<'_>) -> Result<Plan> {
        let deployer = accounts(&self.deployer)?;
        let codes = stored_codes(chain).await?;
        let built = self.built()?;
        let placed = self.place(&built, &deployer, accounts)?;
        let resolve = |name: &str| match placed.iter().find(|contract| contract.place.name == name) {
            Some(contract) => Ok(contract.place.address.clone()),
            None if name.starts_with(CODE) => Ok(format!("${{{name}}}")),
            None => accounts(name),
        };

        let mut uploads: Vec<Upload> = Vec::new();
        let mut named_codes = BTreeMap::new();
        for spec in &self.codes {
            let code = self.build(&spec.name, &spec.wasm)?;
            if !codes.contains_key(&code.checksum) {
                let (file, checksum) = (spec.wasm.clone(), code.checksum.clone());
                uploads.push(Upload { file, checksum, wasm: code.wasm });
            }
            named_codes.insert(spec.name.clone(), code.checksum);
        }
        let mut instances = Vec::new();
        let mut tokens = Vec::new();
        for ((spec, code), contract) in self.contracts.iter().zip(&built).zip(&placed) {
            let known =
                codes.contains_key(&code.checksum) || uploads.iter().any(|u| u.checksum == code.checksum);
            if !known {
                let (file, wasm) = (spec.wasm.clone(), code.wasm.clone());
                uploads.push(Upload { file, checksum: code.checksum.clone(), wasm });
            }
            if !exists(chain, &contract.place.address).await? {
                let admin = spec.admin.as_deref().map(|admin| substitute(admin, &resolve)).transpose()?;
                instances.push(NewInstance {
                    name: spec.name.clone(),
                    checksum: code.checksum.clone(),
                    salt: contract.salt.clone(),
                    label: spec.label.clone(),
                    admin,
                    msg: substitute_all(&spec.init, &resolve)?,
                });
            }
            if let Some(token) = &spec.token {
                let mut asset = Asset::cw20(&contract.place.address, &token.symbol, token.decimals);
                asset.name = token.name.clone();
                tokens.push(asset);
            }
        }
        let mut known = network.clone();
        tokens.iter().cloned().for_each(|token| known.put_asset(token));
        let mut setup =
            Setups { deployer: &deployer, assets: &known.assets, placed: &placed, list: Vec::new() };
        let is_new = |name: &str| instances.iter().any(|instance| instance.name == name);
        setup.sources(chain, &self.sources, is_new("oracle"), &resolve).await?;
        setup.assets(chain, &self.assets, is_new("treasury")).await?;
        setup.non_circulating(chain, &self.non_circulating, is_new("treasury")).await?;
        setup.reserve(chain, self.reserve.as_deref(), is_new("treasury")).await?;
        setup.pools(chain, &self.pools, is_new("swap")).await?;
        setup.emission(chain, self.emission.as_deref(), is_new("staking")).await?;
        if let Some(dao) = &self.hand_over {
            for spec in &self.contracts {
                if spec.init.get("owner").is_some() {
                    setup.hand_over(chain, dao, &spec.name, is_new(&spec.name)).await?;
                }
            }
        }
        let setup = setup.list;
        let contracts = placed.into_iter().map(|contract| contract.place).collect();
        Ok(Plan { deployer, uploads, instances, setup, contracts, tokens, codes, named_codes })
    }

    fn built(&self) -> Result<Vec<Built>> {
        self.contracts.iter().map(|contract| self.build(&contract.name, &contract.wasm)).collect()
    }

    fn build(&self, name: &str, file: &Path) -> Result<Built> {
        let path = self.artifacts.join(file);
        let wasm = fs::read(&path).map_err(|e| {
            Error::Config(format!("contract {name}: {}: {e}; scripts/build-wasm makes it", path.display()))
        })?;
        Ok(Built { checksum: hex::encode(wasm::checksum(&wasm)), wasm })
    }

    /// The address of every contract.
    fn place(&self, built: &[Built], deployer: &str, accounts: &Accounts<'_>) -> Result<Vec<Address>> {
        let creator: AccountId = deployer
            .parse()
            .map_err(|e| Error::Config(format!("deployer {deployer:?} is no address: {e}")))?;
        let names: BTreeSet<&str> = self.contracts.iter().map(|contract| contract.name.as_str()).collect();
        // Accounts stand for themselves in what the salt commits to, contracts only by name: their addresses follow.
        let accounts_only = |name: &str| {
            let by_name = names.contains(name) || name.starts_with(CODE);
            if by_name { Ok(format!("${{{name}}}")) } else { accounts(name) }
        };
        let mut set = Sha256::new();
        commit(&mut set, self.salt.as_bytes());
        for spec in &self.codes {
            commit(&mut set, spec.name.as_bytes());
            commit(&mut set, self.build(&spec.name, &spec.wasm)?.checksum.as_bytes());
        }
        for (contract, code) in self.contracts.iter().zip(built) {
            commit(&mut set, contract.name.as_bytes());
            commit(&mut set, code.checksum.as_bytes());
            commit(&mut set, substitute_all(&contract.init, &accounts_only)?.to_string().as_bytes());
        }
        let set = set.finalize();
        let mut placed = Vec::new();
        for (contract, code) in self.contracts.iter().zip(built) {
            let mut salt = Sha256::new();
            commit(&mut salt, &set);
            commit(&mut salt, contract.name.as_bytes());
            let salt = salt.finalize().to_vec();
            let checksum = wasm::checksum(&code.wasm);
            let address = wasm::predict_address(&checksum, &creator, &salt)?.to_string();
            let place = Placed { name: contract.name.clone(), address, checksum: code.checksum.clone() };
            placed.push(Address { place, salt });
        }
        Ok(placed)
    }
}

/// How the name of a code begins in `${…}`.
const CODE: &str = "code ";

/// A contract as it came out of the compiler.
struct Built {
    checksum: String,
    wasm: Vec<u8>,
}

/// Where a contract is or will be.
struct Address {
    place: Placed,
    salt: Vec<u8>,
}

/// Length first, so that no two lists of parts are the same bytes.
fn commit(hash: &mut Sha256, part: &[u8]) {
    hash.update(part.len().to_le_bytes());
    hash.update(part);
}

/// Code ids by checksum; of several, the oldest.
async fn stored_codes(chain: &Chain) -> Result<BTreeMap<String, u64>> {
    let mut codes = BTreeMap::new();
    for code in chain.codes().await? {
        codes.entry(hex::encode(&code.data_hash)).or_insert(code.code_id);
    }
    Ok(codes)
}

async fn exists(chain: &Chain, address: &str) -> Result<bool> {
    match chain.contract_info(address).await {
        Ok(_) => Ok(true),
        Err(e) if e.kind() == Kind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}

/// `text` with every `${NAME}` replaced by the address of NAME.
fn substitute(text: &str, resolve: &dyn Fn(&str) -> Result<String>) -> Result<String> {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, tail) =
            after.split_once('}').ok_or_else(|| Error::Config(format!("{text:?}: ${{ without }}")))?;
        result.push_str(before);
        result.push_str(&resolve(name)?);
        rest = tail;
    }
    result.push_str(rest);
    Ok(result)
}

/// `value` with every `${NAME}` in its texts replaced by the address of NAME.
pub(crate) fn substitute_all(value: &Value, resolve: &dyn Fn(&str) -> Result<String>) -> Result<Value> {
    Ok(match value {
        Value::String(text) => substitute(text, resolve)?.into(),
        Value::Array(list) => {
            Value::Array(list.iter().map(|item| substitute_all(item, resolve)).collect::<Result<_>>()?)
        }
        Value::Object(map) => Value::Object(
            map.iter().map(|(k, v)| Ok((k.clone(), substitute_all(v, resolve)?))).collect::<Result<_>>()?,
        ),
        other => other.clone(),
    })
}

/// Collects what is not set up yet.
struct Setups<'a> {
    deployer: &'a str,
    assets: &'a [Asset],
    placed: &'a [Address],
    list: Vec<Setup>,
}

impl Setups<'_> {
    async fn sources(
        &mut self,
        chain: &Chain,
        specs: &[SourceSpec],
        oracle_is_new: bool,
        resolve: &(dyn Fn(&str) -> Result<String> + Sync),
    ) -> Result<()> {
        if specs.is_empty() {
            return Ok(());
        }
        let oracle = self.address("oracle")?;
        let mut present = BTreeSet::new();
        if !oracle_is_new {
            let limit = u32::try_from(oracle::MAX_ASSETS).ok();
            let query = oracle::QueryMsg::Sources { start_after: None, limit };
            let answer: oracle::SourcesResponse = chain.smart(&oracle, &query).await?;
            present.extend(answer.sources.into_iter().map(|entry| AssetUnchecked::from(entry.asset)));
        }
        for spec in specs {
            let asset = AssetUnchecked::from(find_asset(&spec.asset, self.assets)?);
            if present.contains(&asset) {
                continue;
            }
            let wrong =
                || Error::Config(format!("source of {}: either fixed or feeders is needed", spec.asset));
            let (source, what) = match (spec.fixed, &spec.feeders) {
                (Some(price), None) => (SourceUnchecked::Fixed { price }, format!("fixed at {price} USD")),
                (None, Some(feeders)) => {
                    let addresses = feeders.iter().map(|name| resolve(name)).collect::<Result<_>>()?;
                    let rules = spec.rules.unwrap_or_default();
                    (SourceUnchecked::Feeders { feeders: addresses, rules }, feeders.join(", "))
                }
                _ => return Err(wrong()),
            };
            let message = oracle::ExecuteMsg::SetSource { asset, source };
            self.execute("oracle", &oracle, format!("price of {}: {what}", spec.asset), &message)?;
        }
        Ok(())
    }

    async fn assets(&mut self, chain: &Chain, specs: &[AssetSpec], treasury_is_new: bool) -> Result<()> {
        if specs.is_empty() {
            return Ok(());
        }
        let treasury = self.address("treasury")?;
        let mut present = BTreeSet::new();
        if !treasury_is_new {
            let answer: treasury::AssetsResponse =
                chain.smart(&treasury, &treasury::QueryMsg::Assets {}).await?;
            present.extend(answer.assets.into_iter().map(|entry| AssetUnchecked::from(entry.asset)));
        }
        for spec in specs {
            let cap = Amount::parse(&spec.cap, self.assets)?;
            let asset = AssetUnchecked::from(&cap.asset);
            if present.contains(&asset) {
                continue;
            }
            let decimals = small_decimals(&cap.asset)?;
            let what = format!("accept {} as level {}, at most {cap}", cap.asset.symbol, spec.level.number());
            let message =
                treasury::ExecuteMsg::RegisterAsset { asset, level: spec.level, decimals, cap: cap.value };
            self.execute("treasury", &treasury, what, &message)?;
        }
        Ok(())
    }

    async fn non_circulating(
        &mut self,
        chain: &Chain,
        names: &[String],
        treasury_is_new: bool,
    ) -> Result<()> {
        if names.is_empty() {
            return Ok(());
        }
        let treasury = self.address("treasury")?;
        let mut add = names.iter().map(|name| self.address(name)).collect::<Result<Vec<_>>>()?;
        if !treasury_is_new {
            let answer: treasury::ConfigResponse =
                chain.smart(&treasury, &treasury::QueryMsg::Config {}).await?;
            add.retain(|address| answer.non_circulating.iter().all(|known| known.as_str() != address));
        }
        if add.is_empty() {
            return Ok(());
        }
        let what = format!("leave the undistributed XMS of {} out of circulation", names.join(", "));
        let message = treasury::ExecuteMsg::UpdateNonCirculating { add, remove: vec![] };
        self.execute("treasury", &treasury, what, &message)
    }

    /// The reserve is funded once: while it is empty and nothing was ever paid out of it.
    async fn reserve(&mut self, chain: &Chain, amount: Option<&str>, treasury_is_new: bool) -> Result<()> {
        let Some(amount) = amount else {
            return Ok(());
        };
        let treasury = self.address("treasury")?;
        if !treasury_is_new {
            let answer: treasury::SolvencyResponse =
                chain.smart(&treasury, &treasury::QueryMsg::Solvency {}).await?;
            if answer.reserve != Uint128::zero() || answer.redeemed != Uint128::zero() {
                return Ok(());
            }
        }
        let what = "put into the redemption reserve";
        self.send_tokens("treasury", treasury, amount, what, &Cw20HookMsg::FundReserve {})
    }

    /// The planned emission is funded while it waits for that.
    async fn emission(&mut self, chain: &Chain, amount: Option<&str>, staking_is_new: bool) -> Result<()> {
        let Some(amount) = amount else {
            return Ok(());
        };
        let staking = self.address("staking")?;
        if !staking_is_new {
            let answer: staking::ConfigResponse =
                chain.smart(&staking, &staking::QueryMsg::Config {}).await?;
            if answer.planned.is_none() {
                return Ok(());
            }
        }
        let what = "begin the emission to stakers with";
        self.send_tokens("staking", staking, amount, what, &staking::Cw20HookMsg::FundEmission {})
    }

    /// The deployer offers what it owns, and the DAO takes it.
    async fn hand_over(&mut self, chain: &Chain, dao: &str, contract: &str, is_new: bool) -> Result<()> {
        let address = self.address(contract)?;
        if !is_new {
            // The same on the wire for every contract of the protocol.
            let answer: Ownership<String> = chain.smart(&address, &staking::QueryMsg::Ownership {}).await?;
            if answer.owner.as_deref() != Some(self.deployer) {
                return Ok(());
            }
        }
        let new_owner = self.address(dao)?;
        let accept = governance::ExecuteMsg::AcceptOwnership { contract: address.clone() };
        let offer = Action::TransferOwnership { new_owner: new_owner.clone(), expiry: None };
        let offer = staking::ExecuteMsg::UpdateOwnership(offer);
        self.execute(contract, &address, format!("offer the ownership to {dao}"), &offer)?;
        self.execute(dao, &new_owner, format!("take the ownership of {contract}"), &accept)
    }

    fn send_tokens(
        &mut self,
        name: &str,
        contract: String,
        amount: &str,
        what: &str,
        hook: &impl Serialize,
    ) -> Result<()> {
        let amount = Amount::parse(amount, self.assets)?;
        let token = amount
            .asset
            .cw20_address()
            .ok_or_else(|| Error::Config(format!("{what} {amount}: this takes XMS")))?;
        let hook = to_json_binary(hook).map_err(|e| Error::Internal(e.to_string()))?;
        let send = Cw20ExecuteMsg::Send { contract, amount: amount.value, msg: hook };
        self.execute(name, token, format!("{what} {amount}"), &send)
    }

    /// Pools that are not there, in the order of the file, and their first liquidity. Ids are given in order, so a pool that
    /// somebody else creates meanwhile makes the set-up fail as a whole, and the next run makes a new plan.
    async fn pools(&mut self, chain: &Chain, specs: &[PoolSpec], swap_is_new: bool) -> Result<()> {
        if specs.is_empty() {
            return Ok(());
        }
        let swap = self.address("swap")?;
        let mut known = vec![];
        let mut natives = BTreeSet::new();
        if !swap_is_new {
            known = all_pools(chain, &swap).await?;
            let limit = Some(30);
            let query = swap::QueryMsg::Natives { start_after: None, limit };
            let answer: swap::NativesResponse = chain.smart(&swap, &query).await?;
            natives.extend(answer.natives.into_iter().map(|native| native.denom));
        }
        let mut next = u32::try_from(known.len()).unwrap_or(u32::MAX);
        for spec in specs {
            let assets: Vec<&Asset> =
                spec.assets.iter().map(|name| Ok(find_asset(name, self.assets)?)).collect::<Result<_>>()?;
            let list: Vec<AssetUnchecked> = assets.iter().map(|asset| AssetUnchecked::from(*asset)).collect();
            let symbols: Vec<&str> = assets.iter().map(|asset| asset.symbol.as_str()).collect();
            let name = symbols.join("/");
            let found = known.iter().find(|pool| {
                let stable = matches!(pool.kind, swap::PoolKind::Stable { .. });
                let own = pool.assets.iter().map(|entry| AssetUnchecked::from(entry.asset.clone()));
                stable == spec.amplification.is_some() && own.eq(list.iter().cloned())
            });
            let (id, empty) = match found {
                Some(pool) => (pool.pool, pool.lp_supply.is_zero()),
                None => {
                    for asset in assets.iter().filter(|asset| asset.cw20_address().is_none()) {
                        if natives.insert(asset.base.clone()) {
                            let (denom, decimals) = (asset.base.clone(), small_decimals(asset)?);
                            let what = format!("{} has {decimals} decimals", asset.symbol);
                            let message = swap::ExecuteMsg::RegisterNative { denom, decimals };
                            self.execute("swap", &swap, what, &message)?;
                        }
                    }
                    let (pool, kind) = match spec.amplification {
                        Some(amplification) => (swap::NewPool::Stable { amplification }, "stable pool"),
                        None => (swap::NewPool::ConstantProduct {}, "pool"),
                    };
                    next = next.saturating_add(1);
                    let message = swap::ExecuteMsg::CreatePool { pool, assets: list.clone() };
                    self.execute("swap", &swap, format!("create {kind} {next}, {name}"), &message)?;
                    (next, true)
                }
            };
            if empty && !spec.seed.is_empty() {
                self.seed(&swap, id, &list, &spec.seed)?;
            }
        }
        Ok(())
    }

    fn seed(&mut self, swap: &str, pool: u32, list: &[AssetUnchecked], seed: &[String]) -> Result<()> {
        let amounts: Vec<Amount> =
            seed.iter().map(|text| Ok(Amount::parse(text, self.assets)?)).collect::<Result<_>>()?;
        if !amounts.iter().map(|amount| AssetUnchecked::from(&amount.asset)).eq(list.iter().cloned()) {
            let wrong = format!("seed {} does not follow the pool's assets", seed.join(", "));
            return Err(Error::Config(wrong));
        }
        for (message, what, contract) in
            provision(self.deployer, swap, pool, &amounts, Uint128::one(), u64::MAX)?
        {
            self.list.push(Setup { contract: contract.into(), what, message });
        }
        Ok(())
    }

    fn execute(&mut self, contract: &str, address: &str, what: String, msg: &impl Serialize) -> Result<()> {
        let message = message::execute(self.deployer, address, msg, vec![])?;
        self.list.push(Setup { contract: contract.into(), what, message });
        Ok(())
    }

    fn address(&self, name: &str) -> Result<String> {
        let found = self.placed.iter().find(|contract| contract.place.name == name);
        found.map(|contract| contract.place.address.clone()).ok_or_else(|| {
            Error::Config(format!("the deployment file sets up {name:?}, but lists no contract of this name"))
        })
    }
}

/// Every pool of a swap contract.
pub async fn all_pools(chain: &Chain, swap: &str) -> Result<Vec<swap::PoolResponse>> {
    let mut pools: Vec<swap::PoolResponse> = vec![];
    loop {
        let start_after = pools.last().map(|pool| pool.pool);
        let query = swap::QueryMsg::Pools { start_after, limit: Some(30) };
        let page: swap::PoolsResponse = chain.smart(swap, &query).await?;
        if page.pools.is_empty() {
            return Ok(pools);
        }
        pools.extend(page.pools);
    }
}

/// Messages that add liquidity, in the order of the pool's assets: an allowance for each cw20 amount, and the provision with
/// the native amounts attached. With each message comes what it does, and the contract that it is about.
pub fn provision(
    sender: &str,
    swap: &str,
    pool: u32,
    amounts: &[Amount],
    min_lp: Uint128,
    deadline: u64,
) -> Result<Vec<(Any, String, &'static str)>> {
    let mut messages = vec![];
    let mut funds = vec![];
    for amount in amounts.iter().filter(|amount| !amount.value.is_zero()) {
        match amount.asset.cw20_address() {
            None => funds.push(Coin { denom: amount.asset.base.clone(), amount: amount.value.to_string() }),
            Some(token) => {
                let (spender, value) = (swap.to_string(), amount.value);
                let allow = Cw20ExecuteMsg::IncreaseAllowance { spender, amount: value, expires: None };
                let message = message::execute(sender, token, &allow, vec![])?;
                messages.push((message, format!("let the swap contract take {amount}"), "swap"));
            }
        }
    }
    let texts: Vec<String> = amounts.iter().map(Amount::to_string).collect();
    let amounts = amounts.iter().map(|amount| amount.value).collect();
    let provide = swap::ExecuteMsg::Provide { pool, amounts, min_lp, deadline, recipient: None };
    let message = message::execute(sender, swap, &provide, funds)?;
    messages.push((message, format!("put {} into pool {pool}", texts.join(" and ")), "swap"));
    Ok(messages)
}

fn small_decimals(asset: &Asset) -> Result<u8> {
    let decimals = asset.decimals();
    u8::try_from(decimals).map_err(|_| Error::Config(format!("{} has {decimals} decimals", asset.symbol)))
}

impl Plan {
    /// What will be done.
    pub fn steps(&self) -> Vec<Step> {
        let uploads = self.uploads.iter().map(Upload::step);
        let instances = self.instances.iter().map(|instance| self.instance_step(instance));
        uploads.chain(instances).chain(self.setup.iter().map(Setup::step)).collect()
    }

    /// Nothing is missing on the chain.
    pub fn is_empty(&self) -> bool {
        self.uploads.is_empty() && self.instances.is_empty() && self.setup.is_empty()
    }

    /// Who has to sign.
    pub fn deployer(&self) -> &str {
        &self.deployer
    }

    /// The code that will be stored.
    pub fn uploads(&self) -> &[Upload] {
        &self.uploads
    }

    /// Does what is missing: a transaction for each code, one for all instances, one for the set-up. Each is all or
    /// nothing, and each is finished before the next begins. Writes contracts and tokens into `network`, and calls
    /// `save` when the contracts stand.
    pub async fn apply(
        mut self,
        means: &Means<'_>,
        network: &mut Network,
        save: &(dyn Fn(&Network) -> Result<()> + Sync),
    ) -> Result<()> {
        for upload in &self.uploads {
            let message = message::store_code(&self.deployer, &upload.wasm)?;
            let tx = means.send(&[message], vec![upload.step()]).await?;
            let code_id = tx.attributes("store_code", "code_id").next().and_then(|id| id.parse().ok());
            let code_id = code_id.ok_or_else(|| {
                Error::Internal(format!("transaction {} stored a code and tells no code_id", tx.txhash))
            })?;
            self.codes.insert(upload.checksum.clone(), code_id);
        }
        if !self.instances.is_empty() {
            let messages: Result<Vec<Any>> = self.instances.iter().map(|new| self.instantiate(new)).collect();
            let steps = self.instances.iter().map(|new| self.instance_step(new)).collect();
            means.send(&messages?, steps).await?;
        }
        self.record(network)?;
        save(network)?;
        if !self.setup.is_empty() {
            let messages: Vec<Any> = self.setup.iter().map(|setup| setup.message.clone()).collect();
            means.send(&messages, self.setup.iter().map(Setup::step).collect()).await?;
        }
        Ok(())
    }

    /// Writes contracts and tokens that are all on the chain into the network file's data.
    pub fn record(&self, network: &mut Network) -> Result<()> {
        for placed in &self.contracts {
            let contract = Contract {
                address: placed.address.clone(),
                code_id: self.code_id(&placed.checksum)?,
                checksum: placed.checksum.clone(),
            };
            network.mars.contracts.insert(placed.name.clone(), contract);
        }
        self.tokens.iter().cloned().for_each(|token| network.put_asset(token));
        Ok(())
    }

    fn instantiate(&self, new: &NewInstance) -> Result<Any> {
        let instance = Instance {
            code_id: self.code_id(&new.checksum)?,
            label: new.label.clone(),
            admin: new.admin.clone(),
            msg: self.with_code_ids(&new.msg)?,
            funds: vec![],
        };
        Ok(message::instantiate2(&self.deployer, instance, &new.salt))
    }

    /// A message in which `"${code NAME}"` is the number of that code. It is known once the code is stored.
    fn with_code_ids(&self, value: &Value) -> Result<Value> {
        Ok(match value {
            Value::String(text) => {
                let name = text.strip_prefix("${code ").and_then(|text| text.strip_suffix('}'));
                match name {
                    Some(name) => {
                        let checksum = self.named_codes.get(name).ok_or_else(|| {
                            Error::Config(format!("the deployment file lists no code named {name:?}"))
                        })?;
                        self.code_id(checksum)?.into()
                    }
                    None => text.clone().into(),
                }
            }
            Value::Array(list) => {
                Value::Array(list.iter().map(|item| self.with_code_ids(item)).collect::<Result<_>>()?)
            }
            Value::Object(map) => Value::Object(
                map.iter().map(|(k, v)| Ok((k.clone(), self.with_code_ids(v)?))).collect::<Result<_>>()?,
            ),
            other => other.clone(),
        })
    }

    fn code_id(&self, checksum: &str) -> Result<u64> {
        let found = self.codes.get(checksum).copied();
        found.ok_or_else(|| Error::Internal(format!("no code id is known for the code {checksum}")))
    }

    fn instance_step(&self, new: &NewInstance) -> Step {
        let placed = self.contracts.iter().find(|contract| contract.name == new.name);
        let detail = placed.map(|contract| contract.address.clone()).unwrap_or_default();
        Step { action: "instantiate", subject: new.name.clone(), detail }
    }
}

impl Means<'_> {
    async fn send(&self, messages: &[Any], steps: Vec<Step>) -> Result<Included> {
        let on_the_way = |progress| (self.report)(Event::Tx(progress));
        let tx = self.signer.send(messages, self.options, self.limit, &on_the_way).await?;
        (self.report)(Event::Done { steps, txhash: tx.txhash.clone(), height: tx.height });
        Ok(tx)
    }
}

impl Upload {
    fn step(&self) -> Step {
        let detail = format!("{} bytes, checksum {}", self.wasm.len(), self.checksum);
        Step { action: "store", subject: self.file.display().to_string(), detail }
    }
}

impl Setup {
    fn step(&self) -> Step {
        Step { action: "set up", subject: self.contract.clone(), detail: self.what.clone() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FILE: &str = r#"
        deployer = "deployer"
        salt = "one"
        artifacts = "wasm"
        reserve = "5XMS"

        [[contracts]]
        name = "usdm"
        wasm = "token.wasm"
        label = "USD Mars"
        admin = "${deployer}"
        token = { symbol = "USDM", name = "USD Mars", decimals = 6 }
        init = { minter = "${treasury}" }

        [[contracts]]
        name = "treasury"
        wasm = "treasury.wasm"
        label = "Treasury"
        init = { usdm = "${usdm}", owner = "${deployer}", params = { list = [1, "${usdm}"] } }
    "#;

    fn accounts(name: &str) -> Result<String> {
        match name {
            "deployer" => Ok("mars1q6e7c2lzc5fc6xp9fc98lws9gjaxrdkanftlfe".into()),
            other => Err(Error::Config(format!("no key {other:?}"))),
        }
    }

    /// A deployment in a folder with these two contracts.
    fn deployment(text: &str, token: &[u8], treasury: &[u8]) -> Result<Vec<Address>> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("wasm")).unwrap();
        fs::write(folder.path().join("wasm/token.wasm"), token).unwrap();
        fs::write(folder.path().join("wasm/treasury.wasm"), treasury).unwrap();
        fs::write(folder.path().join("file.toml"), text).unwrap();
        let deployment = Deployment::load(&folder.path().join("file.toml"))?;
        deployment.place(&deployment.built()?, &accounts("deployer")?, &accounts)
    }

    fn addresses(text: &str, token: &[u8], treasury: &[u8]) -> Vec<String> {
        deployment(text, token, treasury).unwrap().into_iter().map(|a| a.place.address).collect()
    }

    #[test]
    fn the_same_file_gives_the_same_addresses() {
        let once = addresses(FILE, b"a", b"b");
        assert_eq!(once, addresses(FILE, b"a", b"b"));
        assert_ne!(once[0], once[1]);
        assert!(once[0].starts_with("mars1") && once[0].len() == 63);
    }

    /// Otherwise USDM of the old treasury would be left with the new one.
    #[test]
    fn any_change_gives_the_whole_set_new_addresses() {
        let before = addresses(FILE, b"a", b"b");
        for after in [
            addresses(FILE, b"a", b"changed code"),
            addresses(&FILE.replace("\"one\"", "\"two\""), b"a", b"b"),
            addresses(&FILE.replace("list = [1,", "list = [2,"), b"a", b"b"),
        ] {
            assert_ne!(before[0], after[0], "usdm");
            assert_ne!(before[1], after[1], "treasury");
        }
    }

    #[test]
    fn names_become_addresses_everywhere() {
        let resolve = |name: &str| Ok(format!("<{name}>"));
        let message = json!({"a": "${usdm}", "b": ["x${y}z${y}", 1, null], "c": {"d": "$ {no}"}});
        let expected = json!({"a": "<usdm>", "b": ["x<y>z<y>", 1, null], "c": {"d": "$ {no}"}});
        assert_eq!(substitute_all(&message, &resolve).unwrap(), expected);
        assert!(substitute("${open", &resolve).is_err());
    }

    #[test]
    fn mistakes_in_the_file_are_named() {
        let refused = |text: &str| deployment(text, b"a", b"b").map(|_| ()).unwrap_err().to_string();
        assert!(refused(&FILE.replace("salt", "slat")).contains("slat"));
        assert!(refused(&FILE.replace("\"treasury\"", "\"usdm\"")).contains("stands twice"));
        assert!(refused(&FILE.replace("${deployer}\", params", "${nobody}\", params")).contains("nobody"));
        assert!(refused(&FILE.replace("token.wasm", "gone.wasm")).contains("gone.wasm"));
    }
}
