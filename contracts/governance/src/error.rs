use cosmwasm_std::Uint128;
use mars_control::ControlError;
use mars_types::governance::Status;
use mars_types::{Refusal, RefusalCode};
use thiserror::Error;

/// Every way in which the MarsDAO refuses, with the value and the limit that it broke.
///
/// The text of an error is that of its [`Refusal`].
#[derive(Error, Debug, PartialEq)]
#[error("{}", self.refusal())]
pub enum ContractError {
    PowerShort {
        power: Uint128,
        least: Uint128,
    },
    NoPower {
        voter: String,
        height: u64,
    },
    Voted {
        voter: String,
        proposal: u64,
    },
    /// `takes`: the states in which it can be done.
    WrongStatus {
        status: Status,
        takes: &'static str,
    },
    /// The proposer has a proposal that is not yet decided.
    Undecided {
        proposal: u64,
    },
    /// Only the proposer, before the vote, or anyone once the proposer's power has fallen below `least`.
    MayNotCancel {
        sender: String,
        power: Uint128,
        least: Uint128,
    },
    NotGuardian {
        sender: String,
    },
    BeyondVeto {
        proposal: u64,
    },
    /// One message failed; `error` is what it said.
    MessageFailed {
        proposal: u64,
        message: u64,
        error: String,
    },
    UnknownReply {
        id: u64,
    },
    Control(ControlError),
}

impl ContractError {
    pub fn refusal(&self) -> Refusal {
        use RefusalCode as Code;
        match self {
            Self::PowerShort { power, least } => Refusal::new(
                Code::PowerShort,
                "the voting power (uxms) is too small for a proposal",
                power,
                least,
            ),
            Self::NoPower { voter, height } => Refusal::new(
                Code::NoPower,
                "the account had no voting power at the height of the snapshot",
                voter,
                height,
            ),
            Self::Voted { voter, proposal } => Refusal::new(
                Code::Voted,
                format!("the account has voted on proposal {proposal}"),
                voter,
                "once",
            ),
            Self::WrongStatus { status, takes } => {
                Refusal::new(Code::WrongStatus, "the proposal is in another state", status, takes)
            }
            Self::Undecided { proposal } => Refusal::new(
                Code::TooMany,
                "the proposer has a proposal that is not decided yet",
                proposal,
                "one at a time",
            ),
            Self::MayNotCancel { sender, power, least } => Refusal::new(
                Code::Unauthorized,
                format!("the proposer has the power to propose ({power} of {least} uxms)"),
                sender,
                "the proposer before the vote",
            ),
            Self::NotGuardian { sender } => {
                Refusal::new(Code::Unauthorized, "this needs the guardian", sender, "guardian")
            }
            Self::BeyondVeto { proposal } => Refusal::new(
                Code::BeyondVeto,
                "the guardian cannot veto its own replacement",
                proposal,
                "other proposals",
            ),
            Self::MessageFailed { proposal, message, error } => Refusal::new(
                Code::MessageFailed,
                format!("proposal {proposal} failed with {}", quoted(error)),
                format!("message {message}"),
                "all messages or none",
            ),
            Self::UnknownReply { id } => Refusal::new(Code::Chain, format!("unknown reply {id}"), "", ""),
            Self::Control(error) => error.into(),
        }
    }
}

/// Another's error text in such a form that it cannot be taken for this contract's own refusal.
fn quoted(error: &str) -> String {
    error.replace(": ", " / ").replace('(', "[").replace(')', "]")
}

impl From<ContractError> for Refusal {
    fn from(error: ContractError) -> Self {
        error.refusal()
    }
}

impl<E> From<E> for ContractError
where
    ControlError: From<E>,
{
    fn from(error: E) -> Self {
        Self::Control(error.into())
    }
}
