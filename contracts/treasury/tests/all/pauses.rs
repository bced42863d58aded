//! Each switch stops one thing, for as long as its rule says.

use mars_testing::Actor::{Guardian, Keeper, Minter, Owner, Trader};
use mars_testing::Token::{Busd, Gold, Usdc};
use mars_testing::{attribute, event, refused, Mars};
use mars_types::treasury::{ExecuteMsg, SwitchUnchecked};
use mars_types::{Refusal, RefusalCode};

use super::{ONE, THOUSAND};

const DAY: u64 = 86_400;
const HOUR: u64 = 3_600;

fn running() -> Mars {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    mars
}

fn busd(mars: &Mars) -> SwitchUnchecked {
    SwitchUnchecked::Asset(mars.unchecked(Busd))
}

fn by(
    mars: &mut Mars,
    who: mars_testing::Actor,
    act: fn(SwitchUnchecked) -> ExecuteMsg,
    switch: &SwitchUnchecked,
) -> Result<cw_multi_test::AppResponse, Refusal> {
    mars.tell_treasury(who, &act(switch.clone()))
}

fn pause(switch: SwitchUnchecked) -> ExecuteMsg {
    ExecuteMsg::Pause { switch }
}

fn confirm(switch: SwitchUnchecked) -> ExecuteMsg {
    ExecuteMsg::ConfirmPause { switch }
}

fn unpause(switch: SwitchUnchecked) -> ExecuteMsg {
    ExecuteMsg::Unpause { switch }
}

#[test]
fn a_switch_stops_one_thing() {
    let mut mars = running();
    let start = mars.snapshot();
    // Switch; then whether minting with USDC, BUSD and gold, and redeeming, still work.
    let matrix = [
        (SwitchUnchecked::Mint, [false, false, false, true]),
        (SwitchUnchecked::Redeem, [true, true, true, false]),
        // Nobody waits, so it stops nobody.
        (SwitchUnchecked::Settle, [true, true, true, true]),
        (busd(&mars), [true, false, true, true]),
        (SwitchUnchecked::Asset(mars.unchecked(Gold)), [true, true, false, true]),
    ];
    for (switch, works) in matrix {
        mars.restore(&start);
        by(&mut mars, Guardian, pause, &switch).unwrap();
        let paused = mars.pauses().pauses.into_iter().filter(|entry| entry.paused).count();
        assert_eq!(paused, 1, "{switch:?}");
        let results = [
            mars.mint(Minter, Usdc, ONE).map(|_| ()),
            mars.mint(Minter, Busd, ONE).map(|_| ()),
            mars.mint(Minter, Gold, ONE * ONE * ONE).map(|_| ()),
            mars.redeem(Minter, ONE).map(|_| ()),
        ];
        for (result, works) in results.into_iter().zip(works) {
            match result {
                Ok(()) => assert!(works, "{switch:?}"),
                Err(refusal) => {
                    assert_eq!(refusal.code, RefusalCode::Paused, "{switch:?}: {refusal}");
                    assert!(!works, "{switch:?}: {refusal}");
                }
            }
        }
        // These have no switch.
        mars.fund_reserve(Trader, ONE).unwrap();
        mars.next_epoch();
        mars.poke(Keeper).unwrap();
        let usdm = mars.usdm.clone();
        let burn = cw20::Cw20ExecuteMsg::Burn { amount: 1u128.into() };
        mars.transact(Minter, vec![mars_testing::message(&usdm, &burn, vec![])]).unwrap();
        mars.assert_invariants();
    }
}

#[test]
fn everything_stopped_at_once() {
    let mut mars = running();
    for switch in [SwitchUnchecked::Mint, SwitchUnchecked::Redeem, busd(&mars)] {
        by(&mut mars, Owner, pause, &switch).unwrap();
    }
    refused(mars.mint(Minter, Busd, ONE), RefusalCode::Paused, "mint", "owner");
    refused(mars.redeem(Minter, ONE), RefusalCode::Paused, "redeem", "owner");
    by(&mut mars, Owner, unpause, &SwitchUnchecked::Mint).unwrap();
    refused(mars.mint(Minter, Busd, ONE), RefusalCode::Paused, "native:ubusd", "owner");
    mars.mint(Minter, Usdc, ONE).unwrap();
}

#[test]
fn a_guardians_pause_of_minting_lapses_after_14_days() {
    let mut mars = running();
    for switch in [SwitchUnchecked::Mint, busd(&mars)] {
        let start = mars.snapshot();
        let until = mars.now() + 14 * DAY;
        let response = by(&mut mars, Guardian, pause, &switch).unwrap();
        assert_eq!(attribute(event(&response, "mars_pause"), "until"), until.to_string());
        mars.advance_fresh(14 * DAY - 1);
        assert_eq!(mars.mint(Minter, Busd, ONE).unwrap_err().code, RefusalCode::Paused);
        mars.advance_fresh(1);
        mars.mint(Minter, Busd, ONE).unwrap();
        // It may be repeated at once.
        by(&mut mars, Guardian, pause, &switch).unwrap();
        mars.restore(&start);
    }
}

#[test]
fn a_guardians_pause_of_redemption_lapses_after_72_hours_and_rests_for_7_days() {
    let mut mars = running();
    let redeem = SwitchUnchecked::Redeem;
    let until = mars.now() + 72 * HOUR;
    by(&mut mars, Guardian, pause, &redeem).unwrap();
    refused(mars.redeem(Minter, ONE), RefusalCode::Paused, "redeem", until);
    mars.advance_fresh(72 * HOUR - 1);
    refused(mars.redeem(Minter, ONE), RefusalCode::Paused, "redeem", until);
    mars.advance_fresh(1);
    mars.redeem(Minter, ONE).unwrap();
    let rests_until = until + 7 * DAY;
    refused(by(&mut mars, Guardian, pause, &redeem), RefusalCode::PauseResting, mars.now(), rests_until);
    mars.advance_fresh(7 * DAY - 1);
    refused(by(&mut mars, Guardian, pause, &redeem), RefusalCode::PauseResting, rests_until - 1, rests_until);
    mars.advance_fresh(1);
    by(&mut mars, Guardian, pause, &redeem).unwrap();
}

#[test]
fn lifting_a_redemption_pause_early_does_not_open_the_way_for_the_next() {
    let mut mars = running();
    let redeem = SwitchUnchecked::Redeem;
    let rests_until = mars.now() + 72 * HOUR + 7 * DAY;
    by(&mut mars, Guardian, pause, &redeem).unwrap();
    by(&mut mars, Owner, unpause, &redeem).unwrap();
    refused(by(&mut mars, Guardian, pause, &redeem), RefusalCode::PauseResting, mars.now(), rests_until);
    mars.redeem(Minter, ONE).unwrap();
    mars.advance_fresh(72 * HOUR + 7 * DAY);
    by(&mut mars, Guardian, pause, &redeem).unwrap();
}

#[test]
fn a_false_alarm_on_minting_does_not_disarm_the_guardian() {
    let mut mars = running();
    for switch in [SwitchUnchecked::Mint, busd(&mars)] {
        by(&mut mars, Guardian, pause, &switch).unwrap();
        by(&mut mars, Owner, unpause, &switch).unwrap();
        mars.mint(Minter, Busd, ONE).unwrap();
        by(&mut mars, Guardian, pause, &switch).unwrap();
        assert_eq!(mars.mint(Minter, Busd, ONE).unwrap_err().code, RefusalCode::Paused);
        by(&mut mars, Owner, unpause, &switch).unwrap();
    }
}

#[test]
fn a_pause_is_neither_shortened_nor_prolonged_by_the_guardian() {
    let mut mars = running();
    by(&mut mars, Guardian, pause, &SwitchUnchecked::Mint).unwrap();
    let until = mars.now() + 14 * DAY;
    mars.advance(DAY);
    refused(
        by(&mut mars, Guardian, pause, &SwitchUnchecked::Mint),
        RefusalCode::AlreadyPaused,
        "mint",
        until,
    );
    // Nor may it turn the owner's pause into one that lapses.
    by(&mut mars, Owner, pause, &SwitchUnchecked::Redeem).unwrap();
    refused(
        by(&mut mars, Guardian, pause, &SwitchUnchecked::Redeem),
        RefusalCode::AlreadyPaused,
        "redeem",
        "owner",
    );
}

#[test]
fn a_confirmed_pause_lasts_until_the_owner_lifts_it() {
    let mut mars = running();
    by(&mut mars, Guardian, pause, &SwitchUnchecked::Mint).unwrap();
    by(&mut mars, Owner, confirm, &SwitchUnchecked::Mint).unwrap();
    mars.advance_fresh(400 * DAY);
    refused(mars.mint(Minter, Usdc, ONE), RefusalCode::Paused, "mint", "owner");
    by(&mut mars, Owner, unpause, &SwitchUnchecked::Mint).unwrap();
    mars.mint(Minter, Usdc, ONE).unwrap();
}

#[test]
fn only_a_pause_that_holds_is_confirmed_or_lifted() {
    let mut mars = running();
    let expect = "a pause that holds";
    refused(by(&mut mars, Owner, confirm, &SwitchUnchecked::Mint), RefusalCode::NotFound, "mint", expect);
    refused(by(&mut mars, Owner, unpause, &SwitchUnchecked::Redeem), RefusalCode::NotFound, "redeem", expect);
    by(&mut mars, Guardian, pause, &SwitchUnchecked::Mint).unwrap();
    mars.advance(14 * DAY);
    refused(by(&mut mars, Owner, confirm, &SwitchUnchecked::Mint), RefusalCode::NotFound, "mint", expect);
}

#[test]
fn only_what_is_registered_has_a_switch() {
    let mut mars = running();
    let unknown = SwitchUnchecked::Asset(mars_types::AssetUnchecked::native("umars"));
    for act in [pause, confirm, unpause] {
        refused(
            by(&mut mars, Owner, act, &unknown),
            RefusalCode::NotFound,
            "native:umars",
            "an entry that exists",
        );
    }
}

#[test]
fn the_pauses_query_lists_every_switch() {
    let mut mars = running();
    let switch = busd(&mars);
    by(&mut mars, Owner, pause, &switch).unwrap();
    let pauses = mars.pauses().pauses;
    assert_eq!(pauses.len(), 4 + mars.assets().len());
    let names: Vec<String> = pauses.iter().map(|entry| entry.switch.to_string()).collect();
    assert_eq!(names[..5], ["mint", "redeem", "settle", "allocate", "native:uusdc"]);
    for entry in pauses {
        assert_eq!(entry.paused, entry.switch.to_string() == "native:ubusd");
    }
}
