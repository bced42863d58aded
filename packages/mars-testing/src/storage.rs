//! The chain's storage: one ordered map whose versions share what they have in common, so a copy of it costs nothing and two
//! of them are quickly told apart.

use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::sync::Arc;

use cosmwasm_std::{Order, Record, Storage};
use imbl::OrdMap;
use imbl::ordmap::DiffItem;

type Bytes = Arc<[u8]>;

/// Everything that the chain remembers: every contract's storage, every balance.
#[derive(Clone, Default, PartialEq)]
pub struct SharedStorage {
    map: OrdMap<Bytes, Bytes>,
}

impl SharedStorage {
    /// Keys whose values differ from those of another version, or are in one of them alone.
    pub fn changed(&self, other: &Self) -> Vec<Vec<u8>> {
        let key = |item: DiffItem<Bytes, Bytes>| match item {
            DiffItem::Add(key, _) | DiffItem::Remove(key, _) | DiffItem::Update { new: (key, _), .. } => {
                key.to_vec()
            }
        };
        other.map.diff(&self.map).map(key).collect()
    }
}

impl Storage for SharedStorage {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.map.get(key).map(|value| value.to_vec())
    }

    fn range<'a>(
        &'a self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> Box<dyn Iterator<Item = Record> + 'a> {
        if let (Some(start), Some(end)) = (start, end)
            && start >= end
        {
            return Box::new(std::iter::empty());
        }
        let bounds: (Bound<&[u8]>, Bound<&[u8]>) =
            (start.map_or(Unbounded, Included), end.map_or(Unbounded, Excluded));
        let records = self.map.range::<_, [u8]>(bounds).map(|(key, value)| (key.to_vec(), value.to_vec()));
        match order {
            Order::Ascending => Box::new(records),
            Order::Descending => Box::new(records.rev()),
        }
    }

    fn set(&mut self, key: &[u8], value: &[u8]) {
        self.map.insert(key.into(), value.into());
    }

    fn remove(&mut self, key: &[u8]) {
        self.map.remove(key);
    }
}
