//! Random lives of the DAO: whatever people stake, lend, propose and vote, a tally is the sum of its ballots, no power
//! counts twice, and a proposal is executed only as what it passed as.

use mars_testing::Actor::{Attacker, Guardian, Keeper, Minter, Trader};
use mars_testing::{Actor, Bill, Mars};
use mars_types::governance::{Choice, ExecuteMsg, Status};
use mars_types::treasury;
use proptest::prelude::*;

use super::{dao, MILLION};

const PEOPLE: [Actor; 4] = [Minter, Trader, Keeper, Attacker];

#[derive(Clone, Debug)]
enum Step {
    Stake(usize, u128),
    Unstake(usize, u128),
    Delegate(usize, usize),
    Propose(usize, bool),
    Vote(usize, u64, u8),
    Queue(u64),
    Execute(u64),
    Cancel(usize, u64),
    Veto(u64),
    Advance(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let who = || 0..PEOPLE.len();
    let id = || 1..6u64;
    prop_oneof![
        1 => (who(), 1..20u128).prop_map(|(who, amount)| Step::Stake(who, amount * MILLION)),
        1 => (who(), 1..20u128).prop_map(|(who, amount)| Step::Unstake(who, amount * MILLION)),
        1 => (who(), who()).prop_map(|(who, to)| Step::Delegate(who, to)),
        3 => (who(), any::<bool>()).prop_map(|(who, acts)| Step::Propose(who, acts)),
        8 => (who(), id(), 0..3u8).prop_map(|(who, id, choice)| Step::Vote(who, id, choice)),
        2 => id().prop_map(Step::Queue),
        2 => id().prop_map(Step::Execute),
        1 => (who(), id()).prop_map(|(who, id)| Step::Cancel(who, id)),
        1 => id().prop_map(Step::Veto),
        6 => prop_oneof![1..3_600u64, 43_200..400_000u64].prop_map(Step::Advance),
    ]
}

/// True: it did something.
fn run(mars: &mut Mars, step: &Step) -> bool {
    let person = |index: usize| PEOPLE[index];
    match *step {
        Step::Stake(who, amount) => mars.stake(person(who), amount).is_ok(),
        Step::Unstake(who, amount) => mars.unstake(person(who), amount).is_ok(),
        Step::Delegate(who, to) => mars.delegate(person(who), person(to)).is_ok(),
        Step::Propose(who, acts) => {
            let poke = mars.call(&mars.treasury, &treasury::ExecuteMsg::Poke {});
            mars.propose(person(who), Bill::of(if acts { vec![poke] } else { vec![] })).is_ok()
        }
        Step::Vote(who, id, choice) => {
            let choice = [Choice::For, Choice::Against, Choice::Abstain][usize::from(choice)];
            mars.vote(person(who), id, choice).is_ok()
        }
        Step::Queue(id) => mars.queue(id).is_ok(),
        Step::Execute(id) => {
            let executed = mars.execute(id).is_ok();
            if executed {
                let tally = mars.proposal(id).tally;
                assert!(tally.votes_for >= mars.proposal(id).quorum && tally.votes_for >= tally.against);
            }
            executed
        }
        Step::Cancel(who, id) => {
            mars.tell_governance(person(who), &ExecuteMsg::Cancel { proposal: id }).is_ok()
        }
        Step::Veto(id) => mars.veto(Guardian, id).is_ok(),
        Step::Advance(seconds) => {
            mars.advance(seconds);
            true
        }
    }
}

fn cases() -> u32 {
    std::env::var("MARS_GOVERNANCE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(16)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn tallies_are_their_ballots_and_what_is_closed_stays_closed(
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut mars = dao();
        let mut closed: Vec<(u64, Status)> = vec![];
        for step in &steps {
            run(&mut mars, step);
            mars.assert_governance();
            for (id, status) in &closed {
                prop_assert_eq!(mars.status(*id), *status);
            }
            let last: mars_types::governance::ConfigResponse =
                mars.ask_governance(&mars_types::governance::QueryMsg::Config {});
            for id in 1..=last.proposals {
                let status = mars.status(id);
                let ends = [Status::Executed, Status::Vetoed, Status::Cancelled, Status::Defeated, Status::Expired];
                if ends.contains(&status) && !closed.contains(&(id, status)) {
                    closed.push((id, status));
                }
            }
        }
    }
}
