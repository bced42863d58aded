use cosmwasm_std::{to_json_vec, Addr, CosmosMsg, DepsMut, Env, Response};
use mars_types::governance::{
    Status, MAX_DESCRIPTION, MAX_DRY_RUN, MAX_MESSAGES, MAX_MESSAGES_BYTES, MAX_TITLE,
};
use mars_types::{events, token, InvalidInput, ListError};

use crate::error::ContractError;
use crate::power;
use crate::state::{self, Content, Proposal, Stage, CONTENTS, LAST, LATEST, PARAMS, PROPOSALS, XMS};
use crate::weight::Registry;

/// A proposal of someone with enough power at the height before: nothing that happens in this block counts.
pub fn execute(
    deps: DepsMut,
    env: &Env,
    registry: &Registry,
    proposer: Addr,
    content: Content,
) -> Result<Response, ContractError> {
    check(&content)?;
    let now = env.block.time.seconds();
    let snapshot = env.block.height.saturating_sub(1);
    let supply = token::query_supply(&deps.querier, &XMS.load(deps.storage)?)?.u128();
    let power = power::at(deps.as_ref(), proposer.as_str(), snapshot)?;
    let least = power::threshold(deps.storage, supply)?;
    if power < least {
        return Err(ContractError::PowerShort { power: power.into(), least: least.into() });
    }
    if let Some(latest) = LATEST.may_load(deps.storage, &proposer)? {
        let (proposal, votes) = state::load(deps.storage, latest)?;
        if matches!(proposal.status(&votes, now), Status::Pending | Status::Active) {
            return Err(ContractError::Undecided { proposal: latest });
        }
    }
    let params = PARAMS.load(deps.storage)?;
    let heavy = content.messages.iter().any(|message| registry.heavy(message));
    let quorum = if heavy { params.heavy_quorum } else { params.quorum };
    let starts = now.saturating_add(params.delay);
    let ends = starts.saturating_add(params.voting);
    let id = LAST.load(deps.storage)?.saturating_add(1);
    let proposal = Proposal {
        proposer: proposer.clone(),
        snapshot,
        supply,
        heavy,
        quorum: mars_math::bps_of_ceil(supply, quorum.u128())?,
        starts,
        ends,
        queue_until: ends.saturating_add(params.grace),
        carries: !content.messages.is_empty(),
        stage: Stage::Proposed,
    };
    LAST.save(deps.storage, &id)?;
    LATEST.save(deps.storage, &proposer, &id)?;
    PROPOSALS.save(deps.storage, id, &proposal)?;
    CONTENTS.save(deps.storage, id, &content)?;
    let messages = count(&content.messages);
    Ok(Response::new().add_attribute("action", "propose").add_event(events::Proposed {
        proposal: id,
        proposer,
        heavy,
        messages,
        starts,
        ends,
    }))
}

pub fn count(messages: &[CosmosMsg]) -> u64 {
    u64::try_from(messages.len()).unwrap_or(u64::MAX)
}

fn check(content: &Content) -> Result<(), ContractError> {
    let within = |what, text: &str, least: usize, most: usize| {
        let limit = format!("{least} to {most} bytes");
        match text.trim().len() >= least && text.len() <= most {
            true => Ok(()),
            false => Err(InvalidInput::new(what, format!("{} bytes", text.len()), limit)),
        }
    };
    within("title", &content.title, 1, MAX_TITLE)?;
    within("description", &content.description, 1, MAX_DESCRIPTION)?;
    within("dry_run", content.dry_run.as_deref().unwrap_or_default(), 0, MAX_DRY_RUN)?;
    ListError::unless_at_most("messages", content.messages.len(), MAX_MESSAGES)?;
    let bytes = to_json_vec(&content.messages)?.len();
    Ok(ListError::unless_at_most("bytes of messages", bytes, MAX_MESSAGES_BYTES)?)
}
