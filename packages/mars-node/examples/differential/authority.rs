//! What the chain itself does: messages of proposals that the validator has accepted. The embedded chain has no
//! governance, so the proposals are no part of the recording; their messages, what those brought about and the block
//! at whose end they did are.

use k256::ecdsa::SigningKey;
use mars_node::address;
use mars_node::proto::cosmos::bank::v1beta1::{MsgSetSendEnabled, SendEnabled};
use mars_node::proto::cosmos::gov::v1::{
    MsgSubmitProposal, MsgVote, QueryProposalRequest, QueryProposalResponse,
};
use mars_node::proto::wasm::{
    AccessConfig, MsgAddCodeUploadParamsAddresses, MsgMigrateContract, MsgPinCodes,
    MsgRemoveCodeUploadParamsAddresses, MsgStoreAndInstantiateContract, MsgStoreAndMigrateContract,
    MsgSudoContract, MsgUnpinCodes, MsgUpdateAdmin, MsgUpdateInstantiateConfig, MsgUpdateParams, Params,
};
use mars_node::proto::{Any, any};
use serde_json::{Value, json};

use crate::contracts::{Probes, tell};
use crate::recorder::{Account, Recorder, coin, gas};

const PASSED: i32 = 3;
const VOTING: i32 = 2;

/// Has `msgs` carried out by the chain and writes down what they brought about.
fn decide(r: &mut Recorder, name: &str, msgs: &[Any]) {
    let proposer = r.address("validator");
    let propose = any(&MsgSubmitProposal {
        messages: msgs.to_vec(),
        initial_deposit: vec![coin(10_000_000, "umars")],
        proposer: proposer.clone(),
        metadata: String::new(),
        title: name.into(),
        summary: name.into(),
        expedited: false,
    });
    let kept = r.steps.len();
    let step = r.send("propose", "validator", propose, &gas(60_000_000));
    assert_eq!(step["result"]["code"], 0, "{step}");
    let events = step["result"]["events"].as_array().unwrap();
    let proposed = events.iter().find(|event| event[0] == "submit_proposal").unwrap();
    let proposal_id: u64 = proposed[1][0][1].as_str().unwrap().parse().unwrap();
    let vote = any(&MsgVote { proposal_id, voter: proposer, option: 1, metadata: String::new() });
    r.send("vote", "validator", vote, &gas(300_000));
    r.steps.truncate(kept);
    let from = r.height();
    let status = loop {
        r.wait_for_block();
        let answer: QueryProposalResponse =
            r.query("/cosmos.gov.v1.Query/Proposal", &QueryProposalRequest { proposal_id });
        let status = answer.proposal.unwrap().status;
        if status != VOTING {
            break status;
        }
    };
    // The events of the messages come before the one that tells of the proposal.
    for height in from..=r.height() {
        let block = r.rpc("block_results", json!({ "height": height.to_string() }));
        let events = block["result"]["finalize_block_events"].as_array().unwrap();
        let of = |event: &Value, key: &str| {
            let attributes = event["attributes"].as_array().unwrap();
            attributes.iter().find(|a| a["key"] == key).map(|a| a["value"].as_str().unwrap_or("").to_owned())
        };
        let ends: Vec<&Value> =
            events.iter().filter(|event| of(event, "mode").as_deref() == Some("EndBlock")).collect();
        let told = ends.iter().position(|event| event["type"] == "active_proposal");
        let Some(told) = told.filter(|at| of(ends[*at], "proposal_id") == Some(proposal_id.to_string()))
        else {
            continue;
        };
        let log = of(ends[told], "proposal_log").unwrap();
        // Before them the deposit went back.
        let refund = ends[..told].iter().rposition(|event| {
            of(event, "sender")
                .is_some_and(|sender| sender == address::encode("mars", &address::module("gov")))
        });
        let own = if status == PASSED { &ends[refund.map_or(0, |at| at + 1)..told] } else { &[] };
        let shown = own.iter().map(|event| {
            let attributes = event["attributes"].as_array().unwrap().iter().filter(|a| a["key"] != "mode");
            json!([event["type"], attributes.map(|a| json!([a["key"], a["value"]])).collect::<Vec<_>>()])
        });
        let step = json!({
            "name": name, "height": height, "log": log, "passed": status == PASSED,
            "authority": msgs.iter().map(|msg| json!([msg.type_url, r.packed(&msg.value)])).collect::<Vec<_>>(),
            "events": shown.collect::<Vec<_>>(),
        });
        eprintln!("{name}: {log}");
        r.steps.push(step);
        return;
    }
    panic!("the end of proposal {proposal_id} is in no block");
}

pub fn record(r: &mut Recorder, p: &Probes, probe: &[u8], secret: &[u8]) {
    let key = SigningKey::from_slice(secret).unwrap();
    let state = crate::state::accounts(r);
    let mut validator = Account::new(key, 0, 0);
    let stored = state.iter().find(|account| account.base().unwrap().address == validator.address).unwrap();
    (validator.number, validator.sequence) = (stored.number(), stored.sequence());
    r.accounts.insert("validator", validator);

    let authority = address::encode("mars", &address::module("gov"));
    let minter = r.address("minter");
    let call = |r: &Recorder| r.execute("minter", &p.two, &tell(), vec![]);
    let pay = |r: &Recorder| r.transfer("minter", &p.two, vec![coin(1, "sats")]);
    let sudo = |contract: &str, msg: &Value| {
        any(&MsgSudoContract {
            authority: authority.clone(),
            contract: contract.into(),
            msg: msg.to_string().into_bytes(),
        })
    };
    let loud = json!({ "answer": { "attributes": [["by", "the chain"]], "events": [{ "type": "chain", "attributes": [{ "key": "k", "value": "v" }] }] } });
    decide(
        r,
        "sudo",
        &[
            sudo(&p.one, &loud),
            sudo(&p.two, &json!({ "write": { "key": "c3Vkbw==", "value": "MQ==", "count": 2 } })),
        ],
    );
    decide(
        r,
        "sudo that fails",
        &[sudo(&p.one, &loud), sudo(&p.two, &json!({ "fail": { "text": "not even the chain" } }))],
    );
    decide(r, "pin", &[any(&MsgPinCodes { authority: authority.clone(), code_ids: vec![1, 2] })]);
    r.send("a call of what is pinned", "minter", call(r), &gas(300_000));
    r.send(
        "an instance of what is pinned",
        "minter",
        r.instantiate("minter", 1, "pinned", &tell(), vec![]),
        &gas(400_000),
    );
    let one = json!({ "recurse": { "contract": p.two, "depth": 3 } });
    r.send("questions to what is pinned", "minter", r.execute("minter", &p.one, &one, vec![]), &gas(500_000));
    decide(r, "unpin", &[any(&MsgUnpinCodes { authority: authority.clone(), code_ids: vec![2] })]);
    decide(
        r,
        "pin what is not there",
        &[any(&MsgPinCodes { authority: authority.clone(), code_ids: vec![99] })],
    );
    r.send("a call of what is not pinned any more", "minter", call(r), &gas(300_000));

    let params = |permission: i32, addresses: &[&String], default: i32| {
        let access = AccessConfig { permission, addresses: addresses.iter().map(|a| (*a).clone()).collect() };
        let params = Params { code_upload_access: Some(access), instantiate_default_permission: default };
        any(&MsgUpdateParams { authority: authority.clone(), params: Some(params) })
    };
    decide(r, "uploads by nobody", &[params(1, &[], 4)]);
    r.send("store when nobody may", "deployer", r.store("deployer", probe), &gas(3_000_000));
    let trader = r.address("trader");
    decide(
        r,
        "uploads by some",
        &[
            params(4, &[&trader], 4),
            any(&MsgAddCodeUploadParamsAddresses {
                authority: authority.clone(),
                addresses: vec![r.address("deployer"), trader.clone()],
            }),
            any(&MsgRemoveCodeUploadParamsAddresses {
                authority: authority.clone(),
                addresses: vec![trader],
            }),
        ],
    );
    r.send("store by one of some", "deployer", r.store("deployer", probe), &gas(5_000_000));
    r.send("store by none of some", "trader", r.store("trader", probe), &gas(3_000_000));
    let update = |who: &str, sender: &str, permission: i32| {
        let _ = who;
        any(&MsgUpdateInstantiateConfig {
            sender: sender.into(),
            code_id: 1,
            new_instantiate_permission: Some(AccessConfig { permission, addresses: vec![] }),
        })
    };
    let deployer = r.address("deployer");
    r.send(
        "everybody where the default is some",
        "deployer",
        update("deployer", &deployer, 3),
        &gas(200_000),
    );
    r.send("nobody where the default is some", "deployer", update("deployer", &deployer, 1), &gas(200_000));
    decide(r, "everybody by the chain", &[update("", &authority, 3)]);
    decide(
        r,
        "store and instantiate by the chain",
        &[any(&MsgStoreAndInstantiateContract {
            authority: authority.clone(),
            wasm_byte_code: probe.to_vec(),
            instantiate_permission: None,
            unpin_code: true,
            admin: authority.clone(),
            label: "of the chain".into(),
            msg: tell().to_string().into_bytes(),
            funds: vec![],
            source: String::new(),
            builder: String::new(),
            code_hash: vec![],
        })],
    );
    decide(
        r,
        "store and migrate by the chain",
        &[any(&MsgStoreAndMigrateContract {
            authority: authority.clone(),
            wasm_byte_code: probe.to_vec(),
            instantiate_permission: None,
            contract: p.one.clone(),
            msg: tell().to_string().into_bytes(),
        })],
    );
    decide(
        r,
        "migrate and a new admin by the chain",
        &[
            any(&MsgMigrateContract {
                sender: authority.clone(),
                contract: p.two.clone(),
                code_id: 1,
                msg: tell().to_string().into_bytes(),
            }),
            any(&MsgUpdateAdmin {
                sender: authority.clone(),
                new_admin: minter.clone(),
                contract: p.two.clone(),
            }),
        ],
    );
    decide(r, "parameters as they were", &[params(3, &[], 3)]);
    let enabled = |denom: &str, enabled| SendEnabled { denom: denom.into(), enabled };
    let sends = |send_enabled: Vec<SendEnabled>, use_default_for: Vec<String>| {
        any(&MsgSetSendEnabled { authority: authority.clone(), send_enabled, use_default_for })
    };
    decide(r, "no sends of sats", &[sends(vec![enabled("sats", false), enabled("uusdc", true)], vec![])]);
    r.send("send what may not be sent", "minter", pay(r), &gas(200_000));
    r.send(
        "call with what may not be sent",
        "minter",
        r.execute("minter", &p.two, &tell(), vec![coin(1, "sats")]),
        &gas(300_000),
    );
    decide(r, "sends of sats again", &[sends(vec![], vec!["sats".into(), "uusdc".into()])]);
    r.send("send what may be sent again", "minter", pay(r), &gas(200_000));
}
