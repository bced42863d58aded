//! Random feeds with time passing, against a model that remembers everything and derives the rest.

use cosmwasm_std::{Decimal, Uint128};
use mars_types::oracle::{ExecuteMsg, FeederRules};
use mars_types::{Bps, RefusalCode};
use proptest::prelude::*;

use super::setup::{report, uusdc, Oracle, START};

/// One report as it was accepted.
#[derive(Clone, Copy)]
struct Said {
    price: u128,
    time: u64,
}

struct Model {
    rules: FeederRules,
    said: Vec<Option<Said>>,
    /// Price and time of the last accepted median.
    median: Option<(u128, u64)>,
}

impl Model {
    /// Prices that a report is judged with, by the rule in words: young enough, and 100 × distance ≤ percent × median.
    fn counting(&self, now: u64) -> Vec<u128> {
        self.near(self.in_force(now), now)
    }

    /// Prices that make the price: where no median is in force, near the one that they have among themselves.
    fn priced(&self, now: u64) -> Vec<u128> {
        let counting = self.counting(now);
        match self.in_force(now) {
            None if self.enough(&counting) => self.near(Some(Self::middle(&counting)), now),
            _ => counting,
        }
    }

    fn in_force(&self, now: u64) -> Option<u128> {
        self.median.filter(|(_, time)| time + self.rules.memory > now).map(|(median, _)| median)
    }

    fn near(&self, median: Option<u128>, now: u64) -> Vec<u128> {
        let mut prices: Vec<u128> = self
            .said
            .iter()
            .flatten()
            .filter(|said| said.time + self.rules.max_age >= now)
            .filter(|said| {
                median.is_none_or(|median| {
                    said.price.abs_diff(median) * 10_000 <= u128::from(self.rules.deviation.0) * median
                })
            })
            .map(|said| said.price)
            .collect();
        prices.sort();
        prices
    }

    fn middle(prices: &[u128]) -> u128 {
        let half = prices.len() / 2;
        match prices.len() % 2 {
            1 => prices[half],
            _ => (prices[half - 1] + prices[half]) / 2,
        }
    }

    fn enough(&self, prices: &[u128]) -> bool {
        prices.len() >= usize::from(self.rules.min_fresh)
    }

    fn hear(&mut self, feeder: usize, price: u128, time: u64, now: u64) -> bool {
        let late = self.said[feeder].is_some_and(|said| time <= said.time);
        if late || time > now || price < 1_000_000 {
            return false;
        }
        self.said[feeder] = Some(Said { price, time });
        let counting = self.counting(now);
        if self.enough(&counting) {
            self.median = Some((Self::middle(&counting), now));
        }
        true
    }
}

#[derive(Clone, Debug)]
struct Step {
    wait: u64,
    feeder: usize,
    price: u128,
    /// How long ago the feeder saw it; negative: ahead of time.
    seen: i64,
    /// How long after the report the price is asked for.
    idle: u64,
}

fn step(feeders: usize) -> impl Strategy<Value = Step> {
    // Mostly near one dollar, around the bounds; sometimes far off, sometimes no price at all.
    let one = 1_000_000_000_000_000_000u128;
    let price = prop_oneof![
        12 => (9_600u128..10_400).prop_map(move |bp| one / 10_000 * bp),
        4 => prop::sample::select(vec![98u128, 100, 102]).prop_map(move |percent| one / 100 * percent),
        2 => one / 2..one * 2,
        1 => 0..2_000_000u128,
    ];
    let wait = prop_oneof![10 => 0..40u64, 3 => 100..140u64, 1 => 590..620u64];
    let idle = prop_oneof![3 => Just(0u64), 1 => 1..70u64];
    (wait, 0..feeders, price, -1..60i64, idle).prop_map(|(wait, feeder, price, seen, idle)| Step {
        wait,
        feeder,
        price,
        seen,
        idle,
    })
}

fn scene() -> impl Strategy<Value = (usize, FeederRules, Vec<Step>)> {
    (3usize..6, 3u8..5, 30..200u64, 10..400u16, 60..700u64).prop_flat_map(
        |(feeders, min_fresh, max_age, deviation, memory)| {
            let min_fresh = min_fresh.min(u8::try_from(feeders).unwrap());
            let rules = FeederRules { max_age, deviation: Bps(deviation), memory, min_fresh };
            (Just(feeders), Just(rules), prop::collection::vec(step(feeders), 1..60))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn there_is_a_price_exactly_when_enough_reports_count_and_it_is_theirs((feeders, rules, steps) in scene()) {
        let mut oracle = Oracle::empty();
        let source = oracle.source(feeders, rules);
        oracle.owner_does(ExecuteMsg::SetSource { asset: uusdc(), source }).unwrap();
        let mut model = Model { rules, said: vec![None; feeders], median: None };
        for step in steps {
            oracle.wait(step.wait);
            let now = oracle.now();
            let time = now.saturating_add_signed(-step.seen);
            let text = Decimal::new(Uint128::new(step.price)).to_string();
            let msg = ExecuteMsg::Feed { reports: vec![report(uusdc(), &text, time)] };
            let outcome = oracle.execute(&oracle.feeders[step.feeder].clone(), msg);
            prop_assert_eq!(outcome.is_ok(), model.hear(step.feeder, step.price, time, now), "{:?}", outcome);

            oracle.wait(step.idle);
            let counting = model.priced(oracle.now());
            let answer = oracle.price();
            if model.enough(&counting) {
                let price = answer.price.unwrap();
                let (low, high) = (price.band.low18(), price.band.high18());
                let median = price.median.atomics().u128();
                prop_assert!(low <= median && median <= high);
                prop_assert_eq!(low, counting[0]);
                prop_assert_eq!(high, counting[counting.len() - 1]);
                prop_assert_eq!(median, Model::middle(&counting));
                prop_assert!(price.age <= rules.max_age);
            } else {
                let refusal = answer.refusal.unwrap();
                prop_assert_eq!(refusal.code, RefusalCode::NoPrice);
                prop_assert_eq!(refusal.value, counting.len().to_string());
                prop_assert_eq!(refusal.limit, rules.min_fresh.to_string());
            }
            let median = oracle.last_median().map(|(price, time)| (price.atomics().u128(), time));
            prop_assert_eq!(median, model.median);
            prop_assert!(median.is_none_or(|(_, time)| time >= START));
            oracle.assert_invariants();
        }
    }

    /// Three honest feeders within half a percent of the truth, one that says anything at any time.
    #[test]
    fn one_liar_of_four_never_moves_the_median_out_of_what_the_honest_say(
        rounds in prop::collection::vec((1..30u64, prop::array::uniform3(9_950u32..=10_050), 1..u32::MAX), 1..40)
    ) {
        let mut oracle = Oracle::with_feeders(4);
        for (wait, honest, lie) in rounds {
            oracle.wait(wait);
            oracle.report(3, &Decimal::from_ratio(lie, 10_000_000u32).to_string()).unwrap();
            for (feeder, bp) in honest.into_iter().enumerate() {
                oracle.report(feeder, &Decimal::from_ratio(bp, 10_000u32).to_string()).unwrap();
            }
            let (least, most) = (honest.iter().min().unwrap(), honest.iter().max().unwrap());
            let (_, median, _) = oracle.band().expect("three honest reports make a price");
            prop_assert!(Decimal::from_ratio(*least, 10_000u32) <= median);
            prop_assert!(median <= Decimal::from_ratio(*most, 10_000u32));
        }
    }
}
