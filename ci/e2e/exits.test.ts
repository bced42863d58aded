// What the treasury does beside minting and paying at once: the queue, liquidity of its own, and recovery.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import * as chain from "./chain.ts";
import { decide } from "./dao.ts";
import { exit, failure, refused, result, told } from "./marsd.ts";
import * as protocol from "./protocol.ts";

const trader = chain.address("trader");
const uusdc = { native: "uusdc" };
const usdmUsdc = 2;
const ceilDiv = (numerator: bigint, denominator: bigint) => (numerator + denominator - 1n) / denominator;

interface Receipt {
  receipt: Record<string, string>;
  events: { type: string; attributes: { key: string; value: string }[] }[];
}

interface Claim {
  id: number;
  owner: string;
  usdm: string;
}

const claims = async (): Promise<Claim[]> =>
  (await chain.reader.queryContractSmart(protocol.treasury, { claims: {} })).claims;
const toTreasury = (msg: object) => ({ contractAddress: protocol.treasury, msg });

/** Attributes of the events of a type in what `marsd` tells of a transaction. */
const told_in = ({ events }: Receipt, type: string) => events.filter((event) => event.type === `wasm-${type}`)
  .map(({ attributes }) => Object.fromEntries(attributes.map(({ key, value }) => [key, value])));

describe("the redemption queue", () => {
  let claim: Claim;
  const asked = 20_000_000_000n;

  test("marsd: what the budget of the epoch cannot pay waits, and all of it is accounted for", async () => {
    const [usdmBefore, xmsBefore] = [await chain.tokens(trader, protocol.usdm), await chain.tokens(trader, protocol.xms)];
    const sent = await result<Receipt>("tx", "treasury", "redeem", "20000USDM", "--queue", "--min-out", "1uxms", "--from", "trader");
    const [paid] = told_in(sent, "mars_redeem");
    const [queued] = told_in(sent, "mars_claim_queued");
    assert(paid && queued, "a part is paid, a part waits");
    assert.equal(BigInt(paid["usdm"] ?? "") + BigInt(queued["usdm"] ?? ""), asked);
    assert.equal(await chain.tokens(trader, protocol.usdm), usdmBefore - asked);
    assert.equal(await chain.tokens(trader, protocol.xms), xmsBefore + BigInt(paid["xms"] ?? ""));
    const [only, ...more] = await claims();
    assert(only && more.length === 0);
    claim = only;
    assert.deepEqual([claim.owner, claim.usdm], [trader, queued["usdm"]]);
    assert.equal((await protocol.solvency()).queue, claim.usdm);
  });

  test("nobody is paid before those who wait", async () => {
    const { code, value } = await refused("tx", "treasury", "redeem", "1USDM", "--from", "minter");
    assert.deepEqual({ code, value }, { code: "queue_ahead", value: (await claims())[0]?.usdm });
  });

  test("marsd: anybody may have it paid, as far as the budget has refilled", async () => {
    // It refills by whole seconds of block time, and blocks are made faster.
    await chain.eventually("a budget to pay from", 30, async () => BigInt((await protocol.epoch()).epoch_budget.level) > 0n);
    const before = { ...(await protocol.solvency()), xms: await chain.tokens(trader, protocol.xms) };
    const sent = await result<Receipt>("tx", "treasury", "settle", "--from", "keeper");
    const [settled, ...more] = told_in(sent, "mars_claim_settled");
    assert(settled && more.length === 0);
    const [burned, paid] = [BigInt(settled["burned"] ?? ""), BigInt(settled["paid"] ?? "")];
    assert.equal(paid, (burned * 9_970n * 10n ** 18n) / (10_000n * protocol.atomics(settled["price"] ?? "")));
    const now = await protocol.solvency();
    assert.equal(BigInt(now.queue), BigInt(before.queue) - burned);
    assert.equal(BigInt(now.usdm_supply), BigInt(before.usdm_supply) - burned);
    assert.equal(BigInt(now.reserve), BigInt(before.reserve) - paid);
    assert.equal(await chain.tokens(trader, protocol.xms), before.xms + paid);
    assert.equal((await claims())[0]?.usdm, settled["remaining"]);
  });

  test("only its owner takes a claim back, less the fee, which is burned", async () => {
    const waiting = BigInt((await claims())[0]?.usdm ?? "");
    const cancel = ["tx", "treasury", "cancel", String(claim.id), "--gas", "500000", "--from"];
    const { status, code } = await refused(...cancel, "keeper");
    assert.deepEqual({ status, code }, { status: exit.failed, code: "unauthorized" });
    const before = { usdm: await chain.tokens(trader, protocol.usdm), supply: (await protocol.solvency()).usdm_supply };
    await told("tx", "treasury", "cancel", String(claim.id), "--from", "trader");
    const fee = ceilDiv(waiting * 30n, 10_000n);
    assert.equal(await chain.tokens(trader, protocol.usdm), before.usdm + waiting - fee);
    assert.equal(BigInt((await protocol.solvency()).usdm_supply), BigInt(before.supply) - fee);
    assert.deepEqual([await claims(), (await protocol.solvency()).queue], [[], "0"]);
  });
});

describe("liquidity of the treasury", () => {
  test("marsd: anybody may place a slice beside USDM that is minted for it", async () => {
    const state = async () => ({
      ...(await protocol.position(usdmUsdc)), pool: await protocol.pool(usdmUsdc), held: await protocol.held(uusdc),
      supply: BigInt((await protocol.solvency()).usdm_supply),
    });
    const before = await state();
    const sent = await result<Receipt>("tx", "treasury", "allocate", String(usdmUsdc), "500USDC", "--from", "keeper");
    const [allocated] = told_in(sent, "mars_allocated");
    assert(allocated);
    const [usdm = 0n, usdc = 0n] = (allocated["amounts"] ?? "").split(",").map(BigInt);
    assert.equal(String(usdm), allocated["usdm"]);
    assert(usdc > 0n && usdc <= 500_000_000n && usdm <= usdc, `${usdm} uusdm beside ${usdc} uusdc`);
    const now = await state();
    assert.equal(now.held, before.held - usdc);
    assert.equal(now.supply, before.supply + usdm + BigInt(allocated["reward"] ?? ""));
    assert.equal(BigInt(now.minted), BigInt(before.minted) + usdm);
    assert.equal(BigInt(now.lp), BigInt(before.lp) + BigInt(allocated["lp"] ?? ""));
    assert.deepEqual(now.pool.reserves.map(BigInt), before.pool.reserves.map((reserve, at) => BigInt(reserve) + [usdm, usdc][at]!));
    assert.equal(await chain.tokens(protocol.treasury, now.pool.lp_token), BigInt(now.lp));
  });

  test("more than a slice of an epoch is refused", async () => {
    const other = await failure("tx", "treasury", "allocate", String(usdmUsdc), "1BTC", "--from", "keeper");
    assert.equal(other.status, exit.usage);
    assert.match(other.message, /does not hold BTC/);
    const { code } = await refused("tx", "treasury", "allocate", String(usdmUsdc), "100000USDC", "--from", "keeper");
    assert.equal(code, "slice_limit");
  });
});

describe("recovery", () => {
  before(() => decide("Exchange USDM for the assets", toTreasury({ declare_recovery: {} })));

  test("closes minting and redemption", async () => {
    for (const trade of [["mint", "1USDC"], ["redeem", "1USDM"]]) {
      const { code } = await refused("tx", "treasury", ...trade, "--from", "trader");
      assert.equal(code, "recovery", trade.join(" "));
    }
  });

  test("first takes the liquidity back, and burns the USDM in it", async () => {
    const { code } = await refused("tx", "treasury", "claim-basket", "1USDM", "--from", "trader");
    assert.equal(code, "unwinding");
    const { lp, pool, held, supply } = {
      ...(await protocol.position(usdmUsdc)), pool: await protocol.pool(usdmUsdc), held: await protocol.held(uusdc),
      supply: BigInt((await protocol.solvency()).usdm_supply),
    };
    const [usdm = 0n, usdc = 0n] = pool.reserves.map((reserve) => (BigInt(reserve) * BigInt(lp)) / BigInt(pool.lp_supply));
    await told("tx", "treasury", "unwind", String(usdmUsdc), "--from", "keeper");
    assert.deepEqual([(await protocol.position(usdmUsdc)).lp, (await protocol.position(usdmUsdc)).minted], ["0", "0"]);
    assert.equal(await protocol.held(uusdc), held + usdc);
    assert.equal(BigInt((await protocol.solvency()).usdm_supply), supply - usdm);
  });

  test("marsd: USDM is exchanged for its share of every asset, never more than a dollar", async () => {
    const amount = 100_000_000n;
    const { user_owned, external_high, usdm_supply, claimed } = await protocol.solvency();
    const whole = BigInt(user_owned) > BigInt(external_high) ? BigInt(user_owned) : BigInt(external_high);
    const held = (await protocol.assets()).map(({ asset, held }) => ({ asset, held: BigInt(held) }));
    const share = (asset: protocol.Asset) =>
      ((held.find((entry) => protocol.same(entry.asset, asset))?.held ?? 0n) * amount) / whole;
    const [usdcBefore, satsBefore] = [await chain.coins(trader, "uusdc"), await chain.coins(trader, "sats")];
    await told("tx", "treasury", "claim-basket", "100USDM", "--from", "trader");
    assert.equal(await chain.coins(trader, "uusdc"), usdcBefore + share(uusdc));
    assert.equal(await chain.coins(trader, "sats"), satsBefore + share({ native: "sats" }));
    const now = await protocol.solvency();
    assert.equal(BigInt(now.usdm_supply), BigInt(usdm_supply) - amount);
    assert.equal(BigInt(now.claimed), BigInt(claimed) + amount);
  });

  test("ends by vote, and USDM is minted again", async () => {
    await decide("End the recovery", toTreasury({ end_recovery: {} }));
    await told("tx", "treasury", "mint", "1USDC", "--from", "trader");
  });

  test("the contracts' books still agree with their state", async () => {
    assert.deepEqual(await protocol.brokenInvariants(), []);
  });
});
