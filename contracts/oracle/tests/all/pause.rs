use mars_types::oracle::ExecuteMsg;
use mars_types::{events, RefusalCode as Code};

use super::setup::{assert_event, assert_refused, fixed, uatom, uusdc, Oracle, START, SUNSET};

/// How long a pause by the guardian lasts, and how long it then rests.
const LAPSE: u64 = 72 * 3_600;
const REST: u64 = 7 * 86_400;

fn with_fixed() -> Oracle {
    let mut oracle = Oracle::empty();
    oracle.owner_does(ExecuteMsg::SetSource { asset: uusdc(), source: fixed("1") }).unwrap();
    oracle
}

fn pause() -> ExecuteMsg {
    ExecuteMsg::Pause { asset: uusdc() }
}

fn confirm() -> ExecuteMsg {
    ExecuteMsg::ConfirmPause { asset: uusdc() }
}

fn unpause() -> ExecuteMsg {
    ExecuteMsg::Unpause { asset: uusdc() }
}

#[test]
fn a_pause_by_the_owner_lasts_until_it_is_lifted() {
    let mut oracle = with_fixed();
    let response = oracle.owner_does(pause()).unwrap();
    let (sender, switch) = (oracle.owner.clone(), "native:uusdc".to_string());
    let event = events::Paused { sender: sender.clone(), switch: switch.clone(), until: "owner".into() };
    assert_event(&response, &oracle.address, event);
    oracle.wait(10 * LAPSE);
    oracle.assert_no_price(Code::Paused, "native:uusdc", "owner");
    let response = oracle.owner_does(unpause()).unwrap();
    assert_event(&response, &oracle.address, events::Unpaused { sender, switch });
    oracle.assert_band("1", "1", "1");
}

#[test]
fn a_pause_by_the_guardian_lapses_after_72_hours_and_rests_for_7_days() {
    let mut oracle = with_fixed();
    let response = oracle.guardian_does(pause()).unwrap();
    let event = events::Paused {
        sender: oracle.guardian.clone(),
        switch: "native:uusdc".into(),
        until: (START + LAPSE).to_string(),
    };
    assert_event(&response, &oracle.address, event);
    oracle.wait(LAPSE - 1);
    oracle.assert_no_price(Code::Paused, "native:uusdc", START + LAPSE);
    oracle.wait(1);
    oracle.assert_band("1", "1", "1");
    let rests_until = START + LAPSE + REST;
    assert_refused(oracle.guardian_does(pause()), Code::PauseResting, START + LAPSE, rests_until);
    oracle.wait(REST - 1);
    assert_refused(oracle.guardian_does(pause()), Code::PauseResting, rests_until - 1, rests_until);
    oracle.wait(1);
    oracle.guardian_does(pause()).unwrap();
    oracle.assert_no_price(Code::Paused, "native:uusdc", rests_until + LAPSE);
}

#[test]
fn a_confirmed_pause_does_not_lapse() {
    let mut oracle = with_fixed();
    oracle.guardian_does(pause()).unwrap();
    oracle.wait(LAPSE - 1);
    oracle.owner_does(confirm()).unwrap();
    oracle.wait(LAPSE);
    oracle.assert_no_price(Code::Paused, "native:uusdc", "owner");
}

#[test]
fn what_is_not_paused_or_not_any_more_can_be_neither_confirmed_nor_lifted() {
    let mut oracle = with_fixed();
    for wait in [0, LAPSE + REST] {
        oracle.wait(wait);
        for msg in [confirm(), unpause()] {
            assert_refused(oracle.owner_does(msg), Code::NotFound, "native:uusdc", "a pause that holds");
        }
        oracle.assert_band("1", "1", "1");
        oracle.guardian_does(pause()).unwrap();
    }
}

#[test]
fn the_guardian_neither_shortens_nor_prolongs_a_pause() {
    let mut oracle = with_fixed();
    oracle.guardian_does(pause()).unwrap();
    let until = START + LAPSE;
    assert_refused(oracle.guardian_does(pause()), Code::AlreadyPaused, "native:uusdc", until);
    oracle.owner_does(confirm()).unwrap();
    assert_refused(oracle.guardian_does(pause()), Code::AlreadyPaused, "native:uusdc", "owner");
}

#[test]
fn a_pause_that_the_owner_lifts_early_rests_the_guardian_and_not_the_owner() {
    let mut oracle = with_fixed();
    oracle.guardian_does(pause()).unwrap();
    oracle.wait(60);
    oracle.owner_does(unpause()).unwrap();
    let rests_until = START + LAPSE + REST;
    assert_refused(oracle.guardian_does(pause()), Code::PauseResting, START + 60, rests_until);
    oracle.assert_band("1", "1", "1");
    oracle.owner_does(pause()).unwrap();
    oracle.assert_no_price(Code::Paused, "native:uusdc", "owner");
}

#[test]
fn the_guardian_ends_at_its_sunset_and_its_pause_does_not() {
    let mut oracle = with_fixed();
    oracle.wait(SUNSET - START - 1);
    oracle.guardian_does(pause()).unwrap();
    oracle.wait(1);
    oracle.assert_no_price(Code::Paused, "native:uusdc", SUNSET - 1 + LAPSE);
    oracle.owner_does(ExecuteMsg::SetSource { asset: uatom(), source: fixed("4") }).unwrap();
    let outcome = oracle.guardian_does(ExecuteMsg::Pause { asset: uatom() });
    let guardian = oracle.guardian.clone();
    assert_refused(outcome, Code::Unauthorized, guardian, "owner or guardian");
}

#[test]
fn a_pause_holds_one_asset_and_no_other() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.owner_does(ExecuteMsg::SetSource { asset: uatom(), source: fixed("4") }).unwrap();
    oracle.report_all(&["1", "1", "1"]);
    oracle.guardian_does(ExecuteMsg::Pause { asset: uatom() }).unwrap();
    oracle.assert_band("1", "1", "1");
}

#[test]
fn an_asset_without_a_source_has_no_switch() {
    let mut oracle = with_fixed();
    for msg in [
        ExecuteMsg::Pause { asset: uatom() },
        ExecuteMsg::ConfirmPause { asset: uatom() },
        ExecuteMsg::Unpause { asset: uatom() },
    ] {
        assert_refused(oracle.owner_does(msg), Code::NotListed, "native:uatom", "an asset with a source");
    }
}

#[test]
fn taking_the_source_away_is_no_way_to_lift_a_pause() {
    let mut oracle = with_fixed();
    oracle.owner_does(pause()).unwrap();
    oracle.owner_does(ExecuteMsg::RemoveSource { asset: uusdc() }).unwrap();
    oracle.assert_no_price(Code::NotListed, "native:uusdc", "an asset with a source");
    oracle.owner_does(ExecuteMsg::SetSource { asset: uusdc(), source: fixed("1") }).unwrap();
    oracle.assert_no_price(Code::Paused, "native:uusdc", "owner");
    oracle.owner_does(unpause()).unwrap();
    oracle.assert_band("1", "1", "1");
}
