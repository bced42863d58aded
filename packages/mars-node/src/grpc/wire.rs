//! gRPC over HTTP/2: one message each way, and how it ended in the trailers. Refusals are those of Go's server, which
//! clients meet at wasmd.

use std::io::Read;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use hyper::body::{Body as _, Frame};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::door::{HEIGHT, Refusal, Reply};
use crate::error::GrpcCode;
use crate::gotext;

const KIND: &str = "application/grpc";
/// The bytes before a message: whether it is packed, and its length.
const HEAD: usize = 5;
/// What does not stand as it is in the words of a status.
const ESCAPED: &AsciiSet = &CONTROLS.add(b'%');

/// How the message of a request is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    None,
    Gzip,
}

/// What the head of a request says.
#[derive(Debug)]
pub struct Call {
    /// The kind of content, which the answer has too.
    pub kind: HeaderValue,
    pub packing: Packing,
    /// How long the client waits.
    pub timeout: Option<Duration>,
}

/// A refusal before the method is looked at.
#[derive(Debug)]
pub struct Early {
    status: StatusCode,
    refusal: Refusal,
}

impl Early {
    fn new(status: StatusCode, code: GrpcCode, text: String) -> Self {
        Self { status, refusal: code.error(text).into() }
    }

    /// The answer.
    pub fn response(self) -> Response {
        let mut response = response(&HeaderValue::from_static(KIND), Err(self.refusal));
        *response.status_mut() = self.status;
        response
    }
}

impl Call {
    /// Reads the head of a request.
    ///
    /// # Errors
    /// A request that is no call.
    pub fn read(head: &Parts) -> Result<Self, Early> {
        let kind = head.headers.get(header::CONTENT_TYPE).cloned().unwrap_or(HeaderValue::from_static(""));
        let rest = kind.to_str().ok().and_then(|kind| kind.strip_prefix(KIND));
        if !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['+', ';'])) {
            let text =
                format!("invalid gRPC request content-type {:?}", String::from_utf8_lossy(kind.as_bytes()));
            return Err(Early::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, GrpcCode::InvalidArgument, text));
        }
        let malformed = |text| Early::new(StatusCode::BAD_REQUEST, GrpcCode::Internal, text);
        let binary = |name: &str, value: &HeaderValue| {
            let value = String::from_utf8_lossy(value.as_bytes());
            // Padding is up to the client.
            let decoded = STANDARD.decode(&*value).is_ok() || STANDARD_NO_PAD.decode(&*value).is_ok();
            if decoded {
                return Ok(());
            }
            let reason = gotext::base64(&value).err().unwrap_or_default();
            Err(malformed(format!("malformed binary metadata {value:?} in header {name:?}: {reason}")))
        };
        for (name, value) in head.headers.iter().filter(|(name, _)| name.as_str().ends_with("-bin")) {
            binary(name.as_str(), value)?;
        }
        let timeout = head
            .headers
            .get("grpc-timeout")
            .map(|text| read_timeout(&String::from_utf8_lossy(text.as_bytes())));
        let timeout =
            timeout.transpose().map_err(|reason| malformed(format!("malformed grpc-timeout: {reason}")))?;
        if head.method != Method::POST {
            let text =
                format!("Received a HEADERS frame with :method \"{}\" which should be POST", head.method);
            return Err(Early::new(StatusCode::METHOD_NOT_ALLOWED, GrpcCode::Internal, text));
        }
        let packing = match head.headers.get("grpc-encoding").map(HeaderValue::as_bytes) {
            None | Some(b"" | b"identity") => Packing::None,
            Some(b"gzip") => Packing::Gzip,
            Some(other) => {
                let other = String::from_utf8_lossy(other);
                let text = format!("grpc: Decompressor is not installed for grpc-encoding {other:?}");
                return Err(Early::new(StatusCode::OK, GrpcCode::Unimplemented, text));
            }
        };
        Ok(Self { kind, packing, timeout })
    }
}

/// The time that a client gives: up to eight digits and a unit.
fn read_timeout(text: &str) -> Result<Duration, String> {
    const DIGITS: usize = 8;
    let size = text.len();
    if size < 2 {
        return Err(format!("transport: timeout string is too short: {text:?}"));
    }
    if size > DIGITS + 1 {
        return Err(format!("transport: timeout string is too long: {text:?}"));
    }
    let (digits, unit) = text.split_at_checked(size - 1).unwrap_or((text, ""));
    let nanos = match unit {
        "H" => 3_600_000_000_000_u64,
        "M" => 60_000_000_000,
        "S" => 1_000_000_000,
        "m" => 1_000_000,
        "u" => 1_000,
        "n" => 1,
        _ => return Err(format!("transport: timeout unit is not recognized: {text:?}")),
    };
    let number: u64 =
        digits.parse().map_err(|_| format!("strconv.ParseUint: parsing {digits:?}: invalid syntax"))?;
    Ok(Duration::from_nanos(number.saturating_mul(nanos)))
}

/// The message in `body`. What follows it is of no interest.
///
/// # Errors
/// A body without a whole message, or with one of more than `most` bytes.
pub async fn message(mut body: Body, packing: Packing, most: usize) -> Result<Vec<u8>, Refusal> {
    let refuse = |code: GrpcCode, text: String| Err(code.error(text).into());
    let mut read = Vec::new();
    let Some(head) = fill(&mut body, &mut read, HEAD).await else {
        return refuse(GrpcCode::Unknown, "EOF".to_owned());
    };
    let (packed, length) = match head {
        [packed, length @ ..] => (*packed, u32::from_be_bytes(length.try_into().unwrap_or_default())),
        [] => (0, 0),
    };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if length > most {
        let text = format!("grpc: received message larger than max ({length} vs. {most})");
        return refuse(GrpcCode::ResourceExhausted, text);
    }
    let Some(message) = fill(&mut body, &mut read, HEAD + length).await else {
        return refuse(GrpcCode::Unknown, "unexpected EOF".to_owned());
    };
    let message = message.get(HEAD..).unwrap_or_default();
    match (packed, packing) {
        (0, _) => Ok(message.to_vec()),
        (1, Packing::None) => {
            refuse(GrpcCode::Internal, "grpc: compressed flag set with identity or empty encoding".to_owned())
        }
        (1, Packing::Gzip) => unpack(message, most),
        (other, _) => refuse(GrpcCode::Internal, format!("grpc: received unexpected payload format {other}")),
    }
}

fn unpack(message: &[u8], most: usize) -> Result<Vec<u8>, Refusal> {
    let mut plain = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    if flate2::read::GzDecoder::new(message).take(limit).read_to_end(&mut plain).is_err() {
        let text = "grpc: failed to decompress the message: unexpected EOF";
        return Err(GrpcCode::Internal.error(text).into());
    }
    if plain.len() > most {
        let text = format!("grpc: received message after decompression larger than max {most}");
        return Err(GrpcCode::ResourceExhausted.error(text).into());
    }
    Ok(plain)
}

/// The first `size` bytes of a body, of which some are `read`; `None` if it has fewer.
async fn fill<'a>(body: &mut Body, read: &'a mut Vec<u8>, size: usize) -> Option<&'a [u8]> {
    while read.len() < size {
        let frame = std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
        match frame?.map(Frame::into_data) {
            Ok(Ok(data)) => read.extend_from_slice(&data),
            Ok(Err(_)) => {}
            Err(_) => return None,
        }
    }
    read.get(..size)
}

/// An answer with content of that kind.
pub fn response(kind: &HeaderValue, answered: Result<Reply, Refusal>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, kind.clone());
    let answer = match answered {
        Ok(Reply { body, height }) => {
            headers.insert(HEIGHT, HeaderValue::from(height));
            let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes();
            let data = [&[0][..], &length, &body].concat();
            Answer { data: Some(data.into()), trailers: Some(ending(0, "")) }
        }
        // Without a message the trailers are all there is, and stand in the head.
        Err(Refusal { code, message }) => {
            headers.extend(ending(code, &message));
            Answer { data: None, trailers: None }
        }
    };
    let mut response = Response::new(Body::new(answer));
    *response.headers_mut() = headers;
    response
}

fn ending(code: i32, message: &str) -> HeaderMap {
    let message = utf8_percent_encode(message, ESCAPED).to_string();
    let mut ending = HeaderMap::new();
    ending.insert("grpc-status", HeaderValue::from(code));
    ending.insert("grpc-message", HeaderValue::from_str(&message).unwrap_or(HeaderValue::from_static("")));
    ending
}

/// A message, and the trailers behind it.
struct Answer {
    data: Option<Bytes>,
    trailers: Option<HeaderMap>,
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let data = self.data.take().map(Frame::data);
        let frame = data.or_else(|| self.trailers.take().map(Frame::trailers));
        Poll::Ready(frame.map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none() && self.trailers.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit() {
        assert_eq!(read_timeout("5S"), Ok(Duration::from_secs(5)));
        assert_eq!(read_timeout("20m"), Ok(Duration::from_millis(20)));
        assert_eq!(read_timeout("99999999H"), Ok(Duration::from_nanos(u64::MAX)));
        for (text, reason) in [
            ("S", "transport: timeout string is too short: \"S\""),
            ("123456789S", "transport: timeout string is too long: \"123456789S\""),
            ("5x", "transport: timeout unit is not recognized: \"5x\""),
            ("-5S", "strconv.ParseUint: parsing \"-5\": invalid syntax"),
        ] {
            assert_eq!(read_timeout(text), Err(reason.to_owned()), "{text}");
        }
    }
}
