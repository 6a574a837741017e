import { expect, test } from 'vitest';
import { axesOf, pathOf, valueAt } from './percentiles';

const line = {
  name: 'corrected',
  samples: 1000,
  points: [
    { percent: 0, value: 1 },
    { percent: 90, value: 10 },
    { percent: 99, value: 100 },
    { percent: 100, value: 100 },
  ],
};

test('each nine is as far from the one before, and so is each factor of the value', () => {
  const axes = axesOf([line], []);
  if (!axes) throw new Error('no axes');
  expect(axes.x(99) - axes.x(90)).toBeCloseTo(axes.x(90) - axes.x(0));
  expect(axes.y(10) - axes.y(100)).toBeCloseTo(axes.y(1) - axes.y(10));
  expect(axes.x(100)).toBe(100);
  expect(axes.percents.map((tick) => tick.text)).toEqual(['0', '50', '90', '99']);
  expect(pathOf(line, axes)).toMatch(/^M0\.00 [\d.]+L/u);
});

test('a limit far above the curve is inside, and nothing measured has no axes', () => {
  const mark = { text: 'p99 < 5s', percent: 99, limit: 5000, verdict: 'pass', item: '' };
  const axes = axesOf([line], [mark]);
  expect(axes?.y(5000)).toBeGreaterThan(0);
  expect(axesOf([{ ...line, points: [] }], [mark])).toBeNull();
});

test('between two points the slower one is said', () => {
  expect(valueAt(line, 95)).toBe(100);
  expect(valueAt(line, 90)).toBe(10);
});
