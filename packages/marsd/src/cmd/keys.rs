use std::io::{self, IsTerminal, Read, Write};
use std::path::PathBuf;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clap::{Args, Subcommand};
use mars_client::keyring::{HdPath, Key, KeyInfo, Words};
use serde_json::{Value, json};

use crate::cmd::Outcome;
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Shown, fields, list};

#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Make a new key from 24 new words, or recover one from its words
    Add(Add),
    /// All keys with their addresses
    List,
    /// One key
    Show(Show),
    /// Store a key that was exported
    Import(Import),
    /// Write a key as an encrypted PEM block
    Export(Export),
    /// Remove a key for ever
    Delete(Delete),
}

#[derive(Debug, Args)]
pub struct Add {
    name: String,
    /// Read 12 to 24 words from standard input instead of making new ones
    #[arg(long)]
    recover: bool,
    /// Account in the path m/44'/118'/ACCOUNT'/0/INDEX
    #[arg(long, default_value_t = 0, value_name = "N")]
    account: u32,
    /// Index in the path m/44'/118'/ACCOUNT'/0/INDEX
    #[arg(long, default_value_t = 0, value_name = "N")]
    index: u32,
    /// Another path, whole
    #[arg(long, value_name = "PATH", conflicts_with_all = ["account", "index"])]
    hd_path: Option<HdPath>,
    /// Do not show the new words; without them the key file is the only copy
    #[arg(long, conflicts_with = "recover")]
    no_backup: bool,
}

#[derive(Debug, Args)]
pub struct Show {
    /// Name or address
    name: String,
    /// Only the address
    #[arg(short, long, conflicts_with = "pubkey")]
    address: bool,
    /// Only the public key
    #[arg(short, long)]
    pubkey: bool,
}

#[derive(Debug, Args)]
pub struct Import {
    name: String,
    /// Encrypted PEM file, or - for standard input
    file: PathBuf,
    #[command(flatten)]
    raw: Raw,
}

#[derive(Debug, Args)]
pub struct Export {
    name: String,
    #[command(flatten)]
    raw: Raw,
}

#[derive(Debug, Args)]
struct Raw {
    /// Use the bare private key in hexadecimal, which nothing protects
    #[arg(long, requires = "unsafe")]
    unarmored_hex: bool,
    /// Say that you know what a bare private key means
    #[arg(long, requires = "unarmored_hex")]
    r#unsafe: bool,
}

#[derive(Debug, Args)]
pub struct Delete {
    name: String,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

impl Keys {
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Add(add) => add.run(context),
            Self::List => show_list(context),
            Self::Show(show) => show.run(context),
            Self::Import(import) => import.run(context),
            Self::Export(export) => export.run(context),
            Self::Delete(delete) => delete.run(context),
        }
    }
}

impl Add {
    fn run(self, context: &Context) -> Outcome {
        let path = match self.hd_path {
            Some(path) => path,
            None => HdPath::cosmos(self.account, self.index)?,
        };
        let keyring = context.keyring()?;
        keyring.require_free(&self.name)?;
        let words = if self.recover { recovered_words()? } else { Words::generate()? };
        let key = words.derive(&path)?;
        let info = keyring.add(&self.name, &key, context.new_passphrase(&keyring)?.as_deref())?;
        if !self.recover && !self.no_backup {
            // Not on standard output, where it could end up in a file or log.
            let shown = writeln!(
                io::stderr(),
                "Write these 24 words down. Whoever has them owns the key; nobody can bring them back.\n\n{}\n",
                words.reveal()
            );
            shown.map_err(|e| {
                let name = &self.name;
                Failure::config(format!(
                    "key {name} is stored, but its words cannot be shown: {e}; delete it and add it again"
                ))
            })?;
        }
        shown(context, &info)
    }
}

fn recovered_words() -> Result<Words, Failure> {
    let text = if io::stdin().is_terminal() {
        rpassword::prompt_password("Words: ")
            .map_err(|e| Failure::config(format!("the terminal cannot be read: {e}")))?
    } else {
        standard_input()?
    };
    Ok(Words::parse(&text)?)
}

fn standard_input() -> Result<String, Failure> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).map_err(|e| Failure::config(format!("standard input: {e}")))?;
    Ok(text)
}

fn show_list(context: &Context) -> Outcome {
    let keys = context.keyring()?.list()?;
    let mut json = Vec::new();
    let mut rows = Vec::new();
    for key in &keys {
        json.push(key_json(context, key)?);
        rows.push([key.name.clone(), key.public.address(context.prefix())?.to_string()]);
    }
    if rows.is_empty() {
        context.say(format!("no keys in the {} keyring", context.keyring()?.backend()));
        return Ok(Shown::new(json.into(), ""));
    }
    Ok(Shown::new(json.into(), list(&["name", "address"], rows)))
}

impl Show {
    fn run(self, context: &Context) -> Outcome {
        let key = context.key(&self.name)?;
        if self.address {
            return Ok(Shown::plain(key.public.address(context.prefix())?));
        }
        if self.pubkey {
            let json = public_json(&key);
            return Ok(Shown::new(json.clone(), json));
        }
        shown(context, &key)
    }
}

impl Import {
    fn run(self, context: &Context) -> Outcome {
        let keyring = context.keyring()?;
        keyring.require_free(&self.name)?;
        let text = if self.file.as_os_str() == "-" {
            standard_input()?
        } else {
            std::fs::read_to_string(&self.file)
                .map_err(|e| Failure::config(format!("key file {}: {e}", self.file.display())))?
        };
        let key = if self.raw.unarmored_hex {
            Key::from_hex(&text)?
        } else {
            Key::from_encrypted_pem(&text, &context.export_passphrase()?)?
        };
        let info = keyring.add(&self.name, &key, context.new_passphrase(&keyring)?.as_deref())?;
        shown(context, &info)
    }
}

impl Export {
    fn run(self, context: &Context) -> Outcome {
        let key = context.open(&context.key(&self.name)?)?;
        if self.raw.unarmored_hex {
            return Ok(Shown::plain(key.to_hex_unprotected().as_str()));
        }
        Ok(Shown::plain(key.to_encrypted_pem(&context.export_passphrase()?)?.as_str()))
    }
}

impl Delete {
    fn run(self, context: &Context) -> Outcome {
        let keyring = context.keyring()?;
        let key = keyring.show(&self.name)?;
        let address = key.public.address(context.prefix())?;
        context.confirm(&format!("Delete key {} ({address}) for ever?", self.name), self.yes)?;
        keyring.delete(&self.name)?;
        let json = json!({"deleted": self.name, "address": address.to_string()});
        Ok(Shown::new(json, format!("deleted {} ({address})", self.name)))
    }
}

fn shown(context: &Context, key: &KeyInfo) -> Outcome {
    let address = key.public.address(context.prefix())?.to_string();
    let rows = [
        ("name", key.name.clone()),
        ("address", address.clone()),
        ("pubkey", BASE64_STANDARD.encode(key.public.to_bytes())),
        ("keyring", context.keyring()?.backend().to_string()),
    ];
    Ok(Shown::new(key_json(context, key)?, fields(rows)).with_essence(address))
}

fn key_json(context: &Context, key: &KeyInfo) -> Result<Value, Failure> {
    let address = key.public.address(context.prefix())?.to_string();
    Ok(json!({"name": key.name, "type": "local", "address": address, "pubkey": public_json(key)}))
}

fn public_json(key: &KeyInfo) -> Value {
    json!({"@type": "/cosmos.crypto.secp256k1.PubKey", "key": BASE64_STANDARD.encode(key.public.to_bytes())})
}
