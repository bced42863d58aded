#!/usr/bin/env node
// Records anew what wasmd answers to the requests in rest.json, after the transactions of rest-stream.json.
//
// usage: record-rest RPC REST
//
// RPC and REST are the URLs of a wasmd that scripts/localnet has just begun with --reset. A chain that has the
// transactions already is asked as it is.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const [rpc, rest] = process.argv.slice(2);
if (!rest) {
  console.error("usage: record-rest RPC REST");
  process.exit(2);
}
const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url)));
const call = async (method, params) =>
  (await fetch(rpc, { method: "POST", body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }) })).json();

while (!(await call("status", {}).then((answer) => answer.result?.sync_info.latest_block_height > 1, () => false))) {
  await sleep(200);
}
// Recorded bytes: base64, or what lies before and after a file, which may be packed.
const file = (name) => {
  const url = new URL(name, import.meta.url);
  return existsSync(url) ? readFileSync(url) : gunzipSync(readFileSync(`${fileURLToPath(url)}.gz`));
};
const decode = (text) => Buffer.from(text, "base64");
const bytes = (tx) => (Array.isArray(tx) ? Buffer.concat([decode(tx[0]), file(tx[1]), decode(tx[2])]) : decode(tx));

for (const { name, tx: recorded, height } of read("rest-stream.json").steps) {
  if (height === undefined) continue;
  const tx = bytes(recorded).toString("base64");
  const hash = createHash("sha256").update(Buffer.from(tx, "base64")).digest("base64");
  const included = async () => (await call("tx", { hash })).result !== undefined;
  if (await included()) continue;
  const { result } = await call("broadcast_tx_sync", { tx });
  if (result.code !== 0) throw new Error(`${name}: ${result.log}`);
  while (!(await included())) await sleep(50);
}

// The block behind the last transaction hands on its fees.
const height = async () => Number((await call("status", {})).result.sync_info.latest_block_height);
for (const last = await height(); (await height()) < last + 2; ) await sleep(100);

const answers = new URL("rest.json", import.meta.url);
const cases = [];
for (const { request } of read("rest.json")) {
  const { path, headers, body } = request;
  const answer = await fetch(`${rest}${path}`, { method: body === undefined ? "GET" : "POST", headers, body });
  cases.push({ request, status: answer.status, answer: await answer.json() });
}
writeFileSync(answers, `[\n${cases.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
