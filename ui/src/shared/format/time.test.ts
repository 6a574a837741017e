import { describe, expect, test } from 'vitest';
import { ago, countdown, lasting } from './time';

const at = (iso: string) => Date.parse(iso);

describe('countdown', () => {
  test('counts down in days, hours and minutes', () => {
    expect(countdown(at('2026-11-24T16:00:00Z'), at('2026-11-22T09:48:00Z'))).toBe('T−2d 06:12');
  });
  test('counts up after the deployment, without a day that is zero', () => {
    expect(countdown(at('2026-11-24T16:00:00Z'), at('2026-11-24T16:41:59Z'))).toBe('T+00:41');
  });
});

test('ago names the largest unit, and nothing for what is no time', () => {
  const now = at('2026-11-22T12:00:00Z');
  expect(ago('2026-11-22T11:59:30Z', now)).toBe('just now');
  expect(ago('2026-11-22T11:15:00Z', now)).toBe('45 min ago');
  expect(ago('2026-11-22T05:00:00Z', now)).toBe('7 h ago');
  expect(ago('soon', now)).toBe('');
});

test('lasting uses two units at most', () => {
  expect(lasting(41.4)).toBe('41 ms');
  expect(lasting(250_000)).toBe('4 min 10 s');
  expect(lasting(3 * 3_600_000)).toBe('3 h');
  expect(lasting(50 * 3_600_000)).toBe('2 d 2 h');
});
