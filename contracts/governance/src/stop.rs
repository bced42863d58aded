//! How a proposal ends before its time.

use cosmwasm_std::{Addr, DepsMut, Env, Response, Uint128};
use mars_types::governance::{Status, MAX_REASON};
use mars_types::{events, InvalidInput};

use crate::error::ContractError;
use crate::power;
use crate::state::{self, Proposal, Stage, CONTENTS, PROPOSALS};
use crate::weight::Registry;

/// The guardian, until its sunset, in every state before execution (R66).
pub fn veto(
    deps: DepsMut,
    env: &Env,
    registry: &Registry,
    sender: Addr,
    id: u64,
    reason: String,
) -> Result<Response, ContractError> {
    let now = env.block.time.seconds();
    if !mars_control::guardian(deps.storage)?.is_some_and(|guardian| guardian.may_act(&sender, now)) {
        return Err(ContractError::NotGuardian { sender: sender.into_string() });
    }
    if reason.len() > MAX_REASON {
        let length = format!("{} bytes", reason.len());
        return Err(InvalidInput::new("reason", length, format!("{MAX_REASON} bytes")).into());
    }
    let (proposal, votes) = state::load(deps.storage, id)?;
    let status = proposal.status(&votes, now);
    let open = [Status::Pending, Status::Active, Status::Succeeded, Status::Queued, Status::Ready];
    if !open.contains(&status) {
        return Err(ContractError::WrongStatus {
            status,
            takes: "pending, active, succeeded, queued, ready",
        });
    }
    let messages = CONTENTS.load(deps.storage, id)?.messages;
    if !messages.is_empty() && messages.iter().all(|message| registry.replaces_guardian(message)) {
        return Err(ContractError::BeyondVeto { proposal: id });
    }
    PROPOSALS.save(deps.storage, id, &Proposal { stage: Stage::Vetoed { at: now }, ..proposal })?;
    Ok(Response::new().add_attribute("action", "veto").add_event(events::Vetoed {
        proposal: id,
        sender,
        reason,
    }))
}

/// The proposer before the vote; anyone before its end, once the proposer could not propose any more. So votes that are
/// lent from one proposer to the next leave no proposals behind.
pub fn cancel(deps: DepsMut, env: &Env, sender: Addr, id: u64) -> Result<Response, ContractError> {
    let (proposal, votes) = state::load(deps.storage, id)?;
    let now = env.block.time.seconds();
    let status = proposal.status(&votes, now);
    if !matches!(status, Status::Pending | Status::Active) {
        return Err(ContractError::WrongStatus { status, takes: "pending, active" });
    }
    let own = sender == proposal.proposer && status == Status::Pending;
    if !own {
        let height = env.block.height.saturating_sub(1);
        let power = power::at(deps.as_ref(), proposal.proposer.as_str(), height)?;
        let least = power::threshold(deps.storage, proposal.supply)?;
        if power >= least {
            return Err(ContractError::MayNotCancel {
                sender: sender.into_string(),
                power: Uint128::new(power),
                least: Uint128::new(least),
            });
        }
    }
    PROPOSALS.save(deps.storage, id, &Proposal { stage: Stage::Cancelled { at: now }, ..proposal })?;
    Ok(Response::new()
        .add_attribute("action", "cancel")
        .add_event(events::Cancelled { proposal: id, sender }))
}
