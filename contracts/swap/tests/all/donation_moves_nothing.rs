//! Coins and tokens that come without a message change no price, no share and no observation.

use mars_testing::Actor::{Attacker, Owner, Trader};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, Mars, USDM_USDC, XMS_USDC};

use super::{MILLION, ONE};

#[test]
fn gifts_to_the_contract() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars.mint(Attacker, Usdc, 1_000 * ONE).unwrap();
    mars.advance(600);
    let told = |mars: &Mars| {
        [XMS_USDC, USDM_USDC].map(|pool| (mars.swap_pool(pool), mars.observe(pool, &[60, 1_800])))
    };
    let (before, start) = (told(&mars), mars.snapshot());
    let quote = |mars: &mut Mars| {
        let (xms, usdc) = (mars.asset(Xms), mars.asset(Usdc));
        let swapped = mars.swap(Trader, &xms, 1_000 * ONE, &[hop(XMS_USDC, &usdc)]).unwrap();
        let made = mars.provide(Trader, XMS_USDC, &[MILLION, ONE]).unwrap();
        (swapped, made, mars.withdraw(Owner, XMS_USDC, ONE).unwrap())
    };
    let without = quote(&mut mars);
    mars.restore(&start);
    let swap = mars.swap.clone();
    mars.give(Attacker, &swap, Xms, 50 * MILLION);
    mars.give(Attacker, &swap, Usdc, 50 * MILLION);
    mars.give_usdm(Attacker, &swap, 1_000 * ONE);
    assert_eq!(told(&mars), before);
    assert_eq!(quote(&mut mars), without);
    mars.assert_invariants();
}

#[test]
fn lp_tokens_given_to_the_contract_stay_out_of_reach() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let (pool, swap) = (mars.swap_pool(XMS_USDC), mars.swap.clone());
    let gift = cw20::Cw20ExecuteMsg::Transfer { recipient: swap.to_string(), amount: 1_000_000u128.into() };
    let call = mars_testing::message(&pool.lp_token, &gift, vec![]);
    mars.transact(Owner, vec![call]).unwrap();
    assert_eq!(mars.lp_of(&swap, XMS_USDC), 1_001_000);
    assert_eq!(mars.swap_pool(XMS_USDC), pool, "they are shares as before, of nobody");
    mars.assert_invariants();
}

#[test]
fn lp_tokens_that_are_burned_leave_their_share_to_nobody() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let pool = mars.swap_pool(XMS_USDC);
    let burn = cw20::Cw20ExecuteMsg::Burn { amount: 1_000_000u128.into() };
    let call = mars_testing::message(&pool.lp_token, &burn, vec![]);
    mars.transact(Owner, vec![call]).unwrap();
    assert_eq!(mars.swap_pool(XMS_USDC), pool);
    mars.assert_invariants();
}
