//! When a proposal passes, to the unit.

use mars_testing::Actor::{Attacker, Keeper, Minter, Owner, Trader};
use mars_testing::{Actor, Bill, Mars};
use mars_types::governance::{Choice, ExecuteMsg, Params, Status};

use super::{dao, DAY, MILLION, ONE};

/// A proposal of the owner's, who stakes these amounts for others: for, against, abstain.
fn decided(bill: fn(&Mars) -> Bill, votes: [u128; 3]) -> Status {
    let mut mars = Mars::deploy();
    mars.stake(Owner, 3 * MILLION).unwrap();
    for (who, amount) in [Trader, Attacker, Minter].into_iter().zip(votes) {
        mars.stake(who, amount.max(1)).unwrap();
    }
    mars.advance(DAY);
    let bill = bill(&mars);
    let id = mars.propose(Owner, bill).unwrap();
    mars.until_vote(id);
    let choices = [Choice::For, Choice::Against, Choice::Abstain];
    for ((who, choice), amount) in [Trader, Attacker, Minter].into_iter().zip(choices).zip(votes) {
        if amount > 0 {
            mars.vote(who, id, choice).unwrap();
        }
    }
    mars.until_decided(id);
    mars.status(id)
}

fn light(_: &Mars) -> Bill {
    Bill::text()
}

fn heavy(mars: &Mars) -> Bill {
    let update = ExecuteMsg::UpdateParams { params: Params::default() };
    Bill::of(vec![mars.call(&mars.governance, &update)])
}

#[test]
fn quorum_is_of_votes_for_and_equal_passes() {
    assert_eq!(decided(light, [25 * MILLION, 0, 0]), Status::Succeeded);
    assert_eq!(decided(light, [25 * MILLION - 1, 0, 0]), Status::Defeated);
    // Abstentions and votes against help no quorum.
    assert_eq!(decided(light, [25 * MILLION - 1, 1, 50 * MILLION]), Status::Defeated);
}

#[test]
fn heavy_messages_need_ten_percent() {
    assert_eq!(decided(heavy, [100 * MILLION, 0, 0]), Status::Succeeded);
    assert_eq!(decided(heavy, [100 * MILLION - 1, 0, 0]), Status::Defeated);
}

#[test]
fn a_tie_passes_and_abstentions_count_for_neither() {
    assert_eq!(decided(light, [30 * MILLION, 30 * MILLION, 50 * MILLION]), Status::Succeeded);
    assert_eq!(decided(light, [30 * MILLION, 30 * MILLION + 1, 0]), Status::Defeated);
    assert_eq!(decided(light, [0, 0, 50 * MILLION]), Status::Defeated);
}

#[test]
fn a_text_that_passed_stays_passed_and_messages_expire() {
    let mut mars = dao();
    let staking = mars.staking.clone();
    let text = mars.propose(Minter, Bill::text()).unwrap();
    let plan = mars_types::staking::ExecuteMsg::PlanEmission { emission: None };
    let bill = Bill::of(vec![mars.call(&staking, &plan)]);
    let acts = mars.propose(Trader, bill).unwrap();
    mars.until_vote(acts);
    for id in [text, acts] {
        mars.vote(Trader, id, Choice::For).unwrap();
        mars.vote(Keeper, id, Choice::Against).unwrap();
    }
    mars.until_decided(acts);
    mars.advance(14 * DAY);
    assert_eq!([text, acts].map(|id| mars.status(id)), [Status::Succeeded; 2]);
    mars.advance(1);
    assert_eq!([text, acts].map(|id| mars.status(id)), [Status::Succeeded, Status::Expired]);
    let refusal = mars.queue(acts).unwrap_err();
    assert_eq!(refusal.value, "expired");
    let refusal = mars.queue(text).unwrap_err();
    assert_eq!((refusal.value.as_str(), refusal.limit.as_str()), ("succeeded", "succeeded, with messages"));
}

#[test]
fn changed_parameters_leave_proposals_that_exist_as_they_are() {
    let mut mars = dao();
    let before = mars.propose(Keeper, Bill::text()).unwrap();
    let was = mars.proposal(before);
    let params = Params { quorum: mars_types::Bps(500), voting: 10 * DAY, ..Params::default() };
    let dao = mars.governance.clone();
    let bill = Bill::of(vec![mars.call(&dao, &ExecuteMsg::UpdateParams { params })]);
    let voters: [Actor; 2] = [Trader, Minter];
    let id = mars.pass(&voters, bill);
    mars.execute(id).unwrap();
    let now = mars.proposal(before);
    assert_eq!((now.quorum, now.ends), (was.quorum, was.ends));
    let after = mars.propose(Attacker, Bill::text()).unwrap();
    assert_eq!(mars.proposal(after).quorum.u128(), 50 * MILLION);
    assert_eq!(mars.proposal(after).ends, mars.now() + 11 * DAY);
    assert_eq!(ONE, 1_000_000);
}
