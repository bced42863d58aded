//! Instantiation and migration.

use cosmwasm_std::WasmMsg;
use cw_multi_test::Executor;
use mars_testing::Actor::{Owner, Trader};
use mars_testing::{Bill, Contract, Mars};
use mars_types::governance::{InstantiateMsg, MemberUnchecked, MigrateMsg, Pace, Params, Role};
use mars_types::{Refusal, RefusalCode};

use super::dao;

#[test]
fn nothing_is_instantiated_with_nonsense() {
    let mut mars = Mars::deploy();
    let code = mars.store_code(Contract::Governance);
    let good = || InstantiateMsg {
        guardian: None,
        xms: mars.xms.to_string(),
        sources: vec![mars.staking.to_string()],
        contracts: vec![MemberUnchecked { role: Role::Treasury, address: mars.treasury.to_string() }],
        pace: Pace::Network,
        params: None,
    };
    let short = Params { delay: 1, voting: 1, timelock: 1, grace: 1, ..Params::default() };
    let bad = [
        (InstantiateMsg { xms: "XMS".into(), ..good() }, RefusalCode::InvalidInput),
        (InstantiateMsg { sources: vec![], ..good() }, RefusalCode::NotFound),
        (InstantiateMsg { sources: vec!["?".into()], ..good() }, RefusalCode::InvalidInput),
        (InstantiateMsg { params: Some(short), ..good() }, RefusalCode::InvalidInput),
        (
            InstantiateMsg { pace: Pace::Test, params: Some(Params { voting: 0, ..short }), ..good() },
            RefusalCode::InvalidInput,
        ),
        (
            InstantiateMsg { contracts: [good().contracts, good().contracts].concat(), ..good() },
            RefusalCode::Duplicate,
        ),
    ];
    let quick = InstantiateMsg { pace: Pace::Test, params: Some(short), ..good() };
    for (msg, code_of_refusal) in bad {
        let error = mars.app.instantiate_contract(code, Owner.addr(), &msg, &[], "x", None).unwrap_err();
        let refusal = Refusal::find(&format!("{error:#}")).unwrap();
        assert_eq!(refusal.code, code_of_refusal, "{refusal}");
    }
    mars.app.instantiate_contract(code, Owner.addr(), &quick, &[], "x", None).unwrap();
}

/// The DAO replaces its own code, by vote, and is in the middle of it while it does.
#[test]
fn the_dao_migrates_itself() {
    let mut mars = dao();
    let dao = mars.governance.clone();
    let code = mars.store_code(Contract::Governance);
    let msg = cosmwasm_std::to_json_binary(&MigrateMsg {}).unwrap();
    let migrate = WasmMsg::Migrate { contract_addr: dao.to_string(), new_code_id: code, msg };
    let bill = Bill::of(vec![migrate.into()]);
    let id = mars.pass(&[Trader], bill);
    let refusal = mars.execute(id).unwrap_err();
    assert!(refusal.message.contains("not_newer"), "{refusal}");
    mars.pretend_version(Contract::Governance, Contract::Governance.name(), "0.0.9");
    mars.execute(id).unwrap();
    assert_eq!(mars.app.wrap().query_wasm_contract_info(&dao).unwrap().code_id, code);
    mars.propose(Trader, Bill::text()).unwrap();
    mars.assert_invariants();
}
