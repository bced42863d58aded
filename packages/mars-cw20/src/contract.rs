//! What the entry points of a token call.

use std::collections::BTreeSet;

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response, Uint128};
use cw20::{Cw20Coin, Cw20ExecuteMsg};
use cw20_base::state::{BALANCES, MinterData, TOKEN_INFO, TokenInfo};
use mars_control::nonpayable;
use mars_types::token::DECIMALS;
use mars_types::{ListError, checked_address};

use crate::error::ContractError;
use crate::ledger::{receiver, sum};
use crate::transfer::{Parcel, SentToMinter};
use crate::{allowance, supply, transfer};

/// Creates the token with its first balances and returns their sum, the supply. Receivers are distinct.
pub fn issue(
    deps: DepsMut,
    env: &Env,
    (name, symbol): (&str, &str),
    minter: Option<&str>,
    balances: &[Cw20Coin],
) -> Result<Uint128, ContractError> {
    let mut seen = BTreeSet::new();
    let mut total_supply = Uint128::zero();
    for Cw20Coin { address, amount } in balances {
        let to = receiver(deps.api, env, "recipient", address)?;
        total_supply = sum(total_supply, *amount)?;
        BALANCES.save(deps.storage, &to, amount)?;
        if !seen.insert(to) {
            return Err(ListError::duplicate("the receiver", address).into());
        }
    }
    let mint = minter
        .map(|minter| checked_address(deps.api, "minter", minter))
        .transpose()?
        .map(|minter| MinterData { minter, cap: None });
    let token =
        TokenInfo { name: name.into(), symbol: symbol.into(), decimals: DECIMALS, total_supply, mint };
    TOKEN_INFO.save(deps.storage, &token)?;
    Ok(total_supply)
}

/// Every message of cw20; the minter and the marketing data are nobody's to change.
pub fn execute(
    deps: DepsMut,
    env: &Env,
    info: MessageInfo,
    msg: Cw20ExecuteMsg,
    to_minter: SentToMinter,
) -> Result<Response, ContractError> {
    use Cw20ExecuteMsg as Msg;
    nonpayable(&info)?;
    match msg {
        Msg::Transfer { recipient, amount } => transfer::transfer(deps, env, info, recipient, amount),
        Msg::Send { contract, amount, msg } => {
            transfer::send(deps, env, info, Parcel { contract, amount, msg }, to_minter)
        }
        Msg::TransferFrom { owner, recipient, amount } => {
            transfer::transfer_from(deps, env, info, owner, recipient, amount)
        }
        Msg::SendFrom { owner, contract, amount, msg } => {
            transfer::send_from(deps, env, info, owner, Parcel { contract, amount, msg }, to_minter)
        }
        Msg::IncreaseAllowance { spender, amount, expires } => {
            allowance::increase(deps, env, info, spender, amount, expires)
        }
        Msg::DecreaseAllowance { spender, amount, expires } => {
            allowance::decrease(deps, env, info, spender, amount, expires)
        }
        Msg::Mint { recipient, amount } => supply::mint(deps, env, info, recipient, amount),
        Msg::Burn { amount } => supply::burn(deps, info, amount),
        Msg::BurnFrom { owner, amount } => supply::burn_from(deps, env, info, owner, amount),
        Msg::UpdateMinter { .. } | Msg::UpdateMarketing { .. } | Msg::UploadLogo(_) => {
            Err(ContractError::Fixed { sender: info.sender })
        }
    }
}
