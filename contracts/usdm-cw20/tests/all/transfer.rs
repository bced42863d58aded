use cosmwasm_std::{to_json_binary, Uint128};
use cw20::Cw20ExecuteMsg as Msg;
use mars_types::RefusalCode as Code;

use super::setup::{assert_refused, attributes, pairs, Token};

fn transfer(recipient: impl ToString, amount: u128) -> Msg {
    Msg::Transfer { recipient: recipient.to_string(), amount: amount.into() }
}

fn transfer_from(owner: impl ToString, recipient: impl ToString, amount: u128) -> Msg {
    Msg::TransferFrom { owner: owner.to_string(), recipient: recipient.to_string(), amount: amount.into() }
}

fn allow(spender: impl ToString, amount: u128) -> Msg {
    Msg::IncreaseAllowance { spender: spender.to_string(), amount: amount.into(), expires: None }
}

#[test]
fn a_transfer_moves_exactly_the_amount() {
    let mut token = Token::with_holder(100);
    let (holder, receiver) = (token.holder.clone(), token.receiver.clone());
    let response = token.execute(&holder, transfer(&receiver, 40)).unwrap();
    assert_eq!((token.balance(&holder), token.balance(&receiver), token.supply()), (60, 40, 100));
    assert_eq!(
        attributes(&response, &token.address),
        pairs(&[("action", &"transfer"), ("from", &holder), ("to", &receiver), ("amount", &40)])
    );
}

#[test]
fn all_may_go_and_one_more_may_not() {
    let mut token = Token::with_holder(100);
    let (holder, receiver) = (token.holder.clone(), token.receiver.clone());
    assert_refused(token.execute(&holder, transfer(&receiver, 101)), Code::Balance, 101, 100);
    token.execute(&holder, transfer(&receiver, 100)).unwrap();
    assert_refused(token.execute(&holder, transfer(&receiver, 1)), Code::Balance, 1, 0);
}

#[test]
fn a_transfer_to_oneself_changes_nothing() {
    let mut token = Token::with_holder(100);
    let holder = token.holder.clone();
    token.execute(&holder, transfer(&holder, 100)).unwrap();
    assert_eq!((token.balance(&holder), token.supply()), (100, 100));
    assert_refused(token.execute(&holder, transfer(&holder, 101)), Code::Balance, 101, 100);
}

#[test]
fn a_transfer_from_the_owner_to_the_owner_uses_the_allowance_and_nothing_else() {
    let mut token = Token::with_holder(100);
    let (holder, spender) = (token.holder.clone(), token.spender.clone());
    token.execute(&holder, allow(&spender, 70)).unwrap();
    token.execute(&spender, transfer_from(&holder, &holder, 30)).unwrap();
    assert_eq!(token.balance(&holder), 100);
    assert_eq!(token.allowance(&holder, &spender).allowance.u128(), 40);
}

#[test]
fn zero_may_be_moved_but_not_out_of_an_account_that_allows_nothing() {
    let mut token = Token::with_holder(100);
    let (holder, spender, receiver) = (token.holder.clone(), token.spender.clone(), token.receiver.clone());
    token.execute(&holder, transfer(&receiver, 0)).unwrap();
    let poisoned = token.execute(&spender, transfer_from(&holder, &receiver, 0));
    assert_refused(poisoned, Code::Allowance, 0, 0);
    assert_eq!((token.balance(&holder), token.balance(&receiver)), (100, 0));
}

#[test]
fn nothing_reaches_the_tokens_own_contract() {
    let mut token = Token::with_holder(100);
    let (holder, spender, minter) = (token.holder.clone(), token.spender.clone(), token.minter.clone());
    let itself = token.address.to_string();
    let (amount, msg) = (Uint128::new(1), to_json_binary("x").unwrap());
    token.execute(&holder, allow(&spender, 100)).unwrap();
    let owner = holder.to_string();
    let attempts = [
        (&holder, transfer(&itself, 1)),
        (&holder, Msg::Send { contract: itself.clone(), amount, msg: msg.clone() }),
        (&spender, transfer_from(&holder, &itself, 1)),
        (&spender, Msg::SendFrom { owner, contract: itself.clone(), amount, msg }),
        (&minter, Msg::Mint { recipient: itself.clone(), amount }),
    ];
    for (sender, msg) in attempts {
        assert_refused(token.execute(sender, msg), Code::TokenItself, &itself, "another address");
    }
    assert_eq!((token.balance(&holder), token.balance(&token.address), token.supply()), (100, 0, 100));
}

#[test]
fn an_address_in_another_spelling_is_refused() {
    let mut token = Token::with_holder(100);
    let (holder, receiver) = (token.holder.clone(), token.receiver.clone());
    let limit = "a lower-case address of this chain";
    for recipient in [receiver.to_string().to_uppercase(), "cosmos1receiver".into(), String::new()] {
        let outcome = token.execute(&holder, transfer(&recipient, 1));
        assert_refused(outcome, Code::InvalidInput, recipient, limit);
    }
}

#[test]
fn a_send_calls_the_contract_with_who_sent_and_what() {
    let mut token = Token::with_holder(100);
    let (holder, sink) = (token.holder.clone(), token.sink.clone());
    let msg = to_json_binary("hello").unwrap();
    let response = token
        .execute(&holder, Msg::Send { contract: sink.to_string(), amount: 30u128.into(), msg: msg.clone() })
        .unwrap();
    assert_eq!((token.balance(&holder), token.balance(&sink)), (70, 30));
    assert_eq!(
        attributes(&response, &token.address),
        pairs(&[("action", &"send"), ("from", &holder), ("to", &sink), ("amount", &30)])
    );
    assert_eq!(
        attributes(&response, &sink),
        pairs(&[("token", &token.address), ("sender", &holder), ("amount", &30), ("msg", &msg.to_base64())])
    );
}

#[test]
fn a_send_that_the_contract_refuses_moves_nothing() {
    let mut token = Token::with_holder(100);
    let (holder, receiver) = (token.holder.clone(), token.receiver.clone());
    let msg = Msg::Send { contract: receiver.to_string(), amount: 30u128.into(), msg: Default::default() };
    let (chain, address) = (&mut token.chain, token.address.clone());
    cw_multi_test::Executor::execute_contract(chain, holder.clone(), address, &msg, &[]).unwrap_err();
    assert_eq!((token.balance(&holder), token.balance(&receiver)), (100, 0));
}

#[test]
fn a_transfer_from_spends_allowance_and_balance() {
    let mut token = Token::with_holder(100);
    let (holder, spender, receiver) = (token.holder.clone(), token.spender.clone(), token.receiver.clone());
    token.execute(&holder, allow(&spender, 150)).unwrap();
    let response = token.execute(&spender, transfer_from(&holder, &receiver, 60)).unwrap();
    assert_eq!(
        attributes(&response, &token.address),
        pairs(&[
            ("action", &"transfer_from"),
            ("from", &holder),
            ("to", &receiver),
            ("by", &spender),
            ("amount", &60)
        ])
    );
    assert_eq!((token.balance(&holder), token.balance(&receiver)), (40, 60));
    assert_eq!(token.allowance(&holder, &spender).allowance.u128(), 90);
    // The allowance binds before the balance does.
    assert_refused(token.execute(&spender, transfer_from(&holder, &receiver, 91)), Code::Allowance, 91, 90);
    assert_refused(token.execute(&spender, transfer_from(&holder, &receiver, 41)), Code::Balance, 41, 40);
    assert_eq!(token.allowance(&holder, &spender).allowance.u128(), 90);
}

#[test]
fn a_send_from_names_the_spender_as_sender() {
    let mut token = Token::with_holder(100);
    let (holder, spender, sink) = (token.holder.clone(), token.spender.clone(), token.sink.clone());
    token.execute(&holder, allow(&spender, 50)).unwrap();
    let msg = Msg::SendFrom {
        owner: holder.to_string(),
        contract: sink.to_string(),
        amount: 50u128.into(),
        msg: Default::default(),
    };
    let response = token.execute(&spender, msg.clone()).unwrap();
    assert_eq!(
        attributes(&response, &token.address),
        pairs(&[
            ("action", &"send_from"),
            ("from", &holder),
            ("to", &sink),
            ("by", &spender),
            ("amount", &50)
        ])
    );
    assert_eq!(attributes(&response, &sink)[1], ("sender".into(), spender.to_string()));
    assert_refused(token.execute(&spender, msg), Code::Allowance, 50, 0);
}

#[test]
fn nobody_spends_without_an_allowance_of_his_own() {
    let mut token = Token::with_holder(100);
    let (holder, spender, attacker) = (token.holder.clone(), token.spender.clone(), token.receiver.clone());
    token.execute(&holder, allow(&spender, 100)).unwrap();
    assert_refused(token.execute(&attacker, transfer_from(&holder, &attacker, 1)), Code::Allowance, 1, 0);
    // The minter and the owner himself are no exceptions.
    let minter = token.minter.clone();
    assert_refused(token.execute(&minter, transfer_from(&holder, &minter, 1)), Code::Allowance, 1, 0);
    assert_refused(token.execute(&holder, transfer_from(&holder, &attacker, 1)), Code::Allowance, 1, 0);
}
