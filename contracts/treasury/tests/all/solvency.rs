//! The balance sheet.

use cosmwasm_std::Uint128;
use cw20::Cw20ExecuteMsg;
use mars_testing::Actor::{Minter, Owner};
use mars_testing::Token::{Btc, Busd, Defi, Eth, Gold, Usdc, Xms};
use mars_testing::{message, Mars};
use mars_types::treasury::{CapTerm, PerLevel};

use super::{MILLION, ONE, THOUSAND};

#[test]
fn an_empty_treasury() {
    let mars = Mars::deploy();
    let solvency = mars.solvency();
    let zero = Uint128::zero();
    assert_eq!(
        solvency.external,
        PerLevel { stable: zero, gold: zero, layer_one: zero, defi: zero, xms: zero }
    );
    assert_eq!((solvency.external_low, solvency.external_high, solvency.surplus), (zero, zero, zero));
    assert_eq!((solvency.coverage, solvency.control_ratio), (None, None));
    assert_eq!(solvency.reserve.u128(), 100 * MILLION);
    assert_eq!(solvency.binding, CapTerm::Ceiling);
    assert_eq!((solvency.cap_user, solvency.room), (solvency.room, solvency.cap_user));
}

#[test]
fn t26_coverage_in_basis_points() {
    // A hundredth of the vector: 365,200 of assets behind 364,000 USDM, then behind 400,000.
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 365_200 * ONE).unwrap();
    let burn = Cw20ExecuteMsg::Burn { amount: Uint128::new(1_200 * ONE) };
    let usdm = mars.usdm.clone();
    mars.transact(Minter, vec![message(&usdm, &burn, vec![])]).unwrap();
    let solvency = mars.solvency();
    assert_eq!(solvency.coverage.unwrap().u128(), 10_032);
    assert_eq!(solvency.surplus.u128(), 1_200 * ONE);

    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    mars.jump_price(Usdc, "0.913");
    let solvency = mars.solvency();
    assert_eq!(solvency.external_low.u128(), 365_200 * ONE);
    assert_eq!(solvency.coverage.unwrap().u128(), 9_130);
    assert_eq!(solvency.surplus.u128(), 0);
}

#[test]
fn every_level_at_low_and_the_whole_at_high() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    mars.mint(Minter, Busd, 300 * THOUSAND).unwrap();
    mars.mint(Minter, Btc, 100_000_000).unwrap();
    mars.mint(Minter, Gold, Gold.units(10)).unwrap();
    mars.mint(Minter, Eth, Eth.units(5)).unwrap();
    mars.mint(Minter, Defi, 800 * ONE).unwrap();
    mars.set_band(Btc, ["59500", "60000", "60600"]);
    mars.set_band(Usdc, ["0.999", "1", "1.002"]);
    let solvency = mars.solvency();
    assert_eq!(solvency.external.stable.u128(), 399_600 * ONE + 300 * THOUSAND);
    assert_eq!(solvency.external.gold.u128(), 59_500 * ONE + 20 * THOUSAND);
    assert_eq!(solvency.external.layer_one.u128(), 15 * THOUSAND);
    assert_eq!(solvency.external.defi.u128(), 4 * THOUSAND);
    assert_eq!(solvency.external.xms.u128(), 0);
    assert_eq!(solvency.external_low.u128(), 798_100 * ONE);
    assert_eq!(solvency.external_high.u128(), 800_400 * ONE);
    let minted = 700 * THOUSAND + 59_940 * ONE + 19_980 * ONE + 14_985 * ONE + 3_988 * ONE;
    assert_eq!(solvency.usdm_supply.u128(), minted);
    assert_eq!(solvency.minted.u128(), minted);
    // At low the assets are 793 short of the USDM, at high there would be a surplus.
    assert_eq!(solvency.surplus.u128(), 0);
    assert_eq!(solvency.coverage.unwrap().u128(), 9_990);
    assert_eq!(solvency.fees_captured.u128(), (60 + 20 + 15 + 12) * ONE);
    // 900 M XMS at $0.25 are 225 M, over assets at high.
    assert_eq!(solvency.control_ratio.unwrap().u128(), 225 * MILLION * 10_000 / (800_400 * ONE));
    mars.assert_invariants();
}

#[test]
fn an_asset_without_a_price_counts_nothing_and_is_named() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    mars.mint(Minter, Gold, Gold.units(50)).unwrap();
    mars.remove_price(Gold);
    // Not held, so not worth a word.
    mars.remove_price(Defi);
    let solvency = mars.solvency();
    assert_eq!(solvency.unpriced, [mars.asset(Gold)]);
    assert_eq!(solvency.external.gold.u128(), 0);
    assert_eq!(solvency.external_low.u128(), 400 * THOUSAND);
    assert_eq!(solvency.coverage.unwrap().u128(), 400_000 * 10_000 / 499_900);
    mars.restore_feeders(Gold, "2000");
    assert_eq!(mars.solvency().external_low.u128(), 500 * THOUSAND);
    assert!(mars.solvency().unpriced.is_empty());
}

#[test]
fn without_a_price_of_xms_the_ratio_is_unknown_and_the_rest_stands() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    mars.remove_price(Xms);
    mars.next_epoch();
    let solvency = mars.solvency();
    assert_eq!(solvency.control_ratio, None);
    assert_eq!(solvency.binding, CapTerm::NoPrice);
    assert_eq!(solvency.coverage.unwrap().u128(), 10_000);
}

#[test]
fn when_every_feeder_is_silent_nothing_is_worth_anything_and_nothing_fails() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    mars.mint(Minter, Eth, Eth.units(1)).unwrap();
    mars.advance(3_600);
    let solvency = mars.solvency();
    assert_eq!(solvency.unpriced, [mars.asset(Usdc), mars.asset(Eth)]);
    assert_eq!((solvency.external_low.u128(), solvency.coverage.unwrap().u128()), (0, 0));
    mars.poke(Owner).unwrap();
    mars.assert_invariants();
}

#[test]
fn the_books_follow_redemptions() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    mars.next_epoch();
    mars.redeem(Minter, 4_000 * ONE).unwrap();
    let solvency = mars.solvency();
    assert_eq!(solvency.redeemed.u128(), 4_000 * ONE);
    assert_eq!(solvency.minted.u128(), 400 * THOUSAND);
    assert_eq!(solvency.user_owned.u128(), 396 * THOUSAND);
    // The assets stay; what was redeemed is surplus.
    assert_eq!(solvency.external_low.u128(), 400 * THOUSAND);
    assert_eq!(solvency.surplus.u128(), 4_000 * ONE);
    assert_eq!(solvency.coverage.unwrap().u128(), 10_101);
}
