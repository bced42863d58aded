//! Why a control did not do what it was asked.

use std::fmt;

use crate::chain::ChainError;
use crate::error::{AbciError, Error};
use crate::node::NodeError;
use crate::wasm::VmError;

/// Why the controls do not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The node is one that others reach.
    Public,
    /// Someone locked them.
    Locked,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "developer controls are off: this node is public",
            Self::Locked => "developer controls are off: they were locked until the node starts anew",
        })
    }
}

impl std::error::Error for Closed {}

/// See the module. [`DevError::kind`] is for programs, the text for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DevError {
    /// The controls are off.
    Closed(Closed),
    /// The node could not do it.
    Node(NodeError),
    /// The chain's own rules refuse it.
    Refused(AbciError),
    /// A text that is no address of this chain, and why.
    Address { given: String, reason: String },
    /// A text that is no list of coins, and why.
    Coins { given: String, reason: String },
    /// There is no account at the address.
    NoAccount(String),
    /// There is no contract at the address.
    NoContract(String),
    /// There is no code with that number.
    NoCode(u64),
    /// No block that is kept has the transaction.
    NoTx(String),
    /// The mempool has no such transaction.
    NotPending(String),
    /// The state before a block is no longer kept; `lowest` is the lowest height whose state is.
    NoState { height: u64, lowest: u64 },
    /// A number outside its range.
    Range { what: &'static str, given: i128, least: i128, most: i128 },
    /// A parameter that cannot have that value, and why.
    Parameter { name: &'static str, reason: String },
    /// Bytes that are no dump of a chain.
    NoDump,
    /// A dump written in another format than the one that this program reads.
    Format { found: u32, known: u32 },
    /// A dump that is not as it was written.
    Damaged(String),
    /// A code that the machine does not take, by its checksum.
    Code { checksum: String, error: VmError },
    /// A replay that went otherwise than the block says, which is an error of this program.
    Diverged { hash: String, recorded: String, replayed: String },
    /// The system did not give what a chain needs to run.
    System(String),
}

impl DevError {
    /// The kind, as programs match on it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Closed(_) => "closed",
            Self::Node(NodeError::Stopped) => "stopped",
            Self::Node(NodeError::NoSnapshot(_)) => "no_snapshot",
            Self::Node(NodeError::Past { .. }) => "past",
            Self::Node(NodeError::Late { .. }) => "late",
            Self::Node(NodeError::NoOffset) => "no_offset",
            Self::Node(NodeError::Chain(ChainError::Foreign { .. })) => "foreign",
            Self::Node(NodeError::Chain(ChainError::Genesis(_))) => "genesis",
            Self::Node(NodeError::Chain(_)) => "chain",
            Self::Refused(_) => "refused",
            Self::Address { .. } => "address",
            Self::Coins { .. } => "coins",
            Self::NoAccount(_) => "no_account",
            Self::NoContract(_) => "no_contract",
            Self::NoCode(_) => "no_code",
            Self::NoTx(_) => "no_tx",
            Self::NotPending(_) => "not_pending",
            Self::NoState { .. } => "no_state",
            Self::Range { .. } => "range",
            Self::Parameter { .. } => "parameter",
            Self::NoDump => "no_dump",
            Self::Format { .. } => "format",
            Self::Damaged(_) => "damaged",
            Self::Code { .. } => "code",
            Self::Diverged { .. } => "diverged",
            Self::System(_) => "system",
        }
    }
}

impl fmt::Display for DevError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed(closed) => closed.fmt(f),
            Self::Node(error) => error.fmt(f),
            Self::Refused(error) => error.fmt(f),
            Self::Address { given, reason } => write!(f, "{given:?} is no address of this chain: {reason}"),
            Self::Coins { given, reason } => write!(f, "{given:?} is no list of coins: {reason}"),
            Self::NoAccount(address) => write!(f, "there is no account at {address}"),
            Self::NoContract(address) => write!(f, "there is no contract at {address}"),
            Self::NoCode(id) => write!(f, "there is no code {id}"),
            Self::NoTx(hash) => write!(f, "no block that is kept has the transaction {hash}"),
            Self::NotPending(hash) => write!(f, "the mempool has no transaction {hash}"),
            Self::NoState { height, lowest } => {
                write!(f, "the state at height {height} is no longer kept; the lowest is that at {lowest}")
            }
            Self::Range { what, given, least, most } => {
                write!(f, "{what} {given} is not within {least} and {most}")
            }
            Self::Parameter { name, reason } => write!(f, "{name}: {reason}"),
            Self::NoDump => f.write_str("these bytes are no dump of a chain"),
            Self::Format { found, known } => {
                write!(f, "the dump is written in format {found}, and this program reads format {known}")
            }
            Self::Damaged(what) => write!(f, "the dump is damaged: {what}"),
            Self::Code { checksum, error } => write!(f, "the code {checksum} cannot be stored: {error}"),
            Self::Diverged { hash, recorded, replayed } => write!(
                f,
                "the replay of {hash} went otherwise than its block says: {replayed} instead of {recorded}; please \
                 report this"
            ),
            Self::System(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for DevError {}

impl From<Closed> for DevError {
    fn from(closed: Closed) -> Self {
        Self::Closed(closed)
    }
}

impl From<NodeError> for DevError {
    fn from(error: NodeError) -> Self {
        Self::Node(error)
    }
}

impl From<ChainError> for DevError {
    fn from(error: ChainError) -> Self {
        Self::Node(error.into())
    }
}

impl From<Error> for DevError {
    fn from(error: Error) -> Self {
        Self::Refused(error.abci())
    }
}
