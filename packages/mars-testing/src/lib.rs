//! A test bench on cw-multi-test that deploys the whole protocol.
