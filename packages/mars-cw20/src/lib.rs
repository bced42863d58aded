//! What the tokens of the protocol do alike: cw20 on the storage and queries of cw20-base.
//!
//! The same messages, attributes and raw storage as cw20-base, so wallets and explorers see an ordinary cw20.
//! What differs:
//! - An expired allowance is none: increasing it starts from zero, queries show zero.
//! - An expiry that is not in the future is refused wherever one can be given.
//! - Tokens cannot be sent or minted to the token's own contract, where they would be lost.
//! - The minter and the (empty) marketing data are fixed for ever.
//! - Nothing panics: a number that does not fit is refused, and every refusal has a code, the value and the limit.
//! - Allowances are stored once, by owner, and are removed when used up; there is no index by spender. That makes
//!   `TransferFrom`, `SendFrom` and `BurnFrom` one read and one write cheaper each.
//!
//! Zero is an amount like any other, but moving even zero of somebody else's tokens needs an allowance.
//!
//! The law of the books is Σ balances = supply; the query `invariants` forms the sum over every account.
#![deny(clippy::arithmetic_side_effects)]

mod allowance;
mod contract;
mod error;
mod ledger;
mod query;
mod supply;
mod transfer;

pub use contract::{execute, issue};
pub use error::ContractError;
pub use query::query;
pub use transfer::SentToMinter;
