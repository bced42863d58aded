//! Prices out of pools. A scripted contract stands for the swap: it says of each pool what the test tells it.

use cosmwasm_std::{
    to_json_binary, Addr, Binary, Decimal, Deps, DepsMut, Env, MessageInfo, Response, StdResult, Uint128,
    Uint256,
};
use cw_multi_test::{ContractWrapper, Executor};
use cw_storage_plus::Item;
use mars_types::oracle::{
    ActionKind, ExecuteMsg, InspectResponse, Market, MarketResponse, Peg, PoolRules, PricesResponse,
    QueryMsg, SourceUnchecked,
};
use mars_types::swap::{BasePrice, ObserveResponse, PoolAsset, PoolInvariant, PoolObservation};
use mars_types::{swap, Asset, AssetUnchecked, Bps, PriceBand, Refusal, RefusalCode};

use super::setup::{assert_refused, fixed, price, uatom, uusdc, Oracle};

const MILLION: u128 = 1_000_000_000_000;
const DAY: u64 = 86_400;

const POOLS: Item<Vec<PoolObservation>> = Item::new("pools");

fn say(deps: DepsMut, _: Env, _: MessageInfo, pools: Vec<PoolObservation>) -> StdResult<Response> {
    POOLS.save(deps.storage, &pools)?;
    Ok(Response::new())
}

fn answer(deps: Deps, env: Env, msg: swap::QueryMsg) -> StdResult<Binary> {
    let swap::QueryMsg::Observe { pools, windows } = msg else { panic!("not in the script") };
    assert_eq!(windows, [180, 1_800, DAY]);
    let known = POOLS.load(deps.storage)?;
    let pools = pools
        .iter()
        .map(|id| known.iter().find(|pool| pool.pool == *id).cloned())
        .map(|pool| pool.ok_or_else(|| cosmwasm_std::StdError::not_found("pool")))
        .collect::<StdResult<_>>()?;
    to_json_binary(&ObserveResponse { time: env.block.time.seconds(), pools })
}

/// XMS stands behind `uatom` here, the quote is `uusdc`; both have 6 decimals.
struct Pools {
    oracle: Oracle,
    swap: Addr,
    told: Vec<PoolObservation>,
}

fn band(text: &str) -> PriceBand {
    PriceBand::exact(price(text))
}

fn pool(
    id: u32,
    base: AssetUnchecked,
    quote: AssetUnchecked,
    reserves: [u128; 2],
    windows: [&str; 4],
) -> PoolObservation {
    let checked = |asset: AssetUnchecked| match asset {
        AssetUnchecked::Native(denom) => Asset::Native(denom),
        AssetUnchecked::Cw20(address) => Asset::Cw20(Addr::unchecked(address)),
    };
    let [base, quote] = [base, quote].map(checked);
    let [spot, short, half_hour, day] = windows.map(band);
    PoolObservation {
        pool: id,
        assets: [base, quote.clone()].map(|asset| PoolAsset { asset, decimals: 6 }).into(),
        reserves: reserves.map(Uint128::new).into(),
        lp_supply: Uint128::new(MILLION),
        invariant: PoolInvariant::ConstantProduct(Uint256::from(reserves[0]) * Uint256::from(reserves[1])),
        age: DAY,
        changed: Some(0),
        prices: vec![BasePrice { quote, spot, twaps: vec![short, half_hour, day] }],
        paused: false,
    }
}

/// Flat at this price, with so many whole quote tokens.
fn flat(id: u32, base: AssetUnchecked, quote: AssetUnchecked, at: &str, quote_side: u128) -> PoolObservation {
    let base_side = Uint128::new(quote_side).mul_floor(Decimal::one() / price(at)).u128();
    pool(id, base, quote, [base_side * 1_000_000, quote_side * 1_000_000], [at; 4])
}

impl Pools {
    fn new(told: Vec<PoolObservation>) -> Self {
        let mut oracle = Oracle::empty();
        let code = oracle.chain.store_code(Box::new(ContractWrapper::new(say, say, answer)));
        let swap =
            oracle.chain.instantiate_contract(code, oracle.owner.clone(), &told, &[], "swap", None).unwrap();
        oracle.owner_does(ExecuteMsg::SetSource { asset: uusdc(), source: fixed("1") }).unwrap();
        let mut pools = Self { oracle, swap, told };
        let xms: Vec<u32> =
            pools.told.iter().filter(|p| p.assets[0].asset == xms()).map(|p| p.pool).collect();
        pools.source(uatom(), xms);
        pools
    }

    fn source(&mut self, asset: AssetUnchecked, pools: Vec<u32>) {
        let source = self.twap(pools);
        self.oracle.owner_does(ExecuteMsg::SetSource { asset, source }).unwrap();
    }

    fn twap(&self, pools: Vec<u32>) -> SourceUnchecked {
        SourceUnchecked::Twap { swap: self.swap.to_string(), pools, rules: PoolRules::default() }
    }

    fn tell(&mut self, told: Vec<PoolObservation>) {
        let owner = self.oracle.owner.clone();
        self.oracle.chain.execute_contract(owner, self.swap.clone(), &told, &[]).unwrap();
        self.told = told;
    }

    fn change(&mut self, change: impl FnOnce(&mut Vec<PoolObservation>)) {
        let mut told = self.told.clone();
        change(&mut told);
        self.tell(told);
    }

    fn market(&self) -> Result<Market, Refusal> {
        let answer: MarketResponse = self.oracle.query(QueryMsg::Market { asset: uatom() });
        answer.market.ok_or_else(|| answer.refusal.unwrap())
    }

    fn peg(&self) -> Option<Peg> {
        let question = QueryMsg::Prices { assets: vec![], market: Some(uatom()) };
        self.oracle.query::<PricesResponse>(question).peg
    }

    fn inspect(&self) -> InspectResponse {
        self.oracle.query(QueryMsg::Inspect { asset: uatom() })
    }

    fn stopped(&self) -> Vec<ActionKind> {
        let stopped = |verdict: &mars_types::oracle::Verdict| verdict.refusal.is_some();
        self.inspect().verdicts.into_iter().filter(stopped).map(|verdict| verdict.action).collect()
    }

    fn usdm(&self) -> AssetUnchecked {
        AssetUnchecked::cw20(self.oracle.usdm.to_string())
    }
}

fn xms() -> Asset {
    Asset::Native("uatom".into())
}

fn code<T: std::fmt::Debug>(result: Result<T, Refusal>) -> RefusalCode {
    result.unwrap_err().code
}

#[test]
fn t06_t07_the_windows_of_the_deepest_pool() {
    let reserves = [8 * MILLION, 2 * MILLION];
    let mut pools =
        Pools::new(vec![pool(1, uatom(), uusdc(), reserves, ["0.25", "0.251", "0.26", "0.3604"])]);
    let market = pools.market().unwrap();
    assert_eq!((market.mint, market.redeem), (price("0.251"), price("0.273")));
    assert_eq!((market.twap_30m, market.twap_24h), (price("0.26"), price("0.3604")));
    assert!(!market.stress);
    pools.change(|told| told[0] = pool(1, uatom(), uusdc(), reserves, ["0.52", "0.51", "0.505", "0.49"]));
    let market = pools.market().unwrap();
    assert_eq!((market.mint, market.redeem), (price("0.49"), price("0.52")));
}

#[test]
fn t08_stress_is_more_than_five_per_cent_between_spot_and_the_half_hour() {
    for (spot, stress) in [("0.2469", true), ("0.247", false), ("0.273", false), ("0.2731", true)] {
        let windows = [spot, "0.26", "0.26", "0.26"];
        let pools = Pools::new(vec![pool(1, uatom(), uusdc(), [8 * MILLION, 2 * MILLION], windows)]);
        assert_eq!(pools.market().unwrap().stress, stress, "{spot}");
        // Minting takes the least window; who pays out or liquidates waits.
        let expected: &[ActionKind] = if stress { &[ActionKind::Redeem, ActionKind::Liquidate] } else { &[] };
        assert_eq!(pools.stopped(), expected);
    }
}

#[test]
fn t23_depth_is_the_fair_quote_side_whatever_a_trade_moves() {
    // At an average of 0.5: 8 M and 4 M, or 6.4 M and 5 M after a purchase.
    for reserves in [[8 * MILLION, 4 * MILLION], [6_400_000_000_000, 5 * MILLION]] {
        let pools = Pools::new(vec![pool(1, uatom(), uusdc(), reserves, ["0.5"; 4])]);
        assert_eq!(pools.market().unwrap().depth, Some(Uint128::new(4 * MILLION)));
    }
}

#[test]
fn depth_adds_up_and_pools_against_usdm_count_nothing() {
    let mut pools =
        Pools::new(vec![flat(1, uatom(), uusdc(), "0.5", 100_000), flat(2, uatom(), uusdc(), "0.5", 60_000)]);
    assert_eq!(pools.market().unwrap().depth, Some(Uint128::new(160_000_000_000)));
    let usdm = pools.usdm();
    pools.change(|told| {
        told.push(flat(3, uatom(), usdm.clone(), "0.5", 900_000));
        told.push(flat(4, usdm, uusdc(), "1", 900_000));
    });
    pools.source(uatom(), vec![1, 2, 3]);
    let usdm = pools.usdm();
    pools.source(usdm, vec![4]);
    assert_eq!(pools.market().unwrap().depth, Some(Uint128::new(160_000_000_000)));
    // The pool against USDM is deeper and still does not tell.
    pools.change(|told| told[2].prices[0].twaps = vec![band("0.9"); 3]);
    assert_eq!(pools.market().unwrap().mint, price("0.5"));
}

#[test]
fn a_quote_off_its_peg_moves_price_and_depth() {
    let mut pools = Pools::new(vec![flat(1, uatom(), uusdc(), "0.5", 100_000)]);
    pools.oracle.owner_does(ExecuteMsg::SetSource { asset: uusdc(), source: fixed("0.9") }).unwrap();
    let market = pools.market().unwrap();
    assert_eq!((market.mint, market.redeem), (price("0.45"), price("0.45")));
    assert_eq!(market.depth, Some(Uint128::new(90_000_000_000)));
    pools.oracle.owner_does(ExecuteMsg::RemoveSource { asset: uusdc() }).unwrap();
    assert_eq!(code(pools.market()), RefusalCode::PoolShallow);
}

#[test]
fn a_pool_must_be_deep_and_old_enough() {
    let mut pools = Pools::new(vec![flat(1, uatom(), uusdc(), "0.5", 50_000)]);
    pools.market().unwrap();
    pools.change(|told| told[0].reserves[1] -= Uint128::new(1_000_000));
    let refusal = pools.market().unwrap_err();
    assert_eq!((refusal.code, refusal.limit.as_str()), (RefusalCode::PoolShallow, "50000000000"));
    use ActionKind::{Liquidate, Mint, Redeem};
    assert_eq!(pools.stopped(), [Mint, Redeem, Liquidate]);
    // It is shown all the same.
    assert_eq!(pools.inspect().price.unwrap().median, price("0.5"));
    pools.change(|told| {
        told[0] = flat(1, uatom(), uusdc(), "0.5", 50_000);
        told[0].age = 1_799;
    });
    let refusal = pools.market().unwrap_err();
    assert_eq!((refusal.code, refusal.value.as_str()), (RefusalCode::PoolYoung, "1799"));
    pools.change(|told| told[0].age = 1_800);
    pools.market().unwrap();
}

#[test]
fn through_usdm_only_where_no_other_pool_has_the_depth() {
    let usdm = AssetUnchecked::cw20(Oracle::empty().usdm.to_string());
    let told = vec![
        flat(1, uatom(), uusdc(), "0.5", 40_000),
        flat(2, uatom(), usdm.clone(), "0.6", 100_000),
        flat(3, usdm.clone(), uusdc(), "0.98", 200_000),
    ];
    let mut pools = Pools::new(told);
    pools.source(usdm, vec![3]);
    // 0.6 USDM at 0.98.
    let market = pools.market().unwrap();
    assert_eq!((market.mint, market.redeem), (price("0.588"), price("0.588")));
    // The depth is that of the other pool alone.
    assert_eq!(market.depth, Some(Uint128::new(40_000_000_000)));
    let inspect = pools.inspect();
    let path: Vec<(String, Option<u32>)> =
        inspect.path.into_iter().map(|leg| (leg.source, leg.pool)).collect();
    let expected = [("twap".into(), Some(2)), ("twap".into(), Some(3)), ("fixed".into(), None)];
    assert_eq!(path, expected);
    // Above a dollar USDM counts a dollar, below 0.95 nothing.
    pools.change(|told| told[2].prices[0].twaps = vec![band("1.04"); 3]);
    pools.change(|told| told[2].prices[0].spot = band("1.04"));
    assert_eq!(pools.market().unwrap().redeem, price("0.6"));
    pools.change(|told| told[2].prices[0].twaps[1] = band("0.9499"));
    assert_eq!(code(pools.market()), RefusalCode::OffPeg);
    // With the depth, the other pool tells.
    pools.change(|told| told[0] = flat(1, uatom(), uusdc(), "0.5", 50_000));
    assert_eq!(pools.market().unwrap().mint, price("0.5"));
    // Deep but young, it does not make way.
    pools.change(|told| told[0].age = 60);
    assert_eq!(code(pools.market()), RefusalCode::PoolYoung);
}

#[test]
fn the_peg_is_that_of_the_deepest_pool_that_may_tell() {
    let usdm = AssetUnchecked::cw20(Oracle::empty().usdm.to_string());
    let mut pools = Pools::new(vec![
        flat(1, uatom(), uusdc(), "0.5", 100_000),
        flat(2, usdm.clone(), uusdc(), "0.94", 60_000),
        flat(3, usdm.clone(), uusdc(), "0.99", 200_000),
    ]);
    assert_eq!(pools.peg(), None);
    pools.source(usdm, vec![2, 3]);
    assert_eq!(pools.peg(), Some(Peg { twap_30m: price("0.99"), age: DAY }));
    // Nor one where nobody can trade.
    pools.change(|told| told[2].paused = true);
    assert_eq!(pools.peg(), Some(Peg { twap_30m: price("0.94"), age: DAY }));
    pools.change(|told| told[1].paused = true);
    assert_eq!(pools.peg(), None);
    pools.change(|told| told.iter_mut().for_each(|pool| pool.paused = false));
    pools.change(|told| told[2] = flat(3, told[2].assets[0].asset.clone().into(), uusdc(), "0.99", 1_000));
    assert_eq!(pools.peg(), Some(Peg { twap_30m: price("0.94"), age: DAY }));
    // A stable pool: half of D.
    pools.change(|told| {
        told[2].invariant = PoolInvariant::Stable(Uint256::from(140_000u128) * Uint256::from(10u128.pow(18)));
    });
    assert_eq!(pools.peg().unwrap().twap_30m, price("0.99"));
    pools.change(|told| {
        told[1].age = 10;
        told[2].age = 10;
    });
    assert_eq!(pools.peg(), None);
}

#[test]
fn depth_is_required_for_ever_once_a_pool_was_registered() {
    let mut pools = Pools::new(vec![flat(1, uatom(), uusdc(), "0.5", 100_000)]);
    pools.oracle.owner_does(ExecuteMsg::SetSource { asset: uatom(), source: fixed("0.5") }).unwrap();
    assert_eq!(pools.market().unwrap().depth, Some(Uint128::zero()));
    let mut other = Oracle::empty();
    other.owner_does(ExecuteMsg::SetSource { asset: uatom(), source: fixed("0.5") }).unwrap();
    let answer: MarketResponse = other.query(QueryMsg::Market { asset: uatom() });
    assert_eq!(answer.market.unwrap().depth, None);
}

#[test]
fn only_the_base_of_a_pool_is_priced_by_it() {
    let mut pools = Pools::new(vec![flat(1, uatom(), uusdc(), "0.5", 100_000)]);
    pools.source(uusdc(), vec![1]);
    let answer: MarketResponse = pools.oracle.query(QueryMsg::Market { asset: uusdc() });
    assert_eq!(answer.refusal.unwrap().code, RefusalCode::PoolShallow);
}

#[test]
fn a_chain_ends_and_a_circle_is_no_price() {
    let mut pools = Pools::new(vec![
        flat(1, uatom(), AssetUnchecked::native("uosmo"), "0.5", 100_000),
        flat(2, AssetUnchecked::native("uosmo"), uatom(), "2", 100_000),
    ]);
    pools.source(AssetUnchecked::native("uosmo"), vec![2]);
    assert!(pools.market().is_err());
    // Three in a row is a price, four is none.
    let chain = |names: &[&str]| {
        let asset = |name: &str| AssetUnchecked::native(name);
        let told: Vec<_> = names
            .windows(2)
            .zip(10..)
            .map(|(pair, id)| flat(id, asset(pair[0]), asset(pair[1]), "1", 100_000))
            .collect();
        let mut pools = Pools::new(told.clone());
        for observation in told {
            pools.source(observation.assets[0].asset.clone().into(), vec![observation.pool]);
        }
        pools.market().is_ok()
    };
    assert!(chain(&["uatom", "uosmo", "uusdc"]));
    assert!(!chain(&["uatom", "uosmo", "ujuno", "uusdc"]));
}

#[test]
fn a_silent_swap_is_no_price() {
    let mut pools = Pools::new(vec![flat(1, uatom(), uusdc(), "0.5", 100_000)]);
    pools.tell(vec![]);
    assert_eq!(code(pools.market()), RefusalCode::NoPrice);
    assert_eq!(pools.inspect().price, None);
    assert_eq!(pools.stopped(), ActionKind::ALL);
}

#[test]
fn a_guarded_price_spans_its_sources_and_fails_when_they_disagree() {
    let mut pools = Pools::new(vec![flat(1, uatom(), uusdc(), "0.5", 100_000)]);
    let guarded = |pools: &Pools, other: &str| SourceUnchecked::Guarded {
        sources: vec![pools.twap(vec![1]), fixed(other)],
        bound: Bps(200),
    };
    let set = |pools: &mut Pools, other: &str| {
        let source = guarded(pools, other);
        pools.oracle.owner_does(ExecuteMsg::SetSource { asset: uatom(), source }).unwrap();
    };
    set(&mut pools, "0.51");
    let market = pools.market().unwrap();
    assert_eq!((market.mint, market.redeem), (price("0.5"), price("0.51")));
    assert_eq!(market.depth, Some(Uint128::new(100_000_000_000)));
    assert_eq!(pools.inspect().price.unwrap().median, price("0.505"));
    set(&mut pools, "0.510000000000000001");
    assert_eq!(code(pools.market()), RefusalCode::Disagree);
    use ActionKind::{Mint, Redeem};
    assert_eq!(pools.stopped(), [Mint, Redeem]);
    // One that fails makes the whole fail.
    set(&mut pools, "0.5");
    pools.change(|told| told[0].age = 1);
    assert_eq!(code(pools.market()), RefusalCode::PoolYoung);
}

#[test]
fn feeders_report_to_a_guarded_source() {
    let mut oracle = Oracle::empty();
    let feeders = oracle.source(3, Default::default());
    let source = SourceUnchecked::Guarded { sources: vec![feeders, fixed("1")], bound: Bps(100) };
    oracle.owner_does(ExecuteMsg::SetSource { asset: uusdc(), source }).unwrap();
    oracle.assert_no_price(RefusalCode::NoPrice, 0, 3);
    oracle.report_all(&["0.995", "0.996", "1.002"]);
    oracle.assert_band("0.995", "0.998", "1.002");
    oracle.assert_invariants();
    assert_eq!(oracle.feeds().feeds.len(), 3);
    oracle.wait(60);
    oracle.report_all(&["0.99", "0.99", "0.99"]);
    let price: mars_types::oracle::PriceResponse = oracle.price();
    assert_eq!(price.refusal.unwrap().code, RefusalCode::Disagree);
}

#[test]
fn a_stopped_price_is_shown_and_not_used() {
    let mut pools = Pools::new(vec![flat(1, uatom(), uusdc(), "0.5", 100_000)]);
    pools.oracle.owner_does(ExecuteMsg::Pause { asset: uatom() }).unwrap();
    assert_eq!(code(pools.market()), RefusalCode::Paused);
    use ActionKind::{Liquidate, Mint, Redeem};
    assert_eq!(pools.stopped(), [Mint, Redeem, Liquidate]);
    assert_eq!(pools.inspect().price.unwrap().median, price("0.5"));
    // So is one that comes through it.
    pools.oracle.owner_does(ExecuteMsg::Unpause { asset: uatom() }).unwrap();
    pools.oracle.owner_does(ExecuteMsg::Pause { asset: uusdc() }).unwrap();
    assert_eq!(code(pools.market()), RefusalCode::Paused);
}

#[test]
fn the_last_median_is_shown_when_the_reports_are_old() {
    let mut oracle = Oracle::with_feeders(3);
    oracle.report_all(&["1", "1.01", "1.02"]);
    oracle.wait(500);
    let inspect: InspectResponse = oracle.query(QueryMsg::Inspect { asset: uusdc() });
    let shown = inspect.price.unwrap();
    assert_eq!((shown.band, shown.age), (band("1.01"), 500));
    let stopped: Vec<bool> = inspect.verdicts.iter().map(|verdict| verdict.refusal.is_some()).collect();
    assert_eq!(stopped, [true, true, true, false]);
}

#[test]
fn the_bounds_of_sources() {
    let mut pools = Pools::new(vec![flat(1, uatom(), uusdc(), "0.5", 100_000)]);
    let swap = pools.swap.to_string();
    let twap = |pools: Vec<u32>, rules| SourceUnchecked::Twap { swap: swap.clone(), pools, rules };
    let rules = PoolRules::default();
    let bad = [
        (twap(vec![], rules), "0", "1 to 5"),
        (twap((1..=6).collect(), rules), "6", "1 to 5"),
        (twap(vec![1, 2, 1], rules), "1", "once"),
        (twap(vec![1], PoolRules { min_age: 1_799, ..rules }), "1799", "1800 to 86400"),
        (
            twap(vec![1], PoolRules { min_depth: Uint128::new(1), ..rules }),
            "1",
            "10000000000 to 10000000000000",
        ),
        (SourceUnchecked::Guarded { sources: vec![fixed("1")], bound: Bps(100) }, "1", "2 to 4"),
        (
            SourceUnchecked::Guarded { sources: vec![fixed("1"), fixed("1")], bound: Bps(9) },
            "9 bp",
            "10 bp to 2000 bp",
        ),
        (
            SourceUnchecked::Guarded {
                sources: vec![
                    fixed("1"),
                    SourceUnchecked::Guarded { sources: vec![fixed("1"), fixed("1")], bound: Bps(100) },
                ],
                bound: Bps(100),
            },
            "guarded",
            "one that is not guarded itself",
        ),
    ];
    for (source, value, limit) in bad {
        let outcome = pools.oracle.owner_does(ExecuteMsg::SetSource { asset: uatom(), source });
        assert_refused(outcome, RefusalCode::InvalidInput, value, limit);
    }
    let feeders = pools.oracle.source(3, Default::default());
    let twice = SourceUnchecked::Guarded { sources: vec![feeders.clone(), feeders], bound: Bps(100) };
    let outcome = pools.oracle.owner_does(ExecuteMsg::SetSource { asset: uatom(), source: twice });
    assert_refused(outcome, RefusalCode::InvalidInput, "twice", "once");
    // A fixed price of USDM cannot hide among others.
    let usdm = pools.usdm();
    let hidden = SourceUnchecked::Guarded { sources: vec![pools.twap(vec![1]), fixed("1")], bound: Bps(100) };
    let outcome = pools.oracle.owner_does(ExecuteMsg::SetSource { asset: usdm.clone(), source: hidden });
    assert_refused(outcome, RefusalCode::SourceForbidden, format!("cw20:{}", pools.oracle.usdm), "feeders");
}

#[test]
fn a_price_below_a_millionth_of_a_millionth_is_none() {
    let whole = [400_000_000_000 * MILLION, MILLION];
    for (windows, refused) in [
        (["0.000000000001"; 4], None),
        (["0.000000000000999999"; 4], Some(RefusalCode::InvalidPrice)),
        (
            ["0.000000000001", "0.000000000000999999", "0.000000000001", "0.000000000001"],
            Some(RefusalCode::InvalidPrice),
        ),
    ] {
        let pools = Pools::new(vec![pool(1, uatom(), uusdc(), whole, windows)]);
        assert_eq!(pools.market().err().map(|refusal| refusal.code), refused, "{windows:?}");
    }
}

#[test]
fn in_stress_spot_counts_among_the_windows() {
    for (spot, least) in [("0.247", "0.26"), ("0.2469", "0.2469"), ("0.28", "0.26")] {
        let windows = [spot, "0.26", "0.26", "0.26"];
        let pools = Pools::new(vec![pool(1, uatom(), uusdc(), [8 * MILLION, 2 * MILLION], windows)]);
        assert_eq!(pools.market().unwrap().mint, price(least), "{spot}");
        assert_eq!(pools.inspect().price.unwrap().band.low, price(least));
    }
}

#[test]
fn depth_is_counted_at_the_lower_of_spot_and_average() {
    for (spot, depth) in [("0.5", 2), ("8", 2), ("0.125", 1)] {
        let windows = [spot, "0.5", "0.5", "0.5"];
        let pools = Pools::new(vec![pool(1, uatom(), uusdc(), [4 * MILLION, 2 * MILLION], windows)]);
        assert_eq!(pools.market().unwrap().depth, Some(Uint128::new(depth * MILLION)), "{spot}");
    }
}

#[test]
fn a_quote_without_a_price_makes_no_depth() {
    let uosmo = || AssetUnchecked::native("uosmo");
    let mut pools =
        Pools::new(vec![flat(1, uatom(), uusdc(), "0.5", 100_000), flat(2, uatom(), uosmo(), "0.5", 90_000)]);
    let depth = |pools: &Pools| pools.market().unwrap().depth.unwrap().u128() / 1_000_000;
    pools.oracle.owner_does(ExecuteMsg::SetSource { asset: uosmo(), source: fixed("1") }).unwrap();
    assert_eq!(depth(&pools), 190_000);
    pools.oracle.owner_does(ExecuteMsg::Pause { asset: uosmo() }).unwrap();
    assert_eq!(depth(&pools), 100_000);
}

#[test]
fn where_nobody_can_trade_there_is_no_price() {
    let mut pools = Pools::new(vec![flat(1, uatom(), uusdc(), "0.5", 100_000)]);
    pools.change(|told| told[0].paused = true);
    let refusal = pools.market().unwrap_err();
    assert_eq!((refusal.code, refusal.value.as_str()), (RefusalCode::Paused, "swap:1"));
    use ActionKind::{Liquidate, Mint, Redeem};
    assert_eq!(pools.stopped(), [Mint, Redeem, Liquidate]);
    assert_eq!(pools.inspect().price.unwrap().median, price("0.5"));
}
