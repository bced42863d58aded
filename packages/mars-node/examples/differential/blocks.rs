//! Several transactions in one block.

use serde_json::json;

use crate::contracts::{Probes, tell};
use crate::recorder::{How, Recorder, coin, gas};

pub fn record(r: &mut Recorder, p: &Probes) {
    let trader = r.address("trader");
    let pay = |r: &Recorder, who: &str| r.transfer(who, &trader, vec![coin(1, "umars")]);
    // One sender, one after another.
    let mut txs = Vec::new();
    for name in ["first of three", "second of three", "third of three"] {
        txs.push((name, r.sign(&["minter"], vec![pay(r, "minter")], &gas(200_000))));
        r.advance(&["minter"]);
    }
    r.send_together(&txs);

    // One of them fails, and one may not enter; the sequence goes on behind both.
    let fail = json!({ "fail": { "text": "in the middle" } });
    let mut txs = vec![("before the failure", r.sign(&["minter"], vec![pay(r, "minter")], &gas(200_000)))];
    r.advance(&["minter"]);
    txs.push((
        "failure in the middle",
        r.sign(&["minter"], vec![r.execute("minter", &p.one, &fail, vec![])], &gas(300_000)),
    ));
    txs.push(("the same sequence again", r.sign(&["minter"], vec![pay(r, "minter")], &gas(200_000))));
    r.advance(&["minter"]);
    let spin = json!({ "spin": {} });
    txs.push((
        "out of gas in the middle",
        r.sign(&["minter"], vec![r.execute("minter", &p.one, &spin, vec![])], &gas(200_000).endless()),
    ));
    r.advance(&["minter"]);
    txs.push(("behind the failures", r.sign(&["minter"], vec![pay(r, "minter")], &gas(200_000))));
    r.advance(&["minter"]);
    r.send_together(&txs);

    // Contracts see the place in the block, and new ones are numbered by the gas before them.
    let mut txs = Vec::new();
    for (name, who) in [
        ("a call at the first place", "minter"),
        ("a call at the second", "staker"),
        ("a call at the third", "keeper"),
    ] {
        txs.push((name, r.sign(&[who], vec![r.execute(who, &p.one, &tell(), vec![])], &gas(300_000))));
        r.advance(&[who]);
    }
    for (name, who) in [("a contract at the fourth place", "minter"), ("a contract at the fifth", "deployer")]
    {
        txs.push((
            name,
            r.sign(&[who], vec![r.instantiate(who, 1, name, &tell(), vec![coin(1, "umars")])], &gas(500_000)),
        ));
        r.advance(&[who]);
    }
    let moved = any_migrate(r, &p.one);
    txs.push(("a migration at the sixth", r.sign(&["deployer"], vec![moved], &gas(500_000))));
    r.advance(&["deployer"]);
    r.send_together(&txs);

    // A new account, alone and with another.
    let fresh = k256::ecdsa::SigningKey::from_bytes(&[51; 32].into()).unwrap();
    let next = 1 + last_number(r);
    r.accounts.insert("newcomer", crate::recorder::Account::new(fresh, next, 0));
    let to = r.address("newcomer");
    let fund = r.transfer("trader", &to, vec![coin(50_000, "umars")]);
    r.send("coins for a newcomer", "trader", fund, &gas(200_000));
    let mut txs = Vec::new();
    txs.push(("coins of the newcomer", r.sign(&["newcomer"], vec![pay(r, "newcomer")], &gas(200_000))));
    r.advance(&["newcomer"]);
    let two = r.sign(
        &["trader", "newcomer"],
        vec![r.transfer("trader", &to, vec![coin(3, "umars")]), pay(r, "newcomer")],
        &gas(300_000),
    );
    txs.push(("both of them", two));
    r.advance(&["trader", "newcomer"]);
    r.send_together(&txs);

    // The first takes what the second needs.
    let all = |r: &Recorder, name: &str| r.transfer(name, &trader, vec![coin(30_000, "umars")]);
    let mut txs = vec![("takes nearly all", r.sign(&["newcomer"], vec![all(r, "newcomer")], &gas(200_000)))];
    r.advance(&["newcomer"]);
    txs.push((
        "finds too little",
        r.sign(
            &["newcomer"],
            vec![all(r, "newcomer")],
            &How { fee: Some(vec![coin(5_000, "umars")]), ..gas(200_000) },
        ),
    ));
    r.advance(&["newcomer"]);
    r.send_together(&txs);
}

fn any_migrate(r: &Recorder, contract: &str) -> mars_node::proto::Any {
    mars_node::proto::any(&mars_node::proto::wasm::MsgMigrateContract {
        sender: r.address("deployer"),
        contract: contract.into(),
        code_id: 2,
        msg: tell().to_string().into_bytes(),
    })
}

fn last_number(r: &Recorder) -> u64 {
    crate::state::accounts(r).iter().map(|account| account.number()).max().unwrap()
}
