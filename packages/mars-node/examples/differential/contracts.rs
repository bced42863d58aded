//! Storing code, and making, calling and changing contracts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mars_node::proto::any;
use mars_node::proto::wasm::{
    AccessConfig, MsgAddCodeUploadParamsAddresses, MsgClearAdmin, MsgExecuteContract, MsgInstantiateContract,
    MsgInstantiateContract2, MsgMigrateContract, MsgPinCodes, MsgRemoveCodeUploadParamsAddresses,
    MsgStoreAndInstantiateContract, MsgStoreAndMigrateContract, MsgStoreCode, MsgSudoContract, MsgUnpinCodes,
    MsgUpdateAdmin, MsgUpdateContractLabel, MsgUpdateInstantiateConfig, MsgUpdateParams, Params,
};
use mars_node::{address, wasm};
use serde_json::{Value, json};

use crate::recorder::{Recorder, coin, gas};

pub fn tell() -> Value {
    json!({ "tell": {} })
}

/// Two contracts of the first code.
pub struct Probes {
    pub code: u64,
    pub one: String,
    pub two: String,
}

pub fn record(r: &mut Recorder, probe: &[u8], raw: &[u8]) -> Probes {
    let store = r.store("deployer", probe);
    r.send("store", "deployer", store, &gas(5_000_000));
    r.send("store with too little gas", "deployer", r.store("deployer", probe), &gas(700_000));
    r.send("store nothing", "deployer", r.store("deployer", &[]), &gas(500_000));
    r.send(
        "store what is no wasm",
        "deployer",
        r.store("deployer", b"\0asm\x01\0\0\0nonsense"),
        &gas(500_000),
    );
    r.send(
        "store a wasm without exports",
        "deployer",
        r.store("deployer", b"\0asm\x01\0\0\0"),
        &gas(500_000),
    );
    r.send("store broken gzip", "deployer", r.store("deployer", b"\x1f\x8b\x08nonsense"), &gas(500_000));
    let (one, two) =
        (address::encode("mars", &wasm::classic(1, 1)), address::encode("mars", &wasm::classic(1, 2)));
    let first = r.instantiate("deployer", 1, "one", &tell(), vec![]);
    r.send("instantiate", "deployer", first, &gas(500_000));
    let second = r.instantiate("deployer", 1, "two", &tell(), vec![coin(5, "sats"), coin(6, "umars")]);
    r.send("instantiate with funds", "deployer", second, &gas(500_000));
    let bad = r.instantiate("deployer", 9, "nine", &tell(), vec![]);
    r.send("instantiate a code that is not there", "deployer", bad, &gas(500_000));
    let bad = r.instantiate("deployer", 1, "", &tell(), vec![]);
    r.send("instantiate without label", "deployer", bad, &gas(500_000));
    let bad = r.instantiate("deployer", 1, " spaced ", &tell(), vec![]);
    r.send("instantiate with a spaced label", "deployer", bad, &gas(500_000));
    let bad = r.instantiate(
        "deployer",
        1,
        "fails",
        &json!({ "fail": { "text": "no <way>" } }),
        vec![coin(5, "sats")],
    );
    r.send("instantiate that fails", "deployer", bad, &gas(500_000));
    let bad = r.instantiate("deployer", 1, "unknown", &json!({ "nothing": {} }), vec![]);
    r.send("instantiate with an unknown message", "deployer", bad, &gas(500_000));
    let predictable = |r: &Recorder, salt: &[u8], fix_msg| {
        any(&MsgInstantiateContract2 {
            sender: r.address("deployer"),
            admin: String::new(),
            code_id: 1,
            label: "predicted".into(),
            msg: tell().to_string().into_bytes(),
            funds: vec![],
            salt: salt.to_vec(),
            fix_msg,
        })
    };
    r.send("instantiate2", "deployer", predictable(r, b"salt", false), &gas(500_000));
    r.send("instantiate2 again", "deployer", predictable(r, b"salt", false), &gas(500_000));
    r.send("instantiate2 with a fixed message", "deployer", predictable(r, b"salt", true), &gas(500_000));
    r.send("instantiate2 without salt", "deployer", predictable(r, b"", false), &gas(500_000));

    r.send("execute", "minter", r.execute("minter", &one, &tell(), vec![]), &gas(300_000));
    r.send(
        "execute with funds",
        "minter",
        r.execute("minter", &one, &tell(), vec![coin(3, "uusdc")]),
        &gas(300_000),
    );
    r.send(
        "execute in amino",
        "minter",
        r.execute("minter", &one, &tell(), vec![coin(3, "uusdc")]),
        &gas(300_000).amino(),
    );
    r.send(
        "execute with funds that are not there",
        "minter",
        r.execute("minter", &one, &tell(), vec![coin(3, "nothing")]),
        &gas(300_000),
    );
    let fail = json!({ "fail": { "text": "no & never" } });
    r.send(
        "execute that fails",
        "minter",
        r.execute("minter", &one, &fail, vec![coin(3, "uusdc")]),
        &gas(300_000),
    );
    let panic = json!({ "panic": { "text": "oh" } });
    r.send("execute that panics", "minter", r.execute("minter", &one, &panic, vec![]), &gas(300_000));
    let none = address::encode("mars", &[9; 32]);
    r.send("execute where nothing is", "minter", r.execute("minter", &none, &tell(), vec![]), &gas(300_000));
    let bad = any(&MsgExecuteContract {
        sender: r.address("minter"),
        contract: one.clone(),
        msg: b"{".to_vec(),
        funds: vec![],
    });
    r.send("execute what is no JSON", "minter", bad, &gas(300_000));
    let long = "v".repeat(150);
    let answer = json!({ "answer": {
        "attributes": [["key", "value"], ["<html>", "&amp;"], ["long", long], [" spaced ", " value "], ["empty", ""]],
        "events": [{ "type": "first", "attributes": [{ "key": "b", "value": "2" }, { "key": "a", "value": "1" }] }, { "type": "second", "attributes": [] }],
        "data": STANDARD.encode("data"),
    } });
    r.send("events and data", "minter", r.execute("minter", &one, &answer, vec![]), &gas(300_000));
    for (name, attributes, events) in [
        ("reserved attribute", json!([["_key", "v"]]), json!([])),
        ("empty attribute", json!([[" ", "v"]]), json!([])),
        ("short event", json!([]), json!([{ "type": "ab", "attributes": [] }])),
        ("module attribute", json!([["module", "mine"]]), json!([])),
    ] {
        let msg = json!({ "answer": { "attributes": attributes, "events": events } });
        r.send(name, "minter", r.execute("minter", &one, &msg, vec![]), &gas(300_000));
    }
    r.send_as(
        "two calls of one contract, the second cheaper",
        &["minter"],
        vec![r.execute("minter", &one, &tell(), vec![]), r.execute("minter", &two, &tell(), vec![])],
        &gas(400_000),
    );
    r.send_as(
        "two calls, the second fails",
        &["minter"],
        vec![r.execute("minter", &one, &tell(), vec![]), r.execute("minter", &one, &fail, vec![])],
        &gas(400_000),
    );

    r.send("store again", "deployer", r.store("deployer", raw), &gas(5_000_000));
    let migrate = |r: &Recorder, who: &str, code_id, msg: &Value| {
        any(&MsgMigrateContract {
            sender: r.address(who),
            contract: two.clone(),
            code_id,
            msg: msg.to_string().into_bytes(),
        })
    };
    r.send("migrate", "deployer", migrate(r, "deployer", 2, &tell()), &gas(400_000));
    r.send("migrate by someone else", "minter", migrate(r, "minter", 2, &tell()), &gas(400_000));
    r.send("migrate to no code", "deployer", migrate(r, "deployer", 99, &tell()), &gas(400_000));
    r.send("migrate that fails", "deployer", migrate(r, "deployer", 1, &fail), &gas(400_000));
    let label = any(&MsgUpdateContractLabel {
        sender: r.address("deployer"),
        new_label: "renamed".into(),
        contract: two.clone(),
    });
    r.send("rename", "deployer", label, &gas(200_000));
    let admin = |r: &Recorder, who: &str, new: &str| {
        any(&MsgUpdateAdmin { sender: r.address(who), new_admin: r.address(new), contract: two.clone() })
    };
    r.send("new admin", "deployer", admin(r, "deployer", "minter"), &gas(200_000));
    r.send("new admin by the old", "deployer", admin(r, "deployer", "trader"), &gas(200_000));
    r.send("same admin", "minter", admin(r, "minter", "minter"), &gas(200_000));
    let clear = any(&MsgClearAdmin { sender: r.address("minter"), contract: two.clone() });
    r.send("clear admin", "minter", clear.clone(), &gas(200_000));
    r.send("clear admin again", "minter", clear, &gas(200_000));
    let pin = any(&MsgPinCodes { authority: r.address("minter"), code_ids: vec![1] });
    r.send("pin by someone", "minter", pin, &gas(800_000));
    let sudo =
        any(&MsgSudoContract { authority: r.address("minter"), contract: one.clone(), msg: b"{}".to_vec() });
    r.send("sudo by someone", "minter", sudo, &gas(300_000));
    access(r, probe);
    refusals(r, &one);
    Probes { code: 1, one, two }
}

/// Who may make contracts of a code.
fn access(r: &mut Recorder, probe: &[u8]) {
    let (minter, trader) = (r.address("minter"), r.address("trader"));
    let of = |permission: i32, addresses: &[&String]| AccessConfig {
        permission,
        addresses: addresses.iter().map(|address| (*address).clone()).collect(),
    };
    let store = |r: &Recorder, access: AccessConfig| {
        any(&MsgStoreCode {
            sender: r.address("deployer"),
            wasm_byte_code: probe.to_vec(),
            instantiate_permission: Some(access),
        })
    };
    let many: Vec<String> = (0..51_u8).map(|index| address::encode("mars", &[index; 20])).collect();
    let nonsense = "nonsense".to_owned();
    for (name, access) in [
        ("of no permission", of(0, &[])),
        ("of an unknown permission", of(9, &[])),
        ("for some addresses that are none", of(4, &[])),
        ("for the same address twice", of(4, &[&minter, &minter])),
        ("for an address that is none", of(4, &[&nonsense])),
        ("for too many addresses", of(4, &many.iter().collect::<Vec<_>>())),
    ] {
        r.send(&format!("store {name}"), "deployer", store(r, access), &gas(500_000));
    }
    r.send("store for one address", "deployer", store(r, of(4, &[&minter])), &gas(5_000_000));
    r.send(
        "instantiate by the one",
        "minter",
        r.instantiate("minter", 3, "mine", &tell(), vec![]),
        &gas(500_000),
    );
    r.send(
        "instantiate by another",
        "trader",
        r.instantiate("trader", 3, "not mine", &tell(), vec![]),
        &gas(500_000),
    );
    r.send(
        "instantiate by the owner",
        "deployer",
        r.instantiate("deployer", 3, "owned", &tell(), vec![]),
        &gas(500_000),
    );
    let update = |who: &str, code_id, access: Option<AccessConfig>| {
        any(&MsgUpdateInstantiateConfig {
            sender: r.address(who),
            code_id,
            new_instantiate_permission: access,
        })
    };
    let in_amino = update("deployer", 3, Some(of(4, &[&minter])));
    let updates = [
        ("nobody", "deployer", update("deployer", 3, Some(of(1, &[])))),
        ("two addresses", "deployer", update("deployer", 3, Some(of(4, &[&minter, &trader])))),
        ("everybody", "deployer", update("deployer", 3, Some(of(3, &[])))),
        ("nobody by another", "minter", update("minter", 3, Some(of(1, &[])))),
        ("of a code that is not there", "deployer", update("deployer", 99, Some(of(1, &[])))),
        ("of code zero", "deployer", update("deployer", 0, Some(of(1, &[])))),
        ("without permission", "deployer", update("deployer", 3, None)),
        ("nobody again", "deployer", update("deployer", 3, Some(of(1, &[])))),
    ];
    for (name, who, msg) in updates {
        r.send(&format!("access for {name}"), who, msg, &gas(200_000));
    }
    r.send(
        "instantiate what is closed",
        "minter",
        r.instantiate("minter", 3, "closed", &tell(), vec![]),
        &gas(500_000),
    );
    r.send("access in amino", "deployer", in_amino, &gas(200_000).amino());
}

/// What breaks a rule of the messages about contracts.
fn refusals(r: &mut Recorder, one: &str) {
    let minter = r.address("minter");
    let deployer = r.address("deployer");
    let long = "l".repeat(129);
    for (name, label) in
        [("long", long.as_str()), ("two-line", "two\nlines"), ("wide", "a\u{a0}b"), ("plain", "ü and more")]
    {
        r.send(
            &format!("instantiate with a {name} label"),
            "minter",
            r.instantiate("minter", 1, label, &tell(), vec![]),
            &gas(500_000),
        );
        let rename = any(&MsgUpdateContractLabel {
            sender: deployer.clone(),
            new_label: label.into(),
            contract: one.into(),
        });
        r.send(&format!("rename to a {name} label"), "deployer", rename, &gas(200_000));
    }
    let rename =
        any(&MsgUpdateContractLabel { sender: minter.clone(), new_label: "no".into(), contract: one.into() });
    r.send("rename by someone else", "minter", rename, &gas(200_000));
    let rename = any(&MsgUpdateContractLabel {
        sender: minter.clone(),
        new_label: "no".into(),
        contract: minter.clone(),
    });
    r.send("rename what is no contract", "minter", rename, &gas(200_000));
    let make = |admin: &str, code_id, msg: &[u8], funds| {
        any(&MsgInstantiateContract {
            sender: minter.clone(),
            admin: admin.into(),
            code_id,
            label: "x".into(),
            msg: msg.to_vec(),
            funds,
        })
    };
    let unsorted = vec![coin(1, "umars"), coin(1, "sats")];
    for (name, msg) in [
        ("with an admin that is none", make("nonsense", 1, b"{}", vec![])),
        ("code zero", make("", 0, b"{}", vec![])),
        ("with no JSON", make("", 1, b"{", vec![])),
        ("with empty bytes", make("", 1, b"", vec![])),
        ("with funds out of order", make("", 1, b"{}", unsorted.clone())),
        ("with no funds of a coin", make("", 1, b"{}", vec![coin(0, "umars")])),
        (
            "with funds that are not there",
            make("", 1, tell().to_string().as_bytes(), vec![coin(1, "nothing")]),
        ),
    ] {
        r.send(&format!("instantiate {name}"), "minter", msg, &gas(500_000));
    }
    let salted = any(&MsgInstantiateContract2 {
        sender: minter.clone(),
        admin: minter.clone(),
        code_id: 1,
        label: "salted".into(),
        msg: tell().to_string().into_bytes(),
        funds: vec![coin(2, "umars")],
        salt: vec![7; 64],
        fix_msg: true,
    });
    r.send("instantiate2 in amino", "minter", salted, &gas(500_000).amino());
    let salted = any(&MsgInstantiateContract2 {
        sender: minter.clone(),
        admin: String::new(),
        code_id: 1,
        label: "salted".into(),
        msg: tell().to_string().into_bytes(),
        funds: vec![],
        salt: vec![7; 65],
        fix_msg: false,
    });
    r.send("instantiate2 with a long salt", "minter", salted, &gas(500_000));
    for (name, funds) in [("out of order", unsorted), ("of nothing", vec![coin(0, "umars")])] {
        r.send(
            &format!("execute with funds {name}"),
            "minter",
            r.execute("minter", one, &tell(), funds),
            &gas(300_000),
        );
    }
    let execute = |contract: &str, msg: &[u8]| {
        any(&MsgExecuteContract {
            sender: minter.clone(),
            contract: contract.into(),
            msg: msg.to_vec(),
            funds: vec![],
        })
    };
    r.send("execute at no address", "minter", execute("nonsense", b"{}"), &gas(300_000));
    r.send("execute at an account", "minter", execute(&minter, b"{}"), &gas(300_000));
    r.send("execute empty bytes", "minter", execute(one, b""), &gas(300_000));
    r.send("execute a number", "minter", execute(one, b"5"), &gas(300_000));
    r.send(
        "execute what contracts may not read",
        "minter",
        execute(one, b"{\"tell\":{\"more\":1}}"),
        &gas(300_000),
    );
    r.send(
        "execute with spaces in amino",
        "minter",
        execute(one, b" { \"tell\" : { } } "),
        &gas(300_000).amino(),
    );
    r.send(
        "execute text that HTML minds in amino",
        "minter",
        execute(one, b"{\"fail\":{\"text\":\"<a> & b \\u00e4 \\\" \\\\ / \"}}"),
        &gas(300_000).amino(),
    );
    let migrate = |contract: &str, code_id| {
        any(&MsgMigrateContract {
            sender: deployer.clone(),
            contract: contract.into(),
            code_id,
            msg: tell().to_string().into_bytes(),
        })
    };
    r.send("migrate to code zero", "deployer", migrate(one, 0), &gas(300_000));
    r.send("migrate no address", "deployer", migrate("nonsense", 1), &gas(300_000));
    r.send("migrate an account", "deployer", migrate(&minter, 1), &gas(300_000));
    r.send("migrate to a closed code", "deployer", migrate(one, 3), &gas(300_000));
    r.send("migrate in amino", "deployer", migrate(one, 2), &gas(400_000).amino());
    r.send("migrate back", "deployer", migrate(one, 1), &gas(400_000));
    let admin = |new: &str, contract: &str| {
        any(&MsgUpdateAdmin { sender: deployer.clone(), new_admin: new.into(), contract: contract.into() })
    };
    r.send("an admin that is none", "deployer", admin("nonsense", one), &gas(200_000));
    r.send("an admin for an account", "deployer", admin(&minter, &minter), &gas(200_000));
    r.send("no new admin", "deployer", admin("", one), &gas(200_000));
    let clear = any(&MsgClearAdmin { sender: minter.clone(), contract: one.into() });
    r.send("clear by someone else", "minter", clear, &gas(200_000));

    // What only the chain may do.
    let unpin = any(&MsgUnpinCodes { authority: minter.clone(), code_ids: vec![1] });
    r.send("unpin by someone", "minter", unpin, &gas(800_000));
    for (name, code_ids) in
        [("nothing", vec![]), ("the same twice", vec![1, 1]), ("too many", (1..=51).collect())]
    {
        let pin = any(&MsgPinCodes { authority: minter.clone(), code_ids });
        r.send(&format!("pin {name}"), "minter", pin, &gas(200_000));
    }
    let everybody = AccessConfig { permission: 3, addresses: vec![] };
    for (name, params) in [
        ("sound", Params { code_upload_access: Some(everybody.clone()), instantiate_default_permission: 3 }),
        ("empty", Params::default()),
        (
            "unknown",
            Params { code_upload_access: Some(everybody.clone()), instantiate_default_permission: 8 },
        ),
        ("half", Params { code_upload_access: None, instantiate_default_permission: 3 }),
    ] {
        let update = any(&MsgUpdateParams { authority: minter.clone(), params: Some(params) });
        r.send(&format!("{name} parameters by someone"), "minter", update, &gas(200_000));
    }
    let add =
        any(&MsgAddCodeUploadParamsAddresses { authority: minter.clone(), addresses: vec![minter.clone()] });
    r.send("let someone upload, by someone", "minter", add, &gas(200_000));
    let add = any(&MsgAddCodeUploadParamsAddresses { authority: minter.clone(), addresses: vec![] });
    r.send("let nobody upload, by someone", "minter", add, &gas(200_000));
    let remove = any(&MsgRemoveCodeUploadParamsAddresses {
        authority: minter.clone(),
        addresses: vec![minter.clone()],
    });
    r.send("let someone upload no more, by someone", "minter", remove, &gas(200_000));
    let sudo = any(&MsgSudoContract { authority: minter.clone(), contract: one.into(), msg: b"{".to_vec() });
    r.send("sudo of no JSON", "minter", sudo, &gas(200_000));

    let probe = r.files[0].1.clone();
    let both = |label: &str, code: &[u8]| {
        any(&MsgStoreAndInstantiateContract {
            authority: minter.clone(),
            wasm_byte_code: code.to_vec(),
            instantiate_permission: None,
            unpin_code: false,
            admin: minter.clone(),
            label: label.into(),
            msg: tell().to_string().into_bytes(),
            funds: vec![coin(4, "umars")],
            source: String::new(),
            builder: String::new(),
            code_hash: vec![],
        })
    };
    r.send("store and instantiate", "minter", both("both", &probe), &gas(5_000_000));
    r.send("store and instantiate nothing", "minter", both("both", &[]), &gas(500_000));
    r.send("store and instantiate without label", "minter", both("", &probe), &gas(500_000));
    let both = |who: &str, code: &[u8]| {
        any(&MsgStoreAndMigrateContract {
            authority: who.into(),
            wasm_byte_code: code.to_vec(),
            instantiate_permission: None,
            contract: one.into(),
            msg: tell().to_string().into_bytes(),
        })
    };
    r.send("store and migrate by someone else", "minter", both(&minter, &probe), &gas(5_000_000));
    r.send("store and migrate", "deployer", both(&deployer, &probe), &gas(5_000_000));
    r.send("store and migrate nothing", "deployer", both(&deployer, &[]), &gas(500_000));
}
