use cosmwasm_std::{Addr, DepsMut, Env, Reply, Response, SubMsg, SubMsgResult};
use mars_types::events;
use mars_types::governance::Status;

use crate::control;
use crate::error::ContractError;
use crate::propose::count;
use crate::state::{self, Proposal, Stage, CONTENTS, PROPOSALS, RECEIPTS};
use crate::weight::Registry;

/// Messages of a proposal are replied to under its id times this plus their number.
const MESSAGES: u64 = 256;

/// Carries out a proposal: all messages in order, or nothing (R64). It counts as executed before the first message, so
/// none of them can bring it about again.
pub fn execute(
    deps: DepsMut,
    env: &Env,
    registry: &Registry,
    sender: Addr,
    id: u64,
) -> Result<Response, ContractError> {
    let (proposal, votes) = state::load(deps.storage, id)?;
    let now = env.block.time.seconds();
    let status = proposal.status(&votes, now);
    if status != Status::Ready {
        return Err(ContractError::WrongStatus { status, takes: "ready" });
    }
    let messages = CONTENTS.load(deps.storage, id)?.messages;
    control::keep_assets(deps.as_ref(), registry, &messages)?;
    PROPOSALS.save(deps.storage, id, &Proposal { stage: Stage::Executed { at: now }, ..proposal })?;
    let executed = events::Executed { proposal: id, sender, messages: count(&messages) };
    let first = id.saturating_mul(MESSAGES);
    let numbered = (first.saturating_add(1)..).zip(messages);
    Ok(Response::new()
        .add_attribute("action", "execute")
        .add_event(executed)
        .add_submessages(numbered.map(|(reply, message)| SubMsg::reply_always(message, reply))))
}

/// Keeps the receipt of a message, or undoes everything with the receipt of the one that failed.
pub fn reply(deps: DepsMut, reply: Reply) -> Result<Response, ContractError> {
    let unknown = || ContractError::UnknownReply { id: reply.id };
    let proposal = reply.id.checked_div(MESSAGES).ok_or_else(unknown)?;
    let message = reply.id.checked_rem(MESSAGES).ok_or_else(unknown)?;
    let stage = state::load(deps.storage, proposal).map_err(|_| unknown())?.0.stage;
    if !matches!(stage, Stage::Executed { .. }) {
        return Err(unknown());
    }
    match reply.result {
        SubMsgResult::Err(error) => Err(ContractError::MessageFailed { proposal, message, error }),
        #[allow(deprecated, reason = "the only place where chains of every supported version put it")]
        SubMsgResult::Ok(answer) => {
            RECEIPTS.save(deps.storage, (proposal, message), &answer.data)?;
            Ok(Response::new().add_event(events::MessageExecuted { proposal, message }))
        }
    }
}
