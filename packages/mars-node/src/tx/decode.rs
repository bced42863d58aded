//! From bytes to a transaction.

use std::sync::{Arc, LazyLock};

use prost::Message;
use sha2::{Digest, Sha256};

use super::recent::Recent;
use super::{Msg, PubKey, SignatureData, schema, sign};
use crate::error::{Error, Result, sdk};
use crate::proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use crate::proto::cosmos::tx::v1beta1::{AuthInfo, Fee, TxRaw};
use crate::proto::{Any, TxBody};
use crate::{address, coin};

/// The largest gas limit that a transaction may name.
pub const MAX_GAS_WANTED: u64 = (1 << 63) - 1;

/// As many transactions as are on their way from the door into a block.
const MOST_READ: usize = 1_000;
/// The most bytes of a transaction that is remembered: larger ones are few, and would take much memory.
const MOST_READ_BYTES: usize = 16_384;

/// Transactions that were read, by their hash. What a transaction says depends on its bytes alone, so all chains of a
/// process share it.
static READ: LazyLock<Recent<[u8; 32], Arc<Tx>>> = LazyLock::new(|| Recent::new(MOST_READ));

/// A transaction whose every part is known.
#[derive(Debug, Clone)]
pub struct Tx {
    /// The bytes as they were sent.
    pub bytes: Vec<u8>,
    /// What was signed, byte by byte.
    pub raw: TxRaw,
    pub body: TxBody,
    pub auth_info: AuthInfo,
    pub msgs: Vec<Msg>,
    /// A message whose type exists on wasmd but is not carried out here.
    pub unhandled: Option<String>,
    /// Whether the body carries fields that only a lenient reader ignores.
    pub has_ignored_fields: bool,
}

/// TxRaw must be the one shortest encoding: a second one would give the same transaction a second hash.
fn require_canonical(mut bytes: &[u8]) -> Result<(), String> {
    let invalid = |error| format!("invalid length; {error}");
    let mut previous = 0;
    while !bytes.is_empty() {
        let (number, wire, used) = schema::tag(bytes).map_err(invalid)?;
        if wire != 2 {
            return Err(format!("expected 2 wire type, got {wire}"));
        }
        if number < previous {
            return Err(format!("txRaw must follow ADR-027, got tagNum {number} after tagNum {previous}"));
        }
        previous = number;
        let rest = bytes.get(used..).unwrap_or_default();
        let (size, used) = schema::varint(rest).map_err(invalid)?;
        let shortest = usize::try_from((64 - (size | 1).leading_zeros()).div_ceil(7)).unwrap_or(used);
        if shortest != used {
            return Err(format!(
                "length prefix varint for tagNum {number} is not as short as possible, read {used}, only need {shortest}"
            ));
        }
        bytes = schema::value(number, wire, rest).map_err(invalid)?.1;
    }
    Ok(())
}

impl Tx {
    /// Reads `bytes` as strictly as the SDK does.
    ///
    /// # Errors
    /// `tx parse error` with the reason.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let parse = |error: &dyn std::fmt::Display| sdk::TX_DECODE.wrap(error);
        require_canonical(bytes).map_err(|error| parse(&error))?;
        schema::check("cosmos.tx.v1beta1.TxRaw", bytes, false)?;
        let raw = TxRaw::decode(bytes).map_err(|error| parse(&error))?;
        let has_ignored_fields = schema::check("cosmos.tx.v1beta1.TxBody", &raw.body_bytes, true)?;
        let body = TxBody::decode(raw.body_bytes.as_slice()).map_err(|error| parse(&error))?;
        let mut msgs = Vec::with_capacity(body.messages.len());
        let mut unhandled = None;
        for any in &body.messages {
            match Msg::decode(any)? {
                Some(msg) => msgs.push(msg),
                None => unhandled = unhandled.or_else(|| Some(any.type_url.clone())),
            }
        }
        if !body.extension_options.is_empty() || !body.non_critical_extension_options.is_empty() {
            return Err(parse(&"no registered implementations of type tx.TxExtensionOptionI"));
        }
        schema::check("cosmos.tx.v1beta1.AuthInfo", &raw.auth_info_bytes, false)?;
        let auth_info = AuthInfo::decode(raw.auth_info_bytes.as_slice()).map_err(|error| parse(&error))?;
        Ok(Self { bytes: bytes.to_vec(), raw, body, auth_info, msgs, unhandled, has_ignored_fields })
    }

    /// [`Tx::decode`] for one that is read several times on its way.
    ///
    /// # Errors
    /// As there.
    pub fn read(bytes: &[u8]) -> Result<Arc<Self>> {
        let hash = Self::hash(bytes);
        if let Some(tx) = READ.get(&hash) {
            return Ok(tx);
        }
        let tx = Arc::new(Self::decode(bytes)?);
        if bytes.len() <= MOST_READ_BYTES {
            READ.note(hash, tx.clone());
        }
        Ok(tx)
    }

    /// The hash by which the transaction is known.
    pub fn hash(bytes: &[u8]) -> [u8; 32] {
        Sha256::digest(bytes).into()
    }

    /// The fee.
    ///
    /// # Errors
    /// A transaction without one, on which the SDK panics.
    pub fn fee(&self) -> Result<&Fee> {
        self.auth_info
            .fee
            .as_ref()
            .ok_or_else(|| Error::panic("runtime error: invalid memory address or nil pointer dereference"))
    }

    /// Who must sign: the signers of the messages, each once and in order, then the fee payer if named.
    ///
    /// # Errors
    /// An address that is none.
    pub fn signers(&self, prefix: &str) -> Result<Vec<Vec<u8>>> {
        let mut signers: Vec<Vec<u8>> = Vec::new();
        for msg in &self.msgs {
            for signer in msg.signers(prefix)? {
                if !signers.contains(&signer) {
                    signers.push(signer);
                }
            }
        }
        let payer = &self.fee()?.payer;
        if !payer.is_empty() {
            let payer = address::decode(prefix, payer)?;
            if !signers.contains(&payer) {
                signers.push(payer);
            }
        }
        Ok(signers)
    }

    /// The account that the fee is asked of: the named payer or the first signer.
    ///
    /// # Errors
    /// An address that is none.
    pub fn fee_payer(&self, prefix: &str) -> Result<Vec<u8>> {
        let payer = &self.fee()?.payer;
        if !payer.is_empty() {
            return address::decode(prefix, payer);
        }
        self.signers(prefix)?.into_iter().next().ok_or_else(|| sdk::NO_SIGNATURES.plain())
    }

    /// The public keys that came along, `None` where the chain is expected to know the key.
    ///
    /// # Errors
    /// A key of an unknown kind.
    pub fn pub_keys(&self) -> Result<Vec<Option<PubKey>>> {
        self.auth_info
            .signer_infos
            .iter()
            .map(|info| info.public_key.as_ref().map(PubKey::decode).transpose())
            .collect()
    }

    /// The signatures with their modes and sequences, one for each signer info. The signature is `None` where there
    /// is no mode, as in a simulation.
    ///
    /// # Errors
    /// Fewer signatures than signer infos, or a multi-signature that cannot be read.
    pub fn signatures(&self) -> Result<Vec<(Option<SignatureData>, u64)>> {
        let mut signatures = Vec::with_capacity(self.auth_info.signer_infos.len());
        for (index, info) in self.auth_info.signer_infos.iter().enumerate() {
            signatures.push(match &info.mode_info {
                None => (None, 0),
                Some(mode) => {
                    let signature = self.raw.signatures.get(index).ok_or_else(|| {
                        let length = self.raw.signatures.len();
                        Error::panic(format!(
                            "runtime error: index out of range [{index}] with length {length}"
                        ))
                    })?;
                    (Some(SignatureData::new(mode, signature)?), info.sequence)
                }
            });
        }
        Ok(signatures)
    }

    /// The bytes that a signer in `mode` has signed.
    ///
    /// # Errors
    /// A mode that is not supported, or a body that the mode cannot express.
    pub fn sign_bytes(&self, mode: i32, signer: &sign::SignerData) -> Result<Vec<u8>> {
        sign::bytes(self, mode, signer)
    }

    /// The rules that need no state.
    ///
    /// # Errors
    /// The first that is broken.
    pub fn validate_basic(&self, prefix: &str) -> Result<()> {
        let fee = self.fee()?;
        if fee.gas_limit > MAX_GAS_WANTED {
            return Err(sdk::INVALID_REQUEST
                .wrap(format!("invalid gas supplied; {} > {MAX_GAS_WANTED}", fee.gas_limit)));
        }
        if fee.amount.iter().any(|coin| coin.amount.is_empty()) {
            return Err(sdk::INSUFFICIENT_FEE.wrap("invalid fee provided: null"));
        }
        if fee.amount.iter().any(|coin| matches!(coin::integer(&coin.amount), Ok((true, _)))) {
            return Err(sdk::INSUFFICIENT_FEE
                .wrap(format!("invalid fee provided: {}", coin::proto_text(&fee.amount))));
        }
        if !fee.payer.is_empty() {
            address::decode(prefix, &fee.payer)
                .map_err(|error| sdk::INVALID_ADDRESS.wrap(format!("Invalid fee payer address ({error})")))?;
        }
        if self.raw.signatures.is_empty() {
            return Err(sdk::NO_SIGNATURES.plain());
        }
        let signers = self.signers(prefix)?.len();
        if self.raw.signatures.len() != signers {
            return Err(sdk::UNAUTHORIZED.wrap(format!(
                "wrong number of signers; expected {signers}, got {}",
                self.raw.signatures.len()
            )));
        }
        Ok(())
    }

    /// The coins of the fee on the wire.
    pub fn fee_coins(&self) -> &[ProtoCoin] {
        self.auth_info.fee.as_ref().map_or(&[], |fee| &fee.amount)
    }

    /// The packed messages.
    pub fn packed(&self) -> &[Any] {
        &self.body.messages
    }
}
