import { render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import StatusTile from './StatusTile.svelte';
import { BAR_ORDER, TILE_GLYPH, TILE_KINDS, TILE_WORD } from './tile';

test.each(TILE_KINDS)('%s is named by its word', (kind) => {
  render(StatusTile, { kind });
  expect(screen.getByRole('img', { name: TILE_WORD[kind] })).toBeInTheDocument();
});

test('every status has its own word and a place in the bar', () => {
  expect(new Set(Object.values(TILE_WORD)).size).toBe(TILE_KINDS.length);
  expect([...BAR_ORDER].sort()).toEqual([...TILE_KINDS].sort());
});

test('only tiles that differ by fill and line share a glyph', () => {
  const bolts = TILE_KINDS.filter((kind) => TILE_GLYPH[kind] === TILE_GLYPH.verified);
  expect(bolts).toEqual(['verified', 'measured', 'rehearsed']);
  const drawn = TILE_KINDS.filter((kind) => TILE_GLYPH[kind]).length;
  expect(new Set(Object.values(TILE_GLYPH)).size).toBe(drawn - 2);
});
