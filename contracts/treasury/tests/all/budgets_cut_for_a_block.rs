//! Attack: push the pool of XMS down for the one block that a closing sees. Its depth is then next to nothing, a budget is cut to its
//! new capacity at once, and that of the day fills again in a day.

use mars_testing::Actor::{Attacker, Keeper, Minter, Owner};
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, Mars, XMS_USDC};
use mars_types::oracle::{ExecuteMsg, PoolRules, SourceUnchecked};

use super::positions::with_pools;
use super::{MILLION, THOUSAND};

/// XMS is priced by its pool, of 2 M USDC.
pub fn priced_by_its_pool() -> Mars {
    let mut mars = with_pools();
    let (swap, pools) = (mars.swap.to_string(), vec![XMS_USDC]);
    let source = SourceUnchecked::Twap { swap, pools, rules: PoolRules::default() };
    let asset = mars.unchecked(Xms);
    mars.silence(Xms);
    mars.tell_oracle(Owner, &ExecuteMsg::SetSource { asset, source }).unwrap();
    for _ in 0..2 {
        mars.next_epoch();
        mars.poke(Keeper).unwrap();
    }
    mars
}

/// What the attacker has of both assets of the pool, µUSD.
pub fn worth(mars: &Mars) -> u128 {
    mars.xms_of(Attacker) / 4 + mars.balance(Attacker, Usdc)
}

/// Buys XMS until it is at $0.25 again.
pub fn bring_back(mars: &mut Mars) {
    let (xms, usdc) = (mars.asset(Xms), mars.asset(Usdc));
    let [x, y] = mars.reserves(XMS_USDC)[..] else { unreachable!() };
    mars.swap(Attacker, &usdc, (x * y / 4).isqrt() - y, &[hop(XMS_USDC, &xms)]).unwrap();
}

#[test]
fn they_are_what_they_were_once_the_price_is_back() {
    let mut mars = priced_by_its_pool();
    let before = mars.epoch();
    let (xms, usdc) = (mars.asset(Xms), mars.asset(Usdc));
    mars.advance_fresh(175);
    let owned = worth(&mars);
    mars.swap(Attacker, &xms, 72 * MILLION, &[hop(XMS_USDC, &usdc)]).unwrap();
    mars.next_epoch();
    mars.poke(Attacker).unwrap();
    // The cap is held to what there is at that price.
    assert!(mars.epoch().raw.unwrap().u128() < before.raw.unwrap().u128() / 9);
    bring_back(&mut mars);
    // It costs him some 100,000 dollars.
    let cost = owned - worth(&mars);
    assert!((90 * THOUSAND..110 * THOUSAND).contains(&cost), "{cost}");
    for _ in 0..2 {
        mars.next_epoch();
        mars.poke(Keeper).unwrap();
    }
    let after = mars.epoch();
    assert_eq!(after.epoch_budget.level, before.epoch_budget.level);
    assert_eq!(after.day_budget.level, before.day_budget.level);
    mars.redeem(Minter, 10 * THOUSAND).unwrap();
}
