//! Routes, bounds, withdrawals and pauses.

use mars_testing::Actor::{Guardian, Keeper, Minter, Owner, Trader};
use mars_testing::{hop, refused, Token, USDM_USDC, XMS_USDC};
use mars_types::collector::{ExecuteMsg, Params, Switch};
use mars_types::{Asset, Bps, RefusalCode};

use super::{collecting, HOUR, ONE};

#[test]
fn a_route_leads_from_the_asset_to_xms() {
    let mut mars = collecting();
    let [xms, usdc, busd] = [Token::Xms, Token::Usdc, Token::Busd].map(|token| mars.asset(token));
    let usdm = Asset::Cw20(mars.usdm.clone());
    let broken = [
        (busd.clone(), vec![hop(XMS_USDC, &xms)]),
        (usdc.clone(), vec![hop(USDM_USDC, &xms)]),
        (usdc.clone(), vec![hop(XMS_USDC, &usdc)]),
        (usdc.clone(), vec![hop(99, &xms)]),
        (xms.clone(), vec![hop(XMS_USDC, &usdc), hop(XMS_USDC, &xms)]),
        // Swap passes a pool once, so it would refuse every run.
        (usdc.clone(), vec![hop(USDM_USDC, &usdm), hop(USDM_USDC, &usdc), hop(XMS_USDC, &xms)]),
        (usdc.clone(), vec![]),
        (usdc, vec![hop(XMS_USDC, &xms); 5]),
    ];
    for (asset, route) in broken {
        let refusal = mars.assert_unchanged(|mars| mars.set_route(&asset, route.clone())).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::InvalidInput, "{asset} {route:?}: {refusal}");
    }
}

#[test]
fn parameters_stay_within_their_bounds() {
    let mut mars = collecting();
    let good = Params::default();
    for params in [
        Params { interval: HOUR - 1, ..good },
        Params { interval: 7 * 24 * HOUR + 1, ..good },
        Params { slice: Bps(0), ..good },
        Params { slice: Bps(101), ..good },
        Params { slippage: Bps(9), ..good },
        Params { slippage: Bps(301), ..good },
        Params { burn: Bps(6_000), retain: Bps(4_001), ..good },
        Params { burn: Bps(10_001), ..good },
    ] {
        let refusal = mars.tell_collector(Owner, &ExecuteMsg::UpdateParams { params }).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::InvalidInput, "{params:?}");
    }
    let params = Params { burn: Bps(6_000), retain: Bps(4_000), ..good };
    mars.tell_collector(Owner, &ExecuteMsg::UpdateParams { params }).unwrap();
}

#[test]
fn the_owner_takes_only_what_has_no_route() {
    let mut mars = collecting();
    let collector = mars.collector.clone();
    for token in [Token::Usdc, Token::Busd] {
        mars.give(Minter, &collector, token, 100 * ONE);
    }
    let take = |token, amount: u128, mars: &mars_testing::Mars| ExecuteMsg::Withdraw {
        asset: mars.unchecked(token),
        amount: amount.into(),
        recipient: Trader.addr().into_string(),
    };
    let usdc = take(Token::Usdc, 1, &mars);
    assert_eq!(mars.tell_collector(Owner, &usdc).unwrap_err().code, RefusalCode::InvalidInput);
    let nothing = take(Token::Busd, 0, &mars);
    refused(mars.tell_collector(Owner, &nothing), RefusalCode::TooSmall, 0, "more");
    let too_much = take(Token::Busd, 100 * ONE + 1, &mars);
    refused(mars.tell_collector(Owner, &too_much), RefusalCode::Balance, 100 * ONE + 1, 100 * ONE);
    let all = take(Token::Busd, 100 * ONE, &mars);
    mars.tell_collector(Owner, &all).unwrap();
    assert_eq!(mars.balance(&collector, Token::Busd), 0);
}

#[test]
fn each_switch_stops_one_thing() {
    let mut mars = collecting();
    let (usdc, collector) = (mars.asset(Token::Usdc), mars.collector.clone());
    mars.give(Minter, &collector, Token::Usdc, 100 * ONE);
    mars.give(Trader, &collector, Token::Xms, 100 * ONE);
    let until = mars.now() + 14 * 24 * HOUR;
    mars.tell_collector(Guardian, &ExecuteMsg::Pause { switch: Switch::Convert }).unwrap();
    refused(mars.convert(Keeper, &usdc), RefusalCode::Paused, "convert", until);
    mars.distribute(Keeper).unwrap();
    mars.tell_collector(Owner, &ExecuteMsg::Unpause { switch: Switch::Convert }).unwrap();
    mars.tell_collector(Guardian, &ExecuteMsg::Pause { switch: Switch::Distribute }).unwrap();
    mars.convert(Keeper, &usdc).unwrap();
    refused(mars.distribute(Keeper), RefusalCode::Paused, "distribute", until);
}
