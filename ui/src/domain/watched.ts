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

/** The limits to draw, as numbers. */
export function limitsOf(series: WatchSeries): number[] {
  return series.limit === undefined ? [] : [Number(series.limit)];
}

/** Whether a watch measures a number that can be drawn; one that only passes or fails has none. */
export function isDrawn(series: WatchSeries): boolean {
  return series.samples.some((sample) => sample.value !== undefined);
}
