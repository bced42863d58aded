//! What each contract's own tests hold it to: who may send what, and with which messages coins may come.

use std::collections::{BTreeMap, BTreeSet};

use cosmwasm_std::{Binary, CosmosMsg, Uint128, WasmMsg, coins};
use cw20::Cw20ReceiveMsg;
use mars_types::{Refusal, RefusalCode};

use super::samples::samples;
use super::world::{Role, World, address, prepared};
use crate::actions::message;
use crate::actors::Actor::Owner;
use crate::contract::Contract;

/// Roles, and the messages that they and nobody else may send.
type Rights<'a> = (&'a [Role], &'a [&'a str]);

/// Of every contract that the DAO owns, by way of mars-control.
const OWNED: [Rights; 3] = [
    (&[Role::Owner], &["confirm_pause", "unpause", "set_guardian", "update_ownership: transfer_ownership"]),
    (&[Role::PendingOwner], &["update_ownership: accept_ownership"]),
    (&[], &["update_ownership: renounce_ownership"]),
];

/// Asserts who may send each message of a contract that the DAO owns, by trying it. Beside what all of them have, every message
/// has to be named, so that somebody decides of a new one.
#[track_caller]
pub fn assert_senders_of_owned(contract: Contract, decided: &[Rights]) {
    assert_senders(contract, &[decided, &OWNED].concat());
}

/// Asserts who may send each message of a contract, by trying it. All are to be named.
#[track_caller]
pub fn assert_senders(contract: Contract, decided: &[Rights]) {
    let mut world = World::new();
    let found: BTreeMap<String, BTreeSet<Role>> =
        world.calls(contract).into_iter().map(|call| (call.message.clone(), world.senders(&call))).collect();
    let decided = decided.iter().flat_map(|(roles, messages)| {
        let roles: BTreeSet<Role> = roles.iter().copied().collect();
        messages.iter().map(move |message| (message.to_string(), roles.clone()))
    });
    assert_eq!(found, decided.collect());
}

/// Asserts that a coin is refused with every message of a contract but these. What comes with a cw20 token is tried as a forged
/// `receive`, since tokens take no coins themselves.
#[track_caller]
pub fn assert_coins_come_with(contract: Contract, takers: &[&str]) {
    let mut mars = prepared();
    let (to, start) = (address(&mars, contract), mars.snapshot());
    let forged = Cw20ReceiveMsg { sender: to.to_string(), amount: Uint128::one(), msg: Binary::default() };
    let receive = message(&to, &mars_types::treasury::ExecuteMsg::Receive(forged), vec![]);
    let mut found = BTreeSet::new();
    for (name, mut calls) in samples(&mars, contract) {
        let mut call = calls.pop().unwrap();
        if name.starts_with("receive") {
            call = receive.clone();
        }
        let CosmosMsg::Wasm(WasmMsg::Execute { contract_addr, msg, .. }) = call else { unreachable!() };
        assert_eq!(contract_addr, to.as_str(), "{name}");
        let paid = WasmMsg::Execute { contract_addr, msg, funds: coins(1, "uusdc") };
        match mars.transact(Owner, vec![paid.into()]) {
            Err(Refusal { code: RefusalCode::WrongFunds, value, limit, .. }) if limit == "no coins" => {
                assert_eq!(value, "1uusdc", "{name}");
            }
            _ => {
                found.insert(name);
                mars.restore(&start);
            }
        }
    }
    assert_eq!(found, takers.iter().map(ToString::to_string).collect());
}
