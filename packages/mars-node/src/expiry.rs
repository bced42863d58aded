//! What ends at a moment: a queue of the two parties of each grant or allowance, sorted by when it ends.

use crate::context::Ctx;
use crate::error::Result;
use crate::proto::Timestamp;
use crate::store::{Order, StoreKey};
use crate::time;

/// Bytes of a key of a queue before the parties: the queue's number and the moment.
const BEFORE_PARTIES: usize = 1 + 29;

/// `address` behind its length.
pub fn with_length(address: &[u8]) -> Vec<u8> {
    [&[u8::try_from(address.len()).unwrap_or(u8::MAX)], address].concat()
}

/// A timestamp in nanoseconds since 1970; before that, 0.
pub fn nanos(timestamp: &Timestamp) -> u64 {
    let seconds = u64::try_from(timestamp.seconds).unwrap_or_default();
    seconds.saturating_mul(1_000_000_000).saturating_add(u64::try_from(timestamp.nanos).unwrap_or_default())
}

fn moment(queue: u8, nanos: u64) -> Vec<u8> {
    [&[queue], time::sortable(nanos).as_bytes()].concat()
}

/// The key in `queue` of what `first` and `second` have between them until `end`.
pub fn key(queue: u8, end: &Timestamp, first: &[u8], second: &[u8]) -> Vec<u8> {
    [moment(queue, nanos(end)), with_length(first), with_length(second)].concat()
}

/// The two parties, each behind its length, in a key of a queue.
pub fn parties(key: &[u8]) -> &[u8] {
    key.get(BEFORE_PARTIES..).unwrap_or_default()
}

/// The first keys of `queue` that ended before the time of the block, but no more than `most`.
pub fn ended(ctx: &Ctx, store: StoreKey, queue: u8, most: usize) -> Result<Vec<Vec<u8>>> {
    let end = moment(queue, ctx.block.time.0);
    let mut cursor = ctx.kv(store).iterate(Some(&[queue]), Some(&end), Order::Ascending)?;
    let mut keys = Vec::new();
    while let Some((key, _)) = cursor.current().filter(|_| keys.len() < most) {
        keys.push(key.to_vec());
        cursor.advance()?;
    }
    Ok(keys)
}
