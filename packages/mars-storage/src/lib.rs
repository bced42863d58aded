//! Storage items in a compact binary form.
//!
//! A chain charges 30 gas for each byte written, and JSON names every field and spells every number. A record that each
//! call writes is a third as long in postcard: fields in order, numbers as varints. The price is that such bytes do
//! not describe themselves, so a field is only ever added by a migration. What is written rarely stays JSON
//! (`cw_storage_plus`), whose keys are used here too.
//!
//! Numbers are plain `u64` and `u128`; a `Uint128` would be written as text.

use std::marker::PhantomData;

use cosmwasm_std::{Order, StdError, StdResult, Storage};
use cw_storage_plus::{Bound, KeyDeserialize, Map, PrimaryKey};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// One record.
pub struct PackedItem<T> {
    key: &'static str,
    record: PhantomData<T>,
}

impl<T: Serialize + DeserializeOwned> PackedItem<T> {
    pub const fn new(key: &'static str) -> Self {
        Self { key, record: PhantomData }
    }

    /// Errors: there is no record, or it cannot be read.
    pub fn load(&self, storage: &dyn Storage) -> StdResult<T> {
        let bytes = storage.get(self.key.as_bytes()).ok_or_else(|| StdError::not_found(self.key))?;
        unpack(self.key, &bytes)
    }

    pub fn save(&self, storage: &mut dyn Storage, record: &T) -> StdResult<()> {
        storage.set(self.key.as_bytes(), &pack(self.key, record)?);
        Ok(())
    }
}

/// Records by key, in the order of their keys.
pub struct PackedMap<K, T> {
    keys: Map<K, ()>,
    name: &'static str,
    record: PhantomData<T>,
}

impl<'a, K: PrimaryKey<'a>, T: Serialize + DeserializeOwned> PackedMap<K, T> {
    pub const fn new(name: &'static str) -> Self {
        Self { keys: Map::new(name), name, record: PhantomData }
    }

    /// Errors: the record cannot be read.
    pub fn may_load(&self, storage: &dyn Storage, key: K) -> StdResult<Option<T>> {
        storage.get(&self.keys.key(key)).map(|bytes| unpack(self.name, &bytes)).transpose()
    }

    pub fn save(&self, storage: &mut dyn Storage, key: K, record: &T) -> StdResult<()> {
        storage.set(&self.keys.key(key), &pack(self.name, record)?);
        Ok(())
    }

    pub fn has(&self, storage: &dyn Storage, key: K) -> bool {
        storage.get(&self.keys.key(key)).is_some()
    }

    pub fn remove(&self, storage: &mut dyn Storage, key: K) {
        storage.remove(&self.keys.key(key));
    }

    /// Keys upward, those after `after`, at most `limit`.
    pub fn keys_after<'c>(
        &self,
        storage: &'c dyn Storage,
        after: Option<K>,
        limit: usize,
    ) -> StdResult<Vec<K::Output>>
    where
        K: KeyDeserialize,
        K::Output: 'static,
        T: 'c,
    {
        let after = after.map(Bound::exclusive);
        self.keys.keys(storage, after, None, Order::Ascending).take(limit).collect()
    }

    /// Keys under a prefix upward, those after `after`, at most `limit`.
    pub fn keys_under<'c>(
        &self,
        storage: &'c dyn Storage,
        prefix: K::Prefix,
        after: Option<K::Suffix>,
        limit: usize,
    ) -> StdResult<Vec<<K::Suffix as KeyDeserialize>::Output>>
    where
        K::Suffix: PrimaryKey<'a> + KeyDeserialize,
        <K::Suffix as KeyDeserialize>::Output: 'static,
        T: 'c,
    {
        let after = after.map(Bound::exclusive);
        self.keys.prefix(prefix).keys(storage, after, None, Order::Ascending).take(limit).collect()
    }
}

/// What something was worth before each of its changes, by the block height of the change before: one history for each
/// name.
///
/// Whoever keeps the current value beside the height of its last change writes here only when the value changes again
/// in a later block, so a first change costs nothing.
pub struct History(&'static str);

impl History {
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// From block `since` on, and until the next entry, `name` was worth `value`.
    pub fn record(&self, storage: &mut dyn Storage, name: &str, since: u64, value: u128) -> StdResult<()> {
        storage.set(&self.keys().key((name, since)), &pack(self.0, &value)?);
        Ok(())
    }

    /// What `name` was worth after block `height`, which must be before the last change: 0 before the first entry.
    pub fn at(&self, storage: &dyn Storage, name: &str, height: u64) -> StdResult<u128> {
        let until = Some(Bound::inclusive(height));
        let since = self.keys().prefix(name).keys(storage, None, until, Order::Descending).next();
        let Some(since) = since.transpose()? else {
            return Ok(0);
        };
        let bytes = storage.get(&self.keys().key((name, since)));
        unpack(self.0, &bytes.ok_or_else(|| StdError::not_found(self.0))?)
    }

    fn keys<'a>(&self) -> Map<(&'a str, u64), ()> {
        Map::new(self.0)
    }
}

fn pack<T: Serialize>(name: &str, record: &T) -> StdResult<Vec<u8>> {
    postcard::to_allocvec(record).map_err(|error| StdError::serialize_err(name, error.to_string()))
}

fn unpack<T: DeserializeOwned>(name: &str, bytes: &[u8]) -> StdResult<T> {
    match postcard::take_from_bytes(bytes) {
        Ok((record, [])) => Ok(record),
        Ok((_, rest)) => Err(StdError::parse_err(name, format!("{} bytes are left over", rest.len()))),
        Err(error) => Err(StdError::parse_err(name, error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use cosmwasm_std::Addr;
    use cosmwasm_std::testing::MockStorage;

    use super::*;

    const ITEM: PackedItem<(u64, u128)> = PackedItem::new("item");
    const MAP: PackedMap<&Addr, u128> = PackedMap::new("map");
    const HISTORY: History = History::new("power");

    #[test]
    fn small_numbers_take_few_bytes() {
        let mut storage = MockStorage::new();
        ITEM.save(&mut storage, &(5, 461_501_000_000)).unwrap();
        assert_eq!(storage.get(b"item").unwrap().len(), 1 + 6);
        assert_eq!(ITEM.load(&storage).unwrap(), (5, 461_501_000_000));
        ITEM.save(&mut storage, &(u64::MAX, u128::MAX)).unwrap();
        assert_eq!(ITEM.load(&storage).unwrap(), (u64::MAX, u128::MAX));
    }

    #[test]
    fn what_is_not_there_or_not_whole_is_an_error() {
        let mut storage = MockStorage::new();
        assert!(ITEM.load(&storage).is_err());
        assert_eq!(MAP.may_load(&storage, &Addr::unchecked("a")).unwrap(), None);
        storage.set(b"item", &[1]);
        assert!(ITEM.load(&storage).is_err(), "too short");
        storage.set(b"item", &[1, 2, 3]);
        assert!(ITEM.load(&storage).is_err(), "too long");
    }

    #[test]
    fn a_map_lists_its_keys_in_pages() {
        let mut storage = MockStorage::new();
        let names = ["a", "b", "c"].map(Addr::unchecked);
        for (value, name) in (1..).zip(&names) {
            MAP.save(&mut storage, name, &value).unwrap();
        }
        let page = |after: Option<&Addr>, limit| MAP.keys_after(&storage, after, limit).unwrap();
        assert_eq!(page(None, 2), names[..2]);
        assert_eq!(page(Some(&names[1]), 2), names[2..]);
        assert!(MAP.has(&storage, &names[2]));
        assert_eq!(MAP.may_load(&storage, &names[2]).unwrap(), Some(3));
        MAP.remove(&mut storage, &names[2]);
        assert!(!MAP.has(&storage, &names[2]));
    }

    #[test]
    fn a_history_gives_the_entry_in_force_and_mixes_no_names() {
        let mut storage = MockStorage::new();
        HISTORY.record(&mut storage, "ab", 10, 7).unwrap();
        HISTORY.record(&mut storage, "ab", 20, 0).unwrap();
        HISTORY.record(&mut storage, "a", 1, 99).unwrap();
        HISTORY.record(&mut storage, "", 5, 1_000).unwrap();
        let at = |name, height| HISTORY.at(&storage, name, height).unwrap();
        assert_eq!([9, 10, 19, 20, 1_000].map(|height| at("ab", height)), [0, 7, 7, 0, 0]);
        assert_eq!([0, 1, 50].map(|height| at("a", height)), [0, 99, 99]);
        assert_eq!([4, 5].map(|height| at("", height)), [0, 1_000]);
        assert_eq!(at("b", 100), 0);
    }
}
