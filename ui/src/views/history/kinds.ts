import type { HistoryLine } from '$generated/HistoryLine';

/** What a line of history is about, in the words of its filter. */
export type Subject = 'status' | 'probes' | 'notes' | 'signoff' | 'rollback' | 'run';

/** The filter for what was said of items that the checklist has no more. */
export const GONE = 'gone';

export const SUBJECTS: readonly { value: Subject; label: string }[] = [
  { value: 'status', label: 'Status' },
  { value: 'probes', label: 'Probes' },
  { value: 'notes', label: 'Notes and evidence' },
  { value: 'signoff', label: 'Sign-off' },
  { value: 'rollback', label: 'Rollback' },
  { value: 'run', label: 'Run' },
];

/** The subject of an event's kind; whatever is about no item and has no subject of its own is about the run. */
export function subjectOf(kind: string): Subject {
  if (kind === 'item.note' || kind === 'item.evidence') return 'notes';
  if (/^(?:probe|observation|watch)\b/u.test(kind)) return 'probes';
  if (/^(?:signoff|attestation|policy)\b/u.test(kind)) return 'signoff';
  if (kind.startsWith('rollback.')) return 'rollback';
  if (kind.startsWith('item.') || kind.startsWith('proposal.') || kind === 'undo') return 'status';
  return 'run';
}

/** What is asked of the history. */
export interface HistoryFilter {
  subject: string;
  person: string;
  text: string;
}

/** The lines that answer a filter. */
export function filtered(lines: readonly HistoryLine[], filter: HistoryFilter): HistoryLine[] {
  const wanted = filter.text.trim().toLowerCase();
  return lines.filter(
    (line) =>
      (!filter.subject || (filter.subject === GONE ? line.gone : subjectOf(line.kind) === filter.subject)) &&
      (!filter.person || line.act.who === filter.person || line.act.performedBy === filter.person) &&
      (!wanted || `${line.itemTitle ?? ''} ${line.text}`.toLowerCase().includes(wanted)),
  );
}

/** Lines by the day on which they were written, in the laptop's zone, as they come. */
export function byDay(lines: readonly HistoryLine[]): { day: string; lines: HistoryLine[] }[] {
  const format = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const days: { day: string; lines: HistoryLine[] }[] = [];
  for (const line of lines) {
    const day = format.format(new Date(line.act.at));
    const last = days.at(-1);
    if (last?.day === day) last.lines.push(line);
    else days.push({ day, lines: [line] });
  }
  return days;
}
