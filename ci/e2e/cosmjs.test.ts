// The chain as CosmJS sees it, with each of its two ways to sign. The contract is the USDM token, but a copy of
// our own, in which the trader may mint.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { type ExecuteResult, instantiate2Address, type SigningCosmWasmClient } from "@cosmjs/cosmwasm";
import { sha256 } from "@cosmjs/crypto";
import { fromHex, fromUtf8, toHex, toUtf8 } from "@cosmjs/encoding";
import { coin, type EncodeObject } from "@cosmjs/proto-signing";
import { BroadcastTxError, calculateFee, type DeliverTxResponse } from "@cosmjs/stargate";
import { MsgExecuteContract } from "cosmjs-types/cosmwasm/wasm/v1/tx";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";

import * as chain from "./chain.ts";
import { refusalIn } from "./refusal.ts";

const trader = chain.address("trader");
const staker = chain.address("staker");
// A valid address that nobody has used: 20 zero bytes.
const nobody = instantiate2Address(new Uint8Array(32), trader, toUtf8("nobody"), chain.network.bech32_prefix);

const wasm = readFileSync(new URL("artifacts/usdm_cw20.wasm", chain.repository));

/** The same contract with a higher version, as its next release would be: wasm keeps name and version side by side. */
function nextRelease(): Uint8Array {
  const release = Buffer.from(wasm);
  const version = /usdm-cw20(\d+\.\d+\.)(\d+)/.exec(release.toString("latin1"));
  assert(version, "the wasm names its version");
  const digit = version.index + version[0].length - 1;
  assert.notEqual(version[2]?.at(-1), "9", "the last digit can be raised");
  release.writeUInt8(release.readUInt8(digit) + 1, digit);
  return release;
}

const enough = (gas: number) => calculateFee(gas, chain.gasPrice);

const execute = (contract: string, msg: object): EncodeObject => ({
  typeUrl: "/cosmwasm.wasm.v1.MsgExecuteContract",
  value: MsgExecuteContract.fromPartial({ sender: trader, contract, msg: toUtf8(JSON.stringify(msg)) }),
});

/** Attributes of the one event of this type. */
function attributes(events: ExecuteResult["events"], type: string): Record<string, string> {
  const [event, ...more] = events.filter((event) => event.type === type);
  assert(event && more.length === 0, `one event ${type} in ${JSON.stringify(events.map(({ type }) => type))}`);
  return Object.fromEntries(event.attributes.map(({ key, value }) => [key, value]));
}

/** Fails unless the chain refuses to take the transaction into a block, with this code. */
async function rejected(code: number, broadcast: Promise<unknown>): Promise<string> {
  const error = await broadcast.then(
    () => assert.fail(`accepted, although code ${code} was expected`),
    (error: unknown) => error,
  );
  assert(error instanceof BroadcastTxError, String(error));
  assert.deepEqual({ code: error.code, codespace: error.codespace }, { code, codespace: "sdk" });
  return error.log ?? "";
}

/** Fails unless the transaction is in a block, where it failed like this. */
async function failed(codespace: string, code: number, { transactionHash }: DeliverTxResponse): Promise<string> {
  const outcome = await chain.outcome(transactionHash);
  assert.deepEqual({ codespace: outcome.codespace, code: outcome.code }, { codespace, code });
  return outcome.log;
}

for (const mode of chain.signModes) {
  describe(`CosmJS that signs ${mode}`, () => {
    let client: SigningCosmWasmClient;
    let code: number;
    let token: string;

    before(async () => {
      client = await chain.connect("trader", mode);
    });
    after(() => client.disconnect());

    test("derives the published addresses from the published mnemonic", async () => {
      for (const role of ["minter", "trader", "deployer"] as const) {
        const [account] = await (await chain.signer(role, mode)).getAccounts();
        assert.equal(account?.address, chain.address(role));
      }
    });

    test("reads the chain: id, height, blocks, accounts and balances", async () => {
      assert.equal(await client.getChainId(), chain.network.chain_id);
      const height = await client.getHeight();
      const block = await chain.eventually("the next block", 30, async () => {
        const block = await client.getBlock();
        return block.header.height > height && block;
      });
      assert.equal(block.header.chainId, chain.network.chain_id);

      assert.equal((await client.getAccount(trader))?.address, trader);
      assert.equal(await client.getAccount(nobody), null);
      assert.deepEqual(await client.getBalance(nobody, chain.feeDenom), coin(0, chain.feeDenom));
      assert(BigInt((await client.getBalance(trader, "uusdc")).amount) > 0n);
    });

    test("sends coins: what one pays the other gets, and the fee is what was offered", async () => {
      const balances = () => Promise.all([chain.coins(trader, chain.feeDenom), chain.coins(staker, chain.feeDenom)]);
      const [traderBefore, stakerBefore] = await balances();
      const fee = enough(120_000);
      const sent = await client.sendTokens(trader, staker, [coin(1_234_567, chain.feeDenom)], fee, "rent");
      assert.equal(sent.code, 0);
      const [traderAfter, stakerAfter] = await balances();
      assert.equal(stakerAfter, stakerBefore + 1_234_567n);
      assert.equal(traderAfter, traderBefore - 1_234_567n - BigInt(fee.amount[0]?.amount ?? 0));

      const found = await client.getTx(sent.transactionHash);
      assert.deepEqual([found?.height, found?.code, found?.gasUsed], [sent.height, 0, sent.gasUsed]);
      assert.equal(await client.getTx("00".repeat(32)), null);
    });

    test("uploads a contract and reads it back", async () => {
      const upload = await client.upload(trader, wasm, "auto");
      code = upload.codeId;
      const checksum = toHex(sha256(wasm));
      assert.equal(upload.checksum, checksum);
      const details = await client.getCodeDetails(code);
      assert.deepEqual([details.id, details.creator, details.checksum], [code, trader, checksum]);
      assert.deepEqual(Buffer.from(details.data), wasm);
      assert((await client.getCodes()).some(({ id }) => id === code));
    });

    test("instantiates it under its own admin", async () => {
      const made = await client.instantiate(trader, code, { minter: trader }, `usdm of ${mode}`, "auto", { admin: trader });
      token = made.contractAddress;
      assert.deepEqual(await client.getContract(token), {
        address: token, codeId: code, creator: trader, admin: trader, label: `usdm of ${mode}`, ibcPortId: undefined,
      });
      assert.deepEqual(await client.getContracts(code), [token]);
      assert((await client.getContractsByCreator(trader)).includes(token));
    });

    test("instantiates it at an address known beforehand", async () => {
      const salt = toUtf8(`salt ${code}`);
      const { checksum } = await client.getCodeDetails(code);
      const expected = instantiate2Address(fromHex(checksum), trader, salt, chain.network.bech32_prefix);
      const make = () => client.instantiate2(trader, code, salt, { minter: trader }, "second", enough(400_000));
      assert.equal((await make()).contractAddress, expected);
      assert.equal((await client.getContract(expected)).admin, undefined);
      await assert.rejects(make(), /contract address already exists/);
    });

    test("executes, and reads the event and both kinds of query", async () => {
      const minted = await client.execute(trader, token, { mint: { recipient: trader, amount: "5000000" } }, "auto");
      const event = attributes(minted.events, "wasm");
      assert.equal(event["_contract_address"], token);
      assert.deepEqual([event["action"], event["to"], event["amount"]], ["mint", trader, "5000000"]);
      assert.equal(attributes(minted.events, "execute")["_contract_address"], token);

      assert.deepEqual(await client.queryContractSmart(token, { balance: { address: trader } }), { balance: "5000000" });
      const raw = await client.queryContractRaw(token, toUtf8("token_info"));
      assert(raw);
      assert.equal(JSON.parse(fromUtf8(raw)).total_supply, "5000000");
      assert.deepEqual(await client.queryContractRaw(token, toUtf8("no such key")), new Uint8Array());
    });

    test("executes several messages as one", async () => {
      const transfer = (amount: string) => ({
        contractAddress: token,
        msg: { transfer: { recipient: staker, amount } },
      });
      const done = await client.executeMultiple(trader, [transfer("1000000"), transfer("500000")], "auto");
      const amounts = done.events.filter(({ type }) => type === "wasm").map(({ attributes }) =>
        attributes.find(({ key }) => key === "amount")?.value);
      assert.deepEqual(amounts, ["1000000", "500000"]);
      assert.equal(await chain.tokens(staker, token), 1_500_000n);

      // The second of these asks for too much, so the first did not happen either.
      const broadcast = client.executeMultiple(trader, [transfer("1"), transfer("9000000")], enough(400_000));
      await assert.rejects(broadcast, /message index: 1/);
      assert.equal(await chain.tokens(staker, token), 1_500_000n);
    });

    test("simulates: the gas foretold is near the gas used", async () => {
      const message = execute(token, { transfer: { recipient: staker, amount: "1" } });
      const simulated = await client.simulate(trader, [message], "");
      const { code, gasUsed } = await client.signAndBroadcast(trader, [message], enough(Math.ceil(simulated * 1.4)));
      assert.equal(code, 0);
      const ratio = Number(gasUsed) / simulated;
      assert(ratio > 0.8 && ratio < 1.2, `simulated ${simulated}, used ${gasUsed}`);

      const broke = execute(token, { transfer: { recipient: staker, amount: "9000000" } });
      await assert.rejects(client.simulate(trader, [broke], ""), (error: Error) =>
        refusalIn(error.message).code === "balance");
    });

    test("finds its transactions by what happened in them", async () => {
      const height = await client.getHeight();
      const found = await client.searchTx([{ key: "wasm._contract_address", value: token }]);
      assert(found.length >= 3, `${found.length} transactions of ${token}`);
      assert(found.every((tx) => tx.code === 0 && tx.height <= height));
    });

    test("hears a contract's refusal with its code, the value and the limit", async () => {
      const message = execute(token, { transfer: { recipient: staker, amount: "9000000" } });
      const balance = await chain.tokens(trader, token);
      const log = await failed("wasm", 5, await client.signAndBroadcast(trader, [message], enough(300_000)));
      const { code, value, limit } = refusalIn(log);
      assert.deepEqual({ code, value, limit }, { code: "balance", value: "9000000", limit: String(balance) });
      assert.equal(await chain.tokens(trader, token), balance);
    });

    test("hears what is wrong with a transaction before it is in a block", async () => {
      const message = execute(token, { transfer: { recipient: staker, amount: "1" } });
      const { accountNumber, sequence } = await client.getSequence(trader);
      const signerData = { accountNumber, sequence, chainId: chain.network.chain_id };
      const signed = async (changes: Partial<typeof signerData>) => {
        const tx = await client.sign(trader, [message], enough(300_000), "", { ...signerData, ...changes });
        return client.broadcastTx(TxRaw.encode(tx).finish());
      };
      assert.match(await rejected(32, signed({ sequence: sequence + 5 })), new RegExp(`expected ${sequence}, got ${sequence + 5}`));
      await rejected(4, signed({ chainId: "another-chain" }));
      const cheap = { amount: [coin(1, chain.feeDenom)], gas: "300000" };
      assert.match(await rejected(13, client.signAndBroadcast(trader, [message], cheap)), /required: \d+umars/);
      const late = BigInt(await client.getHeight()) - 1n;
      await rejected(30, client.signAndBroadcast(trader, [message], enough(300_000), "", late));
      await rejected(12, client.signAndBroadcast(trader, [message], enough(300_000), "m".repeat(257)));
      const rich = { amount: [coin("99999999999999999", chain.feeDenom)], gas: "300000" };
      await rejected(5, client.signAndBroadcast(trader, [message], rich));
      assert.equal((await client.getSequence(trader)).sequence, sequence);
    });

    test("pays for a transaction that runs out of gas", async () => {
      const message = execute(token, { transfer: { recipient: staker, amount: "1" } });
      const purse = await chain.coins(trader, chain.feeDenom);
      const balance = await chain.tokens(staker, token);
      const fee = enough(90_000);
      await failed("sdk", 11, await client.signAndBroadcast(trader, [message], fee));
      assert.equal(await chain.tokens(staker, token), balance);
      assert.equal(await chain.coins(trader, chain.feeDenom), purse - BigInt(fee.amount[0]?.amount ?? 0));
    });

    test("is told that a contract does not exist", async () => {
      await assert.rejects(client.getContract(nobody), new RegExp(`${nobody}|not found`));
      await assert.rejects(client.queryContractSmart(nobody, { token_info: {} }), /no such contract|not found/);
      const log = await failed("wasm", 22, await client.signAndBroadcast(trader, [execute(nobody, {})], enough(300_000)));
      assert.match(log, /no such contract/);
    });

    test("migrates to a newer version, as admin only", async () => {
      const backwards = client.migrate(trader, token, code, {}, enough(400_000));
      await assert.rejects(backwards, (error: Error) => refusalIn(error.message).code === "not_newer");

      const next = await client.upload(trader, nextRelease(), "auto");
      const migrated = await client.migrate(trader, token, next.codeId, {}, "auto");
      assert.equal(attributes(migrated.events, "migrate")["code_id"], String(next.codeId));
      assert.equal((await client.getContract(token)).codeId, next.codeId);
      assert.deepEqual((await client.getContractCodeHistory(token)).map(({ codeId }) => codeId), [code, next.codeId]);
      assert.equal(await chain.tokens(staker, token), 1_500_001n, "migration keeps the books");
    });

    test("hands the admin's power on, and ends it", async () => {
      // Twice the simulated gas: a simulation pays no fee, and here the fee is half of all the work.
      await client.updateAdmin(trader, token, staker, 2);
      assert.equal((await client.getContract(token)).admin, staker);
      await assert.rejects(client.clearAdmin(trader, token, enough(200_000)), /unauthorized/);

      const heir = await chain.connect("staker", mode);
      await heir.clearAdmin(staker, token, 2);
      assert.equal((await client.getContract(token)).admin, undefined);
      await assert.rejects(heir.migrate(staker, token, code, {}, enough(400_000)), /unauthorized/);
      heir.disconnect();
    });
  });
}
