import type { PlanEntry } from '$generated/PlanEntry';

type ChipTone = 'neutral' | 'done' | 'warning' | 'failed' | 'accent';

/** What a class of probe does to the world, in a word, and how loudly it is said. */
export const CLASS: Record<string, { word: string; tone: ChipTone; detail: string }> = {
  passive: {
    word: 'looks',
    tone: 'neutral',
    detail: 'Looks at what anybody can see: a name, a certificate, an open port.',
  },
  reads: { word: 'reads', tone: 'neutral', detail: 'Asks a service and changes nothing in it.' },
  command: { word: 'runs a command', tone: 'warning', detail: 'Starts a program on this laptop.' },
  changesState: { word: 'changes state', tone: 'failed', detail: 'Writes somewhere. Asked each time.' },
  load: { word: 'puts load', tone: 'failed', detail: 'Sends many requests. Asked each time.' },
};

/** The groups of the approval screen, in their order. */
export type GroupId = 'each' | 'changed' | 'new' | 'same' | 'approved' | 'blocked';

export interface PlanGroup {
  id: GroupId;
  title: string;
  detail: string;
  entries: PlanEntry[];
}

const GROUPS: readonly { id: GroupId; title: string; detail: string }[] = [
  { id: 'changed', title: 'Changed since it was approved', detail: 'Look at it anew before it runs.' },
  { id: 'new', title: 'New', detail: 'Never approved on this laptop.' },
  { id: 'same', title: 'Same as last release', detail: 'Only the version or the time differs.' },
  { id: 'approved', title: 'Approved before', detail: 'Exactly this was approved on this laptop.' },
  {
    id: 'each',
    title: 'Asked each time',
    detail: 'They change something or put load on it, so choose each by itself.',
  },
  { id: 'blocked', title: 'Cannot run', detail: 'What is missing stands with each.' },
];

/** Where an entry belongs: what blocks it weighs most, then whether it must be asked each time. */
export function groupOf(entry: PlanEntry): GroupId {
  // Load whose host nobody has typed is asked for that host where it is asked about anyway.
  if (entry.load && entry.hash && !entry.load.allowed) return 'each';
  if (entry.problem || !entry.hash) return 'blocked';
  if (entry.asksEachTime) return 'each';
  if (entry.approved) return 'approved';
  if (entry.sinceLast.startsWith('changed')) return 'changed';
  return entry.sinceLast.startsWith('same') ? 'same' : 'new';
}

/** The entries of a plan in the groups that have any. */
export function grouped(entries: readonly PlanEntry[]): PlanGroup[] {
  return GROUPS.map((group) => ({ ...group, entries: entries.filter((entry) => groupOf(entry) === group.id) })).filter(
    (group) => group.entries.length > 0,
  );
}
