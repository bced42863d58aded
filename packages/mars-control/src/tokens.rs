//! Coins and cw20 tokens as they leave a contract, and what is there of them.

use cosmwasm_std::{
    Addr, BankMsg, Coin, CosmosMsg, QuerierWrapper, StdResult, Uint128, WasmMsg, to_json_binary,
};
use cw20::{BalanceResponse, Cw20ExecuteMsg, Cw20QueryMsg};
use mars_types::{Asset, Invariant};
use serde::Serialize;

/// What `holder` has of `asset`, in its smallest unit.
///
/// # Errors
/// A cw20 token that does not answer as one.
pub fn balance(querier: QuerierWrapper, holder: &Addr, asset: &Asset) -> StdResult<Uint128> {
    Ok(match asset {
        Asset::Native(denom) => querier.query_balance(holder, denom)?.amount,
        Asset::Cw20(token) => {
            let question = Cw20QueryMsg::Balance { address: holder.to_string() };
            querier.query_wasm_smart::<BalanceResponse>(token, &question)?.balance
        }
    })
}

/// The law `name`: of `asset` a contract holds at least what its `books` say. A token that does not answer breaks its own
/// law and hides no other.
pub fn is_held(
    querier: QuerierWrapper,
    holder: &Addr,
    asset: &Asset,
    name: impl Into<String>,
    books: Uint128,
) -> Invariant {
    match balance(querier, holder, asset) {
        Ok(held) => Invariant::at_most(name, books, held),
        Err(error) => Invariant::at_most_unknown(name, books, error),
    }
}

/// `amount` of `asset` to `recipient`.
pub fn pay(asset: &Asset, recipient: &Addr, amount: Uint128) -> StdResult<CosmosMsg> {
    match asset {
        Asset::Cw20(token) => transfer(token, recipient, amount),
        Asset::Native(denom) => {
            let amount = vec![Coin::new(amount, denom)];
            Ok(BankMsg::Send { to_address: recipient.to_string(), amount }.into())
        }
    }
}

pub fn transfer(token: &Addr, recipient: &Addr, amount: Uint128) -> StdResult<CosmosMsg> {
    call(token, &Cw20ExecuteMsg::Transfer { recipient: recipient.to_string(), amount }, vec![])
}

/// To a contract, with a message for it.
pub fn send(token: &Addr, contract: &Addr, amount: Uint128, hook: &impl Serialize) -> StdResult<CosmosMsg> {
    let msg = to_json_binary(hook)?;
    call(token, &Cw20ExecuteMsg::Send { contract: contract.to_string(), amount, msg }, vec![])
}

/// Takes them from an `owner` who has allowed it.
pub fn transfer_from(token: &Addr, owner: &Addr, recipient: &Addr, amount: Uint128) -> StdResult<CosmosMsg> {
    let (owner, recipient) = (owner.to_string(), recipient.to_string());
    call(token, &Cw20ExecuteMsg::TransferFrom { owner, recipient, amount }, vec![])
}

/// Lets `spender` take so much more.
pub fn allow(token: &Addr, spender: &Addr, amount: Uint128) -> StdResult<CosmosMsg> {
    let spender = spender.to_string();
    call(token, &Cw20ExecuteMsg::IncreaseAllowance { spender, amount, expires: None }, vec![])
}

pub fn mint(token: &Addr, recipient: &Addr, amount: Uint128) -> StdResult<CosmosMsg> {
    call(token, &Cw20ExecuteMsg::Mint { recipient: recipient.to_string(), amount }, vec![])
}

/// Burns what this contract holds.
pub fn burn(token: &Addr, amount: Uint128) -> StdResult<CosmosMsg> {
    call(token, &Cw20ExecuteMsg::Burn { amount }, vec![])
}

/// Any call of a contract, with `funds` attached.
pub fn call(contract: &Addr, message: &impl Serialize, funds: Vec<Coin>) -> StdResult<CosmosMsg> {
    let msg = to_json_binary(message)?;
    Ok(WasmMsg::Execute { contract_addr: contract.to_string(), msg, funds }.into())
}
