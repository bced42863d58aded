//! One stake, two votes: by delegating, redelegating or restaking around a vote.

use mars_testing::Actor::{Attacker, Minter, Stranger, Trader};
use mars_testing::{refused, Bill};
use mars_types::governance::Choice;
use mars_types::staking::ExecuteMsg;
use mars_types::RefusalCode;

use super::{dao, MILLION};

#[test]
fn votes_lent_after_the_snapshot_count_where_they_were() {
    let mut mars = dao();
    let id = mars.propose(Minter, Bill::text()).unwrap();
    let height = mars.proposal(id).snapshot_height;
    mars.until_vote(id);
    mars.vote(Attacker, id, Choice::For).unwrap();
    mars.delegate(Attacker, Stranger).unwrap();
    mars.advance(1);
    refused(mars.vote(Stranger, id, Choice::For), RefusalCode::NoPower, Stranger.addr(), height);
    assert_eq!(mars.proposal(id).tally.votes_for.u128(), 40 * MILLION);
    mars.assert_invariants();
}

#[test]
fn a_delegate_votes_and_the_owner_of_the_stake_does_not() {
    let mut mars = dao();
    mars.delegate(Attacker, Stranger).unwrap();
    mars.advance(1);
    let id = mars.propose(Minter, Bill::text()).unwrap();
    let height = mars.proposal(id).snapshot_height;
    mars.tell_staking(Attacker, &ExecuteMsg::Delegate { to: None }).unwrap();
    mars.until_vote(id);
    mars.vote(Stranger, id, Choice::For).unwrap();
    refused(mars.vote(Attacker, id, Choice::For), RefusalCode::NoPower, Attacker.addr(), height);
    assert_eq!(mars.proposal(id).tally.votes_for.u128(), 40 * MILLION);
}

/// Round and round in one block: the block's end counts, and the sum is the stake.
#[test]
fn a_circle_of_delegations_makes_no_votes() {
    let mut mars = dao();
    for _ in 0..3 {
        mars.delegate(Attacker, Trader).unwrap();
        mars.delegate(Trader, Attacker).unwrap();
        mars.tell_staking(Trader, &ExecuteMsg::Delegate { to: None }).unwrap();
        mars.tell_staking(Attacker, &ExecuteMsg::Delegate { to: None }).unwrap();
    }
    mars.delegate(Attacker, Trader).unwrap();
    mars.delegate(Trader, Attacker).unwrap();
    mars.advance(1);
    let height = mars.height() - 1;
    assert_eq!(mars.power_at(Attacker, height), 100 * MILLION);
    assert_eq!(mars.power_at(Trader, height), 40 * MILLION);
    mars.assert_invariants();
}
