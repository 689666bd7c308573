//! The one writer of this process: takes whatever has queued and enters it as one batch; when that lasts, each waiter is
//! answered, while the next batch is written.
//!
//! What can go wrong and what is done: a lost connection leaves a commit unknown, so the same batch is tried again
//! (the inbox makes that harmless); a busy or deadlocked database is tried again; a batch that the database refuses is
//! halved until only the post at fault is refused. Posts are always entered in the order in which they were queued.

use super::batch::{Answer, Failure, Ledger};
use crate::domain::ledger::Post;
use crate::effects::Effects;
use crate::error::Fault;
use crate::store::database::durable::Durable;
use crate::store::database::engine::Pool;
use crate::store::database::node::Lease;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// Posts that may wait; who queues more waits too.
const QUEUE: usize = 8192;
/// How long a batch is tried again before its posts are refused.
const PATIENCE: Duration = Duration::from_secs(20);

/// A batch of so many posts means that more are on their way.
const MANY: usize = 8;
/// How long those are waited for.
const GATHER: Duration = Duration::from_millis(1);

/// Something for the writer.
pub(crate) enum Job {
    /// To be entered.
    Post(Box<Post>, oneshot::Sender<Answer>),
    /// To be told when everything before is durable.
    Settle(oneshot::Sender<Result<(), Fault>>),
    /// To enter what has queued and stop.
    Close(oneshot::Sender<()>),
}

/// Starts the writer; it stops when every sender is gone, or at `Job::Close`.
pub(crate) fn start(pool: Pool, effects: Effects, lease: Arc<Lease>, batch: usize, queued: Arc<AtomicUsize>) -> mpsc::Sender<Job> {
    let (sender, jobs) = mpsc::channel(QUEUE);
    tokio::spawn(run(Ledger::new(pool, effects, lease), jobs, batch.max(1), queued));
    sender
}

/// Lets the writer finish what it took. Returns at once where it has stopped already.
pub(crate) async fn close(jobs: &mpsc::Sender<Job>) {
    let (done, closed) = oneshot::channel();
    if jobs.send(Job::Close(done)).await.is_ok() {
        let _ = closed.await;
    }
}

/// What was committed, and who waits to hear of it.
#[derive(Default)]
struct Written {
    posts: Vec<(oneshot::Sender<Answer>, Answer)>,
    settlers: Vec<oneshot::Sender<Result<(), Fault>>>,
}

/// Batches that may wait to be flushed.
const UNFLUSHED: usize = 16;

async fn run(mut ledger: Ledger, mut jobs: mpsc::Receiver<Job>, batch: usize, queued: Arc<AtomicUsize>) {
    let durable = ledger.pool.durable();
    let (flushing, written) = mpsc::channel(UNFLUSHED);
    let flushed = tokio::task::spawn_blocking({
        let (durable, queued) = (durable.clone(), queued.clone());
        move || flush(&durable, written, &queued)
    });
    let mut taken = Vec::with_capacity(batch);
    let mut closers = Vec::new();
    let (mut answered, mut crowd) = (0_usize, 0_usize);
    while jobs.recv_many(&mut taken, batch).await > 0 {
        // how many speak at once: those who were just answered and those who did not wait for that, slowly forgotten
        crowd = (answered + taken.len()).max(crowd - crowd.div_ceil(8));
        gather(&mut jobs, &mut taken, (crowd / 2).min(batch)).await;
        answered = taken.len();
        let mut posts = Vec::with_capacity(taken.len());
        let mut waiters = Vec::with_capacity(taken.len());
        let mut settlers = Vec::new();
        for job in taken.drain(..) {
            match job {
                Job::Post(post, waiter) => {
                    posts.push(*post);
                    waiters.push(waiter);
                }
                Job::Settle(waiter) => settlers.push(waiter),
                Job::Close(waiter) => {
                    // what is queued is still received; nothing new gets in
                    jobs.close();
                    closers.push(waiter);
                }
            }
        }
        let answers = enter(&mut ledger, &posts).await;
        let written = Written { posts: waiters.into_iter().zip(answers).collect(), settlers };
        if durable.is_ours() {
            // it ends after this one
            let _ = flushing.send(written).await;
        } else {
            tell(written, None, &queued);
        }
    }
    drop(flushing);
    let _ = flushed.await;
    for waiter in closers {
        let _ = waiter.send(());
    }
}

/// Flushes what was committed, all that has queued at once, and answers; ends with the writer.
/// On a thread of its own: each change of threads would cost a single message as much as the flush.
fn flush(durable: &Durable, mut written: mpsc::Receiver<Written>, queued: &AtomicUsize) {
    let mut taken = Vec::with_capacity(UNFLUSHED);
    while written.blocking_recv_many(&mut taken, UNFLUSHED) > 0 {
        let failed = durable.flush_blocking().err().map(|e| format!("the disk does not keep what is written ({e}): nothing of this is acknowledged"));
        if let Some(error) = &failed {
            tracing::error!(error, "posts were refused");
        }
        for batch in taken.drain(..) {
            tell(batch, failed.as_deref(), queued);
        }
    }
}

/// Answers everybody who waits; with this, where it did not last.
fn tell(written: Written, failed: Option<&str>, queued: &AtomicUsize) {
    let fault = || failed.map(|error| Fault::Other(error.to_owned()));
    queued.fetch_sub(written.posts.len(), Ordering::Relaxed);
    for (waiter, answer) in written.posts {
        // whoever no longer waits is served all the same
        let _ = waiter.send(fault().map_or(answer, Err));
    }
    for waiter in written.settlers {
        let _ = waiter.send(fault().map_or(Ok(()), Err));
    }
}

/// Where posts come many at once, whoever was answered a moment ago is about to speak again: waits a little for half
/// of the crowd, so that one half is understood and answered while the other is written. Single posts never wait.
async fn gather(jobs: &mut mpsc::Receiver<Job>, taken: &mut Vec<Job>, half: usize) {
    let until = Instant::now() + GATHER;
    while half >= MANY && taken.len() < half && taken.iter().all(|job| matches!(job, Job::Post(..))) {
        let room = half - taken.len();
        match tokio::time::timeout_at(until, jobs.recv_many(taken, room)).await {
            Ok(n) if n > 0 => {}
            _ => break,
        }
    }
}

/// What to do about a failed batch.
enum Cure {
    /// The same again.
    Again,
    /// Look for the post at fault.
    Halve,
}

/// Codes that say nothing about the posts. SQLite: busy, in recovery, by a snapshot, locked. PostgreSQL: serialization,
/// deadlock, lock timeout, internal (a connection lost behind a proxy), read-only while a standby is promoted, shutting
/// down, starting, too many connections.
const PASSING: [&str; 14] = ["5", "261", "517", "6", "262", "40001", "40P01", "55P03", "XX000", "25006", "57P01", "57P02", "57P03", "53300"];

/// `crashed`: whether SQLite's thread died before, of the same posts.
fn cure(e: &sqlx::Error, crashed: &mut bool) -> Cure {
    match e {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::PoolTimedOut => Cure::Again,
        // some errors of a statement kill SQLite's thread in sqlx: if they come of the posts, they come again
        sqlx::Error::WorkerCrashed if *crashed => Cure::Halve,
        sqlx::Error::WorkerCrashed => {
            *crashed = true;
            Cure::Again
        }
        sqlx::Error::Database(e) => match e.code().as_deref() {
            Some(code) if PASSING.contains(&code) || (code.len() == 5 && code.starts_with("08")) => Cure::Again,
            _ => Cure::Halve,
        },
        _ => Cure::Halve,
    }
}

/// Enters all posts, in order; one answer for each.
async fn enter(ledger: &mut Ledger, posts: &[Post]) -> Vec<Answer> {
    let all: Vec<&Post> = posts.iter().collect();
    let mut answers: Vec<Answer> = Vec::with_capacity(posts.len());
    // ranges still to be entered, the first on top; everything before `answers.len()` is done
    let mut left = vec![(0, posts.len())];
    let mut started = Instant::now();
    let mut pause = Duration::from_millis(5);
    let mut crashed = false;
    while let Some((from, to)) = left.pop() {
        if from == to {
            continue;
        }
        match ledger.enter(&all[from..to]).await {
            Ok(entered) => {
                answers.extend(entered);
                (started, pause, crashed) = (Instant::now(), Duration::from_millis(5), false);
            }
            Err(Failure::Post(at, fault)) => {
                tracing::error!(error = %fault, "a post was refused");
                left.push((from + at + 1, to));
                // a marker: the post itself, alone, is answered below
                if at == 0 {
                    answers.push(Err(fault));
                } else {
                    left.push((from + at, from + at + 1));
                    left.push((from, from + at));
                }
            }
            Err(Failure::Database(e)) => match cure(&e, &mut crashed) {
                Cure::Again if started.elapsed() < PATIENCE => {
                    tracing::warn!(error = %e, "a batch is tried again");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(1));
                    left.push((from, to));
                }
                Cure::Halve if to - from > 1 => {
                    let middle = from.midpoint(to);
                    left.push((middle, to));
                    left.push((from, middle));
                }
                Cure::Again | Cure::Halve => {
                    let fault = Fault::from(e);
                    tracing::error!(error = %fault, posts = to - from, "posts were refused");
                    refuse(&mut answers, fault, to - from);
                }
            },
            Err(Failure::Other(fault)) if to - from > 1 => {
                tracing::warn!(error = %fault, "a batch is halved");
                let middle = from.midpoint(to);
                left.push((middle, to));
                left.push((from, middle));
            }
            Err(Failure::Other(fault)) => {
                tracing::error!(error = %fault, "a post was refused");
                refuse(&mut answers, fault, to - from);
            }
        }
    }
    answers
}

/// The same fault for several posts.
fn refuse(answers: &mut Vec<Answer>, fault: Fault, posts: usize) {
    let text = fault.to_string();
    answers.push(Err(fault));
    answers.extend((1..posts).map(|_| Err(Fault::Other(text.clone()))));
}

/// The error of an answer that never comes: the writer has stopped.
pub(crate) fn closed() -> oneshot::Receiver<Answer> {
    let (sender, receiver) = oneshot::channel();
    let _ = sender.send(Err(Fault::Closed));
    receiver
}
