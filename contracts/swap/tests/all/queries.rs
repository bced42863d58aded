//! Lists in pages, and what is looked up by assets.

use cosmwasm_std::Decimal;
use mars_testing::Actor::{Owner, Trader};
use mars_testing::Token::{Btc, Busd, Defi, Eth, Usdc, Xms};
use mars_testing::{decimal, hop, Mars, USDM_USDC, XMS_USDC};
use mars_types::pause::PausesResponse;
use mars_types::swap::{
    ConfigResponse, ExecuteMsg, NativesResponse, PoolResponse, PoolsResponse, QueryMsg, Switch,
};
use mars_types::{Asset, AssetUnchecked, PriceBand, RefusalCode};

fn open() -> Mars {
    let mut mars = Mars::deploy();
    mars.open_pools();
    for assets in [[Btc, Usdc], [Eth, Usdc], [Defi, Usdc]] {
        let assets = assets.map(|token| mars.asset(token));
        mars.create_pool(&assets);
    }
    mars
}

#[test]
fn pools_in_pages() {
    let mars = open();
    let page = |start_after, limit| -> Vec<u32> {
        let answer: PoolsResponse = mars.ask_swap(&QueryMsg::Pools { start_after, limit });
        answer.pools.iter().map(|pool| pool.pool).collect()
    };
    assert_eq!(page(None, None), [1, 2, 3, 4, 5]);
    assert_eq!(page(None, Some(2)), [1, 2]);
    assert_eq!(page(Some(2), Some(2)), [3, 4]);
    assert_eq!(page(Some(4), Some(1_000)), [5]);
    assert_eq!(page(Some(5), None), [0u32; 0]);
    assert_eq!(page(Some(u32::MAX), None), [0u32; 0]);
    assert_eq!(page(None, Some(0)), [0u32; 0]);
    let pauses: PausesResponse<Switch> =
        mars.ask_swap(&QueryMsg::Pauses { start_after: Some(3), limit: Some(1) });
    assert_eq!(pauses.pauses.len(), 2);
    let config: ConfigResponse = mars.ask_swap(&QueryMsg::Config {});
    assert_eq!(config.pools, 5);
}

#[test]
fn natives_in_pages() {
    let mars = open();
    let page = |start_after: Option<&str>, limit| -> Vec<String> {
        let start_after = start_after.map(Into::into);
        let answer: NativesResponse = mars.ask_swap(&QueryMsg::Natives { start_after, limit });
        answer.natives.into_iter().map(|native| native.denom).collect()
    };
    assert_eq!(page(None, None), ["aeth", "sats", "ubusd", "udefi", "uusdc"]);
    assert_eq!(page(Some("sats"), Some(2)), ["ubusd", "udefi"]);
    assert_eq!(page(Some("uusdc"), None), [""; 0]);
}

#[test]
fn a_pool_by_its_assets() {
    let mars = open();
    let usdm = Asset::Cw20(mars.usdm.clone());
    let ask = |stable, assets: Vec<AssetUnchecked>| {
        let query = QueryMsg::PoolOf { stable, assets };
        mars.app.wrap().query_wasm_smart::<PoolResponse>(&mars.swap, &query)
    };
    let [busd, usdc] = [Busd, Usdc].map(|token| mars.unchecked(token));
    let pool = ask(true, vec![usdm.clone().into(), usdc.clone()]).unwrap();
    assert_eq!(pool.pool, USDM_USDC);
    for (stable, assets) in [
        (false, vec![usdm.clone().into(), usdc.clone()]),
        (true, vec![usdc.clone(), usdm.into()]),
        (true, vec![usdc.clone()]),
        (false, vec![busd, usdc]),
    ] {
        let text = ask(stable, assets).unwrap_err().to_string();
        assert_eq!(mars_types::Refusal::find(&text).unwrap().code, RefusalCode::NotFound, "{text}");
    }
}

#[test]
fn a_pool_tells_its_price_now_and_an_observation_that_before_the_block() {
    let mut mars = open();
    let [xms, usdc] = [Xms, Usdc].map(|token| mars.asset(token));
    mars.advance(1);
    let quarter = PriceBand::exact(decimal("0.25"));
    assert_eq!(mars.swap_pool(XMS_USDC).prices, [quarter]);
    mars.swap(Trader, &usdc, 500_000_000_000, &[hop(XMS_USDC, &xms)]).unwrap();
    let [xms_left, usdc_now] = [0, 1].map(|place| mars.reserves(XMS_USDC)[place]);
    let price = |low: u128| PriceBand { low: Decimal::raw(low), high: Decimal::raw(low + 1) };
    let floor = mars_math::mul_div_floor(usdc_now, mars_math::PRICE_ONE, xms_left).unwrap();
    assert_eq!(mars.swap_pool(XMS_USDC).prices, [price(floor)]);
    assert_eq!(mars.base_price(XMS_USDC, &[]).spot, quarter);
    mars.advance(1);
    assert_eq!(mars.base_price(XMS_USDC, &[]).spot, price(floor));
    // A pool that nobody has filled has none.
    assert_eq!(mars.swap_pool(5).prices, []);
}

/// The shares of a constant product are the root of k at least; a ramp may lower D.
#[test]
fn the_laws_of_a_pool_are_those_of_its_kind() {
    let mars = open();
    let names: Vec<String> = mars.swap_invariants().invariants.into_iter().map(|law| law.name).collect();
    let stands = |name: &str| names.iter().any(|other| other == name);
    assert!(stands(&format!("shares_of_{XMS_USDC}_are_covered")));
    assert!(!stands(&format!("shares_of_{USDM_USDC}_are_covered")));
    assert!(stands("empty_pool_5_has_no_shares"));
}

#[test]
fn new_pools_take_the_parameters_and_old_ones_keep_theirs() {
    let mut mars = open();
    let config: ConfigResponse = mars.ask_swap(&QueryMsg::Config {});
    let mut params = config.params;
    params.constant_product_fee.total = mars_types::Bps(50);
    mars.tell_swap(Owner, &ExecuteMsg::UpdateParams { params }).unwrap();
    let assets = [Busd, Usdc].map(|token| mars.asset(token));
    let pool = mars.create_pool(&assets);
    assert_eq!(mars.swap_pool(pool).fee.total.0, 50);
    assert_eq!(mars.swap_pool(1).fee.total.0, 30);
    params.stable_fee.protocol = mars_types::Bps(3);
    let refusal = mars.tell_swap(Owner, &ExecuteMsg::UpdateParams { params }).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::InvalidInput);
}
