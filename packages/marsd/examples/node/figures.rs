//! What was measured, as a table in Markdown and as JSON.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

/// What a figure should be.
#[derive(Clone, Copy)]
pub enum Goal {
    AtMost(f64),
    AtLeast(f64),
}

struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    goal: Option<Goal>,
}

#[derive(Default)]
pub struct Figures(Vec<Figure>);

/// The lines of the page between which the figures stand.
const MARKS: [&str; 2] = ["<!-- begin of what scripts/bench node --update writes -->\n", "<!-- end -->\n"];

/// The value that `percent` of `values` do not exceed.
pub fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() * percent).div_ceil(100).max(1) - 1]
}

pub fn median(values: &mut [f64]) -> f64 {
    percentile(values, 50)
}

/// 1234.5 as 1,235.
pub fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let comma = |(at, digit): (usize, char)| {
        let comma = if at > 0 && (digits.len() - at).is_multiple_of(3) { "," } else { "" };
        format!("{comma}{digit}")
    };
    digits.chars().enumerate().map(comma).collect()
}

/// Three digits of a small number, every digit of a large one.
fn shown(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => thousands(value),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

impl Figure {
    fn is_met(&self) -> Option<bool> {
        self.goal.map(|goal| match goal {
            Goal::AtMost(most) => self.value <= most,
            Goal::AtLeast(least) => self.value >= least,
        })
    }

    fn row(&self) -> String {
        let number = |value: f64, unit: &str| match unit {
            "/s" | "×" => format!("{}{unit}", shown(value)),
            unit => format!("{} {unit}", shown(value)),
        };
        let goal = |sign: &str, value: f64| {
            let digits = thousands(value);
            let space = if ["/s", "×"].contains(&self.unit) { "" } else { " " };
            format!("{sign} {digits}{space}{}", self.unit)
        };
        let goal = match self.goal {
            None => String::new(),
            Some(Goal::AtMost(most)) => goal("≤", most),
            Some(Goal::AtLeast(least)) => goal("≥", least),
        };
        let met = self.is_met().map_or("", |met| if met { "yes" } else { "no" });
        format!("| {} | {} | {goal} | {met} |", self.name, number(self.value, self.unit))
    }
}

impl Figures {
    pub fn plain(&mut self, name: &str, value: f64, unit: &'static str) {
        self.0.push(Figure { name: name.into(), value, unit, goal: None });
    }

    pub fn goal(&mut self, name: &str, value: f64, unit: &'static str, goal: Goal) {
        self.0.push(Figure { name: name.into(), value, unit, goal: Some(goal) });
    }

    pub fn table(&self, machine: &str) -> String {
        let mut text = format!("On: {machine}.\n\n| what | measured | goal | met |\n|---|---|---|---|\n");
        for figure in &self.0 {
            writeln!(text, "{}", figure.row()).unwrap();
        }
        text
    }

    /// Puts the table between the marks of `page`.
    pub fn write(&self, page: &Path, machine: &str) {
        let text = fs::read_to_string(page).unwrap();
        let (before, rest) = text.split_once(MARKS[0]).expect("a page with the mark of the beginning");
        let (_, after) = rest.split_once(MARKS[1]).expect("a page with the mark of the end");
        let table = self.table(machine);
        fs::write(page, format!("{before}{}\n{table}\n{}{after}", MARKS[0], MARKS[1])).unwrap();
    }
}

impl From<Figures> for Value {
    fn from(figures: Figures) -> Self {
        let of = |figure: &Figure| json!({ "name": figure.name, "value": figure.value, "unit": figure.unit, "met": figure.is_met() });
        figures.0.iter().map(of).collect()
    }
}
