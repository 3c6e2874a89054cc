//! The threads of a training, which share the work of a step.

use std::{
    hint, io,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle, Thread},
    time::{Duration, Instant},
};

/// How long a thread watches for work before it sleeps. A step takes less; to be woken takes a
/// virtual machine as long as a tenth of a step.
const WATCH: Duration = Duration::from_millis(2);
/// Looks between two readings of the clock.
const LOOKS: usize = 64;

/// Some threads, this one among them.
pub struct Team {
    helpers: Vec<Helper>,
    _this: OneThread,
}

impl Team {
    /// A team of so many threads, of which this one is the first.
    ///
    /// # Errors
    /// The system gives no more threads.
    pub fn of(threads: usize) -> io::Result<Self> {
        let helpers = (1..threads).map(|_| Helper::start()).collect::<io::Result<_>>()?;
        Ok(Self { helpers, _this: OneThread::this()? })
    }

    /// The number of threads.
    pub fn threads(&self) -> usize {
        1 + self.helpers.len()
    }

    /// Does both, at the same time if there are two threads.
    pub fn both<T, U: Send + 'static>(
        &self,
        one: impl FnOnce() -> T,
        other: impl FnOnce() -> U + Send + 'static,
    ) -> (T, U) {
        match self.helpers.first() {
            Some(helper) => {
                let promised = helper.begin(other);
                (one(), result(promised))
            }
            None => (one(), other()),
        }
    }

    /// Does these jobs, as many at the same time as there are threads. The results are in the order
    /// of the jobs.
    pub fn join<T: Send + 'static>(
        &self,
        mut jobs: Vec<impl FnOnce() -> T + Send + 'static>,
    ) -> Vec<T> {
        let mut results = Vec::with_capacity(jobs.len());
        while !jobs.is_empty() {
            let later = jobs.split_off(self.threads().min(jobs.len()));
            let first = jobs.remove(0);
            let others: Vec<_> =
                self.helpers.iter().zip(jobs).map(|(helper, job)| helper.begin(job)).collect();
            results.push(first());
            results.extend(others.into_iter().map(result));
            jobs = later;
        }
        results
    }
}

/// The result of a helper's job, or its panic.
fn result<T>(promised: Arc<Slot<thread::Result<T>>>) -> T {
    promised.take().unwrap_or_else(|panic| resume_unwind(panic))
}

type Job = Box<dyn FnOnce() + Send>;

/// A thread that does one job after the other.
struct Helper {
    /// The next job; none is the end.
    jobs: Arc<Slot<Option<Job>>>,
    thread: Thread,
    /// None once it has ended.
    handle: Option<JoinHandle<()>>,
}

impl Helper {
    fn start() -> io::Result<Self> {
        let jobs: Arc<Slot<Option<Job>>> = Arc::default();
        let of_thread = jobs.clone();
        let handle = thread::Builder::new().name("helper".to_owned()).spawn(move || {
            let _this = OneThread::this();
            while let Some(job) = of_thread.take() {
                job();
            }
        })?;
        Ok(Self { jobs, thread: handle.thread().clone(), handle: Some(handle) })
    }

    fn begin<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Arc<Slot<thread::Result<T>>> {
        let result: Arc<Slot<thread::Result<T>>> = Arc::default();
        let (promised, reader) = (result.clone(), thread::current());
        let job = move || promised.put(catch_unwind(AssertUnwindSafe(job)), &reader);
        self.jobs.put(Some(Box::new(job)), &self.thread);
        result
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        self.jobs.put(None, &self.thread);
        if let Some(handle) = self.handle.take() {
            // A job's panic has been passed on already.
            let _ = handle.join();
        }
    }
}

/// A place for one value, which one thread puts there and another takes.
struct Slot<T> {
    is_full: AtomicBool,
    value: Mutex<Option<T>>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { is_full: AtomicBool::new(false), value: Mutex::default() }
    }
}

impl<T> Slot<T> {
    /// Puts a value there for this thread.
    fn put(&self, value: T, reader: &Thread) {
        *self.value.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
        self.is_full.store(true, Ordering::Release);
        reader.unpark();
    }

    /// Waits for the value.
    fn take(&self) -> T {
        let began = Instant::now();
        loop {
            for _ in 0..LOOKS {
                if self.is_full.swap(false, Ordering::Acquire)
                    && let Some(value) =
                        self.value.lock().unwrap_or_else(PoisonError::into_inner).take()
                {
                    return value;
                }
                hint::spin_loop();
            }
            // Where other programs compute, too, the thread to wait for may wait for this core.
            thread::yield_now();
            if began.elapsed() > WATCH {
                thread::park();
            }
        }
    }
}

/// While it lives, what Burn computes on behalf of the thread that made it stays on that thread.
/// With burn-train, Burn would give it to a pool of threads; then, sums would not come out the
/// same, and threads would wait for each other.
pub struct OneThread {
    #[cfg(feature = "tui")]
    _pool: Option<rayon::ThreadPool>,
}

impl OneThread {
    /// This thread.
    ///
    /// # Errors
    /// The system refuses.
    #[cfg(feature = "tui")]
    pub fn this() -> io::Result<Self> {
        // A thread that is in such a pool already stays there.
        let is_free = rayon::current_thread_index().is_none();
        let pool = || rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
        Ok(Self { _pool: is_free.then(pool).transpose().map_err(io::Error::other)? })
    }

    /// This thread.
    ///
    /// # Errors
    /// None: Burn has no other thread.
    #[cfg(not(feature = "tui"))]
    pub fn this() -> io::Result<Self> {
        Ok(Self {})
    }
}
