//! What is set up in the contracts: only what their own answers show to be missing.

use std::collections::{BTreeMap, BTreeSet};

use cosmrs::Any;
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use cosmwasm_std::{Uint128, to_json_binary};
use cw_ownable::{Action, Ownership};
use cw20::Cw20ExecuteMsg;
use mars_types::oracle::{self, PoolRules, SourceUnchecked};
use mars_types::treasury::{self, Cw20HookMsg};
use mars_types::{AssetUnchecked, collector, governance, staking, swap};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::file::{AssetSpec, Deployment, PoolSpec, PositionSpec, RouteSpec, SourceSpec};
use super::plan::Setup;
use crate::amount::{Amount, find_asset};
use crate::chain::Chain;
use crate::message;
use crate::network::Asset;
use crate::{Error, Result};

/// Whoever mints or provides in the deployment's own transaction gets what the messages after it need, or all of it fails.
const LATER: u64 = u64::MAX;

/// Collects what is not set up yet.
pub(super) struct Setups<'a> {
    pub chain: &'a Chain,
    pub deployer: &'a str,
    pub assets: &'a [Asset],
    /// Of every contract of the file.
    pub addresses: BTreeMap<&'a str, &'a str>,
    /// Contracts that are not on the chain yet: nothing is set up in them.
    pub new: BTreeSet<&'a str>,
    pub list: Vec<Setup>,
}

/// Who a name stands for.
type Resolve<'a> = dyn Fn(&str) -> Result<String> + Sync + 'a;

impl Setups<'_> {
    /// Everything in the order in which it is done.
    pub async fn of(mut self, file: &Deployment, resolve: &Resolve<'_>) -> Result<Vec<Setup>> {
        let sources = self.missing_sources(&file.sources).await?;
        for spec in &sources {
            match spec.opening {
                Some(price) => {
                    let what = format!("price of {} at the opening: {price} USD", spec.asset);
                    self.set_source(spec, what, SourceUnchecked::Fixed { price })?;
                }
                None if spec.pools.is_none() => self.source(spec, resolve, &BTreeMap::new())?,
                None => {}
            }
        }
        self.treasury_assets(&file.assets).await?;
        self.non_circulating(&file.non_circulating).await?;
        self.reserve(file.reserve.as_deref()).await?;
        self.mint(file.mint.as_deref()).await?;
        let pools = self.pools(&file.pools).await?;
        for spec in sources.iter().filter(|spec| spec.opening.is_some() || spec.pools.is_some()) {
            self.source(spec, resolve, &pools)?;
        }
        self.positions(&file.pools, &pools).await?;
        self.routes(&file.routes, &file.pools, &pools).await?;
        self.emission(file.emission.as_deref()).await?;
        if let Some(dao) = &file.hand_over {
            for spec in file.contracts.iter().filter(|spec| spec.init.get("owner").is_some()) {
                self.hand_over(dao, &spec.name).await?;
            }
        }
        Ok(self.list)
    }

    async fn missing_sources<'s>(&self, specs: &'s [SourceSpec]) -> Result<Vec<&'s SourceSpec>> {
        if specs.is_empty() {
            return Ok(vec![]);
        }
        let limit = u32::try_from(oracle::MAX_ASSETS).ok();
        let query = oracle::QueryMsg::Sources { start_after: None, limit };
        let answer: Option<oracle::SourcesResponse> = self.ask("oracle", &query).await?;
        let present: BTreeSet<AssetUnchecked> = answer
            .into_iter()
            .flat_map(|answer| answer.sources)
            .map(|entry| AssetUnchecked::from(entry.asset))
            .collect();
        let mut missing = vec![];
        for spec in specs {
            if !present.contains(&self.asset(&spec.asset)?) {
                missing.push(spec);
            }
        }
        Ok(missing)
    }

    /// The source that stays.
    fn source(
        &mut self,
        spec: &SourceSpec,
        resolve: &Resolve<'_>,
        pools: &BTreeMap<String, u32>,
    ) -> Result<()> {
        let (source, what) = match (spec.fixed, &spec.feeders, &spec.pools) {
            (Some(price), None, None) => (SourceUnchecked::Fixed { price }, format!("fixed at {price} USD")),
            (None, Some(feeders), None) => {
                let addresses = feeders.iter().map(|name| resolve(name)).collect::<Result<_>>()?;
                let rules = spec.rules.unwrap_or_default();
                (SourceUnchecked::Feeders { feeders: addresses, rules }, feeders.join(", "))
            }
            (None, None, Some(names)) => {
                let ids = names.iter().map(|name| id_of(pools, name)).collect::<Result<_>>()?;
                let (swap, rules) = (self.address("swap")?, PoolRules::default());
                let what = format!("averages of {}", names.join(", "));
                (SourceUnchecked::Twap { swap, pools: ids, rules }, what)
            }
            _ => {
                let asset = &spec.asset;
                let wrong = format!("source of {asset}: one of fixed, feeders and pools is needed");
                return Err(Error::Config(wrong));
            }
        };
        self.set_source(spec, format!("price of {}: {what}", spec.asset), source)
    }

    fn set_source(&mut self, spec: &SourceSpec, what: String, source: SourceUnchecked) -> Result<()> {
        let asset = self.asset(&spec.asset)?;
        self.execute("oracle", what, &oracle::ExecuteMsg::SetSource { asset, source })
    }

    async fn treasury_assets(&mut self, specs: &[AssetSpec]) -> Result<()> {
        if specs.is_empty() {
            return Ok(());
        }
        let answer: Option<treasury::AssetsResponse> =
            self.ask("treasury", &treasury::QueryMsg::Assets {}).await?;
        let present: BTreeSet<AssetUnchecked> = answer
            .into_iter()
            .flat_map(|answer| answer.assets)
            .map(|entry| AssetUnchecked::from(entry.asset))
            .collect();
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
            self.execute("treasury", what, &message)?;
        }
        Ok(())
    }

    async fn non_circulating(&mut self, names: &[String]) -> Result<()> {
        if names.is_empty() {
            return Ok(());
        }
        let mut add = names.iter().map(|name| self.address(name)).collect::<Result<Vec<_>>>()?;
        let answer: Option<treasury::ConfigResponse> =
            self.ask("treasury", &treasury::QueryMsg::Config {}).await?;
        if let Some(config) = answer {
            add.retain(|address| config.non_circulating.iter().all(|known| known.as_str() != address));
        }
        if add.is_empty() {
            return Ok(());
        }
        let what = format!("leave the undistributed XMS of {} out of circulation", names.join(", "));
        let message = treasury::ExecuteMsg::UpdateNonCirculating { add, remove: vec![] };
        self.execute("treasury", what, &message)
    }

    /// The reserve is funded once: while it is empty and nothing was ever paid out of it.
    async fn reserve(&mut self, amount: Option<&str>) -> Result<()> {
        let Some(amount) = amount else {
            return Ok(());
        };
        let funded =
            |answer: treasury::SolvencyResponse| !answer.reserve.is_zero() || !answer.redeemed.is_zero();
        if self.solvency().await?.is_some_and(funded) {
            return Ok(());
        }
        self.send_tokens("treasury", amount, "put into the redemption reserve", &Cw20HookMsg::FundReserve {})
    }

    /// The first USDM there is.
    async fn mint(&mut self, amount: Option<&str>) -> Result<()> {
        let Some(amount) = amount else {
            return Ok(());
        };
        if self.solvency().await?.is_some_and(|answer| !answer.minted.is_zero()) {
            return Ok(());
        }
        let amount = Amount::parse(amount, self.assets)?;
        let min_out = Uint128::zero();
        let message = treasury::ExecuteMsg::Mint { min_out, deadline: LATER, recipient: None };
        let funds = vec![native(&amount)?];
        let message = message::execute(self.deployer, &self.address("treasury")?, &message, funds)?;
        self.push("treasury", format!("mint the first USDM against {amount}"), message);
        Ok(())
    }

    async fn solvency(&self) -> Result<Option<treasury::SolvencyResponse>> {
        self.ask("treasury", &treasury::QueryMsg::Solvency {}).await
    }

    /// Pools that are not there, in the order of the file, and their first liquidity; the number of each by its name. Ids are
    /// given in order, so a pool that somebody else creates meanwhile makes the set-up fail as a whole, and the next run
    /// makes a new plan.
    async fn pools(&mut self, specs: &[PoolSpec]) -> Result<BTreeMap<String, u32>> {
        let mut ids = BTreeMap::new();
        if specs.is_empty() {
            return Ok(ids);
        }
        let swap = self.address("swap")?;
        let mut known = vec![];
        let mut natives = BTreeSet::new();
        if !self.new.contains("swap") {
            known = all_pools(self.chain, &swap).await?;
            let query = swap::QueryMsg::Natives { start_after: None, limit: Some(30) };
            let answer: swap::NativesResponse = self.chain.smart(&swap, &query).await?;
            natives.extend(answer.natives.into_iter().map(|native| native.denom));
        }
        let mut next = u32::try_from(known.len()).unwrap_or(u32::MAX);
        for spec in specs {
            let assets: Vec<&Asset> =
                spec.assets.iter().map(|name| Ok(find_asset(name, self.assets)?)).collect::<Result<_>>()?;
            let list: Vec<AssetUnchecked> = assets.iter().map(|asset| AssetUnchecked::from(*asset)).collect();
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
                            self.execute(
                                "swap",
                                what,
                                &swap::ExecuteMsg::RegisterNative { denom, decimals },
                            )?;
                        }
                    }
                    let (pool, kind) = match spec.amplification {
                        Some(amplification) => (swap::NewPool::Stable { amplification }, "stable pool"),
                        None => (swap::NewPool::ConstantProduct {}, "pool"),
                    };
                    next = next.saturating_add(1);
                    let message = swap::ExecuteMsg::CreatePool { pool, assets: list.clone() };
                    self.execute("swap", format!("create {kind} {next}, {}", spec.name()), &message)?;
                    (next, true)
                }
            };
            ids.insert(spec.name(), id);
            if empty && !spec.seed.is_empty() {
                self.seed(&swap, id, &list, &spec.seed)?;
            }
        }
        Ok(ids)
    }

    fn seed(&mut self, swap: &str, pool: u32, list: &[AssetUnchecked], seed: &[String]) -> Result<()> {
        let amounts: Vec<Amount> =
            seed.iter().map(|text| Ok(Amount::parse(text, self.assets)?)).collect::<Result<_>>()?;
        if !amounts.iter().map(|amount| AssetUnchecked::from(&amount.asset)).eq(list.iter().cloned()) {
            let wrong = format!("seed {} does not follow the pool's assets", seed.join(", "));
            return Err(Error::Config(wrong));
        }
        for (message, what, contract) in
            provision(self.deployer, swap, pool, &amounts, Uint128::one(), LATER)?
        {
            self.push(contract, what, message);
        }
        Ok(())
    }

    /// Pools in which the treasury may have liquidity of its own.
    async fn positions(&mut self, specs: &[PoolSpec], pools: &BTreeMap<String, u32>) -> Result<()> {
        let wanted: Vec<(&PoolSpec, &PositionSpec)> =
            specs.iter().filter_map(|spec| Some((spec, spec.position.as_ref()?))).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let answer: Option<treasury::PositionsResponse> =
            self.ask("treasury", &treasury::QueryMsg::Positions {}).await?;
        let present: BTreeSet<u32> =
            answer.into_iter().flat_map(|answer| answer.positions).map(|entry| entry.position.pool).collect();
        for (spec, position) in wanted {
            let (pool, PositionSpec { kind, cap_usd }) = (id_of(pools, &spec.name())?, *position);
            if present.contains(&pool) {
                continue;
            }
            let micro_usd = Uint128::from(cap_usd).saturating_mul(Uint128::new(1_000_000));
            let (swap, cap) = (self.address("swap")?, micro_usd);
            let what = format!("let the treasury place up to {cap_usd} USD in pool {pool}");
            self.execute(
                "treasury",
                what,
                &treasury::ExecuteMsg::RegisterPosition { swap, pool, kind, cap },
            )?;
        }
        Ok(())
    }

    /// Ways to XMS for assets that have none.
    async fn routes(
        &mut self,
        specs: &[RouteSpec],
        pools: &[PoolSpec],
        ids: &BTreeMap<String, u32>,
    ) -> Result<()> {
        if specs.is_empty() {
            return Ok(());
        }
        let answer: Option<collector::RoutesResponse> =
            self.ask("collector", &collector::QueryMsg::Routes {}).await?;
        let present: BTreeSet<AssetUnchecked> = answer
            .into_iter()
            .flat_map(|answer| answer.routes)
            .map(|entry| AssetUnchecked::from(entry.asset))
            .collect();
        for RouteSpec { assets } in specs {
            let Some(first) = assets.first() else {
                return Err(Error::Config("a route names no assets".into()));
            };
            let asset = self.asset(first)?;
            if present.contains(&asset) {
                continue;
            }
            let mut route = vec![];
            for step in assets.windows(2) {
                let through = pools.iter().find(|pool| step.iter().all(|asset| pool.assets.contains(asset)));
                let through = through.ok_or_else(|| {
                    Error::Config(format!(
                        "route {}: no pool of the file has both of {}",
                        assets.join(" "),
                        step.join(" and ")
                    ))
                })?;
                let ask = step.last().map_or(Ok(asset.clone()), |name| self.asset(name))?;
                route.push(swap::Hop { pool: id_of(ids, &through.name())?, ask });
            }
            let what = format!("turn fees into XMS: {}", assets.join(" → "));
            self.execute("collector", what, &collector::ExecuteMsg::SetRoute { asset, route: Some(route) })?;
        }
        Ok(())
    }

    /// The planned emission is funded while it waits for that.
    async fn emission(&mut self, amount: Option<&str>) -> Result<()> {
        let Some(amount) = amount else {
            return Ok(());
        };
        let answer: Option<staking::ConfigResponse> =
            self.ask("staking", &staking::QueryMsg::Config {}).await?;
        if answer.is_some_and(|config| config.planned.is_none()) {
            return Ok(());
        }
        let what = "begin the emission to stakers with";
        self.send_tokens("staking", amount, what, &staking::Cw20HookMsg::FundEmission {})
    }

    /// The deployer offers what it owns, and the DAO takes it.
    async fn hand_over(&mut self, dao: &str, contract: &str) -> Result<()> {
        // The same on the wire for every contract of the protocol.
        let answer: Option<Ownership<String>> = self.ask(contract, &staking::QueryMsg::Ownership {}).await?;
        if answer.is_some_and(|ownership| ownership.owner.as_deref() != Some(self.deployer)) {
            return Ok(());
        }
        let accept = governance::ExecuteMsg::AcceptOwnership { contract: self.address(contract)? };
        let offer = Action::TransferOwnership { new_owner: self.address(dao)?, expiry: None };
        let offer = staking::ExecuteMsg::UpdateOwnership(offer);
        self.execute(contract, format!("offer the ownership to {dao}"), &offer)?;
        self.execute(dao, format!("take the ownership of {contract}"), &accept)
    }

    fn send_tokens(&mut self, name: &str, amount: &str, what: &str, hook: &impl Serialize) -> Result<()> {
        let amount = Amount::parse(amount, self.assets)?;
        let token = amount
            .asset
            .cw20_address()
            .ok_or_else(|| Error::Config(format!("{what} {amount}: this takes XMS")))?;
        let (contract, hook) = (self.address(name)?, to_json_binary(hook));
        let hook = hook.map_err(|e| Error::Internal(e.to_string()))?;
        let send = Cw20ExecuteMsg::Send { contract, amount: amount.value, msg: hook };
        self.push(name, format!("{what} {amount}"), message::execute(self.deployer, token, &send, vec![])?);
        Ok(())
    }

    /// What a contract answers; none while it is not on the chain.
    async fn ask<T: DeserializeOwned>(
        &self,
        name: &str,
        query: &(impl Serialize + Sync),
    ) -> Result<Option<T>> {
        if self.new.contains(name) {
            return Ok(None);
        }
        self.chain.smart(&self.address(name)?, query).await.map(Some)
    }

    fn execute(&mut self, name: &str, what: String, msg: &impl Serialize) -> Result<()> {
        let message = message::execute(self.deployer, &self.address(name)?, msg, vec![])?;
        self.push(name, what, message);
        Ok(())
    }

    fn push(&mut self, contract: &str, what: String, message: Any) {
        self.list.push(Setup { contract: contract.into(), what, message });
    }

    fn asset(&self, name: &str) -> Result<AssetUnchecked> {
        Ok(AssetUnchecked::from(find_asset(name, self.assets)?))
    }

    fn address(&self, name: &str) -> Result<String> {
        self.addresses.get(name).map(|address| (*address).to_string()).ok_or_else(|| {
            Error::Config(format!("the deployment file sets up {name:?}, but lists no contract of this name"))
        })
    }
}

fn id_of(pools: &BTreeMap<String, u32>, name: &str) -> Result<u32> {
    let found = pools.get(name).copied();
    found.ok_or_else(|| Error::Config(format!("the deployment file lists no pool {name:?}")))
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
            None => funds.push(native(amount)?),
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

fn native(amount: &Amount) -> Result<Coin> {
    match amount.asset.cw20_address() {
        None => Ok(Coin { denom: amount.asset.base.clone(), amount: amount.value.to_string() }),
        Some(_) => Err(Error::Config(format!("{amount} is a token and no coin"))),
    }
}

fn small_decimals(asset: &Asset) -> Result<u8> {
    let decimals = asset.decimals();
    u8::try_from(decimals).map_err(|_| Error::Config(format!("{} has {decimals} decimals", asset.symbol)))
}
