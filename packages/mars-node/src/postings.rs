//! Where things happened: for each attribute of each event, the places that carry it. A search walks the places of its
//! rarest condition instead of everything that is kept.
//!
//! Terms stand here as hashes. Two that share one only give a search more places to look at.

use std::hash::{DefaultHasher, Hasher};
use std::ops::RangeInclusive;

use imbl::OrdSet;

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

/// Every term of `events`, once.
fn terms(events: &[Event]) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut key = String::new();
    for event in events {
        for attribute in &event.attributes {
            key.clear();
            key.extend([event.kind.as_str(), ".", attribute.key.as_str()]);
            terms.extend(key.match_indices('.').filter_map(|(dot, _)| key.get(..dot)).map(Term::key));
            terms.push(Term::key(&key));
            terms.push(Term::equal(&key, &attribute.value));
        }
    }
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// See the module. Cloning shares everything.
#[derive(Debug, Clone, Default)]
pub struct Postings(OrdSet<(Term, Place)>);

impl Postings {
    /// Notes what happened at `place`.
    pub fn insert(&mut self, place: Place, events: &[Event]) {
        for term in terms(events) {
            self.0.insert((term, place));
        }
    }

    /// Forgets what happened at `place`.
    pub fn remove(&mut self, place: Place, events: &[Event]) {
        for term in terms(events) {
            self.0.remove(&(term, place));
        }
    }

    /// The places of the rarest of `terms` at `heights`, in order; `None` without a term.
    pub fn rarest(&self, terms: &[Term], heights: &RangeInclusive<u64>) -> Option<Vec<Place>> {
        let walk = |term: &Term| {
            let (least, most) = ((*term, (*heights.start(), 0)), (*term, (*heights.end(), u32::MAX)));
            (self.0.range(least..=most), Vec::new())
        };
        // All are walked side by side until the first ends, so the common ones cost no more than the rarest.
        let mut walks: Vec<_> = terms.iter().map(walk).collect();
        while !walks.is_empty() {
            for (places, found) in &mut walks {
                match places.next() {
                    Some((_, place)) => found.push(*place),
                    None => return Some(std::mem::take(found)),
                }
            }
        }
        None
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
        for height in 1..=9 {
            postings.insert((height, 0), &send("minter"));
        }
        postings.insert((5, 1), &send("trader"));
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
        for height in 1..=9 {
            postings.remove((height, 0), &send("minter"));
        }
        postings.remove((5, 1), &send("trader"));
        assert!(postings.0.is_empty());
    }

    fn word() -> impl Strategy<Value = String> {
        proptest::string::string_regex("[ab]{0,2}([.][ab]{0,2})?").unwrap()
    }

    proptest! {
        /// Whatever satisfies a query is among the places where it is looked for.
        #[test]
        fn a_search_leaves_nothing_out(
            happened in proptest::collection::vec(proptest::collection::vec((word(), word(), "[0-2]?"), 0..4), 1..6),
            conditions in proptest::collection::vec(
                (word(), word(), prop_oneof![Just("EXISTS"), Just("= '1'"), Just("= 1"), Just(">= 1"), Just("CONTAINS '1'")]),
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
                postings.insert((height, 0), &events);
                if query.matches(&facts(&events).collect::<Vec<_>>()) {
                    expected.push((height, 0));
                }
            }
            let found = postings.rarest(&query.terms(), &(1..=9)).unwrap();
            prop_assert!(expected.iter().all(|place| found.contains(place)), "{text:?}: {expected:?} {found:?}");
        }
    }
}
