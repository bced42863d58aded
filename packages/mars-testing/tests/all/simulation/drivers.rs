//! What can happen: every message of every contract, and what the world does meanwhile. One file a contract.

mod collector;
mod governance;
mod market;
mod oracle;
mod staking;
mod swap;
mod tokens;
mod treasury;

use std::collections::BTreeSet;

use cosmwasm_schema::schemars::{JsonSchema, schema_for};
use cosmwasm_std::{Addr, CosmosMsg};
use cw_ownable::Action as Transfer;
use cw20::Expiration;
use mars_testing::Actor::{Attacker, Guardian, Keeper, Stranger};
use mars_testing::message;
use mars_types::GuardianUnchecked;

use super::action::Dice;
use super::world::{Outcome, World};

/// Everything that one contract can be told.
pub struct Driver {
    pub contract: &'static str,
    /// `contract/message`, of a hook `contract/receive/message`, and how often it happens.
    pub actions: &'static [(&'static str, usize)],
    /// Messages that never succeed, whoever sends them.
    pub never: &'static [&'static str],
    /// Messages that the DAO decides on.
    pub decrees: &'static [&'static str],
    pub act: fn(&mut World, &str, &mut Dice) -> Outcome,
    /// One of the decrees. None: there is nothing to be decided.
    pub decree: fn(&World, &str, &mut Dice) -> Option<CosmosMsg>,
    /// What the contract's schema says that it can be told.
    pub messages: fn() -> BTreeSet<String>,
}

pub const CATALOGUE: &[Driver] = &[
    market::DRIVER,
    tokens::USDM,
    tokens::XMS,
    tokens::LP,
    oracle::DRIVER,
    treasury::DRIVER,
    swap::DRIVER,
    staking::DRIVER,
    governance::DRIVER,
    collector::DRIVER,
];

/// The names of a message's variants.
fn variants<M: JsonSchema>() -> impl Iterator<Item = String> {
    let variants = schema_for!(M).schema.subschemas.and_then(|schemas| schemas.one_of).unwrap();
    variants.into_iter().flat_map(|variant| variant.into_object().object.unwrap().required)
}

/// The same of a hook, as they stand in the catalogue.
fn hooks<M: JsonSchema>() -> impl Iterator<Item = String> {
    variants::<M>().map(|name| format!("receive/{name}"))
}

/// The owner replaces the guardian of a contract: by another of the same name, whose time ends a little earlier, and at times by
/// none.
fn set_guardian(world: &World, contract: &Addr, dice: &mut Dice) -> CosmosMsg {
    let latest: u64 = world.raw(contract, "guardian_sunset").unwrap();
    let address = Guardian.addr().into_string();
    let guardian = match dice.below(6) {
        0..=3 => Some(GuardianUnchecked { address, sunset: latest - dice.within(0, 3_600) }),
        4 => None,
        _ => Some(GuardianUnchecked { address, sunset: latest + 1 }),
    };
    // The same on the wire for every contract of the protocol.
    message(contract, &mars_types::staking::ExecuteMsg::SetGuardian { guardian }, vec![])
}

/// The owner offers the ownership to himself.
fn offer(world: &World, contract: &Addr) -> CosmosMsg {
    transfer(contract, Transfer::TransferOwnership { new_owner: world.dao.to_string(), expiry: None })
}

fn transfer(contract: &Addr, action: Transfer) -> CosmosMsg {
    message(contract, &mars_types::staking::ExecuteMsg::UpdateOwnership(action), vec![])
}

/// The ownership goes from the DAO to an heir and back, and at times to nobody who wants it.
fn update_ownership(world: &mut World, contract: &Addr, dice: &mut Dice) -> Outcome {
    let heir = Stranger.addr();
    let ownership = world.ownership(contract);
    if dice.once_in(6) {
        let vain = [Transfer::AcceptOwnership, Transfer::RenounceOwnership];
        let who = *dice.pick(&[Attacker, Keeper]).unwrap();
        let call = transfer(contract, dice.pick(&vain).unwrap().clone());
        let outcome = world.tell(who, [call]);
        assert!(matches!(outcome, Outcome::Refused(_)));
        return outcome;
    }
    let owner = ownership.owner.unwrap();
    if ownership.pending_owner.as_ref() == Some(&heir) && owner != heir {
        return world.tell(heir, [transfer(contract, Transfer::AcceptOwnership)]);
    }
    let new_owner = if owner == heir || dice.once_in(2) { world.dao.clone() } else { heir }.into_string();
    let expiry = match dice.below(4) {
        0 => None,
        1 => Some(Expiration::AtTime(world.mars.app.block_info().time.plus_seconds(600))),
        2 => Some(Expiration::AtHeight(world.mars.height() + 20)),
        _ => return world.tell(owner, [transfer(contract, Transfer::RenounceOwnership)]),
    };
    world.tell(owner, [transfer(contract, Transfer::TransferOwnership { new_owner, expiry })])
}
