import type { Filter } from './entries';

/** Where a person is in the List of one run, so that a look at another view or run loses nothing. */
export class ListPlace {
  filter = $state<Filter>('all');
  search = $state('');
  grouping = $state<'phase' | 'due'>('phase');
  folded = $state.raw<ReadonlySet<string>>(new Set());
  /** The item that the keys move from. */
  cursor = $state<string | null>(null);
  /** How far the List is scrolled, in px. */
  top = 0;

  fold(key: string) {
    const next = new Set(this.folded);
    if (!next.delete(key)) next.add(key);
    this.folded = next;
  }
}

const places = new Map<string, ListPlace>();

/** The place in the List of a run, as it was left. */
export function placeOf(run: string): ListPlace {
  const known = places.get(run);
  if (known) return known;
  const begun = new ListPlace();
  places.set(run, begun);
  return begun;
}
