//! Where things happened: for each attribute of each event, the places that carry it. A search walks the places of its
//! rarest condition instead of everything that is kept.
//!
//! Terms stand here as hashes. Two that share one only give a search more places to look at.

use std::hash::{DefaultHasher, Hasher};
use std::ops::RangeInclusive;
use std::sync::Arc;

use imbl::OrdMap;

use crate::event::Event;

/// A height, and the index of a transaction there; 0 for the block itself.
pub type Place = (u64, u32);

/// What can be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term(u64);

impl Term {
    /// That there is an attribute with this composed key, or any whose key begins with it and a dot.
    pub fn key(key: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(key.as_bytes());
        Self(hasher.finish())
    }

    /// That the attribute with this composed key has this value.
    pub fn equal(key: &str, value: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(key.as_bytes());
        hasher.write_u8(0xff);
        hasher.write(value.as_bytes());
        Self(hasher.finish())
    }
}

/// Tells `note` every term of `events`, some of them several times.
fn terms(events: &[Event], mut note: impl FnMut(Term)) {
    let mut key = String::new();
    for event in events {
        for attribute in &event.attributes {
            key.clear();
            key.extend([event.kind.as_str(), ".", attribute.key.as_str()]);
            key.match_indices('.')
                .filter_map(|(dot, _)| key.get(..dot))
                .for_each(|part| note(Term::key(part)));
            note(Term::key(&key));
            note(Term::equal(&key, &attribute.value));
        }
    }
}

/// Blocks whose postings are joined into one run.
const RUN: usize = 256;
/// The most postings that are joined. Runs of large blocks stay as they are: there is little to win, and joining them
/// would take long.
const MOST_JOINED: usize = 65_536;

/// See the module. Cloning shares everything.
///
/// Postings lie in runs, each sorted and of blocks that follow each other: one run for each of the newest blocks, which
/// are joined into one when there are enough. So a block costs no more than sorting its own, and a search looks into few
/// runs.
#[derive(Debug, Clone, Default)]
pub struct Postings {
    /// By the highest height in them.
    runs: OrdMap<u64, Arc<[(Term, Place)]>>,
    /// How many of the newest runs are of one block each.
    single: usize,
}

impl Postings {
    /// Notes what happened in the block at `height`, which is higher than all before: the events of each place there.
    pub fn insert<'a>(&mut self, height: u64, events: impl IntoIterator<Item = &'a [Event]>) {
        let mut run: Vec<(Term, Place)> = Vec::new();
        for (index, events) in (0..).zip(events) {
            terms(events, |term| run.push((term, (height, index))));
        }
        if run.is_empty() {
            return;
        }
        run.sort_unstable();
        run.dedup();
        self.runs.insert(height, run.into());
        self.single += 1;
        if self.single == RUN {
            self.single = 0;
            let newest = || self.runs.iter().rev().take(RUN);
            if newest().map(|(_, run)| run.len()).sum::<usize>() > MOST_JOINED {
                return;
            }
            let heights: Vec<u64> = newest().map(|(height, _)| *height).collect();
            let runs = heights.iter().filter_map(|height| self.runs.remove(height));
            let mut run: Vec<(Term, Place)> = runs.flat_map(|run| run.to_vec()).collect();
            run.sort();
            self.runs.insert(height, run.into());
        }
    }

    /// Forgets runs of which nothing is at `lowest` or above; a few older places may stay.
    pub fn forget_below(&mut self, lowest: u64) {
        while let Some((height, _)) = self.runs.get_min().filter(|(height, _)| *height < lowest) {
            let height = *height;
            self.runs.remove(&height);
            self.single = self.single.min(self.runs.len());
        }
    }

    /// The places of the rarest of `terms` at `heights`, in order; `None` without a term.
    pub fn rarest(&self, terms: &[Term], heights: &RangeInclusive<u64>) -> Option<Vec<Place>> {
        let runs = || self.runs.range(*heights.start()..).map(|(_, run)| run);
        let found = |run: &Arc<[(Term, Place)]>, term: Term| {
            let begin = run.partition_point(|posting| *posting < (term, (*heights.start(), 0)));
            let end = run.partition_point(|posting| *posting <= (term, (*heights.end(), u32::MAX)));
            begin..end
        };
        let rarest =
            terms.iter().min_by_key(|term| runs().map(|run| found(run, **term).len()).sum::<usize>())?;
        let postings = runs().flat_map(|run| run.get(found(run, *rarest)).unwrap_or_default());
        Some(postings.map(|(_, place)| *place).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy, prop_assert, prop_oneof, proptest};

    use super::*;
    use crate::index::{Query, facts};

    #[test]
    fn a_search_walks_the_rarest_term_and_finds_nothing_that_was_forgotten() {
        let send = |from: &str| {
            vec![Event::new("transfer").with("sender", from), Event::new("wasm-a.b").with("c", "1")]
        };
        let mut postings = Postings::default();
        let (minters, traders) = (send("minter"), send("trader"));
        for height in 1..=9 {
            let events = [&minters[..], &traders[..]];
            postings.insert(height, events.into_iter().take(if height == 5 { 2 } else { 1 }));
        }
        let find = |postings: &Postings, terms: &[Term], heights: RangeInclusive<u64>| {
            postings.rarest(terms, &heights)
        };
        let (minter, trader) =
            (Term::equal("transfer.sender", "minter"), Term::equal("transfer.sender", "trader"));
        assert_eq!(find(&postings, &[minter, trader], 1..=9), Some(vec![(5, 1)]));
        assert_eq!(find(&postings, &[minter, trader], 6..=9), Some(vec![]));
        assert_eq!(find(&postings, &[minter], 3..=4), Some(vec![(3, 0), (4, 0)]));
        assert_eq!(find(&postings, &[], 1..=9), None);
        for key in ["wasm-a", "wasm-a.b", "wasm-a.b.c", "transfer"] {
            assert_eq!(find(&postings, &[Term::key(key)], 5..=5), Some(vec![(5, 0), (5, 1)]), "{key}");
        }
        assert_eq!(find(&postings, &[Term::key("wasm")], 1..=9), Some(vec![]));
        postings.forget_below(8);
        assert_eq!(find(&postings, &[minter], 1..=9), Some(vec![(8, 0), (9, 0)]));
        postings.forget_below(10);
        assert_eq!((find(&postings, &[minter], 1..=9), postings.runs.is_empty()), (Some(vec![]), true));
    }

    #[test]
    fn runs_that_are_joined_hold_what_they_held() {
        let mut postings = Postings::default();
        let (even, odd) = ([Event::new("a").with("b", "even")], [Event::new("a").with("b", "odd")]);
        for height in 1..=1_000 {
            postings.insert(height, [if height % 2 == 0 { &even[..] } else { &odd[..] }]);
        }
        assert_eq!((postings.runs.len(), postings.single), (3 + 232, 232));
        let find =
            |postings: &Postings, heights| postings.rarest(&[Term::equal("a.b", "even")], &heights).unwrap();
        let expected = |heights: RangeInclusive<u64>| -> Vec<Place> {
            heights.filter(|height| height % 2 == 0).map(|height| (height, 0)).collect()
        };
        assert_eq!(find(&postings, 1..=1_000), expected(1..=1_000));
        assert_eq!(find(&postings, 255..=600), expected(255..=600));
        assert_eq!(find(&postings, 900..=5_000), expected(900..=1_000));
        // A run stays as long as one of its blocks is kept.
        postings.forget_below(300);
        assert_eq!(find(&postings, 1..=1_000), expected(257..=1_000));
        postings.forget_below(999);
        assert_eq!((find(&postings, 1..=1_000), postings.single), (vec![(1_000, 0)], 2));
        for height in 1_001..=2_000 {
            postings.insert(height, [&even[..]]);
        }
        assert_eq!(find(&postings, 1_000..=2_000).len(), 1_001);
    }

    fn word() -> impl Strategy<Value = String> {
        proptest::string::string_regex("[ab]{0,2}([.][ab]{0,2})?").unwrap()
    }

    /// What a query may begin with.
    fn key() -> impl Strategy<Value = String> {
        proptest::string::string_regex("[ab]{1,2}([.][ab]{0,2})?").unwrap()
    }

    proptest! {
        /// Whatever satisfies a query is among the places where it is looked for.
        #[test]
        fn a_search_leaves_nothing_out(
            happened in proptest::collection::vec(proptest::collection::vec((word(), word(), "[0-2]?"), 0..4), 1..6),
            conditions in proptest::collection::vec(
                (key(), word(), prop_oneof![Just("EXISTS"), Just("= '1'"), Just("= 1"), Just(">= 1"), Just("CONTAINS '1'")]),
                1..3,
            ),
        ) {
            let text: Vec<String> =
                conditions.iter().map(|(kind, name, test)| format!("{kind}.{name} {test}")).collect();
            let query = Query::parse(&text.join(" AND ")).unwrap();
            let mut postings = Postings::default();
            let mut expected = Vec::new();
            for (height, attributes) in (1..).zip(happened) {
                let events: Vec<Event> = attributes
                    .into_iter()
                    .map(|(kind, name, value)| Event::new(kind).with(name, value))
                    .collect();
                postings.insert(height, [&events[..]]);
                if query.matches(&facts(&events).collect::<Vec<_>>()) {
                    expected.push((height, 0));
                }
            }
            let found = postings.rarest(&query.terms(), &(1..=9)).unwrap();
            prop_assert!(expected.iter().all(|place| found.contains(place)), "{text:?}: {expected:?} {found:?}");
        }
    }
}
