use std::path::PathBuf;

use clap::Args;
use mars_client::Error;
use mars_client::deploy::{Deployment, Event, Means, Plan, Step};
use mars_client::keyring::Backend;
use mars_client::network::Network;
use serde_json::json;

use crate::cmd::Outcome;
use crate::cmd::query::{contract_rows, json_of};
use crate::cmd::tx::{TxFlags, tell};
use crate::context::Context;
use crate::failure::Failure;
use crate::show::{Output, Shown, list, say};
use crate::wasm_check;

/// Does only what is missing on the chain: a second run changes nothing. Writes addresses into the network file.
#[derive(Debug, Args)]
pub struct Deploy {
    /// Deployment file (TOML); its deployer must be a key of the keyring
    file: PathBuf,
    #[command(flatten)]
    flags: TxFlags,
}

impl Deploy {
    pub async fn run(self, context: &Context) -> Outcome {
        let deployment = Deployment::load(&self.file)?;
        let chain = context.chain()?;
        let mut network = context.network()?.clone();
        let chain_id = context.checked_status(&chain).await?.chain_id;
        let accounts = |name: &str| match context.address(name) {
            Ok(address) => Ok(address),
            Err(Failure::Client(error)) => Err(*error),
            Err(_) => Err(Error::Config(format!("{name:?} is not an account"))),
        };
        let plan = deployment.plan(&chain, &network, &accounts).await?;
        let steps = plan.steps();
        if self.flags.dry_run {
            return shown(&steps, false, &network);
        }
        check(&plan)?;
        if !plan.is_empty() {
            let key = context.key(plan.deployer())?;
            let asks = !self.flags.yes && context.keyring()?.backend() == Backend::File;
            match asks {
                true => context.say_before_asking(table(&steps)),
                false => context.say(table(&steps)),
            }
            if asks {
                context.confirm("Sign and send?", false)?;
            }
            let signer = context.signer(chain, &chain_id, &key)?;
            let options = self.flags.options(context)?;
            let save = |network: &Network| network.save(context.network_path());
            let report = |event| tell_event(context, event);
            let means =
                Means { signer: &signer, options: &options, limit: self.flags.timeout, report: &report };
            plan.apply(&means, &mut network, &save).await?;
        } else {
            // The chain may be complete where the file on this side is not.
            plan.record(&mut network)?;
            if json_of(&network)? != json_of(context.network()?)? {
                network.save(context.network_path())?;
            }
        }
        shown(&steps, true, &network)
    }
}

/// Makes the chain's checks before the first transaction rather than in the middle.
fn check(plan: &Plan) -> Result<(), Failure> {
    for upload in plan.uploads() {
        wasm_check::check(&upload.wasm)
            .map_err(|error| Failure::Wasm { file: upload.file.clone(), error })?;
    }
    Ok(())
}

fn tell_event(context: &Context, event: Event) {
    match event {
        Event::Tx(progress) => tell(context, progress),
        Event::Done { steps, txhash, height } if context.globals.output == Output::Json => {
            say(json!({"progress": "done", "steps": steps, "txhash": txhash, "height": height}));
        }
        Event::Done { steps, height, .. } => {
            for step in steps {
                let Step { action, subject, detail } = step;
                say(format_args!("done in block {height}: {action} {subject}: {detail}"));
            }
        }
    }
}

fn shown(steps: &[Step], applied: bool, network: &Network) -> Outcome {
    let json = json!({"steps": steps, "applied": applied, "contracts": network.mars.contracts});
    if applied {
        return Ok(Shown::new(json, list(&["contract", "address", ">code id"], contract_rows(network))));
    }
    if steps.is_empty() {
        return Ok(Shown::new(json, "nothing to do: the chain is as the file describes it"));
    }
    Ok(Shown::new(json, table(steps)))
}

fn table(steps: &[Step]) -> comfy_table::Table {
    list(
        &["step", "what", "detail"],
        steps.iter().map(|s| [s.action.into(), s.subject.clone(), s.detail.clone()]),
    )
}
