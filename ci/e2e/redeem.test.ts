// Redeeming USDM: paid in XMS at the high price less 0.3 %, within the budget of the epoch; past it refused.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import type { ExecuteResult } from "@cosmjs/cosmwasm";

import { refusedEverywhere } from "./attempts.ts";
import * as chain from "./chain.ts";
import { told } from "./marsd.ts";
import * as protocol from "./protocol.ts";

const minter = chain.address("minter");
const trader = chain.address("trader");
const amount = 40_000_000n;

/** What 0.3 % less than $1 of XMS is for each USDM, floored. */
const worth = (usdm: bigint, high: string) =>
  (usdm * 9_970n * 10n ** 18n) / (10_000n * protocol.atomics(high));

/** Redeems as `holder` by `act`, and checks every book that this moves. */
async function paid(holder: string, act: () => Promise<unknown>): Promise<bigint> {
  const read = async () => ({
    usdm: await chain.tokens(holder, protocol.usdm),
    xms: await chain.tokens(holder, protocol.xms),
    treasury: await chain.tokens(protocol.treasury, protocol.xms),
    ...(await protocol.solvency()),
  });
  const before = await read();
  await act();
  const now = await read();
  const xms = now.xms - before.xms;
  assert.equal(now.usdm, before.usdm - amount, "USDM leaves the holder");
  assert.equal(BigInt(now.usdm_supply), BigInt(before.usdm_supply) - amount, "and is burned");
  assert.equal(BigInt(now.redeemed), BigInt(before.redeemed) + amount);
  assert.equal(BigInt(now.reserve), BigInt(before.reserve) - xms, "XMS comes out of the reserve");
  assert.equal(now.treasury, before.treasury - xms);
  return xms;
}

describe("redeeming USDM", () => {
  before(async () => {
    await told("tx", "treasury", "mint", "40000USDC", "--from", "trader");
    // The first closing after USDM was issued gives the budgets their size.
    await chain.eventually("a redemption budget", 200, async () => {
      const { epoch_budget } = await protocol.epoch();
      return BigInt(epoch_budget.level) > 3n * amount;
    });
  });

  test("marsd: pays XMS at the high price less 0.3 %, exactly", async () => {
    const high = await protocol.redemptionPrice();
    const xms = await paid(minter, () => told("tx", "treasury", "redeem", `${amount}uusdm`, "--from", "minter"));
    assert.equal(xms, worth(amount, high));
  });

  for (const mode of chain.signModes) {
    test(`CosmJS that signs ${mode}: sends USDM with the message inside, and is paid the same`, async () => {
      const client = await chain.connect("trader", mode);
      const high = await protocol.redemptionPrice();
      const hook = { redeem: { min_out: String(worth(amount, high)), deadline: (await chain.now()) + 300, recipient: null } };
      const msg = Buffer.from(JSON.stringify(hook)).toString("base64");
      let events: ExecuteResult["events"] = [];
      const xms = await paid(trader, async () => {
        const send = { send: { contract: protocol.treasury, amount: String(amount), msg } };
        ({ events } = await client.execute(trader, protocol.usdm, send, "auto"));
      });
      client.disconnect();
      assert.equal(xms, worth(amount, high));

      const event = events.find(({ type }) => type === "wasm-mars_redeem");
      const told = Object.fromEntries((event?.attributes ?? []).map(({ key, value }) => [key, value]));
      assert.deepEqual(
        [told["sender"], told["recipient"], told["usdm"], told["price"], told["xms"]],
        [trader, trader, String(amount), high, String(xms)],
      );
    });
  }

  test("past the budget of the epoch it is refused", async () => {
    const { level, capacity } = (await protocol.epoch()).epoch_budget;
    const asked = 2n * BigInt(capacity);
    // The budget refills meanwhile, and a closing in between would fix it anew, by what was minted and redeemed since.
    const least = (BigInt(level) * 99n) / 100n;
    await refusedEverywhere("trader", ["treasury", "redeem", `${asked}uusdm`, "--min-out", "1uxms"], {
      code: "epoch_budget", value: String(asked), limit: [least, asked],
    });
  });

  test("the contracts' books still agree with their state", async () => {
    assert.deepEqual(await protocol.brokenInvariants(), []);
  });
});
