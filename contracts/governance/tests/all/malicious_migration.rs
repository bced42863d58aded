//! New code is the heaviest thing there is.

use cosmwasm_std::{to_json_binary, WasmMsg};
use mars_testing::Actor::{Attacker, Guardian, Minter, Trader};
use mars_testing::Token::Usdc;
use mars_testing::{Bill, Contract, Mars};
use mars_types::governance::{Choice, Status};
use mars_types::staking::MigrateMsg;
use mars_types::RefusalCode;

use super::{dao, succeeded, DAY, ONE};

fn migrate(mars: &Mars, code: u64) -> Bill {
    let migrate = WasmMsg::Migrate {
        contract_addr: mars.treasury.to_string(),
        new_code_id: code,
        msg: to_json_binary(&MigrateMsg {}).unwrap(),
    };
    Bill::of(vec![migrate.into()])
}

#[test]
fn a_minority_does_not_replace_code() {
    let mut mars = dao();
    let code = mars.store_code(Contract::Treasury);
    let bill = migrate(&mars, code);
    let id = mars.propose(Attacker, bill).unwrap();
    mars.until_vote(id);
    mars.vote(Attacker, id, Choice::For).unwrap();
    mars.vote(Minter, id, Choice::For).unwrap();
    mars.until_decided(id);
    assert_eq!(mars.status(id), Status::Defeated, "9 % are not 10 %");
}

/// Code of another contract, or the same version again, is refused by the contract's own migration.
#[test]
fn foreign_and_old_code_is_refused_by_the_contract_itself() {
    let mut mars = dao();
    let before = mars.app.wrap().query_wasm_contract_info(&mars.treasury).unwrap().code_id;
    for code in [mars.store_code(Contract::Staking), mars.store_code(Contract::Treasury)] {
        let bill = migrate(&mars, code);
        let id = mars.pass(&[Trader], bill);
        let refusal = mars.execute(id).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::MessageFailed);
        assert!(refusal.message.contains("not_newer"), "{refusal}");
    }
    let after = mars.app.wrap().query_wasm_contract_info(&mars.treasury).unwrap().code_id;
    assert_eq!(after, before);
}

#[test]
fn the_guardian_stops_it_in_the_timelock() {
    let mut mars = dao();
    let code = mars.store_code(Contract::Treasury);
    let bill = migrate(&mars, code);
    let id = mars.pass(&[Trader], bill);
    mars.veto(Guardian, id).unwrap();
    assert!(mars.execute(id).is_err());
}

/// Nothing binds what new code does but what comes before it (docs/decisions/0013).
#[test]
fn while_the_control_ratio_is_low_it_waits_twice_as_long() {
    let mut mars = dao();
    mars.mint(Minter, Usdc, 1_000 * ONE).unwrap();
    let code = mars.store_code(Contract::Treasury);
    let bill = migrate(&mars, code);
    let id = succeeded(&mut mars, bill);
    assert!(mars.proposal(id).heavy);
    // Prices are too old to tell the ratio.
    mars.advance(200);
    mars.queue(id).unwrap();
    assert_eq!(mars.proposal(id).eta, Some(mars.now() + 4 * DAY));
    mars.veto(Guardian, id).unwrap();
}

#[test]
fn admin_and_code_messages_are_heavy() {
    let mars = dao();
    let contract_addr = mars.treasury.to_string();
    let admin = Attacker.addr().into_string();
    let msg = to_json_binary(&MigrateMsg {}).unwrap();
    for message in [
        WasmMsg::UpdateAdmin { contract_addr: contract_addr.clone(), admin },
        WasmMsg::ClearAdmin { contract_addr: contract_addr.clone() },
        WasmMsg::Migrate { contract_addr, new_code_id: 1, msg: msg.clone() },
        WasmMsg::Instantiate { admin: None, code_id: 1, msg, funds: vec![], label: "x".into() },
    ] {
        assert!(mars.weight(&[message.into()]).heavy);
    }
}
