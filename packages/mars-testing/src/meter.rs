//! What a call pays the chain for its storage.

use std::cell::Cell;

use cosmwasm_std::testing::MockStorage;
use cosmwasm_std::{Order, Record, Storage};

/// Storage that counts gas as the Cosmos SDK does: a read 1,000 and 3 a byte, a write 2,000 and 30 a byte, a removal
/// 1,000, a step of an iteration 30 and 3 a byte, keys included.
#[derive(Default)]
pub struct Meter {
    storage: MockStorage,
    gas: Cell<usize>,
}

impl Meter {
    /// Gas since the last question.
    pub fn gas(&self) -> usize {
        self.gas.take()
    }

    fn pay(&self, gas: usize) {
        self.gas.set(self.gas.get() + gas);
    }
}

impl Storage for Meter {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        let value = self.storage.get(key);
        self.pay(1_000 + 3 * (key.len() + value.as_ref().map_or(0, Vec::len)));
        value
    }

    fn range<'a>(
        &'a self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> Box<dyn Iterator<Item = Record> + 'a> {
        Box::new(
            self.storage
                .range(start, end, order)
                .inspect(|(key, value)| self.pay(30 + 3 * (key.len() + value.len()))),
        )
    }

    fn set(&mut self, key: &[u8], value: &[u8]) {
        self.pay(2_000 + 30 * (key.len() + value.len()));
        self.storage.set(key, value);
    }

    fn remove(&mut self, key: &[u8]) {
        self.pay(1_000);
        self.storage.remove(key);
    }
}
