//! Carried out once: not again, not from within itself, not before its time.

use mars_testing::Actor::{Stranger, Trader};
use mars_testing::{refused, Bill};
use mars_types::governance::{ExecuteMsg, Status};
use mars_types::{treasury, RefusalCode};

use super::{dao, MILLION};

#[test]
fn a_spend_is_paid_once() {
    let mut mars = dao();
    let treasury = mars.treasury.clone();
    let spend = treasury::ExecuteMsg::WithdrawReserve {
        amount: MILLION.into(),
        recipient: Stranger.addr().into_string(),
    };
    let bill = Bill::of(vec![mars.call(&treasury, &spend)]);
    let id = mars.pass(&[Trader], bill);
    mars.execute(id).unwrap();
    for _ in 0..2 {
        refused(mars.execute(id), RefusalCode::WrongStatus, "executed", "ready");
        refused(mars.queue(id), RefusalCode::WrongStatus, "executed", "succeeded, with messages");
        mars.advance(100);
    }
    assert_eq!(mars.xms_of(Stranger), MILLION);
}

#[test]
fn a_proposal_does_not_execute_itself_again() {
    let mut mars = dao();
    let (dao, treasury) = (mars.governance.clone(), mars.treasury.clone());
    let spend = treasury::ExecuteMsg::WithdrawReserve {
        amount: MILLION.into(),
        recipient: Stranger.addr().into_string(),
    };
    let again = ExecuteMsg::Execute { proposal: 1 };
    let bill = Bill::of(vec![mars.call(&treasury, &spend), mars.call(&dao, &again)]);
    let id = mars.pass(&[Trader], bill);
    assert_eq!(id, 1);
    let refusal = mars.execute(id).unwrap_err();
    assert_eq!((refusal.code, refusal.value.as_str()), (RefusalCode::MessageFailed, "message 2"));
    assert!(refusal.message.contains("wrong_status"), "{refusal}");
    assert_eq!(mars.xms_of(Stranger), 0);
    assert_eq!(mars.status(id), Status::Ready);
}
