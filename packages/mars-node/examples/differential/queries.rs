//! What contracts ask the chain.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mars_node::address;
use serde_json::{Value, json};

use crate::contracts::{Probes, tell};
use crate::recorder::{Recorder, gas};

pub fn record(r: &mut Recorder, p: &Probes) {
    let one = p.one.clone();
    let ask = |r: &mut Recorder, name: &str, request: Value| {
        let msg = r.execute("minter", &one, &json!({ "ask": { "request": request } }), vec![]);
        r.send(&format!("ask {name}"), "minter", msg, &gas(2_000_000));
    };
    let trader = r.address("trader");
    let smart = |contract: &str, msg: &Value| json!({ "wasm": { "smart": { "contract_addr": contract, "msg": STANDARD.encode(msg.to_string()) } } });
    ask(r, "balance", json!({ "bank": { "balance": { "address": trader, "denom": "umars" } } }));
    ask(
        r,
        "balance of nobody",
        json!({ "bank": { "balance": { "address": "nonsense", "denom": "umars" } } }),
    );
    ask(r, "all balances", json!({ "bank": { "all_balances": { "address": trader } } }));
    ask(r, "supply", json!({ "bank": { "supply": { "denom": "uusdc" } } }));
    ask(r, "supply of nothing", json!({ "bank": { "supply": { "denom": "nothing" } } }));
    ask(r, "smart", smart(&p.two, &tell()));
    ask(r, "smart that fails", smart(&p.two, &json!({ "fail": { "text": "no <answer>" } })));
    ask(r, "smart of nothing", smart(&address::encode("mars", &[9; 32]), &tell()));
    ask(r, "smart of no address", smart("nonsense", &tell()));
    ask(r, "smart that panics", smart(&p.two, &json!({ "panic": { "text": "oh" } })));
    ask(r, "raw", json!({ "wasm": { "raw": { "contract_addr": p.two, "key": STANDARD.encode("info") } } }));
    ask(
        r,
        "raw of nothing",
        json!({ "wasm": { "raw": { "contract_addr": p.two, "key": STANDARD.encode("none") } } }),
    );
    ask(r, "contract info", json!({ "wasm": { "contract_info": { "contract_addr": p.two } } }));
    ask(r, "contract info of nothing", json!({ "wasm": { "contract_info": { "contract_addr": trader } } }));
    ask(r, "code info", json!({ "wasm": { "code_info": { "code_id": 1 } } }));
    ask(r, "code info of nothing", json!({ "wasm": { "code_info": { "code_id": 77 } } }));
    ask(r, "stargate", json!({ "stargate": { "path": "/cosmos.bank.v1beta1.Query/Params", "data": "" } }));
    ask(r, "grpc", json!({ "grpc": { "path": "/cosmos.bank.v1beta1.Query/Params", "data": "" } }));
    ask(r, "bonded denom", json!({ "staking": { "bonded_denom": {} } }));
    ask(r, "custom", json!({ "custom": {} }));
    for depth in [1, 3, 9, 10, 11] {
        let msg = json!({ "recurse": { "contract": p.two, "depth": depth } });
        let msg = r.execute("minter", &one, &msg, vec![]);
        r.send(&format!("recursion to {depth}"), "minter", msg, &gas(3_000_000));
    }
    let spin = smart(&p.two, &json!({ "spin": {} }));
    let msg = r.execute("minter", &one, &json!({ "ask": { "request": spin } }), vec![]);
    r.send("ask what never ends", "minter", msg, &gas(500_000).endless());
    ask(r, "metadata", json!({ "bank": { "denom_metadata": { "denom": "umars" } } }));
    ask(r, "metadata of nothing", json!({ "bank": { "denom_metadata": { "denom": "nothing" } } }));
    ask(r, "all metadata", json!({ "bank": { "all_denom_metadata": { "pagination": { "limit": 2 } } } }));
    ask(r, "balance without denom", json!({ "bank": { "balance": { "address": trader, "denom": "" } } }));
    ask(r, "raw without key", json!({ "wasm": { "raw": { "contract_addr": p.two, "key": "" } } }));
    ask(r, "raw of no address", json!({ "wasm": { "raw": { "contract_addr": "nonsense", "key": "" } } }));
    ask(r, "code info of zero", json!({ "wasm": { "code_info": { "code_id": 0 } } }));
    ask(r, "port", json!({ "ibc": { "port_id": {} } }));
    ask(
        r,
        "stargate that is allowed to nobody",
        json!({ "stargate": { "path": "/cosmos.auth.v1beta1.Query/Account", "data": "" } }),
    );
    ask(r, "nothing", json!({}));
    ask(r, "wasm nothing", json!({ "wasm": {} }));
    ask(r, "an unknown kind", json!({ "weather": {} }));
}
