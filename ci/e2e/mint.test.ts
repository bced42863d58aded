// Minting USDM: the command line and CosmJS pay the same and get the same. What is said of balances is always read
// by CosmJS from the tokens themselves.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { coin } from "@cosmjs/proto-signing";

import * as chain from "./chain.ts";
import * as marsd from "./marsd.ts";
import * as protocol from "./protocol.ts";

const minter = chain.address("minter");
const trader = chain.address("trader");
const uusdc = { native: "uusdc" };

/** What changed in the books while `act` ran: the holder's coins and tokens, and the treasury's ledgers. */
async function changes(holder: string, act: () => Promise<unknown>) {
  const read = async () => ({
    uusdc: await chain.coins(holder, "uusdc"),
    usdm: await chain.tokens(holder, protocol.usdm),
    held: await protocol.held(uusdc),
    minted: BigInt((await protocol.solvency()).minted),
    supply: BigInt((await protocol.solvency()).usdm_supply),
  });
  const before = await read();
  await act();
  const now = await read();
  return {
    uusdc: now.uusdc - before.uusdc,
    usdm: now.usdm - before.usdm,
    held: now.held - before.held,
    minted: now.minted - before.minted,
    supply: now.supply - before.supply,
  };
}

const hundred = 100_000_000n;
const hundredMinted = { uusdc: -hundred, usdm: hundred, held: hundred, minted: hundred, supply: hundred };

describe("minting USDM", () => {
  test("marsd: one command turns 100 USDC into exactly 100 USDM", async () => {
    const mint = () => marsd.told("tx", "treasury", "mint", "100USDC", "--from", "minter");
    assert.deepEqual(await changes(minter, mint), hundredMinted);
  });

  test("marsd: a dry run tells the outcome and changes nothing", async () => {
    let outcome = "";
    const look = async () => {
      outcome = await marsd.told("tx", "treasury", "mint", "100USDC", "--from", "minter", "--dry-run");
    };
    const { sequence } = await chain.reader.getSequence(minter);
    assert.deepEqual(await changes(minter, look), { uusdc: 0n, usdm: 0n, held: 0n, minted: 0n, supply: 0n });
    assert.equal((await chain.reader.getSequence(minter)).sequence, sequence);
    assert.match(outcome, /100 USDM/);
  });

  for (const mode of chain.signModes) {
    test(`CosmJS that signs ${mode}: 100 USDC become exactly 100 USDM, as simulated, and the event tells it`, async () => {
      const client = await chain.connect("trader", mode);
      const { receipt } = await protocol.simulateMint(uusdc, hundred);
      let events: Awaited<ReturnType<typeof client.execute>>["events"] = [];
      const mint = async () => {
        const msg = { mint: { min_out: String(hundred), deadline: (await chain.now()) + 300, recipient: null } };
        ({ events } = await client.execute(trader, protocol.treasury, msg, "auto", "", [coin(String(hundred), "uusdc")]));
      };
      assert.deepEqual(await changes(trader, mint), hundredMinted);
      client.disconnect();

      const event = events.find(({ type }) => type === "wasm-mars_mint");
      const attributes = Object.fromEntries((event?.attributes ?? []).map(({ key, value }) => [key, value]));
      const { msg_index, ...told } = attributes;
      assert.equal(msg_index, "0");
      assert.deepEqual(told, {
        _contract_address: protocol.treasury,
        sender: trader,
        recipient: trader,
        asset: "native:uusdc",
        amount: String(hundred),
        price: "1",
        value: String(hundred),
        fee: "0",
        usdm: String(hundred),
      });
      assert.deepEqual([receipt?.usdm, receipt?.price, receipt?.fee], [told["usdm"], told["price"], told["fee"]]);
    });
  }

  test("marsd: somebody else may be the one who gets the USDM", async () => {
    const mint = () => marsd.told("tx", "treasury", "mint", "1.5USDC", "--from", "minter", "--recipient", "staker");
    const staker = chain.address("staker");
    const { uusdc, usdm } = await changes(staker, mint);
    assert.deepEqual({ uusdc, usdm }, { uusdc: 0n, usdm: 1_500_000n });
  });

  test("marsd: solvency as JSON is what the treasury answers, as a table what a person reads", async () => {
    const answer = await protocol.solvency();
    const json = await marsd.result<protocol.Solvency>("query", "treasury", "solvency");
    for (const key of ["usdm_supply", "minted", "redeemed", "reserve", "fees_captured"] as const) {
      assert.equal(json[key], answer[key], key);
    }
    const table = await marsd.told("query", "treasury", "solvency");
    const [whole, fraction] = [BigInt(answer.usdm_supply) / 10n ** 6n, BigInt(answer.usdm_supply) % 10n ** 6n];
    const supply = `${whole}${fraction === 0n ? "" : `.${String(fraction).padStart(6, "0").replace(/0+$/, "")}`}`;
    assert.match(table.replaceAll(/[_,' ](?=\d{3})/g, ""), new RegExp(`\\b${supply.replace(".", "\\.")} ?USDM`));
  });

  test("the contracts' books still agree with their state", async () => {
    assert.deepEqual(await protocol.brokenInvariants(), []);
  });
});
