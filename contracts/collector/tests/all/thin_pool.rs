//! Somebody opens a thin pool and has the fees sold through it: SushiMaker, 2020 and 2021. Here nobody but the owner names a
//! pool, and whoever converts chooses nothing.

use mars_testing::Actor::{Attacker, Keeper, Minter};
use mars_testing::{refused, Token};
use mars_types::RefusalCode;

use super::{collecting, ONE};

#[test]
fn pools_of_others_are_not_on_the_way() {
    let mut mars = collecting();
    let [xms, usdc, busd] = [Token::Xms, Token::Usdc, Token::Busd].map(|token| mars.asset(token));
    let collector = mars.collector.clone();
    for token in [Token::Usdc, Token::Busd] {
        mars.give(Minter, &collector, token, 10_000 * ONE);
    }
    let calm = mars.snapshot();
    let without = mars.convert(Keeper, &usdc).unwrap();
    mars.restore(&calm);
    // XMS at a thousandth of a dollar's worth: a bargain for whoever sells it there.
    for asset in [&usdc, &busd] {
        let pool = mars.create_pool(&[asset.clone(), xms.clone()]);
        mars.provide(Attacker, pool, &[ONE, 1_001]).unwrap();
    }
    mars.advance_fresh(1_800);
    refused(mars.convert(Attacker, &busd), RefusalCode::NotFound, &busd, "an asset with a route");
    let receipt = mars.convert(Attacker, &usdc).unwrap();
    assert_eq!((receipt.amount, receipt.xms), (without.amount, without.xms));
}
