//! One threshold of votes, lent around, floods the DAO with proposals: each but the last can be swept away.

use mars_testing::Actor::{Attacker, Minter};
use mars_testing::{Bill, Mars};
use mars_types::governance::{ProposalsResponse, QueryMsg, Status};
use mars_types::staking::ExecuteMsg;

use super::dao;

fn list(mars: &Mars, start_before: Option<u64>, limit: u32) -> Vec<u64> {
    let query = QueryMsg::Proposals { start_before, limit: Some(limit) };
    let page: ProposalsResponse = mars.ask_governance(&query);
    page.proposals.iter().map(|proposal| proposal.proposal).collect()
}

#[test]
fn lent_votes_leave_no_proposals_behind() {
    let mut mars = dao();
    let sybils: Vec<_> = (0..20).map(|number| mars.app.api().addr_make(&format!("sybil {number}"))).collect();
    let mut ids = vec![];
    for sybil in &sybils {
        let to = Some(sybil.to_string());
        mars.tell_staking(Attacker, &ExecuteMsg::Delegate { to }).unwrap();
        mars.advance(1);
        ids.push(mars.propose(sybil, Bill::text()).unwrap());
    }
    mars.advance(1);
    let (last, swept) = ids.split_last().unwrap();
    for id in swept {
        mars.cancel(Minter, *id).unwrap();
        assert_eq!(mars.status(*id), Status::Cancelled);
    }
    assert!(mars.cancel(Minter, *last).is_err());

    // Lists are paged, newest first, and nothing else reads them all.
    assert_eq!(list(&mars, None, 3), [20, 19, 18]);
    assert_eq!(list(&mars, Some(18), 2), [17, 16]);
    assert_eq!(list(&mars, Some(3), 100), [2, 1]);
    assert_eq!(list(&mars, Some(1), 100), [0; 0]);
    mars.assert_invariants();
}
