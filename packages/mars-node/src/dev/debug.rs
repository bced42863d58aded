//! What contracts print with `deps.api.debug`, kept for a while and told to whoever waits for it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::context::{Ctx, Mode};

/// The most lines that are kept; the oldest are let go first.
pub const MOST_LINES: usize = 10_000;
/// The most bytes of text that are kept.
pub const MOST_BYTES: usize = 8 << 20;

/// One line that a contract printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebugLine {
    /// Lines are numbered from 1 up, in the order in which they came.
    pub number: u64,
    /// `block`, `simulation` or `query`.
    pub during: String,
    /// The height of the block that is being made, or of the state that is asked.
    pub height: u64,
    /// The hash of the transaction in capitals; none in a query.
    pub tx: Option<String>,
    /// The contract's address.
    pub contract: String,
    pub text: String,
}

/// See the module. Clones share the lines.
#[derive(Clone)]
pub struct DebugLog(Arc<Shared>);

struct Shared {
    kept: Mutex<Kept>,
    last: watch::Sender<u64>,
}

#[derive(Default)]
struct Kept {
    lines: VecDeque<DebugLine>,
    last: u64,
    bytes: usize,
}

impl Default for DebugLog {
    fn default() -> Self {
        Self(Arc::new(Shared { kept: Mutex::default(), last: watch::Sender::new(0) }))
    }
}

impl DebugLog {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a line of the contract at `contract`.
    pub(crate) fn add(&self, ctx: &Ctx, contract: &str, text: &str) {
        let during = match ctx.mode {
            Mode::Finalize => "block",
            Mode::Simulate => "simulation",
            Mode::Query | Mode::Check => "query",
        };
        let mut kept = self.lock();
        kept.last = kept.last.saturating_add(1);
        kept.bytes = kept.bytes.saturating_add(text.len());
        let line = DebugLine {
            number: kept.last,
            during: during.to_owned(),
            height: ctx.block.height,
            tx: ctx.tx.as_ref().map(|tx| hex::encode_upper(tx.hash)),
            contract: contract.to_owned(),
            text: text.to_owned(),
        };
        kept.lines.push_back(line);
        while kept.lines.len() > MOST_LINES || kept.bytes > MOST_BYTES {
            let Some(oldest) = kept.lines.pop_front() else { break };
            kept.bytes = kept.bytes.saturating_sub(oldest.text.len());
        }
        let last = kept.last;
        drop(kept);
        self.0.last.send_replace(last);
    }

    /// What the transaction with that hash printed in its block, as far as it is kept.
    pub fn of_tx(&self, hash: [u8; 32]) -> Vec<DebugLine> {
        let hash = hex::encode_upper(hash);
        let of_tx = |line: &&DebugLine| line.during == "block" && line.tx.as_deref() == Some(&hash);
        self.lock().lines.iter().filter(of_tx).cloned().collect()
    }

    /// The lines after the one numbered `after`, as far as they are kept.
    pub fn after(&self, after: u64) -> Vec<DebugLine> {
        self.lock().lines.iter().filter(|line| line.number > after).cloned().collect()
    }

    /// [`DebugLog::after`]; waits up to `wait` for the first of them.
    pub async fn wait_after(&self, after: u64, wait: Duration) -> Vec<DebugLine> {
        let mut news = self.0.last.subscribe();
        // That nothing came in time is an answer too.
        let _ = tokio::time::timeout(wait, news.wait_for(|last| *last > after)).await;
        self.after(after)
    }
}
