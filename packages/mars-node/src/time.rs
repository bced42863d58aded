//! Moments as text.

/// Nanoseconds since 1970 as Go prints a time in UTC: `2026-11-24 23:13:15.07304607 +0000 UTC`.
pub fn go(nanos: i128) -> String {
    let (date, fraction) = parts(nanos);
    format!("{}{fraction} +0000 UTC", date.replace('T', " "))
}

/// Nanoseconds since 1970 in RFC 3339: `2026-11-24T23:13:15.07304607Z`.
pub fn rfc3339(nanos: impl Into<i128>) -> String {
    let (date, fraction) = parts(nanos.into());
    format!("{date}{fraction}Z")
}

/// Nanoseconds since 1970 in RFC 3339 without a fraction.
pub fn rfc3339_seconds(nanos: u64) -> String {
    format!("{}Z", parts(i128::from(nanos)).0)
}

/// Nanoseconds since 1970 as a text whose order is that of time: `2026-11-24T23:13:15.073046070`.
pub fn sortable(nanos: u64) -> String {
    format!("{}.{:09}", parts(i128::from(nanos)).0, nanos % 1_000_000_000)
}

/// The nanoseconds since 1970 of a moment in RFC 3339 and in UTC.
///
/// # Errors
/// What Go says of a text that is none.
pub fn parse(text: &str) -> Result<i128, String> {
    let refuse = |reason: String| format!("parsing time {}{reason}", quote(text));
    let mut rest = text;
    let mut numbers = [0_i128; 6];
    let layout = [
        ("", "2006", 0..=9_999, ""),
        ("-", "01", 1..=12, "month"),
        ("-", "02", 0..=99, ""),
        ("T", "15", 0..=23, "hour"),
        (":", "04", 0..=59, "minute"),
        (":", "05", 0..=59, "second"),
    ];
    for (number, (before, like, range, name)) in numbers.iter_mut().zip(layout) {
        let unlike = |rest: &str, like: &str| {
            refuse(format!(" as \"2006-01-02T15:04:05Z07:00\": cannot parse {} as {like:?}", quote(rest)))
        };
        rest = rest.strip_prefix(before).ok_or_else(|| unlike(rest, before))?;
        let count = rest.bytes().take(like.len()).take_while(u8::is_ascii_digit).count();
        // The first nine hours may do with one digit.
        if count < like.len() && (like != "15" || count == 0) {
            return Err(unlike(rest, like));
        }
        let (digits, after) = rest.split_at(count);
        *number = digits.parse().unwrap_or_default();
        if !range.contains(number) {
            return Err(refuse(format!(": {name} out of range")));
        }
        rest = after;
    }
    let mut nanos = 0;
    if let Some(digits) = rest.strip_prefix('.') {
        let count = digits.bytes().take_while(u8::is_ascii_digit).count();
        let (fraction, after) = digits.split_at(count);
        let fraction = format!("{:0<9}", fraction.get(..9).unwrap_or(fraction));
        (nanos, rest) = (fraction.parse().unwrap_or_default(), after);
    }
    let [year, month, day, hour, minute, second] = numbers;
    let days = days(year, month, day);
    match rest.strip_prefix('Z') {
        Some("") if day > 0 && date(days) == (year, month, day) => {
            Ok((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000_000 + nanos)
        }
        Some("") => Err(refuse(": day out of range".to_owned())),
        Some(extra) => Err(refuse(format!(": extra text: {}", quote(extra)))),
        None => Err(refuse(format!(
            " as \"2006-01-02T15:04:05Z07:00\": cannot parse {} as \"Z07:00\"",
            quote(rest)
        ))),
    }
}

/// `text` in quotes, as Go shows what is no time.
fn quote(text: &str) -> String {
    let mut out = "\"".to_owned();
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=0x7f => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push('"');
    out
}

fn parts(nanos: i128) -> (String, String) {
    let (seconds, fraction) = (nanos.div_euclid(1_000_000_000), nanos.rem_euclid(1_000_000_000));
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = date(days);
    let fraction = match fraction {
        0 => String::new(),
        some => format!(".{some:09}").trim_end_matches('0').to_owned(),
    };
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    (format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"), fraction)
}

/// The Gregorian date `days` after 1970-01-01, counting years from March so that the leap day is the last.
fn date(days: i128) -> (i128, i128, i128) {
    let days = days.saturating_add(719_468);
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + carry, month, day)
}

/// How many days after 1970-01-01 a Gregorian date is.
fn days(year: i128, month: i128, day: i128) -> i128 {
    // From March, so that the leap day is the last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let in_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + in_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_print_as_in_go() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(1_709_164_800_000_000_001_u64), "2024-02-29T00:00:00.000000001Z");
        assert_eq!(go(-4_999_999_995), "1969-12-31 23:59:55.000000005 +0000 UTC");
        assert_eq!(go(1_795_561_995_073_046_070), "2026-11-24 23:13:15.07304607 +0000 UTC");
    }

    #[test]
    fn moments_are_read_as_in_go() {
        for nanos in [
            0,
            1_709_164_800_000_000_001,
            -4_999_999_995,
            -62_135_596_800_000_000_000,
            253_402_300_799 * 1_000_000_000,
        ] {
            assert_eq!(parse(&rfc3339(nanos)), Ok(nanos));
        }
        assert_eq!(parse("1970-01-01T1:00:00.1234567899Z"), Ok(3_600_123_456_789));
        let layout = r#" as "2006-01-02T15:04:05Z07:00": cannot parse"#;
        for (text, reason) in [
            ("", format!(r#"{layout} "" as "2006""#)),
            ("197\u{e9}", format!(r#"{layout} "197\xc3\xa9" as "2006""#)),
            ("1970:01", format!(r#"{layout} ":01" as "-""#)),
            ("1970-1-01T00:00:00Z", format!(r#"{layout} "1-01T00:00:00Z" as "01""#)),
            ("1970-13-01T00:00:00Z", ": month out of range".to_owned()),
            ("1970-02-29T00:00:00Z", ": day out of range".to_owned()),
            ("1970-01-00T00:00:00Z", ": day out of range".to_owned()),
            ("1970-01-01T24:00:00Z", ": hour out of range".to_owned()),
            ("1970-01-01T00:00:60Z", ": second out of range".to_owned()),
            ("1970-01-01T00:00:00", format!(r#"{layout} "" as "Z07:00""#)),
            ("1970-01-01T00:00:00ZZ", r#": extra text: "Z""#.to_owned()),
        ] {
            assert_eq!(parse(text), Err(format!("parsing time {}{reason}", quote(text))));
        }
    }
}
