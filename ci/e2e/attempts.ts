// A call that a contract refuses, met three times and each time with the same code, value and limit: in a dry run,
// before signing, and, when the caller insists by naming the gas, in a block. And each time nobody's books change.

import assert from "node:assert/strict";

import * as chain from "./chain.ts";
import { exit, refused } from "./marsd.ts";
import * as protocol from "./protocol.ts";
import { type Refusal, refusalIn } from "./refusal.ts";

/** A number that time moves: what it was before the call, and what it may have become. */
type Expected = Pick<Refusal, "code"> & Record<"value" | "limit", string | [least: bigint, most: bigint]>;

function assertRefusal({ code, value, limit }: Pick<Refusal, "code" | "value" | "limit">, expected: Expected): void {
  assert.equal(code, expected.code);
  for (const [name, got, want] of [["value", value, expected.value], ["limit", limit, expected.limit]] as const) {
    if (typeof want === "string") assert.equal(got, want, name);
    else assert(BigInt(got) >= want[0] && BigInt(got) <= want[1], `${name} ${got} is not within ${want.join(" to ")}`);
  }
}

/** `marsd tx ARGS --from ROLE` is refused in each of the three ways, and nothing changes. */
export async function refusedEverywhere(role: chain.Role, args: readonly string[], expected: Expected): Promise<void> {
  const command = ["tx", ...args, "--from", role];
  const caller = chain.address(role);
  const books = await protocol.books(caller);
  const { sequence } = await chain.reader.getSequence(caller);

  for (const way of [["--dry-run"], []]) {
    const { status, txhash, ...refusal } = await refused(...command, ...way);
    assert.deepEqual({ status, txhash }, { status: exit.rejected, txhash: null });
    assertRefusal(refusal, expected);
  }
  assert.equal((await chain.reader.getSequence(caller)).sequence, sequence, "nothing was signed");

  const { status, txhash, ...refusal } = await refused(...command, "--gas", "1500000");
  assert.equal(status, exit.failed);
  assertRefusal(refusal, expected);
  const { code, codespace, log } = await chain.outcome(txhash ?? "");
  assert.deepEqual({ code, codespace }, { code: 5, codespace: "wasm" });
  assertRefusal(refusalIn(log), expected);

  assert.deepEqual(await protocol.books(caller), books);
}
