//! Long answers a page at a time, with the SDK's rules.

use crate::error::{GrpcCode, Result};
use crate::proto::cosmos::base::query::v1beta1::{PageRequest, PageResponse};
use crate::store::{Kv, Order};

/// The entries of a page where nobody says how many.
pub const DEFAULT_LIMIT: u64 = 100;

/// The refusal of a page asked for both by key and by number.
pub const BOTH: &str = "invalid request, either offset or key is expected, got both";

/// Which of the SDK's two ways of paging a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// That of collections: a page behind the end has no total.
    Collection,
    /// That of plain stores.
    Store,
}

/// What `read` makes of the entries of `kv` on the page that is asked for. An entry that `read` passes over with
/// `None` is not counted.
///
/// # Errors
/// What `read` refuses, and a page asked for both by key and by number, with the status `both`.
pub fn page<T>(
    kv: &Kv,
    page: Option<&PageRequest>,
    paging: Paging,
    both: GrpcCode,
    mut read: impl FnMut(&[u8], &[u8]) -> Result<Option<T>>,
) -> Result<(Vec<T>, PageResponse)> {
    let default = PageRequest::default();
    let page = page.unwrap_or(&default);
    if page.offset > 0 && !page.key.is_empty() {
        return Err(both.error(BOTH));
    }
    let limit = if page.limit == 0 { DEFAULT_LIMIT } else { page.limit };
    let by_key = !page.key.is_empty();
    let count_total = !by_key && (page.count_total || page.limit == 0);

    // Backwards from a key includes the key itself.
    let behind = [page.key.as_slice(), &[0]].concat();
    let (start, end, order) = match (by_key, page.reverse) {
        (false, false) => (None, None, Order::Ascending),
        (false, true) => (None, None, Order::Descending),
        (true, false) => (Some(page.key.as_slice()), None, Order::Ascending),
        (true, true) => (None, Some(behind.as_slice()), Order::Descending),
    };
    let end_of_page = page.offset.saturating_add(limit);
    let mut cursor = kv.iterate(start, end, order)?;
    let (mut found, mut next_key, mut seen) = (Vec::new(), Vec::new(), 0_u64);
    while let Some((key, value)) = cursor.current() {
        if seen >= end_of_page && next_key.is_empty() {
            next_key = key.to_vec();
            if !count_total {
                break;
            }
        }
        if let Some(item) = read(key, value)? {
            if (page.offset..end_of_page).contains(&seen) {
                found.push(item);
            }
            seen = seen.saturating_add(1);
        }
        cursor.advance()?;
    }
    let behind_end = paging == Paging::Collection && page.offset > 0 && seen <= page.offset;
    let total = if count_total && !behind_end { seen } else { 0 };
    Ok((found, PageResponse { next_key, total }))
}
