//! The first depositor makes a tiny pool, makes its LP unit dear, and takes what the next depositor loses by rounding.

use mars_testing::Actor::{Attacker, Trader};
use mars_testing::Token::{Btc, Usdc};
use mars_testing::{hop, Mars};

use super::ONE;

#[test]
fn the_unit_cannot_be_made_dear_by_gifts_or_trades() {
    let mut mars = Mars::deploy();
    let [btc, usdc] = [Btc, Usdc].map(|token| mars.asset(token));
    let pool = mars.create_pool(&[btc.clone(), usdc.clone()]);
    // One unit for the attacker, a thousand for nobody.
    assert_eq!(mars.provide(Attacker, pool, &[1_001, 1_001]).unwrap().lp.u128(), 1);
    // Gifts move nothing.
    let swap = mars.swap.clone();
    mars.give(Attacker, &swap, Btc, 1_000_000_000);
    mars.give(Attacker, &swap, Usdc, 1_000_000 * ONE);
    assert_eq!(mars.reserves(pool), [1_001, 1_001]);
    // Wash trades enrich the locked thousand, a thousand times as much as the one.
    let before = mars.balance(Attacker, Usdc);
    for _ in 0..20 {
        let bought = mars.swap(Attacker, &usdc, 10 * ONE, &[hop(pool, &btc)]).unwrap().ask.amount.u128();
        mars.swap(Attacker, &btc, bought, &[hop(pool, &usdc)]).unwrap();
    }
    assert!(mars.balance(Attacker, Usdc) < before, "washing costs");
    // The victim gets LP units for what it brings, to within one unit.
    let [x, y] = mars.reserves(pool)[..] else { unreachable!() };
    let made = mars.provide(Trader, pool, &[x * 1_000, y * 1_000]).unwrap();
    let back = mars.withdraw(Trader, pool, made.lp.u128()).unwrap();
    for (out, into) in back.amounts.iter().zip([x, y]) {
        assert!(out.u128() * 1_000 >= into * 1_000 * 998, "{back:?}");
    }
    mars.assert_invariants();
}
