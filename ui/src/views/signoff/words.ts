import type { RoleCard } from '$generated/RoleCard';
import type { Tile } from '$generated/Tile';
import type { TileKind } from '$shared/ui/tile';

type ChipTone = 'neutral' | 'done' | 'failed' | 'warning' | 'stale' | 'inconclusive' | 'blocked';

/** How a role's card looks: its tile, the word on its chip, and the chip's tone. */
export interface RoleLook {
  kind: TileKind;
  word: string;
  tone: ChipTone;
}

/** The look of a role's card. A current rejection is shown as what it decided, not as its freshness. */
export function lookOf(card: RoleCard): RoleLook {
  switch (card.state) {
    case 'current':
      if (card.signature?.decision === 'reject') return { kind: 'failed', word: 'rejected', tone: 'failed' };
      if (!card.counted) return { kind: 'warning', word: 'not counted', tone: 'warning' };
      return { kind: 'done', word: 'current', tone: 'done' };
    case 'stale':
      return { kind: 'stale', word: 'stale', tone: 'stale' };
    case 'withdrawn':
      return { kind: 'notApplicable', word: 'withdrawn', tone: 'neutral' };
    case 'revoked':
      return { kind: 'blocked', word: 'revoked', tone: 'blocked' };
    case 'unverifiable':
      return { kind: 'inconclusive', word: 'cannot be verified', tone: 'inconclusive' };
    default:
      return { kind: 'open', word: 'not signed', tone: 'neutral' };
  }
}

/** A decision as it was made, or as it is about to be. */
export const DECISION: Record<string, string> = {
  approve: 'Approve',
  conditions: 'Approve with conditions',
  reject: 'Reject',
};

/** The verdict of a point in words. */
export const VERDICT: Record<string, string> = {
  notReady: 'Not ready',
  ready: 'Ready to sign',
  go: 'Go',
  conditions: 'Go with conditions',
  noGo: 'No-go',
};

/** The banner of a verdict, in the same colour as the verdict in the head. */
export function toneOf(verdict: string): 'info' | 'done' | 'warning' | 'failed' {
  switch (verdict) {
    case 'go':
      return 'done';
    case 'conditions':
      return 'warning';
    case 'noGo':
      return 'failed';
    default:
      return 'info';
  }
}

/** What is said of a point that nobody can sign any more; its decision first, if there was one. */
export function closedWords(point: { title: string; verdict: string }): string {
  const decided = ['go', 'conditions', 'noGo'].includes(point.verdict) ? `${VERDICT[point.verdict] ?? ''}. ` : '';
  return `${decided}${point.title} is closed: the release was deployed.`;
}

const WORST: readonly Tile[] = ['conflict', 'failed', 'blocked', 'inconclusive', 'stale', 'measured', 'watching'];

/** The same things with the worst first; what weighs the same keeps its order. */
export function worstFirst<T extends { tile: Tile }>(list: readonly T[]): T[] {
  const weight = (each: T) => (WORST.includes(each.tile) ? WORST.indexOf(each.tile) : WORST.length);
  return [...list].sort((a, b) => weight(a) - weight(b));
}

/** A digest in groups of four, its first sixteen digits: enough to read aloud. */
export function spokenDigest(digest: string): string {
  return (digest.slice(0, 16).match(/.{4}/gu) ?? [digest]).join(' ');
}

/** A fingerprint with its middle left out. */
export function shortFingerprint(fingerprint: string): string {
  const [kind = '', digits = ''] = fingerprint.split(':');
  return digits.length > 10 ? `${kind}:${digits.slice(0, 4)}…${digits.slice(-4)}` : fingerprint;
}
