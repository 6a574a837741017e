import type { ItemView } from '$generated/ItemView';

/** What is known about an item in one line: the value beside its limit, or the summary. */
export function knownOf(item: Pick<ItemView, 'measure' | 'summary' | 'value'>): string {
  if (item.measure) return [item.measure.value, item.measure.limit].filter(Boolean).join(', ');
  return item.value ?? item.summary;
}

/** An item as a screen reader hears its tile. */
export function spokenOf(item: ItemView, probing: string): string {
  const status = probing === 'running' ? 'probe running' : item.word;
  const marks = item.marks.includes('overdue') && item.tile !== 'open' ? ['overdue'] : [];
  return `${item.number} ${plain(item.text)}: ${[status, ...marks, knownOf(item)].filter(Boolean).join(', ')}`;
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
