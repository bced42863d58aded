use cosmwasm_std::{entry_point, Binary, Deps, DepsMut, Env, MessageInfo, Response};
use cw20::Cw20ExecuteMsg;
use mars_cw20::{ContractError, SentToMinter};
use mars_types::token::{MigrateMsg, QueryMsg, UsdmInstantiateMsg};

const NAME: &str = "mars:usdm-cw20";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// No supply, and one minter for ever.
#[entry_point]
pub fn instantiate(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: UsdmInstantiateMsg,
) -> Result<Response, ContractError> {
    mars_control::nonpayable(&info)?;
    cw2::set_contract_version(deps.storage, NAME, VERSION)?;
    mars_cw20::issue(deps, &env, ("USD Mars", "USDM"), Some(&msg.minter), &[])?;
    Ok(Response::new().add_attribute("action", "instantiate").add_attribute("minter", msg.minter))
}

#[entry_point]
pub fn execute(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: Cw20ExecuteMsg,
) -> Result<Response, ContractError> {
    mars_cw20::execute(deps, &env, info, msg, SentToMinter::Kept)
}

#[entry_point]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    mars_cw20::query(deps, &env, msg)
}

#[entry_point]
pub fn migrate(deps: DepsMut, _env: Env, _msg: MigrateMsg) -> Result<Response, ContractError> {
    Ok(mars_control::upgrade(deps.storage, NAME, VERSION)?)
}
