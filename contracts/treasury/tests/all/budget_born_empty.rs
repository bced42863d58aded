//! Attack: touch the redemption budgets before they exist, so that they begin empty and nobody is paid for a day.

use mars_testing::Actor::{Attacker, Keeper, Minter};
use mars_testing::Token::Usdc;
use mars_testing::{Mars, Redeem};

use super::{MILLION, ONE, THOUSAND};

#[test]
fn by_queueing_a_little_in_the_first_epoch() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, MILLION).unwrap();
    mars.give_usdm(Minter, Attacker, 10 * ONE);
    mars.redeem_with(Attacker, Redeem::of(10 * ONE).or_queue()).unwrap();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    let epoch = mars.epoch();
    assert_eq!(epoch.epoch_budget.level.u128(), 10 * THOUSAND);
    assert_eq!(epoch.day_budget.level.u128(), 100 * THOUSAND);
    mars.assert_invariants();
}
