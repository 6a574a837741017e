import { expect, test } from 'vitest';
import type { Mark } from '$generated/Mark';
import type { Tile } from '$generated/Tile';
import { badgeOf, kindOf } from './tiles';

const look = (tile: Tile, ...marks: Mark[]) => [kindOf({ tile, marks }), badgeOf({ tile, marks })];

test.each<[Tile, Mark[], string, string | undefined]>([
  ['open', [], 'open', undefined],
  ['open', ['overdue'], 'overdue', undefined],
  ['open', ['overdue', 'proposed'], 'proposed', 'overdue'],
  ['open', ['rehearsed'], 'rehearsed', undefined],
  ['failed', ['overdue'], 'failed', 'overdue'],
  ['done', ['overridden'], 'overridden', undefined],
  ['done', ['carried'], 'carried', undefined],
  ['done', ['overridden', 'proposed'], 'overridden', 'proposed'],
  ['verified', ['verified'], 'verified', undefined],
  ['stale', ['stale'], 'stale', undefined],
])('%s with %j is drawn as %s with the mark %s', (tile, marks, kind, badge) => {
  expect(look(tile, ...marks)).toEqual([kind, badge]);
});
