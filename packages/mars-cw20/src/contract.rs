//! What the entry points of a token call.

use std::collections::BTreeSet;

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response, Uint128};
use cw20::{Cw20Coin, Cw20ExecuteMsg};
use cw20_base::state::{BALANCES, MinterData, TOKEN_INFO, TokenInfo};
use mars_types::checked_address;
use mars_types::token::DECIMALS;

use crate::error::ContractError;
use crate::ledger::{receiver, sum};
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
            return Err(ContractError::Duplicate { recipient: address.clone() });
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
) -> Result<Response, ContractError> {
    use Cw20ExecuteMsg as Msg;
    nonpayable(&info)?;
    match msg {
        Msg::Transfer { recipient, amount } => transfer::transfer(deps, env, info, recipient, amount),
        Msg::Send { contract, amount, msg } => transfer::send(deps, env, info, contract, amount, msg),
        Msg::TransferFrom { owner, recipient, amount } => {
            transfer::transfer_from(deps, env, info, owner, recipient, amount)
        }
        Msg::SendFrom { owner, contract, amount, msg } => {
            transfer::send_from(deps, env, info, (owner, contract), amount, msg)
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
            Err(ContractError::Unauthorized { sender: info.sender.into(), role: "nobody".into() })
        }
    }
}

/// Refuses coins, which no message of a token takes.
pub fn nonpayable(info: &MessageInfo) -> Result<(), ContractError> {
    if info.funds.is_empty() {
        return Ok(());
    }
    Err(ContractError::WrongFunds { funds: info.funds.clone() })
}

/// Goes to `version` of the contract `name`, from an older version of the same contract only.
pub fn migrate(deps: DepsMut, name: &str, version: &str) -> Result<Response, ContractError> {
    let from = cw2::get_contract_version(deps.storage)?;
    match cw2::ensure_from_older_version(deps.storage, name, version) {
        Ok(old) if old.to_string() != version => Ok(Response::new()
            .add_attribute("action", "migrate")
            .add_attribute("from", from.version)
            .add_attribute("to", version)),
        _ => Err(ContractError::NotNewer {
            from: format!("{} {}", from.contract, from.version),
            to: format!("older than {name} {version}"),
        }),
    }
}
