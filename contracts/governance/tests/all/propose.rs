//! Who may propose what.

use mars_testing::Actor::{Attacker, Keeper, Minter, Owner, Stranger};
use mars_testing::{attribute, event, refused, Bill, Mars};
use mars_types::governance::{ExecuteMsg, Status, MAX_DESCRIPTION, MAX_DRY_RUN, MAX_TITLE};
use mars_types::{staking, RefusalCode};

use super::{dao, DAY, MILLION, ONE};

#[test]
fn the_threshold_is_a_quarter_of_a_percent_to_the_unit() {
    let mut mars = dao();
    let id = mars.propose(Keeper, Bill::text()).unwrap();
    let proposal = mars.proposal(id);
    assert_eq!((id, proposal.status), (1, Status::Pending));
    assert_eq!(proposal.proposer, Keeper.addr());
    assert_eq!(proposal.supply.u128(), 1_000 * MILLION);
    assert_eq!(proposal.quorum.u128(), 25 * MILLION);
    assert_eq!(proposal.snapshot_height, mars.height() - 1);
    assert_eq!(proposal.starts, mars.now() + DAY);
    assert_eq!(proposal.ends, mars.now() + 6 * DAY);

    let mut mars = dao();
    mars.unstake(Keeper, 1).unwrap();
    mars.advance(1);
    let refusal = mars.propose(Keeper, Bill::text());
    refused(refusal, RefusalCode::PowerShort, 2_500_000 * ONE - 1, 2_500_000 * ONE);
    refused(mars.propose(Stranger, Bill::text()), RefusalCode::PowerShort, 0, 2_500_000 * ONE);
}

#[test]
fn what_is_burned_lowers_threshold_and_quorum() {
    let mut mars = dao();
    let burn = cw20::Cw20ExecuteMsg::Burn { amount: (200 * MILLION).into() };
    let xms = mars.xms.clone();
    mars.transact(Owner, vec![mars_testing::message(&xms, &burn, vec![])]).unwrap();
    let id = mars.propose(Keeper, Bill::text()).unwrap();
    assert_eq!(mars.proposal(id).quorum.u128(), 20 * MILLION);
}

#[test]
fn a_proposal_is_announced_and_kept_word_for_word() {
    let mut mars = dao();
    let staking = mars.staking.clone();
    let params = staking::Params { unbonding: 8 * DAY, ..staking::Params::default() };
    let bill = Bill {
        title: "Eight days".into(),
        description: "Seven are few.".into(),
        messages: vec![mars.call(&staking, &staking::ExecuteMsg::UpdateParams { params })],
        dry_run: Some("1: ok".into()),
    };
    let Bill { title, description, messages, dry_run } = bill.clone();
    let propose = ExecuteMsg::Propose { title, description, messages, dry_run };
    let response = mars.tell_governance(Minter, &propose).unwrap();
    let proposed = event(&response, "mars_proposal");
    assert_eq!(attribute(proposed, "heavy"), "false");
    assert_eq!(attribute(proposed, "messages"), "1");
    let proposal = mars.proposal(1);
    assert_eq!((proposal.title, proposal.description), (bill.title, bill.description));
    assert_eq!((proposal.messages, proposal.dry_run), (bill.messages, bill.dry_run));
}

#[test]
fn texts_and_messages_are_bounded() {
    let mut mars = dao();
    let staking = mars.staking.clone();
    let call = mars.call(&staking, &staking::ExecuteMsg::Claim { restake: false });
    let bad = [
        (Bill { title: "  ".into(), ..Bill::text() }, RefusalCode::InvalidInput),
        (Bill { title: "x".repeat(MAX_TITLE + 1), ..Bill::text() }, RefusalCode::InvalidInput),
        (Bill { description: String::new(), ..Bill::text() }, RefusalCode::InvalidInput),
        (Bill { description: "x".repeat(MAX_DESCRIPTION + 1), ..Bill::text() }, RefusalCode::InvalidInput),
        (Bill { dry_run: Some("x".repeat(MAX_DRY_RUN + 1)), ..Bill::text() }, RefusalCode::InvalidInput),
        (Bill::of(vec![call.clone(); 11]), RefusalCode::TooMany),
        (
            Bill::of(vec![
                mars.call(&staking, &staking::ExecuteMsg::Delegate { to: Some("x".repeat(60_000)) })
            ]),
            RefusalCode::TooMany,
        ),
    ];
    for (bill, code) in bad {
        let refusal = mars.assert_unchanged(|mars| mars.propose(Minter, bill)).unwrap_err();
        assert_eq!(refusal.code, code, "{refusal}");
    }
    mars.propose(Minter, Bill::of(vec![call; 10])).unwrap();
}

#[test]
fn a_proposer_has_one_undecided_proposal() {
    let mut mars = dao();
    let first = mars.propose(Attacker, Bill::text()).unwrap();
    refused(mars.propose(Attacker, Bill::text()), RefusalCode::TooMany, first, "one at a time");
    mars.until_vote(first);
    refused(mars.propose(Attacker, Bill::text()), RefusalCode::TooMany, first, "one at a time");
    mars.until_decided(first);
    let second = mars.propose(Attacker, Bill::text()).unwrap();
    mars.cancel(Attacker, second).unwrap();
    mars.propose(Attacker, Bill::text()).unwrap();
}

#[test]
fn without_votes_nobody_proposes() {
    let mut mars = Mars::deploy();
    refused(mars.propose(Minter, Bill::text()), RefusalCode::PowerShort, 0, 2_500_000 * ONE);
}
