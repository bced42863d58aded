//! What wasmd 0.61 charges around a contract's own computation, in SDK gas.

use super::types::{Event, EventAttribute, Reply};

/// CosmWasm gas for one SDK gas.
pub const MULTIPLIER: u64 = 140_000;
/// Loading a contract.
const INSTANCE: u64 = 60_000;
/// Loading a contract that is known to be in memory.
const INSTANCE_DISCOUNTED: u64 = 2_000;
const CUSTOM_EVENT: u64 = 20;
const ATTRIBUTE: u64 = 10;
const FREE_ATTRIBUTE_BYTES: u64 = 100;
/// Pinning a code to memory, or releasing it.
pub const PIN: u64 = 500_000;
/// CosmWasm gas for each byte of a stored code.
pub const COMPILE_PER_BYTE: u64 = 3 * MULTIPLIER;
/// CosmWasm gas for each byte of a contract's answer.
pub const DESERIALIZE_PER_BYTE: u64 = MULTIPLIER;
/// CosmWasm gas to turn an address into text.
pub const HUMANIZE: u64 = 5 * MULTIPLIER;
/// CosmWasm gas to turn text into an address.
pub const CANONICALIZE: u64 = 4 * MULTIPLIER;

/// Reading `bytes` bytes of a compressed code: 0.15 for each.
pub fn uncompress(bytes: u64) -> u64 {
    bytes.saturating_mul(15) / 100
}

/// Preparing a contract for a call.
pub fn setup(discounted: bool) -> u64 {
    if discounted { INSTANCE_DISCOUNTED } else { INSTANCE }
}

fn size(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

fn attributes(attributes: &[EventAttribute], free: &mut u64) -> u64 {
    let bytes =
        attributes.iter().map(|a| size(&a.key).saturating_add(size(&a.value))).fold(0, u64::saturating_add);
    let charged = bytes.saturating_sub(*free);
    *free = free.saturating_sub(bytes);
    let count = u64::try_from(attributes.len()).unwrap_or(u64::MAX);
    charged.saturating_add(ATTRIBUTE.saturating_mul(count))
}

/// The attributes and events that a contract answers with.
pub fn events(own: &[EventAttribute], events: &[Event]) -> u64 {
    let mut free = FREE_ATTRIBUTE_BYTES;
    let mut sum = attributes(own, &mut free);
    for event in events {
        let event_gas = CUSTOM_EVENT.saturating_add(size(&event.kind));
        sum = sum.saturating_add(event_gas).saturating_add(attributes(&event.attributes, &mut free));
    }
    sum
}

/// Telling a contract how its sub-message went.
pub fn reply(reply: &Reply) -> u64 {
    let mut sum = setup(true);
    if let Some(ok) = &reply.result.ok {
        let kinds = ok.events.iter().map(|event| size(&event.kind)).fold(0, u64::saturating_add);
        let all: Vec<EventAttribute> = ok.events.iter().flat_map(|event| event.attributes.clone()).collect();
        sum = sum.saturating_add(kinds).saturating_add(attributes(&all, &mut FREE_ATTRIBUTE_BYTES.clone()));
    }
    sum
}
