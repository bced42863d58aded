use cosmwasm_std::{Deps, Env, Order, StdError, StdResult};
use mars_control::tokens;
use mars_types::circulating::NonCirculatingResponse;
use mars_types::collector::{ConfigResponse, RouteEntry, RoutesResponse};
use mars_types::{Asset, InvariantsResponse};

use crate::convert::next_run;
use crate::error::ContractError;
use crate::state::{Config, CONFIG, PARAMS, RETAINED, ROUTES};

pub fn config(deps: Deps) -> Result<ConfigResponse, ContractError> {
    let Config { xms, swap, staking } = CONFIG.load(deps.storage)?;
    let params = PARAMS.load(deps.storage)?;
    Ok(ConfigResponse {
        guardian: mars_control::guardian(deps.storage)?,
        retained: RETAINED.load(deps.storage)?,
        next_distribution: next_run(deps, &Asset::Cw20(xms.clone()), params.interval)?,
        params,
        xms,
        swap,
        staking,
    })
}

pub fn routes(deps: Deps) -> Result<RoutesResponse, ContractError> {
    let interval = PARAMS.load(deps.storage)?.interval;
    let entries = ROUTES.range(deps.storage, None, None, Order::Ascending);
    let routes = entries.collect::<StdResult<Vec<_>>>()?.into_iter().map(|(key, route)| {
        let asset = Asset::from_key(&key).map_err(|error| StdError::parse_err("asset", error.to_string()))?;
        Ok(RouteEntry { next_run: next_run(deps, &asset, interval)?, asset, route })
    });
    Ok(RoutesResponse { routes: routes.collect::<Result<_, ContractError>>()? })
}

pub fn non_circulating(deps: Deps) -> Result<NonCirculatingResponse, ContractError> {
    Ok(NonCirculatingResponse { amount: RETAINED.load(deps.storage)? })
}

pub fn invariants(deps: Deps, env: &Env) -> Result<InvariantsResponse, ContractError> {
    let (name, retained) = ("retained_is_held", RETAINED.load(deps.storage)?);
    let xms = Asset::Cw20(CONFIG.load(deps.storage)?.xms);
    Ok(vec![tokens::is_held(deps.querier, &env.contract.address, &xms, name, retained)].into())
}
