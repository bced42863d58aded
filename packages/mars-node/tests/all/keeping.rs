//! Blocks that share one write to the disk: nobody hears of them before it ends, and a failure stops the chain.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use mars_node::{
    Backend, BackendError, Broadcast, Chain, ChainError, Made, Memory, Node, NodeError, Retention, Settings,
    Stored,
};

use crate::redb::{CHAIN, genesis};
use crate::sender;

/// A backend that says what it is asked to keep, and waits to be told how that goes.
struct Gate {
    asked: Sender<Vec<u64>>,
    outcomes: Receiver<Result<(), BackendError>>,
}

impl Backend for Gate {
    fn load(&mut self) -> Result<Option<Stored>, BackendError> {
        Ok(None)
    }

    fn commit(&mut self, made: &[Made], _: Retention) -> Result<(), BackendError> {
        self.asked.send(made.iter().map(|made| made.block.height()).collect()).unwrap();
        self.outcomes.recv().unwrap()
    }

    fn edit(&mut self, _: &[mars_node::store::Change], _: &[u8]) -> Result<(), BackendError> {
        self.outcomes.recv().unwrap()
    }

    fn replace(&mut self, _: &Stored, _: &Stored) -> Result<(), BackendError> {
        Ok(())
    }
}

/// A node whose first block is kept, what its backend is asked, and where its backend's answers come from.
struct Gated {
    node: Node,
    asked: Receiver<Vec<u64>>,
    outcomes: Sender<Result<(), BackendError>>,
    _code: tempfile::TempDir,
}

fn start() -> Gated {
    let code = tempfile::tempdir().unwrap();
    let (asking, asked) = channel();
    let (outcomes, answers) = channel();
    let gate = Gate { asked: asking, outcomes: answers };
    let chain = Chain::new(genesis(), code.path(), Box::new(gate), Retention::default()).unwrap();
    outcomes.send(Ok(())).unwrap();
    let settings = Settings { group_commit: Duration::MAX, ..Settings::default() };
    let node = Node::start(chain, settings).unwrap();
    assert_eq!(asked.recv().unwrap(), [1]);
    Gated { node, asked, outcomes, _code: code }
}

/// Sends from a thread that waits for the answer.
fn send(node: &Node, tx: Vec<u8>) -> JoinHandle<Result<Broadcast, NodeError>> {
    let node = node.clone();
    std::thread::spawn(move || node.broadcast_blocking(tx))
}

fn height(answer: Result<Broadcast, NodeError>) -> u64 {
    answer.unwrap().included.unwrap().block.height()
}

#[test]
fn blocks_made_meanwhile_are_kept_together_and_seen_when_they_are_kept() {
    let Gated { node, asked, outcomes, _code } = start();
    let reader = node.reader();
    let mut blocks = node.subscribe();
    let mut sender = sender::Sender::new(CHAIN);
    let first = send(&node, sender.send(1));
    assert_eq!(asked.recv().unwrap(), [2]);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        // They come, one after the other, while the first is being written.
        let later: Vec<_> = (0..3)
            .map(|_| {
                let (node, tx) = (node.clone(), sender.send(1));
                tokio::spawn(async move { node.broadcast(tx).await })
            })
            .collect();
        tokio::task::yield_now().await;
        assert_eq!((reader.height(), first.is_finished()), (1, false));
        assert!(blocks.try_recv().is_err());

        outcomes.send(Ok(())).unwrap();
        assert_eq!(height(first.join().unwrap()), 2);
        assert_eq!(asked.recv().unwrap(), [3, 4, 5]);
        assert_eq!((reader.height(), reader.block(3).is_none()), (2, true));
        assert_eq!(blocks.try_recv().unwrap().height(), 2);
        assert!(blocks.try_recv().is_err());

        outcomes.send(Ok(())).unwrap();
        for (expected, answer) in (3..=5).zip(later) {
            assert_eq!(height(answer.await.unwrap()), expected);
            assert_eq!(reader.block(expected).unwrap().txs.len(), 1);
            assert_eq!(blocks.try_recv().unwrap().height(), expected);
        }
    });
    node.stop();
}

#[test]
fn a_node_whose_storage_fails_says_so_to_everyone_and_goes_on_answering() {
    let Gated { node, asked, outcomes, _code } = start();
    let mut sender = sender::Sender::new(CHAIN);
    let first = send(&node, sender.send(1));
    assert_eq!(asked.recv().unwrap(), [2]);
    let second = send(&node, sender.send(1));
    let full = BackendError("chain.redb: no space left on device".to_owned());
    outcomes.send(Err(full.clone())).unwrap();
    let refused = first.join().unwrap().unwrap_err();
    assert_eq!(refused, NodeError::Chain(ChainError::Backend(full.clone())));
    assert_eq!(refused.to_string(), "storage: chain.redb: no space left on device");

    // Nothing more reaches the backend, whatever is asked.
    let halted = NodeError::Chain(ChainError::Halted(full));
    assert_eq!(second.join().unwrap().unwrap_err(), halted);
    assert_eq!(
        halted.to_string(),
        "the chain takes no more changes since its storage failed: chain.redb: no space left on device"
    );
    assert_eq!(node.mine_blocking(2, None).unwrap_err(), halted);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        assert_eq!(node.edit(|_| Ok(())).await.unwrap_err(), halted);
        let moment = node.snapshot().await.unwrap();
        assert_eq!(node.revert(moment).await.unwrap_err(), halted);
    });
    assert!(asked.try_recv().is_err());
    assert_eq!(NodeError::Chain(runtime.block_on(node.halted())), halted);

    // What was not kept is not there, and what was is.
    let reader = node.reader();
    assert_eq!((reader.height(), reader.block(2).is_none(), reader.state_len() > 0), (1, true, true));
    assert_eq!(reader.check(&sender::Sender::new(CHAIN).send(1)).code, 0);
    node.stop();
}

#[test]
fn blocks_that_are_asked_for_share_what_is_kept() {
    let code = tempfile::tempdir().unwrap();
    let chain = Chain::new(genesis(), code.path(), Box::new(Memory), Retention::default()).unwrap();
    let node = Node::start(chain, Settings::default()).unwrap();
    let made = node.mine_blocking(50, Some(Duration::from_secs(1))).unwrap();
    assert_eq!(made.last().unwrap().height(), 51);
    assert_eq!(node.reader().height(), 51);
    let times: Vec<u64> = made.iter().map(|block| mars_node::chain::block_time(block).0).collect();
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] == 1_000_000_000), "{times:?}");
    node.stop();
}
