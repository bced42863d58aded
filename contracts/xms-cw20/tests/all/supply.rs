use cosmwasm_std::Uint128;
use cw20::{Cw20ExecuteMsg as Msg, MinterResponse};
use mars_types::token::{query_supply, QueryMsg, XMS_SUPPLY};
use mars_types::RefusalCode as Code;

use super::setup::{addr, assert_refused, instantiate};

const SUPPLY: u128 = XMS_SUPPLY.u128();

#[test]
fn nobody_ever_mints() {
    let mut token = instantiate(&[("dao", SUPPLY)]).unwrap();
    for sender in [addr("dao"), addr("deployer"), addr("attacker"), token.address.clone()] {
        let mint = Msg::Mint { recipient: sender.to_string(), amount: Uint128::new(1) };
        assert_refused(token.execute(&sender, mint), Code::NoMinter, &sender, "nobody");
        let update = Msg::UpdateMinter { new_minter: Some(sender.to_string()) };
        assert_refused(token.execute(&sender, update), Code::Unauthorized, &sender, "nobody");
    }
    let minter: Option<MinterResponse> =
        token.chain.wrap().query_wasm_smart(&token.address, &QueryMsg::Minter {}).unwrap();
    assert_eq!(minter, None);
    assert_eq!(token.info().total_supply, XMS_SUPPLY);
}

#[test]
fn what_is_burned_is_gone() {
    let mut token = instantiate(&[("dao", SUPPLY)]).unwrap();
    let holder = addr("dao");
    token.execute(&holder, Msg::Burn { amount: Uint128::new(SUPPLY - 1) }).unwrap();
    assert_eq!((token.balance(&holder), token.info().total_supply.u128()), (1, 1));
    let more = Msg::Burn { amount: Uint128::new(2) };
    assert_refused(token.execute(&holder, more), Code::Balance, 2, 1);
    assert_eq!(query_supply(&token.chain.wrap(), &token.address), Ok(Uint128::new(1)));
}
