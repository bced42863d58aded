//! The timelock, and what doubles it.

use mars_testing::Actor::{Minter, Trader};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{attribute, event, refused, Bill, Mars};
use mars_types::governance::{Choice, Status};
use mars_types::treasury::{ExecuteMsg, Params};
use mars_types::{Bps, RefusalCode};

use super::{dao, succeeded, DAY, ONE};

fn timelock(mars: &mut Mars, bill: Bill) -> (u64, bool) {
    let id = succeeded(mars, bill);
    let response = mars.queue(id).unwrap();
    let queued = event(&response, "mars_queue");
    let timelock = attribute(queued, "timelock").parse().unwrap();
    assert_eq!(mars.proposal(id).eta, Some(mars.now() + timelock));
    assert_eq!(mars.proposal(id).expires, mars.now() + timelock + 14 * DAY);
    (timelock, attribute(queued, "doubled") == "true")
}

fn poke(mars: &Mars) -> Bill {
    Bill::of(vec![mars.call(&mars.treasury, &ExecuteMsg::Poke {})])
}

fn set_ratio(mars: &Mars, ratio: u16) -> Bill {
    let params = Params { support_ratio: Bps(ratio), ..Params::default() };
    Bill::of(vec![mars.call(&mars.treasury, &ExecuteMsg::UpdateParams { params })])
}

#[test]
fn two_days_and_fourteen_to_execute() {
    let mut mars = dao();
    let bill = poke(&mars);
    assert_eq!(timelock(&mut mars, bill), (2 * DAY, false));
    mars.advance(2 * DAY - 1);
    assert_eq!(mars.status(1), Status::Queued);
    refused(mars.execute(1), RefusalCode::WrongStatus, "queued", "ready");
    mars.advance(1);
    assert_eq!(mars.status(1), Status::Ready);
    mars.advance(14 * DAY);
    assert_eq!(mars.status(1), Status::Ready);
    mars.advance(1);
    refused(mars.execute(1), RefusalCode::WrongStatus, "expired", "ready");
}

#[test]
fn only_what_passed_is_queued_and_once() {
    let mut mars = dao();
    let bill = poke(&mars);
    let id = mars.propose(Trader, bill).unwrap();
    refused(mars.queue(id), RefusalCode::WrongStatus, "pending", "succeeded, with messages");
    mars.until_vote(id);
    refused(mars.queue(id), RefusalCode::WrongStatus, "active", "succeeded, with messages");
    mars.vote(Trader, id, Choice::For).unwrap();
    mars.until_decided(id);
    mars.queue(id).unwrap();
    refused(mars.queue(id), RefusalCode::WrongStatus, "queued", "succeeded, with messages");
}

#[test]
fn a_control_ratio_below_two_doubles_the_timelock() {
    let mut mars = dao();
    // 900 M XMS circulate at $0.25: $225 M. Twice covered up to $112.5 M of assets.
    mars.mint(Minter, Usdc, 1_000_000 * ONE).unwrap();
    assert_eq!(mars.solvency().control_ratio.unwrap().u128(), 2_250_000);
    let bill = poke(&mars);
    assert_eq!(timelock(&mut mars, bill), (2 * DAY, false));
    mars.move_price(Xms, "0.0023");
    mars.next_epoch();
    mars.poke(Minter).unwrap();
    let bill = poke(&mars);
    let id = succeeded(&mut mars, bill);
    mars.poke(Minter).unwrap();
    let ratio = mars.solvency().control_ratio.unwrap().u128();
    assert!((19_000..=21_000).contains(&ratio), "{ratio}");
    mars.queue(id).unwrap();
    let doubled = mars.proposal(id).eta.unwrap() - mars.now() == 4 * DAY;
    assert_eq!(doubled, ratio < 20_000, "{ratio}");
}

#[test]
fn an_unknown_control_ratio_doubles_it_too() {
    let mut mars = dao();
    mars.mint(Minter, Usdc, 1_000 * ONE).unwrap();
    let bill = poke(&mars);
    let id = succeeded(&mut mars, bill);
    mars.advance(200);
    let response = mars.queue(id).unwrap();
    assert_eq!(attribute(event(&response, "mars_queue"), "doubled"), "true");
}

/// R29: the support ratio is lowered more slowly than it is raised.
#[test]
fn lowering_the_support_ratio_doubles_it() {
    let mut mars = dao();
    for (ratio, expected) in [(25_000, false), (26_000, false), (24_999, true)] {
        let bill = set_ratio(&mars, ratio);
        assert_eq!(timelock(&mut mars, bill).1, expected, "{ratio}");
    }
}

/// R67.
#[test]
fn no_timelock_is_longer_than_thirty_days() {
    let mut mars = dao();
    let params = mars_types::governance::Params { timelock: 20 * DAY, ..Default::default() };
    let dao = mars.governance.clone();
    let update = mars_types::governance::ExecuteMsg::UpdateParams { params };
    let bill = Bill::of(vec![mars.call(&dao, &update)]);
    let id = mars.pass(&[Trader, Minter], bill);
    mars.execute(id).unwrap();
    let bill = set_ratio(&mars, 24_000);
    assert_eq!(timelock(&mut mars, bill), (30 * DAY, true));
}

/// A message that this contract does not know to leave the assets where they are waits while the ratio is low.
#[test]
fn assets_stay_while_the_ratio_is_low() {
    #[cosmwasm_schema::cw_serde]
    enum Unknown {
        Carry { amount: String },
    }
    let mut mars = dao();
    mars.mint(Minter, Usdc, 1_000 * ONE).unwrap();
    let treasury = mars.treasury.clone();
    let bill = Bill::of(vec![mars.call(&treasury, &Unknown::Carry { amount: "1".into() })]);
    let id = succeeded(&mut mars, bill);
    let eve = mars.snapshot();
    mars.advance(200);
    refused(mars.queue(id), RefusalCode::ControlRatio, "unknown", 20_000);
    mars.restore(&eve);
    mars.queue(id).unwrap();
    mars.until_ready(id);
    refused(mars.execute(id), RefusalCode::ControlRatio, "unknown", 20_000);
    mars.refresh();
    // The ratio is good again; that the treasury knows no such message is another matter.
    assert_eq!(mars.execute(id).unwrap_err().code, RefusalCode::MessageFailed);
}
