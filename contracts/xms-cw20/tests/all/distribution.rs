use cosmwasm_std::testing::{message_info, mock_dependencies, mock_env};
use cosmwasm_std::{coin, Uint128};
use cw20::{Cw20Coin, TokenInfoResponse};
use mars_types::token::{XmsInstantiateMsg, XMS_SUPPLY};
use mars_types::RefusalCode as Code;
use xms_cw20::contract;

use super::setup::{addr, assert_refused, instantiate};

const SUPPLY: u128 = 1_000_000_000_000_000;

#[test]
fn the_whole_supply_exists_from_the_start() {
    let token = instantiate(&[("dao", 1), ("team", SUPPLY - 1)]).unwrap();
    assert_eq!((token.balance(&token.holders[0]), token.balance(&token.holders[1])), (1, SUPPLY - 1));
    let expected = TokenInfoResponse {
        name: "Mars Ecosystem Token".into(),
        symbol: "XMS".into(),
        decimals: 6,
        total_supply: XMS_SUPPLY,
    };
    assert_eq!(token.info(), expected);
}

#[test]
fn a_sum_other_than_the_supply_is_refused() {
    for (amount, sum) in [(SUPPLY - 1, SUPPLY - 1), (SUPPLY + 1, SUPPLY + 1), (0, 0)] {
        assert_refused(instantiate(&[("dao", amount)]), Code::InvalidInput, sum, SUPPLY);
    }
    assert_refused(instantiate(&[]), Code::InvalidInput, 0, SUPPLY);
    let wrapping = [("dao", u128::MAX), ("team", SUPPLY + 1)];
    let sum = format!("{} + {}", u128::MAX, SUPPLY + 1);
    assert_refused(instantiate(&wrapping), Code::Overflow, sum, u128::MAX);
}

#[test]
fn a_receiver_stands_once() {
    let twice = [("dao", SUPPLY / 2), ("team", 0), ("dao", SUPPLY / 2)];
    assert_refused(instantiate(&twice), Code::Duplicate, addr("dao"), "once");
}

#[test]
fn receivers_are_valid_and_not_the_token_itself() {
    let mut deps = mock_dependencies();
    let env = mock_env();
    let creator = message_info(&deps.api.addr_make("deployer"), &[]);
    let whole =
        |address: String| XmsInstantiateMsg { distribution: vec![Cw20Coin { address, amount: XMS_SUPPLY }] };
    let itself = env.contract.address.to_string();
    let outcome = contract::instantiate(deps.as_mut(), env.clone(), creator.clone(), whole(itself.clone()));
    assert_refused(outcome, Code::TokenItself, itself, "another address");
    let upper = deps.api.addr_make("dao").to_string().to_uppercase();
    let outcome = contract::instantiate(deps.as_mut(), env, creator, whole(upper.clone()));
    assert_refused(outcome, Code::InvalidInput, upper, "a lower-case address of this chain");
}

#[test]
fn instantiation_takes_no_coins() {
    let mut deps = mock_dependencies();
    let paying = message_info(&deps.api.addr_make("deployer"), &[coin(1, "umars"), coin(2, "uusdc")]);
    let msg = XmsInstantiateMsg {
        distribution: vec![Cw20Coin {
            address: deps.api.addr_make("dao").to_string(),
            amount: Uint128::new(SUPPLY),
        }],
    };
    let outcome = contract::instantiate(deps.as_mut(), mock_env(), paying, msg);
    assert_refused(outcome, Code::WrongFunds, "1umars+2uusdc", "no coins");
}
