use cosmwasm_std::{Binary, BlockInfo, Deps, Env, Uint128, to_json_binary};
use cw20::Expiration;
use cw20_base::{allowances, contract, enumerable};
use mars_types::token::QueryMsg;

use crate::error::ContractError;

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
    }?)
}

fn spendable(block: &BlockInfo, allowance: Uint128, expires: Expiration) -> Uint128 {
    match expires.is_expired(block) {
        true => Uint128::zero(),
        false => allowance,
    }
}
