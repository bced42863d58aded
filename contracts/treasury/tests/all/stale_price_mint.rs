//! Attack: mint with an asset whose price is old, thin or lied about.

use cosmwasm_std::Decimal;
use cw_multi_test::Executor;
use mars_testing::Actor::{Attacker, Feeder, Minter, Owner};
use mars_testing::Token::{Btc, Eth, Usdc, Xms};
use mars_testing::{decimal, Contract, Mars, Token};
use mars_types::oracle::{ExecuteMsg, Report};
use mars_types::treasury::InstantiateMsg;
use mars_types::RefusalCode;

use super::{ONE, THOUSAND};

fn report(mars: &mut Mars, feeder: usize, token: Token, price: &str) {
    let report = Report { asset: mars.unchecked(token), price: decimal(price), time: mars.now() };
    mars.tell_oracle(Feeder(feeder), &ExecuteMsg::Feed { reports: vec![report] }).unwrap();
}

fn open() -> Mars {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    mars
}

#[test]
fn a_price_lasts_two_minutes() {
    let mut mars = open();
    mars.silence(Btc);
    mars.advance_fresh(120);
    mars.mint(Attacker, Btc, 1_000).unwrap();
    mars.advance_fresh(1);
    let refusal = mars.mint(Attacker, Btc, 1_000).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NoPrice);
    assert!(refusal.message.contains("native:sats"), "{refusal}");
    // The class of the silent one is closed, the rest is open.
    mars.mint(Attacker, Usdc, ONE).unwrap();
    mars.mint(Attacker, Eth, Eth.units(1)).unwrap();
}

#[test]
fn two_feeders_make_no_price() {
    let mut mars = open();
    mars.silence(Btc);
    mars.advance_fresh(121);
    report(&mut mars, 0, Btc, "60000");
    report(&mut mars, 1, Btc, "60000");
    assert_eq!(mars.mint(Attacker, Btc, 1_000).unwrap_err().code, RefusalCode::NoPrice);
    report(&mut mars, 2, Btc, "60000");
    mars.mint(Attacker, Btc, 1_000).unwrap();
}

#[test]
fn a_bribed_feeder_gains_nothing() {
    let mut mars = open();
    mars.advance(1);
    // A little too high: the low of the band is what counts.
    report(&mut mars, 0, Btc, "61200");
    let receipt = mars.mint(Attacker, Btc, 100_000_000).unwrap();
    assert_eq!(receipt.price, decimal("60000"));
    // Far too high: he is left out, and two are not enough.
    mars.advance(1);
    report(&mut mars, 0, Btc, "120000");
    assert_eq!(mars.mint(Attacker, Btc, 1_000).unwrap_err().code, RefusalCode::NoPrice);
    // Too low costs the minter, never the treasury.
    mars.advance(1);
    report(&mut mars, 0, Btc, "59000");
    assert_eq!(mars.mint(Attacker, Btc, 1_000).unwrap().price, decimal("59000"));
}

#[test]
fn a_feeder_cannot_report_the_past_or_the_future() {
    let mut mars = open();
    mars.advance(10);
    let asset = mars.unchecked(Btc);
    for time in [mars.now() + 1, mars.now() - 10] {
        let report = Report { asset: asset.clone(), price: decimal("60000"), time };
        let result = mars.tell_oracle(Feeder(0), &ExecuteMsg::Feed { reports: vec![report] });
        assert_eq!(result.unwrap_err().code, RefusalCode::ReportTime);
    }
}

#[test]
fn an_attacker_is_no_feeder() {
    let mut mars = open();
    mars.advance(1);
    let report = Report { asset: mars.unchecked(Btc), price: Decimal::MAX, time: mars.now() };
    let result = mars.tell_oracle(Attacker, &ExecuteMsg::Feed { reports: vec![report] });
    assert_eq!(result.unwrap_err().code, RefusalCode::Unauthorized);
}

#[test]
fn a_crash_during_an_outage_is_not_minted_against() {
    let mut mars = open();
    // Bitcoin halves while the feeders are away; they come back one by one.
    mars.silence(Btc);
    mars.advance_fresh(600);
    for feeder in 0..2 {
        report(&mut mars, feeder, Btc, "30000");
        assert_eq!(mars.mint(Attacker, Btc, 1_000).unwrap_err().code, RefusalCode::NoPrice);
    }
    report(&mut mars, 2, Btc, "30000");
    assert_eq!(mars.mint(Attacker, Btc, 100_000).unwrap().price, decimal("30000"));
}

#[test]
fn a_stale_price_of_xms_at_the_closing_stops_minting() {
    let mut mars = open();
    mars.silence(Xms);
    mars.advance_fresh(180);
    let refusal = mars.mint(Attacker, Usdc, ONE).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NoPrice);
}

#[test]
fn a_paused_price_is_no_price() {
    let mut mars = open();
    let asset = mars.unchecked(Btc);
    mars.tell_oracle(mars_testing::Actor::Guardian, &ExecuteMsg::Pause { asset }).unwrap();
    assert_eq!(mars.mint(Attacker, Btc, 1_000).unwrap_err().code, RefusalCode::NoPrice);
}

#[test]
fn a_broken_oracle_is_an_oracle_without_prices() {
    let mut mars = Mars::deploy();
    // A treasury whose oracle is a contract that knows none of its questions.
    let msg = InstantiateMsg {
        owner: Owner.addr().into_string(),
        guardian: None,
        usdm: mars.usdm.to_string(),
        xms: mars.xms.to_string(),
        oracle: mars.gold.to_string(),
        params: None,
    };
    let code = mars.store_code(Contract::Treasury);
    mars.treasury = mars.app.instantiate_contract(code, Owner.addr(), &msg, &[], "blind", None).unwrap();
    mars.register(Usdc, u128::MAX).unwrap();
    let refusal = mars.mint(Attacker, Usdc, ONE).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NoPrice, "{refusal}");
    assert!(!refusal.value.contains(":  of "), "{refusal}");
    mars.poke(Attacker).unwrap();
    assert_eq!(mars.epoch().cap_user.u128(), 0);
    assert_eq!(mars.solvency().external_low.u128(), 0);
}
