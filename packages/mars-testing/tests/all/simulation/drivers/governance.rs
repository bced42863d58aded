use cosmwasm_std::{Addr, CosmosMsg};
use mars_testing::Actor::{Attacker, Guardian, Keeper, Stranger};
use mars_testing::{Bill, message};
use mars_types::governance::{
    Choice, ConfigResponse, ExecuteMsg, MemberUnchecked, Params, QueryMsg, Role, Status, VoteResponse,
};
use mars_types::{Bps, RefusalCode};

use super::super::action::Dice;
use super::super::world::{DAY, Outcome, USERS, World};
use super::{CATALOGUE, Driver, set_guardian, variants};

pub const DRIVER: Driver = Driver {
    contract: "governance",
    actions: &[
        ("governance/propose", 12),
        ("governance/vote", 14),
        ("governance/queue", 10),
        ("governance/execute", 12),
        ("governance/veto", 1),
        ("governance/cancel", 2),
        ("governance/accept_ownership", 4),
        ("governance/update_params", 1),
        ("governance/update_sources", 1),
        ("governance/update_contracts", 1),
        ("governance/set_guardian", 1),
    ],
    never: &[],
    decrees: &["update_params", "update_sources", "update_contracts", "set_guardian"],
    act,
    decree,
    messages: || variants::<ExecuteMsg>().collect(),
};

fn act(world: &mut World, name: &str, dice: &mut Dice) -> Outcome {
    let dao = world.dao.clone();
    match name {
        "propose" => {
            let who = world.user(dice);
            let bill = Bill::of((0..dice.below(3)).filter_map(|_| any_decree(world, dice)).collect());
            world.mars.propose(who, bill).into()
        }
        "vote" => vote(world, dice),
        "queue" => {
            let Some(proposal) = one(world, &[Status::Succeeded], dice) else { return Outcome::Idle };
            world.mars.queue(proposal).into()
        }
        "execute" => {
            let Some(proposal) = one(world, &[Status::Ready], dice) else { return Outcome::Idle };
            let outcome = world.mars.execute(proposal);
            if outcome.is_ok() {
                let passed = world.mars.proposal(proposal);
                assert!(passed.tally.votes_for >= passed.quorum, "{passed:?}");
                assert!(passed.tally.votes_for >= passed.tally.against, "{passed:?}");
            }
            outcome.into()
        }
        "veto" => {
            let open = [Status::Queued, Status::Ready, Status::Active, Status::Pending];
            let Some(proposal) = one(world, &open, dice) else { return Outcome::Idle };
            let who = if dice.once_in(3) { Attacker.addr() } else { Guardian.addr() };
            let may = world.guardian_of(&dao) == Some(who.clone());
            let outcome = world.mars.veto(who, proposal);
            if !may {
                assert_eq!(outcome.as_ref().unwrap_err().code, RefusalCode::Unauthorized);
            }
            outcome.into()
        }
        "cancel" => {
            let status = if dice.once_in(4) { Status::Active } else { Status::Pending };
            let Some(id) = one(world, &[status], dice) else { return Outcome::Idle };
            let proposer = world.mars.proposal(id).proposer;
            let who = if dice.once_in(3) { Keeper.addr() } else { proposer };
            world.mars.cancel(who, id).into()
        }
        "accept_ownership" => {
            let mars = &world.mars;
            let contracts = [&mars.oracle, &mars.treasury, &mars.swap, &mars.staking, &mars.collector];
            let offered: Vec<&&Addr> = contracts
                .iter()
                .filter(|contract| world.ownership(contract).pending_owner.as_ref() == Some(&dao))
                .collect();
            let contract = match dice.pick(&offered) {
                Some(contract) => contract.to_string(),
                None if dice.once_in(4) => dice.pick(&contracts).unwrap().to_string(),
                None => return Outcome::Idle,
            };
            world.tell(Stranger, [message(&dao, &ExecuteMsg::AcceptOwnership { contract }, vec![])])
        }
        _ => {
            let call = decree(world, name, dice);
            world.rule(&dao, &[], call, dice)
        }
    }
}

/// Something that the DAO may want of one of its contracts.
fn any_decree(world: &World, dice: &mut Dice) -> Option<CosmosMsg> {
    let ruled: Vec<&Driver> = CATALOGUE.iter().filter(|driver| !driver.decrees.is_empty()).collect();
    let driver = dice.pick(&ruled)?;
    let name = dice.pick(driver.decrees)?;
    (driver.decree)(world, name, dice)
}

/// A proposal in one of these states.
fn one(world: &World, states: &[Status], dice: &mut Dice) -> Option<u64> {
    let proposals = world.seen.proposals.iter();
    let ids: Vec<u64> =
        proposals.filter(|one| states.contains(&one.status)).map(|one| one.proposal).collect();
    dice.pick(&ids).copied()
}

/// Of somebody with power who has not voted yet, mostly for it.
fn vote(world: &mut World, dice: &mut Dice) -> Outcome {
    let Some(proposal) = one(world, &[Status::Active], dice) else { return Outcome::Idle };
    let choice = match dice.below(8) {
        0..=5 => Choice::For,
        6 => Choice::Abstain,
        _ => Choice::Against,
    };
    let mars = &world.mars;
    let voted = |voter: &Addr| {
        let query = QueryMsg::Vote { proposal, voter: voter.to_string() };
        mars.ask_governance::<VoteResponse>(&query).vote.is_some()
    };
    let who = if dice.once_in(10) {
        world.user(dice).addr()
    } else {
        // The founder first, for without him there is no quorum.
        let silent: Vec<Addr> =
            USERS.into_iter().rev().map(|user| user.addr()).filter(|user| !voted(user)).collect();
        let Some(who) = silent.first() else { return Outcome::Idle };
        who.clone()
    };
    world.mars.vote(who, proposal, choice).into()
}

fn decree(world: &World, name: &str, dice: &mut Dice) -> Option<CosmosMsg> {
    let config: ConfigResponse = world.mars.ask_governance(&QueryMsg::Config {});
    let annex = world.annex.clone();
    let msg = match name {
        "update_params" => {
            let mut params = Params::default();
            if dice.once_in(2) {
                params.threshold = Bps(dice.roll() % 50);
                params.quorum = Bps(90 + dice.roll() % 300);
                params.heavy_quorum = Bps(490 + dice.roll() % 800);
                params.delay = dice.within(0, 3) * DAY;
                params.voting = dice.within(2, 7) * DAY;
                params.timelock = dice.within(1, 4) * DAY;
                params.grace = dice.within(3, 20) * DAY;
            }
            ExecuteMsg::UpdateParams { params }
        }
        "update_sources" => {
            let there = config.sources.contains(&annex);
            let (mut add, mut remove) = (vec![], vec![]);
            if there {
                remove.push(annex.to_string())
            } else {
                add.push(annex.to_string())
            }
            if dice.once_in(6) {
                add.push(world.mars.staking.to_string());
            }
            ExecuteMsg::UpdateSources { add, remove }
        }
        "update_contracts" => {
            let there = config.contracts.iter().any(|member| member.address == annex);
            let (mut add, mut remove) = (vec![], vec![]);
            let address = annex.into_string();
            if there {
                remove.push(address)
            } else {
                add.push(MemberUnchecked { role: Role::Other, address })
            }
            if dice.once_in(6) {
                remove.push(world.holder.to_string());
            }
            ExecuteMsg::UpdateContracts { add, remove }
        }
        "set_guardian" => return Some(set_guardian(world, &world.dao, dice)),
        other => unreachable!("the DAO does not decide on {other}"),
    };
    Some(message(&world.dao, &msg, vec![]))
}
