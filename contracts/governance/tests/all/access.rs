//! Who may send what, and that nothing takes coins.

use mars_testing::Actor::{Guardian, Trader};
use mars_testing::Role::{self, Anyone, Dao, Proposer, Staker};
use mars_testing::{assert_coins_come_with, assert_senders, refused, Contract};
use mars_types::governance::{Choice, ExecuteMsg};
use mars_types::RefusalCode;

use super::dao;

#[test]
fn every_message_by_every_role() {
    assert_senders(
        Contract::Governance,
        &[
            (&[Anyone], &["queue", "execute", "accept_ownership"]),
            (&[Staker], &["propose", "vote"]),
            (&[Proposer], &["cancel"]),
            (&[Role::Guardian], &["veto"]),
            (&[Dao], &["update_params", "update_sources", "update_contracts", "set_guardian"]),
        ],
    );
}

#[test]
fn no_message_takes_coins() {
    assert_coins_come_with(Contract::Governance, &[]);
}

#[test]
fn unknown_proposals_are_refused() {
    let mut mars = dao();
    let proposal = 1;
    for msg in [
        ExecuteMsg::Vote { proposal, choice: Choice::For },
        ExecuteMsg::Queue { proposal },
        ExecuteMsg::Execute { proposal },
        ExecuteMsg::Cancel { proposal },
    ] {
        refused(mars.tell_governance(Trader, &msg), RefusalCode::NotFound, 1, "an entry that exists");
    }
    refused(mars.veto(Guardian, 1), RefusalCode::NotFound, 1, "an entry that exists");
}
