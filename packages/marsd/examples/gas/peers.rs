//! The peers on a chain of their own, with the same accounts and as much in their pools; `scripts/build-peers` built them.
//!
//! The pairs of Astroport make their LP token in a module that wasmd does not have. So each stands in the place of another
//! contract, with the state that it was seen to write when it was made, and its pool is filled by transfers: pairs look
//! at their balances. What needs that module, providing and withdrawing, is not measured.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cosmwasm_std::{Uint128, to_json_binary};
use cw20::Cw20ExecuteMsg;
use mars_node::dev::Action as Did;
use mars_node::proto::any;
use mars_node::proto::wasm::MsgInstantiateContract;
use serde_json::{Value, json};

use crate::economy::{DAY, HOLDERS, MILLION, THOUSAND, send};
use crate::stage::{Action, Stage, Step};

pub struct Peers(pub Stage);

/// What a pair is made of.
struct Kind {
    /// The code in whose place it stands.
    cw20: u64,
    code: u64,
    kind: &'static str,
    init: Value,
}

/// What is put beside each other: the peer, its action, and ours.
pub const PAIRS: [(&str, &str, &str); 22] = [
    ("cw20-base 2.0.0", "token: transfer", "token: transfer"),
    ("cw20-base 2.0.0", "token: transfer to a new holder", "token: transfer to a new holder"),
    ("cw20-base 2.0.0", "token: allow", "token: allow"),
    ("cw20-base 2.0.0", "token: transfer from", "token: transfer from"),
    ("cw20-base 2.0.0", "token: burn", "token: burn"),
    ("astroport-pair 2.1.0", "swap: product, coin for token", "swap: product, coin for token"),
    ("astroport-pair 2.1.0", "swap: product, token for coin", "swap: product, token for coin"),
    ("astroport-pair 2.1.0", "swap: product, coin for token", "swap: product, with a point of both rings"),
    ("astroport-pair-stable 4.1.1", "swap: stable, coin for token", "swap: stable, coin for token"),
    ("astroport-pair-stable 4.1.1", "swap: stable, token for coin", "swap: stable, token for coin"),
    (
        "astroport-pair-stable 4.1.1",
        "swap: stable, coin for token",
        "swap: stable, with a point of both rings",
    ),
    ("astroport-router 1.3.0", "swap: two products, token for token", "swap: two products, token for token"),
    ("astroport-router 1.3.0", "swap: two products, coin for coin", "swap: two products, coin for coin"),
    ("cw20-stake 2.6.0", "staking: first stake", "staking: first stake"),
    ("cw20-stake 2.6.0", "staking: stake more", "staking: stake more"),
    ("cw20-stake 2.6.0", "staking: unstake", "staking: unstake"),
    ("cw20-stake 2.6.0", "staking: withdraw", "staking: withdraw"),
    ("dao-proposal-single 2.6.0", "governance: propose", "governance: propose"),
    ("dao-proposal-single 2.6.0", "governance: vote, first", "governance: vote, first"),
    ("dao-proposal-single 2.6.0", "governance: vote", "governance: vote"),
    ("dao-proposal-single 2.6.0", "governance: execute", "governance: queue"),
    ("dao-proposal-single 2.6.0", "governance: execute", "governance: execute"),
];

/// How many of each token are in the pairs, as in our pools.
const XMS: u128 = 8 * MILLION;
const XMS_COINS: u128 = 2 * MILLION;
const STABLE: u128 = MILLION;
const USDM: u128 = MILLION / 2;

fn coin(denom: &str) -> Value {
    json!({"native_token": {"denom": denom}})
}

impl Peers {
    pub async fn deploy(wasm: &Path) -> Self {
        let mut stage = Stage::new().await;
        let file = |name: &str| wasm.join(name).with_extension("wasm");
        let cw20 = stage.store(&file("cw20_base")).await;
        let holder = |(role, whole): (&str, u128)| json!({"address": stage.at(role), "amount": (whole * MILLION).to_string()});
        let holders = HOLDERS.map(holder);
        let minter = json!({"minter": stage.at("owner"), "cap": null});
        for (name, full, symbol, mint) in
            [("xms", "Mars Ecosystem Token", "XMS", Value::Null), ("usdm", "USD Mars", "USDM", minter)]
        {
            let msg = json!({"name": full, "symbol": symbol, "decimals": 6, "initial_balances": holders,
                "mint": mint, "marketing": null});
            stage.instantiate(name, cw20, &msg).await;
        }
        let mut peers = Self(stage);
        peers.astroport(&file, cw20).await;
        peers.dao(&file).await;
        peers
    }

    fn token(&self, name: &str) -> Value {
        json!({"token": {"contract_addr": self.0.at(name)}})
    }

    async fn astroport(&mut self, file: &impl Fn(&str) -> std::path::PathBuf, cw20: u64) {
        let mut codes = vec![];
        for name in ["astroport_factory", "astroport_pair", "astroport_pair_stable", "astroport_router"] {
            codes.push(self.0.store(&file(name)).await);
        }
        let [factory, product, stable, router] = codes[..] else { unreachable!() };
        let kind = |code: u64, kind: &str, total: u16, maker: u16| {
            json!({"code_id": code, "pair_type": {kind: {}}, "total_fee_bps": total, "maker_fee_bps": maker,
                "is_disabled": false, "is_generator_disabled": false, "permissioned": false})
        };
        // Any contract may be the registry of decimals: it is read by its raw state.
        let registry = self.0.at("xms").to_owned();
        let msg = json!({
            // Our fees: 0.25 and 0.05 %, 0.02 and 0.02 %.
            "pair_configs": [kind(product, "xyk", 30, 1_667), kind(stable, "stable", 4, 5_000)],
            "token_code_id": cw20, "fee_address": self.0.at("keeper"), "generator_address": null,
            "owner": self.0.at("owner"), "whitelist_code_id": cw20, "coin_registry_address": registry,
            "tracker_config": null,
        });
        self.0.instantiate("factory", factory, &msg).await;
        let decimals = |denom: &str| [&b"\x00\x0acoins_info"[..], denom.as_bytes()].concat();
        self.0.dev.set_contract_state(&registry, decimals("uusdc"), Some(b"6".into())).await.unwrap();
        let amplification = to_json_binary(&json!({"amp": 100, "owner": null})).unwrap();
        let of = |code, kind, init| Kind { cw20, code, kind, init };
        let xyk = || of(product, "xyk", Value::Null);
        self.pair("pair xms", xyk(), ("xms", XMS), ("uusdc", XMS_COINS)).await;
        self.pair("pair busd", xyk(), ("xms", XMS), ("ubusd", XMS_COINS)).await;
        self.pair("pair usdm", xyk(), ("usdm", USDM), ("uusdc", USDM)).await;
        let kind = of(stable, "stable", json!(amplification));
        self.pair("pair stable", kind, ("usdm", STABLE), ("uusdc", STABLE)).await;
        let msg = json!({"astroport_factory": self.0.at("factory")});
        self.0.instantiate("router", router, &msg).await;
        for (name, denom) in
            [("pair xms", "uusdc"), ("pair busd", "ubusd"), ("pair usdm", "uusdc"), ("pair stable", "uusdc")]
        {
            for _ in 0..3 {
                self.0.wait(1_000).await;
                self.0.send("trader", vec![self.buy(name, denom)]).await;
            }
        }
    }

    /// A pair of a token and a coin in the place of another contract.
    async fn pair(
        &mut self,
        name: &str,
        Kind { cw20, code, kind, init }: Kind,
        (token, tokens): (&str, u128),
        (denom, coins): (&str, u128),
    ) {
        let nobody = json!({"name": "A pair", "symbol": "PAIR", "decimals": 6, "initial_balances": [], "mint": null,
            "marketing": null});
        let place = self.0.instantiate(name, cw20, &nobody).await;
        let msg = json!({"pair_type": {kind: {}}, "asset_infos": [self.token(token), coin(denom)],
            "token_code_id": cw20, "factory_addr": self.0.at("factory"), "init_params": init});
        let owner = self.0.at("owner").to_owned();
        let attempt = any(&MsgInstantiateContract {
            sender: owner.clone(),
            admin: owner,
            code_id: code,
            label: name.into(),
            msg: serde_json::to_vec(&msg).unwrap(),
            funds: vec![],
        });
        let attempt = self.0.dev.sign(self.0.account("owner"), [attempt], 40_000_000, &[]).unwrap();
        let trace = self.0.dev.trace_unsent(attempt).await.unwrap();
        assert!(trace.log.contains("tokenfactory"), "{name}: {}", trace.log);
        let attempted = trace.steps.iter().find_map(|step| match &step.action {
            Did::Call { contract, entry_point, .. } if entry_point == "instantiate" => Some(contract.clone()),
            _ => None,
        });
        let (attempted, lp) =
            (attempted.unwrap(), format!(r#""liquidity_token":"factory/{place}/astroport/share""#));
        for step in &trace.steps {
            let Did::Write { key, value } = &step.action else { continue };
            let value = String::from_utf8(STANDARD.decode(value).unwrap()).unwrap();
            let value = value.replace(&attempted, &place).replace(r#""liquidity_token":"""#, &lp);
            let key = hex::decode(key).unwrap();
            self.0.dev.set_contract_state(&place, key, Some(value.into_bytes())).await.unwrap();
        }
        self.0.dev.set_contract_code(&place, code).await.unwrap();
        // The factory's list of pairs: both assets in order.
        let mut assets = [self.0.at(token), denom];
        assets.sort_unstable();
        if name != "pair stable" {
            let key = [&b"\x00\x09pair_info"[..], assets.concat().as_bytes()].concat();
            let value = serde_json::to_vec(&place).unwrap();
            self.0.dev.set_contract_state(self.0.at("factory"), key, Some(value)).await.unwrap();
        }
        let fill = Cw20ExecuteMsg::Transfer { recipient: place, amount: Uint128::new(tokens) };
        let coins = self.0.coins("owner", name, denom, coins);
        self.0.send("owner", vec![self.0.call("owner", token, &fill, &[]), coins]).await;
    }

    async fn dao(&mut self, file: &impl Fn(&str) -> std::path::PathBuf) {
        let mut codes = vec![];
        for name in ["dao_dao_core", "dao_proposal_single", "dao_voting_cw20_staked", "cw20_stake"] {
            codes.push(self.0.store(&file(name)).await);
        }
        let [core, proposal, voting_code, stake] = codes[..] else { unreachable!() };
        let module = |code: u64, label: &str, msg: Value| {
            json!({"code_id": code, "msg": to_json_binary(&msg).unwrap(), "admin": {"core_module": {}}, "funds": [],
                "label": label})
        };
        let staking = json!({"new": {"staking_code_id": stake, "unstaking_duration": {"time": 7 * DAY}}});
        let voting = json!({"token_info": {"existing": {"address": self.0.at("xms"), "staking_contract": staking}},
            "active_threshold": null});
        let voting = module(voting_code, "voting", voting);
        let threshold =
            json!({"threshold_quorum": {"quorum": {"percent": "0.1"}, "threshold": {"majority": {}}}});
        let proposal = module(
            proposal,
            "proposal",
            json!({"threshold": threshold,
            "max_voting_period": {"time": 5 * DAY}, "min_voting_period": null, "only_members_execute": false,
            "allow_revoting": false, "pre_propose_info": {"anyone_may_propose": {}},
            "close_proposal_on_execution_failure": true, "veto": null}),
        );
        let msg = json!({"admin": null, "name": "A DAO", "description": "", "image_url": null,
            "automatically_add_cw20s": true, "automatically_add_cw721s": true,
            "voting_module_instantiate_info": voting, "proposal_modules_instantiate_info": [proposal],
            "initial_items": null, "dao_uri": null});
        self.0.instantiate("dao", core, &msg).await;
        let voting: String = self.0.ask("dao", &json!({"voting_module": {}}));
        self.0.adopt("voting", &voting);
        let staking: String = self.0.ask("voting", &json!({"staking_contract": {}}));
        self.0.adopt("staking", &staking);
        let modules: Vec<Value> = self.0.ask("dao", &json!({"proposal_modules": {}}));
        self.0.adopt("proposals", modules[0]["address"].as_str().unwrap());
        for (role, amount) in [("staker", 10 * MILLION), ("voter", 200 * MILLION)] {
            self.0.send(role, vec![self.0.call(role, "xms", &self.stake(amount), &[])]).await;
        }
    }

    fn stake(&self, amount: u128) -> Cw20ExecuteMsg {
        send(self.0.at("staking"), amount, &json!({"stake": {}}))
    }

    /// 1,000 dollars to a pair.
    fn buy(&self, pair: &str, denom: &str) -> mars_node::proto::Any {
        let offer = json!({"info": coin(denom), "amount": THOUSAND.to_string()});
        let msg = json!({"swap": {"offer_asset": offer, "ask_asset_info": null, "belief_price": null,
            "max_spread": "0.5", "to": null}});
        self.0.call("trader", pair, &msg, &[(denom, THOUSAND)])
    }

    pub fn actions(&self) -> Vec<Action> {
        let call = |by: &str, contract: &str, msg: &Value| vec![self.0.call(by, contract, msg, &[])];
        let token = |by: &str, msg: &Cw20ExecuteMsg| vec![self.0.call(by, "xms", msg, &[])];
        let to = |role: &str| Cw20ExecuteMsg::Transfer {
            recipient: self.0.at(role).into(),
            amount: Uint128::new(THOUSAND),
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

        let buy = |pair| vec![self.buy(pair, "uusdc")];
        let sell = |token, pair| {
            let hook = json!({"swap": {"ask_asset_info": null, "belief_price": null, "max_spread": "0.5", "to": null}});
            vec![self.0.call("trader", token, &send(self.0.at(pair), THOUSAND, &hook), &[])]
        };
        let hop = |offer: Value, ask: Value| json!({"astro_swap": {"offer_asset_info": offer, "ask_asset_info": ask}});
        let operations = |hops: [Value; 2]| {
            json!({"execute_swap_operations": {"operations": hops, "minimum_receive": "1", "to": null,
                "max_spread": "0.5"}})
        };
        let tokens = [hop(self.token("xms"), coin("uusdc")), hop(coin("uusdc"), self.token("usdm"))];
        let tokens = send(self.0.at("router"), THOUSAND, &operations(tokens));
        let tokens = || vec![self.0.call("trader", "xms", &tokens, &[])];
        let coins =
            operations([hop(coin("uusdc"), self.token("xms")), hop(self.token("xms"), coin("ubusd"))]);
        let coins = || vec![self.0.call("trader", "router", &coins, &[("uusdc", THOUSAND)])];
        let after = |messages| [Step::Send("trader", messages), Step::Wait(1)];

        let stake = |role| vec![self.0.call(role, "xms", &self.stake(THOUSAND), &[])];
        let unstake = || call("staker", "staking", &json!({"unstake": {"amount": THOUSAND.to_string()}}));
        let update = to_json_binary(&json!({"update_config": {"duration": {"time": 7 * DAY}}})).unwrap();
        let update =
            json!({"wasm": {"execute": {"contract_addr": self.0.at("staking"), "msg": update, "funds": []}}});
        let propose = json!({"propose": {"title": "Confirm the parameters of staking",
            "description": "Why they are as they are. ".repeat(20), "msgs": [update], "proposer": null}});
        let propose = || call("voter", "proposals", &propose);
        let vote = |role| {
            call(role, "proposals", &json!({"vote": {"proposal_id": 1, "vote": "yes", "rationale": null}}))
        };
        let way = [Step::Wait(10), Step::Send("voter", propose()), Step::Send("voter", vote("voter"))];
        vec![
            Action::of("token: transfer", "trader", token("trader", &to("staker"))),
            Action::of("token: transfer to a new holder", "trader", token("trader", &to("guardian"))),
            Action::of("token: allow", "trader", token("trader", &allow)),
            Action::of("token: transfer from", "keeper", token("keeper", &take))
                .after([Step::Send("trader", token("trader", &allow))]),
            Action::of("token: burn", "minter", vec![self.0.call("minter", "usdm", &burn, &[])]),
            Action::of("swap: product, coin for token", "trader", buy("pair xms"))
                .after(after(buy("pair xms"))),
            Action::of("swap: product, token for coin", "trader", sell("xms", "pair xms"))
                .after(after(buy("pair xms"))),
            Action::of("swap: stable, coin for token", "trader", buy("pair stable"))
                .after(after(buy("pair stable"))),
            Action::of("swap: stable, token for coin", "trader", sell("usdm", "pair stable"))
                .after(after(buy("pair stable"))),
            Action::of("swap: two products, token for token", "trader", tokens()).after(after(tokens())),
            Action::of("swap: two products, coin for coin", "trader", coins()).after(after(coins())),
            Action::of("staking: first stake", "trader", stake("trader")),
            Action::of("staking: stake more", "staker", stake("staker")),
            Action::of("staking: unstake", "staker", unstake()),
            Action::of("staking: withdraw", "staker", call("staker", "staking", &json!({"claim": {}})))
                .after([Step::Send("staker", unstake()), Step::Wait(8 * DAY)]),
            Action::of("governance: propose", "voter", propose()).after(way[..1].to_vec()),
            Action::of("governance: vote, first", "voter", vote("voter")).after(way[..2].to_vec()),
            Action::of("governance: vote", "staker", vote("staker")).after(way.to_vec()),
            Action::of(
                "governance: execute",
                "keeper",
                call("keeper", "proposals", &json!({"execute": {"proposal_id": 1}})),
            )
            .after(way.to_vec()),
        ]
    }
}
