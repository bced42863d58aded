//! The two halves of every movement. A sender who is also the receiver is written twice, so nothing is made or lost.

use cosmwasm_std::{Addr, Api, Env, Storage, Uint128};
use cw20_base::state::BALANCES;
use mars_types::checked_address;

use crate::error::ContractError;

/// Takes `amount` from `account`.
pub fn debit(storage: &mut dyn Storage, account: &Addr, amount: Uint128) -> Result<(), ContractError> {
    BALANCES.update(storage, account, |balance| {
        let balance = balance.unwrap_or_default();
        balance.checked_sub(amount).map_err(|_| ContractError::Balance { amount, balance })
    })?;
    Ok(())
}

/// Gives `amount` to `account`.
pub fn credit(storage: &mut dyn Storage, account: &Addr, amount: Uint128) -> Result<(), ContractError> {
    BALANCES.update(storage, account, |balance| sum(balance.unwrap_or_default(), amount))?;
    Ok(())
}

/// `left + right`, refused when it does not fit.
pub fn sum(left: Uint128, right: Uint128) -> Result<Uint128, ContractError> {
    left.checked_add(right).map_err(|_| ContractError::Overflow { left, right })
}

/// A receiver of tokens: any address but the token's own.
pub fn receiver(api: &dyn Api, env: &Env, field: &str, text: &str) -> Result<Addr, ContractError> {
    let recipient = checked_address(api, field, text)?;
    if recipient == env.contract.address {
        return Err(ContractError::TokenItself { recipient });
    }
    Ok(recipient)
}
