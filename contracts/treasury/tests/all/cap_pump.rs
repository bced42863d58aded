//! Attack: pump XMS for a while and mint under the cap that this lifts.

use mars_testing::Actor::{Attacker, Keeper, Minter};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{refused, Mars};
use mars_types::treasury::CapTerm;
use mars_types::RefusalCode;

use super::grown::ceiling_of_100_million;
use super::{MILLION, ONE, THOUSAND};

#[test]
fn one_epoch_lifts_the_cap_by_two_percent() {
    let mut mars = Mars::deploy();
    mars.poke(Keeper).unwrap();
    mars.fix_price(Xms, "25");
    // Within the epoch nothing moves at all.
    assert_eq!(mars.epoch().cap_user.u128(), 1_020 * THOUSAND);
    mars.next_epoch();
    let epoch = mars.epoch();
    assert_eq!(epoch.raw.unwrap().u128(), 9_000 * MILLION);
    assert_eq!(epoch.cap_user.u128(), 1_040_400 * ONE);
    assert_eq!(epoch.binding, CapTerm::Ceiling);
    mars.poke(Attacker).unwrap();
    // The pump is over, and so is its cap when raw is below it.
    mars.fix_price(Xms, "0.001");
    mars.next_epoch();
    assert_eq!(mars.epoch().cap_user.u128(), 360 * THOUSAND);
}

#[test]
fn waiting_without_a_touch_is_worth_twelve_epochs_at_most() {
    let mut mars = Mars::deploy();
    mars.poke(Keeper).unwrap();
    mars.fix_price(Xms, "25");
    mars.advance_fresh(40 * 180);
    // 24 % of 1,020,000, within 1.25 × the day's base of 1,000,000.
    assert_eq!(mars.epoch().ceiling.u128(), 1_250 * THOUSAND);
    mars.poke(Attacker).unwrap();
    mars.advance_fresh(40 * 180);
    assert_eq!(mars.epoch().ceiling.u128(), 1_250 * THOUSAND);
}

#[test]
fn a_pump_over_midnight_gets_one_step_into_the_new_day() {
    let mut mars = ceiling_of_100_million();
    mars.fix_price(Xms, "25");
    mars.next_day();
    mars.poke(Attacker).unwrap();
    assert_eq!(mars.epoch().cap_user.u128(), 102 * MILLION);
    // A whole day of pumping, poked at every epoch.
    for _ in 0..20 {
        mars.next_epoch();
        mars.poke(Attacker).unwrap();
    }
    assert_eq!(mars.epoch().cap_user.u128(), 125 * MILLION);
}

#[test]
fn what_is_minted_under_a_pumped_cap_was_paid_for() {
    let mut mars = Mars::builder().params(|params| params.mint_limit.floor = (10 * MILLION).into()).build();
    mars.fix_price(Xms, "25");
    mars.poke(Keeper).unwrap();
    mars.next_epoch();
    let room = mars.epoch().room.u128();
    mars.mint(Attacker, Usdc, room).unwrap();
    refused(mars.mint(Attacker, Usdc, 1), RefusalCode::SupplyCap, room + 1, room);
    let solvency = mars.solvency();
    assert_eq!(solvency.coverage.unwrap().u128(), 10_000);
    assert_eq!(solvency.surplus.u128(), 0);
}

#[test]
fn pumped_xms_is_no_collateral_without_surplus() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    mars.register(Xms, MILLION * MILLION).unwrap();
    mars.fix_price(Xms, "25");
    // Whatever XMS is said to be worth: there is no surplus to pay it from.
    refused(
        mars.mint(Attacker, Xms, ONE),
        RefusalCode::CoverageShort,
        500 * THOUSAND + 24_875_000,
        500 * THOUSAND,
    );
    assert_eq!(mars.usdm_of(Attacker), 0);
}

#[test]
fn pumped_xms_takes_no_more_than_the_surplus() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    mars.register(Xms, MILLION * MILLION).unwrap();
    mars.next_epoch();
    // A redemption leaves 5,000 of surplus.
    mars.redeem(Minter, 5_000 * ONE).unwrap();
    mars.fix_price(Xms, "25");
    let mut taken = 0;
    for whole in [1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1] {
        while let Ok(receipt) = mars.mint(Attacker, Xms, whole * ONE) {
            taken += receipt.usdm.u128();
        }
    }
    assert!(taken > 4_900 * ONE && taken <= 5_000 * ONE, "{taken}");
    assert!(mars.solvency().coverage.unwrap().u128() >= 10_000);
    mars.assert_invariants();
}

#[test]
fn pumped_xms_pays_fewer_xms_to_who_redeems_and_none_more() {
    let mut mars = Mars::deploy();
    mars.mint(Attacker, Usdc, 500 * THOUSAND).unwrap();
    mars.next_epoch();
    let fair = mars.redeem(Attacker, ONE).unwrap().xms;
    mars.fix_price(Xms, "25");
    assert!(mars.redeem(Attacker, ONE).unwrap().xms < fair);
}
