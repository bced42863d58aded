// The MarsDAO from the command line: a parameter, a spend of the treasury and new code, each by vote.

import assert from "node:assert/strict";
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import * as chain from "./chain.ts";
import { proposal, reached, withVotes } from "./dao.ts";
import { exit, failure, refused, result, told } from "./marsd.ts";
import * as protocol from "./protocol.ts";

const voter = chain.address("voter");
const folder = mkdtempSync(join(tmpdir(), "mars-gov-"));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Receipt {
  receipt: Record<string, string>;
}

/** A proposal file with this text. */
function file(text: string): string {
  const path = join(folder, "proposal.toml");
  writeFileSync(path, text);
  return path;
}

async function propose(text: string): Promise<string> {
  const { receipt } = await result<Receipt>("tx", "gov", "propose", file(text), "--from", "voter");
  return receipt["proposal"] ?? assert.fail("no proposal in the receipt");
}

/** From the vote to the execution. */
async function carry(id: string): Promise<void> {
  await reached(id, "active");
  const { receipt } = await result<Receipt>("tx", "gov", "vote", id, "for", "--from", "voter");
  assert.equal(receipt["choice"], "for");
  await reached(id, "succeeded");
  await told("tx", "gov", "queue", id, "--from", "keeper");
  await reached(id, "ready");
  await told("tx", "gov", "execute", id, "--from", "keeper");
  assert.equal((await proposal(id)).status, "executed");
}

describe("the MarsDAO", () => {
  before(withVotes);

  test("owns every contract and may migrate it", async () => {
    const { oracle, treasury, swap, staking, collector } = protocol;
    for (const contract of [oracle, treasury, swap, staking, collector]) {
      const { owner } = await chain.reader.queryContractSmart(contract, { ownership: {} });
      assert.equal(owner, protocol.governance);
    }
    for (const { address } of Object.values(chain.contracts)) {
      assert.equal((await chain.reader.getContract(address)).admin, protocol.governance);
    }
  });

  test("changes a parameter", async () => {
    const text = await told("tx", "gov", "template", "params");
    const dryRun = await told("tx", "gov", "propose", file(text), "--from", "voter", "--dry-run");
    assert.match(dryRun, /unbonding: 604800 → 691200/);
    assert.match(dryRun, /light/);
    assert.match(dryRun, /the message succeeds, with gas \d+/);
    const id = await propose(text);
    const shown = await told("query", "gov", "proposal", id);
    assert.match(shown, /1\. staking: update_params: unbonding: 604800 → 691200/);
    assert.match(shown, /the message succeeds/);
    await carry(id);
    const { params } = await chain.reader.queryContractSmart(protocol.staking, { config: {} });
    assert.equal(params.unbonding, 691_200);
    const again = await refused("tx", "gov", "execute", id, "--from", "keeper");
    assert.deepEqual([again.code, again.value, again.limit], ["wrong_status", "executed", "ready"]);
  });

  test("spends of the treasury", async () => {
    const text = (await told("tx", "gov", "template", "spend")).replace("${voter}", "${guardian}");
    const before = await chain.tokens(chain.address("guardian"), protocol.xms);
    const id = await propose(text);
    const { heavy } = await result<{ heavy: boolean }>("query", "gov", "proposal", id);
    assert.ok(heavy);
    await carry(id);
    assert.equal(await chain.tokens(chain.address("guardian"), protocol.xms), before + 1_000_000n);
  });

  test("gives a contract new code", async () => {
    // The oracle as of the next version: of its code only the number differs.
    const wasm = readFileSync(new URL("artifacts/mars_oracle.wasm", chain.repository));
    const [name, next] = [Buffer.from("mars:oracle0.1.0"), Buffer.from("mars:oracle0.1.1")];
    const at = wasm.indexOf(name);
    assert.ok(at > 0 && wasm.indexOf(name, at + 1) === -1, "the name and version stand once");
    next.copy(wasm, at);
    const path = join(folder, "oracle.wasm");
    writeFileSync(path, wasm);
    const stored = await result<Receipt>("tx", "wasm", "store", path, "--from", "deployer");
    const code = stored.receipt["code_id"] ?? assert.fail("no code id in the receipt");
    const text = (await told("tx", "gov", "template", "migrate")).replace("code_id = 1", `code_id = ${code}`);
    const id = await propose(text);
    await carry(id);
    assert.equal((await chain.reader.getContract(protocol.oracle)).codeId, Number(code));
    const info = await chain.reader.queryContractRaw(protocol.oracle, Buffer.from("contract_info"));
    assert.equal(JSON.parse(Buffer.from(info ?? []).toString()).version, "0.1.1");
    const receipts = await result<{ receipts: unknown[] }>("query", "gov", "receipts", id);
    assert.equal(receipts.receipts.length, 1);
  });

  test("has the treasury vote in another DAO, with votes that were lent to it there", async () => {
    const { pace, params, sources } = await chain.reader.queryContractSmart(protocol.governance, { config: {} });
    const client = await chain.connect("voter");
    const init = {
      guardian: null, xms: protocol.xms, sources, contracts: [], pace, params: { ...params, delay: 1, voting: 3_600 },
    };
    const code = chain.contracts.governance.code_id;
    const { contractAddress: other } = await client.instantiate(voter, code, init, "another DAO", "auto");
    await told("tx", "staking", "stake", "5000000XMS", "--from", "staker");
    const { height } = await result<{ height: string }>(
      "tx", "staking", "delegate", protocol.treasury, "--from", "staker");
    await chain.eventually("the block after the delegation", 30, async () =>
      (await chain.reader.getHeight()) > Number(height));
    const text = { propose: { title: "A text", description: "To be decided on", messages: [], dry_run: null } };
    await client.execute(voter, other, text, "auto");
    client.disconnect();
    await chain.eventually("the vote there to begin", 30, async () =>
      (await chain.reader.queryContractSmart(other, { proposal: { proposal: 1 } })).status === "active");

    const template = (await told("tx", "gov", "template", "vote")).replace("mars1address-of-the-other-dao", other);
    const id = await propose(template);
    const shown = await told("query", "gov", "proposal", id);
    assert.match(shown, /1\. treasury: call_dao .*"choice":"for"/);
    await carry(id);
    const { vote } = await chain.reader.queryContractSmart(other, { vote: { proposal: 1, voter: protocol.treasury } });
    assert.deepEqual(vote, { voter: protocol.treasury, choice: "for", power: "5000000000000" });
  });

  test("is not asked to do what fails, unless someone means it", async () => {
    const text = (await told("tx", "gov", "template", "migrate")).replace("code_id = 1", "code_id = 999999");
    const { status, message } = await failure("tx", "gov", "propose", file(text), "--from", "voter");
    assert.equal(status, exit.rejected);
    assert.match(message, /it fails: .*--though-failing/s);
  });

  test("hears one vote of each, and its guardian", async () => {
    const text = await told("tx", "gov", "template", "text");
    const id = await propose(text);
    await reached(id, "active");
    await told("tx", "gov", "vote", id, "abstain", "--from", "voter");
    const again = await refused("tx", "gov", "vote", id, "for", "--from", "voter");
    assert.equal(again.code, "voted");
    const stranger = await refused("tx", "gov", "vote", id, "for", "--from", "trader");
    assert.equal(stranger.code, "no_power");
    const veto = ["tx", "gov", "veto", id, "--reason", "a try", "--from"];
    assert.equal((await refused(...veto, "voter")).code, "unauthorized");
    await told(...veto, "guardian");
    assert.equal((await proposal(id)).status, "vetoed");
  });
});
