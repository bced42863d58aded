//! What a contract does with its own state, addresses and gas.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mars_node::address;
use serde_json::{Value, json};

use crate::contracts::Probes;
use crate::recorder::{Recorder, gas};
use crate::replies::{answer, call, sub, with_gas, with_payload};

pub fn record(r: &mut Recorder, p: &Probes) {
    let one = p.one.clone();
    let run = |r: &mut Recorder, name: &str, msg: Value, limit: u64| {
        let msg = r.execute("minter", &one, &msg, vec![]);
        r.send(name, "minter", msg, &gas(limit));
    };
    let write = |key: &str, size: usize, count: u32| json!({ "write": { "key": STANDARD.encode(key), "value": STANDARD.encode(vec![7_u8; size]), "count": count } });
    run(r, "write", write("w", 100, 5), 500_000);
    run(r, "write much", write("much", 20_000, 2), 3_000_000);
    run(r, "overwrite", write("w", 10, 5), 500_000);
    run(r, "remove", json!({ "remove": { "key": STANDARD.encode("w"), "count": 3 } }), 500_000);
    run(
        r,
        "remove what is not there",
        json!({ "remove": { "key": STANDARD.encode("q"), "count": 3 } }),
        500_000,
    );
    let walk = |start: Value, end: Value, descending: bool, limit: u32| json!({ "walk": { "start": start, "end": end, "descending": descending, "limit": limit } });
    run(r, "walk all", walk(Value::Null, json!(STANDARD.encode("m")), false, 100), 1_000_000);
    run(r, "walk back", walk(Value::Null, json!(STANDARD.encode("m")), true, 100), 1_000_000);
    run(r, "walk two", walk(Value::Null, Value::Null, false, 2), 1_000_000);
    run(
        r,
        "walk nowhere",
        walk(json!(STANDARD.encode("x")), json!(STANDARD.encode("y")), false, 2),
        1_000_000,
    );
    run(
        r,
        "walk the wrong way",
        walk(json!(STANDARD.encode("y")), json!(STANDARD.encode("a")), false, 2),
        1_000_000,
    );
    run(r, "walk the rest", walk(json!(STANDARD.encode("r")), Value::Null, true, 50), 2_000_000);
    run(r, "address", json!({ "address": { "text": r.address("trader") } }), 300_000);
    run(r, "address of a contract", json!({ "address": { "text": one } }), 300_000);
    run(r, "no address", json!({ "address": { "text": "nonsense" } }), 300_000);
    run(
        r,
        "upper-case address",
        json!({ "address": { "text": r.address("trader").to_uppercase() } }),
        300_000,
    );
    run(
        r,
        "address of another chain",
        json!({ "address": { "text": address::encode("osmo", &[1; 20]) } }),
        300_000,
    );
    let spin = r.execute("minter", &one, &json!({ "spin": {} }), vec![]);
    r.send("spin", "minter", spin, &gas(400_000).endless());
    run(r, "grow", json!({ "grow": {} }), 2_000_000);
    // Where gas ends, step by step: in the checks, while loading, in the machine, in a write, in the events.
    for limit in [60_000, 65_000, 90_000, 130_000, 138_000, 142_000, 146_000, 150_000, 155_000, 160_000] {
        run(r, &format!("write with {limit} gas"), write("g", 50, 4), limit);
    }
    // And deeper: below sub-messages and their replies, and in questions.
    let write = |key: &str| write(key, 50, 4);
    let nested = |depth: u64| {
        (0..depth).fold(write("deep"), |inner, level| {
            let to = if level % 2 == 0 { &p.two } else { &p.one };
            answer(json!([with_payload(sub(level, call(to, &inner, json!([])), "always"), &write("r"))]))
        })
    };
    for (depth, limits) in
        [(1, [150_000, 215_000, 230_000, 245_000]), (3, [200_000, 230_000, 260_000, 290_000])]
    {
        for limit in limits {
            run(r, &format!("{depth} levels with {limit} gas"), nested(depth), limit);
        }
    }
    let limited = |limit: u64, inner: Value, on: &str| {
        answer(json!([with_gas(sub(1, call(&p.two, &inner, json!([])), on), limit)]))
    };
    run(
        r,
        "limit within a limit",
        limited(400_000, limited(100_000, json!({ "spin": {} }), "always"), "always"),
        1_000_000,
    );
    run(
        r,
        "limit within a smaller limit",
        limited(150_000, limited(300_000, json!({ "spin": {} }), "always"), "always"),
        1_000_000,
    );
    run(r, "limit that the reply passes", limited(70_000, write("q"), "success"), 1_000_000);
    let smart = json!({ "wasm": { "smart": { "contract_addr": p.two, "msg": STANDARD.encode(json!({ "tell": {} }).to_string()) } } });
    for limit in [140_000, 160_000, 180_000, 205_000] {
        run(r, &format!("question with {limit} gas"), json!({ "ask": { "request": smart } }), limit);
    }
    for limit in [100_000, 140_000, 144_000] {
        let msgs = vec![
            r.execute("minter", &one, &write("m"), vec![]),
            r.execute("minter", &p.two, &write("m"), vec![]),
        ];
        r.send_as(&format!("two calls with {limit} gas"), &["minter"], msgs, &gas(limit));
    }
}
