import type { PhaseView } from '$generated/PhaseView';
import type { ItemCell } from '$domain/open-run.svelte';
import { plain } from '$domain/wording';

/** What the List can be narrowed to. */
export const FILTERS = ['all', 'open', 'failing', 'mine', 'automated', 'stale'] as const;
export type Filter = (typeof FILTERS)[number];

/** One line of the List. */
export type Entry =
  | { is: 'head'; key: string; title: string; subtitle: string; resolved: number; total: number; folded: boolean }
  | { is: 'row'; key: string; cell: ItemCell }
  | { is: 'now'; key: string };

export const HEIGHTS: Record<Entry['is'], number> = { head: 38, row: 32, now: 20 };

/** Whether an item passes a filter; `me` is the printed name of the person at this laptop. */
export function passes({ view }: ItemCell, filter: Filter, me: string | undefined): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'open':
      return !view.resolved;
    case 'failing':
      return view.tile === 'failed' || view.tile === 'conflict';
    case 'mine':
      return me !== undefined && view.assignee === me;
    case 'automated':
      return view.probes.length > 0;
    case 'stale':
      return view.tile === 'stale' || view.marks.includes('stale');
  }
}

/** Whether an item answers a search: every word in its number, text, assignee or what is known. */
export function answers({ view }: ItemCell, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text =
    `${view.number} ${plain(view.text)} ${view.assignee ?? ''} ${view.summary} ${view.probes.map((probe) => probe.kind).join(' ')}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** How many items each filter would show. */
export function countBy(cells: readonly ItemCell[], me: string | undefined): Record<Filter, number> {
  const counts: Record<Filter, number> = { all: 0, open: 0, failing: 0, mine: 0, automated: 0, stale: 0 };
  for (const cell of cells) for (const filter of FILTERS) if (passes(cell, filter, me)) counts[filter] += 1;
  return counts;
}

interface Group {
  key: string;
  title: string;
  subtitle: string;
  cells: ItemCell[];
}

function entriesOf(group: Group, keeps: (cell: ItemCell) => boolean, folded: ReadonlySet<string>): Entry[] {
  const shown = group.cells.filter(keeps);
  if (shown.length === 0) return [];
  const isFolded = folded.has(group.key);
  return [
    {
      is: 'head',
      key: group.key,
      title: group.title,
      subtitle: group.subtitle,
      resolved: group.cells.filter((cell) => cell.view.resolved).length,
      total: group.cells.length,
      folded: isFolded,
    },
    ...(isFolded ? [] : shown.map((cell): Entry => ({ is: 'row', key: cell.view.id, cell }))),
  ];
}

/** The List by phase and section, in reading order. */
export function byPhase(
  phases: readonly PhaseView[],
  cellOf: (id: string) => ItemCell | undefined,
  keeps: (cell: ItemCell) => boolean,
  folded: ReadonlySet<string>,
): Entry[] {
  return phases
    .filter((phase) => !phase.rollback)
    .flatMap((phase) =>
      phase.sections.flatMap((section) =>
        entriesOf(
          {
            key: section.id,
            title: phase.title,
            subtitle: section.title,
            cells: section.items.map(cellOf).filter((cell) => cell !== undefined),
          },
          keeps,
          folded,
        ),
      ),
    );
}

const dayTitle = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });

/** The List by due date in the laptop's zone, with a line at now; what has no due date stands last. */
export function byDue(
  cells: readonly ItemCell[],
  keeps: (cell: ItemCell) => boolean,
  folded: ReadonlySet<string>,
  now: number,
): Entry[] {
  const dueAt = (cell: ItemCell) => (cell.view.due ? Date.parse(cell.view.due.at) : Number.POSITIVE_INFINITY);
  const sorted = [...cells].sort((a, b) => dueAt(a) - dueAt(b) || 0);
  const groups: Group[] = [];
  for (const cell of sorted) {
    const at = dueAt(cell);
    const date = Number.isFinite(at) ? new Date(at) : null;
    const key = date ? `due-${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}` : 'due-none';
    const last = groups.at(-1);
    if (last?.key === key) last.cells.push(cell);
    else
      groups.push({
        key,
        title: date ? dayTitle.format(date) : 'No due date',
        subtitle: cell.view.due?.relative ?? '',
        cells: [cell],
      });
  }
  const entries: Entry[] = [];
  let drawn = false;
  for (const group of groups) {
    const lines = entriesOf(group, keeps, folded);
    for (const entry of lines) {
      const cell = entry.is === 'row' ? entry.cell : entry.is === 'head' ? group.cells.find(keeps) : undefined;
      if (!drawn && cell && dueAt(cell) > now) {
        entries.push({ is: 'now', key: 'now' });
        drawn = true;
      }
      entries.push(entry);
    }
  }
  return entries;
}
