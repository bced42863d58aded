//! What a swap pays, to the unit, and to whom.

use mars_testing::Actor::{Minter, Stranger, Trader};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, Mars, Trade, USDM_USDC, XMS_USDC};
use mars_types::Asset;

use super::{MILLION, ONE};

fn open() -> (Mars, Asset, Asset, Asset) {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let [xms, usdc] = [Xms, Usdc].map(|token| mars.asset(token));
    let usdm = Asset::Cw20(mars.usdm.clone());
    (mars, xms, usdc, usdm)
}

#[test]
fn exact_in_through_a_constant_product() {
    let (mut mars, xms, usdc, _) = open();
    let receipt = mars.swap(Trader, &xms, 1_000 * ONE, &[hop(XMS_USDC, &usdc)]).unwrap();
    // floor(2·10^12 × 10^9 ÷ 8.001·10^12) = 249,968,753; of it 749,907 fee, of that 124,984 the protocol's.
    assert_eq!(receipt.ask.amount.u128(), 249_218_846);
    let [through] = &receipt.hops[..] else { panic!("{receipt:?}") };
    assert_eq!((through.fee.u128(), through.protocol_fee.u128()), (749_907, 124_984));
    assert_eq!(mars.reserves(XMS_USDC), [8 * MILLION + 1_000 * ONE, 2 * MILLION - 249_218_846 - 124_984]);
    assert_eq!(mars.swap_pool(XMS_USDC).fees_owed[1].u128(), 124_984);
    mars.assert_invariants();
}

#[test]
fn native_in_and_cw20_out() {
    let (mut mars, xms, usdc, _) = open();
    let receipt = mars.swap(Trader, &usdc, 250 * ONE, &[hop(XMS_USDC, &xms)]).unwrap();
    // floor(8·10^12 × 250·10^6 ÷ 2,000,250·10^6) = 999,875,015; fee ceil(2,999,625.045).
    assert_eq!(receipt.ask.amount.u128(), 999_875_015 - 2_999_626);
    mars.assert_invariants();
}

#[test]
fn exact_out_returns_what_it_does_not_need() {
    let (mut mars, xms, usdc, _) = open();
    let (had_xms, had_usdc) = (mars.xms_of(Trader), mars.balance(Trader, Usdc));
    let trade = Trade::of(xms, 2_000 * ONE, vec![hop(XMS_USDC, &usdc)]).exactly(249_218_846);
    let receipt = mars.swap_with(Trader, &trade).unwrap();
    // Gross 249,968,753, for which 999,999,997 of 1,000 XMS suffice.
    assert_eq!(receipt.offer.amount.u128(), 999_999_997);
    assert_eq!(mars.xms_of(Trader), had_xms - 999_999_997);
    assert_eq!(mars.balance(Trader, Usdc), had_usdc + 249_218_846);
    mars.assert_invariants();
}

#[test]
fn a_stable_swap_is_flat_and_costs_four_basis_points() {
    let (mut mars, _, usdc, usdm) = open();
    let receipt = mars.swap(Trader, &usdc, 1_000 * ONE, &[hop(USDM_USDC, &usdm)]).unwrap();
    let [through] = &receipt.hops[..] else { panic!("{receipt:?}") };
    // Half a million a side: 999,980,198 by an exact root, 399,993 fee (ceil), 199,996 of it the protocol's.
    assert_eq!(receipt.ask.amount.u128() + through.fee.u128(), 999_980_198);
    assert_eq!((through.fee.u128(), through.protocol_fee.u128()), (399_993, 199_996));
    mars.assert_invariants();
}

#[test]
fn a_route_settles_once() {
    let (mut mars, xms, usdc, usdm) = open();
    let route = [hop(XMS_USDC, &usdc), hop(USDM_USDC, &usdm)];
    let receipt = mars.swap(Trader, &xms, 1_000 * ONE, &route).unwrap();
    assert_eq!(receipt.hops[0].ask, receipt.hops[1].offer);
    assert_eq!(receipt.hops[0].ask.amount.u128(), 249_218_846);
    assert_eq!(receipt.ask, receipt.hops[1].ask);
    // The same route backwards, exactly, pays what one unit more or less would not.
    let wanted = receipt.ask.amount.u128();
    let back = Trade::of(xms.clone(), 10_000 * ONE, route.to_vec()).exactly(wanted);
    let paid = mars.swap_with(Trader, &back).unwrap().offer.amount.u128();
    assert!(paid > 1_000 * ONE, "the price has moved by the first swap: {paid}");
    mars.assert_invariants();
}

#[test]
fn somebody_else_may_get_the_result() {
    let (mut mars, xms, usdc, _) = open();
    let trade = Trade::of(xms.clone(), 1_000 * ONE, vec![hop(XMS_USDC, &usdc)]).recipient(Stranger);
    let receipt = mars.swap_with(Trader, &trade).unwrap();
    assert_eq!(mars.balance(Stranger, Usdc), receipt.ask.amount.u128());
    // The refund of an exact-out swap goes to who paid.
    let (had, wanted) = (mars.xms_of(Trader), 100 * ONE);
    let trade = trade.exactly(wanted);
    let receipt = mars.swap_with(Trader, &trade).unwrap();
    assert_eq!(mars.balance(Stranger, Usdc), receipt.ask.amount.u128() + 249_218_846);
    assert_eq!(mars.xms_of(Trader), had - receipt.offer.amount.u128());
    assert_eq!(mars.xms_of(Stranger), 0);
}

#[test]
fn terms_that_just_hold() {
    let (mut mars, xms, usdc, _) = open();
    let now = mars.now();
    let trade = Trade::of(xms, 1_000 * ONE, vec![hop(XMS_USDC, &usdc)]).min_out(249_218_846).deadline(now);
    mars.swap_with(Minter, &trade).unwrap();
}

#[test]
fn a_swap_of_nearly_everything_leaves_something() {
    let (mut mars, xms, usdc, _) = open();
    let receipt = mars.swap(Trader, &xms, 100 * MILLION, &[hop(XMS_USDC, &usdc)]).unwrap();
    let left = mars.reserves(XMS_USDC)[1];
    assert!(left > 0 && receipt.ask.amount.u128() < 2 * MILLION);
    mars.assert_invariants();
}
