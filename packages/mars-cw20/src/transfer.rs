//! Tokens from one account to another.

use cosmwasm_std::{Addr, Binary, DepsMut, Env, MessageInfo, Response, Storage, Uint128};
use cw20::Cw20ReceiveMsg;
use mars_types::checked_address;

use crate::allowance;
use crate::error::ContractError;
use crate::ledger::{credit, debit, receiver};
use crate::supply;

/// What becomes of tokens that are sent, with a message, to the minter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentToMinter {
    /// The minter owns them, like anybody.
    Kept,
    /// They cease to be, and the minter is told how many. This spares it a call to burn them.
    Burned,
}

/// The sender's tokens to an account.
pub fn transfer(
    deps: DepsMut,
    env: &Env,
    info: MessageInfo,
    recipient: String,
    amount: Uint128,
) -> Result<Response, ContractError> {
    let to = receiver(deps.api, env, "recipient", &recipient)?;
    debit(deps.storage, &info.sender, amount)?;
    credit(deps.storage, &to, amount)?;
    Ok(Response::new()
        .add_attribute("action", "transfer")
        .add_attribute("from", info.sender)
        .add_attribute("to", recipient)
        .add_attribute("amount", amount))
}

/// An owner's tokens to an account, within the sender's allowance.
pub fn transfer_from(
    deps: DepsMut,
    env: &Env,
    info: MessageInfo,
    owner: String,
    recipient: String,
    amount: Uint128,
) -> Result<Response, ContractError> {
    let to = receiver(deps.api, env, "recipient", &recipient)?;
    let from = checked_address(deps.api, "owner", &owner)?;
    allowance::spend(deps.storage, &env.block, &from, &info.sender, amount)?;
    debit(deps.storage, &from, amount)?;
    credit(deps.storage, &to, amount)?;
    Ok(Response::new()
        .add_attribute("action", "transfer_from")
        .add_attribute("from", owner)
        .add_attribute("to", recipient)
        .add_attribute("by", info.sender)
        .add_attribute("amount", amount))
}

/// Tokens for a contract, which is then called with `msg`.
pub struct Parcel {
    pub contract: String,
    pub amount: Uint128,
    pub msg: Binary,
}

/// The sender's tokens to a contract.
pub fn send(
    deps: DepsMut,
    env: &Env,
    info: MessageInfo,
    parcel: Parcel,
    to_minter: SentToMinter,
) -> Result<Response, ContractError> {
    let Parcel { contract, amount, msg } = parcel;
    let to = receiver(deps.api, env, "contract", &contract)?;
    debit(deps.storage, &info.sender, amount)?;
    arrive(deps.storage, &to, amount, to_minter)?;
    Ok(Response::new()
        .add_attribute("action", "send")
        .add_attribute("from", &info.sender)
        .add_attribute("to", &contract)
        .add_attribute("amount", amount)
        .add_message(hook(info, contract, amount, msg)?))
}

/// An owner's tokens to a contract, within the sender's allowance. The contract sees the sender as who sent them.
pub fn send_from(
    deps: DepsMut,
    env: &Env,
    info: MessageInfo,
    owner: String,
    parcel: Parcel,
    to_minter: SentToMinter,
) -> Result<Response, ContractError> {
    let Parcel { contract, amount, msg } = parcel;
    let to = receiver(deps.api, env, "contract", &contract)?;
    let from = checked_address(deps.api, "owner", &owner)?;
    allowance::spend(deps.storage, &env.block, &from, &info.sender, amount)?;
    debit(deps.storage, &from, amount)?;
    arrive(deps.storage, &to, amount, to_minter)?;
    Ok(Response::new()
        .add_attribute("action", "send_from")
        .add_attribute("from", owner)
        .add_attribute("to", &contract)
        .add_attribute("by", &info.sender)
        .add_attribute("amount", amount)
        .add_message(hook(info, contract, amount, msg)?))
}

fn arrive(
    storage: &mut dyn Storage,
    to: &Addr,
    amount: Uint128,
    to_minter: SentToMinter,
) -> Result<(), ContractError> {
    if to_minter == SentToMinter::Burned && supply::is_minter(storage, to)? {
        return supply::shrink(storage, amount);
    }
    credit(storage, to, amount)
}

fn hook(
    info: MessageInfo,
    contract: String,
    amount: Uint128,
    msg: Binary,
) -> Result<cosmwasm_std::CosmosMsg, ContractError> {
    let sender = info.sender.into();
    Ok(Cw20ReceiveMsg { sender, amount, msg }.into_cosmos_msg(contract)?)
}
