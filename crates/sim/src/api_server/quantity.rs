//! Kubernetes quantities: `500m`, `16Gi`, `1e3`.

/// A quantity in billionths of its unit, so that amounts compare exactly; none where the text is no quantity.
pub(crate) fn parse(text: &str) -> Option<i128> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '+' | '-')).unwrap_or(text.len());
    let (number, suffix) = text.split_at(digits);
    let scale = scale(suffix)?;
    let (sign, number) = match number.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, number.strip_prefix('+').unwrap_or(number)),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.len() > 18 {
        return None;
    }
    let mantissa: i128 = format!("{whole}{fraction}").parse().ok().filter(|mantissa| *mantissa >= 0)?;
    let divisor = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    Some(sign * mantissa.checked_mul(scale)? / divisor)
}

/// Billionths that a suffix stands for.
fn scale(suffix: &str) -> Option<i128> {
    const ONE: i128 = 1_000_000_000;
    let binary = |power: u32| ONE.checked_mul(1024_i128.checked_pow(power)?);
    match suffix {
        "n" => Some(1),
        "u" => Some(ONE / 1_000_000),
        "m" => Some(ONE / 1_000),
        "" => Some(ONE),
        "k" => Some(ONE * 1_000),
        "M" => Some(ONE * 1_000_000),
        "G" => Some(ONE * 1_000_000_000),
        "T" => Some(ONE * 1_000_000_000_000),
        "P" => Some(ONE * 1_000_000_000_000_000),
        "E" => Some(ONE * 1_000_000_000_000_000_000),
        "Ki" => binary(1),
        "Mi" => binary(2),
        "Gi" => binary(3),
        "Ti" => binary(4),
        "Pi" => binary(5),
        "Ei" => binary(6),
        _ => {
            let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
            let power = 10_i128.checked_pow(exponent.unsigned_abs())?;
            if exponent < 0 { Some(ONE / power) } else { ONE.checked_mul(power) }
        }
    }
}

/// A sum of quantities as text, in whole units.
pub(crate) fn whole(billionths: i128) -> String {
    (billionths / 1_000_000_000).to_string()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn quantities_of_every_form_compare() {
        assert_eq!(parse("500m"), parse("0.5"));
        assert_eq!(parse("1Gi"), parse("1073741824"));
        assert_eq!(parse("1e3"), parse("1k"));
        assert!(parse("100m") < parse("1"));
        assert_eq!(parse("-1"), Some(-1_000_000_000));
    }

    #[test]
    fn what_is_no_quantity_is_refused() {
        for text in ["", "a", "1.2.3", "1Xi", "Gi", "--1", "1 Gi", "-", "1e"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
