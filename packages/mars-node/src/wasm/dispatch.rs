//! Carrying out what a contract answered: its events, its sub-messages, and their replies.

use cosmwasm_std_vm::Binary;

use super::types::{
    Event as WasmEvent, EventAttribute, MsgResponse, Reply, ReplyOn, SubMsg, SubMsgResponse, SubMsgResult,
};
use super::{encode, keeper};
use crate::context::Ctx;
use crate::dev::Action;
use crate::error::{Error, Result, sdk, wasm as kind};
use crate::event::Event;
use crate::gas::GasMeter;
use crate::proto::Any;

/// What a message of a contract brought about.
#[derive(Default)]
pub struct Outcome {
    pub events: Vec<Event>,
    pub data: Vec<Vec<u8>>,
    pub responses: Vec<Any>,
}

/// An event with the contract's address before its own attributes.
///
/// # Errors
/// A key that is empty or reserved.
pub fn contract_event(
    ctx: &Ctx,
    contract: &[u8],
    name: String,
    attributes: &[EventAttribute],
) -> Result<Event> {
    let mut event = Event::new(name).with("_contract_address", ctx.text(contract));
    for attribute in attributes {
        let key = attribute.key.trim();
        if key.is_empty() {
            return Err(kind::INVALID_EVENT.wrap(format!("Empty attribute key. Value: {}", attribute.value)));
        }
        if key.starts_with('_') {
            return Err(
                kind::INVALID_EVENT.wrap(format!("Attribute key starts with reserved prefix _: '{key}'"))
            );
        }
        event = event.with(key, attribute.value.trim());
    }
    Ok(event)
}

/// Carries out `messages` one after another; each sees what the ones before it did. Returns the data of the last
/// reply that answered some.
pub fn sub_messages(
    ctx: &Ctx,
    contract: &[u8],
    ibc_port: &str,
    messages: Vec<SubMsg>,
) -> Result<Option<Vec<u8>>> {
    let mut answer = None;
    for message in messages {
        if message.reply_on == ReplyOn::Unset {
            return Err(kind::INVALID.wrap("replyOn value"));
        }
        let fork = ctx.fork();
        let from_wasm = message.msg.wasm.is_some();
        let outcome = ctx.recorded(
            || Action::sub_message(&message),
            || match message.gas_limit {
                Some(limit) if limit < ctx.gas.limit().wrapping_sub(ctx.gas.consumed()) => {
                    limited(&fork, contract, ibc_port, &message, limit)
                }
                _ => encode::dispatch(&fork, contract, ibc_port, &message.msg),
            },
        );
        let result = match outcome {
            Ok(outcome) => {
                ctx.absorb(&fork);
                let mut events: Vec<Event> = fork.events.take();
                events.extend(outcome.events);
                events.retain(|event| event.kind != "message");
                if from_wasm {
                    for event in &mut events {
                        event.attributes.sort_by(|a, b| a.key.cmp(&b.key));
                    }
                }
                ctx.events.emit_all(events.iter().cloned());
                if matches!(message.reply_on, ReplyOn::Never | ReplyOn::Error) {
                    continue;
                }
                let shown = if from_wasm { events } else { Vec::new() };
                SubMsgResult {
                    ok: Some(SubMsgResponse {
                        events: shown.into_iter().map(to_contract).collect(),
                        data: outcome.data.into_iter().next().map(Binary::from),
                        msg_responses: outcome
                            .responses
                            .into_iter()
                            .map(|any| MsgResponse { type_url: any.type_url, value: any.value.into() })
                            .collect(),
                    }),
                    error: String::new(),
                }
            }
            Err(out @ Error::OutOfGas(_)) => return Err(out),
            Err(error) => {
                if error.is_panic() || matches!(message.reply_on, ReplyOn::Never | ReplyOn::Success) {
                    return Err(error);
                }
                SubMsgResult { ok: None, error: redacted(&error) }
            }
        };
        let reply = Reply { gas_used: 0, id: message.id, result, payload: message.payload };
        let data = keeper::reply(ctx, contract, &reply).map_err(|error| error.wrap("reply"))?;
        answer = data.or(answer);
    }
    Ok(answer)
}

/// Carries out a message on a meter of its own. Running out of it costs the whole limit and is an error like any
/// other, which the contract may hear of.
fn limited(ctx: &Ctx, contract: &[u8], ibc_port: &str, message: &SubMsg, limit: u64) -> Result<Outcome> {
    let inner = ctx.with_gas(GasMeter::limited(limit));
    let outcome = encode::dispatch(&inner, contract, ibc_port, &message.msg);
    if let Err(Error::OutOfGas(_)) = outcome {
        ctx.gas.consume(limit, "Sub-Message OutOfGas panic")?;
        return Err(sdk::OUT_OF_GAS.wrap("SubMsg hit gas limit"));
    }
    ctx.gas.consume(inner.gas.consumed(), "From limited Sub-Message")?;
    outcome
}

/// What a contract may know of an error: texts of the chain could differ between nodes and are left out.
pub fn redacted(error: &Error) -> String {
    match error {
        Error::Failed(failure) if failure.shown_to_contracts => failure.log.clone(),
        other => {
            let abci = other.abci();
            tracing::debug!(error = abci.log, "a contract is told the code of this error alone");
            format!("codespace: {}, code: {}", abci.codespace, abci.code)
        }
    }
}

fn to_contract(event: Event) -> WasmEvent {
    let attributes =
        event.attributes.into_iter().map(|a| EventAttribute { key: a.key, value: a.value }).collect();
    WasmEvent { kind: event.kind, attributes }
}
