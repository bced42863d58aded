//! Bytes that are no transaction, or not quite one.

use mars_node::proto::cosmos::auth::v1beta1::BaseAccount;
use mars_node::proto::cosmos::bank::v1beta1::{MsgSend, QueryBalanceRequest};
use mars_node::proto::cosmos::crypto::multisig::LegacyAminoPubKey;
use mars_node::proto::cosmos::crypto::secp256k1;
use mars_node::proto::cosmos::tx::v1beta1::mode_info::{Multi, Sum};
use mars_node::proto::cosmos::tx::v1beta1::{AuthInfo, ModeInfo, SignerInfo, TxRaw};
use mars_node::proto::{Any, any};
use prost::Message;

use crate::recorder::{DIRECT, How, Recorder, coin, gas, single, varint};

pub fn record(r: &mut Recorder) {
    let trader = r.address("trader");
    let pay = |r: &Recorder| r.transfer("minter", &trader, vec![coin(1, "umars")]);
    r.send_bytes("no bytes", &[]);
    r.send_bytes("nonsense", b"nonsense");
    for (name, bytes) in [
        ("one byte", &[0x0a][..]),
        ("field zero", &[0x02, 0x00]),
        ("a field of a number", &[0x08, 0x01]),
        ("a field of eight bytes", &[0x09, 1, 2, 3, 4, 5, 6, 7, 8]),
        ("a group", &[0x0b, 0x0c]),
        ("the end of a group", &[0x0c]),
        ("a wire type that is none", &[0x0f, 0x00]),
        ("a field longer than the bytes", &[0x0a, 0x05, 0x00]),
        ("a length of ten bytes", &[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
        (
            "a length of eleven bytes",
            &[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        ),
        ("a length that is too long", &[0x0a, 0x80, 0x00]),
        ("fields out of order", &[0x12, 0x00, 0x0a, 0x00]),
        ("empty fields", &[0x0a, 0x00, 0x12, 0x00, 0x1a, 0x00]),
        ("an unknown field alone", &[0x22, 0x00]),
        ("an unknown field that may be ignored", &[0x82, 0x40, 0x00]),
        ("a field number that is too large", &[0xfa, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x00]),
    ] {
        r.send_bytes(name, bytes);
    }
    let whole = r.sign(&["minter"], vec![pay(r)], &gas(200_000));
    r.send_bytes("a transaction without its end", &whole[..whole.len() - 1]);
    r.send_bytes("a transaction without its signature", &whole[..whole.len() - 66]);
    let behind = |body: &[u8], rest: &[u8], all: &[u8]| How {
        behind: [body.to_vec(), rest.to_vec(), all.to_vec()],
        ..gas(200_000)
    };
    for (name, how) in [
        ("unknown field of the transaction", behind(&[], &[], &[0x2a, 1, 0])),
        ("unknown field of the body", behind(&[0x32, 1, 0], &[], &[])),
        ("ignorable field of the body", behind(&[0xa2, 0x40, 1, 0], &[], &[])),
        ("number in place of a memo", behind(&[0x10, 1], &[], &[])),
        ("text in place of a height", behind(&[0x1a, 1, 0], &[], &[])),
        (
            "height of eleven bytes",
            behind(&[0x18, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1], &[], &[]),
        ),
        ("height above 64 bits", behind(&[0x18, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2], &[], &[])),
        ("body that ends in a tag", behind(&[0x12], &[], &[])),
        ("body that ends in a length", behind(&[0x12, 5, 0], &[], &[])),
        ("message that is empty", behind(&[0x0a, 0], &[], &[])),
        ("message that is a number", behind(&[0x08, 0], &[], &[])),
        ("message without end", behind(&[0x0a, 2, 0x0a, 9], &[], &[])),
        ("unknown field of a packed message", behind(&[0x0a, 3, 0x1a, 1, 0], &[], &[])),
        ("unknown field of the fee's part", behind(&[], &[0x22, 1, 0], &[])),
        ("ignorable field of the fee's part", behind(&[], &[0xa2, 0x40, 1, 0], &[])),
        ("number in place of a fee", behind(&[], &[0x10, 1], &[])),
        ("fee with an unknown field", behind(&[], &[0x12, 3, 0x2a, 1, 0], &[])),
        ("fee with an unknown coin", behind(&[], &[0x12, 5, 0x0a, 3, 0x1a, 1, 0], &[])),
        ("group in the fee's part", behind(&[], &[0x13, 0x14], &[])),
        ("signer with an unknown field", behind(&[], &[0x0a, 3, 0x22, 1, 0], &[])),
    ] {
        r.send(name, "minter", pay(r), &how);
    }
    let ignorable = How { behind: [vec![0xa2, 0x40, 1, 0], vec![], vec![]], ..gas(200_000).amino() };
    r.send("ignorable field of the body in amino", "minter", pay(r), &ignorable);
    for (name, more) in [
        ("unknown field of a message", &[0x32, 1, 0][..]),
        ("ignorable field of a message", &[0xa2, 0x40, 1, 0]),
        ("unknown field of a coin", &[0x1a, 3, 0x1a, 1, 0]),
        ("number in place of an address", &[0x08, 1]),
        ("coin that is a number", &[0x18, 1]),
        ("coin without end", &[0x1a, 2, 0x0a, 9]),
        ("message that ends in a tag", &[0x0a]),
    ] {
        let mut message = pay(r);
        message.value.extend(more);
        r.send(name, "minter", message, &gas(200_000));
    }
    for (name, url, value) in [
        ("type without slash", "cosmos.bank.v1beta1.MsgSend", pay(r).value),
        ("type at a site", "type.googleapis.com/cosmos.bank.v1beta1.MsgSend", pay(r).value),
        ("no type", "", vec![]),
        ("type that is a slash", "/", vec![]),
        (
            "question as a message",
            "/cosmos.bank.v1beta1.QueryBalanceRequest",
            QueryBalanceRequest::default().encode_to_vec(),
        ),
        ("account as a message", "/cosmos.auth.v1beta1.BaseAccount", BaseAccount::default().encode_to_vec()),
        ("answer as a message", "/cosmos.bank.v1beta1.MsgSendResponse", vec![]),
        ("coin as a message", "/cosmos.base.v1beta1.Coin", vec![]),
        ("message of nothing", "/cosmos.bank.v1beta1.MsgSend", vec![]),
    ] {
        r.send(name, "minter", Any { type_url: url.into(), value }, &gas(200_000));
    }
    let how = gas(200_000);
    let send = |r: &mut Recorder, name: &str, infos: Vec<SignerInfo>, signatures: Vec<Vec<u8>>| {
        let mut raw = r.unsigned(infos, vec![pay(r)], &how);
        raw.signatures = signatures;
        r.send_bytes(name, &raw.encode_to_vec());
    };
    let info = r.signer_info("minter", &how);
    let with_key = |key: Any| SignerInfo { public_key: Some(key), ..info.clone() };
    let signature = vec![vec![1; 64]];
    send(r, "no signer", vec![], signature.clone());
    send(r, "no signer and no signature", vec![], vec![]);
    send(r, "no signature", vec![info.clone()], vec![]);
    send(r, "two signatures of one signer", vec![info.clone()], vec![vec![1; 64], vec![2; 64]]);
    send(r, "two signers of one signature", vec![info.clone(), info.clone()], signature.clone());
    send(r, "empty signature", vec![info.clone()], vec![vec![]]);
    send(r, "short signature", vec![info.clone()], vec![vec![1; 63]]);
    send(r, "no mode", vec![SignerInfo { mode_info: None, ..info.clone() }], signature.clone());
    let of_mode = |mode: ModeInfo| SignerInfo { mode_info: Some(mode), ..info.clone() };
    send(r, "mode of no kind", vec![of_mode(ModeInfo { sum: None })], signature.clone());
    for mode in [0, 2, 3, 191, 77, -1] {
        send(r, &format!("mode {mode}"), vec![of_mode(single(mode))], signature.clone());
    }
    let multi = Multi { bitarray: None, mode_infos: vec![single(DIRECT)] };
    send(
        r,
        "several modes for one key",
        vec![of_mode(ModeInfo { sum: Some(Sum::Multi(multi)) })],
        signature.clone(),
    );
    send(r, "no key", vec![SignerInfo { public_key: None, ..info.clone() }], signature.clone());
    send(r, "key that is a message", vec![with_key(any(&MsgSend::default()))], signature.clone());
    send(r, "key of no type", vec![with_key(Any::default())], signature.clone());
    send(
        r,
        "key of an unknown type",
        vec![with_key(Any { type_url: "/a.Key".into(), value: vec![] })],
        signature.clone(),
    );
    send(
        r,
        "key with an unknown field",
        vec![with_key(Any { type_url: info.public_key.clone().unwrap().type_url, value: vec![0x12, 1, 0] })],
        signature.clone(),
    );
    send(r, "short key", vec![with_key(any(&secp256k1::PubKey { key: vec![2; 32] }))], signature.clone());
    send(r, "empty key", vec![with_key(any(&secp256k1::PubKey { key: vec![] }))], signature.clone());
    send(
        r,
        "key that is no point",
        vec![with_key(any(&secp256k1::PubKey { key: vec![2; 33] }))],
        signature.clone(),
    );
    send(r, "empty multisig key", vec![with_key(any(&LegacyAminoPubKey::default()))], signature.clone());
    let curve = |name: &str, length: usize| Any {
        type_url: format!("/cosmos.crypto.{name}.PubKey"),
        value: [vec![0x0a], varint(length), vec![3; length]].concat(),
    };
    send(r, "ed25519 key", vec![with_key(curve("ed25519", 32))], signature.clone());
    send(r, "short ed25519 key", vec![with_key(curve("ed25519", 31))], signature.clone());
    let body = r.unsigned(vec![], vec![pay(r)], &how).body_bytes;
    let no_fee = AuthInfo { signer_infos: vec![info.clone()], ..AuthInfo::default() }.encode_to_vec();
    let raw = TxRaw { body_bytes: body.clone(), auth_info_bytes: no_fee, signatures: signature.clone() };
    r.send_bytes("no fee at all", &raw.encode_to_vec());
    let raw = TxRaw { body_bytes: body, auth_info_bytes: vec![], signatures: signature.clone() };
    r.send_bytes("only a body", &raw.encode_to_vec());
    let rest = r.unsigned(vec![info], vec![], &how).auth_info_bytes;
    let raw = TxRaw { body_bytes: vec![], auth_info_bytes: rest, signatures: signature };
    r.send_bytes("no body", &raw.encode_to_vec());
}
