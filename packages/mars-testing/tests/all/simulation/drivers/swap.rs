use cosmwasm_std::{Addr, CosmosMsg, Decimal, Uint128, to_json_binary};
use cw20::Cw20ReceiveMsg;
use mars_testing::Actor::{self, Attacker, Keeper, Minter, Stranger, Trader};
use mars_testing::{Token, Trade, hop, message};
use mars_types::pause::PausesResponse;
use mars_types::swap::{
    CreationFee, Cw20HookMsg, ExecuteMsg, Fee, Hop, NewPool, Params, PoolKind, PoolResponse, QueryMsg, Switch,
};
use mars_types::{Asset, Bps};

use super::super::action::Dice;
use super::super::world::{MILLION, ONE, Outcome, THOUSAND, USERS, World};
use super::{Driver, hooks, offer, set_guardian, update_ownership, variants};

pub const DRIVER: Driver = Driver {
    contract: "swap",
    actions: &[
        ("swap/create_pool", 2),
        ("swap/provide", 8),
        ("swap/swap", 10),
        ("swap/swap_exact_out", 5),
        ("swap/receive", 1),
        ("swap/receive/swap", 10),
        ("swap/receive/swap_exact_out", 5),
        ("swap/receive/provide", 3),
        ("swap/receive/withdraw", 5),
        ("swap/receive/withdraw_one", 4),
        ("swap/collect_fees", 4),
        ("swap/update_config", 1),
        ("swap/update_params", 1),
        ("swap/set_creation_fee", 1),
        ("swap/register_native", 1),
        ("swap/set_fee", 1),
        ("swap/set_share_limits", 2),
        ("swap/ramp_amplification", 2),
        ("swap/stop_ramp", 1),
        ("swap/set_pauser", 1),
        ("swap/pause", 2),
        ("swap/confirm_pause", 2),
        ("swap/unpause", 6),
        ("swap/set_guardian", 1),
        ("swap/update_ownership", 2),
    ],
    never: &["receive"],
    decrees: &[
        "create_pool",
        "update_config",
        "update_params",
        "set_creation_fee",
        "register_native",
        "set_fee",
        "set_share_limits",
        "ramp_amplification",
        "stop_ramp",
        "set_pauser",
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

/// More pools than this make every step slow and prove nothing new.
const MOST_POOLS: usize = 12;

fn act(world: &mut World, name: &str, dice: &mut Dice) -> Outcome {
    let swap = world.mars.swap.clone();
    match name {
        "create_pool" => create_pool(world, dice),
        "provide" => provide(world, dice),
        "swap" | "receive/swap" | "swap_exact_out" | "receive/swap_exact_out" => trade(world, name, dice),
        "receive" => {
            let (deadline, recipient) = (world.mars.now(), None);
            let route = vec![hop(1, &world.mars.asset(Token::Usdc))];
            let hooks = [
                Cw20HookMsg::Swap { route, min_out: Uint128::zero(), deadline, recipient: recipient.clone() },
                Cw20HookMsg::Withdraw { pool: 1, min_outs: vec![Uint128::zero(); 2], deadline, recipient },
            ];
            let forged = Cw20ReceiveMsg {
                sender: Minter.addr().into_string(),
                amount: dice.part(MILLION).into(),
                msg: to_json_binary(dice.pick(&hooks).unwrap()).unwrap(),
            };
            world.tell(Attacker, [message(&swap, &ExecuteMsg::Receive(forged), vec![])])
        }
        "receive/provide" => {
            let pools = filled(world);
            let pool = dice.pick(&pools).unwrap();
            let side = dice.below(pool.assets.len());
            let Asset::Cw20(token) = &pool.assets[side].asset else { return Outcome::Idle };
            let who = world.user(dice);
            let most =
                world.mars.balance_of(who, &pool.assets[side].asset).min(pool.reserves[side].u128() / 20);
            let (amount, deadline) = (dice.part(most), world.deadline(dice));
            if amount == 0 {
                return Outcome::Idle;
            }
            let hook = Cw20HookMsg::Provide {
                pool: pool.pool,
                min_lp: Uint128::zero(),
                deadline,
                recipient: world.recipient(dice).map(Addr::into_string),
            };
            let call = world.mars.send_to_swap(token, amount, &hook);
            world.tell(who, [call])
        }
        "receive/withdraw" => {
            let Some((who, pool, lp)) = liquidity(world, dice) else { return Outcome::Idle };
            let lp = dice.part(lp);
            let outcome = world.mars.withdraw(who, pool, lp);
            // Nothing stops it but that there is nothing.
            assert!(outcome.is_ok() || lp < 1_000, "{outcome:?}");
            outcome.into()
        }
        "receive/withdraw_one" => {
            let Some((who, pool, lp)) = liquidity(world, dice) else { return Outcome::Idle };
            let lp = dice.part(lp / 10);
            if lp == 0 {
                return Outcome::Idle;
            }
            let assets = world.mars.swap_pool(pool).assets;
            let asset = dice.pick(&assets).unwrap().asset.clone();
            world.mars.withdraw_one(who, pool, lp, &asset).into()
        }
        "collect_fees" => {
            let pools = world.seen.pools.iter().map(|pool| pool.pool).skip(dice.below(3)).collect();
            world.tell(Keeper, [message(&swap, &ExecuteMsg::CollectFees { pools }, vec![])])
        }
        "update_ownership" => update_ownership(world, &swap, dice),
        _ => {
            let call = decree(world, name, dice);
            let mut also: Vec<Addr> = vec![];
            if name == "pause" {
                let config: mars_types::swap::ConfigResponse = world.mars.ask_swap(&QueryMsg::Config {});
                also.extend(config.pauser.into_iter().chain(world.guardian_of(&swap)));
            }
            world.rule(&swap, &also, call, dice)
        }
    }
}

/// Pools with liquidity.
fn filled(world: &World) -> Vec<PoolResponse> {
    world.seen.pools.iter().filter(|pool| !pool.lp_supply.is_zero()).cloned().collect()
}

/// Somebody with LP tokens, their pool and how many they are.
fn liquidity(world: &World, dice: &mut Dice) -> Option<(Actor, u32, u128)> {
    let pool = dice.pick(&world.seen.pools)?.pool;
    let mut holders = USERS.map(|who| (who, pool, world.mars.lp_of(who, pool))).to_vec();
    holders.retain(|(_, _, lp)| *lp > 0);
    dice.pick(&holders).copied()
}

fn create_pool(world: &mut World, dice: &mut Dice) -> Outcome {
    if world.seen.pools.len() >= MOST_POOLS {
        return Outcome::Idle;
    }
    let who = world.user(dice);
    let assets = world.assets();
    let list = [dice.pick(&assets).unwrap(), dice.pick(&assets).unwrap()].map(|asset| asset.clone().into());
    let config: mars_types::swap::ConfigResponse = world.mars.ask_swap(&QueryMsg::Config {});
    let (mut funds, mut calls) = (vec![], vec![]);
    if let Some(fee) = &config.creation_fee {
        match &fee.asset {
            Asset::Native(denom) => funds.push(cosmwasm_std::Coin::new(fee.amount, denom)),
            Asset::Cw20(token) => {
                let spender = world.mars.swap.to_string();
                let allow =
                    cw20::Cw20ExecuteMsg::IncreaseAllowance { spender, amount: fee.amount, expires: None };
                calls.push(message(token, &allow, vec![]));
            }
        }
    }
    let pool =
        if dice.once_in(8) { NewPool::Stable { amplification: 100 } } else { NewPool::ConstantProduct {} };
    let create = ExecuteMsg::CreatePool { pool, assets: list.into() };
    calls.push(message(&world.mars.swap, &create, funds));
    world.tell(who, calls)
}

/// Mostly in proportion, at times not; the first liquidity of a pool at what things cost outside.
fn provide(world: &mut World, dice: &mut Dice) -> Outcome {
    let pool = dice.pick(&world.seen.pools).unwrap().clone();
    let who = world.user(dice);
    let first = pool.lp_supply.is_zero();
    let most = |world: &World, side: usize| {
        let there = world.mars.balance_of(who, &pool.assets[side].asset);
        let wanted = if first {
            worth(world, &pool.assets[side].asset, 20 * THOUSAND)
        } else {
            pool.reserves[side].u128() / 20
        };
        (there, wanted)
    };
    let share = dice.part(1_000_000);
    let mut amounts = vec![];
    for side in 0..pool.assets.len() {
        let (there, wanted) = most(world, side);
        let amount = (wanted * share / 1_000_000).min(there);
        amounts.push(match dice.below(6) {
            5 if !first => 0,
            4 => dice.part(amount),
            _ => amount,
        });
    }
    let min_lp = if dice.once_in(16) { u128::MAX / 2 } else { 0 };
    world.mars.provide_with(who, pool.pool, &amounts, min_lp).into()
}

/// So many units of an asset as are worth so many micro-dollars.
fn worth(world: &World, asset: &Asset, dollars: u128) -> u128 {
    let token = Token::ALL.into_iter().find(|token| world.mars.asset(*token) == *asset);
    let Some(token) = token else { return dollars };
    let scaled = Uint128::new(dollars).multiply_ratio(token.units(1), ONE);
    scaled.mul_floor(Decimal::one() / world.truth(token)).u128()
}

/// A walk of one to four pools from an asset that the trader pays with.
fn trade(world: &mut World, name: &str, dice: &mut Dice) -> Outcome {
    let who = world.user(dice);
    let pools = filled(world);
    let native = !name.starts_with("receive/");
    let fits = |asset: &Asset| matches!(asset, Asset::Native(_)) == native;
    let starts: Vec<(&PoolResponse, usize)> = pools
        .iter()
        .flat_map(|pool| (0..pool.assets.len()).map(move |side| (pool, side)))
        .filter(|(pool, side)| fits(&pool.assets[*side].asset))
        .collect();
    let &(mut pool, mut side) = dice.pick(&starts).unwrap();
    let (offer, first, first_side) = (pool.assets[side].asset.clone(), pool, side);
    let mut route: Vec<Hop> = vec![];
    let hops = [1, 1, 2, 3, 4][dice.below(5)];
    loop {
        side = (side + 1 + dice.below(pool.assets.len() - 1)) % pool.assets.len();
        let held = pool.assets[side].asset.clone();
        route.push(hop(pool.pool, &held));
        let onward: Vec<(&PoolResponse, usize)> = pools
            .iter()
            .filter(|next| route.iter().all(|hop| hop.pool != next.pool) || dice.once_in(40))
            .filter_map(|next| Some((next, next.assets.iter().position(|entry| entry.asset == held)?)))
            .collect();
        match dice.pick(&onward) {
            Some(next) if route.len() < hops => (pool, side) = *next,
            _ => break,
        }
    }
    let held = world.mars.balance_of(who, &offer);
    let most = held.min(first.reserves[first_side].u128() / 50);
    let amount = dice.part(most);
    if amount == 0 {
        return Outcome::Idle;
    }
    let mut trade = Trade::of(offer, amount, route).deadline(world.deadline(dice));
    if name.ends_with("exact_out") {
        // What comes out for the amount, and up to twice the amount for it; at times more than that buys.
        let simulated: mars_types::Simulation<mars_types::swap::SwapReceipt> =
            world.mars.ask_swap(&world.mars.simulation(&trade));
        let Some(receipt) = simulated.receipt else { return world.mars.swap_with(who, &trade).into() };
        let out = receipt.ask.amount.u128();
        let out = if dice.once_in(10) { out * 3 } else { out };
        trade.amount = (amount * 2).min(held);
        trade = trade.exactly(out);
    } else if dice.once_in(12) {
        trade = trade.min_out(u128::MAX / 2);
    }
    if let Some(recipient) = world.recipient(dice) {
        trade = trade.recipient(recipient);
    }
    world.mars.swap_with(who, &trade).into()
}

fn stable(world: &World, dice: &mut Dice) -> Option<PoolResponse> {
    let stable = |pool: &&PoolResponse| matches!(pool.kind, PoolKind::Stable { .. });
    let pools: Vec<&PoolResponse> = world.seen.pools.iter().filter(stable).collect();
    if dice.once_in(10) {
        world.seen.pools.first().cloned()
    } else {
        dice.pick(&pools).map(|pool| (*pool).clone())
    }
}

fn paused(world: &World, dice: &mut Dice) -> Option<Switch> {
    let query = QueryMsg::Pauses { start_after: None, limit: Some(30) };
    let pauses = world.mars.ask_swap::<PausesResponse<Switch>>(&query).pauses;
    let paused: Vec<Switch> = pauses.iter().filter(|entry| entry.paused).map(|entry| entry.switch).collect();
    match dice.pick(&paused) {
        Some(switch) => Some(*switch),
        None => dice.once_in(4).then_some(Switch::Swap(1)),
    }
}

fn decree(world: &World, name: &str, dice: &mut Dice) -> Option<CosmosMsg> {
    let swap = &world.mars.swap;
    let bps = |dice: &mut Dice, most: u64| Bps(u16::try_from(dice.within(0, most)).unwrap());
    let msg = match name {
        "create_pool" => {
            if world.seen.pools.len() >= MOST_POOLS {
                return None;
            }
            let level_one = [world.usdm(), world.mars.asset(Token::Busd), world.mars.asset(Token::Usdc)];
            let first = dice.below(3);
            let assets = [first, first + 1].map(|at| level_one[at % 3].clone().into()).into();
            let amplification = u32::from(dice.roll() % 1_000 + 1);
            ExecuteMsg::CreatePool { pool: NewPool::Stable { amplification }, assets }
        }
        "update_config" => {
            let collector = if dice.once_in(4) { Keeper.addr() } else { world.mars.collector.clone() };
            let config: mars_types::swap::ConfigResponse = world.mars.ask_swap(&QueryMsg::Config {});
            let lp_code_id = match dice.below(4) {
                0 | 1 => None,
                2 => Some(config.lp_code_id),
                _ => Some(9_999),
            };
            ExecuteMsg::UpdateConfig { fee_collector: Some(collector.into_string()), lp_code_id }
        }
        "update_params" => {
            let mut params = Params::default();
            if dice.once_in(2) {
                params.share_limit = bps(dice, 10_100);
                params.stable_fee = Fee { total: bps(dice, 100), protocol: bps(dice, 10) };
            }
            ExecuteMsg::UpdateParams { params }
        }
        "set_creation_fee" => {
            let assets = [world.mars.asset(Token::Usdc), world.usdm()];
            let asset = dice.pick(&assets)?.clone().into();
            let fee = CreationFee { asset, amount: dice.part(20_000 * ONE).into() };
            ExecuteMsg::SetCreationFee { fee: dice.once_in(2).then_some(fee) }
        }
        "register_native" => {
            let denom = format!("unew{}", dice.below(20));
            ExecuteMsg::RegisterNative { denom, decimals: 6 }
        }
        "set_fee" => {
            let pool = dice.pick(&world.seen.pools)?.pool;
            let fee = Fee { total: bps(dice, 101), protocol: bps(dice, 20) };
            ExecuteMsg::SetFee { pool, fee }
        }
        "set_share_limits" => {
            let pool = stable(world, dice)?;
            let count = if dice.once_in(10) { 1 } else { pool.assets.len() };
            let usual = dice.below(4) < 2;
            let limit = |dice: &mut Dice| if usual { Bps(9_500) } else { bps(dice, 10_000) };
            let limits = (0..count).map(|_| limit(dice)).collect();
            ExecuteMsg::SetShareLimits { pool: pool.pool, limits }
        }
        "ramp_amplification" => {
            let pool = stable(world, dice)?;
            let PoolKind::Stable { amplification, .. } = pool.kind else {
                let end = world.mars.now() + 100_000;
                return Some(message(
                    swap,
                    &ExecuteMsg::RampAmplification { pool: pool.pool, target: 100, end },
                    vec![],
                ));
            };
            // From a third to three times; half to double is allowed.
            let now = u32::try_from(amplification.to_uint_floor().u128()).unwrap();
            let target = (now * u32::from(dice.roll() % 100 + 45) / 75).max(1);
            let end = world.mars.now() + dice.within(80_000, 200_000);
            ExecuteMsg::RampAmplification { pool: pool.pool, target, end }
        }
        "stop_ramp" => ExecuteMsg::StopRamp { pool: stable(world, dice)?.pool },
        "set_pauser" => {
            let pauser =
                if dice.once_in(4) { None } else { Some(dice.pick(&[Trader, Stranger])?.addr().into()) };
            ExecuteMsg::SetPauser { pauser }
        }
        "pause" => {
            let pool = dice.pick(&world.seen.pools)?.pool;
            let switch = if dice.once_in(2) { Switch::Provide(pool) } else { Switch::Swap(pool) };
            ExecuteMsg::Pause { switch }
        }
        "confirm_pause" => ExecuteMsg::ConfirmPause { switch: paused(world, dice)? },
        "unpause" => ExecuteMsg::Unpause { switch: paused(world, dice)? },
        "set_guardian" => return Some(set_guardian(world, swap, dice)),
        "update_ownership" => return Some(offer(world, swap)),
        other => unreachable!("swap is not told {other}"),
    };
    Some(message(swap, &msg, vec![]))
}
