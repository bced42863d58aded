//! Quotes and angles in the first line of a connection. CometBFT's documentation has people write them as they are
//! (`curl 'HOST/tx_search?query="tx.height>5"'`), Go's server takes them, and the library that reads HTTP here does not.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

/// How much is read at a time before the line is over.
const READ_BYTES: usize = 1_024;

/// What comes from a peer, with the signs escaped that a URL is to escape. Only the first request of a connection is
/// looked at: nothing but a reader of HTTP knows where the next begins, and who writes a request by hand sends one.
pub struct Escaped<R> {
    from: R,
    in_line: bool,
    /// What was read and not handed on, from `taken` on.
    ready: Vec<u8>,
    taken: usize,
}

impl<R> Escaped<R> {
    pub fn new(from: R) -> Self {
        Self { from, in_line: true, ready: Vec::new(), taken: 0 }
    }

    fn take(&mut self, read: &[u8]) {
        for byte in read {
            match byte {
                b'"' if self.in_line => self.ready.extend(b"%22"),
                b'<' if self.in_line => self.ready.extend(b"%3C"),
                b'>' if self.in_line => self.ready.extend(b"%3E"),
                byte => self.ready.push(*byte),
            }
            self.in_line &= *byte != b'\n';
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Escaped<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.taken == self.ready.len() {
            if !self.in_line {
                return Pin::new(&mut self.from).poll_read(cx, buf);
            }
            let mut bytes = [0; READ_BYTES];
            let mut read = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut self.from).poll_read(cx, &mut read))?;
            (self.ready, self.taken) = (Vec::new(), 0);
            self.take(read.filled());
        }
        let rest = self.ready.get(self.taken..).unwrap_or_default();
        let count = rest.len().min(buf.remaining());
        buf.put_slice(rest.get(..count).unwrap_or_default());
        self.taken = self.taken.saturating_add(count);
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    #[tokio::test]
    async fn only_the_first_line_is_escaped_however_it_arrives() {
        let given = b"GET /a?q=\"x>1<2\" HTTP/1.1\r\nA: \"<>\"\r\n\r\n\"<>\"";
        let want = b"GET /a?q=%22x%3E1%3C2%22 HTTP/1.1\r\nA: \"<>\"\r\n\r\n\"<>\"";
        for (at, size) in [(0, 1), (10, 7), (given.len(), 4_096)] {
            let (first, second) = given.split_at(at);
            let mut escaped = Escaped::new(first.chain(second));
            let mut read = Vec::new();
            let mut buffer = vec![0; size];
            loop {
                match escaped.read(&mut buffer).await.unwrap() {
                    0 => break,
                    count => read.extend(&buffer[..count]),
                }
            }
            assert_eq!(String::from_utf8_lossy(&read), String::from_utf8_lossy(want), "{at} {size}");
        }
    }
}
