use cosmwasm_std::{entry_point, to_json_binary, Binary, Deps, DepsMut, Env, MessageInfo, Response, Uint128};
use mars_control::nonpayable;
use mars_types::checked_address;
use mars_types::collector::{ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg, Switch};
use mars_types::pause::GUARDIAN_PAUSE;

use crate::error::ContractError;
use crate::state::{Config, CONFIG, PARAMS, RETAINED};
use crate::{convert, distribute, query, settings};

const NAME: &str = "mars:collector";
const VERSION: &str = env!("CARGO_PKG_VERSION");

type Result<T = Response> = std::result::Result<T, ContractError>;

#[entry_point]
pub fn instantiate(mut deps: DepsMut, env: Env, info: MessageInfo, msg: InstantiateMsg) -> Result {
    mars_control::initialize(deps.branch(), &env, &info, (NAME, VERSION), &msg.owner, msg.guardian)?;
    let config = Config {
        xms: checked_address(deps.api, "xms", &msg.xms)?,
        swap: checked_address(deps.api, "swap", &msg.swap)?,
        staking: checked_address(deps.api, "staking", &msg.staking)?,
    };
    let params = msg.params.unwrap_or_default();
    params.check()?;
    CONFIG.save(deps.storage, &config)?;
    PARAMS.save(deps.storage, &params)?;
    RETAINED.save(deps.storage, &Uint128::zero())?;
    Ok(Response::new().add_attribute("action", "instantiate").add_attribute("owner", msg.owner))
}

#[entry_point]
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> Result {
    nonpayable(&info)?;
    match msg {
        ExecuteMsg::Convert { asset } => convert::execute(deps, &env, info.sender, asset),
        ExecuteMsg::Distribute {} => distribute::execute(deps, &env, info.sender),
        ExecuteMsg::SetRoute { asset, route } => settings::set_route(deps, &info.sender, asset, route),
        ExecuteMsg::UpdateParams { params } => settings::update_params(deps, &info.sender, params),
        ExecuteMsg::Withdraw { asset, amount, recipient } => {
            settings::withdraw(deps, &env, &info.sender, asset, amount, recipient)
        }
        ExecuteMsg::Pause { switch } => {
            let name = switch.to_string();
            Ok(mars_control::pause(deps.storage, &env, &info.sender, &name, GUARDIAN_PAUSE)?)
        }
        ExecuteMsg::ConfirmPause { switch } => {
            Ok(mars_control::confirm_pause(deps.storage, &env, &info.sender, &switch.to_string())?)
        }
        ExecuteMsg::Unpause { switch } => {
            Ok(mars_control::unpause(deps.storage, &env, &info.sender, &switch.to_string())?)
        }
        ExecuteMsg::SetGuardian { guardian } => {
            Ok(mars_control::set_guardian(deps, &env, &info.sender, guardian)?)
        }
        ExecuteMsg::UpdateOwnership(action) => {
            Ok(mars_control::update_ownership(deps, &env, &info.sender, action)?)
        }
    }
}

#[entry_point]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> Result<Binary> {
    Ok(match msg {
        QueryMsg::Config {} => to_json_binary(&query::config(deps)?),
        QueryMsg::Ownership {} => to_json_binary(&cw_ownable::get_ownership(deps.storage)?),
        QueryMsg::Routes {} => to_json_binary(&query::routes(deps)?),
        QueryMsg::SimulateConvert { asset } => to_json_binary(&convert::simulate(deps, &env, asset)),
        QueryMsg::SimulateDistribute {} => to_json_binary(&distribute::simulate(deps, &env)),
        QueryMsg::NonCirculating {} => to_json_binary(&query::non_circulating(deps)?),
        QueryMsg::Pauses {} => {
            to_json_binary(&mars_control::pauses(deps.storage, &env, [Switch::Convert, Switch::Distribute])?)
        }
        QueryMsg::Invariants {} => to_json_binary(&query::invariants(deps, &env)?),
    }?)
}

#[entry_point]
pub fn migrate(deps: DepsMut, _env: Env, _msg: MigrateMsg) -> Result {
    Ok(mars_control::upgrade(deps.storage, NAME, VERSION)?)
}
