//! What users do, one by one.

use cosmwasm_std::{CosmosMsg, Uint128, WasmMsg, to_json_binary};
use cw_ownable::Action as Ownership;
use cw20::Cw20ExecuteMsg;
use mars_node::proto::Any;
use mars_types::governance::Choice;
use mars_types::swap::{Hop, NewPool};
use mars_types::treasury::BasketTerms;
use mars_types::{AssetUnchecked, collector, governance, staking, swap, treasury};
use serde::Serialize;

use crate::economy::*;
use crate::stage::{Action, Step};

impl Economy {
    /// All of it; nothing of an action is there when the next begins.
    pub fn actions(&self) -> Vec<Action> {
        [
            self.tokens(),
            self.treasury(),
            self.swaps(),
            self.liquidity(),
            self.staking(),
            self.votes(),
            self.keepers(),
        ]
        .concat()
    }

    fn call(&self, by: &str, contract: &str, msg: &impl Serialize) -> Vec<Any> {
        vec![self.0.call(by, contract, msg, &[])]
    }

    /// So many seconds pass, and the feeders speak.
    fn later(&self, seconds: u64) -> Vec<Step> {
        let time = self.now() + seconds;
        let report = |feeder| Step::Send(feeder, vec![self.report(feeder, 5, time)]);
        [vec![Step::Wait(seconds)], ["feeder1", "feeder2", "feeder3"].map(report).into()]
            .into_iter()
            .flatten()
            .collect()
    }

    fn tokens(&self) -> Vec<Action> {
        let to = |role: &str, amount| Cw20ExecuteMsg::Transfer {
            recipient: self.0.at(role).into(),
            amount: Uint128::new(amount),
        };
        let allow = Cw20ExecuteMsg::IncreaseAllowance {
            spender: self.0.at("keeper").into(),
            amount: Uint128::new(MILLION),
            expires: None,
        };
        let take = Cw20ExecuteMsg::TransferFrom {
            owner: self.0.at("trader").into(),
            recipient: self.0.at("staker").into(),
            amount: Uint128::new(THOUSAND),
        };
        let burn = Cw20ExecuteMsg::Burn { amount: Uint128::new(THOUSAND) };
        let coins = self.0.coins("trader", "staker", "uusdc", THOUSAND);
        vec![
            Action::of("bank send", "trader", vec![coins]),
            Action::of("token: transfer", "trader", self.call("trader", "xms", &to("staker", THOUSAND))),
            Action::of(
                "token: transfer to a new holder",
                "trader",
                self.call("trader", "xms", &to("guardian", THOUSAND)),
            ),
            Action::of("token: allow", "trader", self.call("trader", "xms", &allow)),
            Action::of("token: transfer from", "keeper", self.call("keeper", "xms", &take))
                .after([Step::Send("trader", self.call("trader", "xms", &allow))]),
            Action::of("token: burn", "minter", self.call("minter", "usdm", &burn)),
            Action::of(
                "token: send to a contract (reserve)",
                "owner",
                self.call(
                    "owner",
                    "xms",
                    &self.to("treasury", THOUSAND, &treasury::Cw20HookMsg::FundReserve {}),
                ),
            ),
        ]
    }

    fn treasury(&self) -> Vec<Action> {
        use treasury::ExecuteMsg as Msg;
        let mint = treasury::Cw20HookMsg::Mint { min_out: Uint128::one(), deadline: LATER, recipient: None };
        let redeem = |amount, queue| self.call("minter", "usdm", &self.redeem(amount, queue));
        let poke = || self.call("keeper", "treasury", &Msg::Poke {});
        let settle = |limit| self.call("keeper", "treasury", &Msg::Settle { limit });
        // More than an epoch's budget pays.
        let long = || Step::Send("minter", redeem(500 * THOUSAND, true));
        // What it does not pay is paid in the next.
        let some = || Step::Send("minter", redeem(100 * THOUSAND, true));
        let short = || Step::Send("minter", redeem(100 * ONE, true));
        let next_epoch = || [self.later(900), vec![Step::Send("keeper", poke())]].concat();
        let recovery = || Step::Send("owner", self.call("owner", "treasury", &Msg::DeclareRecovery {}));
        let basket = BasketTerms { min_out: vec![], skip: vec![], deadline: LATER, recipient: None };
        let basket = treasury::Cw20HookMsg::ClaimBasket { basket };
        let allocate = |pool| {
            let msg = Msg::Allocate { pool, amount: Uint128::new(THOUSAND), deadline: LATER };
            self.call("keeper", "treasury", &msg)
        };
        let deposit = Msg::Deposit {
            pool: USDC_DAI,
            amounts: vec![Uint128::new(THOUSAND), Uint128::zero()],
            min_lp: Uint128::one(),
            deadline: LATER,
        };
        let remove = Msg::Remove { pool: USDC_DAI, lp: Uint128::new(100 * ONE), deadline: LATER };
        let spend =
            Msg::Spend { asset: usdc(), amount: Uint128::new(ONE), recipient: self.0.at("voter").into() };
        vec![
            Action::of("treasury: mint with a coin", "minter", vec![self.mint("minter", THOUSAND)]),
            Action::of(
                "treasury: mint with a token",
                "minter",
                self.call("minter", "dai", &self.to("treasury", THOUSAND, &mint)),
            ),
            Action::of("treasury: mint, first of an epoch", "minter", vec![self.mint("minter", THOUSAND)])
                .after(self.later(900)),
            Action::of("treasury: redeem", "minter", redeem(THOUSAND, false)),
            Action::of("treasury: redeem, a part waits", "minter", redeem(500 * THOUSAND, true)),
            Action::of("treasury: redeem, all waits", "minter", redeem(100 * ONE, true)).after([long()]),
            Action::of("treasury: settle one", "keeper", settle(1))
                .after([vec![some()], next_epoch()].concat()),
            Action::of("treasury: settle ten", "keeper", settle(10))
                .after([vec![some()], vec![short(); 9], next_epoch()].concat()),
            Action::of(
                "treasury: cancel a claim",
                "minter",
                self.call("minter", "treasury", &Msg::Cancel { id: 0 }),
            )
            .after([long()]),
            Action::of(
                "treasury: claim the basket",
                "minter",
                self.call("minter", "usdm", &self.to("treasury", THOUSAND, &basket)),
            )
            .after([recovery()]),
            Action::of("treasury: close an epoch", "keeper", poke()).after(self.later(900)),
            Action::of("treasury: close twelve epochs", "keeper", poke()).after(self.later(12 * 900)),
            Action::of("treasury: allocate beside USDM", "keeper", allocate(USDM_USDC)),
            Action::of("treasury: allocate beside XMS", "keeper", allocate(XMS_USDC)),
            Action::of(
                "treasury: unwind",
                "keeper",
                self.call("keeper", "treasury", &Msg::Unwind { pool: USDM_USDC }),
            )
            .after([Step::Send("keeper", allocate(USDM_USDC)), recovery()]),
            Action::of("treasury: deposit", "owner", self.call("owner", "treasury", &deposit)),
            Action::of("treasury: remove", "owner", self.call("owner", "treasury", &remove))
                .after([Step::Send("owner", self.call("owner", "treasury", &deposit))]),
            Action::of("treasury: spend", "owner", self.call("owner", "treasury", &spend)),
        ]
    }

    fn swaps(&self) -> Vec<Action> {
        let buy = |pool, ask: AssetUnchecked| {
            vec![self.0.call("trader", "swap", &self.swap(vec![hop(pool, ask)]), &[("uusdc", THOUSAND)])]
        };
        let sell = |token, route: &[Hop]| self.call("trader", token, &self.sell(THOUSAND, route.to_vec()));
        let exactly = |pool, ask: AssetUnchecked, amount| {
            let (route, recipient) = (vec![hop(pool, ask)], None);
            let msg = swap::ExecuteMsg::SwapExactOut {
                route,
                amount_out: Uint128::new(amount),
                deadline: LATER,
                recipient,
            };
            vec![self.0.call("trader", "swap", &msg, &[("uusdc", THOUSAND)])]
        };
        let product = || buy(XMS_USDC, self.xms());
        let stable = || buy(USDM_USDC, self.usdm());
        let route = || {
            let route = vec![hop(XMS_USDC, self.xms()), hop(XMS_BUSD, busd())];
            vec![self.0.call("trader", "swap", &self.swap(route), &[("uusdc", THOUSAND)])]
        };
        let two = [hop(XMS_USDC, usdc()), hop(USDM_USDC_PRODUCT, self.usdm())];
        let four =
            [hop(XMS_USDC, usdc()), hop(USDC_DAI, self.dai()), hop(DAI_BUSD, busd()), hop(BUSD_BTC, btc())];
        let after = |messages: Vec<Any>, wait| [Step::Send("trader", messages), Step::Wait(wait)];
        vec![
            Action::of("swap: product, coin for token", "trader", product()).after(after(product(), 1)),
            Action::of("swap: product, with a point", "trader", product()).after(after(product(), 20)),
            Action::of("swap: product, with a point of both rings", "trader", product())
                .after(after(product(), 1_000)),
            Action::of("swap: product, token for coin", "trader", sell("xms", &two[..1]))
                .after(after(product(), 1)),
            Action::of("swap: product, exact out", "trader", exactly(XMS_USDC, self.xms(), THOUSAND))
                .after(after(product(), 1)),
            Action::of("swap: stable, coin for token", "trader", stable()).after(after(stable(), 1)),
            Action::of("swap: stable, with a point of both rings", "trader", stable())
                .after(after(stable(), 1_000)),
            Action::of(
                "swap: stable, token for coin",
                "minter",
                self.call("minter", "usdm", &self.sell(THOUSAND, vec![hop(USDM_USDC, usdc())])),
            )
            .after(after(stable(), 1)),
            Action::of("swap: stable, exact out", "trader", exactly(USDM_USDC, self.usdm(), 500 * ONE))
                .after(after(stable(), 1)),
            Action::of("swap: stable of four, coin for token", "trader", buy(FOUR_DOLLARS, self.dai()))
                .after(after(buy(FOUR_DOLLARS, self.dai()), 1)),
            Action::of("swap: two products, token for token", "trader", sell("xms", &two))
                .after(after(sell("xms", &two), 1)),
            Action::of("swap: two products, coin for coin", "trader", route()).after(after(route(), 1)),
            Action::of("swap: four pools, token for coin", "trader", sell("xms", &four))
                .after(after(sell("xms", &four), 1)),
        ]
    }

    fn liquidity(&self) -> Vec<Action> {
        let pair = [(self.xms(), 400 * ONE), (usdc(), 100 * ONE)];
        let coin_alone = [(self.usdm(), 0), (usdc(), 100 * ONE)];
        let token_alone = swap::Cw20HookMsg::Provide {
            pool: XMS_USDC,
            min_lp: Uint128::one(),
            deadline: LATER,
            recipient: None,
        };
        let withdraw = |pool| {
            let min_outs = vec![Uint128::one(); 2];
            let hook = swap::Cw20HookMsg::Withdraw { pool, min_outs, deadline: LATER, recipient: None };
            self.call("owner", &format!("lp {pool}"), &self.to("swap", 100 * ONE, &hook))
        };
        let one = swap::Cw20HookMsg::WithdrawOne {
            pool: USDM_USDC,
            asset: usdc(),
            min_out: Uint128::one(),
            deadline: LATER,
            recipient: None,
        };
        let create = swap::ExecuteMsg::CreatePool {
            pool: NewPool::ConstantProduct {},
            assets: vec![self.dai(), usdc()],
        };
        let collect = |pools: &[u32]| {
            self.call("keeper", "swap", &swap::ExecuteMsg::CollectFees { pools: pools.to_vec() })
        };
        vec![
            Action::of("liquidity: provide both, product", "trader", self.provide("trader", XMS_USDC, &pair)),
            Action::of(
                "liquidity: provide a coin alone, stable",
                "trader",
                self.provide("trader", USDM_USDC, &coin_alone),
            ),
            Action::of(
                "liquidity: provide a token alone, product",
                "trader",
                self.call("trader", "xms", &self.to("swap", 400 * ONE, &token_alone)),
            ),
            Action::of("liquidity: withdraw, product", "owner", withdraw(XMS_USDC)),
            Action::of("liquidity: withdraw, stable", "owner", withdraw(USDM_USDC)),
            Action::of(
                "liquidity: withdraw one coin, stable",
                "owner",
                self.call("owner", "lp 2", &self.to("swap", 100 * ONE, &one)),
            ),
            Action::of("liquidity: create a pool", "trader", self.call("trader", "swap", &create)),
            Action::of("fees: collect of one pool", "keeper", collect(&[XMS_USDC])),
            Action::of("fees: collect of all pools", "keeper", collect(&[1, 2, 3, 4, 5, 6, 7, 8])),
        ]
    }

    fn staking(&self) -> Vec<Action> {
        use staking::ExecuteMsg as Msg;
        let stake =
            |role| self.call(role, "xms", &self.to("staking", THOUSAND, &staking::Cw20HookMsg::Stake {}));
        let tell = |msg: &Msg| self.call("staker", "staking", msg);
        let unstake = || tell(&Msg::Unstake { amount: Uint128::new(THOUSAND) });
        let unstaked = |wait| [Step::Send("staker", unstake()), Step::Wait(wait)];
        let buy_back = self.to("staking", THOUSAND, &staking::Cw20HookMsg::BuyBack {});
        let delegate = Msg::Delegate { to: Some(self.0.at("voter").into()) };
        vec![
            Action::of("staking: first stake", "trader", stake("trader")),
            Action::of("staking: stake more", "staker", stake("staker")),
            Action::of("staking: unstake", "staker", unstake()),
            Action::of("staking: rebond", "staker", tell(&Msg::Rebond { amount: Uint128::new(THOUSAND) }))
                .after(unstaked(1)),
            Action::of("staking: withdraw", "staker", tell(&Msg::Withdraw {})).after(unstaked(8 * DAY)),
            Action::of("staking: claim", "staker", tell(&Msg::Claim { restake: false })),
            Action::of("staking: restake", "staker", tell(&Msg::Claim { restake: true })),
            Action::of("staking: delegate", "staker", tell(&delegate)),
            Action::of("staking: stream a buy-back", "owner", self.call("owner", "xms", &buy_back)),
        ]
    }

    fn votes(&self) -> Vec<Action> {
        use governance::ExecuteMsg as Msg;
        let tell = |role, msg: &Msg| self.call(role, "governance", msg);
        let params = staking::ExecuteMsg::UpdateParams { params: staking::Params::default() };
        let messages: Vec<CosmosMsg> = vec![
            WasmMsg::Execute {
                contract_addr: self.0.at("staking").into(),
                msg: to_json_binary(&params).unwrap(),
                funds: vec![],
            }
            .into(),
        ];
        let (title, description) =
            ("Confirm the parameters of staking".to_owned(), "Why they are as they are. ".repeat(20));
        let propose = Msg::Propose { title, description, messages, dry_run: None };
        let vote = |role| tell(role, &Msg::Vote { proposal: 1, choice: Choice::For });
        let offer = Ownership::TransferOwnership { new_owner: self.0.at("governance").into(), expiry: None };
        let offer = self.call("owner", "staking", &staking::ExecuteMsg::UpdateOwnership(offer));
        let accept = tell("owner", &Msg::AcceptOwnership { contract: self.0.at("staking").into() });
        let queue = || tell("keeper", &Msg::Queue { proposal: 1 });
        let way = [
            Step::Send("owner", offer),
            Step::Send("owner", accept),
            Step::Send("voter", tell("voter", &propose)),
            Step::Wait(DAY),
            Step::Send("voter", vote("voter")),
            Step::Wait(5 * DAY),
            Step::Send("keeper", queue()),
            // The timelock, doubled.
            Step::Wait(4 * DAY),
        ];
        let after = |steps: usize| way[..steps].to_vec();
        let veto = Msg::Veto { proposal: 1, reason: "It is against the interest of all".into() };
        vec![
            Action::of("governance: propose", "voter", tell("voter", &propose)),
            Action::of("governance: cancel", "voter", tell("voter", &Msg::Cancel { proposal: 1 }))
                .after(after(3)),
            Action::of("governance: vote, first", "voter", vote("voter")).after(after(4)),
            Action::of("governance: vote", "staker", vote("staker")).after(after(5)),
            Action::of("governance: queue", "keeper", queue()).after(after(6)),
            Action::of("governance: execute", "keeper", tell("keeper", &Msg::Execute { proposal: 1 }))
                .after(after(8)),
            Action::of("governance: veto", "guardian", tell("guardian", &veto)).after(after(8)),
        ]
    }

    fn keepers(&self) -> Vec<Action> {
        let convert = collector::ExecuteMsg::Convert { asset: usdc() };
        let fees = self.0.coins("trader", "collector", "uusdc", 10 * THOUSAND);
        let xms = Cw20ExecuteMsg::Transfer {
            recipient: self.0.at("collector").into(),
            amount: Uint128::new(THOUSAND),
        };
        vec![
            Action::of("collector: convert", "keeper", self.call("keeper", "collector", &convert))
                .after([Step::Send("trader", vec![fees])]),
            Action::of(
                "collector: distribute",
                "keeper",
                self.call("keeper", "collector", &collector::ExecuteMsg::Distribute {}),
            )
            .after([Step::Send("trader", self.call("trader", "xms", &xms))]),
            Action::of(
                "oracle: report one price",
                "feeder1",
                vec![self.report("feeder1", 1, self.now() + 1)],
            ),
            Action::of(
                "oracle: report five prices",
                "feeder1",
                vec![self.report("feeder1", 5, self.now() + 1)],
            ),
        ]
    }
}
