use cosmwasm_std::Uint128;
use cw20::{Cw20ExecuteMsg as Msg, EmbeddedLogo, Logo};
use mars_types::token::query_supply;
use mars_types::RefusalCode as Code;

use super::setup::{assert_refused, attributes, pairs, Token};

#[test]
fn the_minter_mints() {
    let mut token = Token::with_holder(0);
    let (minter, receiver) = (token.minter.clone(), token.receiver.clone());
    let mint = Msg::Mint { recipient: receiver.to_string(), amount: 25u128.into() };
    let response = token.execute(&minter, mint).unwrap();
    assert_eq!(
        attributes(&response, &token.address),
        pairs(&[("action", &"mint"), ("to", &receiver), ("amount", &25)])
    );
    assert_eq!((token.balance(&receiver), token.supply()), (25, 25));
}

#[test]
fn nobody_else_mints() {
    let mut token = Token::with_holder(100);
    let minter = token.minter.clone();
    for sender in [token.holder.clone(), token.spender.clone(), token.sink.clone(), token.address.clone()] {
        let mint = Msg::Mint { recipient: sender.to_string(), amount: 1u128.into() };
        assert_refused(token.execute(&sender, mint), Code::Unauthorized, &sender, &minter);
    }
    assert_eq!(token.supply(), 100);
}

#[test]
fn a_supply_past_128_bits_is_refused() {
    let mut token = Token::with_holder(1);
    let (minter, receiver) = (token.minter.clone(), token.receiver.clone());
    let mint = Msg::Mint { recipient: receiver.to_string(), amount: Uint128::MAX };
    let sum = format!("1 + {}", u128::MAX);
    assert_refused(token.execute(&minter, mint), Code::Overflow, sum, u128::MAX);
    assert_eq!((token.balance(&receiver), token.supply()), (0, 1));
}

#[test]
fn a_holder_burns_what_it_holds_and_no_more() {
    let mut token = Token::with_holder(100);
    let holder = token.holder.clone();
    assert_refused(token.execute(&holder, Msg::Burn { amount: 101u128.into() }), Code::Balance, 101, 100);
    let response = token.execute(&holder, Msg::Burn { amount: 99u128.into() }).unwrap();
    assert_eq!(
        attributes(&response, &token.address),
        pairs(&[("action", &"burn"), ("from", &holder), ("amount", &99)])
    );
    assert_eq!((token.balance(&holder), token.supply()), (1, 1));
}

#[test]
fn a_spender_burns_within_its_allowance() {
    let mut token = Token::with_holder(100);
    let (holder, spender) = (token.holder.clone(), token.spender.clone());
    let burn = |amount: u128| Msg::BurnFrom { owner: holder.to_string(), amount: amount.into() };
    assert_refused(token.execute(&spender, burn(1)), Code::Allowance, 1, 0);
    let allow =
        Msg::IncreaseAllowance { spender: spender.to_string(), amount: 150u128.into(), expires: None };
    token.execute(&holder, allow).unwrap();
    let response = token.execute(&spender, burn(60)).unwrap();
    assert_eq!(
        attributes(&response, &token.address),
        pairs(&[("action", &"burn_from"), ("from", &holder), ("by", &spender), ("amount", &60)])
    );
    assert_refused(token.execute(&spender, burn(41)), Code::Balance, 41, 40);
    assert_eq!((token.balance(&holder), token.supply()), (40, 40));
    assert_eq!(token.allowance(&holder, &spender).allowance.u128(), 90);
}

#[test]
fn minter_and_marketing_are_nobodys_to_change() {
    let mut token = Token::with_holder(100);
    let none = || Msg::UpdateMarketing { project: None, description: None, marketing: None };
    for sender in [token.minter.clone(), token.holder.clone()] {
        let messages = [
            Msg::UpdateMinter { new_minter: Some(sender.to_string()) },
            Msg::UpdateMinter { new_minter: None },
            none(),
            Msg::UploadLogo(Logo::Url("https://mars.example/logo.svg".into())),
            Msg::UploadLogo(Logo::Embedded(EmbeddedLogo::Png(Default::default()))),
        ];
        for msg in messages {
            assert_refused(token.execute(&sender, msg), Code::Unauthorized, &sender, "nobody");
        }
    }
}

#[test]
fn the_supply_is_read_raw_where_the_treasury_reads_it() {
    let mut token = Token::with_holder(100);
    token.execute(&token.holder.clone(), Msg::Burn { amount: 1u128.into() }).unwrap();
    assert_eq!(query_supply(&token.chain.wrap(), &token.address), Ok(Uint128::new(99)));
    let error = query_supply(&token.chain.wrap(), &token.sink).unwrap_err();
    assert!(error.to_string().contains("token_info"), "{error}");
}
