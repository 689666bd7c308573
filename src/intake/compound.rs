//! Whether an xls may be handed to its decoder: the container's chains end, and what the sheets would take in memory is
//! counted before anything is allocated. The decoder trusts what the file says of itself; a hostile file would end the
//! process, not only the reading.

use super::sheet::Limits;
use crate::error::Mistake;

const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
/// Sector numbers from here on are marks.
const MARKS: u32 = 0xFFFF_FFFA;
/// Sheets of one workbook.
const SHEETS: usize = 256;

/// Runs over the container and the workbook's records.
///
/// # Errors
/// A mistake: damaged, encrypted, or would take more than the limits.
pub fn check(bytes: &[u8], limits: &Limits) -> Result<(), Mistake> {
    let container = Container::open(bytes).ok_or_else(|| Mistake::new("roster-file-damaged"))?;
    if container.streams.iter().any(|(name, _)| name == "EncryptedPackage") {
        return Err(Mistake::new("roster-file-encrypted"));
    }
    let names = ["workbook", "book"];
    let mut books = container.streams.iter().filter(|(name, _)| names.contains(&name.to_lowercase().as_str())).peekable();
    if books.peek().is_none() {
        return Err(Mistake::new("roster-file-other-kind"));
    }
    for (_, stream) in books {
        let cost = cost(stream).ok_or_else(|| Mistake::new("roster-file-damaged"))?;
        if cost > limits.unpacked * 4 {
            return Err(Mistake::new("roster-file-unpacks-large").with("limit", (limits.unpacked >> 20).to_string()));
        }
    }
    Ok(())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

/// A compound file whose chains all end.
struct Container {
    /// Streams by name.
    streams: Vec<(String, Vec<u8>)>,
}

impl Container {
    /// None where it contradicts itself.
    fn open(bytes: &[u8]) -> Option<Self> {
        let size = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let body = bytes.get(size..)?;
        let sectors = body.len().div_ceil(size);
        let sector = |id: u32| {
            let at = (id as usize).checked_mul(size)?;
            body.get(at..body.len().min(at + size)).filter(|s| !s.is_empty())
        };
        // The decoder reserves room for as many as these say (the second it reads at a wrong place: 62, not 72).
        if u32_at(bytes, 44)? as usize > sectors || u32_at(bytes, 62)? > 0x00FF_FFFF {
            return None;
        }
        let mut fat_sectors: Vec<u32> = numbers(bytes.get(76..512)?).collect();
        let mut next = u32_at(bytes, 68)?;
        for _ in 0..=sectors {
            if next >= MARKS {
                break;
            }
            fat_sectors.extend(numbers(sector(next)?));
            next = fat_sectors.pop()?;
        }
        fat_sectors.retain(|id| *id < MARKS);
        if next < MARKS || fat_sectors.len() > sectors {
            return None;
        }
        let mut fat = Vec::new();
        for id in fat_sectors {
            fat.extend(numbers(sector(id)?));
        }
        ends(&fat).then_some(())?;
        let chain = |start: u32, most: usize| {
            let mut out = Vec::new();
            let mut id = start;
            while id < MARKS && out.len() < most {
                out.extend_from_slice(sector(id)?);
                id = *fat.get(id as usize)?;
            }
            out.truncate(most);
            Some(out)
        };
        let directory = chain(u32_at(bytes, 48)?, usize::MAX)?;
        let root = directory.get(..128)?;
        let small = chain(u32_at(root, 116)?, u32_at(root, 120)? as usize).unwrap_or_default();
        let small_fat: Vec<u32> = numbers(&chain(u32_at(bytes, 60)?, usize::MAX).unwrap_or_default()).collect();
        ends(&small_fat).then_some(())?;
        let small_chain = |start: u32, most: usize| {
            let mut out = Vec::new();
            let mut id = start;
            while id != END_OF_CHAIN && out.len() < most {
                let at = id as usize * 64;
                out.extend_from_slice(small.get(at..small.len().min(at + 64))?);
                id = *small_fat.get(id as usize)?;
            }
            out.truncate(most);
            Some(out)
        };
        let mut streams = Vec::new();
        for entry in directory.chunks_exact(128).take(10_000) {
            let units: Vec<u16> = entry[..64].chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).take_while(|u| *u != 0).collect();
            let name = String::from_utf16_lossy(&units);
            if !matches!(name.to_lowercase().as_str(), "workbook" | "book" | "encryptedpackage") {
                continue;
            }
            if streams.len() >= 8 {
                return None;
            }
            let (start, length) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
            streams.push((name, if length < 4096 { small_chain(start, length)? } else { chain(start, length)? }));
        }
        Some(Self { streams })
    }
}

/// Whether following the numbers from any place comes to an end.
fn ends(next: &[u32]) -> bool {
    // 0: not seen; otherwise the walk (from 1) that came by first.
    let mut seen = vec![0_u32; next.len()];
    for start in 0..next.len() {
        let walk = u32::try_from(start).unwrap_or(u32::MAX - 1) + 1;
        let mut at = start;
        while seen[at] == 0 {
            seen[at] = walk;
            match next.get(next[at] as usize) {
                Some(_) => at = next[at] as usize,
                None => break,
            }
            if seen[at] == walk {
                return false;
            }
        }
    }
    true
}

/// One record: its type, its data, and where the next one begins.
fn record(stream: &[u8], at: usize) -> Option<(u16, &[u8], usize)> {
    let (kind, length) = (u16_at(stream, at)?, usize::from(u16_at(stream, at + 2)?));
    Some((kind, stream.get(at + 4..at + 4 + length)?, at + 4 + length))
}

/// About how many bytes the decoder would take for all cells, texts and formulas. None where the records make no sense.
fn cost(stream: &[u8]) -> Option<u64> {
    let (mut at, mut sheets, mut lengths, mut name_bytes) = (0, Vec::new(), Vec::new(), 0_u64);
    while let Some((kind, data, next)) = record(stream, at) {
        at = next;
        match kind {
            0x0085 => sheets.push(u32_at(data, 0)? as usize),
            0x0018 => name_bytes += data.len() as u64,
            0x00FC => {
                let mut pieces = vec![data];
                while let Some((0x003C, more, next)) = record(stream, at) {
                    pieces.push(more);
                    at = next;
                }
                lengths = text_lengths(&pieces);
            }
            0x000A => break,
            _ => {}
        }
    }
    if sheets.len() > SHEETS {
        return None;
    }
    let mut total = 0_u64;
    for start in sheets {
        total = total.checked_add(sheet_cost(stream, start, &lengths, name_bytes)?)?;
    }
    Some(total)
}

fn sheet_cost(stream: &[u8], start: usize, lengths: &[u32], name_bytes: u64) -> Option<u64> {
    let (mut at, mut total) = (start, 0_u64);
    let (mut low, mut high) = ((u64::MAX, u64::MAX), (0, 0));
    while let Some((kind, data, next)) = record(stream, at) {
        at = next;
        match kind {
            0x0200 => {
                // The declared size: reserved at once.
                let rows = match data.len() {
                    14 => u32_at(data, 4)?.checked_sub(u32_at(data, 0)?),
                    10 => u16_at(data, 2)?.checked_sub(u16_at(data, 0)?).map(u32::from),
                    _ => None,
                };
                total = total.checked_add(u64::from(rows?) * 256 * 8)?;
            }
            0x0203 | 0x0204 | 0x00D6 | 0x0205 | 0x027E | 0x00FD | 0x00BD | 0x0006 => {
                let (row, column) = (u64::from(u16_at(data, 0)?), u64::from(u16_at(data, 2)?));
                let last = if kind == 0x00BD { u64::from(u16_at(data, data.len().checked_sub(2)?)?) } else { column };
                low = (low.0.min(row), low.1.min(column));
                high = (high.0.max(row), high.1.max(last));
                let text = match kind {
                    0x00FD => lengths.get(u32_at(data, 6)? as usize).map_or(0, |chars| u64::from(*chars) * 3),
                    // A formula is written out as text; each reference to a name by five bytes.
                    0x0006 => data.len() as u64 * (64 + name_bytes) / 4,
                    _ => data.len() as u64 * 3,
                };
                total = total.checked_add(64 + text)?;
            }
            0x000A => break,
            _ => {}
        }
    }
    if low.0 == u64::MAX {
        return Some(total);
    }
    // The decoder keeps a full rectangle, of values and of formulas.
    total.checked_add((high.0 - low.0 + 1).checked_mul(high.1.checked_sub(low.1)? + 1)?.checked_mul(56)?)
}

/// The lengths, in characters, of the shared texts.
fn text_lengths(pieces: &[&[u8]]) -> Vec<u32> {
    let mut reader = Pieces { rest: pieces.first().and_then(|p| p.get(8..)).unwrap_or_default(), more: pieces.get(1..).unwrap_or_default() };
    let mut lengths = Vec::new();
    while let Some(length) = reader.text() {
        lengths.push(length);
    }
    lengths
}

struct Pieces<'a> {
    rest: &'a [u8],
    more: &'a [&'a [u8]],
}

impl Pieces<'_> {
    fn advance(&mut self) -> Option<()> {
        let (first, more) = self.more.split_first()?;
        (self.rest, self.more) = (first, more);
        Some(())
    }
    fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > self.rest.len() {
            bytes -= self.rest.len();
            self.advance()?;
        }
        self.rest = &self.rest[bytes..];
        Some(())
    }
    /// One text with its runs and extensions; its length.
    fn text(&mut self) -> Option<u32> {
        if self.rest.is_empty() {
            self.advance()?;
        }
        let (length, flags) = (u16_at(self.rest, 0)?, *self.rest.get(2)?);
        self.skip(3)?;
        let mut after = 0;
        if flags & 8 != 0 {
            after += usize::from(u16_at(self.rest, 0)?) * 4;
            self.skip(2)?;
        }
        if flags & 4 != 0 {
            after += u32_at(self.rest, 0)? as usize;
            self.skip(4)?;
        }
        let (mut left, mut wide) = (usize::from(length), flags & 1 != 0);
        loop {
            let width = if wide { 2 } else { 1 };
            let here = left.min(self.rest.len() / width);
            self.rest = &self.rest[here * width..];
            left -= here;
            if left == 0 {
                break;
            }
            self.advance()?;
            wide = *self.rest.first()? & 1 != 0;
            self.rest = &self.rest[1..];
        }
        self.skip(after)?;
        Some(u32::from(length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_that_bite_their_tails() {
        assert!(ends(&[1, 2, END_OF_CHAIN, 0]));
        assert!(ends(&[]) && ends(&[9, 9]));
        assert!(!ends(&[1, 2, 0]) && !ends(&[0]));
    }

    #[test]
    fn a_text_over_two_records() {
        let first = [&[0; 8][..], &[3, 0, 0], b"abc", &[4, 0, 1], &[b'a', 0]].concat();
        let second = [&[0][..], b"bcd", &[2, 0, 8, 1, 0], b"xy", &[0; 4], &[1, 0, 0], b"z"].concat();
        assert_eq!(text_lengths(&[&first, &second]), [3, 4, 2, 1]);
    }
}
