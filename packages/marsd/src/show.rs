//! Results: one value, shown as a table for people or as JSON for programs.

use std::fmt;
use std::io::{self, Write};

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde_json::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Output {
    Text,
    Json,
}

impl Output {
    /// The form asked for by arguments that could not be parsed.
    pub fn of_raw_arguments(arguments: impl Iterator<Item = String>) -> Self {
        let mut json = std::env::var("MARSD_OUTPUT").is_ok_and(|v| v == "json");
        let mut expects_form = false;
        for argument in arguments {
            match argument.as_str() {
                "-o" | "--output" => expects_form = true,
                form if expects_form => (json, expects_form) = (form == "json", false),
                "-ojson" | "-o=json" | "--output=json" => json = true,
                _ => {}
            }
        }
        if json { Self::Json } else { Self::Text }
    }
}

/// What a command results in.
#[derive(Debug)]
pub struct Shown {
    json: Value,
    text: String,
    essence: Option<String>,
}

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Text,
    /// The one word that a script wants of it, if there is one.
    Essence,
    Json,
}

impl Shown {
    pub fn new(json: Value, text: impl fmt::Display) -> Self {
        Self { json, text: text.to_string(), essence: None }
    }

    /// JSON that is its own text form too: a table of its fields, nested ones with dots.
    pub fn fields_of(json: Value) -> Self {
        let mut rows = Vec::new();
        flatten("", &json, &mut rows);
        Self::new(json, fields(rows))
    }

    /// Text that stands for itself, such as a script.
    pub fn plain(text: impl fmt::Display) -> Self {
        let text = text.to_string();
        Self::new(Value::String(text.clone()), text)
    }

    pub fn json(&self) -> &Value {
        &self.json
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Nothing is left to say.
    pub fn nothing() -> Self {
        Self::new(Value::Null, "")
    }

    /// Says what of it is shown alone with `--quiet`.
    #[must_use]
    pub fn with_essence(self, essence: impl Into<String>) -> Self {
        Self { essence: Some(essence.into()), ..self }
    }

    pub fn print(&self, form: Form) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        let text = match (form, &self.essence) {
            (Form::Json, _) if self.json.is_null() => return Ok(()),
            (Form::Json, _) => return writeln!(stdout, "{:#}", self.json),
            (Form::Essence, Some(essence)) => essence,
            _ => &self.text,
        };
        if text.is_empty() { Ok(()) } else { writeln!(stdout, "{}", harmless(text.trim_end())) }
    }

    /// One line of a stream. Returns whether somebody reads it still.
    pub fn print_line(&self, form: Form) -> io::Result<bool> {
        let printed = match form {
            Form::Json => writeln!(io::stdout().lock(), "{}", self.json),
            _ => self.print(form),
        };
        match printed {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            printed => printed.map(|()| true),
        }
    }
}

/// A line for standard error. What was begun goes on where nobody reads any more: a transaction is on its way.
pub fn say(line: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{}", harmless(&line.to_string()));
}

/// A text without what moves the cursor, hides or turns around what stands beside it. Whoever proposes, or labels a
/// contract, writes for the terminals of others.
fn harmless(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut harmless = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => harmless.push(c),
            c if c.is_control() || turns(c) => harmless.extend(c.escape_unicode()),
            c => harmless.push(c),
        }
    }
    harmless
}

/// A table of names and values.
pub fn fields<N: Into<String>, V: fmt::Display>(rows: impl IntoIterator<Item = (N, V)>) -> Table {
    let mut table = bare();
    for (name, value) in rows {
        table.add_row([name.into(), value.to_string()]);
    }
    table
}

/// A table with a header. Columns whose header begins with `>` hold numbers and are aligned to the right.
pub fn list<R: IntoIterator<Item = String>>(header: &[&str], rows: impl IntoIterator<Item = R>) -> Table {
    let mut table = bare();
    table
        .load_preset(presets::UTF8_BORDERS_ONLY)
        .set_header(header.iter().map(|name| name.trim_start_matches('>')));
    for row in rows {
        table.add_row(row.into_iter().collect::<Vec<_>>());
    }
    for (column, name) in table.column_iter_mut().zip(header) {
        if name.starts_with('>') {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn bare() -> Table {
    let mut table = Table::new();
    // A terminal that does not know how wide it is says 0, and the table would get columns of one letter.
    let arrangement = match table.width() {
        Some(0) => ContentArrangement::Disabled,
        _ => ContentArrangement::Dynamic,
    };
    table.load_preset(presets::UTF8_BORDERS_ONLY).set_content_arrangement(arrangement);
    table
}

fn flatten(path: &str, value: &Value, rows: &mut Vec<(String, String)>) {
    let below = |name: &str| if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
    match value {
        Value::Object(map) if !map.is_empty() => {
            map.iter().for_each(|(name, v)| flatten(&below(name), v, rows))
        }
        Value::Array(list) if !list.is_empty() => {
            list.iter().enumerate().for_each(|(i, v)| flatten(&below(&i.to_string()), v, rows))
        }
        Value::String(text) => rows.push((path.into(), text.clone())),
        Value::Null => rows.push((path.into(), "-".into())),
        other => rows.push((path.into(), other.to_string())),
    }
}

/// Seconds since 1970 as UTC, like `2026-11-24 22:33:00`.
pub fn utc(seconds: u64) -> String {
    let moment = mars_node::time::rfc3339(i128::from(seconds) * 1_000_000_000);
    moment.trim_end_matches('Z').replace('T', " ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_utc() {
        assert_eq!(utc(0), "1970-01-01 00:00:00");
        assert_eq!(utc(951_782_399), "2000-02-28 23:59:59");
        assert_eq!(utc(951_827_696), "2000-02-29 12:34:56");
        assert_eq!(utc(1_795_650_894), "2026-11-25 23:54:54");
        assert_eq!(utc(4_102_444_800), "2100-01-01 00:00:00");
    }

    #[test]
    fn nothing_written_by_others_moves_the_cursor() {
        assert_eq!(harmless("a µ\tb\nc │"), "a µ\tb\nc │");
        assert_eq!(
            harmless("\u{1b}[2Ja\rb\u{9b}1A\u{7f}\u{202e}x"),
            "\\u{1b}[2Ja\\u{d}b\\u{9b}1A\\u{7f}\\u{202e}x"
        );
    }

    #[test]
    fn nested_fields_get_dots() {
        let mut rows = Vec::new();
        flatten("", &json!({"a": {"b": [1, "x"]}, "c": null, "d": []}), &mut rows);
        let rows: Vec<_> = rows.iter().map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(rows, ["a.b.0=1", "a.b.1=x", "c=-", "d=[]"]);
    }

    #[test]
    fn form_is_found_in_arguments_that_do_not_parse() {
        let of = |text: &str| Output::of_raw_arguments(text.split(' ').map(String::from));
        assert_eq!(of("marsd nope -o json"), Output::Json);
        assert_eq!(of("marsd --output=json nope"), Output::Json);
        assert_eq!(of("marsd nope -o text"), Output::Text);
        assert_eq!(of("marsd nope"), Output::Text);
    }
}
