//! Looking at one picture: fetched from the platform within its time and size, so many at once; decoded away from the
//! threads that answer, so many at once. What was fetched is dropped with the call.

use crate::action::context::Context;
use crate::config::screenshots::Screenshots;
use crate::domain::message::{FileRef, SendError};
use crate::domain::screenshot::Look;
use crate::intake::picture::{self, Unreadable};
use std::time::Duration;
use tokio::sync::Semaphore;

/// How many pictures are in work at once.
pub struct Eyes {
    fetching: Semaphore,
    decoding: Semaphore,
}

/// Why a picture could not be looked at; as the words of the answer choose by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unseen {
    /// It did not come: gone, too slow, refused, or no platform that gives files.
    Gone,
    /// More bytes or pixels than are taken.
    Large,
    /// No kind of picture that is read.
    Kind,
    /// Broken, an emoji, or one colour all over.
    Unclear,
}

impl Unseen {
    /// As the messages know it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Large => "large",
            Self::Kind => "kind",
            Self::Unclear => "unclear",
        }
    }
}

impl From<Unreadable> for Unseen {
    fn from(why: Unreadable) -> Self {
        match why {
            Unreadable::Kind => Self::Kind,
            Unreadable::Large => Self::Large,
            Unreadable::Small | Unreadable::Broken | Unreadable::Plain => Self::Unclear,
        }
    }
}

impl Eyes {
    /// As configured.
    pub fn new(settings: &Screenshots) -> Self {
        Self { fetching: Semaphore::new(settings.fetching), decoding: Semaphore::new(settings.decoding) }
    }
}

/// What the pictures of the message look like, at most as many as are looked at; and why one could not be, where one could not.
pub async fn look_at_all(cx: &Context) -> (Vec<Look>, Option<Unseen>) {
    let (mut looks, mut unseen) = (Vec::new(), None);
    for picture in cx.incoming.pictures().take(cx.bot.config.bot.screenshots.pictures) {
        match look_at(cx, picture).await {
            Ok(look) if !looks.contains(&look) => looks.push(look),
            Ok(_) => {}
            Err(why) => unseen = unseen.or(Some(why)),
        }
    }
    (looks, unseen)
}

async fn look_at(cx: &Context, file: &FileRef) -> Result<Look, Unseen> {
    let settings = &cx.bot.config.bot.screenshots;
    let limit = settings.max_bytes;
    if file.size.is_some_and(|size| usize::try_from(size).unwrap_or(usize::MAX) > limit) {
        return Err(Unseen::Large);
    }
    let courier = cx.bot.courier(&cx.incoming.chat.platform).filter(|c| c.capabilities().files).ok_or(Unseen::Gone)?;
    let bytes = {
        let _turn = cx.bot.eyes.fetching.acquire().await;
        tokio::time::timeout(Duration::from_millis(settings.timeout_ms), courier.fetch(&cx.incoming.chat, file, limit)).await
    };
    let bytes = match bytes {
        Ok(Ok(bytes)) if bytes.len() > limit => return Err(Unseen::Large),
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => return Err(gone(cx, &error)),
        Err(_) => return Err(gone(cx, &SendError::Unknown("it took too long".into()))),
    };
    let _turn = cx.bot.eyes.decoding.acquire().await;
    let config = cx.bot.config.clone();
    let looked = tokio::task::spawn_blocking(move || picture::look(&bytes, &config.bot.screenshots)).await;
    // a decoder that panics has met a broken picture
    Ok(looked.unwrap_or(Err(Unreadable::Broken))?)
}

fn gone(cx: &Context, error: &SendError) -> Unseen {
    tracing::warn!(platform = %cx.incoming.chat.platform, %error, "a picture could not be fetched");
    Unseen::Gone
}
