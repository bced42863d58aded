//! Acting and paying for someone else.

use mars_node::proto::cosmos::authz::v1beta1::{GenericAuthorization, Grant, MsgExec, MsgGrant, MsgRevoke};
use mars_node::proto::cosmos::bank::v1beta1::SendAuthorization;
use mars_node::proto::cosmos::feegrant::v1beta1::{
    AllowedMsgAllowance, BasicAllowance, MsgGrantAllowance, MsgPruneAllowances, MsgRevokeAllowance,
    PeriodicAllowance,
};
use mars_node::proto::{Any, Timestamp, any};

use crate::contracts::{Probes, tell};
use crate::recorder::{How, Recorder, coin, gas};

pub fn record(r: &mut Recorder, p: &Probes) {
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
