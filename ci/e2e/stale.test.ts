// A coin whose feeders fell silent two minutes ago has no price, and so mints nothing. The last of all, because by
// then the time has passed.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { refusedEverywhere } from "./attempts.ts";
import * as chain from "./chain.ts";
import * as protocol from "./protocol.ts";
import { neglected, onStage } from "./stage.ts";

describe("a price that nobody feeds any more", () => {
  before(async () => {
    await onStage();
    await chain.eventually("the price to run dry", 180, async () =>
      (await protocol.price(neglected.asset)).price === null);
  });

  test("mints nothing, and the oracle tells why", async () => {
    const { price, refusal } = await protocol.price(neglected.asset);
    assert.equal(price, null);
    assert.deepEqual([refusal?.code, refusal?.value, refusal?.limit], ["no_price", "0", "3"]);

    await refusedEverywhere("minter", ["treasury", "mint", `1000000${neglected.denom}`, "--min-out", "1uusdm"], {
      code: "no_price", value: `${refusal?.message}: 0 of 3`, limit: "a fresh price",
    });
  });
});
