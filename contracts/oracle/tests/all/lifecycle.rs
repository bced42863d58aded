//! Instantiation, migration, and invariants that notice broken books.

use cosmwasm_std::testing::{message_info, mock_dependencies, mock_env};
use cosmwasm_std::{coin, from_json, Decimal, Empty};
use cw_multi_test::Executor;
use mars_oracle::contract;
use mars_oracle::state::{Feed, Quote, FEEDS, SOURCES};
use mars_types::oracle::{AcceptedMedian, InstantiateMsg, MigrateMsg, QueryMsg, Source};
use mars_types::{GuardianUnchecked, InvariantsResponse, Refusal, RefusalCode as Code};

use super::setup::{oracle, Oracle};

fn message(role: impl Fn(&str) -> String) -> InstantiateMsg {
    InstantiateMsg { owner: role("owner"), guardian: None, usdm: role("usdm") }
}

#[test]
fn instantiation_takes_no_coins_and_valid_addresses() {
    let mut deps = mock_dependencies();
    let creator = deps.api.addr_make("deployer");
    let api = deps.api;
    let valid = || message(|role| api.addr_make(role).to_string());
    let paying = message_info(&creator, &[coin(5, "umars")]);
    let error = contract::instantiate(deps.as_mut(), mock_env(), paying, valid()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "wrong_funds: the attached coins are not what this message takes (value 5umars, limit no coins)"
    );

    let upper = |role: &str| api.addr_make(role).to_string().to_uppercase();
    let now = mock_env().block.time.seconds();
    let guardian = |address: String, sunset| Some(GuardianUnchecked { address, sunset });
    let cases = [
        (InstantiateMsg { owner: upper("owner"), ..valid() }, "owner is out of bounds"),
        (InstantiateMsg { usdm: upper("usdm"), ..valid() }, "usdm is out of bounds"),
        (
            InstantiateMsg { guardian: guardian(upper("guardian"), now + 1), ..valid() },
            "guardian is out of bounds",
        ),
        (
            InstantiateMsg { guardian: guardian(api.addr_make("guardian").to_string(), now), ..valid() },
            "guardian sunset is out of bounds",
        ),
    ];
    let info = message_info(&creator, &[]);
    for (msg, message) in cases {
        let refusal =
            Refusal::from(contract::instantiate(deps.as_mut(), mock_env(), info.clone(), msg).unwrap_err());
        assert_eq!((refusal.code, refusal.message.as_str()), (Code::InvalidInput, message));
    }
    contract::instantiate(deps.as_mut(), mock_env(), info, valid()).unwrap();
    let stored = cw2::get_contract_version(&deps.storage).unwrap();
    assert_eq!(
        (stored.contract.as_str(), stored.version.as_str()),
        ("mars:oracle", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn a_migration_needs_an_older_version_of_the_same_contract() {
    let version = env!("CARGO_PKG_VERSION");
    let mut deps = mock_dependencies();
    for (name, from) in [("mars:oracle", version), ("mars:oracle", "99.0.0"), ("mars:treasury", "0.0.1")] {
        cw2::set_contract_version(&mut deps.storage, name, from).unwrap();
        let error = contract::migrate(deps.as_mut(), mock_env(), MigrateMsg {}).unwrap_err();
        let refusal = Refusal::from(error);
        assert_eq!(refusal.code, Code::NotNewer);
        assert_eq!(refusal.limit, format!("{name} {from}"));
        assert_eq!(refusal.value, format!("mars:oracle {version}"));
    }
    cw2::set_contract_version(&mut deps.storage, "mars:oracle", "0.0.1").unwrap();
    contract::migrate(deps.as_mut(), mock_env(), MigrateMsg {}).unwrap();
    assert_eq!(cw2::get_contract_version(&deps.storage).unwrap().version, version);
}

#[test]
fn a_chain_migration_to_the_same_version_changes_nothing() {
    let mut bench = Oracle::empty();
    let same = bench.chain.store_code(oracle());
    let (admin, address) = (bench.owner.clone(), bench.address.clone());
    let error = bench.chain.migrate_contract(admin, address, &Empty {}, same).unwrap_err();
    assert_eq!(Refusal::find(&format!("{error:#}")).unwrap().code, Code::NotNewer);
    assert_eq!(bench.chain.contract_data(&bench.address).unwrap().code_id, bench.code);
}

#[test]
fn every_invariant_notices_the_breach_it_is_for() {
    let env = mock_env();
    let now = env.block.time.seconds();
    let feed = |price: Decimal, time, median_time| Feed {
        quotes: vec![Some(Quote { price, time })],
        median: Some(AcceptedMedian { price: Decimal::one(), time: median_time }),
    };
    type Breach<'a> = (&'a str, &'a str, Option<Source>, Option<Feed>);
    let one = Decimal::one();
    let zero = Source::Fixed { price: Decimal::zero() };
    let breaches: [Breach; 5] = [
        ("sources_out_of_bounds", "native:uatom", Some(zero), None),
        ("feeds_without_their_feeders", "native:uatom", None, Some(feed(one, now, now))),
        ("latest_report", "native:uatom", None, Some(feed(one, now + 1, now))),
        ("latest_median", "native:uatom", None, Some(feed(one, now, now + 1))),
        ("prices_too_small", "native:uatom", None, Some(feed(Decimal::zero(), now, now))),
    ];
    for (name, key, source, reports) in breaches {
        let mut deps = mock_dependencies();
        let api = deps.api;
        let msg = message(|role| api.addr_make(role).to_string());
        let creator = message_info(&deps.api.addr_make("deployer"), &[]);
        contract::instantiate(deps.as_mut(), env.clone(), creator, msg).unwrap();
        if let Some(source) = source {
            SOURCES.save(&mut deps.storage, key, &source).unwrap();
        }
        if let Some(reports) = reports {
            FEEDS.save(&mut deps.storage, key, &reports).unwrap();
        }
        let answer = contract::query(deps.as_ref(), env.clone(), QueryMsg::Invariants {}).unwrap();
        let answer: InvariantsResponse = from_json(answer).unwrap();
        assert!(!answer.hold);
        let broken = answer.invariants.iter().find(|invariant| invariant.name == name).unwrap();
        assert!(!broken.holds, "{answer:?}");
    }
}

#[test]
fn the_invariants_notice_a_fixed_price_of_usdm() {
    let mut deps = mock_dependencies();
    let api = deps.api;
    let msg = message(|role| api.addr_make(role).to_string());
    let creator = message_info(&api.addr_make("deployer"), &[]);
    contract::instantiate(deps.as_mut(), mock_env(), creator, msg).unwrap();
    let source = Source::Fixed { price: Decimal::one() };
    let key = format!("cw20:{}", api.addr_make("usdm"));
    SOURCES.save(&mut deps.storage, &key, &source).unwrap();
    let answer = contract::query(deps.as_ref(), mock_env(), QueryMsg::Invariants {}).unwrap();
    assert!(!from_json::<InvariantsResponse>(answer).unwrap().hold);
}
