//! Roles that every contract of the protocol has in common: the owner and the guardian.

use clap::Args;
use cw_ownable::Action;
use mars_types::GuardianUnchecked;

use crate::cmd::tx::{Moment, TxArgs};
use crate::context::Context;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub struct TransferOwnership {
    /// Address, or name of a key or contract; must accept before it is owner
    new_owner: String,
    #[command(flatten)]
    pub tx: TxArgs,
}

impl TransferOwnership {
    pub fn action(&self, context: &Context) -> Result<Action, Failure> {
        Ok(Action::TransferOwnership { new_owner: context.address(&self.new_owner)?, expiry: None })
    }
}

#[derive(Debug, Args)]
pub struct SetGuardian {
    /// Address, or name of a key or contract
    #[arg(required_unless_present = "none", requires = "sunset")]
    guardian: Option<String>,
    /// When its powers end: a duration from the latest block, or seconds since 1970
    #[arg(long, value_name = "MOMENT")]
    sunset: Option<Moment>,
    /// Have no guardian
    #[arg(long, conflicts_with_all = ["guardian", "sunset"])]
    none: bool,
    #[command(flatten)]
    pub tx: TxArgs,
}

impl SetGuardian {
    pub async fn guardian(&self, context: &Context) -> Result<Option<GuardianUnchecked>, Failure> {
        let (Some(guardian), Some(sunset)) = (&self.guardian, self.sunset) else {
            return Ok(None);
        };
        let block_time = context.chain()?.status().await?.block_time;
        Ok(Some(GuardianUnchecked { address: context.address(guardian)?, sunset: sunset.after(block_time) }))
    }
}
