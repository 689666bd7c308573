//! Pictures for tests: pages of a phone, drawn from a number, as a camera's worth of encoders would send them.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// A page drawn from `seed`: blocks of colour on white, 240 by 480, with a status bar that depends on `bar`.
pub fn page(seed: u64, bar: u8) -> DynamicImage {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = |below: u32| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u32::try_from(state >> 33).unwrap_or(0) % below
    };
    let mut picture = RgbImage::from_pixel(240, 480, Rgb([250, 250, 250]));
    for _ in 0..14 {
        let (x, y) = (next(190), 32 + next(380));
        let (w, h) = (30 + next(110), 20 + next(90));
        let colour = Rgb([next(256), next(256), next(256)].map(|c| u8::try_from(c).unwrap_or(0)));
        for (px, py) in (y..(y + h).min(480)).flat_map(|py| (x..(x + w).min(240)).map(move |px| (px, py))) {
            picture.put_pixel(px, py, colour);
        }
    }
    for (x, y) in (0..24).flat_map(|y| (0..240).map(move |x| (x, y))) {
        picture.put_pixel(x, y, Rgb([bar, bar.wrapping_mul(3), if x % 40 < 20 { 255 - bar } else { bar }]));
    }
    DynamicImage::ImageRgb8(picture)
}

/// Its bytes.
pub fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// As png.
pub fn png(seed: u64, bar: u8) -> Vec<u8> {
    encoded(&page(seed, bar), ImageFormat::Png)
}

/// The same page, photographed again: smaller, as jpeg, at another time of day.
pub fn again(seed: u64, bar: u8) -> Vec<u8> {
    encoded(&page(seed, bar).resize_exact(210, 420, image::imageops::FilterType::Triangle), ImageFormat::Jpeg)
}

/// Pages as frames of a gif.
pub fn moving(pages: &[DynamicImage]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut gif = image::codecs::gif::GifEncoder::new(&mut bytes);
    gif.encode_frames(pages.iter().map(|p| image::Frame::new(p.to_rgba8()))).unwrap();
    drop(gif);
    bytes
}

/// A png whose head says that it is this large, and nothing else.
pub fn claims(width: u32, height: u32) -> Vec<u8> {
    let mut head = b"IHDR".to_vec();
    head.extend(width.to_be_bytes());
    head.extend(height.to_be_bytes());
    head.extend([8, 2, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    bytes.extend(&head);
    bytes.extend(crc(&head).to_be_bytes());
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, b| (0..8).fold(crc ^ u32::from(*b), |c, _| if c & 1 == 1 { 0xEDB8_8320 ^ (c >> 1) } else { c >> 1 }))
}
