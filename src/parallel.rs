//! Ordered parallel execution: jobs run on several threads, results arrive in job order, as with one thread.
//!
//! Each job has its own channel. A thread takes a job and puts the receiving end of the job's channel into a queue
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

/// Threads that run jobs, each with its own state.
pub(crate) struct Pool<N, R, L> {
    pub threads: usize,
    pub new_state: N,
    pub run: R,
    /// Runs once per thread after the last job, unless the run was cancelled.
    pub last: L,
}

impl<N, R, L> Pool<N, R, L> {
    /// Runs the jobs that `next` makes, and passes their items to `consume` on this thread, in the order of the jobs.
    /// At most two jobs per thread are ahead of the consumer. With one thread, everything runs on this thread.
    ///
    /// # Errors
    /// If `consume` or a job cancels the run. The items before that are consumed.
    pub(crate) fn in_order<S, J: Send, T: Send>(
        &self,
        mut next: impl FnMut(&mut S) -> Option<J> + Send,
        consume: &mut Sink<'_, T>,
    ) -> Result<(), Cancelled>
    where
        N: Fn() -> S + Sync,
        R: Fn(&mut S, J, &mut Sink<'_, T>) -> Result<(), Cancelled> + Sync,
        L: Fn(&mut S, &mut Sink<'_, T>) -> Result<(), Cancelled> + Sync,
    {
        let Pool { threads, new_state, run, last } = self;
        if *threads <= 1 {
            let mut state = new_state();
            while let Some(job) = next(&mut state) {
                run(&mut state, job, consume)?;
            }
            return last(&mut state, consume);
        }
        /// The items of a job, in batches, and whether it was cancelled.
        type Channel<T> = Receiver<Result<Vec<T>, Cancelled>>;
        let (jobs, queue): (SyncSender<Channel<T>>, Receiver<Channel<T>>) = sync_channel(2 * *threads);
        // A thread takes a job and its position in the queue under one lock: that defines the order.
        let next = Mutex::new(next);
        let next = &next;
        thread::scope(|scope| {
            for _ in 0..*threads {
                let jobs = jobs.clone();
                scope.spawn(move || {
                    let mut state = new_state();
                    loop {
                        let (job, sender) = {
                            let mut next = next.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                            let job = next(&mut state);
                            let (sender, receiver) = sync_channel(MAX_QUEUED_BATCHES);
                            if jobs.send(receiver).is_err() {
                                break;
                            }
                            (job, sender)
                        };
                        let is_last = job.is_none();
                        let mut batch: Vec<T> = Vec::with_capacity(ITEMS_PER_BATCH);
                        let mut emit = |item| {
                            batch.push(item);
                            if batch.len() < ITEMS_PER_BATCH {
                                return Ok(());
                            }
                            sender
                                .send(Ok(std::mem::replace(&mut batch, Vec::with_capacity(ITEMS_PER_BATCH))))
                                .map_err(|_| Cancelled)
                        };
                        let done = match job {
                            Some(job) => run(&mut state, job, &mut emit),
                            None => last(&mut state, &mut emit),
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
            // The queue ends when the last thread drops its sender.
            drop(jobs);
            consume_all(queue, consume)
        })
    }
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
