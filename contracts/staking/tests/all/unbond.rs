//! Leaving: seven days, in parts, and back again.

use mars_testing::Actor::{Minter, Owner};
use mars_testing::{attribute, event, refused, Mars};
use mars_types::staking::{ExecuteMsg, Params};
use mars_types::RefusalCode;

use super::{DAY, ONE};

#[test]
fn a_stake_comes_back_after_seven_days_to_the_second() {
    let mut mars = Mars::deploy();
    let before = mars.xms_of(Minter);
    mars.stake(Minter, 10 * ONE).unwrap();
    let left = mars.now();
    let response = mars.unstake(Minter, 4 * ONE).unwrap();
    let unstaked = event(&response, "mars_unstake");
    assert_eq!(attribute(unstaked, "release"), (left + 7 * DAY).to_string());
    assert_eq!(attribute(unstaked, "stake"), "6000000");
    mars.advance(7 * DAY - 1);
    refused(mars.withdraw_stake(Minter), RefusalCode::Unreleased, left + 7 * DAY - 1, left + 7 * DAY);
    mars.advance(1);
    let response = mars.withdraw_stake(Minter).unwrap();
    assert_eq!(attribute(event(&response, "mars_withdraw"), "amount"), "4000000");
    assert_eq!(mars.xms_of(Minter), before - 6 * ONE);
    refused(mars.withdraw_stake(Minter), RefusalCode::Unreleased, mars.now(), "nothing unbonds");
    mars.assert_invariants();
}

#[test]
fn only_the_parts_whose_time_has_come_are_paid() {
    let mut mars = Mars::deploy();
    mars.stake(Minter, 10 * ONE).unwrap();
    mars.unstake(Minter, ONE).unwrap();
    mars.unstake(Minter, ONE).unwrap();
    mars.advance(DAY);
    mars.unstake(Minter, 3 * ONE).unwrap();
    let parts: Vec<u128> = mars.staker(Minter).unbonding.iter().map(|part| part.amount.u128()).collect();
    assert_eq!(parts, [2 * ONE, 3 * ONE], "the parts of one second are one");
    mars.advance(6 * DAY);
    let before = mars.xms_of(Minter);
    mars.withdraw_stake(Minter).unwrap();
    assert_eq!(mars.xms_of(Minter), before + 2 * ONE);
    assert_eq!(mars.pool().unbonding.u128(), 3 * ONE);
    mars.assert_invariants();
}

#[test]
fn rebonding_takes_what_was_unstaked_last() {
    let mut mars = Mars::deploy();
    mars.stake(Minter, 10 * ONE).unwrap();
    mars.unstake(Minter, 2 * ONE).unwrap();
    mars.advance(DAY);
    mars.unstake(Minter, 3 * ONE).unwrap();
    mars.rebond(Minter, 4 * ONE).unwrap();
    let staker = mars.staker(Minter);
    assert_eq!(staker.stake.u128(), 9 * ONE);
    assert_eq!(staker.unbonding.len(), 1);
    assert_eq!(staker.unbonding[0].amount.u128(), ONE);
    assert_eq!(staker.unbonding[0].release, mars.now() + 6 * DAY);
    refused(mars.rebond(Minter, 2 * ONE), RefusalCode::Balance, 2 * ONE, ONE);
    refused(mars.rebond(Minter, 0), RefusalCode::TooSmall, 0, "more");
    mars.assert_invariants();
}

#[test]
fn a_new_unbonding_time_holds_for_new_parts() {
    let mut mars = Mars::deploy();
    mars.stake(Minter, 10 * ONE).unwrap();
    mars.unstake(Minter, ONE).unwrap();
    let params = Params { unbonding: DAY, ..Params::default() };
    mars.tell_staking(Owner, &ExecuteMsg::UpdateParams { params }).unwrap();
    mars.unstake(Minter, 2 * ONE).unwrap();
    mars.advance(DAY);
    let before = mars.xms_of(Minter);
    mars.withdraw_stake(Minter).unwrap();
    assert_eq!(mars.xms_of(Minter), before + 2 * ONE);
    assert_eq!(mars.pool().unbonding.u128(), ONE);
}
