//! One hostile feeder tries to walk the price away, a little within the bound at every report.

use cosmwasm_std::Decimal;
use mars_types::RefusalCode as Code;

use super::setup::{price, Oracle};

/// As far from the last median as still counts.
fn edge(oracle: &Oracle, upward: bool) -> String {
    let median = oracle.last_median().map_or(Decimal::one(), |(median, _)| median);
    let factor = if upward { price("1.02") } else { price("0.98") };
    (median * factor).to_string()
}

fn attack(feeders: usize, upward: bool) {
    let honest = ["0.999", "1", "1.001"];
    let hostile = feeders - 1;
    let mut oracle = Oracle::with_feeders(feeders);
    oracle.report_all(&honest[..hostile]);
    oracle.report(hostile, "1").unwrap();
    let (least, most) = (price(honest[0]), price(honest[hostile - 1]));
    for round in 0..60 {
        oracle.wait(10);
        // Before, between and after the honest reports.
        let text = edge(&oracle, upward);
        oracle.report(hostile, &text).unwrap();
        for (feeder, text) in honest[..hostile].iter().enumerate() {
            oracle.report(feeder, text).unwrap();
        }
        let (median, _) = oracle.last_median().unwrap();
        assert!(least <= median && median <= most, "round {round}: median {median}");
        // What the attacker achieves is a wider band, and by the bound at most.
        let (low, median, high) = oracle.band().unwrap();
        assert!(least <= median && median <= most, "round {round}: median {median}");
        assert!(price("0.979") <= low && high <= price("1.0211"), "round {round}: {low} to {high}");
    }
}

#[test]
fn one_of_three_never_moves_the_median_out_of_the_honest_range() {
    attack(3, true);
    attack(3, false);
}

#[test]
fn one_of_four_never_moves_the_median_out_of_the_honest_range() {
    attack(4, true);
    attack(4, false);
}

#[test]
fn a_lie_beyond_the_bound_withholds_the_price_of_three_but_not_of_four() {
    let mut three = Oracle::with_feeders(3);
    three.report_all(&["1", "1", "1"]);
    three.wait(10);
    three.report_all(&["1", "1", "5"]);
    three.assert_no_price(Code::NoPrice, 2, 3);

    let mut four = Oracle::with_feeders(4);
    four.report_all(&["1", "1", "1", "1"]);
    four.wait(10);
    four.report_all(&["1", "1", "1", "5"]);
    four.assert_band("1", "1", "1");
}

#[test]
fn after_an_outage_one_liar_of_three_still_does_not_own_the_median() {
    for lie in ["0.000000000001", "1000000"] {
        // Whatever the order in which they come back.
        for order in [[0, 1, 2], [0, 2, 1], [2, 0, 1]] {
            let mut oracle = Oracle::with_feeders(3);
            for feeder in order {
                oracle.report(feeder, ["0.999", "1.001", lie][feeder]).unwrap();
            }
            let (median, _) = oracle.last_median().unwrap();
            assert!(price("0.999") <= median && median <= price("1.001"), "{median}");
            oracle.assert_no_price(Code::NoPrice, 2, 3);
        }
    }
}

#[test]
fn when_a_jump_outlives_the_median_a_lie_does_not_stretch_the_band() {
    for lie in ["0.000000000001", "1000000"] {
        for honest in [2, 3] {
            let mut oracle = Oracle::with_feeders(honest + 1);
            for feeder in 0..=honest {
                oracle.report(feeder, "1").unwrap();
            }
            // All are too far from the median in force: none is accepted until it is forgotten.
            oracle.wait(599);
            for feeder in 0..honest {
                oracle.report(feeder, "0.9").unwrap();
            }
            oracle.report(honest, lie).unwrap();
            oracle.assert_no_price(Code::NoPrice, 0, 3);
            oracle.wait(1);
            match honest {
                2 => oracle.assert_no_price(Code::NoPrice, 2, 3),
                _ => oracle.assert_band("0.9", "0.9", "0.9"),
            }
            assert_eq!(oracle.feeds().feeds.iter().filter(|feed| feed.fresh).count(), honest);
        }
    }
}
