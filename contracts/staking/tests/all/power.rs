//! Votes by height.

use mars_testing::Actor::{Minter, Stranger, Trader};
use mars_testing::Mars;

use super::{DAY, ONE};

#[test]
fn power_at_a_height_is_that_after_the_block() {
    let mut mars = Mars::deploy();
    let start = mars.height();
    mars.advance(5);
    mars.stake(Minter, 10 * ONE).unwrap();
    mars.stake(Minter, 5 * ONE).unwrap();
    mars.advance(5);
    mars.stake(Trader, ONE).unwrap();
    mars.advance(5);
    mars.unstake(Minter, 15 * ONE).unwrap();
    mars.advance(5);
    mars.advance(5);
    mars.stake(Minter, 3 * ONE).unwrap();
    let powers = |who| (start..=start + 6).map(|height| mars.power_at(who, height)).collect::<Vec<_>>();
    assert_eq!(powers(Minter), [0, 15 * ONE, 15 * ONE, 0, 0, 3 * ONE, 3 * ONE]);
    assert_eq!(powers(Trader), [0, 0, ONE, ONE, ONE, ONE, ONE]);
    assert_eq!(powers(Stranger), [0; 7]);
    let totals: Vec<u128> = (start..=start + 6).map(|height| mars.total_power_at(height)).collect();
    assert_eq!(totals, [0, 15 * ONE, 16 * ONE, ONE, ONE, 4 * ONE, 4 * ONE]);
}

/// R59: votes end when unbonding starts; rebonding restores them from the next height.
#[test]
fn unbonding_has_no_votes() {
    let mut mars = Mars::deploy();
    mars.stake(Minter, 10 * ONE).unwrap();
    mars.advance(DAY);
    mars.unstake(Minter, 10 * ONE).unwrap();
    let left = mars.height();
    mars.advance(DAY);
    mars.rebond(Minter, 4 * ONE).unwrap();
    let back = mars.height();
    assert_eq!(mars.power_at(Minter, left - 1), 10 * ONE);
    assert_eq!(mars.power_at(Minter, left), 0);
    assert_eq!(mars.power_at(Minter, back - 1), 0);
    assert_eq!(mars.power_at(Minter, back), 4 * ONE);
}
