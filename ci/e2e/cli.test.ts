// What else the command line promises: its exit codes, what it says of failures, and a contract's whole life.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import * as chain from "./chain.ts";
import { exit, failure, marsd, result, told } from "./marsd.ts";

const minter = chain.address("minter");
const trader = chain.address("trader");
const file = (path: string) => fileURLToPath(new URL(path, chain.repository));
const nothing = "0".repeat(64);

interface Receipt {
  txhash: string;
  code: number;
  receipt: Record<string, string>;
}

describe("marsd", () => {
  test("ends with a code that tells what sort of failure it was", async () => {
    const cases: [number, string, string[]][] = [
      [exit.usage, "usage", ["tx", "treasury", "mint", "1.0000001USDC", "--from", "minter"]],
      [exit.usage, "usage", ["tx", "treasury", "mint", "100DOGE", "--from", "minter"]],
      [exit.usage, "usage", ["query", "swap", "simulate-sell", "0USDC", "XMS"]],
      [exit.usage, "usage", ["tx", "swap", "sell", "1USDC", "USDC", "--from", "minter"]],
      [exit.config, "config", ["tx", "bank", "send", trader, "1umars", "--from", "stranger"]],
      [exit.config, "config", ["query", "treasury", "solvency", "--network", "no-such-network"]],
      [exit.unreachable, "unreachable", ["query", "bank", "balances", minter, "--node", "http://127.0.0.1:9"]],
      [exit.unreachable, "unreachable", ["tx", "bank", "send", trader, "1umars", "--from", "minter", "--chain-id", "mars-1"]],
      [exit.notFound, "not_found", ["query", "tx", nothing]],
      [exit.notFound, "not_found", ["query", "wasm", "contract", trader]],
      [exit.notFound, "not_found", ["explain", "mars", "no_such_code"]],
    ];
    for (const [status, kind, args] of cases) {
      const failed = await failure(...args);
      assert.deepEqual({ status: failed.status, kind: failed.kind }, { status, kind }, `marsd ${args.join(" ")}`);
      assert(failed.message.length > 0 && failed.txhash === null);
    }
    assert.equal((await marsd(["tx", "treasury", "conjure"])).status, exit.usage);
  });

  test("tells a refused fee with the chain's code", async () => {
    const { status, code, codespace, message } = await failure(
      "tx", "bank", "send", trader, "1umars", "--from", "minter", "--gas", "100000", "--fees", "1umars");
    assert.deepEqual({ status, code, codespace }, { status: exit.rejected, code: 13, codespace: "sdk" });
    assert.match(message, /insufficient fee/);
  });

  test("tells of a transaction that ran out of gas in its block", async () => {
    const { status, code, codespace, txhash } = await failure(
      "tx", "treasury", "mint", "1USDC", "--from", "minter", "--min-out", "1USDM", "--gas", "100000");
    assert.deepEqual({ status, code, codespace }, { status: exit.failed, code: 11, codespace: "sdk" });
    assert.equal((await chain.outcome(txhash ?? "")).code, 11);
  });

  test("gives the hash of a transaction that it no longer waits for, and that happens all the same", async () => {
    const balance = await chain.coins(trader, chain.feeDenom);
    const { status, kind, txhash } = await failure(
      "tx", "bank", "send", trader, "7umars", "--from", "minter", "--timeout", "0s");
    assert.deepEqual({ status, kind }, { status: exit.timedOut, kind: "timed_out" });
    assert(txhash);
    const tx = await chain.eventually("the transaction", 60, async () => (await chain.reader.getTx(txhash)) ?? undefined);
    assert.equal(tx.code, 0);
    assert.equal(await chain.coins(trader, chain.feeDenom), balance + 7n);
    assert.equal((await result<Receipt>("query", "tx", txhash)).code, 0);
  });

  test("reads the same balances as CosmJS", async () => {
    const { balances } = await result<{ balances: { denom: string; amount: string }[] }>("query", "bank", "balances", minter);
    for (const { denom, amount } of balances) assert.equal(BigInt(amount), await chain.coins(minter, denom), denom);
    assert(balances.some(({ denom }) => denom === "uusdc"));
  });

  test("takes a contract through its life: store, instantiate, execute, migrate, give up", async () => {
    const stored = await result<Receipt>("tx", "wasm", "store", file("artifacts/usdm_cw20.wasm"), "--from", "trader");
    const code = stored.receipt["code_id"] ?? "";
    const { checksum } = await chain.reader.getCodeDetails(Number(code));
    assert.equal(stored.receipt["checksum"], checksum);

    const init = JSON.stringify({ minter: trader });
    const instance = ["--label", "of marsd", "--admin", "trader", "--from", "trader"];
    const made = await result<Receipt>("tx", "wasm", "instantiate", code, init, ...instance);
    const token = made.receipt["contract"] ?? "";
    assert.equal((await chain.reader.getContract(token)).admin, trader);

    const salt = `salt ${code}`;
    const { address } = await result<{ address: string }>(
      "query", "wasm", "build-address", checksum, "trader", salt, "--ascii");
    const foretold = await result<Receipt>("tx", "wasm", "instantiate2", code, init, salt, "--ascii", ...instance);
    assert.equal(foretold.receipt["contract"], address);

    const mint = JSON.stringify({ mint: { recipient: trader, amount: "12" } });
    await told("tx", "wasm", "execute", token, mint, "--from", "trader");
    const query = JSON.stringify({ balance: { address: trader } });
    const { data } = await result<{ data: object }>("query", "wasm", "contract-state", "smart", token, query);
    assert.deepEqual(data, { balance: "12" });

    const { status, code: refusal } = await failure("tx", "wasm", "migrate", token, code, "{}", "--from", "trader");
    assert.deepEqual({ status, refusal }, { status: exit.rejected, refusal: "not_newer" });

    await told("tx", "wasm", "set-contract-admin", token, "--no-admin", "--from", "trader");
    assert.equal((await chain.reader.getContract(token)).admin, undefined);
  });

  test("lets another spend tokens, and burns them", async () => {
    const left = async () =>
      BigInt((await result<{ allowance: string }>("query", "token", "allowance", "minter", "trader", "USDM")).allowance);
    const supply = async () => BigInt((await result<{ total_supply: string }>("query", "token", "info", "USDM")).total_supply);
    const before = await supply();
    await told("tx", "token", "increase-allowance", "trader", "3USDM", "--expires", "1h", "--from", "minter");
    assert.equal(await left(), 3_000_000n);
    await told("tx", "token", "send", "trader", "1USDM", "--owner", "minter", "--from", "trader");
    await told("tx", "token", "burn", "0.000001USDM", "--owner", "minter", "--from", "trader");
    await told("tx", "token", "burn", "0.000001USDM", "--from", "trader");
    assert.deepEqual([await left(), await supply()], [1_999_999n, before - 2n]);
    const { allowances } = await result<{ allowances: { spender: string }[] }>("query", "token", "allowances", "minter", "USDM");
    assert(allowances.some(({ spender }) => spender === trader));
    await told("tx", "token", "decrease-allowance", "trader", "5USDM", "--from", "minter");
    assert.equal(await left(), 0n);
    const { kind } = await failure("tx", "token", "send", "trader", "1USDM", "--owner", "minter", "--from", "trader");
    assert.equal(kind, "rejected");
  });

  test("explains the codes of the protocol and of the chain", async () => {
    assert.match(await told("explain", "mars", "supply_cap"), /XMS/);
    assert.match(await told("explain", "sdk", "32"), /sequence/);
  });
});
