//! Redemptions that wait, first in first out. A claim keeps its place until all of it is paid; a cancelled one leaves a
//! hole (R38). Waiting USDM is held by this contract, belongs to its owner, and is burned only when it is paid.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, Deps, Order, StdResult, Storage, Uint128};
use cw_storage_plus::{Bound, Item, Map};
use mars_control::ControlError;
use mars_types::treasury::{ClaimEntry, ClaimsResponse, Queue, FREE_CANCEL_AGE};
use mars_types::{checked_address, ListError};

use crate::error::ContractError;

const QUEUE: Item<Queue> = Item::new("queue");
const CLAIMS: Map<u64, Claim> = Map::new("claim");
/// The ids of each owner's claims.
const OWNED: Map<(&Addr, u64), ()> = Map::new("claim_of");

const DEFAULT_LIMIT: u32 = 10;
const MAX_LIMIT: u32 = 30;

/// One redemption that waits.
#[cw_serde]
pub struct Claim {
    pub owner: Addr,
    /// uusdm that waits; never 0.
    pub usdm: Uint128,
    /// Block time at which it joined.
    pub since: u64,
}

pub fn load(storage: &dyn Storage) -> StdResult<Queue> {
    Ok(QUEUE.may_load(storage)?.unwrap_or_default())
}

pub fn save(storage: &mut dyn Storage, queue: &Queue) -> StdResult<()> {
    QUEUE.save(storage, queue)
}

/// None where a claim was cancelled or paid, or never was.
pub fn find(storage: &dyn Storage, id: u64) -> StdResult<Option<Claim>> {
    CLAIMS.may_load(storage, id)
}

pub fn claim(storage: &dyn Storage, id: u64) -> Result<Claim, ContractError> {
    find(storage, id)?.ok_or_else(|| ListError::not_found("claim", id).into())
}

/// A claim that `sender` may give up.
pub fn owned(storage: &dyn Storage, id: u64, sender: &Addr) -> Result<Claim, ContractError> {
    let claim = claim(storage, id)?;
    if claim.owner == sender {
        return Ok(claim);
    }
    Err(ControlError::Unauthorized { sender: sender.to_string(), role: "owner of the claim" }.into())
}

/// Puts a claim at the end of `queue` and gives its id.
pub fn join(queue: &mut Queue, usdm: Uint128) -> Result<u64, ContractError> {
    let id = queue.next;
    queue.next = queue.next.saturating_add(1);
    queue.waiting = queue.waiting.checked_add(usdm)?;
    queue.submitted = queue.submitted.checked_add(usdm)?;
    Ok(id)
}

pub fn add(storage: &mut dyn Storage, id: u64, claim: &Claim) -> Result<(), ContractError> {
    CLAIMS.save(storage, id, claim)?;
    Ok(OWNED.save(storage, (&claim.owner, id), &())?)
}

/// Takes `usdm` out of a claim; `counted` says where it went.
pub fn take(
    storage: &mut dyn Storage,
    id: u64,
    usdm: Uint128,
    counted: impl FnOnce(&mut Queue) -> &mut Uint128,
) -> Result<(), ContractError> {
    let remaining = claim(storage, id)?.usdm.checked_sub(usdm)?;
    let mut queue = load(storage)?;
    queue.waiting = queue.waiting.checked_sub(usdm)?;
    let counted = counted(&mut queue);
    *counted = counted.checked_add(usdm)?;
    if queue.waiting.is_zero() {
        queue.head = queue.next;
    }
    reduce(storage, id, remaining)?;
    Ok(save(storage, &queue)?)
}

/// Leaves `remaining` of a claim, and nothing of it where that is 0.
pub fn reduce(storage: &mut dyn Storage, id: u64, remaining: Uint128) -> Result<(), ContractError> {
    let claim = claim(storage, id)?;
    if remaining.is_zero() {
        CLAIMS.remove(storage, id);
        OWNED.remove(storage, (&claim.owner, id));
        return Ok(());
    }
    Ok(CLAIMS.save(storage, id, &Claim { usdm: remaining, ..claim })?)
}

pub fn entry(storage: &dyn Storage, id: u64) -> Result<ClaimEntry, ContractError> {
    let Claim { owner, usdm, since } = claim(storage, id)?;
    Ok(ClaimEntry { id, owner, usdm, since, free_from: since.saturating_add(FREE_CANCEL_AGE) })
}

pub fn claims(
    deps: Deps,
    owner: Option<String>,
    start_after: Option<u64>,
    limit: Option<u32>,
) -> Result<ClaimsResponse, ContractError> {
    let start = start_after.map(Bound::exclusive);
    let limit = usize::try_from(limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT)).unwrap_or_default();
    let ids: Vec<u64> = match owner {
        Some(owner) => {
            let owner = checked_address(deps.api, "owner", &owner)?;
            let ids = OWNED.prefix(&owner).keys(deps.storage, start, None, Order::Ascending);
            ids.take(limit).collect::<StdResult<_>>()?
        }
        None => {
            let ids = CLAIMS.keys(deps.storage, start, None, Order::Ascending);
            ids.take(limit).collect::<StdResult<_>>()?
        }
    };
    let claims = ids.into_iter().map(|id| entry(deps.storage, id)).collect::<Result<_, _>>()?;
    Ok(ClaimsResponse { claims })
}

/// Σ of the claims, and how many lie outside of head and tail. For the invariants: it reads every claim.
pub fn recount(storage: &dyn Storage, queue: &Queue) -> Result<(Uint128, usize), ContractError> {
    let (mut sum, mut outside) = (Uint128::zero(), 0usize);
    for entry in CLAIMS.range(storage, None, None, Order::Ascending) {
        let (id, claim) = entry?;
        sum = sum.checked_add(claim.usdm)?;
        if id < queue.head || id >= queue.next || claim.usdm.is_zero() {
            outside = outside.saturating_add(1);
        }
    }
    Ok((sum, outside))
}
