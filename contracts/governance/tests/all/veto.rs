//! The guardian's veto: in every state before execution, and not after its sunset.

use mars_testing::Actor::{Guardian, Minter, Owner, Trader};
use mars_testing::{attribute, event, refused, Bill, Mars};
use mars_types::governance::{Choice, ExecuteMsg, Status};
use mars_types::{treasury, RefusalCode};

use super::dao;

fn bill(mars: &Mars) -> Bill {
    Bill::of(vec![mars.call(&mars.treasury, &treasury::ExecuteMsg::Poke {})])
}

#[test]
fn every_state_before_execution_can_be_vetoed() {
    let mut mars = dao();
    let start = mars.snapshot();
    for wanted in [Status::Pending, Status::Active, Status::Succeeded, Status::Queued, Status::Ready] {
        mars.restore(&start);
        let bill = bill(&mars);
        let id = mars.propose(Trader, bill).unwrap();
        let mut steps: Vec<fn(&mut Mars)> = vec![
            |mars| mars.until_vote(1),
            |mars| {
                mars.vote(Trader, 1, Choice::For).unwrap();
                mars.until_decided(1);
            },
            |mars| drop(mars.queue(1).unwrap()),
            |mars| mars.until_ready(1),
        ];
        steps.reverse();
        while mars.status(id) != wanted {
            steps.pop().unwrap()(&mut mars);
        }
        let response = mars.veto(Guardian, id).unwrap();
        assert_eq!(attribute(event(&response, "mars_veto"), "reason"), "harm");
        assert_eq!(mars.status(id), Status::Vetoed);
        for refusal in [mars.vote(Minter, id, Choice::For), mars.queue(id), mars.execute(id)] {
            assert_eq!(refusal.unwrap_err().code, RefusalCode::WrongStatus);
        }
    }
}

#[test]
fn what_is_over_cannot_be_vetoed() {
    let mut mars = dao();
    let bill = bill(&mars);
    let id = mars.pass(&[Trader], bill);
    mars.execute(id).unwrap();
    let takes = "pending, active, succeeded, queued, ready";
    refused(mars.veto(Guardian, id), RefusalCode::WrongStatus, "executed", takes);
    let id = mars.propose(Trader, Bill::text()).unwrap();
    mars.until_decided(id);
    refused(mars.veto(Guardian, id), RefusalCode::WrongStatus, "defeated", takes);
}

#[test]
fn only_the_guardian_and_only_before_its_sunset() {
    let mut mars = Mars::builder().guardian_for(100_000).build();
    mars.stake(Trader, 100_000_000_000_000).unwrap();
    mars.advance(1);
    let id = mars.propose(Trader, Bill::text()).unwrap();
    for who in [Owner, Trader] {
        refused(mars.veto(who, id), RefusalCode::Unauthorized, who.addr(), "guardian");
    }
    let long = ExecuteMsg::Veto { proposal: id, reason: "x".repeat(501) };
    refused(mars.tell_governance(Guardian, &long), RefusalCode::InvalidInput, "501 bytes", "500 bytes");
    let eve = mars.snapshot();
    mars.advance(99_998);
    mars.veto(Guardian, id).unwrap();
    mars.restore(&eve);
    mars.advance(99_999);
    refused(mars.veto(Guardian, id), RefusalCode::Unauthorized, Guardian.addr(), "guardian");
}
