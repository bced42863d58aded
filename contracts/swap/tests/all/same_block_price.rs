//! Within one block somebody moves a price, uses it and moves it back. Nothing that other contracts read has moved.

use mars_testing::Actor::Attacker;
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, Mars, Trade, XMS_USDC};

use super::{MILLION, ONE};

#[test]
fn neither_spot_nor_an_average_moves_in_the_block() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars.advance(3_600);
    let ([xms, usdc], windows) = ([Xms, Usdc].map(|token| mars.asset(token)), [180, 1_800]);
    let before = mars.observe(XMS_USDC, &windows);
    // Ten times the price, in one transaction and in one block.
    let up = mars.swap_message(&Trade::of(usdc.clone(), 5 * MILLION, vec![hop(XMS_USDC, &xms)]));
    mars.transact(Attacker, vec![up]).unwrap();
    let within = mars.observe(XMS_USDC, &windows);
    assert_eq!(
        (&within.prices, &within.reserves, within.lp_supply),
        (&before.prices, &before.reserves, before.lp_supply)
    );
    let bought = 8 * MILLION - mars.reserves(XMS_USDC)[0];
    mars.swap(Attacker, &xms, bought, &[hop(XMS_USDC, &usdc)]).unwrap();
    // Back where it was but for the fee: nothing to be seen in the next block either.
    mars.advance(5);
    let after = mars.base_price(XMS_USDC, &windows);
    let moved = after.twaps[0].high - before.prices[0].twaps[0].low;
    assert!(moved < mars_testing::decimal("0.0001"), "{after:?}");
    assert!(mars.balance(Attacker, Usdc) < 1_000_000_000 * ONE, "and the fees were paid twice");
}

#[test]
fn held_for_a_block_it_moves_an_average_by_a_tenth_for_that_long() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars.advance(3_600);
    let [xms, usdc] = [Xms, Usdc].map(|token| mars.asset(token));
    mars.swap(Attacker, &usdc, 18 * MILLION, &[hop(XMS_USDC, &xms)]).unwrap();
    mars.advance(6);
    let price = mars.base_price(XMS_USDC, &[180, 1_800]);
    assert!(price.spot.low > mars_testing::decimal("24"), "a hundred times the price");
    // 6 of 180 seconds at 0.275 instead of 0.25.
    assert!(price.twaps[0].high < mars_testing::decimal("0.25084"), "{price:?}");
    assert!(price.twaps[1].high < mars_testing::decimal("0.250084"), "{price:?}");
}
