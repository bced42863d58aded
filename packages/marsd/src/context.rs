//! What a command works with: home folder, network, node, keys, and the person at the terminal.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use mars_client::amount::{Amount, AmountError, decimal_text, find_asset};
use mars_client::chain::{Chain, Status};
use mars_client::keyring::{Backend, Key, KeyInfo, Keyring};
use mars_client::network::{Asset, Network};
use mars_client::tx::Signer;
use mars_client::{AccountId, Error};
use mars_types::AssetUnchecked;

use crate::cli::Globals;
use crate::failure::Failure;
use crate::show::{Form, Output, say};

type Result<T, E = Failure> = std::result::Result<T, E>;

const DEFAULT_NODE: &str = "http://127.0.0.1:26657";
/// Prefix of addresses where no network file says another.
const DEFAULT_PREFIX: &str = "mars";
const PASSPHRASE: &str = "MARSD_KEYRING_PASSPHRASE";
const EXPORT_PASSPHRASE: &str = "MARSD_EXPORT_PASSPHRASE";

pub struct Context {
    home: PathBuf,
    network: Option<Network>,
    network_path: PathBuf,
    pub globals: Globals,
}

/// Folder of keys, of the default network file and of an embedded chain.
pub fn home(globals: &Globals) -> Result<PathBuf> {
    match &globals.home {
        Some(home) => Ok(home.clone()),
        None => std::env::home_dir()
            .map(|home| home.join(".marsd"))
            .ok_or_else(|| Failure::config("there is no home folder; set --home or MARSD_HOME")),
    }
}

impl Context {
    /// Reads the network file; that there is none matters only to commands that need one.
    pub fn new(globals: Globals) -> Result<Self> {
        let home = home(&globals)?;
        let network_path = match &globals.network {
            None => home.join("network.json"),
            Some(name) if is_plain_name(name) => home.join("networks").join(format!("{name}.json")),
            Some(file) => PathBuf::from(file),
        };
        let asked_for = globals.network.is_some();
        let network =
            if asked_for || network_path.exists() { Some(Network::load(&network_path)?) } else { None };
        Ok(Self { home, network, network_path, globals })
    }

    pub fn network_path(&self) -> &Path {
        &self.network_path
    }

    pub fn network(&self) -> Result<&Network> {
        self.network.as_ref().ok_or_else(|| {
            Failure::config(format!(
                "there is no network file {}; scripts/start makes one, --network names another",
                self.network_path.display()
            ))
        })
    }

    pub fn prefix(&self) -> &str {
        self.network.as_ref().map_or(DEFAULT_PREFIX, |network| &network.bech32_prefix)
    }

    /// The node, not yet asked anything.
    pub fn chain(&self) -> Result<Chain> {
        let of_network = self.network.as_ref().and_then(Network::rpc);
        Ok(Chain::new(self.globals.node.as_deref().or(of_network).unwrap_or(DEFAULT_NODE))?)
    }

    /// The chain id to sign for, if one is configured.
    pub fn chain_id(&self) -> Option<&str> {
        self.globals.chain_id.as_deref().or(self.network.as_ref().map(|network| network.chain_id.as_str()))
    }

    /// Makes sure that the node runs the chain that is meant. Returns what it says of itself.
    pub async fn checked_status(&self, chain: &Chain) -> Result<Status> {
        let status = chain.status().await?;
        match self.chain_id() {
            Some(meant) if meant != status.chain_id => Err(Error::Protocol {
                node: chain.node().into(),
                reason: format!("it runs chain {:?}, not {meant:?}", status.chain_id),
            }
            .into()),
            _ => Ok(status),
        }
    }

    pub fn keyring(&self) -> Result<Keyring> {
        let backend = match self.globals.keyring_backend {
            Some(backend) => backend,
            None => match self.network.as_ref().and_then(|network| network.mars.keyring_backend.as_deref()) {
                Some(text) => text.parse().map_err(Failure::config)?,
                None => Backend::File,
            },
        };
        Ok(Keyring::new(&self.home, backend))
    }

    /// The key that `--from` names, by its name or address.
    pub fn key(&self, from: &str) -> Result<KeyInfo> {
        Ok(self.keyring()?.find(from, self.prefix())?)
    }

    /// One who signs with this key, in turns with other runs of this program.
    pub fn signer(&self, chain: Chain, chain_id: &str, key: &KeyInfo) -> Result<Signer> {
        let signer = Signer::new(chain, chain_id, self.prefix(), self.open(key)?)?;
        // The node says what its chain is called; that may not lead out of the folder.
        let chain_name = chain_id.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "_");
        let lock = self.home.join("locks").join(format!("{chain_name}-{}", signer.address()));
        Ok(signer.taking_turns(lock))
    }

    pub fn open(&self, key: &KeyInfo) -> Result<Key> {
        let keyring = self.keyring()?;
        let passphrase = self.passphrase(&keyring)?;
        Ok(keyring.open(&key.name, passphrase.as_deref())?)
    }

    /// The passphrase of the file keyring; none for the test keyring.
    pub fn passphrase(&self, keyring: &Keyring) -> Result<Option<String>> {
        match keyring.backend() {
            Backend::Test => Ok(None),
            Backend::File => secret(PASSPHRASE, "Passphrase of the keyring: ").map(Some),
        }
    }

    /// The passphrase for the first key of a keyring is asked for twice.
    pub fn new_passphrase(&self, keyring: &Keyring) -> Result<Option<String>> {
        let first = keyring.backend() == Backend::File && keyring.list()?.is_empty();
        let passphrase = self.passphrase(keyring)?;
        if first
            && std::env::var_os(PASSPHRASE).is_none()
            && Some(ask_hidden("The same again: ")?) != passphrase
        {
            return Err(Failure::usage("the two passphrases differ; nothing was stored"));
        }
        Ok(passphrase)
    }

    /// The passphrase of a key file outside the keyring.
    pub fn export_passphrase(&self) -> Result<String> {
        secret(EXPORT_PASSPHRASE, "Passphrase of the exported key: ")
    }

    /// An address, given as such, as the name of a key, or as the name of a contract of this network.
    pub fn address(&self, who: &str) -> Result<String> {
        match who.parse::<AccountId>() {
            // Capitals are an address too, but contracts know it by its small letters alone.
            Ok(address) if address.prefix() == self.prefix() => Ok(address.to_string().to_lowercase()),
            Ok(address) => Err(Failure::usage(format!(
                "{who} is an address of {:?}, this network's begin with {:?}",
                address.prefix(),
                self.prefix()
            ))),
            Err(_) => {
                let contract = self.network.as_ref().and_then(|network| network.mars.contracts.get(who));
                match (self.keyring()?.show(who), contract) {
                    (Ok(key), None) => Ok(key.public.address(self.prefix())?.to_string()),
                    (Err(_), Some(contract)) => Ok(contract.address.clone()),
                    (Ok(key), Some(contract)) => Err(Failure::usage(format!(
                        "{who:?} is a key ({}) and a contract of this network ({}); give the address that is meant",
                        key.public.address(self.prefix())?,
                        contract.address
                    ))),
                    (Err(_), None) => Err(Failure::usage(format!(
                        "{who:?} is neither an address, nor a key of this keyring, nor a contract of this network"
                    ))),
                }
            }
        }
    }

    /// The assets of the network; none without a network file.
    pub fn assets(&self) -> &[Asset] {
        self.network.as_ref().map_or(&[], |network| &network.assets)
    }

    pub fn amount(&self, text: &str) -> Result<Amount> {
        self.network()?;
        Ok(Amount::parse(text, self.assets())?)
    }

    pub fn amounts(&self, text: &str) -> Result<Vec<Amount>> {
        self.network()?;
        Ok(Amount::parse_list(text, self.assets())?)
    }

    /// Coins in base units, for one who knows no network file: `1.5MARS,7ufoo` is `1500000umars,7ufoo`. What the file
    /// does not list stays as it is.
    pub fn in_base_units(&self, coins: &str) -> Result<String> {
        let parts = coins.split(',').map(|part| match Amount::parse(part.trim(), self.assets()) {
            Ok(amount) if amount.asset.cw20_address().is_some() => {
                Err(Failure::usage(format!("{amount} is a cw20 token, not a coin of the bank module")))
            }
            Ok(amount) => Ok(format!("{}{}", amount.value, amount.asset.base)),
            Err(error @ (AmountError::Decimals { .. } | AmountError::Ambiguous { .. })) => Err(error.into()),
            Err(_) => Ok(part.into()),
        });
        Ok(parts.collect::<Result<Vec<_>>>()?.join(","))
    }

    /// The asset that a symbol, denom or `cw20:ADDRESS` names.
    pub fn asset(&self, name: &str) -> Result<&Asset> {
        self.network()?;
        Ok(find_asset(name, self.assets())?)
    }

    /// The asset in contracts' messages, also where the network file does not list it: `native:DENOM`, `cw20:ADDRESS`.
    pub fn asset_id(&self, name: &str) -> Result<AssetUnchecked> {
        if let Some(denom) = name.strip_prefix("native:") {
            return Ok(AssetUnchecked::native(denom));
        }
        if let Some(address) = name.strip_prefix("cw20:") {
            return Ok(AssetUnchecked::cw20(address));
        }
        Ok(self.asset(name)?.into())
    }

    /// A coin of the bank module as people read it: `1.5 USDC`, or `7 ufoo` where the denom is not listed.
    pub fn show_coin(&self, denom: &str, amount: &str) -> String {
        match (self.assets().iter().find(|asset| asset.base == denom), amount.parse()) {
            (Some(asset), Ok(value)) => Amount { value, asset: asset.clone() }.to_string(),
            _ => format!("{amount} {denom}"),
        }
    }

    /// The symbol of an asset in contracts' answers.
    pub fn symbol<T: std::fmt::Display>(&self, asset: &mars_types::asset::AssetBase<T>) -> String {
        self.listed(asset).map_or_else(|| asset.to_string(), |listed| listed.symbol.clone())
    }

    /// An amount of an asset in contracts' answers.
    pub fn show_amount<T: std::fmt::Display>(
        &self,
        asset: &mars_types::asset::AssetBase<T>,
        value: cosmwasm_std::Uint128,
    ) -> String {
        match self.listed(asset) {
            Some(listed) => format!("{} {}", decimal_text(value, listed.decimals()), listed.symbol),
            None => format!("{value} {asset}"),
        }
    }

    fn listed<T: std::fmt::Display>(&self, asset: &mars_types::asset::AssetBase<T>) -> Option<&Asset> {
        let (native, cw20) = match asset {
            mars_types::asset::AssetBase::Native(denom) => (Some(denom.as_str()), None),
            mars_types::asset::AssetBase::Cw20(address) => (None, Some(address.to_string())),
        };
        self.assets().iter().find(|listed| match (native, &cw20) {
            (Some(denom), _) => listed.base == denom,
            (None, address) => listed.cw20_address() == address.as_deref(),
        })
    }

    /// Asks for a yes. Without a terminal nobody is there to give it, and it must be on the command line.
    pub fn confirm(&self, question: &str, yes: bool) -> Result<()> {
        if yes {
            return Ok(());
        }
        if !io::stdin().is_terminal() {
            return Err(Failure::usage(format!(
                "{question} Standard input is no terminal: say yes with --yes"
            )));
        }
        let mut terminal = io::stderr().lock();
        let asked = write!(terminal, "{question} [y/N] ").and_then(|()| terminal.flush());
        asked.map_err(|e| Failure::config(format!("the question {question:?} cannot be shown: {e}")))?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).map_err(|e| Failure::config(format!("standard input: {e}")))?;
        if matches!(answer.trim(), "y" | "Y" | "yes") { Ok(()) } else { Err(Failure::Declined) }
    }

    /// Tells a person what goes on. Programs that read JSON get the result and nothing else, and so does who asked
    /// for quiet.
    pub fn say(&self, text: impl std::fmt::Display) {
        if self.globals.form() == Form::Text {
            say(text);
        }
    }

    /// Tells a person what a question is about, however quiet it is to be.
    pub fn say_before_asking(&self, text: impl std::fmt::Display) {
        if self.globals.output == Output::Text {
            say(text);
        }
    }
}

/// A name of a network rather than a path to its file.
fn is_plain_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// A secret from the environment, else from the terminal.
fn secret(variable: &str, question: &str) -> Result<String> {
    match std::env::var(variable) {
        Ok(secret) => Ok(secret),
        Err(_) if !io::stdin().is_terminal() => Err(Failure::config(format!(
            "a passphrase is needed: set {variable}, or run in a terminal to be asked"
        ))),
        Err(_) => ask_hidden(question),
    }
}

fn ask_hidden(question: &str) -> Result<String> {
    rpassword::prompt_password(question)
        .map_err(|e| Failure::config(format!("the terminal cannot be read: {e}")))
}
