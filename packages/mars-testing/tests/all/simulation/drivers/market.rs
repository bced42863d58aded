//! What happens without anybody telling a contract of the DAO anything new: time passes, prices move, traders push pools and
//! arbitrageurs bring them back, people give things away, and an attacker goes round in circles.

use std::collections::BTreeSet;

use cosmwasm_std::{CosmosMsg, Decimal, Uint128};
use mars_testing::Actor::{Attacker, Keeper, Trader};
use mars_testing::Token::{self, Busd, Usdc};
use mars_testing::hop;
use mars_types::Asset;
use mars_types::governance::Status;
use mars_types::swap::{PoolKind, PoolResponse};

use super::super::action::Dice;
use super::super::world::{DAY, Outcome, THOUSAND, USERS, World};
use super::Driver;

const MESSAGES: [&str; 13] = [
    "seconds",
    "minutes",
    "epoch",
    "hours",
    "days",
    "event",
    "busy_day",
    "move",
    "push",
    "arbitrage",
    "gift",
    "holder",
    "round_trip",
];

pub const DRIVER: Driver = Driver {
    contract: "market",
    actions: &[
        ("market/seconds", 16),
        ("market/minutes", 14),
        ("market/epoch", 20),
        ("market/hours", 8),
        ("market/days", 8),
        ("market/event", 24),
        ("market/busy_day", 1),
        ("market/move", 8),
        ("market/push", 4),
        ("market/arbitrage", 24),
        ("market/gift", 2),
        ("market/holder", 1),
        ("market/round_trip", 10),
    ],
    never: &[],
    decrees: &[],
    act,
    decree: |_, _, _| None::<CosmosMsg>,
    messages: || BTreeSet::from(MESSAGES.map(String::from)),
};

fn act(world: &mut World, name: &str, dice: &mut Dice) -> Outcome {
    match name {
        "seconds" => {
            world.mars.advance(dice.within(1, 30));
            if dice.once_in(3) {
                world.feed();
            }
            Outcome::Done
        }
        "minutes" => pass(world, dice.within(31, 900), dice),
        "epoch" => pass(world, 180 - world.mars.now() % 180, dice),
        "hours" => pass(world, dice.within(901, 40_000), dice),
        "days" => pass(world, dice.within(40_001, 3 * DAY), dice),
        "event" => match next_event(world, dice) {
            Some(time) => pass(world, time - world.mars.now(), dice),
            None => Outcome::Idle,
        },
        "busy_day" => busy_day(world),
        "move" => {
            let token = *dice.pick(&Token::ALL).unwrap();
            // Mostly by as much as feeders may move at once; at times it jumps.
            let bps = match dice.below(10) {
                0..=6 => dice.within(9_850, 10_152),
                7 | 8 => dice.within(9_000, 11_111),
                _ => dice.within(5_000, 20_000),
            };
            let stable = token == Usdc || token == Busd;
            let (least, most) = if stable { ("0.99", "1.01") } else { ("0.01", "1000000") };
            let price = world.truth(token) * Decimal::bps(bps);
            let price = price.clamp(least.parse().unwrap(), most.parse().unwrap());
            world.set_truth(token, price, dice.within(0, 15));
            // The feeders tell it when they can: nothing is done if they spoke in this second.
            world.mars.advance(1);
            world.feed();
            Outcome::Done
        }
        "push" => {
            let pools: Vec<PoolResponse> = world.seen.pools.to_vec();
            let pool = dice.pick(&pools).unwrap();
            let (from, share) = (dice.below(pool.assets.len()), u128::from(dice.within(1, 25)));
            let to = (from + 1) % pool.assets.len();
            let amount = pool.reserves[from].u128() * share / 100;
            swap(world, pool, from, to, amount)
        }
        "arbitrage" => {
            // Every pool in turn: one alone would leave the others as they are.
            let mut done = Outcome::Idle;
            for pool in world.seen.pools.clone() {
                if let outcome @ Outcome::Done = arbitrage(world, &pool) {
                    done = outcome;
                }
            }
            done
        }
        "gift" => {
            let mars = &world.mars;
            let contracts = [&mars.treasury, &mars.swap, &mars.staking, &mars.collector];
            let (to, token) =
                ((*dice.pick(&contracts).unwrap()).clone(), *dice.pick(&Token::COLLATERAL).unwrap());
            let amount = dice.part(token.units(1_000));
            let before = (world.mars.solvency(), world.mars.epoch(), world.pools(), world.mars.pool());
            world.mars.give(Keeper, &to, token, amount);
            // It changes no price, share or cap.
            let after = (world.mars.solvency(), world.mars.epoch(), world.pools(), world.mars.pool());
            assert_eq!(before, after);
            Outcome::Done
        }
        "holder" => {
            let amount = (!dice.once_in(4)).then(|| dice.part(1_000_000 * THOUSAND));
            let holder = world.holder.clone();
            world.mars.set_holder(&holder, amount);
            Outcome::Done
        }
        "round_trip" => round_trip(world, dice),
        other => unreachable!("{other} does not happen"),
    }
}

/// Time, after which the feeders mostly speak.
fn pass(world: &mut World, seconds: u64, dice: &mut Dice) -> Outcome {
    world.mars.advance(seconds);
    if !dice.once_in(8) {
        world.feed();
    }
    Outcome::Done
}

/// When something becomes possible that is not yet: a vote, its end, an execution, the end of an unbonding.
fn next_event(world: &World, dice: &mut Dice) -> Option<u64> {
    let now = world.mars.now();
    let proposals = world.seen.proposals.iter().filter_map(|proposal| match proposal.status {
        Status::Pending => Some(proposal.starts),
        Status::Active => Some(proposal.ends),
        Status::Queued => proposal.eta,
        _ => None,
    });
    let unbonding = USERS.into_iter().flat_map(|who| world.mars.staker(who).unbonding);
    let mut times: Vec<u64> = proposals.chain(unbonding.map(|part| part.release)).collect();
    times.retain(|time| *time > now);
    times.sort_unstable();
    if dice.once_in(2) { times.first().copied() } else { dice.pick(&times).copied() }
}

/// A day in which somebody pokes every quarter of an hour, so that the clocks of recovery run.
fn busy_day(world: &mut World) -> Outcome {
    for _ in 0..97 {
        world.mars.advance(900);
        world.feed();
        world.mars.poke(Keeper).unwrap();
    }
    Outcome::Done
}

fn swap(world: &mut World, pool: &PoolResponse, from: usize, to: usize, amount: u128) -> Outcome {
    let (offer, ask) = (&pool.assets[from].asset, &pool.assets[to].asset);
    let amount = amount.min(world.mars.balance_of(Trader, offer));
    if amount == 0 {
        return Outcome::Idle;
    }
    world.mars.swap(Trader, offer, amount, &[hop(pool.pool, ask)]).into()
}

/// What an asset costs outside, with 18 decimals; USDM a dollar.
fn price18(world: &World, asset: &Asset) -> u128 {
    let token = Token::ALL.into_iter().find(|token| world.mars.asset(*token) == *asset);
    token.map_or(10u128.pow(18), |token| world.truth(token).atomics().u128())
}

/// Trades a pool to what its assets cost outside, to within its fee.
fn arbitrage(world: &mut World, pool: &PoolResponse) -> Outcome {
    if pool.lp_supply.is_zero() {
        return Outcome::Idle;
    }
    // What each side is worth, in micro-dollars.
    let worth: Vec<u128> = pool
        .assets
        .iter()
        .zip(&pool.reserves)
        .map(|(entry, reserve)| {
            let price = price18(world, &entry.asset);
            let scale = 10u128.pow(u32::from(entry.decimals) + 12);
            Uint128::try_from(reserve.full_mul(price) / cosmwasm_std::Uint256::from(scale)).unwrap().u128()
        })
        .collect();
    let place = |wanted: u128| worth.iter().position(|worth| *worth == wanted).unwrap();
    let (least, most) = (*worth.iter().min().unwrap(), *worth.iter().max().unwrap());
    let (poor, rich) = (place(least), place(most));
    if poor == rich || least == 0 {
        return Outcome::Idle;
    }
    // Of a constant product what brings the poor side to the root of the product; of a stable pool half the difference.
    let missing = match pool.kind {
        PoolKind::ConstantProduct {} => Uint128::new(least).full_mul(most).isqrt_u128() - least,
        PoolKind::Stable { .. } => (most - least) / 2,
    };
    // Less than half a percent is left to the fee.
    if missing < least / 400 {
        return Outcome::Idle;
    }
    let amount = Uint128::new(missing).multiply_ratio(pool.reserves[poor], least).u128();
    swap(world, pool, poor, rich, amount)
}

trait IntegerRoot {
    fn isqrt_u128(self) -> u128;
}

impl IntegerRoot for cosmwasm_std::Uint256 {
    fn isqrt_u128(self) -> u128 {
        cosmwasm_std::Isqrt::isqrt(self).to_string().parse().unwrap()
    }
}

/// The attacker does things with one pool, within one block, and takes everything back: he has not more of one asset
/// without having less of another.
fn round_trip(world: &mut World, dice: &mut Dice) -> Outcome {
    let pools: Vec<PoolResponse> =
        world.seen.pools.iter().filter(|pool| !pool.lp_supply.is_zero()).cloned().collect();
    let pool = dice.pick(&pools).unwrap();
    let assets: Vec<&Asset> = pool.assets.iter().map(|entry| &entry.asset).collect();
    let wealth = |world: &World| assets.iter().map(|asset| world.mars.balance_of(Attacker, asset)).collect();
    let before: Vec<u128> = wealth(world);
    let lp_before = world.mars.lp_of(Attacker, pool.pool);
    let storage = world.mars.app.storage().clone();
    for _ in 0..=dice.below(3) {
        let side = dice.below(assets.len());
        let reserves = world.mars.reserves(pool.pool);
        let amount = dice.part(reserves[side].min(world.mars.balance_of(Attacker, assets[side])));
        if amount == 0 {
            continue;
        }
        // Whether it is refused does not matter.
        match dice.below(3) {
            0 => {
                let ask = assets[(side + 1) % assets.len()];
                drop(world.mars.swap(Attacker, assets[side], amount, &[hop(pool.pool, ask)]));
            }
            1 => {
                let mut amounts = vec![0; assets.len()];
                amounts[side] = amount;
                drop(world.mars.provide(Attacker, pool.pool, &amounts));
            }
            _ => {
                let share = dice.part(1_000_000);
                let of = |(reserve, asset): (&u128, &&Asset)| {
                    (reserve / 1_000_000 * share).min(world.mars.balance_of(Attacker, asset))
                };
                let amounts: Vec<u128> = reserves.iter().zip(&assets).map(of).collect();
                drop(world.mars.provide(Attacker, pool.pool, &amounts));
            }
        }
        let lp = world.mars.lp_of(Attacker, pool.pool) - lp_before;
        if lp > 0 && dice.once_in(2) {
            drop(world.mars.withdraw_one(Attacker, pool.pool, lp / 2, assets[side]));
        }
    }
    let lp = world.mars.lp_of(Attacker, pool.pool) - lp_before;
    if lp > 0 {
        drop(world.mars.withdraw(Attacker, pool.pool, lp));
    }
    let after: Vec<u128> = wealth(world);
    let gained = after.iter().zip(&before).any(|(after, before)| after > before);
    let lost = after.iter().zip(&before).any(|(after, before)| after < before);
    assert!(!gained || lost, "pool {}: {before:?} {after:?}", pool.pool);
    let changed = world.mars.app.storage().changed(&storage);
    if changed.is_empty() { Outcome::Idle } else { Outcome::Done }
}
