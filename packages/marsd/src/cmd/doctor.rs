use clap::Args;

use crate::cmd::Outcome;
use crate::context::Context;
use crate::show::Shown;

#[derive(Debug, Args)]
pub struct Doctor {}
impl Doctor {
    pub async fn run(self, _context: &Context) -> Outcome {
        Ok(Shown::nothing())
    }
}
