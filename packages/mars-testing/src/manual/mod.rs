//! What the contracts do with every message, found by trying it: who may send it, which pauses stop it and what it announces.
//!
//! docs/messages.md is written from this.

mod access;
mod samples;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use cosmwasm_std::{Addr, CosmosMsg};
use cw_multi_test::AppResponse;
use mars_types::{Refusal, RefusalCode};

pub use self::access::{assert_coins_come_with, assert_senders, assert_senders_of_owned};
pub use self::samples::Switch;
use self::samples::{samples, switches};
pub use self::world::Role;
use self::world::{World, address};
use crate::actors::Actor::Owner;
use crate::contract::Contract;

/// Refusals that say that the sender has nothing to do it with: no stake, no votes or no tokens.
const OF_THE_MEANS: [RefusalCode; 6] = [
    RefusalCode::PowerShort,
    RefusalCode::NoPower,
    RefusalCode::Balance,
    RefusalCode::Unreleased,
    RefusalCode::TooSmall,
    RefusalCode::TooMany,
];

/// What was found of one message.
#[derive(Clone, Debug)]
pub struct Entry {
    pub contract: Contract,
    /// As it is written in JSON. `receive: redeem` is what comes with a token, `update_ownership: accept_ownership` one of
    /// several that are one message.
    pub message: String,
    /// Those who may send it; [`Role::Anyone`] stands for all, and nobody for none.
    pub senders: BTreeSet<Role>,
    /// Switches that stop it.
    pub stopped: BTreeMap<Switch, Stop>,
    /// Types of the events that it causes, of this contract and of others, at one moment or another.
    pub announces: BTreeSet<String>,
}

/// How a message is refused while a switch is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    pub code: RefusalCode,
    /// Only from the next epoch on.
    pub later: bool,
}

/// What was found of all.
pub struct Manual {
    pub entries: Vec<Entry>,
    /// Contracts that announce an event of this type.
    pub announcers: BTreeMap<String, BTreeSet<Contract>>,
}

impl Manual {
    /// Tries every message of every contract.
    pub fn written() -> Self {
        let mut world = World::new();
        let mut manual = Self { entries: vec![], announcers: BTreeMap::new() };
        for call in Contract::ALL.into_iter().flat_map(|contract| world.calls(contract)).collect::<Vec<_>>() {
            let senders = world.senders(&call);
            let mut announces = BTreeSet::new();
            // Tokens have no switches; what comes of a Send is told of the contract that it goes to.
            if call.contract.is_token() {
                let Call { contract, message } = call;
                manual.entries.push(Entry {
                    contract,
                    message,
                    senders,
                    stopped: BTreeMap::new(),
                    announces,
                });
                continue;
            }
            let stopped = world.stopped(&call, &senders);
            for (contract, event) in world.announced(&call, &senders) {
                manual.announcers.entry(event.clone()).or_default().insert(contract);
                announces.insert(event);
            }
            let Call { contract, message } = call;
            manual.entries.push(Entry { contract, message, senders, stopped, announces });
        }
        manual
    }
}

/// One message of a contract.
struct Call {
    contract: Contract,
    message: String,
}

impl World {
    fn calls(&mut self, contract: Contract) -> Vec<Call> {
        self.mars.restore(&self.moments[0]);
        let samples = samples(&self.mars, contract);
        samples.into_iter().map(|(message, _)| Call { contract, message }).collect()
    }

    /// Sends a message now.
    fn send(&mut self, call: &Call, role: Role) -> Result<AppResponse, Refusal> {
        let mut samples = samples(&self.mars, call.contract).into_iter();
        let (_, messages) = samples.find(|(message, _)| *message == call.message).unwrap();
        let sender = self.mars.who(role);
        self.mars.transact(sender, messages)
    }

    /// Sends a message at a moment.
    fn send_at(&mut self, moment: usize, call: &Call, role: Role) -> Result<AppResponse, Refusal> {
        self.mars.restore(&self.moments[moment]);
        self.send(call, role)
    }

    /// The first moment at which one of these may send it.
    fn moment(&mut self, call: &Call, roles: &[Role]) -> Option<usize> {
        let moments = 0..self.moments.len();
        moments.into_iter().find(|at| roles.iter().any(|role| self.send_at(*at, call, *role).is_ok()))
    }

    /// Who may send it. Whom it refuses, it refuses for who he is.
    fn senders(&mut self, call: &Call) -> BTreeSet<Role> {
        let moment = self.moment(call, &Role::ALL).unwrap_or_default();
        let (mut senders, mut refusals) = (BTreeSet::new(), vec![]);
        for role in Role::ALL {
            match self.send_at(moment, call, role) {
                Ok(_) if role == Role::Anyone => return [role].into(),
                Ok(_) => {
                    senders.insert(role);
                }
                Err(refusal) => refusals.push((role, refusal)),
            }
        }
        let takes_means = senders.contains(&Role::Staker)
            || senders.contains(&Role::Proposer)
            || call.message.starts_with("receive: ");
        for (role, refusal) in refusals {
            let who = self.mars.who(role);
            let for_who_he_is = match refusal.code {
                RefusalCode::Unauthorized => refusal.value == who.as_str(),
                // The owner may give the ownership away, and yet not renounce it.
                RefusalCode::InvalidInput => role == Role::Owner && call.is_nobodys(),
                code => takes_means && OF_THE_MEANS.contains(&code),
            };
            let (contract, message) = (call.contract.title(), &call.message);
            let unsupported = call.contract.is_token() && call.is_nobodys();
            assert!(for_who_he_is || unsupported, "{contract} {message} by {role:?}: {refusal}");
        }
        if senders.contains(&Role::Staker) {
            senders.remove(&Role::Proposer);
        }
        assert!(!senders.is_empty() || call.is_nobodys(), "{} {}", call.contract.title(), call.message);
        senders
    }

    /// Which switches stop it where it works without. What has lost its price may be missed at the next closing only.
    fn stopped(&mut self, call: &Call, senders: &BTreeSet<Role>) -> BTreeMap<Switch, Stop> {
        let roles: Vec<Role> = senders.iter().copied().collect();
        let Some(moment) = self.moment(call, &roles) else {
            return BTreeMap::new();
        };
        let sender = *roles.iter().find(|role| self.send_at(moment, call, **role).is_ok()).unwrap();
        let works_later = self.refused(moment, call, sender, None, true).is_none();
        let mut stopped = BTreeMap::new();
        for (switch, pause) in switches(&self.mars) {
            let at_once = self.refused(moment, call, sender, Some(&pause), false);
            let stop = match at_once {
                Some(code) => Some(Stop { code, later: false }),
                None if works_later && switch.contract == Contract::Oracle => {
                    let code = self.refused(moment, call, sender, Some(&pause), true);
                    code.map(|code| Stop { code, later: true })
                }
                None => None,
            };
            // Who has paused the same already is not stopped.
            if let Some(stop) = stop.filter(|stop| stop.code != RefusalCode::AlreadyPaused) {
                stopped.insert(switch, stop);
            }
        }
        stopped
    }

    /// How a message is refused at a moment, with a switch paused or without, at once or in the next epoch.
    fn refused(
        &mut self,
        moment: usize,
        call: &Call,
        sender: Role,
        pause: Option<&CosmosMsg>,
        later: bool,
    ) -> Option<RefusalCode> {
        self.mars.restore(&self.moments[moment]);
        if let Some(pause) = pause {
            self.mars.transact(Owner, vec![pause.clone()]).unwrap();
        }
        if later {
            self.mars.next_epoch();
            // Feeders may speak again.
            self.mars.advance(1);
        }
        self.send(call, sender).err().map(|refusal| refusal.code)
    }

    /// The protocol's events that it causes, at every moment at which it works.
    fn announced(&mut self, call: &Call, senders: &BTreeSet<Role>) -> BTreeSet<(Contract, String)> {
        let mut announced = BTreeSet::new();
        for moment in 0..self.moments.len() {
            for role in senders {
                let Ok(response) = self.send_at(moment, call, *role) else { continue };
                for event in response.events {
                    let Some(name) = event.ty.strip_prefix("wasm-").filter(|name| name.starts_with("mars_"))
                    else {
                        continue;
                    };
                    let announcer = Addr::unchecked(&event.attributes[0].value);
                    let contract = Contract::ALL
                        .into_iter()
                        .find(|contract| address(&self.mars, *contract) == announcer);
                    announced.insert((contract.expect("a contract of the protocol"), name.to_string()));
                }
            }
        }
        announced
    }
}

impl Call {
    /// What stands in a contract's messages and is refused whoever sends it.
    fn is_nobodys(&self) -> bool {
        let message = self.message.as_str();
        match self.contract {
            Contract::Xms if message == "mint" => true,
            contract if contract.is_token() => {
                ["update_minter", "update_marketing", "upload_logo"].contains(&message)
            }
            _ => message == "update_ownership: renounce_ownership",
        }
    }
}
