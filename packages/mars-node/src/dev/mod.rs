//! The developer's controls.

use std::fmt;

/// Why the controls do not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The node is one that others reach.
    Public,
    /// Someone locked them.
    Locked,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "developer controls are off: this node is public",
            Self::Locked => "developer controls are off: they were locked until the node starts anew",
        })
    }
}

impl std::error::Error for Closed {}
