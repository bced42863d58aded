//! Attack: the owner itself, by a vote that was bought or slept through, sends the assets away. A day takes a share, and who holds
//! USDM sees it go.

use mars_testing::Actor::{Attacker, Minter, Owner};
use mars_testing::Token::{Busd, Usdc};
use mars_testing::{refused, Mars, Token};
use mars_types::treasury::ExecuteMsg;
use mars_types::{Bps, Refusal, RefusalCode};

use super::positions::with_pools;
use super::{MILLION, THOUSAND};

const DAY: u64 = 86_400;

fn spend(mars: &mut Mars, token: Token, amount: u128) -> Result<(), Refusal> {
    let (asset, recipient) = (mars.unchecked(token), Attacker.addr().into_string());
    let spend = ExecuteMsg::Spend { asset, amount: amount.into(), recipient };
    mars.tell_treasury(Owner, &spend).map(drop)
}

fn left(mars: &Mars) -> u128 {
    mars.solvency().spend_left.u128()
}

#[test]
fn a_day_takes_a_twentieth_of_what_is_there() {
    let mut mars = with_pools();
    let before = mars.balance(Attacker, Usdc);
    assert_eq!((mars.solvency().external_low.u128(), left(&mars)), (1_500 * THOUSAND, 75 * THOUSAND));
    refused(
        mars.assert_unchanged(|mars| spend(mars, Usdc, 75 * THOUSAND + 1)),
        RefusalCode::SpendLimit,
        75 * THOUSAND + 1,
        75 * THOUSAND,
    );
    spend(&mut mars, Usdc, 25 * THOUSAND).unwrap();
    // 25,000 of 1.5 M is a sixtieth; a thirtieth of 1.475 M is left.
    assert_eq!(left(&mars), 49_166_666_666);
    spend(&mut mars, Usdc, 49_166_666_666).unwrap();
    assert_eq!(mars.balance(Attacker, Usdc), before + 74_166_666_666);
    refused(spend(&mut mars, Usdc, 1), RefusalCode::SpendLimit, 1, 0);
    // A fortieth in half a day, and a twentieth in any longer time.
    let rest = 1_500 * THOUSAND - 74_166_666_666;
    mars.advance_fresh(DAY / 2);
    assert_eq!(left(&mars), rest / 40);
    mars.advance_fresh(30 * DAY);
    assert_eq!(left(&mars), rest / 20);
    mars.assert_invariants();
}

#[test]
fn neither_assets_that_come_nor_a_greater_limit_give_more_at_once() {
    let mut mars = with_pools();
    spend(&mut mars, Usdc, 75 * THOUSAND).unwrap();
    mars.mint(Minter, Busd, MILLION).unwrap();
    refused(spend(&mut mars, Busd, 1), RefusalCode::SpendLimit, 1, 0);
    mars.update_params(|params| params.spend_limit = Bps(2_500)).unwrap();
    refused(spend(&mut mars, Busd, 1), RefusalCode::SpendLimit, 1, 0);
    // From then on it fills at the new speed: a quarter a day.
    mars.advance_fresh(DAY / 5);
    assert_eq!(left(&mars), 2_425 * THOUSAND / 20);
    // A smaller one cuts it.
    mars.update_params(|params| params.spend_limit = Bps(100)).unwrap();
    assert_eq!(left(&mars), 2_425 * THOUSAND / 100);
    mars.update_params(|params| params.spend_limit = Bps(0)).unwrap();
    mars.advance_fresh(DAY);
    refused(spend(&mut mars, Busd, 1), RefusalCode::SpendLimit, 1, 0);
}
