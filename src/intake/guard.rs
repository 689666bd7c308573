//! Whether a zipped workbook may be unpacked: its parts are run through once, counted, and dropped. The sizes that an
//! archive declares can lie, so they are measured; counts that a reader would reserve memory for are looked at too.

use super::sheet::Limits;
use crate::error::Mistake;
use std::io::{Cursor, Read};

/// What was seen on the way through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// A sheet has formulas.
    pub formulas: bool,
}

/// Parts of an archive; a workbook has some dozens.
const PARTS: usize = 2_000;
/// Digits of a declared count from which on no real roster declares it (ten million).
const COUNT_DIGITS: usize = 8;

/// Runs through all parts.
///
/// # Errors
/// A mistake where it is no sound archive, or would unpack to more than the limit.
pub fn archive(bytes: &[u8], limits: &Limits) -> Result<Seen, Mistake> {
    let broken = || Mistake::new("roster-file-damaged");
    let large = || Mistake::new("roster-file-unpacks-large").with("limit", (limits.unpacked >> 20).to_string());
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken())?;
    if zip.len() > PARTS || zip.decompressed_size().is_some_and(|size| size > u128::from(limits.unpacked)) {
        return Err(large());
    }
    let mut left = limits.unpacked;
    let mut seen = Seen::default();
    for i in 0..zip.len() {
        let part = zip.by_index(i).map_err(|_| broken())?;
        let name = part.name().to_ascii_lowercase();
        let mut reader = part.take(left + 1);
        let mut window = Vec::new();
        let mut chunk = vec![0; 64 << 10];
        loop {
            let n = reader.read(&mut chunk).map_err(|_| broken())?;
            if n == 0 {
                break;
            }
            left = left.checked_sub(n as u64).ok_or_else(large)?;
            // The tail of the last chunk goes before this one: a word may lie across the border.
            window.extend_from_slice(&chunk[..n]);
            if declares_absurd_count(&window) {
                return Err(large());
            }
            seen.formulas |= name.contains("worksheets/") && (contains(&window, b"<f>") || contains(&window, b"<f "));
            let keep = window.len().saturating_sub(64);
            window.drain(..keep);
        }
    }
    Ok(seen)
}

fn contains(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|w| w == needle)
}

/// Whether an attribute that ends in `ount` (`count`, `uniqueCount`) has a number of eight digits or more.
fn declares_absurd_count(bytes: &[u8]) -> bool {
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(4).position(|w| w == b"ount") {
        at += found + 4;
        let rest = bytes[at..].iter().skip_while(|b| b.is_ascii_whitespace() || **b == b'=');
        let digits = rest.skip_while(|b| b"\"'+0 \t\r\n".contains(b)).take_while(|b| b.is_ascii_digit()).count();
        if digits >= COUNT_DIGITS {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absurd_counts() {
        assert!(declares_absurd_count(b"<sst uniqueCount = \"99999999999\">"));
        assert!(declares_absurd_count(b"<mergeCells count='0012345678'>"));
        assert!(!declares_absurd_count(b"<sst count=\"20000\" uniqueCount=\"9999999\"><t>discount 123</t>"));
    }
}
