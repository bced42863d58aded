//! One step of a life: the name of what is done, and dice that decide everything else about it.
//!
//! Dice are read in order and modulo what exists, so any dice fit any state, and a sequence stays meaningful when steps are
//! taken out of it. All dice at zero is the plainest way of doing it; that is where shrinking goes.

use std::fmt;

use cosmwasm_std::Uint128;
use proptest::prelude::*;

use super::drivers::CATALOGUE;

/// Dice of an action.
const DICE: usize = 12;

#[derive(Clone, Copy, PartialEq)]
pub struct Action {
    /// `contract/message`, as the catalogue has it.
    pub name: &'static str,
    dice: [u16; DICE],
}

impl Action {
    pub fn dice(&self) -> Dice<'_> {
        Dice { rolls: &self.dice }
    }

    /// As it is displayed. None: there is no such action.
    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let name = words.next()?;
        let (name, _) =
            CATALOGUE.iter().flat_map(|driver| driver.actions).find(|(known, _)| *known == name)?;
        let mut dice = [0; DICE];
        for (roll, word) in dice.iter_mut().zip(&mut words) {
            *roll = word.parse().ok()?;
        }
        words.next().is_none().then_some(Self { name, dice })
    }

    /// Any action, each as often as its weight says.
    pub fn any() -> impl Strategy<Value = Self> {
        let names: Vec<&'static str> = CATALOGUE
            .iter()
            .flat_map(|driver| driver.actions)
            .flat_map(|(name, weight)| std::iter::repeat_n(*name, *weight))
            .collect();
        (prop::sample::select(names), prop::array::uniform12(any::<u16>()))
            .prop_map(|(name, dice)| Self { name, dice })
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        let used = self.dice.iter().rposition(|roll| *roll != 0).map_or(0, |last| last + 1);
        self.dice[..used].iter().try_for_each(|roll| write!(f, " {roll}"))
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The dice that an action has not yet used; zeros after the last.
pub struct Dice<'a> {
    rolls: &'a [u16],
}

impl<'a> Dice<'a> {
    pub fn of(rolls: &'a [u16]) -> Self {
        Self { rolls }
    }
}

impl Dice<'_> {
    pub fn roll(&mut self) -> u16 {
        let Some((first, rest)) = self.rolls.split_first() else {
            return 0;
        };
        self.rolls = rest;
        *first
    }

    /// 0 up to `count`, which is not 0.
    pub fn below(&mut self, count: usize) -> usize {
        usize::from(self.roll()) % count
    }

    /// `least` up to `most`, both of them possible.
    pub fn within(&mut self, least: u64, most: u64) -> u64 {
        least + u64::from(self.roll()) % (most - least + 1)
    }

    /// Never by dice of zero.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    /// One of these, if there are any.
    pub fn pick<'b, T>(&mut self, items: &'b [T]) -> Option<&'b T> {
        let roll = self.roll();
        if items.is_empty() { None } else { items.get(usize::from(roll) % items.len()) }
    }

    /// Some of `most`, at least 1 where there is any: much or little of it, at times dust, at times all.
    pub fn part(&mut self, most: u128) -> u128 {
        let roll = u128::from(self.roll());
        let (kind, digits) = (roll % 8, roll / 8 % 1_000 + 1);
        let of = |parts| Uint128::new(most).multiply_ratio(digits, Uint128::new(parts)).u128();
        match kind {
            0 | 1 => of(100_000),
            2 => of(10_000_000),
            3 => of(10_000),
            4 | 5 => of(1_000),
            6 => digits,
            _ => most,
        }
        .clamp(most.min(1), most)
    }
}
