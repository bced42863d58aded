// The deployment that the network file speaks of is whole, and doing it again changes nothing.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import * as chain from "./chain.ts";
import { result, told } from "./marsd.ts";
import * as protocol from "./protocol.ts";

const plan = ["deploy", fileURLToPath(new URL("scripts/local.toml", chain.repository))];

describe("the deployment", () => {
  test("a second one has nothing to do and does nothing", async () => {
    const state = async () => ({
      sequence: await chain.reader.getSequence(chain.address("deployer")),
      codes: (await chain.reader.getCodes()).length,
      contracts: await Promise.all(Object.values(chain.contracts).map(({ address }) => chain.reader.getContract(address))),
      assets: await protocol.assets(),
    });
    const before = await state();
    const { steps } = await result<{ steps: unknown[] }>(...plan, "--dry-run");
    assert.deepEqual(steps, []);
    await told(...plan, "--yes");
    assert.deepEqual(await state(), before);
  });

  test("the doctor finds nothing wrong", async () => {
    await told("doctor");
  });
});
