//! Attack: get round a limit or a fee by splitting one call into many, in one block or among many accounts.

use mars_testing::Actor::{Attacker, Keeper, Minter, Stranger, Trader};
use mars_testing::Token::{Eth, Usdc};
use mars_testing::{refused, Mars, Redeem, Token};
use mars_types::RefusalCode;

use super::{MILLION, ONE, THOUSAND};

/// 1 M USDM out: a budget of 10,000 an epoch and of 100,000 a day.
fn a_million_out() -> Mars {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, MILLION).unwrap();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    mars
}

#[test]
fn many_redemptions_share_one_budget() {
    let mut mars = a_million_out();
    mars.give_usdm(Minter, Attacker, 300 * THOUSAND);
    mars.give_usdm(Minter, Trader, 300 * THOUSAND);
    for _ in 0..20 {
        for who in [Attacker, Trader] {
            mars.redeem(who, 250 * ONE).unwrap();
        }
    }
    for who in [Attacker, Trader, Minter] {
        refused(mars.redeem(who, 1_000), RefusalCode::EpochBudget, 1_000, 0);
    }
}

#[test]
fn many_messages_of_one_transaction_share_it_too() {
    let mut mars = a_million_out();
    let piece = Redeem::of(2_000 * ONE);
    let six = (0..6).map(|_| mars.redeem_message(&piece)).collect();
    let result = mars.assert_unchanged(|mars| mars.transact(Minter, six));
    refused(result, RefusalCode::EpochBudget, 2_000 * ONE, 0);
    let five = (0..5).map(|_| mars.redeem_message(&piece)).collect();
    mars.transact(Minter, five).unwrap();
    mars.assert_invariants();
}

#[test]
fn the_turn_of_an_epoch_gives_no_second_budget() {
    let mut mars = a_million_out();
    mars.advance_fresh(179);
    mars.redeem(Minter, 10_000 * ONE).unwrap();
    mars.advance_fresh(1);
    // One second of refill, not a new bucket.
    let refill = 55_555_555;
    refused(mars.redeem(Minter, refill + 1), RefusalCode::EpochBudget, refill + 1, refill);
    mars.redeem(Minter, refill).unwrap();
}

#[test]
fn a_day_of_every_epochs_budget_ends_at_the_days() {
    let mut mars = a_million_out();
    for token in Token::COLLATERAL {
        mars.silence(token);
    }
    let start = mars.now();
    let mut redeemed = 0;
    while mars.now() < start + 86_400 {
        let epoch = mars.epoch();
        let most = epoch.epoch_budget.level.min(epoch.day_budget.level).u128();
        mars.redeem(Minter, most).unwrap();
        redeemed += most;
        mars.next_epoch();
    }
    // One full bucket and one refill of it, of a U that falls meanwhile: never more than 20 % of what was there.
    assert!(redeemed > 150 * THOUSAND && redeemed <= 200 * THOUSAND, "{redeemed}");
    mars.assert_invariants();
}

#[test]
fn poking_every_block_wears_no_budget_down() {
    let mut mars = Mars::deploy();
    // A budget of a day of 50,000 uusdm refills 2.89 in five seconds.
    mars.mint(Minter, Usdc, 500_000).unwrap();
    mars.next_epoch();
    mars.redeem(Minter, 5_000).unwrap();
    let spent = mars.epoch().day_budget.level.u128();
    for _ in 0..35 {
        mars.advance(5);
        mars.poke(Attacker).unwrap();
    }
    assert_eq!(mars.epoch().day_budget.level.u128(), spent + 50_000 * 175 / 86_400);
}

#[test]
fn dust_pays_no_more_xms_than_the_whole() {
    let mut mars = a_million_out();
    let start = mars.snapshot();
    let whole = mars.redeem(Minter, 4_099).unwrap().xms.u128();
    mars.restore(&start);
    let pieces: u128 = (0..100).map(|_| mars.redeem(Minter, 40).unwrap().xms.u128()).sum::<u128>()
        + mars.redeem(Minter, 99).unwrap().xms.u128();
    assert!(pieces <= whole, "{pieces} > {whole}");
}

#[test]
fn dust_mints_no_more_usdm_than_the_whole() {
    let mut mars = a_million_out();
    mars.advance_fresh(86_400);
    let start = mars.snapshot();
    let unit = 700_000_000_000;
    let whole = mars.mint(Attacker, Eth, 50 * unit).unwrap().usdm.u128();
    mars.restore(&start);
    let pieces: u128 = (0..50).map(|_| mars.mint(Attacker, Eth, unit).unwrap().usdm.u128()).sum();
    assert!(pieces <= whole, "{pieces} > {whole}");
    assert_eq!(whole, 104_895);
    mars.assert_invariants();
}

#[test]
fn the_mint_limit_is_one_for_all() {
    let mut mars = Mars::deploy();
    for who in [Minter, Trader, Attacker, Keeper] {
        mars.mint(who, Usdc, 250 * THOUSAND).unwrap();
    }
    for who in [Minter, Attacker] {
        refused(mars.mint(who, Usdc, 1), RefusalCode::MintLimit, 1, 0);
    }
    assert_eq!(mars.usdm_of(Stranger), 0);
}

#[test]
fn redeeming_does_not_make_room_under_the_mint_limit() {
    let mut mars = a_million_out();
    mars.redeem(Minter, 10_000 * ONE).unwrap();
    let level = mars.epoch().mint_limit.level.u128();
    // What 180 seconds refilled, nothing for the burn.
    assert_eq!(level, 2_083_333_333);
}
