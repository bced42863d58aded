//! Attack: put more of the treasury's assets beside XMS than 15 %, by spreading them over pools; and what the limit is measured in.

use cosmwasm_std::Uint128;
use mars_testing::Actor::{Keeper, Minter, Owner};
use mars_testing::Token::{Busd, Xms};
use mars_testing::{refused, Mint, USDM_USDC, XMS_USDC};
use mars_types::oracle::{self, SourceUnchecked};
use mars_types::treasury::{ExecuteMsg, Level, PositionKind};
use mars_types::{Asset, AssetUnchecked, RefusalCode};

use super::positions::{spend_down, with_pools};
use super::{MILLION, ONE, THOUSAND};

#[test]
fn over_pools_of_different_assets() {
    let mut mars = with_pools();
    let assets = [mars.asset(Xms), mars.asset(Busd)];
    let pool = mars.create_pool(&assets);
    mars.provide(Owner, pool, &[8 * MILLION, 2 * MILLION]).unwrap();
    mars.register_position(pool, PositionKind::Xms).unwrap();
    spend_down(&mut mars, 20 * THOUSAND);
    mars.mint(Minter, Busd, 5 * THOUSAND).unwrap();
    mars.next_epoch();
    // 15 % of 25,000.
    mars.allocate(Keeper, XMS_USDC, 3_000 * ONE).unwrap();
    refused(mars.allocate(Keeper, pool, 751 * ONE), RefusalCode::PositionCap, 3_751 * ONE, 3_750 * ONE);
    mars.allocate(Keeper, pool, 750 * ONE).unwrap();
}

#[test]
fn what_stands_beside_usdm_is_not_beside_xms() {
    let mut mars = with_pools();
    spend_down(&mut mars, 20 * THOUSAND);
    mars.allocate(Keeper, USDM_USDC, 3_000 * ONE).unwrap();
    // A unit of what the pool owes is lost to rounding.
    mars.allocate(Keeper, XMS_USDC, 3_000 * ONE - 1).unwrap();
}

#[test]
fn an_asset_of_eighteen_decimals_is_counted_in_dollars() {
    let mut mars = with_pools();
    let one = 10u128.pow(18);
    let dai = mars.deploy_cw20(Owner, "DAI", 18, 1_000_000_000 * one);
    let asset = AssetUnchecked::cw20(dai.to_string());
    let source = SourceUnchecked::Fixed { price: "1".parse().unwrap() };
    mars.tell_oracle(Owner, &oracle::ExecuteMsg::SetSource { asset: asset.clone(), source }).unwrap();
    let cap = Uint128::new(1_000_000_000 * one);
    let register = ExecuteMsg::RegisterAsset { asset, level: Level::Stable, decimals: 18, cap };
    mars.tell_treasury(Owner, &register).unwrap();
    let dai = Asset::Cw20(dai);
    mars.mint_with(Minter, Mint::of(dai.clone(), 100_000 * one)).unwrap();
    let xms = mars.asset(Xms);
    let pool = mars.create_pool(&[xms, dai]);
    mars.provide(Owner, pool, &[8 * MILLION, 2_000_000 * one]).unwrap();
    mars.register_position(pool, PositionKind::Xms).unwrap();
    for _ in 0..3 {
        mars.next_epoch();
        mars.allocate(Keeper, pool, 1_000 * one).unwrap();
    }
    mars.assert_invariants();
}
