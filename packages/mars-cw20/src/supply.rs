//! Tokens that come into being and that cease to be.

use cosmwasm_std::{Addr, DepsMut, Env, MessageInfo, Response, Storage, Uint128};
use cw20_base::state::TOKEN_INFO;
use mars_types::checked_address;

use crate::allowance;
use crate::error::ContractError;
use crate::ledger::{credit, debit, receiver, sum};

/// The minter makes tokens.
pub fn mint(
    deps: DepsMut,
    env: &Env,
    info: MessageInfo,
    recipient: String,
    amount: Uint128,
) -> Result<Response, ContractError> {
    let mut token = TOKEN_INFO.load(deps.storage)?;
    let Some(mint) = &token.mint else {
        return Err(ContractError::NoMinter { sender: info.sender });
    };
    if mint.minter != info.sender {
        return Err(ContractError::NotMinter { sender: info.sender, minter: mint.minter.clone() });
    }
    let to = receiver(deps.api, env, "recipient", &recipient)?;
    token.total_supply = sum(token.total_supply, amount)?;
    TOKEN_INFO.save(deps.storage, &token)?;
    credit(deps.storage, &to, amount)?;
    Ok(Response::new()
        .add_attribute("action", "mint")
        .add_attribute("to", recipient)
        .add_attribute("amount", amount))
}

/// A holder destroys tokens.
pub fn burn(deps: DepsMut, info: MessageInfo, amount: Uint128) -> Result<Response, ContractError> {
    debit(deps.storage, &info.sender, amount)?;
    shrink(deps.storage, amount)?;
    Ok(Response::new()
        .add_attribute("action", "burn")
        .add_attribute("from", info.sender)
        .add_attribute("amount", amount))
}

/// The sender destroys an owner's tokens, within its allowance.
pub fn burn_from(
    deps: DepsMut,
    env: &Env,
    info: MessageInfo,
    owner: String,
    amount: Uint128,
) -> Result<Response, ContractError> {
    let from = checked_address(deps.api, "owner", &owner)?;
    allowance::spend(deps.storage, &env.block, &from, &info.sender, amount)?;
    debit(deps.storage, &from, amount)?;
    shrink(deps.storage, amount)?;
    Ok(Response::new()
        .add_attribute("action", "burn_from")
        .add_attribute("from", owner)
        .add_attribute("by", info.sender)
        .add_attribute("amount", amount))
}

pub fn is_minter(storage: &dyn Storage, account: &Addr) -> Result<bool, ContractError> {
    Ok(TOKEN_INFO.load(storage)?.mint.is_some_and(|mint| mint.minter == account))
}

/// A balance was larger than `amount`, and no balance is larger than the supply: saturation never happens.
pub fn shrink(storage: &mut dyn Storage, amount: Uint128) -> Result<(), ContractError> {
    let mut token = TOKEN_INFO.load(storage)?;
    token.total_supply = token.total_supply.saturating_sub(amount);
    Ok(TOKEN_INFO.save(storage, &token)?)
}
