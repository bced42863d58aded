//! What each pause stops, and that a proportional withdrawal is never stopped.

use mars_testing::Actor::{Guardian, Minter, Owner, Trader};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, refused, Mars, USDM_USDC, XMS_USDC};
use mars_types::pause::PausesResponse;
use mars_types::swap::{ExecuteMsg, QueryMsg, Switch};
use mars_types::{Asset, RefusalCode};

use super::ONE;

fn open() -> (Mars, Asset, Asset) {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let [xms, usdc] = [Xms, Usdc].map(|token| mars.asset(token));
    (mars, xms, usdc)
}

#[test]
fn a_paused_pool_does_not_swap() {
    let (mut mars, xms, usdc) = open();
    let usdm = Asset::Cw20(mars.usdm.clone());
    mars.tell_swap(Owner, &ExecuteMsg::Pause { switch: Switch::Swap(XMS_USDC) }).unwrap();
    let refuses = |result| refused(result, RefusalCode::Paused, "swap:1", "owner");
    refuses(mars.swap(Trader, &xms, ONE, &[hop(XMS_USDC, &usdc)]).map(|_| ()));
    // Nor does a route that passes it, wherever it stands.
    refuses(mars.swap(Trader, &usdc, ONE, &[hop(USDM_USDC, &usdm), hop(XMS_USDC, &xms)]).map(|_| ()));
    refuses(mars.withdraw_one(Owner, XMS_USDC, ONE, &usdc).map(|_| ()));
    // Everything else works.
    mars.swap(Trader, &usdc, ONE, &[hop(USDM_USDC, &usdm)]).unwrap();
    mars.provide(Trader, XMS_USDC, &[4 * ONE, ONE]).unwrap();
    mars.withdraw(Owner, XMS_USDC, ONE).unwrap();
    mars.tell_swap(Owner, &ExecuteMsg::Unpause { switch: Switch::Swap(XMS_USDC) }).unwrap();
    mars.swap(Trader, &xms, ONE, &[hop(XMS_USDC, &usdc)]).unwrap();
}

#[test]
fn a_pool_may_be_closed_to_new_liquidity_alone() {
    let (mut mars, xms, usdc) = open();
    mars.tell_swap(Guardian, &ExecuteMsg::Pause { switch: Switch::Provide(XMS_USDC) }).unwrap();
    let lapse = mars.now() + 14 * 86_400;
    let result = mars.provide(Trader, XMS_USDC, &[4 * ONE, ONE]);
    refused(result, RefusalCode::Paused, "provide:1", lapse);
    mars.swap(Trader, &xms, ONE, &[hop(XMS_USDC, &usdc)]).unwrap();
    mars.withdraw(Owner, XMS_USDC, ONE).unwrap();
    mars.advance(14 * 86_400);
    mars.provide(Trader, XMS_USDC, &[4 * ONE, ONE]).unwrap();
}

#[test]
fn everything_paused_everybody_can_leave() {
    let (mut mars, _, _) = open();
    for pool in [XMS_USDC, USDM_USDC] {
        for switch in [Switch::Swap(pool), Switch::Provide(pool)] {
            mars.tell_swap(Owner, &ExecuteMsg::Pause { switch }).unwrap();
        }
        let lp = mars.lp_of(Owner, pool);
        mars.withdraw(Owner, pool, lp).unwrap();
    }
    mars.assert_invariants();
}

#[test]
fn the_pauser_outlives_the_guardian() {
    let mut mars = Mars::builder().guardian_for(1_000).build();
    mars.open_pools();
    let pauser = Some(Minter.addr().into_string());
    mars.tell_swap(Owner, &ExecuteMsg::SetPauser { pauser }).unwrap();
    mars.advance(1_000);
    let pause = ExecuteMsg::Pause { switch: Switch::Swap(XMS_USDC) };
    assert_eq!(mars.tell_swap(Guardian, &pause).unwrap_err().code, RefusalCode::Unauthorized);
    mars.tell_swap(Minter, &pause).unwrap();
    let until = mars.now() + 14 * 86_400;
    refused(mars.tell_swap(Minter, &pause), RefusalCode::AlreadyPaused, "swap:1", until);
    mars.tell_swap(Owner, &ExecuteMsg::ConfirmPause { switch: Switch::Swap(XMS_USDC) }).unwrap();
    let pauses: PausesResponse<Switch> = mars.ask_swap(&QueryMsg::Pauses { start_after: None, limit: None });
    assert_eq!(pauses.pauses.len(), 4);
    let paused: Vec<_> = pauses.pauses.iter().filter(|entry| entry.paused).collect();
    assert_eq!((paused.len(), paused[0].switch), (1, Switch::Swap(XMS_USDC)));
    mars.tell_swap(Owner, &ExecuteMsg::SetPauser { pauser: None }).unwrap();
    assert_eq!(mars.tell_swap(Minter, &pause).unwrap_err().code, RefusalCode::Unauthorized);
}

#[test]
fn only_pools_that_exist_have_switches() {
    let (mut mars, _, _) = open();
    for switch in [Switch::Swap(3), Switch::Provide(0)] {
        let result = mars.tell_swap(Owner, &ExecuteMsg::Pause { switch });
        assert_eq!(result.unwrap_err().code, RefusalCode::NotFound);
    }
    let unpause = ExecuteMsg::Unpause { switch: Switch::Swap(1) };
    refused(mars.tell_swap(Owner, &unpause), RefusalCode::NotFound, "swap:1", "a pause that holds");
}
