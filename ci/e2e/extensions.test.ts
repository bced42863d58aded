// Every question that CosmJS' query extensions know, asked as an unmodified client asks it. What CosmJS cannot decode
// fails here, and so does an answer of another shape than wasmd's.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { setupWasmExtension } from "@cosmjs/cosmwasm";
import { toBech32, toUtf8 } from "@cosmjs/encoding";
import {
  type BankExtension, QueryClient, setupAuthExtension, setupAuthzExtension, setupBankExtension, setupDistributionExtension,
  setupFeegrantExtension, setupGovExtension, setupIbcExtension, setupMintExtension, setupSlashingExtension,
  setupStakingExtension, setupTxExtension,
} from "@cosmjs/stargate";
import { Comet38Client } from "@cosmjs/tendermint-rpc";
import { Any } from "cosmjs-types/google/protobuf/any";
import { MsgSend } from "cosmjs-types/cosmos/bank/v1beta1/tx";
import { ProposalStatus } from "cosmjs-types/cosmos/gov/v1beta1/gov";

import * as chain from "./chain.ts";

const prefix = chain.network.bech32_prefix;
const stranger = toBech32(prefix, crypto.getRandomValues(new Uint8Array(20)));
const noValidator = toBech32(`${prefix}valoper`, crypto.getRandomValues(new Uint8Array(20)));
const noConsensus = toBech32(`${prefix}valcons`, crypto.getRandomValues(new Uint8Array(20)));
const noHash = "00".repeat(32);
const trader = chain.address("trader");

const comet = await Comet38Client.connect(chain.rpc);
const client = QueryClient.withExtensions(
  comet, setupAuthExtension, setupAuthzExtension, setupBankExtension, setupDistributionExtension, setupFeegrantExtension,
  setupGovExtension, setupIbcExtension, setupMintExtension, setupSlashingExtension, setupStakingExtension,
  setupTxExtension, setupWasmExtension,
);

/** The question is refused with this. */
const refused = (question: Promise<unknown>, text: RegExp) => assert.rejects(question, text);
/** The answer has nothing in this list. */
async function empty<K extends string>(list: K, question: Promise<Record<K, readonly unknown[]>>): Promise<void> {
  assert.deepEqual((await question)[list], []);
}

describe("CosmJS' query extensions", () => {
  after(() => comet.disconnect());

  test("auth", async () => {
    assert.equal((await client.auth.account(trader))?.typeUrl, "/cosmos.auth.v1beta1.BaseAccount");
    await refused(client.auth.account(stranger), /not found/);
  });

  test("bank", async () => {
    const { bank }: BankExtension = client;
    const fees = await bank.balance(trader, chain.feeDenom);
    assert.deepEqual((await bank.allBalances(trader)).find(({ denom }) => denom === chain.feeDenom), fees);
    assert.equal((await bank.balance(stranger, chain.feeDenom)).amount, "0");
    assert.deepEqual(await bank.allBalances(stranger), []);
    const { supply } = await bank.totalSupply();
    const listed = supply.find(({ denom }) => denom === "uusdc");
    assert.deepEqual(await bank.supplyOf("uusdc"), listed);
    assert.equal((await bank.denomMetadata("uusdc")).symbol, "USDC");
    assert((await bank.denomsMetadata()).some(({ base }) => base === "uusdc"));
    await refused(bank.denomMetadata("unothing"), /unothing/);
  });

  test("authz and feegrant", async () => {
    await empty("grants", client.authz.grants(trader, stranger, ""));
    await empty("grants", client.authz.granteeGrants(stranger));
    await empty("grants", client.authz.granterGrants(stranger));
    await empty("allowances", client.feegrant.allowances(stranger));
    await refused(client.feegrant.allowance(trader, stranger), /fee-grant not found/);
  });

  test("tx", async () => {
    const account = await chain.reader.getAccount(trader);
    assert(account?.pubkey, "the trader has signed before");
    const send = MsgSend.fromPartial({ fromAddress: trader, toAddress: stranger, amount: [{ denom: chain.feeDenom, amount: "1" }] });
    const message = Any.fromPartial({ typeUrl: "/cosmos.bank.v1beta1.MsgSend", value: MsgSend.encode(send).finish() });
    const { gasInfo, result } = await client.tx.simulate([message], "", account.pubkey, account.sequence);
    assert(gasInfo !== undefined && gasInfo.gasUsed > 50_000n && gasInfo.gasUsed < 150_000n, String(gasInfo?.gasUsed));
    assert(result?.events.some(({ type }) => type === "transfer"));
    await refused(client.tx.getTx(noHash), /not found/);
  });

  test("staking", async () => {
    const { staking } = client;
    const { params } = await staking.params();
    assert.equal(params?.bondDenom, chain.feeDenom);
    assert(BigInt((await staking.pool()).pool?.bondedTokens ?? "") >= 0n);
    // wasmd has the validator that makes its blocks; an embedded chain needs none.
    for (const { operatorAddress } of (await staking.validators("BOND_STATUS_BONDED")).validators) {
      assert.equal((await staking.validator(operatorAddress)).validator?.operatorAddress, operatorAddress);
      assert.equal((await staking.validatorDelegations(operatorAddress)).delegationResponses.length, 1);
      await empty("unbondingResponses", staking.validatorUnbondingDelegations(operatorAddress));
      await refused(staking.delegation(stranger, operatorAddress), /not found/);
    }
    await empty("validators", staking.validators("BOND_STATUS_UNBONDING"));
    await empty("delegationResponses", staking.delegatorDelegations(stranger));
    await empty("unbondingResponses", staking.delegatorUnbondingDelegations(stranger));
    await empty("validators", staking.delegatorValidators(stranger));
    await empty("redelegationResponses", staking.redelegations(stranger, "", ""));
    await refused(staking.validator(noValidator), /not found/);
    await refused(staking.delegation(stranger, noValidator), /not found/);
    await refused(staking.delegatorValidator(stranger, noValidator), /./);
    await refused(staking.unbondingDelegation(stranger, noValidator), /not found/);
    await refused(staking.historicalInfo(1_000_000_000), /not found/);
  });

  test("distribution", async () => {
    const { distribution } = client;
    assert((await distribution.params()).params);
    await refused(distribution.communityPool(), /external community pool is enabled/);
    const total = await distribution.delegationTotalRewards(stranger);
    assert.deepEqual({ rewards: total.rewards, total: total.total }, { rewards: [], total: [] });
    await empty("validators", distribution.delegatorValidators(stranger));
    assert.equal((await distribution.delegatorWithdrawAddress(stranger)).withdrawAddress, stranger);
    await refused(distribution.delegationRewards(stranger, noValidator), /validator does not exist/);
    await refused(distribution.validatorCommission(noValidator), /validator does not exist/);
    await refused(distribution.validatorOutstandingRewards(noValidator), /validator does not exist/);
    await empty("slashes", distribution.validatorSlashes(noValidator, 1, 2));
  });

  test("gov", async () => {
    const { gov } = client;
    assert((await gov.params("deposit")).depositParams);
    assert((await gov.params("voting")).votingParams);
    assert((await gov.params("tallying")).tallyParams);
    await empty("proposals", gov.proposals(ProposalStatus.PROPOSAL_STATUS_UNSPECIFIED, "", ""));
    await refused(gov.proposal(1), /proposal 1 doesn't exist/);
    await refused(gov.tally(1), /./);
    await empty("votes", gov.votes(1));
    await empty("deposits", gov.deposits(1));
    await refused(gov.vote(1, stranger), /not found/);
    await refused(gov.deposit(1, stranger), /./);
  });

  test("mint and slashing", async () => {
    assert.equal((await client.mint.params()).mintDenom, chain.feeDenom);
    assert((await client.mint.inflation()).toFloatApproximation() <= 1);
    assert((await client.mint.annualProvisions()).toFloatApproximation() >= 0);
    assert((await client.slashing.params()).params);
    assert((await client.slashing.signingInfos()).info);
    await refused(client.slashing.signingInfo(noConsensus), /not found/);
  });

  test("wasm", async () => {
    const { wasm } = client;
    const { address, code_id: code, checksum } = chain.contracts.usdm;
    const { contractInfo } = await wasm.getContractInfo(address);
    assert.equal(contractInfo?.codeId, BigInt(code));
    assert((await wasm.listCodeInfo()).codeInfos.some(({ codeId }) => codeId === BigInt(code)));
    const { codeInfo, data } = await wasm.getCode(code);
    assert.equal(Buffer.from(codeInfo?.dataHash ?? []).toString("hex"), checksum.toLowerCase());
    assert(data.length > 0);
    assert((await wasm.listContractsByCodeId(code)).contracts.includes(address));
    assert((await wasm.listContractsByCreator(contractInfo.creator)).contractAddresses.includes(address));
    const [created] = (await wasm.getContractCodeHistory(address)).entries;
    assert.equal(created?.codeId, BigInt(code));
    const { models } = await wasm.getAllContractState(address);
    const version = models.find(({ key }) => Buffer.from(key).toString() === "contract_info");
    assert(version, "the contract's name is in its state");
    assert.deepEqual((await wasm.queryContractRaw(address, toUtf8("contract_info"))).data, version.value);
    assert.equal((await wasm.queryContractSmart(address, { token_info: {} })).symbol, "USDM");
    await refused(wasm.getContractInfo(stranger), /no such contract/);
    await refused(wasm.getCode(1_000_000), /no such code/);
    await refused(wasm.queryContractSmart(address, { no_such_question: {} }), /unknown variant|Error parsing/);
  });

  describe("ibc", () => {
    const { channel, client: clients, connection, transfer } = client.ibc;
    const questions: Record<string, () => Promise<unknown>> = {
      "channel.channel": () => channel.channel("transfer", "channel-0"),
      "channel.channels": () => channel.channels(),
      "channel.allChannels": () => channel.allChannels(),
      "channel.connectionChannels": () => channel.connectionChannels("connection-0"),
      "channel.packetCommitments": () => channel.packetCommitments("transfer", "channel-0"),
      "channel.unreceivedPackets": () => channel.unreceivedPackets("transfer", "channel-0", [1]),
      "channel.nextSequenceReceive": () => channel.nextSequenceReceive("transfer", "channel-0"),
      "client.state": () => clients.state("07-tendermint-0"),
      "client.allStates": () => clients.allStates(),
      "client.params": () => clients.params(),
      "connection.connection": () => connection.connection("connection-0"),
      "connection.allConnections": () => connection.allConnections(),
      "transfer.allDenomTraces": () => transfer.allDenomTraces(),
      "transfer.params": () => transfer.params(),
    };
    let has = false;
    before(async () => {
      has = await transfer.params().then(() => true, () => false);
    });
    for (const [name, ask] of Object.entries(questions)) {
      test(name, async () => {
        // A chain with IBC, on which nothing is connected yet, answers or says what is not there.
        if (has) await ask().catch((error: unknown) => assert.match(String(error), /not found/));
        else await refused(ask(), /unknown query path/);
      });
    }
  });
});
