//! XMS that does not circulate: the registry and what happens when a contract in it misbehaves.

use cosmwasm_std::{Addr, Binary, Deps, DepsMut, Empty, Env, MessageInfo, Response, StdError, StdResult};
use cw_multi_test::{ContractWrapper, Executor};
use mars_testing::Actor::{Keeper, Minter, Owner};
use mars_testing::Token::Usdc;
use mars_testing::{attribute, event, refused, Mars, XMS_USDC};
use mars_types::treasury::{ExecuteMsg, MAX_NON_CIRCULATING};
use mars_types::{Refusal, RefusalCode};

use super::positions::with_pools;
use super::{MILLION, ONE};

fn update(mars: &mut Mars, add: &[&Addr], remove: &[&Addr]) -> Result<cw_multi_test::AppResponse, Refusal> {
    let text = |addresses: &[&Addr]| addresses.iter().map(ToString::to_string).collect();
    let msg = ExecuteMsg::UpdateNonCirculating { add: text(add), remove: text(remove) };
    mars.tell_treasury(Owner, &msg)
}

fn circulating_millions(mars: &Mars) -> u128 {
    mars.epoch().circulating.u128() / MILLION
}

#[test]
fn the_reserve_does_not_circulate() {
    let mut mars = Mars::builder().reserve(0).build();
    assert_eq!(circulating_millions(&mars), 1_000);
    mars.fund_reserve(Owner, 250 * MILLION).unwrap();
    assert_eq!(circulating_millions(&mars), 750);
}

#[test]
fn what_registered_contracts_report_is_taken_off() {
    let mut mars = Mars::deploy();
    let vesting = mars.deploy_holder(150 * MILLION);
    let staking = mars.deploy_holder(50 * MILLION);
    let response = update(&mut mars, &[&vesting, &staking], &[]).unwrap();
    assert_eq!(attribute(event(&response, "mars_registry"), "contracts"), format!("{vesting},{staking}"));
    assert_eq!(mars.config().non_circulating, [vesting.clone(), staking.clone()]);
    assert_eq!(circulating_millions(&mars), 700);
    mars.poke(Keeper).unwrap();
    // The figure of a closing stands until the next one.
    mars.set_holder(&vesting, Some(0));
    assert_eq!(circulating_millions(&mars), 700);
    mars.next_epoch();
    assert_eq!(circulating_millions(&mars), 850);
    update(&mut mars, &[], &[&staking]).unwrap();
    assert_eq!(circulating_millions(&mars), 900);
}

#[test]
fn a_silent_contract_can_only_lower_the_figure() {
    let mut mars = Mars::deploy();
    let vesting = mars.deploy_holder(300 * MILLION);
    let staking = mars.deploy_holder(0);
    update(&mut mars, &[&vesting, &staking], &[]).unwrap();
    mars.poke(Keeper).unwrap();
    assert_eq!(circulating_millions(&mars), 600);
    // Without its answer the new figure would be 900 M: the last one, 600 M, stands.
    mars.set_holder(&vesting, None);
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    assert_eq!(circulating_millions(&mars), 600);
    // What the others report still lowers it, also below the last figure.
    mars.set_holder(&staking, Some(500 * MILLION));
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    assert_eq!(circulating_millions(&mars), 400);
    // And it does not rise again while one is silent.
    mars.set_holder(&staking, Some(0));
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    assert_eq!(circulating_millions(&mars), 400);
    // Once it answers, the figure is right again.
    mars.set_holder(&vesting, Some(300 * MILLION));
    mars.next_epoch();
    assert_eq!(circulating_millions(&mars), 600);
    // A silent one can be removed.
    mars.set_holder(&vesting, None);
    update(&mut mars, &[], &[&vesting]).unwrap();
    assert_eq!(circulating_millions(&mars), 900);
}

#[test]
fn an_account_without_code_counts_as_silent() {
    let mut mars = Mars::deploy();
    update(&mut mars, &[&Minter.addr()], &[]).unwrap();
    mars.poke(Keeper).unwrap();
    // Nothing was known before: the figure is 0, and the registry must be put right.
    assert_eq!(circulating_millions(&mars), 0);
    update(&mut mars, &[], &[&Minter.addr()]).unwrap();
    mars.next_epoch();
    assert_eq!(circulating_millions(&mars), 900);
}

#[test]
fn a_contract_that_reports_more_than_there_is_stops_minting_and_nothing_else() {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 100 * ONE).unwrap();
    let rogue = mars.deploy_holder(u128::MAX);
    let other = mars.deploy_holder(u128::MAX);
    update(&mut mars, &[&rogue, &other], &[]).unwrap();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    assert_eq!(circulating_millions(&mars), 0);
    refused(mars.mint(Minter, Usdc, 1), RefusalCode::SupplyCap, 100 * ONE + 1, 0);
    mars.redeem(Minter, ONE).unwrap();
    mars.assert_invariants();
}

#[test]
fn the_registry_is_bounded_and_holds_each_contract_once() {
    let mut mars = Mars::deploy();
    let holders: Vec<Addr> = (0..=MAX_NON_CIRCULATING).map(|_| mars.deploy_holder(MILLION)).collect();
    let all: Vec<&Addr> = holders.iter().collect();
    let (last, full) = all.split_last().unwrap();
    refused(update(&mut mars, &all, &[]), RefusalCode::TooMany, 21, 20);
    refused(update(&mut mars, &[full[0], full[0]], &[]), RefusalCode::Duplicate, full[0], "once");
    update(&mut mars, full, &[]).unwrap();
    refused(update(&mut mars, &[full[3]], &[]), RefusalCode::Duplicate, full[3], "once");
    refused(update(&mut mars, &[last], &[]), RefusalCode::TooMany, 21, 20);
    refused(update(&mut mars, &[], &[last]), RefusalCode::NotFound, last, "an entry that exists");
    // Removals come first, so a full registry can be exchanged in one message.
    update(&mut mars, &[last], &[full[7]]).unwrap();
    assert_eq!(mars.config().non_circulating.len(), 20);
    assert_eq!(circulating_millions(&mars), 880);
    mars.poke(Keeper).unwrap();
    mars.assert_invariants();
}

#[test]
fn entries_are_addresses_of_this_chain() {
    let mut mars = Mars::deploy();
    let msg = ExecuteMsg::UpdateNonCirculating { add: vec!["vesting".into()], remove: vec![] };
    assert_eq!(mars.tell_treasury(Owner, &msg).unwrap_err().code, RefusalCode::InvalidInput);
}

#[test]
fn a_swap_contract_that_does_not_answer_can_only_lower_the_figure() {
    let mut mars = with_pools();
    mars.allocate(Keeper, XMS_USDC, 3_000 * ONE).unwrap();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    let before = mars.epoch().circulating;
    let mute = |_: Deps, _: Env, _: Empty| -> StdResult<Binary> { Err(StdError::generic_err("mute")) };
    let code = ContractWrapper::new(silent, silent, mute).with_migrate(silent_migrate);
    let code = mars.app.store_code(Box::new(code));
    mars.app.migrate_contract(Owner.addr(), mars.swap.clone(), &Empty {}, code).unwrap();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    assert_eq!(mars.epoch().circulating, before);
}

fn silent(_: DepsMut, _: Env, _: MessageInfo, _: Empty) -> StdResult<Response> {
    Err(StdError::generic_err("mute"))
}

fn silent_migrate(_: DepsMut, _: Env, _: Empty) -> StdResult<Response> {
    Ok(Response::new())
}
