use cosmwasm_std::{Binary, BlockInfo, Deps, Env, Order, Uint128, to_json_binary};
use cw20::Expiration;
use cw20_base::state::{BALANCES, TOKEN_INFO};
use cw20_base::{allowances, contract, enumerable};
use mars_types::token::QueryMsg;
use mars_types::{Invariant, InvariantsResponse};

use crate::error::ContractError;
use crate::ledger::sum;

/// Answers as cw20-base does, but an expired allowance reads as zero beside its expiry.
pub fn query(deps: Deps, env: &Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    Ok(match msg {
        QueryMsg::Balance { address } => to_json_binary(&contract::query_balance(deps, address)?),
        QueryMsg::TokenInfo {} => to_json_binary(&contract::query_token_info(deps)?),
        QueryMsg::Minter {} => to_json_binary(&contract::query_minter(deps)?),
        QueryMsg::Allowance { owner, spender } => {
            let mut answer = allowances::query_allowance(deps, owner, spender)?;
            answer.allowance = spendable(&env.block, answer.allowance, answer.expires);
            to_json_binary(&answer)
        }
        QueryMsg::AllAllowances { owner, start_after, limit } => {
            let mut answer = enumerable::query_owner_allowances(deps, owner, start_after, limit)?;
            for entry in &mut answer.allowances {
                entry.allowance = spendable(&env.block, entry.allowance, entry.expires);
            }
            to_json_binary(&answer)
        }
        QueryMsg::AllAccounts { start_after, limit } => {
            to_json_binary(&enumerable::query_all_accounts(deps, start_after, limit)?)
        }
        QueryMsg::MarketingInfo {} => to_json_binary(&contract::query_marketing_info(deps)?),
        QueryMsg::DownloadLogo {} => to_json_binary(&contract::query_download_logo(deps)?),
        QueryMsg::Invariants {} => to_json_binary(&invariants(deps)?),
    }?)
}

fn invariants(deps: Deps) -> Result<InvariantsResponse, ContractError> {
    let mut balances = Uint128::zero();
    for balance in BALANCES.range(deps.storage, None, None, Order::Ascending) {
        balances = sum(balances, balance?.1)?;
    }
    let supply = TOKEN_INFO.load(deps.storage)?.total_supply;
    Ok(vec![Invariant::equal("balances_are_the_supply", balances, supply)].into())
}

fn spendable(block: &BlockInfo, allowance: Uint128, expires: Expiration) -> Uint128 {
    match expires.is_expired(block) {
        true => Uint128::zero(),
        false => allowance,
    }
}
