//! When XMS cannot carry redemptions any more, USDM is exchanged for the assets behind it.

use cosmwasm_std::{Addr, Decimal, DepsMut, Env, Event, Response, Storage, Uint128};
use cw_storage_plus::Item;
use mars_control::assert_owner;
use mars_types::oracle::{Market, Peg};
use mars_types::treasury::{
    Clock, Clocks, Queue, Recovery, RecoveryCause, DAY, RECOVERY_CLOCK, RECOVERY_CLOSINGS, UNWIND_WAIT,
};
use mars_types::{events, token, Bps};

use crate::error::ContractError;
use crate::positions;
use crate::state::CLOSING;

/// Absent while recovery does not run.
const RECOVERY: Item<Recovery> = Item::new("recovery");

/// Below it the peg is broken, at or above [`PEG_HEALED`] it is whole.
const PEG_BROKEN: Decimal = Decimal::percent(95);
const PEG_HEALED: Decimal = Decimal::percent(99);
/// Part of user-owned USDM that the reserve must be worth before recovery ends by itself.
const HEALED_RESERVE: Bps = Bps(1_000);

pub fn running(storage: &dyn Storage) -> Result<Option<Recovery>, ContractError> {
    Ok(RECOVERY.may_load(storage)?)
}

/// For everything that is closed in recovery.
pub fn refuse(storage: &dyn Storage) -> Result<(), ContractError> {
    running(storage)?.map_or(Ok(()), |recovery| Err(ContractError::Recovery { since: recovery.since }))
}

/// The basket opens when nothing is left to take back, or a day after the start where something cannot be.
pub fn claims_open(storage: &dyn Storage, env: &Env, recovery: &Recovery) -> Result<(), ContractError> {
    let (now, until) = (env.block.time.seconds(), recovery.since.saturating_add(UNWIND_WAIT));
    if now < until && positions::any(storage)? {
        return Err(ContractError::Unwinding { now, until });
    }
    Ok(())
}

/// The owner starts it, whatever the clocks say.
pub fn declare(deps: DepsMut, env: &Env, sender: &Addr) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    refuse(deps.storage)?;
    let recovery = Recovery { since: env.block.time.seconds(), cause: RecoveryCause::Declared };
    let event = Change::Started(recovery).save(deps.storage)?;
    stop_clocks(deps.storage)?;
    Ok(Response::new().add_attribute("action", "declare_recovery").add_event(event))
}

/// The owner ends it, whatever the clocks say.
pub fn end(deps: DepsMut, sender: &Addr) -> Result<Response, ContractError> {
    assert_owner(deps.storage, sender)?;
    running(deps.storage)?.ok_or(ContractError::NoRecovery)?;
    let event = Change::Ended("owner").save(deps.storage)?;
    stop_clocks(deps.storage)?;
    Ok(Response::new().add_attribute("action", "end_recovery").add_event(event))
}

/// A condition of the time before says nothing about the time after.
fn stop_clocks(storage: &mut dyn Storage) -> Result<(), ContractError> {
    let mut closing = CLOSING.load(storage)?;
    closing.clocks = Clocks::default();
    Ok(CLOSING.save(storage, &closing)?)
}

/// A start or an end.
#[derive(Clone, Copy)]
pub enum Change {
    Started(Recovery),
    Ended(&'static str),
}

impl Change {
    pub fn running(self) -> Option<Recovery> {
        match self {
            Self::Started(recovery) => Some(recovery),
            Self::Ended(_) => None,
        }
    }

    pub fn save(self, storage: &mut dyn Storage) -> Result<Event, ContractError> {
        match self {
            Self::Started(recovery) => RECOVERY.save(storage, &recovery)?,
            Self::Ended(_) => RECOVERY.remove(storage),
        }
        Ok(self.event())
    }

    pub fn event(self) -> Event {
        match self {
            Self::Started(Recovery { cause, since }) => events::RecoveryStarted { cause, since }.into(),
            Self::Ended(by) => events::RecoveryEnded { by: by.into() }.into(),
        }
    }
}

/// What a closing sees of the conditions.
pub struct Sight<'a> {
    pub now: u64,
    pub queue: &'a Queue,
    pub reserve: Uint128,
    pub user_owned: Uint128,
    pub market: Option<Market>,
    /// There is no market because of a pause.
    pub paused: bool,
    pub peg: Option<Peg>,
}

impl Sight<'_> {
    /// The clocks after this closing, and what they start or end.
    pub fn advance(
        &self,
        clocks: Clocks,
        running: Option<Recovery>,
    ) -> Result<(Clocks, Option<Change>), ContractError> {
        let next = if running.is_some() {
            Clocks { healed: self.tick(clocks.healed, Some(self.healed()?)), ..Clocks::default() }
        } else {
            Clocks {
                shortage: self.tick(clocks.shortage, self.shortage()?),
                depeg: self.tick(clocks.depeg, self.depeg()),
                no_price: self.tick(clocks.no_price, self.no_price()),
                healed: None,
            }
        };
        let causes = [
            (next.shortage, RecoveryCause::Shortage),
            (next.depeg, RecoveryCause::Depeg),
            (next.no_price, RecoveryCause::NoPrice),
        ];
        let due = causes.into_iter().find(|(clock, _)| self.rang(*clock));
        let change = match due {
            Some((_, cause)) => Some(Change::Started(Recovery { since: self.now, cause })),
            None => self.rang(next.healed).then_some(Change::Ended("clock")),
        };
        Ok(if change.is_some() { (Clocks::default(), change) } else { (next, None) })
    }

    /// One closing further. What nobody can tell now neither counts nor clears: a price that comes and goes must not keep
    /// two clocks at zero in turns.
    fn tick(&self, clock: Option<Clock>, holds: Option<bool>) -> Option<Clock> {
        match (clock, holds) {
            (clock, None) => clock,
            (_, Some(false)) => None,
            (None, Some(true)) => Some(Clock { since: self.now, closings: 1 }),
            (Some(Clock { since, closings }), Some(true)) => {
                Some(Clock { since, closings: closings.saturating_add(1) })
            }
        }
    }

    fn rang(&self, clock: Option<Clock>) -> bool {
        clock.is_some_and(|Clock { since, closings }| {
            self.now.saturating_sub(since) >= RECOVERY_CLOCK && closings >= RECOVERY_CLOSINGS
        })
    }

    /// The reserve at the average of half an hour, µUSD, floored.
    fn worth(&self) -> Result<Option<Uint128>, ContractError> {
        let Some(market) = self.market else {
            return Ok(None);
        };
        let price = market.twap_30m.atomics().u128();
        Ok(Some(Uint128::new(mars_math::value_floor(self.reserve.u128(), price, token::DECIMALS)?)))
    }

    fn shortage(&self) -> Result<Option<bool>, ContractError> {
        Ok(self.worth()?.map(|worth| self.queue.waiting > worth))
    }

    /// Behind a pause nobody can tell: otherwise a guardian, who may declare no recovery, would begin one with it.
    fn no_price(&self) -> Option<bool> {
        (!self.paused).then(|| self.market.is_none() && !self.queue.waiting.is_zero())
    }

    /// A pool says nothing in its first day.
    fn depeg(&self) -> Option<bool> {
        self.peg.filter(|peg| peg.age >= DAY).map(|peg| peg.twap_30m < PEG_BROKEN)
    }

    fn healed(&self) -> Result<bool, ContractError> {
        let (Some(worth), Some(peg)) = (self.worth()?, self.peg) else {
            return Ok(false);
        };
        let tenth = mars_math::bps_of_ceil(self.user_owned.u128(), HEALED_RESERVE.u128())?;
        Ok(worth >= self.queue.waiting.max(Uint128::new(tenth)) && peg.twap_30m >= PEG_HEALED)
    }
}
