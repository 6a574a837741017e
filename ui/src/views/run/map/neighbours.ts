export type Direction = 'left' | 'right' | 'up' | 'down';

/** The tile that an arrow leads to: the next in reading order sideways, the nearest row up and down. */
export function nextTile(root: HTMLElement, from: HTMLElement, direction: Direction): HTMLElement | undefined {
  const tiles = [...root.querySelectorAll<HTMLElement>('[data-item]')];
  const index = tiles.indexOf(from);
  if (direction === 'left') return tiles[index - 1];
  if (direction === 'right') return tiles[index + 1];

  const here = from.getBoundingClientRect();
  const middle = here.left + here.width / 2;
  const sign = direction === 'down' ? 1 : -1;
  let best: HTMLElement | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const tile of tiles) {
    const there = tile.getBoundingClientRect();
    const down = (there.top - here.top) * sign;
    if (down <= here.height / 2) continue;
    // A row further away costs more than a column aside, so that an arrow keeps to its own column.
    const cost = down + Math.abs(there.left + there.width / 2 - middle) * 3;
    if (cost < least) {
      least = cost;
      best = tile;
    }
  }
  return best;
}
