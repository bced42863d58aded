//! A depegged asset does not drain a stable pool: no asset grows above its greatest share of the pool.

use mars_testing::Actor::{Minter, Owner, Trader};
use mars_testing::Token::{Busd, Usdc};
use mars_testing::{hop, refused, Mars, XMS_USDC};
use mars_types::swap::ExecuteMsg;
use mars_types::{Asset, Bps, RefusalCode};

use super::{MILLION, ONE};

/// BUSD/USDC with a million of each; BUSD is the one that falls.
fn open() -> (Mars, u32, Asset, Asset) {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let [busd, usdc] = [Busd, Usdc].map(|token| mars.asset(token));
    let pool = mars.create_stable(100, &[busd.clone(), usdc.clone()]);
    mars.provide(Owner, pool, &[MILLION, MILLION]).unwrap();
    (mars, pool, busd, usdc)
}

#[test]
fn what_everybody_sells_stops_at_its_share() {
    let (mut mars, pool, busd, usdc) = open();
    let (mut sold, step) = (0, 10_000 * ONE);
    let refusal = loop {
        match mars.swap(Trader, &busd, step, &[hop(pool, &usdc)]) {
            Ok(_) => sold += step,
            Err(refusal) => break refusal,
        }
    };
    assert_eq!((refusal.code, refusal.limit.as_str()), (RefusalCode::ShareLimit, "9500 bp"));
    assert_eq!(refusal.value, "9505 bp");
    // About 886,000 sold; the pool keeps a twentieth of its worth in the good asset, and has not been sold below 0.68.
    let [bad, good] = mars.reserves(pool)[..] else { unreachable!() };
    assert!(good * 20 >= (bad + good) * 99 / 100, "{bad} {good} {sold}");
    mars.advance(1);
    assert!(mars.base_price(pool, &[]).spot.low > mars_testing::decimal("0.68"));
    // Nor is it brought in by liquidity of its own, or by taking the good one out.
    refused(mars.provide(Trader, pool, &[MILLION, 0]), RefusalCode::ShareLimit, "9645 bp", "9500 bp");
    let refusal = mars.withdraw_one(Owner, pool, 50_000 * ONE, &usdc).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::ShareLimit);
    // The other way is open, and so is the exit with the share of everything.
    mars.swap(Trader, &usdc, step, &[hop(pool, &busd)]).unwrap();
    mars.withdraw_one(Owner, pool, 1_000 * ONE, &busd).unwrap();
    mars.provide(Trader, pool, &[0, 1_000 * ONE]).unwrap();
    let lp = mars.lp_of(Owner, pool);
    mars.withdraw(Owner, pool, lp / 2).unwrap();
    mars.assert_invariants();
}

#[test]
fn an_asset_in_quarantine_only_leaves() {
    let (mut mars, pool, busd, usdc) = open();
    let limits = ExecuteMsg::SetShareLimits { pool, limits: vec![Bps(0), Bps(10_000)] };
    mars.tell_swap(Owner, &limits).unwrap();
    let result = mars.swap(Trader, &busd, 1_000 * ONE, &[hop(pool, &usdc)]);
    refused(result, RefusalCode::ShareLimit, "5005 bp", "0 bp");
    mars.swap(Trader, &usdc, 1_000 * ONE, &[hop(pool, &busd)]).unwrap();
    let receipt = mars.withdraw_one(Minter, pool, 0, &busd).unwrap_err();
    assert_eq!(receipt.code, RefusalCode::TooSmall);
    // In proportion both come and go.
    let [bad, good] = mars.reserves(pool)[..] else { unreachable!() };
    mars.provide(Trader, pool, &[bad / 10, good / 10]).unwrap();
    let lp = mars.lp_of(Trader, pool);
    mars.withdraw(Trader, pool, lp).unwrap();
    mars.assert_invariants();
}

#[test]
fn the_first_liquidity_keeps_the_limits_too() {
    let mut mars = Mars::deploy();
    let [busd, usdc] = [Busd, Usdc].map(|token| mars.asset(token));
    let pool = mars.create_stable(100, &[busd, usdc]);
    let result = mars.provide(Owner, pool, &[96 * MILLION, 4 * MILLION]);
    refused(result, RefusalCode::ShareLimit, "9600 bp", "9500 bp");
    mars.provide(Owner, pool, &[95 * MILLION, 5 * MILLION]).unwrap();
}

#[test]
fn refusals() {
    let (mut mars, pool, _, _) = open();
    let set = |pool, limits: &[u16]| ExecuteMsg::SetShareLimits {
        pool,
        limits: limits.iter().copied().map(Bps).collect(),
    };
    refused(mars.tell_swap(Owner, &set(pool, &[1])), RefusalCode::InvalidInput, 1, 2);
    let result = mars.tell_swap(Owner, &set(pool, &[10_001, 0]));
    refused(result, RefusalCode::InvalidInput, "10001 bp", "0 bp to 10000 bp");
    let result = mars.tell_swap(Owner, &set(XMS_USDC, &[1, 1]));
    refused(result, RefusalCode::InvalidInput, "constant product", "a stable pool");
}
