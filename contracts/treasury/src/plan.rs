//! How the queue is paid from its head, by a settlement or before a redemption.

use cosmwasm_std::{Addr, CosmosMsg, Event, StdResult, Storage, Uint128};
use mars_control::tokens;
use mars_types::events;
use mars_types::treasury::{Queue, Settlement};

use crate::error::ContractError;
use crate::payout::Payout;
use crate::queue::{self, Claim};
use crate::state::Config;

/// What would become of the queue; nothing is written.
pub struct Plan {
    pub queue: Queue,
    pub settlements: Vec<Settlement>,
}

impl Plan {
    /// Pays from the head, passing at most `limit` places, until budget or reserve ends.
    pub fn new(
        storage: &dyn Storage,
        mut queue: Queue,
        payout: &mut Payout,
        limit: u32,
    ) -> Result<Self, ContractError> {
        let mut settlements = vec![];
        for _ in 0..limit {
            if queue.waiting.is_zero() {
                queue.head = queue.next;
                break;
            }
            let id = queue.head;
            if let Some(Claim { owner, usdm, .. }) = queue::find(storage, id)? {
                let Some(settlement) = settle(id, owner, usdm, payout)? else {
                    break;
                };
                let Settlement { burned, returned, remaining, .. } = settlement;
                queue.waiting = queue.waiting.checked_sub(burned.checked_add(returned)?)?;
                queue.paid = queue.paid.checked_add(burned)?;
                queue.returned = queue.returned.checked_add(returned)?;
                settlements.push(settlement);
                if !remaining.is_zero() {
                    break;
                }
            }
            queue.head = queue.head.saturating_add(1);
        }
        Ok(Self { queue, settlements })
    }

    /// uusdm that it burns.
    pub fn burned(&self) -> Result<Uint128, ContractError> {
        let add = |sum: Uint128, settled: &Settlement| sum.checked_add(settled.burned);
        Ok(self.settlements.iter().try_fold(Uint128::zero(), add)?)
    }

    pub fn save(&self, storage: &mut dyn Storage) -> Result<(), ContractError> {
        for settled in &self.settlements {
            queue::reduce(storage, settled.id, settled.remaining)?;
        }
        Ok(queue::save(storage, &self.queue)?)
    }

    pub fn events(&self, payout: &Payout) -> Vec<Event> {
        let event = |settled: &Settlement| {
            let Settlement { id, owner, burned, paid, returned, remaining } = settled.clone();
            events::ClaimSettled { id, owner, burned, paid, price: payout.price, returned, remaining }.into()
        };
        self.settlements.iter().map(event).collect()
    }

    /// What the owners of the claims get.
    pub fn payments(&self, config: &Config) -> StdResult<Vec<CosmosMsg>> {
        let mut messages = vec![];
        for Settlement { owner, paid, returned, .. } in &self.settlements {
            if !paid.is_zero() {
                messages.push(tokens::transfer(&config.xms, owner, *paid)?);
            }
            if !returned.is_zero() {
                messages.push(tokens::transfer(&config.usdm, owner, *returned)?);
            }
        }
        Ok(messages)
    }
}

/// What can be paid of one claim; none: nothing now. What would be paid no XMS is given back.
fn settle(
    id: u64,
    owner: Addr,
    usdm: Uint128,
    payout: &mut Payout,
) -> Result<Option<Settlement>, ContractError> {
    let zero = Uint128::zero();
    let burned = if payout.xms(usdm)?.is_zero() { zero } else { payout.covered(usdm)? };
    let rest = usdm.checked_sub(burned)?;
    let (returned, remaining) = if payout.xms(rest)?.is_zero() { (rest, zero) } else { (zero, rest) };
    if burned.is_zero() && returned.is_zero() {
        return Ok(None);
    }
    let paid = payout.pay(burned)?;
    if paid.is_zero() && !burned.is_zero() {
        return Ok(None);
    }
    Ok(Some(Settlement { id, owner, burned, paid, returned, remaining }))
}
