/** Up to two initials, from the first and the last word of a name. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = words[0]?.match(/[\p{L}\p{N}]/u)?.[0] ?? '';
  const last = words.length > 1 ? (words.at(-1)?.match(/[\p{L}\p{N}]/u)?.[0] ?? '') : '';
  return (first + last).toLocaleUpperCase();
}

/** A hue in degrees that is the same for the same name on every laptop. */
export function hueOf(name: string): number {
  let hash = 7;
  for (const unit of name) hash = (hash * 31 + (unit.codePointAt(0) ?? 0)) % 360_007;
  return hash % 360;
}
