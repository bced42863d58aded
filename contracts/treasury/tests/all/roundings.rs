//! Amounts and prices at which rounding down and up give two figures: each is against who asks.

use cosmwasm_std::{Decimal, Uint128};
use cw20::Cw20ExecuteMsg;
use mars_testing::Actor::{Attacker, Keeper, Minter, Owner, Stranger, Trader};
use mars_testing::Token::{Btc, Busd, Usdc, Xms};
use mars_testing::{decimal, hop, message, refused, Mars, Script, Token, USDM_USDC, XMS_USDC};
use mars_types::oracle::{Market, Peg};
use mars_types::swap::{self, WithdrawReceipt};
use mars_types::treasury::{ExecuteMsg, PositionKind};
use mars_types::{Asset, PriceBand, RefusalCode, Simulation};

use super::positions::{spend_down, with_pools};
use super::{MILLION, ONE, THOUSAND};

/// What an amount with 6 or 8 decimals times a price with 18 is divided by for µUSD.
const OF_6: u128 = 10u128.pow(18);
const OF_8: u128 = 10u128.pow(20);

/// `a × b ÷ d`, which must have a remainder here, floored.
fn floored(a: u128, b: u128, d: u128) -> u128 {
    assert_ne!(a * b % d, 0, "{a} * {b} / {d} shows no rounding");
    a * b / d
}

fn ceiled(a: u128, b: u128, d: u128) -> u128 {
    floored(a, b, d) + 1
}

fn atomics(price: &str) -> u128 {
    decimal(price).atomics().u128()
}

/// XMS at this price, tokens in these bands, and every other at $1.
fn say(mars: &mut Mars, xms: &str, bands: &[(Token, [&str; 2])]) {
    let band = |[low, high]: [&str; 2]| Some(PriceBand { low: decimal(low), high: decimal(high) });
    let prices = bands.iter().map(|(token, ends)| (mars.asset(*token), band(*ends))).collect();
    let market = Some(Market::of_band(PriceBand::exact(decimal(xms))));
    mars.script_market(Script { market, peg: Some(Peg { twap_30m: Decimal::one(), age: 86_400 }), prices });
}

/// Half a million USDC and some Bitcoin.
fn with_bitcoin() -> Mars {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    mars.mint(Minter, Btc, 12_345_678).unwrap();
    mars
}

const BITCOIN: [&str; 2] = ["61234.567891", "61234.987654321"];

#[test]
fn what_is_held_is_floored_at_low_and_ceiled_at_high() {
    let mut mars = with_bitcoin();
    say(&mut mars, "0.25", &[(Btc, BITCOIN)]);
    let [low, high] = BITCOIN.map(atomics);
    let solvency = mars.solvency();
    assert_eq!(solvency.external.gold.u128(), floored(12_345_678, low, OF_8));
    assert_eq!(solvency.external_low.u128(), 500 * THOUSAND + floored(12_345_678, low, OF_8));
    assert_eq!(solvency.external_high.u128(), 500 * THOUSAND + ceiled(12_345_678, high, OF_8));
}

#[test]
fn the_market_value_of_xms_is_floored() {
    let mut mars = Mars::deploy();
    // Of one millionth of a dollar in assets, so that the ratio tells the last unit.
    mars.mint(Minter, Usdc, 1).unwrap();
    say(&mut mars, "0.250000000000000001", &[]);
    mars.next_epoch();
    let value = floored(900 * MILLION, atomics("0.250000000000000001"), OF_6);
    assert_eq!(mars.solvency().control_ratio.unwrap().u128(), 10_000 * value);
}

#[test]
fn a_deposit_is_floored_against_the_room_of_its_class() {
    let mut mars = with_bitcoin();
    say(&mut mars, "0.25", &[(Btc, BITCOIN)]);
    let low = atomics(BITCOIN[0]);
    let (deposit, class) = (floored(500_000_001, low, OF_8), floored(12_345_678, low, OF_8));
    // (3 × whole − 10 × class) ÷ 7.
    let room = floored(3 * (500 * THOUSAND + class) - 10 * class, 1, 7);
    refused(mars.mint(Minter, Btc, 500_000_001), RefusalCode::ClassLimit, deposit, room);
}

#[test]
fn the_mint_limit_is_floored() {
    let mut mars = Mars::builder()
        .params(|params| {
            params.ceiling.floor = (5 * MILLION + 13).into();
            params.mint_limit.floor = Uint128::zero();
        })
        .build();
    mars.poke(Keeper).unwrap();
    let epoch = mars.epoch();
    assert_eq!(epoch.mint_limit.capacity.u128(), floored(epoch.cap_user.u128(), 500, 10_000));
}

#[test]
fn a_basket_is_floored_and_what_it_is_a_part_of_ceiled() {
    let mut mars = with_bitcoin();
    mars.tell_treasury(Owner, &ExecuteMsg::DeclareRecovery {}).unwrap();
    say(&mut mars, "0.25", &[(Btc, BITCOIN)]);
    let whole = 500 * THOUSAND + ceiled(12_345_678, atomics(BITCOIN[1]), OF_8);
    let receipt = mars.claim_basket(Minter, 1_000_003).unwrap();
    assert_eq!(receipt.external_high.u128(), whole);
    let paid: Vec<u128> = receipt.paid.iter().map(|paid| paid.amount.u128()).collect();
    assert_eq!(paid, [500 * THOUSAND, 12_345_678].map(|held| floored(held, 1_000_003, whole)));
}

#[test]
fn the_worth_of_the_reserve_is_floored_where_xms_would_leave() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 900 * THOUSAND + 1).unwrap();
    say(&mut mars, "0.004500000000000001", &[]);
    let withdraw = |amount: u128| ExecuteMsg::WithdrawReserve {
        amount: amount.into(),
        recipient: Stranger.addr().into_string(),
    };
    let left = 100 * MILLION - 3;
    let worth = floored(left, atomics("0.004500000000000001"), OF_6);
    let half = ceiled(900 * THOUSAND + 1, 1, 2);
    refused(mars.tell_treasury(Owner, &withdraw(3)), RefusalCode::ReserveLocked, worth, half);
}

#[test]
fn recovery_ends_with_the_reserve_above_a_tenth_ceiled() {
    let mut mars = Mars::builder().reserve(360 * THOUSAND).build();
    // A tenth is 90,000.0000005.
    mars.mint(Minter, Usdc, 900 * THOUSAND + 5).unwrap();
    mars.tell_treasury(Owner, &ExecuteMsg::DeclareRecovery {}).unwrap();
    say(&mut mars, "0.25", &[]);
    let healed = |mars: &mut Mars| {
        mars.next_epoch();
        mars.poke(Keeper).unwrap();
        mars.recovery().clocks.healed.is_some()
    };
    assert!(!healed(&mut mars));
    // Another millionth of a dollar.
    mars.fund_reserve(Owner, 4).unwrap();
    assert!(healed(&mut mars));
}

#[test]
fn a_shortage_is_told_by_the_worth_of_the_reserve_floored() {
    let mut mars = Mars::builder().reserve(50 * THOUSAND).build();
    mars.mint(Minter, Usdc, MILLION).unwrap();
    mars.script_market(Script::default());
    mars.redeem_with(Minter, mars_testing::Redeem::of(12 * THOUSAND).or_queue()).unwrap();
    for (price, short) in [("0.239999999999", true), ("0.24", false)] {
        say(&mut mars, price, &[]);
        mars.next_epoch();
        mars.poke(Keeper).unwrap();
        assert_eq!(mars.recovery().clocks.shortage.is_some(), short, "{price}");
    }
}

#[test]
fn the_most_of_a_slice_is_floored() {
    let mut mars = with_pools();
    mars.mint(Minter, Usdc, 1).unwrap();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    let most = floored(1_500 * THOUSAND + 1, 25, 10_000);
    refused(mars.allocate(Keeper, USDM_USDC, most + 1), RefusalCode::SliceLimit, most + 1, most);
    mars.allocate(Keeper, USDM_USDC, most).unwrap();
}

#[test]
fn a_quarter_of_users_usdm_is_floored() {
    let mut mars = with_pools();
    mars.allocate(Keeper, USDM_USDC, 3_000 * ONE).unwrap();
    // Holders burn all but 12,000.000003.
    let lp = mars.lp_of(Owner, USDM_USDC);
    mars.withdraw(Owner, USDM_USDC, lp / 100 * 99).unwrap();
    let owned = mars.usdm_of(Owner);
    mars.give_usdm(Owner, Minter, owned);
    let left = 12 * THOUSAND + 3;
    let amount = Uint128::new(mars.epoch().user_owned.u128() - left);
    let burn = message(&mars.usdm, &Cw20ExecuteMsg::Burn { amount }, vec![]);
    mars.transact(Minter, vec![burn]).unwrap();
    let quarter = floored(left, 1, 4);
    assert_eq!(quarter, 3_000 * ONE);
    refused(mars.allocate(Keeper, USDM_USDC, 2), RefusalCode::PositionCap, quarter + 2, quarter);
}

#[test]
fn fifteen_per_cent_of_the_assets_are_floored() {
    let mut mars = with_pools();
    spend_down(&mut mars, 20 * THOUSAND + 10);
    let most = floored(20 * THOUSAND + 10, 15, 100);
    refused(mars.allocate(Keeper, XMS_USDC, most + 1), RefusalCode::PositionCap, most + 1, most);
    mars.allocate(Keeper, XMS_USDC, most).unwrap();
}

#[test]
fn a_spend_is_valued_at_high_and_ceiled() {
    let mut mars = with_pools();
    mars.mint(Minter, Busd, 100 * THOUSAND).unwrap();
    say(&mut mars, "0.25", &[(Busd, ["0.99", "1.01"])]);
    // 1.599 M at low, of which a twentieth may go.
    let most = 79_950 * ONE;
    assert_eq!(mars.solvency().spend_left.u128(), most);
    let recipient = Stranger.addr().into_string();
    let asset = mars.unchecked(Busd);
    let spend = |amount: u128| ExecuteMsg::Spend {
        asset: asset.clone(),
        amount: amount.into(),
        recipient: recipient.clone(),
    };
    let amount = floored(most, 100, 101);
    let worth = ceiled(amount + 1, 101, 100);
    refused(mars.tell_treasury(Owner, &spend(amount + 1)), RefusalCode::SpendLimit, worth, most);
    mars.tell_treasury(Owner, &spend(amount)).unwrap();
}

#[test]
fn the_reward_of_a_slice_is_floored() {
    let mut mars = with_pools();
    mars.mint(Minter, Btc, 100_000_000).unwrap();
    let reward = mars.allocate(Keeper, USDM_USDC, 3_000_004_999).unwrap().reward;
    assert_eq!(reward.u128(), floored(3_000_004_999, 2, 10_000));
}

fn cap(mars: &mut Mars, pool: u32, cap: u128) {
    let msg = ExecuteMsg::UpdatePosition { pool, cap: Some(cap.into()), exit_only: None };
    mars.tell_treasury(Owner, &msg).unwrap();
}

const DEAR: [&str; 3] = ["1", "1", "1.0000003"];

#[test]
fn what_a_slice_costs_is_ceiled_against_the_cap_of_the_position() {
    let mut mars = with_pools();
    mars.set_band(Usdc, DEAR);
    let cost = ceiled(1_000_001, atomics(DEAR[2]), OF_6);
    cap(&mut mars, USDM_USDC, cost - 1);
    refused(mars.allocate(Keeper, USDM_USDC, 1_000_001), RefusalCode::PositionCap, cost, cost - 1);
    cap(&mut mars, USDM_USDC, cost);
    mars.allocate(Keeper, USDM_USDC, 1_000_001).unwrap();
}

/// A stable pool of two million, of which the treasury owns nothing yet.
fn with_yield() -> (Mars, u32) {
    let mut mars = with_pools();
    mars.mint(Minter, Busd, 200 * THOUSAND).unwrap();
    let assets = [mars.asset(Usdc), mars.asset(Busd)];
    let pool = mars.create_stable(100, &assets);
    mars.provide(Trader, pool, &[MILLION, MILLION]).unwrap();
    mars.register_position(pool, PositionKind::Yield).unwrap();
    mars.next_epoch();
    (mars, pool)
}

fn deposit(pool: u32, each: u128, deadline: u64) -> ExecuteMsg {
    ExecuteMsg::Deposit { pool, amounts: vec![each.into(); 2], min_lp: Uint128::zero(), deadline }
}

#[test]
fn what_a_deposit_costs_is_ceiled_against_the_cap_of_the_position() {
    let (mut mars, pool) = with_yield();
    mars.set_band(Usdc, DEAR);
    let cost = ceiled(1_000_001, atomics(DEAR[2]), OF_6) + 1_000_001;
    cap(&mut mars, pool, cost - 1);
    let msg = deposit(pool, 1_000_001, mars.now());
    refused(mars.tell_treasury(Owner, &msg), RefusalCode::PositionCap, cost, cost - 1);
    cap(&mut mars, pool, cost);
    mars.tell_treasury(Owner, &msg).unwrap();
}

#[test]
fn a_yield_position_is_floored_to_what_was_put_in() {
    let (mut mars, pool) = with_yield();
    let msg = deposit(pool, 100 * THOUSAND, mars.now());
    mars.tell_treasury(Owner, &msg).unwrap();
    let (usdc, busd) = (mars.asset(Usdc), mars.asset(Busd));
    mars.swap(Trader, &usdc, 500 * THOUSAND + 7, &[hop(pool, &busd)]).unwrap();
    mars.swap(Trader, &busd, 490 * THOUSAND + 7, &[hop(pool, &usdc)]).unwrap();
    mars.advance_fresh(1);
    let (entry, state) = (mars.position(pool), mars.swap_pool(pool));
    let (lp, supply) = (entry.position.lp.u128(), state.lp_supply.u128());
    let now: Vec<u128> = state.reserves.iter().map(|reserve| floored(reserve.u128(), lp, supply)).collect();
    let (cost, all) = (200 * THOUSAND, now.iter().sum::<u128>());
    assert!(all > cost, "fees have stayed");
    let fair: Vec<u128> = entry.fair.iter().map(|amount| amount.u128()).collect();
    assert_eq!(fair, [floored(now[0], cost, all), floored(now[1], cost, all)]);
}

#[test]
fn a_share_of_a_stable_pool_is_floored_twice() {
    let mut mars = with_pools();
    mars.allocate(Keeper, USDM_USDC, 3_000 * ONE).unwrap();
    let lp = mars.lp_of(Owner, USDM_USDC);
    mars.withdraw(Owner, USDM_USDC, lp - 7).unwrap();
    mars.give_usdm(Minter, Trader, 100 * ONE);
    let (usdc, usdm) = (mars.asset(Usdc), Asset::Cw20(mars.usdm.clone()));
    mars.swap(Trader, &usdm, 99_999_999, &[hop(USDM_USDC, &usdc)]).unwrap();
    mars.advance_fresh(1);
    let (entry, state) = (mars.position(USDM_USDC), mars.swap_pool(USDM_USDC));
    let (lp, supply) = (entry.position.lp.u128(), state.lp_supply.u128());
    let owned_now = floored(state.reserves[0].u128(), lp, supply);
    assert_eq!(mars.solvency().treasury_owned_now.u128(), owned_now);
    // Half of D, which has 18 decimals, in whole units; then the share.
    let half = floored(mars.worth(&state), 1, 2 * 10u128.pow(12));
    assert_eq!(entry.fair, [Uint128::new(floored(half, lp, supply)); 2]);
}

#[test]
fn a_removal_is_floored_against_a_fair_value_that_is_ceiled() {
    let mut mars = with_pools();
    mars.allocate(Keeper, XMS_USDC, 3_000 * ONE).unwrap();
    mars.advance_fresh(1);
    let (usdc, xms) = (mars.asset(Usdc), mars.asset(Xms));
    mars.swap(Attacker, &xms, 20 * MILLION, &[hop(XMS_USDC, &usdc)]).unwrap();
    let prices = ["0.010000123456789", "0.999123456789123456"];
    say(&mut mars, prices[0], &[(Usdc, [prices[1], "1"])]);
    let [of_xms, of_usdc] = prices.map(atomics);
    let entry = mars.position(XMS_USDC);
    let question = swap::QueryMsg::SimulateWithdraw {
        pool: XMS_USDC,
        lp: entry.position.lp,
        min_outs: None,
        deadline: None,
    };
    let out = mars.ask_swap::<Simulation<WithdrawReceipt>>(&question).receipt.unwrap().amounts;
    let worth = floored(out[0].u128(), of_xms, OF_6) + floored(out[1].u128(), of_usdc, OF_6);
    let fair = ceiled(entry.fair[0].u128(), of_xms, OF_6) + ceiled(entry.fair[1].u128(), of_usdc, OF_6);
    let msg = ExecuteMsg::Remove { pool: XMS_USDC, lp: entry.position.lp, deadline: mars.now() };
    refused(mars.tell_treasury(Owner, &msg), RefusalCode::MinOut, worth, ceiled(fair, 9_900, 10_000));
}
