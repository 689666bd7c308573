//! The life of a platform: what hears, what runs beside it, and how both end without losing anything.

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How a platform ends, in two steps.
#[derive(Debug, Default)]
pub struct Life {
    /// No more events are taken; answers still are.
    pub quiet: CancellationToken,
    /// What hears: it ends when everything read is in the inbox.
    pub hearing: TaskTracker,
    /// Every other task.
    pub tasks: TaskTracker,
    /// Connections are to end.
    pub close: CancellationToken,
}

impl Life {
    /// First step of a shutdown: takes no more events, and returns when all that were read are in the inbox. Sending still
    /// works.
    pub async fn quiet(&self) {
        self.quiet.cancel();
        self.hearing.close();
        self.hearing.wait().await;
    }

    /// Second step, when all that was handed over is durable: ends.
    pub async fn close(&self) {
        self.quiet.cancel();
        self.close.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}
