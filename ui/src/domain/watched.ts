import type { SeriesLine } from '$generated/SeriesLine';
import type { SeriesPoint } from '$generated/SeriesPoint';
import type { WatchSeries } from '$generated/WatchSeries';

/** What a watch saw as points to draw: a look that measured nothing, and the begin of a gap, break the line. */
export function lineOf(series: WatchSeries): SeriesLine {
  const looks: SeriesPoint[] = series.samples.map((sample) => ({
    at: Date.parse(sample.at),
    ...(sample.value === undefined ? {} : { value: Number(sample.value) }),
  }));
  const breaks: SeriesPoint[] = series.gaps.map((gap) => ({ at: Date.parse(gap.from) }));
  return { name: series.condition, points: [...looks, ...breaks].sort((a, b) => a.at - b.at) };
}

/** One entry of a person's watch: a look, or a time in which nobody looked. */
export type Look =
  { kind: 'look'; at: string; verdict: string; text: string } | { kind: 'gap'; at: string; length: number };

/** The looks and the gaps of a watch, the last first. */
export function looksOf(series: WatchSeries): Look[] {
  const looks: Look[] = series.samples.map(({ at, verdict, text }) => ({ kind: 'look', at, verdict, text }));
  const gaps: Look[] = series.gaps.map(({ from, until }) => ({
    kind: 'gap',
    at: from,
    length: Date.parse(until) - Date.parse(from),
  }));
  return [...looks, ...gaps].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

/**
 * When the next look of a person is due, in milliseconds: now where nobody has looked in the part of the window that
 * goes on, else when the next part begins; null where none is left.
 */
export function nextLook(series: WatchSeries, now: number): number | null {
  const [from, until] = [Date.parse(series.from), Date.parse(series.until)];
  if (now >= until) return null;
  const part = (at: number) => Math.floor((at - from) / series.everyMs);
  const looks = series.samples.map((sample) => Date.parse(sample.at));
  // The window's clock may be a moment behind the last look.
  const here = part(Math.max(now, from, ...looks));
  if (!looks.some((at) => part(at) === here)) return now;
  const next = from + (here + 1) * series.everyMs;
  return next < until ? next : null;
}

/** Why the looks of a person do not say by themselves that it held; empty where they do. */
export function doubtOf(series: WatchSeries, now: number): string {
  if (series.verdict === 'fail') return 'a look was not ok';
  if (now < Date.parse(series.until)) return 'it ends before its time';
  if (Number(series.coverage) < Number(series.minCoverage)) return 'too little of its time was seen';
  return '';
}

/** The limits to draw, as numbers. */
export function limitsOf(series: WatchSeries): number[] {
  return series.limit === undefined ? [] : [Number(series.limit)];
}

/** Whether a watch measures a number that can be drawn; one that only passes or fails has none. */
export function isDrawn(series: WatchSeries): boolean {
  return series.samples.some((sample) => sample.value !== undefined);
}
