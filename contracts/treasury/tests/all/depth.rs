//! What pools will give one day: depth, stress and windows that differ. A scripted oracle stands for them.

use cosmwasm_std::{Decimal, Uint128};
use mars_testing::Actor::{Keeper, Minter, Owner, Trader};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{decimal, refused, Mars, Script};
use mars_types::oracle::Market;
use mars_types::treasury::CapTerm;
use mars_types::{PriceBand, RefusalCode};

use super::grown::ceiling_of_100_million;
use super::{MILLION, ONE, THOUSAND};

fn market(price: &str, depth: Option<u128>) -> Market {
    let price = decimal(price);
    Market { depth: depth.map(Uint128::new), ..Market::of_band(PriceBand::exact(price)) }
}

fn close(mars: &mut Mars, market: impl Into<Script>) {
    mars.script_market(market);
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
}

#[test]
fn t10_a_thin_market_binds_before_the_price() {
    let mut mars = Mars::builder().reserve(700 * MILLION).build();
    close(&mut mars, market("0.5", Some(4 * MILLION)));
    let epoch = mars.epoch();
    assert_eq!(epoch.circulating.u128(), 300 * MILLION);
    assert_eq!(epoch.price_term.unwrap().u128(), 60 * MILLION);
    assert_eq!(epoch.raw.unwrap().u128(), 40 * MILLION);
    // The ceiling is lower still; once it is not, depth is what binds.
    assert_eq!(epoch.binding, CapTerm::Ceiling);
    close(&mut mars, market("0.5", Some(50 * THOUSAND)));
    let epoch = mars.epoch();
    assert_eq!((epoch.cap_user.u128(), epoch.binding), (500 * THOUSAND, CapTerm::Depth));
    refused(
        mars.mint(Minter, Usdc, 500 * THOUSAND + 1),
        RefusalCode::SupplyCap,
        500 * THOUSAND + 1,
        500 * THOUSAND,
    );
}

#[test]
fn depth_is_the_lower_of_two_closings() {
    let mut mars = Mars::deploy();
    for (reported, counted) in [(4, 4), (9, 4), (9, 9), (2, 2), (5, 2), (6, 5)] {
        close(&mut mars, market("0.25", Some(reported * MILLION)));
        assert_eq!(mars.epoch().depth.unwrap().u128(), counted * MILLION, "{reported}");
        assert_eq!(mars.epoch().raw.unwrap().u128(), (counted * 10).min(90) * MILLION);
    }
}

#[test]
fn t15_depth_bounds_the_budgets() {
    let mut mars = ceiling_of_100_million();
    mars.mint(Minter, Usdc, 40 * MILLION).unwrap();
    close(&mut mars, market("0.25", Some(4 * MILLION)));
    let epoch = mars.epoch();
    assert_eq!(epoch.epoch_budget.capacity.u128(), 100 * THOUSAND);
    assert_eq!(epoch.day_budget.capacity.u128(), MILLION);
}

#[test]
fn a_closing_without_a_price_does_not_lift_the_depth_off_the_budgets() {
    let mut mars = ceiling_of_100_million();
    mars.mint(Minter, Usdc, 40 * MILLION).unwrap();
    close(&mut mars, market("0.25", Some(4 * MILLION)));
    mars.fund_reserve(Owner, 10 * MILLION).unwrap();
    mars.redeem(Minter, 100 * THOUSAND).unwrap();

    close(&mut mars, None);
    let epoch = mars.epoch();
    assert_eq!((epoch.xms_price, epoch.raw, epoch.binding), (None, None, CapTerm::NoPrice));
    assert_eq!(epoch.depth.unwrap().u128(), 4 * MILLION);
    assert_eq!(epoch.epoch_budget.capacity.u128(), 100 * THOUSAND);
    assert_eq!(epoch.day_budget.capacity.u128(), MILLION);

    // The price is back in the same epoch: a whole budget has refilled, and not four of them.
    mars.script_market(market("0.25", Some(9 * MILLION)));
    mars.advance(90);
    refused(
        mars.redeem(Minter, 100 * THOUSAND + 1),
        RefusalCode::EpochBudget,
        100 * THOUSAND + 1,
        100 * THOUSAND,
    );
    // Nor does the gap in the prices take the lower of two depths away.
    close(&mut mars, market("0.25", Some(9 * MILLION)));
    assert_eq!(mars.epoch().depth.unwrap().u128(), 4 * MILLION);
}

#[test]
fn t06_t07_the_price_of_a_redemption_is_the_highest() {
    for (high, xms) in [("0.273", 3_652_014_652), ("0.52", 1_917_307_692)] {
        let mut mars = Mars::deploy();
        mars.mint(Minter, Usdc, 900 * THOUSAND).unwrap();
        close(&mut mars, Market { redeem: decimal(high), ..market("0.25", None) });
        assert_eq!(mars.redeem(Minter, 1_000 * ONE).unwrap().xms.u128(), xms);
        // Mintage control counts the least.
        assert_eq!(mars.epoch().xms_price, Some(Decimal::percent(25)));
    }
}

#[test]
fn in_stress_nothing_is_redeemed_and_minting_goes_on() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 900 * THOUSAND).unwrap();
    close(&mut mars, Market { stress: true, ..market("0.25", None) });
    assert_eq!(mars.redeem(Minter, ONE).unwrap_err().code, RefusalCode::Stress);
    mars.mint(Minter, Usdc, ONE).unwrap();
    mars.script_market(market("0.25", None));
    mars.redeem(Minter, ONE).unwrap();
}

#[test]
fn xms_as_collateral_is_worth_the_least_of_its_windows() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 900 * THOUSAND).unwrap();
    mars.register(Xms, MILLION * MILLION).unwrap();
    mars.next_epoch();
    mars.redeem(Minter, 5_000 * ONE).unwrap();
    mars.script_market(Market { redeem: decimal("0.9"), ..market("0.2", None) });
    let receipt = mars.mint(Trader, Xms, 1_000 * ONE).unwrap();
    assert_eq!((receipt.price, receipt.value.u128()), (decimal("0.2"), 200 * ONE));
    mars.assert_invariants();
}
