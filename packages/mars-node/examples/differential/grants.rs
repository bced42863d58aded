//! Acting and paying for someone else.

use mars_node::proto::cosmos::authz::v1beta1::{GenericAuthorization, Grant, MsgExec, MsgGrant, MsgRevoke};
use mars_node::proto::cosmos::bank::v1beta1::SendAuthorization;
use mars_node::proto::cosmos::feegrant::v1beta1::{
    AllowedMsgAllowance, BasicAllowance, MsgGrantAllowance, MsgPruneAllowances, MsgRevokeAllowance,
    PeriodicAllowance,
};
use mars_node::proto::wasm::{
    AcceptedMessageKeysFilter, AcceptedMessagesFilter, AccessConfig, AllowAllMessagesFilter, CodeGrant,
    CombinedLimit, ContractExecutionAuthorization, ContractGrant, ContractMigrationAuthorization,
    MaxCallsLimit, MaxFundsLimit, MsgMigrateContract, MsgStoreCode, StoreCodeAuthorization,
};
use mars_node::proto::{Any, Timestamp, any};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::contracts::{Probes, tell};
use crate::recorder::{How, Recorder, coin, gas};

pub fn record(r: &mut Recorder, p: &Probes, packed: &[u8], plain: &[u8]) {
    of_sends_and_fees(r, p);
    of_contracts(r, p);
    of_migrations(r, p);
    of_code(r, packed, plain);
}

fn of_sends_and_fees(r: &mut Recorder, p: &Probes) {
    let (minter, keeper, trader) = (r.address("minter"), r.address("keeper"), r.address("trader"));
    let grant = |authorization: Any, expiration: Option<i64>| {
        any(&MsgGrant {
            granter: minter.clone(),
            grantee: keeper.clone(),
            grant: Some(Grant {
                authorization: Some(authorization),
                expiration: expiration.map(|seconds| Timestamp { seconds, nanos: 0 }),
            }),
        })
    };
    let limit = SendAuthorization { spend_limit: vec![coin(100, "umars")], allow_list: vec![] };
    r.send("grant sends", "minter", grant(any(&limit), Some(4_000_000_000)), &gas(300_000));
    let exec = |r: &Recorder, msgs: Vec<Any>| any(&MsgExec { grantee: r.address("keeper"), msgs });
    let spend = |r: &Recorder, amount| r.transfer("minter", &trader, vec![coin(amount, "umars")]);
    let msg = exec(r, vec![spend(r, 40)]);
    r.send("exec within the grant", "keeper", msg, &gas(300_000));
    let msg = exec(r, vec![spend(r, 61)]);
    r.send("exec above the grant", "keeper", msg, &gas(300_000));
    let msg = exec(r, vec![spend(r, 60)]);
    r.send("exec that uses the grant up", "keeper", msg, &gas(300_000));
    let msg = exec(r, vec![spend(r, 1)]);
    r.send("exec without grant", "keeper", msg, &gas(300_000));
    let generic = any(&GenericAuthorization { msg: "/cosmwasm.wasm.v1.MsgExecuteContract".into() });
    r.send("grant calls", "minter", grant(generic.clone(), None), &gas(300_000));
    let msg = exec(
        r,
        vec![r.execute("minter", &p.one, &tell(), vec![]), r.execute("minter", &p.two, &tell(), vec![])],
    );
    r.send("exec two calls", "keeper", msg, &gas(500_000));
    r.send("grant in the past", "minter", grant(generic, Some(1)), &gas(300_000));
    let revoke = any(&MsgRevoke {
        granter: minter.clone(),
        grantee: keeper.clone(),
        msg_type_url: "/cosmwasm.wasm.v1.MsgExecuteContract".into(),
    });
    r.send("revoke", "minter", revoke.clone(), &gas(300_000));
    r.send("revoke again", "minter", revoke, &gas(300_000));

    let basic = BasicAllowance { spend_limit: vec![coin(12_000, "umars")], expiration: None };
    let allow = any(&MsgGrantAllowance {
        granter: minter.clone(),
        grantee: keeper.clone(),
        allowance: Some(any(&basic)),
    });
    r.send("allow fees", "minter", allow.clone(), &gas(300_000));
    r.send("allow fees again", "minter", allow, &gas(300_000));
    let pay = |r: &Recorder| r.transfer("keeper", &trader, vec![coin(1, "umars")]);
    let how = How { granter: minter.clone(), ..gas(200_000) };
    r.send("pay from the allowance", "keeper", pay(r), &how);
    r.send("pay from the allowance again", "keeper", pay(r), &how);
    r.send("pay more than the allowance", "keeper", pay(r), &How { granter: minter.clone(), ..gas(300_000) });
    r.send("pay from no allowance", "keeper", pay(r), &How { granter: trader.clone(), ..gas(200_000) });
    let revoke = any(&MsgRevokeAllowance { granter: minter, grantee: keeper });
    r.send("revoke the allowance", "minter", revoke.clone(), &gas(300_000));
    r.send("revoke the allowance again", "minter", revoke, &gas(300_000));
    let (minter, keeper) = (r.address("minter"), r.address("keeper"));
    let fresh = mars_node::address::encode("mars", &[21; 20]);
    let to = |grantee: &str, authorization: Any, expiration: Option<i64>| {
        any(&MsgGrant {
            granter: minter.clone(),
            grantee: grantee.into(),
            grant: Some(Grant {
                authorization: Some(authorization),
                expiration: expiration.map(|seconds| Timestamp { seconds, nanos: 0 }),
            }),
        })
    };
    let sends = |amount: u128, allowed: &[&String]| {
        any(&SendAuthorization {
            spend_limit: vec![coin(amount, "umars")],
            allow_list: allowed.iter().map(|address| (*address).clone()).collect(),
        })
    };
    let calls = any(&GenericAuthorization { msg: "/cosmwasm.wasm.v1.MsgExecuteContract".into() });
    let soon = r.now() + 8;
    r.send(
        "grant sends to some in amino",
        "minter",
        to(&keeper, sends(100, &[&keeper, &trader]), Some(4_000_000_000)),
        &gas(300_000).amino(),
    );
    let msg = exec(r, vec![spend(r, 10)]);
    r.send("exec to one of them in amino", "keeper", msg, &gas(300_000).amino());
    let staker = r.address("staker");
    let msg = exec(r, vec![r.transfer("minter", &staker, vec![coin(1, "umars")])]);
    r.send("exec to none of them", "keeper", msg, &gas(300_000));
    let msg = exec(r, vec![r.transfer("minter", &trader, vec![coin(1, "uusdc")])]);
    r.send("exec of a coin that is not granted", "keeper", msg, &gas(300_000));
    r.send(
        "grant anew with another end",
        "minter",
        to(&keeper, sends(50, &[]), Some(4_000_000_001)),
        &gas(300_000),
    );
    r.send("grant anew without end", "minter", to(&keeper, sends(50, &[]), None), &gas(300_000));
    r.send(
        "grant calls that end soon",
        "minter",
        to(&keeper, calls.clone(), Some(soon)),
        &gas(300_000).amino(),
    );
    let msg = exec(r, vec![r.execute("minter", &p.one, &tell(), vec![]), spend(r, 1)]);
    r.send("exec of two kinds in amino", "keeper", msg, &gas(500_000).amino());
    let msg = exec(r, vec![spend(r, 1), r.transfer("minter", &trader, vec![coin(1_000, "umars")])]);
    r.send("exec whose second is too much", "keeper", msg, &gas(500_000));
    let msg = exec(r, vec![r.transfer("keeper", &trader, vec![coin(1, "umars")])]);
    r.send("exec of one's own", "keeper", msg, &gas(300_000));
    let msg = exec(r, vec![r.transfer("keeper", &trader, vec![coin(1, "sats"), coin(1 << 100, "umars")])]);
    r.send("exec of one's own that fails", "keeper", msg, &gas(300_000));
    let inner = any(&MsgExec { grantee: keeper.clone(), msgs: vec![spend(r, 1)] });
    let msg = exec(r, vec![inner]);
    r.send("exec of an exec", "keeper", msg, &gas(300_000));
    let msg = exec(r, vec![]);
    r.send("exec of nothing", "keeper", msg, &gas(300_000));
    let msg = exec(r, vec![Any { type_url: "/cosmos.nowhere.v1.MsgNothing".into(), value: vec![] }]);
    r.send("exec of an unknown message", "keeper", msg, &gas(300_000));
    let fail = serde_json::json!({ "fail": { "text": "no" } });
    let msg = exec(r, vec![r.execute("minter", &p.one, &fail, vec![])]);
    r.send("exec that fails", "keeper", msg, &gas(300_000));
    r.send("grant to oneself", "minter", to(&minter, calls.clone(), None), &gas(300_000));
    r.send("grant to a new account", "minter", to(&fresh, calls.clone(), None), &gas(300_000));
    r.send("grant to no address", "minter", to("nonsense", calls.clone(), None), &gas(300_000));
    let unknown = any(&GenericAuthorization { msg: "/cosmos.nowhere.v1.MsgNothing".into() });
    r.send("grant of an unknown message", "minter", to(&keeper, unknown, None), &gas(300_000));
    let other = any(&GenericAuthorization { msg: "/cosmos.staking.v1beta1.MsgDelegate".into() });
    r.send("grant of a delegation", "minter", to(&keeper, other, None), &gas(300_000));
    r.send(
        "grant of sends of nothing",
        "minter",
        to(&keeper, any(&SendAuthorization::default()), None),
        &gas(300_000),
    );
    r.send(
        "grant of sends to the same twice",
        "minter",
        to(&keeper, sends(5, &[&trader, &trader]), None),
        &gas(300_000),
    );
    r.send(
        "grant of what is no authorization",
        "minter",
        to(&keeper, any(&BasicAllowance::default()), None),
        &gas(300_000),
    );
    let empty = any(&MsgGrant { granter: minter.clone(), grantee: keeper.clone(), grant: None });
    r.send("grant of nothing", "minter", empty, &gas(300_000));
    r.wait_until(soon);
    let msg = exec(r, vec![r.execute("minter", &p.one, &tell(), vec![])]);
    r.send("exec of what has ended", "keeper", msg, &gas(300_000));
    let revoke = any(&MsgRevoke {
        granter: minter.clone(),
        grantee: keeper.clone(),
        msg_type_url: "/cosmos.bank.v1beta1.MsgSend".into(),
    });
    r.send("revoke in amino", "minter", revoke, &gas(300_000).amino());
    let revoke =
        any(&MsgRevoke { granter: minter.clone(), grantee: keeper.clone(), msg_type_url: String::new() });
    r.send("revoke nothing", "minter", revoke, &gas(300_000));

    let allow = |grantee: &str, allowance: Any| {
        any(&MsgGrantAllowance {
            granter: minter.clone(),
            grantee: grantee.into(),
            allowance: Some(allowance),
        })
    };
    let end = |seconds: i64| Some(Timestamp { seconds, nanos: 0 });
    let revoke = any(&MsgRevokeAllowance { granter: minter.clone(), grantee: keeper.clone() });
    let how = || How { granter: minter.clone(), ..gas(200_000) };
    let soon = r.now() + 6;
    let short = any(&BasicAllowance { spend_limit: vec![], expiration: end(soon) });
    r.send("allow fees for a while in amino", "minter", allow(&keeper, short.clone()), &gas(300_000).amino());
    r.send("pay from what is allowed for a while", "keeper", pay(r), &how());
    r.wait_until(soon);
    r.send("pay from what was allowed", "keeper", pay(r), &how());
    r.send("allow fees in the past", "minter", allow(&keeper, short.clone()), &gas(300_000));
    let messages = |types: &[&str]| {
        any(&AllowedMsgAllowance {
            allowance: Some(any(&BasicAllowance {
                spend_limit: vec![coin(50_000, "umars")],
                expiration: None,
            })),
            allowed_messages: types.iter().map(|name| (*name).to_owned()).collect(),
        })
    };
    r.send("allow fees of no message", "minter", allow(&keeper, messages(&[])), &gas(300_000));
    r.send(
        "allow fees of calls in amino",
        "minter",
        allow(&keeper, messages(&["/cosmwasm.wasm.v1.MsgExecuteContract", "/cosmos.authz.v1beta1.MsgExec"])),
        &gas(300_000).amino(),
    );
    r.send("pay for a send from it", "keeper", pay(r), &how());
    let call = r.execute("keeper", &p.one, &tell(), vec![]);
    r.send("pay for a call from it", "keeper", call, &How { granter: minter.clone(), ..gas(300_000) });
    r.send("revoke fees in amino", "minter", revoke.clone(), &gas(300_000).amino());
    let period = |limit: u128, each: u128, seconds: i64| {
        any(&PeriodicAllowance {
            basic: Some(BasicAllowance {
                spend_limit: vec![coin(limit, "umars")],
                expiration: end(4_000_000_000),
            }),
            period: Some(tendermint_proto::google::protobuf::Duration { seconds, nanos: 0 }),
            period_spend_limit: vec![coin(each, "umars")],
            period_can_spend: vec![coin(each, "umars")],
            period_reset: Some(Timestamp { seconds: 1_700_000_000, nanos: 0 }),
        })
    };
    r.send("allow fees by the day", "minter", allow(&keeper, period(20_000, 6_000, 3)), &gas(300_000));
    r.send("pay from the day", "keeper", pay(r), &how());
    r.send("pay more than the day", "keeper", pay(r), &how());
    r.wait_until(r.now() + 4);
    r.send("pay from the next day", "keeper", pay(r), &how());
    r.send("revoke the days", "minter", revoke.clone(), &gas(300_000));
    r.send(
        "allow fees of a day that is no time",
        "minter",
        allow(&keeper, period(20_000, 6_000, -3)),
        &gas(300_000),
    );
    r.send("allow days in amino", "minter", allow(&keeper, period(20_000, 6_000, 3)), &gas(300_000).amino());
    r.send("allow oneself", "minter", allow(&minter, short.clone()), &gas(300_000));
    r.send("allow no address", "minter", allow("nonsense", short), &gas(300_000));
    let wrong = any(&BasicAllowance { spend_limit: vec![coin(0, "umars")], expiration: None });
    r.send("allow fees of zero", "minter", allow(&fresh, wrong), &gas(300_000));
    let endless = any(&BasicAllowance { spend_limit: vec![], expiration: None });
    r.send("allow everything to a new account", "minter", allow(&fresh, endless), &gas(300_000));
    r.send("allow what is no allowance", "minter", allow(&keeper, calls), &gas(300_000));
    let prune = any(&MsgPruneAllowances { pruner: minter });
    r.send("prune", "minter", prune.clone(), &gas(300_000));
    r.send("prune in amino", "minter", prune, &gas(300_000).amino());
}

/// Lets the keeper do something for `granter`.
fn let_keeper(r: &Recorder, granter: &str, authorization: Any) -> Any {
    any(&MsgGrant {
        granter: r.address(granter),
        grantee: r.address("keeper"),
        grant: Some(Grant { authorization: Some(authorization), expiration: None }),
    })
}

fn by_keeper(r: &Recorder, msgs: Vec<Any>) -> Any {
    any(&MsgExec { grantee: r.address("keeper"), msgs })
}

fn calls(remaining: u64) -> Any {
    any(&MaxCallsLimit { remaining })
}

fn funds(amounts: &[(u128, &str)]) -> Any {
    any(&MaxFundsLimit { amounts: amounts.iter().map(|(amount, denom)| coin(*amount, denom)).collect() })
}

fn both(calls_remaining: u64, amounts: &[(u128, &str)]) -> Any {
    let amounts = amounts.iter().map(|(amount, denom)| coin(*amount, denom)).collect();
    any(&CombinedLimit { calls_remaining, amounts })
}

fn keys(keys: &[&str]) -> Any {
    any(&AcceptedMessageKeysFilter { keys: keys.iter().map(|key| (*key).to_owned()).collect() })
}

fn messages(messages: &[&[u8]]) -> Any {
    any(&AcceptedMessagesFilter { messages: messages.iter().map(|message| message.to_vec()).collect() })
}

fn every() -> Any {
    any(&AllowAllMessagesFilter {})
}

fn grant(contract: &str, limit: Any, filter: Any) -> ContractGrant {
    ContractGrant { contract: contract.to_owned(), limit: Some(limit), filter: Some(filter) }
}

fn of_contracts(r: &mut Recorder, p: &Probes) {
    let executions =
        |grants: &[ContractGrant]| any(&ContractExecutionAuthorization { grants: grants.to_vec() });
    for (name, limit, filter) in [
        ("no calls", calls(0), every()),
        ("no coins", funds(&[]), every()),
        ("a coin of zero", funds(&[(0, "umars")]), every()),
        ("coins out of order", funds(&[(1, "uusdc"), (1, "umars")]), every()),
        ("no calls with coins", both(0, &[(1, "umars")]), every()),
        ("calls without coins", both(1, &[]), every()),
        ("calls with a coin of zero", both(1, &[(0, "umars")]), every()),
        ("calls with coins out of order", both(1, &[(1, "uusdc"), (1, "umars")]), every()),
        ("no keys", calls(1), keys(&[])),
        ("an empty key", calls(1), keys(&[""])),
        ("a key with a space", calls(1), keys(&["tell "])),
        ("a key twice", calls(1), keys(&["tell", "tell"])),
        ("no messages", calls(1), messages(&[])),
        ("an empty message", calls(1), messages(&[b""])),
        ("a message that is no JSON", calls(1), messages(&[b"{"])),
        ("a message twice", calls(1), messages(&[b"{}", b"{}"])),
        ("a filter for a limit", every(), every()),
        ("a limit for a filter", calls(1), calls(1)),
    ] {
        let msg = let_keeper(r, "minter", executions(&[grant(&p.one, limit, filter)]));
        r.send(&format!("grant {name}"), "minter", msg, &gas(300_000));
    }
    for (name, grants) in [
        ("calls of nothing", vec![]),
        ("calls of no contract", vec![grant("nonsense", calls(1), every())]),
        ("calls without limit", vec![ContractGrant { limit: None, ..grant(&p.one, calls(1), every()) }]),
        ("calls without filter", vec![ContractGrant { filter: None, ..grant(&p.one, calls(1), every()) }]),
        (
            "calls whose second is wrong",
            vec![grant(&p.one, calls(1), every()), grant(&p.two, calls(0), every())],
        ),
    ] {
        let msg = let_keeper(r, "minter", executions(&grants));
        r.send(&format!("grant {name}"), "minter", msg, &gas(300_000));
    }

    let call = |r: &Recorder, contract: &str, msg: &Value, coins: &[(u128, &str)]| {
        r.execute("minter", contract, msg, coins.iter().map(|(amount, denom)| coin(*amount, denom)).collect())
    };
    let write = json!({ "write": { "key": "AA==", "value": "AA==", "count": 1 } });
    let used = |r: &mut Recorder, name: &str, msgs: Vec<Any>| {
        let msg = by_keeper(r, msgs);
        r.send(name, "keeper", msg, &gas(600_000));
    };
    let msg = let_keeper(r, "minter", executions(&[grant(&p.one, calls(2), every())]));
    r.send("grant two calls in amino", "minter", msg, &gas(300_000).amino());
    let msgs = vec![call(r, &p.two, &tell(), &[])];
    used(r, "call of a contract that is not granted", msgs);
    let msgs = vec![call(r, &p.one, &tell(), &[(1, "umars")])];
    used(r, "call with coins where only calls are granted", msgs);
    let msgs = vec![call(r, &p.one, &tell(), &[])];
    used(r, "the first of two calls", msgs.clone());
    used(r, "the second of two calls", msgs.clone());
    used(r, "a third of two calls", msgs);

    let msg = let_keeper(
        r,
        "minter",
        executions(&[
            grant(&p.one, calls(1), messages(&[b"{\"tell\":{}}"])),
            grant(&p.one, funds(&[(5, "umars"), (5, "uusdc")]), keys(&["write", "tell"])),
            grant(&p.two, both(3, &[(10, "umars")]), keys(&["tell"])),
        ]),
    );
    r.send("grant calls of several kinds", "minter", msg, &gas(400_000));
    let msgs = vec![call(r, &p.one, &write, &[])];
    used(r, "call by its key without coins", msgs);
    let msgs = vec![call(r, &p.one, &tell(), &[])];
    used(r, "call by its whole message", msgs);
    let msgs = vec![call(r, &p.one, &tell(), &[(2, "umars")])];
    used(r, "call with some of the coins", msgs);
    let msgs = vec![call(r, &p.one, &tell(), &[(4, "umars")])];
    used(r, "call with more than what is left", msgs);
    let msgs = vec![call(r, &p.one, &tell(), &[(1, "sats")])];
    used(r, "call with a coin that is not granted", msgs);
    let msgs = vec![call(r, &p.one, &json!({ "spin": {} }), &[])];
    used(r, "call by a key that is not granted", msgs);
    let msgs = vec![call(r, &p.one, &json!({ "tell": {}, "write": {} }), &[])];
    used(r, "call by two keys", msgs);
    let msgs = vec![call(r, &p.one, &json!(["tell"]), &[])];
    used(r, "call by an array", msgs);
    let msgs = vec![
        call(r, &p.two, &tell(), &[(4, "umars")]),
        call(r, &p.one, &tell(), &[(3, "umars"), (5, "uusdc")]),
    ];
    used(r, "calls of both contracts", msgs);
    let msgs = vec![call(r, &p.two, &tell(), &[(7, "umars")])];
    used(r, "call with more than both limits leave", msgs);
    let msgs = vec![call(r, &p.two, &tell(), &[])];
    used(r, "call without coins under both limits", msgs);
    let msgs = vec![call(r, &p.two, &tell(), &[(1, "umars")])];
    used(r, "the last call under both limits", msgs.clone());
    used(r, "a call when all is used up", msgs);
    let msg = let_keeper(r, "minter", executions(&[grant(&p.one, both(9, &[(3, "umars")]), every())]));
    r.send("grant nine calls with three coins", "minter", msg, &gas(300_000));
    let msgs = vec![call(r, &p.one, &tell(), &[(3, "umars")])];
    used(r, "call with all the coins", msgs.clone());
    used(r, "call when the coins are used up", msgs);
    let msg = let_keeper(r, "minter", executions(&[grant(&p.one, calls(5), every())]));
    r.send("grant five calls", "minter", msg, &gas(300_000));
    let msgs = vec![call(r, &p.one, &json!({ "fail": { "text": "no" } }), &[])];
    used(r, "a granted call that fails", msgs);
    let msgs = vec![r.transfer("minter", &r.address("trader"), vec![coin(1, "umars")])];
    used(r, "a send where calls are granted", msgs);
}

fn of_migrations(r: &mut Recorder, p: &Probes) {
    let made = r.instantiate("deployer", p.code, "granted", &tell(), vec![]);
    let step = r.send("make a contract to migrate", "deployer", made, &gas(500_000));
    let attributes = step["result"]["events"].as_array().unwrap().iter();
    let mut attributes = attributes.flat_map(|event| event[1].as_array().unwrap());
    let contract = attributes.find(|a| a[0] == "_contract_address").unwrap()[1].as_str().unwrap().to_owned();
    let migrations = |grants: Vec<ContractGrant>| any(&ContractMigrationAuthorization { grants });
    let migrate = |r: &Recorder, msg: &Value| {
        any(&MsgMigrateContract {
            sender: r.address("deployer"),
            contract: contract.clone(),
            code_id: p.code,
            msg: msg.to_string().into_bytes(),
        })
    };
    let msg = let_keeper(r, "deployer", migrations(vec![]));
    r.send("grant migrations of nothing", "deployer", msg, &gas(300_000));
    let msg = let_keeper(r, "deployer", migrations(vec![grant(&contract, calls(2), keys(&["tell"]))]));
    r.send("grant two migrations in amino", "deployer", msg, &gas(300_000).amino());
    let msg = by_keeper(r, vec![migrate(r, &tell())]);
    r.send("the first of two migrations", "keeper", msg, &gas(600_000));
    let msg = by_keeper(r, vec![migrate(r, &json!({ "spin": {} }))]);
    r.send("a migration by a key that is not granted", "keeper", msg, &gas(600_000));
    let msg = by_keeper(r, vec![migrate(r, &tell())]);
    r.send("the second of two migrations", "keeper", msg.clone(), &gas(600_000));
    r.send("a third of two migrations", "keeper", msg, &gas(600_000));
    let msg = let_keeper(r, "deployer", migrations(vec![grant(&contract, funds(&[(1, "umars")]), every())]));
    r.send("grant migrations with coins", "deployer", msg, &gas(300_000));
    let msg = by_keeper(r, vec![migrate(r, &tell())]);
    r.send("a migration, which takes no coins", "keeper", msg, &gas(600_000));
}

fn of_code(r: &mut Recorder, packed: &[u8], plain: &[u8]) {
    let codes = |grants: Vec<CodeGrant>| any(&StoreCodeAuthorization { grants });
    let code = |code_hash: &[u8], instantiate_permission: Option<AccessConfig>| CodeGrant {
        code_hash: code_hash.to_vec(),
        instantiate_permission,
    };
    let access =
        |permission: i32, addresses: &[String]| AccessConfig { permission, addresses: addresses.to_vec() };
    let checksum = Sha256::digest(plain).to_vec();
    let (keeper, trader) = (r.address("keeper"), r.address("trader"));
    for (name, grants) in [
        ("no code", vec![]),
        ("a code without hash", vec![code(b"", None)]),
        ("a code for nobody knows whom", vec![code(b"*", Some(access(0, &[])))]),
        ("a code for nobody named", vec![code(&checksum, Some(access(4, &[])))]),
        ("a code for no address", vec![code(&checksum, Some(access(4, &["nonsense".into()])))]),
        ("every code and one more", vec![code(b"*", None), code(&checksum, None)]),
        ("one code and every", vec![code(&checksum, None), code(b"*", None)]),
        ("a code twice", vec![code(b"ab", None), code(b"AB", None)]),
        ("a code and one without hash", vec![code(&checksum, None), code(b"", None)]),
    ] {
        let msg = let_keeper(r, "deployer", codes(grants));
        r.send(&format!("grant {name}"), "deployer", msg, &gas(300_000));
    }
    let store = |r: &Recorder, bytes: &[u8], instantiate_permission: Option<AccessConfig>| {
        let msg = MsgStoreCode {
            sender: r.address("deployer"),
            wasm_byte_code: bytes.to_vec(),
            instantiate_permission,
        };
        by_keeper(r, vec![any(&msg)])
    };
    let msg = let_keeper(r, "deployer", codes(vec![code(&checksum, None), code(&[1; 32], None)]));
    r.send("grant a code in amino", "deployer", msg, &gas(300_000).amino());
    let msg = store(r, packed, None);
    r.send("store the granted code", "keeper", msg, &gas(6_000_000));
    let msg = store(r, plain, Some(access(1, &[])));
    r.send("store the granted code unpacked", "keeper", msg, &gas(12_000_000));
    let msg = store(r, &[plain, b"\0\x01\0"].concat(), None);
    r.send("store another code", "keeper", msg, &gas(12_000_000));
    let msg = store(r, b"nonsense", None);
    r.send("store no code", "keeper", msg, &gas(500_000));
    let msg = store(r, b"\x1f\x8b\x08nonsense", None);
    r.send("store a broken archive", "keeper", msg, &gas(500_000));
    let some = access(4, &[keeper.clone(), trader.clone()]);
    let msg = let_keeper(r, "deployer", codes(vec![code(b"*", Some(some))]));
    r.send("grant every code for some", "deployer", msg, &gas(300_000));
    let msg = store(r, packed, Some(access(4, &[trader])));
    r.send("store for one of some", "keeper", msg, &gas(6_000_000));
    let msg = store(r, packed, Some(access(3, &[])));
    r.send("store for everybody where some are granted", "keeper", msg, &gas(6_000_000));
    let msg = store(r, packed, None);
    r.send("store for whom nobody says where some are granted", "keeper", msg, &gas(6_000_000));
}
