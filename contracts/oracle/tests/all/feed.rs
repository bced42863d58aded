use cosmwasm_std::Decimal;
use mars_types::oracle::{ExecuteMsg, FeederRules, Report, MAX_ASSETS};
use mars_types::{events, Asset, AssetUnchecked, RefusalCode as Code};

use super::setup::{assert_event, assert_refused, fixed, price, report, uatom, uusdc, Oracle, START};

fn feed(reports: Vec<Report>) -> ExecuteMsg {
    ExecuteMsg::Feed { reports }
}

#[test]
fn three_reports_make_a_price() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.report(0, "1.001").unwrap();
    oracle.report(1, "0.999").unwrap();
    oracle.assert_no_price(Code::NoPrice, 2, 3);
    oracle.report(2, "1.0005").unwrap();
    oracle.assert_band("0.999", "1.0005", "1.001");
    oracle.assert_invariants();
}

#[test]
fn of_four_reports_the_median_is_the_mean_of_the_middle_two() {
    let mut oracle = Oracle::with_feeders(4);
    oracle.report_all(&["1.003", "0.999", "1.001", "1.000"]);
    oracle.assert_band("0.999", "1.0005", "1.003");
}

#[test]
fn the_age_of_a_price_is_that_of_its_oldest_report() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.report_seen(0, "1", START - 7).unwrap();
    oracle.report_seen(1, "1", START - 3).unwrap();
    oracle.report_seen(2, "1", START).unwrap();
    assert_eq!(oracle.price().price.unwrap().age, 7);
    oracle.wait(5);
    assert_eq!(oracle.price().price.unwrap().age, 12);
    oracle.report(0, "1").unwrap();
    assert_eq!(oracle.price().price.unwrap().age, 8);
}

#[test]
fn every_report_is_announced_with_the_median_it_made() {
    let mut oracle = Oracle::with_feeders(3);
    let event = |oracle: &Oracle, feeder: usize, text: &str, median: &str| events::Feed {
        feeder: oracle.feeders[feeder].clone(),
        asset: Asset::Native("uusdc".into()),
        price: price(text),
        time: START,
        median: median.into(),
    };
    for (feeder, text, median) in [(0, "1.001", "none"), (1, "0.999", "none"), (2, "1.0005", "1.0005")] {
        let response = oracle.report(feeder, text).unwrap();
        assert_event(&response, &oracle.address, event(&oracle, feeder, text, median));
    }
    assert_eq!(oracle.last_median(), Some((price("1.0005"), START)));
}

#[test]
fn one_message_feeds_many_assets() {
    let mut oracle = Oracle::with_feeders(3);
    let source = oracle.source(4, FeederRules::default());
    oracle.owner_does(ExecuteMsg::SetSource { asset: uatom(), source }).unwrap();
    for feeder in 0..3 {
        let reports = vec![report(uatom(), "4.2", START), report(uusdc(), "1", START)];
        let response = oracle.execute(&oracle.feeders[feeder].clone(), feed(reports)).unwrap();
        let announced = response.events.iter().filter(|event| event.ty == "wasm-mars_feed").count();
        assert_eq!(announced, 2);
    }
    oracle.assert_band("1", "1", "1");
    let atom: mars_types::oracle::PriceResponse =
        oracle.query(mars_types::oracle::QueryMsg::Price { asset: uatom() });
    assert_eq!(atom.price.unwrap().median, price("4.2"));
}

#[test]
fn only_a_feeder_of_the_asset_reports_it() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.owner_does(ExecuteMsg::SetSource { asset: uatom(), source: fixed("4") }).unwrap();
    let feeder = oracle.feeders[0].clone();
    let outsiders = [oracle.owner.clone(), oracle.guardian.clone(), oracle.feeders[3].clone()];
    for sender in outsiders {
        let outcome = oracle.execute(&sender, feed(vec![report(uusdc(), "1", START)]));
        assert_refused(outcome, Code::Unauthorized, &sender, "feeder of native:uusdc");
    }
    // Nobody feeds an asset whose price is fixed.
    let outcome = oracle.execute(&feeder, feed(vec![report(uatom(), "1", START)]));
    assert_refused(outcome, Code::Unauthorized, &feeder, "feeder of native:uatom");
    assert!(oracle.feeds().feeds.is_empty());
}

#[test]
fn one_refused_report_undoes_the_whole_message() {
    let mut oracle = Oracle::with_feeders(3);
    let feeder = oracle.feeders[0].clone();
    let reports = vec![report(uusdc(), "1", START), report(uatom(), "4", START)];
    let outcome = oracle.execute(&feeder, feed(reports));
    assert_refused(outcome, Code::NotListed, "native:uatom", "an asset with a source");
    assert!(oracle.feeds().feeds.is_empty());
}

#[test]
fn an_asset_stands_once_in_a_message() {
    let mut oracle = Oracle::with_feeders(3);
    let feeder = oracle.feeders[0].clone();
    let reports = vec![report(uusdc(), "1", START - 1), report(uusdc(), "1", START)];
    assert_refused(oracle.execute(&feeder, feed(reports)), Code::Duplicate, "native:uusdc", "once");
}

#[test]
fn a_message_has_one_report_at_least_and_forty_at_most() {
    let mut oracle = Oracle::with_feeders(3);
    let feeder = oracle.feeders[0].clone();
    assert_refused(oracle.execute(&feeder, feed(vec![])), Code::InvalidInput, 0, "at least 1");
    let denoms = (0..=MAX_ASSETS).map(|number| AssetUnchecked::native(format!("u{number:03}")));
    let reports = denoms.map(|asset| report(asset, "1", START)).collect();
    assert_refused(oracle.execute(&feeder, feed(reports)), Code::TooMany, 41, 40);
}

#[test]
fn an_asset_in_another_spelling_is_refused() {
    let mut oracle = Oracle::with_feeders(3);
    let feeder = oracle.feeders[0].clone();
    for asset in [
        AssetUnchecked::native("u"),
        AssetUnchecked::native("ibc/abc"),
        AssetUnchecked::cw20(oracle.usdm.to_string().to_uppercase()),
    ] {
        let refused = oracle.execute(&feeder, feed(vec![report(asset, "1", START)])).unwrap_err();
        assert!(refused.to_string().starts_with("invalid_input: "), "{refused}");
    }
}

#[test]
fn the_time_of_a_report_runs_forward_and_not_ahead() {
    let mut oracle = Oracle::with_feeders(3);
    let late = oracle.report_seen(0, "1", START + 1);
    assert_refused(late, Code::ReportTime, START + 1, format!("0 to {START}"));
    oracle.report_seen(0, "1", START - 5).unwrap();
    for time in [START - 5, START - 6, 0, START + 1, u64::MAX] {
        let outcome = oracle.report_seen(0, "1", time);
        assert_refused(outcome, Code::ReportTime, time, format!("{} to {START}", START - 4));
    }
    oracle.report_seen(0, "1.01", START - 4).unwrap();
    // Each feeder has a clock of its own.
    oracle.report_seen(1, "1", START - 100).unwrap();
    let times: Vec<u64> = oracle.feeds().feeds.iter().map(|entry| entry.time).collect();
    assert_eq!(times, [START - 4, START - 100]);
}

#[test]
fn a_price_below_a_millionth_of_a_millionth_is_none() {
    let mut oracle = Oracle::with_feeders(3);
    for text in ["0", "0.000000000000999999"] {
        let outcome = oracle.report(0, text);
        assert_refused(outcome, Code::InvalidPrice, text, "at least 0.000000000001");
    }
    for feeder in 0..3 {
        oracle.report(feeder, "0.000000000001").unwrap();
    }
    oracle.assert_band("0.000000000001", "0.000000000001", "0.000000000001");
}

#[test]
fn the_largest_price_is_a_price() {
    let mut oracle = Oracle::with_feeders(3);
    let most = Decimal::MAX.to_string();
    oracle.report_all(&[&most, &most, &most]);
    oracle.assert_band(&most, &most, &most);
    oracle.wait(1);
    oracle.report(0, "1").unwrap();
    oracle.assert_no_price(Code::NoPrice, 2, 3);
}

#[test]
fn a_paused_asset_is_recorded_and_has_its_price_when_it_is_lifted() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.owner_does(ExecuteMsg::Pause { asset: uusdc() }).unwrap();
    oracle.report_all(&["1", "1", "1"]);
    oracle.assert_no_price(Code::Paused, "native:uusdc", "owner");
    oracle.owner_does(ExecuteMsg::Unpause { asset: uusdc() }).unwrap();
    oracle.assert_band("1", "1", "1");
}
