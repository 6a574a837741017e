//! When each request is due: a fixed schedule that nothing the server does can move.

use crate::plan::{Pace, Plan};
use crate::progress::Phase;

/// What says that a request does not count.
pub(super) const UNCOUNTED: u16 = u16::MAX;

/// A stretch of the schedule. Times are nanoseconds since the first request was due.
#[derive(Clone, Debug)]
struct Leg {
    phase: Phase,
    /// The step of the plan, or [`UNCOUNTED`].
    step: u16,
    from: u64,
    lasts: u64,
    /// The part of the plan's pace at its end.
    share: f64,
    /// Whether the pace rises from nothing to that.
    rises: bool,
    /// How many requests are due before it, fractions kept, so that no rounding adds up.
    before: f64,
}

/// The whole run.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    legs: Vec<Leg>,
    /// Requests per nanosecond at full pace; 0 in a closed loop.
    rate: f64,
}

fn nanos(ms: u64) -> u64 {
    ms.saturating_mul(1_000_000)
}

impl Schedule {
    pub(super) fn of(plan: &Plan) -> Self {
        let rate = match plan.pace {
            Pace::Rate { per_second } => per_second / 1e9,
            Pace::Users { .. } => 0.0,
        };
        let first = plan.steps.first().map_or(1.0, |step| step.share);
        let mut schedule = Self {
            legs: Vec::new(),
            rate,
        };
        if plan.ramp_ms > 0 {
            schedule.add(Phase::Ramp, UNCOUNTED, nanos(plan.ramp_ms), first);
        }
        if plan.warm_up_ms > 0 {
            schedule.add(Phase::WarmUp, UNCOUNTED, nanos(plan.warm_up_ms), first);
        }
        for (step, at) in plan.steps.iter().zip(0..) {
            schedule.add(Phase::Measuring, at, nanos(step.lasts_ms), step.share);
        }
        schedule
    }

    fn add(&mut self, phase: Phase, step: u16, lasts: u64, share: f64) {
        let (from, before) = match self.legs.last() {
            Some(last) => (last.from + last.lasts, last.before + self.requests_in(last)),
            None => (0, 0.0),
        };
        self.legs.push(Leg {
            phase,
            step,
            from,
            lasts,
            share,
            rises: phase == Phase::Ramp,
            before,
        });
    }

    fn requests_in(&self, leg: &Leg) -> f64 {
        let full = self.rate * leg.share * leg.lasts as f64;
        if leg.rises { full / 2.0 } else { full }
    }

    /// When the request of this number, from 0, is due, and its step; `None` after the last.
    /// `from` is where to begin looking, and is moved along.
    pub(super) fn due(&self, number: u64, from: &mut usize) -> Option<(u64, u16)> {
        loop {
            let leg = self.legs.get(*from)?;
            let into = number as f64 - leg.before;
            // A hair's breadth belongs to the next leg rather than to both or none.
            if self.rate > 0.0 && into < self.requests_in(leg) - 1e-6 {
                let pace = self.rate * leg.share;
                let after = if leg.rises {
                    // n(t) = pace · t² / (2 · lasts)
                    (2.0 * into * leg.lasts as f64 / pace).sqrt()
                } else {
                    into / pace
                };
                return Some((leg.from + after.max(0.0) as u64, leg.step));
            }
            *from += 1;
        }
    }

    fn leg_at(&self, at: u64) -> Option<&Leg> {
        self.legs.iter().find(|leg| at < leg.from + leg.lasts)
    }

    /// The step that a moment belongs to; [`UNCOUNTED`] before the first and after the last.
    pub(super) fn step_at(&self, at: u64) -> u16 {
        self.leg_at(at).map_or(UNCOUNTED, |leg| leg.step)
    }

    /// Where a moment lies.
    pub(super) fn phase_at(&self, at: u64) -> Phase {
        self.leg_at(at).map_or(Phase::Draining, |leg| leg.phase)
    }

    /// The part of the plan's pace that is asked for at a moment; 0 after the end.
    pub(super) fn share_at(&self, at: u64) -> f64 {
        let Some(leg) = self.leg_at(at) else {
            return 0.0;
        };
        if leg.rises {
            leg.share * at.saturating_sub(leg.from) as f64 / leg.lasts.max(1) as f64
        } else {
            leg.share
        }
    }

    /// The part of all users that sends at a moment, each once its own beginning has come; 0 after
    /// the end.
    pub(super) fn users_at(&self, at: u64) -> f64 {
        self.leg_at(at).map_or(0.0, |leg| leg.share)
    }

    /// When a user begins who is this part of all users, from 0 to 1.
    pub(super) fn user_begins(&self, part: f64) -> u64 {
        match self.legs.first() {
            Some(leg) if leg.rises => (leg.lasts as f64 * part) as u64,
            _ => 0,
        }
    }

    /// When what counts begins.
    pub(super) fn counts_from(&self) -> u64 {
        let counted = self.legs.iter().find(|leg| leg.step != UNCOUNTED);
        counted.map_or(0, |leg| leg.from)
    }

    /// When nothing is due any more.
    pub(super) fn ends(&self) -> u64 {
        self.legs.last().map_or(0, |leg| leg.from + leg.lasts)
    }

    /// When a step begins and how long it lasts.
    pub(super) fn step(&self, step: usize) -> Option<(u64, u64)> {
        let mut counted = self.legs.iter().filter(|leg| leg.step != UNCOUNTED);
        counted.nth(step).map(|leg| (leg.from, leg.lasts))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::plan::Step;

    const SECOND: u64 = 1_000_000_000;

    fn schedule(ramp_ms: u64, warm_up_ms: u64, steps: &[(f64, u64)]) -> Schedule {
        let mut plan = crate::plan::tests::plan();
        plan.ramp_ms = ramp_ms;
        plan.warm_up_ms = warm_up_ms;
        plan.steps = steps
            .iter()
            .map(|&(share, lasts_ms)| Step { share, lasts_ms })
            .collect();
        Schedule::of(&plan)
    }

    fn all(schedule: &Schedule) -> Vec<(u64, u16)> {
        let mut from = 0;
        (0..)
            .map_while(|number| schedule.due(number, &mut from))
            .collect()
    }

    #[test]
    fn requests_are_due_at_even_distances() {
        // 100 per second.
        let all = all(&schedule(0, 0, &[(1.0, 1000)]));
        assert_eq!(all.len(), 100);
        for (at, (due, step)) in all.iter().enumerate() {
            let wanted = at as u64 * SECOND / 100;
            assert!(due.abs_diff(wanted) <= 1, "{at}: {due}");
            assert_eq!(*step, 0);
        }
    }

    #[test]
    fn a_ramp_rises_evenly_and_does_not_count() {
        let schedule = schedule(2000, 1000, &[(1.0, 1000), (2.0, 1000)]);
        let all = all(&schedule);
        // 100 while it rises, 100 to warm up, 100 and 200 that count.
        assert_eq!(all.len(), 500);
        assert!(all.windows(2).all(|two| two[0].0 <= two[1].0));
        let in_first_half = all.iter().filter(|(due, _)| *due < SECOND).count();
        assert_eq!(in_first_half, 25);
        let counted = |step| all.iter().filter(|one| one.1 == step).count();
        assert_eq!(
            (counted(UNCOUNTED), counted(0), counted(1)),
            (200, 100, 200)
        );
        assert_eq!(schedule.counts_from(), 3 * SECOND);
        assert_eq!(schedule.ends(), 5 * SECOND);
        assert!((schedule.share_at(SECOND) - 0.5).abs() < 1e-9);
        assert_eq!(schedule.phase_at(2 * SECOND), Phase::WarmUp);
        assert_eq!(schedule.phase_at(6 * SECOND), Phase::Draining);
        assert_eq!(schedule.step(1).unwrap(), (4 * SECOND, SECOND));
    }

    #[test]
    fn a_rate_that_is_no_whole_number_loses_nothing_over_an_hour() {
        let mut plan = crate::plan::tests::plan();
        plan.pace = Pace::Rate { per_second: 333.3 };
        plan.ramp_ms = 0;
        plan.warm_up_ms = 0;
        plan.steps = vec![Step {
            share: 1.0,
            lasts_ms: 3_600_000,
        }];
        let schedule = Schedule::of(&plan);
        let last = 333.3 * 3600.0;
        let mut from = 0;
        assert!(schedule.due(last as u64 - 1, &mut from).is_some());
        assert!(schedule.due(last as u64 + 1, &mut from).is_none());
    }
}
