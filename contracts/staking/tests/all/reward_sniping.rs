//! Just-in-time staking: enter right before a buy-back, leave right after.

use mars_testing::Actor::{Attacker, Minter, Owner};
use mars_testing::Mars;
use mars_types::staking::ExecuteMsg;

use super::{DAY, ONE};

#[test]
fn staking_around_a_buy_back_in_one_block_earns_nothing() {
    let mut mars = Mars::deploy();
    mars.stake(Minter, 1_000 * ONE).unwrap();
    mars.advance(DAY);
    mars.stake(Attacker, 1_000_000 * ONE).unwrap();
    mars.buy_back(Owner, 100_000 * ONE).unwrap();
    mars.unstake(Attacker, 1_000_000 * ONE).unwrap();
    assert_eq!(mars.owed(Attacker), 0);
    mars.advance(2 * DAY);
    assert_eq!(mars.owed(Attacker), 0);
    assert_eq!(mars.owed(Minter), 100_000 * ONE);
}

/// Whoever comes for one block gets that block's share, and his stake is away for seven days.
#[test]
fn one_block_earns_one_block_and_costs_a_week() {
    let mut mars = Mars::deploy();
    mars.stake(Minter, 1_000 * ONE).unwrap();
    mars.stake(Attacker, 999_000 * ONE).unwrap();
    mars.buy_back(Owner, 86_400 * ONE).unwrap();
    mars.advance(6);
    mars.unstake(Attacker, 999_000 * ONE).unwrap();
    assert_eq!(mars.owed(Attacker), 5_994_000);
    mars.advance(7 * DAY - 1);
    assert!(mars.tell_staking(Attacker, &ExecuteMsg::Withdraw {}).is_err());
    assert_eq!(mars.owed(Attacker), 5_994_000);
}

#[test]
fn claiming_twice_in_a_block_pays_once() {
    let mut mars = Mars::deploy();
    mars.stake(Attacker, 10 * ONE).unwrap();
    mars.buy_back(Owner, 86_400).unwrap();
    mars.advance(100);
    assert_eq!(mars.claim(Attacker).unwrap(), 100);
    assert!(mars.claim(Attacker).is_err());
    mars.assert_invariants();
}
