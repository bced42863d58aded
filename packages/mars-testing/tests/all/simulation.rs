//! The whole system under random lives: every message of every contract by users, keepers, guardian, DAO and attackers, with
//! time passing and prices moving. After every step all laws hold; a call that is refused has a reason and changes nothing.
//! docs/simulation.md tells how to run it for long and what to do with what it finds.

mod action;
mod drivers;
mod laws;
mod profit;
mod world;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::{env, panic, thread};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use action::Action;
use drivers::CATALOGUE;
use world::{Tally, World};

/// Steps of a run if the environment does not say how many.
const STEPS: u64 = 10_000;

/// Days of actions: so shrinking can take out whole days at once.
type Life = Vec<Vec<Action>>;
type Tallies = BTreeMap<&'static str, Tally>;

fn life() -> impl Strategy<Value = Life> {
    let day = prop::collection::vec(Action::any(), 1..=20);
    prop::collection::vec(day, 1..=40)
}

/// A number that the environment may give.
fn number(name: &str, default: u64) -> u64 {
    let given = env::var(name).ok();
    given.map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

/// Dice of one seed; a life that fails is cut down in at most so many tries.
fn runner(seed: u64, max_shrink_iters: u32) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { failure_persistence: None, max_shrink_iters, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// `lives` from a seed for as many steps as the environment says, in as many threads as there are cores; or for `default` in
/// one. Gives the steps, and what happened in them.
fn live(default: u64, lives: fn(u64, u64) -> Tallies) -> (u64, Tallies) {
    let steps = number("MARS_SIMULATION_STEPS", default);
    let seed = number("MARS_SIMULATION_SEED", 0);
    let threads = if steps > default { thread::available_parallelism().unwrap().get() } else { 1 };
    let threads = u64::try_from(threads).unwrap();
    let mut tallies = Tallies::new();
    thread::scope(|scope| {
        let runs: Vec<_> =
            (0..threads).map(|thread| scope.spawn(move || lives(seed + thread, steps / threads))).collect();
        for run in runs {
            for (name, tally) in run.join().unwrap_or_else(|cause| panic::resume_unwind(cause)) {
                tallies.entry(name).or_default().add(&tally);
            }
        }
    });
    println!("{}", table(&tallies));
    (steps, tallies)
}

/// Lives from one seed until so many steps are taken. Panics with the shortest life that it finds where a law is broken.
fn lives(seed: u64, steps: u64) -> Tallies {
    let mut runner = runner(seed, 50_000);
    let (strategy, world) = (life(), RefCell::new(World::new()));
    let mut taken = 0;
    while taken < steps {
        let tree = strategy.new_tree(&mut runner).unwrap();
        taken += u64::try_from(tree.current().concat().len()).unwrap();
        let lived = quietly(|| {
            runner.run_one(tree, |life| {
                world.borrow_mut().live(&life.concat());
                Ok(())
            })
        });
        if let Err(TestError::Fail(reason, life)) = lived {
            panic!("seed {seed}: {reason}\n{}", diary(&life.concat()));
        }
    }
    world.into_inner().tallies
}

/// Without a word about the panics that shrinking goes through.
fn quietly<T>(run: impl FnOnce() -> T) -> T {
    thread_local!(static QUIET: Cell<bool> = const { Cell::new(false) });
    static HOOK: std::sync::Once = std::sync::Once::new();
    HOOK.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                loud(info);
            }
        }));
    });
    QUIET.set(true);
    let result = run();
    QUIET.set(false);
    result
}

/// A life for the file of regressions, and what happened in it.
fn diary(life: &[Action]) -> String {
    let mut world = World::new();
    world.diary = Some(vec![]);
    let end = quietly(|| panic::catch_unwind(panic::AssertUnwindSafe(|| world.live(life))));
    let mut text = format!("for regressions.txt, {} actions:\n\n", life.len());
    for action in life {
        writeln!(text, "{action}").unwrap();
    }
    let again = if end.is_err() { "as it went" } else { "as it went, without breaking a law this time" };
    write!(text, "\n{again}:\n\n{}\n", world.diary.unwrap().join("\n")).unwrap();
    text
}

fn table(tallies: &Tallies) -> String {
    let mut text = String::new();
    for (name, Tally { done, idle, refused }) in tallies {
        let refused: Vec<String> = refused.iter().map(|(code, times)| format!("{code} {times}")).collect();
        writeln!(text, "{name:36} done {done:7}  idle {idle:6}  refused {}", refused.join(", ")).unwrap();
    }
    text
}

/// Names of the catalogue that may succeed.
fn possible() -> BTreeSet<&'static str> {
    let possible = |driver: &'static drivers::Driver| {
        let never = |name: &str| driver.never.contains(&name.split_once('/').unwrap().1);
        driver.actions.iter().map(|(name, _)| *name).filter(move |name| !never(name))
    };
    CATALOGUE.iter().flat_map(possible).collect()
}

#[test]
fn no_life_breaks_a_law_and_every_message_succeeds_in_some() {
    let (_, tallies) = live(STEPS, lives);
    let done: BTreeSet<&str> =
        tallies.iter().filter(|(_, tally)| tally.done > 0).map(|(name, _)| *name).collect();
    let possible = possible();
    let missing: Vec<&&str> = possible.difference(&done).collect();
    assert!(missing.is_empty(), "never succeeded: {missing:?}\n{}", table(&tallies));
}

#[test]
fn no_life_that_once_broke_a_law_breaks_it_again() {
    let mut world = World::new();
    for life in include_str!("simulation/regressions.txt").split("\n\n") {
        let actions = life.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let parse = |line| Action::parse(line).unwrap_or_else(|| panic!("no action: {line}"));
        world.live(&actions.map(parse).collect::<Vec<_>>());
    }
}

#[test]
fn every_message_of_every_contract_has_its_action() {
    for driver in CATALOGUE {
        let known: BTreeSet<String> =
            driver.actions.iter().map(|(name, _)| name.split_once('/').unwrap().1.to_string()).collect();
        assert_eq!(known, (driver.messages)(), "{}", driver.contract);
        assert!(driver.decrees.iter().chain(driver.never).all(|name| known.contains(*name)));
    }
}
