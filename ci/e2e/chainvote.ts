// The treasury votes in the chain's own governance, when the MarsDAO says so. Not part of the suite: only wasmd has that
// module, so the embedded chain cannot replay what happens here.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { QueryClient, setupGovExtension } from "@cosmjs/stargate";
import { Comet38Client } from "@cosmjs/tendermint-rpc";
import { TextProposal, VoteOption } from "cosmjs-types/cosmos/gov/v1beta1/gov";

import * as chain from "./chain.ts";
import { decide } from "./dao.ts";
import * as protocol from "./protocol.ts";

const voter = chain.address("voter");

after(chain.disconnect);

test("the treasury votes in the chain's governance", async () => {
  const client = await chain.connect("voter");
  const content = {
    typeUrl: "/cosmos.gov.v1beta1.TextProposal",
    value: TextProposal.encode({ title: "A text", description: "To be decided on" }).finish(),
  };
  const submit = {
    typeUrl: "/cosmos.gov.v1beta1.MsgSubmitProposal",
    value: { content, proposer: voter, initialDeposit: [{ denom: chain.feeDenom, amount: "10000000" }] },
  };
  const { code, events } = await client.signAndBroadcast(voter, [submit], 2);
  assert.equal(code, 0);
  client.disconnect();
  const submitted = events.find(({ type }) => type === "submit_proposal");
  const proposal = Number(submitted?.attributes.find(({ key }) => key === "proposal_id")?.value);

  const vote = { vote_chain: { proposal, option: "yes" } };
  await decide("Vote in the chain's governance", { contractAddress: protocol.treasury, msg: vote });

  const comet = await Comet38Client.connect(chain.rpc);
  const { gov } = QueryClient.withExtensions(comet, setupGovExtension);
  const { vote: cast } = await gov.vote(proposal, protocol.treasury);
  comet.disconnect();
  assert.equal(cast?.voter, protocol.treasury);
  assert.deepEqual(cast?.options, [{ option: VoteOption.VOTE_OPTION_YES, weight: "1000000000000000000" }]);
});
