//! Assets that come in and go out.

use cosmwasm_std::{Addr, BankMsg, Coin, CosmosMsg};
use mars_control::{tokens, ControlError};
use mars_types::{Asset, AssetAmount};

use crate::error::ContractError;

/// The one coin that a swap takes.
pub fn one_coin(funds: &[Coin]) -> Result<AssetAmount, ContractError> {
    match funds {
        [coin] => Ok(AssetAmount { asset: Asset::Native(coin.denom.clone()), amount: coin.amount }),
        _ => Err(ControlError::wrong_funds(funds, "one coin").into()),
    }
}

/// Takes exactly these amounts from `sender`: native coins must be attached, cw20 tokens are taken by allowance. Gives the
/// messages that take them.
pub fn take(
    contract: &Addr,
    sender: &Addr,
    funds: &[Coin],
    amounts: &[AssetAmount],
) -> Result<Vec<CosmosMsg>, ContractError> {
    let mut expected = vec![];
    let mut messages = vec![];
    for AssetAmount { asset, amount } in amounts.iter().filter(|entry| !entry.amount.is_zero()) {
        match asset {
            Asset::Native(denom) => expected.push(Coin::new(*amount, denom)),
            Asset::Cw20(token) => messages.push(tokens::transfer_from(token, sender, contract, *amount)?),
        }
    }
    // The chain sorts attached coins and adds up none twice; a sender's order is not asked for.
    let attached = funds.len() == expected.len() && expected.iter().all(|coin| funds.contains(coin));
    if !attached {
        return Err(ControlError::wrong_funds(funds, "exactly the native amounts of the message").into());
    }
    Ok(messages)
}

/// Pays amounts to one account: all native coins in one message, each cw20 token in its own. Zero is not sent.
pub fn pay(
    recipient: &Addr,
    amounts: impl IntoIterator<Item = AssetAmount>,
) -> Result<Vec<CosmosMsg>, ContractError> {
    let mut coins: Vec<Coin> = vec![];
    let mut messages = vec![];
    for AssetAmount { asset, amount } in amounts.into_iter().filter(|entry| !entry.amount.is_zero()) {
        match asset {
            Asset::Native(denom) => match coins.iter_mut().find(|coin| coin.denom == denom) {
                Some(coin) => coin.amount = coin.amount.checked_add(amount)?,
                None => coins.push(Coin::new(amount, denom)),
            },
            Asset::Cw20(token) => messages.push(tokens::transfer(&token, recipient, amount)?),
        }
    }
    if !coins.is_empty() {
        // The bank takes coins in order of their denoms.
        coins.sort_by(|left, right| left.denom.cmp(&right.denom));
        messages.insert(0, BankMsg::Send { to_address: recipient.to_string(), amount: coins }.into());
    }
    Ok(messages)
}
