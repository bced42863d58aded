//! One router for every question, by the path of its gRPC method. The doors only carry bytes to and fro.

use prost::Message;

use crate::bank;
use crate::chain::Reader;
use crate::context::Ctx;
use crate::error::{GrpcCode, Result};
use crate::proto::cosmos::bank::v1beta1::Metadata;
use crate::store::{Kv, Order, StoreKey};

/// See [`Reader::query`].
pub fn answer(_reader: &Reader, path: &str, _request: &[u8]) -> Result<Vec<u8>> {
    Err(GrpcCode::Unimplemented.error(format!("unknown method {path}")))
}

/// Metadata of coins, a page at a time, with the key of the next page.
///
/// # Errors
/// A meter that ran out.
pub fn all_metadata(
    ctx: &Ctx,
    key: Option<Vec<u8>>,
    limit: u64,
    reverse: bool,
) -> Result<(Vec<Metadata>, Vec<u8>)> {
    let kv: Kv = ctx.kv(StoreKey::Bank).narrow(bank::ALL_METADATA);
    let order = if reverse { Order::Descending } else { Order::Ascending };
    let mut cursor = kv.iterate(key.as_deref(), None, order)?;
    let mut found = Vec::new();
    let limit = usize::try_from(if limit == 0 { 100 } else { limit }).unwrap_or(usize::MAX);
    while let Some((key, value)) = cursor.current() {
        if found.len() == limit {
            return Ok((found, key.to_vec()));
        }
        found.extend(Metadata::decode(&**value).ok());
        cursor.advance()?;
    }
    Ok((found, Vec::new()))
}
