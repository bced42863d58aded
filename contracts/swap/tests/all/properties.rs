//! Random calls by everybody, with time between them. After every one the books hold; the bench asserts with every call
//! that it did what its simulation said, and that no LP unit lost.

use mars_testing::Actor::{self, Attacker, Keeper, Minter, Owner, Trader};
use mars_testing::Token::{Busd, Usdc, Xms};
use mars_testing::{hop, Mars, Snapshot, Trade, USDM_USDC, XMS_USDC};
use mars_types::swap::{ExecuteMsg, Hop};
use mars_types::Asset;
use proptest::prelude::*;

use super::{MILLION, ONE};

#[derive(Clone, Debug)]
enum Step {
    Swap { who: usize, offer: usize, amount: u128, hops: Vec<(usize, usize)>, exact: bool },
    Provide { who: usize, pool: usize, amounts: Vec<u128> },
    Withdraw { who: usize, pool: usize, share: u128, one: Option<usize> },
    Collect { who: usize },
    Wait { seconds: u64 },
}

const WHO: [Actor; 4] = [Attacker, Trader, Minter, Owner];

fn amount() -> impl Strategy<Value = u128> {
    prop_oneof![3 => 1..100_000 * ONE, 2 => 1..100u128, 1 => 1..5 * MILLION]
}

fn step() -> impl Strategy<Value = Step> {
    let hops = prop::collection::vec((0..4usize, 0..4usize), 1..=4);
    let swap = (0..4usize, 0..4usize, amount(), hops, any::<bool>())
        .prop_map(|(who, offer, amount, hops, exact)| Step::Swap { who, offer, amount, hops, exact });
    let amounts = prop::collection::vec(prop_oneof![amount(), Just(0)], 3);
    let provide =
        (0..4usize, 0..4usize, amounts).prop_map(|(who, pool, amounts)| Step::Provide { who, pool, amounts });
    let one = prop::option::of(0..3usize);
    let withdraw = (0..4usize, 0..4usize, 0..=10_000u128, one)
        .prop_map(|(who, pool, share, one)| Step::Withdraw { who, pool, share, one });
    prop_oneof![
        6 => swap,
        3 => provide,
        3 => withdraw,
        1 => (0..4usize).prop_map(|who| Step::Collect { who }),
        3 => (0..2_000u64).prop_map(|seconds| Step::Wait { seconds }),
    ]
}

/// XMS/USDC, USDM/USDC stable, XMS/USDM, and USDM/USDC/BUSD stable.
fn open() -> Mars {
    let mut mars = Mars::deploy();
    mars.open_pools();
    let usdm = Asset::Cw20(mars.usdm.clone());
    let [xms, usdc, busd] = [Xms, Usdc, Busd].map(|token| mars.asset(token));
    mars.mint(Trader, Usdc, 400_000 * ONE).unwrap();
    for who in [Attacker, Minter] {
        mars.give_usdm(Trader, who, 50_000 * ONE);
    }
    let third = mars.create_pool(&[xms, usdm.clone()]);
    mars.provide(Trader, third, &[400_000 * ONE, 100_000 * ONE]).unwrap();
    let fourth = mars.create_stable(200, &[usdm, usdc, busd]);
    mars.provide(Trader, fourth, &[100_000 * ONE, 100_000 * ONE, 100_000 * ONE]).unwrap();
    mars
}

fn assets(mars: &Mars) -> [Asset; 4] {
    let [xms, usdc, busd] = [Xms, Usdc, Busd].map(|token| mars.asset(token));
    [xms, usdc, Asset::Cw20(mars.usdm.clone()), busd]
}

fn run(mars: &mut Mars, step: &Step) {
    let assets = assets(mars);
    match step {
        Step::Swap { who, offer, amount, hops, exact } => {
            let (who, offer) = (WHO[*who], &assets[*offer]);
            let route: Vec<Hop> = hops
                .iter()
                .map(|(pool, ask)| hop(u32::try_from(*pool).unwrap() + 1, &assets[*ask]))
                .collect();
            let held = mars.balance_of(who, offer);
            let trade = Trade::of(offer.clone(), (*amount).min(held).max(1), route);
            if held == 0 {
                return;
            }
            let trade = if *exact { trade.exactly(*amount / 2) } else { trade };
            let _refused_or_done = mars.swap_with(who, &trade);
        }
        Step::Provide { who, pool, amounts } => {
            let (who, pool) = (WHO[*who], u32::try_from(*pool).unwrap() + 1);
            let held = mars.swap_pool(pool).assets;
            let amounts: Vec<u128> = held
                .iter()
                .zip(amounts)
                .map(|(entry, amount)| (*amount).min(mars.balance_of(who, &entry.asset)))
                .collect();
            let _refused_or_done = mars.provide(who, pool, &amounts);
        }
        Step::Withdraw { who, pool, share, one } => {
            let (who, pool) = (WHO[*who], u32::try_from(*pool).unwrap() + 1);
            let lp = mars.lp_of(who, pool) * share / 10_000;
            match one {
                None => {
                    // Nothing stops it but that there is nothing.
                    let result = mars.withdraw(who, pool, lp);
                    assert!(result.is_ok() || lp < 10, "{result:?}");
                }
                Some(place) => {
                    let entries = mars.swap_pool(pool).assets;
                    let asset = entries[place % entries.len()].asset.clone();
                    let _refused_or_done = mars.withdraw_one(who, pool, lp, &asset);
                }
            }
        }
        Step::Collect { who } => {
            mars.tell_swap(WHO[*who], &ExecuteMsg::CollectFees { pools: vec![1, 2, 3, 4] }).unwrap();
        }
        Step::Wait { seconds } => mars.advance(*seconds),
    }
}

fn steps() -> usize {
    std::env::var("MARS_SWAP_STEPS").ok().and_then(|steps| steps.parse().ok()).unwrap_or(25)
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24)
}

thread_local! {
    static START: (std::cell::RefCell<Mars>, Snapshot) = {
        let mars = open();
        let snapshot = mars.snapshot();
        (std::cell::RefCell::new(mars), snapshot)
    };
}

/// Runs on a fresh copy of the same protocol.
fn fresh<T>(test: impl FnOnce(&mut Mars) -> T) -> T {
    START.with(|(mars, snapshot)| {
        let mut mars = mars.borrow_mut();
        mars.restore(snapshot);
        test(&mut mars)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_called_the_books_hold(steps in prop::collection::vec(step(), 1..=steps())) {
        fresh(|mars| {
            for step in &steps {
                let before = [1, 2, 3, 4].map(|pool| mars.observe(pool, &[60]));
                let time = mars.now();
                run(mars, step);
                if mars.now() == time {
                    // What a block does is not seen in it.
                    for (before, pool) in before.iter().zip([1, 2, 3, 4]) {
                        let after = mars.observe(pool, &[60]);
                        assert_eq!((&after.reserves, &after.prices), (&before.reserves, &before.prices), "{step:?}");
                        assert_eq!(after.lp_supply, before.lp_supply);
                    }
                }
                mars.assert_invariants();
            }
        });
    }

    /// Alone in the market, nobody ends with more of everything than at the start.
    #[test]
    fn a_lone_attacker_never_profits(steps in prop::collection::vec(step(), 1..=steps())) {
        fresh(|mars| {
            mars.advance(60);
            let assets = assets(mars);
            let wealth = |mars: &Mars| assets.each_ref().map(|asset| mars.balance_of(Attacker, asset));
            let before = wealth(mars);
            for step in &steps {
                let step = match step.clone() {
                    Step::Swap { offer, amount, hops, exact, .. } => Step::Swap { who: 0, offer, amount, hops, exact },
                    Step::Provide { pool, amounts, .. } => Step::Provide { who: 0, pool, amounts },
                    Step::Withdraw { pool, share, one, .. } => Step::Withdraw { who: 0, pool, share, one },
                    other => other,
                };
                run(mars, &step);
            }
            for pool in [XMS_USDC, USDM_USDC, 3, 4] {
                let lp = mars.lp_of(Attacker, pool);
                if lp > 0 {
                    let _nothing_may_be_left_of_a_little = mars.withdraw(Attacker, pool, lp);
                }
            }
            let after = wealth(mars);
            let gained = after.iter().zip(&before).any(|(after, before)| after > before);
            let lost = after.iter().zip(&before).any(|(after, before)| after < before);
            assert!(!gained || lost, "{before:?} {after:?}");
            assert!(mars.balance(Keeper, Usdc) >= 1_000_000_000 * ONE);
        });
    }
}
