use cosmwasm_std::Timestamp;
use cw20::{Cw20ExecuteMsg as Msg, Expiration};
use mars_types::RefusalCode as Code;

use super::setup::{assert_refused, attributes, pairs, Token};

fn increase(spender: impl ToString, amount: u128, expires: Option<Expiration>) -> Msg {
    Msg::IncreaseAllowance { spender: spender.to_string(), amount: amount.into(), expires }
}

fn decrease(spender: impl ToString, amount: u128, expires: Option<Expiration>) -> Msg {
    Msg::DecreaseAllowance { spender: spender.to_string(), amount: amount.into(), expires }
}

fn at(seconds: u64) -> Option<Expiration> {
    Some(Expiration::AtTime(Timestamp::from_seconds(seconds)))
}

#[test]
fn allowances_add_up_and_keep_their_expiry() {
    let mut token = Token::with_holder(100);
    let (holder, spender) = (token.holder.clone(), token.spender.clone());
    let expires = at(token.now() + 60);
    let response = token.execute(&holder, increase(&spender, 30, expires)).unwrap();
    assert_eq!(
        attributes(&response, &token.address),
        pairs(&[
            ("action", &"increase_allowance"),
            ("owner", &holder),
            ("spender", &spender),
            ("amount", &30)
        ])
    );
    token.execute(&holder, increase(&spender, 12, None)).unwrap();
    let allowance = token.allowance(&holder, &spender);
    assert_eq!((allowance.allowance.u128(), Some(allowance.expires)), (42, expires));
    token.execute(&holder, increase(&spender, 1, Some(Expiration::Never {}))).unwrap();
    assert_eq!(token.allowance(&holder, &spender).expires, Expiration::Never {});
}

#[test]
fn a_decrease_lowers_and_then_removes() {
    let mut token = Token::with_holder(100);
    let (holder, spender) = (token.holder.clone(), token.spender.clone());
    token.execute(&holder, increase(&spender, 30, None)).unwrap();
    let expires = at(token.now() + 60);
    let response = token.execute(&holder, decrease(&spender, 29, expires)).unwrap();
    assert_eq!(
        attributes(&response, &token.address),
        pairs(&[
            ("action", &"decrease_allowance"),
            ("owner", &holder),
            ("spender", &spender),
            ("amount", &29)
        ])
    );
    let allowance = token.allowance(&holder, &spender);
    assert_eq!((allowance.allowance.u128(), Some(allowance.expires)), (1, expires));
    // By more than there is: nothing is left, and nothing of the expiry either.
    token.execute(&holder, decrease(&spender, 500, None)).unwrap();
    assert_eq!(token.allowance(&holder, &spender), Default::default());
    assert_refused(token.execute(&holder, decrease(&spender, 1, None)), Code::Allowance, 1, 0);
}

#[test]
fn an_allowance_holds_up_to_the_second_before_its_expiry() {
    let mut token = Token::with_holder(100);
    let (holder, spender) = (token.holder.clone(), token.spender.clone());
    let burn = Msg::BurnFrom { owner: holder.to_string(), amount: 1u128.into() };
    token.execute(&holder, increase(&spender, 10, at(token.now() + 60))).unwrap();
    token.wait(59, 1);
    token.execute(&spender, burn.clone()).unwrap();
    token.wait(1, 1);
    assert_refused(token.execute(&spender, burn), Code::Allowance, 1, 0);
}

#[test]
fn an_allowance_holds_up_to_the_block_before_its_expiry() {
    let mut token = Token::with_holder(100);
    let (holder, spender) = (token.holder.clone(), token.spender.clone());
    let burn = Msg::BurnFrom { owner: holder.to_string(), amount: 1u128.into() };
    let expires = Some(Expiration::AtHeight(token.height() + 2));
    token.execute(&holder, increase(&spender, 10, expires)).unwrap();
    token.wait(1, 1);
    token.execute(&spender, burn.clone()).unwrap();
    token.wait(1, 1);
    assert_refused(token.execute(&spender, burn), Code::Allowance, 1, 0);
}

#[test]
fn an_expiry_must_lie_in_the_future() {
    let mut token = Token::with_holder(100);
    let (holder, spender) = (token.holder.clone(), token.spender.clone());
    token.execute(&holder, increase(&spender, 10, None)).unwrap();
    let block = token.chain.block_info();
    let now = Expiration::AtTime(block.time);
    let past = Expiration::AtTime(block.time.minus_nanos(1));
    let this_block = Expiration::AtHeight(block.height);
    let (after_time, after_height) =
        (format!("after time {}", block.time), format!("after height {}", block.height));
    for (expiry, limit) in [(now, &after_time), (past, &after_time), (this_block, &after_height)] {
        let raised = token.execute(&holder, increase(&spender, 1, Some(expiry)));
        assert_refused(raised, Code::ExpiryPast, expiry, limit);
        let lowered = token.execute(&holder, decrease(&spender, 1, Some(expiry)));
        assert_refused(lowered, Code::ExpiryPast, expiry, limit);
        // Also where the decrease would remove the allowance.
        let removed = token.execute(&holder, decrease(&spender, 10, Some(expiry)));
        assert_refused(removed, Code::ExpiryPast, expiry, limit);
    }
    assert_eq!(token.allowance(&holder, &spender).allowance.u128(), 10);
    assert_eq!(token.allowance(&holder, &spender).expires, Expiration::Never {});
}

#[test]
fn nobody_is_his_own_spender() {
    let mut token = Token::with_holder(100);
    let holder = token.holder.clone();
    let limit = "another account than the owner";
    for msg in [increase(&holder, 1, None), decrease(&holder, 1, None)] {
        assert_refused(token.execute(&holder, msg), Code::InvalidInput, &holder, limit);
    }
}

#[test]
fn an_allowance_past_128_bits_is_refused() {
    let mut token = Token::with_holder(100);
    let (holder, spender) = (token.holder.clone(), token.spender.clone());
    token.execute(&holder, increase(&spender, u128::MAX, None)).unwrap();
    let sum = format!("{} + 1", u128::MAX);
    assert_refused(token.execute(&holder, increase(&spender, 1, None)), Code::Overflow, sum, u128::MAX);
    assert_eq!(token.allowance(&holder, &spender).allowance.u128(), u128::MAX);
}

#[test]
fn the_allowances_of_two_spenders_are_their_own() {
    let mut token = Token::with_holder(100);
    let (holder, spender, other) = (token.holder.clone(), token.spender.clone(), token.receiver.clone());
    token.execute(&holder, increase(&spender, 10, None)).unwrap();
    token.execute(&holder, increase(&other, 20, None)).unwrap();
    token.execute(&spender, increase(&holder, 30, None)).unwrap();
    token.execute(&holder, decrease(&spender, 10, None)).unwrap();
    let left = [(&holder, &spender), (&holder, &other), (&spender, &holder)]
        .map(|(owner, spender)| token.allowance(owner, spender).allowance.u128());
    assert_eq!(left, [0, 20, 30]);
}
