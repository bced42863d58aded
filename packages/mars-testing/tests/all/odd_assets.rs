//! Attack: a token that the DAO listed, and that does not keep to the rules of cw20. What it does is refused, or hurts nobody
//! who does not hold it.

use cosmwasm_std::{Addr, CosmosMsg, Uint128, coins};
use cw_multi_test::AppResponse;
use mars_testing::Actor::{Attacker, Guardian, Keeper, Minter, Owner};
use mars_testing::Token::Usdc;
use mars_testing::{Mars, Mint, Quirk, decimal, message, refused};
use mars_types::oracle::{self, SourceUnchecked};
use mars_types::treasury::{BasketTerms, Cw20HookMsg, ExecuteMsg, Level, SwitchUnchecked};
use mars_types::{Asset, Bps, Refusal, RefusalCode};

use super::{MILLION, ONE, THOUSAND, broken};

fn list(mars: &mut Mars, odd: &Addr, decimals: u8, price: &str) -> Result<AppResponse, Refusal> {
    let asset: mars_types::AssetUnchecked = Asset::Cw20(odd.clone()).into();
    let source = SourceUnchecked::Fixed { price: decimal(price) };
    mars.tell_oracle(Owner, &oracle::ExecuteMsg::SetSource { asset: asset.clone(), source }).unwrap();
    let register = ExecuteMsg::RegisterAsset { asset, level: Level::DeFi, decimals, cap: Uint128::MAX };
    mars.tell_treasury(Owner, &register)
}

/// Half a million of USDC in the treasury, and 10,000 of a token that was good when it was listed; both at $1.
fn listed() -> (Mars, Addr, Asset) {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    let odd = mars.deploy_odd(6, MILLION);
    list(&mut mars, &odd, 6, "1").unwrap();
    let asset = Asset::Cw20(odd.clone());
    let receipt = mars.mint_with(Attacker, Mint::of(asset.clone(), 10 * THOUSAND)).unwrap();
    assert_eq!(receipt.usdm.u128(), 9_970 * ONE);
    (mars, odd, asset)
}

/// A mint without the bench's own checks, which ask the token.
fn mint(mars: &mut Mars, asset: &Asset, amount: u128) {
    let mint = mars.mint_message(&Mint::of(asset.clone(), amount));
    mars.transact(Attacker, vec![mint]).unwrap();
}

#[test]
fn less_arrives_than_it_says() {
    let (mut mars, odd, asset) = listed();
    mars.set_quirk(&odd, &Quirk::Taxes(Bps(1_000)));
    mint(&mut mars, &asset, 1_000 * ONE);
    assert_eq!(mars.usdm_of(Attacker), (9_970 + 997) * ONE);
    assert_eq!(mars.balance_of(&mars.treasury, &asset), 10_900 * ONE);
    // The books tell of it, and of no other asset.
    let law = format!("ledger_of_{asset}_is_held");
    assert_eq!(broken(&mars.treasury_invariants()), [(law, "11000000000".into(), "10900000000".into())]);
}

#[test]
fn it_does_not_leave_and_everything_else_does() {
    let (mut mars, odd, asset) = listed();
    mars.tell_treasury(Owner, &ExecuteMsg::DeclareRecovery {}).unwrap();
    mars.set_quirk(&odd, &Quirk::Sticks);
    let hook = Cw20HookMsg::ClaimBasket { basket: mars.any_basket() };
    let claim = mars.send_message(&mars.usdm.clone(), 1_000 * ONE, &hook);
    let refusal = mars.assert_unchanged(|mars| mars.transact(Minter, vec![claim])).unwrap_err();
    assert_eq!((refusal.code, refusal.message.as_str()), (RefusalCode::Chain, "the odd token sticks"));
    // Who forgoes it gets the rest.
    let without = BasketTerms { skip: vec![asset.clone().into()], ..mars.any_basket() };
    let receipt = mars.claim_basket_with(Minter, None, Some(1_000 * ONE), without).unwrap();
    let usdc = 500 * THOUSAND * 1_000 / 510_000;
    assert_eq!((receipt.paid.len(), receipt.paid[0].amount.u128()), (1, usdc));
    // What was forgone is there for the others, once it moves.
    mars.set_quirk(&odd, &Quirk::None);
    let receipt = mars.claim_basket(Minter, 1_000 * ONE).unwrap();
    let whole = 510 * THOUSAND - usdc;
    assert_eq!(receipt.external_high.u128(), whole);
    let paid: Vec<u128> = receipt.paid.iter().map(|paid| paid.amount.u128()).collect();
    let share = |held: u128| held * (1_000 * ONE) / whole;
    assert_eq!(paid, [share(500 * THOUSAND - usdc), share(10 * THOUSAND)]);
    mars.assert_invariants();
}

#[test]
fn what_it_answers_changes_no_figure() {
    for (quirk, unknown) in Quirk::ANSWERS {
        let (mut mars, odd, asset) = listed();
        let figures = |mars: &Mars| (mars.solvency(), mars.epoch(), mars.assets());
        let before = figures(&mars);
        mars.set_quirk(&odd, &quirk);
        assert_eq!(figures(&mars), before, "{quirk:?}");
        // Everything goes on, minting with it included: at the decimals with which it was listed.
        mint(&mut mars, &asset, 1_000 * ONE);
        assert_eq!(mars.usdm_of(Attacker), (9_970 + 997) * ONE, "{quirk:?}");
        mars.mint(Minter, Usdc, ONE).unwrap();
        mars.next_epoch();
        mars.redeem(Minter, ONE).unwrap();
        let broken = broken(&mars.treasury_invariants());
        let names: Vec<&str> = broken.iter().map(|(name, ..)| name.as_str()).collect();
        let law = format!("ledger_of_{asset}_is_held");
        assert_eq!(names, if unknown { vec![law.as_str()] } else { vec![] }, "{quirk:?}");
    }
}

#[test]
fn what_nobody_understands_or_has_too_many_decimals_is_not_listed() {
    let mut mars = Mars::deploy();
    let odd = mars.deploy_odd(6, MILLION);
    for quirk in [Quirk::IsMute, Quirk::Babbles] {
        mars.set_quirk(&odd, &quirk);
        assert_eq!(list(&mut mars, &odd, 6, "1").unwrap_err().code, RefusalCode::Chain, "{quirk:?}");
    }
    mars.set_quirk(&odd, &Quirk::HasDecimals(19));
    refused(list(&mut mars, &odd, 6, "1"), RefusalCode::InvalidInput, 6, "19 as the token says");
    for decimals in [19, 255] {
        mars.set_quirk(&odd, &Quirk::HasDecimals(decimals));
        refused(list(&mut mars, &odd, decimals, "1"), RefusalCode::InvalidInput, decimals, "0 to 18");
    }
    mars.set_quirk(&odd, &Quirk::HasDecimals(18));
    list(&mut mars, &odd, 18, "1").unwrap();
}

/// Who has what afterwards, and what the treasury says of it.
fn outcome(mars: &Mars, odd: &Addr, asset: &Asset) -> String {
    let owned = |who: &Addr| [mars.balance(who, Usdc), mars.balance_of(who, asset), mars.usdm_of(who)];
    let all = [&Attacker.addr(), odd, &mars.treasury].map(owned);
    format!("{all:?} {} {:?} {:?} {:?}", mars.usdm_supply(), mars.solvency(), mars.epoch(), mars.assets())
}

/// Calls of the attacker and, in the middle of it as the token moves, of the token give what they give in these turns.
fn same_in_turn(mars: &mut Mars, odd: &Addr, outer: CosmosMsg, inner: CosmosMsg, turns: [&Addr; 2]) {
    let asset = Asset::Cw20(odd.clone());
    let start = mars.snapshot();
    for who in turns {
        let call = if who == odd { &inner } else { &outer };
        mars.transact(who, vec![call.clone()]).unwrap();
    }
    let wanted = outcome(mars, odd, &asset);
    mars.restore(&start);
    mars.set_quirk(odd, &Quirk::Calls(inner));
    mars.transact(Attacker, vec![outer]).unwrap();
    assert_eq!(outcome(mars, odd, &asset), wanted);
    mars.assert_invariants();
}

#[test]
fn a_claim_in_the_middle_of_a_claim_is_the_next_one() {
    let (mut mars, odd, _) = listed();
    mars.give_usdm(Minter, &odd, 5_000 * ONE);
    mars.tell_treasury(Owner, &ExecuteMsg::DeclareRecovery {}).unwrap();
    let hook = Cw20HookMsg::ClaimBasket { basket: mars.any_basket() };
    let [outer, inner] = [2_000, 5_000].map(|usdm| mars.send_message(&mars.usdm, usdm * ONE, &hook));
    same_in_turn(&mut mars, &odd, outer, inner, [&Attacker.addr(), &odd]);
}

#[test]
fn a_mint_on_the_way_to_a_mint_is_the_one_before() {
    let (mut mars, odd, asset) = listed();
    mars.give(Minter, &odd, Usdc, 1_000 * ONE);
    let outer = mars.mint_message(&Mint::of(asset, 1_000 * ONE));
    let mint = ExecuteMsg::Mint { min_out: Uint128::zero(), deadline: mars.now(), recipient: None };
    let inner = message(&mars.treasury, &mint, coins(1_000 * ONE, "uusdc"));
    same_in_turn(&mut mars, &odd, outer, inner, [&odd, &Attacker.addr()]);
}

#[test]
fn a_closing_on_the_way_to_a_mint_is_the_one_before() {
    let (mut mars, odd, asset) = listed();
    mars.next_epoch();
    let outer = mars.mint_message(&Mint::of(asset, 1_000 * ONE));
    let inner = message(&mars.treasury, &ExecuteMsg::Poke {}, vec![]);
    same_in_turn(&mut mars, &odd, outer, inner, [&odd, &Attacker.addr()]);
}

#[test]
fn a_supply_up_to_the_end_of_128_bits() {
    let each = u128::MAX / 5;
    let refusal_of = |decimals: u8, price: &str, amount: u128| {
        let mut mars = Mars::deploy();
        mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
        let odd = mars.deploy_odd(decimals, each);
        list(&mut mars, &odd, decimals, price).unwrap();
        let mint = Mint::of(Asset::Cw20(odd), amount);
        mars.assert_unchanged(|mars| mars.mint_with(Attacker, mint)).unwrap_err()
    };
    // More dollars than there are numbers for.
    assert_eq!(refusal_of(0, "1", each).code, RefusalCode::Overflow);
    // 6.8 × 10^19 tokens for a millionth of a millionth of a dollar apiece: $68 M, of which a tenth of all would be room.
    let refusal = refusal_of(18, "0.000000000001", each);
    assert_eq!(refusal.code, RefusalCode::ClassLimit);
    assert_eq!(refusal.value, (each / 10u128.pow(24)).to_string());
    assert_eq!(refusal.limit, (500 * THOUSAND / 9).to_string());
}

#[test]
fn it_is_paused_alone() {
    let (mut mars, odd, asset) = listed();
    let switch = SwitchUnchecked::Asset(asset.clone().into());
    mars.tell_treasury(Guardian, &ExecuteMsg::Pause { switch }).unwrap();
    for quirk in [Quirk::Idles, Quirk::Taxes(Bps(10_000)), Quirk::None] {
        mars.set_quirk(&odd, &quirk);
        let mint = mars.mint_message(&Mint::of(asset.clone(), ONE));
        let refusal = mars.assert_unchanged(|mars| mars.transact(Attacker, vec![mint])).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::Paused, "{quirk:?}");
    }
    mars.mint(Keeper, Usdc, ONE).unwrap();
}
