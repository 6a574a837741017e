import type { PlanEntry } from '$generated/PlanEntry';
import { expect, test } from 'vitest';
import { grouped, groupOf } from './words';

const entry = (change: Partial<PlanEntry>): PlanEntry => ({
  item: 'a',
  title: '1.1 A',
  probe: 'p',
  kind: 'http',
  hash: 'h',
  class: 'reads',
  lines: [],
  hosts: [],
  secrets: [],
  approved: false,
  sinceLast: 'new',
  rehearsal: false,
  asksEachTime: false,
  ...change,
});

test('what changes state is asked each time even where it was approved before', () => {
  expect(groupOf(entry({ approved: true, asksEachTime: true }))).toBe('each');
});

test('what cannot run is never offered, whatever else holds', () => {
  expect(groupOf(entry({ approved: true, problem: 'API_URL has no value' }))).toBe('blocked');
  expect(groupOf(entry({ hash: '' }))).toBe('blocked');
});

test('a changed plan stands before a new one, and a known one last', () => {
  const groups = grouped([
    entry({ sinceLast: 'same' }),
    entry({ sinceLast: 'new' }),
    entry({ sinceLast: 'changed: host' }),
    entry({ approved: true, sinceLast: 'same' }),
  ]);
  expect(groups.map((group) => group.id)).toEqual(['changed', 'new', 'same', 'approved']);
});
