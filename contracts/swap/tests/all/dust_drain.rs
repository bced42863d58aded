//! Many tiny trades, each of which rounds. Nothing is to be had by it.

use mars_testing::Actor::Attacker;
use mars_testing::Token::{Usdc, Xms};
use mars_testing::{hop, Mars, Trade, USDM_USDC, XMS_USDC};
use mars_types::Asset;

use super::ONE;

#[test]
fn the_smallest_trades_lose() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    mars.mint(Attacker, Usdc, ONE).unwrap();
    let ([xms, usdc], usdm) = ([Xms, Usdc].map(|token| mars.asset(token)), Asset::Cw20(mars.usdm.clone()));
    let pairs = [
        (XMS_USDC, &xms, &usdc),
        (XMS_USDC, &usdc, &xms),
        (USDM_USDC, &usdm, &usdc),
        (USDM_USDC, &usdc, &usdm),
    ];
    for (pool, offer, ask) in pairs {
        for amount in 1..40 {
            let before = (mars.balance_of(Attacker, offer), mars.balance_of(Attacker, ask));
            let Ok(there) = mars.swap(Attacker, offer, amount, &[hop(pool, ask)]) else { continue };
            let got = there.ask.amount.u128();
            if let Ok(back) = mars.swap(Attacker, ask, got, &[hop(pool, offer)]) {
                assert!(back.ask.amount.u128() < amount, "{amount} of {offer} came back whole");
            }
            // Bought exactly, the same amount costs no less.
            let exact = Trade::of(offer.clone(), 1_000, vec![hop(pool, ask)]).exactly(got);
            let paid = mars.swap_with(Attacker, &exact).unwrap().offer.amount.u128();
            assert!(paid >= 1 && paid * got >= 1, "{paid} for {got}");
            let after = (mars.balance_of(Attacker, offer), mars.balance_of(Attacker, ask));
            assert!(after.0 < before.0, "{before:?} {after:?}");
        }
    }
    mars.assert_invariants();
}

#[test]
fn the_smallest_liquidity_loses() {
    let mut mars = Mars::deploy();
    mars.open_pools();
    for amounts in [[1, 1], [2, 1], [3, 2], [5, 1], [9, 2], [17, 5], [1, 40]] {
        let Ok(made) = mars.provide(Attacker, XMS_USDC, &amounts) else { continue };
        let back = mars.withdraw(Attacker, XMS_USDC, made.lp.u128()).unwrap();
        // At the pool's price of four to one.
        let worth = |x: u128, y: u128| x + 4 * y;
        assert!(worth(back.amounts[0].u128(), back.amounts[1].u128()) <= worth(amounts[0], amounts[1]));
    }
    mars.assert_invariants();
}
