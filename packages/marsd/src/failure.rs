//! What is told when a command does not succeed, and the exit code that goes with it.

use std::path::PathBuf;

use mars_client::keyring::KeyringError;
use mars_client::proposal::{DryRun, Simulated};
use mars_client::{Error, Kind, Refused};
use mars_types::Refusal;
use serde_json::{Value, json};

use crate::explain;
use crate::show::{Form, Shown, say};
use crate::wasm_check::WasmCheckError;

#[derive(Debug)]
pub enum Failure {
    Client(Box<Error>),
    /// A call that the contract says it would refuse; nothing was signed.
    WouldRefuse(Box<Refusal>),
    /// A proposal whose messages would fail, or may; nothing was signed.
    Proposal(Box<DryRun>),
    /// Code that the chain would refuse to store.
    Wasm {
        file: PathBuf,
        error: WasmCheckError,
    },
    /// The person at the terminal said no.
    Declined,
    /// A check found problems; they are the result and go to standard output.
    Problems {
        found: usize,
        shown: Box<Shown>,
    },
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Client(Box::new(error))
    }
}

impl From<KeyringError> for Failure {
    fn from(error: KeyringError) -> Self {
        Error::from(error).into()
    }
}

impl From<mars_client::amount::AmountError> for Failure {
    fn from(error: mars_client::amount::AmountError) -> Self {
        Error::from(error).into()
    }
}

impl Failure {
    pub fn usage(message: impl Into<String>) -> Self {
        Error::Usage(message.into()).into()
    }

    pub fn config(message: impl Into<String>) -> Self {
        Error::Config(message.into()).into()
    }

    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Client(error) => match error.kind() {
                Kind::Internal => 1,
                Kind::Usage => 2,
                Kind::Config => 3,
                Kind::Unreachable => 4,
                Kind::NotFound => 5,
                Kind::Rejected => 6,
                Kind::Failed => 7,
                Kind::TimedOut => 8,
            },
            Self::WouldRefuse(_) | Self::Proposal(_) | Self::Wasm { .. } => 6,
            Self::Declined => 9,
            Self::Problems { .. } => 10,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Client(error) => error.kind().as_str(),
            Self::WouldRefuse(_) | Self::Proposal(_) | Self::Wasm { .. } => Kind::Rejected.as_str(),
            Self::Declined => "declined",
            Self::Problems { .. } => "problems",
        }
    }

    pub fn message(&self) -> String {
        match self {
            Self::Client(error) => error.to_string(),
            Self::WouldRefuse(refusal) => refusal.to_string(),
            Self::Proposal(dry_run) => format!(
                "{}\nNothing was proposed. If it is meant for another state of things: --though-failing",
                dry_run.text
            ),
            Self::Wasm { file, error } => format!("the chain would refuse {}: {error}", file.display()),
            Self::Declined => "declined; nothing was signed".into(),
            Self::Problems { found: 1, .. } => "1 problem found".into(),
            Self::Problems { found, .. } => format!("{found} problems found"),
        }
    }

    /// The chain's own code and text, where the chain refused.
    fn refused(&self) -> Option<&Refused> {
        match self {
            Self::Client(error) => error.refused(),
            Self::Proposal(dry_run) => match &dry_run.outcome {
                Simulated::Fails(refused) => Some(refused),
                Simulated::Succeeds | Simulated::Unknown => None,
            },
            _ => None,
        }
    }

    /// What the reader can do.
    fn hint(&self) -> Option<String> {
        if let Some(refused) = self.refused() {
            return match refused.refusal() {
                Some(refusal) => Some(refusal.code.explain().into()),
                // Simulation answers "unknown request" to whatever is wrong; its text is all there is.
                None if refused.codespace == "sdk" && refused.code == 6 => None,
                None => explain::chain_code(&refused.codespace, refused.code).map(Into::into),
            };
        }
        let error = match self {
            Self::Client(error) => error,
            Self::WouldRefuse(refusal) => return Some(refusal.code.explain().into()),
            Self::Wasm { error, .. } => return Some(error.fix().into()),
            _ => return None,
        };
        let hint = match error.as_ref() {
            Error::Unreachable { .. } => {
                "is the chain running? marsd start runs one, scripts/start the whole economy; --node names another"
            }
            Error::Protocol { .. } => "marsd doctor looks at the node closely",
            Error::TimedOut { .. } => {
                "marsd query tx HASH tells what became of it; sending again could do it twice"
            }
            Error::Keyring(KeyringError::NotFound { .. } | KeyringError::NoKeyOf { .. }) => {
                "marsd keys list shows the keys there are; --keyring-backend and --home say where they are looked for"
            }
            Error::Keyring(KeyringError::PassphraseNeeded) => {
                "set MARSD_KEYRING_PASSPHRASE, or run in a terminal to be asked"
            }
            _ => return None,
        };
        Some(hint.into())
    }

    /// Code and codespace in JSON: ours where a contract of the protocol refused, the chain's where the chain did.
    fn code(&self) -> (Value, Value) {
        let ours = |refusal: &Refusal| (json!(refusal.code.as_str()), json!("mars"));
        match (self, self.refused()) {
            (Self::WouldRefuse(refusal), _) => ours(refusal),
            (_, Some(refused)) => match refused.refusal() {
                Some(refusal) => ours(&refusal),
                None => (json!(refused.code), json!(refused.codespace)),
            },
            _ => (Value::Null, Value::Null),
        }
    }

    /// To standard error; problems that were found are a result and go to standard output.
    pub fn print(&self, form: Form) {
        if let Self::Problems { shown, .. } = self {
            // The exit code tells it even where nobody reads.
            let _ = shown.print(form);
        }
        match form {
            Form::Json => {
                let (code, codespace) = self.code();
                let txhash = match self {
                    Self::Client(error) => error.txhash(),
                    _ => None,
                };
                let error = json!({"error": {"kind": self.kind(), "code": code, "codespace": codespace,
                    "message": self.message(), "hint": self.hint(), "txhash": txhash}});
                say(error);
            }
            Form::Text | Form::Essence => {
                say(format_args!("error: {}", self.message()));
                if let Some(hint) = self.hint() {
                    say(format_args!("hint: {hint}"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposal_that_would_fail_is_refused_with_the_code_of_its_message() {
        let of = |log: &str| {
            let refused = Refused { codespace: "sdk".into(), code: 6, log: log.into() };
            let dry_run = DryRun { outcome: Simulated::Fails(refused), text: "it fails".into() };
            Failure::Proposal(Box::new(dry_run))
        };
        let ours = of("failed: balance: the balance is smaller than the amount (value 2, limit 1)");
        assert_eq!((ours.exit_code(), ours.kind()), (6, "rejected"));
        assert_eq!(ours.code(), (json!("balance"), json!("mars")));
        assert!(ours.message().starts_with("it fails\nNothing was proposed."));
        assert_eq!(of("no such code").code(), (json!(6), json!("sdk")));
        let unknown = DryRun { outcome: Simulated::Unknown, text: "who knows".into() };
        let unknown = Failure::Proposal(Box::new(unknown));
        assert_eq!((unknown.exit_code(), unknown.code()), (6, (Value::Null, Value::Null)));
    }
}
