// What the protocol's contracts answer, read through CosmJS and never through `marsd`.

import assert from "node:assert/strict";

import * as chain from "./chain.ts";
import type { Refusal } from "./refusal.ts";

export const usdm = chain.contracts.usdm.address;
export const xms = chain.contracts.xms.address;
export const oracle = chain.contracts.oracle.address;
export const treasury = chain.contracts.treasury.address;
export const swap = chain.contracts.swap.address;
export const staking = chain.contracts.staking.address;
export const collector = chain.contracts.collector.address;
export const governance = chain.contracts.governance.address;

export type Asset = { native: string } | { cw20: string };

/** 10^18 per unit: the contracts write prices as decimals with up to 18 places. */
export function atomics(decimal: string): bigint {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return BigInt(whole) * 10n ** 18n + BigInt(fraction.padEnd(18, "0"));
}

export interface Solvency {
  external: Record<"stable" | "gold" | "layer_one" | "defi" | "xms", string>;
  external_low: string;
  external_high: string;
  reserve: string;
  usdm_supply: string;
  user_owned: string;
  cap_user: string;
  room: string;
  fees_captured: string;
  minted: string;
  redeemed: string;
  claimed: string;
  queue: string;
}

interface Bucket {
  capacity: string;
  level: string;
}

export interface Epoch {
  epoch: number;
  cap_user: string;
  user_owned: string;
  room: string;
  mint_limit: Bucket;
  epoch_budget: Bucket;
  day_budget: Bucket;
}

interface AssetEntry {
  asset: Asset;
  level: string;
  cap: string;
  held: string;
  listed: boolean;
}

interface Price {
  band: { low: string; high: string };
  median: string;
  age: number;
}

export interface Simulation<Receipt> {
  receipt: Receipt | null;
  refusal: Refusal | null;
}

export interface MintReceipt {
  amount: string;
  price: string;
  value: string;
  fee: string;
  usdm: string;
  room: string;
}

export interface RedeemReceipt {
  usdm: string;
  price: string;
  fee: string;
  xms: string;
  epoch_budget: string;
  reserve: string;
}

const ask = <T>(contract: string, query: object): Promise<T> => chain.reader.queryContractSmart(contract, query);

export const solvency = () => ask<Solvency>(treasury, { solvency: {} });
export const epoch = () => ask<Epoch>(treasury, { epoch: {} });
export const config = () => ask<{ params: { ceiling: object; mint_limit: object } }>(treasury, { config: {} });
export const simulateMint = (asset: Asset, amount: bigint) =>
  ask<Simulation<MintReceipt>>(treasury, { simulate_mint: { asset, amount: String(amount) } });
export const simulateRedeem = (amount: bigint) =>
  ask<Simulation<RedeemReceipt>>(treasury, { simulate_redeem: { usdm: String(amount) } });

export interface Pool {
  assets: { asset: Asset; decimals: number }[];
  lp_token: string;
  lp_supply: string;
  reserves: string[];
  fees_owed: string[];
}

export const pool = (pool: number) => ask<Pool>(swap, { pool: { pool } });

interface Position {
  position: { pool: number; lp: string; minted: string; cost: string[] };
}

/** What the treasury has in a pool. */
export async function position(pool: number): Promise<Position["position"]> {
  const { positions } = await ask<{ positions: Position[] }>(treasury, { positions: {} });
  const found = positions.find(({ position }) => position.pool === pool);
  assert(found, `the treasury has no position in pool ${pool}`);
  return found.position;
}

export const same = (one: Asset, other: Asset) => JSON.stringify(one) === JSON.stringify(other);

/** Every asset that the treasury knows, with what it holds by its ledger. */
export const assets = async () => (await ask<{ assets: AssetEntry[] }>(treasury, { assets: {} })).assets;

/** What the treasury holds of an asset, in its base units. */
export async function held(asset: Asset): Promise<bigint> {
  const entry = (await assets()).find((entry) => same(entry.asset, asset));
  assert(entry, `${JSON.stringify(asset)} is not registered with the treasury`);
  return BigInt(entry.held);
}

/** The time at which the guardian's pause of minting lapses. */
export async function mintPausedUntil(): Promise<string> {
  const { pauses } = await ask<{ pauses: { switch: unknown; state: { pause: { until: number } | null } }[] }>(
    treasury, { pauses: {} });
  const pause = pauses.find((entry) => entry.switch === "mint")?.state.pause;
  assert(pause, "minting is paused");
  return String(pause.until);
}

export const price = (asset: Asset) =>
  ask<{ price: Price | null; refusal: Refusal | null }>(oracle, { price: { asset } });

/** What XMS is paid out at. */
export async function redemptionPrice(): Promise<string> {
  const { market } = await ask<{ market: { redeem: string } | null }>(oracle, { market: { asset: { cw20: xms } } });
  assert(market, "XMS has a market");
  return market.redeem;
}

/** Every contract recomputes its own books; an empty list is a clean bill. */
export async function brokenInvariants(): Promise<unknown[]> {
  const answers = await Promise.all(Object.values(chain.contracts).map(({ address: contract }) =>
    ask<{ invariants: { name: string; holds: boolean }[] }>(contract, { invariants: {} })));
  return answers.flatMap(({ invariants }) => invariants).filter(({ holds }) => !holds);
}

/** All that a refused call must leave as it was: what `holder` owns (fees aside) and the treasury's ledgers. */
export async function books(holder: string) {
  const { reserve, usdm_supply, minted, redeemed, fees_captured } = await solvency();
  const denoms = ["uusdc", "ubusd", "sats"];
  return {
    holder: {
      coins: await Promise.all(denoms.map((denom) => chain.coins(holder, denom))),
      usdm: await chain.tokens(holder, usdm),
      xms: await chain.tokens(holder, xms),
    },
    treasury: { reserve, usdm_supply, minted, redeemed, fees_captured },
    held: (await assets()).map(({ asset, held }) => ({ asset, held })),
  };
}
