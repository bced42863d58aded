use mars_types::oracle::{
    ExecuteMsg, FeedEntry, FeederRules, FeedsResponse, MarketResponse, PriceResponse, PricesResponse,
    QueryMsg, Source, SourcesResponse, MAX_ASSETS,
};
use mars_types::{Asset, AssetUnchecked, Invariant, InvariantsResponse, RefusalCode as Code};

use super::setup::{fixed, price, uatom, uusdc, Oracle, START};

#[test]
fn the_market_values_at_low_and_pays_at_high() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.report_all(&["0.999", "1.002", "1"]);
    let answer: MarketResponse = oracle.query(QueryMsg::Market { asset: uusdc() });
    assert_eq!(answer.asset, Asset::Native("uusdc".into()));
    assert_eq!(answer.refusal, None);
    let market = answer.market.unwrap();
    assert_eq!((market.mint, market.redeem), (price("0.999"), price("1.002")));
    assert_eq!((market.stress, market.depth), (false, None));
}

#[test]
fn many_prices_come_in_the_order_asked_each_with_its_own_refusal() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.owner_does(ExecuteMsg::SetSource { asset: uatom(), source: fixed("4") }).unwrap();
    let unknown = AssetUnchecked::native("unknown");
    let assets = vec![unknown, uatom(), uusdc()];
    let answer: PricesResponse = oracle.query(QueryMsg::Prices { assets, market: Some(uatom()) });
    let codes: Vec<_> =
        answer.prices.iter().map(|entry| entry.refusal.as_ref().map(|refusal| refusal.code)).collect();
    assert_eq!(codes, [Some(Code::NotListed), None, Some(Code::NoPrice)]);
    assert_eq!(answer.prices[1].price.unwrap().median, price("4"));
    assert_eq!(answer.market.unwrap().market.unwrap().mint, price("4"));

    let answer: PricesResponse = oracle.query(QueryMsg::Prices { assets: vec![], market: Some(uusdc()) });
    assert!(answer.prices.is_empty());
    let market = answer.market.unwrap();
    assert_eq!((market.market, market.refusal.unwrap().code), (None, Code::NoPrice));

    let answer: PricesResponse = oracle.query(QueryMsg::Prices { assets: vec![uatom()], market: None });
    assert_eq!(answer.market, None);
}

#[test]
fn a_query_of_too_many_assets_or_of_none_that_can_be_is_an_error() {
    let oracle = Oracle::empty();
    let assets = vec![uusdc(); MAX_ASSETS + 1];
    let refusal = oracle.query_refused(QueryMsg::Prices { assets, market: None });
    assert_eq!((refusal.code, refusal.value.as_str(), refusal.limit.as_str()), (Code::TooMany, "41", "40"));
    let bad = || AssetUnchecked::native("x");
    let queries = [
        QueryMsg::Price { asset: bad() },
        QueryMsg::Market { asset: bad() },
        QueryMsg::Prices { assets: vec![bad()], market: None },
        QueryMsg::Prices { assets: vec![], market: Some(bad()) },
        QueryMsg::Feeds { asset: bad() },
        QueryMsg::Sources { start_after: Some(bad()), limit: None },
    ];
    for query in queries {
        let refusal = oracle.query_refused(query);
        assert_eq!((refusal.code, refusal.value.as_str()), (Code::InvalidInput, "x"));
    }
    let refusal = oracle.query_refused(QueryMsg::Feeds { asset: uusdc() });
    assert_eq!(refusal.code, Code::NotListed);
}

#[test]
fn sources_come_in_pages_ordered_by_key() {
    let mut oracle = Oracle::empty();
    let token = AssetUnchecked::cw20(&oracle.stranger);
    let feeders = oracle.source(3, FeederRules::default());
    oracle.owner_does(ExecuteMsg::SetSource { asset: token.clone(), source: feeders }).unwrap();
    // Set in reverse, to come out in order.
    for number in (1..MAX_ASSETS).rev() {
        let asset = AssetUnchecked::native(format!("u{number:03}"));
        oracle.owner_does(ExecuteMsg::SetSource { asset, source: fixed("1") }).unwrap();
    }
    let page = |start_after: Option<AssetUnchecked>, limit: Option<u32>| {
        let answer: SourcesResponse = oracle.query(QueryMsg::Sources { start_after, limit });
        answer.sources
    };
    let all = page(None, Some(u32::MAX));
    assert_eq!(all.len(), MAX_ASSETS);
    assert_eq!(all[0].asset, Asset::Cw20(oracle.stranger.clone()));
    assert!(matches!(&all[0].source, Source::Feeders { feeders, .. } if feeders[..] == oracle.feeders[..3]));
    assert!(all.windows(2).all(|pair| pair[0].asset.key() < pair[1].asset.key()));
    assert_eq!(page(None, None), all[..10]);
    assert_eq!(page(Some(token), Some(3)), all[1..4]);
    assert_eq!(page(Some(all[37].asset.clone().into()), None), all[38..]);
    assert_eq!(page(Some(all[39].asset.clone().into()), None), []);
}

#[test]
fn feeds_show_who_said_what_and_whether_it_counts() {
    let mut oracle = Oracle::with_feeders(4);
    oracle.report_seen(3, "1.01", START - 120).unwrap();
    oracle.report_seen(1, "1", START - 10).unwrap();
    oracle.wait(1);
    let entry = |feeder: usize, text: &str, time: u64, fresh: bool| FeedEntry {
        feeder: oracle.feeders[feeder].clone(),
        price: price(text),
        time,
        fresh,
    };
    let expected = FeedsResponse {
        feeds: vec![entry(1, "1", START - 10, true), entry(3, "1.01", START - 120, false)],
        last_median: None,
    };
    assert_eq!(oracle.feeds(), expected);
    oracle.owner_does(ExecuteMsg::SetSource { asset: uatom(), source: fixed("4") }).unwrap();
    let none: FeedsResponse = oracle.query(QueryMsg::Feeds { asset: uatom() });
    assert_eq!(none, FeedsResponse { feeds: vec![], last_median: None });
}

#[test]
fn exactly_one_of_price_and_refusal_is_there() {
    let mut oracle = Oracle::with_feeders(3);
    let exactly_one = |oracle: &Oracle| {
        let answer: PriceResponse = oracle.query(QueryMsg::Price { asset: uusdc() });
        assert!(answer.price.is_some() != answer.refusal.is_some());
    };
    exactly_one(&oracle);
    oracle.report_all(&["1", "1", "1"]);
    exactly_one(&oracle);
    oracle.owner_does(ExecuteMsg::Pause { asset: uusdc() }).unwrap();
    exactly_one(&oracle);
}

#[test]
fn the_invariants_are_recomputed_from_the_books() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.report_all(&["1", "1", "1"]);
    let answer: InvariantsResponse = oracle.query(QueryMsg::Invariants {});
    let expected = vec![
        Invariant::at_most("assets", 1, 40),
        Invariant::equal("sources_out_of_bounds", 0, 0),
        Invariant::equal("feeds_without_their_feeders", 0, 0),
        Invariant::at_most("latest_report", START, START),
        Invariant::at_most("latest_median", START, START),
        Invariant::equal("prices_too_small", 0, 0),
    ];
    assert_eq!(answer, InvariantsResponse::from(expected));
}
