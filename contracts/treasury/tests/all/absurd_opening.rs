//! Attack: open a registered pool at an absurd price for one block, so that its average tells the price of XMS and its depth for
//! as long as nobody trades there.

use mars_testing::Actor::{Attacker, Keeper, Minter, Owner};
use mars_testing::Token::{Busd, Defi, Usdc, Xms};
use mars_testing::{decimal, hop, Mars, XMS_USDC};
use mars_types::oracle::{ExecuteMsg, PoolRules, SourceUnchecked};
use mars_types::treasury::PositionKind;
use mars_types::RefusalCode;

use super::positions::with_pools;
use super::{MILLION, ONE, THOUSAND};

/// XMS is priced by two pools, of which the second is not open yet.
fn priced_by_two_pools() -> (Mars, u32) {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let assets = [mars.asset(Xms), mars.asset(Busd)];
    let second = mars.create_pool(&assets);
    mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    mars.advance_fresh(1_800);
    let source = SourceUnchecked::Twap {
        swap: mars.swap.to_string(),
        pools: vec![XMS_USDC, second],
        rules: PoolRules::default(),
    };
    let asset = mars.unchecked(Xms);
    mars.silence(Xms);
    mars.tell_oracle(Owner, &ExecuteMsg::SetSource { asset, source }).unwrap();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    (mars, second)
}

#[test]
fn neither_price_nor_depth_is_what_stood_there_for_a_block() {
    let (mut mars, second) = priced_by_two_pools();
    let before = mars.epoch();
    assert_eq!(before.xms_price, Some(decimal("0.25")));
    // 3 M BUSD beside one XMS, for one block.
    mars.provide(Attacker, second, &[ONE, 3 * MILLION]).unwrap();
    mars.advance_fresh(5);
    lead_back(&mut mars, second);
    for _ in 0..12 {
        mars.next_epoch();
        mars.poke(Keeper).unwrap();
        let epoch = mars.epoch();
        assert_eq!(epoch.xms_price, Some(decimal("0.25")));
        let grown = epoch.depth.unwrap() - before.depth.unwrap();
        // No more than what is left there, some 8,000 dollars of fees.
        assert!(grown.u128() < 10 * THOUSAND, "{grown}");
        mars.redeem(Minter, ONE).unwrap();
    }
}

#[test]
fn nor_is_the_price_once_it_is_the_deepest_pool() {
    let (mut mars, second) = priced_by_two_pools();
    mars.provide(Attacker, second, &[ONE, 3 * MILLION]).unwrap();
    mars.advance_fresh(5);
    lead_back(&mut mars, second);
    mars.provide(Attacker, second, &[12 * MILLION, 3 * MILLION]).unwrap();
    for _ in 0..12 {
        mars.next_epoch();
        mars.poke(Keeper).unwrap();
        let price = mars.epoch().xms_price.unwrap();
        assert!(price.abs_diff(decimal("0.25")) < decimal("0.001"), "{price}");
    }
    // While the average says otherwise nothing is redeemed, and whoever trades there leads it back.
    assert_eq!(mars.redeem(Minter, ONE).unwrap_err().code, RefusalCode::Stress);
    let (xms, busd) = (mars.asset(Xms), mars.asset(Busd));
    for _ in 0..160 {
        mars.advance_fresh(5);
        mars.swap(Keeper, &busd, ONE, &[hop(second, &xms)]).unwrap();
    }
    mars.advance_fresh(1_800);
    mars.redeem(Minter, ONE).unwrap();
}

#[test]
fn nor_is_an_asset_of_its_own_pool() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 400 * THOUSAND).unwrap();
    let assets = [mars.asset(Defi), mars.asset(Usdc)];
    let pool = mars.create_pool(&assets);
    let source =
        SourceUnchecked::Twap { swap: mars.swap.to_string(), pools: vec![pool], rules: PoolRules::default() };
    let asset = mars.unchecked(Defi);
    mars.silence(Defi);
    mars.tell_oracle(Owner, &ExecuteMsg::SetSource { asset, source }).unwrap();
    // A token of $5 stands at a million for a block; then there is depth at the right price.
    mars.provide(Attacker, pool, &[ONE, MILLION]).unwrap();
    mars.advance_fresh(5);
    let [x, y] = mars.reserves(pool)[..] else { unreachable!() };
    let (defi, usdc) = (mars.asset(Defi), mars.asset(Usdc));
    mars.swap(Attacker, &defi, (x * y / 5).isqrt() - x, &[hop(pool, &usdc)]).unwrap();
    mars.provide(Attacker, pool, &[20 * THOUSAND, 100 * THOUSAND]).unwrap();
    mars.advance_fresh(1_800);
    let receipt = mars.mint(Attacker, Defi, ONE).unwrap();
    assert!(receipt.usdm.u128() < 6 * ONE, "{receipt:?}");
}

/// Trades a pool of XMS and BUSD to $0.25. The fees stay there, so it takes more than one step.
fn lead_back(mars: &mut Mars, pool: u32) {
    let (xms, busd) = (mars.asset(Xms), mars.asset(Busd));
    for _ in 0..5 {
        let [x, y] = mars.reserves(pool)[..] else { unreachable!() };
        let (to_x, to_y) = ((4 * x * y).isqrt(), (x * y / 4).isqrt());
        let (from, to, amount) = if to_x > x { (&xms, &busd, to_x - x) } else { (&busd, &xms, to_y - y) };
        if amount > x.min(y) / 10_000 {
            mars.swap(Attacker, from, amount, &[hop(pool, to)]).unwrap();
        }
    }
}

/// External assets and circulating XMS before and after the treasury's first slice in a pool that somebody opened with these
/// amounts, for a block.
fn slice_of_a_pool_opened_with(amounts: [u128; 2]) -> [(u128, u128); 2] {
    let mut mars = with_pools();
    let assets = [mars.asset(Xms), mars.asset(Busd)];
    let pool = mars.create_pool(&assets);
    mars.register_position(pool, PositionKind::Xms).unwrap();
    mars.mint(Minter, Busd, 10 * THOUSAND).unwrap();
    mars.provide(Attacker, pool, &amounts).unwrap();
    mars.advance_fresh(5);
    lead_back(&mut mars, pool);
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    let told = |mars: &Mars| (mars.solvency().external_low.u128(), mars.epoch().circulating.u128());
    let before = told(&mars);
    mars.allocate(Attacker, pool, 3_000 * ONE).unwrap();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    [before, told(&mars)]
}

#[test]
fn what_the_treasury_holds_there_is_worth_no_more_than_it_is() {
    let [before, after] = slice_of_a_pool_opened_with([ONE, 3 * MILLION]);
    assert!(after.0.abs_diff(before.0) < ONE, "external assets {before:?} {after:?}");
}

#[test]
fn what_xms_it_holds_there_is_no_more_than_it_is() {
    let [before, after] = slice_of_a_pool_opened_with([7 * THOUSAND, 1]);
    assert!(after.1.abs_diff(before.1) < 10 * ONE, "circulating {before:?} {after:?}");
}
