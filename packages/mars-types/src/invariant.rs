use std::fmt::Display;

use cosmwasm_schema::cw_serde;

/// One law of a contract's books, recomputed from its state: `left` must stand in `relation` to `right`.
#[cw_serde]
pub struct Invariant {
    /// Stable snake_case name.
    pub name: String,
    pub left: String,
    /// `=`, `<=` or `>=`.
    pub relation: String,
    pub right: String,
    pub holds: bool,
}

impl Invariant {
    pub fn at_most<T: Display + PartialOrd>(name: impl Into<String>, left: T, right: T) -> Self {
        Self::new(name, &left, "<=", &right, left <= right)
    }

    /// A law whose `right` nobody could tell: it does not hold, and says why.
    pub fn at_most_unknown(name: impl Into<String>, left: impl Display, reason: impl Display) -> Self {
        Self::new(name, &left.to_string(), "<=", &reason.to_string(), false)
    }

    pub fn equal<T: Display + PartialEq>(name: impl Into<String>, left: T, right: T) -> Self {
        Self::new(name, &left, "=", &right, left == right)
    }

    fn new<T: Display>(name: impl Into<String>, left: &T, relation: &str, right: &T, holds: bool) -> Self {
        Self {
            name: name.into(),
            left: left.to_string(),
            relation: relation.into(),
            right: right.to_string(),
            holds,
        }
    }
}

#[cw_serde]
pub struct InvariantsResponse {
    /// True when every invariant holds.
    pub hold: bool,
    pub invariants: Vec<Invariant>,
}

impl From<Vec<Invariant>> for InvariantsResponse {
    fn from(invariants: Vec<Invariant>) -> Self {
        Self { hold: invariants.iter().all(|invariant| invariant.holds), invariants }
    }
}
