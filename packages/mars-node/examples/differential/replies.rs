//! What contracts ask the chain to do, and what they hear of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mars_node::address;
use mars_node::proto::cosmos::bank::v1beta1::MsgSend;
use mars_node::proto::{Any, any};
use serde_json::{Value, json};

use crate::contracts::{Probes, tell};
use crate::recorder::{How, Recorder, coin, gas};

pub fn sub(id: u64, msg: Value, reply_on: &str) -> Value {
    json!({ "id": id, "msg": msg, "payload": "", "gas_limit": null, "reply_on": reply_on })
}

pub fn with_payload(mut sub: Value, what: &Value) -> Value {
    sub["payload"] = json!(STANDARD.encode(what.to_string()));
    sub
}

pub fn with_gas(mut sub: Value, limit: u64) -> Value {
    sub["gas_limit"] = json!(limit);
    sub
}

pub fn call(contract: &str, msg: &Value, funds: Value) -> Value {
    json!({ "wasm": { "execute": { "contract_addr": contract, "msg": STANDARD.encode(msg.to_string()), "funds": funds } } })
}

pub fn bank_send(to: &str, amount: &str, denom: &str) -> Value {
    json!({ "bank": { "send": { "to_address": to, "amount": [{ "denom": denom, "amount": amount }] } } })
}

pub fn answer(messages: Value) -> Value {
    json!({ "answer": { "messages": messages } })
}

pub fn record(r: &mut Recorder, p: &Probes) {
    let (one, two) = (p.one.clone(), p.two.clone());
    let trader = r.address("trader");
    let fail = json!({ "fail": { "text": "sub failed" } });
    let shout = json!({ "answer": {
        "attributes": [["z", "<1>"], ["a", "2"]],
        "events": [{ "type": "noise", "attributes": [{ "key": "q", "value": "1" }, { "key": "B", "value": "2" }] }],
        "data": STANDARD.encode("inner data"),
    } });
    let run = |r: &mut Recorder, name: &str, messages: Value, how: &How| {
        let msg = r.execute("minter", &one, &answer(messages), vec![coin(100, "umars")]);
        r.send(name, "minter", msg, how);
    };
    let how = gas(1_000_000);
    run(r, "sub-message without reply", json!([sub(0, call(&two, &shout, json!([])), "never")]), &how);
    for on in ["always", "success", "error", "never"] {
        run(r, &format!("reply {on} to a success"), json!([sub(1, call(&two, &shout, json!([])), on)]), &how);
        run(r, &format!("reply {on} to a failure"), json!([sub(1, call(&two, &fail, json!([])), on)]), &how);
        run(
            r,
            &format!("reply {on} to a transfer"),
            json!([sub(2, bank_send(&trader, "5", "umars"), on)]),
            &how,
        );
        run(
            r,
            &format!("reply {on} to a failed transfer"),
            json!([sub(3, bank_send(&trader, "5", "nothing"), on)]),
            &how,
        );
    }
    run(r, "even reply has no data", json!([sub(2, call(&two, &shout, json!([])), "always")]), &how);
    run(
        r,
        "three sub-messages",
        json!([
            sub(1, call(&two, &shout, json!([{ "denom": "umars", "amount": "1" }])), "always"),
            sub(3, call(&two, &fail, json!([])), "always"),
            sub(4, bank_send(&trader, "1", "umars"), "success"),
        ]),
        &how,
    );
    run(
        r,
        "reply that fails",
        json!([with_payload(sub(1, call(&two, &shout, json!([])), "always"), &fail)]),
        &how,
    );
    let nested = answer(json!([with_payload(sub(5, call(&two, &shout, json!([])), "always"), &shout)]));
    run(
        r,
        "nested replies",
        json!([with_payload(sub(7, call(&two, &nested, json!([])), "always"), &shout)]),
        &how,
    );
    let inner_fail = answer(json!([sub(5, call(&one, &fail, json!([])), "never")]));
    run(r, "failure two levels down", json!([sub(7, call(&two, &inner_fail, json!([])), "always")]), &how);
    run(
        r,
        "call of no contract",
        json!([sub(7, call(&address::encode("mars", &[9; 32]), &shout, json!([])), "always")]),
        &how,
    );
    run(r, "call of no address", json!([sub(7, call("nonsense", &shout, json!([])), "always")]), &how);
    run(r, "transfer to no address", json!([sub(7, bank_send("nonsense", "1", "umars"), "always")]), &how);
    run(
        r,
        "transfer of nothing",
        json!([sub(7, json!({ "bank": { "send": { "to_address": trader, "amount": [] } } }), "always")]),
        &how,
    );
    run(r, "transfer of zero", json!([sub(7, bank_send(&trader, "0", "umars"), "always")]), &how);
    run(
        r,
        "burn",
        json!([sub(
            7,
            json!({ "bank": { "burn": { "amount": [{ "denom": "umars", "amount": "2" }] } } }),
            "always"
        )]),
        &how,
    );
    run(
        r,
        "burn too much",
        json!([sub(
            7,
            json!({ "bank": { "burn": { "amount": [{ "denom": "umars", "amount": "200000000" }] } } }),
            "always"
        )]),
        &how,
    );
    run(r, "burn nothing", json!([sub(7, json!({ "bank": { "burn": { "amount": [] } } }), "always")]), &how);
    let new = json!({ "wasm": { "instantiate": { "admin": null, "code_id": p.code, "msg": STANDARD.encode(tell().to_string()), "funds": [], "label": "child" } } });
    run(r, "instantiate a child", json!([sub(1, new, "always")]), &how);
    let new = json!({ "wasm": { "instantiate2": { "admin": one, "code_id": p.code, "msg": STANDARD.encode(tell().to_string()), "funds": [], "label": "child", "salt": STANDARD.encode("s") } } });
    run(r, "instantiate2 a child", json!([sub(1, new.clone(), "always")]), &how);
    run(r, "instantiate2 a child again", json!([sub(1, new, "always")]), &how);
    let any_send = any(&MsgSend {
        from_address: one.clone(),
        to_address: trader.clone(),
        amount: vec![coin(1, "umars")],
    });
    let as_any = |name: &str, any: &Any| json!({ name: { "type_url": any.type_url, "value": STANDARD.encode(&any.value) } });
    run(r, "any", json!([sub(1, as_any("any", &any_send), "always")]), &how);
    run(r, "stargate", json!([sub(1, as_any("stargate", &any_send), "always")]), &how);
    let foreign = r.transfer("trader", &one, vec![coin(1, "umars")]);
    run(r, "any for someone else", json!([sub(1, as_any("any", &foreign), "always")]), &how);
    let unknown = Any { type_url: "/nothing.Msg".into(), value: vec![] };
    run(r, "any of no type", json!([sub(1, as_any("any", &unknown), "always")]), &how);
    let spin = json!({ "spin": {} });
    run(
        r,
        "limited sub-message that spins",
        json!([with_gas(sub(1, call(&two, &spin, json!([])), "always"), 300_000)]),
        &how,
    );
    run(
        r,
        "limited sub-message that fits",
        json!([with_gas(sub(1, call(&two, &shout, json!([])), "always"), 300_000)]),
        &how,
    );
    run(
        r,
        "limit below the cost of loading",
        json!([with_gas(sub(1, call(&two, &shout, json!([])), "error"), 1_000)]),
        &how,
    );
    run(
        r,
        "limit above what is left",
        json!([with_gas(sub(1, call(&two, &shout, json!([])), "always"), 10_000_000)]),
        &how,
    );
    run(
        r,
        "unlimited sub-message that spins",
        json!([sub(1, call(&two, &spin, json!([])), "always")]),
        &how.clone().endless(),
    );
    let deep = (0..12).fold(shout.clone(), |inner, level| {
        answer(json!([sub(
            level * 2,
            call(if level % 2 == 0 { &two } else { &one }, &inner, json!([])),
            "success"
        )]))
    });
    run(r, "twelve levels", json!([sub(1, call(&two, &deep, json!([])), "always")]), &gas(5_000_000));
    run(r, "a call of oneself", json!([sub(1, call(&one, &tell(), json!([])), "always")]), &how);
    let rollback = json!([
        sub(
            8,
            call(
                &two,
                &json!({ "write": { "key": STANDARD.encode("kept"), "value": STANDARD.encode("1"), "count": 3 } }),
                json!([])
            ),
            "always"
        ),
        sub(
            9,
            call(
                &two,
                &answer(json!([
                    sub(
                        1,
                        call(
                            &two,
                            &json!({ "write": { "key": STANDARD.encode("lost"), "value": STANDARD.encode("1"), "count": 3 } }),
                            json!([])
                        ),
                        "never"
                    ),
                    sub(2, call(&two, &fail, json!([])), "never"),
                ])),
                json!([])
            ),
            "error"
        ),
    ]);
    run(r, "one kept, one rolled back", rollback, &how);
    for (name, message) in [
        (
            "staking",
            json!({ "staking": { "delegate": { "validator": "nobody", "amount": { "denom": "umars", "amount": "1" } } } }),
        ),
        ("custom", json!({ "custom": {} })),
    ] {
        run(r, &format!("message of {name}"), json!([sub(1, message, "always")]), &how);
    }
    // As their admin, a contract may change the contracts that it made.
    let child = json!({ "wasm": { "instantiate2": { "admin": one, "code_id": 1, "msg": STANDARD.encode(tell().to_string()), "funds": [{ "denom": "umars", "amount": "9" }], "label": "ward", "salt": STANDARD.encode("w") } } });
    let step = {
        let msg =
            r.execute("minter", &one, &answer(json!([sub(1, child, "always")])), vec![coin(100, "umars")]);
        r.send("instantiate2 a ward with funds", "minter", msg, &how)
    };
    let events = step["result"]["events"].as_array().unwrap().clone();
    let made = events.iter().find(|event| event[0] == "instantiate").unwrap();
    let ward = made[1][0][1].as_str().unwrap().to_owned();
    let wasm = |name: &str, what: Value| json!({ "wasm": { name: what } });
    let tell_msg = STANDARD.encode(tell().to_string());
    for (name, messages) in [
        (
            "migrate a ward",
            json!([sub(
                1,
                wasm("migrate", json!({ "contract_addr": ward, "new_code_id": 2, "msg": tell_msg })),
                "always"
            )]),
        ),
        (
            "migrate a ward to no code",
            json!([sub(
                1,
                wasm("migrate", json!({ "contract_addr": ward, "new_code_id": 77, "msg": tell_msg })),
                "always"
            )]),
        ),
        (
            "migrate oneself",
            json!([sub(
                1,
                wasm("migrate", json!({ "contract_addr": one, "new_code_id": 2, "msg": tell_msg })),
                "always"
            )]),
        ),
        (
            "a new admin for a ward",
            json!([sub(1, wasm("update_admin", json!({ "contract_addr": ward, "admin": two })), "always")]),
        ),
        (
            "an admin that is none for a ward",
            json!([sub(
                1,
                wasm("update_admin", json!({ "contract_addr": ward, "admin": "nonsense" })),
                "always"
            )]),
        ),
        (
            "clear the admin of a lost ward",
            json!([sub(1, wasm("clear_admin", json!({ "contract_addr": ward })), "always")]),
        ),
        (
            "instantiate with no label",
            json!([sub(
                1,
                wasm(
                    "instantiate",
                    json!({ "admin": null, "code_id": 1, "msg": tell_msg, "funds": [], "label": "" })
                ),
                "always"
            )]),
        ),
        (
            "instantiate a closed code",
            json!([sub(
                1,
                wasm(
                    "instantiate",
                    json!({ "admin": null, "code_id": 3, "msg": tell_msg, "funds": [], "label": "closed" })
                ),
                "always"
            )]),
        ),
        (
            "execute with no funds of a coin",
            json!([sub(1, call(&two, &tell(), json!([{ "denom": "umars", "amount": "0" }])), "always")]),
        ),
        (
            "execute with funds of no number",
            json!([sub(1, call(&two, &tell(), json!([{ "denom": "umars", "amount": "x" }])), "always")]),
        ),
        (
            "execute with funds out of order",
            json!([sub(
                1,
                call(
                    &two,
                    &tell(),
                    json!([{ "denom": "umars", "amount": "2" }, { "denom": "sats", "amount": "1" }])
                ),
                "always"
            )]),
        ),
        (
            "execute with the same funds twice",
            json!([sub(
                1,
                call(
                    &two,
                    &tell(),
                    json!([{ "denom": "umars", "amount": "2" }, { "denom": "umars", "amount": "1" }])
                ),
                "always"
            )]),
        ),
        (
            "send two coins out of order",
            json!([sub(
                1,
                json!({ "bank": { "send": { "to_address": trader, "amount": [{ "denom": "umars", "amount": "1" }, { "denom": "sats", "amount": "1" }] } } }),
                "always"
            )]),
        ),
        (
            "send to a module",
            json!([sub(
                1,
                bank_send(&address::encode("mars", &address::module("mint")), "1", "umars"),
                "always"
            )]),
        ),
        ("a bank message of no kind", json!([sub(1, json!({ "bank": {} }), "always")])),
        ("a wasm message of no kind", json!([sub(1, json!({ "wasm": {} }), "always")])),
        ("a message of no kind", json!([sub(1, json!({}), "always")])),
        (
            "a withdrawal",
            json!([sub(
                1,
                json!({ "distribution": { "set_withdraw_address": { "address": trader } } }),
                "always"
            )]),
        ),
    ] {
        run(r, name, messages, &how);
    }
    let panics = json!({ "panic": { "text": "in the reply" } });
    run(
        r,
        "reply that panics",
        json!([with_payload(sub(1, call(&two, &shout, json!([])), "always"), &panics)]),
        &how,
    );
    run(
        r,
        "sub-message that panics",
        json!([sub(1, call(&two, &json!({ "panic": { "text": "below" } }), json!([])), "always")]),
        &how,
    );
    run(
        r,
        "reply whose sub-message fails",
        json!([with_payload(sub(1, call(&two, &shout, json!([])), "always"), &inner_fail)]),
        &how,
    );
    run(
        r,
        "the last reply with data wins",
        json!([
            sub(1, call(&two, &shout, json!([])), "always"),
            sub(3, call(&two, &tell(), json!([])), "always"),
            sub(4, call(&two, &tell(), json!([])), "always"),
        ]),
        &how,
    );
    let deeper = any(&mars_node::proto::wasm::MsgExecuteContract {
        sender: one.clone(),
        contract: two.clone(),
        msg: shout.to_string().into_bytes(),
        funds: vec![],
    });
    run(r, "any that calls", json!([sub(1, as_any("any", &deeper), "always")]), &how);
    let exec =
        any(&mars_node::proto::cosmos::authz::v1beta1::MsgExec { grantee: one.clone(), msgs: vec![deeper] });
    run(r, "any that acts for oneself", json!([sub(1, as_any("any", &exec), "always")]), &how);
    let broken = Any { type_url: "/cosmos.bank.v1beta1.MsgSend".into(), value: vec![0x0a] };
    run(r, "any of broken bytes", json!([sub(1, as_any("any", &broken), "always")]), &how);
}
