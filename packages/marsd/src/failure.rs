//! What is told when a command does not succeed, and the exit code that goes with it.

use std::path::PathBuf;

use mars_client::keyring::KeyringError;
use mars_client::{Error, Kind};
use serde_json::json;

use crate::explain;
use crate::show::{Form, Shown, say};
use crate::wasm_check::WasmCheckError;

#[derive(Debug)]
pub enum Failure {
    Client(Box<Error>),
    /// A call that the contract says it would refuse; nothing was signed.
    WouldRefuse(Box<mars_types::Refusal>),
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
            Self::WouldRefuse(_) | Self::Wasm { .. } => 6,
            Self::Declined => 9,
            Self::Problems { .. } => 10,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Client(error) => error.kind().as_str(),
            Self::WouldRefuse(_) | Self::Wasm { .. } => Kind::Rejected.as_str(),
            Self::Declined => "declined",
            Self::Problems { .. } => "problems",
        }
    }

    pub fn message(&self) -> String {
        match self {
            Self::Client(error) => error.to_string(),
            Self::WouldRefuse(refusal) => refusal.to_string(),
            Self::Wasm { file, error } => format!("the chain would refuse {}: {error}", file.display()),
            Self::Declined => "declined; nothing was signed".into(),
            Self::Problems { found: 1, .. } => "1 problem found".into(),
            Self::Problems { found, .. } => format!("{found} problems found"),
        }
    }

    /// What the reader can do.
    fn hint(&self) -> Option<String> {
        let error = match self {
            Self::Client(error) => error,
            Self::WouldRefuse(refusal) => return Some(refusal.code.explain().into()),
            Self::Wasm { error, .. } => return Some(error.fix().into()),
            _ => return None,
        };
        if let Some(refused) = error.refused() {
            return match refused.refusal() {
                Some(refusal) => Some(refusal.code.explain().into()),
                // Simulation answers "unknown request" to whatever is wrong; its text is all there is.
                None if refused.codespace == "sdk" && refused.code == 6 => None,
                None => explain::chain_code(&refused.codespace, refused.code).map(Into::into),
            };
        }
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

    /// To standard error; problems that were found are a result and go to standard output.
    pub fn print(&self, form: Form) {
        if let Self::Problems { shown, .. } = self {
            // The exit code tells it even where nobody reads.
            let _ = shown.print(form);
        }
        match form {
            Form::Json => {
                let (mut code, mut codespace, mut txhash) = (json!(null), json!(null), json!(null));
                match self {
                    Self::Client(error) => {
                        if let Some(refused) = error.refused() {
                            (code, codespace) = (json!(refused.code), json!(refused.codespace));
                            if let Some(refusal) = refused.refusal() {
                                (code, codespace) = (json!(refusal.code.as_str()), json!("mars"));
                            }
                        }
                        txhash = json!(error.txhash());
                    }
                    Self::WouldRefuse(refusal) => {
                        (code, codespace) = (json!(refusal.code.as_str()), json!("mars"));
                    }
                    _ => {}
                }
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
