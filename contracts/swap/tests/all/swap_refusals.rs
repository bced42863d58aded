//! Every refusal of a swap: its code, the value, the limit, and nothing changed. The bench asserts that the simulation
//! refuses in the same words.

use cosmwasm_std::{coin, Coin, Uint128};
use mars_testing::Actor::Trader;
use mars_testing::Token::{Btc, Busd, Usdc, Xms};
use mars_testing::{hop, message, refused, Mars, Trade, USDM_USDC, XMS_USDC};
use mars_types::swap::{ExecuteMsg, Hop, MAX_HOPS};
use mars_types::{Asset, AssetUnchecked, RefusalCode};

use super::{MILLION, ONE};

fn open() -> (Mars, Asset, Asset, Asset) {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let [xms, usdc] = [Xms, Usdc].map(|token| mars.asset(token));
    let usdm = Asset::Cw20(mars.usdm.clone());
    (mars, xms, usdc, usdm)
}

#[track_caller]
fn refuses(mars: &mut Mars, trade: &Trade, code: RefusalCode, value: impl ToString, limit: impl ToString) {
    let result = mars.assert_unchanged(|mars| mars.swap_with(Trader, trade));
    refused(result, code, value, limit);
}

#[test]
fn terms() {
    let (mut mars, xms, usdc, _) = open();
    let trade = Trade::of(xms, 1_000 * ONE, vec![hop(XMS_USDC, &usdc)]);
    let now = mars.now();
    let late = trade.clone().deadline(now - 1);
    refuses(&mut mars, &late, RefusalCode::DeadlinePassed, now, now - 1);
    let greedy = trade.clone().min_out(249_218_847);
    refuses(&mut mars, &greedy, RefusalCode::MinOut, 249_218_846, 249_218_847);
    let dear = Trade { amount: 999_999_996, ..trade.exactly(249_218_846) };
    refuses(&mut mars, &dear, RefusalCode::MaxIn, 999_999_997, 999_999_996);
}

#[test]
fn amounts() {
    let (mut mars, xms, usdc, _) = open();
    let route = vec![hop(XMS_USDC, &usdc)];
    // 7 uxms would give 1 before the fee.
    for amount in [1, 7] {
        let trade = Trade::of(xms.clone(), amount, route.clone());
        refuses(&mut mars, &trade, RefusalCode::TooSmall, amount, "more");
    }
    let all = Trade::of(xms.clone(), 100 * MILLION, route.clone());
    let none = all.clone().exactly(0);
    refuses(&mut mars, &none, RefusalCode::TooSmall, 0, "more");
    // The fee comes on top of what is asked for.
    let reserve = 2 * MILLION;
    let everything = all.clone().exactly(reserve);
    let gross = 2_006_018_054_163u128;
    refuses(&mut mars, &everything, RefusalCode::LiquidityShort, gross, format!("less than {reserve}"));
    let huge = all.exactly(u128::MAX);
    refuses(&mut mars, &huge, RefusalCode::Overflow, "", "");
}

#[test]
fn routes() {
    let (mut mars, xms, usdc, usdm) = open();
    let of = |route: Vec<Hop>| Trade::of(xms.clone(), ONE, route);
    refuses(&mut mars, &of(vec![]), RefusalCode::InvalidInput, "no pools", format!("1 to {MAX_HOPS}"));
    let five: Vec<Hop> = (1..=5).map(|pool| hop(pool, &usdc)).collect();
    refuses(&mut mars, &of(five), RefusalCode::TooMany, 5, MAX_HOPS);
    refuses(&mut mars, &of(vec![hop(9, &usdc)]), RefusalCode::NotFound, 9, "an entry that exists");
    let elsewhere = of(vec![hop(XMS_USDC, &usdm)]);
    refuses(&mut mars, &elsewhere, RefusalCode::NotInPool, &usdm, "another asset of pool 1");
    let itself = of(vec![hop(XMS_USDC, &xms)]);
    refuses(&mut mars, &itself, RefusalCode::NotInPool, &xms, "another asset of pool 1");
    let foreign = Trade::of(mars.asset(Btc), ONE, vec![hop(XMS_USDC, &usdc)]);
    refuses(&mut mars, &foreign, RefusalCode::NotInPool, "native:sats", "another asset of pool 1");
    let broken = of(vec![hop(XMS_USDC, &usdc), hop(USDM_USDC, &xms)]);
    refuses(&mut mars, &broken, RefusalCode::NotInPool, &xms, "another asset of pool 2");
    let unknown = of(vec![Hop { pool: XMS_USDC, ask: AssetUnchecked::native("!") }]);
    let result = mars.assert_unchanged(|mars| {
        let message = mars.swap_message(&unknown);
        mars.transact(Trader, vec![message])
    });
    assert_eq!(result.unwrap_err().code, RefusalCode::InvalidInput);
}

#[test]
fn an_empty_pool() {
    let (mut mars, _, usdc, _) = open();
    let busd = mars.asset(Busd);
    let pool = mars.create_pool(&[busd.clone(), usdc.clone()]);
    let trade = Trade::of(busd, ONE, vec![hop(pool, &usdc)]);
    refuses(&mut mars, &trade, RefusalCode::EmptyPool, pool, "a pool with liquidity");
}

#[test]
fn reserves_past_128_bits() {
    let (mut mars, _, usdc, _) = open();
    let big = Asset::Cw20(mars.deploy_cw20(Trader, "BIG", 0, u128::MAX / 8));
    let pool = mars.create_pool(&[big.clone(), usdc.clone()]);
    mars.provide(Trader, pool, &[u128::MAX / 8, MILLION]).unwrap();
    let Asset::Cw20(token) = big.clone() else { unreachable!() };
    let mint = cw20::Cw20ExecuteMsg::Mint {
        recipient: Trader.addr().into_string(),
        amount: Uint128::new(u128::MAX / 8 * 2),
    };
    mars.transact(Trader, vec![message(&token, &mint, vec![])]).unwrap();
    // Up to the edge the numbers hold: reserve and supply together are below 2^128.
    let route = [hop(pool, &usdc)];
    mars.swap(Trader, &big, u128::MAX / 8 * 2, &route).unwrap();
    let query = mars_types::swap::QueryMsg::SimulateSwap {
        offer: big.into(),
        amount: Uint128::MAX,
        route: route.to_vec(),
        min_out: None,
        deadline: None,
    };
    let simulated: mars_types::Simulation<mars_types::swap::SwapReceipt> = mars.ask_swap(&query);
    assert_eq!(simulated.refusal.unwrap().code, RefusalCode::Overflow);
    mars.assert_invariants();
}

#[test]
fn attached_coins_must_be_one_coin() {
    let (mut mars, xms, _, _) = open();
    let swap = ExecuteMsg::Swap {
        route: vec![hop(XMS_USDC, &xms)],
        min_out: Uint128::zero(),
        deadline: mars.now(),
        recipient: None,
    };
    let cases: [(Vec<Coin>, &str); 2] =
        [(vec![], "nothing"), (vec![coin(5, "sats"), coin(1, "uusdc")], "5sats+1uusdc")];
    for (funds, told) in cases {
        let call = message(&mars.swap, &swap, funds);
        let result = mars.assert_unchanged(|mars| mars.transact(Trader, vec![call]));
        refused(result, RefusalCode::WrongFunds, told, "one coin");
    }
}

#[test]
fn the_swap_contract_is_no_recipient() {
    let (mut mars, xms, usdc, _) = open();
    let swap = mars.swap.clone();
    let trade = Trade::of(xms, ONE, vec![hop(XMS_USDC, &usdc)]).recipient(&swap);
    let call = mars.swap_message(&trade);
    let result = mars.assert_unchanged(|mars| mars.transact(Trader, vec![call]));
    refused(result, RefusalCode::InvalidInput, swap, "anyone but the swap contract");
}
