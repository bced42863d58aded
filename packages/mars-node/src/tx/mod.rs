//! Transactions: their bytes, the messages in them, and what was signed.

mod amino;
mod decode;
mod msg;
mod recent;
mod schema;
mod sign;
pub mod text;
mod verified;

pub use decode::{MAX_GAS_WANTED, Tx};
pub use msg::Msg;
pub use schema::go_type;
pub(crate) use schema::{camel, decode_error, go_full_name, go_interface, go_name};
pub use sign::{AMINO_JSON, DIRECT, PubKey, SignatureData, SignerData};
