//! Attack: move a pool, let the treasury add liquidity at that price, and move it back. Fei's bonding curve was open to it in
//! 2021.

use mars_testing::Actor::Attacker;
use mars_testing::Token::{Btc, Usdc, Xms};
use mars_testing::{hop, Mars, USDM_USDC, XMS_USDC};
use mars_types::{Asset, RefusalCode};

use super::positions::with_pools;
use super::{ONE, THOUSAND};

/// µUSD of what the attacker has.
fn wealth(mars: &Mars) -> u128 {
    mars.balance(Attacker, Usdc) + mars.usdm_of(Attacker) + mars.xms_of(Attacker) / 4
}

/// Pools, and a surplus out of which who adds a slice is paid.
fn with_reward() -> Mars {
    let mut mars = with_pools();
    mars.mint(mars_testing::Actor::Minter, Btc, 100_000_000).unwrap();
    mars.give_usdm(mars_testing::Actor::Minter, Attacker, 400 * THOUSAND);
    mars
}

#[test]
fn within_the_band_it_costs_more_than_the_reward() {
    let mut mars = with_reward();
    let [xms, usdc] = [Xms, Usdc].map(|token| mars.asset(token));
    let usdm = Asset::Cw20(mars.usdm.clone());
    let start = mars.snapshot();
    for (pool, own) in [(XMS_USDC, &xms), (USDM_USDC, &usdm)] {
        mars.restore(&start);
        let had = wealth(&mars);
        let honest = mars.allocate(Attacker, pool, 3_000 * ONE).unwrap().reward.u128();
        assert_eq!((wealth(&mars) - had, honest), (600_000, 600_000), "0.02 %");
        let mut added = 0;
        for (from, to) in [(&usdc, own), (own, &usdc)] {
            for push in [10 * ONE, 700 * ONE, 2_900 * ONE, 11_500 * ONE, 100 * THOUSAND, 300 * THOUSAND] {
                mars.restore(&start);
                let had = wealth(&mars);
                let bought = mars.swap(Attacker, from, push, &[hop(pool, to)]).unwrap().ask.amount.u128();
                match mars.allocate(Attacker, pool, 3_000 * ONE) {
                    Ok(_) => added += 1,
                    Err(refusal) => assert_eq!(refusal.code, RefusalCode::PoolPrice, "{push}"),
                }
                mars.swap(Attacker, to, bought, &[hop(pool, from)]).unwrap();
                let has = wealth(&mars);
                assert!(has < had + honest, "{push} of {from} into pool {pool}: {had} to {has}");
                mars.assert_invariants();
            }
        }
        assert!(added >= 4, "some pushes stay within the band: {added}");
    }
}
