// The MarsDAO decides: what a deployer could order before it had handed the protocol over.

import { toUtf8, toBase64 } from "@cosmjs/encoding";

import * as chain from "./chain.ts";
import * as protocol from "./protocol.ts";

const voter = chain.address("voter");

interface Proposal {
  status: string;
}

export async function proposal(id: string): Promise<Proposal> {
  return chain.reader.queryContractSmart(protocol.governance, { proposal: { proposal: Number(id) } });
}

/** Waits until a proposal is in a state. */
export async function reached(id: string, status: string): Promise<void> {
  await chain.eventually(`proposal ${id} to be ${status}`, 60, async () => (await proposal(id)).status === status);
}

/** Gives the voter the votes to carry anything, once. */
let votes: Promise<void> | undefined;
export async function withVotes(): Promise<void> {
  await (votes ??= stake());
}

async function stake(): Promise<void> {
  const left = await chain.tokens(voter, protocol.xms);
  if (left > 0n) {
    const client = await chain.connect("voter");
    const msg = toBase64(toUtf8(JSON.stringify({ stake: {} })));
    const send = { send: { contract: protocol.staking, amount: String(left), msg } };
    const { height } = await client.execute(voter, protocol.xms, send, "auto");
    client.disconnect();
    // Power counts from the height before the proposal's.
    await chain.eventually("the block after the stake", 30, async () => (await chain.reader.getHeight()) > height);
  }
}

/** Carries messages through proposal, vote and timelock. */
export async function decide(title: string, ...calls: { contractAddress: string; msg: object }[]): Promise<void> {
  await withVotes();
  const client = await chain.connect("voter");
  const tell = (msg: object) => client.execute(voter, protocol.governance, msg, "auto");
  const messages = calls.map(({ contractAddress, msg }) => ({
    wasm: { execute: { contract_addr: contractAddress, msg: toBase64(toUtf8(JSON.stringify(msg))), funds: [] } },
  }));
  const { events } = await tell({ propose: { title, description: title, messages, dry_run: null } });
  const made = events.find(({ type }) => type === "wasm-mars_proposal");
  const id = made?.attributes.find(({ key }) => key === "proposal")?.value;
  if (id === undefined) throw new Error(`${title}: no proposal in the events`);
  const at = { proposal: Number(id) };
  await reached(id, "active");
  await tell({ vote: { ...at, choice: "for" } });
  await reached(id, "succeeded");
  await tell({ queue: at });
  await reached(id, "ready");
  await tell({ execute: at });
  client.disconnect();
}
