//! Somebody trades before a victim, and back after it.

use mars_testing::Actor::{Attacker, Trader};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, Mars, Trade, XMS_USDC};
use mars_types::RefusalCode;

use super::{MILLION, ONE};

#[test]
fn the_victim_gets_what_it_accepts_or_keeps_what_it_has() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let [xms, usdc] = [Xms, Usdc].map(|token| mars.asset(token));
    let victim = Trade::of(usdc.clone(), 10_000 * ONE, vec![hop(XMS_USDC, &xms)]);
    let start = mars.snapshot();
    let fair = mars.swap_with(Trader, &victim).unwrap().ask.amount.u128();
    mars.restore(&start);
    let victim = victim.min_out(fair * 99 / 100);
    // A small one: the victim loses less than its hundredth, and the attacker less than it loses in fees or more.
    let lost = |mars: &mut Mars, front: u128| {
        let had = (mars.balance(Attacker, Usdc), mars.xms_of(Attacker));
        mars.swap(Attacker, &usdc, front, &[hop(XMS_USDC, &xms)]).unwrap();
        let received = mars.swap_with(Trader, &victim);
        let bought = mars.xms_of(Attacker) - had.1;
        mars.swap(Attacker, &xms, bought, &[hop(XMS_USDC, &usdc)]).unwrap();
        (received, had.0.saturating_sub(mars.balance(Attacker, Usdc)))
    };
    let (received, attacker_lost) = lost(&mut mars, 5_000 * ONE);
    assert!(received.unwrap().ask.amount.u128() >= fair * 99 / 100);
    assert!(attacker_lost == 0 || attacker_lost < 30 * ONE);
    // A large one: the victim's swap fails whole, and the attacker has paid two fees for nothing.
    mars.restore(&start);
    let (received, attacker_lost) = lost(&mut mars, MILLION / 10);
    let refusal = received.unwrap_err();
    assert_eq!(refusal.code, RefusalCode::MinOut);
    assert!(attacker_lost > 500 * ONE, "{attacker_lost}");
    mars.assert_invariants();
}

/// LP units are made for the growth of the curve, whatever the proportion is at the moment: who moves the price before a
/// provision does not make it cheaper.
#[test]
fn moving_the_price_before_a_provision_takes_nothing_from_it() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let [xms, usdc] = [Xms, Usdc].map(|token| mars.asset(token));
    let amounts = [400_000 * ONE, 100_000 * ONE];
    let start = mars.snapshot();
    let fair = mars.provide(Trader, XMS_USDC, &amounts).unwrap().lp.u128();
    for (offer, ask, front) in [(&usdc, &xms, 500_000 * ONE), (&xms, &usdc, 2 * MILLION)] {
        mars.restore(&start);
        mars.swap(Attacker, offer, front, &[hop(XMS_USDC, ask)]).unwrap();
        let lp = mars.provide_with(Trader, XMS_USDC, &amounts, fair * 99 / 100).unwrap().lp.u128();
        assert!(lp >= fair * 999 / 1_000, "{lp} of {fair}");
    }
    mars.assert_invariants();
}
