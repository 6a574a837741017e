//! A timer that is exact to microseconds. Tokio's own knows milliseconds only.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// A thread that sleeps for others. It ends with the alarm.
pub(super) struct Alarm {
    to: Sender<Instant>,
    rung: Arc<Notify>,
}

impl Alarm {
    pub(super) fn new() -> io::Result<Self> {
        let (to, from) = channel();
        let rung = Arc::new(Notify::new());
        let ring = Arc::clone(&rung);
        std::thread::Builder::new().spawn(move || sleep(&from, &ring))?;
        Ok(Self { to, rung })
    }

    /// Waits so many nanoseconds, or less: an earlier wait that was given up may ring once more.
    pub(super) async fn after(&self, nanos: u64) {
        if nanos == 0 {
            return tokio::task::yield_now().await;
        }
        // The thread lives as long as this.
        let _ = self.to.send(Instant::now() + Duration::from_nanos(nanos));
        self.rung.notified().await;
    }
}

fn sleep(from: &Receiver<Instant>, ring: &Notify) {
    super::exact_timers();
    let mut until: Option<Instant> = None;
    loop {
        let heard = match until {
            None => from.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(until) => from.recv_timeout(until.saturating_duration_since(Instant::now())),
        };
        match heard {
            Ok(new) => until = Some(new),
            Err(RecvTimeoutError::Timeout) => {
                until = None;
                ring.notify_one();
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
