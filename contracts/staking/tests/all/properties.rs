//! Random lives of staking. After every step: Σ stakes, Σ unbonding, Σ power and Σ owed fit the books, and the books
//! fit what is held. At the end the past is asked again: power by height is what it was.

use mars_testing::Actor::{Attacker, Keeper, Minter, Owner, Trader};
use mars_testing::{Actor, Mars};
use mars_types::staking::ExecuteMsg;
use mars_types::RefusalCode;
use proptest::prelude::*;

use super::ONE;

const PEOPLE: [Actor; 4] = [Minter, Trader, Keeper, Attacker];

#[derive(Clone, Debug)]
enum Step {
    Stake(usize, u128),
    Unstake(usize, u128),
    Rebond(usize, u128),
    Withdraw(usize),
    Claim(usize, bool),
    Delegate(usize, usize),
    BuyBack(u128),
    Advance(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let who = || 0..PEOPLE.len();
    let amount = || prop_oneof![1..10u128, 1..1_000 * ONE];
    prop_oneof![
        3 => (who(), amount()).prop_map(|(who, amount)| Step::Stake(who, amount)),
        3 => (who(), amount()).prop_map(|(who, amount)| Step::Unstake(who, amount)),
        1 => (who(), amount()).prop_map(|(who, amount)| Step::Rebond(who, amount)),
        1 => who().prop_map(Step::Withdraw),
        2 => (who(), any::<bool>()).prop_map(|(who, restake)| Step::Claim(who, restake)),
        2 => (who(), who()).prop_map(|(who, to)| Step::Delegate(who, to)),
        1 => amount().prop_map(Step::BuyBack),
        4 => prop_oneof![1..100u64, 1..1_000_000u64].prop_map(Step::Advance),
    ]
}

fn run(mars: &mut Mars, step: &Step) {
    let person = |index: usize| PEOPLE[index];
    let result = match *step {
        Step::Stake(who, amount) => mars.stake(person(who), amount).map(drop),
        Step::Unstake(who, amount) => mars.unstake(person(who), amount).map(drop),
        Step::Rebond(who, amount) => mars.rebond(person(who), amount).map(drop),
        Step::Withdraw(who) => mars.withdraw_stake(person(who)).map(drop),
        Step::Claim(who, false) => mars.claim(person(who)).map(drop),
        Step::Claim(who, true) => mars.restake(person(who)).map(drop),
        Step::Delegate(who, to) => mars.delegate(person(who), person(to)).map(drop),
        Step::BuyBack(amount) => mars.buy_back(Owner, amount).map(drop),
        Step::Advance(seconds) => {
            mars.advance(seconds);
            Ok(())
        }
    };
    if let Err(refusal) = result {
        use RefusalCode::{Balance, Duplicate, TooSmall, Unreleased};
        assert!(matches!(refusal.code, Balance | Duplicate | TooSmall | Unreleased), "{refusal}");
    }
}

fn cases() -> u32 {
    std::env::var("MARS_STAKING_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn books_hold_and_the_past_stands(steps in prop::collection::vec(step(), 1..60)) {
        let mut mars = Mars::deploy();
        mars.fund_emission();
        let given = 461_501_000_000u128;
        let paid_in = steps.iter().map(|step| if let Step::BuyBack(amount) = step { *amount } else { 0 });
        let paid_in = given + paid_in.sum::<u128>();
        let mut past = vec![];
        for step in &steps {
            if let Step::Advance(_) = step {
                past.push((mars.height(), PEOPLE.map(|who| mars.staker(who).power.u128()), mars.pool().staked));
            }
            run(&mut mars, step);
            mars.assert_staking();
        }
        for (height, powers, total) in past {
            prop_assert_eq!(PEOPLE.map(|who| mars.power_at(who, height)), powers);
            prop_assert_eq!(mars.total_power_at(height), total.u128());
            prop_assert_eq!(powers.iter().sum::<u128>(), total.u128());
        }

        // Everyone leaves: what people have together is what they had and what was given, but for dust.
        mars.advance(86_400);
        for who in PEOPLE {
            let stake = mars.staker(who).stake.u128();
            if stake > 0 {
                mars.unstake(who, stake).unwrap();
            }
            if mars.owed(who) > 0 {
                mars.claim(who).unwrap();
            }
        }
        mars.advance(7 * 86_400);
        for who in PEOPLE {
            if !mars.staker(who).unbonding.is_empty() {
                mars.tell_staking(who, &ExecuteMsg::Withdraw {}).unwrap();
            }
        }
        let pool = mars.pool();
        prop_assert_eq!((pool.staked.u128(), pool.unbonding.u128()), (0, 0));
        let still_here = pool.unclaimed + pool.emission.left + pool.buy_back.left;
        prop_assert_eq!(mars.xms_of(&mars.staking), still_here.u128());
        prop_assert!(still_here.u128() <= paid_in);
        prop_assert!(pool.unclaimed.u128() <= 200, "dust: {}", pool.unclaimed);
    }
}
