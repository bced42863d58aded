//! The state: one ordered map, persistent in the functional sense, so a copy costs nothing and a discarded copy is a
//! rollback. A transaction, a sub-message and a snapshot are each such a copy.

use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use imbl::OrdMap;
use imbl::ordmap::DiffItem;

use crate::error::Result;
use crate::gas::{GasMeter, length};

/// Bytes shared between versions of the state.
pub type Bytes = Arc<[u8]>;

const HAS_COST: u64 = 1_000;
const DELETE_COST: u64 = 1_000;
const READ_COST: u64 = 1_000;
const READ_COST_PER_BYTE: u64 = 3;
const WRITE_COST: u64 = 2_000;
const WRITE_COST_PER_BYTE: u64 = 30;
const ITERATE_COST: u64 = 30;

/// The modules that keep state; each has keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreKey {
    Auth,
    Bank,
    Wasm,
    Circuit,
    Authz,
    Feegrant,
    /// What a developer has set; see [`crate::dev::Overrides`]. No key of a real chain.
    Dev,
}

impl StoreKey {
    const ALL: [Self; 6] = [Self::Auth, Self::Bank, Self::Wasm, Self::Circuit, Self::Authz, Self::Feegrant];

    const fn id(self) -> u8 {
        match self {
            Self::Auth => 1,
            Self::Bank => 2,
            Self::Wasm => 3,
            Self::Circuit => 4,
            Self::Authz => 5,
            Self::Feegrant => 6,
            Self::Dev => 255,
        }
    }

    /// The name that `abci_query` uses in `/store/<name>/key`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auth => "acc",
            Self::Bank => "bank",
            Self::Wasm => "wasm",
            Self::Circuit => "circuit",
            Self::Authz => "authz",
            Self::Feegrant => "feegrant",
            Self::Dev => "dev",
        }
    }

    /// The store called `name`, of those that wasmd has.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|store| store.name() == name)
    }
}

/// One version of the whole state. Cloning takes constant time and shares everything.
#[derive(Debug, Clone, Default)]
pub struct State {
    map: OrdMap<Bytes, Bytes>,
}

/// What a block did to one key: the new value, or `None` for a removal.
pub type Change = (Bytes, Option<Bytes>);

impl State {
    /// A state of the given entries, as a backend kept them.
    pub fn from_entries(entries: impl IntoIterator<Item = (Bytes, Bytes)>) -> Self {
        Self { map: entries.into_iter().collect() }
    }

    /// Every entry in the order of keys; the first byte of a key tells the store.
    pub fn entries(&self) -> impl Iterator<Item = (&Bytes, &Bytes)> {
        self.map.iter()
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// Makes `changes`.
    pub fn apply(&mut self, changes: &[Change]) {
        for (key, value) in changes {
            match value {
                Some(value) => self.map.insert(key.clone(), value.clone()),
                None => self.map.remove(key),
            };
        }
    }

    /// What makes this state into `other`, in the order of keys. Parts that both share are not looked at.
    pub fn changes_to(&self, other: &Self) -> Vec<Change> {
        let differences = self.map.diff(&other.map);
        differences
            .map(|difference| match difference {
                DiffItem::Add(key, value) | DiffItem::Update { new: (key, value), .. } => {
                    (key.clone(), Some(value.clone()))
                }
                DiffItem::Remove(key, _) => (key.clone(), None),
            })
            .collect()
    }

    /// Whether both are the same version; two that came to be equal need not be.
    pub fn ptr_eq(&self, other: &Self) -> bool {
        self.map.ptr_eq(&other.map)
    }
}

/// A state and what was changed since. The changes stand beside it because a fork that writes copies a path of the map
/// for each key, and the map of a few changes has short paths.
#[derive(Debug, Clone, Default)]
struct Draft {
    state: State,
    changes: OrdMap<Bytes, Option<Bytes>>,
}

impl Draft {
    fn get(&self, key: &[u8]) -> Option<&Bytes> {
        self.changes.get(key).map_or_else(|| self.state.map.get(key), Option::as_ref)
    }

    fn insert(&mut self, key: Bytes, value: Bytes) {
        self.changes.insert(key, Some(value));
    }

    fn remove(&mut self, key: &[u8]) {
        if self.get(key).is_some() {
            self.changes.insert(key.into(), None);
        }
    }
}

/// A state that is being worked on. Clones of the handle see the same state; [`Working::fork`] makes another one.
#[derive(Debug, Clone)]
pub struct Working(Arc<Mutex<Draft>>);

impl Working {
    /// Begins to work on `state`.
    pub fn new(state: State) -> Self {
        Self(Arc::new(Mutex::new(Draft { state, changes: OrdMap::new() })))
    }

    /// A copy whose changes stay its own until [`Working::replace`].
    pub fn fork(&self) -> Self {
        Self(Arc::new(Mutex::new(self.lock().clone())))
    }

    /// The state as it is now, and what was changed in the order of keys. A key that ended as it began is still named.
    pub fn settle(&self) -> (State, Vec<Change>) {
        let Draft { mut state, changes } = self.lock().clone();
        let changes: Vec<Change> = changes.into_iter().collect();
        state.apply(&changes);
        (state, changes)
    }

    /// Takes over what was done on `fork`.
    pub fn replace(&self, fork: &Self) {
        let draft = fork.lock().clone();
        *self.lock() = draft;
    }

    fn lock(&self) -> MutexGuard<'_, Draft> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The direction of an iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Ascending,
    Descending,
}

/// One store behind a gas meter, possibly narrowed to the keys under a prefix. Gas counts the prefix as part of the
/// key, as in the SDK.
#[derive(Debug, Clone)]
pub struct Kv {
    working: Working,
    gas: GasMeter,
    store: StoreKey,
    prefix: Vec<u8>,
}

impl Kv {
    /// Opens `store` of `working`, charging `gas`.
    pub fn new(working: Working, gas: GasMeter, store: StoreKey) -> Self {
        Self { working, gas, store, prefix: Vec::new() }
    }

    /// The keys that begin with `prefix`.
    #[must_use]
    pub fn narrow(mut self, prefix: &[u8]) -> Self {
        self.prefix.extend_from_slice(prefix);
        self
    }

    /// The meter that this store charges.
    pub fn gas(&self) -> &GasMeter {
        &self.gas
    }

    fn full(&self, key: &[u8]) -> Vec<u8> {
        let mut full = Vec::with_capacity(self.prefix.len() + key.len() + 1);
        full.push(self.store.id());
        full.extend_from_slice(&self.prefix);
        full.extend_from_slice(key);
        full
    }

    fn key_length(&self, key: &[u8]) -> u64 {
        length(&self.prefix).saturating_add(length(key))
    }

    /// The value of `key`.
    ///
    /// # Errors
    /// Only [`crate::Error::OutOfGas`], as for every method here.
    pub fn get(&self, key: &[u8]) -> Result<Option<Bytes>> {
        self.gas.consume(READ_COST, "ReadFlat")?;
        let value = self.working.lock().get(&self.full(key)).cloned();
        self.gas.consume(READ_COST_PER_BYTE.saturating_mul(self.key_length(key)), "ReadPerByte")?;
        let read = value.as_deref().map_or(0, length);
        self.gas.consume(READ_COST_PER_BYTE.saturating_mul(read), "ReadPerByte")?;
        Ok(value)
    }

    /// Whether `key` has a value.
    pub fn has(&self, key: &[u8]) -> Result<bool> {
        self.gas.consume(HAS_COST, "Has")?;
        Ok(self.working.lock().get(&self.full(key)).is_some())
    }

    /// Gives `key` the value `value`.
    pub fn set(&self, key: &[u8], value: &[u8]) -> Result<()> {
        self.gas.consume(WRITE_COST, "WriteFlat")?;
        self.gas.consume(WRITE_COST_PER_BYTE.saturating_mul(self.key_length(key)), "WritePerByte")?;
        self.gas.consume(WRITE_COST_PER_BYTE.saturating_mul(length(value)), "WritePerByte")?;
        self.working.lock().insert(self.full(key).into(), value.into());
        Ok(())
    }

    /// Removes `key`, if it is there.
    pub fn delete(&self, key: &[u8]) -> Result<()> {
        self.gas.consume(DELETE_COST, "Delete")?;
        self.working.lock().remove(&self.full(key));
        Ok(())
    }

    /// Begins at the first key from `start` (included) to `end` (excluded), or at the last in descending order.
    /// The cursor walks over the state as it is now, whatever is written meanwhile.
    pub fn iterate(&self, start: Option<&[u8]>, end: Option<&[u8]>, order: Order) -> Result<Cursor> {
        let lower = self.full(start.unwrap_or_default());
        let upper = match end {
            Some(end) => Some(self.full(end)),
            None => after_prefix(&self.full(&[])),
        };
        let mut cursor = Cursor {
            draft: self.working.lock().clone(),
            gas: self.gas.clone(),
            lower,
            upper,
            order,
            skip: self.prefix.len() + 1,
            counted: 1,
            current: None,
        };
        cursor.current = cursor.seek(None);
        cursor.charge()?;
        Ok(cursor)
    }
}

/// The first key behind all keys that begin with `prefix`; `None` if there is no such key.
fn after_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

/// A position in a range of keys.
#[derive(Debug)]
pub struct Cursor {
    draft: Draft,
    gas: GasMeter,
    lower: Vec<u8>,
    upper: Option<Vec<u8>>,
    order: Order,
    /// Bytes of the full key before the part that the caller knows.
    skip: usize,
    /// Bytes of the full key that gas does not count: the number of the store.
    counted: usize,
    current: Option<(Bytes, Bytes)>,
}

impl Cursor {
    /// The key and the value here; `None` behind the last.
    pub fn current(&self) -> Option<(&[u8], &Bytes)> {
        let (key, value) = self.current.as_ref()?;
        Some((key.get(self.skip..)?, value))
    }

    /// Goes on by one.
    pub fn advance(&mut self) -> Result<()> {
        self.charge()?;
        if let Some((key, _)) = self.current.take() {
            self.current = self.seek(Some(&key));
        }
        Ok(())
    }

    fn charge(&self) -> Result<()> {
        if let Some((key, value)) = &self.current {
            let key = key.get(self.counted..).map_or(0, length);
            self.gas.consume(READ_COST_PER_BYTE.saturating_mul(key), "ValuePerByte")?;
            self.gas.consume(READ_COST_PER_BYTE.saturating_mul(length(value)), "ValuePerByte")?;
        }
        self.gas.consume(ITERATE_COST, "IterNextFlat")
    }

    fn seek(&self, after: Option<&[u8]>) -> Option<(Bytes, Bytes)> {
        let mut passed = after;
        loop {
            let (key, value) = self.nearest(passed)?;
            match value {
                Some(value) => return Some((key.clone(), value.clone())),
                // It was removed since.
                None => passed = Some(key),
            }
        }
    }

    /// The next key behind `passed` that the state or a change of it names.
    fn nearest<'a>(&'a self, passed: Option<&'a [u8]>) -> Option<(&'a Bytes, Option<&'a Bytes>)> {
        let mut from: Bound<&[u8]> = Bound::Included(&self.lower);
        let mut to: Bound<&[u8]> = self.upper.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        if self.upper.as_ref().is_some_and(|upper| *upper <= self.lower) {
            return None;
        }
        match (self.order, passed) {
            (_, None) => {}
            (Order::Ascending, Some(passed)) if self.upper.as_deref() == Some(passed) => return None,
            (Order::Ascending, Some(passed)) => from = Bound::Excluded(passed),
            (Order::Descending, Some(passed)) if passed <= self.lower.as_slice() => return None,
            (Order::Descending, Some(passed)) => to = Bound::Excluded(passed),
        }
        let (mut kept, mut changed) = (
            self.draft.state.map.range::<_, [u8]>((from, to)),
            self.draft.changes.range::<_, [u8]>((from, to)),
        );
        let (kept, changed) = match self.order {
            Order::Ascending => (kept.next(), changed.next()),
            Order::Descending => (kept.next_back(), changed.next_back()),
        };
        let changed = changed.map(|(key, value)| (key, value.as_ref()));
        let kept = kept.map(|(key, value)| (key, Some(value)));
        match (kept, changed) {
            (Some((kept_key, _)), Some((key, _))) => {
                let first = match self.order {
                    Order::Ascending => key <= kept_key,
                    Order::Descending => key >= kept_key,
                };
                if first { changed } else { kept }
            }
            (kept, changed) => changed.or(kept),
        }
    }
}
