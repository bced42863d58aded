// The chain under test, and who acts on it. Nothing here knows which engine runs it: everything comes from
// the network file and from the published test accounts.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { Secp256k1HdWallet } from "@cosmjs/amino";
import { CosmWasmClient, SigningCosmWasmClient } from "@cosmjs/cosmwasm";
import { stringToPath } from "@cosmjs/crypto";
import { fromHex } from "@cosmjs/encoding";
import { DirectSecp256k1HdWallet, type OfflineSigner } from "@cosmjs/proto-signing";
import { GasPrice } from "@cosmjs/stargate";
import { Comet38Client } from "@cosmjs/tendermint-rpc";

export const repository = new URL("../../../", import.meta.url);

interface Contract {
  address: string;
  code_id: number;
  checksum: string;
}

type ContractName = "usdm" | "xms" | "oracle" | "treasury" | "swap" | "staking" | "collector" | "governance";

interface Network {
  chain_id: string;
  bech32_prefix: string;
  fees: { fee_tokens: { denom: string; average_gas_price?: number; fixed_min_gas_price?: number }[] };
  apis: { rpc: { address: string }[] };
  assets: { base: string; symbol: string; display: string; denom_units: { denom: string; exponent: number }[] }[];
  mars: { contracts: Record<ContractName, Contract> };
}

/** The file that describes the chain: `--network FILE`, else the environment's `MARS_NETWORK`. */
export const networkFile = (() => {
  const { values } = parseArgs({ options: { network: { type: "string" } } });
  const file = values.network ?? process.env["MARS_NETWORK"];
  if (file === undefined) throw new Error("which chain? pass --network FILE or set MARS_NETWORK");
  return file;
})();

export const network: Network = JSON.parse(readFileSync(networkFile, "utf8"));
export const contracts = network.mars.contracts;

const first = <T>(items: readonly T[], what: string): T => {
  const [item] = items;
  if (item === undefined) throw new Error(`${networkFile} names no ${what}`);
  return item;
};

export const rpc = first(network.apis.rpc, "RPC server").address;
const feeToken = first(network.fees.fee_tokens, "fee token");
export const feeDenom = feeToken.denom;
export const gasPrice = GasPrice.fromString(
  `${feeToken.average_gas_price ?? feeToken.fixed_min_gas_price}${feeDenom}`,
);

export type Role =
  | "minter" | "trader" | "staker" | "voter" | "keeper" | "guardian" | "feeder1" | "feeder2" | "feeder3" | "deployer";

interface Account {
  index: number;
  address: string;
}

/** `scripts/accounts`: the mnemonic, and one line `INDEX ROLE ADDRESS` for each account. */
export const { mnemonic, accounts } = (() => {
  const accounts: Record<string, Account> = {};
  let mnemonic = "";
  for (const line of readFileSync(new URL("scripts/accounts", repository), "utf8").split("\n")) {
    const [head, ...rest] = line.trim().split(/\s+/);
    if (head === "mnemonic") mnemonic = rest.join(" ");
    const [role, address] = rest;
    if (/^\d+$/.test(head ?? "") && role !== undefined && address !== undefined) {
      accounts[role] = { index: Number(head), address };
    }
  }
  if (mnemonic === "") throw new Error("scripts/accounts has no mnemonic");
  return { mnemonic, accounts };
})();

const account = (role: Role): Account => {
  const found = accounts[role];
  if (found === undefined) throw new Error(`scripts/accounts has no ${role}`);
  return found;
};

export const address = (role: Role): string => account(role).address;

/** How a client signs: the protobuf bytes, or the JSON document that hardware wallets show. */
export type SignMode = "direct" | "amino";
export const signModes: readonly SignMode[] = ["direct", "amino"];

export async function signer(role: Role, mode: SignMode = "direct"): Promise<OfflineSigner> {
  const options = {
    prefix: network.bech32_prefix,
    hdPaths: [stringToPath(`m/44'/118'/0'/0/${account(role).index}`)],
  };
  return mode === "direct"
    ? DirectSecp256k1HdWallet.fromMnemonic(mnemonic, options)
    : Secp256k1HdWallet.fromMnemonic(mnemonic, options);
}

// Half a block: CosmJS looks for a transaction only after it has waited this long.
const broadcastPollIntervalMs = 250;

export async function connect(role: Role, mode: SignMode = "direct"): Promise<SigningCosmWasmClient> {
  return SigningCosmWasmClient.connectWithSigner(rpc, await signer(role, mode), {
    gasPrice,
    broadcastPollIntervalMs,
    broadcastTimeoutMs: 30_000,
  });
}

/** Reads the chain as anyone can; no part of what is tested with `marsd`. */
export const reader = await CosmWasmClient.connect(rpc);
const comet = await Comet38Client.connect(rpc);

/** Code, codespace and log of an included transaction. CosmJS itself tells no codespace. */
export async function outcome(hash: string): Promise<{ code: number; codespace: string; log: string }> {
  const { result } = await comet.tx({ hash: fromHex(hash) });
  return { code: result.code, codespace: result.codespace ?? "", log: result.log ?? "" };
}

/** Block time in seconds. */
export async function now(): Promise<number> {
  const { syncInfo } = await comet.status();
  return Math.floor(syncInfo.latestBlockTime.getTime() / 1000);
}

/** Asks `probe` until it gives something, for at most `seconds`. */
export async function eventually<T>(
  what: string,
  seconds: number,
  probe: () => Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Amount of a coin in base units. */
export async function coins(holder: string, denom: string): Promise<bigint> {
  return BigInt((await reader.getBalance(holder, denom)).amount);
}

/** Amount of a cw20 token in base units. */
export async function tokens(holder: string, token: string): Promise<bigint> {
  const { balance } = await reader.queryContractSmart(token, { balance: { address: holder } });
  return BigInt(balance);
}

export function disconnect(): void {
  reader.disconnect();
  comet.disconnect();
}
