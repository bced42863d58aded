//! Who may send what, and that nothing takes coins.

use mars_testing::Role::{Anyone, Guardian, Owner};
use mars_testing::{assert_coins_come_with, assert_senders_of_owned, Contract};

#[test]
fn every_message_by_every_role() {
    assert_senders_of_owned(
        Contract::Collector,
        &[
            (&[Anyone], &["convert", "distribute"]),
            (&[Owner, Guardian], &["pause"]),
            (&[Owner], &["set_route", "update_params", "withdraw"]),
        ],
    );
}

#[test]
fn no_message_takes_coins() {
    assert_coins_come_with(Contract::Collector, &[]);
}
