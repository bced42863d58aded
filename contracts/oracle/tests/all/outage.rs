//! Feeders fall silent, or the market jumps: how the price comes back (R57).

use mars_types::oracle::ExecuteMsg;
use mars_types::RefusalCode as Code;

use super::setup::{price, uusdc, Oracle, START};

#[test]
fn after_an_outage_the_first_median_is_unbounded_and_the_next_is_not() {
    let mut oracle = Oracle::with_feeders(4);
    oracle.report_all(&["1", "1", "1", "1"]);
    oracle.wait(600);
    oracle.report_all(&["0.7", "0.702", "0.704"]);
    assert_eq!(oracle.last_median(), Some((price("0.702"), START + 600)));
    oracle.assert_band("0.7", "0.702", "0.704");
    oracle.report(3, "0.75").unwrap();
    oracle.assert_band("0.7", "0.702", "0.704");
}

#[test]
fn a_jump_of_the_market_closes_the_price_for_ten_minutes_and_no_longer() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.report_all(&["1", "1", "1"]);
    oracle.wait(59);
    for _ in 0..9 {
        oracle.wait(60);
        oracle.report_all(&["0.9", "0.9", "0.9"]);
        oracle.assert_no_price(Code::NoPrice, 0, 3);
    }
    oracle.wait(1);
    // The reports of a second ago count again the moment the old median is forgotten.
    oracle.assert_band("0.9", "0.9", "0.9");
    oracle.report(0, "0.9").unwrap();
    assert_eq!(oracle.last_median(), Some((price("0.9"), START + 600)));
}

#[test]
fn feeders_that_disagree_after_an_outage_give_no_price_until_they_agree() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.report_all(&["1", "1.1", "1.05"]);
    // Their median was accepted, but only one of them is near it.
    assert_eq!(oracle.last_median(), Some((price("1.05"), START)));
    oracle.assert_no_price(Code::NoPrice, 1, 3);
    oracle.wait(5);
    oracle.report(0, "1.045").unwrap();
    oracle.report(1, "1.055").unwrap();
    oracle.assert_band("1.045", "1.05", "1.055");
}

#[test]
fn the_guardian_holds_a_price_back_while_the_feeders_come_back() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.report_all(&["1", "1", "1"]);
    oracle.wait(700);
    oracle.guardian_does(ExecuteMsg::Pause { asset: uusdc() }).unwrap();
    oracle.report_all(&["0.2", "0.2", "0.2"]);
    oracle.assert_no_price(Code::Paused, "native:uusdc", START + 700 + 72 * 3_600);
    oracle.owner_does(ExecuteMsg::Unpause { asset: uusdc() }).unwrap();
    oracle.assert_band("0.2", "0.2", "0.2");
}
