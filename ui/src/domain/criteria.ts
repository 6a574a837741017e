import type { TileKind } from '$shared/ui/tile';

/** How a success criterion's state is drawn and said, the same everywhere. */
const LOOKS: Record<string, { kind: TileKind; word: string }> = {
  met: { kind: 'done', word: 'met' },
  notMet: { kind: 'failed', word: 'not met' },
  unknown: { kind: 'open', word: 'not known yet' },
  asked: { kind: 'open', word: 'asked at Acceptance' },
};

/** The tile and the word of a criterion's state. */
export function lookOf(state: string): { kind: TileKind; word: string } {
  return LOOKS[state] ?? { kind: 'open', word: state };
}
