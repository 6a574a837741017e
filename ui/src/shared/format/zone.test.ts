import { expect, test } from 'vitest';
import { instantOf, inZone, zones } from './zone';

test('a wall time is an instant only together with its zone', () => {
  expect(instantOf('2026-11-24T18:00', 'Europe/Kyiv')).toBe('2026-11-24T16:00:00.000Z');
  expect(instantOf('2026-07-24T18:00', 'Europe/Kyiv')).toBe('2026-07-24T15:00:00.000Z');
  expect(instantOf('', 'Europe/Kyiv')).toBeNull();
  expect(instantOf('2026-11-24T18:00', 'Middle/Earth')).toBeNull();
});

test('an instant is told in the zone that is asked for', () => {
  expect(inZone('2026-11-24T16:00:00Z', 'UTC')).toBe('Tue 24 Nov 2026, 16:00 UTC');
  expect(inZone('2026-11-24T16:00:00Z', 'Asia/Tokyo')).toMatch(/^Wed 25 Nov 2026, 01:00 /u);
});

test('a zone is listed once, by the name it has today', () => {
  const listed = zones();
  expect(listed[0]).toBe('UTC');
  expect(listed).toContain('Europe/Kyiv');
  expect(listed).not.toContain('Europe/Kiev');
  expect(new Set(listed).size).toBe(listed.length);
});
