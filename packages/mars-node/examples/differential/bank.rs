//! Sending coins.

use mars_node::address;
use mars_node::proto::any;
use mars_node::proto::cosmos::bank::v1beta1::{
    Input, MsgMultiSend, MsgSend, MsgSetSendEnabled, MsgUpdateParams, Output, Params, SendEnabled,
};
use mars_node::proto::cosmos::base::v1beta1::Coin;

use crate::recorder::{Recorder, coin, gas};

pub fn record(r: &mut Recorder) {
    let (trader, staker) = (r.address("trader"), r.address("staker"));
    let fresh = address::encode("mars", &[7; 20]);
    r.send("send", "minter", r.transfer("minter", &trader, vec![coin(1_000, "umars")]), &gas(200_000));
    r.send("send again", "minter", r.transfer("minter", &trader, vec![coin(1_000, "umars")]), &gas(200_000));
    r.send(
        "send to a new account",
        "minter",
        r.transfer("minter", &fresh, vec![coin(5, "uusdc")]),
        &gas(200_000),
    );
    let two = vec![coin(1, "sats"), coin(2, "ubusd")];
    r.send("send two coins", "trader", r.transfer("trader", &staker, two), &gas(200_000));
    r.send(
        "send too much",
        "trader",
        r.transfer("trader", &staker, vec![coin(1 << 100, "umars")]),
        &gas(200_000),
    );
    r.send(
        "send what is not there",
        "trader",
        r.transfer("trader", &staker, vec![coin(1, "nothing")]),
        &gas(200_000),
    );
    r.send("send nothing", "trader", r.transfer("trader", &staker, vec![]), &gas(200_000));
    r.send("send zero", "trader", r.transfer("trader", &staker, vec![coin(0, "umars")]), &gas(200_000));
    let unsorted = vec![coin(1, "umars"), coin(1, "sats")];
    r.send("send unsorted coins", "trader", r.transfer("trader", &staker, unsorted), &gas(200_000));
    r.send(
        "send to no address",
        "trader",
        r.transfer("trader", "mars1nonsense", vec![coin(1, "umars")]),
        &gas(200_000),
    );
    let module = address::encode("mars", &address::module("fee_collector"));
    r.send(
        "send to a module",
        "trader",
        r.transfer("trader", &module, vec![coin(1, "umars")]),
        &gas(200_000),
    );
    let all = vec![coin(2_000, "umars")];
    let to_self = r.transfer("trader", &trader, all);
    r.send("send to oneself", "trader", to_self, &gas(200_000));
    r.send_as(
        "two messages, the second fails",
        &["minter"],
        vec![
            r.transfer("minter", &trader, vec![coin(7, "umars")]),
            r.transfer("minter", &trader, vec![coin(1 << 100, "umars")]),
        ],
        &gas(300_000),
    );
    r.send_as(
        "two signers",
        &["minter", "trader"],
        vec![
            r.transfer("minter", &trader, vec![coin(7, "umars")]),
            r.transfer("trader", &staker, vec![coin(8, "umars")]),
        ],
        &gas(300_000),
    );
    let output =
        |address: &str, amount| Output { address: address.into(), coins: vec![coin(amount, "uusdc")] };
    let input =
        |r: &Recorder, amount| Input { address: r.address("minter"), coins: vec![coin(amount, "uusdc")] };
    let new = address::encode("mars", &[8; 20]);
    let multi =
        MsgMultiSend { inputs: vec![input(r, 30)], outputs: vec![output(&trader, 10), output(&new, 20)] };
    r.send("multi-send", "minter", any(&multi), &gas(300_000));
    let multi = MsgMultiSend { inputs: vec![input(r, 30)], outputs: vec![output(&trader, 10)] };
    r.send("multi-send that does not add up", "minter", any(&multi), &gas(300_000));
    let raw = |amount: &str, denom: &str| vec![Coin { denom: denom.into(), amount: amount.into() }];
    for (name, coins) in [
        ("negative", raw("-1", "umars")),
        ("no number", raw("one", "umars")),
        ("empty", raw("", "umars")),
        ("leading zeros", raw("007", "umars")),
        ("a sign", raw("+7", "umars")),
        ("a fraction", raw("1.5", "umars")),
        ("more than 256 bits", raw(&"9".repeat(80), "umars")),
        ("a short name", raw("1", "um")),
        ("a name with a space", raw("1", "u mars")),
        ("a name that begins with a digit", raw("1", "1mars")),
        ("a long name", raw("1", &"u".repeat(129))),
        ("the same name twice", vec![coin(1, "umars"), coin(2, "umars")]),
    ] {
        r.send(&format!("send {name}"), "trader", r.transfer("trader", &staker, coins), &gas(200_000));
    }
    let twice = address::encode("mars", &[17; 32]);
    r.send(
        "send to an address of 32 bytes",
        "trader",
        r.transfer("trader", &twice, raw("3", "umars")),
        &gas(200_000),
    );
    let foreign = address::encode("osmo", &[17; 20]);
    r.send(
        "send to another chain",
        "trader",
        r.transfer("trader", &foreign, raw("3", "umars")),
        &gas(200_000),
    );
    let upper = staker.to_uppercase();
    r.send(
        "send to an upper-case address",
        "trader",
        r.transfer("trader", &upper, raw("3", "umars")),
        &gas(200_000),
    );
    let mixed = format!("M{}", &staker[1..]);
    r.send(
        "send to a mixed-case address",
        "trader",
        r.transfer("trader", &mixed, raw("3", "umars")),
        &gas(200_000),
    );
    r.send("send to nobody", "trader", r.transfer("trader", "", raw("3", "umars")), &gas(200_000));
    r.send(
        "send everything of a coin",
        "voter",
        r.transfer("voter", &staker, vec![coin(100_000_000_000, "sats")]),
        &gas(200_000),
    );
    r.send(
        "send a coin that is all gone",
        "voter",
        r.transfer("voter", &staker, vec![coin(1, "sats")]),
        &gas(200_000),
    );
    let fee = vec![coin(5_000, "umars")];
    let many: Vec<_> =
        (1..=20).map(|amount| r.transfer("trader", &staker, vec![coin(amount, "umars")])).collect();
    r.send_as("twenty sends in one", &["trader"], many, &gas(1_000_000));
    let all = vec![coin(999_999_000_000, "umars")];
    r.send_as(
        "the second send cannot be paid",
        &["voter"],
        vec![r.transfer("voter", &staker, all), r.transfer("voter", &staker, vec![coin(900_000, "umars")])],
        &gas(300_000),
    );
    let from_nobody = any(&MsgSend { from_address: String::new(), to_address: staker.clone(), amount: fee });
    r.send("send from nobody", "trader", from_nobody, &gas(200_000));

    let multi = |inputs: Vec<Input>, outputs: Vec<Output>| any(&MsgMultiSend { inputs, outputs });
    r.send("multi-send of no inputs", "minter", multi(vec![], vec![output(&trader, 1)]), &gas(300_000));
    r.send("multi-send of no outputs", "minter", multi(vec![input(r, 1)], vec![]), &gas(300_000));
    let other = Input { address: trader.clone(), coins: vec![coin(1, "uusdc")] };
    r.send_as(
        "multi-send of two inputs",
        &["minter", "trader"],
        vec![multi(vec![input(r, 1), other], vec![output(&staker, 2)])],
        &gas(300_000),
    );
    let outputs = vec![output(&trader, 3), output(&trader, 4)];
    r.send("multi-send twice to one", "minter", multi(vec![input(r, 7)], outputs), &gas(300_000));
    let outputs = vec![output(&trader, 3), output(&module, 4)];
    r.send("multi-send to a module", "minter", multi(vec![input(r, 7)], outputs), &gas(300_000));
    let outputs = vec![output(&trader, 3), output("nonsense", 4)];
    r.send("multi-send to no address", "minter", multi(vec![input(r, 7)], outputs), &gas(300_000));
    let input_of = |amount: u128| Input { address: r.address("minter"), coins: vec![coin(amount, "uusdc")] };
    let too_much = multi(vec![input_of(1 << 100)], vec![output(&trader, 1 << 100)]);
    r.send("multi-send of too much", "minter", too_much, &gas(300_000));
    r.send(
        "multi-send in amino",
        "minter",
        multi(vec![input(r, 2)], vec![output(&staker, 2)]),
        &gas(300_000).amino(),
    );

    let enabled = SendEnabled { denom: "sats".into(), enabled: false };
    let set = any(&MsgSetSendEnabled {
        authority: r.address("minter"),
        send_enabled: vec![enabled],
        use_default_for: vec![],
    });
    r.send("forbid sends by someone", "minter", set, &gas(200_000));
    #[allow(deprecated)]
    let params = Params { send_enabled: vec![], default_send_enabled: false };
    let set = any(&MsgUpdateParams { authority: r.address("minter"), params: Some(params) });
    r.send("bank parameters by someone", "minter", set, &gas(200_000));
}
