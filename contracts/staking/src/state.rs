use cosmwasm_std::Addr;
use cw_storage_plus::Item;
use mars_math::MathError;
use mars_storage::{History, PackedItem, PackedMap};
use mars_types::staking::{Emission, Params, StreamResponse};
use serde::{Deserialize, Serialize};

/// What every call works with, and the only record but the staker's own that every call writes.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub struct Pool {
    /// Σ stakes, uxms.
    pub staked: u128,
    /// Block height at which `staked` last changed; what it was before is in the history.
    pub staked_since: u64,
    /// Σ unbonding, uxms.
    pub unbonding: u128,
    /// Reward of one uxms staked since the beginning, × 10^18.
    pub index: u128,
    /// Block time to which the streams have given.
    pub updated: u64,
    pub emission: Stream,
    pub buy_back: Stream,
    /// Given by the streams and not yet claimed, uxms.
    pub unclaimed: u128,
}

/// A budget that is given evenly over time, while somebody stakes.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub struct Stream {
    /// uxms; 0: there is none.
    pub total: u128,
    /// Seconds.
    pub duration: u64,
    /// Seconds that have passed, at most `duration`.
    pub elapsed: u64,
}

impl Stream {
    /// uxms given so far.
    fn given(&self) -> Result<u128, MathError> {
        if self.total == 0 {
            return Ok(0);
        }
        mars_math::streamed_floor(self.total, self.elapsed, self.duration)
    }

    /// uxms not yet given.
    pub fn left(&self) -> Result<u128, MathError> {
        Ok(self.total.saturating_sub(self.given()?))
    }

    /// The stream `seconds` later, and what it gave meanwhile.
    pub fn run(self, seconds: u64) -> Result<(Self, u128), MathError> {
        let later = Self { elapsed: self.elapsed.saturating_add(seconds).min(self.duration), ..self };
        Ok((later, later.given()?.saturating_sub(self.given()?)))
    }

    pub fn response(&self) -> Result<StreamResponse, MathError> {
        Ok(StreamResponse {
            total: self.total.into(),
            duration: self.duration,
            elapsed: self.elapsed,
            left: self.left()?.into(),
        })
    }
}

/// One account. The record stays when the stake is gone: its history goes on from it.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Staker {
    /// uxms.
    pub stake: u128,
    /// Stakes of others that delegated to this account, uxms.
    pub delegated: u128,
    /// The pool's index up to which `owed` counts.
    pub index: u128,
    /// Rewards not yet claimed, uxms.
    pub owed: u128,
    /// Block height at which the voting power last changed; what it was before is in the history. 0: never.
    pub power_since: u64,
    /// Who votes with this stake; none: the account itself.
    pub delegate: Option<Addr>,
}

impl Staker {
    pub fn power(&self) -> u128 {
        let own = if self.delegate.is_none() { self.stake } else { 0 };
        own.saturating_add(self.delegated)
    }
}

/// A part of a stake that has ended.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Leaving {
    /// uxms.
    pub amount: u128,
    /// Block time from which it can be withdrawn.
    pub release: u64,
}

pub const XMS: Item<Addr> = Item::new("xms");
/// Who may stream buy-backs besides the owner.
pub const COLLECTOR: Item<Option<Addr>> = Item::new("collector");
pub const PARAMS: Item<Params> = Item::new("params");
/// The emission that waits to be funded.
pub const PLANNED: Item<Option<Emission>> = Item::new("planned");
pub const POOL: PackedItem<Pool> = PackedItem::new("pool");
pub const STAKERS: PackedMap<&Addr, Staker> = PackedMap::new("staker");
/// What is unbonding by account, oldest first, at most `MAX_UNBONDINGS`; absent: nothing.
pub const LEAVING: PackedMap<&Addr, Vec<Leaving>> = PackedMap::new("leaving");
/// Former voting power by account, and under the empty name that of all together.
pub const POWER: History = History::new("power");
