//! The two tokens and the LP tokens of the pools, which answer the same messages.

use std::collections::BTreeSet;

use cosmwasm_std::{Addr, Binary, Uint128, to_json_binary};
use cw20::{Cw20ExecuteMsg, EmbeddedLogo, Expiration, Logo};
use mars_testing::Actor::{self, Stranger};
use mars_testing::message;
use mars_types::swap::PoolResponse;
use mars_types::{staking, swap, treasury};

use super::super::action::Dice;
use super::super::world::{Outcome, USERS, World};
use super::{Driver, variants};

macro_rules! driver {
    ($contract:literal, $token:expr) => {
        Driver {
            contract: $contract,
            actions: &[
                (concat!($contract, "/transfer"), 4),
                (concat!($contract, "/burn"), 2),
                (concat!($contract, "/send"), 4),
                (concat!($contract, "/increase_allowance"), 5),
                (concat!($contract, "/decrease_allowance"), 2),
                (concat!($contract, "/transfer_from"), 3),
                (concat!($contract, "/send_from"), 5),
                (concat!($contract, "/burn_from"), 2),
                (concat!($contract, "/mint"), 1),
                (concat!($contract, "/update_minter"), 1),
                (concat!($contract, "/update_marketing"), 1),
                (concat!($contract, "/upload_logo"), 1),
            ],
            never: &["mint", "update_minter", "update_marketing", "upload_logo"],
            decrees: &[],
            act: |world, message, dice| {
                let token: fn(&World, &str, &mut Dice) -> Token = $token;
                let token = token(world, message, dice);
                act(world, &token, message, dice)
            },
            decree: |_, _, _| None,
            messages,
        }
    };
}

pub const USDM: Driver = driver!("usdm", |world, _, _| Token::Usdm(world.mars.usdm.clone()));
pub const XMS: Driver = driver!("xms", |world, _, _| Token::Xms(world.mars.xms.clone()));
pub const LP: Driver = driver!("lp", |world, message, dice| {
    let mut pools: Vec<&PoolResponse> = world.seen.pools.iter().collect();
    if message.ends_with("allowance") || message.ends_with("_from") {
        // In one pool, so that they meet.
        pools.truncate(2);
    }
    let pool = dice.pick(&pools).copied().unwrap_or(&world.seen.pools[0]);
    Token::Lp { address: pool.lp_token.clone(), pool: pool.pool, assets: pool.assets.len() }
});

/// Which token, and what its holders send it to.
enum Token {
    Usdm(Addr),
    Xms(Addr),
    Lp { address: Addr, pool: u32, assets: usize },
}

impl Token {
    fn address(&self) -> &Addr {
        match self {
            Self::Usdm(address) | Self::Xms(address) | Self::Lp { address, .. } => address,
        }
    }

    /// A contract and what it is told with the tokens: mostly what it takes, at times what another would.
    fn parcel(&self, world: &World, dice: &mut Dice) -> (Addr, Binary) {
        let mars = &world.mars;
        let (min_out, deadline) = (Uint128::zero(), mars.now());
        let redeem = treasury::Cw20HookMsg::Redeem { min_out, deadline, recipient: None, queue: true };
        let mut parcels = vec![
            (&mars.treasury, to_json_binary(&redeem)),
            (&mars.treasury, to_json_binary(&treasury::Cw20HookMsg::FundReserve {})),
            (&mars.staking, to_json_binary(&staking::Cw20HookMsg::Stake {})),
            (&mars.staking, to_json_binary(&staking::Cw20HookMsg::BuyBack {})),
        ];
        let first = match self {
            Self::Usdm(_) => 0,
            Self::Xms(_) => 1,
            Self::Lp { pool, assets, .. } => {
                let (pool, min_outs) = (*pool, vec![Uint128::zero(); *assets]);
                let withdraw = swap::Cw20HookMsg::Withdraw { pool, min_outs, deadline, recipient: None };
                parcels.push((&mars.swap, to_json_binary(&withdraw)));
                4
            }
        };
        parcels.swap(0, first);
        parcels.push((&mars.swap, Ok(Binary::from(b"{}"))));
        let chosen = if dice.below(3) < 2 { 0 } else { dice.below(parcels.len()) };
        let (contract, hook) = parcels.swap_remove(chosen);
        (contract.clone(), hook.unwrap())
    }
}

fn messages() -> BTreeSet<String> {
    variants::<Cw20ExecuteMsg>().collect()
}

fn act(world: &mut World, token: &Token, name: &str, dice: &mut Dice) -> Outcome {
    let address = token.address().clone();
    let balance =
        |world: &World, who: &Addr| world.mars.balance_of(who, &mars_types::Asset::Cw20(address.clone()));
    let tell = |world: &mut World, who: &Addr, msg: &Cw20ExecuteMsg| {
        world.tell(who, [message(&address, msg, vec![])])
    };
    match name {
        "transfer" => {
            let who = world.user(dice).addr();
            let mars = &world.mars;
            let people = USERS.into_iter().chain([Stranger]).map(Actor::addr);
            let contracts = [&mars.treasury, &mars.staking, &mars.swap, &mars.collector, &address];
            let all: Vec<Addr> = people.chain(contracts.into_iter().cloned()).collect();
            let recipient = dice.pick(&all).unwrap().to_string();
            let amount = dice.part(balance(world, &who)).into();
            tell(world, &who, &Cw20ExecuteMsg::Transfer { recipient, amount })
        }
        "burn" => {
            let who = world.user(dice).addr();
            let amount = dice.part(balance(world, &who) / 1_000).into();
            tell(world, &who, &Cw20ExecuteMsg::Burn { amount })
        }
        "send" => {
            let who = world.user(dice).addr();
            let amount = dice.part(balance(world, &who) / 20).into();
            let (contract, msg) = token.parcel(world, dice);
            tell(world, &who, &Cw20ExecuteMsg::Send { contract: contract.into_string(), amount, msg })
        }
        "increase_allowance" => {
            let (who, spender) = (world.user(dice).addr(), world.user(dice).addr().into_string());
            let amount = dice.part(balance(world, &who)).into();
            let now = world.mars.app.block_info().time;
            let expires = match dice.below(6) {
                0..=2 => None,
                3 => Some(Expiration::AtTime(now.plus_seconds(dice.within(1, 100_000)))),
                4 => Some(Expiration::AtHeight(world.mars.height() + dice.within(1, 100))),
                _ => Some(Expiration::AtTime(now)),
            };
            tell(world, &who, &Cw20ExecuteMsg::IncreaseAllowance { spender, amount, expires })
        }
        "decrease_allowance" => {
            let allowances = world.allowances(&address);
            let Some(((owner, spender), allowed)) = dice.pick(&allowances) else {
                return Outcome::Idle;
            };
            let (spender, amount) = (spender.to_string(), dice.part(allowed.allowance.u128()).into());
            tell(world, owner, &Cw20ExecuteMsg::DecreaseAllowance { spender, amount, expires: None })
        }
        "transfer_from" | "send_from" | "burn_from" => {
            let allowances = world.allowances(&address);
            let Some(((owner, spender), allowed)) = dice.pick(&allowances) else {
                return Outcome::Idle;
            };
            let there = balance(world, owner).min(allowed.allowance.u128());
            let amount = dice.part(if name == "burn_from" { there / 1_000 } else { there }).into();
            let owner = owner.to_string();
            let msg = match name {
                "transfer_from" => {
                    let recipient = world.user(dice).addr().into_string();
                    Cw20ExecuteMsg::TransferFrom { owner, recipient, amount }
                }
                "send_from" => {
                    let (contract, msg) = token.parcel(world, dice);
                    Cw20ExecuteMsg::SendFrom { owner, contract: contract.into_string(), amount, msg }
                }
                _ => Cw20ExecuteMsg::BurnFrom { owner, amount },
            };
            tell(world, spender, &msg)
        }
        "mint" => {
            let who = world.user(dice).addr();
            let (recipient, amount) = (who.to_string(), dice.part(1_000_000).into());
            tell(world, &who, &Cw20ExecuteMsg::Mint { recipient, amount })
        }
        "update_minter" => {
            let who = world.user(dice).addr();
            tell(world, &who, &Cw20ExecuteMsg::UpdateMinter { new_minter: Some(who.to_string()) })
        }
        "update_marketing" => {
            let who = world.user(dice).addr();
            let (project, description, marketing) = (None, None, Some(who.to_string()));
            tell(world, &who, &Cw20ExecuteMsg::UpdateMarketing { project, description, marketing })
        }
        "upload_logo" => {
            let who = world.user(dice).addr();
            let logo = Logo::Embedded(EmbeddedLogo::Svg(Binary::from(b"<svg/>")));
            tell(world, &who, &Cw20ExecuteMsg::UploadLogo(logo))
        }
        other => unreachable!("no token is told {other}"),
    }
}
