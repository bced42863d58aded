//! Votes in others' hands; stake and rewards stay.

use mars_testing::Actor::{Keeper, Minter, Owner, Stranger, Trader};
use mars_testing::{attribute, event, refused, Mars};
use mars_types::staking::ExecuteMsg;
use mars_types::RefusalCode;

use super::ONE;

#[test]
fn a_delegate_votes_with_every_later_stake_too() {
    let mut mars = Mars::deploy();
    mars.stake(Minter, 10 * ONE).unwrap();
    mars.stake(Trader, ONE).unwrap();
    mars.advance(5);
    let before = mars.height() - 1;
    let response = mars.delegate(Minter, Trader).unwrap();
    let delegated = event(&response, "mars_delegate");
    assert_eq!(attribute(delegated, "from"), Minter.addr().as_str());
    assert_eq!(attribute(delegated, "to"), Trader.addr().as_str());
    assert_eq!(attribute(delegated, "amount"), "10000000");
    let power = |mars: &Mars| (mars.staker(Minter).power.u128(), mars.staker(Trader).power.u128());
    assert_eq!(power(&mars), (0, 11 * ONE));
    mars.advance(5);
    mars.stake(Minter, 5 * ONE).unwrap();
    assert_eq!(power(&mars), (0, 16 * ONE));
    mars.unstake(Minter, 12 * ONE).unwrap();
    assert_eq!(power(&mars), (0, 4 * ONE));
    mars.rebond(Minter, ONE).unwrap();
    assert_eq!(power(&mars), (0, 5 * ONE));
    assert_eq!((mars.power_at(Minter, before), mars.power_at(Trader, before)), (10 * ONE, ONE));
    assert_eq!(mars.power_at(Trader, before + 1), 11 * ONE);
    assert_eq!(mars.power_at(Trader, before + 2), 5 * ONE);
    mars.assert_invariants();
}

#[test]
fn delegation_moves_on_and_comes_back_but_does_not_chain() {
    let mut mars = Mars::deploy();
    mars.stake(Minter, 10 * ONE).unwrap();
    mars.stake(Trader, ONE).unwrap();
    mars.delegate(Minter, Trader).unwrap();
    mars.delegate(Trader, Stranger).unwrap();
    // What was delegated to the trader stays with him.
    let power = |mars: &Mars| [Minter, Trader, Stranger, Keeper].map(|who| mars.staker(who).power.u128());
    assert_eq!(power(&mars), [0, 10 * ONE, ONE, 0]);
    mars.delegate(Minter, Keeper).unwrap();
    assert_eq!(power(&mars), [0, 0, ONE, 10 * ONE]);
    mars.tell_staking(Minter, &ExecuteMsg::Delegate { to: None }).unwrap();
    assert_eq!(power(&mars), [10 * ONE, 0, ONE, 0]);
    mars.assert_invariants();
}

#[test]
fn the_same_delegate_twice_is_refused() {
    let mut mars = Mars::deploy();
    let trader = Trader.addr();
    let back = ExecuteMsg::Delegate { to: None };
    refused(mars.tell_staking(Minter, &back), RefusalCode::Duplicate, Minter.addr(), "another delegate");
    refused(mars.delegate(Minter, Minter), RefusalCode::Duplicate, Minter.addr(), "another delegate");
    mars.delegate(Minter, Trader).unwrap();
    refused(mars.delegate(Minter, Trader), RefusalCode::Duplicate, trader, "another delegate");
    let to = Some("MARS1NOBODY".to_string());
    let bad = mars.tell_staking(Minter, &ExecuteMsg::Delegate { to });
    refused(bad, RefusalCode::InvalidInput, "MARS1NOBODY", "a lower-case address of this chain");
}

#[test]
fn rewards_stay_with_the_stake() {
    let mut mars = Mars::deploy();
    mars.delegate(Minter, Trader).unwrap();
    mars.stake(Minter, 10 * ONE).unwrap();
    assert_eq!(mars.staker(Trader).power.u128(), 10 * ONE, "named before the first stake");
    mars.buy_back(Owner, 86_400).unwrap();
    mars.advance(1_000);
    assert_eq!((mars.owed(Minter), mars.owed(Trader)), (1_000, 0));
    // A delegate who stakes only later earns from then on.
    mars.stake(Trader, 10 * ONE).unwrap();
    assert_eq!(mars.owed(Trader), 0);
    mars.advance(1_000);
    assert_eq!((mars.owed(Minter), mars.owed(Trader)), (1_500, 500));
    mars.assert_invariants();
}
