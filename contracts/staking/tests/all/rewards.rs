//! Who gets how much of what the streams give.

use mars_testing::Actor::{Keeper, Minter, Owner, Trader};
use mars_testing::{Mars, EMISSION};
use mars_types::staking::{AprResponse, QueryMsg};

use super::{DAY, ONE};

fn apr(mars: &Mars) -> AprResponse {
    mars.ask_staking(&QueryMsg::Apr {})
}

#[test]
fn t27_apr_of_the_seed() {
    let mut mars = Mars::deploy();
    mars.fund_emission();
    assert_eq!(apr(&mars).emission_apr_360_days_bps, None);
    mars.stake(Minter, 350_894 * ONE).unwrap();
    // A buy-back is no part of it.
    mars.buy_back(Owner, 1_000_000 * ONE).unwrap();
    let answer = apr(&mars);
    assert_eq!(answer.emission_apr_360_days_bps.unwrap().u128(), 26_304);
    assert_eq!((answer.year_days, answer.staked.u128()), (360, 350_894 * ONE));
    mars.advance(EMISSION.duration - 1);
    assert_eq!(apr(&mars).emission_apr_360_days_bps.unwrap().u128(), 26_304);
    mars.advance(1);
    assert_eq!(apr(&mars).emission_apr_360_days_bps.unwrap().u128(), 0);
}

#[test]
fn one_staker_gets_the_whole_emission_and_no_more() {
    let mut mars = Mars::deploy();
    mars.fund_emission();
    mars.stake(Minter, 350_894 * ONE).unwrap();
    mars.advance(DAY);
    // floor(461,501,000,000 ÷ 180) less what the floor of the index keeps.
    assert_eq!(mars.owed(Minter), 2_563_894_443);
    assert_eq!(mars.claim(Minter).unwrap(), 2_563_894_443);
    mars.advance(400 * DAY);
    let rest = mars.claim(Minter).unwrap();
    let all = 2_563_894_443 + rest;
    assert!(EMISSION.total.u128() - all <= 2, "{all}");
    mars.advance(DAY);
    assert_eq!(mars.owed(Minter), 0);
    mars.assert_invariants();
}

#[test]
fn rewards_follow_stake_and_time() {
    let mut mars = Mars::deploy();
    mars.buy_back(Owner, 86_400 * ONE).unwrap();
    mars.stake(Minter, 100 * ONE).unwrap();
    mars.advance(1_000);
    mars.stake(Trader, 300 * ONE).unwrap();
    mars.advance(1_000);
    // 1 XMS a second: 1,000 alone, then a quarter of 1,000.
    assert_eq!((mars.owed(Minter), mars.owed(Trader)), (1_250 * ONE, 750 * ONE));
    mars.unstake(Minter, 100 * ONE).unwrap();
    mars.advance(1_000);
    // The index is floored: a third has no end.
    assert_eq!((mars.owed(Minter), mars.owed(Trader)), (1_250 * ONE, 1_750 * ONE - 1));
    assert_eq!(mars.claim(Minter).unwrap(), 1_250 * ONE);
    mars.assert_invariants();
}

#[test]
fn a_claim_can_be_restaked_at_once() {
    let mut mars = Mars::deploy();
    mars.buy_back(Owner, 86_400 * ONE).unwrap();
    mars.stake(Minter, 100 * ONE).unwrap();
    mars.stake(Trader, 100 * ONE).unwrap();
    mars.advance(600);
    let held = mars.xms_of(&mars.staking);
    assert_eq!(mars.restake(Minter).unwrap(), 300 * ONE);
    assert_eq!(mars.xms_of(&mars.staking), held, "nothing moved");
    assert_eq!(mars.staker(Minter).power.u128(), 400 * ONE);
    mars.advance(500);
    assert_eq!(mars.owed(Minter), 400 * ONE);
    assert_eq!(mars.owed(Trader), 300 * ONE + 100 * ONE);
    mars.assert_invariants();
}

#[test]
fn how_often_others_act_changes_nothing() {
    let mut quiet = Mars::deploy();
    let mut busy = Mars::deploy();
    for mars in [&mut quiet, &mut busy] {
        mars.fund_emission();
        mars.stake(Minter, 777_777 * ONE + 1).unwrap();
        mars.stake(Trader, 333 * ONE).unwrap();
    }
    quiet.advance(100 * 777);
    for _ in 0..100 {
        busy.advance(777);
        busy.stake(Keeper, 1).unwrap();
    }
    let (calm, noisy) = (quiet.owed(Minter), busy.owed(Minter));
    // 100 uxms of the keeper stake beside 778 billion.
    assert!(calm >= noisy && calm - noisy <= 1, "{calm} {noisy}");
    busy.assert_invariants();
}
