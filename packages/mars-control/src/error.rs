use cosmwasm_std::{Coin, OverflowError, StdError, Uint128};
use mars_math::MathError;
use mars_types::treasury::CONTROL_RATIO;
use mars_types::{InvalidInput, ListError, Refusal, RefusalCode};
use thiserror::Error;

/// Refusals that contracts share. The text is that of the [`Refusal`] it converts to.
///
/// A contract takes all of them in by one `impl<E> From<E> for ContractError where ControlError: From<E>`.
#[derive(Error, Debug, PartialEq)]
#[error("{}", Refusal::from(self))]
pub enum ControlError {
    /// The sender does not hold `role`.
    Unauthorized { sender: String, role: &'static str },
    /// `until` is a time, or `owner`.
    Paused { switch: String, until: String },
    /// The guardian can neither shorten nor prolong a pause.
    AlreadyPaused { switch: String, until: String },
    /// The guardian paused this a short while ago.
    PauseResting { now: u64, until: u64 },
    /// There is no pause to confirm or to lift.
    NotPaused { switch: String },
    /// Nobody was offered the ownership, or the offer expired.
    NoTransfer { sender: String },
    /// A migration to the same or an older version, or from another contract.
    NotNewer { from: String, to: String },
    /// Coins came with a message that takes none, or not the ones that it takes.
    WrongFunds { got: String, expected: &'static str },
    /// Another token called than the one that the message takes.
    WrongToken { got: String, expected: String },
    /// Only the size is told: the text is the caller's, and could pass itself off as a refusal.
    UnknownHook { bytes: usize, known: &'static str },
    /// Block times, in seconds.
    DeadlinePassed { now: u64, deadline: u64 },
    /// The caller accepts `least`.
    MinOut { out: Uint128, least: Uint128 },
    /// Nothing would come of it.
    TooSmall { amount: Uint128 },
    /// `ratio` in bp, if anyone knows it.
    ControlRatio { ratio: Option<Uint128> },
    /// What another contract refused to this one.
    Passed(Refusal),
    /// A field is outside its bounds.
    Invalid(#[from] InvalidInput),
    /// An entry that a list cannot take or does not have.
    List(#[from] ListError),
    /// A number does not fit, or there is none.
    Math(#[from] MathError),
    /// Storage or serialisation failed.
    Chain(#[from] StdError),
}

impl ControlError {
    pub fn wrong_funds(got: &[Coin], expected: &'static str) -> Self {
        let got: Vec<String> = got.iter().map(Coin::to_string).collect();
        Self::WrongFunds { got: if got.is_empty() { "nothing".into() } else { got.join("+") }, expected }
    }

    pub(crate) fn unauthorized(sender: impl ToString, role: &'static str) -> Self {
        Self::Unauthorized { sender: sender.to_string(), role }
    }
}

impl From<&ControlError> for Refusal {
    fn from(error: &ControlError) -> Self {
        use RefusalCode as Code;
        match error {
            ControlError::Unauthorized { sender, role } => {
                Self::new(Code::Unauthorized, format!("this needs the {role}"), sender, role)
            }
            ControlError::Paused { switch, until } => {
                Self::new(Code::Paused, format!("{switch} is paused"), switch, until)
            }
            ControlError::AlreadyPaused { switch, until } => {
                Self::new(Code::AlreadyPaused, format!("{switch} is paused already"), switch, until)
            }
            ControlError::PauseResting { now, until } => {
                Self::new(Code::PauseResting, "the guardian may not pause this again yet", now, until)
            }
            ControlError::NotPaused { switch } => {
                Self::new(Code::NotFound, format!("{switch} is not paused"), switch, "a pause that holds")
            }
            ControlError::NoTransfer { sender } => {
                Self::new(Code::NotFound, "there is no ownership to accept", sender, "an offer that holds")
            }
            ControlError::NotNewer { from, to } => {
                Self::new(Code::NotNewer, "this is not a newer version of the same contract", to, from)
            }
            ControlError::WrongFunds { got, expected } => Self::new(
                Code::WrongFunds,
                "the attached coins are not what this message takes",
                got,
                expected,
            ),
            ControlError::WrongToken { got, expected } => {
                Self::new(Code::WrongToken, "this message takes another token", got, expected)
            }
            ControlError::UnknownHook { bytes, known } => Self::new(
                Code::UnknownHook,
                "no such message for this token",
                format!("{bytes} bytes"),
                known,
            ),
            ControlError::DeadlinePassed { now, deadline } => {
                Self::new(Code::DeadlinePassed, "the block time is after the deadline", now, deadline)
            }
            ControlError::MinOut { out, least } => {
                Self::new(Code::MinOut, "the result is below the least that is accepted", out, least)
            }
            ControlError::TooSmall { amount } => {
                Self::new(Code::TooSmall, "nothing would come out", amount, "more")
            }
            ControlError::ControlRatio { ratio } => Self::new(
                Code::ControlRatio,
                "external assets stay while the control ratio (bp) is low or unknown",
                ratio.map_or_else(|| "unknown".into(), |ratio| ratio.to_string()),
                CONTROL_RATIO,
            ),
            ControlError::Passed(refusal) => refusal.clone(),
            ControlError::Invalid(error) => error.clone().into(),
            ControlError::List(error) => error.into(),
            ControlError::Math(error @ MathError::NotConverged { .. }) => {
                Self::new(Code::NotConverged, error.to_string(), "", "")
            }
            ControlError::Math(error) => Self::new(Code::Overflow, error.to_string(), "", ""),
            ControlError::Chain(error) => Self::new(Code::Chain, error.to_string(), "", ""),
        }
    }
}

impl From<Refusal> for ControlError {
    fn from(refusal: Refusal) -> Self {
        Self::Passed(refusal)
    }
}

impl From<OverflowError> for ControlError {
    fn from(error: OverflowError) -> Self {
        MathError::Overflow { formula: error.to_string() }.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shared_error_starts_with_its_code_and_is_found_in_the_words_of_the_chain() {
        let (one, two) = (Uint128::new(1), Uint128::new(2));
        let text = || "mars1account".to_string();
        let formula = || "1 / 0".to_string();
        let cases: [(ControlError, RefusalCode); 22] = [
            (ControlError::unauthorized("mars1account", "owner"), RefusalCode::Unauthorized),
            (ControlError::Paused { switch: "mint".into(), until: "owner".into() }, RefusalCode::Paused),
            (
                ControlError::AlreadyPaused { switch: "mint".into(), until: "5".into() },
                RefusalCode::AlreadyPaused,
            ),
            (ControlError::PauseResting { now: 1, until: 2 }, RefusalCode::PauseResting),
            (ControlError::NotPaused { switch: "mint".into() }, RefusalCode::NotFound),
            (ControlError::NoTransfer { sender: text() }, RefusalCode::NotFound),
            (
                ControlError::NotNewer { from: "mars:a 2".into(), to: "mars:a 1".into() },
                RefusalCode::NotNewer,
            ),
            (ControlError::wrong_funds(&[], "no coins"), RefusalCode::WrongFunds),
            (ControlError::WrongToken { got: text(), expected: text() }, RefusalCode::WrongToken),
            (ControlError::UnknownHook { bytes: 12, known: "stake, buy_back" }, RefusalCode::UnknownHook),
            (ControlError::DeadlinePassed { now: 2, deadline: 1 }, RefusalCode::DeadlinePassed),
            (ControlError::MinOut { out: one, least: two }, RefusalCode::MinOut),
            (ControlError::TooSmall { amount: one }, RefusalCode::TooSmall),
            (ControlError::ControlRatio { ratio: None }, RefusalCode::ControlRatio),
            (Refusal::new(RefusalCode::EmptyPool, "the pool is empty", 1, 2).into(), RefusalCode::EmptyPool),
            (InvalidInput::new("max_age", 1, "30 to 600").into(), RefusalCode::InvalidInput),
            (ListError::TooMany { what: "routes", count: 41, most: 40 }.into(), RefusalCode::TooMany),
            (ListError::duplicate("the source", "mars1account").into(), RefusalCode::Duplicate),
            (ListError::not_found("pool", 7).into(), RefusalCode::NotFound),
            (MathError::DivisionByZero { formula: formula() }.into(), RefusalCode::Overflow),
            (MathError::NotConverged { formula: formula() }.into(), RefusalCode::NotConverged),
            (StdError::not_found("usdm").into(), RefusalCode::Chain),
        ];
        for (error, code) in cases {
            let refusal = Refusal::from(&error);
            assert_eq!((error.to_string(), refusal.code), (refusal.to_string(), code));
            let wrapped =
                format!("rpc error: failed to execute message; message index: 0: {error}: execute wasm");
            assert_eq!(Refusal::find(&wrapped), Some(refusal));
        }
    }
}
