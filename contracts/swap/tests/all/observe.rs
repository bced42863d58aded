//! Prices over time: the end of the last earlier block, averages, and what a block cannot do to them.

use cosmwasm_std::{Decimal, Uint256};
use mars_testing::Actor::{Owner, Trader};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{decimal, hop, Mars, START, USDM_USDC, XMS_USDC};
use mars_types::swap::{ObserveResponse, PoolInvariant, QueryMsg};
use mars_types::{PriceBand, RefusalCode};

use super::{MILLION, ONE};

const WINDOWS: [u64; 3] = [180, 1_800, 86_400];

fn open() -> Mars {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars
}

/// Buys XMS for `usdc` whole USDC, which lifts its price.
fn buy(mars: &mut Mars, usdc: u128) {
    let (from, to) = (mars.asset(Usdc), mars.asset(Xms));
    mars.swap(Trader, &from, usdc * ONE, &[hop(XMS_USDC, &to)]).unwrap();
}

fn twap(mars: &Mars, window: u64) -> PriceBand {
    mars.base_price(XMS_USDC, &[window]).twaps[0]
}

/// Price of the live reserves, floored.
fn price(mars: &Mars) -> Decimal {
    let [xms, usdc] = mars.reserves(XMS_USDC)[..] else { unreachable!() };
    Decimal::from_ratio(usdc, xms)
}

#[track_caller]
fn about(band: PriceBand, expected: Decimal) {
    let slack = Decimal::raw(2);
    assert!(band.low <= expected + slack && expected <= band.high + slack, "{band:?} {expected}");
    assert!(band.high - band.low <= slack, "{band:?}");
}

#[test]
fn a_change_of_this_block_is_not_told_but_the_one_before() {
    let mut mars = open();
    mars.advance(60);
    // This writes a point of the fast ring, whose time is now.
    buy(&mut mars, 1_000);
    assert_eq!(mars.observe(XMS_USDC, &[]).changed, Some(START));
    mars.advance(1);
    assert_eq!(mars.observe(XMS_USDC, &[]).changed, Some(START + 60));
}

#[test]
fn a_pool_of_this_block_has_no_price() {
    let mut mars = open();
    let now = mars.observe(XMS_USDC, &WINDOWS);
    assert_eq!((now.age, now.changed, now.prices.len()), (0, None, 0));
    assert_eq!((now.lp_supply.u128(), now.reserves[0].u128()), (0, 0));
    assert_eq!(now.invariant, PoolInvariant::ConstantProduct(Uint256::zero()));
    assert_eq!(mars.observe(USDM_USDC, &[]).invariant, PoolInvariant::Stable(Uint256::zero()));
    mars.advance(1);
    let next = mars.observe(XMS_USDC, &WINDOWS);
    assert_eq!((next.age, next.changed), (1, Some(START)));
    assert_eq!(next.lp_supply.u128(), 4 * MILLION);
    assert_eq!(next.prices[0].spot, PriceBand::exact(decimal("0.25")));
    assert!(next.prices[0].twaps.iter().all(|twap| *twap == PriceBand::exact(decimal("0.25"))));
    let k = Uint256::from_u128(8 * MILLION) * Uint256::from_u128(2 * MILLION);
    assert_eq!(next.invariant, PoolInvariant::ConstantProduct(k));
    let stable = mars.observe(USDM_USDC, &[180]);
    assert_eq!(stable.invariant, PoolInvariant::Stable(Uint256::from_u128(10u128.pow(24))));
    assert_eq!(stable.prices[0].spot, PriceBand::exact(Decimal::one()));
}

#[test]
fn an_average_weighs_by_seconds_and_the_last_price_holds() {
    let mut mars = open();
    mars.advance(1_000);
    buy(&mut mars, 50_000);
    let second = price(&mars);
    mars.advance(800);
    // 1,000 s at 0.25 and 800 s at the second price.
    let expected = (decimal("0.25") * decimal("1000") + second * decimal("800")) / decimal("1800");
    about(twap(&mars, 1_800), expected);
    about(twap(&mars, 180), second);
    // The window of a day uses the age.
    about(twap(&mars, 86_400), expected);
    assert_eq!(mars.observe(XMS_USDC, &[]).age, 1_800);
    // Nothing happens, and the last price goes on.
    mars.advance(1_800);
    about(twap(&mars, 1_800), second);
    let day = (decimal("0.25") * decimal("1000") + second * decimal("2600")) / decimal("3600");
    about(twap(&mars, 86_400), day);
}

#[test]
fn a_price_is_added_with_ten_percent_of_the_last_at_most() {
    let mut mars = open();
    mars.advance(600);
    // Accounts for the first price, and doubles it.
    buy(&mut mars, 1_000_000);
    assert!(price(&mars) > decimal("0.5"));
    mars.advance(60);
    assert_eq!(mars.base_price(XMS_USDC, &[]).spot.low, price(&mars), "spot is the pool's own price");
    about(twap(&mars, 60), decimal("0.275"));
    // Each block that trades moves it by another tenth.
    buy(&mut mars, 1);
    mars.advance(60);
    about(twap(&mars, 60), decimal("0.3025"));
    about(twap(&mars, 120), decimal("0.28875"));
    // A block without a trade does not.
    mars.advance(60);
    about(twap(&mars, 60), decimal("0.3025"));
}

#[test]
fn many_points_in_the_rings() {
    let mut mars = open();
    // A trade every 60 seconds for 26 hours: both rings turn over. The exact sums are kept beside them.
    let mut sums = vec![(mars.now(), Decimal::zero())];
    let (mut last, mut held) = (mars.now(), decimal("0.25"));
    for round in 0..1_560u64 {
        mars.advance(60);
        let (at, sum) = (mars.now(), sums.last().unwrap().1);
        let elapsed = Decimal::from_ratio(at - last, 1u128);
        sums.push((at, sum + held * elapsed));
        last = at;
        let (offer, ask) = if round % 3 == 0 { (Xms, Usdc) } else { (Usdc, Xms) };
        let amount = if round % 3 == 0 { 2_000 * ONE } else { 250 * ONE };
        let (offer, ask) = (mars.asset(offer), mars.asset(ask));
        let message = mars.swap_message(&mars_testing::Trade::of(offer, amount, vec![hop(XMS_USDC, &ask)]));
        mars.transact(Trader, vec![message]).unwrap();
        held = price(&mars);
    }
    mars.advance(7);
    let end = sums.last().unwrap().1 + held * decimal("7");
    let now = mars.now();
    for window in [20, 180, 1_800, 7_600, 9_000, 86_400] {
        let start = now - window;
        let place = sums.partition_point(|(time, _)| *time <= start);
        let (from, before) = sums[place - 1];
        let after = sums.get(place).map_or((now, end), |point| *point);
        let step = (after.1 - before) * Decimal::from_ratio(start - from, after.0 - from);
        let expected = (end - before - step) / Decimal::from_ratio(window, 1u128);
        let band = twap(&mars, window);
        assert!(band.high - band.low <= Decimal::raw(2));
        let difference = if band.low > expected { band.low - expected } else { expected - band.low };
        // The fast ring is exact where it has a point for every trade; the slow one interpolates over 900 seconds.
        let slack = if window <= 7_600 { Decimal::raw(10) } else { expected * decimal("0.0005") };
        assert!(difference <= slack, "window {window}: {band:?} {expected}");
    }
}

#[test]
fn a_query_before_and_after_a_trade_of_one_block_sees_the_same() {
    let mut mars = open();
    mars.advance(600);
    let before = mars.observe(XMS_USDC, &WINDOWS);
    buy(&mut mars, 500_000);
    mars.provide(Trader, XMS_USDC, &[MILLION, 0]).unwrap();
    let lp = mars.lp_of(Owner, XMS_USDC);
    mars.withdraw(Owner, XMS_USDC, lp / 2).unwrap();
    let after = mars.observe(XMS_USDC, &WINDOWS);
    assert_eq!(
        (&before.reserves, before.lp_supply, &before.invariant, before.age, &before.prices),
        (&after.reserves, after.lp_supply, &after.invariant, after.age, &after.prices)
    );
    assert_ne!(
        mars.reserves(XMS_USDC),
        before.reserves.iter().map(|amount| amount.u128()).collect::<Vec<_>>()
    );
    mars.advance(1);
    assert_eq!(mars.observe(XMS_USDC, &[]).changed, Some(mars.now() - 1));
}

#[test]
fn pools_are_observed_together() {
    let mut mars = open();
    mars.advance(60);
    let ask = |pools: Vec<u32>, windows: Vec<u64>| QueryMsg::Observe { pools, windows };
    let both: ObserveResponse = mars.ask_swap(&ask(vec![USDM_USDC, XMS_USDC], vec![60]));
    assert_eq!(both.time, mars.now());
    assert_eq!(both.pools.iter().map(|pool| pool.pool).collect::<Vec<_>>(), [USDM_USDC, XMS_USDC]);
    let refuses = |msg: QueryMsg, code: RefusalCode| {
        let result = mars.app.wrap().query_wasm_smart::<ObserveResponse>(&mars.swap, &msg);
        let text = result.unwrap_err().to_string();
        assert_eq!(mars_types::Refusal::find(&text).unwrap().code, code, "{text}");
    };
    let most: ObserveResponse = mars.ask_swap(&ask(vec![1; 20], vec![1, 60, 60, 60, 86_400]));
    assert_eq!((most.pools.len(), most.pools[0].prices[0].twaps.len()), (20, 5));
    refuses(ask(vec![1; 21], vec![]), RefusalCode::TooMany);
    refuses(ask(vec![1], vec![60; 6]), RefusalCode::TooMany);
    refuses(ask(vec![1], vec![0]), RefusalCode::InvalidInput);
    refuses(ask(vec![1], vec![86_401]), RefusalCode::InvalidInput);
    refuses(ask(vec![3], vec![60]), RefusalCode::NotFound);
}
