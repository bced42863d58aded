//! Attack: a cw20 token that the DAO should not have listed. It announces sends that never happened.

use cosmwasm_std::{
    to_json_binary, Addr, Binary, Deps, DepsMut, Empty, Env, MessageInfo, Response, StdError, StdResult,
    Uint128, WasmMsg,
};
use cw20::{BalanceResponse, Cw20ExecuteMsg, Cw20QueryMsg, Cw20ReceiveMsg, TokenInfoResponse};
use cw_multi_test::{ContractWrapper, Executor};
use mars_testing::Actor::{Attacker, Keeper, Minter, Owner};
use mars_testing::Token::{Defi, Usdc};
use mars_testing::{refused, Mars, Mint};
use mars_types::oracle::{self, SourceUnchecked};
use mars_types::treasury::{Cw20HookMsg, ExecuteMsg, Level};
use mars_types::{Asset, AssetUnchecked, RefusalCode};

use super::{ONE, THOUSAND};

/// `Send` passes the message on and moves nothing; every balance is 0.
fn execute(_: DepsMut, _: Env, info: MessageInfo, msg: Cw20ExecuteMsg) -> StdResult<Response> {
    let Cw20ExecuteMsg::Send { contract, amount, msg } = msg else {
        return Err(StdError::generic_err("nothing else"));
    };
    let hook = Cw20ReceiveMsg { sender: info.sender.into_string(), amount, msg };
    let receive = WasmMsg::Execute {
        contract_addr: contract,
        msg: to_json_binary(&ExecuteMsg::Receive(hook))?,
        funds: vec![],
    };
    Ok(Response::new().add_message(receive))
}

fn instantiate(_: DepsMut, _: Env, _: MessageInfo, _: Empty) -> StdResult<Response> {
    Ok(Response::new())
}

fn query(_: Deps, _: Env, msg: Cw20QueryMsg) -> StdResult<Binary> {
    match msg {
        Cw20QueryMsg::TokenInfo {} => to_json_binary(&TokenInfoResponse {
            name: "Liar".into(),
            symbol: "LIAR".into(),
            decimals: 6,
            total_supply: Uint128::zero(),
        }),
        _ => to_json_binary(&BalanceResponse { balance: Uint128::zero() }),
    }
}

/// Tells what a listing asks for, and nobody's balance.
fn silent_query(deps: Deps, env: Env, msg: Cw20QueryMsg) -> StdResult<Binary> {
    match msg {
        Cw20QueryMsg::TokenInfo {} => query(deps, env, msg),
        _ => Err(StdError::generic_err("none of your business")),
    }
}

fn listed() -> (Mars, Addr) {
    listed_with(query)
}

/// Listed as level 4 with a cap of 20,000 tokens, at $1.
fn listed_with(query: fn(Deps, Env, Cw20QueryMsg) -> StdResult<Binary>) -> (Mars, Addr) {
    let mut mars = Mars::deploy();
    mars.mint(Minter, Usdc, 500 * THOUSAND).unwrap();
    let code = mars.app.store_code(Box::new(ContractWrapper::new(execute, instantiate, query)));
    let liar = mars.app.instantiate_contract(code, Attacker.addr(), &Empty {}, &[], "liar", None).unwrap();
    let asset = AssetUnchecked::cw20(liar.to_string());
    let source = SourceUnchecked::Fixed { price: "1".parse().unwrap() };
    mars.tell_oracle(Owner, &oracle::ExecuteMsg::SetSource { asset: asset.clone(), source }).unwrap();
    let cap = Uint128::new(20 * THOUSAND);
    let register = ExecuteMsg::RegisterAsset { asset, level: Level::DeFi, decimals: 6, cap };
    mars.tell_treasury(Owner, &register).unwrap();
    (mars, liar)
}

fn send(mars: &mut Mars, liar: &Addr, amount: u128) -> Result<(), mars_types::Refusal> {
    let mint = Mint::of(Asset::Cw20(liar.clone()), amount);
    let message = mars.mint_message(&mint);
    mars.transact(Attacker, vec![message]).map(|_| ())
}

#[test]
fn the_damage_ends_at_the_cap_of_the_asset_and_the_books_show_it() {
    let (mut mars, liar) = listed();
    send(&mut mars, &liar, 20 * THOUSAND).unwrap();
    refused(send(&mut mars, &liar, ONE), RefusalCode::AssetCap, 20_001 * ONE, 20 * THOUSAND);
    assert_eq!(mars.usdm_of(Attacker), 19_940 * ONE);
    let laws = mars.treasury_invariants();
    assert!(!laws.hold);
    let broken: Vec<String> =
        laws.invariants.into_iter().filter(|law| !law.holds).map(|law| law.name).collect();
    assert_eq!(broken, [format!("ledger_of_cw20:{liar}_is_held")]);
}

#[test]
fn a_balance_that_it_does_not_tell_breaks_its_own_law_and_hides_no_other() {
    let (mut mars, liar) = listed_with(silent_query);
    let before = mars.treasury_invariants().invariants.len();
    send(&mut mars, &liar, ONE).unwrap();
    let delist = ExecuteMsg::UpdateAsset {
        asset: AssetUnchecked::cw20(liar.to_string()),
        cap: None,
        listed: Some(false),
    };
    mars.tell_treasury(Owner, &delist).unwrap();
    let laws = mars.treasury_invariants();
    assert!(!laws.hold);
    assert_eq!(laws.invariants.len(), before);
    let broken: Vec<_> = laws.invariants.into_iter().filter(|law| !law.holds).collect();
    let [law] = broken.as_slice() else { panic!("{broken:?}") };
    assert_eq!(law.name, format!("ledger_of_cw20:{liar}_is_held"));
    assert_eq!((law.left.as_str(), law.relation.as_str()), ("1000000", "<="));
    assert!(law.right.contains("none of your business"), "{law:?}");
}

#[test]
fn the_guardian_stops_it_alone() {
    let (mut mars, liar) = listed();
    let asset = AssetUnchecked::cw20(liar.to_string());
    let pause = ExecuteMsg::Pause { switch: mars_types::treasury::SwitchUnchecked::Asset(asset) };
    mars.tell_treasury(mars_testing::Actor::Guardian, &pause).unwrap();
    assert_eq!(send(&mut mars, &liar, ONE).unwrap_err().code, RefusalCode::Paused);
    mars.mint(Minter, Usdc, ONE).unwrap();
    mars.mint(Minter, Defi, ONE).unwrap();
}

#[test]
fn it_redeems_nothing_and_funds_nothing() {
    let (mut mars, liar) = listed();
    mars.next_epoch();
    mars.poke(Keeper).unwrap();
    let hook =
        Cw20HookMsg::Redeem { min_out: Uint128::zero(), deadline: mars.now(), recipient: None, queue: false };
    for hook in [hook, Cw20HookMsg::FundReserve {}] {
        let message = mars.send_message(&liar, ONE, &hook);
        let result = mars.assert_unchanged(|mars| mars.transact(Attacker, vec![message]));
        assert_eq!(result.unwrap_err().code, RefusalCode::WrongToken);
    }
}
