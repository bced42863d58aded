// What the contracts tell in their events.

import assert from "node:assert/strict";

import type { ExecuteResult } from "@cosmjs/cosmwasm";

/** Attributes of every event of this type, in order, without what the chain adds to them. */
export function all(events: ExecuteResult["events"], type: string): Record<string, string>[] {
  const own = ({ key }: { key: string }) => key !== "_contract_address" && key !== "msg_index";
  return events.filter((event) => event.type === `wasm-${type}`).map(({ attributes }) =>
    Object.fromEntries(attributes.filter(own).map(({ key, value }) => [key, value])));
}

/** Those of the one event of this type. */
export function one(events: ExecuteResult["events"], type: string): Record<string, string> {
  const [event, ...more] = all(events, type);
  assert(event && more.length === 0, `one event ${type} in ${JSON.stringify(events.map(({ type }) => type))}`);
  return event;
}
