use cosmwasm_std::{Addr, Deps, DepsMut, Response, Uint128};
use mars_control::assert_owner;
use mars_types::circulating::{NonCirculatingResponse, QueryMsg};
use mars_types::treasury::MAX_NON_CIRCULATING;
use mars_types::{checked_address, events, token, ListError};

use crate::error::ContractError;
use crate::positions::Placed;
use crate::state::{State, NON_CIRCULATING};

/// XMS in circulation: the supply less this treasury's reserve, its share of XMS in pools and what each registered contract
/// reports.
///
/// When one of them or the swap contract does not answer: the lower of `last` and the figure without it. More reported than there is: 0.
pub fn supply(deps: Deps, state: &State, placed: &Placed, last: Uint128) -> Result<Uint128, ContractError> {
    let supply = token::query_supply(&deps.querier, &state.config.xms)?;
    let mut circulating = supply.saturating_sub(state.books.reserve).saturating_sub(placed.xms);
    let mut silent = placed.silent;
    for contract in NON_CIRCULATING.load(deps.storage)? {
        let answer =
            deps.querier.query_wasm_smart::<NonCirculatingResponse>(contract, &QueryMsg::NonCirculating {});
        match answer {
            Ok(held) => circulating = circulating.saturating_sub(held.amount),
            Err(_) => silent = true,
        }
    }
    Ok(if silent { circulating.min(last) } else { circulating })
}

/// Changes the registry; removals come first, so that a full one can be exchanged in one message.
pub fn update(
    deps: DepsMut,
    sender: &Addr,
    add: Vec<String>,
    remove: Vec<String>,
) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    let mut contracts = NON_CIRCULATING.load(deps.storage)?;
    for entry in remove {
        let Some(at) = contracts.iter().position(|contract| contract.as_str() == entry) else {
            return Err(ListError::not_found("registered contract", entry).into());
        };
        contracts.remove(at);
    }
    for entry in add {
        let contract = checked_address(deps.api, "contract", &entry)?;
        if contracts.contains(&contract) {
            return Err(ListError::duplicate("the contract", entry).into());
        }
        contracts.push(contract);
        ListError::unless_at_most("registered contracts", contracts.len(), MAX_NON_CIRCULATING)?;
    }
    NON_CIRCULATING.save(deps.storage, &contracts)?;
    let contracts = contracts.iter().map(Addr::as_str).collect::<Vec<_>>().join(",");
    Ok(Response::new()
        .add_attribute("action", "update_non_circulating")
        .add_event(events::RegistrySet { contracts }))
}
