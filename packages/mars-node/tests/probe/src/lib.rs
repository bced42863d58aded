//! A contract that does what it is told, to compare chains with: it sends any messages, asks anything, and uses gas in
//! every way there is.

use cosmwasm_std::{
    Binary, Deps, DepsMut, Empty, Env, Event, MessageInfo, Order, QueryRequest, Reply, Response, StdError, StdResult,
    SubMsg, entry_point, from_json, to_json_binary, to_json_vec,
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Do {
    /// Answers with all this.
    Answer {
        #[serde(default)]
        messages: Vec<SubMsg>,
        #[serde(default)]
        attributes: Vec<(String, String)>,
        #[serde(default)]
        events: Vec<Event>,
        data: Option<Binary>,
    },
    /// Fails with this text.
    Fail { text: String },
    /// Panics with this text.
    Panic { text: String },
    /// Never ends.
    Spin {},
    /// Takes all memory.
    Grow {},
    /// Writes `value` under `count` keys that begin with `key`.
    Write { key: Binary, value: Binary, count: u32 },
    /// Removes what `Write` wrote.
    Remove { key: Binary, count: u32 },
    /// Walks from `start` to `end`.
    Walk { start: Option<Binary>, end: Option<Binary>, descending: bool, limit: u32 },
    /// Asks the chain.
    Ask { request: QueryRequest<Empty> },
    /// Asks the contract at the address to do the same with one less.
    Recurse { contract: String, depth: u32 },
    /// Turns an address into bytes and back.
    Address { text: String },
    /// Answers with the environment.
    Tell {},
}

fn numbered(key: &[u8], index: u32) -> Vec<u8> {
    [key, &index.to_be_bytes()].concat()
}

fn read(deps: Deps, env: &Env, what: &Do) -> StdResult<Vec<u8>> {
    match what {
        Do::Fail { text } => Err(StdError::generic_err(text)),
        Do::Panic { text } => panic!("{text}"),
        Do::Spin {} => loop {
            std::hint::black_box(());
        },
        Do::Grow {} => {
            let mut all: Vec<Vec<u8>> = Vec::new();
            loop {
                all.push(vec![1; 1 << 20]);
            }
        }
        Do::Walk { start, end, descending, limit } => {
            let order = if *descending { Order::Descending } else { Order::Ascending };
            let range = deps.storage.range(start.as_deref(), end.as_deref(), order);
            let found: Vec<(Binary, Binary)> =
                range.take(*limit as usize).map(|(key, value)| (key.into(), value.into())).collect();
            to_json_vec(&found)
        }
        Do::Ask { request } => {
            let answer = deps.querier.raw_query(&to_json_vec(request)?);
            to_json_vec(&format!("{answer:?}"))
        }
        Do::Recurse { depth: 0, .. } => Ok(b"\"bottom\"".to_vec()),
        Do::Recurse { contract, depth } => {
            let msg = Do::Recurse { contract: contract.clone(), depth: depth - 1 };
            let answer: String = deps.querier.query_wasm_smart(contract, &msg)?;
            to_json_vec(&answer)
        }
        Do::Address { text } => {
            let address = deps.api.addr_validate(text)?;
            let bytes = deps.api.addr_canonicalize(address.as_str())?;
            to_json_vec(&deps.api.addr_humanize(&bytes)?)
        }
        Do::Tell {} => to_json_vec(env),
        _ => Err(StdError::generic_err("nothing to ask")),
    }
}

fn carry_out(deps: DepsMut, env: &Env, what: Do) -> StdResult<Response> {
    match what {
        Do::Answer { messages, attributes, events, data } => {
            let mut response =
                Response::new().add_submessages(messages).add_attributes(attributes).add_events(events);
            response.data = data;
            Ok(response)
        }
        Do::Write { key, value, count } => {
            for index in 0..count {
                deps.storage.set(&numbered(&key, index), &value);
            }
            Ok(Response::new())
        }
        Do::Remove { key, count } => {
            for index in 0..count {
                deps.storage.remove(&numbered(&key, index));
            }
            Ok(Response::new())
        }
        other => Ok(Response::new().set_data(read(deps.as_ref(), env, &other)?)),
    }
}

#[entry_point]
pub fn instantiate(deps: DepsMut, env: Env, info: MessageInfo, msg: Do) -> StdResult<Response> {
    deps.storage.set(b"info", &to_json_vec(&info)?);
    carry_out(deps, &env, msg)
}

#[entry_point]
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, msg: Do) -> StdResult<Response> {
    deps.storage.set(b"info", &to_json_vec(&info)?);
    carry_out(deps, &env, msg)
}

#[entry_point]
pub fn migrate(deps: DepsMut, env: Env, msg: Do) -> StdResult<Response> {
    carry_out(deps, &env, msg)
}

#[entry_point]
pub fn sudo(deps: DepsMut, env: Env, msg: Do) -> StdResult<Response> {
    carry_out(deps, &env, msg)
}

/// Keeps the whole reply, then does what its payload says. Odd numbers answer with data.
#[entry_point]
pub fn reply(deps: DepsMut, env: Env, reply: Reply) -> StdResult<Response> {
    deps.storage.set(&[b"reply", &reply.id.to_be_bytes()[..]].concat(), &to_json_vec(&reply)?);
    let response = if reply.payload.is_empty() {
        Response::new()
    } else {
        carry_out(deps, &env, from_json(&reply.payload)?)?
    };
    let response = response.add_attribute("reply", reply.id.to_string());
    if reply.id % 2 == 1 { Ok(response.set_data(to_json_binary(&reply.result)?)) } else { Ok(response) }
}

#[entry_point]
pub fn query(deps: Deps, env: Env, msg: Do) -> StdResult<Binary> {
    read(deps, &env, &msg).map(Binary::from)
}
