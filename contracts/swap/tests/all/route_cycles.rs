//! Routes that come back to where they began.

use mars_testing::Actor::Attacker;
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, refused, Mars, USDM_USDC, XMS_USDC};
use mars_types::{Asset, RefusalCode};

use super::ONE;

#[test]
fn a_pool_stands_once_in_a_route() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let [xms, usdc] = [Xms, Usdc].map(|token| mars.asset(token));
    let there_and_back = [hop(XMS_USDC, &usdc), hop(XMS_USDC, &xms)];
    let result = mars.assert_unchanged(|mars| mars.swap(Attacker, &xms, ONE, &there_and_back));
    refused(result, RefusalCode::Duplicate, XMS_USDC, "once");
}

#[test]
fn a_round_through_three_pools_closes_a_gap_and_no_more() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let ([xms, usdc], usdm) = ([Xms, Usdc].map(|token| mars.asset(token)), Asset::Cw20(mars.usdm.clone()));
    mars.mint(Attacker, Usdc, 100_000 * ONE).unwrap();
    let third = mars.create_pool(&[xms.clone(), usdm.clone()]);
    // At four per cent less than in the first pool.
    mars.provide(Attacker, third, &[400_000 * ONE, 96_000 * ONE]).unwrap();
    let round = [hop(USDM_USDC, &usdm), hop(third, &xms), hop(XMS_USDC, &usdc)];
    let had = mars.balance(Attacker, Usdc);
    let receipt = mars.swap(Attacker, &usdc, 1_000 * ONE, &round).unwrap();
    assert_eq!(mars.balance(Attacker, Usdc), had - receipt.offer.amount.u128() + receipt.ask.amount.u128());
    assert!(receipt.ask.amount > receipt.offer.amount, "the gap is the profit of whoever closes it");
    // Until there is none, and then every round loses.
    while mars.swap(Attacker, &usdc, 1_000 * ONE, &round).unwrap().ask.amount.u128() > 1_000 * ONE {}
    for amount in [ONE, 1_000 * ONE, 100_000 * ONE] {
        let got = mars.swap(Attacker, &usdc, amount, &round).unwrap().ask.amount.u128();
        assert!(got < amount, "{amount} gave {got}");
    }
    mars.assert_invariants();
}
