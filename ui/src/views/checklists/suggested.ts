import type { AcceptedSuggestion } from '$generated/AcceptedSuggestion';
import type { SuggestionView } from '$generated/SuggestionView';

/** What a person said to a suggestion: the item it is for, where the file names none, and what fills its blanks. */
export interface Answers {
  item: string;
  filled: Record<string, string>;
}

/** Whether a suggestion can be accepted without a word. */
export function needsNoAnswer(suggestion: SuggestionView): boolean {
  return suggestion.item !== undefined && suggestion.blanks.length === 0;
}

/** The suggestion as it is accepted; null while it is not said for which item. */
export function accepted(suggestion: SuggestionView, answers?: Answers): AcceptedSuggestion | null {
  const item = suggestion.item ?? answers?.item ?? '';
  if (!item) return null;
  const filled = suggestion.blanks
    .map((name) => ({ name, value: answers?.filled[name]?.trim() ?? '' }))
    .filter(({ value }) => value !== '');
  return { suggestion, item, filled };
}

/** The pieces of a probe: its text, and where its blanks are. */
export function pieces(suggestion: SuggestionView): { text: string; blank: boolean }[] {
  if (suggestion.blanks.length === 0) return [{ text: suggestion.probe, blank: false }];
  return suggestion.probe
    .split(/(\$\{[^}]+\})/u)
    .filter(Boolean)
    .map((text) => ({ text, blank: suggestion.blanks.includes(text.slice(2, -1)) }));
}
