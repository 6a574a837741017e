import type { CurveLine } from '$generated/CurveLine';
import type { CurveMark } from '$generated/CurveMark';

/** A place on an axis, in hundredths, and what is said there. */
export interface Tick {
  at: number;
  text: string;
}

/** Where percentages and values stand on a square of 100, both on logarithmic scales. */
export interface PercentileAxes {
  x(percent: number): number;
  y(value: number): number;
  percents: readonly Tick[];
  values: readonly Tick[];
}

/** How many nines a percentage has: 1 for 90, 2 for 99, 3 for 99.9. */
const nines = (percent: number) => -Math.log10((100 - percent) / 100);

const PERCENTS = [0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999];

/**
 * The axes of curves over percentages: what lies beyond a percentage halves with each step to the right, and values
 * grow by factors, so that both the many and the few slow ones can be read. `said` writes a value on its axis. Null where
 * nothing was measured.
 */
export function axesOf(
  lines: readonly CurveLine[],
  marks: readonly CurveMark[],
  said: (value: number) => string = String,
): PercentileAxes | null {
  const points = lines.flatMap((line) => line.points);
  const values = [...points.map((point) => point.value), ...marks.map((mark) => mark.limit)].filter(
    (value) => Number.isFinite(value) && value > 0,
  );
  if (points.length === 0 || values.length === 0) return null;
  const low = Math.min(...values) / 1.25;
  const high = Math.max(...values) * 1.25;
  // The last point is at 100, which no logarithm reaches: it stands at the right end.
  const most = Math.max(2, ...points.map((point) => nines(point.percent)).filter(Number.isFinite)) + 0.15;
  const within = (part: number) => Math.max(0, Math.min(100, part * 100));
  const x = (percent: number) => within(nines(percent) / most);
  const y = (value: number) => 100 - within(Math.log(Math.max(value, low) / low) / Math.log(high / low));
  const fine = steps(low, high, [1, 2, 5]);
  return {
    x,
    y,
    percents: PERCENTS.filter((percent) => nines(percent) <= most).map((percent) => ({
      at: x(percent),
      text: String(percent),
    })),
    values: (fine.length <= 6 ? fine : steps(low, high, [1])).map((value) => ({ at: y(value), text: said(value) })),
  };
}

function steps(low: number, high: number, factors: readonly number[]): number[] {
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1)
    for (const factor of factors) {
      const value = Number((factor * 10 ** power).toPrecision(6));
      if (value >= low && value <= high) found.push(value);
    }
  return found;
}

/** A line as an SVG path. */
export function pathOf(line: CurveLine, axes: PercentileAxes): string {
  return line.points
    .map(
      (point, index) =>
        `${index === 0 ? 'M' : 'L'}${axes.x(point.percent).toFixed(2)} ${axes.y(point.value).toFixed(2)}`,
    )
    .join('');
}

/** What a line says at a percentage: the value of the first point that covers it. */
export function valueAt(line: CurveLine, percent: number): number | undefined {
  return line.points.find((point) => point.percent >= percent)?.value;
}
