//! Anybody may call `Receive`. The caller counts as the token, whatever the message says.

use cosmwasm_std::{to_json_binary, Binary, Uint128};
use cw20::Cw20ReceiveMsg;
use mars_testing::Actor::{Attacker, Owner, Trader};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, refused, Mars, XMS_USDC};
use mars_types::swap::{Cw20HookMsg, ExecuteMsg};
use mars_types::RefusalCode;

use super::{MILLION, ONE};

fn forged(hook: &Cw20HookMsg) -> ExecuteMsg {
    ExecuteMsg::Receive(Cw20ReceiveMsg {
        sender: Trader.addr().into_string(),
        amount: Uint128::new(MILLION),
        msg: to_json_binary(hook).unwrap(),
    })
}

#[test]
fn a_forged_payment_is_a_token_that_no_pool_knows() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let (deadline, recipient) = (mars.now(), Some(Attacker.addr().into_string()));
    let route = vec![hop(XMS_USDC, &mars.asset(Usdc))];
    let hooks = [
        (
            Cw20HookMsg::Swap {
                route: route.clone(),
                min_out: Uint128::zero(),
                deadline,
                recipient: recipient.clone(),
            },
            RefusalCode::NotInPool,
        ),
        (
            Cw20HookMsg::SwapExactOut {
                route,
                amount_out: Uint128::one(),
                deadline,
                recipient: recipient.clone(),
            },
            RefusalCode::NotInPool,
        ),
        (
            Cw20HookMsg::Provide {
                pool: XMS_USDC,
                min_lp: Uint128::zero(),
                deadline,
                recipient: recipient.clone(),
            },
            RefusalCode::NotInPool,
        ),
        (
            Cw20HookMsg::Withdraw { pool: XMS_USDC, min_outs: vec![Uint128::zero(); 2], deadline, recipient },
            RefusalCode::WrongToken,
        ),
    ];
    for (hook, code) in &hooks {
        for role in [Attacker, Owner, Trader] {
            let result = mars.assert_unchanged(|mars| mars.tell_swap(role, &forged(hook)));
            let refusal = result.unwrap_err();
            assert_eq!(refusal.code, *code, "{role:?} {hook:?}");
            assert!(refusal.value.contains(role.addr().as_str()), "{refusal}");
        }
    }
}

#[test]
fn unknown_messages_and_odd_senders() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let msg = Binary::from(br#"{"drain":{}}"#);
    let hook =
        Cw20ReceiveMsg { sender: Trader.addr().into_string(), amount: Uint128::one(), msg: msg.clone() };
    let result = mars.tell_swap(Trader, &ExecuteMsg::Receive(hook));
    let limit = "swap, swap_exact_out, provide, withdraw, withdraw_one";
    refused(result, RefusalCode::UnknownHook, "12 bytes", limit);
    let hook = Cw20ReceiveMsg { sender: "NOBODY".into(), amount: Uint128::one(), msg };
    let refusal = mars.tell_swap(Trader, &ExecuteMsg::Receive(hook)).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::InvalidInput);
}

#[test]
fn nothing_sent_buys_nothing() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let (xms, usdc) = (mars.asset(Xms), mars.asset(Usdc));
    // Of a token zero can be sent; of coins the chain itself refuses it.
    refused(mars.swap(Trader, &xms, 0, &[hop(XMS_USDC, &usdc)]), RefusalCode::TooSmall, 0, "more");
    let hook = Cw20HookMsg::Provide {
        pool: XMS_USDC,
        min_lp: Uint128::zero(),
        deadline: mars.now(),
        recipient: None,
    };
    let send = mars.send_to_swap(&mars.xms, 0, &hook);
    refused(mars.transact(Trader, vec![send]), RefusalCode::TooSmall, 0, "more");
    mars.swap(Trader, &usdc, ONE, &[hop(XMS_USDC, &xms)]).unwrap();
}
