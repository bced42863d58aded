//! Who may do what, what is stopped, and how a contract is upgraded: the part that every contract shares.
//!
//! *Owner*: the DAO, transferred in two steps, never renounced. *Guardian*: may stop single things until its sunset
//! date, and start nothing. *Switches*: one for each thing that can be stopped by itself.

#![deny(clippy::arithmetic_side_effects)]

mod error;
mod owner;
mod payment;
mod switch;
mod upgrade;

pub use error::ControlError;
pub use owner::{Stopper, assert_owner, guardian, initialize, set_guardian, stopper, update_ownership};
pub use payment::nonpayable;
pub use switch::{confirm_pause, pause, pause_as, refuse_paused, switch, unpause};
pub use upgrade::upgrade;
