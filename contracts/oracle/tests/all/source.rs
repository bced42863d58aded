use mars_types::oracle::{
    ExecuteMsg, FeederRules, MarketResponse, PriceResponse, QueryMsg, SourceUnchecked, MAX_ASSETS,
};
use mars_types::{events, Asset, AssetUnchecked, Bps, RefusalCode as Code};

use super::setup::{assert_event, assert_refused, fixed, price, uatom, uusdc, Oracle, START};

fn set(asset: AssetUnchecked, source: SourceUnchecked) -> ExecuteMsg {
    ExecuteMsg::SetSource { asset, source }
}

#[test]
fn a_fixed_price_is_exact_and_never_old() {
    let mut oracle = Oracle::empty();
    let response = oracle.owner_does(set(uusdc(), fixed("0.9987"))).unwrap();
    let event = events::SourceSet {
        asset: Asset::Native("uusdc".into()),
        source: r#"{"fixed":{"price":"0.9987"}}"#.into(),
    };
    assert_event(&response, &oracle.address, event);
    oracle.wait(1_000_000);
    oracle.assert_band("0.9987", "0.9987", "0.9987");
    assert_eq!(oracle.price().price.unwrap().age, 0);
    let market: MarketResponse = oracle.query(QueryMsg::Market { asset: uusdc() });
    let market = market.market.unwrap();
    assert_eq!((market.mint, market.redeem), (price("0.9987"), price("0.9987")));
    assert_eq!((market.stress, market.depth), (false, None));
}

#[test]
fn usdm_may_be_fed_but_not_fixed() {
    let mut oracle = Oracle::empty();
    let usdm = AssetUnchecked::cw20(&oracle.usdm);
    let outcome = oracle.owner_does(set(usdm.clone(), fixed("1")));
    assert_refused(outcome, Code::SourceForbidden, format!("cw20:{}", oracle.usdm), "feeders");
    let feeders = oracle.source(3, FeederRules::default());
    oracle.owner_does(set(usdm.clone(), feeders)).unwrap();
    // Not later either.
    oracle.owner_does(set(usdm, fixed("1"))).unwrap_err();
    // A coin that merely bears the name of the address is another asset.
    let namesake = AssetUnchecked::native(oracle.usdm.to_string());
    oracle.owner_does(set(namesake, fixed("1"))).unwrap();
    oracle.assert_invariants();
}

#[test]
fn a_new_source_forgets_the_reports_and_keeps_the_pause() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.report_all(&["1", "1", "1"]);
    let source = oracle.source(4, FeederRules::default());
    oracle.owner_does(set(uusdc(), source.clone())).unwrap();
    assert!(oracle.feeds().feeds.is_empty());
    assert_eq!(oracle.last_median(), None);
    oracle.assert_no_price(Code::NoPrice, 0, 3);
    // Clocks start anew too, and no old median binds.
    oracle.report_seen(0, "3", START - 50).unwrap();

    oracle.guardian_does(ExecuteMsg::Pause { asset: uusdc() }).unwrap();
    oracle.owner_does(set(uusdc(), fixed("1"))).unwrap();
    oracle.assert_no_price(Code::Paused, "native:uusdc", START + 72 * 3_600);
    oracle.assert_invariants();
}

#[test]
fn what_the_same_feeders_said_by_the_same_rules_counts_on() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.report_all(&["0.99", "1", "1"]);
    let guarded =
        |feeders, other| SourceUnchecked::Guarded { sources: vec![fixed(other), feeders], bound: Bps(300) };
    let feeders = oracle.source(3, FeederRules::default());
    oracle.owner_does(set(uusdc(), guarded(feeders.clone(), "1.01"))).unwrap();
    // There is a price at once, and the old median binds.
    oracle.assert_band("0.99", "1.005", "1.01");
    assert_eq!(oracle.last_median(), Some((price("1"), START)));
    oracle.assert_invariants();
    oracle.owner_does(set(uusdc(), feeders)).unwrap();
    oracle.assert_band("0.99", "1", "1");

    let stricter = oracle.source(3, FeederRules { max_age: 119, ..FeederRules::default() });
    oracle.owner_does(set(uusdc(), stricter)).unwrap();
    oracle.assert_no_price(Code::NoPrice, 0, 3);
    oracle.report_all(&["1", "1", "1"]);
    let SourceUnchecked::Feeders { mut feeders, rules } = oracle.source(3, FeederRules::default()) else {
        panic!("feeders")
    };
    feeders.reverse();
    oracle.owner_does(set(uusdc(), SourceUnchecked::Feeders { feeders, rules })).unwrap();
    oracle.assert_no_price(Code::NoPrice, 0, 3);
    oracle.assert_invariants();
}

#[test]
fn without_a_source_there_is_no_price() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.report_all(&["1", "1", "1"]);
    let remove = ExecuteMsg::RemoveSource { asset: uusdc() };
    let response = oracle.owner_does(remove.clone()).unwrap();
    let event = events::SourceSet { asset: Asset::Native("uusdc".into()), source: "none".into() };
    assert_event(&response, &oracle.address, event);
    oracle.assert_no_price(Code::NotListed, "native:uusdc", "an asset with a source");
    assert_refused(oracle.owner_does(remove), Code::NotListed, "native:uusdc", "an asset with a source");
    // It comes back with nothing of the old.
    let source = oracle.source(3, FeederRules::default());
    oracle.owner_does(set(uusdc(), source)).unwrap();
    oracle.assert_no_price(Code::NoPrice, 0, 3);
    oracle.assert_invariants();
}

#[test]
fn a_source_outside_its_bounds_is_refused() {
    let mut oracle = Oracle::empty();
    let rules = FeederRules::default();
    let with = |rules| (oracle.source(3, rules), "uusdc");
    let repeated = SourceUnchecked::Feeders {
        feeders: [0, 1, 0].map(|number: usize| oracle.feeders[number].to_string()).to_vec(),
        rules,
    };
    let upper = SourceUnchecked::Feeders {
        feeders: oracle.feeders[..3].iter().map(|feeder| feeder.to_string().to_uppercase()).collect(),
        rules,
    };
    let cases = [
        (with(FeederRules { max_age: 29, ..rules }), "29", "30 to 600"),
        (with(FeederRules { max_age: 601, ..rules }), "601", "30 to 600"),
        (with(FeederRules { deviation: Bps(9), ..rules }), "9 bp", "10 bp to 1000 bp"),
        (with(FeederRules { deviation: Bps(1_001), ..rules }), "1001 bp", "10 bp to 1000 bp"),
        (with(FeederRules { memory: 59, ..rules }), "59", "60 to 3600"),
        (with(FeederRules { memory: 3_601, ..rules }), "3601", "60 to 3600"),
        (with(FeederRules { min_fresh: 2, ..rules }), "2", "3 to 3"),
        (with(FeederRules { min_fresh: 4, ..rules }), "4", "3 to 3"),
        ((oracle.source(2, rules), "uusdc"), "2", "3 to 15"),
        ((oracle.source(16, rules), "uusdc"), "16", "3 to 15"),
        ((repeated, "uusdc"), oracle.feeders[0].as_str(), "once"),
        (
            (upper, "uusdc"),
            &oracle.feeders[0].to_string().to_uppercase(),
            "a lower-case address of this chain",
        ),
        ((fixed("0"), "uusdc"), "0", "at least 10^-12"),
        ((fixed("0.000000000000999999"), "uusdc"), "0.000000000000999999", "at least 10^-12"),
        ((fixed("1"), "9usdc"), "9usdc", "3–128 of a–z A–Z 0–9 / : . _ -, or ibc/ and 64 hex digits"),
    ]
    .map(|((source, denom), value, limit)| (source, denom, value.to_string(), limit));
    for (source, denom, value, limit) in cases {
        let outcome = oracle.owner_does(set(AssetUnchecked::native(denom), source));
        assert_refused(outcome, Code::InvalidInput, value, limit);
    }
    let narrowest = FeederRules { max_age: 30, deviation: Bps(10), memory: 60, min_fresh: 3 };
    let widest = FeederRules { max_age: 600, deviation: Bps(1_000), memory: 3_600, min_fresh: 15 };
    let sources = [oracle.source(3, narrowest), oracle.source(15, widest), fixed("0.000000000001")];
    for source in sources {
        oracle.owner_does(set(uusdc(), source)).unwrap();
        oracle.assert_invariants();
    }
}

#[test]
fn forty_assets_have_a_source_and_not_one_more() {
    let mut oracle = Oracle::empty();
    for number in 0..MAX_ASSETS {
        let asset = AssetUnchecked::native(format!("u{number:03}"));
        oracle.owner_does(set(asset, fixed("1"))).unwrap();
    }
    assert_refused(oracle.owner_does(set(uatom(), fixed("1"))), Code::TooMany, 41, 40);
    // One that has a source may get another.
    oracle.owner_does(set(AssetUnchecked::native("u000"), fixed("2"))).unwrap();
    oracle.owner_does(ExecuteMsg::RemoveSource { asset: AssetUnchecked::native("u001") }).unwrap();
    oracle.owner_does(set(uatom(), fixed("1"))).unwrap();
    oracle.assert_invariants();
}

#[test]
fn a_denom_and_a_token_of_the_same_name_do_not_meet() {
    let mut oracle = Oracle::empty();
    let token = oracle.stranger.to_string();
    oracle.owner_does(set(AssetUnchecked::native(token.clone()), fixed("1"))).unwrap();
    oracle.owner_does(set(AssetUnchecked::cw20(token.clone()), fixed("2"))).unwrap();
    let median = |asset| {
        let answer: PriceResponse = oracle.query(QueryMsg::Price { asset });
        answer.price.unwrap().median
    };
    assert_eq!(median(AssetUnchecked::native(token.clone())), price("1"));
    assert_eq!(median(AssetUnchecked::cw20(token)), price("2"));
}
