import type { LoadProgress } from '$generated/LoadProgress';
import type { SeriesLine } from '$generated/SeriesLine';

/** How load has gone so far: what was told last, and enough of what was told before to draw it. */
export interface LoadCourse {
  latest: LoadProgress;
  samples: readonly LoadProgress[];
}

/** More samples than this are thinned, so that an hour is drawn as fast as a minute. */
const MOST = 300;

/** A course with what was told now. Another batch, or another probe of the item, begins another course. */
export function further(course: LoadCourse | null, told: LoadProgress): LoadCourse {
  const same = course?.latest.batch === told.batch && course.latest.probe === told.probe;
  const before = same ? course.samples : [];
  const kept = before.length < MOST ? before : before.filter((_, index) => index % 2 === 1);
  return { latest: told, samples: [...kept, told] };
}

/** One number of the course as a line over the time since it began; where it is not known the line breaks. */
export function lineOf(course: LoadCourse, name: string, of: (told: LoadProgress) => number | undefined): SeriesLine {
  return {
    name,
    points: course.samples.map((told) => {
      const value = of(told);
      return value === undefined ? { at: told.atMs } : { at: told.atMs, value };
    }),
  };
}

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** Requests per second, with thousands apart. */
export const perSecond = (rate: number) => `${WHOLE.format(rate)}\u00a0/s`;
export const whole = (count: number) => WHOLE.format(count);

/** A latency with the digits that matter. */
export function latency(ms: number | undefined): string {
  if (ms === undefined) return '–';
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)}\u00a0s`;
  return `${ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)}\u00a0ms`;
}

/** A share in percent with the digits that matter: a small one is never shown as none. */
export function share(percent: number | undefined): string {
  if (percent === undefined) return '–';
  const digits = percent === 0 || percent >= 10 ? 0 : percent >= 1 ? 1 : 2;
  return percent > 0 && percent < 0.01 ? '<\u00a00.01\u00a0%' : `${percent.toFixed(digits)}\u00a0%`;
}

/** Elapsed of total, in seconds or minutes. */
export function elapsed(told: LoadProgress): string {
  const clock = (ms: number) => {
    const seconds = Math.floor(ms / 1000);
    return told.totalMs >= 120_000
      ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
      : String(seconds);
  };
  return `${clock(Math.min(told.atMs, told.totalMs))} of ${clock(told.totalMs)}\u00a0${told.totalMs >= 120_000 ? 'min' : 's'}`;
}

export const PHASE: Record<LoadProgress['phase'], string> = {
  connecting: 'connecting',
  ramp: 'rising to its rate, not counted yet',
  warmUp: 'warming up, not counted yet',
  measuring: 'measuring',
  draining: 'waiting for the last answers',
};
