//! Assets with no decimals and with 18, together.

use mars_testing::Actor::{Attacker, Owner, Trader};
use mars_testing::{decimal, hop, Mars};
use mars_types::{Asset, PriceBand};

use super::MILLION;

/// ZERO has none, ATTO 18. A million of each for everyone.
fn open() -> (Mars, Asset, Asset) {
    let mut mars = Mars::deploy();
    let zero = Asset::Cw20(mars.deploy_cw20(Owner, "ZERO", 0, MILLION));
    let atto = Asset::Cw20(mars.deploy_cw20(Owner, "ATTO", 18, MILLION * 10u128.pow(18)));
    (mars, zero, atto)
}

#[test]
fn a_constant_product_of_both() {
    let (mut mars, zero, atto) = open();
    let pool = mars.create_pool(&[zero.clone(), atto.clone()]);
    mars.provide(Owner, pool, &[1_000_000, 250_000 * 10u128.pow(18)]).unwrap();
    mars.advance(60);
    let price = mars.base_price(pool, &[60]);
    assert_eq!(price.spot, PriceBand::exact(decimal("0.25")));
    assert_eq!(price.twaps, [PriceBand::exact(decimal("0.25"))]);
    let receipt = mars.swap(Trader, &zero, 4, &[hop(pool, &atto)]).unwrap();
    assert!(receipt.ask.amount.u128() < 10u128.pow(18) && receipt.ask.amount.u128() > 99 * 10u128.pow(16));
    // Less than one ZERO is nothing, whatever was paid for it.
    assert!(mars.swap(Trader, &atto, 10u128.pow(17), &[hop(pool, &zero)]).is_err());
    let receipt = mars.swap(Trader, &atto, 10u128.pow(18), &[hop(pool, &zero)]).unwrap();
    assert_eq!(receipt.ask.amount.u128(), 3, "the fee is a whole unit");
    mars.assert_invariants();
}

#[test]
fn a_stable_pool_of_both() {
    let (mut mars, zero, atto) = open();
    let pool = mars.create_stable(100, &[zero.clone(), atto.clone()]);
    let made = mars.provide(Owner, pool, &[1_000_000, 1_000_000 * 10u128.pow(18)]).unwrap();
    assert_eq!(made.lp_supply.u128(), 2 * MILLION, "LP tokens have 6 decimals");
    let receipt = mars.swap(Trader, &zero, 1_000, &[hop(pool, &atto)]).unwrap();
    assert_eq!(receipt.ask.amount.u128() / 10u128.pow(15), 999_590);
    let receipt = mars.swap(Trader, &atto, 1_001 * 10u128.pow(18), &[hop(pool, &zero)]).unwrap();
    assert_eq!(receipt.ask.amount.u128(), 1_000, "1,001.4 less the rest and one of fee");
    mars.assert_invariants();
}

#[test]
fn a_unit_of_many_decimals_does_not_buy_one_of_none() {
    let (mut mars, zero, atto) = open();
    let pool = mars.create_stable(100, &[zero.clone(), atto.clone()]);
    mars.provide(Owner, pool, &[1_000_000, 1_000_000 * 10u128.pow(18)]).unwrap();
    for amount in [1, 1_000_000, 10u128.pow(18)] {
        assert!(mars.swap(Attacker, &atto, amount, &[hop(pool, &zero)]).is_err(), "{amount}");
    }
    let trade = mars_testing::Trade::of(atto, 10u128.pow(19), vec![hop(pool, &zero)]).exactly(1);
    let paid = mars.swap_with(Attacker, &trade).unwrap().offer.amount.u128();
    assert!(paid >= 2 * 10u128.pow(18) - 10u128.pow(15), "one and one of fee: {paid}");
    mars.assert_invariants();
}
