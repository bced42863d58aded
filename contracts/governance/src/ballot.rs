use cosmwasm_std::{Addr, DepsMut, Env, OverflowError, OverflowOperation, Response};
use mars_types::events;
use mars_types::governance::{Choice, Status};

use crate::error::ContractError;
use crate::power;
use crate::state::{self, Cast, CASTS, TALLIES};

/// One vote, with the power of the snapshot.
pub fn execute(
    deps: DepsMut,
    env: &Env,
    voter: Addr,
    id: u64,
    choice: Choice,
) -> Result<Response, ContractError> {
    let (proposal, mut votes) = state::load(deps.storage, id)?;
    let status = proposal.status(&votes, env.block.time.seconds());
    if status != Status::Active {
        return Err(ContractError::WrongStatus { status, takes: "active" });
    }
    if CASTS.has(deps.storage, (id, &voter)) {
        return Err(ContractError::Voted { voter: voter.into_string(), proposal: id });
    }
    let power = power::at(deps.as_ref(), voter.as_str(), proposal.snapshot)?;
    if power == 0 {
        return Err(ContractError::NoPower { voter: voter.into_string(), height: proposal.snapshot });
    }
    let side = match choice {
        Choice::For => &mut votes.votes_for,
        Choice::Against => &mut votes.against,
        Choice::Abstain => &mut votes.abstain,
    };
    *side = side.checked_add(power).ok_or(OverflowError { operation: OverflowOperation::Add })?;
    TALLIES.save(deps.storage, id, &votes)?;
    CASTS.save(deps.storage, (id, &voter), &Cast { choice, power })?;
    Ok(Response::new().add_attribute("action", "vote").add_event(events::Voted {
        proposal: id,
        voter,
        choice,
        power: power.into(),
    }))
}
