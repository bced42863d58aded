//! Attack: sell USDM into the treasury's own pool, so that more of it counts as the treasury's, and mint against the room
//! that this makes.

use mars_testing::Actor::{Attacker, Keeper, Minter, Owner};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, USDM_USDC};
use mars_types::treasury::ExecuteMsg;
use mars_types::{Asset, Refusal, RefusalCode};

use super::positions::with_pools;
use super::{MILLION, ONE, THOUSAND};

#[test]
fn usdm_that_is_sold_to_the_treasury_makes_no_room() {
    let mut mars = with_pools();
    mars.give_usdm(Minter, Attacker, 400 * THOUSAND);
    for _ in 0..4 {
        mars.allocate(Keeper, USDM_USDC, 3_700 * ONE).unwrap();
        mars.next_epoch();
    }
    mars.poke(Keeper).unwrap();
    let minted = mars.position(USDM_USDC).position.minted.u128();
    let start = mars.snapshot();
    let mut closed = |sold: u128| {
        mars.restore(&start);
        let (usdm, usdc) = (Asset::Cw20(mars.usdm.clone()), mars.asset(Usdc));
        if sold > 0 {
            mars.swap(Attacker, &usdm, sold, &[hop(USDM_USDC, &usdc)]).unwrap();
        }
        // At this closing and at later ones, when the averages have followed.
        let mut seen = vec![];
        for _ in 0..12 {
            mars.next_epoch();
            mars.poke(Keeper).unwrap();
            let (solvency, epoch) = (mars.solvency(), mars.epoch());
            seen.push((epoch.room, solvency.treasury_owned_cap, solvency.treasury_owned_now));
        }
        seen
    };
    let calm = closed(0);
    for sold in [10 * THOUSAND, 200 * THOUSAND, 400 * THOUSAND] {
        for (pushed, calm) in closed(sold).iter().zip(&calm) {
            // To within what roundings leave of the ledger: nothing above it ever counts.
            assert!(
                pushed.0.u128() <= calm.0.u128() + 10,
                "room {} after {sold}, {} without",
                pushed.0,
                calm.0
            );
            assert!(pushed.1.u128() <= minted, "treasury-owned for the cap");
            assert!(pushed.2 > calm.2, "the pool does hold more");
        }
    }
}

#[test]
fn usdm_that_was_bought_from_the_treasury_is_the_buyers_once_the_pool_is_left() {
    let mut mars = with_pools();
    mars.allocate(Keeper, USDM_USDC, 3_700 * ONE).unwrap();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    let (usdm, usdc) = (Asset::Cw20(mars.usdm.clone()), mars.asset(Usdc));
    mars.swap(Attacker, &usdc, 150 * THOUSAND, &[hop(USDM_USDC, &usdm)]).unwrap();
    let lp = mars.position(USDM_USDC).position.lp;
    let remove = ExecuteMsg::Remove { pool: USDM_USDC, lp, deadline: mars.now() };
    mars.tell_treasury(Owner, &remove).unwrap();
    // Nothing is on the mint ledger any more, so all USDM there is belongs to users, in this epoch too.
    assert_eq!(mars.position(USDM_USDC).position.minted.u128(), 0);
    assert_eq!(mars.epoch().user_owned.u128(), mars.usdm_supply());
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    assert_eq!(mars.epoch().user_owned.u128(), mars.usdm_supply());
}

#[test]
fn usdm_that_is_sold_to_the_treasury_covers_no_xms() {
    let mut mars = with_pools();
    mars.register(Xms, MILLION * MILLION).unwrap();
    mars.give_usdm(Minter, Attacker, 400 * THOUSAND);
    for _ in 0..4 {
        mars.allocate(Keeper, USDM_USDC, 3_700 * ONE).unwrap();
        mars.next_epoch();
    }
    let code = |result: Result<_, Refusal>| result.map(drop).unwrap_err().code;
    // There is no surplus that XMS could be minted with.
    assert_eq!(code(mars.mint(Attacker, Xms, 4_000 * ONE)), RefusalCode::CoverageShort);
    let (usdm, usdc) = (Asset::Cw20(mars.usdm.clone()), mars.asset(Usdc));
    mars.swap(Attacker, &usdm, 400 * THOUSAND, &[hop(USDM_USDC, &usdc)]).unwrap();
    mars.advance_fresh(1);
    assert_eq!(code(mars.mint(Attacker, Xms, 4_000 * ONE)), RefusalCode::CoverageShort);
}

#[test]
fn usdm_that_is_sold_to_the_treasury_is_no_surplus_to_reward_anyone_from() {
    let mut mars = with_pools();
    mars.give_usdm(Minter, Attacker, 20 * THOUSAND);
    mars.allocate(Keeper, USDM_USDC, 3_700 * ONE).unwrap();
    mars.next_epoch();
    let (usdm, usdc) = (Asset::Cw20(mars.usdm.clone()), mars.asset(Usdc));
    // Not so much that the price leaves the oracle's.
    mars.swap(Attacker, &usdm, 20 * THOUSAND, &[hop(USDM_USDC, &usdc)]).unwrap();
    mars.advance_fresh(1);
    let receipt = mars.allocate(Attacker, USDM_USDC, 3_700 * ONE).unwrap();
    assert_eq!(receipt.reward.u128(), 0);
}
