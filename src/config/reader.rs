//! A strict reader of TOML: it remembers which keys were asked for and tells about the rest, with line and suggestion.

/// The line (from 1) of a byte position.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1
}

/// `: did you mean `x`?`, or a list of what there is, or nothing.
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let best = known.iter().map(|k| (strsim::damerau_levenshtein(word, k), *k)).min();
    match best {
        Some((d, k)) if d <= 2.max(word.chars().count() / 3) => format!(": did you mean `{k}`?"),
        _ if known.is_empty() => String::new(),
        _ if known.len() <= 20 => format!("; there are: {}", known.join(", ")),
        _ => String::new(),
    }
}
