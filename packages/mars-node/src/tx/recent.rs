//! What was found out of bytes alone and may soon be asked again: a transaction is looked at when it comes, and again in
//! its block.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// Remembers at least the newest `most` of what it is told, and at most twice as many.
pub struct Recent<K, V> {
    most: usize,
    /// The younger and the older half.
    halves: Mutex<[HashMap<K, V>; 2]>,
}

impl<K: Eq + Hash, V: Clone> Recent<K, V> {
    /// Remembers nothing yet.
    pub fn new(most: usize) -> Self {
        Self { most, halves: Mutex::default() }
    }

    /// What was noted under `key`, unless it is forgotten.
    pub fn get(&self, key: &K) -> Option<V> {
        let halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        halves.iter().find_map(|half| half.get(key)).cloned()
    }

    /// Notes `value` under `key`, and forgets the oldest when there are too many.
    pub fn note(&self, key: K, value: V) {
        let mut halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        let [younger, older] = &mut *halves;
        if younger.len() >= self.most {
            *older = std::mem::take(younger);
        }
        younger.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_remembered_and_the_oldest_forgotten() {
        let recent = Recent::new(3);
        for number in 0..10 {
            recent.note(number, number * 2);
            let remembered: Vec<i32> = (0..10).filter(|number| recent.get(number).is_some()).collect();
            assert!(remembered.len() <= 6, "{remembered:?}");
            let newest: Vec<i32> = ((number - 2).max(0)..=number).collect();
            assert!(remembered.ends_with(&newest), "{remembered:?}");
        }
        assert_eq!(recent.get(&9), Some(18));
    }
}
