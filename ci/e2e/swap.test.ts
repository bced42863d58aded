// Mars Swap: the command line and CosmJS trade on the pools of the deployment. What comes out is reckoned here, from the
// reserves before, by the formulas of docs/swap.md.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import type { SigningCosmWasmClient } from "@cosmjs/cosmwasm";
import { toBase64, toUtf8 } from "@cosmjs/encoding";
import { calculateFee } from "@cosmjs/stargate";

import * as chain from "./chain.ts";
import * as events from "./events.ts";
import { exit, refused, result, told } from "./marsd.ts";
import * as protocol from "./protocol.ts";
import { refusalIn } from "./refusal.ts";

const trader = chain.address("trader");
const uusdc = { native: "uusdc" };
const xms = { cw20: protocol.xms };
const usdm = { cw20: protocol.usdm };
// As scripts/local.toml has them.
const [xmsUsdc, usdmUsdc, xmsUsdm] = [1, 2, 3];

const ceilDiv = (numerator: bigint, denominator: bigint) => (numerator + denominator - 1n) / denominator;
const reserves = async (pool: number) => {
  const [base, quote] = (await protocol.pool(pool)).reserves.map(BigInt);
  assert(base !== undefined && quote !== undefined);
  return { base, quote };
};
/** Of a constant product, 0.30 % of what leaves, ceiled; a sixth of that is the protocol's, floored. */
function sold(amount: bigint, into: bigint, outOf: bigint): { out: bigint; fee: bigint; owed: bigint } {
  const gross = (outOf * amount) / (into + amount);
  const fee = ceilDiv(gross * 30n, 10_000n);
  return { out: gross - fee, fee, owed: (fee * 5n) / 30n };
}
const deadline = async () => (await chain.now()) + 300;
const hook = (msg: object) => toBase64(toUtf8(JSON.stringify(msg)));

describe("Mars Swap", () => {
  let client: SigningCosmWasmClient;
  before(async () => {
    client = await chain.connect("trader");
  });
  after(() => client.disconnect());

  test("has the pools of the deployment, with their first liquidity, and pays its fees to the collector", async () => {
    const pairs = await Promise.all([xmsUsdc, usdmUsdc, xmsUsdm].map(async (id) =>
      (await protocol.pool(id)).assets.map(({ asset }) => asset)));
    assert.deepEqual(pairs, [[xms, uusdc], [usdm, uusdc], [xms, usdm]]);
    for (const id of [xmsUsdc, usdmUsdc, xmsUsdm]) assert(BigInt((await protocol.pool(id)).lp_supply) > 0n);
    const { fee_collector } = await chain.reader.queryContractSmart(protocol.swap, { config: {} });
    assert.equal(fee_collector, protocol.collector);
  });

  test("marsd: sells an amount for exactly what the reserves give, and the fee stays behind", async () => {
    const amount = 100_000_000n;
    const { base, quote } = await reserves(xmsUsdc);
    const [owedBefore] = (await protocol.pool(xmsUsdc)).fees_owed.map(BigInt);
    const [usdcBefore, xmsBefore] = [await chain.coins(trader, "uusdc"), await chain.tokens(trader, protocol.xms)];
    await told("tx", "swap", "sell", "100USDC", "XMS", "--from", "trader");
    const { out, owed } = sold(amount, quote, base);
    assert.equal(await chain.coins(trader, "uusdc"), usdcBefore - amount);
    assert.equal(await chain.tokens(trader, protocol.xms), xmsBefore + out);
    assert.deepEqual(await reserves(xmsUsdc), { base: base - out - owed, quote: quote + amount });
    assert.equal(BigInt((await protocol.pool(xmsUsdc)).fees_owed[0] ?? ""), (owedBefore ?? 0n) + owed);
  });

  test("marsd: buys exactly what is asked, and pays no more than simulated", async () => {
    const wanted = 40_000_000n;
    const simulated = await result<{ expected: { offer: { amount: string } } }>(
      "tx", "swap", "buy", "40XMS", "USDC", "--from", "trader", "--dry-run");
    const [usdcBefore, xmsBefore] = [await chain.coins(trader, "uusdc"), await chain.tokens(trader, protocol.xms)];
    await told("tx", "swap", "buy", "40XMS", "USDC", "--from", "trader");
    assert.equal(await chain.tokens(trader, protocol.xms), xmsBefore + wanted);
    assert.equal(await chain.coins(trader, "uusdc"), usdcBefore - BigInt(simulated.expected.offer.amount));
  });

  for (const mode of chain.signModes) {
    test(`CosmJS that signs ${mode}: XMS goes through two pools and settles once, as simulated`, async () => {
      const signing = await chain.connect("trader", mode);
      const amount = 8_000_000n;
      const route = [{ pool: xmsUsdc, ask: uusdc }, { pool: usdmUsdc, ask: usdm }];
      const question = { simulate_swap: { offer: xms, amount: String(amount), route } };
      const { receipt } = await chain.reader.queryContractSmart(protocol.swap, question);
      const { base, quote } = await reserves(xmsUsdc);
      const first = sold(amount, base, quote);
      const before = await chain.tokens(trader, protocol.usdm);
      const msg = hook({ swap: { route, min_out: receipt.ask.amount, deadline: await deadline(), recipient: null } });
      const send = { send: { contract: protocol.swap, amount: String(amount), msg } };
      const done = await signing.execute(trader, protocol.xms, send, "auto");
      signing.disconnect();
      assert.equal(await chain.tokens(trader, protocol.usdm), before + BigInt(receipt.ask.amount));
      const hops = events.all(done.events, "mars_hop").map(({ pool, received, protocol_fee }) => [pool, received, protocol_fee]);
      assert.deepEqual(hops[0], [String(xmsUsdc), String(first.out), String(first.owed)]);
      assert.deepEqual(hops.map(([pool]) => pool), [String(xmsUsdc), String(usdmUsdc)]);
      // Between the pools nothing moves: one transfer in, one out.
      assert.equal(events.one(done.events, "mars_swap")["received"], receipt.ask.amount);
      const moves = done.events.filter(({ type, attributes }) =>
        type === "wasm" && attributes.some(({ key, value }) => key === "action" && ["send", "transfer"].includes(value)));
      assert.equal(moves.length, 2);
      assert(!done.events.some(({ type, attributes }) =>
        type === "transfer" && attributes.some(({ value }) => value.endsWith("uusdc"))), "no USDC is sent");
    });
  }

  test("marsd: liquidity is provided in proportion, and taken out again", async () => {
    const { reserves: [base = "", quote = ""], lp_supply, lp_token } = await protocol.pool(xmsUsdc);
    const usdc = 10_000_000n;
    const given = (usdc * BigInt(base)) / BigInt(quote);
    const question = { simulate_provide: { pool: xmsUsdc, amounts: [String(given), String(usdc)] } };
    const { receipt } = await chain.reader.queryContractSmart(protocol.swap, question);
    await told("tx", "swap", "provide", String(xmsUsdc), `${given}uxms,${usdc}uusdc`, "--from", "trader");
    const lp = await chain.tokens(trader, lp_token);
    assert.equal(lp, BigInt(receipt.lp));
    // A unit more of one asset than the reserves' proportion pays the fee of imbalance.
    const share = (given * BigInt(lp_supply)) / BigInt(base);
    assert(lp <= share && lp + 5n >= share, `${lp} LP units for a share of ${share}`);

    const now = await protocol.pool(xmsUsdc);
    const [xmsBefore, usdcBefore] = [await chain.tokens(trader, protocol.xms), await chain.coins(trader, "uusdc")];
    await told("tx", "swap", "withdraw", String(xmsUsdc), "--from", "trader");
    const part = (reserve = "") => (BigInt(reserve) * lp) / BigInt(now.lp_supply);
    assert.equal(await chain.tokens(trader, lp_token), 0n);
    assert.equal(await chain.tokens(trader, protocol.xms), xmsBefore + part(now.reserves[0]));
    assert.equal(await chain.coins(trader, "uusdc"), usdcBefore + part(now.reserves[1]));
  });

  test("anybody may have the fees paid to the collector, all of them and no more", async () => {
    const owed = await Promise.all([xmsUsdc, usdmUsdc].map(async (id) => (await protocol.pool(id)).fees_owed.map(BigInt)));
    const [[ofXms = 0n, ofUsdc = 0n] = [], [ofUsdm = 0n, alsoUsdc = 0n] = []] = owed;
    const holds = async () => [
      await chain.tokens(protocol.collector, protocol.xms), await chain.tokens(protocol.collector, protocol.usdm),
      await chain.coins(protocol.collector, "uusdc"),
    ];
    const [xmsBefore = 0n, usdmBefore = 0n, usdcBefore = 0n] = await holds();
    await told("tx", "swap", "collect-fees", String(xmsUsdc), String(usdmUsdc), "--from", "keeper");
    assert.deepEqual(await holds(), [xmsBefore + ofXms, usdmBefore + ofUsdm, usdcBefore + ofUsdc + alsoUsdc]);
    assert.deepEqual((await protocol.pool(xmsUsdc)).fees_owed, ["0", "0"]);
  });

  test("XMS from fees begins to stream to stakers", async () => {
    const xmsBefore = await chain.tokens(protocol.collector, protocol.xms);
    assert(xmsBefore > 0n);
    const { receipt } = await result<{ receipt: Record<string, string> }>(
      "tx", "collector", "distribute", "--from", "keeper");
    assert.deepEqual([receipt["to_stakers"], receipt["burned"], receipt["retained"]], [String(xmsBefore), "0", "0"]);
    assert.equal(await chain.tokens(protocol.collector, protocol.xms), 0n);
    const again = await refused("tx", "collector", "distribute", "--from", "keeper");
    assert.equal(again.code, "too_early");
  });

  test("refuses to give less than is accepted, before and in a block, and nothing changes", async () => {
    const { base, quote } = await reserves(xmsUsdc);
    const { out } = sold(100_000_000n, quote, base);
    const books = await protocol.books(trader);
    const command = ["tx", "swap", "sell", "100USDC", "XMS", "--from", "trader", "--min-out", `${out + 1n}uxms`];
    for (const way of [["--dry-run"], []]) {
      const { status, code, value, limit } = await refused(...command, ...way);
      assert.deepEqual({ status, code, value, limit }, { status: exit.rejected, code: "min_out", value: String(out), limit: String(out + 1n) });
    }
    const order = { route: [{ pool: xmsUsdc, ask: xms }], min_out: String(out + 1n), deadline: await deadline(), recipient: null };
    const insisting = client.execute(trader, protocol.swap, { swap: order }, calculateFee(500_000, chain.gasPrice), "",
      [{ denom: "uusdc", amount: "100000000" }]);
    await assert.rejects(insisting, (error: Error) => {
      const { code, value, limit } = refusalIn(error.message);
      assert.deepEqual({ code, value, limit }, { code: "min_out", value: String(out), limit: String(out + 1n) });
      return true;
    });
    assert.deepEqual(await protocol.books(trader), books);
    assert.deepEqual(await reserves(xmsUsdc), { base, quote });
  });

  test("a pool that the guardian stopped trades no more, and still gives liquidity back", async () => {
    await told("tx", "swap", "provide", String(xmsUsdm), "4XMS,1USDM", "--from", "trader");
    await told("tx", "swap", "pause", `swap:${xmsUsdm}`, "--from", "guardian");
    const order = { route: [{ pool: xmsUsdm, ask: usdm }], min_out: "1", deadline: await deadline(), recipient: null };
    const send = { send: { contract: protocol.swap, amount: "4000000", msg: hook({ swap: order }) } };
    await assert.rejects(client.execute(trader, protocol.xms, send, "auto"), (error: Error) =>
      refusalIn(error.message).code === "paused");
    await told("tx", "swap", "withdraw", String(xmsUsdm), "--from", "trader");
    assert.equal(await chain.tokens(trader, (await protocol.pool(xmsUsdm)).lp_token), 0n);
  });

  test("the contracts' books still agree with their state", async () => {
    assert.deepEqual(await protocol.brokenInvariants(), []);
  });
});
