//! What is above a platform, as a story plays it: it takes what the platform hands over, and says what is durable.

use super::onebot::PATIENCE;
use std::sync::Arc;
use tokio::sync::mpsc;
use zhibu::domain::message::{AccountKey, Courier, Event, Incoming};
use zhibu::platform::Platform;

/// The end of the inbox.
pub struct Above {
    courier: Arc<dyn Courier>,
    /// What the platform handed over.
    pub events: mpsc::Receiver<Event>,
    /// Whether marks are answered at once.
    pub keeps: bool,
}

impl Above {
    /// Marks are answered at once.
    pub fn new(courier: Arc<dyn Courier>, events: mpsc::Receiver<Event>) -> Self {
        Self { courier, events, keeps: true }
    }

    /// Ends the platform: nothing was handed over, nor said, that no story looked at; what may be `aside` is no matter.
    pub async fn ends<T: std::fmt::Debug>(&mut self, platform: &dyn Platform, aside: fn(&Event) -> bool, unread: impl FnOnce() -> Vec<T>) {
        platform.quiet().await;
        platform.close().await;
        while let Ok(event) = self.events.try_recv() {
            assert!(aside(&event), "{event:?}");
        }
        let unread = unread();
        assert!(unread.is_empty(), "{unread:?}");
    }

    /// The next event, whatever it is.
    pub async fn any(&mut self) -> Event {
        tokio::time::timeout(PATIENCE, self.events.recv()).await.expect("an event comes").expect("the platform runs")
    }

    /// The next event, marks aside.
    pub async fn event(&mut self) -> Event {
        loop {
            match self.any().await {
                Event::Mark { bot, mark } => {
                    if self.keeps {
                        self.courier.kept(&bot, mark);
                    }
                }
                event => return event,
            }
        }
    }

    /// The next event, which must be a message.
    pub async fn message(&mut self) -> Incoming {
        match self.event().await {
            Event::Message(m) => *m,
            other => panic!("a message was expected, not {other:?}"),
        }
    }

    /// The next mark, not answered.
    pub async fn mark(&mut self) -> (AccountKey, i64) {
        match self.any().await {
            Event::Mark { bot, mark } => (bot, mark),
            other => panic!("a mark was expected, not {other:?}"),
        }
    }

    /// Answers the marks that came so far; there is no other event.
    pub fn keep_all(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            match event {
                Event::Mark { bot, mark } => self.courier.kept(&bot, mark),
                other => panic!("nothing was expected, not {other:?}"),
            }
        }
    }

    /// The next event, which must be news of an account.
    pub async fn expect_account(&mut self, account: &str, expected: bool) {
        match self.event().await {
            Event::Account { bot, online } => assert_eq!((bot.to_string().as_str(), online), (account, expected)),
            other => panic!("news of the account were expected, not {other:?}"),
        }
    }
}

/// A bot of a story is what is above its platform, and more.
macro_rules! stands_above {
    ($bot:ty) => {
        impl std::ops::Deref for $bot {
            type Target = $crate::support::above::Above;
            fn deref(&self) -> &Self::Target {
                &self.above
            }
        }

        impl std::ops::DerefMut for $bot {
            fn deref_mut(&mut self) -> &mut Self::Target {
                &mut self.above
            }
        }
    };
}
pub(crate) use stands_above;
