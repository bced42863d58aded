//! Somebody opens a pool on the way at an absurd price for a block: its averages say for hours that the fees are worth nothing, or
//! that the pool is deep, though it is back at the right price.

use mars_testing::Actor::{Attacker, Keeper, Minter};
use mars_testing::{hop, Mars, Token};
use mars_types::{Asset, RefusalCode};

use super::{collecting, HOUR, ONE};

/// BUSD has a route of one pool, which stood at a ten thousand millionth of a XMS for a block. It now has 100,000 BUSD and 4 XMS for
/// each.
fn worthless_by_its_averages() -> (Mars, u32, [Asset; 2]) {
    let mut mars = collecting();
    let [busd, xms] = [Token::Busd, Token::Xms].map(|token| mars.asset(token));
    let pool = mars.create_pool(&[busd.clone(), xms.clone()]);
    mars.set_route(&busd, vec![hop(pool, &xms)]).unwrap();
    mars.provide(Attacker, pool, &[100_000 * ONE, 10]).unwrap();
    mars.advance_fresh(5);
    for _ in 0..3 {
        let [x, y] = mars.reserves(pool)[..] else { unreachable!() };
        let target = (4 * x * y).isqrt();
        if target > y {
            mars.swap(Attacker, &xms, target - y, &[hop(pool, &busd)]).unwrap();
        }
    }
    mars.provide(Attacker, pool, &[100_000 * ONE, 400_000 * ONE]).unwrap();
    let collector = mars.collector.clone();
    mars.give(Minter, &collector, Token::Busd, 10_000 * ONE);
    mars.advance_fresh(2 * HOUR);
    (mars, pool, [busd, xms])
}

#[test]
fn what_a_moved_pool_pays_is_measured_by_its_price_before() {
    let (mut mars, pool, [busd, xms]) = worthless_by_its_averages();
    mars.swap(Attacker, &busd, 50_000 * ONE, &[hop(pool, &xms)]).unwrap();
    let refusal = mars.convert(Attacker, &busd).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::MinOut, "{refusal}");
}

#[test]
fn a_slice_is_measured_by_what_the_pool_has() {
    let (mut mars, _, [busd, _]) = worthless_by_its_averages();
    // A thousandth of 100,000.
    let receipt = mars.convert(Keeper, &busd).unwrap();
    assert!(receipt.amount.u128() <= 101 * ONE, "{receipt:?}");
}
