//! `[screenshots]` of `bot.toml`: how pictures that are sent as evidence are fetched, read and compared.

use super::reader::{Problems, Table};

/// See the file's head. From which hosts a platform's files may be fetched is the platform's setting.
#[derive(Clone, Debug)]
pub struct Screenshots {
    /// Pictures of one message that are looked at; the others are not fetched.
    pub pictures: usize,
    /// Largest picture fetched, bytes.
    pub max_bytes: usize,
    /// Smallest width and height, pixels: less is an emoji.
    pub min_side: u32,
    /// Largest width and height, pixels.
    pub max_side: u32,
    /// Most pixels; more is not decoded.
    pub max_pixels: u64,
    /// Milliseconds for fetching one.
    pub timeout_ms: u64,
    /// Pictures fetched at once.
    pub fetching: usize,
    /// Pictures decoded at once.
    pub decoding: usize,
    /// Hundredths of the height of an upright picture that are cut off at the top: the phone's status bar.
    pub crop_top_percent: u32,
    /// Two hashes that differ in at most so many of their 64 bits are of pictures that look alike.
    pub near_bits: u32,
    /// Once the pictures of so many other members look alike for one issue, it is the page that everybody gets.
    pub same_page: usize,
}

impl Screenshots {
    pub(super) fn read(t: &mut Table, p: &mut Problems) -> Option<Self> {
        const MIB: i64 = 1 << 20;
        let pictures = t.number("pictures", 1..=9, p);
        let max_bytes = t.number("max_bytes", 1024..=64 * MIB, p);
        let min_side = t.number("min_side", 16..=2000, p);
        let max_side = t.number("max_side", 256..=65_535, p);
        let max_pixels = t.number("max_pixels", 65_536..=100_000_000, p);
        let timeout_ms = t.number("timeout_ms", 100..=120_000, p);
        let fetching = t.number("fetching", 1..=64, p);
        let decoding = t.number("decoding", 1..=16, p);
        let crop_top_percent = t.number("crop_top_percent", 0..=30, p);
        let near_bits = t.number("near_bits", 0..=20, p);
        let same_page = t.number("same_page", 1..=1000, p);
        Some(Self {
            pictures: whole(pictures?),
            max_bytes: whole(max_bytes?),
            min_side: whole(min_side?),
            max_side: whole(max_side?),
            max_pixels: whole(max_pixels?),
            timeout_ms: whole(timeout_ms?),
            fetching: whole(fetching?),
            decoding: whole(decoding?),
            crop_top_percent: whole(crop_top_percent?),
            near_bits: whole(near_bits?),
            same_page: whole(same_page?),
        })
    }
}

/// A number whose range was checked as it was read.
fn whole<T: TryFrom<i64> + Default>(n: i64) -> T {
    T::try_from(n).unwrap_or_default()
}
