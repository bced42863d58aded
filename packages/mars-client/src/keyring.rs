//! Keys on disk: one PEM file a key in a folder, as any other tool can read it.
//!
//! A key file holds two blocks: the public key (SubjectPublicKeyInfo), so that listing asks for no passphrase, and
//! the private key: PKCS#8 in the test keyring, PKCS#8 encrypted with scrypt and AES-256 in the file keyring.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use bip32::{DerivationPath, XPrv};
use bip39::{Language, Mnemonic};
use cosmrs::AccountId;
use k256::SecretKey;
use k256::ecdsa::signature::Signer as _;
use k256::ecdsa::{Signature, SigningKey};
use k256::elliptic_curve::zeroize::Zeroizing;
use pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use rand::RngCore;
use rand::rngs::OsRng;

use crate::atomic_file;

/// The coin type of Cosmos chains in an HD path (SLIP-44).
pub const COIN_TYPE: u32 = 118;
const LONGEST_NAME: usize = 64;
const SHORTEST_PASSPHRASE: usize = 8;

/// Why a key could not be made, found, read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    #[error(
        "key name {name:?} is not allowed: 1 to {LONGEST_NAME} of the characters a-z A-Z 0-9 . _ -, the first a letter or digit"
    )]
    Name { name: String },
    #[error("key name {name:?} is not allowed: it would be taken for the address of another key")]
    Address { name: String },
    #[error("no key {name:?} in {folder}", folder = folder.display())]
    NotFound { name: String, folder: PathBuf },
    #[error("no key of {folder} has the address {address}", folder = folder.display())]
    NoKeyOf { address: String, folder: PathBuf },
    #[error("a key {name:?} is already in {folder}; delete it first or take another name", folder = folder.display())]
    Exists { name: String, folder: PathBuf },
    #[error("the passphrase does not open key {name:?}")]
    WrongPassphrase { name: String },
    #[error("the file keyring needs a passphrase")]
    PassphraseNeeded,
    #[error("a passphrase has at least {SHORTEST_PASSPHRASE} characters, this one has {found}")]
    PassphraseShort { found: usize },
    #[error("key file {path} is damaged: {reason}", path = path.display())]
    Damaged { path: PathBuf, reason: String },
    #[error("the mnemonic is not valid: {}", why_not(.0))]
    Mnemonic(bip39::Error),
    #[error("HD path {path:?} is not valid: {reason}")]
    HdPath { path: String, reason: String },
    #[error("{0}")]
    Import(String),
    #[error("the system gave no randomness: {0}")]
    Randomness(String),
    #[error("{path}: {source}", path = path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// Words are counted from 1, as people count.
fn why_not(error: &bip39::Error) -> String {
    match error {
        bip39::Error::UnknownWord(index) => {
            format!("word {} is none of the list", index.saturating_add(1))
        }
        other => other.to_string(),
    }
}

type Result<T> = std::result::Result<T, KeyringError>;

/// A new or recovered list of 12 to 24 BIP-39 words (English). It is wiped when dropped, and never printed by `Debug`.
pub struct Words(Zeroizing<String>);

impl Words {
    /// 24 new words from 256 bits of the system's randomness.
    pub fn generate() -> Result<Self> {
        let mut entropy = Zeroizing::new([0u8; 32]);
        OsRng.try_fill_bytes(entropy.as_mut()).map_err(|e| KeyringError::Randomness(e.to_string()))?;
        let mnemonic =
            Mnemonic::from_entropy_in(Language::English, entropy.as_ref()).map_err(KeyringError::Mnemonic)?;
        Ok(Self(Zeroizing::new(mnemonic.to_string())))
    }

    /// Reads words separated by any white space; refuses unknown words, a wrong count and a wrong checksum.
    pub fn parse(text: &str) -> Result<Self> {
        let spaced = Zeroizing::new(text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase());
        Mnemonic::parse_in_normalized(Language::English, &spaced).map_err(KeyringError::Mnemonic)?;
        Ok(Self(spaced))
    }

    /// The words, separated by one space. Whoever reads them owns the key.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The key at `path` below these words, with an empty BIP-39 passphrase as every Cosmos wallet does.
    pub fn derive(&self, path: &HdPath) -> Result<Key> {
        let mnemonic =
            Mnemonic::parse_in_normalized(Language::English, &self.0).map_err(KeyringError::Mnemonic)?;
        let seed = Zeroizing::new(mnemonic.to_seed_normalized(""));
        let failed = |e: bip32::Error| KeyringError::HdPath { path: path.to_string(), reason: e.to_string() };
        let extended = XPrv::derive_from_path(*seed, &path.0).map_err(failed)?;
        Ok(Key { secret: SecretKey::from(extended.private_key()) })
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words(hidden)")
    }
}

/// Where below its words a key is: `m/44'/118'/ACCOUNT'/0/INDEX`, or any other BIP-32 path.
#[derive(Debug, Clone)]
pub struct HdPath(DerivationPath);

impl HdPath {
    /// The path of Cosmos wallets for `account` and `index` (both below 2^31).
    pub fn cosmos(account: u32, index: u32) -> Result<Self> {
        format!("m/44'/{COIN_TYPE}'/{account}'/0/{index}").parse()
    }
}

impl FromStr for HdPath {
    type Err = KeyringError;

    fn from_str(path: &str) -> Result<Self> {
        DerivationPath::from_str(path)
            .map(Self)
            .map_err(|e| KeyringError::HdPath { path: path.to_string(), reason: e.to_string() })
    }
}

impl fmt::Display for HdPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A secp256k1 private key, wiped when dropped.
#[derive(Clone)]
pub struct Key {
    secret: SecretKey,
}

impl Key {
    /// Reads 32 bytes in hexadecimal.
    pub fn from_hex(hex_text: &str) -> Result<Self> {
        let not_a_key = || {
            KeyringError::Import(
                "a raw key is 64 hexadecimal digits, not 0 and below the curve's order".into(),
            )
        };
        let bytes = Zeroizing::new(hex::decode(hex_text.trim()).map_err(|_| not_a_key())?);
        SecretKey::from_slice(&bytes).map(|secret| Self { secret }).map_err(|_| not_a_key())
    }

    /// The private key as 64 hexadecimal digits, protected by nothing.
    pub fn to_hex_unprotected(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(Zeroizing::new(self.secret.to_bytes())))
    }

    /// Reads one encrypted PKCS#8 PEM block.
    pub fn from_encrypted_pem(pem: &str, passphrase: &str) -> Result<Self> {
        SecretKey::from_pkcs8_encrypted_pem(pem.trim(), passphrase)
            .map(|secret| Self { secret })
            .map_err(|e| KeyringError::Import(format!("the passphrase does not open this key, or it is not an encrypted secp256k1 key in PKCS#8 PEM ({e})")))
    }

    /// The private key as an encrypted PKCS#8 PEM block.
    pub fn to_encrypted_pem(&self, passphrase: &str) -> Result<Zeroizing<String>> {
        check_passphrase(passphrase)?;
        self.secret
            .to_pkcs8_encrypted_pem(OsRng, passphrase, LineEnding::LF)
            .map_err(|e| KeyringError::Import(format!("the key cannot be encrypted: {e}")))
    }

    /// The public key that belongs to it.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.secret.public_key())
    }

    /// The key for code that signs by itself.
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::from(&self.secret)
    }

    /// The 64-byte low-S signature of SHA-256(`bytes`), deterministic (RFC 6979).
    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        let signature: Signature = self.signing_key().sign(bytes);
        signature.to_vec()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key(of {})", hex::encode(self.public().to_bytes()))
    }
}

/// A secp256k1 public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(k256::PublicKey);

impl PublicKey {
    /// The 33 bytes of the compressed form.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_sec1_bytes().to_vec()
    }

    /// The account address: RIPEMD-160(SHA-256(compressed key)) in bech32 with `prefix`.
    pub fn address(&self, prefix: &str) -> std::result::Result<AccountId, crate::Error> {
        cosmrs::crypto::PublicKey::from(k256::ecdsa::VerifyingKey::from(&self.0))
            .account_id(prefix)
            .map_err(|e| crate::Error::Config(format!("address prefix {prefix:?}: {e}")))
    }
}

/// How a keyring protects its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Encrypted with one passphrase, in `HOME/keyring-file`.
    File,
    /// Not encrypted, for test networks only, in `HOME/keyring-test`.
    Test,
}

impl FromStr for Backend {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text {
            "file" => Ok(Self::File),
            "test" => Ok(Self::Test),
            other => Err(format!("keyring backend {other:?} is unknown; known are file and test")),
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "file",
            Self::Test => "test",
        })
    }
}

/// What is known of a stored key without opening it.
#[derive(Debug, Clone)]
pub struct KeyInfo {
    pub name: String,
    pub public: PublicKey,
}

/// A folder of keys.
#[derive(Debug, Clone)]
pub struct Keyring {
    folder: PathBuf,
    backend: Backend,
}

impl Keyring {
    /// The keyring of `backend` below `home`. Nothing is made on disk until a key is added.
    pub fn new(home: &Path, backend: Backend) -> Self {
        Self { folder: home.join(format!("keyring-{backend}")), backend }
    }

    /// How this keyring protects its keys.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Whether a key may be stored under `name`: nobody is asked for words or a passphrase before that is known.
    pub fn require_free(&self, name: &str) -> Result<()> {
        if name.parse::<AccountId>().is_ok() {
            return Err(KeyringError::Address { name: name.into() });
        }
        match self.path(name)?.exists() {
            true => Err(KeyringError::Exists { name: name.into(), folder: self.folder.clone() }),
            false => Ok(()),
        }
    }

    /// Stores `key` under `name`. In the file keyring one passphrase opens every key: another one is refused.
    pub fn add(&self, name: &str, key: &Key, passphrase: Option<&str>) -> Result<KeyInfo> {
        self.require_free(name)?;
        let path = self.path(name)?;
        let private = match self.backend {
            Backend::Test => key
                .secret
                .to_pkcs8_pem(LineEnding::LF)
                .map_err(|e| KeyringError::Import(format!("the key cannot be encoded: {e}")))?,
            Backend::File => {
                let passphrase = passphrase.ok_or(KeyringError::PassphraseNeeded)?;
                if let Some(other) = self.list()?.first() {
                    self.open(&other.name, Some(passphrase))?;
                }
                key.to_encrypted_pem(passphrase)?
            }
        };
        let public = key
            .public()
            .0
            .to_public_key_pem(LineEnding::LF)
            .map_err(|e| KeyringError::Import(format!("the public key cannot be encoded: {e}")))?;
        atomic_file::private_folder(&self.folder).map_err(|e| self.io(&self.folder, e))?;
        let content = Zeroizing::new(format!("{public}{}", *private));
        match atomic_file::create(&path, content.as_bytes(), 0o600) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                Err(KeyringError::Exists { name: name.into(), folder: self.folder.clone() })
            }
            Err(e) => Err(self.io(&path, e)),
            Ok(()) => Ok(KeyInfo { name: name.into(), public: key.public() }),
        }
    }

    /// All keys, by name.
    pub fn list(&self) -> Result<Vec<KeyInfo>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(|e| self.io(&self.folder, e))?,
        };
        let mut keys = Vec::new();
        for entry in entries {
            let file_name = entry.map_err(|e| self.io(&self.folder, e))?.file_name();
            let name = file_name.to_str().and_then(|f| f.strip_suffix(".pem"));
            if let Some(name) = name.filter(|n| is_name(n)) {
                keys.push(self.show(name)?);
            }
        }
        keys.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(keys)
    }

    /// The key called `name`, unopened.
    pub fn show(&self, name: &str) -> Result<KeyInfo> {
        let (public, _) = self.read(name)?;
        Ok(KeyInfo { name: name.into(), public })
    }

    /// The key whose name is `who`, or whose address is `who` when that is an address with `prefix`.
    pub fn find(&self, who: &str, prefix: &str) -> Result<KeyInfo> {
        if who.parse::<AccountId>().is_ok() {
            for key in self.list()? {
                if key.public.address(prefix).is_ok_and(|a| a.as_ref() == who) {
                    return Ok(key);
                }
            }
            return Err(KeyringError::NoKeyOf { address: who.into(), folder: self.folder.clone() });
        }
        self.show(who)
    }

    /// The private key called `name`, ready to sign. The test keyring ignores the passphrase.
    pub fn open(&self, name: &str, passphrase: Option<&str>) -> Result<Key> {
        let path = self.path(name)?;
        let (public, private) = self.read(name)?;
        let secret = match self.backend {
            Backend::Test => SecretKey::from_pkcs8_pem(&private)
                .map_err(|e| KeyringError::Damaged { path: path.clone(), reason: e.to_string() })?,
            Backend::File => {
                let passphrase = passphrase.ok_or(KeyringError::PassphraseNeeded)?;
                SecretKey::from_pkcs8_encrypted_pem(&private, passphrase)
                    .map_err(|_| KeyringError::WrongPassphrase { name: name.into() })?
            }
        };
        let key = Key { secret };
        if key.public() != public {
            let reason = "the public key is not that of the private key".into();
            return Err(KeyringError::Damaged { path, reason });
        }
        Ok(key)
    }

    /// Removes the key called `name` for ever.
    pub fn delete(&self, name: &str) -> Result<()> {
        let path = self.path(name)?;
        match fs::remove_file(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Err(self.not_found(name)),
            other => other.map_err(|e| self.io(&path, e)),
        }
    }

    /// The public key and the private block of a key file.
    fn read(&self, name: &str) -> Result<(PublicKey, Zeroizing<String>)> {
        let path = self.path(name)?;
        let text = match fs::read_to_string(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(self.not_found(name)),
            other => Zeroizing::new(other.map_err(|e| self.io(&path, e))?),
        };
        let damaged = |reason: &str| KeyringError::Damaged { path: path.clone(), reason: reason.into() };
        const END: &str = "-----END PUBLIC KEY-----\n";
        let end = text.find(END).ok_or_else(|| damaged("no public key"))?.saturating_add(END.len());
        let (public, private) = text.split_at(end);
        let public = k256::PublicKey::from_public_key_pem(public).map_err(|e| damaged(&e.to_string()))?;
        Ok((PublicKey(public), Zeroizing::new(private.to_string())))
    }

    fn path(&self, name: &str) -> Result<PathBuf> {
        if is_name(name) {
            Ok(self.folder.join(format!("{name}.pem")))
        } else {
            Err(KeyringError::Name { name: name.into() })
        }
    }

    fn not_found(&self, name: &str) -> KeyringError {
        KeyringError::NotFound { name: name.into(), folder: self.folder.clone() }
    }

    fn io(&self, path: &Path, source: io::Error) -> KeyringError {
        KeyringError::Io { path: path.into(), source }
    }
}

/// A name is a plain file name, so that no name can lead out of the folder or hide in it.
fn is_name(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

fn check_passphrase(passphrase: &str) -> Result<()> {
    let found = passphrase.chars().count();
    if found < SHORTEST_PASSPHRASE { Err(KeyringError::PassphraseShort { found }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const ABANDON: &str =
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

    fn address(words: &str, index: u32, prefix: &str) -> String {
        let key = Words::parse(words).unwrap().derive(&HdPath::cosmos(0, index).unwrap()).unwrap();
        key.public().address(prefix).unwrap().to_string()
    }

    #[test]
    fn an_unknown_word_is_counted_from_one() {
        let words = ABANDON.replacen("abandon", "abondon", 1);
        assert_eq!(
            Words::parse(&words).unwrap_err().to_string(),
            "the mnemonic is not valid: word 1 is none of the list"
        );
    }

    #[test]
    fn published_words_give_published_addresses() {
        assert_eq!(address(ABANDON, 0, "cosmos"), "cosmos19rl4cm2hmr8afy4kldpxz3fka4jguq0auqdal4");
        let cosmjs = "special sign fit simple patrol salute grocery chicken wheat radar tonight ceiling";
        assert_eq!(address(cosmjs, 0, "cosmos"), "cosmos1jhg0e7s6gn44tfc5k37kr04sznyhedtc9rzys5");
        let faucet = "economy stock theory fatal elder harbor betray wasp final emotion task crumble siren \
                      bottom lizard educate guess current outdoor pair theory focus wife stone";
        assert_eq!(address(faucet, 0, "cosmos"), "cosmos1pkptre7fdkl6gfrzlesjjvhxhlc3r4gmmk8rs6");
        assert_ne!(address(faucet, 1, "cosmos"), address(faucet, 0, "cosmos"));
        assert!(address(ABANDON, 0, "mars").starts_with("mars19rl4cm2hmr8afy4kldpxz3fka4jguq0a"));
    }

    #[test]
    fn words_are_checked() {
        let wrong_checksum = ABANDON.replace("about", "abandon");
        assert!(matches!(
            Words::parse(&wrong_checksum),
            Err(KeyringError::Mnemonic(bip39::Error::InvalidChecksum))
        ));
        assert!(matches!(
            Words::parse("abandon about"),
            Err(KeyringError::Mnemonic(bip39::Error::BadWordCount(2)))
        ));
        assert!(matches!(
            Words::parse(&ABANDON.replace("about", "mars")),
            Err(KeyringError::Mnemonic(bip39::Error::UnknownWord(11)))
        ));
        let fresh = Words::generate().unwrap();
        assert_eq!(fresh.reveal().split(' ').count(), 24);
        assert_ne!(fresh.reveal(), Words::generate().unwrap().reveal());
        assert_eq!(format!("{fresh:?}"), "Words(hidden)");
        assert!(Words::parse(&format!("  {}\n", ABANDON.to_uppercase().replace(' ', "\n "))).is_ok());
    }

    #[test]
    fn hd_path_refuses_what_is_not_one() {
        assert!(HdPath::cosmos(1 << 31, 0).is_err());
        assert!("44/118".parse::<HdPath>().is_err());
        assert_eq!(HdPath::cosmos(2, 7).unwrap().to_string(), "m/44'/118'/2'/0/7");
    }

    #[test]
    fn test_keyring_keeps_keys_as_private_files() {
        let home = tempfile::tempdir().unwrap();
        let ring = Keyring::new(home.path(), Backend::Test);
        assert!(ring.list().unwrap().is_empty());
        let key = Words::parse(ABANDON).unwrap().derive(&HdPath::cosmos(0, 0).unwrap()).unwrap();
        ring.add("minter", &key, None).unwrap();
        assert!(matches!(ring.add("minter", &key, None), Err(KeyringError::Exists { .. })));
        let path = home.path().join("keyring-test/minter.pem");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(ring.open("minter", None).unwrap().to_hex_unprotected(), key.to_hex_unprotected());
        let own = key.public().address("mars").unwrap().to_string();
        assert_eq!(ring.find(&own, "mars").unwrap().name, "minter");
        assert!(matches!(ring.find(&address(ABANDON, 1, "mars"), "mars"), Err(KeyringError::NoKeyOf { .. })));
        let left: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
        assert_eq!(left.len(), 1, "no draft stays behind");
        ring.delete("minter").unwrap();
        assert!(matches!(ring.delete("minter"), Err(KeyringError::NotFound { .. })));
        assert!(matches!(ring.open("minter", None), Err(KeyringError::NotFound { .. })));
    }

    #[test]
    fn file_keyring_opens_with_its_one_passphrase_only() {
        let home = tempfile::tempdir().unwrap();
        let ring = Keyring::new(home.path(), Backend::File);
        let key = Key::from_hex(&"11".repeat(32)).unwrap();
        assert!(matches!(ring.add("owner", &key, None), Err(KeyringError::PassphraseNeeded)));
        assert!(matches!(
            ring.add("owner", &key, Some("1234567")),
            Err(KeyringError::PassphraseShort { found: 7 })
        ));
        ring.add("owner", &key, Some("correct horse")).unwrap();
        let text = fs::read_to_string(home.path().join("keyring-file/owner.pem")).unwrap();
        assert!(text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
        assert_eq!(ring.open("owner", Some("correct horse")).unwrap().public(), key.public());
        assert!(matches!(ring.open("owner", Some("wrong horse")), Err(KeyringError::WrongPassphrase { .. })));
        let other = Key::from_hex(&"22".repeat(32)).unwrap();
        assert!(matches!(
            ring.add("guardian", &other, Some("another horse")),
            Err(KeyringError::WrongPassphrase { .. })
        ));
        assert_eq!(ring.list().unwrap().len(), 1);
    }

    #[test]
    fn swapped_public_key_is_noticed_before_signing() {
        let home = tempfile::tempdir().unwrap();
        let ring = Keyring::new(home.path(), Backend::Test);
        for (name, byte) in [("minter", "11"), ("attacker", "22")] {
            ring.add(name, &Key::from_hex(&byte.repeat(32)).unwrap(), None).unwrap();
        }
        let file = |name: &str| home.path().join(format!("keyring-test/{name}.pem"));
        let split = |name: &str| {
            let text = fs::read_to_string(file(name)).unwrap();
            let at = text.find("-----BEGIN PRIVATE").unwrap();
            (text[..at].to_string(), text[at..].to_string())
        };
        fs::write(file("minter"), split("attacker").0 + &split("minter").1).unwrap();
        assert!(matches!(ring.open("minter", None), Err(KeyringError::Damaged { .. })));
    }

    #[test]
    fn names_cannot_leave_the_folder() {
        let ring = Keyring::new(Path::new("/nowhere"), Backend::Test);
        let long = "a".repeat(65);
        for name in ["", "..", ".hidden", "../minter", "a/b", "a b", "-from", "ünter", "a\0", long.as_str()]
        {
            assert!(matches!(ring.show(name), Err(KeyringError::Name { .. })), "{name:?}");
        }
        assert!(matches!(ring.show("feeder-1.old_2"), Err(KeyringError::NotFound { .. })));
    }

    #[test]
    fn exported_key_comes_back() {
        let key = Key::from_hex(&"0f".repeat(32)).unwrap();
        let pem = key.to_encrypted_pem("correct horse").unwrap();
        assert_eq!(Key::from_encrypted_pem(&pem, "correct horse").unwrap().public(), key.public());
        assert!(Key::from_encrypted_pem(&pem, "wrong horse").is_err());
        assert!(Key::from_hex(&"00".repeat(32)).is_err());
        assert!(Key::from_hex("11").is_err());
        assert_eq!(*key.to_hex_unprotected(), "0f".repeat(32));
        assert!(!format!("{key:?}").contains("0f0f"));
    }
}
