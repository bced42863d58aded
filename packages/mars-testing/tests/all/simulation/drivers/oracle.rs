use cosmwasm_std::{CosmosMsg, Decimal};
use mars_testing::Actor::{Feeder, Keeper};
use mars_testing::{Token, message};
use mars_types::oracle::{ExecuteMsg, FeederRules, PoolRules, SourceUnchecked};
use mars_types::{Asset, Bps};

use super::super::action::Dice;
use super::super::world::{Outcome, World, feeders};
use super::{Driver, offer, set_guardian, update_ownership, variants};

pub const DRIVER: Driver = Driver {
    contract: "oracle",
    actions: &[
        ("oracle/feed", 12),
        ("oracle/set_source", 4),
        ("oracle/remove_source", 1),
        ("oracle/pause", 2),
        ("oracle/confirm_pause", 2),
        ("oracle/unpause", 3),
        ("oracle/set_guardian", 1),
        ("oracle/update_ownership", 2),
    ],
    never: &[],
    decrees: &["set_source", "pause", "confirm_pause", "unpause", "set_guardian", "update_ownership"],
    act,
    decree,
    messages: || variants::<ExecuteMsg>().collect(),
};

fn act(world: &mut World, name: &str, dice: &mut Dice) -> Outcome {
    let oracle = world.mars.oracle.clone();
    match name {
        "feed" => feed(world, dice),
        "pause" => {
            let call = decree(world, name, dice);
            let guardian: Vec<_> = world.guardian_of(&oracle).into_iter().collect();
            world.rule(&oracle, &guardian, call, dice)
        }
        "update_ownership" => update_ownership(world, &oracle, dice),
        _ => {
            let call = decree(world, name, dice);
            let outcome = world.rule(&oracle, &[], call, dice);
            if let ("set_source", Outcome::Done) = (name, &outcome) {
                world.feed();
            }
            outcome
        }
    }
}

/// Mostly all of them at once, at times one alone, who may be wrong, late, ahead of time or nobody.
fn feed(world: &mut World, dice: &mut Dice) -> Outcome {
    let kind = dice.below(8);
    if kind < 4 {
        let before = world.mars.app.storage().clone();
        world.feed();
        return if world.mars.app.storage().changed(&before).is_empty() {
            Outcome::Idle
        } else {
            Outcome::Done
        };
    }
    let (token, number) = (*dice.pick(&Token::ALL).unwrap(), dice.below(3));
    let mut report = world.report(token, number);
    let mut who = Feeder(number);
    match kind {
        4 => {}
        5 => report.price *= Decimal::percent(dice.within(50, 200)),
        6 => report.time = report.time - 150 + dice.within(0, 200),
        _ => who = *dice.pick(&[Keeper, Feeder(9)]).unwrap(),
    }
    world
        .tell(who, [message(&world.mars.oracle.clone(), &ExecuteMsg::Feed { reports: vec![report] }, vec![])])
}

fn decree(world: &World, name: &str, dice: &mut Dice) -> Option<CosmosMsg> {
    let oracle = &world.mars.oracle;
    let assets = world.assets();
    let sources = world.sources();
    let msg = match name {
        "set_source" => {
            // What has no source any more comes first.
            let bare = assets.iter().find(|asset| sources.iter().all(|entry| entry.asset != **asset));
            let asset = bare.or_else(|| dice.pick(&assets)).unwrap();
            let source = source(world, asset, dice);
            ExecuteMsg::SetSource { asset: asset.clone().into(), source }
        }
        "remove_source" => {
            let asset = dice.pick(&sources)?.asset.clone().into();
            ExecuteMsg::RemoveSource { asset }
        }
        "pause" => ExecuteMsg::Pause { asset: dice.pick(&assets)?.clone().into() },
        "confirm_pause" | "unpause" => {
            let now = world.mars.now();
            let paused: Vec<&Asset> =
                sources.iter().filter(|entry| entry.switch.paused(now)).map(|entry| &entry.asset).collect();
            let asset = match dice.pick(&paused) {
                Some(asset) => (*asset).clone().into(),
                None if dice.once_in(3) => dice.pick(&assets)?.clone().into(),
                None => return None,
            };
            if name == "unpause" { ExecuteMsg::Unpause { asset } } else { ExecuteMsg::ConfirmPause { asset } }
        }
        "set_guardian" => return Some(set_guardian(world, oracle, dice)),
        "update_ownership" => return Some(offer(world, oracle)),
        other => unreachable!("the oracle is not told {other}"),
    };
    Some(message(oracle, &msg, vec![]))
}

/// Mostly the usual one.
fn source(world: &World, asset: &Asset, dice: &mut Dice) -> SourceUnchecked {
    let usual = world.usual_source(asset);
    let kind = dice.below(12);
    let Some(token) = Token::ALL.into_iter().find(|token| world.mars.asset(*token) == *asset) else {
        // USDM, whose price is never fixed.
        return if kind == 11 { SourceUnchecked::Fixed { price: Decimal::one() } } else { usual };
    };
    let fixed = || SourceUnchecked::Fixed { price: world.truth(token) };
    let reported = |count| {
        let rules = FeederRules { max_age: 120, deviation: Bps(200), memory: 600, min_fresh: 3 };
        SourceUnchecked::Feeders { feeders: feeders(count), rules }
    };
    match kind {
        0..=6 => usual,
        7 => fixed(),
        8 => reported(4),
        9 => SourceUnchecked::Guarded { sources: vec![usual, fixed()], bound: Bps(500) },
        10 if token == Token::Xms => SourceUnchecked::Twap {
            swap: world.mars.swap.to_string(),
            pools: vec![1, 3, 7],
            rules: PoolRules::default(),
        },
        10 => reported(3),
        // Two feeders are too few.
        _ => reported(2),
    }
}
