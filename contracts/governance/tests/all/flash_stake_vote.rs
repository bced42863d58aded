//! Borrowed votes: stake, propose or vote, and leave, within a block or around one.

use mars_testing::Actor::{Attacker, Minter, Owner, Trader};
use mars_testing::{refused, Bill, Mars};
use mars_types::governance::Choice;
use mars_types::RefusalCode;

use super::{dao, MILLION, ONE};

#[test]
fn a_stake_of_this_block_neither_proposes_nor_votes() {
    let mut mars = Mars::deploy();
    mars.stake(Trader, 100 * MILLION).unwrap();
    mars.advance(1);
    mars.stake(Attacker, 80 * MILLION).unwrap();
    refused(mars.propose(Attacker, Bill::text()), RefusalCode::PowerShort, 0, 2_500_000 * ONE);
    let id = mars.propose(Trader, Bill::text()).unwrap();
    let height = mars.proposal(id).snapshot_height;
    mars.unstake(Attacker, 80 * MILLION).unwrap();
    mars.until_vote(id);
    refused(mars.vote(Attacker, id, Choice::For), RefusalCode::NoPower, Attacker.addr(), height);
}

#[test]
fn a_fortune_staked_after_the_proposal_weighs_nothing() {
    let mut mars = dao();
    let id = mars.propose(Trader, Bill::text()).unwrap();
    mars.stake(Owner, 500 * MILLION).unwrap();
    mars.stake(Attacker, 40 * MILLION).unwrap();
    mars.until_vote(id);
    let height = mars.proposal(id).snapshot_height;
    refused(mars.vote(Owner, id, Choice::Against), RefusalCode::NoPower, Owner.addr(), height);
    mars.vote(Attacker, id, Choice::Against).unwrap();
    assert_eq!(mars.proposal(id).tally.against.u128(), 40 * MILLION);
}

/// Who leaves after the snapshot still votes, with what he held then: his stake is away for a week, longer than the vote.
#[test]
fn who_sells_after_the_snapshot_waited_out_the_vote() {
    let mut mars = dao();
    let id = mars.propose(Minter, Bill::text()).unwrap();
    mars.unstake(Attacker, 40 * MILLION).unwrap();
    mars.until_vote(id);
    mars.vote(Attacker, id, Choice::For).unwrap();
    mars.until_decided(id);
    assert!(mars.withdraw_stake(Attacker).is_err(), "seven days are more than one and five");
}
