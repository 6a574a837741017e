import type { SeriesLine } from '$generated/SeriesLine';
import type { SeriesPoint } from '$generated/SeriesPoint';

/** What a chart spans: times in milliseconds, values in their unit. */
export interface Extent {
  from: number;
  to: number;
  low: number;
  high: number;
}

/**
 * The span of all lines. Zero is the floor of values that are never negative, and a limit is inside unless it is so
 * far from every value that it would press the lines flat. `span` is the time that is meant, where that is more than
 * the samples cover.
 */
export function extent(
  lines: readonly SeriesLine[],
  limits: readonly number[],
  span?: { from: number; to: number },
): Extent {
  const points = lines.flatMap((line) => line.points);
  const times = points.map((point) => point.at);
  const values = points.flatMap((point) => point.value ?? []);
  const low = Math.min(0, ...values);
  const top = Math.max(...values, low);
  const near = limits.filter((limit) => limit <= (top || 1) * 12);
  const high = Math.max(top, ...near);
  return {
    from: span?.from ?? Math.min(...times),
    to: span?.to ?? Math.max(...times),
    low,
    high: high > low ? high + (high - low) * 0.06 : low + 1,
  };
}

/** Gaps are wider than this many usual steps between samples. */
const GAP = 3;

/**
 * One line as SVG paths on a square of 100, broken where a sample is no number or where samples are missing. A single
 * sample between two gaps is a dot.
 */
export function course(points: readonly SeriesPoint[], range: Extent): string[] {
  const steps = points.slice(1).map((point, index) => point.at - (points[index]?.at ?? 0));
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const x = (at: number) => ((at - range.from) / (range.to - range.from || 1)) * 100;
  const y = (value: number) => 100 - ((value - range.low) / (range.high - range.low)) * 100;
  const runs: string[][] = [];
  let last: number | null = null;
  for (const { at, value } of points) {
    if (value === undefined) {
      last = null;
      continue;
    }
    if (last === null || (usual > 0 && at - last > usual * GAP)) runs.push([]);
    runs.at(-1)?.push(`${x(at).toFixed(2)} ${y(value).toFixed(2)}`);
    last = at;
  }
  return runs.map((run) => (run.length === 1 ? `M${run[0]}h0.01` : `M${run.join('L')}`));
}

/** A number with the digits that matter. */
export function told(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3;
  return String(Number(value.toFixed(digits)));
}
