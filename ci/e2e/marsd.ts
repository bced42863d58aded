// The command line as a person runs it: its own process, its own keyring in a folder that goes away with the suite.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import * as chain from "./chain.ts";
import { type Refusal, refusalIn } from "./refusal.ts";

const binary = process.env["MARSD"] ?? fileURLToPath(new URL("target/node/marsd", chain.repository));
const home = mkdtempSync(join(tmpdir(), "mars-e2e-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));

/** Exit codes that scripts rely on. */
export const exit = {
  success: 0, usage: 2, config: 3, unreachable: 4, notFound: 5, rejected: 6, failed: 7, timedOut: 8,
} as const;

export interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

function spawned(args: readonly string[], input: string): Promise<Run> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("MARSD"));
  const child = spawn(binary, args, {
    env: {
      ...Object.fromEntries(inherited),
      MARSD_HOME: home,
      MARSD_NETWORK: chain.networkFile,
      MARSD_KEYRING_BACKEND: "test",
    },
  });
  const run: Run = { status: null, stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (run.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (run.stderr += text));
  child.stdin.on("error", () => {}); // It may end without reading.
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new Error(`${binary}: ${error.message}`)));
    child.on("close", (status) => resolve({ ...run, status }));
  });
}

/** Every actor's key, from the published mnemonic. */
async function recoverKeys(): Promise<void> {
  for (const [role, { index, address }] of Object.entries(chain.accounts)) {
    const recover = ["keys", "add", role, "--recover", "--index", String(index), "--output", "json"];
    const { status, stdout, stderr } = await spawned(recover, `${chain.mnemonic}\n`);
    assert.equal(status, exit.success, stderr);
    assert.equal(JSON.parse(stdout).address, address, `the key of ${role}`);
  }
}

let keys: Promise<void> | undefined;

/** Runs `marsd` on the chain under test. */
export async function marsd(args: readonly string[]): Promise<Run> {
  await (keys ??= recoverKeys());
  return spawned(args, "");
}

/** Runs a command that succeeds; its text. */
export async function told(...args: string[]): Promise<string> {
  const run = await marsd(args);
  assert.equal(run.status, exit.success, `marsd ${args.join(" ")}: ${run.stderr}`);
  return run.stdout;
}

/** Runs a command that succeeds; its JSON. */
export async function result<T>(...args: string[]): Promise<T> {
  return JSON.parse(await told(...args, "--output", "json"));
}

export interface Failure {
  status: number | null;
  kind: string;
  code: string | number | null;
  codespace: string | null;
  message: string;
  hint: string | null;
  txhash: string | null;
}

/** Runs a command that does not succeed; its exit code and the error that it tells programs. */
export async function failure(...args: string[]): Promise<Failure> {
  const { status, stdout, stderr } = await marsd([...args, "--output", "json"]);
  assert.notEqual(status, exit.success, `marsd ${args.join(" ")} succeeded: ${stdout}`);
  const { error } = JSON.parse(stderr.trimEnd().split("\n").at(-1) ?? "");
  return { status, ...error };
}

/** Runs a command that a contract refuses; its exit code, the refusal, and the transaction if there was one. */
export async function refused(...args: string[]): Promise<Refusal & Pick<Failure, "status" | "txhash">> {
  const { status, code, codespace, message, txhash } = await failure(...args);
  const refusal = refusalIn(message);
  assert.deepEqual({ codespace, code }, { codespace: "mars", code: refusal.code });
  return { ...refusal, status, txhash };
}
