//! Staking, its events and its refusals.

use mars_testing::Actor::{Attacker, Guardian, Minter, Owner, Trader};
use mars_testing::{attribute, event, message, refused, Mars, Token};
use mars_types::staking::{Cw20HookMsg, ExecuteMsg, Switch};
use mars_types::RefusalCode;

use super::ONE;

#[test]
fn a_stake_is_held_and_announced() {
    let mut mars = Mars::deploy();
    let before = mars.xms_of(Minter);
    mars.stake(Trader, 5 * ONE).unwrap();
    mars.stake(Minter, 10 * ONE).unwrap();
    let response = mars.stake(Minter, 2 * ONE).unwrap();
    let staked = event(&response, "mars_stake");
    assert_eq!(attribute(staked, "staker"), Minter.addr().as_str());
    assert_eq!(attribute(staked, "amount"), "2000000");
    assert_eq!(attribute(staked, "stake"), "12000000");
    assert_eq!(attribute(staked, "staked"), "17000000");
    assert_eq!(mars.xms_of(Minter), before - 12 * ONE);
    assert_eq!(mars.xms_of(mars.staking.clone()), 17 * ONE);
    let staker = mars.staker(Minter);
    assert_eq!((staker.stake.u128(), staker.power.u128(), staker.owed.u128()), (12 * ONE, 12 * ONE, 0));
    mars.assert_invariants();
}

#[test]
fn xms_without_a_message_is_nobodys_stake() {
    let mut mars = Mars::deploy();
    let staking = mars.staking.clone();
    mars.stake(Minter, ONE).unwrap();
    mars.give(Attacker, &staking, Token::Xms, 1_000 * ONE);
    assert_eq!(mars.pool().staked.u128(), ONE);
    assert_eq!(mars.staker(Attacker).stake.u128(), 0);
    mars.advance(100);
    assert_eq!(mars.owed(Minter), 0);
    mars.assert_invariants();
}

#[test]
fn another_token_or_a_forged_receive_is_refused() {
    let mut mars = Mars::deploy();
    let (gold, xms, staking) = (mars.gold.clone(), mars.xms.clone(), mars.staking.clone());
    let hook = cosmwasm_std::to_json_binary(&Cw20HookMsg::Stake {}).unwrap();
    let send =
        cw20::Cw20ExecuteMsg::Send { contract: staking.to_string(), amount: 5u128.into(), msg: hook.clone() };
    let sent = mars.assert_unchanged(|mars| mars.transact(Attacker, vec![message(&gold, &send, vec![])]));
    refused(sent, RefusalCode::WrongToken, &gold, &xms);
    let forged = ExecuteMsg::Receive(cw20::Cw20ReceiveMsg {
        sender: Minter.addr().into_string(),
        amount: 5u128.into(),
        msg: hook,
    });
    let told = mars.assert_unchanged(|mars| mars.tell_staking(Attacker, &forged));
    refused(told, RefusalCode::WrongToken, Attacker.addr(), &xms);
}

#[test]
fn unknown_messages_coins_and_nothing_are_refused() {
    let mut mars = Mars::deploy();
    let (xms, staking) = (mars.xms.clone(), mars.staking.clone());
    let send = |amount: u128, msg: &[u8]| cw20::Cw20ExecuteMsg::Send {
        contract: staking.to_string(),
        amount: amount.into(),
        msg: msg.into(),
    };
    let unknown = mars.transact(Minter, vec![message(&xms, &send(5, b"{\"steal\":{}}"), vec![])]);
    refused(unknown, RefusalCode::UnknownHook, "12 bytes", "stake, buy_back, fund_emission");
    let nothing = mars.transact(Minter, vec![message(&xms, &send(0, b"{\"stake\":{}}"), vec![])]);
    refused(nothing, RefusalCode::TooSmall, 0, "more");
    let claim = ExecuteMsg::Claim { restake: false };
    let coins = vec![cosmwasm_std::coin(1, "uusdc")];
    let paid = mars.transact(Minter, vec![message(&staking, &claim, coins)]);
    refused(paid, RefusalCode::WrongFunds, "1uusdc", "no coins");
    for amount in [0, 1] {
        let unstaked = mars.unstake(Minter, amount);
        match amount {
            0 => refused(unstaked, RefusalCode::TooSmall, 0, "more"),
            _ => refused(unstaked, RefusalCode::Balance, 1, 0),
        }
    }
    refused(mars.claim(Minter), RefusalCode::TooSmall, 0, "more");
    refused(mars.restake(Minter), RefusalCode::TooSmall, 0, "more");
}

#[test]
fn a_pause_stops_every_way_to_stake() {
    let mut mars = Mars::deploy();
    mars.fund_emission();
    mars.stake(Minter, 100 * ONE).unwrap();
    mars.unstake(Minter, 50 * ONE).unwrap();
    mars.advance(1_000);
    mars.tell_staking(Guardian, &ExecuteMsg::Pause { switch: Switch::Stake }).unwrap();
    let until = mars.now() + 14 * 86_400;
    refused(mars.stake(Minter, ONE), RefusalCode::Paused, "stake", until);
    refused(mars.rebond(Minter, ONE), RefusalCode::Paused, "stake", until);
    refused(mars.restake(Minter), RefusalCode::Paused, "stake", until);
    mars.tell_staking(Owner, &ExecuteMsg::Unpause { switch: Switch::Stake }).unwrap();
    mars.stake(Minter, ONE).unwrap();
    mars.rebond(Minter, ONE).unwrap();
    mars.restake(Minter).unwrap();
    mars.assert_invariants();
}
