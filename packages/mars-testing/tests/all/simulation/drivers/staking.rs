use cosmwasm_std::{Addr, CosmosMsg, Uint128, to_json_binary};
use cw20::Cw20ReceiveMsg;
use mars_testing::Actor::{self, Attacker, Minter};
use mars_testing::message;
use mars_types::pause::PausesResponse;
use mars_types::staking::{ConfigResponse, Cw20HookMsg, Emission, ExecuteMsg, Params, QueryMsg, Switch};

use super::super::action::Dice;
use super::super::world::{DAY, MILLION, ONE, Outcome, THOUSAND, USERS, World};
use super::{Driver, hooks, offer, set_guardian, update_ownership, variants};

pub const DRIVER: Driver = Driver {
    contract: "staking",
    actions: &[
        ("staking/receive", 1),
        ("staking/receive/stake", 6),
        ("staking/receive/buy_back", 2),
        ("staking/receive/fund_emission", 3),
        ("staking/unstake", 5),
        ("staking/rebond", 3),
        ("staking/withdraw", 4),
        ("staking/claim", 6),
        ("staking/delegate", 4),
        ("staking/plan_emission", 2),
        ("staking/set_collector", 1),
        ("staking/update_params", 1),
        ("staking/pause", 2),
        ("staking/confirm_pause", 2),
        ("staking/unpause", 3),
        ("staking/set_guardian", 1),
        ("staking/update_ownership", 2),
    ],
    never: &["receive"],
    decrees: &[
        "plan_emission",
        "set_collector",
        "update_params",
        "pause",
        "confirm_pause",
        "unpause",
        "set_guardian",
        "update_ownership",
    ],
    act,
    decree,
    messages: || variants::<ExecuteMsg>().chain(hooks::<Cw20HookMsg>()).collect(),
};

fn act(world: &mut World, name: &str, dice: &mut Dice) -> Outcome {
    let staking = world.mars.staking.clone();
    match name {
        "receive" => {
            let hooks = [Cw20HookMsg::Stake {}, Cw20HookMsg::BuyBack {}, Cw20HookMsg::FundEmission {}];
            let forged = Cw20ReceiveMsg {
                sender: Minter.addr().into_string(),
                amount: dice.part(MILLION).into(),
                msg: to_json_binary(dice.pick(&hooks).unwrap()).unwrap(),
            };
            world.tell(Attacker, [message(&staking, &ExecuteMsg::Receive(forged), vec![])])
        }
        "receive/stake" => {
            let who = world.user(dice);
            let xms = dice.part(world.mars.xms_of(who) / 20);
            world.mars.stake(who, xms).into()
        }
        "receive/buy_back" => {
            // Who is no collector and no owner is refused.
            let who = if dice.once_in(6) { Attacker.addr() } else { world.owner_of(&staking) };
            let xms = dice.part(world.mars.xms_of(&who).min(10 * THOUSAND));
            world.mars.buy_back(&who, xms).into()
        }
        "receive/fund_emission" => {
            let config: ConfigResponse = world.mars.ask_staking(&QueryMsg::Config {});
            let Some(planned) = config.planned else { return Outcome::Idle };
            let xms = planned.total.u128() + u128::from(dice.once_in(6));
            world.mars.send_to_staking(Actor::Owner, xms, &Cw20HookMsg::FundEmission {}).into()
        }
        "unstake" => {
            let who = world.user(dice);
            let stake = world.mars.staker(who).stake.u128();
            let amount = dice.part(stake / 10);
            // Nothing stops it.
            world.mars.unstake(who, amount).inspect_err(|_| assert_eq!(amount, 0)).into()
        }
        "rebond" => {
            let leaving = |who: Actor| {
                world.mars.staker(who).unbonding.iter().map(|part| part.amount.u128()).sum::<u128>()
            };
            let mut all = USERS.map(|who| (who, leaving(who))).to_vec();
            all.retain(|(_, leaving)| *leaving > 0);
            let Some((who, leaving)) = dice.pick(&all) else { return Outcome::Idle };
            world.mars.rebond(*who, dice.part(*leaving)).into()
        }
        "withdraw" => {
            // Whose time has come, if there is anyone.
            let now = world.mars.now();
            let due = |who: &Actor| world.mars.staker(*who).unbonding.iter().any(|part| part.release <= now);
            let due: Vec<Actor> = USERS.into_iter().filter(due).collect();
            match dice.pick(&due) {
                Some(who) => {
                    world.mars.withdraw_stake(*who).unwrap();
                    Outcome::Done
                }
                None => world.mars.withdraw_stake(Attacker).into(),
            }
        }
        "claim" => {
            let who = world.user(dice);
            if dice.once_in(2) {
                return world.mars.restake(who).into();
            }
            let owed = world.mars.owed(who);
            world.mars.claim(who).inspect_err(|_| assert_eq!(owed, 0)).into()
        }
        "delegate" => {
            let (who, to) = (world.user(dice), world.user(dice));
            if world.mars.staker(who).delegate.is_some() && dice.once_in(2) {
                return world.tell(who, [message(&staking, &ExecuteMsg::Delegate { to: None }, vec![])]);
            }
            world.mars.delegate(who, to).into()
        }
        "update_ownership" => update_ownership(world, &staking, dice),
        _ => {
            let call = decree(world, name, dice);
            let stops = name == "pause";
            let guardian: Vec<Addr> = world.guardian_of(&staking).into_iter().filter(|_| stops).collect();
            world.rule(&staking, &guardian, call, dice)
        }
    }
}

fn decree(world: &World, name: &str, dice: &mut Dice) -> Option<CosmosMsg> {
    let staking = &world.mars.staking;
    let paused = |dice: &mut Dice| {
        let pauses = world.mars.ask_staking::<PausesResponse<Switch>>(&QueryMsg::Pauses {}).pauses;
        (pauses.iter().any(|entry| entry.paused) || dice.once_in(4)).then_some(Switch::Stake)
    };
    let msg = match name {
        "plan_emission" => {
            let total = Uint128::new(dice.part(500 * THOUSAND).max(ONE));
            let duration = dice.within(0, 60) * DAY;
            let emission = if dice.once_in(6) { None } else { Some(Emission { total, duration }) };
            ExecuteMsg::PlanEmission { emission }
        }
        "set_collector" => {
            let collector = if dice.once_in(4) { None } else { Some(world.mars.collector.to_string()) };
            ExecuteMsg::SetCollector { collector }
        }
        "update_params" => {
            let mut params = Params::default();
            if dice.once_in(2) {
                params.unbonding = dice.within(0, 31) * DAY;
                params.buy_back_window = dice.within(0, 170) * 3_600;
            }
            ExecuteMsg::UpdateParams { params }
        }
        "pause" => ExecuteMsg::Pause { switch: Switch::Stake },
        "confirm_pause" => ExecuteMsg::ConfirmPause { switch: paused(dice)? },
        "unpause" => ExecuteMsg::Unpause { switch: paused(dice)? },
        "set_guardian" => return Some(set_guardian(world, staking, dice)),
        "update_ownership" => return Some(offer(world, staking)),
        other => unreachable!("staking is not told {other}"),
    };
    Some(message(staking, &msg, vec![]))
}
