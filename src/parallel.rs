//! Ordered parallel execution: jobs run on several threads, results arrive in job order, as with one thread.
//!
//! Each job has a channel of its own. A thread takes a job and puts the receiving end of the job's channel into a queue
//! under one lock, so the queue has the order of the jobs. The consumer drains the channels one after the other.
//! All channels are bounded: a job that runs ahead of the consumer blocks, so memory does not grow with the input.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// The consumer stopped: a limit was reached, or the output was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

pub(crate) type Sink<'a, T> = dyn FnMut(T) -> Result<(), Cancelled> + 'a;

/// Items that are handed over together: a hand-over costs about as much as writing a finding.
const ITEMS_PER_BATCH: usize = 64;
/// Batches that wait for the consumer, for each job.
const MAX_QUEUED_BATCHES: usize = 8;

/// Does the jobs that `next` gives to a worker, on so many threads, each with a worker of its own. `consume` is called on this thread with all that
/// the first job says, then the second, and so on. Jobs that are ahead of the consumer wait when they have said a little; no more than
/// two for each thread are ahead. With one thread no thread is started. `last` is what each worker has to say when there are no more jobs, unless it
/// was stopped.
///
/// # Errors
/// When `consume` stops it, or a job stops itself: what it and the jobs before it have said was consumed.
pub(crate) fn in_order<J: Send, T: Send, W>(
    threads: usize,
    mut next: impl FnMut(&mut W) -> Option<J> + Send,
    worker: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, J, &mut Sink<'_, T>) -> Result<(), Cancelled> + Sync,
    last: impl Fn(&mut W, &mut Sink<'_, T>) -> Result<(), Cancelled> + Sync,
    consume: &mut Sink<'_, T>,
) -> Result<(), Cancelled> {
    if threads <= 1 {
        let mut own = worker();
        while let Some(job) = next(&mut own) {
            work(&mut own, job, consume)?;
        }
        return last(&mut own, consume);
    }
    /// What a job says, and how it ended.
    type Channel<T> = Receiver<Result<Vec<T>, Cancelled>>;
    let (jobs, queue): (SyncSender<Channel<T>>, Receiver<Channel<T>>) = sync_channel(2 * threads);
    // The next job and its place in the queue are taken together: that is the order.
    let next = Mutex::new(next);
    let (next, worker, work, last) = (&next, &worker, &work, &last);
    thread::scope(|scope| {
        for _ in 0..threads {
            let jobs = jobs.clone();
            scope.spawn(move || {
                let mut own = worker();
                loop {
                    let (job, sender) = {
                        let mut next = next.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                        let job = next(&mut own);
                        let (sender, receiver) = sync_channel(MAX_QUEUED_BATCHES);
                        if jobs.send(receiver).is_err() {
                            break;
                        }
                        (job, sender)
                    };
                    let is_last = job.is_none();
                    let mut batch: Vec<T> = Vec::with_capacity(ITEMS_PER_BATCH);
                    let mut say = |item| {
                        batch.push(item);
                        if batch.len() < ITEMS_PER_BATCH {
                            return Ok(());
                        }
                        sender
                            .send(Ok(std::mem::replace(&mut batch, Vec::with_capacity(ITEMS_PER_BATCH))))
                            .map_err(|_| Cancelled)
                    };
                    let done = match job {
                        Some(job) => work(&mut own, job, &mut say),
                        None => last(&mut own, &mut say),
                    };
                    let _ = sender.send(Ok(batch));
                    if done.is_err() {
                        let _ = sender.send(Err(Cancelled));
                    }
                    if done.is_err() || is_last {
                        break;
                    }
                }
            });
        }
        // The queue ends when the last worker has gone.
        drop(jobs);
        consume_all(queue, consume)
    })
}

fn consume_all<T>(
    queue: Receiver<Receiver<Result<Vec<T>, Cancelled>>>,
    consume: &mut Sink<'_, T>,
) -> Result<(), Cancelled> {
    for job in queue {
        for batch in job {
            for item in batch? {
                consume(item)?;
            }
        }
    }
    Ok(())
}
