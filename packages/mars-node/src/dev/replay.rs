//! Running a transaction again, or before it is sent, to see every step of it.

use std::sync::Arc;

use super::{DevError, Recorder, Trace};
use crate::app::TxResult;
use crate::block::Block;
use crate::chain::{Reader, block_time};
use crate::context::{BlockInfo, Ctx, Mode, Time};
use crate::tx::Tx;

/// A context on the state of `before` for a block after it.
fn in_block(before: &Reader, height: u64, time: Time) -> Ctx {
    let block = Arc::new(BlockInfo::new(height, time, before.max_block_gas()));
    Ctx { mode: Mode::Finalize, block, ..before.context() }
}

fn record(ctx: Ctx, bytes: &[u8], index: Option<u32>) -> (Trace, TxResult) {
    let recorder = Recorder::default();
    let ctx = Ctx { recorder: Some(recorder.clone()), ..ctx };
    let result = ctx.app.clone().run_tx(&ctx, bytes);
    (recorder.finish(Tx::hash(bytes), ctx.block.height, index, result.clone()), result)
}

fn before(reader: &Reader, block: &Block) -> Result<Reader, DevError> {
    let height = block.height().saturating_sub(1);
    // Height 0 is the genesis, which no reader can be at.
    let found = if height == 0 { None } else { reader.at(height).ok() };
    found.ok_or_else(|| DevError::NoState { height, lowest: reader.lowest_state() })
}

/// Every step of the transaction with that hash, by running its block again up to it.
///
/// # Errors
/// A transaction that no block has, or a block whose parent's state is no longer kept.
pub(super) fn included(reader: &Reader, hash: [u8; 32]) -> Result<Trace, DevError> {
    let shown = hex::encode_upper(hash);
    let tx = reader.tx(&hash).ok_or_else(|| DevError::NoTx(shown.clone()))?;
    let before = before(reader, &tx.block)?;
    let ctx = in_block(&before, tx.block.height(), block_time(&tx.block));
    ctx.app.begin_block(&ctx)?;
    for earlier in tx.block.txs.iter().zip(0..tx.index).map(|(bytes, _)| bytes) {
        ctx.app.run_tx(&ctx, earlier);
    }
    let (trace, replayed) = record(ctx, tx.bytes(), Some(tx.index));
    match tx.result() {
        Some(recorded) if *recorded != replayed => Err(DevError::Diverged {
            hash: shown,
            recorded: format!("{recorded:?}"),
            replayed: format!("{replayed:?}"),
        }),
        _ => Ok(trace),
    }
}

/// Every step that the transaction `bytes` would take in the next block, whose time is `time` (nanoseconds since
/// 1970). Nobody looks at its signatures and sequences.
///
/// # Errors
/// None but those of a state that cannot be read.
pub(super) fn unsent(reader: &Reader, bytes: &[u8], time: u64) -> Result<Trace, DevError> {
    let ctx = in_block(reader, reader.height().saturating_add(1), Time(time));
    ctx.overrides().impersonate_everyone(true)?;
    ctx.app.begin_block(&ctx)?;
    Ok(record(ctx, bytes, None).0)
}
