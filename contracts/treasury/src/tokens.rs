//! Messages by which tokens and coins leave this contract.

use cosmwasm_std::{to_json_binary, Addr, BankMsg, Coin, CosmosMsg, StdResult, Uint128, WasmMsg};
use cw20::Cw20ExecuteMsg;
use mars_types::Asset;

pub fn transfer(token: &Addr, recipient: &Addr, amount: Uint128) -> StdResult<CosmosMsg> {
    call(token, &Cw20ExecuteMsg::Transfer { recipient: recipient.to_string(), amount })
}

pub fn mint(token: &Addr, recipient: &Addr, amount: Uint128) -> StdResult<CosmosMsg> {
    call(token, &Cw20ExecuteMsg::Mint { recipient: recipient.to_string(), amount })
}

/// Burns what this contract holds.
pub fn burn(token: &Addr, amount: Uint128) -> StdResult<CosmosMsg> {
    call(token, &Cw20ExecuteMsg::Burn { amount })
}

pub fn send(asset: &Asset, recipient: &Addr, amount: Uint128) -> StdResult<CosmosMsg> {
    match asset {
        Asset::Cw20(token) => transfer(token, recipient, amount),
        Asset::Native(denom) => {
            let amount = vec![Coin::new(amount, denom)];
            Ok(BankMsg::Send { to_address: recipient.to_string(), amount }.into())
        }
    }
}

fn call(token: &Addr, message: &Cw20ExecuteMsg) -> StdResult<CosmosMsg> {
    let msg = to_json_binary(message)?;
    Ok(WasmMsg::Execute { contract_addr: token.to_string(), msg, funds: vec![] }.into())
}
