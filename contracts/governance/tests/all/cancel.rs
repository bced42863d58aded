//! Taking a proposal back.

use mars_testing::Actor::{Attacker, Keeper, Minter, Trader};
use mars_testing::{attribute, event, refused, Bill};
use mars_types::governance::{Choice, Status};
use mars_types::RefusalCode;

use super::{dao, ONE};

#[test]
fn the_proposer_cancels_before_the_vote_and_not_during_it() {
    let mut mars = dao();
    let id = mars.propose(Minter, Bill::text()).unwrap();
    let limit = "the proposer before the vote";
    refused(mars.cancel(Attacker, id), RefusalCode::Unauthorized, Attacker.addr(), limit);
    let eve = mars.snapshot();
    let response = mars.cancel(Minter, id).unwrap();
    assert_eq!(attribute(event(&response, "mars_cancel"), "sender"), Minter.addr().as_str());
    assert_eq!(mars.status(id), Status::Cancelled);
    refused(mars.cancel(Minter, id), RefusalCode::WrongStatus, "cancelled", "pending, active");
    mars.restore(&eve);
    mars.until_vote(id);
    refused(mars.cancel(Minter, id), RefusalCode::Unauthorized, Minter.addr(), limit);
}

#[test]
fn anyone_cancels_what_its_proposer_could_not_propose_any_more() {
    let mut mars = dao();
    let id = mars.propose(Keeper, Bill::text()).unwrap();
    mars.until_vote(id);
    mars.unstake(Keeper, ONE).unwrap();
    // In the same block the height before still counts.
    refused(
        mars.cancel(Attacker, id),
        RefusalCode::Unauthorized,
        Attacker.addr(),
        "the proposer before the vote",
    );
    mars.advance(1);
    mars.cancel(Attacker, id).unwrap();
    assert_eq!(mars.status(id), Status::Cancelled);
}

#[test]
fn what_the_voters_have_decided_stays() {
    let mut mars = dao();
    let id = mars.propose(Keeper, Bill::text()).unwrap();
    mars.until_vote(id);
    mars.vote(Trader, id, Choice::For).unwrap();
    mars.unstake(Keeper, ONE).unwrap();
    mars.until_decided(id);
    refused(mars.cancel(Attacker, id), RefusalCode::WrongStatus, "succeeded", "pending, active");
}
