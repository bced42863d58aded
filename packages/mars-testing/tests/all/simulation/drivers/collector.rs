use cosmwasm_std::{Addr, CosmosMsg};
use mars_testing::Actor::{Keeper, Stranger};
use mars_testing::{Token, USDM_USDC, XMS_USDC, hop, message};
use mars_types::collector::{ConfigResponse, ExecuteMsg, Params, QueryMsg, RoutesResponse, Switch};
use mars_types::pause::PausesResponse;
use mars_types::swap::Hop;
use mars_types::{Asset, Bps};

use super::super::action::Dice;
use super::super::world::{Outcome, USDC_BUSD, World};
use super::{Driver, offer, set_guardian, update_ownership, variants};

pub const DRIVER: Driver = Driver {
    contract: "collector",
    actions: &[
        ("collector/convert", 6),
        ("collector/distribute", 4),
        ("collector/set_route", 3),
        ("collector/update_params", 2),
        ("collector/withdraw", 2),
        ("collector/pause", 2),
        ("collector/confirm_pause", 2),
        ("collector/unpause", 3),
        ("collector/set_guardian", 1),
        ("collector/update_ownership", 2),
    ],
    never: &[],
    decrees: &[
        "set_route",
        "update_params",
        "withdraw",
        "pause",
        "confirm_pause",
        "unpause",
        "set_guardian",
        "update_ownership",
    ],
    act,
    decree,
    messages: || variants::<ExecuteMsg>().collect(),
};

fn act(world: &mut World, name: &str, dice: &mut Dice) -> Outcome {
    let collector = world.mars.collector.clone();
    match name {
        "convert" => {
            let routes = world.mars.ask_collector::<RoutesResponse>(&QueryMsg::Routes {}).routes;
            let now = world.mars.now();
            let due: Vec<Asset> =
                routes.into_iter().filter(|route| route.next_run <= now).map(|route| route.asset).collect();
            let asset = dice.pick(&due).cloned().unwrap_or_else(|| world.mars.asset(Token::Usdc));
            world.mars.convert(Keeper, &asset).into()
        }
        "distribute" => world.mars.distribute(Keeper).into(),
        "update_ownership" => update_ownership(world, &collector, dice),
        _ => {
            let call = decree(world, name, dice);
            let stops = name == "pause";
            let guardian: Vec<Addr> = world.guardian_of(&collector).into_iter().filter(|_| stops).collect();
            world.rule(&collector, &guardian, call, dice)
        }
    }
}

/// The ways to XMS that there are.
fn routes(world: &World) -> Vec<(Asset, Vec<Hop>)> {
    let [xms, usdc, busd, gold] =
        [Token::Xms, Token::Usdc, Token::Busd, Token::Gold].map(|token| world.mars.asset(token));
    let last = hop(XMS_USDC, &xms);
    vec![
        (usdc.clone(), vec![last.clone()]),
        (world.usdm(), vec![hop(USDM_USDC, &usdc), last.clone()]),
        (world.usdm(), vec![hop(3, &xms)]),
        (busd.clone(), vec![hop(USDC_BUSD, &usdc), last.clone()]),
        (busd, vec![hop(7, &xms)]),
        (gold, vec![hop(6, &usdc), last.clone()]),
        // Nowhere near.
        (xms, vec![last]),
    ]
}

fn decree(world: &World, name: &str, dice: &mut Dice) -> Option<CosmosMsg> {
    let collector = &world.mars.collector;
    let paused = |dice: &mut Dice| {
        let pauses = world.mars.ask_collector::<PausesResponse<Switch>>(&QueryMsg::Pauses {}).pauses;
        let paused: Vec<Switch> =
            pauses.iter().filter(|entry| entry.paused).map(|entry| entry.switch).collect();
        match dice.pick(&paused) {
            Some(switch) => Some(*switch),
            None => dice.once_in(4).then_some(Switch::Convert),
        }
    };
    let msg = match name {
        "set_route" => {
            let routes = routes(world);
            let (asset, route) = dice.pick(&routes)?.clone();
            ExecuteMsg::SetRoute { asset: asset.into(), route: (!dice.once_in(4)).then_some(route) }
        }
        "update_params" => {
            let mut params = Params::default();
            if dice.once_in(2) {
                params.burn = Bps(dice.roll() % 5_000);
                params.retain = Bps(dice.roll() % 5_500);
                params.interval = dice.within(1, 100) * 3_600;
            }
            ExecuteMsg::UpdateParams { params }
        }
        "withdraw" => {
            let config: ConfigResponse = world.mars.ask_collector(&QueryMsg::Config {});
            let routed = world.mars.ask_collector::<RoutesResponse>(&QueryMsg::Routes {}).routes;
            let free = |asset: &Asset| routed.iter().all(|entry| entry.asset != *asset);
            let xms = world.mars.asset(Token::Xms);
            let there = |asset: &Asset| {
                if *asset == xms { config.retained.u128() } else { world.mars.balance_of(collector, asset) }
            };
            let assets: Vec<Asset> = world
                .assets()
                .into_iter()
                .filter(|asset| {
                    (free(asset) && there(asset) > 0) || (*asset == world.usdm() && dice.once_in(6))
                })
                .collect();
            let asset = dice.pick(&assets)?;
            let amount = dice.part(there(asset)).into();
            let recipient = Stranger.addr().into_string();
            ExecuteMsg::Withdraw { asset: asset.clone().into(), amount, recipient }
        }
        "pause" => {
            let switch = if dice.once_in(2) { Switch::Convert } else { Switch::Distribute };
            ExecuteMsg::Pause { switch }
        }
        "confirm_pause" => ExecuteMsg::ConfirmPause { switch: paused(dice)? },
        "unpause" => ExecuteMsg::Unpause { switch: paused(dice)? },
        "set_guardian" => return Some(set_guardian(world, collector, dice)),
        "update_ownership" => return Some(offer(world, collector)),
        other => unreachable!("the collector is not told {other}"),
    };
    Some(message(collector, &msg, vec![]))
}
