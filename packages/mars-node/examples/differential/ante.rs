//! The checks before the messages.

use mars_node::proto::cosmos::bank::v1beta1::MsgSend;
use mars_node::proto::cosmos::base::v1beta1::Coin;
use mars_node::proto::cosmos::tx::v1beta1::Tip;
use mars_node::proto::{Any, Timestamp, any};

use crate::recorder::{How, Recorder, coin, gas};

pub fn record(r: &mut Recorder) {
    let trader = r.address("trader");
    let pay = |r: &Recorder| r.transfer("minter", &trader, vec![coin(1, "umars")]);
    r.send("memo", "minter", pay(r), &How { memo: "a <memo> & more".into(), ..gas(200_000) });
    r.send("amino", "minter", pay(r), &How { memo: "a <memo> & more".into(), ..gas(200_000).amino() });
    r.send("memo too large", "minter", pay(r), &How { memo: "x".repeat(257), ..gas(200_000) });
    r.send("wrong sequence", "minter", pay(r), &How { sequence: Some(99), ..gas(200_000) });
    r.send("wrong number", "minter", pay(r), &How { number: Some(99), ..gas(200_000) });
    r.send("wrong number in amino", "minter", pay(r), &How { number: Some(99), ..gas(200_000).amino() });
    r.send("wrong chain", "minter", pay(r), &How { chain_id: Some("other".into()), ..gas(200_000) });
    r.send("corrupt signature", "minter", pay(r), &How { corrupt: true, ..gas(200_000) });
    r.send("fee too low", "minter", pay(r), &How { fee: Some(vec![coin(1, "umars")]), ..gas(200_000) });
    r.send("no fee", "minter", pay(r), &How { fee: Some(vec![]), ..gas(200_000) });
    r.send(
        "fee in another coin",
        "minter",
        pay(r),
        &How { fee: Some(vec![coin(9_000, "uusdc")]), ..gas(200_000) },
    );
    r.send(
        "fee that is not there",
        "minter",
        pay(r),
        &How { fee: Some(vec![coin(1 << 100, "umars")]), ..gas(200_000) },
    );
    r.send("gas for nothing", "minter", pay(r), &gas(0));
    r.send("gas for half the checks", "minter", pay(r), &gas(20_000));
    r.send("gas for the checks alone", "minter", pay(r), &gas(70_000));
    r.send("gas too much", "minter", pay(r), &How { fee: Some(vec![coin(5_000, "umars")]), ..gas(u64::MAX) });
    r.send("timed out", "minter", pay(r), &How { timeout_height: 1, ..gas(200_000) });
    r.send("timeout far away", "minter", pay(r), &How { timeout_height: 1_000_000, ..gas(200_000) });
    r.send(
        "extension",
        "minter",
        pay(r),
        &How { extensions: vec![any(&MsgSend::default())], ..gas(200_000) },
    );
    let foreign = r.transfer("trader", &trader, vec![coin(1, "umars")]);
    r.send_as("signed by someone else", &["minter"], vec![foreign], &gas(200_000));
    r.send_as("no messages", &["minter"], vec![], &gas(200_000));

    r.send("memo of the most characters", "minter", pay(r), &How { memo: "x".repeat(256), ..gas(200_000) });
    r.send("memo of too many bytes", "minter", pay(r), &How { memo: "ä".repeat(129), ..gas(200_000) });
    for (name, limit) in [("the most gas", (1 << 63) - 1), ("more gas than there is", 1 << 63)] {
        r.send(name, "minter", pay(r), &How { fee: Some(vec![coin(5_000, "umars")]), ..gas(limit) });
    }
    let timestamp = |seconds| Some(Timestamp { seconds, nanos: 5 });
    let soon = r.now() + 30;
    r.send("a moment that has passed", "minter", pay(r), &How { timeout: timestamp(1), ..gas(200_000) });
    r.send("a moment in the future", "minter", pay(r), &How { timeout: timestamp(soon), ..gas(200_000) });
    r.send("a moment at the beginning", "minter", pay(r), &How { timeout: timestamp(0), ..gas(200_000) });
    r.send(
        "a moment before the beginning",
        "minter",
        pay(r),
        &How { timeout: timestamp(-5), ..gas(200_000) },
    );
    r.send("a moment in amino", "minter", pay(r), &How { timeout: timestamp(soon), ..gas(200_000).amino() });
    r.send("a height in amino", "minter", pay(r), &How { timeout_height: 1_000_000, ..gas(200_000).amino() });
    r.send("unordered", "minter", pay(r), &How { unordered: true, timeout: timestamp(soon), ..gas(200_000) });
    r.send("unordered without a moment", "minter", pay(r), &How { unordered: true, ..gas(200_000) });
    let how = How { unordered: true, timeout: timestamp(soon), ..gas(200_000).amino() };
    r.send("unordered in amino", "minter", pay(r), &how);
    #[allow(deprecated)]
    let tip = Some(Tip { amount: vec![coin(5, "umars")], tipper: r.address("trader") });
    r.send("tip", "minter", pay(r), &How { tip, ..gas(200_000) });

    let payer = r.address("trader");
    let how = How { payer: payer.clone(), ..gas(200_000) };
    r.send_as("someone else pays", &["minter", "trader"], vec![pay(r)], &how);
    r.send_as("someone else pays in amino", &["minter", "trader"], vec![pay(r)], &how.clone().amino());
    r.send_as("someone else has not agreed to pay", &["minter"], vec![pay(r)], &how);
    let how = How { payer: r.address("minter"), ..gas(200_000) };
    r.send("the sender pays", "minter", pay(r), &how);
    r.send("nonsense pays", "minter", pay(r), &How { payer: "nonsense".into(), ..gas(200_000) });
    r.send("nonsense grants", "minter", pay(r), &How { granter: "nonsense".into(), ..gas(200_000) });
    r.send("the sender grants", "minter", pay(r), &How { granter: r.address("minter"), ..gas(200_000) });
    r.send("in amino with fee granter", "minter", pay(r), &How { granter: payer, ..gas(200_000).amino() });
    let fee = |amount: &str, denom: &str| {
        let fee = Some(vec![Coin { denom: denom.into(), amount: amount.into() }]);
        How { fee, ..gas(200_000) }
    };
    r.send("a negative fee", "minter", pay(r), &fee("-5000", "umars"));
    r.send("a fee that is no number", "minter", pay(r), &fee("much", "umars"));
    r.send("a fee of an empty number", "minter", pay(r), &fee("", "umars"));
    r.send("a fee in a coin of no name", "minter", pay(r), &fee("5000", "u"));
    r.send("a fee of zero", "minter", pay(r), &fee("0", "umars"));
    let unsorted = Some(vec![coin(5_000, "umars"), coin(1, "sats")]);
    r.send("a fee out of order", "minter", pay(r), &How { fee: unsorted, ..gas(200_000) });
    let two = Some(vec![coin(1, "sats"), coin(5_000, "umars")]);
    r.send("a fee of two coins", "minter", pay(r), &How { fee: two, ..gas(200_000) });
    let twice = Some(vec![coin(5_000, "umars"), coin(5_000, "umars")]);
    r.send("a fee of the same coin twice", "minter", pay(r), &How { fee: twice, ..gas(200_000) });
    r.send(
        "an ignorable extension",
        "minter",
        pay(r),
        &How { ignorable: vec![any(&MsgSend::default())], ..gas(200_000) },
    );
    r.send_as("signed twice", &["minter", "trader"], vec![pay(r)], &gas(200_000));
    r.send_as("the same signer twice", &["minter", "minter"], vec![pay(r)], &gas(200_000));
    let unknown = Any { type_url: "/cosmos.nowhere.v1.MsgNothing".into(), value: vec![] };
    r.send("unknown message", "minter", unknown, &gas(200_000));
}
