//! Chains as earlier releases left them: today's code takes each over, answers every question as it was answered then, and
//! everything goes on. docs/releases.md says when the files beside are written.

use std::fs;
use std::path::PathBuf;

use cosmwasm_schema::schemars::JsonSchema;
use cosmwasm_std::{
    Addr, ContractResult, Empty, QueryRequest, SystemResult, Uint128, WasmQuery, to_json_binary,
    to_json_string, to_json_vec,
};
use cw_ownable::Action;
use cw20::{Cw20ExecuteMsg, Expiration};
use mars_testing::Actor::{Attacker, Guardian, Keeper, Minter, Owner, Stranger, Trader};
use mars_testing::Token::{Btc, Busd, Defi, Eth, Gold, Usdc, Xms};
use mars_testing::{
    Bill, Contract, Mars, Redeem, USDM_USDC, XMS_USDC, assert_every_variant, decimal, hop, message,
};
use mars_types::governance::{Choice, Status};
use mars_types::oracle::{PoolRules, SourceUnchecked};
use mars_types::swap::Hop;
use mars_types::treasury::{LowerLimits, PositionKind, SwitchUnchecked};
use mars_types::{Asset, Bps, collector, governance, oracle, staking, swap, token, treasury};
use serde::Serialize;

use super::{MILLION, ONE, THOUSAND};

const DAY: u64 = 86_400;

/// The stable pool of USDC and BUSD, after those of the bench.
const STABLES: u32 = 3;

/// What every contract stores, in use for weeks: nothing that a user can leave behind is missing.
fn lived_in() -> Mars {
    let mut mars = Mars::builder()
        .params(|params| {
            params.ceiling.floor = (10 * MILLION).into();
            params.mint_limit.floor = (10 * MILLION).into();
        })
        .build();
    mars.connect_collector();
    mars.open_pools();
    let assets = [Usdc, Busd].map(|token| mars.asset(token));
    assert_eq!(mars.create_stable(100, &assets), STABLES);
    mars.provide(Trader, STABLES, &[MILLION, MILLION]).unwrap();
    mars.fund_emission();
    for (who, stake) in [(Minter, 20 * MILLION), (Trader, 90 * MILLION), (Attacker, 40 * MILLION)] {
        mars.stake(who, stake).unwrap();
    }
    mars.advance_fresh(DAY);
    govern(&mut mars);
    mint(&mut mars);
    place(&mut mars);
    trade(&mut mars);
    collect(&mut mars);
    leave_open(&mut mars);
    mars.assert_invariants();
    mars
}

/// One proposal executed, one vetoed, one that can be executed, one in its vote.
fn govern(mars: &mut Mars) {
    let dao = mars.governance.clone();
    let call = |expiry: u64| {
        let params = governance::Params { grace: expiry, ..governance::Params::default() };
        Bill::of(vec![message(&dao, &governance::ExecuteMsg::UpdateParams { params }, vec![])])
    };
    let executed = mars.pass(&[Trader, Minter], call(13 * DAY));
    mars.execute(executed).unwrap();
    let vetoed = mars.propose(Attacker, Bill::text()).unwrap();
    mars.veto(Guardian, vetoed).unwrap();
    mars.advance_fresh(1);
    let waiting = mars.pass(&[Trader, Minter], call(12 * DAY));
    assert_eq!(mars.status(waiting), Status::Ready);
    mars.delegate(Attacker, Keeper).unwrap();
    mars.advance_fresh(1);
    let voted = mars.propose(Minter, Bill { dry_run: Some("as expected".into()), ..Bill::text() }).unwrap();
    mars.until_vote(voted);
    mars.vote(Keeper, voted, Choice::For).unwrap();
    mars.vote(Minter, voted, Choice::Abstain).unwrap();
    mars.refresh();
}

fn mint(mars: &mut Mars) {
    for (token, amount) in [
        (Usdc, MILLION + 3),
        (Busd, 300 * THOUSAND + 7),
        (Btc, 123_456_789),
        (Gold, Gold.units(10) + 1),
        (Eth, Eth.units(5) + 3),
        (Defi, 800 * ONE + 1),
    ] {
        mars.mint(Minter, token, amount).unwrap();
    }
    mars.give_usdm(Minter, Trader, 200 * THOUSAND);
    let holders = vec![mars.staking.to_string(), mars.collector.to_string()];
    let update = treasury::ExecuteMsg::UpdateNonCirculating { add: holders, remove: vec![] };
    mars.tell_treasury(Owner, &update).unwrap();
}

/// Positions of every kind.
fn place(mars: &mut Mars) {
    for (pool, kind) in
        [(USDM_USDC, PositionKind::Usdm), (XMS_USDC, PositionKind::Xms), (STABLES, PositionKind::Yield)]
    {
        mars.register_position(pool, kind).unwrap();
    }
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    mars.allocate(Keeper, USDM_USDC, 1_234_567_891).unwrap();
    mars.allocate(Keeper, XMS_USDC, 1_234_567_891).unwrap();
    let amounts = vec![Uint128::new(50 * THOUSAND + 1); 2];
    let deposit = treasury::ExecuteMsg::Deposit {
        pool: STABLES,
        amounts,
        min_lp: Uint128::zero(),
        deadline: mars.now(),
    };
    mars.tell_treasury(Owner, &deposit).unwrap();
}

/// Enough blocks with trades for points in both rings, while the amplification of a pool moves.
fn trade(mars: &mut Mars) {
    let end = mars.now() + 3 * DAY;
    let ramp = swap::ExecuteMsg::RampAmplification { pool: STABLES, target: 150, end };
    mars.tell_swap(Owner, &ramp).unwrap();
    let (usdc, xms, busd) = (mars.asset(Usdc), mars.asset(Xms), mars.asset(Busd));
    for round in 1..=10 {
        mars.swap(Trader, &usdc, 1_000 * ONE + round, &[hop(XMS_USDC, &xms)]).unwrap();
        mars.swap(Attacker, &xms, 4_000 * ONE + round, &[hop(XMS_USDC, &usdc), hop(STABLES, &busd)]).unwrap();
        mars.advance_fresh(400);
    }
    let params =
        swap::Params { stable_fee: swap::Fee { total: Bps(6), protocol: Bps(2) }, ..swap_params(mars) };
    mars.tell_swap(Owner, &swap::ExecuteMsg::UpdateParams { params }).unwrap();
}

fn swap_params(mars: &Mars) -> swap::Params {
    mars.ask_swap::<swap::ConfigResponse>(&swap::QueryMsg::Config {}).params
}

/// Fees on their way to the stakers.
fn collect(mars: &mut Mars) {
    let (usdc, xms) = (mars.asset(Usdc), mars.asset(Xms));
    mars.set_route(&usdc, vec![hop(XMS_USDC, &xms)]).unwrap();
    mars.tell_swap(Keeper, &swap::ExecuteMsg::CollectFees { pools: vec![XMS_USDC, STABLES] }).unwrap();
    mars.convert(Keeper, &usdc).unwrap();
    mars.distribute(Keeper).unwrap();
    mars.swap(Trader, &usdc, 1_000 * ONE, &[hop(XMS_USDC, &xms)]).unwrap();
    mars.unstake(Trader, MILLION).unwrap();
    mars.advance_fresh(3_600);
    mars.unstake(Trader, 2 * MILLION).unwrap();
}

/// What waits for somebody: claims, pauses, offers, allowances, sources of every kind.
fn leave_open(mars: &mut Mars) {
    let swap = mars.swap.to_string();
    let usdm: mars_types::AssetUnchecked = Asset::Cw20(mars.usdm.clone()).into();
    let pools = SourceUnchecked::Twap {
        swap,
        pools: vec![USDM_USDC],
        rules: PoolRules { min_depth: (100 * THOUSAND).into(), min_age: 1_800 },
    };
    let feeders = mars.ask_oracle::<oracle::SourcesResponse>(&oracle::QueryMsg::Sources {
        start_after: None,
        limit: Some(40),
    });
    let busd = mars.asset(Busd);
    let feeders = feeders.sources.into_iter().find(|entry| entry.asset == busd).unwrap().source;
    let fixed = SourceUnchecked::Fixed { price: decimal("1.001") };
    let guarded = SourceUnchecked::Guarded { sources: vec![feeders.into(), fixed], bound: Bps(50) };
    for (asset, source) in [(usdm, pools), (busd.into(), guarded)] {
        mars.tell_oracle(Owner, &oracle::ExecuteMsg::SetSource { asset, source }).unwrap();
    }
    mars.advance_fresh(1);

    mars.remove_price(Xms);
    for (who, usdm) in [(Minter, 30 * ONE), (Trader, 20 * ONE), (Minter, 50_123_456)] {
        mars.redeem_with(who, Redeem::of(usdm).or_queue()).unwrap();
    }
    mars.cancel_claim(Trader, 1).unwrap();
    mars.restore_feeders(Xms, "0.25");
    mars.next_epoch();
    mars.poke(Keeper).unwrap();

    let switch = SwitchUnchecked::Asset(mars.unchecked(Gold));
    mars.tell_treasury(Guardian, &treasury::ExecuteMsg::Pause { switch }).unwrap();
    let limits = LowerLimits { mint_rate: Some(Bps(400)), ..LowerLimits::default() };
    mars.tell_treasury(Guardian, &treasury::ExecuteMsg::LowerLimits { limits }).unwrap();
    mars.tell_oracle(Guardian, &oracle::ExecuteMsg::Pause { asset: mars.unchecked(Defi) }).unwrap();
    let switch = swap::Switch::Provide(XMS_USDC);
    mars.tell_swap(Guardian, &swap::ExecuteMsg::Pause { switch }).unwrap();
    let pauser = Some(Keeper.addr().into_string());
    mars.tell_swap(Owner, &swap::ExecuteMsg::SetPauser { pauser }).unwrap();
    let new_owner = Stranger.addr().into_string();
    let expiry = Some(Expiration::AtTime(mars.app.block_info().time.plus_days(7)));
    let offer = Action::TransferOwnership { new_owner, expiry };
    mars.tell_staking(Owner, &staking::ExecuteMsg::UpdateOwnership(offer)).unwrap();
    for (token, expires) in [(mars.usdm.clone(), expiry), (mars.xms.clone(), None)] {
        let (spender, amount) = (Keeper.addr().into_string(), Uint128::new(7 * ONE));
        let allow = Cw20ExecuteMsg::IncreaseAllowance { spender, amount, expires };
        mars.transact(Minter, vec![message(&token, &allow, vec![])]).unwrap();
    }
}

/// Every question of every contract with its answer, a line each.
struct Answers<'a> {
    mars: &'a Mars,
    text: String,
}

impl Answers<'_> {
    /// At least one of each variant.
    fn add<Q: Serialize + JsonSchema>(&mut self, contract: &Addr, questions: &[Q]) {
        assert_every_variant(questions, &[]);
        let name = cw2::query_contract_info(&self.mars.app.wrap(), contract).unwrap().contract;
        self.text += &format!("[{name}]\n");
        for question in questions {
            let smart: QueryRequest<Empty> = WasmQuery::Smart {
                contract_addr: contract.to_string(),
                msg: to_json_binary(question).unwrap(),
            }
            .into();
            let answer = match self.mars.app.wrap().raw_query(&to_json_vec(&smart).unwrap()) {
                SystemResult::Ok(ContractResult::Ok(answer)) => String::from_utf8(answer.into()).unwrap(),
                SystemResult::Ok(ContractResult::Err(error)) => error.lines().last().unwrap().trim().into(),
                SystemResult::Err(error) => panic!("{error}"),
            };
            self.text += &format!("{}\n  {answer}\n", to_json_string(question).unwrap());
        }
    }
}

fn answers(mars: &Mars) -> String {
    let mut answers = Answers { mars, text: String::new() };
    let deadline = Some(mars.now());
    let [usdc, busd, btc, xms] = [Usdc, Busd, Btc, Xms].map(|token| mars.unchecked(token));
    let [minter, trader, keeper] = [Minter, Trader, Keeper].map(|who| who.addr().into_string());
    let units = Uint128::new;

    use token::QueryMsg as Token;
    for contract in [&mars.usdm, &mars.xms, &mars.swap_pool(XMS_USDC).lp_token] {
        answers.add(
            contract,
            &[
                Token::Balance { address: minter.clone() },
                Token::TokenInfo {},
                Token::Minter {},
                Token::Allowance { owner: minter.clone(), spender: keeper.clone() },
                Token::AllAllowances { owner: minter.clone(), start_after: None, limit: None },
                Token::AllAccounts { start_after: None, limit: Some(30) },
                Token::MarketingInfo {},
                Token::DownloadLogo {},
                Token::Invariants {},
            ],
        );
    }

    use oracle::QueryMsg as Oracle;
    answers.add(
        &mars.oracle,
        &[
            Oracle::Config {},
            Oracle::Ownership {},
            Oracle::Price { asset: busd.clone() },
            Oracle::Prices { assets: vec![usdc.clone(), btc.clone()], market: Some(xms.clone()) },
            Oracle::Inspect { asset: Asset::Cw20(mars.usdm.clone()).into() },
            Oracle::Market { asset: xms.clone() },
            Oracle::Sources { start_after: None, limit: Some(40) },
            Oracle::Feeds { asset: btc.clone() },
            Oracle::Invariants {},
        ],
    );

    use treasury::QueryMsg as Treasury;
    answers.add(
        &mars.treasury,
        &[
            Treasury::Config {},
            Treasury::Ownership {},
            Treasury::SimulateMint { asset: btc.clone(), amount: units(12_345), min_out: None, deadline },
            Treasury::RequiredForMint { asset: btc.clone(), usdm: units(7_654_321) },
            Treasury::SimulateRedeem { usdm: units(20 * ONE), queue: true, min_out: None, deadline },
            Treasury::SimulateSettle { limit: 30 },
            Treasury::SimulateCancel { id: 2 },
            Treasury::SimulateClaimBasket { id: None, amount: Some(units(ONE)), basket: mars.any_basket() },
            Treasury::Queue {},
            Treasury::Claim { id: 0 },
            Treasury::Claims { owner: None, start_after: None, limit: None },
            Treasury::SimulateAllocate { pool: USDM_USDC, amount: units(ONE), deadline },
            Treasury::Positions {},
            Treasury::Recovery {},
            Treasury::Solvency {},
            Treasury::Epoch {},
            Treasury::Assets {},
            Treasury::Pauses {},
            Treasury::Invariants {},
        ],
    );

    use swap::QueryMsg as Swap;
    let route = vec![Hop { pool: XMS_USDC, ask: usdc.clone() }, Hop { pool: STABLES, ask: busd.clone() }];
    answers.add(
        &mars.swap,
        &[
            Swap::Config {},
            Swap::Ownership {},
            Swap::Pool { pool: XMS_USDC },
            Swap::PoolOf { stable: true, assets: vec![usdc.clone(), busd.clone()] },
            Swap::Pools { start_after: None, limit: None },
            Swap::Natives { start_after: None, limit: None },
            Swap::SimulateSwap {
                offer: xms.clone(),
                amount: units(7_654_321),
                route: route.clone(),
                min_out: None,
                deadline,
            },
            Swap::SimulateSwapExactOut {
                offer: xms.clone(),
                amount_out: units(7_654_321),
                route,
                max_in: None,
                deadline,
            },
            Swap::SimulateProvide {
                pool: STABLES,
                amounts: vec![units(7_654_321), units(1_234_567)],
                min_lp: None,
                deadline,
            },
            Swap::SimulateWithdraw { pool: STABLES, lp: units(7_654_321), min_outs: None, deadline },
            Swap::SimulateWithdrawOne {
                pool: STABLES,
                lp: units(7_654_321),
                asset: usdc.clone(),
                min_out: None,
                deadline,
            },
            Swap::Observe { pools: vec![1, 2, 3], windows: vec![180, 1_800, DAY] },
            Swap::Pauses { start_after: None, limit: None },
            Swap::Invariants {},
        ],
    );

    use staking::QueryMsg as Staking;
    let height = mars.height();
    answers.add(
        &mars.staking,
        &[
            Staking::Config {},
            Staking::Ownership {},
            Staking::Pool {},
            Staking::Apr {},
            Staking::Staker { address: trader.clone() },
            Staking::Stakers { start_after: None, limit: None },
            Staking::VotingPower { address: keeper.clone(), height },
            Staking::VotingPower { address: trader.clone(), height: 2 },
            Staking::TotalPower { height: height - 1 },
            Staking::NonCirculating {},
            Staking::Pauses {},
            Staking::Invariants {},
        ],
    );

    use collector::QueryMsg as Collector;
    answers.add(
        &mars.collector,
        &[
            Collector::Config {},
            Collector::Ownership {},
            Collector::Routes {},
            Collector::SimulateConvert { asset: usdc },
            Collector::SimulateDistribute {},
            Collector::NonCirculating {},
            Collector::Pauses {},
            Collector::Invariants {},
        ],
    );

    use governance::QueryMsg as Governance;
    let update = governance::ExecuteMsg::UpdateParams { params: governance::Params::default() };
    let messages = vec![message(&mars.governance, &update, vec![])];
    answers.add(
        &mars.governance,
        &[
            Governance::Config {},
            Governance::Proposal { proposal: 1 },
            Governance::Proposals { start_before: None, limit: None },
            Governance::Vote { proposal: 4, voter: keeper },
            Governance::Votes { proposal: 1, start_after: None, limit: None },
            Governance::Receipts { proposal: 1 },
            Governance::Power { address: trader, height: None },
            Governance::Weight { messages },
            Governance::Invariants {},
        ],
    );
    answers.text
}

/// Everything that was open is closed, and everybody leaves.
fn live_on(mars: &mut Mars) {
    let (usdc, xms, usdm) = (mars.asset(Usdc), mars.asset(Xms), mars.usdm.clone());
    mars.next_epoch();
    mars.settle(Keeper, 30).unwrap();
    assert_eq!(mars.redemption_queue().waiting.u128(), 0);
    mars.redeem(Minter, ONE).unwrap();
    mars.mint(Minter, Busd, 100 * ONE).unwrap();
    mars.allocate(Keeper, USDM_USDC, ONE).unwrap();
    let transfer = Cw20ExecuteMsg::TransferFrom {
        owner: Minter.addr().into_string(),
        recipient: Stranger.addr().into_string(),
        amount: Uint128::new(7 * ONE),
    };
    for token in [usdm, mars.xms.clone()] {
        mars.transact(Keeper, vec![message(&token, &transfer, vec![])]).unwrap();
    }

    mars.swap(Trader, &usdc, 1_000 * ONE, &[hop(XMS_USDC, &xms)]).unwrap();
    mars.tell_swap(Keeper, &swap::ExecuteMsg::Unpause { switch: swap::Switch::Provide(XMS_USDC) })
        .unwrap_err();
    mars.tell_swap(Owner, &swap::ExecuteMsg::Unpause { switch: swap::Switch::Provide(XMS_USDC) }).unwrap();
    mars.provide(Trader, XMS_USDC, &[4_000 * ONE, 1_000 * ONE]).unwrap();
    mars.tell_swap(Owner, &swap::ExecuteMsg::StopRamp { pool: STABLES }).unwrap();
    let lp = mars.lp_of(Trader, STABLES);
    mars.withdraw_one(Trader, STABLES, lp / 3, &usdc).unwrap();
    mars.withdraw(Trader, STABLES, lp / 3).unwrap();

    assert!(mars.claim(Minter).unwrap() > 0);
    assert!(mars.restake(Attacker).unwrap() > 0);
    mars.tell_staking(Stranger, &staking::ExecuteMsg::UpdateOwnership(Action::AcceptOwnership)).unwrap();
    mars.execute(3).unwrap();
    mars.vote(Trader, 4, Choice::For).unwrap();
    mars.until_decided(4);
    assert_eq!(mars.status(4), Status::Succeeded);
    mars.refresh();
    mars.tell_swap(Keeper, &swap::ExecuteMsg::CollectFees { pools: vec![1, 2, 3] }).unwrap();
    mars.convert(Keeper, &usdc).unwrap();
    mars.distribute(Keeper).unwrap();
    mars.advance_fresh(7 * DAY);
    mars.withdraw_stake(Trader).unwrap();
    mars.assert_invariants();

    mars.tell_treasury(Owner, &treasury::ExecuteMsg::DeclareRecovery {}).unwrap();
    for pool in [USDM_USDC, XMS_USDC, STABLES] {
        mars.tell_treasury(Stranger, &treasury::ExecuteMsg::Unwind { pool }).unwrap();
    }
    mars.claim_basket(Minter, 1_000 * ONE).unwrap();
    mars.assert_invariants();
}

fn file(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "frozen", name].iter().collect()
}

/// Writes a file where the variable is set, and otherwise holds it to be as it would be written.
fn hold(variable: &str, name: &str, text: &str) {
    if std::env::var_os(variable).is_some() {
        fs::write(file(name), text).unwrap();
        return;
    }
    let written = fs::read_to_string(file(name)).unwrap_or_default();
    for (number, (now, then)) in text.lines().zip(written.lines()).enumerate() {
        assert_eq!(now, then, "line {} of {name}; see docs/releases.md", number + 1);
    }
    assert_eq!(text.lines().count(), written.lines().count(), "lines of {name}; see docs/releases.md");
}

#[test]
fn what_this_version_stores_is_frozen() {
    hold("FREEZE", concat!(env!("CARGO_PKG_VERSION"), ".state"), &lived_in().freeze());
}

#[test]
fn every_release_is_taken_over() {
    let states =
        fs::read_dir(file("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let releases: Vec<String> =
        states.filter_map(|name| name.strip_suffix(".state").map(Into::into)).collect();
    assert!(releases.iter().any(|release| release == env!("CARGO_PKG_VERSION")));
    for release in releases {
        let frozen = fs::read_to_string(file(&format!("{release}.state"))).unwrap();
        let mut mars = Mars::thaw(&frozen);
        assert_eq!(mars.freeze(), frozen);
        for contract in Contract::ALL.into_iter().filter(|contract| *contract != Contract::Lp) {
            assert_eq!(mars.version(contract).version, release);
            if release == env!("CARGO_PKG_VERSION") {
                // It was this version that stored it, so a migration has to be told that it is newer.
                mars.pretend_version(contract, contract.name(), "0.0.1");
            }
            mars.migrate(contract).unwrap();
            assert_eq!(mars.version(contract).version, env!("CARGO_PKG_VERSION"));
        }
        hold("ANSWER", &format!("{release}.answers"), &answers(&mars));
        mars.assert_invariants();
        live_on(&mut mars);
    }
}
