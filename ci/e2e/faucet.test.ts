// The faucet of the embedded chain, asked by CosmJS' own client as it is.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { toBech32 } from "@cosmjs/encoding";
import { FaucetClient } from "@cosmjs/faucet-client";

import * as chain from "./chain.ts";

const url = process.env["MARS_FAUCET"] ?? "";
const stranger = toBech32(chain.network.bech32_prefix, crypto.getRandomValues(new Uint8Array(20)));

describe("faucet", () => {
  test("gives a stranger coins, which are theirs when it has answered", async () => {
    await new FaucetClient(url).credit(stranger, chain.feeDenom);
    assert.equal(await chain.coins(stranger, chain.feeDenom), 10_000_000n);
  });

  test("gives nothing more to the same address so soon", async () => {
    await new FaucetClient(url).credit(stranger, chain.feeDenom);
    assert.equal(await chain.coins(stranger, chain.feeDenom), 10_000_000n);
    const status = await (await fetch(`${url}/status`)).json() as { chainId: string; availableTokens: string[] };
    assert.equal(status.chainId, chain.network.chain_id);
    assert(status.availableTokens.includes(chain.feeDenom));
  });
});
