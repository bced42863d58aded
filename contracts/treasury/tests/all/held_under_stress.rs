//! Attack: keep XMS under stress, so that nobody redeems, by pushing its pool at the end of each block and bringing it back at the
//! beginning of the next, before anybody else trades. It can be done, at a price.

use mars_testing::Actor::{Attacker, Minter};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, XMS_USDC};
use mars_types::RefusalCode;

use super::budgets_cut_for_a_block::{bring_back, priced_by_its_pool, worth};
use super::{ONE, THOUSAND};

#[test]
fn each_block_costs_more_than_three_hundred_dollars() {
    let mut mars = priced_by_its_pool();
    let (xms, usdc) = (mars.asset(Xms), mars.asset(Usdc));
    let owned = worth(&mars);
    for _ in 0..12 {
        // 5.3 % of the price of a pool of 8 M XMS and 2 M USDC.
        mars.swap(Attacker, &xms, 220 * THOUSAND, &[hop(XMS_USDC, &usdc)]).unwrap();
        mars.advance_fresh(5);
        assert_eq!(mars.redeem(Minter, 10 * ONE).unwrap_err().code, RefusalCode::Stress);
        bring_back(&mut mars);
    }
    let cost = owned - worth(&mars);
    assert!(cost > 12 * 300 * ONE, "{cost}");
    mars.advance_fresh(5);
    mars.redeem(Minter, 10 * ONE).unwrap();
}
