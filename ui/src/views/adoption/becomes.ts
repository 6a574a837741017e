import type { AdoptedItem } from '$generated/AdoptedItem';
import type { AdoptionRow } from '$generated/AdoptionRow';
import { plain } from '$domain/wording';

/** What an item of the old version may become: its successor, the likeliest, any that nothing became, or nothing. */
export function becomes(
  row: AdoptionRow,
  items: readonly AdoptedItem[],
  free: ReadonlySet<string>,
): { value: string; label: string; detail?: string }[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  const ids = new Set([...(row.new ? [row.new.id] : []), ...row.candidates, ...free]);
  const offered = [...ids].flatMap((id) => {
    const item = byId.get(id);
    return item ? [{ value: id, label: `${item.number} ${plain(item.text)}`, detail: item.place }] : [];
  });
  return [...offered, { value: 'gone', label: 'Gone', detail: 'What was said of it stays in the history' }];
}
