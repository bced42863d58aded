//! Shortcuts around vote and timelock.

use cosmwasm_std::{CosmosMsg, Empty, WasmMsg};
use cw_multi_test::Executor;
use cw_ownable::Action;
use mars_testing::Actor::{Attacker, Guardian, Owner, Trader};
use mars_testing::{refused, Bill, Contract, Mars};
use mars_types::governance::{ExecuteMsg, Params, Status};
use mars_types::{staking, treasury, RefusalCode};

use super::{dao, DAY};

#[test]
fn nobody_speaks_for_the_dao() {
    let mut mars = dao();
    for who in [Attacker, Guardian, Owner] {
        for msg in [
            ExecuteMsg::UpdateParams { params: Params { timelock: DAY, ..Params::default() } },
            ExecuteMsg::UpdateSources { add: vec![mars.xms.to_string()], remove: vec![] },
            ExecuteMsg::UpdateContracts { add: vec![], remove: vec![mars.treasury.to_string()] },
            ExecuteMsg::SetGuardian { guardian: None },
        ] {
            refused(mars.tell_governance(who, &msg), RefusalCode::Unauthorized, who.addr(), "owner");
        }
    }
}

/// Whoever deployed it has nothing left: neither ownership nor migration.
#[test]
fn the_deployer_has_handed_over_everything() {
    let mut mars = dao();
    let poke = treasury::ExecuteMsg::UpdateParams { params: mars.config().params };
    refused(mars.tell_treasury(Owner, &poke), RefusalCode::Unauthorized, Owner.addr(), "owner");
    let code = mars.store_code(Contract::Staking);
    for contract in [mars.staking.clone(), mars.governance.clone()] {
        let msg = WasmMsg::Migrate {
            contract_addr: contract.to_string(),
            new_code_id: code,
            msg: cosmwasm_std::to_json_binary(&staking::MigrateMsg {}).unwrap(),
        };
        let error = mars.app.execute(Owner.addr(), CosmosMsg::<Empty>::Wasm(msg)).unwrap_err();
        assert!(format!("{error:#}").contains("Only admin can migrate"), "{error:#}");
    }
}

/// A short timelock holds only for what is queued after it: it cannot be voted in and used at once.
#[test]
fn a_lowered_timelock_does_not_shorten_a_running_one() {
    let mut mars = dao();
    let dao = mars.governance.clone();
    let params = Params { timelock: DAY, ..Params::default() };
    let shorten = mars.call(&dao, &ExecuteMsg::UpdateParams { params });
    let first = mars.pass(&[Trader], Bill::of(vec![shorten]));
    let treasury = mars.treasury.clone();
    let poke = mars.call(&treasury, &treasury::ExecuteMsg::Poke {});
    let second = mars.propose(Trader, Bill::of(vec![poke])).unwrap();
    mars.until_vote(second);
    mars.vote(Trader, second, mars_types::governance::Choice::For).unwrap();
    mars.until_decided(second);
    mars.queue(second).unwrap();
    let eta = mars.proposal(second).eta;
    mars.execute(first).unwrap();
    assert_eq!(mars.proposal(second).eta, eta);
    mars.advance(DAY);
    assert_eq!(mars.status(second), Status::Queued);
}

/// Accepting an ownership is open to all, for a fixed message and known contracts only.
#[test]
fn nobody_makes_the_dao_call_his_own_contract() {
    let mut mars = dao();
    let evil = mars.deploy_holder(0);
    let accept = ExecuteMsg::AcceptOwnership { contract: evil.to_string() };
    let refusal = mars.assert_unchanged(|mars| mars.tell_governance(Attacker, &accept));
    refused(refusal, RefusalCode::NotFound, &evil, "an entry that exists");
    // Of a known contract that offered nothing, nothing comes.
    let accept = ExecuteMsg::AcceptOwnership { contract: mars.treasury.to_string() };
    let refusal = mars.assert_unchanged(|mars| mars.tell_governance(Attacker, &accept)).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::NotFound, "{refusal}");
}

/// What the DAO gives away by vote it does not take back by anyone's call.
#[test]
fn an_ownership_given_away_stays_away() {
    let mut mars: Mars = dao();
    let staking = mars.staking.clone();
    let give = Action::TransferOwnership { new_owner: Attacker.addr().into_string(), expiry: None };
    let give = mars.call(&staking, &staking::ExecuteMsg::UpdateOwnership(give));
    let id = mars.pass(&[Trader], Bill::of(vec![give]));
    assert!(mars.proposal(id).heavy);
    mars.execute(id).unwrap();
    let accept = ExecuteMsg::AcceptOwnership { contract: staking.to_string() };
    assert_eq!(mars.tell_governance(Attacker, &accept).unwrap_err().code, RefusalCode::Unauthorized);
}
