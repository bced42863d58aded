use std::fmt;

use mars_types::Refusal;

use crate::amount::AmountError;
use crate::keyring::KeyringError;

/// Result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What sort of trouble an error is; one kind has one exit code in a command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A bug here, or an answer that makes no sense.
    Internal,
    /// The caller asked for something that cannot be.
    Usage,
    /// A file, key or setting on this side is missing or wrong.
    Config,
    /// The node does not answer, or does not speak our protocol.
    Unreachable,
    /// The chain answers that there is no such thing.
    NotFound,
    /// Refused before it was in a block: nothing happened.
    Rejected,
    /// In a block, and failed there: the fee is paid and nothing else happened.
    Failed,
    /// Sent, and not seen in a block in time: it may still happen.
    TimedOut,
}

impl Kind {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Usage => "usage",
            Self::Config => "config",
            Self::Unreachable => "unreachable",
            Self::NotFound => "not_found",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
        }
    }
}

/// An error code of the chain with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Module that the code belongs to, like `sdk` or `wasm`.
    pub codespace: String,
    pub code: u32,
    /// The chain's whole text.
    pub log: String,
}

impl Refused {
    /// The refusal of one of our contracts inside the text, if there is one.
    pub fn refusal(&self) -> Option<Refusal> {
        Refusal::find(&self.log)
    }

    /// The sequence that the chain expects, when it refused ours.
    pub fn expected_sequence(&self) -> Option<u64> {
        let (_, rest) = self.log.split_once("account sequence mismatch, expected ")?;
        rest.split(',').next()?.trim().parse().ok()
    }

    /// Whether the gas limit was the cause.
    pub fn is_out_of_gas(&self) -> bool {
        (self.codespace == "sdk" && self.code == 11) || self.log.contains("out of gas")
    }

    /// The text without the source positions and wrappings that gRPC and the SDK put around it.
    fn words(&self) -> String {
        let mut text = self.log.as_str();
        if let Some((_, rest)) = text.split_once("rpc error: code = ") {
            text = rest.split_once("desc = ").map_or(rest, |(_, rest)| rest);
        }
        // `… [module@version/file.go:12] with gas used: '123'`
        if let Some((before, after)) = text.split_once(" [")
            && after.contains(".go:")
        {
            text = before;
        }
        text = text.trim_end_matches(": unknown request");
        // The embedded chain has no place in Go to name before the gas.
        if let Some((before, gas)) = text.rsplit_once(" with gas used: '")
            && gas.trim_end_matches('\'').bytes().all(|byte| byte.is_ascii_digit())
        {
            text = before;
        }
        text.to_string()
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.refusal() {
            Some(refusal) => write!(f, "{refusal}"),
            None => write!(f, "{} (codespace {}, code {})", self.words(), self.codespace, self.code),
        }
    }
}

/// Everything that can go wrong here.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A bug here, or an answer that makes no sense.
    #[error("{0}")]
    Internal(String),
    /// What was asked for cannot be.
    #[error("{0}")]
    Usage(String),
    /// A file or setting on this side is missing or wrong.
    #[error("{0}")]
    Config(String),
    /// A key is missing, closed or damaged.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// A text is not an amount of this network.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// The node does not answer.
    #[error("no answer from {node}: {reason}")]
    Unreachable { node: String, reason: String },
    /// The node answers with something that is not CometBFT 0.38 or not this chain.
    #[error("{node} does not speak as expected: {reason}")]
    Protocol { node: String, reason: String },
    /// The chain says that there is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// Refused by a check or a simulation; nothing happened.
    #[error("{0}")]
    Rejected(Refused),
    /// In a block, and failed there.
    #[error("transaction {txhash} failed in block {height}: {refused}")]
    Failed { txhash: String, height: u64, gas_used: u64, gas_wanted: u64, refused: Refused },
    /// Not seen in a block in time; it may still be included.
    #[error(
        "transaction {txhash} was in no block after {waited_seconds} s (last block seen: {height}); it may still be included"
    )]
    TimedOut { txhash: String, waited_seconds: u64, height: u64 },
}

impl Error {
    /// What sort of trouble it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Internal(_) => Kind::Internal,
            Self::Usage(_) | Self::Amount(_) => Kind::Usage,
            Self::Config(_) | Self::Keyring(_) => Kind::Config,
            Self::Unreachable { .. } | Self::Protocol { .. } => Kind::Unreachable,
            Self::NotFound(_) => Kind::NotFound,
            Self::Rejected(_) => Kind::Rejected,
            Self::Failed { .. } => Kind::Failed,
            Self::TimedOut { .. } => Kind::TimedOut,
        }
    }

    /// The chain's own code and text, where the chain refused.
    pub fn refused(&self) -> Option<&Refused> {
        match self {
            Self::Rejected(refused) | Self::Failed { refused, .. } => Some(refused),
            _ => None,
        }
    }

    /// The hash of the transaction that this is about.
    pub fn txhash(&self) -> Option<&str> {
        match self {
            Self::Failed { txhash, .. } | Self::TimedOut { txhash, .. } => Some(txhash),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(codespace: &str, code: u32, log: &str) -> Refused {
        Refused { codespace: codespace.into(), code, log: log.into() }
    }

    #[test]
    fn sequence_is_read_from_the_text() {
        let log = "account sequence mismatch, expected 12, got 9: incorrect account sequence";
        assert_eq!(refused("sdk", 32, log).expected_sequence(), Some(12));
        assert_eq!(refused("sdk", 32, "incorrect account sequence").expected_sequence(), None);
    }

    #[test]
    fn contract_refusal_comes_first() {
        let log = "failed to execute message; message index: 0: deadline_passed: the deadline has passed \
                   (value 100, limit 90): execute wasm contract failed";
        assert_eq!(
            refused("wasm", 5, log).to_string(),
            "deadline_passed: the deadline has passed (value 100, limit 90)"
        );
    }

    #[test]
    fn wrappings_of_grpc_and_sdk_are_left_out() {
        // As wasmd names a place in Go's source, and as the embedded chain has none to name.
        for place in [" [cosmos/cosmos-sdk@v0.53.6/baseapp/abci.go:1]", ""] {
            let log = format!(
                "rpc error: code = Unknown desc = spendable balance 5umars is smaller than 6umars: insufficient \
                 funds{place} with gas used: '71': unknown request"
            );
            assert_eq!(
                refused("sdk", 6, &log).to_string(),
                "spendable balance 5umars is smaller than 6umars: insufficient funds (codespace sdk, code 6)"
            );
        }
    }

    #[test]
    fn out_of_gas_is_known_by_code_and_by_text() {
        assert!(refused("sdk", 11, "").is_out_of_gas());
        assert!(refused("sdk", 6, "out of gas in location: WritePerByte").is_out_of_gas());
        assert!(!refused("wasm", 11, "migrate").is_out_of_gas());
    }
}
