//! Migration. Whole chains of earlier releases are migrated in mars-testing.

use mars_testing::Actor::Trader;
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, Contract, Mars, XMS_USDC};

use super::ONE;

#[test]
fn only_to_a_newer_version_and_everything_stays() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars.assert_migrates_only_up(Contract::Swap);
    let (xms, usdc) = (mars.asset(Xms), mars.asset(Usdc));
    mars.swap(Trader, &xms, 1_000 * ONE, &[hop(XMS_USDC, &usdc)]).unwrap();
    mars.assert_invariants();
}
