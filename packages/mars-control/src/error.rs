use cosmwasm_std::{Coin, StdError};
use mars_types::{InvalidInput, Refusal, RefusalCode};
use thiserror::Error;

/// Refusals that every contract shares. The text is that of the [`Refusal`] it converts to.
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
    /// A field is outside its bounds.
    #[error("{}", Refusal::from(self))]
    Invalid(#[from] InvalidInput),
    /// Storage or serialisation failed.
    #[error("{}", Refusal::from(self))]
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
            ControlError::Invalid(error) => error.clone().into(),
            ControlError::Chain(error) => Self::new(Code::Chain, error.to_string(), "", ""),
        }
    }
}
