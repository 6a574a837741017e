import { expect, test } from 'vitest';
import { openItem } from '../backend/fake/checklist';
import { spokenOf } from './wording';

const item = { ...openItem('a', '5.1.2', 'Stripe **API** operational', 9), summary: '200 in 121 ms' };

test('a tile is heard with its number, words without Markdown, status and what was measured', () => {
  expect(spokenOf(item, 'no')).toBe('5.1.2 Stripe API operational: Open, 200 in 121 ms');
  expect(spokenOf(item, 'running')).toBe('5.1.2 Stripe API operational: probe running, 200 in 121 ms');
});

test('the mark in the corner is heard, once', () => {
  const done = { ...item, summary: '', tile: 'done' as const, word: 'Done' };
  expect(spokenOf({ ...done, marks: ['conflict'] }, 'no')).toBe('5.1.2 Stripe API operational: Done, conflict');
  expect(spokenOf({ ...done, marks: ['late'] }, 'no')).toBe('5.1.2 Stripe API operational: Done, recorded later');
  expect(spokenOf({ ...done, word: 'Done, overridden', marks: ['overridden'] }, 'no')).toBe(
    '5.1.2 Stripe API operational: Done, overridden',
  );
});
