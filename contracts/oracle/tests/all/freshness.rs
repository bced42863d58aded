//! Every edge at which a report begins or ceases to count.

use mars_types::oracle::{ExecuteMsg, FeederRules};
use mars_types::{Bps, RefusalCode as Code};

use super::setup::{price, uusdc, Oracle, START};

#[test]
fn a_report_counts_for_120_seconds_and_not_one_more() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.report_all(&["1", "1", "1"]);
    oracle.wait(120);
    assert_eq!(oracle.price().price.unwrap().age, 120);
    oracle.wait(1);
    oracle.assert_no_price(Code::NoPrice, 0, 3);
    assert!(oracle.feeds().feeds.iter().all(|entry| !entry.fresh));
}

#[test]
fn a_report_counts_up_to_two_percent_from_the_last_median_and_not_one_atomic_more() {
    // A median of 1 is in force; the fourth feeder then moves to the edge.
    for (text, fresh) in [("1.02", 4), ("1.020000000000000001", 3), ("0.98", 4), ("0.979999999999999999", 3)]
    {
        let mut oracle = Oracle::with_feeders(4);
        oracle.report_all(&["1", "1", "1"]);
        oracle.report(3, text).unwrap();
        let counted = oracle.feeds().feeds.iter().filter(|entry| entry.fresh).count();
        assert_eq!(counted, fresh, "{text}");
        let expected = if fresh == 4 { price(text) } else { price("1") };
        let (low, _, high) = oracle.band().unwrap();
        assert!(low == expected || high == expected, "{text}: {low} to {high}");
    }
}

#[test]
fn a_median_bounds_while_it_is_under_600_seconds_old() {
    for (wait, fresh) in [(599, 0), (600, 3)] {
        let mut oracle = Oracle::with_feeders(3);
        oracle.report_all(&["1", "1", "1"]);
        oracle.wait(wait);
        oracle.report_all(&["2", "2", "2"]);
        match fresh {
            3 => {
                oracle.assert_band("2", "2", "2");
                assert_eq!(oracle.last_median(), Some((price("2"), START + wait)));
            }
            _ => {
                oracle.assert_no_price(Code::NoPrice, fresh, 3);
                assert_eq!(oracle.last_median(), Some((price("1"), START)));
            }
        }
    }
}

#[test]
fn a_median_is_accepted_only_out_of_enough_fresh_reports() {
    let mut oracle = Oracle::with_feeders(4);
    oracle.report_all(&["1", "1", "1"]);
    oracle.wait(100);
    oracle.report(0, "1.01").unwrap();
    assert_eq!(oracle.last_median(), Some((price("1"), START + 100)));
    oracle.wait(21);
    // Only feeders 0 and 3 are fresh now: nothing is accepted.
    oracle.report(3, "1.01").unwrap();
    assert_eq!(oracle.last_median(), Some((price("1"), START + 100)));
    oracle.assert_no_price(Code::NoPrice, 2, 3);
    oracle.report(1, "1.015").unwrap();
    assert_eq!(oracle.last_median(), Some((price("1.01"), START + 121)));
}

#[test]
fn a_median_never_vouches_for_the_report_that_made_it() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.report_all(&["1", "1", "1"]);
    oracle.wait(121);
    // 1.03 is within 2 % of the median 1.02 that it would make, but not of the one in force.
    oracle.report_all(&["1.02", "1.02", "1.03"]);
    assert_eq!(oracle.last_median(), Some((price("1"), START)));
    oracle.assert_no_price(Code::NoPrice, 2, 3);
    oracle.report_seen(2, "1.02", START + 122).unwrap_err();
    oracle.wait(1);
    oracle.report(2, "1.02").unwrap();
    assert_eq!(oracle.last_median(), Some((price("1.02"), START + 122)));
}

#[test]
fn prices_may_walk_a_bound_at_a_time() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.report_all(&["1", "1", "1"]);
    for text in ["1.02", "1.04", "1.06"] {
        oracle.wait(10);
        oracle.report_all(&[text, text, text]);
        oracle.assert_band(text, text, text);
    }
}

#[test]
fn each_source_has_rules_of_its_own() {
    let mut oracle = Oracle::empty();
    let rules = FeederRules { max_age: 30, deviation: Bps(1_000), memory: 60, min_fresh: 5 };
    let source = oracle.source(6, rules);
    oracle.owner_does(ExecuteMsg::SetSource { asset: uusdc(), source }).unwrap();
    oracle.report_all(&["1", "1", "1", "1"]);
    oracle.assert_no_price(Code::NoPrice, 4, 5);
    oracle.report(4, "1").unwrap();
    oracle.report(5, "1.1").unwrap();
    oracle.assert_band("1", "1", "1.1");
    oracle.wait(31);
    oracle.assert_no_price(Code::NoPrice, 0, 5);
}
