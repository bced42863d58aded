//! A heavy message in a light one's clothes.

use cosmwasm_std::{Binary, CosmosMsg, WasmMsg};
use mars_testing::Mars;
use mars_types::treasury::ExecuteMsg;

use super::dao;

fn raw(mars: &Mars, json: &str) -> CosmosMsg {
    WasmMsg::Execute {
        contract_addr: mars.treasury.to_string(),
        msg: Binary::from(json.as_bytes()),
        funds: vec![],
    }
    .into()
}

#[test]
fn only_one_plain_message_is_light() {
    let mars = dao();
    for light in [r#"{"poke":{}}"#, r#" { "poke" : { } } "#, r#"{"\u0070oke":{}}"#] {
        let weight = mars.weight(&[raw(&mars, light)]);
        // Read as the treasury itself reads it.
        assert!(!weight.heavy, "{light}");
    }
    for heavy in [
        r#"{"poke":{},"withdraw_reserve":{"amount":"1","recipient":"x"}}"#,
        r#"{"withdraw_reserve":{"amount":"1","recipient":"x"},"poke":{}}"#,
        r#"{"poke ":{}}"#,
        r#"{"Poke":{}}"#,
        r#"{}"#,
        r#""poke""#,
        r#"["poke"]"#,
        r#"{"poke":{}}{"withdraw_reserve":{}}"#,
        r#"{"poke":"#,
        "",
    ] {
        assert!(mars.weight(&[raw(&mars, heavy)]).heavy, "{heavy}");
    }
}

#[test]
fn one_heavy_message_makes_all_heavy_and_is_named() {
    let mars = dao();
    let poke = mars.call(&mars.treasury, &ExecuteMsg::Poke {});
    let coins =
        mars_testing::message(&mars.treasury, &ExecuteMsg::Poke {}, vec![cosmwasm_std::coin(1, "uusdc")]);
    let spend = ExecuteMsg::WithdrawReserve { amount: 1u128.into(), recipient: "x".into() };
    let spend = mars.call(&mars.treasury, &spend);
    let weight = mars.weight(&[poke.clone(), spend, poke.clone(), coins]);
    assert_eq!((weight.heavy, weight.heavy_messages), (true, vec![2, 4]));
    assert!(!mars.weight(&[poke.clone(), poke]).heavy);
}

/// A light name on a contract of another kind, or of nobody, is heavy.
#[test]
fn a_light_name_is_light_only_where_it_belongs() {
    let mars = dao();
    let update = mars_types::staking::ExecuteMsg::UpdateParams { params: Default::default() };
    assert!(!mars.weight(&[mars.call(&mars.staking, &update)]).heavy);
    for contract in [&mars.oracle, &mars.treasury, &mars.governance, &mars.xms] {
        assert!(mars.weight(&[mars.call(contract, &update)]).heavy, "{contract}");
    }
}
