//! Transactions that nobody signed, for accounts that are impersonated.

use prost::Message;

use crate::coin::{self, Coin};
use crate::proto::cosmos::tx::v1beta1::mode_info::{Single, Sum};
use crate::proto::cosmos::tx::v1beta1::{AuthInfo, Fee, ModeInfo, SignerInfo, TxRaw};
use crate::proto::{Any, TxBody};

/// `SIGN_MODE_DIRECT`.
const DIRECT: i32 = 1;
/// The bytes of a signature of secp256k1, so that the transaction is as long as one that is signed.
const SIGNATURE_BYTES: usize = 64;

/// A transaction of one account with `messages` that may use `gas` and pays `fee`. No sequence is asked of an account
/// that is impersonated, but the right one gives each transaction a hash of its own.
pub fn unsigned_tx(messages: Vec<Any>, sequence: u64, gas: u64, fee: &[Coin]) -> Vec<u8> {
    let mode_info = Some(ModeInfo { sum: Some(Sum::Single(Single { mode: DIRECT })) });
    let fee = Fee { amount: coin::to_proto(fee), gas_limit: gas, ..Fee::default() };
    #[allow(deprecated)]
    let auth_info = AuthInfo {
        signer_infos: vec![SignerInfo { public_key: None, mode_info, sequence }],
        fee: Some(fee),
        tip: None,
    };
    TxRaw {
        body_bytes: TxBody { messages, ..TxBody::default() }.encode_to_vec(),
        auth_info_bytes: auth_info.encode_to_vec(),
        signatures: vec![vec![0; SIGNATURE_BYTES]],
    }
    .encode_to_vec()
}
