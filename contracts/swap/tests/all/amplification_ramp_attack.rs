//! Somebody holds an imbalanced stable pool across a ramp: buys before the curve changes, sells after.

use mars_testing::Actor::{Attacker, Owner};
use mars_testing::Token::{Busd, Usdc};
use mars_testing::{hop, Mars};
use mars_types::swap::ExecuteMsg;
use mars_types::Asset;

use super::{MILLION, ONE};

const DAY: u64 = 86_400;

fn open(target: u32) -> (Mars, u32, Asset, Asset) {
    let mut mars = Mars::deploy();
    let [busd, usdc] = [Busd, Usdc].map(|token| mars.asset(token));
    let pool = mars.create_stable(100, &[busd.clone(), usdc.clone()]);
    mars.provide(Owner, pool, &[MILLION, MILLION]).unwrap();
    mars.advance(DAY);
    let end = mars.now() + DAY;
    mars.tell_swap(Owner, &ExecuteMsg::RampAmplification { pool, target, end }).unwrap();
    (mars, pool, busd, usdc)
}

/// What the attacker gains by buying, waiting and selling back.
fn gain(mars: &mut Mars, pool: u32, [from, to]: [&Asset; 2], amount: u128, wait: u64) -> i128 {
    let had = mars.balance_of(Attacker, from);
    let bought = mars.swap(Attacker, from, amount, &[hop(pool, to)]).unwrap().ask.amount.u128();
    mars.advance(wait);
    mars.swap(Attacker, to, bought, &[hop(pool, from)]).unwrap();
    i128::try_from(mars.balance_of(Attacker, from)).unwrap() - i128::try_from(had).unwrap()
}

#[test]
fn between_two_blocks_there_is_nothing_to_gain() {
    for target in [50, 200] {
        let (mut mars, pool, busd, usdc) = open(target);
        let start = mars.snapshot();
        for amount in [1_000 * ONE, 100_000 * ONE, 800_000 * ONE] {
            for wait in [0, 6, 60] {
                mars.restore(&start);
                let gain = gain(&mut mars, pool, [&busd, &usdc], amount, wait);
                assert!(gain < 0, "{target} {amount} {wait}: {gain}");
            }
        }
    }
}

/// Over a whole day of the steepest ramp anybody can trade against it. What the pool can lose to one who keeps it at nine to
/// one all day is bounded, and it is why a ramp takes a day.
#[test]
fn over_the_whole_ramp_the_loss_is_bounded() {
    for target in [50, 200] {
        let (mut mars, pool, busd, usdc) = open(target);
        let gain = gain(&mut mars, pool, [&busd, &usdc], 800_000 * ONE, DAY);
        // One per cent of the pool's two million.
        assert!(gain < i128::try_from(20_000 * ONE).unwrap(), "{target}: {gain}");
        mars.assert_invariants();
    }
}
