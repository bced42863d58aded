//! The pool and one account, brought to this block: what every call begins with and ends by saving.

use cosmwasm_std::{Addr, Env, OverflowError, OverflowOperation, StdResult, Storage, Uint128};

use crate::error::ContractError;
use crate::state::{Pool, Staker, POOL, STAKERS};

impl Pool {
    /// The pool as it stands now. While nobody stakes, the streams wait (R60).
    pub fn now(storage: &dyn Storage, env: &Env) -> Result<Self, ContractError> {
        let pool = POOL.load(storage)?;
        let now = env.block.time.seconds();
        let seconds = now.saturating_sub(pool.updated);
        let mut pool = Self { updated: pool.updated.max(now), ..pool };
        if pool.staked == 0 || seconds == 0 {
            return Ok(pool);
        }
        let (emission, emitted) = pool.emission.run(seconds)?;
        let (buy_back, bought) = pool.buy_back.run(seconds)?;
        let given = plus(emitted, bought)?;
        if given > 0 {
            pool.index = plus(pool.index, mars_math::index_growth_floor(given, pool.staked)?)?;
            pool.unclaimed = plus(pool.unclaimed, given)?;
        }
        Ok(Self { emission, buy_back, ..pool })
    }
}

impl Staker {
    /// The account with its rewards up to the pool's index.
    pub fn now(storage: &dyn Storage, pool: &Pool, account: &Addr) -> Result<Self, ContractError> {
        let mut staker = STAKERS.may_load(storage, account)?.unwrap_or_default();
        let growth = minus(pool.index, staker.index)?;
        staker.owed = plus(staker.owed, mars_math::accrued_floor(staker.stake, growth)?)?;
        staker.index = pool.index;
        Ok(staker)
    }
}

/// The account of one call with the pool.
pub struct Ledger {
    pub account: Addr,
    pub staker: Staker,
    pub pool: Pool,
}

impl Ledger {
    pub fn load(storage: &dyn Storage, env: &Env, account: Addr) -> Result<Self, ContractError> {
        let pool = Pool::now(storage, env)?;
        Ok(Self { staker: Staker::now(storage, &pool, &account)?, account, pool })
    }

    pub fn save(&self, storage: &mut dyn Storage) -> StdResult<()> {
        POOL.save(storage, &self.pool)?;
        STAKERS.save(storage, &self.account, &self.staker)
    }
}

pub fn plus(left: u128, right: u128) -> Result<u128, OverflowError> {
    left.checked_add(right).ok_or(OverflowError { operation: OverflowOperation::Add })
}

pub fn minus(left: u128, right: u128) -> Result<u128, OverflowError> {
    left.checked_sub(right).ok_or(OverflowError { operation: OverflowOperation::Sub })
}

/// `there − amount`, or how much of `what` there is.
pub fn take(there: u128, amount: Uint128, what: &'static str) -> Result<u128, ContractError> {
    let short = ContractError::Short { what, amount, there: there.into() };
    there.checked_sub(amount.u128()).ok_or(short)
}
