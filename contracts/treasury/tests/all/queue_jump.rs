//! Attack: be paid before those who came first.

use mars_testing::Actor::{Attacker, Keeper, Minter};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{Mars, Redeem};
use mars_types::RefusalCode;

use super::{MILLION, ONE, THOUSAND};

fn a_long_queue() -> Mars {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, MILLION).unwrap();
    mars.give_usdm(Minter, Attacker, 100 * THOUSAND);
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    mars.remove_price(Xms);
    for _ in 0..10 {
        mars.redeem_with(Minter, Redeem::of(20 * THOUSAND).or_queue()).unwrap();
    }
    mars.fix_price(Xms, "0.25");
    mars
}

#[test]
fn by_redeeming_directly_or_by_splitting() {
    let mut mars = a_long_queue();
    for _ in 0..10 {
        assert_eq!(mars.redeem(Attacker, 100).unwrap_err().code, RefusalCode::QueueAhead);
    }
    for _ in 0..5 {
        let receipt = mars.redeem_with(Attacker, Redeem::of(10 * ONE).or_queue()).unwrap();
        assert_eq!(receipt.usdm.u128(), 0);
    }
    assert_eq!(mars.xms_of(Attacker), 80 * MILLION);
    mars.assert_invariants();
}

#[test]
fn by_filling_the_places_ahead_with_cancelled_claims() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    mars.give_usdm(Minter, Attacker, 100 * THOUSAND);
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    mars.remove_price(Xms);
    for id in 0..60 {
        mars.redeem_with(Attacker, Redeem::of(10 * ONE).or_queue()).unwrap();
        if id > 0 {
            mars.cancel_claim(Attacker, id).unwrap();
        }
    }
    mars.redeem_with(Minter, Redeem::of(100 * ONE).or_queue()).unwrap();
    mars.fix_price(Xms, "0.25");
    // Three calls step over them, whoever makes them.
    let paid: usize = (0..3).map(|_| mars.settle(Keeper, 30).unwrap().claims.len()).sum();
    assert_eq!(paid, 2);
    assert_eq!(mars.redemption_queue().waiting.u128(), 0);
}
