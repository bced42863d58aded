//! Attack: mint USDM with a token that only looks like an asset.

use cosmwasm_std::{Coin, Uint128};
use cw20::Cw20ExecuteMsg;
use mars_testing::Actor::{Attacker, Minter};
use mars_testing::Token::{Gold, Usdc};
use mars_testing::{message, refused, Mars, Mint};
use mars_types::treasury::{Cw20HookMsg, ExecuteMsg};
use mars_types::{Asset, RefusalCode};

use super::{ONE, THOUSAND};

#[test]
fn a_token_of_the_same_name_is_not_listed() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    let fake = mars.deploy_cw20(Attacker, "GOLD", Gold.decimals(), 0);
    let fortune = Uint128::new(Gold.units(1_000_000));
    let mint = Cw20ExecuteMsg::Mint { recipient: Attacker.addr().into_string(), amount: fortune };
    mars.transact(Attacker, vec![message(&fake, &mint, vec![])]).unwrap();
    let result = mars.mint_with(Attacker, Mint::of(Asset::Cw20(fake.clone()), fortune.u128()));
    refused(result, RefusalCode::NotListed, format!("cw20:{fake}"), "listed assets");
    assert_eq!(mars.usdm_of(Attacker), 0);
}

#[test]
fn a_fake_token_neither_redeems_nor_funds() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    mars.next_epoch();
    let fake = mars.deploy_cw20(Attacker, "USDM", 6, 1_000 * ONE);
    let redeem =
        Cw20HookMsg::Redeem { min_out: Uint128::zero(), deadline: mars.now(), recipient: None, queue: false };
    for (hook, expected) in [(redeem, mars.usdm.clone()), (Cw20HookMsg::FundReserve {}, mars.xms.clone())] {
        let send = mars.send_message(&fake, 100 * ONE, &hook);
        let result = mars.assert_unchanged(|mars| mars.transact(Attacker, vec![send]));
        refused(result, RefusalCode::WrongToken, &fake, expected);
    }
}

#[test]
fn a_coin_of_a_similar_name_is_not_listed() {
    let mut mars = Mars::deploy();
    for denom in ["UUSDC", "uusdc2", "factory/mars1attacker/uusdc"] {
        mars.app.init_modules(|router, _, storage| {
            let coins = vec![Coin::new(1_000 * ONE, denom)];
            router.bank.init_balance(storage, &Attacker.addr(), coins).unwrap();
        });
        let result = mars.mint_with(Attacker, Mint::of(Asset::Native(denom.into()), 1_000 * ONE));
        refused(result, RefusalCode::NotListed, format!("native:{denom}"), "listed assets");
    }
}

#[test]
fn a_native_coin_is_not_a_cw20_of_its_name_and_a_cw20_not_a_coin() {
    let mut mars = Mars::deploy();
    // A denom that spells the address of a listed cw20 token.
    let gold = mars.gold.to_string();
    mars.app.init_modules(|router, _, storage| {
        let coins = vec![Coin::new(1_000 * ONE, gold.as_str())];
        router.bank.init_balance(storage, &Attacker.addr(), coins).unwrap();
    });
    let result = mars.mint_with(Attacker, Mint::of(Asset::Native(gold.clone()), ONE));
    refused(result, RefusalCode::NotListed, format!("native:{gold}"), "listed assets");
}

#[test]
fn more_coins_than_one_are_never_mixed_up() {
    let mut mars = Mars::deploy();
    mars.app.init_modules(|router, _, storage| {
        let coins = vec![Coin::new(ONE, "ufake"), Coin::new(ONE, "uusdc")];
        router.bank.init_balance(storage, &Attacker.addr(), coins).unwrap();
    });
    let treasury = mars.treasury.clone();
    let mint = ExecuteMsg::Mint { min_out: Uint128::zero(), deadline: mars.now(), recipient: None };
    for funds in [
        vec![Coin::new(ONE, "ufake"), Coin::new(1u128, "uusdc")],
        vec![Coin::new(1u128, "uusdc"), Coin::new(2u128, "uusdc")],
    ] {
        let attack = message(&treasury, &mint, funds);
        let refusal = mars.transact(Attacker, vec![attack]).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::WrongFunds, "{refusal}");
    }
    assert_eq!(mars.usdm_supply(), 0);
}
