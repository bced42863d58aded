//! The same transactions at the same times make the same chain: in memory and on a disk, in one go and with restarts, and
//! whoever asks what meanwhile.

use std::path::Path;

use mars_node::{Backend, Block, Chain, Disk, Genesis, Memory, Retention};

use crate::golden;

/// How many of the recorded transactions are used.
const MOST: usize = 90;

/// A genesis, and the transactions of each block with its time.
struct Recording {
    genesis: Genesis,
    blocks: Vec<(u64, Vec<Vec<u8>>)>,
}

/// The recorded transactions; every third block has two of them, where the next one does not depend on it.
fn recording() -> Recording {
    let stream = golden::json("rest-stream.json");
    let genesis: Genesis = serde_json::from_value(stream["genesis"].clone()).unwrap();
    let txs = stream["steps"].as_array().unwrap().iter().filter(|step| step["height"].is_u64());
    let txs: Vec<Vec<u8>> = txs.take(MOST).map(|step| golden::bytes(&step["tx"])).collect();
    let mut blocks = Vec::new();
    let (mut time, mut rest) = (genesis.time, txs.as_slice());
    while !rest.is_empty() {
        let count = if blocks.len() % 3 == 2 { 2 } else { 1 };
        let (now, later) = rest.split_at(count.min(rest.len()));
        time += 5_000_000_007;
        blocks.push((time, now.to_vec()));
        rest = later;
    }
    Recording { genesis, blocks }
}

fn open(genesis: &Genesis, folder: &Path, disk: bool) -> Chain {
    let backend: Box<dyn Backend> = match disk {
        true => Box::new(Disk::open(&folder.join("chain.redb")).unwrap()),
        false => Box::new(Memory),
    };
    Chain::new(genesis.clone(), &folder.join("code"), backend, Retention::default()).unwrap()
}

/// All that a block says, and all that it did.
fn told(block: &Block) -> String {
    let txs = block.txs.iter().map(|tx| hex::encode(&tx[..tx.len().min(8)])).collect::<Vec<_>>();
    format!("{:?} {:?} {txs:?} {:?} {:?}", block.header, block.commit, block.results, block.events)
}

#[test]
fn the_same_transactions_at_the_same_times_make_the_same_chain() {
    let Recording { genesis, blocks } = recording();
    let run = |restart: Option<usize>, disturbed: bool| {
        let folder = tempfile::tempdir().unwrap();
        let mut chain = open(&genesis, folder.path(), restart.is_some());
        let mut made = Vec::new();
        for (number, (time, txs)) in blocks.iter().enumerate() {
            if restart.is_some_and(|every| number % every == every / 2) {
                // The file must be free before it is opened again.
                drop(chain);
                chain = open(&genesis, folder.path(), true);
            }
            if disturbed {
                // What is only asked leaves no trace.
                txs.iter().for_each(|tx| drop((chain.check_tx(tx), chain.simulate(tx))));
            }
            let block = chain.produce_block(txs.clone(), *time).unwrap();
            made.push((told(&block), hex::encode(&block.app_hash)));
        }
        made
    };
    let (memory, disk) = std::thread::scope(|scope| {
        let memory = scope.spawn(|| run(None, true));
        let disk = scope.spawn(|| run(Some(40), false));
        (memory.join().unwrap(), disk.join().unwrap())
    });
    assert_eq!(memory.len(), blocks.len());
    for (height, (memory, disk)) in (1..).zip(memory.iter().zip(&disk)) {
        assert_eq!(memory, disk, "block {height}");
    }
}
