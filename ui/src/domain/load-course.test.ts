import type { LoadProgress } from '$generated/LoadProgress';
import { expect, test } from 'vitest';
import { elapsed, further, latency, lineOf, share, type LoadCourse } from './load-course';

const told = (atMs: number, more: Partial<LoadProgress> = {}): LoadProgress => ({
  batch: 1,
  run: 'r',
  item: 'i',
  probe: 'p',
  phase: 'measuring',
  atMs,
  totalMs: 60_000,
  reached: 1000,
  sent: atMs,
  errors: 0,
  connections: 10,
  waiting: 0,
  cpuPercent: 4,
  ...more,
});

test('an hour of load is drawn with no more points than a minute, and its end stays', () => {
  let course: LoadCourse | null = null;
  for (let at = 0; at < 18_000; at += 1) course = further(course, told(at * 200, { p99Ms: at }));
  expect(course?.samples.length).toBeLessThanOrEqual(301);
  expect(course && lineOf(course, 'p99', (one) => one.p99Ms).points.at(-1)).toEqual({
    at: 17_999 * 200,
    value: 17_999,
  });
});

test('another batch begins anew, and what is not known yet is a gap and no zero', () => {
  const first = further(null, told(200, { p99Ms: 3 }));
  const second = further(first, told(0, { batch: 2 }));
  expect(lineOf(second, 'p99', (one) => one.p99Ms).points).toEqual([{ at: 0 }]);
});

test('small errors are never shown as none, and long runs are told in minutes', () => {
  expect(share(0.0004)).toBe('<\u00a00.01\u00a0%');
  expect(share(0)).toBe('0\u00a0%');
  expect(share(undefined)).toBe('–');
  expect(latency(1234)).toBe('1.23\u00a0s');
  expect(elapsed(told(12_400))).toBe('12 of 60\u00a0s');
  expect(elapsed(told(65_000, { totalMs: 600_000 }))).toBe('1:05 of 10:00\u00a0min');
});
