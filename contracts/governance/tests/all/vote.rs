//! Voting: when, with what, and once.

use mars_testing::Actor::{Attacker, Guardian, Keeper, Minter, Stranger, Trader};
use mars_testing::{attribute, event, refused, Bill};
use mars_types::governance::{Choice, QueryMsg, Status, VoteResponse, VotesResponse};
use mars_types::{Refusal, RefusalCode};

use super::{dao, MILLION};

#[test]
fn the_vote_is_open_from_its_start_to_before_its_end() {
    let mut mars = dao();
    let id = mars.propose(Minter, Bill::text()).unwrap();
    let proposal = mars.proposal(id);
    mars.advance(proposal.starts - 1 - mars.now());
    refused(mars.vote(Minter, id, Choice::For), RefusalCode::WrongStatus, Status::Pending, "active");
    mars.advance(1);
    let response = mars.vote(Minter, id, Choice::For).unwrap();
    let voted = event(&response, "mars_vote");
    assert_eq!(attribute(voted, "voter"), Minter.addr().as_str());
    assert_eq!(attribute(voted, "choice"), "for");
    assert_eq!(attribute(voted, "power"), (50 * MILLION).to_string());
    mars.advance(proposal.ends - 1 - mars.now());
    mars.vote(Trader, id, Choice::Against).unwrap();
    mars.advance(1);
    refused(mars.vote(Keeper, id, Choice::For), RefusalCode::WrongStatus, Status::Defeated, "active");
    mars.assert_invariants();
}

#[test]
fn every_choice_is_counted_apart_and_once() {
    let mut mars = dao();
    let id = mars.propose(Minter, Bill::text()).unwrap();
    mars.until_vote(id);
    mars.vote(Minter, id, Choice::For).unwrap();
    mars.vote(Trader, id, Choice::Against).unwrap();
    mars.vote(Attacker, id, Choice::Abstain).unwrap();
    let tally = mars.proposal(id).tally;
    let figures = [tally.votes_for, tally.against, tally.abstain].map(|votes| votes.u128());
    assert_eq!(figures, [50 * MILLION, 100 * MILLION, 40 * MILLION]);
    for choice in [Choice::For, Choice::Against] {
        let again = mars.assert_unchanged(|mars| mars.vote(Minter, id, choice));
        refused(again, RefusalCode::Voted, Minter.addr(), "once");
    }
    let vote: VoteResponse =
        mars.ask_governance(&QueryMsg::Vote { proposal: id, voter: Attacker.addr().into_string() });
    assert_eq!(vote.vote.unwrap().choice, Choice::Abstain);
    // Of a proposal that is not there nobody has no vote.
    let missing = [
        QueryMsg::Vote { proposal: id + 1, voter: Attacker.addr().into_string() },
        QueryMsg::Votes { proposal: id + 1, start_after: None, limit: None },
    ];
    for query in missing {
        let answer = mars.app.wrap().query_wasm_smart::<serde_json::Value>(&mars.governance, &query);
        let refusal = Refusal::find(&answer.unwrap_err().to_string()).unwrap();
        assert_eq!((refusal.code, refusal.value), (RefusalCode::NotFound, (id + 1).to_string()));
    }
    let page = |start_after, limit| {
        let query = QueryMsg::Votes { proposal: id, start_after, limit: Some(limit) };
        mars.ask_governance::<VotesResponse>(&query).votes
    };
    let first = page(None, 2);
    let rest = page(Some(first[1].voter.to_string()), 2);
    assert_eq!((first.len(), rest.len()), (2, 1));
    mars.assert_invariants();
}

#[test]
fn who_has_no_power_has_no_vote() {
    let mut mars = dao();
    let id = mars.propose(Minter, Bill::text()).unwrap();
    let height = mars.proposal(id).snapshot_height;
    mars.until_vote(id);
    for who in [Stranger, Guardian] {
        refused(mars.vote(who, id, Choice::For), RefusalCode::NoPower, who.addr(), height);
    }
    let missing = mars.vote(Minter, id + 1, Choice::For);
    refused(missing, RefusalCode::NotFound, id + 1, "an entry that exists");
}

/// A source that is out of order loses its votes and nothing else: the DAO can still vote it out.
#[test]
fn a_silent_source_counts_nothing_and_stops_nobody() {
    let mut mars = dao();
    let broken = mars.deploy_holder(0);
    let update =
        mars_types::governance::ExecuteMsg::UpdateSources { add: vec![broken.to_string()], remove: vec![] };
    let dao = mars.governance.clone();
    let bill = Bill::of(vec![mars.call(&dao, &update)]);
    let id = mars.pass(&[Trader, Minter], bill);
    mars.execute(id).unwrap();
    let remove =
        mars_types::governance::ExecuteMsg::UpdateSources { add: vec![], remove: vec![broken.to_string()] };
    let bill = Bill::of(vec![mars.call(&dao, &remove)]);
    let id = mars.pass(&[Trader, Minter], bill);
    mars.execute(id).unwrap();
}
