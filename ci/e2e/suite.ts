// The whole suite, in an order in which waiting costs little: USDM is issued first, so that the epoch passes in which
// it gives redemption its budget, and prices run dry, while everything else is tried.

import { after } from "node:test";

import { disconnect } from "./chain.ts";
import { leaveStage } from "./stage.ts";

import "./deploy.test.ts";
import "./refusals.test.ts";
import "./mint.test.ts";
import "./cosmjs.test.ts";
import "./extensions.test.ts";
import "./cli.test.ts";
import "./swap.test.ts";
import "./gov.test.ts";
import "./redeem.test.ts";
import "./exits.test.ts";
import "./stale.test.ts";

// wasmd has no faucet; ci/e2e/run says where that of an embedded chain is.
if (process.env["MARS_FAUCET"] !== undefined) await import("./faucet.test.ts");

after(async () => {
  await leaveStage();
  disconnect();
});
