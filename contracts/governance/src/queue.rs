use cosmwasm_std::{DepsMut, Env, Response};
use mars_types::events;
use mars_types::governance::{Status, MAX_TIMELOCK};

use crate::control;
use crate::error::ContractError;
use crate::state::{self, Proposal, Stage, CONTENTS, PARAMS, PROPOSALS};
use crate::weight::Registry;

/// Starts the timelock of a proposal that passed.
pub fn execute(deps: DepsMut, env: &Env, registry: &Registry, id: u64) -> Result<Response, ContractError> {
    let (proposal, votes) = state::load(deps.storage, id)?;
    let now = env.block.time.seconds();
    let status = proposal.status(&votes, now);
    if status != Status::Succeeded || !proposal.carries {
        return Err(ContractError::WrongStatus { status, takes: "succeeded, with messages" });
    }
    let messages = CONTENTS.load(deps.storage, id)?.messages;
    control::keep_assets(deps.as_ref(), registry, &messages)?;
    let doubled = control::doubles(deps.as_ref(), registry, &messages);
    let params = PARAMS.load(deps.storage)?;
    let timelock = params.timelock.saturating_mul(if doubled { 2 } else { 1 }).min(MAX_TIMELOCK);
    let eta = now.saturating_add(timelock);
    let expires = eta.saturating_add(params.grace);
    let stage = Stage::Queued { eta, expires };
    PROPOSALS.save(deps.storage, id, &Proposal { stage, ..proposal })?;
    Ok(Response::new().add_attribute("action", "queue").add_event(events::Queued {
        proposal: id,
        timelock,
        doubled,
        eta,
        expires,
    }))
}
