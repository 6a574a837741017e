import { expect, test } from 'vitest';
import { closedWords, toneOf } from './words';

test('a verdict has one colour, and only a go is green', () => {
  expect(['go', 'conditions', 'noGo', 'ready', 'notReady'].map(toneOf)).toEqual([
    'done',
    'warning',
    'failed',
    'info',
    'info',
  ]);
});

test('a closed point begins with what was decided, and claims no decision where there was none', () => {
  expect(closedWords({ title: 'Go/no-go', verdict: 'go' })).toBe('Go. Go/no-go is closed: the release was deployed.');
  expect(closedWords({ title: 'Go/no-go', verdict: 'notReady' })).toBe('Go/no-go is closed: the release was deployed.');
});
