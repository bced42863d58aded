//! Stake and reward are the same token: rewards that outrun their budget would be paid with somebody's stake.

use mars_testing::Actor::{Keeper, Minter, Owner, Trader};
use mars_testing::{Mars, EMISSION};

use super::{DAY, ONE};

#[test]
fn when_all_rewards_are_paid_every_stake_is_there() {
    let mut mars = Mars::deploy();
    let stakes = [(Minter, 7_777 * ONE + 1), (Trader, 3), (Keeper, 123_456 * ONE)];
    let before = stakes.map(|(who, _)| mars.xms_of(who));
    mars.fund_emission();
    mars.buy_back(Owner, 999_999_999).unwrap();
    for (who, stake) in stakes {
        mars.stake(who, stake).unwrap();
        mars.advance(12_345);
    }
    mars.advance(400 * DAY);
    let budget = EMISSION.total.u128() + 999_999_999;
    let paid: u128 = stakes.map(|(who, _)| mars.claim(who).unwrap_or(0)).iter().sum();
    assert!(paid <= budget && budget - paid < 10, "{paid} of {budget}");
    assert!(stakes.iter().all(|(who, _)| mars.claim(*who).is_err()), "there is no more");
    for (who, stake) in stakes {
        mars.unstake(who, stake).unwrap();
    }
    mars.advance(7 * DAY);
    for (who, _) in stakes {
        mars.withdraw_stake(who).unwrap();
    }
    let after: u128 = stakes.map(|(who, _)| mars.xms_of(who)).iter().sum();
    assert_eq!(after, before.iter().sum::<u128>() + paid);
    assert_eq!(mars.xms_of(&mars.staking), budget - paid);
    mars.assert_invariants();
}
