#!/usr/bin/env -S node --experimental-websocket
// Records anew what wasmd answers to the requests in rpc.json.
//
// usage: record-rpc URL HASH
//
// URL is the RPC of a wasmd node, such as http://127.0.0.1:26657, and HASH the hash of a bank send in one of its blocks.
// In requests, {HASH} is that hash, {TX} the transaction, {HEIGHT} and {BLOCK} its block; …64 are in base64.
import { readFileSync, writeFileSync } from "node:fs";

const [url, hash] = process.argv.slice(2);
if (!hash) {
  console.error("usage: record-rpc URL HASH");
  process.exit(2);
}
const file = new URL("rpc.json", import.meta.url);
const base64 = (hex) => Buffer.from(hex, "hex").toString("base64");

const call = async (path) => (await (await fetch(`${url}${path}`)).json()).result;
const tx = await call(`/tx?hash=0x${hash}`);
const block = (await call(`/block?height=${tx.height}`)).block_id.hash;
const values = {
  HASH: hash.toUpperCase(), HASH64: base64(hash), TX: tx.tx, HEIGHT: tx.height, BLOCK: block, BLOCK64: base64(block),
};
const filled = (text) => text.replace(/\{([A-Z0-9]+)\}/g, (whole, name) => values[name] ?? whole);

// The first messages that answer `text`, or none within a second.
const talk = (text, count) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace(/^http/, "ws")}/websocket`);
    const messages = [];
    const end = () => { socket.close(); resolve(messages); };
    const timer = setTimeout(end, 5000);
    socket.onopen = () => socket.send(text);
    socket.onerror = () => reject(new Error(`no websocket at ${url}`));
    socket.onmessage = ({ data }) => {
      messages.push(JSON.parse(data));
      if (messages.length === count) { clearTimeout(timer); end(); }
    };
  });

const cases = JSON.parse(readFileSync(file, "utf8"));
for (const one of cases) {
  if (one.websocket !== undefined) {
    one.answer = (await talk(filled(one.websocket), one.messages ?? 1)).at(-1);
    continue;
  }
  const response = one.post === undefined
    ? await fetch(url + filled(one.get))
    : await fetch(url, { method: "POST", body: filled(one.post) });
  const text = await response.text();
  one.status = response.status;
  try { one.answer = JSON.parse(text); } catch { one.answer = text; }
}
// One case a line, so that a difference shows which.
writeFileSync(file, `[\n${cases.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
console.log(`recorded ${cases.length} answers`);
