//! Accounts whose coins come free with time.

use k256::ecdsa::SigningKey;
use mars_node::address;
use mars_node::proto::any;
use mars_node::proto::cosmos::vesting::v1beta1::{
    MsgCreatePeriodicVestingAccount, MsgCreatePermanentLockedAccount, MsgCreateVestingAccount, Period,
};

use crate::contracts::{Probes, tell};
use crate::recorder::{Account, Recorder, coin, gas};

pub fn record(r: &mut Recorder, p: &Probes) {
    let guardian = r.address("guardian");
    let key = |byte: u8| SigningKey::from_bytes(&[byte; 32].into()).unwrap();
    let names = ["continuous", "delayed", "locked", "periodic"];
    for (name, byte) in names.into_iter().zip(31_u8..) {
        r.accounts.insert(name, Account::new(key(byte), 0, 0));
    }
    let amount = vec![coin(1_000_000, "umars"), coin(500, "uusdc")];
    let (now, address_of) = (r.now(), |r: &Recorder, who: &str| r.address(who));
    let end = now + 40;
    let vesting =
        |to: &str, amount: &[mars_node::proto::cosmos::base::v1beta1::Coin], end_time: i64, delayed: bool| {
            any(&MsgCreateVestingAccount {
                from_address: guardian.clone(),
                to_address: to.into(),
                amount: amount.to_vec(),
                end_time,
                delayed,
            })
        };
    let to = address_of(r, "continuous");
    r.send("vest by and by", "guardian", vesting(&to, &amount, end, false), &gas(300_000));
    r.send("vest at an account that is there", "guardian", vesting(&to, &amount, end, false), &gas(300_000));
    let to = address_of(r, "delayed");
    r.send("vest at once in amino", "guardian", vesting(&to, &amount, end, true), &gas(300_000).amino());
    let to = address_of(r, "locked");
    let locked = any(&MsgCreatePermanentLockedAccount {
        from_address: guardian.clone(),
        to_address: to,
        amount: amount.clone(),
    });
    r.send("lock for good", "guardian", locked, &gas(300_000));
    let to = address_of(r, "periodic");
    let period = |length: i64, amount: u128| Period { length, amount: vec![coin(amount, "umars")] };
    let periods = |to: &str, start_time: i64, vesting_periods: Vec<Period>| {
        any(&MsgCreatePeriodicVestingAccount {
            from_address: guardian.clone(),
            to_address: to.into(),
            start_time,
            vesting_periods,
        })
    };
    r.send(
        "vest in steps",
        "guardian",
        periods(&to, now - 10, vec![period(5, 300_000), period(30, 400_000), period(1_000, 300_000)]),
        &gas(300_000),
    );
    let fresh = address::encode("mars", &[41; 20]);
    for (name, msg) in [
        ("vest without end", vesting(&fresh, &amount, 0, false)),
        ("vest until the past", vesting(&fresh, &amount, 1, false)),
        ("vest nothing", vesting(&fresh, &[], end, false)),
        ("vest zero", vesting(&fresh, &[coin(0, "umars")], end, true)),
        ("vest what is not there", vesting(&fresh, &[coin(5, "nothing")], end, true)),
        ("vest at no address", vesting("nonsense", &amount, end, true)),
        ("vest at a module", vesting(&address::encode("mars", &address::module("mint")), &amount, end, true)),
        ("vest in steps from nowhere", periods(&fresh, 0, vec![period(5, 1)])),
        ("vest in steps of no time", periods(&fresh, now, vec![period(0, 1)])),
        ("vest in no steps", periods(&fresh, now, vec![])),
        ("vest in steps of nothing", periods(&fresh, now, vec![period(5, 0)])),
        (
            "lock nothing",
            any(&MsgCreatePermanentLockedAccount {
                from_address: guardian.clone(),
                to_address: fresh.clone(),
                amount: vec![],
            }),
        ),
    ] {
        r.send(name, "guardian", msg, &gas(300_000));
    }
    // Fees are paid of what is free, so each account gets a little more.
    for name in names {
        let to = r.address(name);
        let more = r.transfer("guardian", &to, vec![coin(50_000, "umars")]);
        r.send(&format!("more for the {name} account"), "guardian", more, &gas(200_000));
        let query = mars_node::proto::cosmos::auth::v1beta1::QueryAccountInfoRequest { address: to };
        let answer: mars_node::proto::cosmos::auth::v1beta1::QueryAccountInfoResponse =
            r.query("/cosmos.auth.v1beta1.Query/AccountInfo", &query);
        r.accounts.get_mut(name).unwrap().number = answer.info.unwrap().account_number;
    }
    for name in names {
        let send = |r: &Recorder, amount: u128| r.transfer(name, &guardian, vec![coin(amount, "umars")]);
        r.send(&format!("a little from the {name} account"), name, send(r, 100), &gas(200_000));
        r.send(&format!("too much from the {name} account"), name, send(r, 1_040_000), &gas(200_000));
        let call = r.execute(name, &p.one, &tell(), vec![coin(500, "uusdc")]);
        r.send(&format!("a call with coins of the {name} account"), name, call, &gas(300_000));
    }
    r.send(
        "everything from the locked account",
        "locked",
        r.transfer("locked", &guardian, vec![coin(25_000, "umars")]),
        &gas(200_000),
    );
    r.send(
        "a fee that is locked",
        "locked",
        r.transfer("locked", &guardian, vec![coin(1, "umars")]),
        &gas(1_000_000),
    );
    r.wait_until(end);
    for name in names {
        let all = r.transfer(name, &guardian, vec![coin(900_000, "umars")]);
        r.send(&format!("after its end, all from the {name} account"), name, all, &gas(200_000));
    }
}
