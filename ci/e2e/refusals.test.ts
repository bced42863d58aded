// Every way in which the treasury says no to a mint.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { refusedEverywhere } from "./attempts.ts";
import * as chain from "./chain.ts";
import { told } from "./marsd.ts";
import * as protocol from "./protocol.ts";
import { decide } from "./dao.ts";
import { neglected, onStage } from "./stage.ts";

/** Accepts anything, unless told otherwise: with the least result given, `--gas N` asks nothing before it sends. */
const mint = (amount: string, ...options: string[]) =>
  ["treasury", "mint", amount, ...(options.includes("--min-out") ? [] : ["--min-out", "1uusdm"]), ...options];
const usd = (amount: bigint) => `${amount}uusdc`;

/** A bare mint message, for what `marsd tx treasury mint` would never send. */
const mintWith = async (...funds: string[]) => {
  const msg = JSON.stringify({ mint: { min_out: "1", deadline: (await chain.now()) + 600, recipient: null } });
  return ["wasm", "execute", "treasury", msg, ...(funds.length > 0 ? ["--amount", funds.join(",")] : [])];
};

describe("the treasury refuses to mint", () => {
  before(onStage);

  test("against gold beyond 30 % of all assets", async () => {
    const { external, external_low } = await protocol.solvency();
    const room = (3n * BigInt(external_low) - 10n * BigInt(external.gold)) / 7n;
    const { price } = await protocol.price({ native: "sats" });
    assert(price, "BTC has a price");
    const value = (500_000_000n * protocol.atomics(price.band.low)) / 10n ** 20n;
    await refusedEverywhere("minter", mint("5BTC"), { code: "class_limit", value: String(value), limit: String(room) });
  });

  test("beyond the cap of the asset", async () => {
    const held = await protocol.held(neglected.asset);
    const amount = neglected.cap - held + 1n;
    const expected = { code: "asset_cap", value: String(held + amount), limit: String(neglected.cap) };
    await refusedEverywhere("minter", mint(`${amount}${neglected.denom}`), expected);
  });

  test("beyond the day's mint limit", async () => {
    const { level, capacity } = (await protocol.epoch()).mint_limit;
    const amount = 9_000_000_000_000n;
    const limit: [bigint, bigint] = [BigInt(level), BigInt(capacity)];
    await refusedEverywhere("minter", mint(usd(amount)), { code: "mint_limit", value: String(amount), limit });
  });

  test("beyond the supply cap", async () => {
    const { user_owned, cap_user, room } = await chain.eventually("a mint limit above the cap", 180, async () => {
      const epoch = await protocol.epoch();
      return BigInt(epoch.mint_limit.level) > BigInt(epoch.room) && epoch;
    });
    const amount = BigInt(room) + 1n;
    const value = String(BigInt(user_owned) + amount);
    await refusedEverywhere("minter", mint(usd(amount)), { code: "supply_cap", value, limit: cap_user });
  });

  test("after the deadline", async () => {
    const now = await chain.now();
    const deadline = String(now - 1);
    const value: [bigint, bigint] = [BigInt(now), BigInt(now) + 600n];
    await refusedEverywhere("minter", mint("100USDC", "--deadline", deadline), { code: "deadline_passed", value, limit: deadline });
  });

  test("for less than the caller accepts", async () => {
    const args = mint("100USDC", "--min-out", "100.000001USDM");
    await refusedEverywhere("minter", args, { code: "min_out", value: "100000000", limit: "100000001" });
  });

  test("with two coins, and with none", async () => {
    const limit = "one coin of a listed denom";
    await refusedEverywhere("minter", await mintWith("2uusdc", "1ubusd"), { code: "wrong_funds", value: "1ubusd+2uusdc", limit });
    await refusedEverywhere("minter", await mintWith(), { code: "wrong_funds", value: "nothing", limit });
  });

  test("while the guardian has it paused, until the DAO lifts that", async () => {
    await told("tx", "treasury", "pause", "mint", "--from", "guardian");
    try {
      const limit = await protocol.mintPausedUntil();
      await refusedEverywhere("minter", mint("100USDC"), { code: "paused", value: "mint", limit });
    } finally {
      await decide("Mint again", { contractAddress: protocol.treasury, msg: { unpause: { switch: "mint" } } });
    }
    await told("tx", "treasury", "mint", "1USDC", "--from", "minter");
  });

  test("against a token that it does not take: USDM itself", async () => {
    const value = `cw20:${protocol.usdm}`;
    await refusedEverywhere("minter", mint("1USDM"), { code: "not_listed", value, limit: "listed assets" });
  });
});
