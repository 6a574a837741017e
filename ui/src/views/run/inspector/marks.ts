import type { TileKind } from '$shared/ui/tile';

const MARKS: Record<string, TileKind> = {
  pass: 'verified',
  warn: 'warning',
  fail: 'failed',
  inconclusive: 'inconclusive',
  error: 'inconclusive',
  skipped: 'notApplicable',
  note: 'open',
};

/** The tile of a verdict's word. */
export function markOf(verdict: string): TileKind {
  return MARKS[verdict] ?? 'inconclusive';
}
