import type { ItemView } from '$generated/ItemView';
import type { Mark } from '$generated/Mark';
import type { TileKind } from '$shared/ui/tile';

/** What an item's tile shows: its status, or the mark that matters more than it. */
export function kindOf(item: Pick<ItemView, 'tile' | 'marks'>): TileKind {
  const has = (mark: Mark) => item.marks.includes(mark);
  if (item.tile === 'open') {
    if (has('proposed')) return 'proposed';
    if (has('overdue')) return 'overdue';
    if (has('rehearsed')) return 'rehearsed';
  }
  if (item.tile === 'done') {
    if (has('overridden')) return 'overridden';
    if (has('carried')) return 'carried';
  }
  return item.tile;
}

/** A second mark in the corner, where the tile alone does not tell it. */
export function badgeOf(item: Pick<ItemView, 'tile' | 'marks'>): TileKind | undefined {
  const shown = kindOf(item);
  const worth: Mark[] = ['conflict', 'overdue', 'proposed', 'overridden', 'stale', 'late'];
  return worth.find((mark) => item.marks.includes(mark) && mark !== shown);
}
