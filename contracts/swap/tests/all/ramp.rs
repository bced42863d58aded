//! The amplification moves slowly.

use mars_testing::Actor::Owner;
use mars_testing::{refused, Mars, USDM_USDC, XMS_USDC};
use mars_types::swap::{ExecuteMsg, PoolKind};
use mars_types::RefusalCode;

const DAY: u64 = 86_400;

fn open() -> Mars {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars.advance(DAY);
    mars
}

fn amplification(mars: &Mars) -> String {
    match mars.swap_pool(USDM_USDC).kind {
        PoolKind::Stable { amplification, .. } => amplification.to_string(),
        other => panic!("{other:?}"),
    }
}

fn ramp(target: u32, end: u64) -> ExecuteMsg {
    ExecuteMsg::RampAmplification { pool: USDM_USDC, target, end }
}

#[test]
fn it_goes_on_a_straight_line() {
    let mut mars = open();
    let start = mars.now();
    mars.tell_swap(Owner, &ramp(200, start + DAY)).unwrap();
    for (passed, expected) in [(0, "100"), (864, "101"), (43_200, "150"), (86_399, "199.99"), (86_400, "200")]
    {
        mars.advance(start + passed - mars.now());
        assert_eq!(amplification(&mars), expected, "after {passed} s");
    }
    mars.advance(DAY);
    assert_eq!(amplification(&mars), "200");
    // And down again, over two days.
    let now = mars.now();
    mars.tell_swap(Owner, &ramp(100, now + 2 * DAY)).unwrap();
    mars.advance(DAY);
    assert_eq!(amplification(&mars), "150");
}

#[test]
fn it_may_be_stopped_where_it_is() {
    let mut mars = open();
    let start = mars.now();
    mars.tell_swap(Owner, &ramp(200, start + DAY)).unwrap();
    mars.advance(21_600);
    mars.tell_swap(Owner, &ExecuteMsg::StopRamp { pool: USDM_USDC }).unwrap();
    mars.advance(1_000);
    assert_eq!(amplification(&mars), "125");
    // Stopping does not shorten the wait: two ramps within a day could pass the double.
    let result = mars.tell_swap(Owner, &ramp(250, mars.now() + DAY));
    refused(
        result,
        RefusalCode::RampStep,
        format!("a ramp at {}", mars.now()),
        format!("not before {}", start + DAY),
    );
    mars.advance(start + DAY - mars.now());
    mars.tell_swap(Owner, &ramp(250, mars.now() + DAY)).unwrap();
}

#[test]
fn refusals() {
    let mut mars = open();
    let now = mars.now();
    let result = mars.tell_swap(Owner, &ramp(200, now + DAY - 1));
    refused(
        result,
        RefusalCode::RampStep,
        format!("an end at {}", now + DAY - 1),
        format!("not before {}", now + DAY),
    );
    for target in [201, 49] {
        let result = mars.tell_swap(Owner, &ramp(target, now + 10 * DAY));
        let asked = format!("from 10000 to {} hundredths", target * 100);
        refused(result, RefusalCode::RampStep, asked, "at most double or half");
    }
    for target in [0, 10_001] {
        let result = mars.tell_swap(Owner, &ramp(target, now + DAY));
        refused(result, RefusalCode::InvalidInput, target, "1 to 10000");
    }
    let other = ExecuteMsg::RampAmplification { pool: XMS_USDC, target: 100, end: now + DAY };
    refused(mars.tell_swap(Owner, &other), RefusalCode::InvalidInput, "constant product", "a stable pool");
    let other = ExecuteMsg::StopRamp { pool: XMS_USDC };
    refused(mars.tell_swap(Owner, &other), RefusalCode::InvalidInput, "constant product", "a stable pool");
    // A new pool waits for a day, too.
    let mut fresh = Mars::deploy();
    fresh.open_pools();
    let now = fresh.now();
    let result = fresh.tell_swap(Owner, &ramp(150, now + DAY));
    refused(result, RefusalCode::RampStep, format!("a ramp at {now}"), format!("not before {}", now + DAY));
}
