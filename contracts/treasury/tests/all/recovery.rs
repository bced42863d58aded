//! Recovery: its clocks, what it closes, and the basket.

use cosmwasm_std::Uint128;
use mars_testing::Actor::{Attacker, Keeper, Minter, Owner, Stranger, Trader};
use mars_testing::Token::{Btc, Busd, Defi, Eth, Gold, Usdc, Xms};
use mars_testing::{decimal, refused, Mars, Redeem, Script};
use mars_types::oracle::{Market, Peg};
use mars_types::treasury::{AssetFloor, BasketTerms, Clock, Clocks, ExecuteMsg, RecoveryCause};
use mars_types::{AssetAmount, PriceBand, RefusalCode};

use super::{MILLION, ONE, THOUSAND};

const DAY: u64 = 86_400;
const PAUSE: u64 = 900;

fn at(price: &str) -> Market {
    Market::of_band(PriceBand::exact(decimal(price)))
}

fn peg(price: &str) -> Option<Peg> {
    Some(Peg { twap_30m: decimal(price), age: DAY })
}

fn script(price: &str, usdm: &str) -> Script {
    Script { market: Some(at(price)), peg: peg(usdm), prices: vec![] }
}

/// 1 M USDM out, 100,000 XMS in the reserve; 120,000 USDM wait.
fn short(price: &str) -> Mars {
    let mut mars = Mars::builder().reserve(50 * THOUSAND).build();
    mars.mint(Minter, Usdc, MILLION).unwrap();
    mars.script_market(Script::default());
    mars.redeem_with(Minter, Redeem::of(12 * THOUSAND).or_queue()).unwrap();
    mars.script_market(script(price, "1"));
    mars
}

/// Closes an epoch every 15 minutes.
fn closings(mars: &mut Mars, count: usize) {
    for _ in 0..count {
        mars.advance(PAUSE);
        mars.poke(Keeper).unwrap();
    }
}

fn declared(mars: &mut Mars) {
    mars.tell_treasury(Owner, &ExecuteMsg::DeclareRecovery {}).unwrap();
}

#[test]
fn t25_shortage_is_the_queue_against_the_reserve_at_the_half_hour() {
    // 12,000 wait; 50,000 XMS are worth 11,970 or 12,005.
    for (price, is_short) in [("0.2394", true), ("0.2401", false), ("0.24", false)] {
        let mut mars = short(price);
        closings(&mut mars, 1);
        assert_eq!(mars.recovery().clocks.shortage.is_some(), is_short, "{price}");
    }
}

#[test]
fn it_starts_by_itself_after_a_day_of_shortage() {
    let mut mars = short("0.2394");
    closings(&mut mars, 96);
    let clock = mars.recovery().clocks.shortage.unwrap();
    assert_eq!((clock.closings, mars.now() - clock.since), (96, DAY - PAUSE));
    assert_eq!(mars.recovery().running, None);
    mars.advance(PAUSE - 1);
    mars.poke(Keeper).unwrap();
    assert_eq!(mars.recovery().running, None);
    mars.advance(1);
    let response = mars.poke(Keeper).unwrap();
    let started = mars_testing::event(&response, "mars_recovery_started");
    assert_eq!(mars_testing::attribute(started, "cause"), "shortage");
    let running = mars.recovery().running.unwrap();
    assert_eq!((running.cause, running.since), (RecoveryCause::Shortage, mars.now()));
    assert_eq!(mars.recovery().clocks, Clocks::default());
}

#[test]
fn it_takes_96_closings_however_long() {
    let mut mars = short("0.2394");
    for _ in 0..95 {
        mars.advance(2 * PAUSE);
        mars.poke(Keeper).unwrap();
    }
    assert_eq!(mars.recovery().running, None);
    mars.advance(2 * PAUSE);
    mars.poke(Keeper).unwrap();
    assert!(mars.recovery().running.is_some());
}

#[test]
fn the_first_closing_without_shortage_clears_the_clock() {
    let mut mars = short("0.2394");
    closings(&mut mars, 90);
    mars.script_market(script("0.2401", "1"));
    closings(&mut mars, 1);
    assert_eq!(mars.recovery().clocks.shortage, None);
    mars.script_market(script("0.2394", "1"));
    closings(&mut mars, 96);
    assert_eq!(mars.recovery().running, None);
    closings(&mut mars, 1);
    assert!(mars.recovery().running.is_some());
}

#[test]
fn a_price_that_comes_and_goes_does_not_stop_the_clocks_in_turns() {
    let mut mars = short("0.2394");
    for round in 0..200 {
        let script = if round % 2 == 0 { script("0.2394", "1") } else { Script::default() };
        mars.script_market(script);
        closings(&mut mars, 1);
    }
    // Shortage held at each closing that could tell.
    assert_eq!(mars.recovery().running.unwrap().cause, RecoveryCause::Shortage);
}

#[test]
fn it_starts_by_itself_after_a_day_off_the_peg() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, MILLION).unwrap();
    mars.script_market(script("0.25", "0.95"));
    closings(&mut mars, 1);
    assert_eq!(mars.recovery().clocks.depeg, None);
    // A pool that is younger than a day says nothing.
    let young = Some(Peg { twap_30m: decimal("0.5"), age: DAY - 1 });
    mars.script_market(Script { peg: young, ..script("0.25", "1") });
    closings(&mut mars, 1);
    assert_eq!(mars.recovery().clocks.depeg, None);
    mars.script_market(script("0.25", "0.949999999999999999"));
    closings(&mut mars, 97);
    assert_eq!(mars.recovery().running.unwrap().cause, RecoveryCause::Depeg);
}

#[test]
fn it_starts_by_itself_after_a_day_without_a_price_if_anybody_waits() {
    let mut mars = short("0.25");
    mars.script_market(Script::default());
    closings(&mut mars, 97);
    assert_eq!(mars.recovery().running.unwrap().cause, RecoveryCause::NoPrice);
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, MILLION).unwrap();
    mars.script_market(Script::default());
    closings(&mut mars, 97);
    assert_eq!(mars.recovery().running, None);
}

#[test]
fn a_call_that_would_be_closed_says_so_before_anyone_poked() {
    let mut mars = short("0.2394");
    closings(&mut mars, 96);
    mars.advance(PAUSE);
    assert_eq!(mars.mint(Minter, Usdc, ONE).unwrap_err().code, RefusalCode::Recovery);
    assert_eq!(mars.settle(Keeper, 1).unwrap_err().code, RefusalCode::Recovery);
    assert_eq!(mars.redeem(Minter, ONE).unwrap_err().code, RefusalCode::Recovery);
    // But only the poke lasts.
    assert!(mars.recovery().running.is_some());
    assert_eq!(mars.claim_basket(Minter, ONE).unwrap_err().code, RefusalCode::NoRecovery);
    mars.poke(Keeper).unwrap();
    mars.claim_basket(Minter, ONE).unwrap();
}

#[test]
fn it_closes_mint_redeem_and_settle_and_frees_cancelling() {
    let mut mars = short("0.25");
    declared(&mut mars);
    let (value, limit) = (format!("since {}", mars.now()), "its end");
    refused(mars.mint(Minter, Usdc, ONE), RefusalCode::Recovery, &value, limit);
    refused(mars.redeem(Minter, 20 * ONE), RefusalCode::Recovery, &value, limit);
    refused(mars.redeem_with(Minter, Redeem::of(20 * ONE).or_queue()), RefusalCode::Recovery, &value, limit);
    refused(mars.settle(Keeper, 1), RefusalCode::Recovery, &value, limit);
    let withdraw =
        ExecuteMsg::WithdrawReserve { amount: Uint128::one(), recipient: Owner.addr().into_string() };
    refused(mars.tell_treasury(Owner, &withdraw), RefusalCode::Recovery, &value, limit);
    assert_eq!(mars.cancel_claim(Minter, 0).unwrap().fee.u128(), 0);
    mars.fund_reserve(Owner, ONE).unwrap();
    // A second declaration changes nothing.
    refused(mars.tell_treasury(Owner, &ExecuteMsg::DeclareRecovery {}), RefusalCode::Recovery, &value, limit);
    mars.tell_treasury(Owner, &ExecuteMsg::EndRecovery {}).unwrap();
    refused(
        mars.tell_treasury(Owner, &ExecuteMsg::EndRecovery {}),
        RefusalCode::NoRecovery,
        "none",
        "a recovery",
    );
    mars.next_epoch();
    mars.mint(Minter, Usdc, ONE).unwrap();
}

/// A hundredth of the vectors: 300,000 USDC, half a BTC, 400,000 USDM in the hands of users.
fn basket(usdc: u128) -> Mars {
    let mut mars = Mars::builder().params(|params| params.class_limit.gold = mars_types::Bps::ONE).build();
    mars.mint(Minter, Usdc, usdc).unwrap();
    mars.mint(Minter, Btc, 50_000_000).unwrap();
    let out = mars.usdm_supply();
    let target = 400 * THOUSAND;
    if out > target {
        let burn = cw20::Cw20ExecuteMsg::Burn { amount: (out - target).into() };
        let usdm = mars.usdm.clone();
        mars.transact(Minter, vec![mars_testing::message(&usdm, &burn, vec![])]).unwrap();
    }
    mars
}

/// BTC falls, so the assets are short of the USDM.
fn t20() -> Mars {
    let mut mars = basket(300 * THOUSAND);
    // More USDM than assets: minted with what is lost since.
    mars.mint(Minter, Busd, 70_030 * ONE).unwrap();
    assert_eq!(mars.usdm_supply(), 400 * THOUSAND);
    mars.remove_price(Busd);
    declared(&mut mars);
    mars
}

#[test]
fn t20_short_of_assets_everybody_gets_the_same_share() {
    let mut mars = t20();
    mars.give_usdm(Minter, Trader, 10 * THOUSAND);
    let expected = |mars: &Mars| {
        [(Usdc, 7_500 * ONE), (Btc, 1_250_000)]
            .map(|(token, amount)| AssetAmount { asset: mars.asset(token), amount: Uint128::new(amount) })
    };
    let first = mars.claim_basket(Minter, 10 * THOUSAND).unwrap();
    assert_eq!(first.paid, expected(&mars));
    assert_eq!(first.external_high.u128(), 330 * THOUSAND);
    assert_eq!(first.user_owned.u128(), 400 * THOUSAND);
    let second = mars.claim_basket(Trader, 10 * THOUSAND).unwrap();
    assert_eq!(second.paid, expected(&mars));
    assert_eq!(second.external_high.u128(), 321_750 * ONE);
    assert_eq!(second.user_owned.u128(), 390 * THOUSAND);
    assert_eq!(mars.solvency().claimed.u128(), 20 * THOUSAND);
    mars.assert_invariants();
}

#[test]
fn t21_nobody_gets_more_than_a_dollar() {
    let mut mars = basket(450 * THOUSAND);
    declared(&mut mars);
    let receipt = mars.claim_basket(Minter, 10 * THOUSAND).unwrap();
    assert_eq!(receipt.external_high.u128(), 480 * THOUSAND);
    let paid: Vec<u128> = receipt.paid.iter().map(|paid| paid.amount.u128()).collect();
    // 9,375 USDC and 0.01041666 BTC: $9,999.996.
    assert_eq!(paid, [9_375 * ONE, 1_041_666]);
    mars.assert_invariants();
}

#[test]
fn the_whole_basket_can_be_claimed_and_the_last_gets_as_much_as_the_first() {
    let mut mars = t20();
    let mut usdm = 400 * THOUSAND;
    for part in [1, 3, 7, 100_000, 123_456] {
        let receipt = mars.claim_basket(Minter, part * ONE).unwrap();
        assert_eq!(receipt.paid[0].amount.u128(), part * ONE * 3 / 4);
        usdm -= part * ONE;
    }
    let receipt = mars.claim_basket(Minter, usdm).unwrap();
    assert_eq!(receipt.user_owned.u128(), usdm);
    assert!(mars.held(Usdc) < 10 && mars.held(Btc) < 10, "{} {}", mars.held(Usdc), mars.held(Btc));
    assert_eq!(mars.held(Busd), 70_030 * ONE);
    assert_eq!(mars.usdm_supply(), 0);
    mars.assert_invariants();
}

#[test]
fn a_claim_of_the_queue_is_burned_whole_or_in_part_whatever_its_place() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    mars.give_usdm(Minter, Trader, 20 * THOUSAND);
    mars.remove_price(Xms);
    mars.redeem_with(Minter, Redeem::of(20 * THOUSAND).or_queue()).unwrap();
    mars.redeem_with(Trader, Redeem::of(20 * THOUSAND).or_queue()).unwrap();
    declared(&mut mars);
    let terms = mars.any_basket();
    let receipt = mars.claim_basket_with(Trader, Some(1), Some(5 * THOUSAND), terms.clone()).unwrap();
    assert_eq!(receipt.paid[0].amount.u128(), 5 * THOUSAND);
    assert_eq!(receipt.remaining.unwrap().u128(), 15 * THOUSAND);
    assert_eq!(mars.waiting_claim(1).unwrap().usdm.u128(), 15 * THOUSAND);
    refused(
        mars.claim_basket_with(Trader, Some(1), Some(15 * THOUSAND + 1), terms.clone()),
        RefusalCode::InvalidInput,
        15 * THOUSAND + 1,
        format!("at most {}, which waits", 15 * THOUSAND),
    );
    refused(
        mars.claim_basket_with(Attacker, Some(1), None, terms.clone()),
        RefusalCode::Unauthorized,
        Attacker.addr(),
        "owner of the claim",
    );
    mars.claim_basket_with(Trader, Some(1), None, terms).unwrap();
    assert!(mars.waiting_claim(1).is_err());
    assert_eq!(mars.redemption_queue().claimed.u128(), 20 * THOUSAND);
    mars.assert_invariants();
    // The other keeps place and age (R39).
    mars.fix_price(Xms, "0.25");
    mars.tell_treasury(Owner, &ExecuteMsg::EndRecovery {}).unwrap();
    mars.next_epoch();
    assert_eq!(mars.settle(Keeper, 30).unwrap().claims[0].id, 0);
}

#[test]
fn the_terms_of_a_claim_bind() {
    let mut mars = t20();
    let terms = mars.any_basket();
    let floor =
        |mars: &Mars, token, least: u128| AssetFloor { asset: mars.unchecked(token), least: least.into() };
    let usdm = Some(10 * THOUSAND);
    let greedy = BasketTerms { min_out: vec![floor(&mars, Usdc, 7_500 * ONE + 1)], ..terms.clone() };
    refused(
        mars.claim_basket_with(Minter, None, usdm, greedy),
        RefusalCode::MinOut,
        7_500 * ONE,
        7_500 * ONE + 1,
    );
    // What is not paid at all is 0.
    let wrong = BasketTerms { min_out: vec![floor(&mars, Busd, 1)], ..terms.clone() };
    refused(mars.claim_basket_with(Minter, None, usdm, wrong), RefusalCode::MinOut, 0, 1);
    let now = mars.now();
    let late = BasketTerms { deadline: now - 1, ..terms.clone() };
    refused(mars.claim_basket_with(Minter, None, usdm, late), RefusalCode::DeadlinePassed, now, now - 1);
    let fair = BasketTerms {
        min_out: vec![floor(&mars, Usdc, 7_500 * ONE), floor(&mars, Btc, 1_250_000)],
        recipient: Some(Stranger.addr().into_string()),
        ..terms
    };
    mars.claim_basket_with(Minter, None, usdm, fair).unwrap();
    assert_eq!(mars.balance(Stranger, Usdc), 7_500 * ONE);
    refused(mars.claim_basket(Minter, 0), RefusalCode::TooSmall, 0, "more");
}

#[test]
fn an_asset_may_be_skipped_and_stays_for_the_others() {
    let mut mars = t20();
    let skip = BasketTerms { skip: vec![mars.unchecked(Btc)], ..mars.any_basket() };
    let receipt = mars.claim_basket_with(Minter, None, Some(10 * THOUSAND), skip).unwrap();
    assert_eq!(receipt.paid.len(), 1);
    assert_eq!(receipt.paid[0].amount.u128(), 7_500 * ONE);
    assert_eq!(mars.held(Btc), 50_000_000);
    // Whoever comes next has more of it: 0.5 of 390,000 shares.
    let next = mars.claim_basket(Minter, 10 * THOUSAND).unwrap();
    assert_eq!(next.paid[1].amount.u128(), 1_282_051);
}

#[test]
fn delisting_or_pausing_takes_nothing_out_of_the_basket() {
    let mut mars = t20();
    let asset = mars.unchecked(Usdc);
    let delist = ExecuteMsg::UpdateAsset { asset: asset.clone(), cap: None, listed: Some(false) };
    mars.tell_treasury(Owner, &delist).unwrap();
    let switch = mars_types::treasury::SwitchUnchecked::Asset(asset);
    mars.tell_treasury(Owner, &ExecuteMsg::Pause { switch }).unwrap();
    assert_eq!(mars.claim_basket(Minter, 10 * THOUSAND).unwrap().paid.len(), 2);
}

#[test]
fn no_pause_stops_claims_or_cancelling() {
    let mut mars = t20();
    for switch in [
        mars_types::treasury::SwitchUnchecked::Mint,
        mars_types::treasury::SwitchUnchecked::Redeem,
        mars_types::treasury::SwitchUnchecked::Settle,
    ] {
        mars.tell_treasury(Owner, &ExecuteMsg::Pause { switch }).unwrap();
    }
    mars.claim_basket(Minter, 10 * THOUSAND).unwrap();
}

#[test]
fn xms_of_mints_is_not_in_the_basket() {
    let mut mars = basket(450 * THOUSAND);
    mars.register(Xms, u128::MAX).unwrap();
    mars.mint(Trader, Xms, 4 * THOUSAND).unwrap();
    let xms = mars.held(Xms);
    declared(&mut mars);
    let receipt = mars.claim_basket(Minter, 10 * THOUSAND).unwrap();
    assert_eq!(receipt.paid.len(), 2);
    assert_eq!(mars.held(Xms), xms);
}

#[test]
fn it_ends_by_itself_after_a_day_of_health() {
    let mut mars = Mars::builder().reserve(400 * THOUSAND).build();
    mars.mint(Minter, Usdc, MILLION).unwrap();
    mars.script_market(script("0.25", "1"));
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    declared(&mut mars);
    // 400,000 XMS at $0.25 are exactly 10 % of a million.
    let sick = [
        script("0.2499", "1"),
        script("0.25", "0.989999999999999999"),
        Script { peg: None, ..script("0.25", "1") },
        Script { market: None, ..script("0.25", "1") },
    ];
    for script in sick {
        mars.script_market(script);
        closings(&mut mars, 1);
        assert_eq!(mars.recovery().clocks.healed, None);
    }
    mars.script_market(script("0.25", "0.99"));
    closings(&mut mars, 96);
    assert!(matches!(mars.recovery().clocks.healed, Some(Clock { closings: 96, .. })));
    assert!(mars.recovery().running.is_some());
    closings(&mut mars, 1);
    assert_eq!(mars.recovery().running, None);
    mars.mint(Minter, Usdc, ONE).unwrap();
}

#[test]
fn after_it_the_clocks_start_anew() {
    let mut mars = short("0.2394");
    closings(&mut mars, 90);
    declared(&mut mars);
    assert_eq!(mars.recovery().clocks, Clocks::default());
    closings(&mut mars, 5);
    assert_eq!(mars.recovery().clocks, Clocks::default());
    mars.tell_treasury(Owner, &ExecuteMsg::EndRecovery {}).unwrap();
    closings(&mut mars, 96);
    assert_eq!(mars.recovery().running, None);
    closings(&mut mars, 1);
    assert!(mars.recovery().running.is_some());
}

#[test]
fn solvency_tells_of_it() {
    let mut mars = short("0.2394");
    closings(&mut mars, 2);
    let solvency = mars.solvency();
    assert_eq!(solvency.queue.u128(), 12 * THOUSAND);
    assert_eq!(solvency.clocks.shortage.unwrap().closings, 2);
    declared(&mut mars);
    assert_eq!(mars.solvency().recovery.unwrap().cause, RecoveryCause::Declared);
}

#[test]
fn without_any_price_there_is_nothing_to_claim() {
    let mut mars = t20();
    for token in [Usdc, Btc, Gold, Eth, Defi] {
        mars.remove_price(token);
    }
    refused(mars.claim_basket(Minter, ONE), RefusalCode::TooSmall, ONE, "more");
    mars.fix_price(Usdc, "0.5");
    let receipt = mars.claim_basket(Minter, 4 * ONE).unwrap();
    // The whole is the USDM: three quarters of a USDC each, though it is worth half.
    assert_eq!(receipt.paid[0].amount.u128(), 3 * ONE);
}
