//! Attack: put a claim at the head of the queue that no settlement can pay, for a token refuses what is sent to itself.

use cosmwasm_std::Addr;
use mars_testing::Actor::{Attacker, Keeper, Minter};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{Mars, Redeem};
use mars_types::RefusalCode;

use super::{MILLION, ONE, THOUSAND};

/// Everybody behind the claim waits for ever, and nobody can cancel it: its owner is a token.
fn tries_to_block(recipient: fn(&Mars) -> Addr) {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, MILLION).unwrap();
    mars.give_usdm(Minter, Attacker, THOUSAND);
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    mars.remove_price(Xms);
    let claim = Redeem::of(10 * ONE).or_queue().recipient(recipient(&mars));
    let message = mars.redeem_message(&claim);
    let poisoned = mars.transact(Attacker, vec![message]);
    mars.redeem_with(Minter, Redeem::of(100 * ONE).or_queue()).unwrap();
    mars.fix_price(Xms, "0.25");
    let settled = mars.settle(Keeper, 30).unwrap();
    assert_eq!(settled.waiting.u128(), 0);
    mars.redeem(Minter, ONE).unwrap();
    assert_eq!(poisoned.unwrap_err().code, RefusalCode::InvalidInput);
    mars.assert_invariants();
}

#[test]
fn that_is_owned_by_the_token_of_the_payment() {
    tries_to_block(|mars| mars.xms.clone());
}

#[test]
fn that_is_owned_by_the_token_that_a_rest_comes_back_in() {
    tries_to_block(|mars| mars.usdm.clone());
}

#[test]
fn that_is_owned_by_the_treasury() {
    tries_to_block(|mars| mars.treasury.clone());
}
