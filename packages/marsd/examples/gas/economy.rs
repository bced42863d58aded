//! The whole protocol on a chain of its own, a day old, with pools that tell the price of XMS.

use std::path::Path;

use cosmwasm_std::{Decimal, Uint128, to_json_binary};
use cw20::{Cw20Coin, Cw20ExecuteMsg};
use mars_node::proto::Any;
use mars_types::governance::{MemberUnchecked, Pace, Role};
use mars_types::oracle::{FeederRules, PoolRules, Report, SourceUnchecked};
use mars_types::staking::Emission;
use mars_types::swap::{Hop, NewPool, PoolResponse};
use mars_types::token::{UsdmInstantiateMsg, XmsInstantiateMsg};
use mars_types::treasury::{Level, PositionKind};
use mars_types::{
    AssetUnchecked, Bps, GuardianUnchecked, collector, governance, oracle, staking, swap, treasury,
};
use serde::Serialize;

use crate::stage::Stage;

pub const ONE: u128 = 1_000_000;
pub const THOUSAND: u128 = 1_000 * ONE;
pub const MILLION: u128 = 1_000 * THOUSAND;
pub const DAY: u64 = 86_400;
/// 2032-01-01: the guardian's sunset, and the deadline of everything.
pub const LATER: u64 = 1_956_528_000;

/// Who has how many whole tokens of each.
pub const HOLDERS: [(&str, u128); 5] =
    [("owner", 400), ("minter", 50), ("trader", 150), ("staker", 100), ("voter", 300)];

/// Pools by number.
pub const XMS_USDC: u32 = 1;
pub const USDM_USDC: u32 = 2;
pub const USDM_USDC_PRODUCT: u32 = 3;
pub const FOUR_DOLLARS: u32 = 4;
pub const USDC_DAI: u32 = 5;
pub const DAI_BUSD: u32 = 6;
pub const BUSD_BTC: u32 = 7;
pub const XMS_BUSD: u32 = 8;

pub struct Economy(pub Stage);

pub fn usdc() -> AssetUnchecked {
    AssetUnchecked::native("uusdc")
}

pub fn busd() -> AssetUnchecked {
    AssetUnchecked::native("ubusd")
}

pub fn btc() -> AssetUnchecked {
    AssetUnchecked::native("sats")
}

pub fn hop(pool: u32, ask: AssetUnchecked) -> Hop {
    Hop { pool, ask }
}

fn price(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Tokens sent to a contract with a message inside.
pub fn send(contract: &str, amount: u128, hook: &impl Serialize) -> Cw20ExecuteMsg {
    Cw20ExecuteMsg::Send {
        contract: contract.into(),
        amount: Uint128::new(amount),
        msg: to_json_binary(hook).unwrap(),
    }
}

impl Economy {
    /// Deploys what `scripts/build-wasm` left in `artifacts`.
    pub async fn deploy(artifacts: &Path) -> Self {
        let mut stage = Stage::new().await;
        let mut codes = vec![];
        for name in [
            "usdm_cw20",
            "xms_cw20",
            "lp_cw20",
            "mars_oracle",
            "mars_treasury",
            "mars_swap",
            "mars_staking",
            "mars_collector",
            "mars_governance",
        ] {
            codes.push(stage.store(&artifacts.join(name).with_extension("wasm")).await);
        }
        let [usdm, xms, lp, oracle, treasury, swap, staking, collector, governance] = codes[..] else {
            unreachable!()
        };

        let owner = stage.at("owner").to_owned();
        let guardian = Some(GuardianUnchecked { address: stage.at("guardian").into(), sunset: LATER });
        // Treasury and USDM name each other.
        let minter = Stage::place(treasury, 5);
        let usdm = stage.instantiate("usdm", usdm, &UsdmInstantiateMsg { minter }).await;
        let share = |stage: &Stage, role: &str, whole: u128| Cw20Coin {
            address: stage.at(role).into(),
            amount: Uint128::new(whole * MILLION),
        };
        let distribution = HOLDERS.map(|(role, whole)| share(&stage, role, whole)).to_vec();
        let distribution = XmsInstantiateMsg { distribution };
        let xms_address = stage.instantiate("xms", xms, &distribution).await;
        // A dollar that is a cw20 token.
        stage.instantiate("dai", xms, &distribution).await;
        let msg =
            oracle::InstantiateMsg { owner: owner.clone(), guardian: guardian.clone(), usdm: usdm.clone() };
        let oracle = stage.instantiate("oracle", oracle, &msg).await;
        let mut params = treasury::Params::default();
        params.ceiling.floor = (10 * MILLION).into();
        params.mint_limit.floor = (10 * MILLION).into();
        let msg = treasury::InstantiateMsg {
            owner: owner.clone(),
            guardian: guardian.clone(),
            usdm,
            xms: xms_address.clone(),
            oracle,
            params: Some(params),
        };
        let treasury = stage.instantiate("treasury", treasury, &msg).await;
        let msg = swap::InstantiateMsg {
            owner: owner.clone(),
            guardian: guardian.clone(),
            // The collector's place: two contracts come between.
            fee_collector: Stage::place(collector, 8),
            lp_code_id: lp,
            params: None,
        };
        let swap = stage.instantiate("swap", swap, &msg).await;
        let emission = Emission { total: Uint128::new(461_501 * ONE), duration: 180 * DAY };
        let msg = staking::InstantiateMsg {
            owner: owner.clone(),
            guardian: guardian.clone(),
            xms: xms_address.clone(),
            collector: Some(Stage::place(collector, 8)),
            emission: Some(emission),
            params: None,
        };
        let staking = stage.instantiate("staking", staking, &msg).await;
        let msg = collector::InstantiateMsg {
            owner,
            guardian: guardian.clone(),
            xms: xms_address.clone(),
            swap: swap.clone(),
            staking: staking.clone(),
            params: None,
        };
        let collector = stage.instantiate("collector", collector, &msg).await;
        let member = |role, address: &str| MemberUnchecked { role, address: address.into() };
        let msg = governance::InstantiateMsg {
            guardian,
            xms: xms_address,
            sources: vec![staking.clone()],
            contracts: vec![
                member(Role::Treasury, &treasury),
                member(Role::Swap, &swap),
                member(Role::Staking, &staking),
                member(Role::Collector, &collector),
            ],
            pace: Pace::Network,
            params: None,
        };
        stage.instantiate("governance", governance, &msg).await;
        let mut economy = Self(stage);
        economy.set_up().await;
        economy
    }

    async fn set_up(&mut self) {
        for asset in [usdc(), busd(), self.dai(), btc(), self.xms()] {
            self.owner("oracle", &oracle::ExecuteMsg::SetSource { asset, source: self.feeders() }).await;
        }
        self.feed().await;
        for (asset, level, decimals) in
            [(usdc(), Level::Stable, 6), (self.dai(), Level::Stable, 6), (btc(), Level::Gold, 8)]
        {
            let cap = Uint128::new(1_000_000 * MILLION);
            self.owner("treasury", &treasury::ExecuteMsg::RegisterAsset { asset, level, decimals, cap })
                .await;
        }
        let add = ["staking", "collector"].map(|name| self.0.at(name).into()).into();
        self.owner("treasury", &treasury::ExecuteMsg::UpdateNonCirculating { add, remove: vec![] }).await;
        self.owner("xms", &self.to("treasury", 50 * MILLION, &treasury::Cw20HookMsg::FundReserve {})).await;
        self.owner("xms", &self.to("staking", 461_501 * ONE, &staking::Cw20HookMsg::FundEmission {})).await;
        for role in ["owner", "minter"] {
            self.0.send(role, vec![self.mint(role, 4 * MILLION)]).await;
        }

        for (denom, decimals) in [("uusdc", 6), ("ubusd", 6), ("sats", 8)] {
            self.owner("swap", &swap::ExecuteMsg::RegisterNative { denom: denom.into(), decimals }).await;
        }
        let stable = || NewPool::Stable { amplification: 100 };
        self.open(XMS_USDC, NewPool::ConstantProduct {}, &[(self.xms(), 8 * MILLION), (usdc(), 2 * MILLION)])
            .await;
        self.open(USDM_USDC, stable(), &[(self.usdm(), MILLION), (usdc(), MILLION)]).await;
        let product = [(self.usdm(), 500 * THOUSAND), (usdc(), 500 * THOUSAND)];
        self.open(USDM_USDC_PRODUCT, NewPool::ConstantProduct {}, &product).await;
        let four = [self.usdm(), usdc(), self.dai(), busd()].map(|asset| (asset, 500 * THOUSAND));
        self.open(FOUR_DOLLARS, stable(), &four).await;
        self.open(USDC_DAI, stable(), &[(usdc(), MILLION), (self.dai(), MILLION)]).await;
        self.open(DAI_BUSD, stable(), &[(self.dai(), MILLION), (busd(), MILLION)]).await;
        self.open(BUSD_BTC, NewPool::ConstantProduct {}, &[(busd(), MILLION), (btc(), 1_000 * ONE)]).await;
        let second = [(self.xms(), 8 * MILLION), (busd(), 2 * MILLION)];
        self.open(XMS_BUSD, NewPool::ConstantProduct {}, &second).await;

        let stake = staking::Cw20HookMsg::Stake {};
        self.by("staker", "xms", &self.to("staking", 10 * MILLION, &stake)).await;
        self.by("voter", "xms", &self.to("staking", 200 * MILLION, &stake)).await;
        let route = Some(vec![hop(XMS_USDC, self.xms())]);
        self.owner("collector", &collector::ExecuteMsg::SetRoute { asset: usdc(), route }).await;

        // Once the pools are old enough they tell the prices of XMS and USDM.
        self.0.wait(DAY + 3_600).await;
        self.feed().await;
        let twap = |pool| SourceUnchecked::Twap {
            swap: self.0.at("swap").into(),
            pools: vec![pool],
            rules: PoolRules::default(),
        };
        let guarded =
            SourceUnchecked::Guarded { sources: vec![self.feeders(), twap(XMS_USDC)], bound: Bps(500) };
        let usdm = twap(USDM_USDC);
        self.owner("oracle", &oracle::ExecuteMsg::SetSource { asset: self.xms(), source: guarded }).await;
        self.owner("oracle", &oracle::ExecuteMsg::SetSource { asset: self.usdm(), source: usdm }).await;
        for (pool, kind) in
            [(USDM_USDC, PositionKind::Usdm), (XMS_USDC, PositionKind::Xms), (USDC_DAI, PositionKind::Yield)]
        {
            let (swap, cap) = (self.0.at("swap").into(), Uint128::new(1_000_000 * MILLION));
            self.owner("treasury", &treasury::ExecuteMsg::RegisterPosition { swap, pool, kind, cap }).await;
        }
        // Everything has been used before what is measured: pools, balances, windows.
        for _ in 0..3 {
            self.feed().await;
            let sold =
                self.sell(1_000 * ONE, vec![hop(XMS_USDC, usdc()), hop(USDM_USDC_PRODUCT, self.usdm())]);
            self.by("trader", "xms", &sold).await;
            for (pool, ask) in
                [(USDM_USDC, self.usdm()), (FOUR_DOLLARS, busd()), (DAI_BUSD, self.dai()), (BUSD_BTC, btc())]
            {
                let denom = if pool == DAI_BUSD || pool == BUSD_BTC { "ubusd" } else { "uusdc" };
                let msg = self.swap(vec![hop(pool, ask)]);
                self.0
                    .send("trader", vec![self.0.call("trader", "swap", &msg, &[(denom, 1_000 * ONE)])])
                    .await;
            }
            self.poke().await;
            self.0.wait(1_000).await;
        }
        self.feed().await;
        self.poke().await;
    }

    fn asset(&self, token: &str) -> AssetUnchecked {
        AssetUnchecked::cw20(self.0.at(token))
    }

    pub fn xms(&self) -> AssetUnchecked {
        self.asset("xms")
    }

    pub fn usdm(&self) -> AssetUnchecked {
        self.asset("usdm")
    }

    pub fn dai(&self) -> AssetUnchecked {
        self.asset("dai")
    }

    fn feeders(&self) -> SourceUnchecked {
        let feeders = ["feeder1", "feeder2", "feeder3"].map(|role| self.0.at(role).into()).into();
        SourceUnchecked::Feeders { feeders, rules: FeederRules { max_age: 600, ..FeederRules::default() } }
    }

    /// Prices for ten minutes.
    pub async fn feed(&self) {
        for feeder in ["feeder1", "feeder2", "feeder3"] {
            self.0.send(feeder, vec![self.report(feeder, 5, self.now())]).await;
        }
    }

    pub async fn poke(&self) {
        self.by("keeper", "treasury", &treasury::ExecuteMsg::Poke {}).await;
    }

    /// Time of the last block, seconds.
    pub fn now(&self) -> u64 {
        self.0.dev.reader().time().0 / 1_000_000_000
    }

    /// A report of so many prices.
    pub fn report(&self, feeder: &str, prices: usize, time: u64) -> Any {
        let all = [(usdc(), "1"), (self.xms(), "0.25"), (busd(), "1"), (self.dai(), "1"), (btc(), "100000")];
        let reports =
            all.into_iter().take(prices).map(|(asset, text)| Report { asset, price: price(text), time });
        self.0.call(feeder, "oracle", &oracle::ExecuteMsg::Feed { reports: reports.collect() }, &[])
    }

    async fn by(&self, role: &str, contract: &str, msg: &impl Serialize) {
        self.0.send(role, vec![self.0.call(role, contract, msg, &[])]).await;
    }

    async fn owner(&self, contract: &str, msg: &impl Serialize) {
        self.by("owner", contract, msg).await;
    }

    /// Tokens of the message's contract, sent to another.
    pub fn to(&self, contract: &str, amount: u128, hook: &impl Serialize) -> Cw20ExecuteMsg {
        send(self.0.at(contract), amount, hook)
    }

    pub fn mint(&self, role: &str, uusdc: u128) -> Any {
        let msg = treasury::ExecuteMsg::Mint { min_out: Uint128::one(), deadline: LATER, recipient: None };
        self.0.call(role, "treasury", &msg, &[("uusdc", uusdc)])
    }

    pub fn redeem(&self, uusdm: u128, queue: bool) -> Cw20ExecuteMsg {
        let (min_out, recipient) = (Uint128::one(), None);
        self.to(
            "treasury",
            uusdm,
            &treasury::Cw20HookMsg::Redeem { min_out, deadline: LATER, recipient, queue },
        )
    }

    pub fn swap(&self, route: Vec<Hop>) -> swap::ExecuteMsg {
        swap::ExecuteMsg::Swap { route, min_out: Uint128::one(), deadline: LATER, recipient: None }
    }

    /// To be sent by the token.
    pub fn sell(&self, amount: u128, route: Vec<Hop>) -> Cw20ExecuteMsg {
        let (min_out, recipient) = (Uint128::one(), None);
        self.to("swap", amount, &swap::Cw20HookMsg::Swap { route, min_out, deadline: LATER, recipient })
    }

    /// The allowances that a provision needs, and the provision.
    pub fn provide(&self, role: &str, pool: u32, amounts: &[(AssetUnchecked, u128)]) -> Vec<Any> {
        let mut messages = vec![];
        let mut funds = vec![];
        for (asset, amount) in amounts.iter().filter(|(_, amount)| *amount > 0) {
            match asset {
                AssetUnchecked::Native(denom) => funds.push((denom.as_str(), *amount)),
                AssetUnchecked::Cw20(token) => {
                    let (spender, amount) = (self.0.at("swap").into(), Uint128::new(*amount));
                    let allow = Cw20ExecuteMsg::IncreaseAllowance { spender, amount, expires: None };
                    messages.push(self.0.call(role, self.0.name_of(token), &allow, &[]));
                }
            }
        }
        funds.sort_unstable();
        let amounts = amounts.iter().map(|(_, amount)| Uint128::new(*amount)).collect();
        let (min_lp, recipient) = (Uint128::one(), None);
        let msg = swap::ExecuteMsg::Provide { pool, amounts, min_lp, deadline: LATER, recipient };
        messages.push(self.0.call(role, "swap", &msg, &funds));
        messages
    }

    /// A pool with its first liquidity.
    async fn open(&mut self, number: u32, pool: NewPool, amounts: &[(AssetUnchecked, u128)]) {
        let assets = amounts.iter().map(|(asset, _)| asset.clone()).collect();
        self.owner("swap", &swap::ExecuteMsg::CreatePool { pool, assets }).await;
        let answer: PoolResponse = self.0.ask("swap", &swap::QueryMsg::Pool { pool: number });
        self.0.adopt(&format!("lp {number}"), answer.lp_token.as_str());
        self.0.send("owner", self.provide("owner", number, amounts)).await;
    }
}
