//! Every message of every contract that the DAO knows: light or heavy, and no name that does not exist.

use std::collections::BTreeSet;

use mars_types::governance::{Role, LIGHT_MESSAGES, TREASURY_KEEPS_ASSETS};

/// Names of the messages of a contract, from its schema.
fn messages(contract: &str) -> BTreeSet<String> {
    let path = format!("{}/../../schema/{contract}.json", env!("CARGO_MANIFEST_DIR"));
    let schema: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let variants = schema["execute"]["oneOf"].as_array().unwrap();
    variants.iter().filter_map(|variant| Some(variant["required"][0].as_str()?.to_string())).collect()
}

fn light(role: Role) -> BTreeSet<String> {
    let (_, names) = LIGHT_MESSAGES.iter().find(|(of, _)| *of == role).unwrap();
    names.iter().map(ToString::to_string).collect()
}

/// What is heavy, in full: whoever adds a message sees it here and decides.
#[test]
fn what_is_not_listed_is_heavy() {
    let heavy = |role, contract| messages(contract).difference(&light(role)).cloned().collect::<Vec<_>>();
    assert_eq!(
        heavy(Role::Oracle, "mars-oracle"),
        ["feed", "remove_source", "set_guardian", "set_source", "update_ownership"]
    );
    assert_eq!(
        heavy(Role::Staking, "mars-staking"),
        [
            "claim",
            "delegate",
            "rebond",
            "receive",
            "set_collector",
            "set_guardian",
            "unstake",
            "update_ownership",
            "withdraw"
        ]
    );
    for name in
        ["withdraw_reserve", "update_params", "update_non_circulating", "set_guardian", "register_asset"]
    {
        assert!(heavy(Role::Treasury, "mars-treasury").iter().any(|heavy| heavy == name), "{name}");
    }
}

#[test]
fn every_light_name_is_a_message() {
    for (role, contract) in [
        (Role::Treasury, "mars-treasury"),
        (Role::Oracle, "mars-oracle"),
        (Role::Staking, "mars-staking"),
        (Role::Swap, "mars-swap"),
        (Role::Collector, "mars-collector"),
    ] {
        let unknown: Vec<_> = light(role).difference(&messages(contract)).cloned().collect();
        assert!(unknown.is_empty(), "{contract}: {unknown:?}");
    }
    for dangerous in ["update_ownership", "set_guardian", "set_source", "withdraw_reserve"] {
        assert!(LIGHT_MESSAGES.iter().all(|(_, names)| !names.contains(&dangerous)), "{dangerous}");
    }
    let known = messages("mars-treasury");
    assert!(TREASURY_KEEPS_ASSETS.iter().all(|name| known.contains(*name)));
    for moves in ["spend", "deposit", "call_dao", "mint", "receive"] {
        assert!(known.contains(moves) && !TREASURY_KEEPS_ASSETS.contains(&moves), "{moves}");
    }
}
