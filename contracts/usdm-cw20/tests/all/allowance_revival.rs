//! An attacker waits until his old allowance has expired, and for the owner to allow him a little again.

use cosmwasm_std::Timestamp;
use cw20::{Cw20ExecuteMsg as Msg, Expiration};
use mars_types::RefusalCode as Code;

use super::setup::{assert_refused, Token};

/// The holder once allowed 90, which has expired.
fn with_expired_allowance() -> Token {
    let mut token = Token::with_holder(100);
    let expires = Some(Expiration::AtTime(Timestamp::from_seconds(token.now() + 60)));
    let spender = token.spender.to_string();
    let allow = Msg::IncreaseAllowance { spender, amount: 90u128.into(), expires };
    token.execute(&token.holder.clone(), allow).unwrap();
    token.wait(60, 1);
    assert_eq!(token.allowance(&token.holder, &token.spender).allowance.u128(), 0);
    token
}

fn take(token: &mut Token, amount: u128) -> super::setup::Outcome {
    let (attacker, owner) = (token.spender.clone(), token.holder.to_string());
    let recipient = attacker.to_string();
    token.execute(&attacker, Msg::TransferFrom { owner, recipient, amount: amount.into() })
}

#[test]
fn an_increase_starts_from_zero() {
    for expires in [None, Some(Expiration::Never {})] {
        let mut token = with_expired_allowance();
        let spender = token.spender.to_string();
        let allow = Msg::IncreaseAllowance { spender, amount: 5u128.into(), expires };
        token.execute(&token.holder.clone(), allow).unwrap();
        assert_refused(take(&mut token, 6), Code::Allowance, 6, 5);
        take(&mut token, 5).unwrap();
        assert_refused(take(&mut token, 1), Code::Allowance, 1, 0);
    }
}

#[test]
fn an_increase_by_zero_with_a_new_expiry_revives_nothing() {
    let mut token = with_expired_allowance();
    let spender = token.spender.to_string();
    let expires = Some(Expiration::Never {});
    token
        .execute(&token.holder.clone(), Msg::IncreaseAllowance { spender, amount: 0u128.into(), expires })
        .unwrap();
    assert_refused(take(&mut token, 1), Code::Allowance, 1, 0);
}

#[test]
fn a_decrease_with_a_new_expiry_revives_nothing() {
    for amount in [0u128, 1, 89, 90, 91] {
        let mut token = with_expired_allowance();
        let spender = token.spender.to_string();
        let expires = Some(Expiration::Never {});
        token
            .execute(
                &token.holder.clone(),
                Msg::DecreaseAllowance { spender, amount: amount.into(), expires },
            )
            .unwrap();
        assert_refused(take(&mut token, 1), Code::Allowance, 1, 0);
        // It is gone, not just expired.
        assert_eq!(token.allowance(&token.holder, &token.spender), Default::default());
    }
}

#[test]
fn an_expired_allowance_moves_not_even_zero() {
    let mut token = with_expired_allowance();
    assert_refused(take(&mut token, 0), Code::Allowance, 0, 0);
    assert_eq!(token.balance(&token.holder), 100);
}
