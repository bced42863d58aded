//! Public keys, signatures, and the documents that are signed.

use std::sync::LazyLock;

use ::secp256k1::ecdsa::Signature;
use ::secp256k1::{PublicKey, Secp256k1, VerifyOnly};
use prost::Message;
use ripemd::Ripemd160;
use sha2::{Digest, Sha256};

use super::{Tx, amino, schema, verified};
use crate::error::{Error, Result};
use crate::proto::cosmos::crypto::multisig::LegacyAminoPubKey;
use crate::proto::cosmos::crypto::multisig::v1beta1::{CompactBitArray, MultiSignature};
use crate::proto::cosmos::crypto::{ed25519, secp256k1};
use crate::proto::cosmos::tx::signing::v1beta1::SignMode;
use crate::proto::cosmos::tx::v1beta1::mode_info::Sum;
use crate::proto::cosmos::tx::v1beta1::{ModeInfo, SignDoc, SignDocDirectAux};
use crate::proto::{Any, any};

/// The number of `SIGN_MODE_DIRECT`.
pub const DIRECT: i32 = 1;
/// The number of `SIGN_MODE_LEGACY_AMINO_JSON`.
pub const AMINO_JSON: i32 = 127;
/// The number of `SIGN_MODE_DIRECT_AUX`.
pub const DIRECT_AUX: i32 = 3;
/// The number of `SIGN_MODE_TEXTUAL`.
const TEXTUAL: i32 = 2;
const DEEPEST: u32 = 8;
/// Verifying is the dearest part of a plain transaction, so it is done by the library of Bitcoin, which is the fastest.
static CURVE: LazyLock<Secp256k1<VerifyOnly>> = LazyLock::new(Secp256k1::verification_only);

/// A public key of an account.
#[derive(Debug, Clone, PartialEq)]
pub enum PubKey {
    Secp256k1(Vec<u8>),
    Ed25519(Vec<u8>),
    Multisig { threshold: u32, keys: Vec<PubKey> },
}

impl PubKey {
    /// The key in `any`.
    ///
    /// # Errors
    /// A type that is no public key, or bytes that are no key.
    pub fn decode(any: &Any) -> Result<Self> {
        Self::decode_to(any, DEEPEST)
    }

    fn decode_to(any: &Any, depth: u32) -> Result<Self> {
        let malformed = |error: prost::DecodeError| Error::unregistered(error.to_string());
        match any.type_url.as_str() {
            "/cosmos.crypto.secp256k1.PubKey" => {
                Ok(Self::Secp256k1(secp256k1::PubKey::decode(any.value.as_slice()).map_err(malformed)?.key))
            }
            "/cosmos.crypto.ed25519.PubKey" => {
                Ok(Self::Ed25519(ed25519::PubKey::decode(any.value.as_slice()).map_err(malformed)?.key))
            }
            "/cosmos.crypto.multisig.LegacyAminoPubKey" => {
                let depth = depth
                    .checked_sub(1)
                    .ok_or_else(|| Error::unregistered("public key nests deeper than 8 multisigs"))?;
                let key = LegacyAminoPubKey::decode(any.value.as_slice()).map_err(malformed)?;
                let keys: Result<Vec<_>> =
                    key.public_keys.iter().map(|key| Self::decode_to(key, depth)).collect();
                Ok(Self::Multisig { threshold: key.threshold, keys: keys? })
            }
            other => Err(Error::unregistered(format!(
                "no concrete type registered for type URL {other} against interface *types.PubKey"
            ))),
        }
    }

    /// The key in an `Any`.
    pub fn to_any(&self) -> Any {
        match self {
            Self::Secp256k1(key) => any(&secp256k1::PubKey { key: key.clone() }),
            Self::Ed25519(key) => any(&ed25519::PubKey { key: key.clone() }),
            Self::Multisig { threshold, keys } => any(&LegacyAminoPubKey {
                threshold: *threshold,
                public_keys: keys.iter().map(Self::to_any).collect(),
            }),
        }
    }

    /// The address of the account that the key signs for.
    pub fn address(&self) -> Vec<u8> {
        match self {
            Self::Secp256k1(key) => Ripemd160::digest(Sha256::digest(key)).to_vec(),
            Self::Ed25519(key) => Sha256::digest(key).iter().copied().take(20).collect(),
            Self::Multisig { .. } => Sha256::digest(self.amino()).iter().copied().take(20).collect(),
        }
    }

    /// Whether the key has the size of its kind.
    ///
    /// # Errors
    /// The panic of the SDK when it is asked for the address of another.
    pub fn require_size(&self) -> Result<()> {
        match self {
            Self::Secp256k1(key) if key.len() != 33 => Err(Error::panic("length of pubkey is incorrect")),
            Self::Ed25519(key) if key.len() != 32 => Err(Error::panic("pubkey is incorrect size")),
            _ => Ok(()),
        }
    }

    /// How many keys there are in it.
    pub fn count(&self) -> u64 {
        match self {
            Self::Multisig { keys, .. } => keys.iter().map(Self::count).sum(),
            _ => 1,
        }
    }

    /// The name in Go of the key's type, for error texts.
    pub fn go_type(&self) -> &'static str {
        match self {
            Self::Secp256k1(_) => "*secp256k1.PubKey",
            Self::Ed25519(_) => "*ed25519.PubKey",
            Self::Multisig { .. } => "*multisig.LegacyAminoPubKey",
        }
    }

    /// The key in binary amino, which multisig addresses are the hash of.
    pub fn amino(&self) -> Vec<u8> {
        let tagged = |tag: [u8; 4], key: &[u8]| {
            let mut bytes = tag.to_vec();
            prost::encoding::encode_varint(u64::try_from(key.len()).unwrap_or(u64::MAX), &mut bytes);
            bytes.extend_from_slice(key);
            bytes
        };
        match self {
            Self::Secp256k1(key) => tagged([0xeb, 0x5a, 0xe9, 0x87], key),
            Self::Ed25519(key) => tagged([0x16, 0x24, 0xde, 0x64], key),
            Self::Multisig { threshold, keys } => {
                let mut bytes = vec![0x22, 0xc1, 0xf7, 0xe2, 0x08];
                prost::encoding::encode_varint(u64::from(*threshold), &mut bytes);
                for key in keys {
                    let key = key.amino();
                    bytes.push(0x12);
                    prost::encoding::encode_varint(u64::try_from(key.len()).unwrap_or(u64::MAX), &mut bytes);
                    bytes.extend(key);
                }
                bytes
            }
        }
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let Self::Secp256k1(key) = self else { return false };
        let seen = verified::Key::new([key, message, signature]);
        if verified::has(&seen) {
            return true;
        }
        let (Ok(key), Ok(signature)) = (PublicKey::from_slice(key), Signature::from_compact(signature))
        else {
            return false;
        };
        let digest = ::secp256k1::Message::from_digest(Sha256::digest(message).into());
        // It refuses the upper half of the curve too, which would give a second valid signature, and so a second hash, to
        // the same text.
        let holds = CURVE.verify_ecdsa(digest, &signature, &key).is_ok();
        if holds {
            verified::note(seen);
        }
        holds
    }

    /// Checks `signature` over what `bytes_for` says is signed in a mode.
    ///
    /// # Errors
    /// Why it does not hold, in the words of the SDK.
    pub fn verify(
        &self,
        signature: &SignatureData,
        bytes_for: &dyn Fn(i32) -> Result<Vec<u8>>,
    ) -> Result<()> {
        match (signature, self) {
            (SignatureData::Single { mode, signature }, key) => {
                if key.verifies(&bytes_for(*mode)?, signature) {
                    Ok(())
                } else {
                    Err(Error::unregistered("unable to verify single signer signature"))
                }
            }
            (SignatureData::Multi { bits, signatures, .. }, Self::Multisig { threshold, keys }) => {
                verify_multi(*threshold, keys, bits, signatures, bytes_for)
            }
            (SignatureData::Multi { .. }, key) => {
                Err(Error::unregistered(format!("expected multisig.PubKey, got {}", key.go_type())))
            }
        }
    }
}

fn verify_multi(
    threshold: u32,
    keys: &[PubKey],
    bits: &[bool],
    signatures: &[SignatureData],
    bytes_for: &dyn Fn(i32) -> Result<Vec<u8>>,
) -> Result<()> {
    let threshold = usize::try_from(threshold).unwrap_or(usize::MAX);
    let refuse = |text: String| Err(Error::unregistered(text));
    if keys.len() != bits.len() {
        return refuse(format!("bit array size is incorrect, expecting: {}", keys.len()));
    }
    if signatures.len() < threshold || signatures.len() > bits.len() {
        return refuse(format!("signature size is incorrect {}", signatures.len()));
    }
    let set = bits.iter().filter(|bit| **bit).count();
    if set < threshold {
        return refuse(format!("not enough signatures set, have {set}, expected {threshold}"));
    }
    let mut remaining = signatures.iter();
    for (index, key) in keys.iter().enumerate().filter(|(index, _)| bits.get(*index) == Some(&true)) {
        let Some(signature) = remaining.next() else {
            return Err(Error::panic(format!(
                "runtime error: index out of range [{}] with length {}",
                signatures.len(),
                signatures.len()
            )));
        };
        match (signature, key) {
            (SignatureData::Single { mode, signature }, key) => {
                if !key.verifies(&bytes_for(*mode)?, signature) {
                    return refuse(format!("unable to verify signature at index {index}"));
                }
            }
            (SignatureData::Multi { bits, signatures, .. }, PubKey::Multisig { threshold, keys }) => {
                verify_multi(*threshold, keys, bits, signatures, bytes_for)?;
            }
            (SignatureData::Multi { .. }, _) => {
                return refuse(format!("unable to parse pubkey of index {index}"));
            }
        }
    }
    Ok(())
}

/// A signature, by one key or by several.
#[derive(Debug, Clone, PartialEq)]
pub enum SignatureData {
    Single {
        mode: i32,
        signature: Vec<u8>,
    },
    Multi {
        /// Whether each key has signed.
        bits: Vec<bool>,
        /// The number of bytes of a bit array that counts more bits than they hold.
        too_few_bytes: Option<usize>,
        signatures: Vec<SignatureData>,
    },
}

impl SignatureData {
    /// The signature that `bytes` is in the given mode.
    ///
    /// # Errors
    /// A multi-signature that cannot be read.
    pub fn new(mode: &ModeInfo, bytes: &[u8]) -> Result<Self> {
        match &mode.sum {
            Some(Sum::Single(single)) => Ok(Self::Single { mode: single.mode, signature: bytes.to_vec() }),
            Some(Sum::Multi(multi)) => {
                let decoded = MultiSignature::decode(bytes).map_err(|error| {
                    let reason = schema::decode_error("cosmos.crypto.multisig.v1beta1.MultiSignature", bytes);
                    Error::unregistered(reason.unwrap_or_else(|| error.to_string()))
                })?;
                let (modes, length) = (multi.mode_infos.len(), decoded.signatures.len());
                if modes != length {
                    let index = modes.min(length);
                    return Err(Error::panic(format!(
                        "runtime error: index out of range [{index}] with length {index}"
                    )));
                }
                let parts = multi.mode_infos.iter().zip(&decoded.signatures);
                let signatures: Result<Vec<_>> = parts.map(|(mode, bytes)| Self::new(mode, bytes)).collect();
                let (bits, too_few_bytes) = bits(multi.bitarray.as_ref());
                Ok(Self::Multi { bits, too_few_bytes, signatures: signatures? })
            }
            None => Err(Error::panic("unexpected ModeInfo data type <nil>")),
        }
    }

    /// The signatures as the index of transactions names them: each, and for several their bundle behind them.
    pub fn raw(&self) -> Vec<Vec<u8>> {
        match self {
            Self::Single { signature, .. } => vec![signature.clone()],
            Self::Multi { signatures, .. } => {
                let mut all: Vec<Vec<u8>> = signatures.iter().flat_map(Self::raw).collect();
                all.push(MultiSignature { signatures: all.clone() }.encode_to_vec());
                all
            }
        }
    }

    /// Whether some signature in it is missing.
    pub fn is_incomplete(&self) -> bool {
        match self {
            Self::Single { signature, .. } => signature.is_empty(),
            Self::Multi { signatures, .. } => {
                signatures.is_empty() || signatures.iter().any(Self::is_incomplete)
            }
        }
    }

    /// Whether everyone signed amino JSON, which carries no sequence of its own.
    pub fn is_amino_only(&self) -> bool {
        match self {
            Self::Single { mode, .. } => *mode == AMINO_JSON,
            Self::Multi { signatures, .. } => signatures.iter().all(Self::is_amino_only),
        }
    }
}

/// The bits of an array, and how many bytes it has if it counts more bits than they hold.
fn bits(array: Option<&CompactBitArray>) -> (Vec<bool>, Option<usize>) {
    let Some(array) = array else { return (Vec::new(), None) };
    let held = array.elems.len().saturating_mul(8);
    // Of the last byte only so many bits count.
    let count = match usize::try_from(array.extra_bits_stored) {
        Ok(0) => held,
        extra => held.saturating_add(extra.unwrap_or(usize::MAX)).saturating_sub(8),
    };
    let all = array.elems.iter().flat_map(|byte| (0..8_u32).map(move |bit| byte >> (7 - bit) & 1 == 1));
    (all.take(count).collect(), (count > held).then_some(array.elems.len()))
}

/// What a signature binds besides the transaction.
#[derive(Debug, Clone, Default)]
pub struct SignerData {
    pub chain_id: String,
    pub account_number: u64,
    pub sequence: u64,
    /// The signer's address, and its key if it has one; only `SIGN_MODE_DIRECT_AUX` asks for them.
    pub address: String,
    pub key: Option<PubKey>,
}

/// What someone signs who does not pay the fee and so need not know it.
fn direct_aux(tx: &Tx, signer: &SignerData) -> Result<Vec<u8>> {
    let first = tx.msgs.first().map_or("", |msg| msg.signer());
    let payer = Some(tx.fee()?.payer.as_str()).filter(|payer| !payer.is_empty()).unwrap_or(first);
    if payer == signer.address {
        return Err(Error::unregistered(format!(
            "fee payer {payer} cannot sign with SIGN_MODE_DIRECT_AUX: unauthorized"
        )));
    }
    #[allow(deprecated)] // a tip is nothing any more, but it is signed
    let document = SignDocDirectAux {
        body_bytes: tx.raw.body_bytes.clone(),
        public_key: signer.key.as_ref().map(PubKey::to_any),
        chain_id: signer.chain_id.clone(),
        account_number: signer.account_number,
        sequence: signer.sequence,
        tip: tx.auth_info.tip.clone(),
    };
    Ok(document.encode_to_vec())
}

/// See [`Tx::sign_bytes`].
pub fn bytes(tx: &Tx, mode: i32, signer: &SignerData) -> Result<Vec<u8>> {
    match mode {
        DIRECT => Ok(SignDoc {
            body_bytes: tx.raw.body_bytes.clone(),
            auth_info_bytes: tx.raw.auth_info_bytes.clone(),
            chain_id: signer.chain_id.clone(),
            account_number: signer.account_number,
        }
        .encode_to_vec()),
        AMINO_JSON => amino::sign_bytes(tx, signer),
        DIRECT_AUX => direct_aux(tx, signer),
        // The SDK's word for a mode that it knows and wasmd has not.
        TEXTUAL => Err(Error::unregistered("unsuppored sign mode SIGN_MODE_TEXTUAL")),
        other => {
            let name = SignMode::try_from(other)
                .map_or_else(|_| other.to_string(), |mode| mode.as_str_name().into());
            Err(Error::unregistered(format!("unsupported sign mode {name}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use k256::ecdsa::signature::Signer;
    use k256::ecdsa::{Signature, SigningKey};

    use super::*;

    #[test]
    fn of_the_two_signatures_of_a_text_only_the_lower_holds() {
        let secret = SigningKey::from_slice(&[7; 32]).unwrap();
        let key = PubKey::Secp256k1(secret.verifying_key().to_encoded_point(true).as_bytes().to_vec());
        let lower: Signature = secret.sign(b"text");
        let upper = Signature::from_scalars(lower.r(), -lower.s()).unwrap();
        assert!(key.verifies(b"text", &lower.to_bytes()));
        assert!(!key.verifies(b"text", &upper.to_bytes()));
        assert!(!key.verifies(b"another text", &lower.to_bytes()));
        assert!(!key.verifies(b"text", &[&lower.to_bytes()[..], &[0]].concat()));
        let other = PubKey::Secp256k1(vec![2; 33]);
        assert!(!other.verifies(b"text", &lower.to_bytes()));
    }

    #[test]
    fn a_bit_array_that_counts_more_bits_than_it_has_tells_how_many_bytes_it_has() {
        let array = |extra_bits_stored, elems: &[u8]| {
            bits(Some(&CompactBitArray { extra_bits_stored, elems: elems.to_vec() }))
        };
        assert_eq!(array(3, &[0b1010_0000]), (vec![true, false, true], None));
        assert_eq!(array(0, &[0xff]), (vec![true; 8], None));
        assert_eq!(array(8, &[0xff]), (vec![true; 8], None));
        assert_eq!(array(9, &[0xff]), (vec![true; 8], Some(1)));
        assert_eq!(array(u32::MAX, &[0xff, 0]), ([vec![true; 8], vec![false; 8]].concat(), Some(2)));
        assert_eq!(array(5, &[]), (vec![], None));
    }
}
