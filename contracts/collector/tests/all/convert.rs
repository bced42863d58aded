//! Fees become XMS: how much at a time, for how much at least, and how often.

use mars_testing::Actor::{Keeper, Minter, Owner, Trader};
use mars_testing::{hop, refused, Mars, Token, Trade, XMS_USDC};
use mars_types::collector::{ExecuteMsg, RoutesResponse};
use mars_types::{swap, Asset, Bps, RefusalCode};

use super::{collecting, HOUR, ONE};

/// A tenth of a percent of 2,000,000 USDC, worth 8,000 XMS by the averages.
#[test]
fn a_slice_is_a_share_of_the_fair_depth_and_bounded_by_the_averages() {
    let mut mars = collecting();
    let (usdc, collector) = (mars.asset(Token::Usdc), mars.collector.clone());
    mars.give(Minter, &collector, Token::Usdc, 10_000 * ONE);
    let receipt = mars.convert(Keeper, &usdc).unwrap();
    assert_eq!(receipt.amount.u128(), 2_000 * ONE);
    assert_eq!(receipt.fair.u128(), 8_000 * ONE);
    assert_eq!(receipt.min_out.u128(), 7_920 * ONE);
    // 8,000,000 × 2,000 ÷ 2,002,000 less 0.3 %.
    assert_eq!(receipt.xms.u128(), 7_968_031_968);
    assert_eq!(receipt.left.u128(), 8_000 * ONE);
    mars.assert_invariants();
}

#[test]
fn the_shallowest_pool_of_a_route_bounds_the_slice() {
    let mut mars = collecting();
    let (usdm, collector) = (Asset::Cw20(mars.usdm.clone()), mars.collector.clone());
    mars.mint(Minter, Token::Usdc, 5_000 * ONE).unwrap();
    mars.give_usdm(Minter, &collector, 5_000 * ONE);
    let receipt = mars.convert(Keeper, &usdm).unwrap();
    // 500,000 USDM in the stable pool.
    assert_eq!(receipt.amount.u128(), 500 * ONE);
    assert!(receipt.fair.u128().abs_diff(2_000 * ONE) < ONE, "{receipt:?}");
}

#[test]
fn an_asset_runs_once_in_twenty_hours_each_for_itself() {
    let mut mars = collecting();
    let (usdc, usdm, collector) =
        (mars.asset(Token::Usdc), Asset::Cw20(mars.usdm.clone()), mars.collector.clone());
    mars.give(Minter, &collector, Token::Usdc, 10_000 * ONE);
    mars.mint(Minter, Token::Usdc, 5_000 * ONE).unwrap();
    mars.give_usdm(Minter, &collector, 5_000 * ONE);
    mars.convert(Keeper, &usdc).unwrap();
    let next = mars.now() + 20 * HOUR;
    refused(mars.convert(Trader, &usdc), RefusalCode::TooEarly, mars.now(), next);
    mars.convert(Keeper, &usdm).unwrap();
    mars.advance(20 * HOUR - 1);
    refused(mars.convert(Keeper, &usdc), RefusalCode::TooEarly, next - 1, next);
    mars.advance(1);
    mars.convert(Keeper, &usdc).unwrap();
    let routes: RoutesResponse = mars.ask_collector(&mars_types::collector::QueryMsg::Routes {});
    assert_eq!(routes.routes.len(), 2);
    assert!(routes.routes.iter().any(|entry| entry.next_run == next + 20 * HOUR));
}

#[test]
fn what_has_no_route_is_kept() {
    let mut mars = collecting();
    let (busd, collector) = (mars.asset(Token::Busd), mars.collector.clone());
    mars.give(Minter, &collector, Token::Busd, 100 * ONE);
    refused(mars.convert(Keeper, &busd), RefusalCode::NotFound, &busd, "an asset with a route");
    let remove = ExecuteMsg::SetRoute { asset: mars.unchecked(Token::Usdc), route: None };
    mars.tell_collector(Owner, &remove).unwrap();
    let usdc = mars.asset(Token::Usdc);
    refused(mars.convert(Keeper, &usdc), RefusalCode::NotFound, &usdc, "an asset with a route");
    assert_eq!(mars.balance(&collector, Token::Busd), 100 * ONE);
}

#[test]
fn nothing_and_a_pool_without_averages_are_refused() {
    let mut mars = collecting();
    let usdc = mars.asset(Token::Usdc);
    refused(mars.convert(Keeper, &usdc), RefusalCode::TooSmall, 0, "more");

    let mut young = Mars::deploy();
    young.open_pools();
    let [xms, usdc] = [Token::Xms, Token::Usdc].map(|token| young.asset(token));
    young.set_route(&usdc, vec![hop(XMS_USDC, &xms)]).unwrap();
    let collector = young.collector.clone();
    young.give(Minter, &collector, Token::Usdc, 100 * ONE);
    young.advance(1_799);
    refused(young.convert(Keeper, &usdc), RefusalCode::NoPrice, 1_799, 1_800);
    young.advance(1);
    young.convert(Keeper, &usdc).unwrap();
}

/// The whole way of a fee: swapped, collected, converted, shared out, earned.
#[test]
fn a_fee_of_a_swap_ends_with_a_staker() {
    let mut mars = collecting();
    let [xms, usdc] = [Token::Xms, Token::Usdc].map(|token| mars.asset(token));
    mars.stake(Minter, 1_000 * ONE).unwrap();
    // Bought with XMS: the fee is in USDC.
    let trade = Trade::of(xms, 40_000 * ONE, vec![hop(XMS_USDC, &usdc)]);
    mars.swap_with(Trader, &trade).unwrap();
    mars.tell_swap(Keeper, &swap::ExecuteMsg::CollectFees { pools: vec![XMS_USDC] }).unwrap();
    let fees = mars.balance(mars.collector.clone(), Token::Usdc);
    assert!(fees > 4 * ONE, "0.05 % of almost 10,000: {fees}");
    mars.advance_fresh(2 * HOUR);
    let receipt = mars.convert(Keeper, &usdc).unwrap();
    assert_eq!(receipt.amount.u128(), fees);
    let shared = mars.distribute(Keeper).unwrap();
    assert_eq!(shared.to_stakers, receipt.xms);
    mars.advance(24 * HOUR);
    assert!(receipt.xms.u128() - mars.owed(Minter) <= 1);
    mars.assert_invariants();
}

#[test]
fn a_larger_slice_than_the_slippage_allows_is_refused() {
    let mut mars = collecting();
    mars.set_collector_params(|params| params.slice = Bps(100));
    let (usdc, collector) = (mars.asset(Token::Usdc), mars.collector.clone());
    mars.give(Minter, &collector, Token::Usdc, 20_000 * ONE);
    // One percent of the depth costs one percent, and then there is the fee.
    let refusal = mars.convert(Keeper, &usdc).unwrap_err();
    assert_eq!((refusal.code, refusal.limit.as_str()), (RefusalCode::MinOut, "79200000000"));
}
