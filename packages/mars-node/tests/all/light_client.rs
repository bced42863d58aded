//! The light client of tendermint-rs, as it is published, over the node's own headers.

use std::time::Duration;

use mars_node::{Mining, Settings};
use tendermint::block::CommitSig;
use tendermint::crypto::default::Sha256;
use tendermint::{Hash, Signature};
use tendermint_light_client::builder::LightClientBuilder;
use tendermint_light_client::components::clock::SystemClock;
use tendermint_light_client::components::io::{AtHeight, Io, IoError, ProdIo};
use tendermint_light_client::components::scheduler::basic_bisecting_schedule;
use tendermint_light_client::instance::Instance;
use tendermint_light_client::store::memory::MemoryStore;
use tendermint_light_client::verifier::ProdVerifier;
use tendermint_light_client::verifier::options::Options;
use tendermint_light_client::verifier::predicates::ProdPredicates;
use tendermint_light_client::verifier::types::{Height, LightBlock, PeerId};
use tendermint_rpc::{Client, HttpClient};

use crate::doors::Doors;
use crate::sender::Sender;

const TIP: u64 = 24;

fn peer() -> PeerId {
    PeerId::new([1; 20])
}

/// A client that trusts block 1 of the node behind `client`; `change` is what the way to it does to later blocks.
fn trusting(client: &HttpClient, first: Hash, change: fn(&mut LightBlock)) -> Instance {
    let whole = ProdIo::new(peer(), client.clone(), Some(Duration::from_secs(10)));
    let changed = move |height: AtHeight| -> Result<LightBlock, IoError> {
        let mut block = whole.fetch_light_block(height)?;
        if block.height().value() > 1 {
            change(&mut block);
        }
        Ok(block)
    };
    let options = Options {
        trust_threshold: Default::default(),
        trusting_period: Duration::from_secs(3_600),
        clock_drift: Duration::from_secs(10),
    };
    LightClientBuilder::<_, Sha256>::custom(
        peer(),
        options,
        Box::new(MemoryStore::new()),
        Box::new(changed),
        Box::new(SystemClock),
        Box::new(ProdVerifier::default()),
        Box::new(basic_bisecting_schedule),
        Box::new(ProdPredicates),
    )
    .trust_primary_at(Height::from(1_u32), first)
    .unwrap()
    .build()
}

fn verify(instance: &mut Instance, height: u64) -> Result<LightBlock, String> {
    let height = Height::try_from(height).unwrap();
    let verified = instance.light_client.verify_to_target(height, &mut instance.state);
    verified.map_err(|error| format!("{:?}", error.0))
}

/// The sets of validators that a header names, made to fit what `change` has done to it.
fn resign(block: &mut LightBlock) {
    block.signed_header.commit.block_id.hash = block.signed_header.header.hash();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_light_client_verifies_the_chain_from_its_first_block_and_nothing_else() {
    let doors = Doors::open(Settings { mining: Mining::Auto, ..Settings::default() }).await;
    let mut sender = Sender::new(crate::doors::CHAIN);
    for height in 2..=TIP {
        // Empty blocks are a case of their own: they have no hash of results.
        match height % 3 {
            0 => drop(doors.node.mine(1, None).await.unwrap()),
            _ => drop(doors.include(sender.send(height)).await),
        }
    }
    let client = HttpClient::new(format!("http://{}", doors.rpc).as_str()).unwrap();
    let first = client.commit(1_u32).await.unwrap().signed_header.header.hash();
    let tip = client.commit(u32::try_from(TIP).unwrap()).await.unwrap().signed_header.header;
    tokio::task::spawn_blocking(move || {
        // One by one, and in one step.
        let mut sequential = trusting(&client, first, |_| {});
        for height in 2..=TIP {
            assert_eq!(verify(&mut sequential, height).unwrap().height().value(), height);
        }
        let mut skipping = trusting(&client, first, |_| {});
        assert_eq!(verify(&mut skipping, TIP).unwrap().signed_header.header, tip);
        assert_eq!(sequential.latest_trusted().unwrap(), skipping.latest_trusted().unwrap());
        let highest = skipping.light_client.verify_to_highest(&mut skipping.state).unwrap();
        assert_eq!(highest.height().value(), TIP);
        assert!(verify(&mut skipping, TIP + 1).unwrap_err().contains("height"), "there is no such block yet");

        type Change = fn(&mut LightBlock);
        let forgeries: [(&str, Change, &str); 8] = [
            (
                "another app hash",
                |b| b.signed_header.header.app_hash = vec![1; 32].try_into().unwrap(),
                "InvalidCommitValue",
            ),
            (
                "another app hash that the commit names",
                |b| {
                    b.signed_header.header.app_hash = vec![1; 32].try_into().unwrap();
                    resign(b);
                },
                "InvalidSignature",
            ),
            (
                "other transactions",
                |b| b.signed_header.header.data_hash = Some(Hash::Sha256([1; 32])),
                "InvalidCommitValue",
            ),
            (
                "a later time",
                |b| {
                    b.signed_header.header.time =
                        (b.signed_header.header.time + Duration::from_secs(1)).unwrap();
                    resign(b);
                },
                "InvalidSignature",
            ),
            (
                "another chain",
                |b| {
                    b.signed_header.header.chain_id = "other-1".parse().unwrap();
                    resign(b);
                },
                "ChainIdMismatch",
            ),
            (
                "a signature with another bit",
                |b| {
                    let CommitSig::BlockIdFlagCommit { signature, .. } =
                        &mut b.signed_header.commit.signatures[0]
                    else {
                        panic!("the validator has signed");
                    };
                    let mut bytes = signature.take().unwrap().into_bytes();
                    bytes[5] ^= 1;
                    *signature = Signature::new(bytes).unwrap();
                },
                "InvalidSignature",
            ),
            (
                "no signature",
                |b| b.signed_header.commit.signatures[0] = CommitSig::BlockIdFlagAbsent,
                "NoSignatureForCommit",
            ),
            (
                "another validator",
                |b| {
                    b.validators = mars_node::block::Validator::new([9; 32]).unwrap().set().clone();
                },
                "InvalidValidatorSet",
            ),
        ];
        for (what, change, reason) in forgeries {
            for height in [2, TIP] {
                let refusal = verify(&mut trusting(&client, first, change), height).unwrap_err();
                assert!(refusal.contains(reason), "{what} at {height}: {refusal}");
            }
        }
    })
    .await
    .unwrap();
    doors.close().await;
}
