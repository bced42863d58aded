//! Moments as text.

/// Nanoseconds since 1970 as Go prints a time in UTC: `2026-11-24 23:13:15.07304607 +0000 UTC`.
pub fn go(nanos: i128) -> String {
    let (date, fraction) = parts(nanos);
    format!("{}{fraction} +0000 UTC", date.replace('T', " "))
}

/// Nanoseconds since 1970 in RFC 3339: `2026-11-24T23:13:15.07304607Z`.
pub fn rfc3339(nanos: u64) -> String {
    let (date, fraction) = parts(i128::from(nanos));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_print_as_in_go() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(1_709_164_800_000_000_001), "2024-02-29T00:00:00.000000001Z");
        assert_eq!(go(-4_999_999_995), "1969-12-31 23:59:55.000000005 +0000 UTC");
        assert_eq!(go(1_795_561_995_073_046_070), "2026-11-24 23:13:15.07304607 +0000 UTC");
    }
}
