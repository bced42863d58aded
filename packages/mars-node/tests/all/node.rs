//! A running node: when it makes blocks, what time they have, and who hears of them.

use std::time::Duration;

use mars_node::{
    Broadcast, Chain, ClockSource, Genesis, Memory, Mining, Node, NodeError, Retention, Settings,
};

struct Running {
    node: Node,
    _code: tempfile::TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.node.stop();
    }
}

fn start(mining: Mining) -> Running {
    let code = tempfile::tempdir().unwrap();
    let genesis = Genesis::new("test-1", "mars", "umars");
    let chain = Chain::new(genesis, code.path(), Box::new(Memory), Retention::default()).unwrap();
    let settings =
        Settings { mining, clock: ClockSource::Steps(Duration::from_secs(5)), ..Settings::default() };
    Running { node: Node::start(chain, settings).unwrap(), _code: code }
}

fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

#[test]
fn there_is_a_block_at_once() {
    let running = start(Mining::Manual);
    assert_eq!(running.node.reader().height(), 1);
}

#[test]
fn time_steps_jumps_and_never_goes_back() {
    let Running { node, .. } = &start(Mining::Manual);
    let reader = node.reader();
    let start = reader.time().0;
    let seconds = |time: u64| (time - start) / 1_000_000_000;
    wait(async {
        node.mine(1, None).await.unwrap();
        assert_eq!(seconds(reader.time().0), 5);
        node.increase_time(Duration::from_secs(100)).await.unwrap();
        node.mine(2, None).await.unwrap();
        assert_eq!(seconds(reader.time().0), 115);
        node.mine(3, Some(Duration::from_secs(60))).await.unwrap();
        assert_eq!(seconds(reader.time().0), 240);
        let last = reader.time().0;
        let past = node.set_next_block_time(last).await.unwrap_err();
        assert_eq!(past, NodeError::Past { last, given: last });
        node.set_next_block_time(last + 1).await.unwrap();
        node.mine(1, None).await.unwrap();
        assert_eq!(reader.time().0, last + 1);
    });
}

#[test]
fn a_revert_brings_back_time_and_forgets_what_came_after() {
    let Running { node, .. } = &start(Mining::Manual);
    wait(async {
        let first = node.snapshot().await.unwrap();
        let time = node.reader().time();
        node.increase_time(Duration::from_secs(1_000)).await.unwrap();
        node.mine(3, None).await.unwrap();
        let second = node.snapshot().await.unwrap();
        node.revert(first).await.unwrap();
        assert_eq!((node.reader().height(), node.reader().time()), (1, time));
        node.mine(1, None).await.unwrap();
        assert_eq!(node.reader().time().0 - time.0, 5_000_000_000);
        for gone in [first, second, 99] {
            assert_eq!(node.revert(gone).await.unwrap_err(), NodeError::NoSnapshot(gone));
        }
    });
}

#[test]
fn an_interval_makes_blocks_and_manual_stops_it() {
    let Running { node, .. } = &start(Mining::Interval(Duration::from_millis(5)));
    let mut blocks = node.subscribe();
    let heard =
        wait(async { (blocks.recv().await.unwrap().height(), blocks.recv().await.unwrap().height()) });
    assert_eq!(heard.0 + 1, heard.1);
    wait(node.set_mining(Mining::Manual)).unwrap();
    let height = node.reader().height();
    wait(node.pending()).unwrap();
    assert_eq!(node.reader().height(), height);
}

#[test]
fn what_is_no_transaction_is_not_let_in() {
    let Running { node, .. } = &start(Mining::Auto);
    let Broadcast { check, included, .. } = node.broadcast_blocking(b"nonsense".to_vec()).unwrap();
    assert_eq!((check.code, check.codespace.as_str(), included.is_none()), (2, "sdk", true));
    let Broadcast { check, .. } = node.broadcast_blocking(vec![0; 3_000_000]).unwrap();
    assert_eq!((check.code, node.reader().height()), (21, 1));
}

#[test]
fn a_stopped_node_says_so() {
    let running = start(Mining::Auto);
    running.node.stop();
    running.node.stop();
    assert_eq!(running.node.mine_blocking(1, None).unwrap_err(), NodeError::Stopped);
    assert_eq!(running.node.reader().height(), 1);
}
