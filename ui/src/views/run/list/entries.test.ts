import { beforeEach, describe, expect, test } from 'vitest';
import { ItemCell } from '$domain/open-run.svelte';
import { openItem } from '../../../backend/fake/checklist';
import { answers, byDue, byPhase, countBy, type Entry } from './entries';

const ME = 'Oksana Kovalenko';
const NONE: ReadonlySet<string> = new Set();
const all = () => true;

let cells: ItemCell[];
beforeEach(() => {
  cells = [
    new ItemCell({ ...openItem('a', '1.1.1', 'First `code`', 3), tile: 'done', status: 'done', resolved: true }),
    new ItemCell({ ...openItem('b', '1.1.2', 'Second', 4), tile: 'failed', assignee: ME }),
    new ItemCell({
      ...openItem('c', '1.2.1', 'Third', 7),
      due: { at: '2026-11-24T17:00:00Z', relative: 'T+1h', overdue: false, set: false },
    }),
    new ItemCell({
      ...openItem('d', '1.2.2', 'Fourth', 8),
      due: { at: '2026-11-20T17:00:00Z', relative: 'T-4d', overdue: true, set: false },
    }),
  ];
});

const phases = [
  {
    id: 'p',
    number: '1',
    title: 'Before',
    rollback: false,
    sections: [
      { id: 's1', number: '1.1', title: 'One', stage: 'prepare', items: ['a', 'b'] },
      { id: 's2', number: '1.2', title: 'Two', stage: 'prepare', items: ['c', 'd'] },
    ],
  },
  {
    id: 'r',
    number: '2',
    title: 'Rollback',
    rollback: true,
    sections: [{ id: 's3', number: '2.1', title: '', stage: 'deploy', items: ['a'] }],
  },
];
const cellOf = (id: string) => cells.find((cell) => cell.view.id === id);
const shape = (entries: Entry[]) => entries.map((entry) => (entry.is === 'head' ? `# ${entry.title}` : entry.key));

describe('by phase', () => {
  test('stands in reading order, without the rollback track', () => {
    expect(shape(byPhase(phases, cellOf, all, NONE))).toEqual(['# Before', 'a', 'b', '# Before', 'c', 'd']);
  });

  test('a section counts all its items, also those that the filter hides', () => {
    const [head] = byPhase(phases, cellOf, (cell) => cell.view.id === 'b', NONE);
    expect(head).toMatchObject({ subtitle: 'One', resolved: 1, total: 2 });
  });

  test('a folded section keeps its head', () => {
    expect(shape(byPhase(phases, cellOf, all, new Set(['s1'])))).toEqual(['# Before', '# Before', 'c', 'd']);
  });
});

describe('by due date', () => {
  test('puts the now-line between what is past and what comes, and the undated last', () => {
    const entries = byDue(cells, all, NONE, Date.parse('2026-11-22T10:00:00Z'));
    expect(shape(entries)).toEqual([
      '# Friday 20 November',
      'd',
      'now',
      '# Tuesday 24 November',
      'c',
      '# No due date',
      'a',
      'b',
    ]);
  });
});

test('filters count what they would show', () => {
  expect(countBy(cells, ME)).toEqual({ all: 4, open: 3, failing: 1, mine: 1, automated: 0, stale: 0 });
  expect(countBy(cells, undefined).mine).toBe(0);
});

test('a search needs every word, in number, text or assignee, and ignores Markdown', () => {
  const found = (words: string[]) => cells.filter((cell) => answers(cell, words)).map((cell) => cell.view.id);
  expect(found(['first', 'code'])).toEqual(['a']);
  expect(found(['1.2.1'])).toEqual(['c']);
  expect(found(['oksana'])).toEqual(['b']);
  expect(found(['first', 'oksana'])).toEqual([]);
});
