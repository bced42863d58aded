//! Migration. Whole chains of earlier releases are migrated in mars-testing.

use mars_testing::Actor::Minter;
use mars_testing::Token::Usdc;
use mars_testing::{Contract, Mars};

use super::ONE;

#[test]
fn only_to_a_newer_version_and_everything_stays() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 5 * ONE).unwrap();
    mars.assert_migrates_only_up(Contract::Treasury);
    mars.mint(Minter, Usdc, 5 * ONE).unwrap();
    mars.assert_invariants();
}
