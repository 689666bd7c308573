//! What a screenshot looks like: bytes → a perceptual hash. Size and kind are judged by the picture's head, before anything
//! is decoded; decoding has a limit of its own; of a gif only the first frame is looked at. Nothing of the picture outlives the call.
//!
//! The hash (`p1`): the part below the status bar, in grey, shrunk to 32 by 32; of its cosine transform the 63 slowest
//! waves, each one bit: above their median or not. Scaling, recompressing and small marks change few of them.

use crate::config::screenshots::Screenshots;
use crate::domain::screenshot::Look;
use image::imageops::{crop_imm, thumbnail};
use image::{GrayImage, ImageFormat, ImageReader, Limits};
use std::f64::consts::PI;
use std::io::Cursor;

/// The picture is shrunk to so many pixels a side …
const SIDE: u32 = 32;
/// … and so many waves a direction are looked at.
const WAVES: usize = 8;
/// Mean square by which grey levels must differ from their mean: less is one colour all over.
const PLAIN: f64 = 4.0;

/// Why a picture says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Neither png, jpeg, webp nor gif.
    Kind,
    /// More pixels than are decoded.
    Large,
    /// An emoji's size.
    Small,
    /// It can't be decoded.
    Broken,
    /// One colour all over.
    Plain,
}

/// What the picture looks like.
///
/// # Errors
/// Why it can't be said.
pub fn look(bytes: &[u8], limits: &Screenshots) -> Result<Look, Unreadable> {
    let Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Gif)) = image::guess_format(bytes) else {
        return Err(Unreadable::Kind);
    };
    let mut bounds = Limits::no_limits();
    bounds.max_image_width = Some(limits.max_side);
    bounds.max_image_height = Some(limits.max_side);
    // four bytes a pixel, and as much again for the decoder's own work
    bounds.max_alloc = Some(limits.max_pixels.saturating_mul(8));
    let reader = || {
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        reader.limits(bounds.clone());
        reader
    };
    let (width, height) = reader().into_dimensions().map_err(|e| refused(&e))?;
    if width > limits.max_side || height > limits.max_side || u64::from(width) * u64::from(height) > limits.max_pixels {
        return Err(Unreadable::Large);
    }
    if width < limits.min_side || height < limits.min_side {
        return Err(Unreadable::Small);
    }
    let grey = reader().decode().map_err(|e| refused(&e))?.into_luma8();
    let top = if height > width { height * limits.crop_top_percent / 100 } else { 0 };
    let small = thumbnail(&*crop_imm(&grey, 0, top, width, height - top), SIDE, SIDE);
    let bits = hash(&small).ok_or(Unreadable::Plain)?;
    Ok(Look::new(format!("p1/{}", limits.crop_top_percent), bits))
}

fn refused(error: &image::ImageError) -> Unreadable {
    if matches!(error, image::ImageError::Limits(_)) { Unreadable::Large } else { Unreadable::Broken }
}

/// None for one colour all over.
fn hash(small: &GrayImage) -> Option<u64> {
    let grey: Vec<f64> = small.pixels().map(|p| f64::from(p.0[0])).collect();
    let mean = grey.iter().sum::<f64>() / f64::from(SIDE * SIDE);
    if grey.iter().map(|g| (g - mean) * (g - mean)).sum::<f64>() / f64::from(SIDE * SIDE) < PLAIN {
        return None;
    }
    let rows: Vec<Vec<f64>> = (0..WAVES).map(|u| grey.chunks(SIDE as usize).map(|row| strength(u, row)).collect()).collect();
    // the first wave is how bright it is
    let all: Vec<f64> = (1..WAVES * WAVES).map(|n| strength(n / WAVES, &rows[n % WAVES])).collect();
    let mut sorted = all.clone();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted[sorted.len() / 2];
    Some(all.iter().fold(0, |bits, s| bits << 1 | u64::from(*s > middle)))
}

/// How much of a wave is in these values: half so many turns in all.
fn strength(turns: usize, values: &[f64]) -> f64 {
    let turns = f64::from(u32::try_from(turns).unwrap_or(u32::MAX));
    (0_u32..).zip(values).map(|(at, v)| v * (f64::from(2 * at + 1) * turns * PI / f64::from(2 * SIDE)).cos()).sum()
}
