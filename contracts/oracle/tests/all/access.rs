//! Who may send what, and that nothing takes coins.

use mars_testing::Role::{Feeder, Guardian, Owner};
use mars_testing::{assert_coins_come_with, assert_senders_of_owned, Contract};

#[test]
fn every_message_by_every_role() {
    assert_senders_of_owned(
        Contract::Oracle,
        &[
            (&[Feeder], &["feed"]),
            (&[Owner, Guardian], &["pause"]),
            (&[Owner], &["set_source", "remove_source"]),
        ],
    );
}

#[test]
fn no_message_takes_coins() {
    assert_coins_come_with(Contract::Oracle, &[]);
}
