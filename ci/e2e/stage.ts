// What the suite needs beyond a fresh deployment, decided by the MarsDAO:
//
// - USDM may not grow by itself: the ceiling stands still, so the supply cap is one number all the time. The mint
//   limit is far above it, so that each of the two can be met alone. Afterwards the limits are what they were.
// - A coin that is fed here and then never again, so that its price runs dry: MARS, of which the treasury takes little.

import * as chain from "./chain.ts";
import { decide } from "./dao.ts";
import * as protocol from "./protocol.ts";

const coin: protocol.Asset = { native: chain.feeDenom };
const feeders = ["staker", "voter", "keeper"] as const;

/** The coin whose feeders fall silent, and how much of it the treasury takes. */
export const neglected = { asset: coin, denom: chain.feeDenom, cap: 5_000_000n } as const;

const limits = (params: object) => ({ contractAddress: protocol.treasury, msg: { update_params: { params } } });

/** Returns the limits that were. */
async function setStage(): Promise<object> {
  const { params } = await protocol.config();
  const still = {
    ...params,
    ceiling: { ...params.ceiling, day_growth: 10_000 },
    mint_limit: { ...params.mint_limit, floor: "10000000000000" },
  };
  const rules = { max_age: 120, deviation: 200, memory: 600, min_fresh: 3 };
  const source = { feeders: { feeders: feeders.map(chain.address), rules } };
  const register = { asset: coin, level: "layer_one", decimals: 6, cap: String(neglected.cap) };
  const listed = (await protocol.assets()).some((entry) => protocol.same(entry.asset, coin));
  const list = [
    { contractAddress: protocol.oracle, msg: { set_source: { asset: coin, source } } },
    { contractAddress: protocol.treasury, msg: { register_asset: register } },
  ];
  await decide("Set the stage", limits(still), ...(listed ? [] : list));

  // Its feeders report a price of $1, this once.
  await Promise.all(feeders.map(async (feeder) => {
    const client = await chain.connect(feeder);
    const report = { asset: coin, price: "1", time: await chain.now() };
    await client.execute(chain.address(feeder), protocol.oracle, { feed: { reports: [report] } }, "auto");
    client.disconnect();
  }));
  return params;
}

let stage: Promise<object> | undefined;

/** Sets the stage, once. */
export async function onStage(): Promise<void> {
  await (stage ??= setStage());
}

/** Gives the protocol its limits back. */
export async function leaveStage(): Promise<void> {
  if (stage !== undefined) await decide("Leave the stage", limits(await stage));
}
