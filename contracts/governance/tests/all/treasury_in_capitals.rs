//! The treasury's address in capitals: to the chain the same contract, to who compares texts another.

use cosmwasm_std::{CosmosMsg, WasmMsg};
use mars_testing::Actor::{Minter, Trader};
use mars_testing::Token::Usdc;
use mars_testing::{attribute, event, refused, Bill};
use mars_types::treasury::{ExecuteMsg, Params};
use mars_types::{Bps, RefusalCode};

use super::{dao, succeeded, ONE};

fn in_capitals(message: CosmosMsg) -> CosmosMsg {
    let CosmosMsg::Wasm(WasmMsg::Execute { contract_addr, msg, funds }) = message else {
        panic!("{message:?}");
    };
    WasmMsg::Execute { contract_addr: contract_addr.to_uppercase(), msg, funds }.into()
}

/// R29.
#[test]
fn the_support_ratio_is_not_lowered_any_sooner() {
    let mut mars = dao();
    let params = Params { support_ratio: Bps(24_999), ..Params::default() };
    let lower = mars.call(&mars.treasury, &ExecuteMsg::UpdateParams { params });
    let id = succeeded(&mut mars, Bill::of(vec![in_capitals(lower)]));
    let response = mars.queue(id).unwrap();
    assert_eq!(attribute(event(&response, "mars_queue"), "doubled"), "true");
}

#[test]
fn assets_stay_while_the_ratio_is_low() {
    let mut mars = dao();
    mars.mint(Minter, Usdc, 1_000 * ONE).unwrap();
    let usdc = mars.asset(Usdc).into();
    let spend = ExecuteMsg::Spend { asset: usdc, amount: 1u128.into(), recipient: Trader.addr().into() };
    let spend = mars.call(&mars.treasury, &spend);
    let id = succeeded(&mut mars, Bill::of(vec![in_capitals(spend)]));
    // Prices are too old to tell the ratio.
    mars.advance(200);
    refused(mars.queue(id), RefusalCode::ControlRatio, "unknown", 20_000);
}

#[test]
fn it_weighs_what_it_weighs() {
    let mars = dao();
    let poke = mars.call(&mars.treasury, &ExecuteMsg::Poke {});
    assert!(!mars.weight(&[in_capitals(poke)]).heavy);
}
