use cosmwasm_std::{
    instantiate2_address, to_json_binary, Addr, CosmosMsg, Deps, DepsMut, Env, MessageInfo, Response,
    StdError, WasmMsg,
};
use cw20::{Cw20QueryMsg, TokenInfoResponse};
use mars_control::{assert_owner, nonpayable};
use mars_types::swap::{NewPool, Ramp, MAX_AMPLIFICATION, MAX_DECIMALS, MAX_POOL_ASSETS};
use mars_types::token::LpInstantiateMsg;
use mars_types::{events, Asset, AssetAmount, AssetUnchecked, InvalidInput, ListError};

use crate::error::ContractError;
use crate::payment;
use crate::state::{self, Config, Kind, Shares, Terms, CONFIG, NATIVES, PARAMS, POOLS, POOL_OF};

/// Creates an empty pool and its LP token.
pub fn execute(
    deps: DepsMut,
    env: &Env,
    info: &MessageInfo,
    pool: &NewPool,
    assets: Vec<AssetUnchecked>,
) -> Result<Response, ContractError> {
    let sender = &info.sender;
    let config = CONFIG.load(deps.storage)?;
    let owner = cw_ownable::is_owner(deps.storage, sender)?;
    let fee = config.creation_fee.clone().filter(|_| !owner);
    let terms = terms(deps.as_ref(), env, sender, pool, assets)?;
    let key = key(matches!(pool, NewPool::Stable { .. }), &terms.assets);
    if let Some(id) = POOL_OF.may_load(deps.storage, &key)? {
        return Err(ListError::duplicate("a pool of these assets", id).into());
    }
    let id = POOLS.load(deps.storage)?.checked_add(1);
    let id = id.ok_or(ListError::TooMany { what: "pools", count: usize::MAX, most: usize::MAX })?;
    let payment = pay_fee(&config, info, fee)?;

    let (lp_token, instantiate) = lp_token(deps.as_ref(), env, &config, id)?;
    POOLS.save(deps.storage, &id)?;
    POOL_OF.save(deps.storage, &key, &id)?;
    state::save_terms(deps.storage, id, &terms)?;
    let shares = Shares { token: lp_token.clone(), supply: 0, before: 0, changed: 0, opened: 0 };
    state::save_shares(deps.storage, id, &shares)?;
    let names: Vec<String> = terms.assets.iter().map(Asset::to_string).collect();
    Ok(Response::new()
        .add_attribute("action", "create_pool")
        .add_event(events::PoolCreated {
            pool: id,
            kind: kind_name(&terms.kind).into(),
            assets: names.join(","),
            lp_token,
            creator: sender.clone(),
        })
        .add_messages(payment)
        .add_message(instantiate))
}

/// Under which a pool is found by its assets.
pub fn key(stable: bool, assets: &[Asset]) -> String {
    let names: Vec<String> = assets.iter().map(Asset::to_string).collect();
    format!("{}|{}", if stable { "stable" } else { "constant_product" }, names.join("|"))
}

pub fn kind_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::ConstantProduct => "constant_product",
        Kind::Stable { .. } => "stable",
    }
}

fn terms(
    deps: Deps,
    env: &Env,
    sender: &Addr,
    pool: &NewPool,
    assets: Vec<AssetUnchecked>,
) -> Result<Terms, ContractError> {
    let params = PARAMS.load(deps.storage)?;
    let now = env.block.time.seconds();
    let (fee, most) = match pool {
        NewPool::ConstantProduct {} => (params.constant_product_fee, 2),
        NewPool::Stable { .. } => {
            assert_owner(deps.storage, sender)?;
            (params.stable_fee, MAX_POOL_ASSETS)
        }
    };
    InvalidInput::unless_within("number of assets", assets.len(), 2, most)?;
    let mut checked: Vec<Asset> = Vec::with_capacity(assets.len());
    let mut decimals = Vec::with_capacity(assets.len());
    for asset in assets {
        let asset = asset.check(deps.api)?;
        if checked.contains(&asset) {
            return Err(ListError::duplicate("an asset of the pool", asset).into());
        }
        decimals.push(decimals_of(deps, &asset)?);
        refuse_lp_token(deps, env, &asset)?;
        checked.push(asset);
    }
    let kind = match pool {
        NewPool::ConstantProduct {} => Kind::ConstantProduct,
        NewPool::Stable { amplification } => {
            InvalidInput::unless_within("amplification", *amplification, 1, MAX_AMPLIFICATION)?;
            let scaled = amplification.saturating_mul(mars_math::AMPLIFICATION_SCALE);
            let ramp = Ramp { from: scaled, to: scaled, start: now, end: now };
            Kind::Stable { ramp, share_limits: vec![params.share_limit; checked.len()] }
        }
    };
    Ok(Terms { kind, assets: checked, decimals, fee })
}

/// From the token itself, or the register of native coins; never from the caller.
pub fn decimals_of(deps: Deps, asset: &Asset) -> Result<u8, ContractError> {
    let decimals = match asset {
        Asset::Native(denom) => {
            let registered = NATIVES.may_load(deps.storage, denom)?;
            registered.ok_or_else(|| ContractError::NotListed { denom: denom.clone() })?
        }
        Asset::Cw20(token) => {
            let info: TokenInfoResponse =
                deps.querier
                    .query_wasm_smart(token, &Cw20QueryMsg::TokenInfo {})
                    .map_err(|_| InvalidInput::new("asset", asset, "a cw20 token that tells its decimals"))?;
            info.decimals
        }
    };
    InvalidInput::unless_within("decimals", decimals, 0, MAX_DECIMALS)?;
    Ok(decimals)
}

/// LP tokens are no assets of pools. What is sent to this contract they burn on the way, so a pool that took them for a
/// payment would count what is no more.
fn refuse_lp_token(deps: Deps, env: &Env, asset: &Asset) -> Result<(), ContractError> {
    let Asset::Cw20(token) = asset else {
        return Ok(());
    };
    // This contract creates nothing else, and nobody can lie about who created a contract.
    if deps.querier.query_wasm_contract_info(token)?.creator == env.contract.address {
        return Err(InvalidInput::new("asset", asset, "none of the LP tokens").into());
    }
    Ok(())
}

/// The creation fee goes straight to the fee collector.
fn pay_fee(
    config: &Config,
    info: &MessageInfo,
    fee: Option<AssetAmount>,
) -> Result<Vec<CosmosMsg>, ContractError> {
    let Some(fee) = fee else {
        nonpayable(info)?;
        return Ok(vec![]);
    };
    let native = matches!(fee.asset, Asset::Native(_));
    let mut messages =
        payment::take(&config.fee_collector, &info.sender, &info.funds, std::slice::from_ref(&fee))?;
    if native {
        messages.extend(payment::pay(&config.fee_collector, [fee])?);
    }
    Ok(messages)
}

/// The address that the LP token of a pool will have, and the message that creates it there. Nobody is its admin, so
/// nobody ever changes it.
fn lp_token(deps: Deps, env: &Env, config: &Config, pool: u32) -> Result<(Addr, WasmMsg), ContractError> {
    let salt = pool.to_be_bytes();
    let creator = deps.api.addr_canonicalize(env.contract.address.as_str())?;
    let address = instantiate2_address(config.lp_checksum.as_slice(), &creator, &salt)
        .map_err(|error| StdError::generic_err(error.to_string()))?;
    let token = LpInstantiateMsg {
        name: format!("Mars LP {pool}"),
        symbol: format!("MLP-{pool}"),
        minter: env.contract.address.to_string(),
    };
    let message = WasmMsg::Instantiate2 {
        admin: None,
        code_id: config.lp_code_id,
        label: format!("mars-lp-{pool}"),
        msg: to_json_binary(&token)?,
        funds: vec![],
        salt: salt.into(),
    };
    Ok((deps.api.addr_humanize(&address)?, message))
}
