//! One asset is provided and both are withdrawn: a swap by another way, for the imbalance fee. It must not be a way round the
//! fee of a swap.

use mars_testing::Actor::Trader;
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, Mars, USDM_USDC, XMS_USDC};
use mars_types::Asset;

use super::{MILLION, ONE};

/// For `amount` of the asset at `place`: what was sold of it, what was bought for that, and what a swap would have bought.
fn round(mars: &mut Mars, pool: u32, place: usize, amount: u128) -> [u128; 3] {
    let start = mars.snapshot();
    let mut amounts = [0; 2];
    amounts[place] = amount;
    let lp = mars.provide(Trader, pool, &amounts).unwrap().lp.u128();
    let back = mars.withdraw(Trader, pool, lp).unwrap().amounts;
    let (sold, bought) = (amount - back[place].u128(), back[1 - place].u128());
    mars.restore(&start);
    let [offer, ask] = [place, 1 - place].map(|place| mars.swap_pool(pool).assets[place].asset.clone());
    let swapped = mars.swap(Trader, &offer, sold, &[hop(pool, &ask)]).unwrap().ask.amount.u128();
    mars.restore(&start);
    [sold, bought, swapped]
}

/// Of a constant product the fee of 30 bp is 26 bp at the least that way, where four times the reserve is provided.
#[test]
fn a_constant_product_is_paid_nearly_as_well() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    assert_eq!(mars.swap_pool(XMS_USDC).assets[0].asset, mars.asset(Xms));
    for amount in [8_000 * ONE, 800_000 * ONE, 8 * MILLION, 32 * MILLION] {
        let [sold, bought, swapped] = round(&mut mars, XMS_USDC, 0, amount);
        let free = 2 * MILLION * sold / (8 * MILLION + sold);
        assert!(bought <= free * 9_974 / 10_000, "{amount}: {bought} of {free}");
        assert!(bought <= swapped * 10_004 / 10_000, "{amount}: {bought} for {swapped}");
    }
}

#[test]
fn a_stable_pool_is_paid_as_well() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    assert_eq!(mars.swap_pool(USDM_USDC).assets[0].asset, Asset::Cw20(mars.usdm.clone()));
    assert_eq!(mars.swap_pool(USDM_USDC).assets[1].asset, mars.asset(Usdc));
    for amount in [5_000 * ONE, 50_000 * ONE, 500_000 * ONE, 5 * MILLION] {
        let [_, bought, swapped] = round(&mut mars, USDM_USDC, 1, amount);
        assert!(bought <= swapped, "{amount}: {bought} for {swapped}");
    }
}
