//! What contracts share: who may do what, what is stopped, what comes with a call and on which terms, and upgrades.
//!
//! *Owner*: the DAO, transferred in two steps, never renounced. *Guardian*: may stop single things until its sunset
//! date, and start nothing. *Switches*: one for each thing that can be stopped by itself. *Hooks*: messages that come
//! with cw20 tokens. *Tokens*: how they leave. *Terms*: what a caller insists on.

#![deny(clippy::arithmetic_side_effects)]

mod error;
mod hook;
mod owner;
mod payment;
mod ratio;
mod switch;
mod terms;
pub mod tokens;
mod upgrade;

pub use error::ControlError;
pub use hook::{Sent, assert_token, sent};
pub use owner::{Stopper, assert_owner, guardian, initialize, set_guardian, stopper, update_ownership};
pub use payment::nonpayable;
pub use ratio::refuse_low_control;
pub use switch::{confirm_pause, pause, pause_as, pauses, refuse_paused, switch, unpause};
pub use terms::{accept, nonzero, on_time, recipient};
pub use upgrade::upgrade;
