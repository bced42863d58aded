//! Whoever moves the pool before a conversion gets a refusal instead of a bargain, and whoever runs it chooses nothing.

use mars_testing::Actor::{Attacker, Keeper, Minter};
use mars_testing::{hop, Token, Trade, XMS_USDC};
use mars_types::RefusalCode;

use super::{collecting, HOUR, ONE};

#[test]
fn a_pool_moved_in_the_same_block_gives_no_conversion() {
    let mut mars = collecting();
    let [xms, usdc] = [Token::Xms, Token::Usdc].map(|token| mars.asset(token));
    let collector = mars.collector.clone();
    mars.give(Minter, &collector, Token::Usdc, 10_000 * ONE);
    // XMS is bought up, so that the collector would buy it dear.
    let trade = Trade::of(usdc.clone(), 100_000 * ONE, vec![hop(XMS_USDC, &xms)]);
    mars.swap_with(Attacker, &trade).unwrap();
    let refusal = mars.assert_unchanged(|mars| mars.convert(Attacker, &usdc)).unwrap_err();
    assert_eq!((refusal.code, refusal.limit.as_str()), (RefusalCode::MinOut, "7920000000"));
}

/// Held for some minutes it moves the short average; the long one still says what the slice is worth.
#[test]
fn a_pool_held_up_for_minutes_gives_no_conversion() {
    let mut mars = collecting();
    let [xms, usdc] = [Token::Xms, Token::Usdc].map(|token| mars.asset(token));
    let collector = mars.collector.clone();
    mars.give(Minter, &collector, Token::Usdc, 10_000 * ONE);
    let trade = Trade::of(usdc.clone(), 100_000 * ONE, vec![hop(XMS_USDC, &xms)]);
    mars.swap_with(Attacker, &trade).unwrap();
    mars.advance(300);
    let refusal = mars.assert_unchanged(|mars| mars.convert(Keeper, &usdc)).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::MinOut, "{refusal}");
}

#[test]
fn a_pool_left_alone_converts_again() {
    let mut mars = collecting();
    let usdc = mars.asset(Token::Usdc);
    let collector = mars.collector.clone();
    mars.give(Minter, &collector, Token::Usdc, 10_000 * ONE);
    mars.convert(Keeper, &usdc).unwrap();
    mars.advance_fresh(20 * HOUR);
    mars.convert(Keeper, &usdc).unwrap();
}
