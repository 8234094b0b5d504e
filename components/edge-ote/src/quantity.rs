//! Kubernetes quantities: `500m`, `16Gi`, `1e3`, `131886088Ki`, `1.5G`.

/// A quantity in whole units, rounded down; 0 for what is negative or no quantity, `u64::MAX` for what is larger.
///
/// The notation is Kubernetes' own: a decimal number, then nothing, an exponent (`e3`, `E3`), an SI suffix
/// (`n u m k M G T P E`) or a binary one (`Ki Mi Gi Ti Pi Ei`). The arithmetic is exact to 18 places behind the point,
/// twice what Kubernetes keeps.
pub(crate) fn whole(text: &str) -> u64 {
    parse(text).unwrap_or(0)
}

fn parse(text: &str) -> Option<u64> {
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(end);
    let (integer, fraction) = number.split_once('.').unwrap_or((number, ""));
    if integer.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let (exponent, factor) = scale(suffix)?;
    Some(scaled(integer, fraction, exponent, factor))
}

/// What a suffix multiplies by: a power of ten, and a power of two as a factor.
fn scale(suffix: &str) -> Option<(i32, u128)> {
    let decimal = |exponent| Some((exponent, 1));
    let binary = |power: u32| Some((0, 1 << (10 * power)));
    match suffix {
        "" => decimal(0),
        "n" => decimal(-9),
        "u" => decimal(-6),
        "m" => decimal(-3),
        "k" => decimal(3),
        "M" => decimal(6),
        "G" => decimal(9),
        "T" => decimal(12),
        "P" => decimal(15),
        "E" => decimal(18),
        "Ki" => binary(1),
        "Mi" => binary(2),
        "Gi" => binary(3),
        "Ti" => binary(4),
        "Pi" => binary(5),
        "Ei" => binary(6),
        _ => decimal(suffix.strip_prefix(['e', 'E'])?.parse().ok()?),
    }
}

/// ⌊integer.fraction × 10^exponent × factor⌋.
fn scaled(integer: &str, fraction: &str, exponent: i32, factor: u128) -> u64 {
    let digits = format!("{integer}{fraction}");
    let digits = digits.trim_start_matches('0');
    let places = fraction.len().try_into().map_or(i32::MIN, |n: i32| exponent.saturating_sub(n));
    if digits.is_empty() {
        return 0;
    }
    let value = if places >= 0 {
        let power = 10_u128.checked_pow(places.unsigned_abs());
        digits.parse::<u128>().ok().zip(power).and_then(|(n, p)| n.checked_mul(p)?.checked_mul(factor))
    } else {
        divided(digits, places.unsigned_abs() as usize, factor)
    };
    value.and_then(|v| u64::try_from(v).ok()).unwrap_or(u64::MAX)
}

/// ⌊digits × factor ÷ 10^places⌋, None where it is beyond 128 bits. Digits more than 18 places behind the point are cut
/// off, so that the rest times the largest factor (2^60) stays within them.
fn divided(digits: &str, places: usize, factor: u128) -> Option<u128> {
    let kept = digits.len().saturating_sub(places.saturating_sub(18));
    let (digits, places) = (&digits[..kept], places.min(18));
    let number = if digits.is_empty() { 0 } else { digits.parse::<u128>().ok()? };
    let power = 10_u128.pow(u32::try_from(places).ok()?);
    let (whole, rest) = (number / power, number % power);
    whole.checked_mul(factor)?.checked_add(rest * factor / power)
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn plain_numbers_are_rounded_down() {
        for (text, want) in [("4", 4), ("0", 0), ("+8", 8), ("1.9", 1), ("3.", 3), (".5", 0), ("007", 7)] {
            assert_eq!(whole(text), want, "{text}");
        }
    }

    #[test]
    fn every_suffix_counts() {
        for (text, want) in [
            ("500m", 0),
            ("3920m", 3),
            ("4000000u", 4),
            ("2500000000n", 2),
            ("2k", 2_000),
            ("1.5G", 1_500_000_000),
            ("3M", 3_000_000),
            ("1T", 1_000_000_000_000),
            ("2P", 2_000_000_000_000_000),
            ("1E", 1_000_000_000_000_000_000),
            ("131886088Ki", 135_051_354_112),
            ("512Mi", 536_870_912),
            ("16Gi", 17_179_869_184),
            ("1.5Gi", 1_610_612_736),
            ("1Ti", 1_099_511_627_776),
            ("1Pi", 1_125_899_906_842_624),
            ("1Ei", 1_152_921_504_606_846_976),
        ] {
            assert_eq!(whole(text), want, "{text}");
        }
    }

    #[test]
    fn exponents_count_in_both_cases() {
        for (text, want) in [("1e3", 1_000), ("12E6", 12_000_000), ("1.5e3", 1_500), ("2500e-3", 2), ("1e+2", 100)] {
            assert_eq!(whole(text), want, "{text}");
        }
    }

    #[test]
    fn fractions_are_exact() {
        assert_eq!(whole("0.1Ki"), 102);
        assert_eq!(whole("1.0000000000000000000000001"), 1);
        assert_eq!(whole("123456789.123456789G"), 123_456_789_123_456_789);
    }

    #[test]
    fn what_is_beyond_the_range_is_the_largest_number() {
        for text in ["16Ei", "99999999999999999999", "1e40", "99999999999999999999999999999999999999999999"] {
            assert_eq!(whole(text), u64::MAX, "{text}");
        }
        assert_eq!(whole("1e-400"), 0);
        assert_eq!(whole("0e999999999"), 0);
    }

    #[test]
    fn garbage_and_negative_numbers_are_nothing() {
        for text in
            ["", ".", "-1", "-1Gi", "abc", "1.2.3", "1 Gi", "1gi", "1KiB", "1e", "1ee3", "1e3.5", "Gi", "NaN", "٣"]
        {
            assert_eq!(whole(text), 0, "{text}");
        }
    }
}
