//! Paths and query strings as Go reads them.

use axum::http::Uri;
use percent_encoding::percent_decode_str;

/// Whether each `%` in `text` begins an escape; else the first that does not.
fn escapes(text: &str) -> Result<(), String> {
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices('%') {
        let digits = bytes.get(at + 1..at + 3).unwrap_or_default();
        if digits.len() < 2 || !digits.iter().all(u8::is_ascii_hexdigit) {
            let shown = bytes.get(at..bytes.len().min(at + 3)).unwrap_or_default();
            return Err(format!("invalid URL escape {:?}", String::from_utf8_lossy(shown)));
        }
    }
    Ok(())
}

/// Whether a request names something at a server, in a way that can be read.
pub fn is_sound(uri: &Uri) -> bool {
    // A path of `*` is that of the whole server.
    let absolute = uri.path().starts_with('/') || uri.path() == "*" || uri.scheme().is_some();
    absolute && escapes(uri.path()).is_ok()
}

/// The path without its escapes. What is no UTF-8 is replaced.
pub fn path(uri: &Uri) -> String {
    percent_decode_str(uri.path()).decode_utf8_lossy().into_owned()
}

/// `path` without parts that lead nowhere or back; `None` if there are none.
pub fn cleaned(path: &str) -> Option<String> {
    let mut kept: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(kept.pop()),
            part => kept.push(part),
        }
    }
    let mut clean = format!("/{}", kept.join("/"));
    if path.ends_with('/') && clean != "/" {
        clean.push('/');
    }
    (clean != path).then_some(clean)
}

/// Name and value of one part of a query string; `None` for an empty part.
///
/// # Errors
/// A part that cannot be read, in Go's words.
pub fn pair(part: &str) -> Result<Option<(String, String)>, String> {
    if part.contains(';') {
        return Err("invalid semicolon separator in query".to_owned());
    }
    if part.is_empty() {
        return Ok(None);
    }
    let (name, value) = part.split_once('=').unwrap_or((part, ""));
    let read = |text: &str| {
        escapes(text)?;
        Ok::<_, String>(percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned())
    };
    Ok(Some((read(name)?, read(value)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned() {
        for (path, expected) in [
            ("/a/b", None),
            ("/a/b/", None),
            ("/", None),
            ("//a", Some("/a")),
            ("/a//b/", Some("/a/b/")),
            ("/../a/./b/../c", Some("/a/c")),
            ("/..", Some("/")),
        ] {
            assert_eq!(cleaned(path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn parts_of_a_query_are_read_or_refused() {
        let read = |part: &str| pair(part).map(|pair| pair.map(|(name, value)| format!("{name}:{value}")));
        assert_eq!(read("a%20b=c+d=e"), Ok(Some("a b:c d=e".to_owned())));
        assert_eq!(read("a"), Ok(Some("a:".to_owned())));
        assert_eq!(read(""), Ok(None));
        assert_eq!(read("a=1;b=2"), Err("invalid semicolon separator in query".to_owned()));
        assert_eq!(read("a=%zz"), Err("invalid URL escape \"%zz\"".to_owned()));
        assert_eq!(read("a=%4"), Err("invalid URL escape \"%4\"".to_owned()));
    }

    #[test]
    fn a_request_names_something_at_a_server() {
        for (uri, expected) in [
            ("/a%2Fb", true),
            ("/", true),
            ("*", true),
            ("http://localhost/a", true),
            ("health", false),
            ("/%zz", false),
            ("/%4", false),
        ] {
            assert_eq!(is_sound(&uri.parse().unwrap()), expected, "{uri}");
        }
    }
}
