import type { ItemView } from '$generated/ItemView';
import { TILE_WORD } from '$shared/ui/tile';
import { badgeOf } from './tiles';

/** What is known about an item in one line: the value beside its limit, or the summary. */
export function knownOf(item: Pick<ItemView, 'measure' | 'summary' | 'value'>): string {
  if (item.measure) return [item.measure.value, item.measure.limit].filter(Boolean).join(', ');
  return item.value ?? item.summary;
}

/** The status of an item with what the mark in its tile's corner says, where the status does not say it. */
export function statusOf(item: Pick<ItemView, 'word' | 'tile' | 'marks'>): string {
  const badge = badgeOf(item);
  const word = item.word.toLowerCase();
  const said = !badge || word.includes(badge) || word.includes(TILE_WORD[badge]);
  return said ? item.word : `${item.word}, ${TILE_WORD[badge]}`;
}

/** An item as a screen reader hears its tile. */
export function spokenOf(item: ItemView, probing: string): string {
  const status = probing === 'running' ? 'probe running' : statusOf(item);
  return `${item.number} ${plain(item.text)}: ${[status, knownOf(item)].filter(Boolean).join(', ')}`;
}

/** Inline Markdown without its marks, for names and tooltips. */
export function plain(markdown: string): string {
  return markdown
    .replace(/<!--[\s\S]*?-->/gu, '')
    .replace(/`([^`]*)`/gu, '$1')
    .replace(/\[([^\]]*)\]\([^)]*\)/gu, '$1')
    .replace(/(\*\*|__|~~)(.+?)\1/gu, '$2')
    .replace(/\\([\\`*_{}[\]()#+\-.!<>~|])/gu, '$1')
    .trim();
}
