//! Python's `int()` of a string, as far as alembic leans on it.
//!
//! It owns the grammar: white space around, a sign, digits with single underscores between. It refuses digits outside
//! ASCII, which Python would take.

/// The integer that Python's `int(text)` gives, clamped to 64 bits; `None` where Python raises `ValueError`.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let well_formed =
        digits.split('_').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    if !well_formed {
        return None;
    }
    let digit = |byte: u8| i64::from(byte - b'0');
    let value = digits
        .bytes()
        .filter(|&byte| byte != b'_')
        .fold(0_i64, |value, byte| value.saturating_mul(10).saturating_add(digit(byte)));
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_what_python_reads() {
        assert_eq!(parse("-1"), Some(-1));
        assert_eq!(parse(" +1_0 "), Some(10));
        assert_eq!(parse("330"), Some(330));
        assert_eq!(parse("-99999999999999999999"), Some(-i64::MAX));
    }

    #[test]
    fn refuses_what_python_refuses() {
        for text in ["", "-", "1__0", "_1", "1_", "--1", "1a", "a1"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
